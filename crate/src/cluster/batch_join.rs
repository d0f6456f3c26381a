//! A join of two tables in a batch job: which way Spark chooses, its physical plan as text and as a tree, what moves, and the rows
//! in the order in which they come out.
//!
//! ```text
//! sizes, hint, settings ─> choose ─> plan (tree, text) ─> exchange, sort, join row by row
//! ```
//!
//! The rows are a sample that is really joined; the sizes of both sides are what the optimizer believes, and can be turned
//! without writing a billion rows. Knows nothing of streams.

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use super::shuffle::JoinKind;
use crate::explain::Explanation;
use crate::scenario::Problems;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

mod adapt;
mod choose;
mod figures;
mod knobs;
mod plan;
mod plan_last;
mod rows;
mod show;
mod words;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use rows::Work;

/// A join of two tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchJoin {
    /// The left side.
    pub left: JoinTable,
    /// The right side.
    pub right: JoinTable,
    /// The column that both have, and are joined by.
    pub on: String,
    /// The columns of the result.
    pub select: Vec<String>,
    /// The kind of the join.
    #[serde(default)]
    pub kind: JoinKind,
    /// A hint on the join.
    #[serde(default)]
    pub hint: JoinHint,
    /// `spark.sql.autoBroadcastJoinThreshold`, in bytes; -1 turns it off.
    #[serde(default = "ten_megabytes")]
    pub broadcast_threshold: i64,
    /// `spark.sql.join.preferSortMergeJoin`.
    #[serde(default = "yes")]
    pub prefer_sort_merge: bool,
    /// `spark.sql.adaptive.enabled`.
    #[serde(default = "yes")]
    pub adaptive: bool,
    /// `spark.sql.shuffle.partitions`.
    #[serde(default = "two_hundred")]
    pub partitions: u32,
    /// How many executors there are: each gets a copy of what is broadcast.
    #[serde(default = "ten")]
    pub executors: u32,
}

fn ten_megabytes() -> i64 {
    10 * 1024 * 1024
}
fn yes() -> bool {
    true
}
fn one() -> u32 {
    1
}
fn two_hundred() -> u32 {
    200
}
fn ten() -> u32 {
    10
}

/// One side of a join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinTable {
    /// Its name, and that of its file.
    pub name: String,
    /// Its columns. All are read as text.
    pub columns: Vec<String>,
    /// Columns that the query casts to `double`.
    #[serde(default)]
    pub doubles: Vec<String>,
    /// Its rows, a value for each column.
    pub rows: Vec<Vec<String>>,
    /// How many bytes the optimizer believes it has, filtered and with the columns that are needed.
    pub bytes: u32,
    /// Into how many buckets it is written by the joined column; 0 if it is a plain file.
    #[serde(default)]
    pub buckets: u32,
    /// How many bytes it turns out to have once it is shuffled; where left out, as many as were believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<u32>,
    /// How many map tasks read its file, one piece after the other.
    #[serde(default = "one")]
    pub maps: u32,
}

/// A hint on a join.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinHint {
    /// None.
    #[default]
    None,
    /// `BROADCAST` on the right side.
    Broadcast,
    /// `BROADCAST` on the left side.
    BroadcastLeft,
    /// `MERGE`.
    Merge,
    /// `SHUFFLE_HASH` on the right side.
    ShuffleHash,
    /// `SHUFFLE_HASH` on the left side.
    ShuffleHashLeft,
}

impl JoinTable {
    /// The number of a column.
    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

impl BatchJoin {
    /// A side.
    fn side(&self, side: choose::Side) -> &JoinTable {
        match side {
            choose::Side::Left => &self.left,
            choose::Side::Right => &self.right,
        }
    }

    /// The physical plan as Spark's `explain()` prints it before anything has run.
    pub fn explain(&self) -> String {
        plan::text(&Work::new(self).plan)
    }

    /// The same after it has run: what adaptive execution made of it, and what it was. None without adaptive execution.
    pub fn explain_final(&self) -> Option<String> {
        let work = Work::new(self);
        Some(plan::final_text(work.last_plan.as_ref()?, &work.plan))
    }

    /// How the tasks of the join read each shuffle that they do not read partition by partition, as the plan names it, and which
    /// partitions each reads.
    pub fn reads(&self) -> Vec<(String, Vec<(u32, u32)>)> {
        Work::new(self).reads(self).into_iter().flatten().collect()
    }

    /// The rows of the result, in the order in which they come out.
    pub fn result(&self) -> Vec<Vec<String>> {
        let out = Work::new(self).out;
        out.into_iter()
            .map(|(_, pair)| show::cells(self, pair))
            .collect()
    }
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinProgress {
    work: Arc<Work>,
    taken: usize,
}

impl JoinProgress {
    fn parts(&self) -> &[rows::Part] {
        &self.work.parts[..self.taken]
    }
}

impl Model for BatchJoin {
    type State = JoinProgress;
    type Fact = words::Told;

    fn title(&self) -> String {
        format!("Spark, {} joined with {}", self.left.name, self.right.name)
    }

    fn check(&self, problems: &mut Problems) {
        for (place, table) in [("left", &self.left), ("right", &self.right)] {
            check_table(place, table, &self.on, problems);
        }
        if self.select.is_empty() {
            problems.push("select", "a result has at least one column");
        }
        for (i, column) in self.select.iter().enumerate() {
            let known = [&self.left, &self.right]
                .iter()
                .any(|table| table.column(column).is_some());
            if !known {
                let message = format!("there is no column {column}");
                problems.push(format!("select[{i}]"), message);
            }
        }
        if self.broadcast_threshold < -1 {
            let message = format!("-1, or bytes, got {}", self.broadcast_threshold);
            problems.push("broadcast_threshold", message);
        }
        for (place, value, most) in [
            ("partitions", self.partitions, 2_000),
            ("executors", self.executors, 10_000),
        ] {
            if !(1..=most).contains(&value) {
                problems.push(place, format!("from 1 to {most}, got {value}"));
            }
        }
    }

    fn table() -> &'static [Turn<BatchJoin>] {
        knobs::TABLE
    }

    fn start(&self) -> JoinProgress {
        JoinProgress {
            work: Arc::new(Work::new(self)),
            taken: 0,
        }
    }

    fn step(&self, state: &mut JoinProgress, tell: &mut Tell<'_, words::Told>) -> bool {
        let Some(part) = state.work.parts.get(state.taken) else {
            return false;
        };
        tell.fact(words::told(self, &state.work, part));
        state.taken += 1;
        true
    }

    fn clock(&self, _: &JoinProgress) -> Option<i64> {
        None
    }

    fn figures(&self, state: &JoinProgress) -> Vec<Figure> {
        figures::figures(self, state)
    }

    fn scene(&self, state: &JoinProgress, _: &[Entry<words::Told>]) -> ClusterScene {
        show::scene(self, state)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &words::Told) -> Sentence {
        words::sentence(fact)
    }

    fn why(&self, run: &Played<BatchJoin>, thing: &str, position: usize) -> Option<Explanation> {
        show::why(self, &run.state(position), thing)
    }

    fn about(&self, _: &Self::State, figure: &str) -> Option<String> {
        match figure {
            "bytes.moved" => Some("moved".into()),
            "join.strategy" | "join.final" | "plan.exchanges" => Some("choice".into()),
            _ => None,
        }
    }
}

fn check_table(place: &str, table: &JoinTable, on: &str, problems: &mut Problems) {
    if table.column(on).is_none() {
        problems.push(
            format!("{place}.columns"),
            format!("there is no column {on}"),
        );
    }
    if table.rows.len() > 500 {
        let message = format!("at most 500 rows, got {}", table.rows.len());
        problems.push(format!("{place}.rows"), message);
    }
    for (i, row) in table.rows.iter().enumerate() {
        if row.len() != table.columns.len() {
            let (got, want) = (row.len(), table.columns.len());
            let message = format!("{want} values, one for each column, got {got}");
            problems.push(format!("{place}.rows[{i}]"), message);
        }
    }
    if !(1..=100).contains(&table.maps) {
        let message = format!("from 1 to 100, got {}", table.maps);
        problems.push(format!("{place}.maps"), message);
    }
    if table.buckets > 2_000 {
        let message = format!("at most 2000, got {}", table.buckets);
        problems.push(format!("{place}.buckets"), message);
    }
}
