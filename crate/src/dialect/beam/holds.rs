//! What holds the output watermark back: `WATERMARK_HOLD` of Beam 2.77.
//!
//! A window holds at its end from an element until a pane lets it go, for all keys; a merged one at the earliest end of those
//! that it was merged from.

use crate::sorted::Numbers;
use crate::time::EventTime;

/// The windows that hold the output watermark back, by their ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Holds(Numbers<EventTime>);

impl Holds {
    /// Where the output watermark is held back to.
    pub(super) fn earliest(&self) -> Option<EventTime> {
        self.0.first().map(|(end, _)| end)
    }

    /// Lets a window hold at `end`, unless it already holds at or before it.
    #[inline]
    pub(super) fn hold(&mut self, held: &mut Option<EventTime>, end: EventTime) {
        if held.is_some_and(|at| at <= end) {
            return;
        }
        if let Some(at) = held.replace(end) {
            self.release(at);
        }
        let others = self.0.get(end).unwrap_or(0);
        self.0.insert(end, others + 1);
    }

    pub(super) fn release(&mut self, end: EventTime) {
        match self.0.remove(end) {
            None | Some(1) => {}
            Some(count) => {
                self.0.insert(end, count - 1);
            }
        }
    }
}
