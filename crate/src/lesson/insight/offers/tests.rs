//! What is offered can be asked, and what can be asked is offered.

use super::*;
use crate::json::from_json;
use crate::knobs::SettingValue;
use crate::measure::{EventSet, WindowSet};
use serde::de::DeserializeOwned;
use serde_json::{Map, json};

fn script(change: impl FnOnce(&mut serde_json::Value)) -> Script {
    let mut scenario = json!({
        "engine": "flink",
        "pipeline": {
            "window": {"kind": "tumbling", "size": "5 min"}, "aggregate": "count",
            "watermark": {"kind": "bounded", "delay": "10 s"}
        },
        "input": {"steps": [
            {"at": 310_000, "event": {"id": "e1", "key": "a", "ts": 300_000}},
            {"at": 700_000, "event": {"id": "e2", "key": "b", "ts": 610_500}},
            {"end": true}
        ]}
    });
    change(&mut scenario);
    Script::parse(&scenario.to_string()).expect("a sound scenario")
}

/// What an offer means with the first of its options, with and without what may be left out.
fn chosen<T: DeserializeOwned>(tag: &str, offer: &Offer) -> Vec<T> {
    [true, false]
        .map(|all| {
            let mut fields = Map::new();
            fields.insert(tag.into(), offer.name.clone().into());
            for parameter in &offer.parameters {
                if all || parameter.without.is_none() {
                    let value = &parameter.options[0].value;
                    let value = match value {
                        SettingValue::Number(n) => json!(n),
                        SettingValue::Text(text) => json!(text),
                    };
                    fields.insert(parameter.field.clone(), value);
                }
            }
            let text = serde_json::Value::Object(fields).to_string();
            from_json(&text).unwrap_or_else(|problem| panic!("{}: {problem}", offer.name))
        })
        .into()
}

#[test]
fn whatever_is_offered_can_be_asked_and_has_the_unit_it_says() {
    let script = script(|_| {});
    let offers = offers(&script).expect("a run");
    let world = script.run().expect("a run");
    for offer in &offers.measures {
        for measure in chosen::<Measure>("of", offer) {
            let given = world.asked().ask(&measure, 3);
            if offer.name != "knob" {
                assert_eq!(Some(given.unit), offer.unit, "{}", offer.name);
            }
            let answered = offer.answers.iter().any(|name| name.value == given.text);
            assert!(offer.answers.is_empty() || answered, "{}", offer.name);
        }
    }
    for offer in &offers.events {
        chosen::<EventSet>("events", offer);
    }
    for offer in &offers.windows {
        chosen::<WindowSet>("windows", offer);
    }
}

#[test]
fn windows_are_picked_where_they_can_be_told_before_anything_happens() {
    let of = |window: serde_json::Value| {
        let script = script(|s| s["pipeline"]["window"] = window);
        offers(&script).expect("a run").windows.len()
    };
    assert_eq!(of(json!({"kind": "tumbling", "size": "5 min"})), 5);
    assert_eq!(of(json!({"kind": "session", "gap": "1 min"})), 5);
    assert_eq!(of(json!({"kind": "count", "size": 1})), 0);
}

#[test]
fn every_measure_is_offered_somewhere() {
    let problem = from_json::<Measure>(r#"{"of": "?"}"#).expect_err("no measure");
    let (_, known) = problem.message.split_once("one of ").expect("a list");
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    assert!(known.len() > 20);
    let beam = script(|s| {
        s["engine"] = json!("beam");
        s["pipeline"]["accumulation"] = json!("accumulating");
    });
    let side = script(|s| s["pipeline"]["late_data"] = json!("side_output"));
    let dedup = script(|s| {
        s["engine"] = json!("spark");
        s["pipeline"] = json!({"watermark": {"kind": "bounded", "delay": "10 s"},
            "dedup": {"within_watermark": false}, "output_mode": "append", "micro_batch": {"events": 1}});
    });
    let offered: Vec<String> = [beam, side, dedup]
        .iter()
        .flat_map(|script| offers(script).expect("a run").measures)
        .map(|offer| offer.name)
        .collect();
    // Whether an engine takes a scenario with other settings is not said by choosing from lists.
    for name in known
        .iter()
        .filter(|name| !["allowed", "figure"].contains(name))
    {
        assert!(offered.iter().any(|offer| offer == name), "{name}");
    }
}
