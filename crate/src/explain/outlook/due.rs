//! When a window's result comes out by the watermark or stream time.

use crate::dialect::EngineKind;
use crate::explain::words::{Words, span};
use crate::model::Window;
use crate::scenario::{Emit, OutputMode};
use crate::time::{EventTime, Span};
use crate::trigger::TriggerSpec;
use crate::window::{TimeDomain, WindowSpec};

/// By how much after a window's end its result comes out.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::explain) struct Due {
    /// The least watermark or stream time that brings it, from the window's end on.
    after_end: Span,
    /// The same, to write behind the end: ` − 1 ms`.
    pub(super) formula: String,
}

impl Due {
    /// The least watermark or stream time that brings a window's result; none for the global window.
    pub(in crate::explain) fn of(&self, window: Window) -> Option<EventTime> {
        (!window.is_global()).then(|| window.end + self.after_end)
    }
}

/// When windows' results come out by the watermark or stream time; none where those bring no result.
pub(in crate::explain) fn due(words: Words) -> Option<Due> {
    let pipeline = &words.run.scenario.pipeline;
    let spec = pipeline.window?;
    if spec.clock() == TimeDomain::Processing {
        return None;
    }
    let at_the_end = Due {
        after_end: Span(0),
        formula: String::new(),
    };
    match words.engine() {
        EngineKind::Flink => match &pipeline.trigger {
            None | Some(TriggerSpec::Default { .. }) => Some(Due {
                after_end: Span(-1),
                formula: " − 1 ms".into(),
            }),
            Some(_) => None,
        },
        EngineKind::Beam => waits_for_watermark(pipeline.trigger.as_ref()).then_some(at_the_end),
        EngineKind::Spark => match pipeline.output_mode {
            Some(OutputMode::Append) | None => Some(at_the_end),
            Some(OutputMode::Update | OutputMode::Complete) => None,
        },
        EngineKind::KafkaStreams => kafka_due(
            spec,
            pipeline.grace.unwrap_or(Span(0)),
            pipeline.emit.unwrap_or(Emit::OnUpdate),
        ),
    }
}

fn kafka_due(spec: WindowSpec, grace: Span, emit: Emit) -> Option<Due> {
    let strictly = match emit {
        Emit::OnWindowClose => true,
        Emit::Suppress => false,
        Emit::OnUpdate => return None,
    };
    let (slack, formula, strict) = match spec {
        WindowSpec::Tumbling { .. } | WindowSpec::Sliding { .. } => {
            (grace, format!(" + {}", span(grace)), false)
        }
        WindowSpec::Session { gap } => (
            Span(gap.ms() + grace.ms()),
            format!(" + {} + {}", span(gap), span(grace)),
            strictly,
        ),
        WindowSpec::SlidingDiff { .. } => (grace, format!(" + {}", span(grace)), strictly),
        WindowSpec::Global | WindowSpec::Count { .. } => return None,
    };
    Some(Due {
        after_end: Span(slack.ms() + i64::from(strict)),
        formula: if strict {
            format!("{formula} + 1 ms")
        } else {
            formula
        },
    })
}

/// Whether a Beam trigger fires when the watermark reaches the window's end.
pub(super) fn waits_for_watermark(trigger: Option<&TriggerSpec>) -> bool {
    match trigger {
        None | Some(TriggerSpec::Default { .. } | TriggerSpec::AfterWatermark { .. }) => true,
        Some(TriggerSpec::Repeatedly { trigger }) => waits_for_watermark(Some(trigger)),
        Some(
            TriggerSpec::Count { .. }
            | TriggerSpec::ContinuousEventTime { .. }
            | TriggerSpec::ContinuousProcessingTime { .. }
            | TriggerSpec::ProcessingTime { .. }
            | TriggerSpec::AfterAny { .. }
            | TriggerSpec::AfterAll { .. }
            | TriggerSpec::AfterEach { .. },
        ) => false,
    }
}

/// Whether a Beam trigger that has fired as it should is done for good.
pub(super) fn has_finished(words: Words) -> bool {
    fn once(trigger: &TriggerSpec) -> bool {
        match trigger {
            TriggerSpec::Count { .. } | TriggerSpec::ProcessingTime { .. } => true,
            TriggerSpec::AfterWatermark { late, .. } => late.is_none(),
            TriggerSpec::AfterAny { triggers } | TriggerSpec::AfterAll { triggers } => {
                triggers.iter().all(once)
            }
            TriggerSpec::Default { .. }
            | TriggerSpec::Repeatedly { .. }
            | TriggerSpec::AfterEach { .. }
            | TriggerSpec::ContinuousEventTime { .. }
            | TriggerSpec::ContinuousProcessingTime { .. } => false,
        }
    }
    words.engine() == EngineKind::Beam
        && words
            .run
            .scenario
            .pipeline
            .trigger
            .as_ref()
            .is_some_and(once)
}
