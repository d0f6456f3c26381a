//! What can be turned of a streaming job.

use super::spec::{
    Changed, Crash, Flow, Isolation, Keeping, Mode, Moment, Offsets, Overload, SinkKind,
};
use crate::cluster::controls::{named, number, set_named, set_number, set_span, span};
use crate::cluster::model::{Turn, always};

type Names<T> = &'static [(T, &'static str, &'static str)];

const OFFSETS: Names<Offsets> = &[
    (Offsets::Checkpoint, "checkpoint", "In the checkpoint"),
    (Offsets::OnRead, "on_read", "Committed on read"),
];

const OVERLOAD: Names<Overload> = &[
    (Overload::Wait, "wait", "Wait (backpressure)"),
    (Overload::Drop, "drop", "Drop (shedding)"),
];

const KEEPING: Names<Keeping> = &[
    (Keeping::Checkpoint, "checkpoint", "Taken back"),
    (Keeping::Outside, "outside", "Outside, stays"),
];

const SINKS: Names<SinkKind> = &[
    (SinkKind::Append, "append", "Append"),
    (SinkKind::Upsert, "upsert", "Upsert by event id"),
    (SinkKind::Transactional, "transactional", "Transactional"),
];

const ISOLATIONS: Names<Isolation> = &[
    (Isolation::ReadCommitted, "read_committed", "read_committed"),
    (
        Isolation::ReadUncommitted,
        "read_uncommitted",
        "read_uncommitted",
    ),
];

const MODES: Names<Mode> = &[
    (Mode::Aligned, "aligned", "Aligned"),
    (Mode::Unaligned, "unaligned", "Unaligned"),
    (Mode::AtLeastOnce, "at_least_once", "At least once"),
];

const MOMENTS: Names<Moment> = &[
    (Moment::Any, "any", "At that time"),
    (Moment::Barrier, "barrier", "A barrier is on its way"),
    (
        Moment::PreCommitted,
        "pre_committed",
        "After the pre-commit",
    ),
    (Moment::Completed, "completed", "Before the commit"),
    (Moment::Restarting, "restarting", "While it restarts"),
    (Moment::Replaying, "replaying", "While it reads again"),
    (Moment::Never, "never", "Never"),
];

const CHANGES: Names<Changed> = &[
    (Changed::Nothing, "nothing", "Nothing"),
    (Changed::AppId, "app_id", "Application id"),
    (
        Changed::FolderEarliest,
        "folder_earliest",
        "Checkpoint folder, earliest",
    ),
    (
        Changed::FolderLatest,
        "folder_latest",
        "Checkpoint folder, latest",
    ),
];

/// The second crash; where there is none yet, one that never comes.
fn again(flow: &Flow) -> Option<Crash> {
    let first = flow.crash?;
    let never = Crash {
        moment: Moment::Never,
        ..first
    };
    Some(flow.crash_again.first().copied().unwrap_or(never))
}

fn again_mut(flow: &mut Flow) -> Result<&mut Crash, String> {
    let crash = again(flow).ok_or("nothing crashes here")?;
    if flow.crash_again.is_empty() {
        flow.crash_again.push(crash);
    }
    Ok(&mut flow.crash_again[0])
}

/// What can be turned, in the order in which it is shown.
pub(super) fn table() -> &'static [Turn<Flow>] {
    TABLE
}

static TABLE: &[Turn<Flow>] = &[
    Turn {
        id: "input.rate",
        label: "Events per second",
        read: |m| Some(number(m.input.rate, 1, 200)),
        missing: always,
        write: |m, value| set_number(&mut m.input.rate, value),
    },
    Turn {
        id: "source.partitions",
        label: "Partitions of the log",
        read: |m| Some(number(m.source.partitions, 1, 8)),
        missing: always,
        write: |m, value| set_number(&mut m.source.partitions, value),
    },
    Turn {
        id: "source.offsets",
        label: "Offsets",
        read: |m| Some(named(m.source.offsets, OFFSETS)),
        missing: always,
        write: |m, value| set_named(&mut m.source.offsets, OFFSETS, value),
    },
    Turn {
        id: "source.rate_limit",
        label: "Rate limit, events per second",
        read: |m| Some(number(m.source.rate_limit, 0, 200)),
        missing: always,
        write: |m, value| set_number(&mut m.source.rate_limit, value),
    },
    Turn {
        id: "source.overload",
        label: "Without credit, sources",
        read: |m| Some(named(m.source.overload, OVERLOAD)),
        missing: always,
        write: |m, value| set_named(&mut m.source.overload, OVERLOAD, value),
    },
    Turn {
        id: "batch.interval",
        label: "Trigger interval",
        read: |m| m.source.batch.map(|batch| span(batch.interval, 10)),
        missing: always,
        write: |m, value| match &mut m.source.batch {
            Some(batch) => set_span(&mut batch.interval, value),
            None => Err("there are no micro-batches here".into()),
        },
    },
    Turn {
        id: "batch.cap",
        label: "Events per micro-batch, at most",
        read: |m| m.source.batch.map(|batch| number(batch.cap, 1, 500)),
        missing: always,
        write: |m, value| match &mut m.source.batch {
            Some(batch) => set_number(&mut batch.cap, value),
            None => Err("there are no micro-batches here".into()),
        },
    },
    Turn {
        id: "operator.parallelism",
        label: "Counting tasks",
        read: |m| Some(number(m.operator.parallelism, 1, 8)),
        missing: always,
        write: |m, value| set_number(&mut m.operator.parallelism, value),
    },
    Turn {
        id: "operator.max_parallelism",
        label: "Key groups (max parallelism)",
        read: |m| Some(number(m.operator.max_parallelism, 1, 128)),
        missing: always,
        write: |m, value| set_number(&mut m.operator.max_parallelism, value),
    },
    Turn {
        id: "operator.service",
        label: "Time to count one event",
        read: |m| Some(span(m.operator.service, 0)),
        missing: always,
        write: |m, value| set_span(&mut m.operator.service, value),
    },
    Turn {
        id: "operator.state",
        label: "State after a crash",
        read: |m| Some(named(m.operator.state, KEEPING)),
        missing: always,
        write: |m, value| set_named(&mut m.operator.state, KEEPING, value),
    },
    Turn {
        id: "operator.row_bytes",
        label: "Bytes of a key's state",
        read: |m| Some(number(m.operator.row_bytes, 1, 10_000_000)),
        missing: always,
        write: |m, value| set_number(&mut m.operator.row_bytes, value),
    },
    Turn {
        id: "buffers.exclusive",
        label: "Buffers of a channel",
        read: |m| Some(number(m.buffers.exclusive, 1, 100)),
        missing: always,
        write: |m, value| set_number(&mut m.buffers.exclusive, value),
    },
    Turn {
        id: "buffers.floating",
        label: "Floating buffers of a gate",
        read: |m| Some(number(m.buffers.floating, 0, 100)),
        missing: always,
        write: |m, value| set_number(&mut m.buffers.floating, value),
    },
    Turn {
        id: "buffers.events",
        label: "Events in a buffer",
        read: |m| Some(number(m.buffers.events, 1, 100)),
        missing: always,
        write: |m, value| set_number(&mut m.buffers.events, value),
    },
    Turn {
        id: "sink.kind",
        label: "Sink",
        read: |m| Some(named(m.sink.kind, SINKS)),
        missing: always,
        write: |m, value| set_named(&mut m.sink.kind, SINKS, value),
    },
    Turn {
        id: "sink.isolation",
        label: "Readers' isolation level",
        read: |m| Some(named(m.sink.isolation, ISOLATIONS)),
        missing: |m| {
            (m.sink.kind != SinkKind::Transactional)
                .then_some("only a transactional sink has transactions")
        },
        write: |m, value| set_named(&mut m.sink.isolation, ISOLATIONS, value),
    },
    Turn {
        id: "sink.service",
        label: "Time to write one row",
        read: |m| Some(span(m.sink.service, 0)),
        missing: always,
        write: |m, value| set_span(&mut m.sink.service, value),
    },
    Turn {
        id: "sink.transaction_timeout",
        label: "Transaction timeout",
        read: |m| Some(span(m.sink.transaction_timeout, 1)),
        missing: |m| {
            (m.sink.kind != SinkKind::Transactional)
                .then_some("only a transactional sink has transactions")
        },
        write: |m, value| set_span(&mut m.sink.transaction_timeout, value),
    },
    Turn {
        id: "checkpoint.interval",
        label: "Checkpoint interval",
        read: |m| Some(span(m.checkpoint.interval, 0)),
        missing: always,
        write: |m, value| set_span(&mut m.checkpoint.interval, value),
    },
    Turn {
        id: "checkpoint.timeout",
        label: "Checkpoint timeout",
        read: |m| Some(span(m.checkpoint.timeout, 1)),
        missing: always,
        write: |m, value| set_span(&mut m.checkpoint.timeout, value),
    },
    Turn {
        id: "checkpoint.mode",
        label: "Barriers",
        read: |m| Some(named(m.checkpoint.mode, MODES)),
        missing: always,
        write: |m, value| set_named(&mut m.checkpoint.mode, MODES, value),
    },
    Turn {
        id: "checkpoint.latency",
        label: "Upload latency",
        read: |m| Some(span(m.checkpoint.latency, 0)),
        missing: always,
        write: |m, value| set_span(&mut m.checkpoint.latency, value),
    },
    Turn {
        id: "checkpoint.upload",
        label: "Upload, bytes per second",
        read: |m| Some(number(m.checkpoint.upload, 1, 100_000_000)),
        missing: always,
        write: |m, value| set_number(&mut m.checkpoint.upload, value),
    },
    Turn {
        id: "crash.at",
        label: "Crash at",
        read: |m| m.crash.map(|crash| span(crash.at, 0)),
        missing: always,
        write: |m, value| match &mut m.crash {
            Some(crash) => set_span(&mut crash.at, value),
            None => Err("nothing crashes here".into()),
        },
    },
    Turn {
        id: "crash.moment",
        label: "Crash when",
        read: |m| m.crash.map(|crash| named(crash.moment, MOMENTS)),
        missing: always,
        write: |m, value| match &mut m.crash {
            Some(crash) => set_named(&mut crash.moment, MOMENTS, value),
            None => Err("nothing crashes here".into()),
        },
    },
    Turn {
        id: "crash.again.at",
        label: "Crash again at",
        read: |m| again(m).map(|crash| span(crash.at, 0)),
        missing: always,
        write: |m, value| set_span(&mut again_mut(m)?.at, value),
    },
    Turn {
        id: "crash.again.moment",
        label: "Crash again when",
        read: |m| again(m).map(|crash| named(crash.moment, MOMENTS)),
        missing: always,
        write: |m, value| set_named(&mut again_mut(m)?.moment, MOMENTS, value),
    },
    Turn {
        id: "restart.delay",
        label: "Time to restart",
        read: |m| Some(span(m.restart.delay, 0)),
        missing: always,
        write: |m, value| set_span(&mut m.restart.delay, value),
    },
    Turn {
        id: "restart.changed",
        label: "Changed before the restart",
        read: |m| m.crash.map(|_| named(m.restart.changed, CHANGES)),
        missing: always,
        write: |m, value| set_named(&mut m.restart.changed, CHANGES, value),
    },
    Turn {
        id: "rescale.at",
        label: "Rescale at",
        read: |m| m.rescale.map(|rescale| span(rescale.at, 0)),
        missing: always,
        write: |m, value| match &mut m.rescale {
            Some(rescale) => set_span(&mut rescale.at, value),
            None => Err("nothing is rescaled here".into()),
        },
    },
    Turn {
        id: "rescale.parallelism",
        label: "Counting tasks afterwards",
        read: |m| m.rescale.map(|rescale| number(rescale.parallelism, 1, 8)),
        missing: always,
        write: |m, value| match &mut m.rescale {
            Some(rescale) => set_number(&mut rescale.parallelism, value),
            None => Err("nothing is rescaled here".into()),
        },
    },
    Turn {
        id: "freshness",
        label: "Visible within",
        read: |m| m.freshness.map(|freshness| span(freshness, 0)),
        missing: always,
        write: |m, value| match &mut m.freshness {
            Some(freshness) => set_span(freshness, value),
            None => Err("no freshness is asked for here".into()),
        },
    },
];
