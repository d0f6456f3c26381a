//! Measures: what can be asked of a run, and conditions made of them. Goals, predictions and checks are written in them.
//!
//! Functions of the trace at a position. What an answer is comes from the simulation, never from a lesson.

use crate::knobs::{self, Control};
use crate::model::Window;
use crate::run::Run;
use crate::time::{EventTime, Span, Watermark, format_span, parse_instant, parse_span};
use crate::trace::{Emission, Lane};
use serde::{Deserialize, Serialize};

/// Something that can be asked of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
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
    /// The watermark, as an instant.
    Watermark,
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
    /// Where a knob stands.
    Knob {
        /// The knob.
        knob: String,
    },
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
#[serde(untagged)]
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
#[serde(untagged)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Expected {
    /// A number, or ms.
    Number(f64),
    /// A name, a time, a length of time, or `none`.
    Text(String),
}

/// A condition, and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Standing {
    /// Whether it holds.
    pub holds: bool,
    /// Each comparison in it: as it is read, with what was measured, and whether it holds.
    pub parts: Vec<Part>,
}

/// One comparison, and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Part {
    /// What is asked: `late events = 0`.
    pub asked: String,
    /// What was measured: `1`.
    pub measured: String,
    /// Whether it holds.
    pub holds: bool,
}

impl Measure {
    /// As it is read: `late events`, `result of home in the window from 00:00`.
    pub fn name(&self, run: &Run) -> String {
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
            Measure::Late => "late events".into(),
            Measure::Uncounted => "events in no result".into(),
            Measure::Fate { event } => format!("fate of {event}"),
            Measure::Order { event } => format!("order of {event}"),
            Measure::Place { key, start } => {
                format!("place of {key}{} among the results", window(&Some(*start)))
            }
            Measure::Lag { event } => format!("time that {event} was on its way"),
            Measure::Watermark => "watermark".into(),
            Measure::WindowsOf { event } => format!("windows that take {event}"),
            Measure::Windows { key } => format!("windows{}", of(key)),
            Measure::OpenWindows => "open windows".into(),
            Measure::StatePeak => "most windows open at once".into(),
            Measure::Wait { key, start } => {
                format!("wait for the first result{}{}", of(key), window(start))
            }
            Measure::Knob { knob } => knobs::knobs(&run.scenario)
                .into_iter()
                .find(|k| k.id == *knob)
                .map_or_else(|| knob.clone(), |k| k.label.to_lowercase()),
        }
    }

    /// The names it answers with, where they are always the same.
    pub(crate) fn names(&self) -> &'static [&'static str] {
        match self {
            Measure::Fate { .. } => &["not_arrived", "waiting", "counted", "late", "elsewhere"],
            Measure::Order { .. } => &["not_arrived", "in_order", "out_of_order", "behind", "late"],
            Measure::Result { .. }
            | Measure::Results { .. }
            | Measure::Place { .. }
            | Measure::Total { .. }
            | Measure::Late
            | Measure::Uncounted
            | Measure::Lag { .. }
            | Measure::Watermark
            | Measure::WindowsOf { .. }
            | Measure::Windows { .. }
            | Measure::OpenWindows
            | Measure::StatePeak
            | Measure::Wait { .. }
            | Measure::Knob { .. } => &[],
        }
    }

    /// What it gives after so many steps.
    pub fn ask(&self, run: &Run, position: usize) -> Measured {
        let position = position.min(run.len());
        let count = |n: usize| Measured {
            number: Some(n as f64),
            text: n.to_string(),
            unit: Unit::Count,
        };
        match self {
            Measure::Result { key, start, nth } => {
                let mut found =
                    emissions(run, position, Some(key), *start).filter(|e| e.value.is_some());
                let emission = match nth {
                    Some(nth) => found.nth(*nth as usize),
                    None => found.last(),
                };
                value_of(run, emission)
            }
            Measure::Results { key, start } => {
                count(emissions(run, position, key.as_deref(), *start).count())
            }
            Measure::Total { start } => total(run, position, *start),
            Measure::Place { key, start } => emissions(run, position, None, None)
                .position(|e| run.names().key(e.key) == key && e.window.start == *start)
                .map_or_else(nothing(Unit::Count), |place| count(place + 1)),
            Measure::Lag { event } => {
                lag(run, event, position).map_or_else(nothing(Unit::Span), |lag| Measured {
                    number: Some(lag.ms() as f64),
                    text: format_span(lag),
                    unit: Unit::Span,
                })
            }
            Measure::Late => count(
                run.trace
                    .late
                    .iter()
                    .filter(|late| (late.step as usize) < position)
                    .count(),
            ),
            Measure::Uncounted => {
                let by = |step: Option<u32>| step.is_some_and(|step| (step as usize) < position);
                count(
                    run.trace
                        .fates
                        .iter()
                        .filter(|f| by(f.arrived.map(|a| a.0)) && !by(f.counted))
                        .count(),
                )
            }
            Measure::Fate { event } => name_of(fate(run, event, position)),
            Measure::Order { event } => name_of(order(run, event, position)),
            Measure::Watermark => {
                let watermark = position.checked_sub(1).map_or(Watermark::NONE, |last| {
                    run.trace.watermark_after(last as u32)
                });
                let number = watermark.time().map(|time| time.ms() as f64);
                Measured {
                    number,
                    text: run.clock.watermark(watermark),
                    unit: Unit::Instant,
                }
            }
            Measure::WindowsOf { event } => {
                let index = event_index(run, event);
                count(
                    lanes(run, position)
                        .filter(|lane| !merged(lane, position))
                        .filter(|lane| index.is_some_and(|index| lane.events.contains(&index)))
                        .count(),
                )
            }
            Measure::Windows { key } => count(
                lanes(run, position)
                    .filter(|lane| {
                        key.as_ref()
                            .is_none_or(|key| run.names().key(lane.key) == key)
                    })
                    .filter(|lane| !merged(lane, position))
                    .count(),
            ),
            Measure::OpenWindows => count(
                lanes(run, position)
                    .filter(|lane| open(lane, position))
                    .count(),
            ),
            Measure::StatePeak => count(state_peak(run, position)),
            Measure::Wait { key, start } => {
                let first = emissions(run, position, key.as_deref(), *start)
                    .find(|e| !e.window.is_global());
                first.map_or_else(nothing(Unit::Span), |emission| {
                    let wait = emission.at.ms() - emission.window.end.ms();
                    Measured {
                        number: Some(wait as f64),
                        text: format_span(Span(wait)),
                        unit: Unit::Span,
                    }
                })
            }
            Measure::Knob { knob } => knob_of(run, knob),
        }
    }
}

impl Condition {
    /// How it stands in a run, where comparisons without a position of their own are made at the end.
    pub fn standing(&self, run: &Run) -> Standing {
        let mut parts = Vec::new();
        let holds = self.weigh(run, &mut parts);
        Standing { holds, parts }
    }

    /// Whether it holds.
    pub fn holds(&self, run: &Run) -> bool {
        self.weigh(run, &mut Vec::new())
    }

    fn weigh(&self, run: &Run, parts: &mut Vec<Part>) -> bool {
        // Every part is looked at, also behind one that decides already: people see them all.
        match self {
            Condition::All { all } => {
                let held = all
                    .iter()
                    .filter(|condition| condition.weigh(run, parts))
                    .count();
                held == all.len()
            }
            Condition::Any { any } => {
                let held = any
                    .iter()
                    .filter(|condition| condition.weigh(run, parts))
                    .count();
                held > 0
            }
            Condition::Not { not } => !not.weigh(run, parts),
            Condition::Is(comparison) => comparison.weigh(run, parts),
        }
    }
}

impl Comparison {
    fn weigh(&self, run: &Run, parts: &mut Vec<Part>) -> bool {
        let measured = self
            .measure
            .ask(run, self.at.map_or(run.len(), |at| at as usize));
        let holds = self.is.holds(&measured, &self.value);
        let sign = self.is.sign();
        let value = self.value.text(run, measured.unit);
        let when = self
            .at
            .map_or_else(String::new, |at| format!(" after step {at}"));
        // Names are written in scenarios as `out_of_order`, and read as people write.
        let read = |text: String| match measured.unit {
            Unit::Name => text.replace('_', " "),
            Unit::Count | Unit::Value | Unit::Instant | Unit::Span => text,
        };
        parts.push(Part {
            asked: format!("{}{when} {sign} {}", self.measure.name(run), read(value)),
            measured: read(measured.text.clone()),
            holds,
        });
        holds
    }
}

impl Comparator {
    fn sign(self) -> &'static str {
        match self {
            Comparator::Equal => "=",
            Comparator::NotEqual => "≠",
            Comparator::Less => "<",
            Comparator::AtMost => "≤",
            Comparator::More => ">",
            Comparator::AtLeast => "≥",
        }
    }

    fn holds(self, measured: &Measured, expected: &Expected) -> bool {
        let order = match (measured.number, expected.number(measured.unit)) {
            (Some(a), Some(b)) if measured.unit.same(a, b, 1e-9) => Some(std::cmp::Ordering::Equal),
            (Some(a), Some(b)) => a.partial_cmp(&b),
            _ => {
                let same = match expected {
                    Expected::Text(text) => {
                        *text == measured.text || (text == "none" && measured.number.is_none())
                    }
                    Expected::Number(_) => false,
                };
                return match self {
                    Comparator::Equal => same,
                    Comparator::NotEqual => !same,
                    Comparator::Less
                    | Comparator::AtMost
                    | Comparator::More
                    | Comparator::AtLeast => false,
                };
            }
        };
        match self {
            Comparator::Equal => order.is_some_and(std::cmp::Ordering::is_eq),
            Comparator::NotEqual => order.is_none_or(std::cmp::Ordering::is_ne),
            Comparator::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Comparator::AtMost => order.is_some_and(std::cmp::Ordering::is_le),
            Comparator::More => order.is_some_and(std::cmp::Ordering::is_gt),
            Comparator::AtLeast => order.is_some_and(std::cmp::Ordering::is_ge),
        }
    }
}

impl Unit {
    /// Whether two numbers of this kind are the same: an aggregate's value within a relative tolerance, all else exactly.
    pub(crate) fn same(self, a: f64, b: f64, tolerance: f64) -> bool {
        match self {
            Unit::Value => (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0),
            Unit::Count | Unit::Instant | Unit::Span | Unit::Name => a == b,
        }
    }
}

impl Expected {
    fn number(&self, unit: Unit) -> Option<f64> {
        match (self, unit) {
            (Expected::Number(n), _) => Some(*n),
            (Expected::Text(text), Unit::Instant) => parse_instant(text).map(|ms| ms as f64),
            (Expected::Text(text), Unit::Span) => parse_span(text).map(|ms| ms as f64),
            (Expected::Text(_), Unit::Count | Unit::Value | Unit::Name) => None,
        }
    }

    fn text(&self, run: &Run, unit: Unit) -> String {
        match (self.number(unit), unit) {
            (Some(ms), Unit::Instant) => run.clock.format(ms as i64),
            (Some(ms), Unit::Span) => format_span(Span(ms as i64)),
            (Some(n), Unit::Count | Unit::Value | Unit::Name) => n.to_string(),
            (None, _) => match self {
                Expected::Text(text) => text.clone(),
                Expected::Number(n) => n.to_string(),
            },
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

fn nothing(unit: Unit) -> impl Fn() -> Measured {
    move || Measured {
        number: None,
        text: "none".into(),
        unit,
    }
}

fn name_of(name: &str) -> Measured {
    Measured {
        number: None,
        text: name.into(),
        unit: Unit::Name,
    }
}

fn emissions<'a>(
    run: &'a Run,
    position: usize,
    key: Option<&'a str>,
    start: Option<EventTime>,
) -> impl Iterator<Item = &'a Emission> {
    run.trace
        .emissions
        .iter()
        .take_while(move |emission| (emission.step as usize) < position)
        .filter(move |emission| key.is_none_or(|key| run.names().key(emission.key) == key))
        .filter(move |emission| start.is_none_or(|start| emission.window.start == start))
}

fn value_of(run: &Run, emission: Option<&Emission>) -> Measured {
    use crate::output::Number;
    let Some(value) = emission.and_then(|emission| emission.value.as_ref()) else {
        return nothing(Unit::Value)();
    };
    let number = match run.number(value) {
        Number::Whole(n) => Some(n as f64),
        Number::Real(x) => Some(x),
        Number::Text(_) => None,
    };
    Measured {
        number,
        text: run.value_text(value),
        unit: Unit::Value,
    }
}

fn total(run: &Run, position: usize, start: Option<EventTime>) -> Measured {
    let mut latest = std::collections::BTreeMap::new();
    for emission in emissions(run, position, None, start) {
        latest.insert(
            (emission.key, emission.window),
            value_of(run, Some(emission)).number.unwrap_or(0.0),
        );
    }
    let sum: f64 = latest.values().sum();
    Measured {
        number: Some(sum),
        text: sum.to_string(),
        unit: Unit::Value,
    }
}

fn lanes(run: &Run, position: usize) -> impl Iterator<Item = &Lane> {
    run.trace
        .lanes
        .iter()
        .take_while(move |lane| (lane.opened as usize) < position)
}

fn open(lane: &Lane, position: usize) -> bool {
    lane.closed
        .is_none_or(|(step, _)| step as usize >= position)
}

fn merged(lane: &Lane, position: usize) -> bool {
    matches!(lane.closed, Some((step, crate::trace::Closing::Merged(_))) if (step as usize) < position)
}

/// The most lanes open after any step: openings and closings in order of their steps.
fn state_peak(run: &Run, position: usize) -> usize {
    let mut change = vec![0_i64; position + 1];
    for lane in lanes(run, position) {
        change[lane.opened as usize] += 1;
        if let Some((step, _)) = lane.closed.filter(|(step, _)| (*step as usize) < position) {
            change[step as usize] -= 1;
        }
    }
    let mut open = 0;
    let mut peak = 0;
    for step in change {
        open += step;
        peak = peak.max(open);
    }
    peak as usize
}

fn fate(run: &Run, id: &str, position: usize) -> &'static str {
    use crate::frame::status;
    let Some(index) = event_index(run, id) else {
        return "none";
    };
    let counted = run.trace.fates[index as usize]
        .counted
        .is_some_and(|step| (step as usize) < position);
    match run.statuses(position)[index as usize] {
        status::FUTURE => "not_arrived",
        status::LOST => "late",
        status::ELSEWHERE => "elsewhere",
        _ if counted => "counted",
        _ => "waiting",
    }
}

fn order(run: &Run, id: &str, position: usize) -> &'static str {
    use crate::frame::status;
    let Some(index) = event_index(run, id) else {
        return "none";
    };
    let event = &run.compiled.events[index as usize];
    match run.statuses(position)[index as usize] {
        status::FUTURE => "not_arrived",
        status::LOST => "late",
        status::BEHIND => "behind",
        _ if run.compiled.events[..index as usize]
            .iter()
            .any(|before| before.ts > event.ts) =>
        {
            "out_of_order"
        }
        _ => "in_order",
    }
}

/// How long an event was on its way; none before it arrived, or where nobody says when anything is processed.
fn lag(run: &Run, id: &str, position: usize) -> Option<Span> {
    let index = event_index(run, id)? as usize;
    let (step, at) = run.trace.fates[index].arrived?;
    (run.compiled.timed && (step as usize) < position)
        .then(|| Span(at.ms() - run.compiled.events[index].ts.ms()))
}

fn knob_of(run: &Run, id: &str) -> Measured {
    let Some(knob) = knobs::knobs(&run.scenario)
        .into_iter()
        .find(|knob| knob.id == id)
    else {
        return nothing(Unit::Name)();
    };
    match knob.control {
        Control::Span { value, text, .. } => Measured {
            number: Some(value as f64),
            text,
            unit: Unit::Span,
        },
        Control::Instant { value, .. } => Measured {
            number: Some(value as f64),
            text: run.clock.format(value),
            unit: Unit::Instant,
        },
        Control::Number { value, .. } => Measured {
            number: Some(value as f64),
            text: value.to_string(),
            unit: Unit::Count,
        },
        Control::Select { value, .. } => Measured {
            number: None,
            text: value,
            unit: Unit::Name,
        },
    }
}

/// The events that a set names, by number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "events", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum EventSet {
    /// Those that were late.
    Late,
    /// Those that were behind the watermark, taken or not.
    Behind,
    /// Those before which an event came that happened later.
    OutOfOrder,
    /// Those in the latest result of a key's window.
    InResult {
        /// The key.
        key: String,
        /// The window's start.
        start: EventTime,
    },
    /// Those a key's window holds or held.
    InWindow {
        /// The key.
        key: String,
        /// The window's start.
        start: EventTime,
    },
}

impl EventSet {
    /// Which events they are after so many steps.
    pub fn ask(&self, run: &Run, position: usize) -> Vec<u32> {
        let named = |wanted: &[&str]| -> Vec<u32> {
            (0..run.compiled.events.len() as u32)
                .filter(|index| wanted.contains(&order(run, run.names().event(*index), position)))
                .collect()
        };
        let mut events = match self {
            EventSet::Late => run
                .trace
                .late
                .iter()
                .filter(|late| (late.step as usize) < position)
                .map(|late| late.event)
                .collect(),
            EventSet::Behind => named(&["behind", "late"]),
            EventSet::OutOfOrder => {
                let mut highest = None;
                let mut found = Vec::new();
                for event in &run.compiled.events {
                    if highest.is_some_and(|highest| event.ts < highest) {
                        found.push(event.index);
                    }
                    highest = highest.max(Some(event.ts));
                }
                found
            }
            EventSet::InResult { key, start } => emissions(run, position, Some(key), Some(*start))
                .last()
                .map_or_else(Vec::new, |e| run.trace.lineage(e).to_vec()),
            EventSet::InWindow { key, start } => lanes(run, position)
                .filter(|lane| {
                    run.names().key(lane.key) == key
                        && lane.window.start == *start
                        && lane.window != Window::GLOBAL
                })
                .flat_map(|lane| lane.events.iter().copied())
                .collect(),
        };
        events.sort_unstable();
        events.dedup();
        events
    }
}
