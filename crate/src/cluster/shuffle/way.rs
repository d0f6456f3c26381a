//! Ways of spreading the same rows over tasks: what each task gets, row by row, and what it costs.

use super::adaptive::Decision;
use super::input::Rows;
use super::place::{Place, salted};
use std::collections::BTreeMap;

/// A key with its salt, where it has one.
pub(super) type Salted = (u32, Option<u32>);

/// What a task gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Task {
    /// Its name, such as the number of its partition.
    pub label: String,
    /// The rows it gets, by number, from 0.
    pub rows: Vec<u32>,
    /// The salts of those rows, where they have one.
    pub salts: Vec<Option<u32>>,
    /// How many things reach it for each key and salt: rows, or partial aggregates.
    pub pieces: BTreeMap<Salted, u32>,
    /// The rows of the small table it gets, by number, each with the salt it was copied for.
    pub table: Vec<(u32, Option<u32>)>,
    /// How many bytes of the large side it reads.
    pub bytes: u64,
    /// A word on it.
    pub note: String,
}

impl Task {
    /// How many things reach it.
    pub(super) fn load(&self) -> u64 {
        self.pieces.values().map(|n| u64::from(*n)).sum()
    }
}

/// One way of spreading the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Way {
    /// Its id: `plain`, `cured`, `before`, `final`.
    pub id: &'static str,
    /// Its name for people.
    pub title: String,
    /// The tasks of its stage.
    pub tasks: Vec<Task>,
    /// Whether rows are seen to arrive key by key, or all at once after they have been sent.
    pub by_key: bool,
    /// Whether the results are taken from it.
    pub last: bool,
    /// How many things cross the network.
    pub moved: u64,
    /// How many bytes cross the network, the small table's copies with them.
    pub moved_bytes: u64,
    /// How many rows of the small table are written, copies and all.
    pub table_rows: u64,
    /// Where each key and salt goes, where a hash says it.
    pub places: BTreeMap<Salted, Place>,
}

impl Way {
    /// Counts what its tasks get as moved over the network.
    pub(super) fn count_moved(&mut self) {
        self.moved = self.tasks.iter().map(Task::load).sum();
        self.moved_bytes = self.tasks.iter().map(|task| task.bytes).sum();
    }
}

/// The ways of a model: the plain one, what the cure makes of it, and what adaptive execution decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ways {
    /// The ways, the plain one first.
    pub all: Vec<Way>,
    /// What adaptive execution decided, where it was asked.
    pub decision: Option<Decision>,
}

/// Tasks named by the numbers of their partitions.
pub(super) fn numbered(count: u32) -> Vec<Task> {
    (0..count.max(1))
        .map(|number| Task {
            label: number.to_string(),
            ..Task::default()
        })
        .collect()
}

/// A piece as it is read.
pub(super) fn piece_name(rows: &Rows, (key, salt): Salted) -> String {
    let name = &rows.names[key as usize];
    salt.map_or_else(|| name.clone(), |salt| salted(name, salt))
}
