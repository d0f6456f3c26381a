//! Deduplication: a row passes unless one with the same columns is remembered.

use super::Batch;
use crate::aggregate::Aggregate;
use crate::dialect::CellView;
use crate::fact::{Check, Fact, Recorder, Rule};
use crate::model::{Event, KeyId, Names, Window};
use crate::scenario::Dedup;
use crate::sorted::{Key, Named, Numbers, Rank, Sorted};
use crate::time::{EventTime, Span};
use std::sync::Arc;

/// The columns that rows can be compared by.
pub(super) const COLUMNS: [&str; 4] = ["id", "key", "ts", "value"];

/// `dropDuplicates` (Spark 4.3 `StreamingDeduplicateExec`) or `dropDuplicatesWithinWatermark`
/// (`StreamingDeduplicateWithinWatermarkExec`).
#[derive(Clone, Debug)]
pub(super) struct Deduplication {
    watermarked: bool,
    memory: Memory,
    /// Which of [`COLUMNS`] are compared.
    compared: [bool; COLUMNS.len()],
    /// The number of each event's id: equal ids, equal numbers.
    ids: Arc<[u32]>,

    // State. Lifetime of an entry: until the watermark of a batch has reached its expiry, or the run.
    /// The event that came first, of each row that is remembered.
    seen: Sorted<Row, Option<Event>>,
    expiries: Numbers<(EventTime, Row)>,
}

/// How long a row is remembered.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Memory {
    /// For ever.
    Always,
    /// Until the watermark reaches its event time plus the delay.
    For(Span),
}

/// The compared columns of a row; 0 in those that are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    id: u32,
    key: u32,
    ts: i64,
    value: u64,
}

impl Key for Row {
    fn rank(self) -> Rank {
        let ids = u64::from(self.id) << 32 | u64::from(self.key);
        Rank(signed(ids), self.ts, signed(self.value), 0)
    }
    fn of(rank: Rank) -> Row {
        let ids = unsigned(rank.0);
        Row {
            id: (ids >> 32) as u32,
            key: ids as u32,
            ts: rank.1,
            value: unsigned(rank.2),
        }
    }
}

impl Key for (EventTime, Row) {
    fn rank(self) -> Rank {
        let Rank(ids, ts, value, _) = self.1.rank();
        Rank(self.0.ms(), ids, ts, value)
    }
    fn of(rank: Rank) -> (EventTime, Row) {
        let row = Row::of(Rank(rank.1, rank.2, rank.3, 0));
        (EventTime(rank.0), row)
    }
}

/// A number as a signed one that sorts as it does.
fn signed(number: u64) -> i64 {
    (number ^ (1 << 63)) as i64
}

fn unsigned(number: i64) -> u64 {
    number as u64 ^ (1 << 63)
}

impl Deduplication {
    /// `delay` is the watermark's, where there is one.
    pub(super) fn new(spec: &Dedup, delay: Option<Span>, names: &Names) -> Deduplication {
        let compared = COLUMNS.map(|column| match &spec.on {
            Some(on) => on.iter().any(|other| other == column),
            None => column == "id",
        });
        let [_, _, by_time, _] = compared;
        let memory = match delay {
            Some(delay) if spec.within_watermark => Memory::For(delay),
            // Where event time is one of the columns, the watermark passes the rows themselves.
            Some(_) if by_time => Memory::For(Span(0)),
            _ => Memory::Always,
        };
        Deduplication {
            watermarked: delay.is_some(),
            memory,
            compared,
            ids: number_ids(&names.events),
            seen: Sorted::default(),
            expiries: Numbers::default(),
        }
    }

    pub(super) fn run<R: Recorder>(&mut self, batch: &Batch, events: &[Event], recorder: &mut R) {
        let mut late = 0;
        for event in events {
            if self.watermarked && batch.late_by.reached(event.ts) {
                late += 1;
                let check = Check {
                    rule: Rule::SparkRowLate,
                    time: event.ts,
                    slack: Span(0),
                    against: batch.late_by,
                };
                batch.tell_late(event, None, check, recorder);
                continue;
            }
            self.compare(batch, event, recorder);
        }
        batch.tell_late_rows(late, recorder);
        self.forget(batch, recorder);
    }

    fn compare<R: Recorder>(&mut self, batch: &Batch, event: &Event, recorder: &mut R) {
        let row = self.row(event);
        let seen = self.seen.entry(row);
        if let Some(first) = seen {
            // A duplicate does not prolong the memory of the first.
            recorder.note(batch.fact, || Fact::Duplicate {
                event: event.index,
                first: first.index,
            });
            return;
        }
        *seen = Some(*event);
        let window = self.memory.window(event.ts);
        if let Memory::For(delay) = self.memory {
            self.expiries.insert((event.ts + delay, row), 0);
        }
        let passed = recorder.note(batch.fact, || Fact::Passed { event: event.index });
        recorder.note(passed, || Fact::Remembered {
            event: event.index,
            key: event.key,
            window,
        });
    }

    /// Forgets what the watermark of the batch has reached.
    fn forget<R: Recorder>(&mut self, batch: &Batch, recorder: &mut R) {
        let Memory::For(delay) = self.memory else {
            return;
        };
        let mut told: Numbers<(KeyId, Window)> = Numbers::default();
        while let Some(((at, row), _)) = self.expiries.first()
            && batch.evict_by.reached(at)
        {
            self.expiries.remove((at, row));
            let Some(first) = self.seen.remove(row).flatten() else {
                continue;
            };
            // Rows of one key and time are shown, and go, together.
            let window = self.memory.window(first.ts);
            if R::ON && told.insert((first.key, window), 0).is_none() {
                recorder.push(
                    batch.fact,
                    Fact::Evicted {
                        key: first.key,
                        window,
                        check: Check {
                            rule: Rule::SparkIdForgotten,
                            time: first.ts,
                            slack: delay,
                            against: batch.evict_by,
                        },
                    },
                );
            }
        }
    }

    fn row(&self, event: &Event) -> Row {
        let [id, key, ts, value] = self.compared;
        // There is one zero, as Spark compares numbers.
        let number = if event.value == 0.0 { 0.0 } else { event.value };
        Row {
            id: match self.ids.get(event.index as usize) {
                Some(number) if id => *number,
                // Of a large run nobody has named the events: copies of one have its number.
                None if id => event.index,
                _ => 0,
            },
            key: if key { event.key.0 } else { 0 },
            ts: if ts { event.ts.ms() } else { 0 },
            value: if value { number.to_bits() } else { 0 },
        }
    }

    /// How many rows are remembered.
    pub(super) fn len(&self) -> usize {
        self.seen.len()
    }

    /// 32 for each row: what is compared, and when it is forgotten.
    pub(super) fn bytes(&self) -> u64 {
        32 * self.seen.len() as u64
    }

    /// What is remembered, as windows from an event's time to the instant at which it is forgotten.
    pub(super) fn cells(&self) -> Vec<CellView> {
        let mut cells: Sorted<(Window, KeyId), Option<CellView>> = Sorted::default();
        for first in self.seen.iter().filter_map(|(_, first)| first.as_ref()) {
            let window = self.memory.window(first.ts);
            let cell = cells
                .entry((window, first.key))
                .get_or_insert_with(|| CellView {
                    key: first.key,
                    window,
                    accumulator: Aggregate::Count.empty(),
                    extra_bytes: 0,
                    timers: Vec::new(),
                });
            // Every further row takes as much as the first: what is compared, and when it is forgotten.
            cell.extra_bytes += if cell.accumulator.is_empty() { 0 } else { 32 };
            cell.accumulator.add(first);
        }
        cells.iter().filter_map(|(_, cell)| cell.clone()).collect()
    }
}

impl Memory {
    /// From an event's time to the instant at which it is forgotten; all of time where it never is.
    fn window(self, ts: EventTime) -> Window {
        match self {
            Memory::Always => Window::GLOBAL,
            Memory::For(delay) => Window::new(ts, ts + delay),
        }
    }
}

fn number_ids(names: &[String]) -> Arc<[u32]> {
    let mut numbers = Named::default();
    names.iter().map(|name| numbers.number(name)).collect()
}
