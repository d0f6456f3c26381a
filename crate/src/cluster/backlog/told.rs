//! What a backlog's model tells.

use super::Batch;

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A trigger fired and a batch was planned.
    Planned {
        /// Its number, from 1.
        number: usize,
        /// What was planned.
        batch: Batch,
        /// Records per second that are processed.
        capacity: u64,
    },
    /// A trigger fired and there was nothing.
    Nothing,
    /// The batch takes longer than the trigger's interval.
    Behind {
        /// How long it takes, in ms.
        duration: i64,
        /// The interval, in ms.
        interval: i64,
    },
    /// A continuous engine went on for a while.
    Went {
        /// Records in the log.
        log: u64,
        /// Records in the buffers.
        inside: u64,
        /// Records per second that came into the log.
        arriving: u64,
        /// Records per second that were processed.
        leaving: u64,
    },
    /// The buffers are full: the source is slowed down.
    Slowed {
        /// Records in the buffers.
        buffers: u64,
        /// Records per second that are processed.
        capacity: u64,
    },
    /// The load changed.
    Changed {
        /// Records per second that are made from now on.
        rate: u64,
        /// Before.
        was: u64,
    },
    /// Records wait with the producers.
    Held {
        /// How many.
        held: u64,
        /// Records per second that the quota lets through.
        quota: u64,
    },
    /// Another number of tasks runs.
    Scaled {
        /// Task slots that have a partition to read.
        tasks: u32,
        /// Task slots.
        slots: u32,
        /// Records per second that they process.
        capacity: u64,
    },
    /// What the spike brought is worked off.
    CaughtUp {
        /// How long after the spike, in ms.
        after: i64,
    },
}
