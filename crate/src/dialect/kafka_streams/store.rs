//! The window store: what is kept of each key and window, what a look-up sees of it, and when it is removed.
//!
//! Kafka Streams 3.9 keeps windows in segments of `RocksDB` and judges their age by the store's own time: the highest start
//! (sessions: end) that any key has written. Look-ups hide what has expired at once; segments are removed whole, later.
//!
//! ```text
//!   segment, >= 60 s | segment                    |
//!   removed whole    | kept, hidden |    seen     |
//!                                   ^ store time - retention
//! ```

use super::{Cell, Cut, NO_TIME};
use crate::fact::{Check, Fact, FactId, Recorder, Rule};
use crate::model::{KeyId, Window};
use crate::scenario::Emit;
use crate::state::Cells;
use crate::time::{EventTime, Span, Watermark};
use std::collections::VecDeque;

/// `Stores.persistentWindowStore`: a segment is half the retention long, and at least this.
const SHORTEST_SEGMENT: i64 = 60_000;

/// A segmented store. State: cells by key and window. Lifetime of a cell: until its segment expires.
#[derive(Clone, Debug)]
pub(super) struct Store {
    cells: Cells<Cell>,
    /// Each key's windows in order, where windows are looked for and not computed.
    by_key: Option<Vec<VecDeque<Window>>>,
    /// Sessions are kept by their end, all else by its start.
    by_end: bool,
    retention: i64,
    segment: i64,
    hides: Hides,
    /// Writes of a record reach the store behind it: the record cache is flushed when the task commits.
    cached: bool,
    /// The highest start (end) in the store.
    time: i64,
    /// The same, with what is still in the cache.
    written: i64,
    /// The first instant of the oldest segment that is kept.
    live_from: i64,
    keys: Vec<KeyId>,
}

/// From which age on look-ups do not see a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hides {
    /// `start <= store time - retention` (`AbstractRocksDBSegmentedBytesStore`).
    AtRetention,
    /// `start < store time - retention` (`AbstractDualSchemaRocksDBSegmentedBytesStore`, behind `on_window_close`).
    BehindRetention,
}

impl Store {
    pub(super) fn new(cut: Cut, emit: Emit, retention: i64, caching: Option<bool>) -> Store {
        let on_close = emit == Emit::OnWindowClose;
        let (by_end, indexed) = match cut {
            Cut::Time { .. } => (false, false),
            Cut::Session { .. } => (true, true),
            Cut::Sliding { .. } => (false, true),
        };
        Store {
            cells: Cells::default(),
            by_key: indexed.then(Vec::new),
            by_end,
            retention,
            segment: SHORTEST_SEGMENT.max(retention / 2),
            hides: if on_close && !by_end {
                Hides::BehindRetention
            } else {
                Hides::AtRetention
            },
            // With `on_window_close` the engine switches the cache off for sessions and sliding windows
            // (`SessionStoreMaterializer`, `SlidingWindowStoreMaterializer`), not for tumbling and hopping ones.
            cached: on_close && !indexed && caching != Some(false),
            time: NO_TIME,
            written: NO_TIME,
            live_from: 0,
            keys: Vec::new(),
        }
    }

    /// The instant by which the store judges a window's age.
    #[inline]
    fn instant(&self, window: Window) -> i64 {
        if self.by_end {
            window.end.ms()
        } else {
            window.start.ms()
        }
    }

    /// The first start (end) that look-ups see.
    pub(super) fn horizon(&self) -> i64 {
        self.time - self.retention + i64::from(self.hides == Hides::AtRetention)
    }

    /// Whether look-ups see a window.
    #[inline]
    pub(super) fn sees(&self, window: Window) -> bool {
        self.instant(window) >= self.horizon()
    }

    /// Whether the segment of a window is still there, by the store's time as it is now.
    pub(super) fn has_segment_of(&self, window: Window) -> bool {
        self.instant(window) / self.segment >= self.oldest_segment()
    }

    // Divisions as the engine does them: towards zero, which is the same wherever there is something to remove.
    fn oldest_segment(&self) -> i64 {
        (self.time - self.retention) / self.segment
    }

    /// The cell of a key and window, if a look-up finds it.
    #[inline]
    pub(super) fn look_up(&mut self, key: KeyId, window: Window) -> Option<&mut Cell> {
        if self.sees(window) {
            self.cells.get_mut(key, window)
        } else {
            None
        }
    }

    /// The cell of a key and window, seen or not.
    pub(super) fn get(&self, key: KeyId, window: Window) -> Option<&Cell> {
        self.cells.get(key, window)
    }

    /// The cell of a key and window, seen or not.
    pub(super) fn get_mut(&mut self, key: KeyId, window: Window) -> Option<&mut Cell> {
        self.cells.get_mut(key, window)
    }

    /// A key's windows that end at or after an instant, in the order in which they end.
    pub(super) fn windows_from(
        &self,
        key: KeyId,
        end: EventTime,
    ) -> impl DoubleEndedIterator<Item = Window> {
        let windows = self
            .by_key
            .as_ref()
            .and_then(|by_key| by_key.get(key.0 as usize));
        let from = windows.map_or(0, |windows| windows.partition_point(|w| w.end < end));
        windows
            .into_iter()
            .flat_map(move |windows| windows.range(from..))
            .copied()
    }

    /// Puts a cell in the place of whatever a look-up no longer saw there.
    pub(super) fn put<R: Recorder>(
        &mut self,
        key: KeyId,
        window: Window,
        cell: Cell,
        cause: FactId,
        recorder: &mut R,
    ) {
        self.overwrite(key, window, cause, recorder);
        self.cells.insert(key, window, cell);
        if let Some(by_key) = &mut self.by_key {
            let place = key.0 as usize;
            if by_key.len() <= place {
                by_key.resize(place + 1, VecDeque::new());
            }
            let windows = &mut by_key[place];
            let i = windows.partition_point(|other| *other < window);
            windows.insert(i, window);
        }
        self.wrote(window);
    }

    /// Removes what is about to be written over because look-ups did not find it.
    pub(super) fn overwrite<R: Recorder>(
        &mut self,
        key: KeyId,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        if self.take(key, window).is_some() {
            let check = self.hidden_check(window);
            recorder.note(cause, || Fact::Evicted { key, window, check });
        }
    }

    /// Takes a cell out.
    pub(super) fn take(&mut self, key: KeyId, window: Window) -> Option<Cell> {
        let cell = self.cells.remove(key, window)?;
        self.forget(key, window);
        Some(cell)
    }

    fn forget(&mut self, key: KeyId, window: Window) {
        if let Some(windows) = self
            .by_key
            .as_mut()
            .and_then(|by_key| by_key.get_mut(key.0 as usize))
            && let Ok(i) = windows.binary_search(&window)
        {
            windows.remove(i);
        }
    }

    /// A window was written: the store's time may move.
    #[inline]
    pub(super) fn wrote(&mut self, window: Window) {
        self.written = self.written.max(self.instant(window));
        if !self.cached {
            self.time = self.written;
        }
    }

    /// The end of a record: the cache is flushed, and segments that have expired are removed.
    ///
    /// The engine removes them with the write that moves the store's time. Nothing sees them in between but sessions about to
    /// be emitted, which ask [`Store::has_segment_of`]; and what `suppress` still holds of them comes out with the same record.
    #[inline]
    pub(super) fn end_record<R: Recorder>(&mut self, cause: FactId, recorder: &mut R) {
        self.time = self.written;
        if self.time - self.retention >= self.live_from + self.segment {
            self.live_from = self.oldest_segment() * self.segment;
            self.remove_expired(cause, recorder);
        }
    }

    fn remove_expired<R: Recorder>(&mut self, cause: FactId, recorder: &mut R) {
        loop {
            let oldest = self.cells.windows().next();
            let Some(window) = oldest.filter(|window| self.instant(*window) < self.live_from)
            else {
                return;
            };
            let check = self.segment_check(window);
            let mut keys = std::mem::take(&mut self.keys);
            keys.extend(self.cells.within(window, window).map(|(key, ..)| key));
            for key in keys.drain(..) {
                self.take(key, window);
                recorder.note(cause, || Fact::Evicted { key, window, check });
            }
            self.keys = keys;
        }
    }

    /// Why look-ups do not see a window.
    pub(super) fn hidden_check(&self, window: Window) -> Check {
        let rule = match self.hides {
            Hides::AtRetention => Rule::KafkaStoreExpired,
            Hides::BehindRetention => Rule::KafkaOrderedStoreExpired,
        };
        self.check(rule, self.instant(window))
    }

    /// Why the segment of a window is removed.
    pub(super) fn segment_check(&self, window: Window) -> Check {
        let end = (self.instant(window) / self.segment + 1) * self.segment;
        self.check(Rule::KafkaSegmentExpired, end)
    }

    fn check(&self, rule: Rule, time: i64) -> Check {
        Check {
            rule,
            time: EventTime(time),
            slack: Span(self.retention),
            against: Watermark::at(EventTime(self.time)),
        }
    }

    /// How many cells there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Every cell, by window, then key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (KeyId, Window, &Cell)> {
        self.cells.iter()
    }

    /// The cells of the windows from one to another.
    pub(super) fn within(
        &self,
        from: Window,
        to: Window,
    ) -> impl Iterator<Item = (KeyId, Window, &Cell)> {
        self.cells.within(from, to)
    }
}
