//! What Flink does not have of what a pipeline can say.

use super::Flink;
use crate::scenario::{Pipeline, Problems};
use crate::trigger::TriggerSpec;
use crate::watermark::WatermarkSpec;
use crate::window::WindowSpec;

impl Flink {
    /// Notes what Flink does not have of a pipeline.
    pub(in crate::dialect) fn check(pipeline: &Pipeline, problems: &mut Problems) {
        const WHO: &str = "Flink's DataStream API has no";
        match pipeline.window {
            Some(WindowSpec::SlidingDiff { .. }) => {
                problems.push(
                    "pipeline.window.kind",
                    format!("{WHO} windows by difference: Kafka Streams does"),
                );
            }
            Some(WindowSpec::Sliding { slide, offset, .. })
                if offset.ms().abs() >= slide.ms().max(1) =>
            {
                problems.push(
                    "pipeline.window.offset",
                    "must be smaller than the slide, either way",
                );
            }
            Some(WindowSpec::Tumbling { size, offset, .. })
                if offset.ms().abs() >= size.ms().max(1) =>
            {
                problems.push(
                    "pipeline.window.offset",
                    "must be smaller than the size, either way",
                );
            }
            _ => {}
        }
        match &pipeline.watermark {
            WatermarkSpec::Explicit => {
                problems.push(
                    "pipeline.watermark.kind",
                    "a Flink watermark comes from the events: choose bounded",
                );
            }
            WatermarkSpec::Bounded {
                delays: Some(_), ..
            } => {
                problems.push(
                    "pipeline.watermark.delays",
                    "one delay per source is Spark's: give `delay`",
                );
            }
            WatermarkSpec::Bounded {
                policy: Some(_), ..
            } => {
                problems.push(
                    "pipeline.watermark.policy",
                    "Flink always takes the least watermark of its sources",
                );
            }
            _ => {}
        }
        match &pipeline.trigger {
            None
            | Some(
                TriggerSpec::Default { .. }
                | TriggerSpec::Count { .. }
                | TriggerSpec::ContinuousEventTime { .. }
                | TriggerSpec::ContinuousProcessingTime { .. },
            ) => {}
            Some(other) => problems.push(
                "pipeline.trigger.kind",
                format!("{WHO} trigger {}: Beam does", other.name()),
            ),
        }
        for (path, given) in [
            ("pipeline.grace", pipeline.grace.is_some()),
            ("pipeline.output_mode", pipeline.output_mode.is_some()),
            ("pipeline.dedup", pipeline.dedup.is_some()),
            ("pipeline.emit", pipeline.emit.is_some()),
            ("pipeline.retention", pipeline.retention.is_some()),
            ("pipeline.caching", pipeline.caching.is_some()),
            ("pipeline.accumulation", pipeline.accumulation.is_some()),
        ] {
            if given {
                problems.push(path, format!("{WHO} such setting on a window"));
            }
        }
    }
}
