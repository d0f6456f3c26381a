//! A run: a scenario simulated from end to end, with its trace, and snapshots to go back to any step.
//!
//! The state after step n is the nearest snapshot before it and a replay from there; seeking gives what stepping gives.

use crate::dialect::{AnyEngine, Engine};
use crate::fact::{Fact, FactId, Recorder};
use crate::model::{Action, Names, Step};
use crate::scenario::{Problem, Problems, Scenario};
use crate::source::{self, Compiled};
use crate::time::{Clock, ProcTime};
use crate::trace::{Trace, Tracer};

/// Inputs beyond this are not traced step by step; [`crate::bench`] runs them without a trace.
const MOST_TRACED_STEPS: usize = 200_000;

/// Between two snapshots there are at least this many steps.
const SNAPSHOT_EVERY: usize = 64;

/// At most about this many snapshots are kept.
const SNAPSHOTS: usize = 256;

/// Tells a tracer, or nobody. Replaying from a snapshot is short, so putting facts together that nobody is told costs little; with a
/// recorder of its own each engine would be in the WebAssembly module twice.
struct Teller<'t>(Option<&'t mut Tracer>);

impl Recorder for Teller<'_> {
    const ON: bool = true;

    fn push(&mut self, cause: FactId, fact: Fact) -> FactId {
        match &mut self.0 {
            Some(tracer) => tracer.push(cause, fact),
            None => FactId::NONE,
        }
    }
}

/// A simulated scenario.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was simulated.
    pub scenario: Scenario,
    /// What the engine took.
    pub compiled: Compiled,
    /// What it told.
    pub trace: Trace,
    /// How instants are written.
    pub clock: Clock,
    /// How windows' bounds are written: mostly they are rounder than the events' times.
    pub window_clock: Clock,
    snapshots: Vec<AnyEngine>,
    snapshot_every: usize,
}

impl Run {
    /// Simulates a scenario.
    ///
    /// # Errors
    /// What is wrong with the scenario.
    pub fn new(scenario: Scenario) -> Result<Run, Vec<Problem>> {
        scenario.check()?;
        let compiled = source::compile(&scenario, scenario.engine.pacing());
        if compiled.steps.len() > MOST_TRACED_STEPS {
            let mut problems = Problems::default();
            problems.push(
                "input",
                format!(
                    "{} steps: at most {MOST_TRACED_STEPS} are traced",
                    compiled.steps.len()
                ),
            );
            problems.into_result()?;
        }
        let snapshot_every = (compiled.steps.len() / SNAPSHOTS).max(SNAPSHOT_EVERY);
        let mut engine = scenario.engine.start(&scenario, &compiled.names);
        let mut tracer = Tracer::new(&compiled);
        let mut snapshots = Vec::new();
        let mut now = ProcTime(0);
        for (number, step) in compiled.steps.iter().enumerate() {
            if number % snapshot_every == 0 {
                snapshots.push(engine.clone());
            }
            // Where nobody says when, the order of the steps is the only clock there is.
            now = if compiled.timed {
                step.clock.map_or(now, |clock| clock.max(now))
            } else {
                ProcTime(number as i64)
            };
            tracer.begin_step(now);
            engine.step(step, &mut Teller(Some(&mut tracer)));
        }
        let trace = tracer.finish();
        let bounds = || {
            trace
                .lanes
                .iter()
                .filter(|lane| !lane.window.is_global())
                .flat_map(|lane| [lane.window.start.ms(), lane.window.end.ms()])
        };
        let clock = Clock::for_instants(
            compiled
                .events
                .iter()
                .map(|event| event.ts.ms())
                .chain(
                    trace
                        .times
                        .iter()
                        .filter(|_| compiled.timed)
                        .map(|time| time.ms()),
                )
                .chain(bounds()),
        );
        let first = compiled.events.iter().map(|event| event.ts.ms()).min();
        let clock = first.map_or(clock, |first| clock.since(first));
        let window_clock = clock.for_some(bounds());
        Ok(Run {
            scenario,
            compiled,
            trace,
            clock,
            window_clock,
            snapshots,
            snapshot_every,
        })
    }

    /// The engine as it was after so many steps.
    pub fn engine_after(&self, steps: usize) -> AnyEngine {
        let steps = steps.min(self.compiled.steps.len());
        let nearest = (steps / self.snapshot_every).min(self.snapshots.len().saturating_sub(1));
        let mut engine = match self.snapshots.get(nearest) {
            Some(snapshot) => snapshot.clone(),
            None => self
                .scenario
                .engine
                .start(&self.scenario, &self.compiled.names),
        };
        for step in &self.compiled.steps[(nearest * self.snapshot_every).min(steps)..steps] {
            engine.step(step, &mut Teller(None));
        }
        engine
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.compiled.steps.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.compiled.steps.is_empty()
    }

    /// What a step is.
    pub fn step(&self, number: usize) -> Option<&Step> {
        self.compiled.steps.get(number)
    }

    /// The step in which an event arrives.
    pub fn arrival(&self, event: u32) -> Option<usize> {
        self.compiled
            .steps
            .iter()
            .position(|step| matches!(step.action, Action::Event(e) if e.index == event))
    }

    /// Whether each source is read by a task with a time of its own, so that there is none for all.
    pub fn has_tasks(&self) -> bool {
        self.compiled.names.tasks
    }

    /// The task that takes an event, where there are several.
    pub fn task_of(&self, event: u32) -> Option<u16> {
        let event = self.compiled.events.get(event as usize)?;
        self.has_tasks().then_some(event.source)
    }

    /// The names behind the numbers.
    pub fn names(&self) -> &Names {
        &self.compiled.names
    }
}
