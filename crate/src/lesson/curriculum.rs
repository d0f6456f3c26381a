//! The curriculum: what lessons there are to be, and what each of them covers. Read from `lessons/curriculum.json`.

use crate::scenario::Problem;
use serde::Deserialize;

/// Lessons, written or planned, and the items they cover.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curriculum {
    /// The lessons, written or planned.
    pub lessons: Vec<Planned>,
    /// What a learner's answers are scored by: each lesson belongs to one.
    #[serde(default)]
    pub concepts: Vec<Concept>,
    /// What there is to cover.
    pub items: Vec<Item>,
}

/// Something to have understood, and the lessons about it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// Its name, which scores are kept by, for good.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// The slugs of its lessons.
    pub lessons: Vec<String>,
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

    /// What is wrong with it: something that stands there twice, that belongs to a lesson that is not planned, or a lesson without
    /// a concept.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut push = |path: String, message: &str| {
            found.push(Problem {
                path,
                message: message.into(),
            });
        };
        for (i, lesson) in self.lessons.iter().enumerate() {
            if self.lessons[..i].iter().any(|l| l.slug == lesson.slug) {
                push(format!("lessons.{}", lesson.slug), "stands there twice");
            }
        }
        for concept in &self.concepts {
            for slug in concept.lessons.iter().filter(|slug| !self.plans(slug)) {
                push(
                    format!("concepts.{}", concept.id),
                    &format!("there is no lesson {slug}, written or planned"),
                );
            }
        }
        for lesson in self.lessons.iter().filter(|_| !self.concepts.is_empty()) {
            let of = |concept: &&Concept| concept.lessons.contains(&lesson.slug);
            match self.concepts.iter().filter(of).count() {
                1 => {}
                n => push(
                    format!("lessons.{}", lesson.slug),
                    &format!("belongs to {n} concepts, not to one"),
                ),
            }
        }
        for (i, item) in self.items.iter().enumerate() {
            if self.items[..i].iter().any(|before| before.id == item.id) {
                push(format!("items.{}", item.id), "stands there twice");
            }
            for slug in item.lesson.iter().filter(|slug| !self.plans(slug)) {
                push(
                    format!("items.{}", item.id),
                    &format!("there is no lesson {slug}, written or planned"),
                );
            }
        }
        found
    }

    /// The ids of what a lesson is to cover.
    pub fn of(&self, slug: &str) -> impl Iterator<Item = &str> {
        self.items
            .iter()
            .filter(move |item| item.lesson.iter().any(|lesson| lesson == slug))
            .map(|item| item.id.as_str())
    }
}
