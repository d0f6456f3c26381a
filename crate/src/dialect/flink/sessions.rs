//! Windows that merge: Flink's `MergingWindowSet`, one set of windows per key.

use super::trigger::Trigger;
use super::{Cell, Flink};
use crate::fact::{Fact, FactId, Recorder};
use crate::model::{Event, KeyId, Window};
use crate::window::{TimeDomain, Touching};

/// The windows of each key, where windows merge.
#[derive(Clone, Debug, Default)]
pub(super) struct Sessions(Vec<Vec<Window>>);

impl Sessions {
    /// Adds a window to a key's; returns the window that covers it and all that touch it, and those it replaces.
    pub(super) fn add(&mut self, key: KeyId, window: Window) -> (Window, Vec<Window>) {
        if self.0.len() <= key.0 as usize {
            self.0.resize(key.0 as usize + 1, Vec::new());
        }
        let windows = &mut self.0[key.0 as usize];
        let old: Vec<Window> = windows
            .iter()
            .copied()
            .filter(|other| Touching::Merges.merges(window, *other))
            .collect();
        // The key's windows never touch each other, so those that the new one touches are all there is to merge.
        let merged = old
            .iter()
            .fold(window, |merged, other| merged.cover(*other));
        windows.retain(|other| !old.contains(other));
        windows.push(merged);
        (merged, old)
    }

    pub(super) fn remove(&mut self, key: KeyId, window: Window) {
        if let Some(windows) = self.0.get_mut(key.0 as usize) {
            windows.retain(|other| *other != window);
        }
    }
}

impl Flink {
    /// Puts a session's first window among the key's others, merging all that touch.
    pub(super) fn merge_in<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) -> (Window, FactId) {
        let key = event.key;
        let (merged, old) = self.sessions.add(key, window);
        if old.is_empty() || old == [merged] {
            return (merged, cause);
        }
        let mut sum = Cell {
            contents: self.aggregate.empty(),
            since_fired: 0,
            next_firing: None,
        };
        let mut last = cause;
        for from in old {
            let Some(cell) = self.cells.remove(key, from) else {
                continue;
            };
            self.delete_timers(key, from, &cell);
            sum.contents.merge(&cell.contents);
            sum.since_fired += cell.since_fired;
            sum.next_firing = match (sum.next_firing, cell.next_firing) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            last = recorder.note(cause, || Fact::Merged {
                key,
                from,
                into: merged,
            });
        }
        let next_firing = sum.next_firing;
        self.cells.insert(key, merged, sum);
        match self.trigger {
            Trigger::EventTime => {
                if !self.combiner.watermark().reached(merged.max_timestamp()) {
                    self.set_timer(
                        TimeDomain::Event,
                        key,
                        merged,
                        merged.max_timestamp().ms(),
                        last,
                        recorder,
                    );
                }
            }
            Trigger::ContinuousEventTime(_) => {
                if let Some(at) = next_firing {
                    self.set_timer(TimeDomain::Event, key, merged, at, last, recorder);
                }
            }
            Trigger::ContinuousProcessingTime(_) => {
                if let Some(at) = next_firing {
                    self.set_timer(TimeDomain::Processing, key, merged, at, last, recorder);
                }
            }
            Trigger::ProcessingTime | Trigger::Never | Trigger::Count(_) => {}
        }
        self.set_clean_up(key, merged, last, recorder);
        (merged, last)
    }
}
