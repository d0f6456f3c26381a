//! Knobs of single events: when one happened (`event.e6.time`), when it arrives (`event.e6.arrival`), its key, value, source and
//! id, which step it is (`event.e6.order`); all of it (`event.e6` = `gone`, or a line such as `10:02:30 30s clicks`).
//!
//! Every event of an input that is written out can be set; only those that the scenario calls movable are listed. An input that
//! is made up is written out by `input` = `written`. An event that arrives at another time takes another place in the order of
//! steps, see `place`.

use super::table::text;
use super::{Control, Knob, SettingValue};
use crate::number::read_decimal;
use crate::scenario::{Input, Scenario};
use crate::sorted::Named;
use crate::source::StepSpec;
use crate::time::{Clock, EventTime, LIMIT_MS, ProcTime, parse_instant_near};
use name::{Field, Name};

mod changes;
mod draft;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod laws;
mod name;
mod place;
#[cfg(test)]
mod tests;
mod written;

pub(super) use changes::changes;
pub use draft::{Draft, drafted, event_called, event_name};

/// The knob that writes a made-up input out, and its only value.
const INPUT: &str = "input";
const WRITTEN: &str = "written";

/// The value of an event that is taken out.
const GONE: &str = "gone";

/// What settings call the event of a step that is written out.
pub(crate) fn name_of(scenario: &Scenario, step: usize) -> Option<String> {
    Some(Name::at(written(scenario), step)?.text())
}

/// The step of the event that settings call so.
pub(crate) fn step_called(scenario: &Scenario, name: &str) -> Option<usize> {
    let steps = written(scenario);
    Name::read(name, steps).place(steps)
}

/// A name for an event that is put in.
pub fn fresh_name(scenario: &Scenario) -> String {
    name::fresh(written(scenario))
}

/// Which of an event's two times.
#[derive(Clone, Copy)]
enum Which {
    Time,
    Arrival,
}

impl Which {
    const ALL: [Which; 2] = [Which::Time, Which::Arrival];

    fn name(self) -> &'static str {
        match self {
            Which::Time => "time",
            Which::Arrival => "arrival",
        }
    }

    fn label(self, event: &str) -> String {
        match self {
            Which::Time => format!("{event} happened at"),
            Which::Arrival => format!("{event} arrives at"),
        }
    }
}

/// The knobs of the events that are movable.
pub(super) fn knobs(scenario: &Scenario) -> impl Iterator<Item = Knob> {
    let (mut ids, mut copies) = (Named::default(), Vec::new());
    let movable = written(scenario).iter().filter_map(move |step| {
        let event = step.event.as_ref()?;
        let number = ids.number(&event.id) as usize;
        copies.resize(copies.len().max(number + 1), 0);
        let copy = &mut copies[number];
        *copy += 1;
        let name = Name {
            id: &event.id,
            copy: *copy,
        };
        event.movable.then(|| (name.text(), step))
    });
    movable.flat_map(|(event, step)| {
        Which::ALL.into_iter().filter_map(move |which| {
            Some(Knob {
                id: format!("event.{event}.{}", which.name()),
                label: which.label(&event),
                control: control(step, which)?,
                disabled: None,
            })
        })
    })
}

/// Whether there is such a knob: one of an event that is movable.
pub fn exists(scenario: &Scenario, id: &str) -> bool {
    knobs(scenario).any(|knob| knob.id == id)
}

fn written(scenario: &Scenario) -> &[StepSpec] {
    match &scenario.input {
        Input::Steps(steps) => steps,
        Input::Generator(_) => &[],
    }
}

fn control(step: &StepSpec, which: Which) -> Option<Control> {
    let happened = step.event.as_ref()?.ts.ms();
    let arrives = step.at.map(ProcTime::ms);
    let (value, min, max) = match which {
        Which::Time => (happened, -LIMIT_MS, arrives.unwrap_or(happened + HOUR)),
        Which::Arrival => (arrives?, happened, happened + HOUR),
    };
    // Steps that people would choose: whole minutes where it stands on one, otherwise seconds.
    let step = match value {
        ms if ms % MINUTE == 0 => MINUTE,
        ms if ms % 1_000 == 0 => 1_000,
        _ => 1,
    };
    Some(Control::Instant {
        value,
        text: Clock::for_instants([value]).format(value),
        min,
        max,
        step,
    })
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;

/// Sets something of an event, or writes the input out.
pub(super) fn set(scenario: &mut Scenario, id: &str, value: &SettingValue) -> Result<(), String> {
    if id == INPUT {
        return write_out(scenario, value);
    }
    if !id.starts_with("event.") {
        return Err("there is no such knob".into());
    }
    let Input::Steps(steps) = &mut scenario.input else {
        return Err(MADE_UP.into());
    };
    set_step(steps, id, value)
}

/// Sets something of an event of a list, without a look at the whole.
fn set_step(steps: &mut Vec<StepSpec>, id: &str, value: &SettingValue) -> Result<(), String> {
    let (name, field) = name::target(id, steps).ok_or("there is no such knob")?;
    let place = name.place(steps);
    if field == Field::Whole {
        return set_whole(steps, &name, place, &said(value));
    }
    let place = place.ok_or_else(|| format!("there is no event {}", name.text()))?;
    let mut step = steps[place].clone();
    let Some(event) = &mut step.event else {
        return Err("there is no such knob".into());
    };
    let mut to = Some(place);
    match field {
        Field::Time => event.ts = EventTime(instant(value, event.ts.ms())?),
        Field::Arrival => {
            if !timed(steps) {
                return Err(UNTIMED.into());
            }
            let near = step.at.map_or(event.ts.ms(), ProcTime::ms);
            step.at = Some(ProcTime(instant(value, near)?));
            to = None;
        }
        Field::Key => event.key = said(value),
        Field::Value => event.value = read_decimal(said(value).trim()).ok_or("a number")?,
        Field::Source => event.source = said(value).parse().map_err(|_| SOURCE)?,
        Field::Order => to = Some(said(value).parse().map_err(|_| ORDER)?),
        Field::Id => {
            event.id = sound_id(&said(value))?;
            // What is called otherwise is not what the scenario offered to move.
            event.movable = false;
        }
        Field::Whole => {}
    }
    place::replace(steps, place, step, to)
}

const MADE_UP: &str = "these events are made up from a seed; they can be changed once they are written out (input = written)";

/// Whether any step says when it happens; otherwise their order is all there is.
fn timed(steps: &[StepSpec]) -> bool {
    (steps.iter()).any(|step| step.at.or(step.processing_time).is_some())
}

const UNTIMED: &str = "this input says nothing of when events arrive, only in which order";
const SOURCE: &str = "a source's number, from 0";
const ORDER: &str = "the number of a step, from 0";

fn set_whole(
    steps: &mut Vec<StepSpec>,
    name: &Name,
    place: Option<usize>,
    line: &str,
) -> Result<(), String> {
    if line == GONE {
        let place = place.ok_or_else(|| format!("there is no event {}", name.text()))?;
        steps.remove(place);
        return Ok(());
    }
    let near = |step: &StepSpec| Some(step.event.as_ref()?.ts);
    let near = place.and_then(|place| near(&steps[place]));
    let near = near.or_else(|| steps.iter().find_map(|s| Some(s.event.as_ref()?.ts)));
    let read = written::read(line, name, near.unwrap_or_default());
    // A field that does not exist is more likely than an event with a dot in its id.
    let line = read.map_err(|form| {
        if place.is_none() && name.id.contains('.') {
            "there is no such knob".to_string()
        } else {
            form
        }
    })?;
    let other = |(at, step): (usize, &StepSpec)| step.event.is_some() && Some(at) != place;
    if line.step.at.is_some() && !timed(steps) && steps.iter().enumerate().any(other) {
        return Err(UNTIMED.into());
    }
    if let Some(place) = place {
        return place::replace(steps, place, line.step, line.place);
    }
    sound_id(name.id)?;
    // The second of an id can only come after the first.
    let copies = steps.iter().filter(|s| name::id_of(s) == Some(name.id));
    if copies.count() + 1 != name.copy {
        return Err(format!("there are fewer events called {}", name.id));
    }
    place::put(steps, line.step, line.place)
}

fn sound_id(id: &str) -> Result<String, String> {
    let sound = !id.trim().is_empty() && id.len() <= 100 && !id.contains(char::is_control);
    sound
        .then(|| id.to_string())
        .ok_or_else(|| "an event needs an id of 1 to 100 characters".into())
}

/// Makes a list of a made-up input, with the same events in the same order.
fn write_out(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
    if text(value) != WRITTEN {
        return Err(format!("only {WRITTEN}"));
    }
    if let Input::Generator(spec) = &scenario.input {
        scenario.input = Input::Steps(spec.written()?);
    }
    Ok(())
}

/// A value as a text; links cannot tell a key of digits from a number.
fn said(value: &SettingValue) -> String {
    match value {
        SettingValue::Number(number) => number.to_string(),
        SettingValue::Text(text) => text.clone(),
    }
}

fn instant(value: &SettingValue, near: i64) -> Result<i64, String> {
    match value {
        SettingValue::Number(ms) => Some(*ms),
        SettingValue::Text(_) => parse_instant_near(text(value), near),
    }
    .ok_or_else(|| "a time, such as \"10:05\" or \"10:10:04.999\"".into())
}
