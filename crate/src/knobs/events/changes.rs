//! The settings that make one input into another: what a link carries, and what undoing all of it would have to undo.

use super::name::{Name, id_of};
use super::{GONE, INPUT, WRITTEN, set_step, written};
use crate::knobs::{Setting, SettingValue};
use crate::scenario::{Input, Scenario};
use crate::sorted::sort_by;
use crate::source::StepSpec;
use std::collections::BTreeMap;

/// More settings than this are not told: nobody made so many changes by hand.
const MOST: usize = 2_000;

/// What leads from one scenario's input to another's, in an order in which each can be set. Steps that are not events are the
/// same in both, where nothing but settings led from the one to the other.
pub(crate) fn changes(start: &Scenario, now: &Scenario) -> Vec<Setting> {
    let mut told = Telling::default();
    let Input::Steps(wanted) = &now.input else {
        return Vec::new();
    };
    told.steps = match &start.input {
        Input::Steps(steps) => steps.clone(),
        Input::Generator(spec) => {
            let Ok(steps) = spec.written() else {
                return Vec::new();
            };
            told.settings.push(Setting {
                knob: INPUT.into(),
                value: SettingValue::Text(WRITTEN.into()),
            });
            steps
        }
    };
    if told.steps != *wanted {
        told.events(wanted);
        told.order(wanted);
    }
    told.settings
}

#[derive(Default)]
struct Telling {
    /// As they are with what has been told.
    steps: Vec<StepSpec>,
    settings: Vec<Setting>,
}

/// The places of the events of each id.
fn by_id(steps: &[StepSpec]) -> BTreeMap<&str, Vec<usize>> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, step) in steps.iter().enumerate() {
        if let Some(id) = id_of(step) {
            places.entry(id).or_default().push(place);
        }
    }
    places
}

/// Whether the clock never goes back.
fn in_order(steps: &[StepSpec]) -> bool {
    let times = steps.iter().filter_map(|s| s.at.or(s.processing_time));
    times.is_sorted()
}

impl Telling {
    /// Sets something, and remembers it if that is possible.
    fn tell(&mut self, knob: String, value: SettingValue) -> bool {
        let told = self.settings.len() < MOST && set_step(&mut self.steps, &knob, &value).is_ok();
        if told {
            self.settings.push(Setting { knob, value });
        }
        told
    }

    /// Tells what is different of the events: id by id, first those that are still there with something changed, then those that
    /// are gone, then those that are new.
    fn events(&mut self, wanted: &[StepSpec]) {
        let wants = by_id(wanted);
        let mut has = by_id(&self.steps);
        for id in wants.keys() {
            has.entry(id).or_default();
        }
        let (mut changed, mut gone, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for (id, places) in has {
            let mut rest = wants.get(id).cloned().unwrap_or_default();
            let mut other = Vec::new();
            for place in places {
                match rest.iter().position(|w| wanted[*w] == self.steps[place]) {
                    Some(same) => drop(rest.remove(same)),
                    None => other.push(place),
                }
            }
            // An event without a time of arrival does not get one, nor the other way round.
            let one = |places: &[usize], steps: &[StepSpec]| match places {
                [place] => Some(steps[*place].at.is_some()),
                _ => None,
            };
            let same_kind =
                one(&other, &self.steps).is_some_and(|timed| one(&rest, wanted) == Some(timed));
            let named = |place: usize| Some(Name::at(&self.steps, place)?.text());
            let other: Vec<String> = other.into_iter().filter_map(named).collect();
            if same_kind {
                changed.extend(other.into_iter().zip(rest));
            } else {
                // The last of an id first, so that the others keep their names.
                gone.extend(other.into_iter().rev());
                missing.extend(rest);
            }
        }
        for (name, place) in changed {
            self.change(&name, &wanted[place]);
        }
        for name in gone {
            self.tell(format!("event.{name}"), SettingValue::Text(GONE.into()));
        }
        sort_by(&mut missing, Ord::cmp);
        for place in missing {
            self.put_in(wanted, place);
        }
    }

    fn put_in(&mut self, wanted: &[StepSpec], place: usize) {
        if self.settings.len() >= MOST {
            return;
        }
        let Some(line) = written::write(wanted, place) else {
            return;
        };
        let id = id_of(&wanted[place]).unwrap_or_default();
        let copies = self.steps.iter().filter(|step| id_of(step) == Some(id));
        let copy = copies.count() + 1;
        let knob = format!("event.{}", Name { id, copy }.text());
        let before = line.contains('#').then(|| self.steps.clone());
        let told = self.tell(knob.clone(), SettingValue::Text(line));
        let Some(before) = before.filter(|_| told && !in_order(&self.steps)) else {
            return;
        };
        // What stands around its place is not there yet: it goes where it arrives, and its order is told when all are there.
        self.steps = before;
        self.settings.pop();
        if let Some(line) = written::write_plain(&wanted[place]) {
            self.tell(knob, SettingValue::Text(line));
        }
    }

    /// Tells what is different of one event.
    fn change(&mut self, name: &str, wanted: &StepSpec) {
        let Some(place) = Name::read(name, &self.steps).place(&self.steps) else {
            return;
        };
        let mut step = self.steps[place].clone();
        let (Some(has), Some(event)) = (&mut step.event, &wanted.event) else {
            return;
        };
        let (key, value, source) = (event.key.clone(), event.value, event.source);
        if has.key != key {
            has.key.clone_from(&key);
            self.tell(format!("event.{name}.key"), SettingValue::Text(key));
        }
        #[allow(clippy::float_cmp, reason = "the same value or not")]
        if has.value != value {
            has.value = value;
            let value = SettingValue::Text(value.to_string());
            self.tell(format!("event.{name}.value"), value);
        }
        if has.source != source {
            has.source = source;
            let source = SettingValue::Number(source.into());
            self.tell(format!("event.{name}.source"), source);
        }
        let time = SettingValue::Number(event.ts.ms());
        let arrival = wanted
            .at
            .filter(|at| step.at != Some(*at))
            .map(|at| SettingValue::Number(at.ms()));
        // Nothing is processed before it happens, on the way neither: what goes beyond its arrival arrives later first.
        let beyond = step.at.is_some_and(|at| at.ms() < event.ts.ms());
        let other_time = step.event.as_ref().is_some_and(|has| has.ts != event.ts);
        if other_time && !beyond {
            self.tell(format!("event.{name}.time"), time.clone());
            if let Some(event) = &mut step.event {
                event.ts = wanted.event.as_ref().map_or(event.ts, |wanted| wanted.ts);
            }
        }
        if let Some(arrival) = arrival {
            self.tell(format!("event.{name}.arrival"), arrival);
            step.at = wanted.at;
        }
        if other_time && beyond {
            // With another arrival it may be another copy of its id.
            let place = self.steps.iter().position(|s| *s == step);
            if let Some(name) = place.and_then(|place| Name::at(&self.steps, place)) {
                let name = name.text();
                self.tell(format!("event.{name}.time"), time);
            }
        }
    }

    /// Tells the order where times leave it open.
    fn order(&mut self, wanted: &[StepSpec]) {
        let others = |steps: &[StepSpec]| -> Vec<StepSpec> {
            let others = steps.iter().filter(|step| step.event.is_none());
            others.cloned().collect()
        };
        if self.steps.len() != wanted.len() || others(&self.steps) != others(wanted) {
            return;
        }
        let mut place = 0;
        while place < wanted.len() {
            if self.steps[place] == wanted[place] {
                place += 1;
                continue;
            }
            // Either the event that belongs here comes; or, where a step that does not move belongs here, the event in front of that goes
            // behind it, and so do those before it, in turn: on the way, too, nothing stands in front of what is earlier.
            let behind = self.steps[place..].iter();
            let (from, to) = if wanted[place].event.is_some() {
                let from = behind.clone().position(|step| *step == wanted[place]);
                (from.map(|from| place + from), place)
            } else {
                let next = behind.clone().position(|step| step.event.is_none());
                let next = place + next.unwrap_or_default();
                (next.checked_sub(1), next)
            };
            let name = from.and_then(|from| Some(Name::at(&self.steps, from)?.text()));
            let Some(name) = name else {
                return;
            };
            // Told at most so often: what is told is counted.
            if !self.tell(
                format!("event.{name}.order"),
                SettingValue::Number(to as i64),
            ) {
                return;
            }
        }
    }
}
