//! A scenario's input turned into what an engine takes: steps with numbers for names, paced, with the keys of its tasks.

use super::pacing::Paced;
use super::{GeneratorSpec, StepSpec};
use crate::dialect::Pacing;
use crate::model::{Action, Event, Home, KeyId, Names, Step};
use crate::scenario::{Input, Scenario};
use crate::sorted::{Named, sort_and_dedup};
use crate::time::Watermark;

/// The steps of a scenario and the names of what is in them.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// What the engine takes.
    pub steps: Vec<Step>,
    /// Which of the input's written steps each of them is; `None` for those that pace the engine.
    pub origins: Vec<Option<u32>>,
    /// The names behind the numbers.
    pub names: Names,
    /// The events, by [`Event::index`].
    pub events: Vec<Event>,
    /// Whether the steps say when they are processed; otherwise their order is all there is.
    pub timed: bool,
}

/// Turns a checked scenario's input into steps for an engine paced like this.
pub fn compile(scenario: &Scenario, pacing: Pacing) -> Compiled {
    let mut compiled = match &scenario.input {
        Input::Steps(steps) => compile_steps(steps),
        Input::Generator(spec) => compile_generated(spec),
    };
    compiled.names.source_names.clone_from(&scenario.sources);
    if pacing.tasks && compiled.names.sources > 1 {
        compiled.split_among_tasks();
    }
    let own_batches = compiled
        .steps
        .iter()
        .any(|step| matches!(step.action, Action::Batch { .. }));
    if !pacing.batches {
        compiled.retain(|step| !matches!(step.action, Action::Batch { .. }));
    }
    let mut paced = Paced::new(scenario, pacing, own_batches, compiled.names.sources);
    if !paced.changes_nothing() {
        let (steps, origins) = (
            std::mem::take(&mut compiled.steps),
            std::mem::take(&mut compiled.origins),
        );
        let mut put = |step, origin| {
            compiled.steps.push(step);
            compiled.origins.push(origin);
        };
        for (step, origin) in steps.into_iter().zip(origins) {
            paced.take(step, origin, &mut put);
        }
        paced.finish(&mut put);
    }
    compiled
}

fn compile_steps(specs: &[StepSpec]) -> Compiled {
    let mut names = Names::default();
    // Keys are numbered in the order of their names, so that whatever goes by key number goes by name.
    let mut keys = Named::default();
    for event in specs.iter().filter_map(|spec| spec.event.as_ref()) {
        keys.number(&event.key);
    }
    names.keys = keys.in_order().into_iter().map(String::from).collect();
    let mut compiled = Compiled {
        timed: specs
            .iter()
            .any(|s| s.at.is_some() || s.processing_time.is_some()),
        ..Compiled::default()
    };
    for (i, spec) in specs.iter().enumerate() {
        if let Some(highest) = spec.highest_source() {
            names.sources = names.sources.max(highest + 1);
        }
        let action = if let Some(event) = &spec.event {
            let event = Event {
                index: compiled.events.len() as u32,
                key: KeyId(keys.get(&event.key).unwrap_or(0)),
                ts: event.ts,
                value: event.value,
                source: event.source,
            };
            compiled.events.push(event);
            names.events.push(
                spec.event
                    .as_ref()
                    .map_or_else(String::new, |event| event.id.clone()),
            );
            Action::Event(event)
        } else if let Some(to) = spec.watermark {
            Action::Watermark {
                source: spec.source.unwrap_or(0),
                to: Watermark::at(to),
            }
        } else if let Some(source) = spec.mark_idle {
            Action::MarkIdle { source }
        } else if spec.batch.is_some() {
            Action::Batch {
                queued: spec.queued.unwrap_or(false),
            }
        } else if spec.end.is_some() {
            Action::End {
                source: spec.source,
            }
        } else {
            Action::ClockMoves
        };
        compiled.steps.push(Step {
            clock: spec.at.or(spec.processing_time),
            action,
        });
        compiled.origins.push(Some(i as u32));
    }
    names.sources = names.sources.max(1);
    compiled.names = names;
    compiled
}

/// What one of so many made-up keys is called: all of one length, so that their order is that of their numbers.
pub(super) fn key_name(keys: u32, key: u32) -> String {
    let width = (keys - 1).max(1).ilog10() as usize + 1;
    format!("k{key:0width$}")
}

fn compile_generated(spec: &GeneratorSpec) -> Compiled {
    let mut compiled = Compiled {
        timed: true,
        ..Compiled::default()
    };
    compiled.names.keys = (0..spec.keys).map(|key| key_name(spec.keys, key)).collect();
    compiled.names.sources = spec.sources;
    for (number, (at, mut event)) in spec.arrivals().into_iter().enumerate() {
        // A record delivered twice has one id and two places in the order of arrival.
        compiled.names.events.push(format!("e{}", event.index + 1));
        event.index = number as u32;
        compiled.events.push(event);
        compiled.steps.push(Step {
            clock: Some(at),
            action: Action::Event(event),
        });
        compiled.origins.push(None);
    }
    if spec.end {
        compiled.steps.push(Step {
            clock: None,
            action: Action::End { source: None },
        });
        compiled.origins.push(None);
    }
    compiled
}

impl Compiled {
    fn retain(&mut self, keep: impl Fn(&Step) -> bool) {
        let (steps, origins) = self
            .steps
            .iter()
            .zip(&self.origins)
            .filter(|(step, _)| keep(step))
            .unzip();
        (self.steps, self.origins) = (steps, origins);
    }

    /// Makes each source's keys its own: a task per partition knows nothing of what another keeps. One that is written to several
    /// partitions is called by them.
    fn split_among_tasks(&mut self) {
        let mut homes: Vec<(KeyId, u16)> = self.events.iter().map(|e| (e.key, e.source)).collect();
        sort_and_dedup(&mut homes);
        self.names.tasks = true;
        let keys = std::mem::take(&mut self.names.keys);
        for (i, &(key, task)) in homes.iter().enumerate() {
            let written = &keys[key.0 as usize];
            let elsewhere = |other: Option<&(KeyId, u16)>| other.is_some_and(|(k, _)| *k == key);
            let several = elsewhere(homes.get(i + 1)) || i > 0 && elsewhere(homes.get(i - 1));
            let mut name = written.clone();
            if several {
                name = format!("{written} ({})", self.names.partition(task));
                // Keys may be called anything.
                while keys.binary_search(&name).is_ok() {
                    name.push('′');
                }
            }
            self.names.keys.push(name);
            self.names.homes.push(Home {
                task,
                key: written.clone(),
            });
        }
        let own = |event: &mut Event| {
            if let Ok(place) = homes.binary_search(&(event.key, event.source)) {
                event.key = KeyId(place as u32);
            }
        };
        self.events.iter_mut().for_each(own);
        for step in &mut self.steps {
            if let Action::Event(event) = &mut step.action {
                own(event);
            }
        }
    }
}
