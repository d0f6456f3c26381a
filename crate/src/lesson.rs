//! Lessons: data and prose, and the proof that they hold together.
//!
//! A lesson is a folder with `lesson.json` (this form) and `lesson.md` (a section of prose for each beat). Nothing in it says
//! what an answer is: predictions are graded and goals are judged by the simulation of the scenario that is on screen.

use crate::knobs::Setting;
use crate::measure::{Condition, Standing};
use crate::scenario::{Problem, Scenario};
use crate::world::Script;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod answer;

pub mod check;

pub mod curriculum;

pub mod file;

pub mod grade;

#[cfg(feature = "studio")]
pub mod insight;

mod names;

pub mod offered;

pub mod prose;

mod raw;

mod reason;

mod session;

mod sources;

pub use session::SessionPick;
pub use sources::Sources;

pub use answer::{
    Answer, AnswerForm, Because, Blank, ChoiceOption, Class, ClassTrap, Grade, GradePart, PickTrap,
    Sorted, SwapTrap, Trap,
};

/// What stands in a chapter's folder beside its lessons.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Its name for people.
    pub title: String,
}

/// A lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Lesson {
    /// Its name in links, for good.
    pub slug: String,
    /// Its name for people.
    pub title: String,
    /// The one question it answers.
    pub question: String,
    /// About how long it takes.
    pub minutes: u32,
    /// The ids of the curriculum's items it covers; a lesson of a person's own has no curriculum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<String>,
    /// The ids of the errata it exercises.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errata: Vec<String>,
    /// The stage's views it offers, the first one shown first.
    pub views: Vec<View>,
    /// The knobs it offers.
    pub knobs: Vec<String>,
    /// Its scenarios by name; `start` is the one it opens with.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "Record<string, ScenarioSource>"))]
    pub scenarios: BTreeMap<String, ScenarioSource>,
    /// What it consists of, in order.
    pub beats: Vec<Beat>,
    /// Its interview questions.
    pub cards: Vec<Card>,
    /// The sentence to say in the interview.
    pub say: String,
}

/// A view of the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum View {
    /// Event time across, processing time down.
    TimePlane,
    /// Lanes per key.
    Windows,
    /// The keyed state.
    State,
    /// What came out.
    Results,
    /// Charts.
    Charts,
    /// The same events through the four engines, side by side.
    Engines,
    /// The pipeline as a program for a real engine.
    Code,
    /// Tasks of a cluster and what is on its way between them.
    Pipeline,
    /// How a load is spread over tasks.
    Partitions,
    /// The plan of a job.
    Plan,
}

/// Where a scenario comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, try_from = "raw::RawSource")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum ScenarioSource {
    /// Another of the lesson's, with some knobs set and perhaps another input.
    Changed {
        /// Which.
        from: String,
        /// What is set.
        #[serde(default)]
        set: Vec<Setting>,
        /// The input in place of the other's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        input: Option<crate::scenario::Input>,
    },
    /// Written out.
    Whole(Box<Script>),
}

/// One part of a lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Beat {
    /// Its name; the prose stands under a heading of this name.
    pub id: String,
    /// Its heading for people.
    pub title: String,
    /// The scenario it is about; the one before where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub scenario: Option<String>,
    /// Where the playhead is put when it begins: after so many steps. Left where it is if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub position: Option<u32>,
    /// The view it begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub view: Option<View>,
    /// What the learner does.
    #[serde(rename = "do")]
    pub task: Task,
}

/// What the learner does in a beat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Task {
    /// Looks on; done once the playhead has been here.
    Observe {
        /// After so many steps; where left out, the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        until: Option<u32>,
    },
    /// Says what will happen before it does.
    Predict(Prediction),
    /// Turns knobs until a condition holds.
    Goal(Goal),
    /// Judges a published claim by running it.
    Spot(Claim),
    /// Goes through the interview questions.
    Cards,
}

/// A question about what will happen; the transport waits for the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Prediction {
    /// The question.
    pub ask: String,
    /// The transport stops before this position until it is answered; where left out it does not stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub wait_at: Option<u32>,
    /// After how many steps the truth is read; the end where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub at: Option<u32>,
    /// What is answered.
    pub answer: AnswerForm,
}

/// A condition to reach by turning knobs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Goal {
    /// What is to be reached, in a sentence.
    pub say: String,
    /// When it is reached.
    pub when: Condition,
    /// The fewest changes that reach it.
    pub par: u32,
    /// Help, one at a time.
    pub hints: Vec<String>,
    /// Settings that reach it.
    pub solution: Vec<Setting>,
}

/// A published claim, judged by running it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Claim {
    /// What was claimed.
    pub claim: String,
    /// Its number in the errata, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub erratum: Option<String>,
    /// When it would be true.
    pub holds: Condition,
    /// What is right, said once it has been judged.
    pub instead: String,
}

/// An interview question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Card {
    /// Its name, for good.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// The scenario that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub scenario: Option<String>,
    /// The position that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub position: Option<u32>,
}

/// A scene with a question, such as the one that the home page opens on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Scene {
    /// What is played.
    pub scenario: Scenario,
    /// Where the playhead stands when the question is asked: after so many steps.
    pub position: u32,
    /// The question.
    pub prediction: Prediction,
    /// What to look at next, said once it has been answered.
    pub after: String,
    /// The lesson that goes on from here, by its slug.
    pub lesson: String,
}

/// How a goal stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct GoalState {
    /// Whether it is reached.
    pub reached: bool,
    /// Its conditions, each with what is measured.
    pub standing: Standing,
}

/// How a claim fares.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ClaimState {
    /// Whether it holds.
    pub holds: bool,
    /// What it says, each with what is measured.
    pub standing: Standing,
}

/// One of several scenarios, some of which are made from others.
///
/// # Errors
/// If there is none of that name, if it goes in circles, or if what it sets cannot be set.
pub fn named(scenarios: &[(&str, &ScenarioSource)], name: &str) -> Result<Script, Vec<Problem>> {
    let source = |name: &str| {
        let mut each = scenarios.iter();
        each.find_map(|(other, source)| (*other == name).then_some(*source))
    };
    let path = format!("scenarios.{name}");
    let problem = |message: &str| {
        vec![Problem {
            path: path.clone(),
            message: message.into(),
        }]
    };
    let inside = |problems: Vec<Problem>| -> Vec<Problem> {
        let place = |p: &Problem| format!("{path}.{}", p.path);
        problems
            .into_iter()
            .map(|p| Problem {
                path: place(&p),
                message: p.message,
            })
            .collect()
    };
    // From the one asked for back to one that is written out, and then forward again.
    let mut changes = Vec::new();
    let mut next = name;
    let mut scenario = loop {
        match source(next).ok_or_else(|| problem("there is no such scenario"))? {
            ScenarioSource::Whole(scenario) => {
                scenario.check().map_err(inside)?;
                break (**scenario).clone();
            }
            ScenarioSource::Changed { from, set, input } => {
                if changes.len() > scenarios.len() {
                    return Err(problem("is made from itself"));
                }
                changes.push((set, input));
                next = from;
            }
        }
    };
    for (set, input) in changes.into_iter().rev() {
        if let Some(input) = input {
            match &mut scenario {
                Script::Stream(scenario) => scenario.input = input.clone(),
                #[cfg(feature = "studio")]
                Script::Cluster { .. } => {
                    return Err(problem("only a stream has an input of its own"));
                }
            }
        }
        scenario = scenario.set_all(set).map_err(inside)?;
    }
    Ok(scenario)
}

impl Lesson {
    /// One of its scenarios.
    ///
    /// # Errors
    /// As for [`named`].
    pub fn scenario(&self, name: &str) -> Result<Script, Vec<Problem>> {
        let each = self.scenarios.iter();
        let list: Vec<_> = each.map(|(name, source)| (name.as_str(), source)).collect();
        named(&list, name)
    }

    /// The scenario that is on screen when a beat begins.
    ///
    /// # Errors
    /// As for [`Lesson::scenario`].
    pub fn scenario_of_beat(&self, beat: usize) -> Result<Script, Vec<Problem>> {
        let name = self.beats[..=beat]
            .iter()
            .rev()
            .find_map(|beat| beat.scenario.as_deref());
        self.scenario(name.unwrap_or("start"))
    }
}
