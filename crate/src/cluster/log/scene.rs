//! What there is to see of a topic: its partitions, what is kept, and what readers compute.

use super::views::{UNKNOWN, Views};
use super::{Log, Told, Topic};
use crate::cluster::played::Entry;
use crate::cluster::scene::{
    Bar, ClusterScene, Edge, Figure, Graph, Health, Loads, Node, NodeKind, Place, SceneTable,
    Segment, TableRow,
};
use crate::measure::{Measured, Unit};
use crate::time::{Span, format_span};
use crate::wording::counted;
use std::collections::{BTreeMap, BTreeSet};

/// How many rows a table lists.
const LISTED: usize = 40;

fn value(number: Option<f64>) -> Measured {
    let rounded = number.map(|n| (n * 100.0).round() / 100.0);
    Measured {
        number: rounded,
        text: rounded.map_or_else(|| "none".into(), |n| n.to_string()),
        unit: Unit::Value,
    }
}

fn span(ms: Option<i64>) -> Measured {
    Measured {
        number: ms.map(|ms| ms as f64),
        text: ms.map_or_else(|| "none".into(), |ms| format_span(Span(ms))),
        unit: Unit::Span,
    }
}

/// The partitions in which each key has records.
fn spread(model: &Log, state: &Topic) -> BTreeMap<String, BTreeSet<usize>> {
    let mut keys: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (number, partition) in state.partitions.iter().enumerate() {
        for kept in &partition.kept {
            keys.entry(model.key_of(kept.record))
                .or_default()
                .insert(number);
        }
    }
    keys
}

/// The latest row of each key: what a reader has who loads the log into a table.
fn rows(model: &Log, state: &Topic) -> BTreeMap<String, usize> {
    let mut rows = BTreeMap::new();
    for kept in state
        .partitions
        .iter()
        .flat_map(|partition| &partition.kept)
    {
        let row = rows.entry(model.key_of(kept.record)).or_insert(kept.record);
        *row = kept.record.max(*row);
    }
    rows.retain(|_, record| !model.records[*record].tombstone);
    rows
}

pub(super) fn figures(model: &Log, state: &Topic) -> Vec<Figure> {
    let views = Views::of(model, state);
    let now = state
        .appended
        .checked_sub(1)
        .map_or(0, |last| model.records[last].at.0);
    let keys = spread(model, state);
    let kept: usize = state
        .partitions
        .iter()
        .map(|partition| partition.kept.len())
        .sum();
    let unknown =
        |((_, city), n): (&(i64, String), &u32)| if city == UNKNOWN { u64::from(*n) } else { 0 };
    let drivers = (0..state.appended).filter(|record| model.field(*record, "driver_id").is_some());
    let average = (views.counted > 0).then(|| views.value / f64::from(views.counted));
    let mut figures = vec![
        Figure::count("log.kept", "records in the log", kept as u64),
        Figure::count(
            "log.removed",
            "records removed by compaction",
            state.removed.into(),
        ),
        Figure::count(
            "orders.counted",
            "orders that the reader counts",
            views.counted.into(),
        ),
        Figure::count(
            "in.progress",
            "orders in progress",
            views.in_progress().into(),
        ),
    ];
    let aside = [
        Figure::count("orders", "orders there are", views.orders.len() as u64),
        Figure::new(
            "delivery",
            "delivery time, over those of the last 5 min",
            span(views.delivery(now)),
        ),
        Figure::new("order.value", "average order value", value(average)),
        Figure::count(
            "city.unknown",
            "orders of an unknown city",
            views.minutes.iter().map(unknown).sum(),
        ),
        Figure::count(
            "driver.known",
            "events with a driver_id",
            drivers.count() as u64,
        ),
        Figure::count(
            "rows",
            "rows that a table read from the log has",
            rows(model, state).len() as u64,
        ),
        Figure::count(
            "keys.split",
            "keys with records in more than one partition",
            keys.values().filter(|p| p.len() > 1).count() as u64,
        ),
        Figure::count("keys", "keys", keys.len() as u64),
    ];
    figures.extend(aside.into_iter().map(Figure::aside));
    figures
}

fn graph(state: &Topic, last: &[Entry<Told>]) -> Graph {
    let mut nodes = vec![Node {
        id: "producers".into(),
        label: "Producers".into(),
        kind: NodeKind::Source,
        lines: vec![format!("{} appended", counted(state.appended, "record"))],
        ..Node::default()
    }];
    let mut edges = Vec::new();
    for (number, partition) in state.partitions.iter().enumerate() {
        let id = format!("partition:{number}");
        nodes.push(Node {
            id: id.clone(),
            label: format!("Partition {number}"),
            kind: NodeKind::Log,
            column: 1,
            row: number as u32,
            lines: vec![
                counted(partition.kept.len(), "record"),
                format!("next offset {}", partition.end),
            ],
            changed: last.iter().any(|entry| matches!(entry.fact, Told::Appended { partition, .. } if partition as usize == number)),
            ..Node::default()
        });
        for (from, to) in [("producers", id.as_str()), (id.as_str(), "reader")] {
            edges.push(Edge {
                id: format!("{from}-{to}"),
                from: from.into(),
                to: to.into(),
                ..Edge::default()
            });
        }
    }
    nodes.push(Node {
        id: "reader".into(),
        label: "Reader".into(),
        kind: NodeKind::Reader,
        column: 2,
        lines: vec!["reads from offset 0".into()],
        ..Node::default()
    });
    Graph { nodes, edges }
}

fn loads(model: &Log, state: &Topic) -> Loads {
    let classes: BTreeMap<String, u32> = (0..state.appended)
        .map(|r| model.key_of(r))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .zip(0..)
        .collect();
    let bar = |(number, partition): (usize, &super::Partition)| {
        let mut keys: BTreeMap<String, f64> = BTreeMap::new();
        for kept in &partition.kept {
            *keys.entry(model.key_of(kept.record)).or_default() += 1.0;
        }
        Bar {
            id: format!("partition:{number}"),
            label: number.to_string(),
            total: partition.kept.len() as f64,
            segments: keys
                .into_iter()
                .map(|(label, value)| Segment {
                    class: classes.get(&label).copied().unwrap_or(0),
                    label,
                    value,
                })
                .collect(),
            ..Bar::default()
        }
    };
    let bars: Vec<Bar> = state.partitions.iter().enumerate().map(bar).collect();
    let kept: f64 = bars.iter().map(|bar| bar.total).sum();
    Loads {
        id: "partitions".into(),
        title: "Records by partition".into(),
        unit: "rows".into(),
        mean: kept / bars.len().max(1) as f64,
        says: format!(
            "{} of {}.",
            counted(kept as u64, "record"),
            counted(classes.len(), "key")
        ),
        bars,
        ..Loads::default()
    }
}

/// Every record that is still in the log.
fn log(model: &Log, state: &Topic) -> SceneTable {
    let names: Vec<&str> = model
        .names()
        .into_iter()
        .filter(|n| !model.without.iter().any(|w| w == n))
        .collect();
    let mut columns = vec!["Partition#", "Offset#", "At"];
    columns.extend(&names);
    let mut table = SceneTable::new("log", "The log", Place::State, &columns);
    let mut kept: Vec<(usize, usize, u32)> = Vec::new();
    for (number, partition) in state.partitions.iter().enumerate() {
        kept.extend(partition.kept.iter().map(|k| (k.record, number, k.offset)));
    }
    kept.sort_unstable();
    table.more = kept.len().saturating_sub(LISTED) as u32;
    for (record, partition, offset) in kept.into_iter().rev().take(LISTED) {
        let mut cells = vec![
            partition.to_string(),
            offset.to_string(),
            format_span(model.records[record].at),
        ];
        cells.extend(
            names
                .iter()
                .map(|name| model.field(record, name).unwrap_or("").to_string()),
        );
        table.rows.push(TableRow {
            id: format!("record:{record}"),
            cells,
            health: if model.records[record].tombstone {
                Health::Dim
            } else {
                Health::Plain
            },
            changed: record + 1 == state.appended,
        });
    }
    table.says = format!("{} removed by compaction. The newest first.", state.removed);
    table
}

fn minutes(views: &Views) -> SceneTable {
    let mut table = SceneTable::new(
        "minutes",
        "Orders per minute, by city",
        Place::Results,
        &["Minute", "City", "Orders#"],
    );
    for ((minute, city), orders) in &views.minutes {
        table.rows.push(TableRow {
            id: format!("minute:{minute}:{city}"),
            cells: vec![
                format_span(Span(minute * 60_000)),
                city.clone(),
                orders.to_string(),
            ],
            health: if city == UNKNOWN {
                Health::Warning
            } else {
                Health::Plain
            },
            changed: false,
        });
    }
    table.says = format!("{} in all.", views.counted);
    table
}

fn orders(views: &Views) -> SceneTable {
    let mut table = SceneTable::new(
        "orders",
        "One row for each order, as it is now",
        Place::Results,
        &["Order", "Status", "Requested", "Delivered", "Value#"],
    );
    let time = |at: Option<i64>| at.map_or_else(String::new, |at| format_span(Span(at)));
    for (id, row) in views.orders.iter().take(LISTED) {
        table.rows.push(TableRow {
            id: format!("order:{id}"),
            cells: vec![
                id.clone(),
                row.status.clone(),
                time(row.requested),
                time(row.delivered),
                row.value.to_string(),
            ],
            ..TableRow::default()
        });
    }
    table.more = views.orders.len().saturating_sub(LISTED) as u32;
    table.says = format!("{} in progress.", views.in_progress());
    table
}

/// What a reader has who loads the log into a table by its key.
fn lookup(model: &Log, state: &Topic) -> SceneTable {
    let names = model.names();
    let mut columns = vec!["Key"];
    columns.extend(&names);
    let mut table = SceneTable::new("lookup", "Loaded into a table", Place::Results, &columns);
    let rows = rows(model, state);
    for (key, record) in rows.iter().take(LISTED) {
        let mut cells = vec![key.clone()];
        cells.extend(
            names
                .iter()
                .map(|name| model.field(*record, name).unwrap_or("").to_string()),
        );
        table.rows.push(TableRow {
            id: format!("key:{key}"),
            cells,
            ..TableRow::default()
        });
    }
    table.more = rows.len().saturating_sub(LISTED) as u32;
    table.says = format!("{}: the latest of each key.", counted(rows.len(), "row"));
    table
}

pub(super) fn scene(model: &Log, state: &Topic, last: &[Entry<Told>]) -> ClusterScene {
    let views = Views::of(model, state);
    let results = if model.names().contains(super::TYPE) {
        vec![minutes(&views), orders(&views)]
    } else {
        vec![lookup(model, state)]
    };
    let mut tables = results;
    tables.push(log(model, state));
    ClusterScene {
        graph: Some(graph(state, last)),
        loads: vec![loads(model, state)],
        tables,
        ..ClusterScene::default()
    }
}
