//! Idleness: when a source counts as idle because it had no event for so long (Flink `WatermarksWithIdleness`).

use crate::model::{Action, Step};
use crate::time::{ProcTime, Span};

/// Follows when each source had its last event.
///
/// State: one entry per source. Lifetime: the run.
#[derive(Clone, Debug)]
pub(super) struct Idleness {
    timeout: Span,
    /// When each source had its last event, or the input began; nothing for those that are idle.
    last: Vec<Option<ProcTime>>,
    begun: bool,
}

impl Idleness {
    pub(super) fn new(timeout: Span, sources: u16) -> Idleness {
        Idleness {
            timeout,
            last: vec![None; sources as usize],
            begun: false,
        }
    }

    /// Declares the sources idle that are so before a step.
    pub(super) fn before(&mut self, step: &Step, put: &mut impl FnMut(Step)) {
        let Some(clock) = step.clock else {
            return;
        };
        if !std::mem::replace(&mut self.begun, true) {
            self.last.fill(Some(clock));
        }
        while let Some((at, source)) = self.next_before(clock) {
            self.last[source] = None;
            put(Step {
                clock: Some(at),
                action: Action::MarkIdle {
                    source: source as u16,
                },
            });
        }
        if let Action::Event(event) = step.action {
            self.last[event.source as usize] = Some(clock);
        }
    }

    /// The source that is idle first, if that is before an instant.
    fn next_before(&self, clock: ProcTime) -> Option<(ProcTime, usize)> {
        (self.last.iter().enumerate())
            .filter_map(|(source, last)| Some(((*last)? + self.timeout, source)))
            .filter(|(at, _)| *at < clock)
            .min()
    }
}
