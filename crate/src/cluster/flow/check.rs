//! What can be wrong with a scenario of a streaming job.

use super::spec::{Batch, Flow, Mode, Offsets, SinkKind};
use crate::scenario::Problems;
use crate::time::Span;

/// The longest time that anything here may take or happen at: a day.
const DAY: i64 = 86_400_000;

/// So many crashes there may be besides the first.
const MOST_CRASHES: usize = 9;

/// Numbers with their places and ranges.
fn numbers(flow: &Flow) -> Vec<(&'static str, u32, u32, u32)> {
    let mut numbers = vec![
        ("input.events", flow.input.events, 1, 1_000),
        ("input.rate", flow.input.rate, 1, 1_000),
        ("input.value", flow.input.value, 0, 1_000_000),
        ("source.partitions", flow.source.partitions, 1, 8),
        ("source.rate_limit", flow.source.rate_limit, 0, 100_000),
        ("operator.parallelism", flow.operator.parallelism, 1, 8),
        (
            "operator.max_parallelism",
            flow.operator.max_parallelism,
            1,
            32_768,
        ),
        (
            "operator.row_bytes",
            flow.operator.row_bytes,
            1,
            1_000_000_000,
        ),
        ("buffers.exclusive", flow.buffers.exclusive, 1, 100),
        ("buffers.floating", flow.buffers.floating, 0, 100),
        ("buffers.events", flow.buffers.events, 1, 100),
        (
            "checkpoint.upload",
            flow.checkpoint.upload,
            1,
            2_000_000_000,
        ),
    ];
    if let Some(rescale) = flow.rescale {
        numbers.push(("rescale.parallelism", rescale.parallelism, 1, 8));
    }
    if let Some(batch) = flow.source.batch {
        numbers.push(("source.batch.cap", batch.cap, 1, 100_000));
    }
    if let Some(surge) = flow.input.surge {
        numbers.push(("input.surge.times", surge.times, 1, 1_000));
    }
    numbers
}

/// Lengths of time with their places and the least they may be.
fn spans(flow: &Flow) -> Vec<(&'static str, Span, i64)> {
    let mut spans = vec![
        ("source.service", flow.source.service, 0),
        ("operator.service", flow.operator.service, 0),
        ("sink.service", flow.sink.service, 0),
        ("sink.commit", flow.sink.commit, 0),
        ("sink.transaction_timeout", flow.sink.transaction_timeout, 1),
        ("checkpoint.interval", flow.checkpoint.interval, 0),
        ("checkpoint.timeout", flow.checkpoint.timeout, 1),
        ("checkpoint.latency", flow.checkpoint.latency, 0),
        ("restart.delay", flow.restart.delay, 0),
    ];
    if let Some(crash) = flow.crash {
        spans.push(("crash.at", crash.at, 0));
    }
    if let Some(rescale) = flow.rescale {
        spans.push(("rescale.at", rescale.at, 0));
    }
    if let Some(batch) = flow.source.batch {
        spans.push(("source.batch.interval", batch.interval, 10));
    }
    if let Some(surge) = flow.input.surge {
        spans.push(("input.surge.from", surge.from, 0));
        spans.push(("input.surge.until", surge.until, 0));
    }
    if let Some(freshness) = flow.freshness {
        spans.push(("freshness", freshness, 0));
    }
    spans
}

/// Notes what is wrong.
pub(super) fn check(flow: &Flow, problems: &mut Problems) {
    if flow.crash_again.len() > MOST_CRASHES {
        problems.push(
            "crash_again",
            format!(
                "up to {MOST_CRASHES} further crashes, got {}",
                flow.crash_again.len()
            ),
        );
    }
    for (i, crash) in flow.crash_again.iter().enumerate() {
        if !(0..=DAY).contains(&crash.at.ms()) {
            problems.push(
                format!("crash_again[{i}].at"),
                format!("from 0 ms to a day, got {} ms", crash.at.ms()),
            );
        }
    }
    for (place, value, least, most) in numbers(flow) {
        if !(least..=most).contains(&value) {
            problems.push(place, format!("from {least} to {most}, got {value}"));
        }
    }
    for (place, span, least) in spans(flow) {
        if !(least..=DAY).contains(&span.ms()) {
            problems.push(
                place,
                format!("from {least} ms to a day, got {} ms", span.ms()),
            );
        }
    }
    if !(1..=100).contains(&flow.input.keys.len()) {
        problems.push(
            "input.keys",
            format!("from 1 to 100 keys, got {}", flow.input.keys.len()),
        );
    }
    let mut sorted: Vec<&String> = flow.input.keys.iter().collect();
    sorted.sort();
    for key in sorted.windows(2).filter(|pair| pair[0] == pair[1]) {
        problems.push("input.keys", format!("{} stands there twice", key[0]));
    }
    check_together(flow, problems);
}

/// Notes what does not go together.
fn check_together(flow: &Flow, problems: &mut Problems) {
    let groups = flow.operator.max_parallelism;
    let after = flow.rescale.map(|rescale| rescale.parallelism);
    for (place, parallelism) in [
        ("operator.parallelism", Some(flow.operator.parallelism)),
        ("rescale.parallelism", after),
    ] {
        if let Some(parallelism) = parallelism.filter(|parallelism| *parallelism > groups) {
            problems.push(
                place,
                format!(
                    "there are {groups} key groups, too few for {parallelism} tasks (max parallelism)"
                ),
            );
        }
    }
    let interval = flow.checkpoint.interval;
    if (1..10).contains(&interval.ms()) {
        problems.push(
            "checkpoint.interval",
            "10 ms or more, as in Flink; 0 for none",
        );
    }
    if flow.sink.kind == SinkKind::Transactional && interval.ms() > 0 {
        let timeout = flow.sink.transaction_timeout;
        if timeout.ms() <= interval.ms() {
            problems.push(
                "sink.transaction_timeout",
                format!(
                    "a transaction is open for a whole checkpoint interval: it has to be longer than {} ms, got {} ms",
                    interval.ms(),
                    timeout.ms()
                ),
            );
        }
    }
    if flow.checkpoint.mode == Mode::Unaligned && flow.source.offsets == Offsets::OnRead {
        problems.push(
            "checkpoint.mode",
            "unaligned checkpoints hold events in flight, and their offsets have to be in the checkpoint too",
        );
    }
    if let Some(Batch { interval, .. }) = flow.source.batch {
        let whole = i64::from(flow.input.events) * 1_000 / i64::from(flow.input.rate.max(1));
        if whole / interval.ms().max(1) > 2_000 {
            problems.push(
                "source.batch.interval",
                "too short for an input as long as this",
            );
        }
    }
    if let Some(surge) = flow.input.surge
        && surge.until.ms() < surge.from.ms()
    {
        problems.push("input.surge.until", "must not be before `from`");
    }
}
