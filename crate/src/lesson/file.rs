//! A lesson as one file: what a teacher saves at the workbench and a learner opens.
//!
//! ```text
//! text ── read ──> LessonFile (its form is sound) ── text ──> the same text
//! ```
//!
//! Whether the lesson holds together is for [`super::check::check_own`] to say: half a lesson can be saved, and gone on with. What
//! could not even be shown is for [`LessonFile::unplayable`].

use super::{Beat, Card, Lesson, ScenarioSource, Task, prose};
use crate::json::from_json;
use crate::scenario::Problem;
use crate::world::Script;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The number of the form that is written.
pub const VERSION: u32 = 1;

/// What the names of such files end in.
pub const ENDING: &str = ".headwater-lesson.json";

/// A lesson and its prose, in one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct LessonFile {
    /// What the file is.
    pub headwater: FileMark,
    /// The number of its form.
    pub version: u32,
    /// All but the prose.
    pub lesson: Lesson,
    /// The prose of each beat, in Markdown, by the beat's id.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "Record<string, string>"))]
    pub prose: BTreeMap<String, String>,
}

/// What a file of Headwater's says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum FileMark {
    /// A lesson.
    Lesson,
}

/// As much of a file as tells whether the rest can be read.
#[derive(Deserialize)]
struct Head {
    headwater: Option<String>,
    version: Option<u32>,
}

impl LessonFile {
    /// A lesson as a file, with its prose as sections of one text.
    pub fn new(lesson: Lesson, markdown: &str) -> LessonFile {
        let prose = prose::sections(markdown)
            .into_iter()
            .map(|(id, text)| (id.to_string(), text.to_string()))
            .collect();
        LessonFile {
            headwater: FileMark::Lesson,
            version: VERSION,
            lesson,
            prose,
        }
    }

    /// A lesson to begin with, about a scenario: look, predict, say it. `slug` is its name for good.
    pub fn begin(slug: &str, script: Script) -> LessonFile {
        let beat = |id: &str, title: &str, task: Task| Beat {
            id: id.into(),
            title: title.into(),
            scenario: None,
            position: None,
            view: None,
            task,
        };
        let mut look = beat("observe-1", "Look", Task::Observe { until: None });
        look.position = Some(0);
        let lesson = Lesson {
            slug: slug.into(),
            title: String::new(),
            question: String::new(),
            minutes: 5,
            covers: Vec::new(),
            errata: Vec::new(),
            views: Vec::new(),
            knobs: Vec::new(),
            scenarios: BTreeMap::from([(
                "start".to_string(),
                ScenarioSource::Whole(Box::new(script)),
            )]),
            beats: vec![look, beat("cards-1", "Say it", Task::Cards)],
            cards: vec![Card {
                id: "card-1".into(),
                question: String::new(),
                answer: String::new(),
                scenario: None,
                position: None,
            }],
            say: String::new(),
        };
        LessonFile {
            headwater: FileMark::Lesson,
            version: VERSION,
            lesson,
            prose: BTreeMap::new(),
        }
    }

    /// Whether a text is meant to be such a file, sound or not.
    pub fn is_meant(text: &str) -> bool {
        from_json::<Head>(text).is_ok_and(|head| head.headwater.as_deref() == Some("lesson"))
    }

    /// Reads one.
    ///
    /// # Errors
    /// What does not fit, each with its place.
    pub fn read(text: &str) -> Result<LessonFile, Vec<Problem>> {
        let one = |path: &str, message: String| {
            vec![Problem {
                path: path.into(),
                message,
            }]
        };
        let head: Head = from_json(text).map_err(|problem| vec![problem])?;
        match head.headwater.as_deref() {
            Some("lesson") => {}
            Some(other) => {
                let message = format!("must be \"lesson\", is \"{other}\": this is another file");
                return Err(one("headwater", message));
            }
            None => {
                let message = "is missing: a file of a lesson says \"lesson\" here";
                return Err(one("headwater", message.into()));
            }
        }
        if let Some(newer) = head.version.filter(|version| *version > VERSION) {
            let message = format!(
                "the file is of form {newer}, and this reads form {VERSION}: a newer Headwater wrote it"
            );
            return Err(one("version", message));
        }
        let file: LessonFile = from_json(text).map_err(|problem| vec![problem])?;
        let found = file.misnamed();
        if found.is_empty() {
            Ok(file)
        } else {
            Err(found)
        }
    }

    /// The text of the file. Reading it and writing it again gives the same.
    pub fn text(&self) -> String {
        // A plain value: nothing in it can fail to be written.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Its prose, beat by beat.
    pub fn sections(&self) -> Vec<(&str, &str)> {
        (self.prose.iter())
            .map(|(id, text)| (id.as_str(), text.as_str()))
            .collect()
    }

    /// Names that are none, and those that stand for two things.
    fn misnamed(&self) -> Vec<Problem> {
        let lesson = &self.lesson;
        let mut found = Vec::new();
        let mut push = |path: String, message: String| found.push(Problem { path, message });
        if self.version == 0 {
            push("version".into(), "the forms begin with 1".into());
        }
        if !is_name(&lesson.slug) {
            push("lesson.slug".into(), no_name(&lesson.slug));
        }
        let of = |kind: &str, ids: &mut dyn Iterator<Item = &String>| {
            let ids: Vec<&String> = ids.collect();
            let mut found = Vec::new();
            for (i, id) in ids.iter().enumerate() {
                let path = format!("lesson.{kind}[{i}].id");
                if !is_name(id) {
                    found.push((path, no_name(id)));
                } else if ids[..i].contains(id) {
                    found.push((path, format!("{id} stands there twice")));
                }
            }
            found
        };
        let beats = of("beats", &mut lesson.beats.iter().map(|beat| &beat.id));
        let cards = of("cards", &mut lesson.cards.iter().map(|card| &card.id));
        for (path, message) in beats.into_iter().chain(cards) {
            push(path, message);
        }
        for name in lesson.scenarios.keys().filter(|name| !is_name(name)) {
            push("lesson.scenarios".into(), no_name(name));
        }
        for id in self.prose.keys() {
            if !lesson.beats.iter().any(|beat| beat.id == *id) {
                push("prose".into(), format!("no beat has the id {id}"));
            }
        }
        found
    }

    /// Calls one of its scenarios otherwise, wherever a beat, a card or another scenario names it.
    ///
    /// # Errors
    /// Why it cannot be called that.
    pub fn rename_scenario(&mut self, from: &str, to: &str) -> Result<(), Problem> {
        let refuse = |message: String| {
            Err(Problem {
                path: format!("scenarios.{from}"),
                message,
            })
        };
        let lesson = &mut self.lesson;
        if from == "start" {
            return refuse("the lesson opens with the scenario of this name".into());
        }
        if from == to {
            return Ok(());
        }
        if !is_name(to) {
            return refuse(no_name(to));
        }
        if lesson.scenarios.contains_key(to) {
            return refuse(format!("there is a scenario {to} already"));
        }
        let Some(source) = lesson.scenarios.remove(from) else {
            return refuse("there is no such scenario".into());
        };
        lesson.scenarios.insert(to.into(), source);
        let beats = lesson.beats.iter_mut().map(|beat| &mut beat.scenario);
        let cards = lesson.cards.iter_mut().map(|card| &mut card.scenario);
        let made = (lesson.scenarios.values_mut()).filter_map(|source| match source {
            ScenarioSource::Whole(_) => None,
            ScenarioSource::Changed { from, .. } => Some(from),
        });
        for name in beats.chain(cards).flatten().chain(made) {
            if name == from {
                *name = to.into();
            }
        }
        Ok(())
    }

    /// What keeps it from being shown at all, whatever else is wrong with it.
    pub fn unplayable(&self) -> Vec<Problem> {
        let lesson = &self.lesson;
        let mut found = Vec::new();
        let mut push = |path: String, message: String| found.push(Problem { path, message });
        if lesson.beats.is_empty() {
            push("beats".into(), "there are none".into());
        }
        if !lesson.scenarios.contains_key("start") {
            push(
                "scenarios.start".into(),
                "is missing: the scenario that the lesson opens with".into(),
            );
        }
        let missing = |name: &Option<String>| {
            let name = name.as_ref()?;
            let message = || format!("there is no scenario {name}");
            (!lesson.scenarios.contains_key(name)).then(message)
        };
        for beat in &lesson.beats {
            if let Some(message) = missing(&beat.scenario) {
                push(format!("beats.{}.scenario", beat.id), message);
            }
        }
        for card in &lesson.cards {
            if let Some(message) = missing(&card.scenario) {
                push(format!("cards.{}", card.id), message);
            }
        }
        for name in lesson.scenarios.keys() {
            if let Err(problems) = lesson.scenario(name).and_then(|script| script.run()) {
                found.extend(problems);
            }
        }
        for (i, beat) in lesson.beats.iter().enumerate() {
            let Task::Goal(goal) = &beat.task else {
                continue;
            };
            let solved = lesson
                .scenario_of_beat(i)
                .and_then(|script| script.set_all(&goal.solution)?.run());
            for problem in solved.err().into_iter().flatten() {
                found.push(Problem {
                    path: format!("beats.{}.solution", beat.id),
                    message: problem.to_string(),
                });
            }
        }
        found
    }
}

/// Names stand in links, and progress is kept by them.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=60).contains(&name.len())
        && name.chars().all(allowed)
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
}

fn no_name(name: &str) -> String {
    let short: String = name.chars().take(60).collect();
    format!("\"{short}\" is no name: small letters and digits, with a dash between them")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    const STREAM: &str = r#"{"engine":"flink",
        "pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"count","watermark":{"kind":"bounded","delay":"10 s"}},
        "input":{"steps":[{"event":{"id":"e1","key":"a","ts":0}},{"end":true}]}}"#;

    fn begun() -> LessonFile {
        LessonFile::begin("own-1", Script::parse(STREAM).expect("a sound scenario"))
    }

    #[track_caller]
    fn refused(text: &str, expected: &[&str]) {
        let problems = LessonFile::read(text).expect_err("something is wrong");
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn what_is_begun_can_be_played_and_saved() {
        let file = begun();
        assert_eq!(file.unplayable(), []);
        let text = file.text();
        let again = LessonFile::read(&text).expect("what was written");
        assert_eq!(again, file);
        assert_eq!(again.text(), text);
        assert!(LessonFile::is_meant(&text));
        assert!(!LessonFile::is_meant(STREAM));
    }

    #[test]
    fn another_file_or_a_newer_one_is_refused_in_words() {
        refused(
            STREAM,
            &["headwater: is missing: a file of a lesson says \"lesson\" here"],
        );
        refused(
            r#"{"headwater": "progress", "version": 2}"#,
            &["headwater: must be \"lesson\", is \"progress\": this is another file"],
        );
        refused(
            r#"{"headwater": "lesson", "version": 2, "acts": []}"#,
            &["version: the file is of form 2, and this reads form 1: a newer Headwater wrote it"],
        );
        refused(
            r#"{"headwater": "lesson", "version": 1, "lesson": {}, "prose": {}}"#,
            &["lesson: missing field `slug` at line 1 column 50"],
        );
    }

    #[test]
    fn names_are_names_and_stand_there_once() {
        let mut file = begun();
        file.lesson.beats.push(file.lesson.beats[0].clone());
        file.lesson.cards[0].id = "<b>".into();
        file.lesson.slug = "__proto__".into();
        file.prose.insert("nowhere".into(), "Text.".into());
        refused(
            &file.text(),
            &[
                "lesson.slug: \"__proto__\" is no name: small letters and digits, with a dash between them",
                "lesson.beats[2].id: observe-1 stands there twice",
                "lesson.cards[0].id: \"<b>\" is no name: small letters and digits, with a dash between them",
                "prose: no beat has the id nowhere",
            ],
        );
    }

    #[test]
    fn what_is_meant_to_be_a_scenario_is_told_from_rows_and_lessons() {
        assert!(Script::is_meant(STREAM));
        assert!(Script::is_meant(r#"{"pipeline": 7, "engine": "storm"}"#));
        assert!(Script::is_meant(r#"{"cluster": {"group": {}}}"#));
        for other in [
            "",
            "[]",
            r#"{"ts": 1000, "key": "a"}"#,
            r#"{"rows": [{"pipeline": 1}]}"#,
        ] {
            assert!(!Script::is_meant(other), "{other}");
        }
        assert!(!Script::is_meant(&begun().text()));
    }

    #[test]
    fn a_scenario_is_called_otherwise_wherever_it_is_named() {
        let mut file = begun();
        let source = |json: &str| from_json::<ScenarioSource>(json).expect("a scenario");
        let scenarios = &mut file.lesson.scenarios;
        let whole = scenarios["start"].clone();
        scenarios.insert("scenario-2".into(), whole);
        let from = r#"{"from":"scenario-2","set":[]}"#;
        scenarios.insert("longer".into(), source(from));
        file.lesson.beats[0].scenario = Some("scenario-2".into());
        file.lesson.cards[0].scenario = Some("scenario-2".into());
        let before = file.text();

        let why = |file: &mut LessonFile, from: &str, to: &str| {
            let refused = file.rename_scenario(from, to);
            refused.expect_err("refused").to_string()
        };
        for (from, to, said) in [
            ("start", "begin", "opens with"),
            ("scenario-2", "Two words", "is no name"),
            ("scenario-2", "longer", "already"),
            ("gone", "here", "no such scenario"),
        ] {
            let said_so = why(&mut file, from, to);
            assert!(said_so.contains(said), "{said_so}");
        }
        assert_eq!(file.text(), before);

        assert_eq!(file.rename_scenario("scenario-2", "scenario-two"), Ok(()));
        assert_eq!(file.text(), before.replace("scenario-2", "scenario-two"));
        assert_eq!(LessonFile::read(&file.text()), Ok(file.clone()));
        assert_eq!(file.rename_scenario("scenario-two", "scenario-2"), Ok(()));
        assert_eq!(file.text(), before);
    }

    #[test]
    fn what_could_not_be_shown_is_named() {
        let mut file = begun();
        file.lesson.beats[1].scenario = Some("other".into());
        file.lesson.cards[0].scenario = Some("another".into());
        let said: Vec<String> = file.unplayable().iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "beats.cards-1.scenario: there is no scenario other",
                "cards.card-1: there is no scenario another",
            ]
        );
        file.lesson.beats.clear();
        file.lesson.scenarios.clear();
        assert_eq!(file.unplayable()[0].to_string(), "beats: there are none");
    }
}
