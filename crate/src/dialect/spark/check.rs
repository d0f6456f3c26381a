//! What Spark refuses, each with its reason.

use super::dedup::COLUMNS;
use crate::scenario::{LateData, OutputMode, Pipeline, Problems};
use crate::time::Span;
use crate::watermark::{Cadence, WatermarkSpec};
use crate::window::{TimeDomain, WindowSpec};

/// Notes what Structured Streaming cannot do of a pipeline (Spark 4.3 `UnsupportedOperationChecker`, `TimeWindow`), and the
/// settings that it does not have.
pub(super) fn check(pipeline: &Pipeline, problems: &mut Problems) {
    if let Some(window) = pipeline.window {
        check_window(window, problems);
    }
    check_watermark(&pipeline.watermark, problems);
    check_mode(pipeline, problems);
    check_dedup(pipeline, problems);
    check_settings(pipeline, problems);
}

fn check_window(window: WindowSpec, problems: &mut Problems) {
    let mut offset_within = |offset: Span, slide: Span, of: &str| {
        if offset.ms().abs() >= slide.ms().max(1) {
            problems.push(
                "pipeline.window.offset",
                format!("must be smaller than the {of}, either way"),
            );
        }
    };
    match window {
        WindowSpec::Tumbling {
            size,
            offset,
            clock,
        } => {
            offset_within(offset, size, "size");
            if clock == TimeDomain::Processing {
                problems.push(
                    "pipeline.window.clock",
                    "Spark cuts windows by a column of the data: event time",
                );
            }
        }
        WindowSpec::Sliding {
            size,
            slide,
            offset,
        } => {
            offset_within(offset, slide, "slide");
            if slide > size {
                problems.push(
                    "pipeline.window.slide",
                    format!(
                        "must not be greater than the size: Spark refuses windows that leave gaps, got {} over {}",
                        slide.ms(),
                        size.ms()
                    ),
                );
            }
        }
        WindowSpec::Session { .. } | WindowSpec::Global => {}
        WindowSpec::Count { .. } => problems.push(
            "pipeline.window.kind",
            "Spark has no windows by count: Flink does",
        ),
        WindowSpec::SlidingDiff { .. } => problems.push(
            "pipeline.window.kind",
            "Spark has no windows by difference: Kafka Streams does",
        ),
    }
}

fn check_watermark(watermark: &WatermarkSpec, problems: &mut Problems) {
    match watermark {
        WatermarkSpec::None => {}
        WatermarkSpec::Explicit => problems.push(
            "pipeline.watermark.kind",
            "a Spark watermark comes from the events: choose bounded or none",
        ),
        WatermarkSpec::Expression { .. } => problems.push(
            "pipeline.watermark.kind",
            "watermark expressions are Flink SQL's: choose bounded",
        ),
        WatermarkSpec::Bounded {
            delays,
            policy,
            cadence,
            idle,
            idle_timeout,
            ..
        } => {
            if delays.as_ref().is_some_and(Vec::is_empty) {
                problems.push(
                    "pipeline.watermark.delays",
                    "is empty: give one delay for each source",
                );
            }
            if policy.is_some() && delays.is_none() {
                problems.push(
                    "pipeline.watermark.policy",
                    "chooses between several watermarks, and one delay makes one watermark: give `delays`, one for each source",
                );
            }
            if !matches!(cadence, None | Some(Cadence::PerBatch)) {
                problems.push(
                    "pipeline.watermark.cadence",
                    "Spark's watermark moves once per micro-batch: choose per_batch, or leave it out",
                );
            }
            for (name, given) in [
                ("idle", *idle == Some(true)),
                ("idle_timeout", idle_timeout.is_some()),
            ] {
                if given {
                    problems.push(
                        format!("pipeline.watermark.{name}"),
                        "Spark has no idle sources: under policy min it waits for the slowest, under max for the fastest",
                    );
                }
            }
        }
    }
}

fn check_mode(pipeline: &Pipeline, problems: &mut Problems) {
    const PATH: &str = "pipeline.output_mode";
    let unmarked = pipeline.watermark == WatermarkSpec::None;
    match (pipeline.output_mode.unwrap_or(OutputMode::Append), pipeline.window) {
        (OutputMode::Append, Some(WindowSpec::Global)) => problems.push(
            PATH,
            "append writes a group once the watermark has passed it, and a group without event time is never passed: choose update or complete",
        ),
        (OutputMode::Append, Some(_)) if unmarked => problems.push(
            PATH,
            "append writes a window once the watermark has passed it, and there is no watermark: add one, or choose update or complete",
        ),
        (OutputMode::Update, Some(WindowSpec::Session { .. })) => problems.push(
            PATH,
            "Spark refuses update mode with session windows: choose append or complete",
        ),
        (OutputMode::Complete, None) if pipeline.dedup.is_some() => problems.push(
            PATH,
            "complete writes the whole table of an aggregation, and deduplication has none: choose append or update",
        ),
        _ => {}
    }
}

fn check_dedup(pipeline: &Pipeline, problems: &mut Problems) {
    let Some(dedup) = &pipeline.dedup else { return };
    if dedup.within_watermark && pipeline.watermark == WatermarkSpec::None {
        problems.push(
            "pipeline.dedup.within_watermark",
            "forgets by the watermark, and there is none: add one, or remember for ever",
        );
    }
    if pipeline.aggregate.is_some() {
        problems.push(
            "pipeline.aggregate",
            "deduplication passes events on as they are: there is nothing to aggregate",
        );
    }
    let Some(on) = &dedup.on else { return };
    if on.is_empty() {
        problems.push("pipeline.dedup.on", "is empty: name at least one column");
    }
    for (i, column) in on.iter().enumerate() {
        if !COLUMNS.contains(&column.as_str()) {
            problems.push(
                format!("pipeline.dedup.on[{i}]"),
                format!(
                    "there is no column {column}: choose of {}",
                    COLUMNS.join(", ")
                ),
            );
        }
    }
}

fn check_settings(pipeline: &Pipeline, problems: &mut Problems) {
    for (path, given, instead) in [
        (
            "allowed_lateness",
            pipeline.allowed_lateness.is_some(),
            "a window is over when the watermark reaches its end: give the watermark a longer delay",
        ),
        (
            "grace",
            pipeline.grace.is_some(),
            "a window is over when the watermark reaches its end: give the watermark a longer delay",
        ),
        (
            "trigger",
            pipeline.trigger.is_some(),
            "what is emitted is up to `output_mode`, when it is up to `micro_batch`",
        ),
        (
            "accumulation",
            pipeline.accumulation.is_some(),
            "what a further result holds is up to `output_mode`",
        ),
        (
            "late_data",
            pipeline.late_data == Some(LateData::SideOutput),
            "late rows are dropped and counted",
        ),
        (
            "emit",
            pipeline.emit.is_some(),
            "what is emitted is up to `output_mode`",
        ),
        (
            "retention",
            pipeline.retention.is_some(),
            "state is kept until the watermark has passed it",
        ),
        (
            "caching",
            pipeline.caching.is_some(),
            "a batch writes each group once",
        ),
    ] {
        if given {
            problems.push(
                format!("pipeline.{path}"),
                format!("Spark has no such setting: {instead}"),
            );
        }
    }
}
