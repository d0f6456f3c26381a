//! Timers: what is to happen for a key and window once a clock reaches an instant.
//!
//! A set, as in Flink's timer service: the same timer registered twice fires once. Ordered by time, then window, then key.

use crate::keys::KeySet;
use crate::model::{KeyId, Window};
use crate::sorted::Sorted;

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
/// State: one entry per pending timer, those of one instant and window together, because a window's keys wait for the same
/// instant. Merging: the dialect deletes and registers. Lifetime: until due or deleted.
#[derive(Clone, Debug)]
pub struct Timers {
    // None of the sets is empty.
    pending: Sorted<(i64, Window), KeySet>,
    // The time of the first one, so that asking whether any is due costs one comparison per event.
    next: i64,
}

impl Default for Timers {
    fn default() -> Self {
        Timers {
            pending: Sorted::default(),
            next: i64::MAX,
        }
    }
}

impl Timers {
    /// Registers a timer; returns whether it is new.
    pub fn set(&mut self, timer: Timer) -> bool {
        self.next = self.next.min(timer.at);
        let keys = self.pending.entry((timer.at, timer.window));
        keys.insert(timer.key)
    }

    /// Deletes a timer; returns whether there was one.
    pub fn delete(&mut self, timer: Timer) -> bool {
        if timer.at < self.next {
            return false;
        }
        let group = (timer.at, timer.window);
        let Some(keys) = self.pending.get_mut(group) else {
            return false;
        };
        let found = keys.remove(timer.key);
        if keys.is_empty() {
            self.pending.remove(group);
            self.find_next();
        }
        found
    }

    /// Takes the earliest timer that is due at `now`.
    #[inline]
    pub fn take_due(&mut self, now: i64) -> Option<Timer> {
        if self.next > now {
            return None;
        }
        self.take_first()
    }

    fn take_first(&mut self) -> Option<Timer> {
        let group = self.pending.first()?;
        let (at, window) = group;
        let keys = self.pending.get_mut(group)?;
        let key = keys.take_first();
        if keys.is_empty() {
            self.pending.remove(group);
            self.find_next();
        }
        key.map(|key| Timer { at, window, key })
    }

    /// How many are pending.
    pub fn len(&self) -> usize {
        self.pending.values().map(KeySet::len).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    fn find_next(&mut self) {
        self.next = self.pending.first().map_or(i64::MAX, |(at, _)| at);
    }

    /// The pending timers, in order.
    pub fn iter(&self) -> impl Iterator<Item = Timer> {
        (self.pending.iter()).flat_map(|((at, window), keys)| {
            (keys.iter()).map(move |key| Timer { at, window, key })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::EventTime;
    use std::collections::BTreeSet;

    #[test]
    fn timers_behave_as_a_sorted_set_does() {
        // The same pseudo-random operations on both; the numbers only have to vary.
        let mut timers = Timers::default();
        let mut set = BTreeSet::new();
        let mut state = 7_u32;
        for _ in 0..20_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = i64::from(state >> 20 & 7);
            let timer = Timer {
                at,
                window: Window::new(EventTime(at - 3), EventTime(i64::from(state >> 24 & 1))),
                key: KeyId(state >> 8 & 255),
            };
            match state >> 28 {
                0..5 => assert_eq!(timers.delete(timer), set.remove(&timer)),
                5..8 => {
                    let due = set.first().copied().filter(|first: &Timer| first.at <= at);
                    assert_eq!(timers.take_due(at), due);
                    due.map(|due| set.remove(&due));
                }
                _ => assert_eq!(timers.set(timer), set.insert(timer)),
            }
            assert_eq!(timers.next, set.first().map_or(i64::MAX, |first| first.at));
        }
        assert!(!set.is_empty());
        assert_eq!(
            timers.iter().collect::<Vec<_>>(),
            set.into_iter().collect::<Vec<_>>()
        );
    }
}
