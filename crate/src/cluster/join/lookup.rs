//! A stream looks up a table that is fed by a compacted topic: which version of its key does a record get?
//!
//! * [`kafka`]: the latest one, `KStream.join(KTable)` of Kafka Streams 4.x (`KStreamKTableJoinProcessor`): whatever the table
//!   holds when the record is processed. The table's own updates bring no result.
//! * [`flink`]: the one as of the record's time, `FOR SYSTEM_TIME AS OF` of Flink SQL 2.3 (`TemporalRowTimeJoinOperator`):
//!   the record waits until the watermark says that its version can no longer change.

use super::{Buffers, Join, Kept, Kind, Out, Side, Told};
use crate::cluster::model::Tell;
use crate::time::EventTime;

/// Puts a left row together with a version, or says that there is none.
fn give(
    model: &Join,
    state: &mut Buffers,
    left: usize,
    version: Option<usize>,
    tell: &mut Tell<'_, Told>,
) {
    // A tombstone is a version that says: there is nothing.
    let found = version.filter(|right| !model.rows[*right].tombstone);
    let null = model.kind == Kind::Left;
    if found.is_some() || null {
        state.out.push(Out { left, right: found });
    }
    match found {
        Some(right) => tell.fact(Told::Joined { left, right }),
        None => tell.fact(Told::NoVersion { row: left, null }),
    };
}

/// Kafka Streams: one record, of whichever topic; the table has one version for each key, the last that was read. An update that
/// is older than what the table holds replaces it all the same (`KTableSource` warns of it).
pub(super) fn kafka(model: &Join, state: &mut Buffers, tell: &mut Tell<'_, Told>) -> bool {
    let row = state.taken;
    if row == model.rows.len() {
        return false;
    }
    state.taken += 1;
    model.advance(state, row, 0);
    let key = &model.rows[row].key;
    let versions = &mut state.kept[Side::Right.index()];
    let held = versions
        .iter()
        .position(|kept| model.rows[kept.row].key == *key);
    match model.rows[row].side {
        Side::Left => {
            let version = held.map(|at| versions[at].row);
            give(model, state, row, version, tell);
        }
        Side::Right => {
            if let Some(at) = held {
                let old = versions.remove(at).row;
                tell.fact(Told::Replaced { row: old, by: row });
            }
            if !model.rows[row].tombstone {
                let matched = false;
                model.keep(state, Kept { row, matched }, None, tell);
            }
        }
    }
    true
}

/// Flink SQL: one row is kept, whichever side it is of; then the watermark that it brings.
pub(super) fn flink(model: &Join, state: &mut Buffers, tell: &mut Tell<'_, Told>) -> bool {
    let row = state.taken;
    if row == model.rows.len() {
        return false;
    }
    state.taken += 1;
    let written = &model.rows[row];
    if written.side == Side::Right {
        // `rightState.put(rowTime, row)`: one version for each time.
        let versions = &mut state.kept[Side::Right.index()];
        let same = |kept: &Kept| {
            model.rows[kept.row].key == written.key && model.rows[kept.row].t == written.t
        };
        if let Some(at) = versions.iter().position(same) {
            let old = versions.remove(at).row;
            tell.fact(Told::Replaced { row: old, by: row });
        }
    }
    let until = (written.side == Side::Left).then(|| model.t(row));
    let matched = false;
    model.keep(state, Kept { row, matched }, until, tell);
    let timer = state
        .timers
        .entry((Side::Left, written.key.clone()))
        .or_insert(i64::MAX);
    *timer = (*timer).min(model.t(row));
    let before = state.watermark;
    model.advance(state, row, 0);
    if state.watermark > before {
        let watermark = state.watermark;
        tell.fact(Told::Moved { watermark });
        fire(model, state, tell);
    }
    true
}

/// Timers that the watermark has reached, one for each key, first things first: `emitResultAndCleanUpState`.
fn fire(model: &Join, state: &mut Buffers, tell: &mut Tell<'_, Told>) {
    let watermark = state.watermark;
    let mut due: Vec<(i64, String)> = state
        .timers
        .iter()
        .filter(|(_, at)| watermark.reached(EventTime(**at)))
        .map(|((_, key), at)| (*at, key.clone()))
        .collect();
    due.sort();
    for (_, key) in due {
        let ready = |kept: &Kept| {
            model.rows[kept.row].key == key && watermark.reached(EventTime(model.t(kept.row)))
        };
        let (now, later): (Vec<Kept>, Vec<Kept>) = state.kept[Side::Left.index()]
            .iter()
            .partition(|k| ready(k));
        state.kept[Side::Left.index()] = later;
        for Kept { row, .. } in now {
            let version = as_of(model, &state.kept[Side::Right.index()], row);
            give(model, state, row, version, tell);
        }
        // Of the versions that the watermark has passed, only the newest can be asked for from here on.
        let newest = state.kept[Side::Right.index()]
            .iter()
            .filter(|kept| ready(kept))
            .max_by_key(|kept| model.t(kept.row))
            .map(|kept| kept.row);
        let old = |row: usize| {
            newest
                .is_some_and(|newest| model.rows[row].key == key && model.t(row) < model.t(newest))
        };
        model.forget(state, Side::Right, old, tell);
        let next = state.kept[Side::Left.index()]
            .iter()
            .filter(|kept| model.rows[kept.row].key == key)
            .map(|kept| model.t(kept.row))
            .min();
        let timer = (Side::Left, key);
        match next {
            Some(at) => state.timers.insert(timer, at),
            None => state.timers.remove(&timer),
        };
    }
}

/// The newest version of a row's key that is not after the row.
fn as_of(model: &Join, versions: &[Kept], left: usize) -> Option<usize> {
    versions
        .iter()
        .map(|kept| kept.row)
        .filter(|right| model.rows[*right].key == model.rows[left].key)
        .filter(|right| model.t(*right) <= model.t(left))
        .max_by_key(|right| (model.t(*right), *right))
}

/// What an as-of join over everything that has arrived gives: the versions a batch job would take.
pub(super) fn pairs(model: &Join, taken: usize) -> Vec<(usize, usize)> {
    let of = |side: Side| (0..taken).filter(move |row| model.rows[*row].side == side);
    let versions: Vec<Kept> = of(Side::Right)
        .map(|row| Kept {
            row,
            matched: false,
        })
        .collect();
    of(Side::Left)
        .filter_map(|left| Some((left, as_of(model, &versions, left)?)))
        .filter(|(_, right)| !model.rows[*right].tombstone)
        .collect()
}
