//! Roll-ups: what rows give together, by what is stored in them, and what the raw results give.

use super::{Average, Cells, Mode, Row, Serving, Stored, Users};
use std::collections::BTreeMap;

/// Several rows as one: sums are added, averages averaged, numbers of users added, sets united.
pub(super) fn combine<'a>(cells: impl Iterator<Item = &'a Cells>) -> Cells {
    let mut all = Cells::default();
    let mut rows = 0_u32;
    let mut averages = 0.0;
    for row in cells {
        rows += 1;
        all.orders += row.orders;
        all.amount += row.amount;
        averages += row.average;
        all.number += row.number;
        all.set.extend(&row.set);
    }
    all.average = averages / f64::from(rows.max(1));
    all
}

fn asked<'a>(model: &'a Serving, state: &'a Stored) -> impl Iterator<Item = &'a Row> {
    let wanted = |row: &&Row| !model.grain || row.restaurant.is_some();
    state.rows.iter().filter(wanted)
}

/// The query over all rows.
pub(super) fn all(model: &Serving, state: &Stored) -> Cells {
    combine(asked(model, state).map(|row| &row.cells))
}

/// The same query over a table that was rolled up to hours first.
pub(super) fn by_hours(model: &Serving, state: &Stored) -> Cells {
    let mut hours: BTreeMap<u32, Vec<&Cells>> = BTreeMap::new();
    for row in asked(model, state) {
        hours.entry(row.hour).or_default().push(&row.cells);
    }
    let hours: Vec<Cells> = hours
        .into_values()
        .map(|rows| combine(rows.into_iter()))
        .collect();
    combine(hours.iter())
}

/// What is right: of each key of a restaurant the newest version, or, where writes are parts, all of them.
pub(super) fn truth(model: &Serving, state: &Stored) -> Cells {
    let arrived = model.writes[..state.written]
        .iter()
        .filter(|write| write.restaurant.is_some());
    let parts: Vec<Cells> = match model.mode {
        Mode::Merge => arrived.map(super::Write::cells).collect(),
        Mode::Upsert => {
            let mut newest = BTreeMap::new();
            for write in arrived {
                let kept = newest
                    .entry((&write.window, &write.restaurant))
                    .or_insert(write);
                if write.version >= kept.version {
                    *kept = write;
                }
            }
            newest.into_values().map(super::Write::cells).collect()
        }
    };
    combine(parts.iter())
}

/// The average that the stored columns give; none without orders.
pub(super) fn average(how: Average, cells: &Cells) -> Option<f64> {
    (cells.orders > 0).then(|| match how {
        Average::Quotient => cells.average,
        Average::SumAndCount => cells.amount as f64 / cells.orders as f64,
    })
}

/// The distinct users that the stored columns give.
pub(super) fn users(how: Users, cells: &Cells) -> u64 {
    match how {
        Users::Number => cells.number,
        Users::Set => cells.set.len() as u64,
    }
}

/// How old what the dashboard shows is: since it last asked the table.
pub(super) fn age(state: &Stored) -> Option<i64> {
    state.shown.as_ref().map(|shown| state.now - shown.asked)
}
