//! Sliding windows by difference: `KStreamSlidingWindowAggregate` of Kafka Streams 3.9. Both ends of a window are inside it.
//!
//! Windows are made where records are: one that ends with each record (its left window), and one that begins right behind it
//! (its right window) as soon as that would hold something.
//!
//! ```text
//!            |---left---|                 a record at ts: [ts - d, ts]
//!                       e|---right---|    and [ts + 1, ts + 1 + d]
//! ```
//!
//! What a record needs is read first, then everything is written: a new window begins with a copy of a neighbour from before
//! the record.

use super::{Cell, Taken, Task};
use crate::fact::{Fact, FactId, Recorder};
use crate::model::{Event, KeyId, Window};
use crate::time::EventTime;

/// What the look-up for one record found.
#[derive(Clone, Copy, Debug, Default)]
struct Neighbours {
    /// A window with the record's right window's contents in it, if there are any.
    right_from: Option<Window>,
    /// The record's right window exists.
    right_exists: bool,
    /// The window with the record's left window's contents.
    left_from: Option<Window>,
    /// The record's left window exists.
    left_exists: bool,
    /// The left window holds a record of this instant already: then there is nothing to make.
    known_instant: bool,
    /// The highest timestamp before the record.
    previous: Option<i64>,
}

/// What a window holds before the record is added.
#[derive(Clone, Copy, Debug)]
enum Base {
    /// What it holds.
    Existing,
    /// What another holds.
    Copy(Window),
    /// Nothing.
    Empty,
}

/// A record on its way through its windows.
struct Passage<'a> {
    event: &'a Event,
    difference: i64,
    arrived: FactId,
    taken: Taken,
}

impl Task {
    /// Adds a record; says whether the engine then looks for windows to emit.
    pub(super) fn add_to_sliding<R: Recorder>(
        &mut self,
        event: &Event,
        difference: i64,
        arrived: FactId,
        recorder: &mut R,
    ) -> bool {
        let ts = event.ts.ms();
        let mut passage = Passage {
            event,
            difference,
            arrived,
            taken: Taken::default(),
        };
        if ts + difference < self.stream_time - self.grace {
            // The engine judges, and logs, the window that would begin with the record.
            let window = window_from(ts, difference);
            self.refuse(event, window, &mut passage.taken, arrived, recorder);
            self.tell_late(event, passage.taken, arrived, recorder);
            return false;
        }
        let early = ts < difference;
        let mut existing = std::mem::take(&mut self.found);
        let (neighbours, combined) = if early {
            self.look_around_early(event, difference, &mut existing)
        } else {
            (self.look_around(event, difference, &mut existing), None)
        };
        let right = self.prepare_right(&passage, neighbours, recorder);
        for &window in &existing {
            self.update(&mut passage, window, Base::Existing, recorder);
        }
        existing.clear();
        self.found = existing;
        if early {
            self.put_right(event.key, right, arrived, recorder);
            self.make_previous_right(&mut passage, neighbours, recorder);
            let base = combined.map_or(Base::Empty, |_| Base::Existing);
            self.update(&mut passage, window_from(0, difference), base, recorder);
        } else if !neighbours.known_instant {
            let made = self.make_previous_right(&mut passage, neighbours, recorder);
            self.make_left(&mut passage, neighbours, made, recorder);
            self.put_right(event.key, right, arrived, recorder);
        }
        self.tell_late(event, passage.taken, arrived, recorder);
        !early
    }

    /// Reads the key's windows from the latest to the earliest (`processReverse`); `existing` are those that the record is in.
    fn look_around(
        &self,
        event: &Event,
        difference: i64,
        existing: &mut Vec<Window>,
    ) -> Neighbours {
        let (key, ts) = (event.key, event.ts.ms());
        let mut found = Neighbours::default();
        let earliest = self.store.horizon().max((ts - 2 * difference).max(0));
        for window in self
            .store
            .windows_from(key, EventTime(earliest + difference))
            .rev()
        {
            let (start, end) = (window.start.ms(), window.end.ms());
            if start > ts + 1 {
                continue;
            }
            let latest = self.store.get(key, window).map_or(start, |c| c.latest);
            if start == ts + 1 {
                found.right_exists = true;
            } else if end > ts {
                found.right_from = found.right_from.or(Some(window));
                existing.push(window);
            } else if end == ts {
                found.left_exists = true;
                existing.push(window);
                if latest >= ts {
                    found.known_instant = true;
                    break;
                }
                found.previous = Some(latest);
            } else {
                found.left_from = Some(window);
                found.previous = Some(latest);
                break;
            }
        }
        found
    }

    /// Reads the windows of a record before the first full window (`processEarly`), from the earliest to the latest: no window
    /// starts below 0, and `[0, difference]` holds what full windows would. Returns that one too, if there is one.
    fn look_around_early(
        &self,
        event: &Event,
        difference: i64,
        existing: &mut Vec<Window>,
    ) -> (Neighbours, Option<Window>) {
        let (key, ts) = (event.key, event.ts.ms());
        let (mut found, mut combined) = (Neighbours::default(), None);
        let earliest = self.store.horizon().max(0);
        for window in self
            .store
            .windows_from(key, EventTime(earliest + difference))
            .take_while(|window| window.start.ms() <= ts + 1)
        {
            let start = window.start.ms();
            if start == 0 {
                combined = Some(window);
                found.previous = self.latest(key, window).filter(|latest| *latest < ts);
            } else if start <= ts {
                found.right_from = Some(window);
                existing.push(window);
            } else {
                found.right_exists = true;
            }
        }
        if found.right_from.is_none() {
            found.right_from = combined.filter(|window| self.latest(key, *window) > Some(ts));
        }
        (found, combined)
    }

    fn latest(&self, key: KeyId, window: Window) -> Option<i64> {
        self.store.get(key, window).map(|cell| cell.latest)
    }

    /// The record's right window, where it is to be made: a copy from before the record, so that it does not hold it. It is made
    /// without asking whether it is closed.
    fn prepare_right<R: Recorder>(
        &mut self,
        passage: &Passage<'_>,
        found: Neighbours,
        recorder: &mut R,
    ) -> Option<(Window, Cell)> {
        let key = passage.event.key;
        let from = found.right_from?;
        let cell = self.store.get(key, from)?;
        if found.known_instant || found.right_exists || cell.latest <= passage.event.ts.ms() {
            return None;
        }
        let cell = cell.clone();
        let into = window_from(passage.event.ts.ms() + 1, passage.difference);
        self.store.overwrite(key, into, passage.arrived, recorder);
        recorder.note(passage.arrived, || Fact::Copied { key, from, into });
        Some((into, cell))
    }

    fn put_right<R: Recorder>(
        &mut self,
        key: KeyId,
        right: Option<(Window, Cell)>,
        arrived: FactId,
        recorder: &mut R,
    ) {
        if let Some((window, cell)) = right {
            let latest = cell.latest;
            self.store.put(key, window, cell, arrived, recorder);
            self.forward(key, window, latest, arrived, recorder);
        }
    }

    /// The previous record's right window, now that there is something for it to hold; returns its start.
    fn make_previous_right<R: Recorder>(
        &mut self,
        passage: &mut Passage<'_>,
        found: Neighbours,
        recorder: &mut R,
    ) -> Option<i64> {
        let start = found.previous? + 1;
        let window = window_from(start, passage.difference);
        let exists = self.store.sees(window) && self.latest(passage.event.key, window).is_some();
        if exists || window.end < passage.event.ts {
            return None;
        }
        self.update(passage, window, Base::Empty, recorder);
        Some(start)
    }

    /// The record's left window, unless there is one.
    fn make_left<R: Recorder>(
        &mut self,
        passage: &mut Passage<'_>,
        found: Neighbours,
        just_made: Option<i64>,
        recorder: &mut R,
    ) {
        if found.left_exists {
            return;
        }
        let start = passage.event.ts.ms() - passage.difference;
        let window = window_from(start, passage.difference);
        if just_made == Some(start) {
            // The previous record is the difference and 1 ms away: its right window is this window. The engine writes the same
            // contents once more, and they come out twice.
            if self.latest(passage.event.key, window).is_some() {
                self.forward(
                    passage.event.key,
                    window,
                    passage.event.ts.ms(),
                    passage.arrived,
                    recorder,
                );
            }
            return;
        }
        let base = match found.left_from {
            Some(from) if found.previous >= Some(start) => Base::Copy(from),
            _ => Base::Empty,
        };
        self.update(passage, window, base, recorder);
    }

    /// Adds the record to a window that is open (`end >= stream time - grace`) and passes the update on.
    fn update<R: Recorder>(
        &mut self,
        passage: &mut Passage<'_>,
        window: Window,
        base: Base,
        recorder: &mut R,
    ) {
        let (event, arrived) = (passage.event, passage.arrived);
        let key = event.key;
        if window.end.ms() < self.stream_time - self.grace {
            self.refuse(event, window, &mut passage.taken, arrived, recorder);
            return;
        }
        passage.taken.by_some = true;
        let mut cause = arrived;
        if !matches!(base, Base::Existing) {
            let mut cell = Cell {
                contents: self.aggregate.empty(),
                latest: event.ts.ms(),
            };
            self.store.overwrite(key, window, arrived, recorder);
            if let Base::Copy(from) = base
                && let Some(neighbour) = self.store.get(key, from)
            {
                cell.contents = neighbour.contents.clone();
                cause = recorder.note(arrived, || Fact::Copied {
                    key,
                    from,
                    into: window,
                });
            }
            self.store.put(key, window, cell, cause, recorder);
        }
        let Some(cell) = self.store.get_mut(key, window) else {
            return;
        };
        cell.add(event);
        let (count, latest) = (cell.contents.count, cell.latest);
        self.store.wrote(window);
        let added = recorder.note(cause, || Fact::Added {
            event: event.index,
            key,
            window,
            count,
        });
        self.forward(key, window, latest, added, recorder);
    }
}

/// `[start, start + difference]`.
fn window_from(start: i64, difference: i64) -> Window {
    Window::new(EventTime(start), EventTime(start + difference))
}
