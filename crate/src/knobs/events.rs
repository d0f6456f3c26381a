//! Knobs of single events: when one happened (`event.e6.time`) and when it arrives (`event.e6.arrival`).
//!
//! Any event of an input that is written out can be moved; only those that the scenario calls movable are listed. An event
//! that arrives at another time takes another place in the order of steps.

use super::table::text;
use super::{Control, Knob, SettingValue};
use crate::scenario::{Input, Scenario};
use crate::source::StepSpec;
use crate::time::{Clock, EventTime, LIMIT_MS, ProcTime, parse_instant_near};

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
    written(scenario)
        .iter()
        .filter(|step| step.event.as_ref().is_some_and(|event| event.movable))
        .flat_map(|step| {
            Which::ALL.into_iter().filter_map(move |which| {
                let event = &step.event.as_ref()?.id;
                Some(Knob {
                    id: format!("event.{event}.{}", which.name()),
                    label: which.label(event),
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

/// Moves an event.
pub(super) fn set(scenario: &mut Scenario, id: &str, value: &SettingValue) -> Result<(), String> {
    let (event, which) = Which::ALL
        .into_iter()
        .find_map(|which| {
            let rest = id.strip_prefix("event.")?.strip_suffix(which.name())?;
            Some((rest.strip_suffix('.')?, which))
        })
        .ok_or("there is no such knob")?;
    let Input::Steps(steps) = &mut scenario.input else {
        return Err("only events that are written out can be moved".into());
    };
    let place = steps
        .iter()
        .position(|step| step.event.as_ref().is_some_and(|e| e.id == event))
        .ok_or_else(|| format!("there is no event {event}"))?;
    let step = &mut steps[place];
    match (which, &mut step.event, step.at) {
        (Which::Time, Some(event), _) => event.ts = EventTime(instant(value, event.ts.ms())?),
        (Which::Arrival, _, Some(at)) => {
            let at = ProcTime(instant(value, at.ms())?);
            step.at = Some(at);
            rearrange(steps, place, at);
        }
        (Which::Time, None, _) | (Which::Arrival, _, None) => {
            return Err("this input says nothing of when events arrive".into());
        }
    }
    Ok(())
}

/// Puts a step where its new time belongs: behind all that are not later, and before an end of the input that has no time.
fn rearrange(steps: &mut Vec<StepSpec>, place: usize, at: ProcTime) {
    let moved = steps.remove(place);
    let behind = steps
        .iter()
        .rposition(|step| step.at.or(step.processing_time).is_some_and(|t| t <= at));
    steps.insert(behind.map_or(0, |behind| behind + 1), moved);
}

fn instant(value: &SettingValue, near: i64) -> Result<i64, String> {
    match value {
        SettingValue::Number(ms) => Some(*ms),
        SettingValue::Text(_) => parse_instant_near(text(value), near),
    }
    .ok_or_else(|| "a time, such as \"10:05\" or \"10:10:04.999\"".into())
}

#[cfg(test)]
mod tests {
    use super::super::{Setting, set as turn};
    use super::*;

    const SCENARIO: &str = r#"{"engine":"flink",
        "pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"count","watermark":{"kind":"bounded","delay":"10 s"}},
        "input":{"steps":[
            {"at":"2025-06-02T10:01:00Z","event":{"id":"e1","key":"a","ts":"2025-06-02T10:00:00Z"}},
            {"at":"2025-06-02T10:02:00Z","event":{"id":"e2","key":"a","ts":"2025-06-02T10:01:00Z","movable":true}},
            {"at":"2025-06-02T10:03:00Z","event":{"id":"e3","key":"a","ts":"2025-06-02T10:02:00Z"}},
            {"end":true}]}}"#;

    fn turned(knob: &str, value: &str) -> Result<Scenario, String> {
        let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
        let setting = Setting {
            knob: knob.into(),
            value: SettingValue::Text(value.into()),
        };
        turn(&scenario, &setting).map_err(|problems| problems[0].to_string())
    }

    fn order(scenario: &Scenario) -> String {
        written(scenario)
            .iter()
            .map(|step| step.event.as_ref().map_or("end", |event| &event.id))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn only_movable_events_are_listed() {
        let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
        let ids: Vec<String> = knobs(&scenario).map(|knob| knob.id).collect();
        assert_eq!(ids, ["event.e2.time", "event.e2.arrival"]);
        assert!(exists(&scenario, "event.e2.time") && !exists(&scenario, "event.e1.time"));
    }

    #[test]
    fn an_event_takes_the_place_of_its_arrival() {
        for (arrival, expected) in [
            ("10:01", "e1 e2 e3 end"),
            ("10:03", "e1 e3 e2 end"),
            ("10:04:00.5", "e1 e3 e2 end"),
        ] {
            let scenario = turned("event.e2.arrival", arrival).expect(arrival);
            assert_eq!(order(&scenario), expected, "{arrival}");
        }
        let scenario = turned("event.e1.arrival", "10:00").expect("its own time");
        assert_eq!(order(&scenario), "e1 e2 e3 end");
    }

    #[test]
    fn what_it_shows_is_what_it_was_turned_to() {
        let scenario = turned("event.e2.time", "09:59:59.999").expect("earlier");
        let shown = knobs(&scenario).next().expect("a knob").control;
        assert!(
            matches!(&shown, Control::Instant { text, step: 1, .. } if text == "09:59:59.999"),
            "{shown:?}"
        );
    }

    #[test]
    fn nothing_is_processed_before_it_happens() {
        assert_eq!(
            turned("event.e2.arrival", "10:00:59").expect_err("refused"),
            "input.steps[0].at: e2 would be processed before it happens: move it to its event time or later"
        );
        for (knob, value, said) in [
            (
                "event.e2.time",
                "noon",
                "a time, such as \"10:05\" or \"10:10:04.999\"",
            ),
            ("event.e9.time", "10:00", "there is no event e9"),
            ("event.e2.place", "10:00", "there is no such knob"),
        ] {
            assert_eq!(
                turned(knob, value).expect_err(said),
                format!("{knob}: {said}")
            );
        }
    }
}
