//! The job as tables: the ledger, the sink, what a reader sees; state, offsets, checkpoints and what is in the last one.

use super::coordinator::{Contents, Ended, Outcome};
use super::ledger::{self, Fate};
use super::machine::Machine;
use super::sink::Standing;
use super::spec::{Flow, Offsets};
use super::task::{Cell, Stage};
use super::words::{bytes, offsets, some, time};
use crate::cluster::scene::{Bar, Health, KeyClass, Loads, Place, SceneTable, Segment, TableRow};
use crate::partition::flink_subtask;
use std::num::NonZeroU32;

/// A table lists so many rows.
const LISTED: usize = 100;

/// All tables; `changed` are the ids of what the last step changed.
pub(super) fn tables(flow: &Flow, m: &Machine, changed: &[String]) -> Vec<SceneTable> {
    let mut tables = vec![
        ledger(flow, m),
        reader(flow, m),
        sink(flow, m),
        checkpoints(m),
        contents(m),
        state(flow, m),
        partitions(flow, m),
    ];
    for row in tables.iter_mut().flat_map(|table| &mut table.rows) {
        row.changed = changed.contains(&row.id);
    }
    tables
}

fn row(id: String, health: Health, cells: Vec<String>) -> TableRow {
    TableRow {
        id,
        cells,
        health,
        changed: false,
    }
}

/// Keeps what is listed, and says how much is not.
fn cut(mut table: SceneTable) -> SceneTable {
    table.more = table.rows.len().saturating_sub(LISTED) as u32;
    table.rows.truncate(LISTED);
    table
}

fn ledger(flow: &Flow, m: &Machine) -> SceneTable {
    let lines = ledger::lines(flow, m);
    let sums = ledger::sums(&lines);
    let mut table = SceneTable::new(
        "ledger",
        "Ledger",
        Place::Results,
        &[
            "Event",
            "Key",
            "Counted#",
            "Rows seen#",
            "Visible after#",
            "Verdict",
        ],
    );
    for (record, line) in m.feed.records.iter().zip(&lines) {
        let health = match line.fate {
            Fate::Future => continue,
            Fate::Waiting => Health::Dim,
            Fate::Correct => Health::Good,
            Fate::Late | Fate::Duplicated => Health::Warning,
            Fate::Lost => Health::Bad,
        };
        table.rows.push(row(
            format!("event:{}", record.name),
            health,
            vec![
                record.name.clone(),
                m.feed.keys[record.key as usize].clone(),
                line.counted.to_string(),
                line.seen.to_string(),
                line.after.map_or_else(|| "–".into(), time),
                line.fate.word().into(),
            ],
        ));
    }
    table.says = format!(
        "Of {} produced: {} correct, {} late, {} duplicated, {} lost, {} not visible yet.",
        some(sums.produced, "event"),
        sums.correct,
        sums.late,
        sums.duplicated,
        sums.lost,
        sums.waiting
    );
    cut(table)
}

/// What a dashboard shows that adds up the rows it sees, beside what it should show.
fn reader(flow: &Flow, m: &Machine) -> SceneTable {
    let mut table = SceneTable::new(
        "reader",
        "What a reader sees",
        Place::Results,
        &[
            "Key",
            "Orders seen#",
            "Sum seen#",
            "Orders produced#",
            "Sum produced#",
        ],
    );
    let keys = m.feed.keys.len();
    let mut seen = vec![(0_u32, 0_i64); keys];
    let mut produced = vec![(0_u32, 0_i64); keys];
    for row in m.store.seen(&flow.sink) {
        let record = &m.feed.records[row.record as usize];
        let place = &mut seen[record.key as usize];
        *place = (place.0 + 1, place.1 + record.value);
    }
    for record in &m.feed.records {
        if record.offset < m.log.ends[record.partition as usize] {
            let place = &mut produced[record.key as usize];
            *place = (place.0 + 1, place.1 + record.value);
        }
    }
    for (key, (seen, produced)) in seen.iter().zip(&produced).enumerate() {
        let health = match seen.0.cmp(&produced.0) {
            std::cmp::Ordering::Less => Health::Dim,
            std::cmp::Ordering::Equal => Health::Good,
            std::cmp::Ordering::Greater => Health::Warning,
        };
        table.rows.push(row(
            format!("key:{}", m.feed.keys[key]),
            health,
            vec![
                m.feed.keys[key].clone(),
                seen.0.to_string(),
                seen.1.to_string(),
                produced.0.to_string(),
                produced.1.to_string(),
            ],
        ));
    }
    let newest = m.feed.records.iter().zip(&m.store.visible);
    let newest = newest
        .filter(|(_, visible)| visible.is_some())
        .map(|(record, _)| record.at)
        .max();
    table.says = newest.map_or_else(
        || "Nothing is visible yet.".into(),
        |at| format!("The newest order it sees is {} old.", time(m.now - at)),
    );
    cut(table)
}

fn sink(flow: &Flow, m: &Machine) -> SceneTable {
    let mut table = SceneTable::new(
        "sink",
        "Sink",
        Place::Results,
        &[
            "Event",
            "Key",
            "Count#",
            "Sum#",
            "Written at#",
            "Transaction",
            "Reader",
        ],
    );
    for held in m.store.rows.iter().rev().filter(|row| !row.replaced) {
        let record = &m.feed.records[held.record as usize];
        let transaction = held.transaction.map_or_else(
            || "–".into(),
            |number| {
                let standing = match m.store.transactions[number as usize].standing {
                    Standing::Open => "open",
                    Standing::PreCommitted => "pre-committed",
                    Standing::Committed => "committed",
                    Standing::Aborted => "aborted",
                };
                format!("{number}, {standing}")
            },
        );
        let seen = m.store.sees(&flow.sink, held);
        table.rows.push(row(
            format!("event:{}", record.name),
            if seen { Health::Plain } else { Health::Dim },
            vec![
                record.name.clone(),
                m.feed.keys[record.key as usize].clone(),
                held.counted.0.to_string(),
                held.counted.1.to_string(),
                time(held.at),
                transaction,
                if seen { "sees it" } else { "does not" }.into(),
            ],
        ));
    }
    table.says = format!(
        "{} in the sink, newest first; the reader sees {}.",
        some(m.store.held() as u32, "row"),
        m.store.seen(&flow.sink).count()
    );
    cut(table)
}

fn checkpoints(m: &Machine) -> SceneTable {
    let mut table = SceneTable::new(
        "checkpoints",
        "Checkpoints",
        Place::State,
        &[
            "Checkpoint",
            "Began",
            "Took#",
            "Waited for barriers#",
            "Bytes#",
            "Offsets",
            "In flight#",
            "Outcome",
        ],
    );
    let line = |id: u32, began, took, waited, contents: &Contents, outcome: &str, standing| {
        row(
            format!("checkpoint:{id}"),
            standing,
            vec![
                id.to_string(),
                time(began),
                time(took),
                time(waited),
                bytes(contents.bytes),
                offsets(&contents.offsets),
                contents.in_flight.len().to_string(),
                outcome.into(),
            ],
        )
    };
    if let Some(p) = &m.coordinator.pending {
        let took = m.now - p.began;
        let outcome = format!("under way, {} of {}", p.acks.len(), m.tasks.len());
        table.rows.push(line(
            p.id,
            p.began,
            took,
            p.waited,
            &p.contents,
            &outcome,
            Health::Dim,
        ));
    }
    for e in m.coordinator.ended.iter().rev() {
        let (outcome, standing) = outcome(e);
        let took = e.at - e.began;
        table.rows.push(line(
            e.id,
            e.began,
            took,
            e.waited,
            &e.contents,
            outcome,
            standing,
        ));
    }
    table.says = m.coordinator.last().map_or_else(
        || "No checkpoint is complete: a restart begins with nothing.".into(),
        |last| format!("A restart begins with checkpoint {}.", last.id),
    );
    cut(table)
}

fn outcome(ended: &Ended) -> (&'static str, Health) {
    match (ended.outcome, ended.savepoint) {
        (Outcome::Completed, false) => ("complete", Health::Good),
        (Outcome::Completed, true) => ("complete, savepoint", Health::Good),
        (Outcome::Expired, _) => ("given up", Health::Bad),
        (Outcome::Died, _) => ("died with the job", Health::Bad),
    }
}

/// What is in the last complete checkpoint.
fn contents(m: &Machine) -> SceneTable {
    let mut table = SceneTable::new(
        "contents",
        "In the last complete checkpoint",
        Place::State,
        &["What", "Where", "Value"],
    );
    let Some(last) = m.coordinator.last() else {
        table.says = "There is none.".into();
        return table;
    };
    let mut push = |id: String, what: &str, place: String, value: String| {
        table
            .rows
            .push(row(id, Health::Plain, vec![what.into(), place, value]));
    };
    for (partition, offset) in last.contents.offsets.iter().enumerate() {
        push(
            format!("log:{partition}"),
            "offset",
            format!("partition {partition}"),
            offset.to_string(),
        );
    }
    for (key, cell) in &last.contents.cells {
        let key = &m.feed.keys[*key as usize];
        push(
            format!("key:{key}"),
            "state",
            key.clone(),
            format!("{}, {}", cell.count, cell.sum),
        );
    }
    for place in &last.contents.in_flight {
        let name = &m.feed.records[place.item.record as usize].name;
        let side = match place.channel {
            Some(channel) => format!("{}, input {channel}", place.task.text()),
            None => format!("{}, output", place.task.text()),
        };
        push(
            format!("event:{name}"),
            "event in flight",
            side,
            name.clone(),
        );
    }
    for number in &last.contents.transactions {
        let t = &m.store.transactions[*number as usize];
        push(
            format!("transaction:{number}"),
            "transaction",
            format!("Sink {}", t.subtask),
            format!("{number}, {}", some(t.rows, "row")),
        );
    }
    table.says = format!("Checkpoint {}, {}.", last.id, bytes(last.contents.bytes));
    cut(table)
}

fn state(flow: &Flow, m: &Machine) -> SceneTable {
    let mut table = SceneTable::new(
        "state",
        "Keyed state",
        Place::State,
        &[
            "Key",
            "Key group#",
            "Task#",
            "Count#",
            "Sum#",
            "In the checkpoint",
        ],
    );
    let saved = m.coordinator.last();
    let saved = |key: &u32| saved.and_then(|last| last.contents.cells.get(key));
    let mut cells: Vec<(&u32, &Cell, String)> = Vec::new();
    for task in m.stage(Stage::Operator) {
        for (key, cell) in &task.cells {
            cells.push((key, cell, task.name.subtask.to_string()));
        }
    }
    if cells.is_empty() {
        cells.extend(m.outside.iter().map(|(key, cell)| (key, cell, "–".into())));
    }
    cells.sort_by_key(|(key, ..)| **key);
    for (key, cell, task) in cells {
        table.rows.push(row(
            format!("key:{}", m.feed.keys[*key as usize]),
            Health::Plain,
            vec![
                m.feed.keys[*key as usize].clone(),
                m.feed.groups[*key as usize].to_string(),
                task,
                cell.count.to_string(),
                cell.sum.to_string(),
                saved(key).map_or_else(|| "–".into(), |c| format!("{}, {}", c.count, c.sum)),
            ],
        ));
    }
    table.says = format!(
        "{} key groups on {}.",
        flow.operator.max_parallelism,
        some(m.parallelism, "task")
    );
    cut(table)
}

fn partitions(flow: &Flow, m: &Machine) -> SceneTable {
    let mut table = SceneTable::new(
        "offsets",
        "Offsets",
        Place::State,
        &[
            "Partition",
            "End#",
            "Read#",
            "Lag#",
            "In the checkpoint#",
            "Committed#",
        ],
    );
    let last = m.coordinator.last();
    for (partition, task) in m.stage(Stage::Source).enumerate() {
        let end = m.log.ends[partition];
        let saved = last.map(|last| last.contents.offsets[partition]);
        let committed = match flow.source.offsets {
            Offsets::OnRead => m.log.committed[partition].to_string(),
            Offsets::Checkpoint => "–".into(),
        };
        table.rows.push(row(
            format!("log:{partition}"),
            Health::Plain,
            vec![
                partition.to_string(),
                end.to_string(),
                task.position.to_string(),
                end.saturating_sub(task.position).to_string(),
                saved.map_or_else(|| "–".into(), |saved| saved.to_string()),
                committed,
            ],
        ));
    }
    table.says = match flow.source.offsets {
        Offsets::Checkpoint => {
            "After a crash reading begins at the offset in the checkpoint.".into()
        }
        Offsets::OnRead => "After a crash reading goes on at the committed offset.".into(),
    };
    table
}

/// The counting tasks with their keys, and which key groups they have.
pub(super) fn key_groups(flow: &Flow, m: &Machine) -> Loads {
    let of = flow.operator.max_parallelism;
    let groups = NonZeroU32::new(of).unwrap_or(NonZeroU32::MIN);
    let task = |group: u32| flink_subtask(group, groups, m.parallelism);
    let events = |key: usize| {
        let all = m
            .stage(Stage::Operator)
            .filter_map(|t| t.cells.get(&(key as u32)));
        all.map(|cell| cell.count).sum::<u64>()
    };
    let keys = 0..m.feed.keys.len();
    let bars: Vec<Bar> = (0..m.parallelism)
        .map(|subtask| {
            let mut own = (0..of).filter(|group| task(*group) == subtask);
            let first = own.next().unwrap_or_default();
            let last = own.next_back().unwrap_or(first);
            let segments: Vec<Segment> = keys
                .clone()
                .filter(|key| task(m.feed.groups[*key]) == subtask)
                .map(|key| Segment {
                    label: format!("{} (group {})", m.feed.keys[key], m.feed.groups[key]),
                    class: key as u32,
                    value: events(key) as f64,
                })
                .collect();
            Bar {
                id: format!("task:count:{subtask}"),
                label: format!("Count {subtask}"),
                total: segments.iter().map(|segment| segment.value).sum(),
                segments,
                note: format!("groups {first} to {last}"),
                health: Health::Plain,
            }
        })
        .collect();
    let total: f64 = bars.iter().map(|bar| bar.total).sum();
    Loads {
        id: "tasks".into(),
        title: "Events counted, by task".into(),
        unit: "events".into(),
        mean: total / f64::from(m.parallelism.max(1)),
        says: format!(
            "{of} key groups on {}: a key stays in its group, a group stays whole.",
            some(m.parallelism, "task")
        ),
        classes: keys
            .map(|key| KeyClass {
                class: key as u32,
                label: m.feed.keys[key].clone(),
            })
            .collect(),
        bars,
    }
}
