//! Explanations: from the trace to plain English, with the numbers that were compared.
//!
//! Three depths: a [`sentence`] for one fact, a [`narration`] of one step, and an answer to [`why`]. What they say was decided
//! by the engine and stands in the trace, in the scenario, or in the engine's state at that position; nothing is simulated
//! here. An answer is given as seen from a position: what comes later has not happened yet.
//!
//! ```text
//! fact -> sentence      "R45's [12:00, 12:05) emits 2: the watermark 12:07:17.999 ≥ 12:04:59.999, its last millisecond."
//! step -> narration     the most important fact as a headline, the others in the order in which they happened
//! Subject -> why        verdict, rule with its origin, numbers put in, chain of causes, responsible events
//! ```

mod comparison;
mod words;

mod rules;

mod sentence;

mod moments;

mod outlook;

mod narration;

mod chain;

mod event;

mod emission;

mod window;

mod missing;

pub(crate) mod measured;

mod watermark;

mod contrast;

mod askable;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use crate::json::{maybe, need, tagged};
use crate::model::Window;
use crate::run::Run;
use crate::time::EventTime;
use serde::{Deserialize, Serialize};

pub use askable::askable;
pub use contrast::{Contrast, Contrasted, contrast, contrast_of_tasks};
pub use narration::narration;
pub use sentence::sentence;

/// How a step went for the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Tone {
    /// Nothing that anybody waits for.
    Neutral,
    /// Time or windows moved on.
    Progress,
    /// A result came out.
    Result,
    /// An event was lost, or the job would never end.
    Loss,
}

/// What one step did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Narration {
    /// How it went.
    pub tone: Tone,
    /// The most important thing, as one sentence.
    pub headline: String,
    /// Its reason and what else happened, in order; may be empty.
    pub text: String,
    /// What "Why?" asks about here.
    pub subject: Option<Subject>,
}

/// Something to ask "why?" about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "RawSubject")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Subject {
    /// What became of an event.
    Event {
        /// Its number in the order of arrival.
        event: u32,
    },
    /// What made a result come out.
    Emission {
        /// Its number in the order of emission.
        emission: u32,
    },
    /// Where a window is in its life.
    Window {
        /// Its number in the order of opening.
        lane: u32,
    },
    /// Why a window has no result.
    Missing {
        /// Whose.
        key: String,
        /// The window's start in ms; left out for the global window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        start: Option<i64>,
        /// The window's end in ms, as the engine writes it; left out for the global window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        end: Option<i64>,
    },
    /// Why the watermark stands where it stands.
    Watermark {
        /// Of which source; the combined one where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        source: Option<u16>,
    },
    /// Something of a model of a cluster, by its id in the scene.
    Thing {
        /// The id.
        thing: String,
    },
}

tagged! {
    RawSubject => Subject by kind {
        event: u32,
        emission: u32,
        lane: u32,
        key: String,
        start: i64,
        end: i64,
        source: u16,
        thing: String,
    }
    "event" => Event { event: need }
    "emission" => Emission { emission: need }
    "window" => Window { lane: need }
    "missing" => Missing { key: need, start: maybe, end: maybe }
    "watermark" => Watermark { source: maybe }
    "thing" => Thing { thing: need }
}

/// An answer to "why?".
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Explanation {
    /// What is asked about.
    pub title: String,
    /// The answer, as one sentence.
    pub verdict: String,
    /// The engine's rule, in words and as a formula, with where it is from.
    pub rule: String,
    /// The numbers put in.
    pub numbers: Vec<Line>,
    /// What led to it, first things first.
    pub steps: Vec<CauseStep>,
    /// The events responsible, each once.
    pub events: Vec<u32>,
    /// The position at which to see it happen.
    pub position: Option<u32>,
}

/// One number, with what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Line {
    /// What it is.
    pub label: String,
    /// The number, and where it comes from.
    pub value: String,
}

impl Line {
    fn new(label: impl Into<String>, value: impl Into<String>) -> Line {
        Line {
            label: label.into(),
            value: value.into(),
        }
    }
}

/// One link of a chain of causes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct CauseStep {
    /// The position right after it.
    pub position: u32,
    /// What happened.
    pub text: String,
}

/// Answers "why?" as seen after `position` steps.
pub fn why(run: &Run, subject: &Subject, position: usize) -> Explanation {
    let position = position.min(run.len());
    match subject {
        Subject::Event { event } => event::explain(run, *event, position),
        Subject::Emission { emission } => emission::explain(run, *emission, position),
        Subject::Window { lane } => window::explain(run, *lane, position),
        Subject::Missing { key, start, end } => {
            let window = match (*start, *end) {
                (Some(start), Some(end)) => Window::new(EventTime(start), EventTime(end)),
                _ => Window::GLOBAL,
            };
            missing::explain(run, key, window, position)
        }
        Subject::Watermark { source } => watermark::explain(run, *source, position),
        // A stream has no such things.
        Subject::Thing { .. } => Explanation::default(),
    }
}
