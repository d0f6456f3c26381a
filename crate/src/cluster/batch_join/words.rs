//! What happens, and how it is said.

use super::choose::{Side, Strategy};
use super::rows::{Part, Work, keys};
use super::{BatchJoin, adapt, figures, plan, show};
use crate::cluster::model::Sentence;
use crate::explain::Tone;
use crate::frame::{MarkKind, marker};
use crate::wording::{counted, verb};

/// What can happen, with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A join was chosen.
    Chosen {
        /// The operator.
        operator: &'static str,
        /// Why.
        reason: String,
    },
    /// A side was broadcast.
    Broadcast {
        /// Its name.
        table: String,
        /// How many bytes it has, and how many copies were sent.
        bytes: (u64, u32),
    },
    /// A side was shuffled.
    Shuffled {
        /// Its name.
        table: String,
        /// How many bytes.
        bytes: u64,
        /// Where its rows went.
        to: String,
        /// How many partitions.
        partitions: u32,
    },
    /// Another join took the place of the one that was planned.
    Replanned {
        /// The operators.
        operators: (&'static str, &'static str),
        /// Why.
        reason: String,
    },
    /// Skewed partitions were split.
    Split {
        /// How many partitions there were, and how many tasks there are.
        from: (u32, usize),
    },
    /// Partitions were put together.
    Coalesced {
        /// How many there were, and how many tasks there are.
        from: (u32, usize),
    },
    /// Both sides were sorted.
    Sorted {
        /// By what.
        key: String,
        /// In how many tasks.
        tasks: usize,
    },
    /// A row came out.
    Row {
        /// Its place, from 1.
        place: usize,
        /// What is in it.
        cells: String,
        /// By what it was found.
        how: String,
    },
    /// It is over.
    Done {
        /// How many rows.
        rows: usize,
        /// How many bytes moved.
        moved: u64,
        /// Whether it is every matching pair.
        same: bool,
    },
}

/// What a part tells.
pub(super) fn told(join: &BatchJoin, work: &Work, part: &Part) -> Told {
    match *part {
        Part::Plan => Told::Chosen {
            operator: work.choice.strategy.operator(),
            reason: work.choice.reason.clone(),
        },
        Part::Broadcast(side) => Told::Broadcast {
            table: join.side(side).name.clone(),
            bytes: (adapt::real(join, side), join.executors),
        },
        Part::Shuffle(side) => Told::Shuffled {
            table: join.side(side).name.clone(),
            bytes: adapt::real(join, side),
            to: places(join, work, side),
            partitions: plan::partitions(join),
        },
        Part::Replan => Told::Replanned {
            operators: (
                work.choice.strategy.operator(),
                work.last.choice.strategy.operator(),
            ),
            reason: work.last.choice.reason.clone(),
        },
        Part::Split => Told::Split {
            from: (plan::partitions(join), work.tasks.len()),
        },
        Part::Coalesce => Told::Coalesced {
            from: (plan::partitions(join), work.tasks.len()),
        },
        Part::Sort => Told::Sorted {
            key: join.on.clone(),
            tasks: work.tasks.len(),
        },
        Part::Row(row) => Told::Row {
            place: row + 1,
            cells: show::cells(join, work.out[row].1).join(", "),
            how: how(join, work, row),
        },
        Part::Done => Told::Done {
            rows: work.out.len(),
            moved: figures::cost(join, work.last.choice.strategy).moved,
            same: work.same(join),
        },
    }
}

/// Where the keys of a side went, each once.
fn places(join: &BatchJoin, work: &Work, side: Side) -> String {
    let placed = &work.placed[usize::from(side == Side::Right)];
    let mut seen: Vec<String> = Vec::new();
    for (key, (_, partition)) in keys(join, side).into_iter().zip(placed) {
        let text = format!("{key} to {partition}");
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    let more = seen.len().saturating_sub(6);
    seen.truncate(6);
    if more > 0 {
        seen.push(format!("{more} more"));
    }
    seen.join(", ")
}

fn how(join: &BatchJoin, work: &Work, row: usize) -> String {
    let task = work.out[row].0;
    match work.last.choice.strategy {
        Strategy::Broadcast(side) => {
            let streamed = &join.side(side.other()).name;
            if work.parts.contains(&Part::Replan) {
                format!("task {task}, in the order of the partitions of {streamed}")
            } else {
                format!("in the order of {streamed}, which did not move")
            }
        }
        Strategy::ShuffleHash(_) => format!("task {task}, in the order of its partitions"),
        Strategy::SortMerge => format!("task {task}, in the order of {}", join.on),
    }
}

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::MERGE, "move of a table", "moves of tables"),
    MarkKind::new(marker::FIRING, "row", "rows"),
];

/// A fact in words.
pub(super) fn sentence(fact: &Told) -> Sentence {
    let (text, tone, bits, thing) = match fact {
        Told::Chosen { operator, reason } => (
            format!("Spark plans a {operator}: {reason}."),
            Tone::Progress,
            marker::OTHER,
            "choice",
        ),
        Told::Broadcast {
            table,
            bytes: (bytes, copies),
        } => (
            format!(
                "{table} is collected, hashed and sent to all {copies} executors: {bytes} bytes each. The other side stays where it is."
            ),
            Tone::Progress,
            marker::MERGE,
            "choice",
        ),
        Told::Shuffled {
            table,
            bytes,
            to,
            partitions,
        } => (
            format!("{table} is shuffled, {bytes} bytes: by hash pmod {partitions}, {to}."),
            Tone::Progress,
            marker::MERGE,
            "places",
        ),
        Told::Replanned {
            operators: (first, last),
            reason,
        } => (
            format!(
                "Adaptive execution plans again: {last} in place of {first}, because {reason}."
            ),
            Tone::Progress,
            marker::OTHER,
            "choice",
        ),
        Told::Split { from } => (
            format!(
                "Adaptive execution finds a partition that is skewed and splits it: {} {} read in {}.",
                counted(from.0, "partition"),
                verb(from.0, "is", "are"),
                counted(from.1, "task")
            ),
            Tone::Progress,
            marker::OTHER,
            "places",
        ),
        Told::Coalesced { from } => (
            format!(
                "Adaptive execution looks at the sizes and reads {} in {}.",
                counted(from.0, "partition"),
                counted(from.1, "task")
            ),
            Tone::Neutral,
            marker::OTHER,
            "places",
        ),
        Told::Sorted { key, tasks } => (
            format!(
                "Both sides are sorted by {key}, each within its task: {}.",
                counted(*tasks, "task")
            ),
            Tone::Neutral,
            marker::OTHER,
            "choice",
        ),
        Told::Row { place, cells, how } => (
            format!("Row {place}: {cells}; {how}."),
            Tone::Result,
            marker::FIRING,
            "order",
        ),
        Told::Done { rows, moved, same } => (
            format!(
                "{}, {moved} bytes over the network. {}",
                counted(*rows, "row"),
                if *same {
                    "Every matching pair is there once."
                } else {
                    "It is not every matching pair."
                }
            ),
            if *same { Tone::Result } else { Tone::Loss },
            marker::FIRING,
            "order",
        ),
    };
    Sentence {
        text,
        tone,
        marker: bits,
        weight: 1,
        thing: Some(thing.into()),
    }
}
