//! Before the first step: what is about to happen.

use super::super::rules;
use super::super::words::{Words, counted, span};
use super::super::{Narration, Tone};
use crate::aggregate::Aggregate;
use crate::dialect::EngineKind;
use crate::model::Action;
use crate::watermark::WatermarkSpec;
use crate::window::{TimeDomain, WindowSpec};

/// What is about to happen.
pub(super) fn tell(words: Words) -> Narration {
    let run = words.run;
    if run.is_empty() {
        return Narration {
            tone: Tone::Neutral,
            headline: "There is no input yet.".into(),
            text: "Add an event to begin.".into(),
            subject: None,
        };
    }
    let events = run.compiled.events.len();
    let first = run
        .compiled
        .steps
        .iter()
        .find_map(|step| match step.action {
            Action::Event(event) => Some(event.index),
            Action::Watermark { .. }
            | Action::MarkIdle { .. }
            | Action::ClockMoves
            | Action::Batch { .. }
            | Action::End { .. } => None,
        });
    let first = first
        .map(|event| format!("First comes {}. ", words.event_in_full(event)))
        .unwrap_or_default();
    Narration {
        tone: Tone::Neutral,
        headline: format!(
            "Nothing has happened yet: {} in {} to come.",
            counted(events, "event"),
            counted(run.len(), "step")
        ),
        text: format!("{first}{} {}", pipeline(words), watermark(words)),
        subject: None,
    }
}

fn pipeline(words: Words) -> String {
    let pipeline = &words.run.scenario.pipeline;
    let engine = words.engine().title();
    let Some(window) = pipeline.window else {
        return format!("{engine} passes each id on once.");
    };
    let what = match pipeline.aggregate {
        Some(Aggregate::Count) | None => "counts events",
        Some(Aggregate::Sum) => "sums values",
        Some(Aggregate::Min) => "finds the least value",
        Some(Aggregate::Max) => "finds the greatest value",
        Some(Aggregate::Avg) => "averages values",
        Some(Aggregate::Concat) => "collects events",
    };
    let trigger = pipeline
        .trigger
        .as_ref()
        .filter(|trigger| !matches!(trigger, crate::trigger::TriggerSpec::Default { .. }))
        .map(|trigger| format!(" Trigger: {}.", rules::trigger(words, trigger)))
        .unwrap_or_default();
    format!("{engine} {what} per key {}.{trigger}", windows(window))
}

fn windows(spec: WindowSpec) -> String {
    match spec {
        WindowSpec::Tumbling {
            size,
            clock: TimeDomain::Event,
            ..
        } => format!("in windows of {}", span(size)),
        WindowSpec::Tumbling {
            size,
            clock: TimeDomain::Processing,
            ..
        } => format!("in windows of {} by the processing clock", span(size)),
        WindowSpec::Sliding { size, slide, .. } => {
            format!("in windows of {} every {}", span(size), span(slide))
        }
        WindowSpec::Session { gap } => format!("in sessions with a gap of {}", span(gap)),
        WindowSpec::Global => "in one window over all of time".into(),
        WindowSpec::Count { size } => format!("in windows of {}", counted(size as usize, "event")),
        WindowSpec::SlidingDiff { difference } => {
            format!("in windows of events at most {} apart", span(difference))
        }
    }
}

fn watermark(words: Words) -> String {
    let spec = &words.run.scenario.pipeline.watermark;
    match (words.engine(), spec) {
        (EngineKind::KafkaStreams, _) => {
            let grace = words.run.scenario.pipeline.grace.unwrap_or_default();
            let so_far = if words.run.has_tasks() {
                "so far, in each partition by itself"
            } else {
                "so far"
            };
            format!(
                "Stream time is the highest event time {so_far}; a window is kept until stream time passes its end by the grace, {}.",
                span(grace)
            )
        }
        (EngineKind::Flink, WatermarkSpec::Bounded { .. }) => format!(
            "The watermark is the highest event time so far − {} − 1 ms.",
            span(spec.delay().unwrap_or_default())
        ),
        (
            EngineKind::Spark | EngineKind::Beam,
            WatermarkSpec::Bounded {
                delays: Some(delays),
                ..
            },
        ) => {
            let delays: Vec<String> = delays.iter().map(|delay| span(*delay)).collect();
            format!(
                "Each source's watermark is its highest event time so far minus its delay: {}.",
                delays.join(", ")
            )
        }
        (EngineKind::Spark | EngineKind::Beam, WatermarkSpec::Bounded { delays: None, .. })
        | (
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam,
            WatermarkSpec::Expression { .. },
        ) => format!(
            "The watermark is the highest event time so far − {}.",
            span(spec.delay().unwrap_or_default())
        ),
        (EngineKind::Flink | EngineKind::Spark | EngineKind::Beam, WatermarkSpec::Explicit) => {
            "The source says the watermark.".into()
        }
        (EngineKind::Flink | EngineKind::Spark | EngineKind::Beam, WatermarkSpec::None) => {
            "There is no watermark.".into()
        }
    }
}
