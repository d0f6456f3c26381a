//! One micro-batch after another of a windowed aggregation in Spark, box by box of its plan, and where each copy of its state lies.
//!
//! ```text
//! orders ─> HashAggregate (partial) ─> Exchange ─> HashAggregate (merge) ─> StateStoreRestore ─> HashAggregate (merge)
//!                                                                              ▲ version N          │
//!          checkpoint: N+1.delta, snapshots <──────────────────────────── StateStoreSave <──────────┘ ─> HashAggregate (final) ─> sink
//! ```
//!
//! Spark 4.3: `StateStoreRestoreExec`, `StateStoreSaveExec`, `HDFSBackedStateStoreProvider`, `RocksDBStateStoreProvider` without
//! changelog checkpointing. Boxes run one after the other here; Spark pipelines those of one stage. Maintenance, which writes
//! snapshots every minute in the background, runs here after each batch; old files are kept.

mod figures;
mod machine;
mod scene;
mod store;
mod table;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod words;

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::partition::{Column, spark_partition};
use crate::scenario::Problems;
use crate::time::{EventTime, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use store::Store;

/// A streaming aggregation `groupBy(window(t, size), key).agg(count, sum)` with a watermark, and the state it starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchState {
    /// The size of the windows; ms.
    pub window: Span,
    /// How far the watermark is behind the newest order; ms.
    pub delay: Span,
    /// When rows come out.
    pub mode: Mode,
    /// Who keeps the state on an executor.
    pub provider: Provider,
    /// More deltas than this since the last snapshot bring a new one (`spark.sql.streaming.stateStore.minDeltasForSnapshot`).
    pub min_deltas: u32,
    /// Map tasks: partitions of the topic.
    pub inputs: u32,
    /// Partitions of the state (`spark.sql.shuffle.partitions` at the query's first start).
    pub partitions: u32,
    /// The number of the first batch, which is the version of the state that it starts from.
    pub first_batch: u32,
    /// The newest order before.
    pub newest: EventTime,
    /// Rows in the state before.
    pub rows: Vec<Kept>,
    /// Batches, each with its orders.
    pub batches: Vec<Vec<Order>>,
    /// The executor dies before this step, from 1; 0 for never.
    #[serde(default)]
    pub kill: u32,
}

/// A row of the state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// When its window starts.
    pub window: EventTime,
    /// Its key: a restaurant.
    pub key: String,
    /// How many orders.
    pub count: u32,
    /// Their sum.
    pub sum: u32,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Its name.
    pub id: String,
    /// Its key: a restaurant.
    pub key: String,
    /// Its amount.
    pub amount: u32,
    /// When it was placed.
    pub t: EventTime,
}

/// When rows come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Once, when the watermark takes them out of the state.
    Append,
    /// Whenever they changed.
    Update,
}

/// Who keeps the state on an executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// `HDFSBackedStateStoreProvider`, the default: a map on the heap; a delta for each version, snapshots now and then.
    Hdfs,
    /// `RocksDBStateStoreProvider`: `RocksDB` on the local disk; its files for each version.
    Rocksdb,
}

/// A key of the state: the start of the window in ms, and the restaurant.
type Key = (i64, String);

/// What the state keeps for a key. An average is not in it: it is made of these two at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    count: u64,
    sum: u64,
}

impl Row {
    fn add(&mut self, other: Row) {
        self.count += other.count;
        self.sum += other.sum;
    }

    fn average(self) -> f64 {
        self.sum as f64 / self.count as f64
    }
}

/// A box of the plan, or what the driver does before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The driver writes down what the batch will read.
    Offsets,
    /// Each map task adds up its own orders.
    Partial,
    /// Rows go to the partition of their key.
    Exchange,
    /// What map tasks had for the same key is put together.
    Merge,
    /// For each key, the row of the state comes along.
    Restore,
    /// Row of the state and row of the batch are put together.
    MergeState,
    /// The new row is put, old ones are removed, the version is committed.
    Save,
    /// Averages are made, and rows go to the sink.
    Final,
    /// The driver writes down that the batch is done.
    Commit,
}

/// A row that came out.
#[derive(Clone, Debug, PartialEq)]
struct Out {
    batch: u32,
    key: Key,
    row: Row,
}

/// A row that was removed, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Gone {
    watermark: i64,
    newest: i64,
}

/// The query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    taken: u32,
    /// The batch under way, from 0.
    batch: usize,
    phase: Phase,
    finished: bool,
    killed: bool,
    executor: u32,
    stores: Vec<Store>,
    /// Rows out of the map tasks, by task.
    partial: Vec<BTreeMap<Key, Row>>,
    /// Rows out of the first merge, or of the second.
    moving: BTreeMap<Key, Row>,
    /// Rows that the state had for them.
    restored: BTreeMap<Key, Row>,
    emitted: Vec<(Key, Row)>,
    sink: Vec<Out>,
    newest: i64,
    /// The watermark that this batch removes rows by, in ms.
    watermark: i64,
    /// The one before: the one that late rows are told by.
    late_watermark: i64,
    commits: u32,
    reloads: u32,
    files_read: usize,
    reruns: u32,
    late: u32,
    /// Late rows of the batch under way.
    late_now: u32,
    gone: BTreeMap<Key, Gone>,
}

/// What happened, with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The driver planned a batch.
    Planned(u32, usize),
    /// Map tasks added up their own orders.
    Added(usize, Vec<(Key, Row)>),
    /// Rows moved to the partitions of their keys.
    Moved(Vec<(Key, u32)>),
    /// Rows of the same key were put together.
    Merged(Vec<(Key, Row)>),
    /// State was loaded from the checkpoint: partition, version, files read.
    Loaded(u32, u64, Vec<String>),
    /// The rows of the state for the keys of the batch.
    Restored(Vec<(Key, Option<Row>)>),
    /// Old and new were put together.
    Summed(Vec<(Key, Row)>),
    /// A row was late: its window had ended by the watermark.
    Late(Key, i64),
    /// A row was removed.
    Removed(Key, Row, i64),
    /// A version was committed; the file of the first partition.
    Saved(u64, String),
    /// Rows came out.
    Emitted(Vec<(Key, Row)>),
    /// A batch is done; the watermark from now on.
    Committed(u32, i64),
    /// A snapshot was written.
    Snapshot(String),
    /// The executor died; whether a batch has to be run again.
    Killed(u32, bool),
}

impl BatchState {
    /// The key of an order.
    fn key_of(&self, order: &Order) -> Key {
        let t = order.t.ms();
        (t - t.rem_euclid(self.window.ms()), order.key.clone())
    }

    /// Where a key's window ends.
    fn end(&self, key: &Key) -> i64 {
        key.0 + self.window.ms()
    }

    /// The partition of a key: `HashPartitioning` over window (a struct of two timestamps, in µs) and restaurant.
    fn partition(&self, key: &Key) -> u32 {
        let columns = [
            Column::Long(key.0 * 1_000),
            Column::Long(self.end(key) * 1_000),
            Column::Text(&key.1),
        ];
        spark_partition(
            &columns,
            NonZeroU32::new(self.partitions).unwrap_or(NonZeroU32::MIN),
        )
    }

    /// The orders of a batch; none in one that only the watermark asked for.
    fn orders(&self, batch: usize) -> &[Order] {
        self.batches.get(batch).map_or(&[], Vec::as_slice)
    }

    /// The number of a batch, which is the version it loads.
    fn id(&self, batch: usize) -> u32 {
        self.first_batch + batch as u32
    }

    fn preloaded(&self) -> impl Iterator<Item = (Key, Row)> + '_ {
        self.rows.iter().map(|kept| {
            let row = Row {
                count: kept.count.into(),
                sum: kept.sum.into(),
            };
            ((kept.window.ms(), kept.key.clone()), row)
        })
    }

    /// Every key there is, in order.
    fn keys(&self) -> std::collections::BTreeSet<Key> {
        let orders = self.batches.iter().flatten();
        self.preloaded()
            .map(|(key, _)| key)
            .chain(orders.map(|order| self.key_of(order)))
            .collect()
    }
}

impl Model for BatchState {
    type State = Query;
    type Fact = Told;

    fn title(&self) -> String {
        "Spark, a stateful aggregation".into()
    }

    fn check(&self, problems: &mut Problems) {
        problems.positive("window", self.window);
        problems.not_negative("delay", self.delay);
        for (place, number, most) in [
            ("inputs", self.inputs, 8),
            ("partitions", self.partitions, 8),
            ("min_deltas", self.min_deltas, 1_000),
        ] {
            if number < 1 || number > most {
                problems.push(place, format!("from 1 to {most}, got {number}"));
            }
        }
        if self.first_batch > 1_000_000 {
            problems.push("first_batch", "up to 1000000");
        }
        if self.batches.is_empty() || self.batches.len() > 100 {
            problems.push(
                "batches",
                format!("from 1 to 100, got {}", self.batches.len()),
            );
        }
        for (i, batch) in self.batches.iter().enumerate() {
            if batch.len() > 100 {
                problems.push(format!("batches[{i}]"), "up to 100 orders");
            }
        }
        for (i, kept) in self.rows.iter().enumerate() {
            if self.window.ms() > 0 && kept.window.ms().rem_euclid(self.window.ms()) != 0 {
                problems.push(format!("rows[{i}].window"), "is not where a window starts");
            }
            if kept.count == 0 {
                problems.push(format!("rows[{i}].count"), "must be positive, got 0");
            }
            let same = |other: &Kept| (other.window, &other.key) == (kept.window, &kept.key);
            if self.rows[..i].iter().any(same) {
                problems.push(format!("rows[{i}]"), "stands there twice");
            }
        }
        if self.rows.len() > 100 {
            problems.push("rows", "up to 100");
        }
        // Times at which nothing overflows, in µs.
        let orders = self.batches.iter().flatten().map(|order| order.t.ms());
        let times = orders.chain(self.rows.iter().map(|row| row.window.ms()));
        let far = 1 << 48;
        if times
            .chain([self.newest.ms(), self.window.ms(), self.delay.ms()])
            .any(|t| !(-far..far).contains(&t))
        {
            problems.push("", "a time is too far away");
        }
    }

    fn table() -> &'static [Turn<BatchState>] {
        table::TABLE
    }

    fn start(&self) -> Query {
        machine::start(self)
    }

    fn step(&self, state: &mut Query, tell: &mut Tell<'_, Told>) -> bool {
        machine::step(self, state, tell)
    }

    fn clock(&self, _: &Query) -> Option<i64> {
        None
    }

    fn figures(&self, state: &Query) -> Vec<Figure> {
        figures::figures(self, state)
    }

    fn scene(&self, state: &Query, _: &[Entry<Told>]) -> ClusterScene {
        scene::scene(self, state)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &Told) -> Sentence {
        words::sentence(self, fact)
    }

    fn why(&self, run: &Played<BatchState>, thing: &str, position: usize) -> Option<Explanation> {
        words::why(self, run, thing, position)
    }
}
