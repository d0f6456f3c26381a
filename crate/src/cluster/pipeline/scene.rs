//! What there is to see of a pipeline: its boxes, its gauges with their limits, the serving table.

use super::{Fault, Flowing, GAUGES, Gauge, Pipeline, Told};
use crate::cluster::played::Entry;
use crate::cluster::scene::{
    ClusterScene, Edge, Figure, Graph, Health, Node, NodeKind, Place, SceneTable, TableRow,
};
use crate::measure::{Measured, Unit};
use crate::time::{Span, format_span};
use crate::wording::counted;
use std::collections::VecDeque;

fn span(ms: i64) -> Measured {
    Measured {
        number: Some(ms as f64),
        text: format_span(Span(ms)),
        unit: Unit::Span,
    }
}

fn name(text: &str) -> Measured {
    Measured {
        number: None,
        text: text.into(),
        unit: Unit::Name,
    }
}

pub(super) fn label(gauge: Gauge) -> &'static str {
    match gauge {
        Gauge::P99 => "p99 of batch durations",
        Gauge::SourceLag => "lag behind the orders topic",
        Gauge::OutputLag => "lag behind the topic of aggregates",
        Gauge::Freshness => "age of what the dashboard shows",
        Gauge::Retries => "failed batches and retried tasks",
        Gauge::Backwards => "rows that went back",
    }
}

/// What a gauge shows, as it is read.
pub(super) fn reading(gauge: Gauge, shows: i64) -> String {
    match gauge {
        Gauge::P99 | Gauge::SourceLag | Gauge::OutputLag | Gauge::Freshness => {
            format_span(Span(shows))
        }
        Gauge::Retries | Gauge::Backwards => shows.to_string(),
    }
}

pub(super) fn figures(model: &Pipeline, state: &Flowing) -> Vec<Figure> {
    let mut figures: Vec<Figure> = GAUGES
        .iter()
        .map(|(gauge, id, _)| {
            let shows = model.shows(state, *gauge);
            let measured = match gauge {
                Gauge::P99 | Gauge::SourceLag | Gauge::OutputLag | Gauge::Freshness => span(shows),
                Gauge::Retries | Gauge::Backwards => Measured {
                    number: Some(shows as f64),
                    text: shows.to_string(),
                    unit: Unit::Count,
                },
            };
            Figure::new(*id, label(*gauge), measured)
        })
        .collect();
    let shown: u32 = state.store.values().map(|row| row.count).sum();
    let first = state.alarms.first().map_or("none", |(first, _)| {
        GAUGES
            .iter()
            .find(|(gauge, _, _)| gauge == first)
            .map_or("none", |(_, id, _)| id)
    });
    let aside = [
        Figure::count("orders.shown", "orders on the dashboard", shown.into()),
        Figure::count("orders.made", "orders made", state.made.into()),
        Figure::count(
            "ledger.missing",
            "orders made that the dashboard does not have",
            state.made.saturating_sub(shown).into(),
        ),
        Figure::count(
            "ledger.doubled",
            "orders that it has too many",
            shown.saturating_sub(state.made).into(),
        ),
        Figure::new("alarm.first", "the first alarm", name(first)),
        Figure::count("alarms", "alarms", state.alarms.len() as u64),
        Figure::count("batches.failed", "batches that failed", state.failed.into()),
        // A group that never committed has no offset, and no lag.
        Figure::new(
            "group.lag",
            "consumer-group lag that Kafka reports for the job",
            Measured {
                number: group_lag(state).map(f64::from),
                text: group_lag(state).map_or_else(|| "none".into(), |lag| lag.to_string()),
                unit: Unit::Count,
            },
        ),
        Figure::count(
            "state.partitions",
            "partitions of the job's state",
            state.partitions.unwrap_or_default().into(),
        ),
    ];
    figures.extend(aside.into_iter().map(Figure::aside));
    for (key, row) in &state.store {
        figures.push(
            Figure::count(
                format!("row.{key}"),
                format!("orders of {key} on the dashboard"),
                row.count.into(),
            )
            .aside(),
        );
    }
    figures
}

/// What `kafka-consumer-groups` shows: orders in the topic behind the offset that the job's group has committed.
pub(super) fn group_lag(state: &Flowing) -> Option<u32> {
    state.group.map(|offset| state.made - offset)
}

fn node(id: &str, label: &str, kind: NodeKind, column: u32, lines: Vec<String>) -> Node {
    Node {
        id: id.into(),
        label: label.into(),
        kind,
        column,
        lines,
        ..Node::default()
    }
}

fn graph(model: &Pipeline, state: &Flowing, last: &[Entry<Told>]) -> Graph {
    let now = state.now;
    let mut job = node(
        "job",
        "Spark job",
        NodeKind::Task,
        1,
        vec![
            match state.running {
                Some(running) => format!(
                    "batch {}: {} orders",
                    state.version + 1,
                    running.upto - state.done
                ),
                None => "waits for the trigger".into(),
            },
            state.partitions.map_or_else(
                || "no state yet".into(),
                |partitions| format!("{} of state", counted(partitions, "partition")),
            ),
            group_lag(state).map_or_else(
                || "group lag at Kafka: none".into(),
                |lag| format!("group lag at Kafka: {lag}"),
            ),
        ],
    );
    let trouble = last
        .iter()
        .any(|entry| matches!(entry.fact, Told::Failed { .. } | Told::Lost { .. }));
    (job.health, job.state) = if trouble {
        (Health::Bad, "failed".into())
    } else {
        (Health::Good, "running".into())
    };
    let down = model.faulty(Fault::StoreDown, now);
    let mut store = node(
        "store",
        "Serving table",
        NodeKind::Store,
        3,
        vec![counted(state.store.len(), "row")],
    );
    (store.health, store.state) = if down {
        (Health::Bad, "down".into())
    } else {
        (Health::Good, "up".into())
    };
    let shown: u32 = state.store.values().map(|row| row.count).sum();
    let age = format!(
        "{} old",
        format_span(Span(model.shows(state, Gauge::Freshness)))
    );
    let mut nodes = vec![
        node(
            "orders",
            "orders_events",
            NodeKind::Log,
            0,
            vec![
                counted(state.made, "order"),
                format!("{} not in a finished batch", state.made - state.done),
            ],
        ),
        job,
        store,
        node(
            "dashboard",
            "Dashboard",
            NodeKind::Reader,
            4,
            vec![counted(shown, "order"), age],
        ),
    ];
    let edge = |from: &str, to: &str| Edge {
        id: format!("{from}-{to}"),
        from: from.into(),
        to: to.into(),
        ..Edge::default()
    };
    let mut edges = vec![edge("orders", "job"), edge("store", "dashboard")];
    if model.hop {
        let waiting: usize = state.topic.iter().map(VecDeque::len).sum();
        let lines = vec![
            format!("{} waiting", counted(waiting, "row")),
            if model.keyed {
                "keyed by restaurant".into()
            } else {
                "no key".into()
            },
        ];
        nodes.push(node("output", "aggregates_15min", NodeKind::Log, 2, lines));
        edges.extend([edge("job", "output"), edge("output", "store")]);
    } else {
        edges.push(edge("job", "store"));
    }
    Graph { nodes, edges }
}

fn gauges(model: &Pipeline, state: &Flowing) -> SceneTable {
    let mut table = SceneTable::new(
        "gauges",
        "Gauges",
        Place::State,
        &["Gauge", "Shows#", "Alarm above#", "Went off at"],
    );
    for (gauge, id, limit) in GAUGES {
        let shows = model.shows(state, gauge);
        let off = state.alarms.iter().find(|(known, _)| *known == gauge);
        table.rows.push(TableRow {
            id: format!("gauge:{id}"),
            cells: vec![
                label(gauge).into(),
                reading(gauge, shows),
                reading(gauge, limit),
                off.map_or_else(String::new, |(_, at)| format_span(Span(*at))),
            ],
            health: if shows > limit {
                Health::Bad
            } else {
                Health::Good
            },
            changed: off.is_some_and(|(_, at)| *at == state.now),
        });
    }
    table.says = format!("{} of {} have gone off.", state.alarms.len(), GAUGES.len());
    table
}

fn table(state: &Flowing) -> SceneTable {
    let mut table = SceneTable::new(
        "serving",
        "What the dashboard shows",
        Place::Results,
        &[
            "Restaurant",
            "Orders#",
            "Version#",
            "Latest order at",
            "Written at",
        ],
    );
    for (key, row) in &state.store {
        table.rows.push(TableRow {
            id: format!("row:{key}"),
            cells: vec![
                key.clone(),
                row.count.to_string(),
                row.version.to_string(),
                format_span(Span(row.made)),
                format_span(Span(row.written)),
            ],
            changed: row.written == state.now,
            ..TableRow::default()
        });
    }
    table.says = format!(
        "{} of {} orders.",
        state.store.values().map(|row| row.count).sum::<u32>(),
        state.made
    );
    table
}

pub(super) fn scene(model: &Pipeline, state: &Flowing, last: &[Entry<Told>]) -> ClusterScene {
    ClusterScene {
        graph: Some(graph(model, state, last)),
        tables: vec![table(state), gauges(model, state)],
        ..ClusterScene::default()
    }
}
