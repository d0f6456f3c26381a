//! Sources: from what a scenario says of its input to the ordered steps an engine takes.
//!
//! Steps are written out, or made up by a seeded generator; the same seed gives the same steps on every platform. Knows
//! nothing of windows or what engines do with a step, only which kinds of step an engine is paced by.

use crate::json::{need, tagged};
use crate::number::decimal;
use crate::scenario::{Input, Problems};
use crate::time::{EventTime, ProcTime, Span};
use serde::{Deserialize, Serialize};

pub mod arrivals;
mod check;
mod compiled;
mod idle;
pub(crate) mod pacing;
#[cfg(feature = "studio")]
pub mod preview;
mod written;

pub use self::compiled::{Compiled, compile};

pub(crate) use check::check_steps;

/// One step of an input that is written out. Exactly one of its kinds is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct StepSpec {
    /// When it is processed; left out, right after the step before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub at: Option<ProcTime>,
    /// A record arrives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub event: Option<EventSpec>,
    /// A source says its watermark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub watermark: Option<EventTime>,
    /// A source is declared idle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub mark_idle: Option<u16>,
    /// The processing clock moves to this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub processing_time: Option<ProcTime>,
    /// The micro-batch trigger fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub batch: Option<bool>,
    /// With `batch`: the next batch's data already waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub queued: Option<bool>,
    /// The input, or with `source` that source, ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub end: Option<bool>,
    /// With `watermark` or `end`: which source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub source: Option<u16>,
}

/// One record as a scenario writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct EventSpec {
    /// What it is called.
    pub id: String,
    /// What it is grouped by.
    pub key: String,
    /// When it happened.
    pub ts: EventTime,
    /// What the aggregate works on; 1 where left out.
    #[serde(default = "one")]
    pub value: f64,
    /// Which source it comes from.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub source: u16,
    /// Whether its times are among the knobs.
    #[serde(default, skip_serializing_if = "is_false")]
    pub movable: bool,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(movable: &bool) -> bool {
    !*movable
}

impl StepSpec {
    /// The highest source that it names.
    fn highest_source(&self) -> Option<u16> {
        [
            self.source,
            self.mark_idle,
            self.event.as_ref().map(|event| event.source),
        ]
        .into_iter()
        .flatten()
        .max()
    }
}

impl Input {
    /// How many sources there are: one more than the highest number that is named.
    pub(crate) fn sources(&self) -> usize {
        match self {
            Input::Steps(steps) => steps
                .iter()
                .filter_map(StepSpec::highest_source)
                .max()
                .map_or(1, |highest| usize::from(highest) + 1),
            Input::Generator(spec) => usize::from(spec.sources.max(1)),
        }
    }
}

fn one() -> f64 {
    1.0
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(source: &u16) -> bool {
    *source == 0
}

/// More sources than this are refused.
const MOST_SOURCES: u16 = 256;

/// More events than this are not generated.
const MOST_EVENTS: u32 = 20_000_000;

/// An input made up from a seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct GeneratorSpec {
    /// What the randomness starts from.
    pub seed: u64,
    /// How many events.
    pub events: u32,
    /// When the first one happens.
    #[serde(default)]
    pub start: EventTime,
    /// From one event to the next, in ms of event time.
    pub every: Span,
    /// How many keys.
    pub keys: u32,
    /// How unevenly they are chosen: the exponent of a Zipf distribution, 0 for evenly.
    #[serde(default)]
    pub skew: f64,
    /// How long events are on their way.
    #[serde(default)]
    pub delay: Delay,
    /// How many sources take turns.
    #[serde(default = "one_source")]
    pub sources: u16,
    /// A source that stops delivering for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub stall: Option<Stall>,
    /// How many of a thousand events are delivered twice.
    #[serde(default)]
    pub duplicates_per_mille: u32,
    /// Values are whole numbers from 1 to this.
    #[serde(default = "one_value")]
    pub value_max: u32,
    /// Whether the input ends behind the last event.
    #[serde(default = "yes")]
    pub end: bool,
}

fn one_source() -> u16 {
    1
}
fn one_value() -> u32 {
    1
}
fn yes() -> bool {
    true
}

/// How long events are on their way from where they happen to where they are processed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "RawDelay")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Delay {
    /// Not at all: everything arrives in order.
    #[default]
    None,
    /// Anything up to a limit, all equally likely.
    Uniform {
        /// The longest, in ms.
        max: Span,
    },
    /// Mostly short, sometimes long.
    Exponential {
        /// The average, in ms.
        mean: Span,
    },
    /// Mostly a little, a few a lot.
    Bursty {
        /// The longest of the many, in ms.
        usual: Span,
        /// How long the few take, in ms.
        late: Span,
        /// How many of a thousand those are.
        late_per_mille: u32,
    },
}

tagged! {
    RawDelay => Delay by kind {
        max: Span,
        mean: Span,
        usual: Span,
        late: Span,
        late_per_mille: u32,
    }
    "none" => None {}
    "uniform" => Uniform { max: need }
    "exponential" => Exponential { mean: need }
    "bursty" => Bursty { usual: need, late: need, late_per_mille: need }
}

/// A source that delivers nothing for a while, and then everything at once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Stall {
    /// Which.
    pub source: u16,
    /// From when, on the processing clock.
    pub from: ProcTime,
    /// Until when.
    pub until: ProcTime,
}

impl GeneratorSpec {
    pub(crate) fn check(&self, path: &str, problems: &mut Problems) {
        problems.positive(&format!("{path}.every"), self.every);
        problems.in_range(&format!("{path}.start"), self.start.ms());
        if self.events == 0 || self.events > MOST_EVENTS {
            problems.push(
                format!("{path}.events"),
                format!("must be from 1 to {MOST_EVENTS}, got {}", self.events),
            );
        }
        problems.in_range(
            &format!("{path}.every"),
            self.every.ms().saturating_mul(i64::from(self.events)),
        );
        if self.keys == 0 || self.keys > 1_000_000 {
            problems.push(
                format!("{path}.keys"),
                format!("must be from 1 to 1000000, got {}", self.keys),
            );
        }
        if !(0.0..=10.0).contains(&self.skew) {
            problems.push(
                format!("{path}.skew"),
                format!("must be from 0 to 10, got {}", decimal(self.skew)),
            );
        }
        if self.sources == 0 || self.sources > MOST_SOURCES {
            problems.push(
                format!("{path}.sources"),
                format!("must be from 1 to {MOST_SOURCES}, got {}", self.sources),
            );
        }
        if self.duplicates_per_mille > 1_000 {
            problems.push(
                format!("{path}.duplicates_per_mille"),
                format!("must be at most 1000, got {}", self.duplicates_per_mille),
            );
        }
        if self.value_max == 0 {
            problems.push(format!("{path}.value_max"), "must be at least 1, got 0");
        }
        match self.delay {
            Delay::None => {}
            Delay::Uniform { max } => problems.not_negative(&format!("{path}.delay.max"), max),
            Delay::Exponential { mean } => problems.positive(&format!("{path}.delay.mean"), mean),
            Delay::Bursty {
                usual,
                late,
                late_per_mille,
            } => {
                problems.not_negative(&format!("{path}.delay.usual"), usual);
                problems.not_negative(&format!("{path}.delay.late"), late);
                if late_per_mille > 1_000 {
                    problems.push(
                        format!("{path}.delay.late_per_mille"),
                        format!("must be at most 1000, got {late_per_mille}"),
                    );
                }
            }
        }
        if let Some(stall) = self.stall {
            if stall.source >= self.sources {
                problems.push(
                    format!("{path}.stall.source"),
                    format!("there are {} sources, counted from 0", self.sources),
                );
            }
            if stall.until < stall.from {
                problems.push(format!("{path}.stall.until"), "must not be before `from`");
            }
        }
    }
}
