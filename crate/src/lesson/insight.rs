//! What the author of a lesson is shown beside it: whether it holds together, and what the answers are. All of it is read from runs.

use super::check::check_own;
use super::file::LessonFile;
use super::{Answer, AnswerForm, Lesson, Prediction, Task};
use crate::knobs::{Control, Knob, Setting};
use crate::measure::Standing;
use crate::scenario::Problem;
use crate::world::{Asked, Script};
use serde::Serialize;

pub mod offers;

/// A lesson, looked through.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Insight {
    /// What does not hold together.
    pub problems: Vec<Problem>,
    /// What keeps it from being shown at all.
    pub unplayable: Vec<Problem>,
    /// Beat by beat.
    pub beats: Vec<BeatInsight>,
}

/// What the simulation says of a beat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct BeatInsight {
    /// How many steps its scenario has; none where it cannot be run.
    pub steps: Option<u32>,
    /// The right answer to a prediction, part by part.
    pub truths: Vec<Truth>,
    /// How a goal's or a claim's condition stands as the beat begins.
    pub standing: Option<Standing>,
    /// How a goal's stands with its solution.
    pub solved: Option<Standing>,
    /// A goal's solution in words, a setting each.
    pub solution: Vec<String>,
}

/// One part of a right answer, or one of several options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Truth {
    /// What is asked, as the learner reads it.
    pub label: String,
    /// What is measured.
    pub text: String,
    /// Whether it holds, for an option.
    pub holds: Option<bool>,
}

/// Looks a lesson through.
pub fn insight(file: &LessonFile) -> Insight {
    let beats = (0..file.lesson.beats.len()).map(|beat| of_beat(&file.lesson, beat));
    Insight {
        problems: check_own(file),
        unplayable: file.unplayable(),
        beats: beats.collect(),
    }
}

fn of_beat(lesson: &Lesson, number: usize) -> BeatInsight {
    let mut said = BeatInsight {
        steps: None,
        truths: Vec::new(),
        standing: None,
        solved: None,
        solution: Vec::new(),
    };
    let Ok(script) = lesson.scenario_of_beat(number) else {
        return said;
    };
    let Ok(world) = script.run() else {
        return said;
    };
    let run = world.asked();
    said.steps = Some(run.len() as u32);
    match &lesson.beats[number].task {
        Task::Observe { .. } | Task::Cards => {}
        Task::Predict(prediction) => said.truths = truths(prediction, run),
        Task::Goal(goal) => {
            said.standing = Some(goal.when.standing(run));
            said.solution = in_words(&script, &goal.solution);
            let solved = script.set_all(&goal.solution).and_then(|s| s.run());
            said.solved = solved.ok().map(|solved| goal.when.standing(&solved));
        }
        Task::Spot(claim) => said.standing = Some(claim.holds.standing(run)),
    }
    said
}

/// The right answer, as whoever answers wrongly is told it.
fn truths(prediction: &Prediction, run: Asked<'_>) -> Vec<Truth> {
    let nothing = match &prediction.answer {
        AnswerForm::Choice { options } => {
            return options
                .iter()
                .map(|option| {
                    let standing = option.holds.standing(run);
                    let measured: Vec<&str> = (standing.parts.iter())
                        .map(|part| part.measured.as_str())
                        .collect();
                    Truth {
                        label: option.text.clone(),
                        text: measured.join(", "),
                        holds: Some(standing.holds),
                    }
                })
                .collect();
        }
        AnswerForm::Numbers { .. } => Answer::Numbers(Vec::new()),
        AnswerForm::Events { .. } => Answer::Events(Vec::new()),
        AnswerForm::Windows { .. } => Answer::Windows(Vec::new()),
        AnswerForm::Order { .. } => Answer::Order(Vec::new()),
        AnswerForm::Sort { .. } => Answer::Sort(Vec::new()),
    };
    let parts = prediction.graded(run, &nothing, false).parts;
    let truth = |part: super::GradePart| Truth {
        label: part.label,
        text: part.truth,
        holds: None,
    };
    parts.into_iter().map(truth).collect()
}

/// Settings that lead from one scenario to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Way {
    /// In an order in which each can be set.
    pub settings: Vec<Setting>,
    /// Each in words.
    pub words: Vec<String>,
    /// Whether they lead all the way: not everything can be said in settings.
    pub whole: bool,
}

/// The way from one scenario to another.
pub fn way(start: &Script, now: &Script) -> Way {
    let settings = start.changes(now);
    Way {
        whole: start.set_all(&settings).as_ref() == Ok(now),
        words: in_words(start, &settings),
        settings,
    }
}

/// Settings in words: `Watermark delay: 1 min`.
fn in_words(start: &Script, settings: &[Setting]) -> Vec<String> {
    let mut script = start.clone();
    let mut words = Vec::new();
    for setting in settings {
        if let Ok(changed) = script.set_all(std::slice::from_ref(setting)) {
            script = changed;
        }
        let knobs = script.knobs();
        let knob = knobs.iter().find(|knob| knob.id == setting.knob);
        words.push(knob.map_or_else(
            || setting.text(),
            |knob| format!("{}: {}", knob.label, standing_of(knob)),
        ));
    }
    words
}

/// Where a knob stands, as it is read.
fn standing_of(knob: &Knob) -> String {
    match &knob.control {
        Control::Span { text, .. } | Control::Instant { text, .. } => text.clone(),
        Control::Number { value, .. } => value.to_string(),
        Control::Select { value, options } => {
            let chosen = options.iter().find(|option| option.value == *value);
            chosen.map_or(value, |option| &option.label).clone()
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::json::from_json;
    use crate::knobs::SettingValue;

    const STREAM: &str = r#"{"engine":"flink",
        "pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"count","watermark":{"kind":"bounded","delay":"10 s"}},
        "input":{"steps":[
            {"event":{"id":"e1","key":"a","ts":300000}},
            {"event":{"id":"e2","key":"a","ts":610500}},
            {"event":{"id":"e3","key":"a","ts":301000}},
            {"end":true}]}}"#;

    fn lesson(beats: &str) -> LessonFile {
        let mut file = LessonFile::begin("own-1", Script::parse(STREAM).expect("a sound scenario"));
        file.lesson.beats = from_json(beats).expect("beats");
        file
    }

    #[test]
    fn the_truth_is_what_the_run_does() {
        let file = lesson(
            r#"[
            {"id":"n","title":"n","do":{"kind":"predict","ask":"?","answer":{"kind":"numbers","blanks":[
                {"label":"late","measure":{"of":"late"}}]}}},
            {"id":"c","title":"c","do":{"kind":"predict","ask":"?","answer":{"kind":"choice","options":[
                {"text":"yes","holds":{"measure":{"of":"late"},"is":"=","value":1}},
                {"text":"no","holds":{"measure":{"of":"late"},"is":"=","value":0}}]}}},
            {"id":"e","title":"e","do":{"kind":"predict","ask":"?","answer":{"kind":"events","set":{"events":"late"}}}},
            {"id":"g","title":"g","do":{"kind":"goal","say":"?","when":{"measure":{"of":"late"},"is":"=","value":0},
                "par":1,"hints":["?"],"solution":[{"knob":"watermark.delay","value":"10 min"}]}}]"#,
        );
        let beats = insight(&file).beats;
        let read = |beat: usize| -> Vec<(String, Option<bool>)> {
            let truths = beats[beat].truths.iter();
            truths.map(|t| (t.text.clone(), t.holds)).collect()
        };
        assert_eq!(read(0), [("1".into(), None)]);
        assert_eq!(
            read(1),
            [("1".into(), Some(true)), ("1".into(), Some(false))]
        );
        assert_eq!(read(2), [("e3".into(), None)]);
        let (goal, said) = (&beats[3], "Watermark delay: 10 min");
        assert_eq!(goal.steps, Some(4));
        assert_eq!(goal.standing.as_ref().map(|s| s.holds), Some(false));
        assert_eq!(goal.solved.as_ref().map(|s| s.holds), Some(true));
        assert_eq!(goal.solution, [said]);
    }

    #[test]
    fn the_way_to_the_stage_is_told_in_settings_and_says_when_it_falls_short() {
        let start = Script::parse(STREAM).expect("sound");
        let setting = Setting {
            knob: "allowed_lateness".into(),
            value: SettingValue::Text("1 min".into()),
        };
        let now = start.set_all(&[setting]).expect("possible");
        let told = way(&start, &now);
        assert!(told.whole);
        assert_eq!(told.words, ["Allowed lateness: 1 min"]);
        assert_eq!(start.set_all(&told.settings), Ok(now));
        let sources = STREAM.replace(r#""engine":"flink""#, r#""engine":"flink","sources":["x"]"#);
        let elsewhere = Script::parse(&sources).expect("sound");
        assert!(!way(&start, &elsewhere).whole);
    }
}
