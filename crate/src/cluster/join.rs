//! Two streams joined by key and by time: `left.t + lower <= right.t <= left.t + upper`. Who is kept for how long, who is late,
//! and when a left row without a partner is given up, by the rules of three engines. And a stream that looks up a table: the
//! latest version, or the one as of its own time, by the rules of two more.
//!
//! ```text
//! rows in order of arrival ─> rules (one file each) ─> Buffers: rows kept, results, rows dropped
//! ```

mod flink;
mod flink_sql;
mod lookup;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod lookup_tests;
mod scene;
mod spark;
mod table;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod words;

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::scenario::Problems;
use crate::time::{Span, Watermark, format_span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Two streams and how they are joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// By whose rules.
    pub engine: Engine,
    /// What becomes of a left row without a partner.
    pub kind: Kind,
    /// A right row is at least so much later than its left row; ms, negative where it may be earlier.
    pub lower: Span,
    /// A right row is at most so much later than its left row; ms.
    pub upper: Span,
    /// The left stream.
    pub left: Input,
    /// The right stream.
    pub right: Input,
    /// Spark: how many rows a micro-batch takes.
    pub batch: u32,
    /// The rows of both streams, in the order in which they arrive.
    pub rows: Vec<Row>,
}

/// One of the two streams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name for people.
    pub name: String,
    /// How far its watermark is behind its newest row; without one it has no watermark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Span>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its name.
    pub id: String,
    /// Of which stream.
    pub side: Side,
    /// What is compared for equality.
    pub key: String,
    /// When it happened, from the start.
    pub t: Span,
    /// Of a table: its key is deleted from here on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tombstone: bool,
}

/// By whose rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// Flink's `DataStream.intervalJoin`: `IntervalJoinOperator` (2.3), inner only.
    Flink,
    /// Flink SQL interval join: `RowTimeIntervalJoin` (2.3).
    FlinkSql,
    /// Spark stream-stream join: `StreamingSymmetricHashJoinExec` (4.3).
    Spark,
    /// Kafka Streams' `KStream.join(KTable)`: `KStreamKTableJoinProcessor` (4.x). The right stream is a table's compacted topic.
    KafkaTable,
    /// Flink SQL's temporal join on event time: `TemporalRowTimeJoinOperator` (2.3). The right stream is a versioned table's.
    FlinkTemporal,
}

/// What becomes of a left row without a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing.
    Inner,
    /// It comes out with nulls, once.
    Left,
}

/// Which stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// A row that is kept because a partner may still come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept {
    row: usize,
    matched: bool,
}

/// A result: a left row with its right row, or with nulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Out {
    left: usize,
    right: Option<usize>,
}

/// What the join holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Buffers {
    /// How many rows have arrived.
    taken: usize,
    /// The newest time of each side.
    newest: [Option<i64>; 2],
    /// The least of both sides' watermarks.
    watermark: Watermark,
    /// Spark: the watermark of the last batch, by which the next one judges late rows.
    last: Watermark,
    batches: u32,
    kept: [Vec<Kept>; 2],
    out: Vec<Out>,
    dropped: Vec<usize>,
    /// Flink SQL: by side of the rows to clean and key, when that is due.
    timers: BTreeMap<(Side, String), i64>,
    peak: usize,
}

/// What happened, with the times compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A micro-batch ran, by a watermark; late rows are judged by the one before.
    Batch {
        /// Its number, from 1.
        number: u32,
        /// How many rows it took.
        rows: usize,
        /// The watermark it evicts by.
        watermark: Watermark,
    },
    /// A row is behind the watermark and goes no further.
    Dropped {
        /// Which.
        row: usize,
        /// The watermark.
        watermark: Watermark,
    },
    /// A row is kept until the watermark gets there.
    Kept {
        /// Which.
        row: usize,
        /// The watermark at which it goes; none if no watermark takes it away.
        until: Option<i64>,
    },
    /// Two rows are partners.
    Joined {
        /// The left one.
        left: usize,
        /// The right one.
        right: usize,
    },
    /// A left row comes out with nulls.
    Padded {
        /// Which.
        row: usize,
        /// The watermark.
        watermark: Watermark,
    },
    /// A row is forgotten.
    Forgotten {
        /// Which.
        row: usize,
        /// The watermark.
        watermark: Watermark,
    },
    /// A version of the table gives way to another one.
    Replaced {
        /// Which.
        row: usize,
        /// The one that is there now, or the tombstone.
        by: usize,
    },
    /// A left row has looked up a key that the table does not have.
    NoVersion {
        /// Which.
        row: usize,
        /// Whether it comes out with null.
        null: bool,
    },
    /// The least of both watermarks has moved.
    Moved {
        /// To here.
        watermark: Watermark,
    },
}

impl Engine {
    /// Whether the right stream is a table that the left one looks things up in.
    fn looks_up(self) -> bool {
        match self {
            Engine::Flink | Engine::FlinkSql | Engine::Spark => false,
            Engine::KafkaTable | Engine::FlinkTemporal => true,
        }
    }
}

impl Side {
    fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }

    fn index(self) -> usize {
        self as usize
    }
}

fn text(ms: i64) -> String {
    format_span(Span(ms))
}

fn wm_text(watermark: Watermark) -> String {
    watermark
        .time()
        .map_or_else(|| "none".into(), |time| text(time.ms()))
}

/// A left row comes out with nulls.
fn pad(state: &mut Buffers, left: usize, tell: &mut Tell<'_, Told>) {
    state.out.push(Out { left, right: None });
    tell.fact(Told::Padded {
        row: left,
        watermark: state.watermark,
    });
}

impl Join {
    fn input(&self, side: Side) -> &Input {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    fn t(&self, row: usize) -> i64 {
        self.rows[row].t.ms()
    }

    /// Whether two rows are partners, whenever they come.
    fn partners(&self, left: usize, right: usize) -> bool {
        let late = self.t(right) - self.t(left);
        self.rows[left].key == self.rows[right].key
            && (self.lower.ms()..=self.upper.ms()).contains(&late)
    }

    /// Pairs that a batch job over all rows of so many arrivals finds.
    fn pairs(&self, taken: usize) -> Vec<(usize, usize)> {
        if self.engine.looks_up() {
            return lookup::pairs(self, taken);
        }
        let of = |side: Side| (0..taken).filter(move |row| self.rows[*row].side == side);
        of(Side::Left)
            .flat_map(|left| of(Side::Right).map(move |right| (left, right)))
            .filter(|(left, right)| self.partners(*left, *right))
            .collect()
    }

    /// How much later than a row of this side its last partner may be.
    fn ahead(&self, side: Side) -> i64 {
        match side {
            Side::Left => self.upper.ms(),
            Side::Right => -self.lower.ms(),
        }
    }

    /// Moves a side's watermark as far as a row takes it, and with it that of both: the least.
    /// `behind` is what an engine takes off besides the delay, in ms.
    fn advance(&self, state: &mut Buffers, row: usize, behind: i64) {
        let newest = &mut state.newest[self.rows[row].side.index()];
        *newest = (*newest).max(Some(self.t(row)));
        let of = |side: Side| {
            let delay = self.input(side).delay?.ms();
            state.newest[side.index()].map(|newest| newest - delay - behind)
        };
        if let (Some(left), Some(right)) = (of(Side::Left), of(Side::Right)) {
            state.watermark = state.watermark.max(Watermark::from_raw(left.min(right)));
        }
    }

    /// Puts a row together with all partners among those kept.
    fn join(&self, state: &mut Buffers, row: usize, tell: &mut Tell<'_, Told>) -> bool {
        let side = self.rows[row].side;
        let mut found = false;
        for kept in &mut state.kept[side.other().index()] {
            let (left, right) = match side {
                Side::Left => (row, kept.row),
                Side::Right => (kept.row, row),
            };
            if self.partners(left, right) {
                kept.matched = true;
                found = true;
                state.out.push(Out {
                    left,
                    right: Some(right),
                });
                tell.fact(Told::Joined { left, right });
            }
        }
        found
    }

    fn keep(&self, state: &mut Buffers, kept: Kept, until: Option<i64>, tell: &mut Tell<'_, Told>) {
        state.kept[self.rows[kept.row].side.index()].push(kept);
        tell.fact(Told::Kept {
            row: kept.row,
            until,
        });
    }

    /// Forgets rows of one side; left rows without a partner come out with nulls where the join is a left one.
    fn forget(
        &self,
        state: &mut Buffers,
        side: Side,
        gone: impl Fn(usize) -> bool,
        tell: &mut Tell<'_, Told>,
    ) {
        let watermark = state.watermark;
        let (old, rest): (Vec<Kept>, Vec<Kept>) = state.kept[side.index()]
            .iter()
            .partition(|kept| gone(kept.row));
        state.kept[side.index()] = rest;
        for Kept { row, matched } in old {
            if side == Side::Left && !matched && self.kind == Kind::Left {
                pad(state, row, tell);
            } else {
                tell.fact(Told::Forgotten { row, watermark });
            }
        }
    }

    fn label(&self, row: usize) -> String {
        let row = &self.rows[row];
        format!("{} ({} at {})", row.id, row.key, text(row.t.ms()))
    }

    fn check_rows(&self, problems: &mut Problems) {
        if self.rows.is_empty() || self.rows.len() > 2_000 {
            problems.push(
                "rows",
                format!("from 1 to 2000 rows, got {}", self.rows.len()),
            );
        }
        for (i, row) in self.rows.iter().enumerate() {
            problems.not_negative(&format!("rows[{i}].t"), row.t);
            if self.rows[..i].iter().any(|before| before.id == row.id) {
                problems.push(
                    format!("rows[{i}].id"),
                    format!("{} stands there twice", row.id),
                );
            }
            if row.tombstone && (row.side == Side::Left || !self.engine.looks_up()) {
                problems.push(
                    format!("rows[{i}].tombstone"),
                    "only a row of a table can delete its key",
                );
            }
        }
    }
}

impl Model for Join {
    type State = Buffers;
    type Fact = Told;

    fn title(&self) -> String {
        let engine = match self.engine {
            Engine::Flink => "Flink DataStream, an interval join",
            Engine::FlinkSql => "Flink SQL, an interval join",
            Engine::Spark => "Spark, an interval join",
            Engine::KafkaTable => "Kafka Streams, a stream-table join",
            Engine::FlinkTemporal => "Flink SQL, a temporal join",
        };
        engine.into()
    }

    fn check(&self, problems: &mut Problems) {
        self.check_rows(problems);
        for (place, span) in [("lower", self.lower), ("upper", self.upper)] {
            problems.in_range(place, span.ms());
        }
        for (place, input) in [("left.delay", &self.left), ("right.delay", &self.right)] {
            if let Some(delay) = input.delay {
                problems.not_negative(place, delay);
            }
        }
        if self.lower > self.upper {
            problems.push("lower", "is at most upper");
        }
        if self.batch == 0 || self.batch > 2_000 {
            problems.push("batch", format!("from 1 to 2000 rows, got {}", self.batch));
        }
        match (self.engine, self.kind) {
            (Engine::Flink, Kind::Left) => problems.push(
                "kind",
                "intervalJoin of the DataStream API is inner only; a left join is Flink SQL's, or a CoProcessFunction with timers",
            ),
            (Engine::FlinkSql, _) if self.left.delay.is_none() || self.right.delay.is_none() => problems.push(
                "engine",
                "without a watermark the time is no time attribute: Flink SQL plans a regular join, which keeps everything",
            ),
            (Engine::FlinkTemporal, _) if self.left.delay.is_none() || self.right.delay.is_none() => problems.push(
                "engine",
                "a temporal join on event time needs a watermark on both sides",
            ),
            (Engine::Spark, Kind::Left) if self.right.delay.is_none() => problems.push(
                "kind",
                "Spark refuses a left outer join without a watermark on the right side: it could never say null",
            ),
            _ => {}
        }
    }

    fn table() -> &'static [Turn<Join>] {
        table::TABLE
    }

    fn start(&self) -> Buffers {
        Buffers {
            taken: 0,
            newest: [None; 2],
            watermark: Watermark::NONE,
            last: Watermark::NONE,
            batches: 0,
            kept: [Vec::new(), Vec::new()],
            out: Vec::new(),
            dropped: Vec::new(),
            timers: BTreeMap::new(),
            peak: 0,
        }
    }

    fn step(&self, state: &mut Buffers, tell: &mut Tell<'_, Told>) -> bool {
        let went_on = match self.engine {
            Engine::Flink => flink::step(self, state, tell),
            Engine::FlinkSql => flink_sql::step(self, state, tell),
            Engine::Spark => spark::step(self, state, tell),
            Engine::KafkaTable => lookup::kafka(self, state, tell),
            Engine::FlinkTemporal => lookup::flink(self, state, tell),
        };
        state.peak = state
            .peak
            .max(state.kept.iter().map(Vec::len).sum::<usize>());
        went_on
    }

    fn clock(&self, _: &Buffers) -> Option<i64> {
        None
    }

    fn figures(&self, state: &Buffers) -> Vec<Figure> {
        scene::figures(self, state)
    }

    fn scene(&self, state: &Buffers, last: &[Entry<Told>]) -> ClusterScene {
        scene::scene(self, state, last)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &Told) -> Sentence {
        words::sentence(self, fact)
    }

    fn together(&self, facts: &[&Told]) -> Option<String> {
        words::together(self, facts)
    }

    fn why(&self, run: &Played<Join>, thing: &str, position: usize) -> Option<Explanation> {
        scene::why(self, run, thing, position)
    }

    fn about(&self, _: &Self::State, figure: &str) -> Option<String> {
        Some(format!("row:{}", figure.strip_prefix("fate.")?))
    }
}
