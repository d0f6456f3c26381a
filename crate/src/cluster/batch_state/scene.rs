//! What there is to see of the query: its boxes with rows on their way, the copies of the state, the plan as Spark prints it.

use super::store::Holds;
use super::words::{clock, key, phase, row, thing};
use super::{BatchState, Key, Mode, Phase, Provider, Query, Row};
use crate::cluster::scene::{
    Action, ClusterScene, Edge, Graph, Health, Node, NodeKind, Place, Plan, PlanNode, SceneTable,
    TableRow, Token, TokenKind,
};
use crate::knobs::{Setting, SettingValue};
use crate::wording::counted;
use std::collections::BTreeMap;

/// The boxes of the plan, first to run first.
const BOXES: [Phase; 7] = [
    Phase::Partial,
    Phase::Exchange,
    Phase::Merge,
    Phase::Restore,
    Phase::MergeState,
    Phase::Save,
    Phase::Final,
];

/// The box that ran last; none between batches.
fn last_box(state: &Query) -> Option<usize> {
    let next = BOXES.iter().position(|each| *each == state.phase);
    match state.phase {
        Phase::Offsets => None,
        Phase::Commit => Some(BOXES.len() - 1),
        _ => next?.checked_sub(1),
    }
}

/// Rows on their way out of the box that ran last.
pub(super) fn under_way(state: &Query) -> Vec<(Key, Row)> {
    let moving = || state.moving.iter().map(|(k, r)| (k.clone(), *r)).collect();
    match state.phase {
        Phase::Offsets | Phase::Partial | Phase::Commit => Vec::new(),
        Phase::Exchange | Phase::Merge => state
            .partial
            .iter()
            .flatten()
            .map(|(k, r)| (k.clone(), *r))
            .collect(),
        Phase::Restore | Phase::Save => moving(),
        Phase::MergeState => {
            let mut rows: Vec<(Key, Row)> = moving();
            rows.extend(state.restored.iter().map(|(k, r)| (k.clone(), *r)));
            rows.sort();
            rows
        }
        Phase::Final => state.emitted.clone(),
    }
}

pub(super) fn durable(state: &Query) -> BTreeMap<Key, Row> {
    let stores = state.stores.iter();
    stores
        .flat_map(|store| store.durable(store.newest()))
        .collect()
}

pub(super) fn local(state: &Query) -> BTreeMap<Key, Row> {
    let stores = state.stores.iter().filter_map(|store| store.local.as_ref());
    stores.flat_map(|local| local.rows.clone()).collect()
}

pub(super) fn version(state: &Query) -> u64 {
    state
        .stores
        .iter()
        .map(super::store::Store::newest)
        .min()
        .unwrap_or(0)
}

pub(super) fn scene(model: &BatchState, state: &Query) -> ClusterScene {
    ClusterScene {
        graph: Some(graph(model, state)),
        plans: vec![plan(model, state)],
        tables: vec![rows(model, state), files(model, state), out(state)],
        actions: vec![Action {
            label: "Kill the executor now".into(),
            set: vec![Setting {
                knob: "state.kill".into(),
                value: SettingValue::Number(i64::from(state.taken) + 1),
            }],
        }],
        ..ClusterScene::default()
    }
}

fn graph(model: &BatchState, state: &Query) -> Graph {
    let last = last_box(state);
    let classes: Vec<Key> = model.keys().into_iter().collect();
    let mut nodes = Vec::new();
    let mut edges = Vec::new();
    for (i, each) in BOXES.iter().enumerate() {
        nodes.push(Node {
            id: format!("box:{i}"),
            label: phase(*each).into(),
            kind: NodeKind::Task,
            column: i as u32,
            row: 0,
            changed: last == Some(i),
            ..Node::default()
        });
        let Some(next) = BOXES.get(i + 1).map(|_| i + 1) else {
            continue;
        };
        let here = if last == Some(i) {
            under_way(state)
        } else {
            Vec::new()
        };
        edges.push(Edge {
            id: format!("edge:{i}"),
            from: format!("box:{i}"),
            to: format!("box:{next}"),
            more: here.len().saturating_sub(6) as u32,
            tokens: here
                .iter()
                .take(6)
                .enumerate()
                .map(|(n, (k, r))| Token {
                    id: format!("token:{i}:{n}"),
                    kind: TokenKind::Record,
                    label: format!("{} {}", key(k), row(*r)),
                    class: classes.iter().position(|class| class == k).unwrap_or(0) as u32,
                })
                .collect(),
            changed: last == Some(i),
            ..Edge::default()
        });
    }
    let local = local(state);
    nodes.push(Node {
        id: "local".into(),
        label: format!("executor {}", state.executor),
        column: 3,
        row: 1,
        lines: vec![
            match model.provider {
                Provider::Hdfs => "map on the heap".into(),
                Provider::Rocksdb => "RocksDB, local disk".into(),
            },
            counted(local.len(), "row"),
        ],
        health: if state.stores.iter().any(|store| store.local.is_none()) {
            Health::Bad
        } else {
            Health::Plain
        },
        ..Node::default()
    });
    nodes.push(Node {
        id: "checkpoint".into(),
        label: "checkpoint folder".into(),
        kind: NodeKind::Store,
        column: 5,
        row: 1,
        lines: vec![
            format!("version {}", version(state)),
            counted(durable(state).len(), "row"),
        ],
        health: Health::Good,
        ..Node::default()
    });
    for (from, to) in [
        ("local", "box:3"),
        ("box:5", "checkpoint"),
        ("checkpoint", "local"),
    ] {
        edges.push(Edge {
            id: format!("edge:{from}:{to}"),
            from: from.into(),
            to: to.into(),
            ..Edge::default()
        });
    }
    Graph { nodes, edges }
}

fn rows(model: &BatchState, state: &Query) -> SceneTable {
    let (local, durable) = (local(state), durable(state));
    let mut table = SceneTable::new(
        "rows",
        "State rows {count, sum}",
        Place::State,
        &[
            "Key",
            "Partition#",
            "On the executor",
            "In the checkpoint folder",
            "Removed at watermark",
        ],
    );
    let text = |row: Option<&Row>| row.map_or_else(|| "–".into(), |each| super::words::row(*each));
    for of in model.keys() {
        let gone = state.gone.get(&of);
        let [here, there] = [local.get(&of), durable.get(&of)];
        table.rows.push(TableRow {
            id: thing(&of),
            cells: vec![
                key(&of),
                model.partition(&of).to_string(),
                text(here),
                text(there),
                gone.map_or_else(
                    || clock(model.end(&of)),
                    |gone| format!("gone at {}", clock(gone.watermark)),
                ),
            ],
            health: match (here, there) {
                (None, None) => Health::Dim,
                (None, Some(_)) => Health::Warning,
                (Some(_), _) => Health::Plain,
            },
            changed: state.phase == Phase::Final && state.moving.contains_key(&of),
        });
    }
    table.says = format!("The watermark is {}.", clock(state.watermark));
    table
}

fn files(model: &BatchState, state: &Query) -> SceneTable {
    let mut table = SceneTable::new(
        "files",
        "Checkpoint folder: state/0/<partition>",
        Place::State,
        &["Partition#", "File", "Holds"],
    );
    for (partition, store) in state.stores.iter().enumerate() {
        let needed = store.files_for(store.newest());
        let mut files: Vec<_> = store.files.iter().collect();
        files.sort_by_key(|file| (file.version, matches!(file.holds, Holds::Snapshot(_))));
        for file in files {
            let holds = match &file.holds {
                Holds::Snapshot(rows) => format!("all {} rows", rows.len()),
                Holds::Delta(changes) if changes.is_empty() => "no change".into(),
                Holds::Delta(changes) => {
                    let each = changes.iter().map(|(k, r)| match r {
                        Some(new) => format!("{} → {}", key(k), row(*new)),
                        None => format!("{} removed", key(k)),
                    });
                    each.collect::<Vec<_>>().join(", ")
                }
            };
            let name = file.name(model.provider);
            table.rows.push(TableRow {
                id: format!("file:{partition}:{name}"),
                cells: vec![partition.to_string(), name, holds],
                health: if needed.contains(&file) {
                    Health::Good
                } else {
                    Health::Dim
                },
                changed: state.phase == Phase::Final && file.version == version(state),
            });
        }
    }
    table.says = "Green: what a reload of the newest version reads.".into();
    table
}

fn out(state: &Query) -> SceneTable {
    let mut table = SceneTable::new(
        "out",
        "Rows that came out",
        Place::Results,
        &["Batch#", "Key", "count#", "sum#", "avg#"],
    );
    for (i, out) in state.sink.iter().enumerate() {
        table.rows.push(TableRow {
            id: format!("out:{i}"),
            cells: vec![
                out.batch.to_string(),
                key(&out.key),
                out.row.count.to_string(),
                out.row.sum.to_string(),
                super::figures::hundredths(out.row.average()).to_string(),
            ],
            ..TableRow::default()
        });
    }
    if table.rows.is_empty() {
        table.says = "Nothing has come out yet.".into();
    }
    table
}

pub(super) fn plan(model: &BatchState, state: &Query) -> Plan {
    let last = last_box(state);
    let mode = match model.mode {
        Mode::Append => "Append",
        Mode::Update => "Update",
    };
    let keys = "keys=[window, restaurant]";
    let detail = |each: Phase| match each {
        Phase::Offsets | Phase::Commit => String::new(),
        Phase::Partial => format!("{keys}, functions=[partial_count(1), partial_sum(amount)]"),
        Phase::Exchange => format!("hashpartitioning(window, restaurant, {})", model.partitions),
        Phase::Merge | Phase::MergeState => {
            format!("{keys}, functions=[merge_count(1), merge_sum(amount)]")
        }
        Phase::Restore => "[window, restaurant], state info [opId = 0]".into(),
        Phase::Save => format!(
            "[window, restaurant], state info [opId = 0], {mode}, watermark {}",
            clock(state.watermark)
        ),
        Phase::Final => format!("{keys}, functions=[count(1), sum(amount)]"),
    };
    let name = |each: Phase| {
        phase(each)
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_string()
    };
    let mut text = String::from("== Physical Plan ==\n");
    let mut nodes = Vec::new();
    for (depth, (i, each)) in BOXES.iter().enumerate().rev().enumerate() {
        let indent = if depth == 0 {
            String::new()
        } else {
            format!("{}+- ", "   ".repeat(depth - 1))
        };
        text.extend([indent, name(*each), " ".into(), detail(*each), "\n".into()]);
        nodes.push(PlanNode {
            id: format!("plan:{i}"),
            parent: (depth as u32).checked_sub(1),
            name: name(*each),
            detail: detail(*each),
            rows: (last == Some(i)).then(|| under_way(state).len() as u64),
            stage: u32::from(i > 1),
            exchange: *each == Phase::Exchange,
            changed: last == Some(i),
            ..PlanNode::default()
        });
    }
    Plan {
        id: "plan".into(),
        title: "Streaming aggregation".into(),
        text,
        nodes,
        says: "The state is read by StateStoreRestore and written by StateStoreSave, nowhere else."
            .into(),
    }
}
