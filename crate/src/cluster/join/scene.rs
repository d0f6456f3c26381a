//! What there is to see of a join: two buffers, what came out, what a batch job would say.

use super::{Buffers, Engine, Join, Kind, Side, Told, flink, flink_sql, spark, text, wm_text};
use crate::cluster::played::{Entry, Played};
use crate::cluster::scene::{
    ClusterScene, Edge, Figure, Graph, Health, Node, NodeKind, Place, SceneTable, TableRow,
};
use crate::explain::{CauseStep, Explanation, Line};
use crate::measure::{Measured, Unit};
use crate::wording::counted;

/// At which watermark a row goes; none if none takes it away.
fn until(model: &Join, row: usize) -> Option<i64> {
    match model.engine {
        Engine::Flink => {
            let both = model.left.delay.is_some() && model.right.delay.is_some();
            both.then(|| flink::cleanup(model, row))
        }
        Engine::FlinkSql => Some(flink_sql::cleanup(model, row)),
        Engine::Spark => spark::until(model, row),
        Engine::KafkaTable => None,
        Engine::FlinkTemporal => (model.rows[row].side == Side::Left).then(|| model.t(row)),
    }
}

fn until_text(model: &Join, row: usize) -> String {
    let without = match model.engine {
        Engine::Flink | Engine::FlinkSql | Engine::Spark => "for ever",
        Engine::KafkaTable => "an update of its key comes",
        Engine::FlinkTemporal => "past a newer version of its key",
    };
    until(model, row).map_or_else(|| without.into(), text)
}

/// What became of a row: `not_arrived`, `joined`, `null`, `late`, `waiting`, `version`, `forgotten`.
fn fate(model: &Join, state: &Buffers, row: usize) -> &'static str {
    let joined =
        |out: &super::Out| out.right.is_some() && (out.left == row || out.right == Some(row));
    let padded = |out: &super::Out| out.right.is_none() && out.left == row;
    if row >= state.taken {
        "not_arrived"
    } else if state.dropped.contains(&row) {
        "late"
    } else if state.out.iter().any(joined) {
        "joined"
    } else if state.out.iter().any(padded) {
        "null"
    } else if state.kept[model.rows[row].side.index()]
        .iter()
        .any(|kept| kept.row == row)
    {
        if model.engine.looks_up() && model.rows[row].side == Side::Right {
            "version"
        } else {
            "waiting"
        }
    } else {
        "forgotten"
    }
}

pub(super) fn figures(model: &Join, state: &Buffers) -> Vec<Figure> {
    let count = |id: &str, label: String, n: usize| Figure::count(id, label, n as u64);
    let [left, right] = [Side::Left, Side::Right].map(|side| state.kept[side.index()].len());
    let joined = state.out.iter().filter(|out| out.right.is_some()).count();
    let pairs = model.pairs(state.taken);
    let given: Vec<(usize, usize)> = state
        .out
        .iter()
        .filter_map(|out| Some((out.left, out.right?)))
        .collect();
    let missed = pairs.iter().filter(|pair| !given.contains(pair)).count();
    let other = given.iter().filter(|pair| !pairs.contains(pair)).count();
    let wrong = state
        .out
        .iter()
        .filter(|out| out.right.is_none() && pairs.iter().any(|(left, _)| *left == out.left))
        .count();
    let mut figures = vec![
        count("state.left", format!("{} kept", model.left.name), left),
        count("state.right", format!("{} kept", model.right.name), right),
        count("state.peak", "most rows kept at once".into(), state.peak),
        count("out.joined", "pairs".into(), joined),
        count(
            "out.null",
            "rows with null".into(),
            state.out.len() - joined,
        ),
        count("late", "late rows dropped".into(), state.dropped.len()),
        count("pairs.all", "pairs a batch job finds".into(), pairs.len()),
        count("pairs.missed", "pairs missed".into(), missed),
        count(
            "out.wrong_null",
            "nulls a batch job would not say".into(),
            wrong,
        ),
    ];
    if model.engine.looks_up() {
        figures.push(count(
            "pairs.other",
            "pairs with another version than a batch as-of join takes".into(),
            other,
        ));
    }
    for (row, written) in model.rows.iter().enumerate() {
        let fate = Measured {
            number: None,
            text: fate(model, state, row).into(),
            unit: Unit::Name,
        };
        let id = format!("fate.{}", written.id);
        figures.push(Figure::new(id, format!("what becomes of {}", written.id), fate).aside());
        if model.engine.looks_up() && written.side == Side::Left {
            figures.push(got(model, state, row));
        }
    }
    figures
}

/// Which version a left row got: its name, `null`, or `nothing`.
fn got(model: &Join, state: &Buffers, row: usize) -> Figure {
    let name = match state.out.iter().find(|out| out.left == row) {
        Some(out) => out
            .right
            .map_or("null", |right| model.rows[right].id.as_str()),
        None => "nothing",
    };
    let version = Measured {
        number: None,
        text: name.into(),
        unit: Unit::Name,
    };
    let id = &model.rows[row].id;
    Figure::new(
        format!("got.{id}"),
        format!("version that {id} got"),
        version,
    )
    .aside()
}

fn touched(last: &[Entry<Told>], of: usize) -> bool {
    last.iter().any(|entry| match entry.fact {
        Told::Dropped { row, .. }
        | Told::Kept { row, .. }
        | Told::Padded { row, .. }
        | Told::Forgotten { row, .. }
        | Told::NoVersion { row, .. } => row == of,
        Told::Replaced { row, by } => row == of || by == of,
        Told::Joined { left, right } => left == of || right == of,
        Told::Batch { .. } | Told::Moved { .. } => false,
    })
}

pub(super) fn scene(model: &Join, state: &Buffers, last: &[Entry<Told>]) -> ClusterScene {
    ClusterScene {
        graph: Some(graph(model, state, last)),
        tables: vec![
            kept(model, state, last, Side::Left),
            kept(model, state, last, Side::Right),
            results(model, state, last),
            rows(model, state, last),
        ],
        ..ClusterScene::default()
    }
}

fn kept(model: &Join, state: &Buffers, last: &[Entry<Told>], side: Side) -> SceneTable {
    let input = model.input(side);
    let id = match side {
        Side::Left => "left",
        Side::Right => "right",
    };
    let title = format!("{}, kept", input.name);
    let columns = [
        "row",
        "key",
        "time",
        "kept until the watermark is",
        "partner",
    ];
    let mut table = SceneTable::new(id, &title, Place::State, &columns);
    for kept in &state.kept[side.index()] {
        let row = &model.rows[kept.row];
        table.rows.push(TableRow {
            id: format!("row:{}", row.id),
            cells: vec![
                row.id.clone(),
                row.key.clone(),
                text(row.t.ms()),
                until_text(model, kept.row),
                match (model.engine.looks_up(), kept.matched) {
                    (true, _) => "",
                    (false, true) => "found",
                    (false, false) => "none yet",
                }
                .into(),
            ],
            health: Health::Plain,
            changed: touched(last, kept.row),
        });
    }
    table.says = match table.rows.len() {
        0 => "Nothing is kept.".into(),
        n => format!(
            "{}, watermark {}.",
            counted(n, "row"),
            wm_text(state.watermark)
        ),
    };
    table
}

fn results(model: &Join, state: &Buffers, last: &[Entry<Told>]) -> SceneTable {
    let columns = ["key", model.left.name.as_str(), model.right.name.as_str()];
    let mut table = SceneTable::new("results", "Results", Place::Results, &columns);
    let fresh = last
        .iter()
        .filter(|entry| {
            matches!(
                entry.fact,
                Told::Joined { .. } | Told::Padded { .. } | Told::NoVersion { null: true, .. }
            )
        })
        .count();
    for (i, out) in state.out.iter().enumerate() {
        let left = &model.rows[out.left];
        let right = out.right.map_or("null", |row| &model.rows[row].id);
        table.rows.push(TableRow {
            id: format!("row:{}", left.id),
            cells: vec![left.key.clone(), left.id.clone(), right.into()],
            health: match out.right {
                Some(_) => Health::Good,
                None => Health::Warning,
            },
            changed: i + fresh >= state.out.len(),
        });
    }
    if table.rows.is_empty() {
        table.says = "Nothing has come out.".into();
    }
    table
}

fn rows(model: &Join, state: &Buffers, last: &[Entry<Told>]) -> SceneTable {
    let columns = ["row", "stream", "key", "time", "what became of it"];
    let mut table = SceneTable::new("rows", "Rows in order of arrival", Place::Results, &columns);
    for (i, row) in model.rows.iter().enumerate().take(60) {
        let fate = fate(model, state, i);
        table.rows.push(TableRow {
            id: format!("row:{}", row.id),
            cells: vec![
                row.id.clone(),
                model.input(row.side).name.clone(),
                row.key.clone(),
                text(row.t.ms()),
                fate.replace('_', " "),
            ],
            health: match fate {
                "late" => Health::Bad,
                "not_arrived" => Health::Dim,
                "joined" | "version" => Health::Good,
                _ => Health::Plain,
            },
            changed: touched(last, i),
        });
    }
    table.more = model.rows.len().saturating_sub(60) as u32;
    table
}

fn graph(model: &Join, state: &Buffers, last: &[Entry<Told>]) -> Graph {
    let source = |side: Side, row: u32| {
        let (newest, input) = (state.newest[side.index()], model.input(side));
        let watermark = match (input.delay, newest) {
            (None, _) => "no watermark".into(),
            (Some(_), None) => "no row yet".into(),
            (Some(delay), Some(newest)) => {
                format!("newest {}, delay {}", text(newest), text(delay.ms()))
            }
        };
        Node {
            id: format!("source:{row}"),
            label: input.name.clone(),
            kind: NodeKind::Source,
            row,
            lines: vec![watermark],
            ..Node::default()
        }
    };
    let join = Node {
        id: "join".into(),
        label: "join".into(),
        column: 1,
        lines: vec![
            format!("watermark {}", wm_text(state.watermark)),
            format!(
                "{} + {} kept",
                state.kept[0].len(),
                counted(state.kept[1].len(), "row")
            ),
        ],
        changed: !last.is_empty(),
        ..Node::default()
    };
    let sink = Node {
        id: "sink".into(),
        label: "results".into(),
        kind: NodeKind::Sink,
        column: 2,
        lines: vec![counted(state.out.len(), "row")],
        ..Node::default()
    };
    let edge = |from: &str, to: &str| Edge {
        id: format!("{from}>{to}"),
        from: from.into(),
        to: to.into(),
        ..Edge::default()
    };
    Graph {
        nodes: vec![source(Side::Left, 0), source(Side::Right, 1), join, sink],
        edges: vec![
            edge("source:0", "join"),
            edge("source:1", "join"),
            edge("join", "sink"),
        ],
    }
}

fn rule(model: &Join) -> String {
    match model.engine {
        Engine::Flink => "Late: t < watermark. A left row is kept until t + upper, a right one until t − lower, at least until t; the watermark is the lesser of both inputs' (Flink 2.3, IntervalJoinOperator).".into(),
        Engine::FlinkSql => "No row is dropped as late. A row is kept until the watermark is past the last time a partner may have; then a left row without one comes out with null (Flink 2.3, TimeIntervalJoin).".into(),
        Engine::KafkaTable => "A record of the stream gets what the table holds when it is processed; an update of the table brings no result. Without a version an inner join leaves the record out, a left one gives null (Kafka Streams 4.x, KStreamKTableJoinProcessor).".into(),
        Engine::FlinkTemporal => "A record waits until the watermark has reached its time t, then gets the newest version with a time ≤ t. A deleted key is no version (Flink 2.3, TemporalRowTimeJoinOperator).".into(),
        Engine::Spark => "Late: t ≤ watermark of the batch before. A row is forgotten when it is at or before the side's state watermark, for the left one watermark − upper − 1 ms; then a left row without partner comes out with null (Spark 4.3, StreamingSymmetricHashJoinExec).".into(),
    }
}

pub(super) fn why(
    model: &Join,
    run: &Played<Join>,
    thing: &str,
    position: usize,
) -> Option<Explanation> {
    use crate::cluster::model::Model;
    let id = thing.strip_prefix("row:")?;
    let row = model.rows.iter().position(|row| row.id == id)?;
    let state = run.state(position);
    let verdict = match fate(model, &state, row) {
        "not_arrived" => "It has not arrived.",
        "late" => "It was late and is in no result.",
        "joined" => "It found a partner.",
        "null" => "Nobody came in time: it came out with null.",
        "waiting" if model.engine.looks_up() => "It waits until its version is final.",
        "version" => "It is a version that the table keeps.",
        "waiting" => "It waits for a partner.",
        _ if model.kind == Kind::Left && model.rows[row].side == Side::Left => "It is forgotten.",
        _ => "It is forgotten, and is in no result.",
    };
    let about = |entry: &&Entry<Told>| {
        (entry.step as usize) < position.min(run.len())
            && touched(std::slice::from_ref(*entry), row)
    };
    Some(Explanation {
        title: model.label(row),
        verdict: verdict.into(),
        rule: rule(model),
        numbers: vec![
            Line {
                label: "kept until the watermark is".into(),
                value: until_text(model, row),
            },
            Line {
                label: "watermark now".into(),
                value: wm_text(state.watermark),
            },
        ],
        steps: run
            .entries
            .iter()
            .filter(about)
            .map(|entry| CauseStep {
                position: entry.step + 1,
                text: model.sentence(&entry.fact).text,
            })
            .collect(),
        ..Explanation::default()
    })
}
