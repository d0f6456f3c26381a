//! Flink's `DataStream` interval join: `IntervalJoinOperator` (2.3).

use super::{Buffers, Join, Kept, Side, Told};
use crate::cluster::model::Tell;
use crate::time::EventTime;

/// When the cleanup timer of a row is due: its time, or as much later as its last partner may be.
pub(super) fn cleanup(model: &Join, row: usize) -> i64 {
    model.t(row) + model.ahead(model.rows[row].side).max(0)
}

/// One row: late, or kept and joined; then the watermark it brings, and the cleanup timers that are due.
pub(super) fn step(model: &Join, state: &mut Buffers, tell: &mut Tell<'_, Told>) -> bool {
    let row = state.taken;
    if row == model.rows.len() {
        return false;
    }
    state.taken += 1;
    // `isLate`: strictly behind the watermark.
    if model.t(row) < state.watermark.raw() {
        state.dropped.push(row);
        tell.fact(Told::Dropped {
            row,
            watermark: state.watermark,
        });
    } else {
        let matched = model.join(state, row, tell);
        let both = model.left.delay.is_some() && model.right.delay.is_some();
        let until = both.then(|| cleanup(model, row));
        model.keep(state, Kept { row, matched }, until, tell);
    }
    let before = state.watermark;
    // `BoundedOutOfOrdernessWatermarks`: everything up to the watermark has been seen, so one millisecond less.
    model.advance(state, row, 1);
    if state.watermark > before {
        tell.fact(Told::Moved {
            watermark: state.watermark,
        });
        for side in [Side::Left, Side::Right] {
            let watermark = state.watermark;
            let due = |row: usize| watermark.reached(EventTime(cleanup(model, row)));
            model.forget(state, side, due, tell);
        }
    }
    true
}
