//! What a scenario of a streaming job writes: its input, its tasks, its checkpoints, its sink, and what goes wrong.

use crate::time::Span;
use serde::{Deserialize, Serialize};

/// A streaming job on a cluster: a partitioned log, source tasks, an exchange by key, tasks that count and add up per key, sink
/// tasks; bounded buffers between them, checkpoints, and a crash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// What is written into the log, and when.
    pub input: Input,
    /// The log and who reads it.
    #[serde(default)]
    pub source: Source,
    /// The tasks that count and add up.
    #[serde(default)]
    pub operator: Operator,
    /// The buffers between tasks.
    #[serde(default)]
    pub buffers: Buffers,
    /// Where rows go.
    #[serde(default)]
    pub sink: Sink,
    /// When and how state is made durable.
    #[serde(default)]
    pub checkpoint: Checkpoint,
    /// When the job dies; never where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crash: Option<Crash>,
    /// Further crashes, each in its own moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crash_again: Vec<Crash>,
    /// How it comes back.
    #[serde(default)]
    pub restart: Restart,
    /// A stop with a savepoint and a start with other parallelism; none where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rescale: Option<Rescale>,
    /// A row that is visible later than this after its event was produced is late; where left out none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freshness: Option<Span>,
}

impl Flow {
    /// All crashes there are to be.
    pub(super) fn crashes(&self) -> impl Iterator<Item = Crash> {
        self.crash
            .into_iter()
            .chain(self.crash_again.iter().copied())
    }

    /// What an event is called, by its number from 0.
    pub(super) fn event_name(&self, event: u32) -> String {
        format!("{}{}", self.input.name, event + 1)
    }
}

/// What is written into the log, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How many events.
    pub events: u32,
    /// How many in a second. Event number i, from 1, is produced at i / rate seconds.
    pub rate: u32,
    /// The keys that they have.
    pub keys: Vec<String>,
    /// What each of them is worth.
    pub value: u32,
    /// What an event is called, before its number.
    #[serde(default = "event_name")]
    pub name: String,
    /// Keys are drawn with this seed; where left out they take turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// A time in which more is produced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surge: Option<Surge>,
}

fn event_name() -> String {
    "o".into()
}

/// A time in which more is produced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surge {
    /// From when on.
    pub from: Span,
    /// Until when.
    pub until: Span,
    /// How many times the rate.
    pub times: u32,
}

/// The log and who reads it. Each partition has a source task of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    /// How many partitions.
    pub partitions: u32,
    /// How an event's partition is chosen.
    pub partitioner: Partitioner,
    /// How long it takes to read one.
    pub service: Span,
    /// When the position in the log is made durable.
    pub offsets: Offsets,
    /// The most events a second that all source tasks read together; 0 for no limit.
    pub rate_limit: u32,
    /// What a source task does with an event when there is no credit to send it.
    pub overload: Overload,
    /// Micro-batches in place of a steady flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
}

impl Default for Source {
    fn default() -> Source {
        Source {
            partitions: 1,
            partitioner: Partitioner::Key,
            service: Span(0),
            offsets: Offsets::Checkpoint,
            rate_limit: 0,
            overload: Overload::Wait,
            batch: None,
        }
    }
}

/// How an event's partition is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partitioner {
    /// By the hash of its key (Kafka 4 `BuiltInPartitioner`).
    Key,
    /// Partitions take turns (Kafka 4 `RoundRobinPartitioner`).
    RoundRobin,
}

/// When the position in the log is made durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offsets {
    /// In the checkpoint, with the state: after a crash the log is read again from there.
    Checkpoint,
    /// As soon as an event is read, before it is processed: after a crash reading goes on behind it.
    OnRead,
}

/// What a source task does with an event when there is no credit to send it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overload {
    /// Waits for credit: backpressure.
    Wait,
    /// Drops the event: load shedding.
    Drop,
}

/// Micro-batches in place of a steady flow (Spark 4.3 `ProcessingTimeExecutor`, `maxOffsetsPerTrigger`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// From one trigger to the next. A batch that takes longer is followed by the next at once.
    pub interval: Span,
    /// The most events of a batch.
    pub cap: u32,
}

/// The tasks that count and add up per key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Operator {
    /// How many tasks.
    pub parallelism: u32,
    /// How many key groups there are (Flink `pipeline.max-parallelism`).
    pub max_parallelism: u32,
    /// How long a task works on one event.
    pub service: Span,
    /// How many bytes a key's row takes in a snapshot.
    pub row_bytes: u32,
    /// Where the counts are.
    pub state: Keeping,
}

impl Default for Operator {
    fn default() -> Operator {
        Operator {
            parallelism: 1,
            max_parallelism: 128,
            service: Span(10),
            row_bytes: 100,
            state: Keeping::Checkpoint,
        }
    }
}

/// Where the counts are, and so what a crash does to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// With the task; a restart takes them back to the checkpoint.
    Checkpoint,
    /// In a store outside that the task changes in place; a restart leaves them as they are.
    Outside,
}

/// The buffers of an input gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Buffers {
    /// Of each channel alone (Flink `taskmanager.network.memory.buffers-per-channel`).
    pub exclusive: u32,
    /// Shared by the channels of a gate (Flink `taskmanager.network.memory.floating-buffers-per-gate`).
    pub floating: u32,
    /// How many events fit into one (Flink `taskmanager.memory.segment-size`, in events in place of bytes).
    pub events: u32,
}

impl Default for Buffers {
    fn default() -> Buffers {
        Buffers {
            exclusive: 2,
            floating: 8,
            events: 1,
        }
    }
}

/// Where rows go: each event gives one row with its key's count and sum so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sink {
    /// How rows are written.
    pub kind: SinkKind,
    /// How long it takes to write one.
    pub service: Span,
    /// What readers of a transactional sink see.
    pub isolation: Isolation,
    /// From the completion of a checkpoint to the commit of the transactions in it.
    pub commit: Span,
    /// The broker aborts a transaction that is open for longer (Kafka `transaction.timeout.ms`).
    pub transaction_timeout: Span,
}

impl Default for Sink {
    fn default() -> Sink {
        Sink {
            kind: SinkKind::Append,
            service: Span(0),
            isolation: Isolation::ReadCommitted,
            commit: Span(50),
            transaction_timeout: Span(3_600_000),
        }
    }
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SinkKind {
    /// One more row for each write, visible at once.
    Append,
    /// A row of the same event id is replaced; visible at once.
    Upsert,
    /// In transactions that are committed when the checkpoint is complete: two-phase commit.
    Transactional,
}

/// What readers of a transactional sink see (Kafka `isolation.level`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// Rows of committed transactions only.
    ReadCommitted,
    /// All rows, of open and aborted transactions as well; Kafka's default.
    ReadUncommitted,
}

/// When and how state is made durable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Checkpoint {
    /// From the start of one to the start of the next (Flink `execution.checkpointing.interval`); 0 for none at all.
    pub interval: Span,
    /// One that takes longer is given up (Flink `execution.checkpointing.timeout`). The job goes on: the failures that Flink
    /// tolerates (`execution.checkpointing.tolerable-failed-checkpoints`) are taken to be enough.
    pub timeout: Span,
    /// What a task does while it waits for barriers.
    pub mode: Mode,
    /// How long the upload of a task's snapshot takes besides its bytes.
    pub latency: Span,
    /// How many bytes of a task's snapshot are uploaded in a second.
    pub upload: u32,
}

impl Default for Checkpoint {
    fn default() -> Checkpoint {
        Checkpoint {
            interval: Span(0),
            timeout: Span(600_000),
            mode: Mode::Aligned,
            latency: Span(20),
            upload: 10_000_000,
        }
    }
}

/// What a task does while it waits for the barriers of its other inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Reads no further from inputs whose barrier has come (Flink `EXACTLY_ONCE`).
    Aligned,
    /// Lets barriers overtake events and puts those into the checkpoint (Flink `execution.checkpointing.unaligned.enabled`).
    Unaligned,
    /// Reads on from all inputs (Flink `CheckpointingMode.AT_LEAST_ONCE`).
    AtLeastOnce,
}

/// When the job dies. All its tasks die with all that is in their memory; the log, the sink and the checkpoints stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crash {
    /// At this moment, or at the first one after it that is asked for.
    pub at: Span,
    /// What has to be the case.
    #[serde(default)]
    pub moment: Moment,
}

/// In which moment the job dies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Whatever is going on.
    #[default]
    Any,
    /// A barrier has been sent and is not through yet.
    Barrier,
    /// All sink tasks have pre-committed, and the checkpoint is not complete.
    PreCommitted,
    /// The checkpoint is complete, and its transactions are not committed.
    Completed,
    /// It is coming back from a crash or a stop, half-way through.
    Restarting,
    /// It is back and reads again what it had read before.
    Replaying,
    /// Never: the crash is switched off.
    Never,
}

/// How the job comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Restart {
    /// How long it takes until it runs again, besides reading its state.
    pub delay: Span,
    /// What is different.
    pub changed: Changed,
}

impl Default for Restart {
    fn default() -> Restart {
        Restart {
            delay: Span(1_000),
            changed: Changed::Nothing,
        }
    }
}

/// What is different when the job comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// Nothing.
    Nothing,
    /// The application's id or name. Checkpoints are found by their folder: nothing comes of it.
    AppId,
    /// The checkpoint folder: no checkpoint is found, and a new job begins at the start of the log, with empty state.
    FolderEarliest,
    /// The checkpoint folder, with a source that begins at the end of the log (Spark `startingOffsets`, `latest` by default).
    FolderLatest,
}

/// A stop with a savepoint, and a start from it with other parallelism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rescale {
    /// When.
    pub at: Span,
    /// How many tasks there are then.
    pub parallelism: u32,
}
