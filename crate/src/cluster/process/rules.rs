//! The rules, each on the cell of the event's key.

use super::{Alert, Cell, Held, Process, Rule, Status, Told, text};
use crate::cluster::model::Tell;

/// Processes an event: reads its key's cell, judges, writes the cell.
pub(super) fn process(model: &Process, state: &mut Held, event: usize, tell: &mut Tell<'_, Told>) {
    let written = &model.events[event];
    // A filter has no state at all.
    if model.rule == Rule::HighValue {
        let hit = written.amount > model.amount;
        tell.fact(Told::Filtered { event, hit });
        if hit {
            alert(state, event, None, false, tell);
        }
        return;
    }
    let mut cell = state.cells.remove(&written.key).unwrap_or_default();
    if cell.last.is_some() && model.is_expired(&cell, state.now) {
        tell.fact(Told::Expired(written.key.clone()));
        cell = Cell::default();
    }
    match model.rule {
        Rule::HighValue => {}
        Rule::Ratio => ratio(model, state, &mut cell, event, tell),
        Rule::Counting => counting(model, state, &mut cell, event, tell),
        Rule::Lifecycle => {
            if let Some(status) = written.status {
                lifecycle(state, &mut cell, event, status, tell);
                if model.clear_done && cell.status.is_some_and(Status::done) {
                    tell.fact(Told::Done(written.key.clone()));
                    return;
                }
            }
        }
    }
    cell.last = Some(event);
    cell.written = state.now;
    let due = model.timer.map(|timer| written.t.ms() + timer.ms());
    cell.timer = cell.timer.max(due);
    state.cells.insert(written.key.clone(), cell);
}

fn alert(
    state: &mut Held,
    event: usize,
    before: Option<usize>,
    wrong: bool,
    tell: &mut Tell<'_, Told>,
) {
    state.alerts.push(Alert {
        event,
        before,
        wrong,
    });
    tell.fact(Told::Alerted(event));
}

/// An alert, unless the key has had one and that counts.
fn alert_once(
    model: &Process,
    state: &mut Held,
    cell: &mut Cell,
    event: usize,
    wrong: bool,
    tell: &mut Tell<'_, Told>,
) {
    if model.flag && cell.alerted {
        state.suppressed += 1;
        tell.fact(Told::HeldBack(event));
    } else {
        alert(state, event, cell.last, wrong, tell);
    }
    cell.alerted = true;
}

/// How much later an event is than another, and how many times its amount; infinite where the other's is 0.
fn compare(model: &Process, event: usize, before: usize) -> (i64, f64) {
    let (event, before) = (&model.events[event], &model.events[before]);
    let ratio = f64::from(event.amount) / f64::from(before.amount);
    (event.t.ms() - before.t.ms(), ratio)
}

/// The published rule, `timeDiff < 60000 && amountRatio > 5.0`, with what it should ask besides.
fn hits(model: &Process, event: usize, before: usize, ordered: bool, positive: bool) -> bool {
    let (diff, ratio) = compare(model, event, before);
    diff < model.within.ms()
        && ratio > f64::from(model.ratio)
        && (!ordered || diff >= 0)
        && (!positive || model.events[before].amount > 0)
}

fn ratio(
    model: &Process,
    state: &mut Held,
    cell: &mut Cell,
    event: usize,
    tell: &mut Tell<'_, Told>,
) {
    let Some(before) = cell.last else {
        tell.fact(Told::First(event));
        return;
    };
    let hit = hits(model, event, before, model.ordered, model.positive);
    tell.fact(Told::Compared { event, before, hit });
    if hit {
        let wrong = !hits(model, event, before, true, true);
        alert_once(model, state, cell, event, wrong, tell);
    }
}

pub(super) fn comparison(model: &Process, event: usize, before: usize, hit: bool) -> String {
    let (diff, ratio) = compare(model, event, before);
    format!(
        "{} against {}: {} later, {ratio} times the amount; less than {} and more than {} times {}.",
        model.label(event),
        model.label(before),
        text(diff),
        text(model.within.ms()),
        model.ratio,
        if hit { "hold" } else { "do not both hold" }
    )
}

/// The events that deserve an alert: the rule with both conditions, on the events that have arrived, in the order of their times.
pub(super) fn deserved(model: &Process, taken: usize) -> Vec<usize> {
    if model.rule != Rule::Ratio {
        return Vec::new();
    }
    let arrived = model.arrivals();
    let mut events: Vec<usize> = arrived[..taken].iter().map(|(event, _)| *event).collect();
    events.sort_by_key(|event| (model.events[*event].t.ms(), *event));
    let before = |place: usize| {
        let key = &model.events[events[place]].key;
        let of_key = |event: &&usize| model.events[**event].key == *key;
        events[..place].iter().rev().find(of_key).copied()
    };
    (0..events.len())
        .filter(|place| {
            before(*place).is_some_and(|before| hits(model, events[*place], before, true, true))
        })
        .map(|place| events[place])
        .collect()
}

/// `count > 10 and total > 50000`.
fn counting(
    model: &Process,
    state: &mut Held,
    cell: &mut Cell,
    event: usize,
    tell: &mut Tell<'_, Told>,
) {
    cell.count += 1;
    cell.total += u64::from(model.events[event].amount);
    let hit = cell.count > model.count && cell.total > u64::from(model.amount);
    tell.fact(Told::Counted {
        event,
        count: cell.count,
        total: cell.total,
        hit,
    });
    if hit {
        alert_once(model, state, cell, event, false, tell);
    }
}

/// The furthest status wins: what comes twice or late changes nothing.
fn lifecycle(
    state: &mut Held,
    cell: &mut Cell,
    event: usize,
    status: Status,
    tell: &mut Tell<'_, Told>,
) {
    match status {
        Status::Requested => state.counter += 1,
        Status::Delivered | Status::Cancelled => state.counter -= 1,
        Status::Accepted | Status::Dispatched => {}
    }
    tell.fact(Told::Moved {
        event,
        from: cell.status,
        to: status,
    });
    cell.status = cell.status.max(Some(status));
}
