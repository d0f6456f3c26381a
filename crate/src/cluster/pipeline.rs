//! From the topic to the dashboard, and what every gauge shows when a box fails.
//!
//! ```text
//! orders ──> topic ──> batches every 30 s ──> state ──> [topic of aggregates ──>] serving table ──> dashboard
//!                         retried                        keyed or not             upsert, by arrival or by version
//! ```
//!
//! A batch writes, for each restaurant it touched, a row with its count so far; the batch's number is the row's version. Offsets and
//! state are in the checkpoint, so that a batch that is done again has the same rows (Spark 4.3, `MicroBatchExecution`).

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::partition::kafka_partition;
use crate::scenario::Problems;
use crate::time::Span;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;

mod knobs;
mod machine;
mod scene;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod words;

/// A pipeline, and what goes wrong with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// The restaurants that get orders, in turn.
    pub restaurants: Vec<String>,
    /// How long it is from one order to the next.
    pub every: Span,
    /// For how long orders come.
    pub lasts: Span,
    /// The trigger's interval.
    pub trigger: Span,
    /// How long a batch takes.
    pub batch: Span,
    /// Whether rows go through a topic of their own before they are in the serving table.
    pub hop: bool,
    /// Whether rows are written to that topic with their primary key as the record's key.
    pub keyed: bool,
    /// Partitions of that topic.
    pub partitions: u32,
    /// How far behind the one is who reads its partition 0.
    pub slow_reader: Span,
    /// Which of two rows of a key wins.
    pub upsert: Upsert,
    /// What goes wrong.
    pub fault: Fault,
    /// When.
    pub from: Span,
    /// For how long.
    #[serde(rename = "for")]
    pub down: Span,
    /// Whether the job commits the offsets of finished batches to Kafka as well, which Structured Streaming does not do by itself.
    #[serde(default)]
    pub commits: bool,
    /// `spark.sql.shuffle.partitions` when the query was first started.
    pub shuffle: u32,
    /// The same, as it is set when the job is started again from its checkpoint.
    pub shuffle_again: u32,
}

/// Which of two rows of a key wins in the serving table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upsert {
    /// The one that comes last.
    Arrival,
    /// The one with the greater version (Pinot's comparison column).
    Version,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing.
    None,
    /// The serving store takes nothing.
    StoreDown,
    /// An executor dies while a batch runs: its state is loaded again and the batch done again.
    ExecutorLost,
    /// Rows are written without a key.
    Keyless,
    /// The topic of aggregates gets twice as many partitions.
    PartitionsChanged,
    /// Batches take 35 s.
    SlowBatches,
    /// The job is stopped and started again, from its checkpoint and with what is set then.
    StartedAgain,
}

/// How long it is from one look at the pipeline to the next, in ms.
const TICK: i64 = 1_000;
/// How long a lost executor's state takes to be loaded elsewhere, in ms.
const RELOAD: i64 = 25_000;
/// How long a slow batch takes, in ms.
const SLOW: i64 = 35_000;

/// A row that a batch wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The restaurant.
    key: String,
    /// How many of its orders are counted.
    count: u32,
    /// The batch that wrote it, from 1.
    version: u32,
    /// When the latest order in it was made, in ms.
    made: i64,
    /// When it was written, in ms.
    written: i64,
}

/// A batch under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Running {
    /// Orders from here on are in it.
    upto: u32,
    planned: i64,
    ends: i64,
}

/// Where everything is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flowing {
    now: i64,
    /// Orders in the topic, and orders in finished batches.
    made: u32,
    done: u32,
    running: Option<Running>,
    version: u32,
    counts: BTreeMap<String, u32>,
    /// The topic of aggregates.
    topic: Vec<VecDeque<Row>>,
    store: BTreeMap<String, Row>,
    durations: Vec<i64>,
    failed: u32,
    retried: u32,
    regressions: u32,
    lost_executor: bool,
    started_again: bool,
    /// The number of partitions that the state has in the running job: none before its first batch.
    partitions: Option<u32>,
    /// What the checkpoint says of it, since the first batch that was ever planned.
    partitions_kept: Option<u32>,
    /// The offset that the job's consumer group has at Kafka, if it ever committed one.
    group: Option<u32>,
    /// The alarms in the order in which they went off, with when.
    alarms: Vec<(Gauge, i64)>,
}

/// What is measured and has a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gauge {
    /// The 99th percentile of batch durations.
    P99,
    /// How long the oldest order has waited that is in no finished batch.
    SourceLag,
    /// How long the oldest row has waited that is not in the store.
    OutputLag,
    /// How old what the dashboard shows is.
    Freshness,
    /// Batches that failed and tasks that were tried again.
    Retries,
    /// Rows on the dashboard that went back to an older version.
    Backwards,
}

/// All gauges, with their names and limits: ms, or how many.
const GAUGES: [(Gauge, &str, i64); 6] = [
    (Gauge::Retries, "retries", 0),
    (Gauge::Backwards, "rows_going_back", 0),
    (Gauge::P99, "batch_p99", 30_000),
    (Gauge::OutputLag, "output_lag", 60_000),
    (Gauge::SourceLag, "source_lag", 60_000),
    (Gauge::Freshness, "freshness", 60_000),
];

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A batch was planned.
    Planned {
        /// Its number.
        version: u32,
        /// Orders in it.
        orders: u32,
        /// How long it will take, in ms.
        takes: i64,
    },
    /// A batch is done and its rows are written.
    Done {
        /// Its number.
        version: u32,
        /// Rows written.
        rows: usize,
    },
    /// A batch could not write.
    Failed {
        /// Its number.
        version: u32,
    },
    /// An executor was lost under a batch.
    Lost {
        /// Its number.
        version: u32,
    },
    /// The job is started again.
    Started {
        /// The batch that comes next.
        version: u32,
        /// How many partitions of state are asked for.
        set: u32,
        /// How many the checkpoint has, if there is one.
        kept: Option<u32>,
    },
    /// A row reached the store.
    Shown {
        /// The row.
        row: Row,
        /// The version it replaced.
        before: Option<u32>,
    },
    /// A row reached the store with an older version than the one there, and was left out.
    Older {
        /// The row.
        row: Row,
    },
    /// A gauge is over its limit.
    Alarm {
        /// Which.
        gauge: Gauge,
        /// What it shows.
        shows: i64,
    },
}

impl Pipeline {
    fn faulty(&self, fault: Fault, now: i64) -> bool {
        self.fault == fault && (self.from.0..self.from.0 + self.down.0).contains(&now)
    }

    fn made_at(&self, order: u32) -> i64 {
        (i64::from(order) + 1) * self.every.0
    }

    fn orders(&self) -> u32 {
        (self.lasts.0 / self.every.0) as u32
    }

    fn restaurant(&self, order: u32) -> &str {
        &self.restaurants[order as usize % self.restaurants.len()]
    }

    /// The partition of the topic of aggregates that a row goes to: by its key. Without one the producer picks a partition and
    /// stays with it for a while (Kafka 4.x, `BuiltInPartitioner`, sticky): here for a batch, and by the hash of its number in place
    /// of a random one.
    fn partition(&self, row: &Row, now: i64) -> usize {
        let more = self.fault == Fault::PartitionsChanged && now >= self.from.0;
        let partitions = self.partitions * if more { 2 } else { 1 };
        let partitions = NonZeroU32::new(partitions).unwrap_or(NonZeroU32::MIN);
        let keyed = self.keyed && !self.faulty(Fault::Keyless, now);
        let number = if keyed {
            kafka_partition(row.key.as_bytes(), partitions)
        } else {
            kafka_partition(row.version.to_string().as_bytes(), partitions)
        };
        number as usize
    }

    /// What a gauge shows.
    fn shows(&self, state: &Flowing, gauge: Gauge) -> i64 {
        match gauge {
            Gauge::P99 => {
                let mut all = state.durations.clone();
                all.sort_unstable();
                all.get((all.len() * 99).div_ceil(100).saturating_sub(1))
                    .copied()
                    .unwrap_or(0)
            }
            Gauge::SourceLag if state.done < state.made => state.now - self.made_at(state.done),
            Gauge::SourceLag => 0,
            Gauge::OutputLag => {
                let oldest = state
                    .topic
                    .iter()
                    .filter_map(|rows| rows.front())
                    .map(|row| row.written)
                    .min();
                oldest.map_or(0, |written| state.now - written)
            }
            Gauge::Freshness => {
                let latest = state.store.values().map(|row| row.made).max();
                let waiting = state.store.values().map(|row| row.count).sum::<u32>() < state.made;
                if waiting {
                    state.now - latest.unwrap_or(0)
                } else {
                    0
                }
            }
            Gauge::Retries => i64::from(state.failed + state.retried),
            Gauge::Backwards => state.regressions.into(),
        }
    }
}

impl Model for Pipeline {
    type State = Flowing;
    type Fact = Told;

    fn title(&self) -> String {
        "Kafka, Spark, serving table".into()
    }

    fn check(&self, problems: &mut Problems) {
        let mut time = |path: &str, span: Span, min: i64, max: i64| {
            if !(min..=max).contains(&span.0) {
                problems.push(path, format!("from {min} to {max} ms, got {}", span.0));
            }
        };
        time("every", self.every, 100, 600_000);
        time("lasts", self.lasts, 1_000, 7_200_000);
        time("trigger", self.trigger, 1_000, 600_000);
        time("batch", self.batch, 1_000, 600_000);
        time("slow_reader", self.slow_reader, 0, 600_000);
        time("from", self.from, 0, 7_200_000);
        time("for", self.down, 0, 3_600_000);
        for (path, value) in [
            ("partitions", self.partitions),
            ("shuffle", self.shuffle),
            ("shuffle_again", self.shuffle_again),
        ] {
            if !(1..=1000).contains(&value) {
                problems.push(path, format!("from 1 to 1000, got {value}"));
            }
        }
        if !(1..=50).contains(&self.restaurants.len()) {
            problems.push("restaurants", "from 1 to 50");
        }
    }

    fn table() -> &'static [Turn<Pipeline>] {
        knobs::TURNS
    }

    fn start(&self) -> Flowing {
        Flowing {
            topic: vec![VecDeque::new(); 2 * self.partitions as usize],
            ..Flowing::default()
        }
    }

    fn step(&self, state: &mut Flowing, tell: &mut Tell<'_, Told>) -> bool {
        machine::step(self, state, tell)
    }

    fn clock(&self, state: &Flowing) -> Option<i64> {
        Some(state.now)
    }

    fn figures(&self, state: &Flowing) -> Vec<Figure> {
        scene::figures(self, state)
    }

    fn scene(&self, state: &Flowing, last: &[Entry<Told>]) -> ClusterScene {
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

    fn why(&self, run: &Played<Pipeline>, thing: &str, position: usize) -> Option<Explanation> {
        words::why(self, &run.state(position), thing)
    }
}
