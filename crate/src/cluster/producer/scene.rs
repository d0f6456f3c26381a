//! What there is to see of a producer: batches being filled, requests on their way, logs, figures.

use super::{Batch, OVERHEAD, Producer, Sending, Told};
use crate::cluster::played::Entry;
use crate::cluster::scene::{
    Bar, ClusterScene, Edge, Figure, Graph, Health, Loads, Node, NodeKind, Place, SceneTable,
    Segment, TableRow, Token, TokenKind,
};
use crate::measure::{Measured, Unit};
use crate::time::{Span, format_span};
use crate::wording::counted;
use std::collections::VecDeque;

/// How many partitions are drawn one by one.
const DRAWN: usize = 24;

/// How many requests of a broker are drawn one by one.
const TOKENS: usize = 8;

/// Batches of a log that its order is told of.
const ORDER: usize = 8;

fn decimal(number: f64) -> Measured {
    let rounded = (number * 100.0).round() / 100.0;
    Measured {
        number: Some(rounded),
        text: rounded.to_string(),
        unit: Unit::Value,
    }
}

fn span(ms: i64) -> Measured {
    Measured {
        number: Some(ms as f64),
        text: format_span(Span(ms)),
        unit: Unit::Span,
    }
}

fn name(text: impl Into<String>) -> Measured {
    Measured {
        number: None,
        text: text.into(),
        unit: Unit::Name,
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// The order in which the first partition's log has its batches.
fn order(state: &Sending) -> (String, bool) {
    let log = &state.logs[0];
    let numbers: Vec<String> = log.iter().take(ORDER).map(ToString::to_string).collect();
    (numbers.join(", "), log.is_sorted())
}

pub(super) fn figures(model: &Producer, state: &Sending) -> Vec<Figure> {
    let sent = &state.sent;
    let mut figures = vec![
        Figure::count("memory", "bytes of buffer.memory in use", state.memory),
        Figure::count(
            "in.flight",
            "requests without an answer",
            state.requests.len() as u64,
        ),
        Figure::count("batches", "batches sent", sent.batches.into()),
        Figure::new(
            "batch.records",
            "records in a batch, on average",
            decimal(ratio(sent.records as f64, sent.batches.into())),
        ),
        Figure::new(
            "batch.fill",
            "how full batches are, in % of batch.size",
            decimal(
                100.0
                    * ratio(
                        sent.bytes as f64,
                        f64::from(sent.batches) * f64::from(model.batch_size),
                    ),
            ),
        ),
    ];
    figures.extend(asked(model, state).into_iter().map(Figure::aside));
    figures
}

fn asked(model: &Producer, state: &Sending) -> Vec<Figure> {
    let sent = &state.sent;
    let waited = state.blocked_since.map_or(0, |since| state.now - since);
    let (order, kept) = order(state);
    let each = f64::from(model.rate) / f64::from(model.partitions);
    let bytes = each * f64::from(model.record);
    let fill = 1000.0 * ratio(f64::from(model.batch_size.saturating_sub(OVERHEAD)), bytes);
    let largest = sent.largest.as_ref();
    vec![
        Figure::count("requests", "requests sent", sent.requests.into()),
        Figure::count(
            "memory.peak",
            "most bytes of buffer.memory in use",
            state.memory_peak,
        ),
        Figure::new(
            "blocked",
            "time that send() has waited for memory",
            span(state.blocked + waited),
        ),
        Figure::count("failed", "calls of send() that failed", state.failed.into()),
        Figure::new(
            "delay.max",
            "longest wait from send() until it left",
            span(sent.longest_wait),
        ),
        Figure::count(
            "batch.largest.records",
            "records in the largest batch",
            largest.map_or(0, |batch| batch.records.into()),
        ),
        Figure::count(
            "batch.largest.bytes",
            "bytes of the largest batch",
            largest.map_or(0, |batch| batch.bytes.into()),
        ),
        Figure::new(
            "batch.rate",
            "batches sent per second",
            decimal(1000.0 * ratio(sent.batches.into(), state.now as f64)),
        ),
        Figure::new(
            "linger.records",
            "records that one partition gets in linger.ms",
            decimal(each * f64::from(model.linger) / 1000.0),
        ),
        Figure::new(
            "fill.time",
            "time in which one partition's batch would fill",
            span(fill.round() as i64),
        ),
        Figure::count(
            "memory.open",
            "bytes of one open batch for every partition",
            model.allocated() * u64::from(model.partitions),
        ),
        Figure::new(
            "log.order",
            "batches of partition 0, as they are in its log",
            name(if order.is_empty() {
                "none".into()
            } else {
                order
            }),
        ),
        Figure::new(
            "log.kept",
            "whether they are in the order in which they were filled",
            name(if kept { "yes" } else { "no" }),
        ),
        Figure::new(
            "idempotent",
            "whether the producer is idempotent",
            name(if model.idempotent() { "yes" } else { "no" }),
        ),
    ]
}

fn producer_nodes(model: &Producer, state: &Sending) -> [Node; 2] {
    let mut send = Node {
        id: "send".into(),
        label: "send()".into(),
        kind: NodeKind::Source,
        lines: vec![
            format!("{} calls/s", model.rate),
            format!("{} returned, {} failed", state.accepted, state.failed),
        ],
        health: Health::Good,
        state: "running".into(),
        ..Node::default()
    };
    if state.blocked_since.is_some() {
        send.health = Health::Warning;
        send.state = "waits for memory".into();
    }
    let open: usize = state.queues.iter().map(VecDeque::len).sum();
    let memory = Node {
        id: "memory".into(),
        label: "RecordAccumulator".into(),
        column: 1,
        lines: vec![
            format!("{} waiting", counted(open, "batch")),
            format!("{} of {} bytes", state.memory, model.buffer_memory),
        ],
        busy: Some(state.memory as f64 / f64::from(model.buffer_memory)),
        ..Node::default()
    };
    [send, memory]
}

fn broker(model: &Producer, state: &Sending, number: u32, last: &[Entry<Told>]) -> (Node, Edge) {
    let led = (number..model.partitions).step_by(model.brokers as usize);
    let appended: usize = led.clone().map(|p| state.logs[p as usize].len()).sum();
    let requests: Vec<_> = state
        .requests
        .iter()
        .filter(|r| r.broker == number)
        .collect();
    let refused = last.iter().any(|entry| match &entry.fact {
        Told::Refused { batch } | Told::OutOfSequence { batch, .. } => {
            batch.partition % model.brokers == number
        }
        Told::Accepted { .. }
        | Told::Blocked { .. }
        | Told::Unblocked { .. }
        | Told::Failed
        | Told::Sent { .. }
        | Told::Appended { .. } => false,
    });
    let node = Node {
        id: format!("broker:{number}"),
        label: format!("Broker {}", number + 1),
        kind: NodeKind::Log,
        column: 2,
        row: number,
        lines: vec![
            format!("leads {}", counted(led.count(), "partition")),
            format!("{} in the log", counted(appended, "batch")),
        ],
        health: if refused { Health::Bad } else { Health::Plain },
        state: if refused { "refused a batch".into() } else { String::new() },
        changed: last.iter().any(|entry| matches!(&entry.fact, Told::Appended { batch } if batch.partition % model.brokers == number)),
        ..Node::default()
    };
    let token = |request: &&super::Request| {
        let first = request.batches.first();
        Token {
            id: format!("request:{number}:{}", request.answered),
            kind: if first.is_some_and(|b| b.attempts > 1) {
                TokenKind::Replayed
            } else {
                TokenKind::Record
            },
            label: match (request.batches.len(), first) {
                (1, Some(batch)) => format!("batch {}", batch.number),
                (many, _) => counted(many, "batch"),
            },
            class: first.map_or(0, |batch| batch.partition),
        }
    };
    let edge = Edge {
        id: format!("connection:{number}"),
        from: "memory".into(),
        to: format!("broker:{number}"),
        label: format!("{} in flight", requests.len()),
        tokens: requests.iter().take(TOKENS).map(token).collect(),
        more: requests.len().saturating_sub(TOKENS) as u32,
        capacity: Some(model.in_flight),
        ..Edge::default()
    };
    (node, edge)
}

fn graph(model: &Producer, state: &Sending, last: &[Entry<Told>]) -> Graph {
    let mut nodes: Vec<Node> = producer_nodes(model, state).into();
    let mut edges = vec![Edge {
        id: "calls".into(),
        from: "send".into(),
        to: "memory".into(),
        ..Edge::default()
    }];
    for number in 0..model.brokers {
        let (node, edge) = broker(model, state, number, last);
        nodes.push(node);
        edges.push(edge);
    }
    Graph { nodes, edges }
}

fn loads(model: &Producer, state: &Sending) -> Loads {
    let bar = |(partition, queue): (usize, &VecDeque<Batch>)| {
        let segments: Vec<Segment> = queue
            .iter()
            .map(|batch| Segment {
                label: format!("batch {}", batch.number),
                class: batch.number,
                value: batch.bytes.into(),
            })
            .collect();
        Bar {
            id: format!("partition:{partition}"),
            label: partition.to_string(),
            total: segments.iter().map(|segment| segment.value).sum(),
            segments,
            ..Bar::default()
        }
    };
    let bars: Vec<Bar> = state
        .queues
        .iter()
        .enumerate()
        .take(DRAWN)
        .map(bar)
        .collect();
    let mean = ratio(bars.iter().map(|bar| bar.total).sum(), bars.len() as f64);
    Loads {
        id: "open".into(),
        title: "Batches being filled, by partition".into(),
        unit: "bytes".into(),
        says: format!(
            "{} of {}; a batch holds up to {} bytes.",
            bars.len(),
            counted(model.partitions, "partition"),
            model.batch_size
        ),
        bars,
        mean,
        ..Loads::default()
    }
}

fn sent(model: &Producer, state: &Sending) -> SceneTable {
    let mut table = SceneTable::new(
        "sent",
        "Batches sent",
        Place::Results,
        &[
            "Partition#",
            "Batch#",
            "Left at",
            "Records#",
            "Bytes#",
            "Full",
            "First record waited",
        ],
    );
    for (at, batch) in &state.sent.latest {
        let full = 100.0 * ratio(batch.bytes.into(), model.batch_size.into());
        table.rows.push(TableRow {
            id: format!("batch:{}:{}", batch.partition, batch.number),
            cells: vec![
                batch.partition.to_string(),
                batch.number.to_string(),
                format_span(Span(*at)),
                batch.records.to_string(),
                batch.bytes.to_string(),
                format!("{full:.1} %"),
                format_span(Span(at - batch.first)),
            ],
            changed: *at == state.now,
            ..TableRow::default()
        });
    }
    table.more = state.sent.batches - table.rows.len() as u32;
    table.says = format!(
        "{} so far; the newest first.",
        counted(state.sent.batches, "batch")
    );
    table
}

fn log(state: &Sending) -> SceneTable {
    let mut table = SceneTable::new(
        "log",
        "Log of partition 0",
        Place::State,
        &["Place#", "Batch#"],
    );
    let log = &state.logs[0];
    for (place, number) in log.iter().enumerate().take(DRAWN) {
        let behind = place > 0 && log[place - 1] > *number;
        table.rows.push(TableRow {
            id: format!("log:{place}"),
            cells: vec![(place + 1).to_string(), number.to_string()],
            health: if behind { Health::Bad } else { Health::Plain },
            changed: false,
        });
    }
    table.more = log.len().saturating_sub(DRAWN) as u32;
    table.says = if log.is_sorted() {
        "In the order in which the batches were filled.".into()
    } else {
        "Not in the order in which the batches were filled.".into()
    };
    table
}

pub(super) fn scene(model: &Producer, state: &Sending, last: &[Entry<Told>]) -> ClusterScene {
    ClusterScene {
        graph: Some(graph(model, state, last)),
        loads: vec![loads(model, state)],
        tables: vec![sent(model, state), log(state)],
        ..ClusterScene::default()
    }
}
