//! What can be measured of a job.

use super::channel::Channel;
use super::coordinator::Outcome;
use super::ledger::{self, Spread};
use super::machine::{Job, Machine};
use super::spec::Flow;
use super::task::{Stage, Task};
use crate::cluster::scene::Figure;
use crate::measure::{Measured, Unit};
use crate::time::{Span, format_span};

/// A length of time in ms; none where there is none.
fn span(id: &str, label: &str, ms: Option<i64>) -> Figure {
    Figure::new(
        id,
        label,
        Measured {
            number: ms.map(|ms| ms as f64),
            text: ms.map_or_else(|| "none".into(), |ms| format_span(Span(ms))),
            unit: Unit::Span,
        },
    )
}

fn name(id: &str, label: &str, text: String) -> Figure {
    Figure::new(
        id,
        label,
        Measured {
            number: None,
            text,
            unit: Unit::Name,
        },
    )
}

fn value(id: &str, label: &str, value: i64) -> Figure {
    Figure::new(
        id,
        label,
        Measured {
            number: Some(value as f64),
            text: value.to_string(),
            unit: Unit::Value,
        },
    )
}

/// A share of time in whole percent.
fn percent(part: i64, whole: i64) -> u64 {
    (part * 100).checked_div(whole).unwrap_or_default() as u64
}

/// All figures.
pub(super) fn figures(flow: &Flow, m: &Machine) -> Vec<Figure> {
    let mut all = of_ledger(flow, m);
    all.extend(of_time(m));
    all.extend(of_flow(m));
    all.extend(of_checkpoints(flow, m));
    all
}

fn of_ledger(flow: &Flow, m: &Machine) -> Vec<Figure> {
    let lines = ledger::lines(flow, m);
    let sums = ledger::sums(&lines);
    let cells = || m.stage(Stage::Operator).flat_map(|t| t.cells.values());
    let outside = || m.outside.values().filter(|_| m.job != Job::Running);
    let count: u64 = cells().chain(outside()).map(|cell| cell.count).sum();
    let sum: i64 = cells().chain(outside()).map(|cell| cell.sum).sum();
    let doubled = lines.iter().filter(|line| line.counted > 1).count();
    let seen: Vec<_> = m.store.seen(&flow.sink).collect();
    let worth: i64 = seen
        .iter()
        .map(|row| m.feed.records[row.record as usize].value)
        .sum();
    vec![
        Figure::count("ledger.correct", "events correct", sums.correct.into()),
        Figure::count("ledger.late", "events late", sums.late.into()),
        Figure::count(
            "ledger.duplicated",
            "events duplicated",
            sums.duplicated.into(),
        ),
        Figure::count("ledger.lost", "events lost", sums.lost.into()),
        Figure::count(
            "ledger.waiting",
            "events not visible yet",
            sums.waiting.into(),
        ),
        Figure::count("ledger.produced", "events produced", sums.produced.into()).aside(),
        Figure::count("ledger.extra", "rows too many", sums.extra.into()).aside(),
        name(
            "ledger.verdict",
            "verdict of the ledger",
            verdict(sums).into(),
        )
        .aside(),
        Figure::count("state.count", "count in the state", count),
        value("state.sum", "sum in the state", sum),
        Figure::count(
            "state.doubled",
            "events counted more than once",
            doubled as u64,
        )
        .aside(),
        Figure::count("sink.written", "rows written", m.store.rows.len() as u64).aside(),
        Figure::count("sink.rows", "rows in the sink", m.store.held() as u64),
        Figure::count("sink.visible", "rows the reader sees", seen.len() as u64),
        value("sink.sum", "sum of the rows the reader sees", worth),
    ]
}

/// What a reader gets, in a word: the worst that has become of an event.
fn verdict(sums: ledger::Sums) -> &'static str {
    match sums {
        ledger::Sums { lost: 1.., .. } => "lost",
        ledger::Sums {
            duplicated: 1.., ..
        } => "duplicated",
        ledger::Sums { waiting: 1.., .. } => "waiting",
        ledger::Sums { late: 1.., .. } => "late",
        _ => "exact",
    }
}

fn of_time(m: &Machine) -> Vec<Figure> {
    let latency = ledger::spread(ledger::latencies(m));
    let fresh = ledger::spread(ledger::freshness(m));
    let part = |spread: Option<Spread>, part: fn(Spread) -> i64| spread.map(part);
    vec![
        span("latency.min", "least latency", part(latency, |s| s.min)).aside(),
        span("latency.mean", "mean latency", part(latency, |s| s.mean)),
        span(
            "latency.p99",
            "latency, 99th percentile",
            part(latency, |s| s.p99),
        )
        .aside(),
        span("latency.max", "greatest latency", part(latency, |s| s.max)),
        span(
            "freshness.min",
            "visible after, at least",
            part(fresh, |s| s.min),
        )
        .aside(),
        span(
            "freshness.mean",
            "visible after, on average",
            part(fresh, |s| s.mean),
        ),
        span(
            "freshness.p99",
            "visible after, 99th percentile",
            part(fresh, |s| s.p99),
        )
        .aside(),
        span(
            "freshness.max",
            "visible after, at most",
            part(fresh, |s| s.max),
        ),
        span("job.down", "time the job was down", Some(m.down)).aside(),
        span("job.time", "time on the clock", Some(m.now)).aside(),
    ]
}

/// How much of its time a stage's busiest task was doing something: idle, busy, back-pressured.
pub(super) fn shares<'a>(tasks: impl Iterator<Item = &'a Task>, now: i64) -> [u64; 3] {
    let mut most = [0; 3];
    for task in tasks {
        let spent = task.spent_by(now);
        for (most, part) in most.iter_mut().zip(spent) {
            *most = percent(part, spent.iter().sum()).max(*most);
        }
    }
    most
}

/// The slowest stage: the one behind the last that is back-pressured for more than a tenth of its time, which Flink's page no
/// longer shows as OK.
fn bottleneck(m: &Machine) -> &'static str {
    let waits = |stage| shares(m.stage(stage), m.now)[2] > 10;
    if waits(Stage::Operator) {
        "sink"
    } else if waits(Stage::Source) {
        "count"
    } else {
        "none"
    }
}

fn of_flow(m: &Machine) -> Vec<Figure> {
    let channels = || m.tasks.iter().flat_map(|task| task.inputs.iter());
    let buffered: u32 = channels().map(Channel::events).sum();
    let buffers: u32 = channels().map(Channel::used).sum();
    let second = |at: i64| at > m.now - 1_000 && at <= m.now;
    let into = m.feed.records.iter().filter(|r| second(r.at)).count();
    let out = m.store.rows.iter().filter(|row| second(row.at)).count();
    let busy = |stage| shares(m.stage(stage), m.now)[1];
    let blocked = |stage| shares(m.stage(stage), m.now)[2];
    vec![
        Figure::count("source.lag", "events in the log, not read", m.lag().into()),
        Figure::count("source.lag_max", "the longest lag so far", m.lag_max.into()).aside(),
        Figure::count("source.replayed", "events read again", m.replayed.into()),
        Figure::count("source.shed", "events shed", m.shed.len() as u64).aside(),
        Figure::count("buffers.used", "events in buffers", buffered.into()),
        Figure::count("buffers.full", "buffers in use", buffers.into()).aside(),
        Figure::count("rate.in", "events produced in the last second", into as u64),
        Figure::count("rate.out", "rows written in the last second", out as u64),
        Figure::count(
            "source.busy",
            "busy time of sources, %",
            busy(Stage::Source),
        )
        .aside(),
        Figure::count(
            "operator.busy",
            "busy time of the count, %",
            busy(Stage::Operator),
        )
        .aside(),
        Figure::count("sink.busy", "busy time of sinks, %", busy(Stage::Sink)).aside(),
        Figure::count(
            "source.backpressured",
            "back-pressured time of sources, %",
            blocked(Stage::Source),
        )
        .aside(),
        Figure::count(
            "operator.backpressured",
            "back-pressured time of the count, %",
            blocked(Stage::Operator),
        )
        .aside(),
        name("bottleneck", "slowest stage", bottleneck(m).into()).aside(),
        Figure::count(
            "batch.number",
            "micro-batches begun",
            m.batching
                .as_ref()
                .map_or(0, |batching| batching.number.into()),
        )
        .aside(),
    ]
}

fn of_checkpoints(flow: &Flow, m: &Machine) -> Vec<Figure> {
    let coordinator = &m.coordinator;
    let completed = coordinator.count(Outcome::Completed) as u64;
    let last = coordinator.last();
    let all = || coordinator.ended.iter();
    let ended = |outcome| all().filter(move |ended| ended.outcome == outcome);
    let took = ended(Outcome::Completed).map(|e| e.at - e.began);
    let offsets: u32 = last.map_or(0, |last| last.contents.offsets.iter().sum());
    let in_flight = ended(Outcome::Completed).map(|e| e.contents.in_flight.len());
    let counts = last.map_or(0, |last| {
        last.contents.cells.values().map(|cell| cell.count).sum()
    });
    vec![
        Figure::count("checkpoint.completed", "checkpoints complete", completed),
        Figure::count(
            "checkpoint.failed",
            "checkpoints given up",
            coordinator.count(Outcome::Expired) as u64,
        )
        .aside(),
        span(
            "checkpoint.last.took",
            "how long the last checkpoint took",
            last.map(|e| e.at - e.began),
        )
        .aside(),
        span("checkpoint.took.max", "the slowest checkpoint", took.max()).aside(),
        span(
            "checkpoint.aligning.max",
            "the longest wait for barriers",
            all().map(|e| e.waited).max(),
        )
        .aside(),
        Figure::count(
            "checkpoint.last.bytes",
            "bytes of the last checkpoint",
            last.map_or(0, |e| e.contents.bytes),
        )
        .aside(),
        Figure::count(
            "checkpoint.last.in_flight",
            "events in flight in the last checkpoint",
            last.map_or(0, |e| e.contents.in_flight.len() as u64),
        )
        .aside(),
        Figure::count(
            "checkpoint.in_flight.max",
            "the most events in flight in a checkpoint",
            in_flight.max().unwrap_or_default() as u64,
        )
        .aside(),
        Figure::count(
            "checkpoint.last.offset",
            "offset in the last checkpoint",
            offsets.into(),
        )
        .aside(),
        Figure::count(
            "checkpoint.last.count",
            "count in the last checkpoint",
            counts,
        )
        .aside(),
        Figure::count("job.crashes", "crashes", m.crashes.into()).aside(),
        Figure::count("job.parallelism", "counting tasks", m.parallelism.into()).aside(),
        Figure::count(
            "rescale.moved",
            "key groups moved",
            moved_groups(flow, m).into(),
        )
        .aside(),
    ]
}

/// How many key groups have another task than at the start.
fn moved_groups(flow: &Flow, m: &Machine) -> u32 {
    let of = flow.operator.max_parallelism;
    let groups = std::num::NonZeroU32::new(of).unwrap_or(std::num::NonZeroU32::MIN);
    let task = |group, parallelism| crate::partition::flink_subtask(group, groups, parallelism);
    let moved =
        |group: &u32| task(*group, flow.operator.parallelism) != task(*group, m.parallelism);
    (0..of).filter(moved).count() as u32
}
