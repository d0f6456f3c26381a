//! The job as boxes and arrows: log, tasks with what lies in their buffers, sink, reader, coordinator and checkpoints.

use super::channel::{Channel, Element, Item, floating_used};
use super::coordinator::Outcome;
use super::fact::{Fact, OfCheckpoint, OfEvent, OfTransaction, What};
use super::machine::{Job, Machine};
use super::sink::Standing;
use super::spec::{Flow, SinkKind};
use super::task::{Name, Stage, Status, Task};
use super::words::some;
use crate::cluster::played::Entry;
use crate::cluster::scene::{Edge, Graph, Health, Node, NodeKind, Token, TokenKind};

/// More than so many things on an arrow are counted, not drawn.
const DRAWN: usize = 12;

/// All boxes and arrows; `last` is what the last step told.
pub(super) fn graph(flow: &Flow, m: &Machine, last: &[Entry<Fact>]) -> Graph {
    let changed: Vec<Name> = last.iter().flat_map(|e| touched(&e.fact)).collect();
    let mut nodes = Vec::new();
    let mut edges = Vec::new();
    for task in &m.tasks {
        if task.name.stage == Stage::Source {
            nodes.push(log(m, task));
            edges.push(log_edge(m, task));
        }
        nodes.push(task_node(m, task, changed.contains(&task.name)));
        edges.extend(channels(flow, m, task));
        if task.name.stage == Stage::Sink {
            edges.push(sink_edge(task, changed.contains(&task.name)));
        }
    }
    let wrote = last.iter().any(|e| writes(&e.fact));
    nodes.push(sink(flow, m, wrote));
    nodes.push(reader(flow, m, wrote));
    edges.push(Edge {
        id: "edge:reader".into(),
        from: "sink".into(),
        to: "reader".into(),
        changed: wrote,
        ..Edge::default()
    });
    let coordinated = last
        .iter()
        .any(|e| matches!(e.fact.what, What::Checkpoint(_) | What::Job(_)));
    nodes.push(coordinator(flow, m, coordinated));
    nodes.push(checkpoints(flow, m, coordinated));
    edges.push(Edge {
        id: "edge:checkpoints".into(),
        from: "coordinator".into(),
        to: "checkpoints".into(),
        changed: coordinated,
        ..Edge::default()
    });
    Graph { nodes, edges }
}

/// The tasks that a fact is about.
fn touched(fact: &Fact) -> Vec<Name> {
    match &fact.what {
        What::Event(event) => match event {
            OfEvent::Produced { .. } => Vec::new(),
            OfEvent::Read { task, to, .. } | OfEvent::Sent { task, to, .. } => vec![*task, *to],
            OfEvent::Stuck { task, .. }
            | OfEvent::Shed { task, .. }
            | OfEvent::Counted { task, .. }
            | OfEvent::Wrote { task, .. } => vec![*task],
        },
        What::Checkpoint(checkpoint) => match checkpoint {
            OfCheckpoint::Aligning { task, .. }
            | OfCheckpoint::Overtook { task, .. }
            | OfCheckpoint::Snapshot { task, .. }
            | OfCheckpoint::Acked { task, .. } => vec![*task],
            OfCheckpoint::Triggered { .. }
            | OfCheckpoint::Completed { .. }
            | OfCheckpoint::Expired { .. } => Vec::new(),
        },
        What::Transaction(OfTransaction::PreCommitted { task, .. }) => vec![*task],
        What::Transaction(
            OfTransaction::Committed { .. }
            | OfTransaction::Aborted { .. }
            | OfTransaction::TimedOut { .. },
        )
        | What::Job(_) => Vec::new(),
    }
}

/// Whether a fact changes what the sink holds.
fn writes(fact: &Fact) -> bool {
    matches!(
        fact.what,
        What::Event(OfEvent::Wrote { .. }) | What::Transaction(_)
    )
}

fn token(m: &Machine, item: Item) -> Token {
    let record = &m.feed.records[item.record as usize];
    Token {
        id: format!("event:{}", record.name),
        kind: if item.again {
            TokenKind::Replayed
        } else {
            TokenKind::Record
        },
        label: record.name.clone(),
        class: record.key,
    }
}

fn log(m: &Machine, task: &Task) -> Node {
    let partition = task.name.subtask as usize;
    let (end, read) = (m.log.ends[partition], task.position);
    let lag = end.saturating_sub(read);
    Node {
        id: format!("log:{partition}"),
        label: format!("Partition {partition}"),
        kind: NodeKind::Log,
        column: 0,
        row: partition as u32,
        lines: vec![
            some(end, "event"),
            format!("read up to {read}"),
            format!("lag {lag}"),
        ],
        health: if lag > 10 {
            Health::Warning
        } else {
            Health::Plain
        },
        ..Node::default()
    }
}

fn log_edge(m: &Machine, task: &Task) -> Edge {
    let partition = task.name.subtask as usize;
    let (end, read) = (m.log.ends[partition], task.position);
    let tokens: Vec<Token> = (read..end)
        .take(DRAWN / 2)
        .map(|offset| {
            let item = Item {
                record: m.feed.partitions[partition][offset as usize],
                again: offset < m.log.read[partition],
                counted: None,
            };
            token(m, item)
        })
        .collect();
    Edge {
        id: format!("edge:log:{partition}"),
        from: format!("log:{partition}"),
        to: task.name.id(),
        more: end.saturating_sub(read).saturating_sub(tokens.len() as u32),
        tokens,
        ..Edge::default()
    }
}

/// What a task is doing, in the words of Flink's metrics.
fn doing(m: &Machine, task: &Task) -> (&'static str, Health) {
    match m.job {
        Job::Failed => return ("failed", Health::Bad),
        Job::Stopped(_) => return ("stopped", Health::Dim),
        Job::Running => {}
    }
    if task.inputs.iter().any(|input| input.blocked) {
        return ("waits for barriers", Health::Warning);
    }
    match task.status {
        Status::Idle => ("idle", Health::Plain),
        Status::Busy => ("busy", Health::Good),
        Status::Blocked => ("back-pressured", Health::Warning),
    }
}

fn task_node(m: &Machine, task: &Task, changed: bool) -> Node {
    let [_, busy, _] = task.spent_by(m.now);
    let (state, health) = doing(m, task);
    let mut lines = Vec::new();
    match task.name.stage {
        Stage::Source => lines.push(format!("next offset {}", task.position)),
        Stage::Operator => {
            let mut cells = task.cells.iter();
            for (key, cell) in cells.by_ref().take(3) {
                let key = &m.feed.keys[*key as usize];
                lines.push(format!("{key}: {}, {}", cell.count, cell.sum));
            }
            let more = cells.count() as u32;
            if more > 0 {
                lines.push(format!("and {}", some(more, "key")));
            }
        }
        Stage::Sink => {
            if let Some(number) = task.transaction {
                let rows = m.store.transactions[number as usize].rows;
                lines.push(format!("transaction {number}: {}", some(rows, "row")));
            }
        }
    }
    if let Some(item) = task.serving {
        lines.push(format!(
            "works on {}",
            m.feed.records[item.record as usize].name
        ));
    }
    let waits = task.pending.iter().find_map(|out| match out.element {
        Element::Record(item) => Some(item),
        Element::Barrier(_) => None,
    });
    if let Some(item) = waits {
        lines.push(format!(
            "cannot send {}",
            m.feed.records[item.record as usize].name
        ));
    }
    Node {
        id: task.name.id(),
        label: task.name.text(),
        kind: match task.name.stage {
            Stage::Source => NodeKind::Source,
            Stage::Operator => NodeKind::Task,
            Stage::Sink => NodeKind::Sink,
        },
        column: match task.name.stage {
            Stage::Source => 1,
            Stage::Operator => 2,
            Stage::Sink => 3,
        },
        row: task.name.subtask,
        lines,
        busy: Some(busy as f64 / (m.now.max(1)) as f64),
        health,
        state: state.into(),
        changed,
    }
}

/// The channels into a task.
fn channels(flow: &Flow, m: &Machine, task: &Task) -> Vec<Edge> {
    let shared = flow
        .buffers
        .floating
        .saturating_sub(floating_used(&task.inputs, flow.buffers));
    task.inputs
        .iter()
        .enumerate()
        .map(|(i, channel)| {
            let from = match task.name.stage {
                Stage::Sink => Name {
                    stage: Stage::Operator,
                    subtask: task.name.subtask,
                },
                Stage::Source | Stage::Operator => Name {
                    stage: Stage::Source,
                    subtask: i as u32,
                },
            };
            let used = channel.used();
            // Its own buffers, the shared ones that it has, and those that it could have.
            let capacity = used.max(flow.buffers.exclusive) + shared;
            Edge {
                id: format!("{}:from:{i}", task.name.id()),
                from: from.id(),
                to: task.name.id(),
                label: if flow.buffers.events == 1 {
                    format!("{used} of {capacity}")
                } else {
                    format!("{} in {used} of {capacity}", channel.events())
                },
                tokens: tokens(m, channel),
                more: channel.queue.len().saturating_sub(DRAWN) as u32,
                capacity: Some(capacity),
                health: if channel.blocked || used >= capacity {
                    Health::Warning
                } else {
                    Health::Plain
                },
                changed: false,
            }
        })
        .collect()
}

fn tokens(m: &Machine, channel: &Channel) -> Vec<Token> {
    let restored = channel.restored.iter().map(|item| Element::Record(*item));
    let all = restored.chain(channel.queue.iter().copied());
    all.take(DRAWN)
        .map(|element| match element {
            Element::Record(item) => token(m, item),
            Element::Barrier(id) => Token {
                id: format!("checkpoint:{id}"),
                kind: TokenKind::Barrier,
                label: id.to_string(),
                class: 0,
            },
        })
        .collect()
}

fn sink_edge(task: &Task, changed: bool) -> Edge {
    Edge {
        id: format!("{}:out", task.name.id()),
        from: task.name.id(),
        to: "sink".into(),
        changed,
        ..Edge::default()
    }
}

fn sink(flow: &Flow, m: &Machine, changed: bool) -> Node {
    let mut lines = vec![some(m.store.held() as u32, "row")];
    if flow.sink.kind == SinkKind::Transactional {
        for (standing, word) in [
            (Standing::Open, "open"),
            (Standing::PreCommitted, "pre-committed"),
            (Standing::Committed, "committed"),
            (Standing::Aborted, "aborted"),
        ] {
            let all = m.store.transactions.iter();
            let rows: u32 = all.filter(|t| t.standing == standing).map(|t| t.rows).sum();
            if rows > 0 {
                lines.push(format!("{rows} {word}"));
            }
        }
    }
    Node {
        id: "sink".into(),
        label: match flow.sink.kind {
            SinkKind::Append => "Table, append",
            SinkKind::Upsert => "Table, upsert",
            SinkKind::Transactional => "Topic, transactional",
        }
        .into(),
        kind: NodeKind::Store,
        column: 4,
        lines,
        changed,
        ..Node::default()
    }
}

fn reader(flow: &Flow, m: &Machine, changed: bool) -> Node {
    let seen = m.store.seen(&flow.sink).count() as u32;
    let worth: i64 = m
        .store
        .seen(&flow.sink)
        .map(|row| m.feed.records[row.record as usize].value)
        .sum();
    Node {
        id: "reader".into(),
        label: "Reader".into(),
        kind: NodeKind::Reader,
        column: 4,
        row: 1,
        lines: vec![
            format!("sees {}", some(seen, "row")),
            format!("sum {worth}"),
        ],
        changed,
        ..Node::default()
    }
}

/// The row below all tasks.
fn below(flow: &Flow, m: &Machine) -> u32 {
    flow.source.partitions.max(m.parallelism)
}

fn coordinator(flow: &Flow, m: &Machine, changed: bool) -> Node {
    let (state, health) = match m.job {
        Job::Running => ("running", Health::Good),
        Job::Failed => ("restarting", Health::Bad),
        Job::Stopped(_) => ("stopped", Health::Dim),
    };
    let line = m.coordinator.pending.as_ref().map_or_else(
        || "no checkpoint now".into(),
        |pending| {
            let what = if pending.savepoint {
                "savepoint"
            } else {
                "checkpoint"
            };
            format!(
                "{what} {}: {} of {}",
                pending.id,
                pending.acks.len(),
                m.tasks.len()
            )
        },
    );
    Node {
        id: "coordinator".into(),
        label: "JobManager".into(),
        kind: NodeKind::Coordinator,
        column: 1,
        row: below(flow, m),
        lines: vec![line],
        health,
        state: state.into(),
        changed,
        ..Node::default()
    }
}

fn checkpoints(flow: &Flow, m: &Machine, changed: bool) -> Node {
    let lines = m.coordinator.last().map_or_else(
        || vec!["none complete".into()],
        |last| {
            let count: u64 = last.contents.cells.values().map(|cell| cell.count).sum();
            vec![
                format!("last complete: {}", last.id),
                super::words::offsets(&last.contents.offsets),
                format!("count {count}"),
            ]
        },
    );
    Node {
        id: "checkpoints".into(),
        label: "Checkpoints".into(),
        kind: NodeKind::Store,
        column: 2,
        row: below(flow, m),
        lines,
        health: if m.coordinator.count(Outcome::Completed) > 0 {
            Health::Good
        } else {
            Health::Dim
        },
        changed,
        ..Node::default()
    }
}
