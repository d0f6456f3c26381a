//! What comes out of a run, in the form in which the real engines' outputs are recorded.
//!
//! Numbers as the engines write them: the end of time is `9223372036854775807`.

use crate::dialect::EngineKind;
use crate::model::{Timing, Value};
use crate::run::Run;
use crate::sorted::sort_by_key;
use crate::time::Watermark;
use serde::{Deserialize, Serialize};

/// Emissions, late events and watermarks, each with its step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Every record the aggregation emitted.
    pub emissions: Vec<EmissionRow>,
    /// Every event that was dropped as late or sent aside, or the engine's own count of them.
    pub late: Vec<LateRow>,
    /// Every time the operator's own watermark moved.
    pub watermarks: Vec<WatermarkRow>,
}

/// One emitted record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmissionRow {
    /// The step that caused it.
    pub step: u32,
    /// The event passed on, where there is no window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whose; none where there is no window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The window's start in ms; none for the global window.
    #[serde(default)]
    pub start: Option<i64>,
    /// The window's end in ms; none for the global window.
    #[serde(default)]
    pub end: Option<i64>,
    /// The result; none where one is withdrawn.
    #[serde(default)]
    pub value: Option<Number>,
    /// Early, on time or late, where the engine says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pane: Option<Timing>,
    /// The pane's number, where the engine says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pane_index: Option<u32>,
}

/// A value as files write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A count.
    Whole(i64),
    /// Any number.
    Real(f64),
    /// The events' ids, joined by `+`.
    Text(String),
}

impl Number {
    /// Whether two values are the same result: numbers within one part in 10^9.
    pub fn same(&self, other: &Number) -> bool {
        match (self.real(), other.real()) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
            _ => self == other,
        }
    }

    fn is_finite(&self) -> bool {
        !matches!(self, Number::Real(x) if !x.is_finite())
    }

    fn real(&self) -> Option<f64> {
        match self {
            Number::Whole(n) => Some(*n as f64),
            Number::Real(x) => Some(*x),
            Number::Text(_) => None,
        }
    }
}

/// One late event, or a count of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateRow {
    /// In which step.
    pub step: u32,
    /// Which event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How many, where the engine only counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// One move of the watermark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatermarkRow {
    /// In which step.
    pub step: u32,
    /// To where, in ms.
    pub value: i64,
    /// Whose it is, where each partition has a time of its own (Kafka Streams).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<u16>,
}

impl Output {
    /// What a run put out.
    pub fn of(run: &Run) -> Output {
        let (trace, names) = (&run.trace, run.names());
        let mut emissions: Vec<EmissionRow> = trace
            .emissions
            .iter()
            .map(|emission| EmissionRow {
                step: emission.step,
                id: None,
                key: Some(names.written(emission.key).to_string()),
                start: (!emission.window.is_global()).then_some(emission.window.start.ms()),
                end: (!emission.window.is_global()).then_some(emission.window.end.ms()),
                // Files have no number for the least, greatest or mean of no values (Beam's empty panes).
                value: emission
                    .value
                    .as_ref()
                    .map(|value| run.number(value))
                    .filter(Number::is_finite),
                pane: emission.pane.map(|pane| pane.timing),
                pane_index: emission.pane.map(|pane| pane.index),
            })
            .collect();
        emissions.extend(trace.passed.iter().map(|(step, event)| EmissionRow {
            step: *step,
            id: Some(names.event(*event).to_string()),
            key: None,
            start: None,
            end: None,
            value: None,
            pane: None,
            pane_index: None,
        }));
        sort_by_key(&mut emissions, |row| row.step);
        let late = if run.scenario.engine == EngineKind::Spark {
            trace
                .late_rows
                .iter()
                .map(|(step, count)| LateRow {
                    step: *step,
                    id: None,
                    count: Some(*count),
                })
                .collect()
        } else {
            trace
                .late
                .iter()
                .map(|late| LateRow {
                    step: late.step,
                    id: Some(names.event(late.event).to_string()),
                    count: None,
                })
                .collect()
        };
        // Beam's recordings leave the end of time out of the watermarks.
        let without_end = run.scenario.engine == EngineKind::Beam;
        let watermarks = trace
            .watermarks
            .iter()
            .filter(|rise| !(without_end && rise.to == Watermark::END))
            .map(|rise| WatermarkRow {
                step: rise.step,
                value: rise.to.raw(),
                source: rise.task,
            })
            .collect();
        Output {
            emissions,
            late,
            watermarks,
        }
    }
}

impl Run {
    /// A value as files and tables write it.
    pub fn number(&self, value: &Value) -> Number {
        match value {
            Value::Count(n) => Number::Whole(*n as i64),
            Value::Number(x) => Number::Real(*x),
            Value::Events(events) => Number::Text(
                events
                    .iter()
                    .map(|event| self.names().event(*event))
                    .collect::<Vec<_>>()
                    .join("+"),
            ),
        }
    }
}
