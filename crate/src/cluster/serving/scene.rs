//! What there is to see of a serving table: its rows, the query and the truth, the dead letters, the dashboard.

use super::{Cells, Mode, Serving, Stored, Told, query, text};
use crate::cluster::model::{Model, Sentence};
use crate::cluster::played::{Entry, Played};
use crate::cluster::scene::{
    ClusterScene, Edge, Figure, Graph, Health, Node, NodeKind, Place, SceneTable, TableRow,
};
use crate::explain::{CauseStep, Explanation, Tone};
use crate::frame::{MarkKind, marker};
use crate::measure::{Measured, Unit};
use crate::wording::counted;

fn value(number: Option<f64>) -> Measured {
    Measured {
        number,
        text: number.map_or_else(|| "none".into(), |number| format!("{number:.2}")),
        unit: Unit::Value,
    }
}

fn span(ms: i64) -> Measured {
    Measured {
        number: Some(ms as f64),
        text: text(ms),
        unit: Unit::Span,
    }
}

/// An average to two places, as a dashboard shows it.
fn average(model: &Serving, cells: &Cells) -> Option<f64> {
    query::average(model.average, cells).map(|average| (average * 100.0).round() / 100.0)
}

fn right_average(cells: &Cells) -> Option<f64> {
    query::average(super::Average::SumAndCount, cells).map(|a| (a * 100.0).round() / 100.0)
}

pub(super) fn figures(model: &Serving, state: &Stored) -> Vec<Figure> {
    let (all, hours) = (query::all(model, state), query::by_hours(model, state));
    let truth = query::truth(model, state);
    let both = |same: &dyn Fn(&Cells) -> bool| Measured {
        number: None,
        text: if same(&all) && same(&hours) {
            "yes"
        } else {
            "no"
        }
        .into(),
        unit: Unit::Name,
    };
    let orders = both(&|cells| cells.orders == truth.orders);
    let averages = both(&|cells| average(model, cells) == right_average(&truth));
    let users = both(&|cells| query::users(model.users, cells) == truth.set.len() as u64);
    vec![
        Figure::new("same.orders", "orders as if recomputed", orders).aside(),
        Figure::new("same.average", "average as if recomputed", averages).aside(),
        Figure::new("same.users", "distinct users as if recomputed", users).aside(),
        Figure::count("orders", "orders, by the query", all.orders),
        Figure::count("orders.true", "orders, recomputed", truth.orders),
        Figure::new(
            "average",
            "average, by the query",
            value(average(model, &all)),
        ),
        Figure::new(
            "average.by_hours",
            "average, over hours rolled up",
            value(average(model, &hours)),
        ),
        Figure::new(
            "average.true",
            "average, recomputed",
            value(right_average(&truth)),
        ),
        Figure::count(
            "users",
            "distinct users, by the query",
            query::users(model.users, &all),
        ),
        Figure::count(
            "users.by_hours",
            "distinct users, over hours rolled up",
            query::users(model.users, &hours),
        ),
        Figure::count(
            "users.true",
            "distinct users, recomputed",
            truth.set.len() as u64,
        ),
        Figure::count("rows", "rows in the table", state.rows.len() as u64),
        Figure::count("dead", "dead letters", state.dead.len() as u64),
        Figure::count(
            "versions.lost",
            "older versions that lost",
            state.lost_versions.into(),
        ),
        Figure::count("queries", "times the table was asked", state.queries.into()),
        Figure::count(
            "shown.orders",
            "orders on the dashboard",
            state.shown.as_ref().map_or(0, |shown| shown.orders),
        ),
        Figure::new(
            "shown.oldest",
            "oldest answer ever on the dashboard",
            span(state.oldest),
        ),
    ]
}

/// The write that a fact is about.
fn write_of(fact: &Told) -> Option<usize> {
    match fact {
        Told::Made(write)
        | Told::Replaced(write, _)
        | Told::Merged(write)
        | Told::Lost(write, _)
        | Told::Dead(write) => Some(*write),
        Told::Corrected(_) | Told::Polled { .. } => None,
    }
}

pub(super) fn scene(model: &Serving, state: &Stored, last: &[Entry<Told>]) -> ClusterScene {
    ClusterScene {
        graph: Some(graph(model, state, last)),
        tables: vec![
            rows(model, state, last),
            answers(model, state),
            writes(model, state, last),
        ],
        ..ClusterScene::default()
    }
}

fn rows(model: &Serving, state: &Stored, last: &[Entry<Told>]) -> SceneTable {
    let columns = [
        "window",
        "restaurant",
        "version#",
        "orders#",
        "average#",
        "users#",
        "written at",
    ];
    let mut table = SceneTable::new("table", "The serving table", Place::State, &columns);
    for row in &state.rows {
        let name = row.restaurant.as_deref().unwrap_or("NULL (the city)");
        table.rows.push(TableRow {
            id: format!("row:{}/{}", row.window, name),
            cells: vec![
                row.window.clone(),
                name.into(),
                row.version.to_string(),
                row.cells.orders.to_string(),
                value(query::average(model.average, &row.cells)).text,
                query::users(model.users, &row.cells).to_string(),
                text(row.written),
            ],
            health: Health::Plain,
            changed: last
                .iter()
                .filter_map(|entry| write_of(&entry.fact))
                .any(|write| model.writes[write].same_key(row)),
        });
    }
    if table.rows.is_empty() {
        table.says = "Nothing has been written.".into();
    }
    table
}

fn answers(model: &Serving, state: &Stored) -> SceneTable {
    let columns = ["", "orders#", "average#", "distinct users#"];
    let mut table = SceneTable::new(
        "answers",
        "The question over all rows",
        Place::Results,
        &columns,
    );
    let truth = query::truth(model, state);
    let right = [
        truth.orders.to_string(),
        value(right_average(&truth)).text,
        truth.set.len().to_string(),
    ];
    let (all, hours) = (query::all(model, state), query::by_hours(model, state));
    for (id, name, cells) in [
        ("all", "by the query", &all),
        ("hours", "over hours rolled up", &hours),
    ] {
        let said = [
            cells.orders.to_string(),
            value(average(model, cells)).text,
            query::users(model.users, cells).to_string(),
        ];
        let health = if said == right {
            Health::Good
        } else {
            Health::Bad
        };
        table.rows.push(answer(id, name, said, health));
    }
    table.rows.push(answer(
        "true",
        "recomputed from the writes",
        right,
        Health::Plain,
    ));
    table
}

fn answer(id: &str, name: &str, cells: [String; 3], health: Health) -> TableRow {
    TableRow {
        id: format!("answer:{id}"),
        cells: std::iter::once(name.to_string()).chain(cells).collect(),
        health,
        changed: false,
    }
}

fn writes(model: &Serving, state: &Stored, last: &[Entry<Told>]) -> SceneTable {
    let columns = [
        "write",
        "at",
        "window",
        "restaurant",
        "version#",
        "orders#",
        "sum#",
    ];
    let mut table = SceneTable::new(
        "writes",
        "Writes in order of arrival",
        Place::Results,
        &columns,
    );
    for (number, write) in model.writes.iter().enumerate().take(60) {
        let arrived = number < state.written;
        table.rows.push(TableRow {
            id: format!("write:{}", write.id),
            cells: vec![
                write.id.clone(),
                text(write.at.ms()),
                write.window.clone(),
                write.restaurant.clone().unwrap_or_else(|| "NULL".into()),
                write.version.to_string(),
                write.orders.to_string(),
                write.amount.to_string(),
            ],
            health: match (arrived, state.dead.contains(&number)) {
                (false, _) => Health::Dim,
                (true, true) => Health::Bad,
                (true, false) => Health::Plain,
            },
            changed: last
                .iter()
                .any(|entry| write_of(&entry.fact) == Some(number)),
        });
    }
    table.more = model.writes.len().saturating_sub(60) as u32;
    table
}

fn graph(model: &Serving, state: &Stored, last: &[Entry<Told>]) -> Graph {
    let node = |id: &str, kind: NodeKind, column: u32, row: u32, line: String| Node {
        id: id.into(),
        label: id.into(),
        kind,
        column,
        row,
        lines: vec![line],
        changed: !last.is_empty(),
        ..Node::default()
    };
    let shown = state.shown.as_ref().map_or_else(
        || "nothing yet".into(),
        |shown| {
            format!(
                "{}, asked at {}",
                counted(shown.orders, "order"),
                text(shown.asked)
            )
        },
    );
    let edge = |from: &str, to: &str| Edge {
        id: format!("{from}>{to}"),
        from: from.into(),
        to: to.into(),
        ..Edge::default()
    };
    let written = format!("{} of {} written", state.written, model.writes.len());
    Graph {
        nodes: vec![
            node("job", NodeKind::Source, 0, 0, written),
            node(
                "table",
                NodeKind::Store,
                1,
                0,
                counted(state.rows.len(), "row"),
            ),
            node(
                "dead letters",
                NodeKind::DeadLetters,
                1,
                1,
                format!("{} letters", state.dead.len()),
            ),
            node("dashboard", NodeKind::Reader, 2, 0, shown),
        ],
        edges: vec![
            edge("job", "table"),
            edge("job", "dead letters"),
            edge("dead letters", "table"),
            edge("table", "dashboard"),
        ],
    }
}

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "row", "rows"),
    MarkKind::new(marker::FIRING, "answer", "answers"),
    MarkKind::new(marker::LOSS, "dead letter", "dead letters"),
    MarkKind::new(marker::MERGE, "merge", "merges"),
];

pub(super) fn sentence(model: &Serving, fact: &Told) -> Sentence {
    let label = |write: &usize| model.writes[*write].label();
    let (text, tone, marker, weight) = match fact {
        Told::Made(write) => (
            format!("{} makes a row.", label(write)),
            Tone::Progress,
            marker::ARRIVAL,
            2,
        ),
        Told::Replaced(write, before) => (
            format!("{} replaces version {before}.", label(write)),
            if model.writes[*write].version < *before {
                Tone::Loss
            } else {
                Tone::Progress
            },
            marker::ARRIVAL,
            3,
        ),
        Told::Merged(write) => (
            format!("{} is merged into its row.", label(write)),
            Tone::Progress,
            marker::MERGE,
            2,
        ),
        Told::Lost(write, newer) => (
            format!(
                "{} is older than version {newer} in the table, and loses.",
                label(write)
            ),
            Tone::Neutral,
            marker::OTHER,
            3,
        ),
        Told::Dead(write) => (
            format!(
                "{} cannot be read and goes to the dead letters.",
                label(write)
            ),
            Tone::Loss,
            marker::LOSS,
            4,
        ),
        Told::Corrected(letters) => (
            format!("{letters} dead letters are repaired and written."),
            Tone::Progress,
            marker::OTHER,
            5,
        ),
        Told::Polled { orders, age, asked } => (
            if *asked {
                format!(
                    "The dashboard asks the table: {}.",
                    counted(*orders, "order")
                )
            } else {
                format!(
                    "The cache answers with {}, {} old.",
                    counted(*orders, "order"),
                    text(*age)
                )
            },
            Tone::Result,
            marker::FIRING,
            1,
        ),
    };
    Sentence {
        text,
        tone,
        marker,
        weight,
        thing: write_of(fact).map(|write| format!("write:{}", model.writes[write].id)),
    }
}

pub(super) fn why(
    model: &Serving,
    run: &Played<Serving>,
    thing: &str,
    position: usize,
) -> Option<Explanation> {
    let (kind, name) = thing.split_once(':')?;
    let about = |write: usize| match kind {
        "write" => model.writes[write].id == name,
        "row" => {
            let write = &model.writes[write];
            format!(
                "{}/{}",
                write.window,
                write.restaurant.as_deref().unwrap_or("NULL (the city)")
            ) == name
        }
        _ => false,
    };
    let steps: Vec<CauseStep> = run
        .entries
        .iter()
        .filter(|entry| {
            (entry.step as usize) < position && write_of(&entry.fact).is_some_and(about)
        })
        .map(|entry| CauseStep {
            position: entry.step + 1,
            text: model.sentence(&entry.fact).text,
        })
        .collect();
    Some(Explanation {
        title: name.into(),
        verdict: steps.last()?.text.clone(),
        rule: match model.mode {
            Mode::Upsert => "A write replaces the row of its primary key; with a comparison column the greater value wins, whenever it comes (Pinot upsert, comparisonColumns).".into(),
            Mode::Merge => "Rows of one sorting key are merged: numbers are added, states of aggregates are united (ClickHouse, SummingMergeTree and AggregatingMergeTree).".into(),
        },
        steps,
        ..Explanation::default()
    })
}
