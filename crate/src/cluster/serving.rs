//! A serving table between a stream job and a dashboard: upserts by key and version or rows that are added and merged, roll-ups
//! of what is stored, dead letters, and what a reader with a cache sees at each moment.
//!
//! ```text
//! writes ─> table (keyed rows) ─> roll-up ─> query ─> cache ─> dashboard
//!    └────> dead letters ─(correction)──┘
//! ```

mod query;
mod scene;
mod table;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::scenario::Problems;
use crate::time::{Span, format_span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A serving table, what is written to it, and who reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serving {
    /// What a second write for a key does.
    pub mode: Mode,
    /// Upserts: whether an older version loses against a newer one that is there already.
    pub compare: bool,
    /// What is stored for the average.
    pub average: Average,
    /// What is stored for distinct users.
    pub users: Users,
    /// Whether the query takes rows of one grain only: those of restaurants.
    pub grain: bool,
    /// How often the dashboard asks.
    pub poll: Span,
    /// For how long a cache answers with what it has; 0 without a cache.
    pub cache: Span,
    /// When the dead letters are repaired and written; 0 for never.
    pub correct: Span,
    /// What is written, in order of arrival.
    pub writes: Vec<Write>,
    /// Until when there is anything to see.
    pub until: Span,
}

/// One write: the result of a window, or a block of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// Its name.
    pub id: String,
    /// When it arrives.
    pub at: Span,
    /// The window it is about, by its hour; several windows of an hour have several names.
    pub window: String,
    /// The hour that its window belongs to.
    pub hour: u32,
    /// The restaurant; none for the row of the whole city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restaurant: Option<String>,
    /// Which version of the result it is.
    #[serde(default)]
    pub version: u32,
    /// Orders.
    pub orders: u32,
    /// What they add up to.
    pub amount: u32,
    /// Who ordered.
    #[serde(default)]
    pub users: BTreeSet<u32>,
    /// Whether it cannot be read: then it goes to the dead letters.
    #[serde(default)]
    pub broken: bool,
}

/// What a second write for a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It replaces the row (Pinot upsert, mode FULL).
    Upsert,
    /// It is merged into the row (`ClickHouse`, a `MergeTree` that sums or aggregates).
    Merge,
}

/// What is stored for the average.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Average {
    /// The average itself; rows are combined by averaging averages.
    Quotient,
    /// Sum and count; divided when somebody asks.
    SumAndCount,
}

/// What is stored for distinct users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Users {
    /// Their number; numbers are added (`uniq` in a `SummingMergeTree`).
    Number,
    /// The set, or a sketch of it; sets are united (`uniqState` and `uniqMerge`).
    Set,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    window: String,
    hour: u32,
    restaurant: Option<String>,
    version: u32,
    cells: Cells,
    /// When it was last written.
    written: i64,
}

/// The columns that are merged and rolled up, with both ways of storing each.
#[derive(Clone, Debug, Default, PartialEq)]
struct Cells {
    orders: u64,
    amount: u64,
    /// The stored average.
    average: f64,
    /// The stored number of users.
    number: u64,
    set: BTreeSet<u32>,
}

/// What the dashboard shows.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    orders: u64,
    /// When the table was asked for it.
    asked: i64,
}

/// How the table, the dead letters and the reader stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    now: i64,
    written: usize,
    next_poll: i64,
    corrected: bool,
    rows: Vec<Row>,
    dead: Vec<usize>,
    lost_versions: u32,
    queries: u32,
    shown: Option<Shown>,
    oldest: i64,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A write made a row.
    Made(usize),
    /// A write replaced a row of this version.
    Replaced(usize, u32),
    /// A write was merged into a row.
    Merged(usize),
    /// A write is older than the row, of this version, and loses.
    Lost(usize, u32),
    /// A write could not be read.
    Dead(usize),
    /// The dead letters were repaired and written.
    Corrected(usize),
    /// The dashboard asked: the answer, how old it is, in ms, and whether it is the cache's.
    Polled {
        /// Orders shown.
        orders: u64,
        /// How long ago the table was asked.
        age: i64,
        /// Whether the table was asked now.
        asked: bool,
    },
}

fn text(ms: i64) -> String {
    format_span(Span(ms))
}

impl Write {
    fn cells(&self) -> Cells {
        Cells {
            orders: self.orders.into(),
            amount: self.amount.into(),
            average: f64::from(self.amount) / f64::from(self.orders.max(1)),
            number: self.users.len() as u64,
            set: self.users.clone(),
        }
    }

    fn same_key(&self, row: &Row) -> bool {
        self.window == row.window && self.restaurant == row.restaurant
    }

    fn label(&self) -> String {
        let of = self.restaurant.as_deref().unwrap_or("the whole city");
        format!(
            "{} ({of}, {}, version {})",
            self.id, self.window, self.version
        )
    }
}

impl Serving {
    fn write(&self, state: &mut Stored, number: usize, tell: &mut Tell<'_, Told>) {
        let write = &self.writes[number];
        let now = state.now;
        let Some(row) = state.rows.iter_mut().find(|row| write.same_key(row)) else {
            state.rows.push(Row {
                window: write.window.clone(),
                hour: write.hour,
                restaurant: write.restaurant.clone(),
                version: write.version,
                cells: write.cells(),
                written: now,
            });
            tell.fact(Told::Made(number));
            return;
        };
        match self.mode {
            Mode::Upsert if self.compare && write.version < row.version => {
                state.lost_versions += 1;
                tell.fact(Told::Lost(number, row.version));
            }
            Mode::Upsert => {
                let before = row.version;
                row.version = write.version;
                row.cells = write.cells();
                row.written = now;
                tell.fact(Told::Replaced(number, before));
            }
            Mode::Merge => {
                row.cells = query::combine([&row.cells, &write.cells()].into_iter());
                row.written = now;
                tell.fact(Told::Merged(number));
            }
        }
    }

    fn poll(&self, state: &mut Stored, tell: &mut Tell<'_, Told>) {
        let now = state.now;
        state.next_poll += self.poll.ms();
        // A cached answer is good until its time to live is over.
        let kept = state
            .shown
            .take()
            .filter(|shown| now - shown.asked < self.cache.ms());
        let asked = kept.is_none();
        state.queries += u32::from(asked);
        let shown = kept.unwrap_or_else(|| Shown {
            orders: query::all(self, state).orders,
            asked: now,
        });
        tell.fact(Told::Polled {
            orders: shown.orders,
            age: now - shown.asked,
            asked,
        });
        state.shown = Some(shown);
    }

    /// When the next thing happens: a write, the correction, a poll, in this order at the same moment.
    fn next(&self, state: &Stored) -> Option<(i64, u8)> {
        let write = self
            .writes
            .get(state.written)
            .map(|write| (write.at.ms(), 0));
        let correct = (!state.corrected && self.correct.ms() > 0).then(|| (self.correct.ms(), 1));
        let poll = Some((state.next_poll, 2));
        [write, correct, poll]
            .into_iter()
            .flatten()
            .min()
            .filter(|(at, _)| *at <= self.until.ms())
    }
}

impl Model for Serving {
    type State = Stored;
    type Fact = Told;

    fn title(&self) -> String {
        match self.mode {
            Mode::Upsert => "A serving table with upserts".into(),
            Mode::Merge => "A serving table that merges".into(),
        }
    }

    fn check(&self, problems: &mut Problems) {
        problems.positive("poll", self.poll);
        problems.positive("until", self.until);
        problems.not_negative("cache", self.cache);
        problems.not_negative("correct", self.correct);
        if self.poll.ms() > 0 && self.until.ms() / self.poll.ms() > 10_000 {
            problems.push("poll", "asks more than 10000 times");
        }
        if self.writes.is_empty() || self.writes.len() > 2_000 {
            problems.push(
                "writes",
                format!("from 1 to 2000, got {}", self.writes.len()),
            );
        }
        for (i, write) in self.writes.iter().enumerate() {
            problems.not_negative(&format!("writes[{i}].at"), write.at);
            if i > 0 && write.at < self.writes[i - 1].at {
                problems.push(format!("writes[{i}].at"), "is before the write above it");
            }
            if write.orders == 0 {
                problems.push(format!("writes[{i}].orders"), "at least one");
            }
        }
    }

    fn table() -> &'static [Turn<Serving>] {
        table::TABLE
    }

    fn start(&self) -> Stored {
        Stored {
            now: 0,
            written: 0,
            next_poll: self.poll.ms(),
            corrected: false,
            rows: Vec::new(),
            dead: Vec::new(),
            lost_versions: 0,
            queries: 0,
            shown: None,
            oldest: 0,
        }
    }

    fn step(&self, state: &mut Stored, tell: &mut Tell<'_, Told>) -> bool {
        let Some((now, what)) = self.next(state) else {
            return false;
        };
        state.now = now;
        // Just before anything happens what is shown is at its oldest.
        state.oldest = state.oldest.max(query::age(state).unwrap_or_default());
        match what {
            0 => {
                let number = state.written;
                state.written += 1;
                if self.writes[number].broken && !state.corrected {
                    state.dead.push(number);
                    tell.fact(Told::Dead(number));
                } else {
                    self.write(state, number, tell);
                }
            }
            1 => {
                state.corrected = true;
                let dead = std::mem::take(&mut state.dead);
                tell.fact(Told::Corrected(dead.len()));
                for number in dead {
                    self.write(state, number, tell);
                }
            }
            _ => self.poll(state, tell),
        }
        true
    }

    fn clock(&self, state: &Stored) -> Option<i64> {
        Some(state.now)
    }

    fn figures(&self, state: &Stored) -> Vec<Figure> {
        scene::figures(self, state)
    }

    fn scene(&self, state: &Stored, last: &[Entry<Told>]) -> ClusterScene {
        scene::scene(self, state, last)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        scene::MARKS
    }

    fn sentence(&self, fact: &Told) -> Sentence {
        scene::sentence(self, fact)
    }

    fn why(&self, run: &Played<Serving>, thing: &str, position: usize) -> Option<Explanation> {
        scene::why(self, run, thing, position)
    }
}
