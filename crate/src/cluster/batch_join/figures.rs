//! What can be measured of a join.

use super::choose::{Side, Strategy};
use super::{BatchJoin, JoinProgress, adapt, plan, rows::Part};
use crate::cluster::scene::Figure;
use crate::measure::{Measured, Unit};

/// What a join moves and holds, in bytes: as much as its sides really have, where that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    /// Over the network.
    pub(super) moved: u64,
    /// What must fit into the memory of one executor: a broadcast table, or one partition's hash table; a sort can spill.
    pub(super) held: u64,
    /// What is sorted.
    pub(super) sorted: u64,
}

/// What a way of joining costs.
pub(super) fn cost(join: &BatchJoin, strategy: Strategy) -> Cost {
    let bytes = |side| adapt::real(join, side);
    let shuffled: u64 = [Side::Left, Side::Right]
        .into_iter()
        .filter(|side| plan::exchanged(join, *side))
        .map(bytes)
        .sum();
    match strategy {
        Strategy::Broadcast(side) => Cost {
            moved: bytes(side) * u64::from(join.executors),
            held: bytes(side),
            sorted: 0,
        },
        Strategy::ShuffleHash(side) => Cost {
            moved: shuffled,
            held: bytes(side).div_ceil(plan::partitions(join).into()),
            sorted: 0,
        },
        Strategy::SortMerge => Cost {
            moved: shuffled,
            held: 0,
            sorted: bytes(Side::Left) + bytes(Side::Right),
        },
    }
}

fn named(id: &str, label: &str, text: impl Into<String>) -> Figure {
    let measured = Measured {
        number: None,
        text: text.into(),
        unit: Unit::Name,
    };
    Figure::new(id, label, measured)
}

/// Everything that can be measured after so many steps.
pub(super) fn figures(join: &BatchJoin, state: &JoinProgress) -> Vec<Figure> {
    let work = &state.work;
    if state.taken == 0 {
        return Vec::new();
    }
    let strategy = super::show::strategy_now(state);
    let cost = cost(join, strategy);
    let exchanges = [Side::Left, Side::Right]
        .into_iter()
        .filter(|side| plan::exchanged(join, *side));
    let exchanges = match work.choice.strategy {
        Strategy::Broadcast(_) => 0,
        Strategy::ShuffleHash(_) | Strategy::SortMerge => exchanges.count() as u64,
    };
    let sorts = if strategy == Strategy::SortMerge {
        2
    } else {
        0
    };
    let rows: Vec<usize> = (state.parts().iter())
        .filter_map(|part| match part {
            Part::Row(row) => Some(*row),
            _ => None,
        })
        .collect();
    let reads = |side: Side| {
        let reads = work.reads(join)[side.index()].clone();
        let how = reads.map_or_else(|| "as it is".into(), |(how, _)| how);
        named(
            &format!("reads.{}", ["left", "right"][side.index()]),
            &format!("how {} is read", join.side(side).name),
            how,
        )
    };
    let mut figures = vec![
        named("join.strategy", "join", strategy.operator()),
        Figure::count("plan.exchanges", "shuffles in the plan", exchanges),
        Figure::count("plan.sorts", "sorts in the plan", sorts).aside(),
        Figure::count("bytes.moved", "bytes over the network", cost.moved),
        Figure::count("bytes.held", "bytes that must fit into memory", cost.held),
        Figure::count("join.tasks", "tasks that join", work.tasks.len() as u64).aside(),
        named(
            "join.final",
            "join that ran",
            work.last.choice.strategy.operator(),
        )
        .aside(),
        reads(Side::Left).aside(),
        reads(Side::Right).aside(),
        Figure::count(
            "result.rows",
            "rows of the result so far",
            rows.len() as u64,
        ),
    ];
    for (place, row) in rows.iter().enumerate().take(20) {
        let id = format!("result.{}", place + 1);
        let label = format!("row {} of the result", place + 1);
        let (_, pair) = work.out[*row];
        if let Some(name) = super::show::last_cell(join, pair) {
            figures.push(named(&id, &label, name).aside());
        }
    }
    if state.parts().last() == Some(&Part::Done) {
        let same = if work.same(join) { "yes" } else { "no" };
        figures.push(named("result.same", "every matching pair, once", same));
    }
    figures
}
