//! An append-only log: records with keys in partitions, compaction, and what can be computed by reading it.
//!
//! ```text
//! records ── key ──> partition (murmur2) ──> segments ── compaction ──> what is kept
//!                                               └── folded from the start ──> views: orders per minute, in progress, delivery time
//! ```
//!
//! Rules of Kafka 4.x: `BuiltInPartitioner.partitionForKey`, `LogCleaner`, `LogCleanerManager`.

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::partition::kafka_partition;
use crate::scenario::Problems;
use crate::time::Span;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

mod knobs;
mod scene;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod views;
mod words;

/// A topic, what is appended to it, and what its readers count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// What is appended, in order.
    pub records: Vec<Record>,
    /// The fields that make a record's key.
    pub key: Vec<String>,
    /// The keys that can be chosen instead.
    #[serde(default)]
    pub keys: Vec<Vec<String>>,
    /// Fields that producers leave out.
    #[serde(default)]
    pub without: Vec<String>,
    /// Partitions of the topic.
    pub partitions: u32,
    /// Partitions that it has after half of the records; the same for no change.
    pub partitions_later: u32,
    /// `cleanup.policy`.
    pub cleanup: Cleanup,
    /// Records in a segment; the last one is open and is not cleaned (`segment.bytes`).
    pub segment: u32,
    /// `min.cleanable.dirty.ratio`, in %: a log is cleaned when more than this of its closed segments has not been looked at.
    pub dirty: u32,
    /// `delete.retention.ms`: how long a tombstone stays after it was first cleaned.
    pub delete_retention: Span,
    /// What readers take for an order.
    pub count: Count,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// When it happened, from the start.
    pub at: Span,
    /// Its fields by name, key fields too.
    pub fields: BTreeMap<String, String>,
    /// Whether its value is null: a tombstone.
    #[serde(default)]
    pub tombstone: bool,
}

/// `cleanup.policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cleanup {
    /// Records stay for their time; here, all of them.
    Delete,
    /// The latest of each key stays.
    Compact,
}

/// What readers take for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Every record: `count(*)`.
    Everything,
    /// Records of the type that begins an order.
    Requested,
}

/// The field that says of which type an event is.
const TYPE: &str = "event_type";
/// The field that says to which order an event belongs.
const ORDER: &str = "order_id";
/// The types of the first and the last event of an order.
const FIRST: &str = "OrderRequested";
const LAST: &str = "OrderDelivered";

/// A record in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its offset: never changes, also when records before it are removed.
    offset: u32,
    /// The number of the record that was appended.
    record: usize,
    /// From when a tombstone may be removed, in ms, once it has been cleaned.
    horizon: Option<i64>,
}

/// One partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Partition {
    kept: Vec<Kept>,
    /// The offset that is given next.
    end: u32,
    /// Up to which offset it has been cleaned.
    cleaned: u32,
}

/// The topic at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    appended: usize,
    partitions: Vec<Partition>,
    removed: u32,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A record was appended.
    Appended {
        /// Its number.
        record: usize,
        /// Where.
        partition: u32,
        /// Its offset there.
        offset: u32,
    },
    /// The topic has another number of partitions from now on.
    Grown {
        /// Before.
        from: u32,
        /// Now.
        to: u32,
    },
    /// The cleaner went through a partition.
    Cleaned {
        /// Which.
        partition: u32,
        /// Records removed because their key has a later one.
        removed: u32,
        /// Tombstones removed.
        tombstones: u32,
        /// Up to which offset.
        upto: u32,
    },
}

impl Log {
    /// A field of a record; none if it has none, or if producers leave it out.
    fn field(&self, record: usize, name: &str) -> Option<&str> {
        if self.without.iter().any(|field| field == name) {
            return None;
        }
        self.records[record].fields.get(name).map(String::as_str)
    }

    /// A record's key, its fields with a bar between.
    fn key_of(&self, record: usize) -> String {
        let fields = self
            .key
            .iter()
            .map(|name| self.field(record, name).unwrap_or(""));
        fields.collect::<Vec<_>>().join("|")
    }

    /// How many partitions there are when a record is appended.
    fn partitions_at(&self, record: usize) -> u32 {
        if record < self.records.len() / 2 {
            self.partitions
        } else {
            self.partitions_later
        }
    }

    fn place(&self, record: usize) -> u32 {
        let partitions = NonZeroU32::new(self.partitions_at(record)).unwrap_or(NonZeroU32::MIN);
        kafka_partition(self.key_of(record).as_bytes(), partitions)
    }

    /// Cleans a partition if it is dirty enough: of its closed segments more than `min.cleanable.dirty.ratio` has not been
    /// looked at (`LogCleanerManager.grabFilthiestCompactedLog`). The open segment is neither read nor written.
    fn clean(&self, partition: &mut Partition, now: i64) -> Option<(u32, u32)> {
        let open = partition.end / self.segment * self.segment;
        let dirty = partition
            .kept
            .iter()
            .filter(|k| (partition.cleaned..open).contains(&k.offset))
            .count() as u32;
        let clean = partition
            .kept
            .iter()
            .filter(|k| k.offset < partition.cleaned)
            .count() as u32;
        if dirty == 0 || dirty * 100 <= self.dirty * (dirty + clean) {
            return None;
        }
        // The latest offset of each key, in what has not been looked at (`LogCleaner.buildOffsetMap`).
        let mut latest = BTreeMap::new();
        for kept in partition
            .kept
            .iter()
            .filter(|k| (partition.cleaned..open).contains(&k.offset))
        {
            latest.insert(self.key_of(kept.record), kept.offset);
        }
        let (before, mut tombstones) = (partition.kept.len(), 0);
        partition.kept.retain_mut(|kept| {
            if kept.offset >= open {
                return true;
            }
            let newer = latest.get(&self.key_of(kept.record));
            if newer.is_some_and(|newer| *newer > kept.offset) {
                return false;
            }
            if !self.records[kept.record].tombstone {
                return true;
            }
            let horizon = *kept.horizon.get_or_insert(now + self.delete_retention.0);
            let gone = horizon <= now;
            tombstones += u32::from(gone);
            !gone
        });
        partition.cleaned = open;
        Some((
            (before - partition.kept.len()) as u32 - tombstones,
            tombstones,
        ))
    }

    /// The names of all fields.
    fn names(&self) -> BTreeSet<&str> {
        let fields = self.records.iter().flat_map(|record| record.fields.keys());
        fields.map(String::as_str).collect()
    }
}

impl Model for Log {
    type State = Topic;
    type Fact = Told;

    fn title(&self) -> String {
        "Kafka topic".into()
    }

    fn check(&self, problems: &mut Problems) {
        let mut within = |path: &str, value: u32, min: u32, max: u32| {
            if !(min..=max).contains(&value) {
                problems.push(path, format!("from {min} to {max}, got {value}"));
            }
        };
        within("partitions", self.partitions, 1, 100);
        within("partitions_later", self.partitions_later, 1, 100);
        within("segment", self.segment, 1, 10_000);
        within("dirty", self.dirty, 0, 100);
        if self.partitions_later < self.partitions {
            problems.push(
                "partitions_later",
                "a topic never gets fewer partitions (InvalidPartitionsException)",
            );
        }
        if !(1..=5_000).contains(&self.records.len()) {
            problems.push(
                "records",
                format!("from 1 to 5000, got {}", self.records.len()),
            );
        }
        if self.key.is_empty() {
            problems.push(
                "key",
                "a log that is compacted or partitioned by key needs one",
            );
        }
        if !self.keys.is_empty() && !self.keys.contains(&self.key) {
            problems.push("keys", "has the key among those to choose from");
        }
        for (number, pair) in self.records.windows(2).enumerate() {
            if pair[1].at < pair[0].at {
                problems.push(
                    format!("records.{}", number + 1),
                    "is before the one that was appended before",
                );
            }
        }
    }

    fn table() -> &'static [Turn<Log>] {
        knobs::TURNS
    }

    fn start(&self) -> Topic {
        Topic {
            partitions: vec![Partition::default(); self.partitions as usize],
            ..Topic::default()
        }
    }

    fn step(&self, state: &mut Topic, tell: &mut Tell<'_, Told>) -> bool {
        let record = state.appended;
        if record == self.records.len() {
            return false;
        }
        let (from, to) = (state.partitions.len() as u32, self.partitions_at(record));
        if to > from {
            state.partitions.resize(to as usize, Partition::default());
            tell.fact(Told::Grown { from, to });
        }
        let place = self.place(record);
        let partition = &mut state.partitions[place as usize];
        let offset = partition.end;
        partition.kept.push(Kept {
            offset,
            record,
            horizon: None,
        });
        partition.end += 1;
        state.appended += 1;
        let appended = tell.fact(Told::Appended {
            record,
            partition: place,
            offset,
        });
        if self.cleanup == Cleanup::Compact
            && let Some((removed, tombstones)) = self.clean(partition, self.records[record].at.0)
        {
            state.removed += removed + tombstones;
            let upto = partition.cleaned;
            tell.because(
                appended,
                Told::Cleaned {
                    partition: place,
                    removed,
                    tombstones,
                    upto,
                },
            );
        }
        true
    }

    fn clock(&self, state: &Topic) -> Option<i64> {
        let last = state.appended.checked_sub(1);
        Some(last.map_or(0, |last| self.records[last].at.0))
    }

    fn figures(&self, state: &Topic) -> Vec<Figure> {
        scene::figures(self, state)
    }

    fn scene(&self, state: &Topic, last: &[Entry<Told>]) -> ClusterScene {
        scene::scene(self, state, last)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &Told) -> Sentence {
        words::sentence(self, fact)
    }

    fn why(&self, run: &Played<Log>, thing: &str, position: usize) -> Option<Explanation> {
        words::why(self, &run.state(position), thing)
    }
}
