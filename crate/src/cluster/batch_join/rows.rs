//! The rows of a join in the order in which they come out: who is streamed, who is looked up, which task runs first.

use super::BatchJoin;
use super::adapt::{self, Last, Placed};
use super::choose::{Choice, Side, Sizes, Strategy, choose};
use super::plan::{self, Operator, Planner};
use crate::cluster::shuffle::JoinKind;
use crate::cluster::shuffle::adaptive::{Read, said_of};
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
    /// Adaptive execution chooses another join.
    Replan,
    /// It splits skewed partitions.
    Split,
    /// It puts small partitions together.
    Coalesce,
    /// Both sides are sorted.
    Sort,
    /// A row comes out.
    Row(usize),
    /// It is over.
    Done,
}

/// How a shuffle is read, and the partitions of each task: the first, and the one after the last.
pub(super) type Reading = (String, Vec<(u32, u32)>);

/// The numbers of the rows of both sides that one task joins, in the order in which it takes them.
type Task = [Vec<usize>; 2];

/// A join worked out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Work {
    pub(super) choice: Choice,
    pub(super) plan: Operator,
    /// The join as it really runs.
    pub(super) last: Last,
    /// The plan that it has then, with adaptive execution.
    pub(super) last_plan: Option<Operator>,
    /// For both sides the hash and the partition of each row, where they are shuffled.
    pub(super) placed: [Placed; 2],
    /// What each task joins.
    pub(super) tasks: Vec<Task>,
    /// The result, in order, each row with its task.
    pub(super) out: Vec<(usize, Pair)>,
    pub(super) parts: Vec<Part>,
}

impl Work {
    pub(super) fn new(join: &BatchJoin) -> Work {
        let choice = choose(join, &Sizes::believed(join));
        let planner = Planner::new(join, choice.strategy);
        let plan = planner.plan();
        let placed = [place(join, Side::Left), place(join, Side::Right)];
        let last = adapt::last(join, &choice, &placed);
        let last_plan = join.adaptive.then(|| planner.last(&last));
        let tasks = tasks(join, &choice, &last, &placed);
        let out = run(join, last.choice.strategy, &tasks);
        let parts = parts(join, &choice, &last, out.len());
        Work {
            choice,
            plan,
            last,
            last_plan,
            placed,
            tasks,
            out,
            parts,
        }
    }

    /// How the tasks of the join read each of the two shuffles, as the plan names it, and which partitions each reads; none where
    /// a task reads one partition.
    pub(super) fn reads(&self, join: &BatchJoin) -> [Option<Reading>; 2] {
        [Side::Left, Side::Right].map(|side| {
            let shuffled = !matches!(self.choice.strategy, Strategy::Broadcast(_));
            if !shuffled || !join.adaptive || !plan::exchanged(join, side) {
                return None;
            }
            let Some(reads) = &self.last.reads else {
                let file = (0, plan::partitions(join));
                return Some(("local".into(), vec![file; join.side(side).maps as usize]));
            };
            let reads = &reads[side.index()];
            adapt::changed(reads).then(|| {
                let partitions = reads.iter().map(|read| match *read {
                    Read::Coalesced { start, end, .. } => (start, end),
                    Read::Partial { partition, .. } => (partition, partition + 1),
                });
                (said_of(reads).trim().to_owned(), partitions.collect())
            })
        })
    }

    /// The tasks that read a row of a side.
    pub(super) fn tasks_of(&self, side: Side, row: usize) -> Vec<usize> {
        let has = |(_, task): &(usize, &Task)| task[side.index()].contains(&row);
        let tasks = self.tasks.iter().enumerate().filter(has);
        tasks.map(|(number, _)| number).collect()
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

fn place(join: &BatchJoin, side: Side) -> Placed {
    let count = NonZeroU32::new(plan::partitions(join)).unwrap_or(NonZeroU32::MIN);
    (keys(join, side).into_iter())
        .map(|key| {
            let columns = [Column::Text(key)];
            (spark_hash(&columns), spark_partition(&columns, count))
        })
        .collect()
}

/// What each task of the join gets.
fn tasks(join: &BatchJoin, first: &Choice, last: &Last, placed: &[Placed; 2]) -> Vec<Task> {
    let all = |side: Side| (0..placed[side.index()].len()).collect::<Vec<_>>();
    match (&last.reads, last.choice.strategy) {
        (Some([left, right]), strategy) => (left.iter().zip(right))
            .map(|(left, right)| {
                let sorted = strategy == Strategy::SortMerge;
                [
                    of_read(join, Side::Left, placed, left, sorted),
                    of_read(join, Side::Right, placed, right, sorted),
                ]
            })
            .collect(),
        (None, Strategy::Broadcast(build)) if last.choice.strategy != first.strategy => {
            written_by_maps(join, build, placed)
        }
        (None, _) => vec![[all(Side::Left), all(Side::Right)]],
    }
}

/// A broadcast join over shuffle files that are there already: one task for each map task of the side that stays, which reads its
/// file from end to end.
fn written_by_maps(join: &BatchJoin, build: Side, placed: &[Placed; 2]) -> Vec<Task> {
    let stays = build.other();
    let file = |side: Side, map: Option<u32>| {
        let mut rows: Vec<usize> = (0..placed[side.index()].len())
            .filter(|row| map.is_none_or(|map| adapt::map_of(join, side, *row) == map))
            .collect();
        if plan::exchanged(join, side) {
            rows.sort_by_key(|row| {
                (
                    adapt::map_of(join, side, *row),
                    placed[side.index()][*row].1,
                )
            });
        }
        rows
    };
    (0..join.side(stays).maps)
        .map(|map| match build {
            Side::Left => [file(build, None), file(stays, Some(map))],
            Side::Right => [file(stays, Some(map)), file(build, None)],
        })
        .collect()
}

/// The rows of a side that a task reads, in the order in which it takes them: what one map task wrote after what another did, and
/// within that partition after partition.
fn of_read(
    join: &BatchJoin,
    side: Side,
    placed: &[Placed; 2],
    read: &Read,
    sorted: bool,
) -> Vec<usize> {
    let placed = &placed[side.index()];
    let inside = |row: &usize| {
        let (at, map) = (placed[*row].1, adapt::map_of(join, side, *row));
        match *read {
            Read::Coalesced { start, end, .. } => (start..end).contains(&at),
            Read::Partial {
                partition,
                start,
                end,
                ..
            } => at == partition && (start..end).contains(&map),
        }
    };
    let mut rows: Vec<usize> = (0..placed.len()).filter(inside).collect();
    rows.sort_by_key(|row| (adapt::map_of(join, side, *row), placed[*row].1));
    if sorted {
        let keys = keys(join, side);
        rows.sort_by_key(|row| keys[*row]);
    }
    rows
}

fn run(join: &BatchJoin, strategy: Strategy, tasks: &[Task]) -> Vec<(usize, Pair)> {
    let build = match strategy {
        Strategy::Broadcast(build) | Strategy::ShuffleHash(build) => Some(build),
        Strategy::SortMerge => None,
    };
    let mut out = Vec::new();
    for (number, [left, right]) in tasks.iter().enumerate() {
        let pairs = if build.is_none() && join.kind == JoinKind::FullOuter {
            merge_all(join, left, right)
        } else {
            join_rows(join, left, right, build)
        };
        out.extend(pairs.into_iter().map(|pair| (number, pair)));
    }
    out
}

/// Merges two sorted sides so that every row of both comes out (Spark 4.3 `FullOuterIterator`, `SortMergeFullOuterJoinScanner`).
fn merge_all(join: &BatchJoin, left: &[usize], right: &[usize]) -> Vec<Pair> {
    let (left_keys, right_keys) = (keys(join, Side::Left), keys(join, Side::Right));
    let mut both: BTreeMap<&str, [Vec<usize>; 2]> = BTreeMap::new();
    for row in left {
        both.entry(left_keys[*row]).or_default()[0].push(*row);
    }
    for row in right {
        both.entry(right_keys[*row]).or_default()[1].push(*row);
    }
    let mut pairs = Vec::new();
    for [left, right] in both.into_values() {
        if right.is_empty() {
            pairs.extend(left.iter().map(|l| (Some(*l), None)));
        } else if left.is_empty() {
            pairs.extend(right.iter().map(|r| (None, Some(*r))));
        }
        for l in &left {
            pairs.extend(right.iter().map(|r| (Some(*l), Some(*r))));
        }
    }
    pairs
}

/// Joins what a task has. The side that is not hashed is streamed, and its order is the result's. A hash table gives the rows of
/// one key last in, first out (Spark 4.3 `BytesToBytesMap`); a merge gives them in order.
fn join_rows(join: &BatchJoin, left: &[usize], right: &[usize], build: Option<Side>) -> Vec<Pair> {
    let streamed = match (build, join.kind) {
        (Some(build), _) => build.other(),
        (None, JoinKind::RightOuter) => Side::Right,
        (None, _) => Side::Left,
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
            JoinKind::LeftOuter => streamed == Side::Left,
            JoinKind::RightOuter => streamed == Side::Right,
            JoinKind::LeftAnti | JoinKind::FullOuter => true,
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
        (JoinKind::LeftOuter, Side::Right)
            | (JoinKind::RightOuter, Side::Left)
            | (JoinKind::FullOuter, _)
    );
    if outer {
        let alone = other.iter().filter(|row| !met.contains(row));
        pairs.extend(alone.map(|row| pair(None, Some(*row))));
    }
    pairs
}

fn parts(join: &BatchJoin, first: &Choice, last: &Last, rows: usize) -> Vec<Part> {
    let mut parts = vec![Part::Plan];
    if !matches!(first.strategy, Strategy::Broadcast(_)) {
        let sides = [Side::Left, Side::Right].into_iter();
        let shuffled = sides.filter(|side| plan::exchanged(join, *side));
        parts.extend(shuffled.map(Part::Shuffle));
    }
    if last.choice.strategy != first.strategy {
        parts.push(Part::Replan);
    }
    match last.choice.strategy {
        Strategy::Broadcast(side) => parts.push(Part::Broadcast(side)),
        Strategy::ShuffleHash(_) | Strategy::SortMerge => {
            if last.split {
                parts.push(Part::Split);
            }
            if (last.reads.iter().flatten()).any(|reads| said_of(reads).contains("coalesced")) {
                parts.push(Part::Coalesce);
            }
            if last.choice.strategy == Strategy::SortMerge {
                parts.push(Part::Sort);
            }
        }
    }
    parts.extend((0..rows).map(Part::Row));
    parts.push(Part::Done);
    parts
}
