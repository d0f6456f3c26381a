//! Flink SQL's interval join: `TimeIntervalJoin` and `RowTimeIntervalJoin` (2.3), with `table.exec.interval-join.min-cleanup-interval`
//! at its default, 0. It drops no late row: it joins it with what is still kept.

use super::{Buffers, Join, Kept, Kind, Side, Told, pad};
use crate::cluster::model::Tell;
use crate::time::EventTime;

/// When the timer of a row is due that cleans it up: one after the last time at which a partner is on time.
pub(super) fn cleanup(model: &Join, row: usize) -> i64 {
    model.t(row) + model.ahead(model.rows[row].side) + 1
}

/// The operator's time: the watermark, at least 0.
fn operator_time(state: &Buffers) -> i64 {
    state.watermark.raw().max(0)
}

/// Whether a row has expired: `calExpirationTime`.
fn expired(model: &Join, row: usize, time: i64) -> bool {
    model.t(row) < time - model.ahead(model.rows[row].side)
}

/// One row; then the watermark it brings, and the timers that are due.
pub(super) fn step(model: &Join, state: &mut Buffers, tell: &mut Tell<'_, Told>) -> bool {
    let row = state.taken;
    if row == model.rows.len() {
        return false;
    }
    state.taken += 1;
    let (side, key) = (model.rows[row].side, &model.rows[row].key);
    let time = operator_time(state);
    let matched = model.join(state, row, tell);
    // Rows of the other side that have expired are cleaned up in passing, after they were joined.
    let old = |other: usize| model.rows[other].key == *key && expired(model, other, time);
    model.forget(state, side.other(), old, tell);
    if time < model.t(row) + model.ahead(side) {
        let until = Some(cleanup(model, row));
        model.keep(state, Kept { row, matched }, until, tell);
        state
            .timers
            .entry((side, key.clone()))
            .or_insert(cleanup(model, row));
    } else if !matched && side == Side::Left && model.kind == Kind::Left {
        pad(state, row, tell);
    } else {
        tell.fact(Told::Forgotten {
            row,
            watermark: state.watermark,
        });
    }
    let before = state.watermark;
    // `WATERMARK FOR t AS t - INTERVAL …`: nothing is taken off besides the delay.
    model.advance(state, row, 0);
    if state.watermark > before {
        tell.fact(Told::Moved {
            watermark: state.watermark,
        });
        fire(model, state, tell);
    }
    true
}

/// Timers that the watermark has reached: what has expired goes, and what is left gets a timer for its earliest row.
fn fire(model: &Join, state: &mut Buffers, tell: &mut Tell<'_, Told>) {
    let time = operator_time(state);
    let watermark = state.watermark;
    let due: Vec<(Side, String)> = state
        .timers
        .iter()
        .filter(|(_, at)| watermark.reached(EventTime(**at)))
        .map(|(of, _)| of.clone())
        .collect();
    for of in due {
        let (side, key) = &of;
        let old = |row: usize| model.rows[row].key == *key && expired(model, row, time);
        model.forget(state, *side, old, tell);
        let next = state.kept[side.index()]
            .iter()
            .filter(|kept| model.rows[kept.row].key == *key)
            .map(|kept| cleanup(model, kept.row))
            .min();
        match next {
            Some(at) => state.timers.insert(of, at),
            None => state.timers.remove(&of),
        };
    }
}
