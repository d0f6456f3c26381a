//! Rows spread over tasks by their keys: partitions, skew and its cures, side by side with the job as it was.
//!
//! ```text
//! keys, rows ─> Rows ─> ways (plain, cured) ─> tasks with rows, bytes, small table ─> stage time
//!                                      └──────> results of both, compared
//! ```
//!
//! Everything is worked out row by row: where a row goes by the engine's own hash function, what each task joins or adds up from
//! what it got alone. The steps only show it bit by bit. Knows nothing of streams: one stage of a batch job, or one interval.

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::scenario::Problems;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod adaptive;
mod cures;
mod figures;
pub mod input;
mod job;
mod knobs;
pub mod place;
mod result;
mod show;
mod spread;
mod stage;
mod way;
mod why;
mod words;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use adaptive::Adaptive;
use input::{KeyRows, SmallRow, ZipfKeys};
use job::{Job, Part};
use place::{Partitioner, SaltForm};

/// Rows that are spread over the tasks of the next stage, and what is done about it if that is uneven.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shuffle {
    /// What the next stage does with the rows.
    pub work: Work,
    /// Whose hash function places keys.
    #[serde(default)]
    pub partitioner: Partitioner,
    /// How many partitions the shuffle has, and so tasks the next stage.
    pub partitions: u32,
    /// How many tasks the stage before has; rows are dealt to them in turn.
    #[serde(default = "eight")]
    pub sources: u32,
    /// How many tasks run at once: the cores of all executors.
    #[serde(default = "eight")]
    pub workers: u32,
    /// Rows per second of each.
    #[serde(default = "thousand")]
    pub rate: u32,
    /// What every task takes besides, in ms: it is planned, sent, started.
    #[serde(default)]
    pub overhead_ms: u32,
    /// A worker that is slower than the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub straggler: Option<Straggler>,
    /// The keys, each with how many rows it has; rows are numbered in this order, from 1.
    #[serde(default)]
    pub keys: Vec<KeyRows>,
    /// In place of a list: keys drawn by a Zipf distribution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zipf: Option<ZipfKeys>,
    /// Bytes of a row.
    #[serde(default = "hundred")]
    pub row_bytes: u32,
    /// The kind of the join.
    #[serde(default)]
    pub join: JoinKind,
    /// The small side of the join.
    #[serde(default)]
    pub table: Vec<SmallRow>,
    /// Bytes of a row of the small side.
    #[serde(default = "hundred")]
    pub table_row_bytes: u32,
    /// Whether map tasks add up what they have of a key before they send it.
    #[serde(default)]
    pub combine: bool,
    /// What is done about skew.
    #[serde(default)]
    pub cure: Cure,
    /// How keys are salted, where they are.
    #[serde(default)]
    pub salt: Salt,
    /// How many partitions there are where more of them are the cure.
    #[serde(default = "hundred")]
    pub more: u32,
    /// Where keys go that are placed by hand; the others go by their hash.
    #[serde(default)]
    pub assign: Vec<Assigned>,
    /// What adaptive execution goes by.
    #[serde(default)]
    pub adaptive: Adaptive,
}

fn eight() -> u32 {
    8
}
fn hundred() -> u32 {
    100
}
fn thousand() -> u32 {
    1000
}

/// What the next stage does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Joins every row to a small table by its key.
    Join,
    /// Counts and sums rows by key.
    Sum,
}

/// The kind of a join. The large side is the left one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinKind {
    /// Rows of both sides that match.
    #[default]
    Inner,
    /// All rows of the large side.
    LeftOuter,
    /// All rows of the small side.
    RightOuter,
    /// All rows of both sides.
    FullOuter,
    /// Rows of the large side that have a match.
    LeftSemi,
    /// Rows of the large side that have none.
    LeftAnti,
}

impl JoinKind {
    /// Whether pieces of the left side can be joined on their own (Spark 4.3 `OptimizeSkewedJoin.canSplitLeftSide`).
    pub fn splits_left(self) -> bool {
        match self {
            JoinKind::Inner | JoinKind::LeftOuter | JoinKind::LeftSemi | JoinKind::LeftAnti => true,
            JoinKind::RightOuter | JoinKind::FullOuter => false,
        }
    }

    /// Whether pieces of the right side can (`canSplitRightSide`).
    pub fn splits_right(self) -> bool {
        match self {
            JoinKind::Inner | JoinKind::RightOuter => true,
            JoinKind::LeftOuter | JoinKind::FullOuter | JoinKind::LeftSemi | JoinKind::LeftAnti => {
                false
            }
        }
    }

    /// Whether the right side can be broadcast (`JoinSelectionHelper.canBuildBroadcastRight`): a row of it that matches nothing
    /// would be told by every task. The same kinds take a copy of it for every salt.
    pub fn copies_right(self) -> bool {
        match self {
            JoinKind::Inner | JoinKind::LeftOuter | JoinKind::LeftSemi | JoinKind::LeftAnti => true,
            JoinKind::RightOuter | JoinKind::FullOuter => false,
        }
    }
}

/// What is done about skew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cure {
    /// Nothing.
    #[default]
    None,
    /// A salt behind every key; the small side once for every salt.
    Salt,
    /// Partial results by salted key, and then by key.
    TwoPhase,
    /// The small side goes to every worker, the large one nowhere.
    Broadcast,
    /// More partitions.
    MorePartitions,
    /// Rows dealt out in turn, and then by key after all (`repartition(n)`, `rebalance()`).
    RoundRobin,
    /// Ranges of keys with about as many rows each.
    Range,
    /// Keys placed by hand.
    ByHand,
    /// Spark's adaptive execution.
    Adaptive,
}

/// How keys are salted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Salt {
    /// How many salts; a row's is its number mod this.
    pub count: u32,
    /// Whether only hot keys are salted: those with more rows than a partition would have if all were even. Others get salt 0.
    pub only_hot: bool,
    /// Whether rows are numbered within their key, from 0; otherwise through all rows, from 1.
    pub within_key: bool,
    /// How the salt gets into the key.
    pub form: SaltForm,
}

impl Default for Salt {
    fn default() -> Salt {
        Salt {
            count: 10,
            only_hot: false,
            within_key: false,
            form: SaltForm::Text,
        }
    }
}

/// A worker that is slower than the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Straggler {
    /// Which, from 0.
    pub worker: u32,
    /// Its rows per second.
    pub rate: u32,
}

/// A key placed by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assigned {
    /// The key.
    pub key: String,
    /// Its partition, from 0.
    pub partition: u32,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// What was worked out at the start.
    job: Arc<Job>,
    /// How many of its parts have been taken.
    taken: usize,
}

impl Progress {
    /// The parts taken so far.
    fn parts(&self) -> &[Part] {
        &self.job.parts[..self.taken]
    }

    /// Whether a key has been sent.
    fn sent(&self, key: u32) -> bool {
        let sent = |part: &Part| matches!(part, Part::Keys(keys) if keys.contains(&key));
        self.parts().iter().any(sent)
    }

    /// Whether all keys have.
    fn all_sent(&self) -> bool {
        let rest = &self.job.parts[self.taken..];
        !rest.iter().any(|part| matches!(part, Part::Keys(_)))
    }

    /// Whether what comes after the shuffle is there.
    fn after(&self) -> bool {
        self.parts().contains(&Part::After)
    }

    /// Whether a way can be seen.
    fn shows(&self, way: &way::Way) -> bool {
        way.by_key || self.after()
    }

    /// Where the clock stands, once tasks run.
    fn now(&self) -> Option<u64> {
        self.parts().iter().rev().find_map(|part| match part {
            Part::Finish { until, .. } => Some(*until),
            Part::Keys(_) | Part::Table | Part::After | Part::Compare => None,
        })
    }

    /// Whether results have been compared.
    fn compared(&self) -> bool {
        self.parts().last() == Some(&Part::Compare)
    }
}

impl Model for Shuffle {
    type State = Progress;
    type Fact = words::Happened;

    fn title(&self) -> String {
        let work = match self.work {
            Work::Join => "one join",
            Work::Sum => "one aggregation",
        };
        format!("{}, {work}", self.partitioner.name())
    }

    fn check(&self, problems: &mut Problems) {
        input::check(&self.keys, self.zipf.as_ref(), problems);
        let ranges = [
            ("partitions", self.partitions, 1, 400),
            ("sources", self.sources, 1, 200),
            ("workers", self.workers, 1, 200),
            ("rate", self.rate, 1, 10_000_000),
            ("overhead_ms", self.overhead_ms, 0, 60_000),
            ("row_bytes", self.row_bytes, 1, 10_000_000),
            ("table_row_bytes", self.table_row_bytes, 1, 10_000_000),
            ("salt.count", self.salt.count, 1, 200),
            ("more", self.more, 1, 400),
            ("adaptive.factor", self.adaptive.factor, 1, 1_000),
            (
                "adaptive.threshold_mb",
                self.adaptive.threshold_mb,
                0,
                100_000,
            ),
            (
                "adaptive.advisory_mb",
                self.adaptive.advisory_mb,
                1,
                100_000,
            ),
        ];
        for (place, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                problems.push(place, format!("from {least} to {most}, got {value}"));
            }
        }
        self.check_parts(problems);
        self.check_cure(problems);
    }

    fn table() -> &'static [Turn<Shuffle>] {
        knobs::TABLE
    }

    fn start(&self) -> Progress {
        Progress {
            job: Arc::new(Job::new(self)),
            taken: 0,
        }
    }

    fn step(&self, state: &mut Progress, tell: &mut Tell<'_, words::Happened>) -> bool {
        let Some(part) = state.job.parts.get(state.taken) else {
            return false;
        };
        for fact in words::facts(self, &state.job, part) {
            tell.fact(fact);
        }
        state.taken += 1;
        true
    }

    fn clock(&self, state: &Progress) -> Option<i64> {
        Some(state.now().unwrap_or(0) as i64)
    }

    fn figures(&self, state: &Progress) -> Vec<Figure> {
        figures::figures(self, state)
    }

    fn scene(&self, state: &Progress, _: &[Entry<words::Happened>]) -> ClusterScene {
        show::scene(self, state)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &words::Happened) -> Sentence {
        words::sentence(fact)
    }

    fn why(&self, run: &Played<Shuffle>, thing: &str, position: usize) -> Option<Explanation> {
        why::why(self, &run.state(position), thing)
    }

    fn about(&self, state: &Progress, figure: &str) -> Option<String> {
        why::about(state, figure)
    }
}

impl Shuffle {
    fn check_parts(&self, problems: &mut Problems) {
        if let Some(slow) = &self.straggler {
            if slow.worker >= self.workers {
                let message = format!("there are workers 0 to {}", self.workers.saturating_sub(1));
                problems.push("straggler.worker", message);
            }
            if slow.rate == 0 {
                problems.push("straggler.rate", "must be positive, got 0");
            }
        }
        for (i, assigned) in self.assign.iter().enumerate() {
            if assigned.partition >= self.partitions {
                let last = self.partitions.saturating_sub(1);
                problems.push(
                    format!("assign[{i}].partition"),
                    format!("there are partitions 0 to {last}"),
                );
            }
        }
        if self.table.len() > 2_000 {
            problems.push(
                "table",
                format!("at most 2000 rows, got {}", self.table.len()),
            );
        }
        if self.salt.form == SaltForm::Column && self.partitioner != Partitioner::Spark {
            problems.push("salt.form", "a salt as a column of its own is Spark's");
        }
    }

    /// Which cures go with which work: what an engine would not do is refused.
    fn check_cure(&self, problems: &mut Problems) {
        let join = self.work == Work::Join;
        let refused = match self.cure {
            Cure::TwoPhase if join => Some("a join has no partial results: salt it instead"),
            Cure::Broadcast if !join => {
                Some("there is no small table to broadcast in an aggregation")
            }
            Cure::Broadcast if !self.join.copies_right() => Some(
                "Spark does not broadcast the right side of a right or full outer join (JoinSelectionHelper.canBuildBroadcastRight)",
            ),
            Cure::Adaptive if self.partitioner != Partitioner::Spark => {
                Some("adaptive execution is Spark's")
            }
            Cure::None
            | Cure::Salt
            | Cure::TwoPhase
            | Cure::Broadcast
            | Cure::MorePartitions
            | Cure::RoundRobin
            | Cure::Range
            | Cure::ByHand
            | Cure::Adaptive => None,
        };
        if let Some(reason) = refused {
            problems.push("cure", reason);
        }
        if u64::from(self.salt.count) * self.table.len() as u64 > 100_000 {
            problems.push(
                "salt.count",
                "the small table's copies are more than 100000 rows",
            );
        }
    }
}
