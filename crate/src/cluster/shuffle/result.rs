//! What comes out: every task joins or adds up what it got, and nothing else. So a way that tears a key apart shows in the result.

use super::input::Rows;
use super::way::{Salted, Task, Way, piece_name};
use super::{Cure, JoinKind, Shuffle, Work};
use std::collections::{BTreeMap, BTreeSet};

/// One row of a result, for comparing as a multiset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Out {
    /// A joined row: the number of the large side's row and of the small side's, where there is one.
    Joined(Option<u32>, Option<u32>),
    /// A group: its name, how many rows, and the sum of their numbers.
    Group(String, u64, u64),
}

/// Everything that comes out, in order.
pub(super) fn output(model: &Shuffle, rows: &Rows, ways: &[&Way]) -> Vec<Out> {
    let Some(last) = ways.last() else {
        return Vec::new();
    };
    let mut out: Vec<Out> = match model.work {
        Work::Join => (last.tasks.iter())
            .flat_map(|task| join(model, rows, task))
            .collect(),
        Work::Sum if model.cure == Cure::TwoPhase && ways.len() > 1 => {
            merged(model, rows, ways[0], last)
        }
        Work::Sum => (last.tasks.iter())
            .flat_map(|task| groups(rows, task))
            .map(|(salted, (count, sum))| Out::Group(piece_name(rows, salted), count, sum))
            .collect(),
    };
    out.sort();
    out
}

/// Joins what one task got: it sees no other task's rows.
fn join(model: &Shuffle, rows: &Rows, task: &Task) -> Vec<Out> {
    let mut table: BTreeMap<(&str, Option<u32>), Vec<u32>> = BTreeMap::new();
    for (number, salt) in &task.table {
        let key = model.table[*number as usize].key.as_str();
        table.entry((key, *salt)).or_default().push(*number);
    }
    let mut out = Vec::new();
    let mut matched: BTreeSet<(&str, Option<u32>)> = BTreeSet::new();
    for (row, salt) in task.rows.iter().zip(&task.salts) {
        let at = (
            rows.names[rows.keys[*row as usize] as usize].as_str(),
            *salt,
        );
        let found = table.get(&at);
        matched.insert(at);
        match (model.join, found) {
            (JoinKind::LeftSemi, Some(_))
            | (JoinKind::LeftAnti | JoinKind::LeftOuter | JoinKind::FullOuter, None) => {
                out.push(Out::Joined(Some(*row), None));
            }
            (JoinKind::LeftSemi | JoinKind::Inner | JoinKind::RightOuter, None)
            | (JoinKind::LeftAnti, Some(_)) => {}
            (
                JoinKind::Inner | JoinKind::LeftOuter | JoinKind::RightOuter | JoinKind::FullOuter,
                Some(found),
            ) => {
                out.extend(found.iter().map(|n| Out::Joined(Some(*row), Some(*n))));
            }
        }
    }
    if matches!(model.join, JoinKind::RightOuter | JoinKind::FullOuter) {
        let alone = table.iter().filter(|(at, _)| !matched.contains(*at));
        out.extend(alone.flat_map(|(_, numbers)| {
            numbers
                .iter()
                .map(|number| Out::Joined(None, Some(*number)))
        }));
    }
    out
}

/// The groups of one task, each with its count and the sum of its rows' numbers, from 1.
fn groups(rows: &Rows, task: &Task) -> BTreeMap<Salted, (u64, u64)> {
    let mut groups: BTreeMap<Salted, (u64, u64)> = BTreeMap::new();
    for (row, salt) in task.rows.iter().zip(&task.salts) {
        let group = groups.entry((rows.keys[*row as usize], *salt)).or_default();
        group.0 += 1;
        group.1 += u64::from(*row) + 1;
    }
    groups
}

/// Merges the first phase's partial results where the second phase has them.
fn merged(model: &Shuffle, rows: &Rows, first: &Way, last: &Way) -> Vec<Out> {
    let partials = first.tasks.iter().flat_map(|task| groups(rows, task));
    let mut tasks = vec![BTreeMap::new(); model.partitions as usize];
    for ((key, _), (count, sum)) in partials {
        if let Some(place) = last.places.get(&(key, None)) {
            let group: &mut (u64, u64) = tasks[place.partition as usize].entry(key).or_default();
            group.0 += count;
            group.1 += sum;
        }
    }
    let groups = tasks.into_iter().flatten();
    groups
        .map(|(key, (count, sum))| Out::Group(rows.names[key as usize].clone(), count, sum))
        .collect()
}
