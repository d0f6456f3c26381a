//! The rows of a join in the order in which they come out: who is streamed, who is looked up, which task runs first.

use super::BatchJoin;
use super::choose::{Choice, Side, Strategy, choose};
use super::plan::{self, Operator, Planner};
use crate::cluster::shuffle::JoinKind;
use crate::cluster::shuffle::adaptive::{Adaptive, Read, Side as Sizes};
use crate::partition::{Column, spark_hash, spark_partition};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// A row of the result: the numbers of the rows of both sides, where there is one.
pub(super) type Pair = (Option<usize>, Option<usize>);

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A join is chosen, and the plan written.
    Plan,
    /// A side is shuffled.
    Shuffle(Side),
    /// A side is broadcast.
    Broadcast(Side),
    /// Adaptive execution puts small partitions together.
    Coalesce,
    /// Both sides are sorted.
    Sort,
    /// A row comes out.
    Row(usize),
    /// It is over.
    Done,
}

/// A join worked out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Work {
    pub(super) choice: Choice,
    pub(super) plan: Operator,
    /// For both sides the hash and the partition of each row, where they are shuffled.
    pub(super) placed: [Vec<(i32, u32)>; 2],
    /// The partitions that each task reads.
    pub(super) tasks: Vec<(u32, u32)>,
    /// The result, in order, each row with its task.
    pub(super) out: Vec<(usize, Pair)>,
    pub(super) parts: Vec<Part>,
}

impl Work {
    pub(super) fn new(join: &BatchJoin) -> Work {
        let choice = choose(join);
        let plan = Planner::new(join, choice.strategy).plan();
        let placed = [place(join, Side::Left), place(join, Side::Right)];
        let shuffles = !matches!(choice.strategy, Strategy::Broadcast(_));
        let tasks = if shuffles {
            tasks(join, &placed)
        } else {
            vec![(0, 1)]
        };
        let out = run(join, choice.strategy, &placed, &tasks);
        let parts = parts(join, choice.strategy, tasks.len(), out.len());
        Work {
            choice,
            plan,
            placed,
            tasks,
            out,
            parts,
        }
    }

    /// What a reader of the whole input would say: every pair that matches, whatever the order.
    pub(super) fn expected(join: &BatchJoin) -> Vec<Pair> {
        let (left, right) = (keys(join, Side::Left), keys(join, Side::Right));
        let mut pairs = Vec::new();
        for (l, key) in left.iter().enumerate() {
            let matches = right.iter().enumerate().filter(|(_, other)| *other == key);
            let matches: Vec<usize> = matches.map(|(r, _)| r).collect();
            match join.kind {
                JoinKind::LeftSemi if !matches.is_empty() => pairs.push((Some(l), None)),
                JoinKind::LeftAnti | JoinKind::LeftOuter | JoinKind::FullOuter
                    if matches.is_empty() =>
                {
                    pairs.push((Some(l), None));
                }
                JoinKind::LeftSemi | JoinKind::LeftAnti => {}
                JoinKind::Inner
                | JoinKind::LeftOuter
                | JoinKind::RightOuter
                | JoinKind::FullOuter => {
                    pairs.extend(matches.into_iter().map(|r| (Some(l), Some(r))));
                }
            }
        }
        if matches!(join.kind, JoinKind::RightOuter | JoinKind::FullOuter) {
            let alone = right
                .iter()
                .enumerate()
                .filter(|(_, key)| !left.contains(key));
            pairs.extend(alone.map(|(r, _)| (None, Some(r))));
        }
        pairs.sort_unstable();
        pairs
    }

    /// Whether the result is what it should be, but for its order.
    pub(super) fn same(&self, join: &BatchJoin) -> bool {
        let mut pairs: Vec<Pair> = self.out.iter().map(|(_, pair)| *pair).collect();
        pairs.sort_unstable();
        pairs == Work::expected(join)
    }
}

/// The joined column's value of each row of a side.
pub(super) fn keys(join: &BatchJoin, side: Side) -> Vec<&str> {
    let table = match side {
        Side::Left => &join.left,
        Side::Right => &join.right,
    };
    let column = table.column(&join.on).unwrap_or_default();
    let rows = table.rows.iter();
    rows.map(|row| row.get(column).map_or("", String::as_str))
        .collect()
}

fn place(join: &BatchJoin, side: Side) -> Vec<(i32, u32)> {
    let count = NonZeroU32::new(plan::partitions(join)).unwrap_or(NonZeroU32::MIN);
    (keys(join, side).into_iter())
        .map(|key| {
            let columns = [Column::Text(key)];
            (spark_hash(&columns), spark_partition(&columns, count))
        })
        .collect()
}

/// Which partitions each task reads: one each, or put together by adaptive execution, which leaves buckets alone.
fn tasks(join: &BatchJoin, placed: &[Vec<(i32, u32)>; 2]) -> Vec<(u32, u32)> {
    let partitions = plan::partitions(join);
    let buckets = join.left.buckets.max(join.right.buckets) > 0;
    if !join.adaptive || buckets {
        return (0..partitions).map(|p| (p, p + 1)).collect();
    }
    let sizes = |rows: &Vec<(i32, u32)>, bytes: u32| {
        let mut sizes = vec![0; partitions as usize];
        let share = u64::from(bytes) / (rows.len() as u64).max(1);
        for (_, partition) in rows {
            sizes[*partition as usize] += share.max(1);
        }
        Sizes {
            maps: vec![sizes],
            splits: true,
        }
    };
    let left = sizes(&placed[0], join.left.bytes);
    let right = sizes(&placed[1], join.right.bytes);
    let decision = Adaptive::default().decide(&left, Some(&right), join.executors);
    let whole = |read: &Read| match *read {
        Read::Coalesced { start, end, .. } => (start, end),
        Read::Partial { partition, .. } => (partition, partition + 1),
    };
    decision.left.iter().map(whole).collect()
}

/// The rows of a side that a task gets, in the order in which it takes them.
fn of_task(
    join: &BatchJoin,
    side: Side,
    placed: &[(i32, u32)],
    task: (u32, u32),
    sorted: bool,
) -> Vec<usize> {
    let inside = |row: &usize| (task.0..task.1).contains(&placed[*row].1);
    let mut rows: Vec<usize> = (0..placed.len()).filter(inside).collect();
    if sorted {
        let keys = keys(join, side);
        rows.sort_by_key(|row| keys[*row]);
    } else {
        // Partition after partition, and within one as they were written.
        rows.sort_by_key(|row| placed[*row].1);
    }
    rows
}

fn run(
    join: &BatchJoin,
    strategy: Strategy,
    placed: &[Vec<(i32, u32)>; 2],
    tasks: &[(u32, u32)],
) -> Vec<(usize, Pair)> {
    let mut out = Vec::new();
    for (number, task) in tasks.iter().enumerate() {
        let pairs = match strategy {
            Strategy::Broadcast(build) => {
                let all = |side: &Vec<(i32, u32)>| (0..side.len()).collect::<Vec<_>>();
                join_rows(join, &all(&placed[0]), &all(&placed[1]), Some(build))
            }
            Strategy::ShuffleHash(build) => {
                let left = of_task(join, Side::Left, &placed[0], *task, false);
                let right = of_task(join, Side::Right, &placed[1], *task, false);
                join_rows(join, &left, &right, Some(build))
            }
            Strategy::SortMerge => {
                let left = of_task(join, Side::Left, &placed[0], *task, true);
                let right = of_task(join, Side::Right, &placed[1], *task, true);
                join_rows(join, &left, &right, None)
            }
        };
        out.extend(pairs.into_iter().map(|pair| (number, pair)));
    }
    out
}

/// Joins what a task has. The side that is not hashed is streamed, and its order is the result's. A hash table gives the rows of
/// one key last in, first out (Spark 4.3 `BytesToBytesMap`); a merge gives them in order.
fn join_rows(join: &BatchJoin, left: &[usize], right: &[usize], build: Option<Side>) -> Vec<Pair> {
    let streamed = match (build, join.kind) {
        (Some(Side::Left), _) | (None, JoinKind::RightOuter) => Side::Right,
        (Some(Side::Right) | None, _) => Side::Left,
    };
    let (left_keys, right_keys) = (keys(join, Side::Left), keys(join, Side::Right));
    let (stream, stream_keys, other, other_keys) = match streamed {
        Side::Left => (left, &left_keys, right, &right_keys),
        Side::Right => (right, &right_keys, left, &left_keys),
    };
    let mut table: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in other {
        table.entry(other_keys[*row]).or_default().push(*row);
    }
    if build.is_some() {
        for rows in table.values_mut() {
            rows.reverse();
        }
    }
    let pair = |stream: Option<usize>, other: Option<usize>| match streamed {
        Side::Left => (stream, other),
        Side::Right => (other, stream),
    };
    let mut pairs = Vec::new();
    let mut met: Vec<usize> = Vec::new();
    for row in stream {
        let found = table.get(stream_keys[*row]);
        met.extend(found.into_iter().flatten());
        let keeps_alone = match join.kind {
            JoinKind::LeftOuter | JoinKind::FullOuter => streamed == Side::Left,
            JoinKind::RightOuter => streamed == Side::Right,
            JoinKind::LeftAnti => true,
            JoinKind::Inner | JoinKind::LeftSemi => false,
        };
        match (join.kind, found) {
            (JoinKind::LeftSemi, Some(_)) => pairs.push(pair(Some(*row), None)),
            (JoinKind::LeftAnti, Some(_)) => {}
            (_, Some(found)) => {
                pairs.extend(found.iter().map(|other| pair(Some(*row), Some(*other))));
            }
            (_, None) if keeps_alone => pairs.push(pair(Some(*row), None)),
            (_, None) => {}
        }
    }
    // An outer join that hashes the side whose rows all come out tells the unmatched ones at the end.
    let outer = matches!(
        (join.kind, streamed),
        (JoinKind::LeftOuter, Side::Right) | (JoinKind::RightOuter, Side::Left)
    );
    if outer {
        let alone = other.iter().filter(|row| !met.contains(row));
        pairs.extend(alone.map(|row| pair(None, Some(*row))));
    }
    pairs
}

fn parts(join: &BatchJoin, strategy: Strategy, tasks: usize, rows: usize) -> Vec<Part> {
    let mut parts = vec![Part::Plan];
    match strategy {
        Strategy::Broadcast(side) => parts.push(Part::Broadcast(side)),
        Strategy::ShuffleHash(_) | Strategy::SortMerge => {
            for side in [Side::Left, Side::Right] {
                if plan::exchanged(join, side) {
                    parts.push(Part::Shuffle(side));
                }
            }
            if tasks < plan::partitions(join) as usize {
                parts.push(Part::Coalesce);
            }
            if strategy == Strategy::SortMerge {
                parts.push(Part::Sort);
            }
        }
    }
    parts.extend((0..rows).map(Part::Row));
    parts.push(Part::Done);
    parts
}
