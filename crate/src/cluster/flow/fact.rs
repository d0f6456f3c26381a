//! What can happen to a job: facts, with the numbers that were compared.

use super::task::Name;

/// One thing that happened, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// When, in ms.
    pub(super) at: i64,
    /// What.
    pub(super) what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// To an event.
    Event(OfEvent),
    /// To a checkpoint.
    Checkpoint(OfCheckpoint),
    /// To a transaction.
    Transaction(OfTransaction),
    /// To the job as a whole.
    Job(OfJob),
}

/// What happened to an event.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum OfEvent {
    /// An event was written into the log.
    Produced {
        record: u32,
        key: u32,
        partition: u32,
        offset: u32,
    },
    /// A source task read an event and sent it on.
    Read {
        task: Name,
        record: u32,
        to: Name,
        again: bool,
        credits: u32,
    },
    /// A task has an event and no credit to send it.
    Stuck { task: Name, record: u32, to: Name },
    /// It got credit and sent it.
    Sent {
        task: Name,
        record: u32,
        to: Name,
        waited: i64,
    },
    /// A source task dropped an event, as there was no credit.
    Shed { task: Name, record: u32, to: Name },
    /// A task counted an event.
    Counted {
        task: Name,
        record: u32,
        key: u32,
        again: bool,
        count: u64,
        sum: i64,
    },
    /// A sink task wrote a row.
    Wrote {
        task: Name,
        record: u32,
        transaction: Option<u32>,
        replaces: bool,
        /// How many rows of this event were written before.
        before: u32,
    },
}

impl From<OfEvent> for What {
    fn from(fact: OfEvent) -> What {
        What::Event(fact)
    }
}

/// What happened to a checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum OfCheckpoint {
    /// The coordinator began a checkpoint: each source noted its offset and sent a barrier.
    Triggered {
        id: u32,
        savepoint: bool,
        offsets: Vec<u32>,
    },
    /// A barrier came in, and others are still to come.
    Aligning {
        id: u32,
        task: Name,
        from: Name,
        missing: u32,
        blocks: bool,
    },
    /// A barrier overtook events.
    Overtook { id: u32, task: Name, events: u32 },
    /// A task has its snapshot and passes the barrier on.
    Snapshot {
        id: u32,
        task: Name,
        keys: u32,
        bytes: u64,
        waited: i64,
        upload: i64,
    },
    /// A task's snapshot is durable.
    Acked {
        id: u32,
        task: Name,
        acks: u32,
        tasks: u32,
    },
    /// All are.
    Completed {
        id: u32,
        took: i64,
        bytes: u64,
        in_flight: u32,
    },
    /// A checkpoint took too long and was given up.
    Expired {
        id: u32,
        acks: u32,
        tasks: u32,
        timeout: i64,
    },
}

impl From<OfCheckpoint> for What {
    fn from(fact: OfCheckpoint) -> What {
        What::Checkpoint(fact)
    }
}

/// What happened to a transaction.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum OfTransaction {
    /// A sink task closed and flushed its transaction.
    PreCommitted {
        id: u32,
        task: Name,
        transaction: u32,
        rows: u32,
    },
    /// A transaction was committed; `recovered` if by the job that came back.
    Committed {
        transaction: u32,
        rows: u32,
        recovered: bool,
    },
    /// A transaction was aborted: no checkpoint has it.
    Aborted { transaction: u32, rows: u32 },
    /// A commit came too late: the broker had aborted the transaction.
    TimedOut {
        transaction: u32,
        rows: u32,
        open: i64,
    },
}

impl From<OfTransaction> for What {
    fn from(fact: OfTransaction) -> What {
        What::Transaction(fact)
    }
}

/// What happened to the job as a whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum OfJob {
    /// The job died.
    Crashed {
        events: u32,
        checkpoint: Option<u32>,
        last: Option<u32>,
        back: i64,
    },
    /// It died again before it was back.
    CrashedAgain { last: Option<u32>, back: i64 },
    /// The job is back, with the state of a checkpoint.
    Restored {
        checkpoint: Option<u32>,
        keys: u32,
        outside: bool,
        in_flight: u32,
        parallelism: u32,
    },
    /// A source task begins here.
    Positioned {
        task: Name,
        to: u32,
        read: u32,
        end: u32,
    },
    /// The job stopped with a savepoint.
    Stopped { id: u32, back: i64 },
    /// Key groups have another task.
    Moved {
        groups: u32,
        of: u32,
        keys: u32,
        of_keys: u32,
        from: u32,
        to: u32,
    },
    /// A micro-batch began.
    BatchBegan {
        number: u32,
        events: u32,
        waiting: u32,
        cap: u32,
    },
    /// It is through.
    BatchDone { number: u32, took: i64 },
}

impl From<OfJob> for What {
    fn from(fact: OfJob) -> What {
        What::Job(fact)
    }
}
