//! The curriculum: what lessons there are to be, and what each of them covers. Read from `lessons/curriculum.json`.

use serde::Deserialize;

/// Lessons, written or planned, and the items they cover.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curriculum {
    /// The lessons, written or planned.
    pub lessons: Vec<Planned>,
    /// What there is to cover.
    pub items: Vec<Item>,
}

/// A lesson, written or planned.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// Its name in links.
    pub slug: String,
    /// The question it answers.
    pub question: String,
}

/// Something to cover.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its id: `S1-15` for something to learn, `E-04` for an erratum.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The slugs of its lessons; none for what stays a reading card.
    pub lesson: Vec<String>,
}

impl Curriculum {
    /// An item, by its id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Whether a lesson of this name is written or planned.
    pub fn plans(&self, slug: &str) -> bool {
        self.lessons.iter().any(|lesson| lesson.slug == slug)
    }

    /// The ids of what a lesson is to cover.
    pub fn of(&self, slug: &str) -> impl Iterator<Item = &str> {
        self.items
            .iter()
            .filter(move |item| item.lesson.iter().any(|lesson| lesson == slug))
            .map(|item| item.id.as_str())
    }
}
