//! Timers: what is to happen for a key and window once a clock reaches an instant.
//!
//! A set, as in Flink's timer service: the same timer registered twice fires once. Ordered by time, then window, then key.

use crate::model::{KeyId, Window};
use std::collections::BTreeSet;

/// One timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timer {
    /// When it is due, in ms of its clock.
    pub at: i64,
    /// For which window.
    pub window: Window,
    /// For which key.
    pub key: KeyId,
}

/// The timers of one clock.
///
/// State: one entry per pending timer. Merging: the dialect deletes and registers. Lifetime: until due or deleted.
#[derive(Clone, Debug)]
pub struct Timers {
    pending: BTreeSet<Timer>,
    // The time of the first one, so that asking whether any is due costs one comparison per event.
    next: i64,
}

impl Default for Timers {
    fn default() -> Self {
        Timers {
            pending: BTreeSet::new(),
            next: i64::MAX,
        }
    }
}

impl Timers {
    /// Registers a timer; returns whether it is new.
    pub fn set(&mut self, timer: Timer) -> bool {
        self.next = self.next.min(timer.at);
        self.pending.insert(timer)
    }

    /// Deletes a timer; returns whether there was one.
    pub fn delete(&mut self, timer: Timer) -> bool {
        let found = self.pending.remove(&timer);
        if found {
            self.next = self.pending.first().map_or(i64::MAX, |first| first.at);
        }
        found
    }

    /// Takes the earliest timer that is due at `now`.
    #[inline]
    pub fn take_due(&mut self, now: i64) -> Option<Timer> {
        if self.next > now {
            return None;
        }
        let due = self.pending.pop_first_if(|timer| timer.at <= now);
        self.next = self.pending.first().map_or(i64::MAX, |first| first.at);
        due
    }

    /// The pending timers, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Timer> {
        self.pending.iter()
    }
}

/// Taking the first element of a set only where it meets a condition.
trait PopFirstIf {
    fn pop_first_if(&mut self, condition: impl FnOnce(&Timer) -> bool) -> Option<Timer>;
}

impl PopFirstIf for BTreeSet<Timer> {
    fn pop_first_if(&mut self, condition: impl FnOnce(&Timer) -> bool) -> Option<Timer> {
        if self.first().is_some_and(condition) {
            self.pop_first()
        } else {
            None
        }
    }
}
