//! Counts what an engine tells, and keeps nothing else of it.

use super::lateness::Histogram;
use crate::dialect::Watcher;
use crate::fact::{Fact, FactId, LateFate, Recorder};
use crate::model::{Action, KeyId, Step, Value, Window};
use crate::scenario::Scenario;
use crate::time::Watermark;
use std::collections::VecDeque;

/// So many results are listed.
const NEWEST: usize = 5;

/// Of a large run, what is shown of it.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) results: u64,
    pub(super) withdrawn: u64,
    pub(super) late: u64,
    pub(super) side_output: u64,
    pub(super) partly_late: u64,
    pub(super) elsewhere: u64,
    pub(super) batches: u64,
    pub(super) watermark: Watermark,
    pub(super) lateness: Histogram,
    newest: VecDeque<(KeyId, Window, Value)>,
    /// Whether each source is a partition with a time of its own.
    pub(super) own_times: bool,
    /// The highest event time of each source.
    highest: Vec<i64>,
    waits: i64,
}

impl Tally {
    pub(super) fn new(scenario: &Scenario, sources: u16) -> Tally {
        let pipeline = &scenario.pipeline;
        let waits = pipeline.grace.or_else(|| pipeline.watermark.delay());
        Tally {
            results: 0,
            withdrawn: 0,
            late: 0,
            side_output: 0,
            partly_late: 0,
            elsewhere: 0,
            batches: 0,
            watermark: Watermark::NONE,
            lateness: Histogram::default(),
            newest: VecDeque::with_capacity(NEWEST + 1),
            own_times: scenario.engine.pacing().tasks && sources > 1,
            highest: vec![i64::MIN; sources.max(1) as usize],
            waits: waits.map_or(i64::MAX, crate::time::Span::ms),
        }
    }

    /// The highest event time seen, in ms.
    pub(super) fn highest(&self) -> Option<i64> {
        let highest = self.highest.iter().copied().max();
        highest.filter(|at| *at > i64::MIN)
    }

    /// The latest results, the newest first.
    pub(super) fn newest(&self) -> impl Iterator<Item = &(KeyId, Window, Value)> {
        self.newest.iter().rev()
    }
}

impl Watcher for Tally {
    #[inline]
    fn before(&mut self, step: &Step) {
        let Action::Event(event) = step.action else {
            return;
        };
        let last = self.highest.len() - 1;
        let highest = &mut self.highest[(event.source as usize).min(last)];
        *highest = event.ts.ms().max(*highest);
        let behind = *highest - event.ts.ms();
        self.lateness.add(behind);
        self.lateness.beyond += u64::from(behind > self.waits);
    }
}

impl Recorder for Tally {
    const ON: bool = true;

    // Inlined so that the facts nobody asks for are not even put together.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "see above; measured")]
    fn push(&mut self, _: FactId, fact: Fact) -> FactId {
        match fact {
            Fact::Emitted {
                key,
                window,
                value: Some(value),
                ..
            } => {
                self.results += 1;
                if self.newest.len() == NEWEST {
                    self.newest.pop_front();
                }
                self.newest.push_back((key, window, value));
            }
            Fact::Emitted { value: None, .. } => self.withdrawn += 1,
            Fact::Late { fate, .. } => match fate {
                LateFate::Dropped => self.late += 1,
                LateFate::SideOutput => {
                    self.late += 1;
                    self.side_output += 1;
                }
                LateFate::Partly => self.partly_late += 1,
            },
            Fact::NoWindow { .. } | Fact::Swallowed { .. } | Fact::Duplicate { .. } => {
                self.elsewhere += 1;
            }
            // Deduplication has no windows: what is passed on is the result.
            Fact::Passed { .. } => self.results += 1,
            Fact::Watermark { to, .. } => self.watermark = to,
            Fact::Batch { .. } => self.batches += 1,
            _ => {}
        }
        FactId::NONE
    }
}
