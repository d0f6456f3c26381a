//! Windows that merge: Flink's `MergingWindowSet`, one set of windows per key.

use super::trigger::Trigger;
use super::{Cell, Flink};
use crate::fact::{Fact, FactId, Recorder};
use crate::model::{Event, Window};
use crate::window::TimeDomain;

impl Flink {
    /// Puts a session's first window among the key's others, merging all that touch.
    #[inline(never)]
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
        let mut sum = Cell::new(self.aggregate);
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
