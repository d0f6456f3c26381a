//! Trigger specs: when a window's result is emitted.
//!
//! What a trigger does with an event or a clock is each dialect's own rule; here is only how one is written.

use crate::json::{maybe, need, or_default, tagged};
use crate::scenario::Problems;
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// When a window's result is emitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "RawTriggerSpec")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum TriggerSpec {
    /// The engine's own: when the watermark reaches the window's end, and again for late events that are still allowed.
    Default {
        /// Whether the contents are forgotten with each result.
        #[serde(default, skip_serializing_if = "is_false")]
        purging: bool,
    },
    /// After so many events: once in Beam, again and again in Flink.
    Count {
        /// How many.
        n: u32,
        /// Whether the contents are forgotten with each result.
        #[serde(default, skip_serializing_if = "is_false")]
        purging: bool,
    },
    /// Every so often in event time (Flink).
    ContinuousEventTime {
        /// How often, in ms.
        interval: Span,
        /// Whether the contents are forgotten with each result.
        #[serde(default, skip_serializing_if = "is_false")]
        purging: bool,
    },
    /// Every so often by the processing clock (Flink).
    ContinuousProcessingTime {
        /// How often, in ms.
        interval: Span,
        /// Whether the contents are forgotten with each result.
        #[serde(default, skip_serializing_if = "is_false")]
        purging: bool,
    },
    /// So long after the first event by the processing clock (Beam).
    ProcessingTime {
        /// How long, in ms.
        delay: Span,
    },
    /// When the watermark reaches the window's end, with results before and after it (Beam).
    AfterWatermark {
        /// What fires before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        early: Option<Box<TriggerSpec>>,
        /// What fires after.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        late: Option<Box<TriggerSpec>>,
    },
    /// The same trigger again and again (Beam).
    Repeatedly {
        /// Which one.
        trigger: Box<TriggerSpec>,
    },
    /// When any of several fires (Beam).
    AfterAny {
        /// Which ones.
        triggers: Vec<TriggerSpec>,
    },
    /// When all of several have fired (Beam).
    AfterAll {
        /// Which ones.
        triggers: Vec<TriggerSpec>,
    },
    /// One after the other (Beam).
    AfterEach {
        /// Which ones, in order.
        triggers: Vec<TriggerSpec>,
    },
}

tagged! {
    RawTriggerSpec => TriggerSpec by kind {
        purging: bool,
        n: u32,
        interval: Span,
        delay: Span,
        early: Box<TriggerSpec>,
        late: Box<TriggerSpec>,
        trigger: Box<TriggerSpec>,
        triggers: Vec<TriggerSpec>,
    }
    "default" => Default { purging: or_default }
    "count" => Count { n: need, purging: or_default }
    "continuous_event_time" => ContinuousEventTime { interval: need, purging: or_default }
    "continuous_processing_time" => ContinuousProcessingTime { interval: need, purging: or_default }
    "processing_time" => ProcessingTime { delay: need }
    "after_watermark" => AfterWatermark { early: maybe, late: maybe }
    "repeatedly" => Repeatedly { trigger: need }
    "after_any" => AfterAny { triggers: need }
    "after_all" => AfterAll { triggers: need }
    "after_each" => AfterEach { triggers: need }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// Triggers inside triggers are refused beyond this depth.
const DEEPEST: usize = 16;

impl TriggerSpec {
    /// Its name in scenarios.
    pub fn name(&self) -> &'static str {
        match self {
            TriggerSpec::Default { .. } => "default",
            TriggerSpec::Count { .. } => "count",
            TriggerSpec::ContinuousEventTime { .. } => "continuous_event_time",
            TriggerSpec::ContinuousProcessingTime { .. } => "continuous_processing_time",
            TriggerSpec::ProcessingTime { .. } => "processing_time",
            TriggerSpec::AfterWatermark { .. } => "after_watermark",
            TriggerSpec::Repeatedly { .. } => "repeatedly",
            TriggerSpec::AfterAny { .. } => "after_any",
            TriggerSpec::AfterAll { .. } => "after_all",
            TriggerSpec::AfterEach { .. } => "after_each",
        }
    }

    pub(crate) fn check(&self, path: &str, problems: &mut Problems) {
        self.check_at(path, 0, problems);
    }

    fn check_at(&self, path: &str, depth: usize, problems: &mut Problems) {
        if depth > DEEPEST {
            problems.push(path, format!("triggers may be nested {DEEPEST} deep"));
            return;
        }
        match self {
            TriggerSpec::Default { .. } => {}
            TriggerSpec::Count { n, .. } => {
                if *n == 0 {
                    problems.push(format!("{path}.n"), "must be at least 1, got 0");
                }
            }
            TriggerSpec::ContinuousEventTime { interval, .. }
            | TriggerSpec::ContinuousProcessingTime { interval, .. } => {
                problems.positive(&format!("{path}.interval"), *interval);
            }
            TriggerSpec::ProcessingTime { delay } => {
                problems.not_negative(&format!("{path}.delay"), *delay);
            }
            TriggerSpec::AfterWatermark { early, late } => {
                for (name, trigger) in [("early", early), ("late", late)] {
                    if let Some(trigger) = trigger {
                        trigger.check_at(&format!("{path}.{name}"), depth + 1, problems);
                    }
                }
            }
            TriggerSpec::Repeatedly { trigger } => {
                trigger.check_at(&format!("{path}.trigger"), depth + 1, problems);
            }
            TriggerSpec::AfterAny { triggers }
            | TriggerSpec::AfterAll { triggers }
            | TriggerSpec::AfterEach { triggers } => {
                if triggers.is_empty() {
                    problems.push(format!("{path}.triggers"), "must name at least one trigger");
                }
                for (i, trigger) in triggers.iter().enumerate() {
                    trigger.check_at(&format!("{path}.triggers[{i}]"), depth + 1, problems);
                }
            }
        }
    }
}
