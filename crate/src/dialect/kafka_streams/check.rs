//! What a Kafka Streams scenario may say: the engine's own refusals, and fields that it does not have.

use super::Cut;
use crate::scenario::{Emit, Input, LateData, Pipeline, Problems};
use crate::time::{Span, format_span};
use crate::watermark::WatermarkSpec;
use crate::window::{TimeDomain, WindowSpec};

const WHO: &str = "Kafka Streams has no";

pub(super) fn pipeline(pipeline: &Pipeline, problems: &mut Problems) {
    window(pipeline, problems);
    if pipeline.watermark != WatermarkSpec::None {
        problems.push(
            "pipeline.watermark.kind",
            format!("{WHO} watermark: stream time takes its place; choose none, and give `grace`"),
        );
    }
    if pipeline.allowed_lateness.is_some() {
        problems.push(
            "pipeline.allowed_lateness",
            "Kafka Streams calls it grace: give `grace`",
        );
    }
    if pipeline.trigger.is_some() {
        problems.push(
            "pipeline.trigger",
            format!("{WHO} triggers: `emit` says when results come out"),
        );
    }
    if pipeline.late_data == Some(LateData::SideOutput) {
        problems.push(
            "pipeline.late_data",
            format!("{WHO} side output: a late record is counted in a metric and gone"),
        );
    }
    for (path, given) in [
        ("pipeline.accumulation", pipeline.accumulation.is_some()),
        ("pipeline.output_mode", pipeline.output_mode.is_some()),
        ("pipeline.micro_batch", pipeline.micro_batch.is_some()),
        (
            "pipeline.no_data_batches",
            pipeline.no_data_batches.is_some(),
        ),
        ("pipeline.dedup", pipeline.dedup.is_some()),
    ] {
        if given {
            problems.push(path, format!("{WHO} such setting on a window"));
        }
    }
    store(pipeline, problems);
}

fn window(pipeline: &Pipeline, problems: &mut Problems) {
    let unaligned = "are aligned to the epoch: leave the offset out";
    match pipeline.window {
        Some(WindowSpec::Global | WindowSpec::Count { .. }) => problems.push(
            "pipeline.window.kind",
            "is not a window of Kafka Streams: choose tumbling, sliding, session or sliding_diff",
        ),
        Some(WindowSpec::Tumbling { offset, clock, .. }) => {
            if offset != Span(0) {
                problems.push(
                    "pipeline.window.offset",
                    format!("Kafka Streams' windows {unaligned}"),
                );
            }
            if clock == TimeDomain::Processing {
                problems.push(
                    "pipeline.window.clock",
                    "Kafka Streams cuts windows by the records' timestamps: choose event",
                );
            }
        }
        Some(WindowSpec::Sliding {
            size,
            slide,
            offset,
        }) => {
            if offset != Span(0) {
                problems.push(
                    "pipeline.window.offset",
                    format!("Kafka Streams' windows {unaligned}"),
                );
            }
            if slide > size {
                problems.push(
                    "pipeline.window.slide",
                    format!(
                        "must not be greater than the size, {} ms, got {}: Kafka Streams' hopping windows leave no gaps",
                        size.ms(),
                        slide.ms()
                    ),
                );
            }
        }
        Some(WindowSpec::Session { .. } | WindowSpec::SlidingDiff { .. }) | None => {}
    }
}

/// The settings of the window store.
fn store(pipeline: &Pipeline, problems: &mut Problems) {
    let grace = pipeline.grace.map_or(0, Span::ms);
    let least = Cut::new(pipeline.window).least_retention(grace);
    if let Some(retention) = pipeline
        .retention
        .filter(|retention| retention.ms() < least)
    {
        let of = match pipeline.window {
            Some(WindowSpec::Session { .. }) => "gap plus grace",
            Some(WindowSpec::SlidingDiff { .. }) => "twice the difference plus grace",
            _ => "size plus grace",
        };
        problems.push(
            "pipeline.retention",
            format!(
                "must be at least {of}, {} ({least} ms), got {}: the store must keep windows until they close",
                format_span(Span(least)),
                retention.ms()
            ),
        );
    }
    if pipeline.caching == Some(true) {
        caching(pipeline, problems);
    }
}

/// The record cache holds back what a task writes until it commits, here after each record (as `TopologyTestDriver` does). Each
/// tumbling or hopping window is written once per record, and none that is open has left the store: all is as it is without.
/// With `on_window_close` the engine has no cache for sessions and sliding windows, whatever is asked for.
fn caching(pipeline: &Pipeline, problems: &mut Problems) {
    let on_close = pipeline.emit == Some(Emit::OnWindowClose);
    if let Some(WindowSpec::Session { .. } | WindowSpec::SlidingDiff { .. }) = pipeline.window
        && !on_close
    {
        problems.push(
            "pipeline.caching",
            "a record may write the same session or sliding window more than once, of which a cache passes only the last on, and look-ups also find what has left the store and is still in the cache, which depends on its size: not simulated. Leave it out, or choose false",
        );
    }
}

/// Timestamps that a record may have, and no watermarks.
pub(super) fn input(input: &Input, problems: &mut Problems) {
    let negative = |ms: i64| {
        format!("must not be negative in Kafka Streams, which refuses such records, got {ms}")
    };
    match input {
        Input::Steps(steps) => {
            for (i, step) in steps.iter().enumerate() {
                let path = format!("input.steps[{i}]");
                if let Some(event) = step.event.as_ref().filter(|event| event.ts.ms() < 0) {
                    problems.push(format!("{path}.event.ts"), negative(event.ts.ms()));
                }
                if step.watermark.is_some() || step.mark_idle.is_some() {
                    problems.push(
                        path.as_str(),
                        format!("{WHO} watermark that a source could say, and none that a quiet source could hold back: leave the step out"),
                    );
                }
            }
        }
        Input::Generator(spec) => {
            if spec.start.ms() < 0 {
                problems.push("input.generator.start", negative(spec.start.ms()));
            }
        }
    }
}
