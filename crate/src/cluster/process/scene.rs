//! What there is to see of a process function: cells, events, alerts.

use super::{Cell, Held, Process, Rule, Status, Told, rules, text};
use crate::cluster::model::Model;
use crate::cluster::played::{Entry, Played};
use crate::cluster::scene::{ClusterScene, Figure, Health, Place, SceneTable, TableRow};
use crate::explain::{CauseStep, Explanation, Line};
use crate::measure::{Measured, Unit};
use crate::time::Watermark;
use crate::wording::{counted, verb};
use std::collections::BTreeMap;

pub(super) fn watermark(watermark: Watermark) -> String {
    match watermark.time() {
        Some(time) => text(time.ms()),
        None if watermark == Watermark::END => "at the end of time".into(),
        None => "none".into(),
    }
}

/// The cells whose time to live is not over.
pub(super) fn live<'a>(
    model: &'a Process,
    state: &'a Held,
) -> impl Iterator<Item = (&'a String, &'a Cell)> {
    let alive = |(_, cell): &(&String, &Cell)| !model.is_expired(cell, state.now);
    state.cells.iter().filter(alive)
}

pub(super) fn event_of(fact: &Told) -> Option<usize> {
    match fact {
        Told::First(event)
        | Told::Compared { event, .. }
        | Told::Counted { event, .. }
        | Told::Filtered { event, .. }
        | Told::Moved { event, .. }
        | Told::Alerted(event)
        | Told::HeldBack(event)
        | Told::Waits(event)
        | Told::Late(event, _) => Some(*event),
        Told::Cleared(..) | Told::Expired(_) | Told::Done(_) | Told::Ended => None,
    }
}

/// Orders that have begun and are not done, from all events that have arrived.
fn truly_in_progress(model: &Process, taken: usize) -> usize {
    let mut furthest: BTreeMap<&str, Option<Status>> = BTreeMap::new();
    for (event, _) in &model.arrivals()[..taken] {
        let event = &model.events[*event];
        let status = furthest.entry(&event.key).or_default();
        *status = (*status).max(event.status);
    }
    furthest
        .values()
        .filter(|status| status.is_some_and(|status| !status.done()))
        .count()
}

pub(super) fn figures(model: &Process, state: &Held) -> Vec<Figure> {
    let count = |id: &str, label: &str, n: usize| Figure::count(id, label, n as u64);
    let mut figures = Vec::new();
    if model.rule == Rule::Lifecycle {
        let open = |(_, cell): &(&String, &Cell)| cell.status.is_some_and(|status| !status.done());
        let counter = Measured {
            number: Some(state.counter as f64),
            text: state.counter.to_string(),
            unit: Unit::Value,
        };
        figures.extend([
            count(
                "orders.in_progress",
                "orders in progress, by their cells",
                live(model, state).filter(open).count(),
            ),
            Figure::new(
                "orders.counter",
                "orders in progress, by a counter",
                counter,
            ),
            count(
                "orders.true",
                "orders in progress, recomputed",
                truly_in_progress(model, state.taken),
            ),
        ]);
    } else {
        let wrong = state.alerts.iter().filter(|alert| alert.wrong).count();
        figures.extend([
            count("alerts", "alerts", state.alerts.len()),
            count(
                "alerts.held_back",
                "alerts held back",
                state.suppressed as usize,
            ),
        ]);
        if model.rule == Rule::Ratio {
            let given = |event: &usize| state.alerts.iter().any(|alert| alert.event == *event);
            let missed = rules::deserved(model, state.taken)
                .iter()
                .filter(|event| !given(event))
                .count();
            figures.extend([
                count("alerts.wrong", "alerts for a wrong reason", wrong),
                count("alerts.missed", "alerts missed", missed),
            ]);
        }
    }
    figures.extend([
        count("state.keys", "keys with state", live(model, state).count()),
        count(
            "state.waiting",
            "events waiting for the watermark",
            state.waiting.len(),
        ),
        count(
            "state.peak",
            "most cells and waiting events at once",
            state.peak,
        ),
        count("late", "late events", state.late.len()),
    ]);
    for (number, event) in model.events.iter().enumerate() {
        let fate = Measured {
            number: None,
            text: fate(state, number).into(),
            unit: Unit::Name,
        };
        let label = format!("what {} brings", event.id);
        figures.push(Figure::new(format!("fate.{}", event.id), label, fate).aside());
    }
    figures
}

/// What became of an event: `alert`, `late`, `waiting`, `no_alert`.
fn fate(state: &Held, event: usize) -> &'static str {
    if state.alerts.iter().any(|alert| alert.event == event) {
        "alert"
    } else if state.late.contains(&event) {
        "late"
    } else if state.waiting.contains(&event) {
        "waiting"
    } else {
        "no_alert"
    }
}

pub(super) fn scene(model: &Process, state: &Held, last: &[Entry<Told>]) -> ClusterScene {
    let touched = |event: usize| {
        last.iter()
            .any(|entry| event_of(&entry.fact) == Some(event))
    };
    let mut tables = vec![cells(model, state, last)];
    tables.push(events(model, state, &touched));
    if model.rule != Rule::Lifecycle {
        tables.push(alerts(model, state, &touched));
    }
    ClusterScene {
        tables,
        ..ClusterScene::default()
    }
}

fn cells(model: &Process, state: &Held, last: &[Entry<Told>]) -> SceneTable {
    let columns: &[&str] = match model.rule {
        Rule::Ratio | Rule::HighValue => &["key", "last event", "amount#", "time", "written at"],
        Rule::Counting => &[
            "key",
            "last event",
            "count#",
            "total#",
            "alerted",
            "written at",
        ],
        Rule::Lifecycle => &["order", "last event", "status", "written at"],
    };
    let mut table = SceneTable::new("cells", "Cells", Place::State, columns);
    let touched = |key: &str| {
        last.iter()
            .filter_map(|entry| event_of(&entry.fact))
            .any(|event| model.events[event].key == key)
    };
    let all: Vec<_> = live(model, state).collect();
    for (key, cell) in all.iter().take(50) {
        let event = cell.last.map(|event| &model.events[event]);
        let mut cells = vec![
            (*key).clone(),
            event.map(|event| event.id.clone()).unwrap_or_default(),
        ];
        match model.rule {
            Rule::Ratio | Rule::HighValue => cells.extend([
                event.map(|e| e.amount.to_string()).unwrap_or_default(),
                event.map(|e| text(e.t.ms())).unwrap_or_default(),
            ]),
            Rule::Counting => cells.extend([
                cell.count.to_string(),
                cell.total.to_string(),
                if cell.alerted { "yes" } else { "no" }.into(),
            ]),
            Rule::Lifecycle => cells.push(cell.status.map_or("", Status::name).into()),
        }
        cells.push(text(cell.written));
        table.rows.push(TableRow {
            id: format!("key:{key}"),
            cells,
            health: Health::Plain,
            changed: touched(key),
        });
    }
    table.more = all.len().saturating_sub(50) as u32;
    table.says = match (model.rule, all.len()) {
        (Rule::HighValue, _) => "A filter keeps no state.".into(),
        (_, 0) => "No key has state.".into(),
        (_, n) => format!("{} {} state.", counted(n, "key"), verb(n, "has", "have")),
    };
    table
}

fn events(model: &Process, state: &Held, touched: &dyn Fn(usize) -> bool) -> SceneTable {
    let columns = ["event", "key", "what", "happened", "arrived", "brought"];
    let mut table = SceneTable::new(
        "events",
        "Events in order of arrival",
        Place::Results,
        &columns,
    );
    let arrivals = model.arrivals();
    for (place, (event, at)) in arrivals.iter().enumerate().take(60) {
        let written = &model.events[*event];
        let arrived = place < state.taken;
        let fate = fate(state, *event);
        table.rows.push(TableRow {
            id: format!("event:{}", written.id),
            cells: vec![
                written.id.clone(),
                written.key.clone(),
                written
                    .status
                    .map_or_else(|| written.amount.to_string(), |status| status.name().into()),
                text(written.t.ms()),
                if arrived { text(*at) } else { "not yet".into() },
                match (arrived, model.rule) {
                    (false, _) | (true, Rule::Lifecycle) => String::new(),
                    (true, _) => fate.replace('_', " "),
                },
            ],
            health: match fate {
                _ if !arrived => Health::Dim,
                "alert" => Health::Warning,
                "late" => Health::Bad,
                _ => Health::Plain,
            },
            changed: arrived && touched(*event),
        });
    }
    table.more = arrivals.len().saturating_sub(60) as u32;
    table
}

fn alerts(model: &Process, state: &Held, touched: &dyn Fn(usize) -> bool) -> SceneTable {
    let columns = ["event", "key", "amount#", "compared with"];
    let mut table = SceneTable::new("alerts", "Alerts", Place::Results, &columns);
    for alert in &state.alerts {
        let event = &model.events[alert.event];
        let before = alert.before.filter(|_| model.rule == Rule::Ratio);
        table.rows.push(TableRow {
            id: format!("event:{}", event.id),
            cells: vec![
                event.id.clone(),
                event.key.clone(),
                event.amount.to_string(),
                before.map(|before| model.label(before)).unwrap_or_default(),
            ],
            health: if alert.wrong {
                Health::Bad
            } else {
                Health::Plain
            },
            changed: touched(alert.event),
        });
    }
    if table.rows.is_empty() {
        table.says = "No alert.".into();
    }
    table
}

pub(super) fn why(
    model: &Process,
    run: &Played<Process>,
    thing: &str,
    position: usize,
) -> Option<Explanation> {
    let state = run.state(position);
    let about: Box<dyn Fn(&Told) -> bool> = if let Some(id) = thing.strip_prefix("event:") {
        let event = model.events.iter().position(|event| event.id == id)?;
        Box::new(move |fact| event_of(fact) == Some(event))
    } else {
        let key = thing.strip_prefix("key:")?.to_string();
        Box::new(move |fact| match fact {
            Told::Cleared(of, _) | Told::Expired(of) | Told::Done(of) => *of == key,
            _ => event_of(fact).is_some_and(|event| model.events[event].key == key),
        })
    };
    let steps: Vec<CauseStep> = run
        .entries
        .iter()
        .filter(|entry| (entry.step as usize) < position && about(&entry.fact))
        .map(|entry| CauseStep {
            position: entry.step + 1,
            text: model.sentence(&entry.fact).text,
        })
        .collect();
    let (_, name) = thing.split_once(':')?;
    Some(Explanation {
        title: name.into(),
        verdict: steps.last().map_or_else(
            || "Nothing has happened to it yet.".into(),
            |step| step.text.clone(),
        ),
        rule: rule(model),
        numbers: vec![
            Line {
                label: "watermark".into(),
                value: watermark(state.watermark),
            },
            Line {
                label: "clock".into(),
                value: text(state.now),
            },
        ],
        steps,
        ..Explanation::default()
    })
}

fn rule(model: &Process) -> String {
    match model.rule {
        Rule::Ratio => format!(
            "Alert if the event before in the cell is less than {} older and the amount more than {} times its amount (KeyedProcessFunction with a ValueState, Flink 2.3).",
            text(model.within.ms()),
            model.ratio
        ),
        Rule::HighValue => format!("Alert if the amount is more than {} (KStream.filter, no state).", model.amount),
        Rule::Counting => format!(
            "Alert if the key has more than {} events and they add up to more than {}.",
            model.count, model.amount
        ),
        Rule::Lifecycle => "An order is as far as the furthest of its events; what comes twice or late changes nothing.".into(),
    }
}
