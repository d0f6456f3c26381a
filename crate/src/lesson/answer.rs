//! In what forms predictions are answered, what is answered, and how it fares.

use super::SessionPick;
use crate::explain::Subject;
use crate::json::{need, or_default, tagged};
use crate::knobs::Setting;
use crate::measure::{Condition, EventSet, Measure, WindowSet};
use serde::{Deserialize, Serialize};

/// In what form a prediction is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "RawAnswerForm")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum AnswerForm {
    /// Numbers, one for each blank.
    Numbers {
        /// The blanks.
        blanks: Vec<Blank>,
    },
    /// One of several; exactly one of them holds.
    Choice {
        /// Which.
        options: Vec<ChoiceOption>,
    },
    /// Some of the events.
    Events {
        /// Which they are.
        set: EventSet,
        /// Events worth a word where they are picked or left out wrongly.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        picks: Vec<PickTrap>,
    },
    /// Some of the windows, of all keys at once; sessions are picked by their first and their last event.
    Windows {
        /// Which they are.
        windows: WindowSet,
        /// Windows worth a word where they are picked or left out wrongly.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        picks: Vec<PickTrap>,
    },
    /// Several things put in order: by what is measured of each, the least first.
    Order {
        /// What is put in order, not listed in the right one.
        items: Vec<Sorted>,
        /// Pairs the wrong way round that are worth a word.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        swaps: Vec<SwapTrap>,
    },
    /// Each of several things put into one of several classes.
    Sort {
        /// The classes.
        into: Vec<Class>,
        /// What is put into them.
        items: Vec<Sorted>,
    },
}

tagged! {
    RawAnswerForm => AnswerForm by kind {
        blanks: Vec<Blank>,
        options: Vec<ChoiceOption>,
        set: EventSet,
        windows: WindowSet,
        picks: Vec<PickTrap>,
        into: Vec<Class>,
        items: Vec<Sorted>,
        swaps: Vec<SwapTrap>,
    }
    "numbers" => Numbers { blanks: need }
    "choice" => Choice { options: need }
    "events" => Events { set: need, picks: or_default }
    "windows" => Windows { windows: need, picks: or_default }
    "order" => Order { items: need, swaps: or_default }
    "sort" => Sort { into: need, items: need }
}

/// A class that things are put into.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Class {
    /// What a measure says of what belongs here: `late`, `12:58:59.999`.
    pub name: String,
    /// As it is read.
    pub label: String,
}

/// An event or a window that gives a misconception away: picked where it does not belong, or left out where it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct PickTrap {
    /// The event's id, or the window as it is read; of a session its first and its last event, `e1 to e4`, or `e7 alone`.
    pub pick: String,
    /// The misconception, as a name that scores are kept by.
    pub misconception: String,
    /// What to say to it.
    pub say: String,
}

/// Two things in the wrong order that give a misconception away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct SwapTrap {
    /// What was put first, by its label.
    pub first: String,
    /// What was put behind it, by its label.
    pub then: String,
    /// The misconception, as a name that scores are kept by.
    pub misconception: String,
    /// What to say to it.
    pub say: String,
}

/// Something to be put into a class, or in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Sorted {
    /// As it is read.
    pub label: String,
    /// What says where it belongs.
    pub measure: Measure,
    /// What is set before it is measured: what if?
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<Setting>,
    /// After how many steps; where left out, as the prediction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub at: Option<u32>,
    /// The names of the classes that come into question for it; all where left out. A length of time and a count are not chosen from one
    /// list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub among: Option<Vec<String>>,
    /// Wrong classes worth a word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traps: Vec<ClassTrap>,
}

/// A wrong class that gives a misconception away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ClassTrap {
    /// The class's name.
    pub name: String,
    /// The misconception, as a name that scores are kept by.
    pub misconception: String,
    /// What to say to it.
    pub say: String,
}

/// A number to be filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Blank {
    /// What stands before it.
    pub label: String,
    /// What it is.
    pub measure: Measure,
    /// Wrong answers worth a word: what they give away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traps: Vec<Trap>,
}

/// A wrong number that gives a misconception away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Trap {
    /// The number; 0 where there is none.
    pub number: f64,
    /// The misconception, as a name that scores are kept by.
    pub misconception: String,
    /// What to say to it.
    pub say: String,
}

/// One of several answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ChoiceOption {
    /// As it is read.
    pub text: String,
    /// When it is right.
    pub holds: Condition,
    /// What choosing it wrongly gives away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub misconception: Option<String>,
    /// What to say to who chose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub say: Option<String>,
}

/// What a learner answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Answer {
    /// The numbers in the blanks; `null` for one left empty.
    Numbers(Vec<Option<f64>>),
    /// The number of the option.
    Choice(u32),
    /// The numbers of the events.
    Events(Vec<u32>),
    /// The numbers of the windows among [`crate::frame::Overview::bands`].
    Windows(Vec<u32>),
    /// The sessions.
    Sessions(Vec<SessionPick>),
    /// The numbers of the things, first things first.
    Order(Vec<u32>),
    /// The name of each thing's class; `null` for one not put anywhere.
    Sort(Vec<Option<String>>),
}

/// How an answer fares.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Grade {
    /// Whether all of it is right.
    pub right: bool,
    /// What is right, part by part: for each blank or thing, for the choice, for the events.
    pub parts: Vec<GradePart>,
    /// The misconceptions that wrong parts give away.
    pub misconceptions: Vec<String>,
}

/// One part of an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct GradePart {
    /// What was asked.
    pub label: String,
    /// Whether it is right.
    pub right: bool,
    /// What was answered, as it is read; empty where nothing was.
    pub given: String,
    /// The right answer, as the simulation gives it.
    pub truth: String,
    /// What to say to it.
    pub say: Option<String>,
    /// Why that is so; only where the answer is wrong, and where something in the run explains it.
    pub why: Option<Because>,
}

/// Why something measured is what it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Because {
    /// As one sentence.
    pub verdict: String,
    /// The events responsible.
    pub events: Vec<u32>,
    /// What "why?" asks about for the whole answer, after [`Because::position`] steps; none where it is about another run.
    pub subject: Option<Subject>,
    /// After how many steps it is to be seen.
    pub position: u32,
}
