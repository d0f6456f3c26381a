//! What has gone where by a position, and what the last step moved.

use super::{Fact, Run};
use crate::fact::LateFate;
use crate::scenario::LateData;
use crate::time::Watermark;

/// Why an event goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Its windows are over.
    Late,
    /// It was there before.
    Duplicate,
    /// It falls between windows.
    NoWindow,
    /// The trigger of its window has finished for good.
    Finished,
}

impl Reason {
    pub(super) const ALL: [Reason; 4] = [
        Reason::Late,
        Reason::Duplicate,
        Reason::NoWindow,
        Reason::Finished,
    ];

    /// The id of the box that such events end in.
    pub(super) fn id(self) -> &'static str {
        match self {
            Reason::Late => "late",
            Reason::Duplicate => "duplicate",
            Reason::NoWindow => "no-window",
            Reason::Finished => "finished",
        }
    }

    /// What the box is called.
    pub(super) fn title(self, run: &Run) -> &'static str {
        match self {
            Reason::Late if aside(run) => "Late side output",
            Reason::Late => "Late, dropped",
            Reason::Duplicate => "Duplicates, dropped",
            Reason::NoWindow => "In no window",
            Reason::Finished => "Trigger finished",
        }
    }
}

/// Whether late events are kept aside rather than dropped.
pub(super) fn aside(run: &Run) -> bool {
    run.scenario.pipeline.late_data == Some(LateData::SideOutput)
}

/// Why an event has gone no further by a position, if it has not.
pub(super) fn reason(run: &Run, event: u32, position: usize) -> Option<Reason> {
    let (step, fact) = run.trace.fates.get(event as usize)?.lost?;
    if step as usize >= position {
        return None;
    }
    match run.trace.entry(fact)?.fact {
        Fact::Late { .. } => Some(Reason::Late),
        Fact::Duplicate { .. } => Some(Reason::Duplicate),
        Fact::NoWindow { .. } => Some(Reason::NoWindow),
        Fact::Swallowed { .. } => Some(Reason::Finished),
        _ => None,
    }
}

/// The events that have arrived and that no micro-batch has taken yet, in order; none where there are no micro-batches.
pub(super) fn waiting(run: &Run, position: usize) -> Vec<u32> {
    let mut waiting = Vec::new();
    if !run.scenario.engine.pacing().batches {
        return waiting;
    }
    for step in (0..position).rev() {
        let facts = run.trace.of_step(step);
        if facts
            .iter()
            .any(|entry| matches!(entry.fact, Fact::Batch { .. }))
        {
            break;
        }
        waiting.extend(facts.iter().filter_map(|entry| match entry.fact {
            Fact::Arrived { event } => Some(event),
            _ => None,
        }));
    }
    waiting.sort_unstable();
    waiting
}

/// What has gone where.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) position: usize,
    /// Events by source.
    pub(super) arrived: Vec<u32>,
    /// Events by key, of those that have reached the operator.
    pub(super) keys: Vec<u32>,
    /// Events that wait for the next micro-batch.
    pub(super) waiting: Vec<u32>,
    /// Events that go no further, by reason.
    pub(super) lost: [u32; 4],
    /// Results that say something, and those of them that put an earlier one right.
    pub(super) results: u32,
    pub(super) corrections: u32,
    /// Results that withdraw one.
    pub(super) withdrawn: u32,
    /// What the last step did.
    pub(super) last: Last,
}

/// What the last step moved.
#[derive(Debug, Default)]
pub(super) struct Last {
    /// The events that arrived.
    pub(super) arrived: Vec<u32>,
    /// The events that reached the operator.
    pub(super) taken: Vec<u32>,
    /// The events that went no further.
    pub(super) lost: Vec<u32>,
    /// The results that came out, by number.
    pub(super) emissions: Vec<u32>,
    /// The events passed on without a window.
    pub(super) passed: Vec<u32>,
    /// The watermarks that sources told.
    pub(super) watermarks: Vec<(u16, Watermark)>,
    /// The combined one, if it rose.
    pub(super) watermark: Option<Watermark>,
    /// The micro-batch that ran last: its number, its events, and the watermarks it judged by.
    pub(super) batch: Option<(u32, u32, Watermark, Watermark)>,
    /// Whether windows opened, merged or went.
    pub(super) windows: bool,
}

impl Counts {
    pub(super) fn of(run: &Run, position: usize) -> Counts {
        let waiting = waiting(run, position);
        let mut counts = Counts {
            position,
            arrived: vec![0; run.names().sources.max(1) as usize],
            keys: vec![0; run.names().keys.len()],
            waiting,
            ..Counts::default()
        };
        for (event, fate) in run.compiled.events.iter().zip(&run.trace.fates) {
            if fate
                .arrived
                .is_none_or(|(step, _)| step as usize >= position)
            {
                continue;
            }
            counts.arrived[event.source as usize] += 1;
            if counts.waiting.binary_search(&event.index).is_err()
                && let Some(key) = counts.keys.get_mut(event.key.0 as usize)
            {
                *key += 1;
            }
            if let Some(reason) = reason(run, event.index, position) {
                counts.lost[reason as usize] += 1;
            }
        }
        counts.count_results(run);
        if let Some(step) = position.checked_sub(1) {
            counts.last = Last::of(run, step);
        }
        counts
    }

    fn count_results(&mut self, run: &Run) {
        let by = |step: u32| (step as usize) < self.position;
        for (number, emission) in run.trace.emissions.iter().enumerate() {
            if !by(emission.step) {
                break;
            }
            if emission.value.is_none() {
                self.withdrawn += 1;
                continue;
            }
            self.results += 1;
            let first = emission
                .lane
                .and_then(|lane| run.trace.lanes[lane as usize].emissions.first());
            self.corrections += u32::from(first.is_some_and(|first| (*first as usize) < number));
        }
        self.results += run.trace.passed.partition_point(|(step, _)| by(*step)) as u32;
    }

    /// How many events have reached the operator.
    pub(super) fn taken(&self) -> u32 {
        self.arrived.iter().sum::<u32>() - self.waiting.len() as u32
    }
}

impl Last {
    fn of(run: &Run, step: usize) -> Last {
        let mut last = Last::default();
        for entry in run.trace.of_step(step) {
            match &entry.fact {
                Fact::Arrived { event } => last.arrived.push(*event),
                Fact::SourceWatermark {
                    source, watermark, ..
                } => last.watermarks.push((*source, *watermark)),
                Fact::Watermark { to, .. } => last.watermark = Some(*to),
                Fact::Late { event, fate, .. } if *fate != LateFate::Partly => {
                    last.lost.push(*event);
                }
                Fact::Duplicate { event, .. }
                | Fact::NoWindow { event }
                | Fact::Swallowed { event, .. } => last.lost.push(*event),
                Fact::Passed { event } => last.passed.push(*event),
                Fact::Batch {
                    number,
                    events,
                    late_by,
                    evict_by,
                } => {
                    last.batch = Some((*number, *events, *late_by, *evict_by));
                    if *events > 0 {
                        last.taken = waiting(run, step);
                    }
                }
                Fact::Added { .. }
                | Fact::Merged { .. }
                | Fact::Copied { .. }
                | Fact::Remembered { .. }
                | Fact::Purged { .. }
                | Fact::Evicted { .. } => last.windows = true,
                _ => {}
            }
        }
        if !run.scenario.engine.pacing().batches {
            last.taken.clone_from(&last.arrived);
        }
        let emissions = &run.trace.emissions;
        let from = emissions.partition_point(|e| (e.step as usize) < step);
        let to = emissions.partition_point(|e| (e.step as usize) <= step);
        last.emissions = (from as u32..to as u32).collect();
        last
    }
}

/// The micro-batch that ran last before a position: its number, its events, what it judged by.
pub(super) fn last_batch(run: &Run, position: usize) -> Option<(u32, u32, Watermark, Watermark)> {
    (0..position)
        .rev()
        .flat_map(|step| run.trace.of_step(step).iter().rev())
        .find_map(|entry| match entry.fact {
            Fact::Batch {
                number,
                events,
                late_by,
                evict_by,
            } => Some((number, events, late_by, evict_by)),
            _ => None,
        })
}
