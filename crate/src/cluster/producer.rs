//! A Kafka producer: what becomes of records between `send()` and the log. Rules of Kafka 4.x, `RecordAccumulator`, `Sender`,
//! `ProducerConfig`, class by class where they are used.
//!
//! ```text
//! send() ──> batches by partition (batch.size, linger.ms, buffer.memory) ──> requests by broker (max.in.flight) ──> log
//!   blocks while there is no memory for another batch                              refused ──> tried again
//! ```

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::scenario::Problems;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

mod knobs;
mod machine;
mod scene;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod words;

/// One producer, the topic it writes to, and how its brokers answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// Calls of `send()` per second, spread evenly over the partitions.
    pub rate: u32,
    /// For how long `send()` is called, in ms.
    pub lasts: u32,
    /// How large a record is in its batch, in bytes.
    pub record: u32,
    /// Partitions of the topic.
    pub partitions: u32,
    /// Brokers that lead them, in turn.
    pub brokers: u32,
    /// `batch.size`: bytes of one batch of one partition.
    pub batch_size: u32,
    /// `linger.ms`: how long a batch waits for more records.
    pub linger: u32,
    /// `buffer.memory`: bytes for all batches that are not yet acknowledged.
    pub buffer_memory: u32,
    /// `max.block.ms`: how long `send()` waits for memory before it fails.
    pub max_block: u32,
    /// `max.request.size`: bytes of one request.
    pub max_request: u32,
    /// `max.in.flight.requests.per.connection`.
    pub in_flight: u32,
    /// `enable.idempotence`.
    pub idempotence: Idempotence,
    /// Ms until a broker has answered a request.
    pub latency: u32,
    /// The number of the batch that its broker refuses once, from 1 (`NOT_ENOUGH_REPLICAS`); 0 for none.
    pub refuse: u32,
}

/// `enable.idempotence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotence {
    /// Not written: on unless another setting conflicts with it, and then silently off.
    Default,
    /// Written as true: a conflict is a `ConfigException`.
    On,
    /// Written as false.
    Off,
}

/// What a batch needs besides its records (Kafka `DefaultRecordBatch.RECORD_BATCH_OVERHEAD`).
const OVERHEAD: u32 = 61;

/// `retry.backoff.ms`, its default.
const BACKOFF: i64 = 100;

/// Requests of one connection for which a broker remembers sequence numbers (Kafka `ProducerStateEntry.NUM_BATCHES_TO_RETAIN`).
const REMEMBERED: u32 = 5;

/// A batch on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its number in its partition, from 1; with idempotence its sequence.
    number: u32,
    partition: u32,
    records: u32,
    bytes: u32,
    /// When it was opened, in ms.
    opened: i64,
    /// When its first record was handed to `send()`, in ms.
    first: i64,
    /// Whether it takes no more records.
    closed: bool,
    /// How often it was sent.
    attempts: u32,
    /// Before then it is not sent again, in ms.
    not_before: i64,
}

/// A request that is not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Request {
    broker: u32,
    answered: i64,
    batches: Vec<Batch>,
}

/// Everything in and behind the producer at one instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sending {
    now: i64,
    /// Calls of `send()` that have returned, and those that have failed.
    accepted: u32,
    failed: u32,
    /// Since when `send()` waits for memory.
    blocked_since: Option<i64>,
    blocked: i64,
    /// By partition, the batches that wait, first out first.
    queues: Vec<VecDeque<Batch>>,
    /// By partition, the number of its next batch.
    numbers: Vec<u32>,
    requests: Vec<Request>,
    /// By partition, the batches in its log, by number.
    logs: Vec<Vec<u32>>,
    /// Whether the batch to be refused has been.
    refused: bool,
    memory: u64,
    memory_peak: u64,
    sent: Tally,
}

/// Sums over the batches that were sent, each counted when it was sent first.
#[derive(Clone, Debug, Default, PartialEq)]
struct Tally {
    batches: u32,
    requests: u32,
    records: u64,
    bytes: u64,
    largest: Option<Batch>,
    longest_wait: i64,
    /// The latest, with when it was sent.
    latest: VecDeque<(i64, Batch)>,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Records were put into batches.
    Accepted {
        /// How many.
        records: u32,
        /// How many batches were opened for them.
        opened: u32,
    },
    /// `send()` begins to wait for memory.
    Blocked {
        /// Bytes in use.
        memory: u64,
        /// Bytes that another batch needs.
        needed: u64,
    },
    /// `send()` goes on.
    Unblocked {
        /// After how long, in ms.
        after: i64,
    },
    /// `send()` failed after `max.block.ms`.
    Failed,
    /// A request left.
    Sent {
        /// To which broker.
        broker: u32,
        /// Its batches.
        batches: Vec<Batch>,
        /// Requests without an answer at that broker.
        in_flight: u32,
    },
    /// A batch is in the log.
    Appended {
        /// Which.
        batch: Batch,
    },
    /// A broker refused a batch.
    Refused {
        /// Which.
        batch: Batch,
    },
    /// A broker saw that a batch came before the one that is next.
    OutOfSequence {
        /// Which.
        batch: Batch,
        /// The one that is next.
        expected: u32,
    },
}

impl Producer {
    /// Whether the producer numbers its batches: by default it does, unless a setting conflicts.
    fn idempotent(&self) -> bool {
        match self.idempotence {
            Idempotence::Default => self.in_flight <= REMEMBERED,
            Idempotence::On => true,
            Idempotence::Off => false,
        }
    }

    /// What a batch takes from `buffer.memory`: `batch.size` from the start, however little is in it, or one large record
    /// (`RecordAccumulator.append`).
    fn allocated(&self) -> u64 {
        u64::from(self.batch_size.max(OVERHEAD + self.record))
    }

    fn total(&self) -> u32 {
        (u64::from(self.rate) * u64::from(self.lasts) / 1000) as u32
    }
}

impl Model for Producer {
    type State = Sending;
    type Fact = Told;

    fn title(&self) -> String {
        "Kafka producer".into()
    }

    fn check(&self, problems: &mut Problems) {
        let mut within = |path: &str, value: u32, min: u32, max: u32| {
            if !(min..=max).contains(&value) {
                problems.push(path, format!("from {min} to {max}, got {value}"));
            }
        };
        within("rate", self.rate, 1, 100_000);
        within("lasts", self.lasts, 1, 10_000);
        within("partitions", self.partitions, 1, 500);
        within("brokers", self.brokers, 1, 20);
        within("linger", self.linger, 0, 60_000);
        within("max_block", self.max_block, 0, 600_000);
        within("in_flight", self.in_flight, 1, 100);
        within("latency", self.latency, 1, 10_000);
        within("batch_size", self.batch_size, 0, 100_000_000);
        within("max_request", self.max_request, 1, 100_000_000);
        // Larger ones are refused by send() itself (RecordTooLargeException).
        let largest = self.max_request.min(self.buffer_memory);
        within(
            "record",
            self.record,
            1,
            largest.saturating_sub(OVERHEAD).max(1),
        );
        if u64::from(self.rate) * u64::from(self.lasts) > 100_000_000 {
            problems.push("lasts", "makes more than 100,000 records");
        }
        if self.allocated() > u64::from(self.buffer_memory) {
            problems.push("buffer_memory", "has no room for one batch of batch.size");
        }
        if self.idempotence == Idempotence::On && self.in_flight > REMEMBERED {
            problems.push(
                "in_flight",
                "ConfigException: Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer.",
            );
        }
    }

    fn table() -> &'static [Turn<Producer>] {
        knobs::TURNS
    }

    fn start(&self) -> Sending {
        Sending {
            queues: vec![VecDeque::new(); self.partitions as usize],
            numbers: vec![1; self.partitions as usize],
            logs: vec![Vec::new(); self.partitions as usize],
            ..Sending::default()
        }
    }

    fn step(&self, state: &mut Sending, tell: &mut Tell<'_, Told>) -> bool {
        machine::step(self, state, tell)
    }

    fn clock(&self, state: &Sending) -> Option<i64> {
        Some(state.now)
    }

    fn figures(&self, state: &Sending) -> Vec<Figure> {
        scene::figures(self, state)
    }

    fn scene(&self, state: &Sending, last: &[Entry<Told>]) -> ClusterScene {
        scene::scene(self, state, last)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &Told) -> Sentence {
        words::sentence(fact)
    }

    fn together(&self, facts: &[&Told]) -> Option<String> {
        words::together(facts)
    }

    fn why(&self, run: &Played<Producer>, thing: &str, position: usize) -> Option<Explanation> {
        words::why(self, &run.state(position), thing)
    }
}
