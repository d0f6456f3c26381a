//! What happened in the query, in words, and why a row is as it is.

use super::{BatchState, Key, Mode, Phase, Provider, Row, Told};
use crate::cluster::model::{Model, Sentence};
use crate::cluster::played::Played;
use crate::explain::{CauseStep, Explanation, Line, Tone};
use crate::frame::{MarkKind, marker};
use crate::time::{Clock, EventTime};

/// A time, as it is read beside others of the same day.
pub(super) fn clock(ms: i64) -> String {
    Clock::for_instants([ms]).event(EventTime(ms))
}

/// A key, with the minute in which its window starts.
pub(super) fn key(key: &Key) -> String {
    let text = clock(key.0);
    let short = text.strip_suffix(":00").filter(|short| short.contains(':'));
    format!("({}, {})", short.unwrap_or(&text), key.1)
}

/// A row, as `{121, 72600}`.
pub(super) fn row(row: Row) -> String {
    format!("{{{}, {}}}", row.count, row.sum)
}

/// Keys and rows, the first few.
fn rows(rows: &[(Key, Row)]) -> String {
    if rows.is_empty() {
        return "no rows".into();
    }
    let mut listed: Vec<String> = rows
        .iter()
        .take(4)
        .map(|(k, r)| format!("{} → {}", key(k), row(*r)))
        .collect();
    if rows.len() > 4 {
        listed.push(format!("{} more", rows.len() - 4));
    }
    listed.join(", ")
}

pub(super) fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Offsets => "offsets",
        Phase::Partial => "HashAggregate (partial)",
        Phase::Exchange => "Exchange",
        Phase::Merge => "HashAggregate (merge)",
        Phase::Restore => "StateStoreRestore",
        Phase::MergeState => "HashAggregate (merge with state)",
        Phase::Save => "StateStoreSave",
        Phase::Final => "HashAggregate (final)",
        Phase::Commit => "commits",
    }
}

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "input", "inputs"),
    MarkKind::new(marker::FIRING, "result", "results"),
    MarkKind::new(marker::LOSS, "late row", "late rows"),
    MarkKind::new(marker::WATERMARK, "commit", "commits"),
    MarkKind::new(marker::CRASH, "crash", "crashes"),
];

pub(super) fn sentence(model: &BatchState, fact: &Told) -> Sentence {
    let (tone, marker, weight) = match fact {
        Told::Planned(..) | Told::Added(..) => (Tone::Progress, marker::ARRIVAL, 3),
        Told::Moved(_) | Told::Merged(_) | Told::Restored(_) | Told::Summed(_) => {
            (Tone::Progress, marker::OTHER, 3)
        }
        Told::Loaded(..) => (Tone::Progress, marker::OTHER, 4),
        Told::Snapshot(_) => (Tone::Progress, marker::OTHER, 1),
        Told::Saved(..) => (Tone::Progress, marker::OTHER, 3),
        Told::Late(..) => (Tone::Loss, marker::LOSS, 6),
        Told::Removed(..) => (Tone::Neutral, marker::OTHER, 5),
        Told::Emitted(rows) if rows.is_empty() => (Tone::Neutral, marker::OTHER, 3),
        Told::Emitted(_) => (Tone::Result, marker::FIRING, 5),
        Told::Committed(..) => (Tone::Progress, marker::WATERMARK, 3),
        Told::Killed(..) => (Tone::Loss, marker::CRASH, 7),
    };
    Sentence {
        text: said(model, fact),
        tone,
        marker,
        weight,
        thing: about(fact).first().map(|key| thing(key)),
    }
}

/// The id of a row.
pub(super) fn thing(key: &Key) -> String {
    format!("row:{}@{}", key.1, key.0)
}

fn about(fact: &Told) -> Vec<&Key> {
    match fact {
        Told::Added(_, rows) | Told::Merged(rows) | Told::Summed(rows) | Told::Emitted(rows) => {
            rows.iter().map(|(key, _)| key).collect()
        }
        Told::Moved(rows) => rows.iter().map(|(key, _)| key).collect(),
        Told::Restored(rows) => rows.iter().map(|(key, _)| key).collect(),
        Told::Late(key, _) | Told::Removed(key, ..) => vec![key],
        Told::Planned(..)
        | Told::Loaded(..)
        | Told::Saved(..)
        | Told::Committed(..)
        | Told::Snapshot(_)
        | Told::Killed(..) => Vec::new(),
    }
}

fn said(model: &BatchState, fact: &Told) -> String {
    match fact {
        Told::Planned(batch, 0) => format!(
            "The driver plans batch {batch} without orders: the watermark has risen, so rows may have to go."
        ),
        Told::Planned(batch, orders) => format!(
            "The driver writes offsets/{batch}: batch {batch} will read orders {orders} in number. It works on version {batch} of the state."
        ),
        Told::Added(_, out) => format!(
            "Map tasks add up their own orders: {}. The state is not involved.",
            rows(out)
        ),
        Told::Moved(moved) if moved.is_empty() => "No rows to move.".into(),
        Told::Moved(moved) => {
            let each: Vec<String> = moved
                .iter()
                .map(|(k, p)| format!("{} to {p}", key(k)))
                .collect();
            format!(
                "Rows go to the partition of hash(window, key): {}.",
                each.join(", ")
            )
        }
        Told::Merged(out) => format!(
            "What map tasks had for the same key is put together: {}.",
            rows(out)
        ),
        Told::Loaded(partition, version, names) => format!(
            "Partition {partition} has no version {version} here: it reads {} from the checkpoint folder.",
            names.join(", ")
        ),
        Told::Restored(found) if found.is_empty() => {
            "No rows, so nothing is looked up. The store is open all the same.".into()
        }
        Told::Restored(found) => {
            let each: Vec<String> = found
                .iter()
                .map(|(k, old)| {
                    old.map_or_else(
                        || format!("{} is new", key(k)),
                        |old| format!("{} has {}", key(k), row(old)),
                    )
                })
                .collect();
            format!(
                "StateStoreRestore looks up each key and passes both rows on: {}.",
                each.join(", ")
            )
        }
        Told::Summed(out) => format!(
            "Old and new are put together: {}. The store still holds the old row.",
            rows(out)
        ),
        Told::Late(k, watermark) => format!(
            "{} is left out: its window had ended by the watermark {}.",
            key(k),
            clock(*watermark)
        ),
        Told::Removed(k, r, watermark) => format!(
            "{} → {} is removed: its window ends at {}, and the watermark is {}.",
            key(k),
            row(*r),
            clock(model.end(k)),
            clock(*watermark)
        ),
        Told::Saved(version, name) => format!(
            "StateStoreSave puts the rows and commits version {version} as {name} in each partition's checkpoint folder."
        ),
        Told::Emitted(out) => format!("Out come {}.", rows(out)),
        Told::Committed(batch, watermark) => format!(
            "The driver writes commits/{batch}. The watermark for the next batch is {}.",
            clock(*watermark)
        ),
        Told::Snapshot(name) => format!("Maintenance writes {name}: a reload starts there now."),
        Told::Killed(executor, true) => format!(
            "Executor {executor} dies, and with it every row on its heap and its disk. The batch is run again on another executor, from the same offsets and the same version."
        ),
        Told::Killed(executor, false) => format!(
            "Executor {executor} dies, and with it every row on its heap and its disk. No task was running; the next one reads the checkpoint folder."
        ),
    }
}

pub(super) fn why(
    model: &BatchState,
    run: &Played<BatchState>,
    id: &str,
    position: usize,
) -> Option<Explanation> {
    let keys = model.keys();
    let of = keys.iter().find(|key| thing(key) == id)?;
    let state = run.state(position);
    let steps: Vec<CauseStep> = run
        .entries
        .iter()
        .filter(|entry| (entry.step as usize) < position && about(&entry.fact).contains(&of))
        .map(|entry| CauseStep {
            position: entry.step + 1,
            text: model.sentence(&entry.fact).text,
        })
        .collect();
    let store = &state.stores[model.partition(of) as usize];
    let durable = store.durable(store.newest());
    let verdict = match (durable.get(of), state.gone.get(of)) {
        (Some(kept), _) => format!(
            "Version {} of the state has {}.",
            store.newest(),
            row(*kept)
        ),
        (None, Some(gone)) => format!("Removed at watermark {}.", clock(gone.watermark)),
        (None, None) => "It is not in the state.".into(),
    };
    let out = match model.mode {
        Mode::Append => "it comes out then",
        Mode::Update => "it came out each time it changed",
    };
    let copy = match model.provider {
        Provider::Hdfs => {
            "HDFSBackedStateStoreProvider: a map on the heap, a delta per version in the checkpoint folder"
        }
        Provider::Rocksdb => {
            "RocksDBStateStoreProvider: RocksDB on the local disk, its files for each version in the checkpoint folder"
        }
    };
    Some(Explanation {
        title: key(of),
        verdict,
        rule: format!(
            "Removed when window.end ≤ watermark; {out} (Spark 4.3 StateStoreSaveExec). {copy}."
        ),
        numbers: vec![
            Line {
                label: "window.end".into(),
                value: clock(model.end(of)),
            },
            Line {
                label: "watermark".into(),
                value: clock(state.watermark),
            },
            Line {
                label: "partition".into(),
                value: model.partition(of).to_string(),
            },
        ],
        steps,
        ..Explanation::default()
    })
}
