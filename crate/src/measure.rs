//! Measures: what can be asked of a run, and conditions made of them. Goals, predictions and checks are written in them.
//!
//! Functions of the trace at a position. What an answer is comes from the simulation, never from a lesson.

use crate::json::{Node, maybe, need, tagged};
use crate::knobs::{self, Setting};
use crate::run::Run;
use crate::time::EventTime;
use serde::{Deserialize, Serialize};

mod ask;
mod raw;
mod sets;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod weigh;

pub(crate) use ask::ends_of;
pub use sets::{EventSet, WindowSet};

/// Something that can be asked of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", try_from = "RawMeasure")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Measure {
    /// The value of a key's window: its latest result, or the one with this number, from 0.
    Result {
        /// The key.
        key: String,
        /// The window's start; left out for the global window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        start: Option<EventTime>,
        /// Which of its results; the latest where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        nth: Option<u32>,
    },
    /// How many results there are, of all keys and windows or of some.
    Results {
        /// Only of this key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        key: Option<String>,
        /// Only of windows starting here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        start: Option<EventTime>,
    },
    /// Which place the first result of a key's window has in the order in which results come out, from 1.
    Place {
        /// The key.
        key: String,
        /// The window's start.
        start: EventTime,
    },
    /// The sum of the latest results of all keys' windows that start here, or of all windows.
    Total {
        /// Only of windows starting here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        start: Option<EventTime>,
    },
    /// What a reader has who adds up all results of a key's window, or of all windows of the key, and takes off again what
    /// is withdrawn.
    AddedUp {
        /// The key.
        key: String,
        /// Only of windows starting here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        start: Option<EventTime>,
    },
    /// Of which kind the latest result of a key's window is, or the one with this number, from 0: `early`, `on_time`,
    /// `late`, where the engine says.
    Pane {
        /// The key.
        key: String,
        /// The window's start.
        start: EventTime,
        /// Which of its results; the latest where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        nth: Option<u32>,
    },
    /// How many events were late.
    Late,
    /// How many events that arrived are in no result.
    Uncounted,
    /// What became of an event: `not_arrived`, `waiting`, `counted`, `late`, `elsewhere`.
    Fate {
        /// The event's id.
        event: String,
    },
    /// Where an event stands in order: `in_order`, `out_of_order` (an event that happened later came first),
    /// `behind` (also behind the watermark, and taken), `late` (and lost).
    Order {
        /// The event's id.
        event: String,
    },
    /// How long an event was on its way, from when it happened to when it was processed.
    Lag {
        /// The event's id.
        event: String,
    },
    /// The watermark, as an instant; in Kafka Streams with several partitions, the stream time of one of them.
    Watermark {
        /// Of which source, where each has its own; the one that all go by where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        source: Option<u16>,
    },
    /// How many windows took an event; what they merged into counts, not they.
    WindowsOf {
        /// The event's id.
        event: String,
    },
    /// How many windows there were, merged ones not counted, of all keys or of one.
    Windows {
        /// Only of this key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        key: Option<String>,
    },
    /// How many windows are open.
    OpenWindows,
    /// The most windows that were ever open at once.
    StatePeak,
    /// How many events are in open windows, once for each window; for deduplication: how many rows are remembered.
    Held,
    /// How long after its window's end, on the processing clock, the first result came; of all or of one key and window.
    Wait {
        /// Only of this key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        key: Option<String>,
        /// Only of windows starting here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        start: Option<EventTime>,
    },
    /// How many late events went to the side output.
    SideOutput,
    /// How many events deduplication has passed on.
    Passed,
    /// Whether the engine takes the scenario with these settings: `yes`, or `no` where it refuses to start.
    Allowed {
        /// What is set first.
        set: Vec<Setting>,
    },
    /// Where a knob stands.
    Knob {
        /// The knob.
        knob: String,
    },
    /// A figure of a model of a cluster.
    Figure {
        /// Its id.
        figure: String,
    },
}

tagged! {
    RawMeasure => Measure by of {
        key: String,
        start: EventTime,
        nth: u32,
        event: String,
        knob: String,
        figure: String,
        set: Vec<Setting>,
        source: u16,
    }
    "result" => Result { key: need, start: maybe, nth: maybe }
    "results" => Results { key: maybe, start: maybe }
    "place" => Place { key: need, start: need }
    "total" => Total { start: maybe }
    "added_up" => AddedUp { key: need, start: maybe }
    "pane" => Pane { key: need, start: need, nth: maybe }
    "late" => Late {}
    "uncounted" => Uncounted {}
    "fate" => Fate { event: need }
    "order" => Order { event: need }
    "lag" => Lag { event: need }
    "watermark" => Watermark { source: maybe }
    "windows_of" => WindowsOf { event: need }
    "windows" => Windows { key: maybe }
    "open_windows" => OpenWindows {}
    "state_peak" => StatePeak {}
    "held" => Held {}
    "wait" => Wait { key: maybe, start: maybe }
    "side_output" => SideOutput {}
    "passed" => Passed {}
    "allowed" => Allowed { set: need }
    "knob" => Knob { knob: need }
    "figure" => Figure { figure: need }
}

/// What a measure gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Measured {
    /// As a number: a count, a value, ms. None where there is nothing to measure, or only a name.
    pub number: Option<f64>,
    /// As it is read.
    pub text: String,
    /// Of what kind.
    pub unit: Unit,
}

/// Of what kind a measured thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Unit {
    /// How many.
    Count,
    /// An aggregate's value.
    Value,
    /// An instant, in ms.
    Instant,
    /// A length of time, in ms.
    Span,
    /// One of several names.
    Name,
}

/// A condition on what a run measures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, try_from = "raw::RawCondition")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Condition {
    /// Every one of these holds.
    All {
        /// Which.
        all: Vec<Condition>,
    },
    /// At least one of these holds.
    Any {
        /// Which.
        any: Vec<Condition>,
    },
    /// This does not hold.
    Not {
        /// What.
        not: Box<Condition>,
    },
    /// A comparison.
    Is(Comparison),
}

/// A measure compared with a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Comparison {
    /// What is measured.
    pub measure: Measure,
    /// After how many steps; at the end where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub at: Option<u32>,
    /// How it is compared.
    pub is: Comparator,
    /// With what: a number, a name, a time or a length of time written out, or `none` for "there is none".
    pub value: Expected,
}

/// How two things are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Comparator {
    /// The same.
    #[serde(rename = "=")]
    Equal,
    /// Not the same.
    #[serde(rename = "!=")]
    NotEqual,
    /// Less.
    #[serde(rename = "<")]
    Less,
    /// Less or the same.
    #[serde(rename = "<=")]
    AtMost,
    /// More.
    #[serde(rename = ">")]
    More,
    /// More or the same.
    #[serde(rename = ">=")]
    AtLeast,
}

/// What a measure is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, try_from = "Node")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Expected {
    /// A number, or ms.
    Number(f64),
    /// A name, a time, a length of time, or `none`.
    Text(String),
}

impl TryFrom<Node> for Expected {
    type Error = &'static str;

    fn try_from(node: Node) -> Result<Expected, &'static str> {
        match node {
            Node::Whole(number) => Ok(Expected::Number(number as f64)),
            Node::Real(number) => Ok(Expected::Number(number)),
            Node::Text(text) => Ok(Expected::Text(text)),
            _ => Err("a measure is compared with a number or a text"),
        }
    }
}

/// A condition, and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Standing {
    /// Whether it holds.
    pub holds: bool,
    /// What it is made of: each comparison as it is read, with what was measured, and whether it holds.
    pub parts: Vec<Part>,
}

/// One comparison, or several that belong together, and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Part {
    /// What is asked: `late events = 0`.
    pub asked: String,
    /// What was measured: `1`; of several, how many hold.
    pub measured: String,
    /// Whether it holds.
    pub holds: bool,
    /// Those that belong together; none for a comparison.
    pub parts: Vec<Part>,
}

impl Measure {
    /// As it is read of a stream: `late events`, `result of home in the window from 00:00`.
    pub(crate) fn stream_name(&self, run: &Run) -> String {
        let window = |start: &Option<EventTime>| {
            start.map_or_else(String::new, |start| {
                format!(" in the window from {}", run.clock.event(start))
            })
        };
        let of = |key: &Option<String>| {
            key.as_ref()
                .map_or_else(String::new, |key| format!(" of {key}"))
        };
        match self {
            Measure::Result {
                key,
                start,
                nth: None,
            } => format!("result of {key}{}", window(start)),
            Measure::Result {
                key,
                start,
                nth: Some(nth),
            } => format!("result {} of {key}{}", nth + 1, window(start)),
            Measure::Results { key, start } => format!("results{}{}", of(key), window(start)),
            Measure::Total { start } => format!("total{}", window(start)),
            Measure::AddedUp { key, start } => {
                format!("results of {key}{} added up", window(start))
            }
            Measure::Pane { key, start, nth } => {
                let which = nth.map_or_else(String::new, |nth| format!(" {}", nth + 1));
                format!("kind of pane{which} of {key}{}", window(&Some(*start)))
            }
            Measure::Late => "late events".into(),
            Measure::Uncounted => "events in no result".into(),
            Measure::Fate { event } => format!("fate of {event}"),
            Measure::Order { event } => format!("order of {event}"),
            Measure::Place { key, start } => {
                format!("place of {key}{} among the results", window(&Some(*start)))
            }
            Measure::Lag { event } => format!("time that {event} was on its way"),
            Measure::Watermark { source: None } => "watermark".into(),
            Measure::Watermark {
                source: Some(source),
            } => format!("stream time of {}", run.names().source(*source)),
            Measure::WindowsOf { event } => format!("windows that take {event}"),
            Measure::Windows { key } => format!("windows{}", of(key)),
            Measure::OpenWindows => "open windows".into(),
            Measure::StatePeak => "most windows open at once".into(),
            Measure::Wait { key, start } => {
                format!("wait for the first result{}{}", of(key), window(start))
            }
            Measure::Held => "events in the state".into(),
            Measure::SideOutput => "events in the side output".into(),
            Measure::Passed => "events passed on".into(),
            Measure::Allowed { set } => {
                let settings: Vec<String> = set.iter().map(Setting::text).collect();
                format!(
                    "{} starts with {}",
                    run.scenario.engine.title(),
                    settings.join(", ")
                )
            }
            Measure::Figure { figure } => figure.clone(),
            Measure::Knob { knob } => knobs::knobs(&run.scenario)
                .into_iter()
                .find(|k| k.id == *knob)
                .map_or_else(|| knob.clone(), |k| k.label.to_ascii_lowercase()),
        }
    }

    /// The names it answers with, where they are always the same.
    pub(crate) fn names(&self) -> &'static [&'static str] {
        match self {
            Measure::Fate { .. } => &["not_arrived", "waiting", "counted", "late", "elsewhere"],
            Measure::Order { .. } => &["not_arrived", "in_order", "out_of_order", "behind", "late"],
            Measure::Pane { .. } => &["early", "on_time", "late"],
            Measure::Allowed { .. } => &["yes", "no"],
            Measure::Result { .. }
            | Measure::Results { .. }
            | Measure::AddedUp { .. }
            | Measure::Place { .. }
            | Measure::Total { .. }
            | Measure::Late
            | Measure::Uncounted
            | Measure::Lag { .. }
            | Measure::Watermark { .. }
            | Measure::WindowsOf { .. }
            | Measure::Windows { .. }
            | Measure::OpenWindows
            | Measure::StatePeak
            | Measure::Wait { .. }
            | Measure::Held
            | Measure::SideOutput
            | Measure::Passed
            | Measure::Knob { .. }
            | Measure::Figure { .. } => &[],
        }
    }
}

/// An event's number, by its id; the first, where it was delivered several times.
pub fn event_index(run: &Run, id: &str) -> Option<u32> {
    run.names()
        .events
        .iter()
        .position(|name| name == id)
        .map(|index| index as u32)
}
