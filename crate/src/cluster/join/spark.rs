//! Spark's stream-stream join: `StreamingSymmetricHashJoinExec`, with the state watermarks of `StreamingJoinHelper` (4.3).

use super::{Buffers, Join, Kept, Kind, Side, Told, pad};
use crate::cluster::model::Tell;
use crate::time::Watermark;

/// The state watermark of a side: rows of it at or before this instant cannot find a partner any more. It follows from the
/// watermark and from how much later the other side's rows may be, so the other side must have a watermark of its own.
fn state_watermark(model: &Join, side: Side, watermark: Watermark) -> Option<i64> {
    let watermark = watermark.time()?.ms();
    model.input(side.other()).delay?;
    // The condition is `<=`, hence one less.
    Some(watermark - model.ahead(side) - 1)
}

/// The watermark at which a row goes.
pub(super) fn until(model: &Join, row: usize) -> Option<i64> {
    let side = model.rows[row].side;
    model.input(side.other()).delay?;
    Some(model.t(row) + model.ahead(side) + 1)
}

/// One micro-batch: of rows, or, where there are none or the watermark has just moved, without.
pub(super) fn step(model: &Join, state: &mut Buffers, tell: &mut Tell<'_, Told>) -> bool {
    let evict_by = state.watermark;
    // A batch without rows runs only where a watermark cleans up state.
    let cleans = model.left.delay.is_some() || model.right.delay.is_some();
    let empty = cleans && state.batches > 0 && evict_by > state.last;
    let rows = if empty {
        state.taken..state.taken
    } else {
        state.taken..model.rows.len().min(state.taken + model.batch as usize)
    };
    if rows.is_empty() && !empty {
        return false;
    }
    state.taken = rows.end;
    state.batches += 1;
    tell.fact(Told::Batch {
        number: state.batches,
        rows: rows.len(),
        watermark: evict_by,
    });
    let late_by = state.last;
    for side in [Side::Left, Side::Right] {
        for row in rows.clone().filter(|row| model.rows[*row].side == side) {
            take(model, state, row, late_by, tell);
        }
    }
    for side in [Side::Left, Side::Right] {
        if let Some(at) = state_watermark(model, side, evict_by) {
            model.forget(state, side, |row| model.t(row) <= at, tell);
        }
    }
    state.last = evict_by;
    for row in rows {
        advance(model, state, row);
    }
    if state.watermark > evict_by {
        tell.fact(Told::Moved {
            watermark: state.watermark,
        });
    }
    true
}

/// The watermark is the least of those there are: a side that has none of its own does not hold it back.
fn advance(model: &Join, state: &mut Buffers, row: usize) {
    let side = model.rows[row].side;
    if let (Some(delay), None) = (model.input(side).delay, model.input(side.other()).delay) {
        let newest = &mut state.newest[side.index()];
        *newest = (*newest).max(Some(model.t(row)));
        let at = newest.unwrap_or_default() - delay.ms();
        state.watermark = state.watermark.max(Watermark::from_raw(at));
    } else {
        model.advance(state, row, 0);
    }
}

fn take(
    model: &Join,
    state: &mut Buffers,
    row: usize,
    late_by: Watermark,
    tell: &mut Tell<'_, Told>,
) {
    let side = model.rows[row].side;
    // Late is at or behind the watermark, and only a side with a watermark has late rows.
    if model.input(side).delay.is_some() && model.t(row) <= late_by.raw() {
        state.dropped.push(row);
        tell.fact(Told::Dropped {
            row,
            watermark: late_by,
        });
        return;
    }
    let matched = model.join(state, row, tell);
    let old = state_watermark(model, side, state.watermark).is_some_and(|at| model.t(row) <= at);
    if !old {
        model.keep(state, Kept { row, matched }, until(model, row), tell);
    } else if side == Side::Left && !matched && model.kind == Kind::Left {
        pad(state, row, tell);
    } else {
        tell.fact(Told::Forgotten {
            row,
            watermark: state.watermark,
        });
    }
}
