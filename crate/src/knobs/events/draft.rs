//! An event as a hand puts it: moved on the plane, filled in on its card, put in where nothing was. All of it is set at once, so
//! that nothing it passes on the way can be refused.

use super::name::{self, Name};
use super::{MADE_UP, SOURCE, instant, place, said, timed, written};
use crate::knobs::SettingValue;
use crate::model::Action;
use crate::run::Run;
use crate::scenario::{Input, Problem, Scenario};
use crate::source::{EventSpec, StepSpec};
use crate::time::{EventTime, ProcTime};
use serde::Deserialize;

/// An event as it is wanted; what is left out stays as it is, or as the nearest event has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Draft {
    /// Which event is to be so, as settings call it; where left out, a new one is put in.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub name: Option<String>,
    /// What it is called; a new one gets the next number.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub id: Option<String>,
    /// What it is grouped by.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub key: Option<String>,
    /// What the aggregate works on.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub value: Option<SettingValue>,
    /// The number of its source.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub source: Option<SettingValue>,
    /// When it happened.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub time: Option<SettingValue>,
    /// When it arrives; where nothing says when, the number of its step.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub arrival: Option<SettingValue>,
}

/// What settings call an event of a run; nothing where it is not written out.
pub fn event_name(run: &Run, event: u32) -> Option<String> {
    let step = (run.compiled.origins).get(run.arrival(event)?).copied()??;
    super::name_of(&run.scenario, step as usize)
}

/// The event of a run that settings call so; of made-up ones the first of that id.
pub fn event_called(run: &Run, name: &str) -> Option<u32> {
    let Some(written) = super::step_called(&run.scenario, name) else {
        let ids = &mut run.names().events.iter();
        return ids.position(|id| id == name).map(|index| index as u32);
    };
    let step = (run.compiled.origins.iter()).position(|o| *o == Some(written as u32))?;
    if let Action::Event(event) = run.step(step)?.action {
        return Some(event.index);
    }
    None
}

/// The scenario of a run with an event as it is wanted.
///
/// # Errors
/// What is wrong with it, by field of the draft, or with the whole by its place in the input.
pub fn drafted(run: &Run, draft: &Draft) -> Result<Scenario, Vec<Problem>> {
    let mut scenario = run.scenario.clone();
    let Input::Steps(steps) = &mut scenario.input else {
        return Err(problem("", MADE_UP));
    };
    let before = match &draft.name {
        Some(name) => Some(
            (Name::read(name, steps).place(steps))
                .ok_or_else(|| problem("", format!("there is no event {name}")))?,
        ),
        None => None,
    };
    let at_step = |number: &SettingValue| place_at_step(run, number);
    let mut step = match before {
        Some(place) => steps[place].clone(),
        None => new_step(steps, draft)?,
    };
    fill_in(&mut step, draft)?;
    let to = match &draft.arrival {
        None if before.is_some() => before,
        None => None,
        Some(number) if !timed(steps) && !steps.is_empty() => Some(at_step(number)?),
        Some(at) => {
            let happened = step.event.as_ref().map_or(0, |event| event.ts.ms());
            let near = step.at.map_or(happened, ProcTime::ms);
            let at = instant(at, near).map_err(|message| problem("arrival", message))?;
            step.at = Some(ProcTime(at));
            // What stays where it is keeps its place among those that arrive with it.
            before.filter(|place| steps[*place].at == step.at)
        }
    };
    let put = match before {
        Some(place) => place::replace(steps, place, step, to),
        None => place::put(steps, step, to),
    };
    put.map_err(|message| problem("arrival", message))?;
    scenario.check()?;
    Ok(scenario)
}

fn problem(path: &str, message: impl Into<String>) -> Vec<Problem> {
    vec![Problem {
        path: path.into(),
        message: message.into(),
    }]
}

/// A new event like the last one in front of it.
fn new_step(steps: &[StepSpec], draft: &Draft) -> Result<StepSpec, Vec<Problem>> {
    let time = (draft.time.as_ref()).ok_or_else(|| problem("time", "a new event needs a time"))?;
    let events = || steps.iter().filter_map(|step| step.event.as_ref());
    let near = events().next().map_or(0, |event| event.ts.ms());
    let ts = instant(time, near).map_err(|message| problem("time", message))?;
    let like = events()
        .filter(|event| event.ts.ms() <= ts)
        .max_by_key(|event| event.ts)
        .or_else(|| events().next());
    Ok(StepSpec {
        event: Some(EventSpec {
            id: name::fresh(steps),
            key: like.map_or_else(|| "key".into(), |event| event.key.clone()),
            ts: EventTime(ts),
            value: like.map_or(1.0, |event| event.value),
            source: like.map_or(0, |event| event.source),
            movable: false,
        }),
        ..StepSpec::default()
    })
}

fn fill_in(step: &mut StepSpec, draft: &Draft) -> Result<(), Vec<Problem>> {
    let Some(event) = &mut step.event else {
        return Err(problem("", "there is no such event"));
    };
    if let Some(id) = draft.id.as_ref().filter(|id| **id != event.id) {
        event.id = super::sound_id(id).map_err(|message| problem("id", message))?;
        event.movable = false;
    }
    if let Some(key) = &draft.key {
        event.key.clone_from(key);
    }
    if let Some(value) = &draft.value {
        event.value = (said(value).trim().parse().ok())
            .filter(|value: &f64| value.is_finite())
            .ok_or_else(|| problem("value", "a number"))?;
    }
    if let Some(source) = &draft.source {
        event.source = (said(source).parse()).map_err(|_| problem("source", SOURCE))?;
    }
    if let Some(time) = &draft.time {
        let ts = instant(time, event.ts.ms()).map_err(|message| problem("time", message))?;
        event.ts = EventTime(ts);
    }
    Ok(())
}

/// The place among the written steps of what is the run's step of a number.
fn place_at_step(run: &Run, number: &SettingValue) -> Result<usize, Vec<Problem>> {
    let number: usize = (said(number).trim().parse())
        .map_err(|_| problem("arrival", "the number of a step, from 0"))?;
    let origins = &run.compiled.origins;
    let upto = &origins[..origins.len().min(number + 1)];
    let written = upto.iter().rev().find_map(|origin| *origin).unwrap_or(0) as usize;
    // In front of the end, whatever the hand did.
    let last = written_end(&run.scenario);
    Ok(written.min(last))
}

/// The place of the last event of a list.
fn written_end(scenario: &Scenario) -> usize {
    let events = written(scenario).iter();
    let last = events.clone().rposition(|step| step.event.is_some());
    last.unwrap_or(0)
}
