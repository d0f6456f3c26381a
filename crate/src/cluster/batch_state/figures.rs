//! What can be measured of the query.

use super::scene::{durable, local, plan, under_way, version};
use super::words::{clock, key};
use super::{BatchState, Key, Query, Row};
use crate::cluster::scene::Figure;
use crate::measure::{Measured, Unit};

fn value(
    id: String,
    label: String,
    value: Option<f64>,
    unit: Unit,
    text: Option<String>,
) -> Figure {
    let text = text.or_else(|| value.map(|value| value.to_string()));
    let measured = Measured {
        number: value,
        text: text.unwrap_or_else(|| "none".into()),
        unit,
    };
    Figure::new(id, label, measured).aside()
}

/// How a key is written in the id of a figure, as in `R45.02:00`.
fn short(of: &Key) -> String {
    let text = clock(of.0);
    let time = text.strip_suffix(":00").filter(|short| short.contains(':'));
    format!("{}.{}", of.1, time.unwrap_or(&text))
}

pub(super) fn figures(model: &BatchState, state: &Query) -> Vec<Figure> {
    let durable = durable(state);
    let local = local(state);
    let count = |id: &str, label: &str, n: usize| Figure::count(id, label, n as u64);
    let mut figures = vec![
        Figure::count(
            "state.version",
            "newest version in the checkpoint folder",
            version(state),
        ),
        count("rows.local", "rows on the executor", local.len()),
        count(
            "rows.durable",
            "rows in the checkpoint folder",
            durable.len(),
        ),
        count("rows.out", "rows that came out", state.sink.len()),
        count("batches", "batches committed", state.commits as usize),
        count(
            "versions",
            "versions committed",
            (version(state) - u64::from(model.first_batch)) as usize,
        ),
        count(
            "reloads",
            "partitions loaded from the checkpoint",
            state.reloads as usize,
        ),
        count(
            "reload.files",
            "files read for one partition, at most",
            state.files_read,
        ),
        count("reruns", "batches run again", state.reruns as usize),
        count("late", "rows left out as late", state.late as usize),
        value(
            "watermark".into(),
            "watermark".into(),
            Some(state.watermark as f64),
            Unit::Instant,
            Some(clock(state.watermark)),
        ),
    ];
    let names: Vec<String> = plan(model, state)
        .nodes
        .into_iter()
        .map(|node| node.name)
        .collect();
    for name in [
        "StateStoreRestore",
        "StateStoreSave",
        "FlatMapGroupsWithState",
    ] {
        let times = names.iter().filter(|each| *each == name).count();
        figures.push(count(&format!("plan.{name}"), name, times).aside());
    }
    let way = under_way(state);
    for of in model.keys() {
        of_key(model, state, &of, durable.get(&of), &way, &mut figures);
    }
    figures
}

/// What can be asked about one key.
fn of_key(
    model: &BatchState,
    state: &Query,
    of: &Key,
    kept: Option<&Row>,
    way: &[(Key, Row)],
    figures: &mut Vec<Figure>,
) {
    let id = short(of);
    let moving = way.iter().find(|(key, _)| key == of).map(|(_, row)| row);
    let out = state
        .sink
        .iter()
        .rev()
        .find(|out| out.key == *of)
        .map(|out| &out.row);
    for (place, found) in [("state", kept), ("moving", moving), ("out", out)] {
        let title = format!("{place} {}", key(of));
        let number = |row: Option<f64>| row.or(Some(0.0));
        figures.push(value(
            format!("{place}.{id}.count"),
            format!("{title} count"),
            number(found.map(|r| r.count as f64)),
            Unit::Count,
            None,
        ));
        figures.push(value(
            format!("{place}.{id}.sum"),
            format!("{title} sum"),
            number(found.map(|r| r.sum as f64)),
            Unit::Value,
            None,
        ));
    }
    let average = out.or(kept).map(|row| hundredths(row.average()));
    figures.push(value(
        format!("average.{id}"),
        format!("average of {}", key(of)),
        average,
        Unit::Value,
        None,
    ));
    let halves = halves(model, state, of).map(hundredths);
    figures.push(value(
        format!("halves.{id}"),
        format!("average of averages of {}", key(of)),
        halves,
        Unit::Value,
        None,
    ));
    let after = state
        .gone
        .get(of)
        .map(|gone| (gone.newest - of.0) as f64 / 60_000.0);
    figures.push(value(
        format!("minutes.{id}"),
        format!("minutes from {} to its removal", clock(of.0)),
        after,
        Unit::Count,
        None,
    ));
}

pub(super) fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// What an average would be that is kept as an average: each batch's average and the one before, halved.
fn halves(model: &BatchState, state: &Query, of: &Key) -> Option<f64> {
    let mut average = model
        .preloaded()
        .find(|(key, _)| key == of)
        .map(|(_, row)| row.average());
    for batch in 0..state.batch {
        let mut added = Row::default();
        for order in model
            .orders(batch)
            .iter()
            .filter(|order| model.key_of(order) == *of)
        {
            added.add(Row {
                count: 1,
                sum: order.amount.into(),
            });
        }
        if added.count > 0 {
            average =
                Some(average.map_or(added.average(), |old| f64::midpoint(old, added.average())));
        }
    }
    average
}
