//! One playhead over runs whose steps differ: engines are paced differently, so events and the end are all they have in common.

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
