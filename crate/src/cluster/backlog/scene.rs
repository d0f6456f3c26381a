//! What there is to see of a backlog: where records wait, the batches there were, figures.

use super::{Backlog, Kind, Load, Told};
use crate::cluster::played::Entry;
use crate::cluster::scene::{
    ClusterScene, Edge, Figure, Graph, Health, Node, NodeKind, Place, SceneTable, TableRow,
};
use crate::measure::{Measured, Unit};
use crate::time::{Span, format_span};
use crate::wording::counted;

/// How many of the latest batches a table lists.
const LISTED: usize = 40;

/// How many batches have figures of their own.
const NUMBERED: usize = 200;

/// A whole number with its thousands set apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn records(thousandths: u64) -> Measured {
    count(thousandths / 1000)
}

fn count(number: u64) -> Measured {
    Measured {
        number: Some(number as f64),
        text: grouped(number),
        unit: Unit::Count,
    }
}

fn span(ms: Option<i64>) -> Measured {
    Measured {
        number: ms.map(|ms| ms as f64),
        text: ms.map_or_else(|| "none".into(), |ms| format_span(Span(ms))),
        unit: Unit::Span,
    }
}

pub(super) fn figures(model: &Backlog, state: &Load) -> Vec<Figure> {
    let mut figures = now(model, state);
    figures.extend(in_all(model, state).into_iter().map(Figure::aside));
    for (number, batch) in state.batches.iter().enumerate().take(NUMBERED) {
        let number = number + 1;
        let id = format!("batch.{number}.records");
        let label = format!("records of batch {number}");
        figures.push(Figure::new(id, label, count(batch.records)).aside());
        let id = format!("batch.{number}.duration");
        let label = format!("duration of batch {number}");
        figures.push(Figure::new(id, label, span(Some(batch.duration))).aside());
    }
    figures
}

/// What is drawn over time.
fn now(model: &Backlog, state: &Load) -> Vec<Figure> {
    let now = state.now;
    let backlog = model.logged().at(now) - state.taken;
    let dropped = model.made().at(now) - model.sent().at(now);
    let inside = match model.engine {
        Kind::MicroBatch => "records in the batch under way",
        Kind::Continuous => "records in the buffers",
    };
    vec![
        Figure::new("backlog", "records waiting in the log", records(backlog)),
        Figure::new("inside", inside, records(state.taken - state.done)),
        Figure::new(
            "freshness",
            "age of the oldest record when it comes out",
            span(Some(state.age)),
        ),
        Figure::new(
            "held",
            "records held by the producers",
            records(model.held(now)),
        ),
        Figure::new("dropped", "records never sent", records(dropped)),
        Figure::new(
            "batch.duration",
            "duration of the latest batch",
            span(state.batches.last().map(|batch| batch.duration)),
        ),
    ]
}

/// What can be asked for besides.
fn in_all(model: &Backlog, state: &Load) -> Vec<Figure> {
    let (now, peak, end) = (state.now, &state.peak, model.spike_end());
    let drain = state.caught_up.map(|at| at - end);
    let triggers = state.caught_up.map(|at| {
        let drains = |batch: &&super::Batch| batch.planned > end && batch.planned <= at;
        state.batches.iter().filter(drains).count()
    });
    let longest = state.batches.iter().map(|batch| batch.duration).max();
    let inside = match model.engine {
        Kind::MicroBatch => "most records in one batch",
        Kind::Continuous => "most records in the buffers",
    };
    vec![
        Figure::new(
            "capacity",
            "records a second that can be processed",
            count(model.capacity(now)),
        ),
        Figure::new(
            "backlog.peak",
            "most records waiting in the log",
            records(peak.backlog),
        ),
        Figure::new(
            "held.peak",
            "most records held by the producers",
            records(peak.held),
        ),
        Figure::new("inside.peak", inside, records(peak.inside)),
        Figure::new(
            "freshness.max",
            "oldest record that ever came out",
            span(Some(peak.age)),
        ),
        Figure::new("batch.max", "longest batch", span(longest)),
        Figure::new(
            "drain",
            "time from the end of the sale until all is caught up",
            span(drain),
        ),
        Figure::new(
            "drain.triggers",
            "batches planned after the sale until all is caught up",
            Measured {
                number: triggers.map(|n| n as f64),
                text: triggers.map_or_else(|| "none".into(), |n| n.to_string()),
                unit: Unit::Count,
            },
        ),
        Figure::count(
            "batch.overlaps",
            "batches planned while another was running",
            state.overlaps.into(),
        ),
    ]
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

fn edge(from: &str, to: &str, label: String) -> Edge {
    Edge {
        id: format!("{from}-{to}"),
        from: from.into(),
        to: to.into(),
        label,
        ..Edge::default()
    }
}

/// Where records wait before the job.
fn before(model: &Backlog, state: &Load) -> [Node; 2] {
    let now = state.now;
    let held = model.held(now) / 1000;
    let backlog = (model.logged().at(now) - state.taken) / 1000;
    let made = format!("{} records/s made", grouped(model.made().rate(now)));
    let lines = vec![made, format!("{} held", grouped(held))];
    let mut producers = node("held", "Producers", NodeKind::Source, 0, lines);
    if held > 0 {
        producers.health = Health::Warning;
        producers.state = "throttled".into();
    }
    let partitions = counted(model.partitions, "partition");
    let lines = vec![partitions, format!("{} waiting", grouped(backlog))];
    let mut log = node("log", "Kafka topic", NodeKind::Log, 1, lines);
    log.changed = backlog > 0;
    if backlog > 0 {
        log.health = Health::Warning;
    }
    [producers, log]
}

fn job(model: &Backlog, state: &Load, last: &[Entry<Told>]) -> Node {
    let now = state.now;
    let inside = (state.taken - state.done) / 1000;
    let (tasks, slots) = model.tasks(now);
    let (label, under_way) = match model.engine {
        Kind::MicroBatch => ("Spark job", format!("{} in the batch", grouped(inside))),
        Kind::Continuous => (
            "Flink job",
            format!(
                "{} of {} buffered",
                grouped(inside),
                grouped(model.buffers.into())
            ),
        ),
    };
    let lines = vec![format!("{tasks} of {slots} slots read"), under_way];
    let mut job = node("job", label, NodeKind::Task, 2, lines);
    let (rate, capacity) = (model.logged().rate(now), model.capacity(now));
    job.busy = Some((rate as f64 / capacity as f64).min(1.0));
    let full = model.engine == Kind::Continuous && inside >= u64::from(model.buffers);
    let late = last
        .iter()
        .any(|entry| matches!(entry.fact, Told::Behind { .. }));
    (job.health, job.state) = match (full, late) {
        (true, _) => (Health::Warning, "back-pressured".into()),
        (_, true) => (Health::Warning, "falling behind".into()),
        _ => (Health::Good, "running".into()),
    };
    job.changed = true;
    job
}

fn graph(model: &Backlog, state: &Load, last: &[Entry<Told>]) -> Graph {
    let now = state.now;
    let [producers, log] = before(model, state);
    let lines = vec![format!("oldest {}", format_span(Span(state.age)))];
    let out = node("out", "Dashboard", NodeKind::Reader, 3, lines);
    let capacity = format!("up to {}/s", grouped(model.capacity(now)));
    let mut pull = edge("log", "job", capacity);
    if model.engine == Kind::Continuous {
        pull.capacity = Some(model.buffers);
        pull.more = ((state.taken - state.done) / 1000) as u32;
    }
    let rate = format!("{}/s", grouped(model.logged().rate(now)));
    Graph {
        nodes: vec![producers, log, job(model, state, last), out],
        edges: vec![
            edge("held", "log", rate),
            pull,
            edge("job", "out", String::new()),
        ],
    }
}

fn table(model: &Backlog, state: &Load) -> SceneTable {
    let mut table = SceneTable::new(
        "batches",
        "Batches",
        Place::Results,
        &[
            "Batch#",
            "Planned",
            "Records#",
            "Takes",
            "Left in the log#",
            "Oldest is then",
        ],
    );
    let first = state.batches.len().saturating_sub(LISTED);
    for (number, batch) in state.batches.iter().enumerate().skip(first).rev() {
        table.rows.push(TableRow {
            id: format!("batch:{}", number + 1),
            cells: vec![
                (number + 1).to_string(),
                format_span(Span(batch.planned)),
                grouped(batch.records),
                format_span(Span(batch.duration)),
                grouped(batch.behind),
                format_span(Span(batch.age)),
            ],
            health: if batch.duration > model.trigger.0 {
                Health::Warning
            } else {
                Health::Good
            },
            changed: number + 1 == state.batches.len(),
        });
    }
    table.more = first as u32;
    table.says = match model.engine {
        Kind::MicroBatch => format!(
            "{} so far; the newest first.",
            counted(state.batches.len(), "batch")
        ),
        Kind::Continuous => "A continuous engine has no batches.".into(),
    };
    table
}

pub(super) fn scene(model: &Backlog, state: &Load, last: &[Entry<Told>]) -> ClusterScene {
    ClusterScene {
        graph: Some(graph(model, state, last)),
        tables: vec![table(model, state)],
        ..ClusterScene::default()
    }
}
