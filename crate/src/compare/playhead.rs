//! One playhead over runs whose steps differ: engines are paced differently, so events and the end are all they have in common;
//! where events arrive in another order, the processing clock is.

use crate::model::Action;
use crate::run::Run;

/// A moment of one run, to be found in others.
pub(super) struct Playhead<'r> {
    base: &'r Run,
    position: usize,
    /// How many events have arrived.
    events: usize,
}

impl<'r> Playhead<'r> {
    pub(super) fn new(base: &'r Run, position: usize) -> Playhead<'r> {
        let position = position.min(base.len());
        Playhead {
            base,
            position,
            events: arrivals(base, position),
        }
    }

    /// The same moment in a run: right before its next event, so that whatever paces the engine in between has happened.
    pub(super) fn position_in(&self, run: &Run) -> usize {
        if run.compiled.steps == self.base.compiled.steps {
            return self.position;
        }
        if self.position >= self.base.len() {
            return run.len();
        }
        if self.goes_by_clock(run) {
            let Some(now) = self.position.checked_sub(1) else {
                return 0;
            };
            let now = self.base.trace.times[now];
            return run.trace.times.iter().filter(|time| **time <= now).count();
        }
        let mut events = 0;
        run.compiled
            .steps
            .iter()
            .position(|step| match step.action {
                Action::Event(_) => {
                    events += 1;
                    events > self.events
                }
                Action::End { source: None } => self.events == events,
                Action::Watermark { .. }
                | Action::MarkIdle { .. }
                | Action::ClockMoves
                | Action::Batch { .. }
                | Action::End { source: Some(_) } => false,
            })
            .unwrap_or(run.len())
    }

    /// Whether only the processing clock says what moment of a run is the same.
    fn goes_by_clock(&self, run: &Run) -> bool {
        let both_timed = run.compiled.timed && self.base.compiled.timed;
        both_timed && !order(run).eq(order(self.base))
    }

    /// What a run's step is called here: by the number of the step beside it in the run that is played.
    pub(super) fn step_name(&self, run: &Run, step: u32) -> String {
        let step = step as usize;
        if run.compiled.steps == self.base.compiled.steps {
            return format!("step {}", step + 1);
        }
        let ends = |run: &Run, step: usize| {
            matches!(
                run.compiled.steps.get(step).map(|step| step.action),
                Some(Action::End { source: None })
            )
        };
        if ends(run, step) {
            return "the end".into();
        }
        if self.goes_by_clock(run) {
            return run.clock.format(run.trace.times[step].ms());
        }
        let events = arrivals(run, step + 1);
        let mut seen = 0;
        let here = self.base.compiled.steps.iter().position(|step| {
            seen += usize::from(matches!(step.action, Action::Event(_)));
            seen == events
        });
        match here {
            Some(here) if events > 0 => format!("step {}", here + 1),
            Some(_) | None => "the start".into(),
        }
    }
}

/// How many events arrive in so many steps.
fn arrivals(run: &Run, steps: usize) -> usize {
    run.compiled.steps[..steps.min(run.len())]
        .iter()
        .filter(|step| matches!(step.action, Action::Event(_)))
        .count()
}

/// The ids of the events in the order in which they arrive.
fn order(run: &Run) -> impl Iterator<Item = &str> {
    run.compiled
        .steps
        .iter()
        .filter_map(|step| match step.action {
            Action::Event(event) => Some(run.names().event(event.index)),
            Action::Watermark { .. }
            | Action::MarkIdle { .. }
            | Action::ClockMoves
            | Action::Batch { .. }
            | Action::End { .. } => None,
        })
}
