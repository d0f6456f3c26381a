//! What can be measured of it.

use super::way::Way;
use super::{Progress, Shuffle, Work};
use crate::cluster::scene::Figure;
use crate::measure::{Measured, Unit};
use crate::partition::Loads;

/// A number with two decimals.
fn ratio(id: String, label: String, number: f64) -> Figure {
    let measured = Measured {
        number: Some(number),
        text: format!("{number:.2}"),
        unit: Unit::Value,
    };
    Figure::new(id, label, measured)
}

/// Yes, or no.
fn yes(id: &str, label: &str, is: bool) -> Figure {
    let measured = Measured {
        number: None,
        text: if is { "yes" } else { "no" }.into(),
        unit: Unit::Name,
    };
    Figure::new(id, label, measured)
}

/// Everything that can be measured after so many steps.
pub(super) fn figures(model: &Shuffle, state: &Progress) -> Vec<Figure> {
    let job = &state.job;
    let mut figures = Vec::new();
    for (number, way) in job.ways.all.iter().enumerate() {
        if state.shows(way) {
            of_way(state, number, way, &mut figures);
        }
    }
    if model.work == Work::Join && (state.after() || state.all_sent()) {
        let last = job.last();
        figures.push(Figure::count(
            "table.rows",
            "rows of the small table written, with copies",
            last.table_rows,
        ));
    }
    if state.now().is_some() {
        figures.push(idle(model, state).aside());
    }
    of_keys(state, &mut figures);
    of_adaptive(state, &mut figures);
    if state.compared() {
        figures.push(yes(
            "result.same",
            "same result as by key alone",
            job.same(),
        ));
        figures.push(Figure::count(
            "result.rows",
            "rows of the result",
            job.after.len() as u64,
        ));
    }
    figures
}

/// The load of a way's tasks as seen so far.
pub(super) fn seen(state: &Progress, way: &Way) -> Loads {
    let sent = |key: &u32| !way.by_key || state.sent(*key);
    let load = |task: &super::way::Task| {
        let pieces = task.pieces.iter().filter(|((key, _), _)| sent(key));
        pieces.map(|(_, n)| u64::from(*n)).sum()
    };
    Loads(way.tasks.iter().map(load).collect())
}

fn of_way(state: &Progress, number: usize, way: &Way, figures: &mut Vec<Figure>) {
    let loads = seen(state, way);
    let id = way.id;
    let title = &way.title;
    let counts = [
        ("max", "rows of the fullest task", loads.max()),
        ("tasks", "tasks", loads.0.len() as u64),
        ("empty", "tasks without rows", loads.empty() as u64),
        ("moved", "rows over the network", way.moved),
        ("bytes", "bytes over the network", way.moved_bytes),
    ];
    for (name, label, count) in counts {
        figures.push(
            Figure::count(format!("{id}.{name}"), format!("{title}: {label}"), count).aside(),
        );
    }
    let mean = ratio(
        format!("{id}.mean"),
        format!("{title}: rows of a task on average"),
        loads.mean(),
    );
    figures.push(mean.aside());
    figures.push(ratio(
        format!("{id}.ratio"),
        format!("{title}: fullest task by mean"),
        loads.max_over_mean(),
    ));
    if state.now().is_some_and(|now| now >= state.job.end(number)) {
        let ms = state.job.end(number);
        let measured = Measured {
            number: Some(ms as f64),
            text: crate::time::format_span(crate::time::Span(ms as i64)),
            unit: Unit::Span,
        };
        let label = format!("{title}: time until the slowest task is done");
        figures.push(Figure::new(format!("{id}.time"), label, measured));
    }
}

/// Where each of the first keys goes, and over how many tasks it is spread.
fn of_keys(state: &Progress, figures: &mut Vec<Figure>) {
    let job = &state.job;
    let plain = &job.ways.all[0];
    let last = job.last();
    let keys = (0_u32..).zip(&job.rows.names).take(20);
    for (key, name) in keys.filter(|(key, _)| state.sent(*key)) {
        if let Some(place) = plain.places.get(&(key, None)) {
            let label = format!("partition of {name}");
            let id = format!("key.{name}.partition");
            figures.push(Figure::count(id, label, place.partition.into()).aside());
        }
        let [before, now] = [plain, last].map(|way| way.places.get(&(key, None)));
        if let (true, Some(before), Some(now)) = (state.shows(last), before, now) {
            let label = format!("{name} goes to another partition than before");
            let moves = before.partition != now.partition;
            figures.push(yes(&format!("key.{name}.moves"), &label, moves).aside());
        }
        if state.shows(last) {
            let tasks = last.tasks.iter();
            let of = tasks.filter(|task| task.pieces.keys().any(|(k, _)| *k == key));
            let label = format!("tasks that work on {name}");
            figures
                .push(Figure::count(format!("key.{name}.tasks"), label, of.count() as u64).aside());
        }
    }
    if state.all_sent() && state.shows(last) {
        let spread = yes(
            "hot.spread",
            "the most frequent key is on more than one task",
            hot_spread(state),
        );
        figures.push(spread.aside());
        let copies = last
            .places
            .keys()
            .filter(|(_, salt)| salt.is_some())
            .count();
        figures.push(Figure::count("salt.keys", "salted keys", copies as u64).aside());
    }
}

/// How many workers never get a task of the last stage: there are more of them than partitions.
fn idle(model: &Shuffle, state: &Progress) -> Figure {
    let busy: std::collections::BTreeSet<u32> = (state.job.ran.last().into_iter())
        .flatten()
        .map(|ran| ran.worker)
        .collect();
    let idle = u64::from(model.workers).saturating_sub(busy.len() as u64);
    Figure::count("workers.idle", "workers without a task", idle)
}

/// Whether the most frequent key is worked on by more than one task where its rows are worked on: of two phases, the first.
fn hot_spread(state: &Progress) -> bool {
    let job = &state.job;
    let counts = job.rows.counts();
    let hot = (0..counts.len()).max_by_key(|key| (counts[*key], std::cmp::Reverse(*key)));
    let ways = job.ways.all.iter();
    let way = ways
        .rev()
        .find(|way| way.id == "cured" || way.id == "plain");
    let of = |task: &&super::way::Task| {
        let mut pieces = task.pieces.keys();
        pieces.any(|(key, _)| Some(*key as usize) == hot)
    };
    way.is_some_and(|way| way.tasks.iter().filter(of).count() > 1)
}

fn of_adaptive(state: &Progress, figures: &mut Vec<Figure>) {
    let Some(decision) = state.job.ways.decision.as_ref().filter(|_| state.after()) else {
        return;
    };
    let mb = |bytes: u64| bytes as f64 / super::adaptive::MB as f64;
    let skewed = decision.skewed.iter().map(|(_, bytes)| *bytes).max();
    let pieces = decision
        .left
        .iter()
        .filter(|read| matches!(read, super::adaptive::Read::Partial { .. }));
    let count = |id: &str, label: &str, count: usize| Figure::count(id, label, count as u64);
    figures.push(count(
        "adaptive.skewed",
        "partitions over the threshold",
        decision.skewed.len(),
    ));
    figures.push(count(
        "adaptive.pieces",
        "pieces of split partitions",
        pieces.count(),
    ));
    figures.push(yes(
        "adaptive.split",
        "a partition was split",
        decision.split,
    ));
    for (id, label, bytes) in [
        (
            "adaptive.median",
            "median partition (MiB)",
            Some(decision.judged.median),
        ),
        (
            "adaptive.limit",
            "skewed above (MiB)",
            Some(decision.judged.threshold),
        ),
        (
            "adaptive.target",
            "pieces are meant to have (MiB)",
            Some(decision.judged.target),
        ),
        ("adaptive.largest", "largest skewed partition (MiB)", skewed),
    ] {
        if let Some(bytes) = bytes {
            figures.push(ratio(id.into(), label.into(), mb(bytes)).aside());
        }
    }
}
