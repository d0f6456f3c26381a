//! Pacing: where micro-batches are put into an input that has none of its own, and what a pipeline and its input must agree on.

use super::{Compiled, StepSpec};
use crate::dialect::Pacing;
use crate::model::{Action, Step};
use crate::scenario::{Input, MicroBatch, Problems, Scenario};
use crate::time::ProcTime;
use crate::watermark::WatermarkSpec;

/// Looks at what the pipeline and the input must agree on: when batches run, and a watermark delay for each source.
pub(crate) fn check(scenario: &Scenario, pacing: Pacing, problems: &mut Problems) {
    let (sources, timed, events, batches) = match &scenario.input {
        Input::Steps(steps) => (
            steps.iter().filter_map(StepSpec::highest_source).max(),
            steps
                .iter()
                .any(|step| step.at.is_some() || step.processing_time.is_some()),
            steps.iter().any(|step| step.event.is_some()),
            steps.iter().any(|step| step.batch.is_some()),
        ),
        Input::Generator(spec) => (spec.sources.checked_sub(1), true, true, false),
    };
    let sources = sources.map_or(1, |highest| usize::from(highest) + 1);
    if let WatermarkSpec::Bounded {
        delays: Some(delays),
        ..
    } = &scenario.pipeline.watermark
        && delays.len() < sources
    {
        problems.push(
            "pipeline.watermark.delays",
            format!(
                "there are {sources} sources and {} delays: give one for each",
                delays.len()
            ),
        );
    }
    match scenario.pipeline.micro_batch {
        None if pacing.batches && events && !batches => problems.push(
            "pipeline.micro_batch",
            "is missing: events wait for a batch, and none ever runs; say how often, for example {\"events\": 1}, or put batch steps into the input",
        ),
        Some(MicroBatch::Interval(_)) if pacing.batches && !timed => problems.push(
            "pipeline.micro_batch.interval",
            "counts processing time, and no step says when it is processed: give steps an `at`, or count events",
        ),
        _ => {}
    }
}

impl Compiled {
    /// Puts in micro-batch triggers: after every so many events, or at the ticks of an interval.
    pub(super) fn add_batches(&mut self, when: MicroBatch) {
        let old = std::mem::take(self);
        let mut pacer = Pacer {
            when,
            out: Compiled {
                names: old.names,
                events: old.events,
                timed: old.timed,
                ..Compiled::default()
            },
            waiting: 0,
            next_tick: None,
            follows_data: false,
        };
        for (step, origin) in old.steps.into_iter().zip(old.origins) {
            if let Some(clock) = step.clock {
                pacer.clock_moves(clock);
            }
            if matches!(step.action, Action::End { .. }) {
                pacer.finish();
            }
            pacer.take(step, origin);
        }
        pacer.finish();
        *self = pacer.out;
    }
}

/// Fires the micro-batch trigger while steps go by.
struct Pacer {
    when: MicroBatch,
    out: Compiled,
    /// Events since the last batch.
    waiting: u32,
    /// When the interval is over next.
    next_tick: Option<i64>,
    /// Whether the last tick had data, so that the next one may have to follow up on it.
    follows_data: bool,
}

impl Pacer {
    fn take(&mut self, step: Step, origin: Option<u32>) {
        self.waiting += u32::from(matches!(step.action, Action::Event(_)));
        self.out.steps.push(step);
        self.out.origins.push(origin);
        if matches!(self.when, MicroBatch::Events(n) if self.waiting >= n) {
            self.waiting = 0;
            self.fire(None, false);
        }
    }

    /// Ticks that have gone by when the clock comes to `clock`; what happens at a tick itself belongs to the next one.
    fn clock_moves(&mut self, clock: ProcTime) {
        let MicroBatch::Interval(interval) = self.when else {
            return;
        };
        while let Some(due) = self.next_tick.filter(|due| *due <= clock.ms()) {
            self.next_tick = None;
            self.tick(due);
        }
        self.next_tick = Some((clock.ms().div_euclid(interval.ms()) + 1) * interval.ms());
    }

    /// One tick runs one batch: on the data that waits, or else without data if the last one moved the watermark. So a batch
    /// with data leaves it to the next tick (Spark 4.3 `ProcessingTimeExecutor`), and a tick that follows on nothing is left out.
    fn tick(&mut self, due: i64) {
        let MicroBatch::Interval(interval) = self.when else {
            return;
        };
        let has_data = std::mem::take(&mut self.waiting) > 0;
        if has_data || self.follows_data {
            self.fire(Some(ProcTime(due)), has_data);
            self.next_tick = has_data.then(|| due.saturating_add(interval.ms()));
        }
        self.follows_data = has_data;
    }

    /// What still waits when nothing more comes.
    fn finish(&mut self) {
        while let Some(due) = self.next_tick.take() {
            self.tick(due);
        }
        if std::mem::take(&mut self.waiting) > 0 {
            self.fire(None, false);
        }
    }

    fn fire(&mut self, clock: Option<ProcTime>, queued: bool) {
        self.out.steps.push(Step {
            clock,
            action: Action::Batch { queued },
        });
        self.out.origins.push(None);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
