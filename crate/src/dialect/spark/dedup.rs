//! Deduplication: a row passes unless one with the same columns is remembered.

use super::Batch;
use crate::aggregate::Aggregate;
use crate::dialect::CellView;
use crate::fact::{Check, Fact, Recorder, Rule};
use crate::model::{Event, KeyId, Names, Window};
use crate::scenario::Dedup;
use crate::time::{EventTime, Span};
use std::collections::{BTreeMap, BTreeSet};
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
    seen: BTreeMap<Row, Event>,
    expiries: BTreeSet<(EventTime, Row)>,
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
            seen: BTreeMap::new(),
            expiries: BTreeSet::new(),
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
        if let Some(first) = self.seen.get(&row) {
            // A duplicate does not prolong the memory of the first.
            recorder.note(batch.fact, || Fact::Duplicate {
                event: event.index,
                first: first.index,
            });
            return;
        }
        self.seen.insert(row, *event);
        let window = self.memory.window(event.ts);
        if let Memory::For(delay) = self.memory {
            self.expiries.insert((event.ts + delay, row));
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
        let mut told = BTreeSet::new();
        while let Some(&(at, row)) = self.expiries.first()
            && batch.evict_by.reached(at)
        {
            self.expiries.pop_first();
            let Some(first) = self.seen.remove(&row) else {
                continue;
            };
            // Rows of one key and time are shown, and go, together.
            let window = self.memory.window(first.ts);
            if R::ON && told.insert((first.key, window)) {
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
        let mut cells: BTreeMap<(Window, KeyId), CellView> = BTreeMap::new();
        for first in self.seen.values() {
            let window = self.memory.window(first.ts);
            let cell = cells
                .entry((window, first.key))
                .or_insert_with(|| CellView {
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
        cells.into_values().collect()
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
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    names
        .iter()
        .map(|name| {
            let next = numbers.len() as u32;
            *numbers.entry(name).or_insert(next)
        })
        .collect()
}
