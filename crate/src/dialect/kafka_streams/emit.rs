//! What comes out, and when: every update, one result as the window closes, or what `suppress` releases.

use super::{Cut, NO_TIME, Task};
use crate::fact::{Check, Fact, FactId, Recorder, Rule, Why};
use crate::model::{KeyId, Window};
use crate::scenario::Emit;
use crate::sorted::Numbers;
use crate::time::{EventTime, Span, Watermark};

/// The buffer of `suppress(untilWindowCloses)` (Kafka Streams 3.9 `KTableSuppressProcessor`).
///
/// State: the windows whose last update has not come out; the update itself is what the store holds. Lifetime: until released.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// Its own stream time: the highest timestamp that was passed on to it.
    time: i64,
    results: Numbers<(Window, KeyId)>,
}

impl Default for Held {
    fn default() -> Self {
        Held {
            time: NO_TIME,
            results: Numbers::default(),
        }
    }
}

impl Task {
    /// Passes an update on, stamped with a time.
    #[inline]
    pub(super) fn forward<R: Recorder>(
        &mut self,
        key: KeyId,
        window: Window,
        timestamp: i64,
        cause: FactId,
        recorder: &mut R,
    ) {
        match self.emit {
            Emit::OnUpdate => {
                recorder.note(cause, || self.result(key, window, Why::Update));
            }
            Emit::OnWindowClose => {}
            Emit::Suppress => {
                self.held.results.insert((window, key), 0);
                self.release(timestamp, cause, recorder);
            }
        }
    }

    /// Withdraws the result of a session that is no more, or no longer true; `suppress` swallows that.
    pub(super) fn withdraw<R: Recorder>(
        &mut self,
        key: KeyId,
        session: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        match self.emit {
            Emit::OnUpdate => {
                recorder.note(cause, || Fact::Emitted {
                    key,
                    window: session,
                    value: None,
                    pane: None,
                    why: Why::Withdrawal,
                });
            }
            Emit::OnWindowClose => {}
            Emit::Suppress => {
                self.held.results.remove((session, key));
            }
        }
    }

    fn result(&self, key: KeyId, window: Window, why: Why) -> Fact {
        Fact::Emitted {
            key,
            window,
            value: self
                .store
                .get(key, window)
                .map(|cell| self.aggregate.value(&cell.contents)),
            pane: None,
            why,
        }
    }

    /// How long after a window's end `suppress` holds it back (`GraphGraceSearchUtil`).
    fn hold(&self) -> i64 {
        match self.cut {
            Cut::Time { .. } | Cut::Sliding { .. } => self.grace,
            Cut::Session { gap } => self.grace + gap,
        }
    }

    /// `suppress`: until when a window's last update is held, if it is.
    pub(super) fn held_until(&self, key: KeyId, window: Window) -> Option<i64> {
        self.held
            .results
            .contains((window, key))
            .then(|| window.end.ms() + self.hold())
    }

    /// Lets out what is over by the time of what is passed on: `end <= stream time - grace`.
    ///
    /// For sessions and sliding windows that is one millisecond before they close: they may change again, and come out again.
    fn release<R: Recorder>(&mut self, timestamp: i64, cause: FactId, recorder: &mut R) {
        self.held.time = self.held.time.max(timestamp);
        while let Some(((window, key), _)) = self.held.results.first() {
            if window.end.ms() > self.held.time - self.hold() {
                return;
            }
            self.held.results.remove((window, key));
            let check = Check {
                rule: Rule::KafkaSuppressOver,
                time: window.end,
                slack: Span(self.hold()),
                against: Watermark::at(EventTime(self.held.time)),
            };
            recorder.note(cause, || {
                self.result(key, window, Why::WindowOver { check })
            });
        }
    }

    /// `on_window_close`: emits, once, what stream time has closed since the last time.
    ///
    /// The store is asked for the windows in between, and what it hides or has removed by then is lost
    /// (`AbstractKStreamTimeWindowAggregateProcessor.maybeForwardFinalResult`).
    #[inline]
    pub(super) fn emit_closed<R: Recorder>(&mut self, moved: FactId, recorder: &mut R) {
        if self.emit == Emit::OnWindowClose {
            let close = self.stream_time - self.hold();
            if self.emitted_to == NO_TIME || self.emitted_to < close {
                self.emit_up_to(close, moved, recorder);
            }
        }
    }

    fn emit_up_to<R: Recorder>(&mut self, close: i64, moved: FactId, recorder: &mut R) {
        let from = self.emitted_to;
        let first = from == NO_TIME;
        // The first and the last start (sessions: end) that is asked for.
        let (low, high) = match self.cut {
            Cut::Time { size, .. } => {
                let low = if first { 0 } else { (from - size).max(0) + 1 };
                (low, close - size)
            }
            Cut::Sliding { difference } => {
                let low = if first { 0 } else { (from - difference).max(0) };
                (low, close - difference - 1)
            }
            Cut::Session { .. } => (from.max(0), close - 1),
        };
        if high < 0 {
            return;
        }
        self.emitted_to = close;
        let at = |instant| match self.cut {
            Cut::Time { size, .. } => Window::new(EventTime(instant), EventTime(instant + size)),
            Cut::Sliding { difference } => {
                Window::new(EventTime(instant), EventTime(instant + difference))
            }
            Cut::Session { .. } => Window::new(EventTime(i64::MIN), EventTime(instant)),
        };
        let to = match self.cut {
            Cut::Session { .. } => Window::new(EventTime(i64::MAX), EventTime(high)),
            Cut::Time { .. } | Cut::Sliding { .. } => at(high),
        };
        for (key, window, cell) in self.store.within(at(low), to) {
            let lost = match self.cut {
                Cut::Session { .. } => {
                    (!self.store.has_segment_of(window)).then(|| self.store.segment_check(window))
                }
                Cut::Time { .. } | Cut::Sliding { .. } => {
                    (!self.store.sees(window)).then(|| self.store.hidden_check(window))
                }
            };
            recorder.note(moved, || match lost {
                Some(check) => Fact::ResultLost { key, window, check },
                None => Fact::Emitted {
                    key,
                    window,
                    value: Some(self.aggregate.value(&cell.contents)),
                    pane: None,
                    why: Why::WindowOver {
                        check: self.closed_check(window),
                    },
                },
            });
        }
    }
}
