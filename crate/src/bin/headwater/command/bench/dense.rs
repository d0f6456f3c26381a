//! The yardstick: what somebody would write by hand for just this workload, as fast as plain Rust gets.
//!
//! The same semantics as the engine's: a late check for each event, a watermark after each event, results when it passes a
//! window's end. No hashing, no allocation per event: open windows are rows of a dense table by key number.

use headwater::bench::{DISORDER, KEYS, WINDOW};
use headwater::model::Event;

/// Windows that can be open at once: those between the watermark and the highest event time, one row each.
const ROWS: i64 = 4;

/// A window's numbers for one key.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) count: u64,
    pub(crate) sum: f64,
}

/// What comes out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Emitted {
    /// Key, window start, numbers.
    pub(crate) results: Vec<(u32, i64, Totals)>,
    /// How many events were late.
    pub(crate) late: u64,
}

/// Runs the events.
///
/// # Panics
/// If more windows are open at once than the workload's disorder allows.
pub(crate) fn run(events: &[Event]) -> Emitted {
    let (size, delay, keys) = (WINDOW.ms(), DISORDER.ms(), KEYS as usize);
    let mut out = Emitted::default();
    let mut table = vec![Totals::default(); keys * ROWS as usize];
    let row = |window: i64| window.rem_euclid(ROWS) as usize * keys;
    let (mut highest, mut watermark) = (i64::MIN, i64::MIN);
    // Windows by number. Of those that have had events, the first that is not over, and the last.
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    // The instant at which the first one is over.
    let mut due = i64::MAX;
    for event in events {
        let ts = event.ts.ms();
        let window = ts.div_euclid(size);
        if (window + 1) * size - 1 <= watermark {
            out.late += 1;
        } else {
            if window < first || window > last {
                (first, last) = (first.min(window), last.max(window));
                assert!(last - first < ROWS, "too many windows are open at once");
                due = (first + 1) * size - 1;
            }
            let totals = &mut table[row(window) + event.key.0 as usize];
            totals.count += 1;
            totals.sum += event.value;
        }
        if ts > highest {
            highest = ts;
            watermark = ts - delay - 1;
            while watermark >= due {
                let row = row(first);
                emit(first * size, &mut table[row..row + keys], &mut out);
                first += 1;
                due += size;
            }
        }
    }
    for window in first..=last {
        let row = row(window);
        emit(window * size, &mut table[row..row + keys], &mut out);
    }
    out
}

fn emit(start: i64, row: &mut [Totals], out: &mut Emitted) {
    for (key, totals) in row.iter_mut().enumerate() {
        if totals.count > 0 {
            out.results.push((key as u32, start, *totals));
            *totals = Totals::default();
        }
    }
}
