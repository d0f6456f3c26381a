//! What there is to see: a block of bars for each way, tables of results and costs.

use super::result::Out;
use super::way::{Salted, Task, Way, piece_name};
use super::{Progress, Shuffle, Work};
use crate::cluster::scene::{
    Bar, ClusterScene, Health, KeyClass, Loads, Place, SceneTable, Segment, TableRow,
};
use crate::wording::{counted, verb};
use std::collections::BTreeMap;

/// Keys have colours of their own as long as there are at most this many; the others share the last.
const CLASSES: u32 = 8;

/// A table lists at most this many rows.
const LISTED: usize = 40;

/// The scene after so many steps.
pub(super) fn scene(model: &Shuffle, state: &Progress) -> ClusterScene {
    let job = &state.job;
    let shown = job.ways.all.iter().enumerate();
    let loads = shown
        .filter(|(_, way)| state.shows(way))
        .map(|(number, way)| block(state, number, way))
        .collect();
    let mut tables = Vec::new();
    if state.compared() {
        tables.push(results(model, state));
    }
    tables.push(costs(model, state));
    tables.push(places(model, state));
    ClusterScene {
        loads,
        tables,
        ..ClusterScene::default()
    }
}

/// The class of a key: the most frequent ones have their own.
fn classes(state: &Progress) -> Vec<u32> {
    let counts = state.job.rows.counts();
    if counts.len() <= CLASSES as usize {
        return (0..counts.len() as u32).collect();
    }
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|key| (std::cmp::Reverse(counts[*key]), *key));
    let mut classes = vec![CLASSES - 1; counts.len()];
    for (class, key) in (0..CLASSES - 1).zip(order) {
        classes[key] = class;
    }
    classes
}

fn block(state: &Progress, number: usize, way: &Way) -> Loads {
    let classes = classes(state);
    let loads = super::figures::seen(state, way);
    let max = loads.max();
    let tasks = way.tasks.iter().zip(&loads.0).enumerate();
    let bars: Vec<Bar> = tasks
        .map(|(i, (task, load))| {
            let fullest = *load == max && max > 0 && *load as f64 > 1.5 * loads.mean();
            Bar {
                id: format!("{}:{}", way.id, task.label),
                label: task.label.clone(),
                segments: segments(state, way, task, &classes),
                total: *load as f64,
                note: note(state, number, i, task),
                health: health(state, number, i, fullest),
            }
        })
        .collect();
    let says = if max == 0 {
        "No rows yet.".into()
    } else {
        format!(
            "Most: {max}. On average: {:.1}. The fullest has {:.2} times the average; {} of {} {} nothing.",
            loads.mean(),
            loads.max_over_mean(),
            loads.empty(),
            counted(loads.0.len(), "task"),
            verb(loads.empty(), "has", "have")
        )
    };
    Loads {
        id: way.id.into(),
        title: way.title.clone(),
        unit: if way.id == "final" {
            "partial results"
        } else {
            "rows"
        }
        .into(),
        bars,
        mean: loads.mean(),
        says,
        classes: legend(state, &classes),
    }
}

fn legend(state: &Progress, classes: &[u32]) -> Vec<KeyClass> {
    let names = &state.job.rows.names;
    let many = names.len() > CLASSES as usize;
    let mut legend: Vec<KeyClass> = (classes.iter().zip(names))
        .filter(|(class, _)| !many || **class < CLASSES - 1)
        .map(|(class, name)| KeyClass {
            class: *class,
            label: name.clone(),
        })
        .collect();
    legend.sort_by_key(|class| class.class);
    if many {
        legend.push(KeyClass {
            class: CLASSES - 1,
            label: "other keys".into(),
        });
    }
    legend
}

fn segments(state: &Progress, way: &Way, task: &Task, classes: &[u32]) -> Vec<Segment> {
    let mut others = 0;
    let mut segments = Vec::new();
    let many = classes.len() > CLASSES as usize;
    for (piece, count) in &task.pieces {
        let (key, _): Salted = *piece;
        if way.by_key && !state.sent(key) {
            continue;
        }
        let class = classes[key as usize];
        if many && class == CLASSES - 1 {
            others += count;
        } else {
            segments.push(Segment {
                label: piece_name(&state.job.rows, *piece),
                class,
                value: f64::from(*count),
            });
        }
    }
    if others > 0 {
        segments.push(Segment {
            label: "other keys".into(),
            class: CLASSES - 1,
            value: f64::from(others),
        });
    }
    segments
}

fn note(state: &Progress, way: usize, task: usize, of: &Task) -> String {
    let ran = state.job.ran[way].get(task);
    match (state.now(), ran) {
        (Some(now), Some(ran)) if ran.until <= now => {
            format!("done at {}", super::words::ms(ran.until))
        }
        (Some(now), Some(ran)) if ran.from <= now => "running".into(),
        (Some(_), Some(_)) => "waits for a worker".into(),
        (_, _) => of.note.clone(),
    }
}

fn health(state: &Progress, way: usize, task: usize, fullest: bool) -> Health {
    let done = state.now().is_some_and(|now| {
        let ran = state.job.ran[way].get(task);
        ran.is_some_and(|ran| ran.until <= now)
    });
    match (done, fullest) {
        (true, _) => Health::Good,
        (false, true) => Health::Warning,
        (false, false) => Health::Plain,
    }
}

fn row(id: String, cells: Vec<String>, health: Health) -> TableRow {
    TableRow {
        id,
        cells,
        health,
        changed: false,
    }
}

/// What both results have of each key.
fn results(model: &Shuffle, state: &Progress) -> SceneTable {
    let job = &state.job;
    let mut table = match model.work {
        Work::Join => SceneTable::new(
            "result",
            "Results by key",
            Place::Results,
            &[
                "Key",
                "Joined to",
                "Rows by key alone#",
                "Rows with the cure#",
                "Same",
            ],
        ),
        Work::Sum => SceneTable::new(
            "result",
            "Results by key",
            Place::Results,
            &[
                "Key",
                "",
                "Count, sum by key alone#",
                "Count, sum with the cure#",
                "Same",
            ],
        ),
    };
    let before = by_key(model, state, &job.before);
    let after = by_key(model, state, &job.after);
    let mut keys: Vec<&(String, String)> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    table.more = keys.len().saturating_sub(LISTED) as u32;
    for at in keys.into_iter().take(LISTED) {
        let (one, other) = (before.get(at), after.get(at));
        let text = |cell: Option<&String>| cell.cloned().unwrap_or_else(|| "–".into());
        let same = one == other;
        table.rows.push(row(
            format!("result:{}", at.0),
            vec![
                at.0.clone(),
                at.1.clone(),
                text(one),
                text(other),
                if same { "yes" } else { "no" }.into(),
            ],
            if same { Health::Good } else { Health::Bad },
        ));
    }
    table.says = if job.same() {
        format!(
            "{} either way, the same row by row.",
            counted(job.before.len(), "row")
        )
    } else {
        format!(
            "{} by key alone, {} with the cure: not the same.",
            counted(job.before.len(), "row"),
            job.after.len()
        )
    };
    table
}

/// Results summed up by key and what it was joined to.
fn by_key(model: &Shuffle, state: &Progress, out: &[Out]) -> BTreeMap<(String, String), String> {
    let rows = &state.job.rows;
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut texts = BTreeMap::new();
    for row in out {
        match row {
            Out::Joined(left, right) => {
                let right = right.and_then(|n| model.table.get(n as usize));
                let key = left.map_or_else(
                    || right.map_or_else(String::new, |r| r.key.clone()),
                    |l| rows.names[rows.keys[l as usize] as usize].clone(),
                );
                let joined = match (left, right) {
                    (None, Some(right)) => format!("{} (no row)", right.value),
                    (_, Some(right)) => right.value.clone(),
                    (_, None) => "nothing".into(),
                };
                *counts.entry((key, joined)).or_default() += 1;
            }
            Out::Group(name, count, sum) => {
                let text = texts
                    .entry((name.clone(), String::new()))
                    .or_insert_with(String::new);
                if !text.is_empty() {
                    text.push_str(" and ");
                }
                text.push_str(&[count, sum].map(u64::to_string).join(", "));
            }
        }
    }
    texts.extend(
        counts
            .into_iter()
            .map(|(at, count)| (at, count.to_string())),
    );
    texts
}

/// What each way costs.
fn costs(model: &Shuffle, state: &Progress) -> SceneTable {
    let mut table = SceneTable::new(
        "costs",
        "What it costs",
        Place::State,
        &[
            "Way",
            "Tasks#",
            "Moved#",
            "Bytes moved#",
            "Small table rows written#",
            "Slowest task done at#",
        ],
    );
    for (number, way) in job_ways(state) {
        let end = state.job.end(number);
        let time = if state.now().is_some_and(|now| now >= end) {
            super::words::ms(end)
        } else {
            "–".into()
        };
        table.rows.push(row(
            format!("cost:{}", way.id),
            vec![
                way.title.clone(),
                way.tasks.len().to_string(),
                way.moved.to_string(),
                super::words::bytes(way.moved_bytes),
                way.table_rows.to_string(),
                time,
            ],
            Health::Plain,
        ));
    }
    table.says = format!(
        "{}, {} per second each.",
        counted(model.workers, "worker"),
        counted(model.rate, "row")
    );
    table
}

fn job_ways(state: &Progress) -> impl Iterator<Item = (usize, &Way)> {
    let ways = state.job.ways.all.iter().enumerate();
    ways.filter(|(_, way)| state.shows(way))
}

/// Where each key went, and by which hash.
fn places(model: &Shuffle, state: &Progress) -> SceneTable {
    let number = model.partitioner.number();
    let mut table = SceneTable::new(
        "places",
        "Where keys go",
        Place::State,
        &["Way", "Key", &format!("{number}#"), "Task#", "Rows#"],
    );
    for (_, way) in job_ways(state) {
        for (piece, place) in &way.places {
            if !state.sent(piece.0) {
                continue;
            }
            if table.rows.len() >= LISTED {
                table.more += 1;
                continue;
            }
            let there = way.tasks.get(place.partition as usize);
            let rows: u32 = there.map_or(0, |task| {
                let of = task.pieces.iter().filter(|((key, salt), _)| {
                    *key == piece.0 && (piece.1.is_none() || *salt == piece.1)
                });
                of.map(|(_, n)| n).sum()
            });
            table.rows.push(row(
                format!("{}:{}", way.id, place.partition),
                vec![
                    way.title.clone(),
                    piece_name(&state.job.rows, *piece),
                    place.hash.to_string(),
                    place.partition.to_string(),
                    rows.to_string(),
                ],
                Health::Plain,
            ));
        }
    }
    table.says = model.partitioner.rule().into();
    table
}
