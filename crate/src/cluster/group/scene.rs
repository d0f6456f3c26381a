//! What there is to see of a group: partitions and their readers, lag, offsets.

use super::{Group, Part, Standing, Told};
use crate::cluster::played::Entry;
use crate::cluster::scene::{
    Bar, ClusterScene, Edge, Figure, Graph, Health, Loads, Node, NodeKind, Place, SceneTable,
    Segment, TableRow,
};
use crate::measure::{Measured, Unit};
use crate::wording::{counted, verb};

pub(super) fn figures(state: &Standing) -> Vec<Figure> {
    let idle = state
        .members
        .iter()
        .filter(|member| state.of(member.number).is_empty())
        .count();
    let unread = state.parts.iter().filter(|p| p.owner.is_none()).count();
    let count = |id: &str, label: &str, n: u64| Figure::count(id, label, n);
    let mut figures = vec![
        count("lag", "records that wait (lag)", state.lag()),
        count(
            "lag.max",
            "lag of the worst partition",
            state.parts.iter().map(Part::lag).max().unwrap_or(0),
        ),
        count("lag.peak", "most lag so far", state.peak),
        count("members", "members", state.members.len() as u64),
        count("idle", "members without a partition", idle as u64),
        count("unread", "partitions that nobody reads", unread as u64),
        count("rebalances", "rebalances", state.rebalances.into()),
        count("revoked", "partitions revoked", state.revoked),
        count("moved", "partitions with another reader", state.moved),
        count(
            "stopped",
            "partition-seconds stopped by rebalances",
            state.stopped,
        ),
        count("processed", "records processed", state.processed),
        count("repeated", "records processed again", state.repeated),
    ];
    for (p, part) in state.parts.iter().enumerate() {
        let lag = Figure::count(
            format!("lag.{p}"),
            format!("lag of partition {p}"),
            part.lag(),
        );
        let owner = Measured {
            number: None,
            text: owner(part),
            unit: Unit::Name,
        };
        let owner = Figure::new(
            format!("owner.{p}"),
            format!("reader of partition {p}"),
            owner,
        );
        figures.extend([lag.aside(), owner.aside()]);
    }
    for member in &state.members {
        let mine = state.of(member.number);
        let name = format!("c{}", member.number);
        let n = mine.len() as u64;
        figures
            .push(Figure::count(format!("has.{name}"), format!("partitions of {name}"), n).aside());
    }
    figures
}

fn owner(part: &Part) -> String {
    part.owner
        .map_or_else(|| "nobody".into(), |member| format!("c{member}"))
}

fn touched(last: &[Entry<Told>], of: u32) -> bool {
    last.iter().any(|entry| match entry.fact {
        Told::Revoked { partition, .. } | Told::Assigned { partition, .. } => partition == of,
        Told::Changed { .. } | Told::Expired { .. } | Told::Began { .. } | Told::Passed { .. } => {
            false
        }
    })
}

pub(super) fn scene(model: &Group, state: &Standing, last: &[Entry<Told>]) -> ClusterScene {
    ClusterScene {
        graph: Some(graph(model, state, last)),
        loads: vec![lags(state)],
        tables: vec![partitions(state, last), members(state)],
        ..ClusterScene::default()
    }
}

fn graph(model: &Group, state: &Standing, last: &[Entry<Told>]) -> Graph {
    let mut graph = Graph::default();
    for (p, part) in (0..).zip(&state.parts) {
        graph.nodes.push(Node {
            id: format!("partition:{p}"),
            label: format!("partition {p}"),
            kind: NodeKind::Log,
            row: p,
            lines: vec![format!("lag {}", part.lag())],
            health: match part.owner {
                Some(_) => Health::Plain,
                None => Health::Warning,
            },
            changed: touched(last, p),
            ..Node::default()
        });
        if let Some(member) = part.owner {
            graph.edges.push(Edge {
                id: format!("read:{p}"),
                from: format!("partition:{p}"),
                to: format!("member:{member}"),
                changed: touched(last, p),
                ..Edge::default()
            });
        }
    }
    for (row, member) in (0..).zip(&state.members) {
        let (word, health) = standing(state, member.number);
        graph.nodes.push(Node {
            id: format!("member:{}", member.number),
            label: format!("c{}", member.number),
            column: 1,
            row,
            lines: vec![format!("up to {} records/s", model.capacity)],
            state: word.into(),
            health,
            ..Node::default()
        });
    }
    graph
}

/// How a member stands, in a word.
fn standing(state: &Standing, number: u32) -> (&'static str, Health) {
    let died = state
        .members
        .iter()
        .any(|member| member.number == number && member.died.is_some());
    let reads = !state.of(number).is_empty();
    match (died, reads, &state.round) {
        (true, _, _) => ("silent", Health::Bad),
        (false, true, _) => ("reading", Health::Good),
        (false, false, Some(_)) => ("rebalancing", Health::Warning),
        (false, false, None) => ("idle", Health::Dim),
    }
}

fn lags(state: &Standing) -> Loads {
    let mean = state.lag() as f64 / state.parts.len() as f64;
    let bars = state.parts.iter().enumerate().map(|(p, part)| Bar {
        id: format!("partition:{p}"),
        label: format!("partition {p}"),
        segments: vec![Segment {
            label: owner(part),
            class: part.owner.unwrap_or(0),
            value: part.lag() as f64,
        }],
        total: part.lag() as f64,
        note: owner(part),
        ..Bar::default()
    });
    Loads {
        id: "lag".into(),
        title: "Lag of each partition".into(),
        unit: "records".into(),
        bars: bars.collect(),
        mean,
        says: format!(
            "{} {}.",
            counted(state.lag(), "record"),
            verb(state.lag(), "waits", "wait")
        ),
        ..Loads::default()
    }
}

fn partitions(state: &Standing, last: &[Entry<Told>]) -> SceneTable {
    let columns = [
        "partition",
        "reader",
        "end#",
        "position#",
        "committed#",
        "lag#",
    ];
    let mut table = SceneTable::new("offsets", "Partitions and offsets", Place::State, &columns);
    for (p, part) in (0..).zip(&state.parts) {
        table.rows.push(TableRow {
            id: format!("partition:{p}"),
            cells: vec![
                p.to_string(),
                owner(part),
                part.end.to_string(),
                part.position.to_string(),
                part.committed.to_string(),
                part.lag().to_string(),
            ],
            health: match part.owner {
                Some(_) => Health::Plain,
                None => Health::Warning,
            },
            changed: touched(last, p),
        });
    }
    table
}

fn members(state: &Standing) -> SceneTable {
    let columns = ["member", "standing", "partitions", "lag#"];
    let mut table = SceneTable::new("members", "Members of the group", Place::Results, &columns);
    for member in &state.members {
        let mine = state.of(member.number);
        let (word, health) = standing(state, member.number);
        let lag: u64 = mine.iter().map(|p| state.parts[*p as usize].lag()).sum();
        let names: Vec<String> = mine.iter().map(ToString::to_string).collect();
        table.rows.push(TableRow {
            id: format!("member:{}", member.number),
            cells: vec![
                format!("c{}", member.number),
                word.into(),
                names.join(", "),
                lag.to_string(),
            ],
            health,
            changed: false,
        });
    }
    table.says = match &state.round {
        Some(round) => format!("Round {} of a rebalance is under way.", round.number),
        None => "The group is stable.".into(),
    };
    table
}
