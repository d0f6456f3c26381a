//! Pacing: where micro-batches are put into an input that has none of its own, and what a pipeline and its input must agree on.

use super::idle::Idleness;
use crate::dialect::Pacing;
use crate::model::{Action, Step};
use crate::scenario::{Input, MicroBatch, Problems, Scenario};
use crate::time::ProcTime;
use crate::watermark::WatermarkSpec;

/// Looks at what the pipeline and the input must agree on: when batches run, and a watermark delay for each source.
pub(crate) fn check(scenario: &Scenario, pacing: Pacing, problems: &mut Problems) {
    let sources = scenario.input.sources();
    let (timed, events, batches) = match &scenario.input {
        Input::Steps(steps) => (
            steps
                .iter()
                .any(|step| step.at.is_some() || step.processing_time.is_some()),
            steps.iter().any(|step| step.event.is_some()),
            steps.iter().any(|step| step.batch.is_some()),
        ),
        Input::Generator(_) => (true, true, false),
    };
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

/// Puts what paces an engine in between the steps of an input, as they go by: an input need not be there at once.
#[derive(Clone, Debug)]
pub(crate) struct Paced {
    batches: Option<Pacer>,
    idle: Option<Idleness>,
}

/// Takes steps in order, each with the one of the input's written steps that it is.
pub(crate) trait Put: FnMut(Step, Option<u32>) {}

impl<F: FnMut(Step, Option<u32>)> Put for F {}

impl Paced {
    /// For an engine paced like this; the input may bring batches of its own.
    pub(crate) fn new(
        scenario: &Scenario,
        pacing: Pacing,
        own_batches: bool,
        sources: u16,
    ) -> Paced {
        let when = scenario.pipeline.micro_batch;
        let timeout = scenario.pipeline.watermark.idle_timeout();
        Paced {
            batches: when
                .filter(|_| pacing.batches && !own_batches)
                .map(Pacer::new),
            idle: timeout
                .filter(|_| pacing.idle_steps)
                .map(|timeout| Idleness::new(timeout, sources)),
        }
    }

    /// Whether the steps stay as they are.
    pub(super) fn changes_nothing(&self) -> bool {
        self.batches.is_none() && self.idle.is_none()
    }

    /// Takes the input's next step.
    pub(crate) fn take(&mut self, step: Step, origin: Option<u32>, put: &mut impl Put) {
        let idle = &mut self.idle;
        let mut put = |step: Step, origin| {
            if let Some(idle) = idle {
                idle.before(&step, &mut |idle| put(idle, None));
            }
            put(step, origin);
        };
        match &mut self.batches {
            Some(batches) => batches.next(step, origin, &mut put),
            None => put(step, origin),
        }
    }

    /// What is still to happen when nothing more comes.
    pub(crate) fn finish(&mut self, put: &mut impl Put) {
        if let Some(batches) = &mut self.batches {
            batches.finish(put);
        }
    }
}

/// Fires the micro-batch trigger while steps go by: after every so many events, or at the ticks of an interval.
#[derive(Clone, Debug)]
struct Pacer {
    when: MicroBatch,
    /// Events since the last batch.
    waiting: u32,
    /// When the interval is over next.
    next_tick: Option<i64>,
    /// Whether the last tick had data, so that the next one may have to follow up on it.
    follows_data: bool,
}

impl Pacer {
    fn new(when: MicroBatch) -> Pacer {
        Pacer {
            when,
            waiting: 0,
            next_tick: None,
            follows_data: false,
        }
    }

    fn next(&mut self, step: Step, origin: Option<u32>, put: &mut impl Put) {
        if let Some(clock) = step.clock {
            self.clock_moves(clock, put);
        }
        if matches!(step.action, Action::End { .. }) {
            self.finish(put);
        }
        self.waiting += u32::from(matches!(step.action, Action::Event(_)));
        put(step, origin);
        if matches!(self.when, MicroBatch::Events(n) if self.waiting >= n) {
            self.waiting = 0;
            fire(None, false, put);
        }
    }

    /// Ticks that have gone by when the clock comes to `clock`; what happens at a tick itself belongs to the next one.
    fn clock_moves(&mut self, clock: ProcTime, put: &mut impl Put) {
        let MicroBatch::Interval(interval) = self.when else {
            return;
        };
        while let Some(due) = self.next_tick.filter(|due| *due <= clock.ms()) {
            self.next_tick = None;
            self.tick(due, put);
        }
        self.next_tick = Some((clock.ms().div_euclid(interval.ms()) + 1) * interval.ms());
    }

    /// One tick runs one batch: on the data that waits, or else without data if the last one moved the watermark. So a batch
    /// with data leaves it to the next tick (Spark 4.3 `ProcessingTimeExecutor`), and a tick that follows on nothing is left out.
    fn tick(&mut self, due: i64, put: &mut impl Put) {
        let MicroBatch::Interval(interval) = self.when else {
            return;
        };
        let has_data = std::mem::take(&mut self.waiting) > 0;
        if has_data || self.follows_data {
            fire(Some(ProcTime(due)), has_data, put);
            self.next_tick = has_data.then(|| due.saturating_add(interval.ms()));
        }
        self.follows_data = has_data;
    }

    /// What still waits when nothing more comes.
    fn finish(&mut self, put: &mut impl Put) {
        while let Some(due) = self.next_tick.take() {
            self.tick(due, put);
        }
        if std::mem::take(&mut self.waiting) > 0 {
            fire(None, false, put);
        }
    }
}

fn fire(clock: Option<ProcTime>, queued: bool, put: &mut impl Put) {
    let action = Action::Batch { queued };
    put(Step { clock, action }, None);
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
