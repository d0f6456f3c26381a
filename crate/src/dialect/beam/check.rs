//! What Beam does not have of what a pipeline can say.

use super::Beam;
use crate::scenario::{Pipeline, Problems};
use crate::trigger::TriggerSpec;
use crate::watermark::{Cadence, WatermarkSpec};
use crate::window::{TimeDomain, WindowSpec};

impl Beam {
    /// Notes what Beam does not have of a pipeline.
    pub(in crate::dialect) fn check(pipeline: &Pipeline, problems: &mut Problems) {
        check_window(pipeline, problems);
        check_watermark(&pipeline.watermark, problems);
        if let Some(trigger) = &pipeline.trigger {
            check_trigger(trigger, "pipeline.trigger", problems);
            // `core.Windowing`: "accumulation_mode must be provided for non-trivial triggers".
            let trivial = matches!(trigger, TriggerSpec::Default { .. });
            if !trivial && pipeline.accumulation.is_none() {
                problems.push(
                    "pipeline.accumulation",
                    "is missing: with a trigger of its own, a Beam pipeline says whether panes are accumulating or discarding",
                );
            }
        }
        for (path, given, reason) in [
            (
                "pipeline.grace",
                pipeline.grace.is_some(),
                "Beam calls it allowed lateness",
            ),
            (
                "pipeline.late_data",
                pipeline.late_data.is_some(),
                "Beam drops what comes after the allowed lateness, and has no other place for it",
            ),
            (
                "pipeline.output_mode",
                pipeline.output_mode.is_some(),
                "Beam has no output modes: choose accumulating or discarding panes",
            ),
            (
                "pipeline.micro_batch",
                pipeline.micro_batch.is_some(),
                "Beam has no micro-batches",
            ),
            (
                "pipeline.no_data_batches",
                pipeline.no_data_batches.is_some(),
                "Beam has no micro-batches",
            ),
            (
                "pipeline.dedup",
                pipeline.dedup.is_some(),
                "deduplication is simulated for Spark only",
            ),
            (
                "pipeline.emit",
                pipeline.emit.is_some(),
                "Beam's trigger says when results are emitted",
            ),
            (
                "pipeline.retention",
                pipeline.retention.is_some(),
                "Beam has no window store: a window is kept for the allowed lateness",
            ),
            (
                "pipeline.caching",
                pipeline.caching.is_some(),
                "Beam has no record cache",
            ),
        ] {
            if given {
                problems.push(path, reason);
            }
        }
    }
}

fn check_window(pipeline: &Pipeline, problems: &mut Problems) {
    match pipeline.window {
        Some(WindowSpec::Tumbling {
            clock: TimeDomain::Processing,
            ..
        }) => problems.push(
            "pipeline.window.clock",
            "Beam cuts windows by event time alone; a trigger may go by the processing clock",
        ),
        Some(WindowSpec::Count { .. }) => problems.push(
            "pipeline.window.kind",
            "Beam has no count windows: a global window with a repeated count trigger and discarding panes does the same",
        ),
        Some(WindowSpec::SlidingDiff { .. }) => problems.push(
            "pipeline.window.kind",
            "Beam has no windows by difference: Kafka Streams does",
        ),
        _ => {}
    }
}

fn check_watermark(watermark: &WatermarkSpec, problems: &mut Problems) {
    match watermark {
        WatermarkSpec::Explicit | WatermarkSpec::None => {}
        WatermarkSpec::Expression { .. } => problems.push(
            "pipeline.watermark.kind",
            "a watermark expression is Flink SQL's: choose bounded or explicit",
        ),
        WatermarkSpec::Bounded {
            delays,
            policy,
            cadence,
            idle,
            idle_timeout,
            ..
        } => {
            for (path, given, reason) in [
                (
                    "pipeline.watermark.delays",
                    delays.is_some(),
                    "one delay per source is Spark's: give `delay`",
                ),
                (
                    "pipeline.watermark.policy",
                    policy.is_some(),
                    "Beam always takes the least watermark of its sources",
                ),
                (
                    "pipeline.watermark.cadence",
                    !matches!(cadence, None | Some(Cadence::PerEvent)),
                    "a Beam source says its own watermark, here after every event",
                ),
                (
                    "pipeline.watermark.idle",
                    *idle == Some(true),
                    "a Beam source decides itself what to say when it is quiet",
                ),
                (
                    "pipeline.watermark.idle_timeout",
                    idle_timeout.is_some(),
                    "a Beam source decides itself what to say when it is quiet",
                ),
            ] {
                if given {
                    problems.push(path, reason);
                }
            }
        }
    }
}

fn check_trigger(trigger: &TriggerSpec, path: &str, problems: &mut Problems) {
    match trigger {
        TriggerSpec::Default { purging } | TriggerSpec::Count { purging, .. } => {
            if *purging {
                problems.push(
                    format!("{path}.purging"),
                    "Beam has no purging triggers: choose discarding panes",
                );
            }
        }
        TriggerSpec::ContinuousEventTime { .. } | TriggerSpec::ContinuousProcessingTime { .. } => {
            problems.push(
                format!("{path}.kind"),
                format!(
                    "Beam has no trigger {}: Flink does. Repeat a processing_time delay instead",
                    trigger.name()
                ),
            );
        }
        TriggerSpec::ProcessingTime { .. } => {}
        TriggerSpec::AfterWatermark { early, late } => {
            for (name, inner) in [("early", early), ("late", late)] {
                if let Some(inner) = inner {
                    check_trigger(inner, &format!("{path}.{name}"), problems);
                }
            }
        }
        TriggerSpec::Repeatedly { trigger } => {
            check_trigger(trigger, &format!("{path}.trigger"), problems);
        }
        TriggerSpec::AfterAny { triggers }
        | TriggerSpec::AfterAll { triggers }
        | TriggerSpec::AfterEach { triggers } => {
            for (i, inner) in triggers.iter().enumerate() {
                check_trigger(inner, &format!("{path}.triggers[{i}]"), problems);
            }
        }
    }
}
