//! Laws of changing events, over made-up lists and made-up changes.

use super::{INPUT, SettingValue, name_of, written};
use crate::knobs::{Setting, changes, set, set_all};
use crate::scenario::{Input, Scenario};
use crate::source::{EventSpec, StepSpec};
use crate::time::{EventTime, ProcTime};
use proptest::prelude::*;

fn scenario(steps: Vec<StepSpec>) -> Scenario {
    let text = r#"{"engine":"flink","pipeline":{"window":{"kind":"tumbling","size":10},"aggregate":"count",
        "watermark":{"kind":"bounded","delay":0}},"input":{"steps":[]}}"#;
    Scenario {
        input: Input::Steps(steps),
        ..Scenario::parse(text).expect("a sound scenario")
    }
}

fn event(id: u8, key: u8, ts: i64, value: f64) -> EventSpec {
    EventSpec {
        id: format!("e{id}"),
        // Keys that look like something else in a line.
        key: ["a", "b b", "*2 c", "~1 d", "7"][usize::from(key % 5)].into(),
        ts: EventTime(ts),
        value,
        source: 0,
        movable: false,
    }
}

/// Steps in order: events, some of one id and at one time, and others with and without times.
fn steps() -> impl Strategy<Value = Vec<StepSpec>> {
    let step = (0_u8..9, 0_u8..12, 0_u8..5, 0_i64..3, 0_i64..40);
    (any::<bool>(), prop::collection::vec(step, 1..12)).prop_map(|(timed, parts)| {
        let mut clock = 100;
        let mut steps: Vec<StepSpec> = parts
            .into_iter()
            .map(|(kind, id, key, on, lag)| {
                clock += on;
                let at = timed.then_some(ProcTime(clock));
                match kind {
                    0 => StepSpec {
                        watermark: Some(EventTime(clock)),
                        ..StepSpec::default()
                    },
                    1 if timed => StepSpec {
                        processing_time: at,
                        ..StepSpec::default()
                    },
                    _ => StepSpec {
                        at,
                        event: Some(event(id, key, clock - lag, f64::from(key) / 2.0)),
                        ..StepSpec::default()
                    },
                }
            })
            .collect();
        steps.push(StepSpec {
            end: Some(true),
            ..StepSpec::default()
        });
        steps
    })
}

/// A change of the event that has the number, counted round.
#[derive(Clone, Debug)]
enum Act {
    Take(usize),
    Set(usize, &'static str, i64),
    Add(u8, i64, i64),
}

fn act() -> impl Strategy<Value = Act> {
    let field = prop::sample::select(&["time", "arrival", "key", "value", "id", "order"][..]);
    prop_oneof![
        (0_usize..12).prop_map(Act::Take),
        (0_usize..12, field, 60_i64..140).prop_map(|(event, field, to)| Act::Set(event, field, to)),
        (0_u8..14, 60_i64..140, 0_i64..30).prop_map(|(id, ts, lag)| Act::Add(id, ts, lag)),
    ]
}

/// The setting that an act is for a scenario, if it can be.
fn setting(scenario: &Scenario, act: &Act) -> Option<Setting> {
    let nth = |number: usize| {
        let steps = written(scenario);
        let places: Vec<usize> = (0..steps.len())
            .filter(|place| steps[*place].event.is_some())
            .collect();
        let place = places.get(number % places.len().max(1))?;
        name_of(scenario, *place)
    };
    let (knob, value) = match act {
        Act::Take(event) => (format!("event.{}", nth(*event)?), "gone".into()),
        Act::Set(event, "order", to) => (
            format!("event.{}.order", nth(*event)?),
            (to % 12).to_string(),
        ),
        Act::Set(event, "id", to) => (format!("event.{}.id", nth(*event)?), format!("x{to}")),
        Act::Set(event, field @ ("time" | "arrival"), to) => {
            let knob = format!("event.{}.{field}", nth(*event)?);
            return Some(Setting {
                knob,
                value: SettingValue::Number(*to),
            });
        }
        Act::Set(event, field, to) => (format!("event.{}.{field}", nth(*event)?), to.to_string()),
        Act::Add(id, ts, lag) => (format!("event.e{id}"), format!("{ts} {lag} k")),
    };
    Some(Setting {
        knob,
        value: SettingValue::Text(value),
    })
}

fn acted(start: &Scenario, acts: &[Act]) -> Scenario {
    acts.iter().fold(start.clone(), |now, act| {
        let changed = setting(&now, act).and_then(|setting| set(&now, &setting).ok());
        changed.unwrap_or(now)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is told of the changes leads to the same scenario.
    #[test]
    fn changes_lead_from_start_to_now(steps in steps(), acts in prop::collection::vec(act(), 0..8)) {
        let start = scenario(steps);
        let now = acted(&start, &acts);
        let told = changes(&start, &now);
        let again = set_all(&start, &told);
        prop_assert!(again.is_ok(), "{told:?}: {again:?}");
        prop_assert_eq!(again.unwrap_or(start), now, "{:?}", told);
    }

    /// An event that is taken out and put in again with what is told of it is where it was.
    #[test]
    fn taken_out_and_put_back_is_the_same(steps in steps(), number in 0_usize..12) {
        let start = scenario(steps);
        if let Some(gone) = setting(&start, &Act::Take(number)) {
            let without = set(&start, &gone).expect("every event can be taken out");
            let back = set_all(&without, &changes(&without, &start));
            prop_assert_eq!(back.expect("it can be put back"), start);
        }
    }

    /// Whatever was changed, events stand in the order in which they arrive, and the other steps in the order they had.
    #[test]
    fn order_follows_arrival(steps in steps(), acts in prop::collection::vec(act(), 0..8)) {
        let start = scenario(steps);
        let now = acted(&start, &acts);
        prop_assert!(now.check().is_ok());
        let times: Vec<ProcTime> = written(&now).iter().filter_map(|s| s.at.or(s.processing_time)).collect();
        prop_assert!(times.is_sorted());
        let others = |scenario: &Scenario| -> Vec<StepSpec> {
            written(scenario).iter().filter(|step| step.event.is_none()).cloned().collect()
        };
        prop_assert_eq!(others(&now), others(&start));
    }

    /// No text in a setting's place does harm.
    #[test]
    fn rubbish_is_refused_or_sound(steps in steps(), knob in "(event\\.)?.{0,12}", value in ".{0,24}") {
        let start = scenario(steps);
        if let Ok(now) = set(&start, &Setting { knob, value: SettingValue::Text(value) }) {
            prop_assert!(now.check().is_ok());
        }
        let _ = set(&start, &Setting { knob: INPUT.into(), value: SettingValue::Number(0) });
    }
}
