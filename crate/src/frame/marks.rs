//! What is drawn rather than listed: what became of each event, what each step did, where watermarks moved.

use super::{Counts, marker, status};
use crate::fact::Fact;
use crate::run::Run;
use crate::time::Watermark;
use crate::trace::is_behind;

impl Run {
    pub(super) fn counts(&self, position: usize) -> Counts {
        let mut counts = Counts::default();
        for status in self.statuses(position) {
            counts.arrived += u32::from(status != status::FUTURE);
            match status {
                status::WAITING => counts.waiting += 1,
                status::COUNTED => counts.counted += 1,
                status::BEHIND => counts.behind += 1,
                status::LOST => counts.late += 1,
                status::ELSEWHERE => counts.other += 1,
                _ => {}
            }
        }
        counts
    }

    /// What became of each event by `position`: one of [`status`] per event.
    pub fn statuses(&self, position: usize) -> Vec<u8> {
        let by = |step: Option<u32>| step.is_some_and(|step| (step as usize) < position);
        self.trace
            .fates
            .iter()
            .zip(&self.compiled.events)
            .map(|(fate, event)| {
                if !by(fate.arrived.map(|(step, _)| step)) {
                    status::FUTURE
                } else if by(fate.lost.map(|(step, _)| step)) && !by(fate.added) {
                    let late = fate
                        .lost
                        .and_then(|(_, fact)| self.trace.entry(fact))
                        .is_some_and(|e| matches!(e.fact, Fact::Late { .. }));
                    if late {
                        status::LOST
                    } else {
                        status::ELSEWHERE
                    }
                } else if is_behind(fate.watermark, event.ts) && by(fate.added.or(fate.counted)) {
                    status::BEHIND
                } else if by(fate.counted) {
                    status::COUNTED
                } else {
                    status::WAITING
                }
            })
            .collect()
    }

    /// What kinds of things each step did: bits of [`marker`] per step.
    pub fn timeline(&self) -> Vec<u8> {
        let mut marks = vec![0; self.len()];
        for entry in &self.trace.entries {
            marks[entry.step as usize] |= match entry.fact {
                Fact::Arrived { .. } => marker::ARRIVAL,
                Fact::Emitted { .. } | Fact::Passed { .. } => marker::FIRING,
                Fact::Late { .. } | Fact::Swallowed { .. } | Fact::Duplicate { .. } => marker::LOSS,
                Fact::Merged { .. } => marker::MERGE,
                Fact::Watermark { .. } => marker::WATERMARK,
                Fact::Batch { .. } => marker::BATCH,
                Fact::SourceIdle { .. } | Fact::SourceEnded { .. } | Fact::Halted { .. } => {
                    marker::OTHER
                }
                _ => 0,
            };
        }
        marks
    }

    /// Where a watermark moved: step, processing time and watermark, three numbers for each move; infinite at the end of time.
    pub fn watermark_line(&self, source: Option<u16>) -> Vec<f64> {
        let mut line = Vec::new();
        for entry in &self.trace.entries {
            let watermark = match (&entry.fact, source) {
                (Fact::Watermark { to, .. }, None) => *to,
                (
                    Fact::SourceWatermark {
                        source, watermark, ..
                    },
                    Some(wanted),
                ) if *source == wanted => *watermark,
                _ => continue,
            };
            let ms = match watermark {
                Watermark::NONE => f64::NEG_INFINITY,
                Watermark::END => f64::INFINITY,
                other => other.raw() as f64,
            };
            line.extend([f64::from(entry.step), entry.at.ms() as f64, ms]);
        }
        line
    }

    /// Where results stand: position, processing time, and the window's start and end, four numbers for each; not a number where a
    /// window has no bounds.
    pub fn firing_marks(&self) -> Vec<f64> {
        let mut marks = Vec::with_capacity(4 * self.trace.emissions.len());
        for emission in &self.trace.emissions {
            let (start, end) = if emission.window.is_global() {
                (f64::NAN, f64::NAN)
            } else {
                (
                    emission.window.start.ms() as f64,
                    emission.window.end.ms() as f64,
                )
            };
            let position = f64::from(emission.step + 1);
            marks.extend([position, emission.at.ms() as f64, start, end]);
        }
        marks
    }
}
