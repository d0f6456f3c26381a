//! The scenario: the one thing that goes in. A pipeline, its input and the engine that runs it.
//!
//! Composed of the stages' own specs. Read from JSON at the edge by [`Scenario::parse`], which reports what is wrong with the
//! place it stands in; from there on it is known to be sound. Conformance cases use the same pipeline and steps.

use crate::aggregate::Aggregate;
use crate::dialect::EngineKind;
pub use crate::json::from_json;
use crate::source::{GeneratorSpec, StepSpec};
use crate::time::{LIMIT_MS, Span};
use crate::trigger::TriggerSpec;
use crate::watermark::WatermarkSpec;
use crate::window::WindowSpec;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something wrong with a scenario, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Problem {
    /// The place, such as `pipeline.window.size` or `input.steps[3].event.ts`; empty for the whole.
    pub path: String,
    /// What is wrong, and where it helps what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

/// Collects problems while a scenario is looked through, keeping track of the place.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes a problem at `path`.
    pub fn push(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem {
            path: path.into(),
            message: message.into(),
        });
    }

    /// Notes a problem unless the span is positive and within range.
    pub fn positive(&mut self, path: &str, span: Span) {
        if span.ms() <= 0 {
            self.push(path, format!("must be positive, got {}", span.ms()));
        } else {
            self.in_range(path, span.ms());
        }
    }

    /// Notes a problem if the span is negative or out of range.
    pub fn not_negative(&mut self, path: &str, span: Span) {
        if span.ms() < 0 {
            self.push(path, format!("must not be negative, got {}", span.ms()));
        } else {
            self.in_range(path, span.ms());
        }
    }

    /// Notes a problem if `ms` is beyond what calendars hold.
    pub fn in_range(&mut self, path: &str, ms: i64) {
        self.in_range_at(ms, || path.into());
    }

    /// The same, where the place is only put into words if there is something to say of it.
    pub fn in_range_at(&mut self, ms: i64, path: impl FnOnce() -> String) {
        if ms.unsigned_abs() > LIMIT_MS as u64 {
            self.push(path(), format!("must be within ±{LIMIT_MS} ms, got {ms}"));
        }
    }

    /// What was found.
    pub fn into_result(self) -> Result<(), Vec<Problem>> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0)
        }
    }
}

/// A pipeline, its input, and the engine whose rules hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Scenario {
    /// The engine.
    pub engine: EngineKind,
    /// What is computed.
    pub pipeline: Pipeline,
    /// What it is computed from.
    pub input: Input,
    /// What the sources are called, by index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// What is computed. A field that an engine does not have is left out of its scenarios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Pipeline {
    /// How the stream is cut. Left out only where `dedup` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub window: Option<WindowSpec>,
    /// What is computed per key and window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub aggregate: Option<Aggregate>,
    /// How event time is told to have advanced.
    pub watermark: WatermarkSpec,
    /// How long a window is kept after the watermark passed its end (Flink, Beam), in ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub allowed_lateness: Option<Span>,
    /// How far behind stream time a window still takes records (Kafka Streams), in ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub grace: Option<Span>,
    /// When a window's result is emitted (Flink, Beam).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub trigger: Option<TriggerSpec>,
    /// What a further result of a window holds (Beam).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub accumulation: Option<Accumulation>,
    /// What becomes of late events (Flink).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub late_data: Option<LateData>,
    /// Which rows a micro-batch writes (Spark).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub output_mode: Option<OutputMode>,
    /// When micro-batches run, where the input has no batch steps of its own (Spark).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub micro_batch: Option<MicroBatch>,
    /// Whether a batch without data runs when the watermark moved (Spark; true unless said otherwise).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub no_data_batches: Option<bool>,
    /// Deduplication instead of a window (Spark).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub dedup: Option<Dedup>,
    /// When results are passed on (Kafka Streams).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub emit: Option<Emit>,
    /// How long the window store keeps windows (Kafka Streams), in ms; by the engine's own rule where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub retention: Option<Span>,
    /// Whether the record cache is on (Kafka Streams; true unless said otherwise).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub caching: Option<bool>,
}

/// What a further result of the same window holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Accumulation {
    /// Everything so far.
    Accumulating,
    /// Only what came since the last result.
    Discarding,
    /// Everything so far, and the withdrawal of the last result.
    Retracting,
}

/// What becomes of late events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum LateData {
    /// They are counted in a metric and gone.
    Drop,
    /// They go to a side output.
    SideOutput,
}

/// Which rows a micro-batch writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum OutputMode {
    /// Final rows only, once.
    Append,
    /// The rows that changed.
    Update,
    /// All rows.
    Complete,
}

/// When micro-batches run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum MicroBatch {
    /// After every so many events.
    Events(u32),
    /// Every so many ms of processing time.
    Interval(Span),
}

/// Deduplication by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Dedup {
    /// Whether an id is forgotten once the watermark has passed it.
    pub within_watermark: bool,
    /// The columns compared; `["id"]` where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub on: Option<Vec<String>>,
}

/// When Kafka Streams passes results on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Emit {
    /// Every update.
    OnUpdate,
    /// Once, when the window closes.
    OnWindowClose,
    /// Every update, held back by `suppress(untilWindowCloses)`.
    Suppress,
}

/// What a pipeline reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Input {
    /// Written out, in order.
    Steps(Vec<StepSpec>),
    /// Made up, from a seed.
    Generator(GeneratorSpec),
}

impl Scenario {
    /// Reads and checks a scenario.
    ///
    /// # Errors
    /// What is wrong with it: one problem where it is not of the form at all, otherwise every one there is.
    pub fn parse(json: &str) -> Result<Scenario, Vec<Problem>> {
        let scenario: Scenario = from_json(json).map_err(|problem| vec![problem])?;
        scenario.check()?;
        Ok(scenario)
    }

    /// Looks through a scenario that has the right form.
    ///
    /// # Errors
    /// Every problem there is.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut problems = Problems::default();
        self.pipeline.check(&mut problems);
        match &self.input {
            Input::Steps(steps) => crate::source::check_steps(steps, &mut problems),
            Input::Generator(spec) => spec.check("input.generator", &mut problems),
        }
        crate::source::pacing::check(self, self.engine.pacing(), &mut problems);
        self.engine.check(self, &mut problems);
        problems.into_result()
    }
}

impl Pipeline {
    fn check(&self, problems: &mut Problems) {
        match (&self.window, &self.dedup) {
            (None, None) => problems.push("pipeline.window", "is missing: say how the stream is cut, for example {\"kind\": \"tumbling\", \"size\": 300000}"),
            (Some(_), Some(_)) => problems.push("pipeline.dedup", "cannot be combined with a window"),
            (Some(window), None) => {
                window.check("pipeline.window", problems);
                if self.aggregate.is_none() {
                    problems.push("pipeline.aggregate", "is missing: one of count, sum, min, max, avg, concat");
                }
            }
            (None, Some(_)) => {}
        }
        self.watermark.check("pipeline.watermark", problems);
        if let Some(trigger) = &self.trigger {
            trigger.check("pipeline.trigger", problems);
        }
        for (path, span) in [
            ("pipeline.allowed_lateness", self.allowed_lateness),
            ("pipeline.grace", self.grace),
            ("pipeline.retention", self.retention),
        ] {
            if let Some(span) = span {
                problems.not_negative(path, span);
            }
        }
        match self.micro_batch {
            Some(MicroBatch::Events(0)) => {
                problems.push("pipeline.micro_batch.events", "must be at least 1, got 0");
            }
            Some(MicroBatch::Interval(interval)) => {
                problems.positive("pipeline.micro_batch.interval", interval);
            }
            _ => {}
        }
    }
}
