//! The published inputs, and laws over seeds.

use super::*;
use crate::cluster::{Run, Spec};
use crate::measure::Measure;
use crate::world::Asked;
use proptest::prelude::*;
use serde_json::{Value, json};

fn spec(rule: &str, events: &Value) -> Value {
    json!({"process": {"rule": rule, "within": 60_000, "ratio": 5, "amount": 50_000, "count": 10,
        "ordered": false, "positive": false, "flag": false, "order": "arrival", "delay": 0,
        "arrival": "written", "ends": true, "events": events}})
}

fn play(spec: Value) -> Run {
    let spec: Spec = serde_json::from_value(spec).expect("a model");
    spec.run().expect("a run")
}

fn model(spec: Value) -> Process {
    let spec: Spec = serde_json::from_value(spec).expect("a model");
    match spec {
        Spec::Process(model) => model,
        other => panic!("{other:?}"),
    }
}

fn payments(payments: &[(&str, u32, i64)]) -> Value {
    payments
        .iter()
        .enumerate()
        .map(|(i, (key, amount, t))| json!({"id": format!("e{i}"), "key": key, "amount": amount, "t": t}))
        .collect()
}

fn end(run: &Run, figure: &str) -> String {
    let measure = Measure::Figure {
        figure: figure.into(),
    };
    Asked::Cluster(run).ask(&measure, run.len()).text
}

/// Recorded on Flink 1.17.2: one alert, for u123 (ratio 6.0 after 1000 ms).
#[test]
fn the_published_payments_bring_one_alert() {
    let events = payments(&[
        ("u123", 50, 0),
        ("u123", 300, 1_000),
        ("u456", 20, 0),
        ("u456", 25, 5_000),
    ]);
    let run = play(spec("ratio", &events));
    assert_eq!(end(&run, "alerts"), "1");
    assert_eq!(end(&run, "fate.e1"), "alert");
    assert!(
        run.narration(2).text.contains("1 s later, 6 times"),
        "{:?}",
        run.narration(2)
    );
}

/// Recorded on Flink 1.17.2: an alert at a difference of -99000, ratio 7.5.
#[test]
fn out_of_order_payments_bring_an_alert_for_a_wrong_reason() {
    let events = payments(&[("u", 50, 0), ("u", 40, 100_000), ("u", 300, 1_000)]);
    let mut written = spec("ratio", &events);
    let run = play(written.clone());
    assert_eq!(
        (end(&run, "alerts"), end(&run, "alerts.wrong")),
        ("1".into(), "1".into())
    );
    assert!(
        run.narration(3)
            .text
            .contains("−1 min 39 s later, 7.5 times"),
        "{:?}",
        run.narration(3)
    );
    written["process"]["ordered"] = json!(true);
    let run = play(written.clone());
    assert_eq!(
        (end(&run, "alerts"), end(&run, "alerts.missed")),
        ("0".into(), "1".into())
    );
    written["process"]["order"] = json!("event_time");
    for (delay, late, alerts) in [(98_999, "1", "0"), (99_000, "0", "1")] {
        written["process"]["delay"] = json!(delay);
        let run = play(written.clone());
        assert_eq!(
            (end(&run, "late"), end(&run, "alerts")),
            (late.into(), alerts.into()),
            "{delay}"
        );
        assert_eq!(end(&run, "alerts.wrong"), "0");
    }
}

#[test]
fn a_filter_is_strict_and_has_no_state() {
    let mut written = spec(
        "high_value",
        &payments(&[("a", 10_000, 0), ("a", 10_001, 1)]),
    );
    written["process"]["amount"] = json!(10_000);
    let run = play(written);
    assert_eq!(end(&run, "fate.e0"), "no_alert");
    assert_eq!(end(&run, "fate.e1"), "alert");
    assert_eq!(end(&run, "state.keys"), "0");
}

#[test]
fn the_counting_rule_goes_on_alerting_without_a_flag() {
    let events: Vec<(&str, u32, i64)> = (0..15).map(|t| ("u", 5_000, t)).collect();
    let mut written = spec("counting", &payments(&events));
    let run = play(written.clone());
    assert_eq!(
        (end(&run, "alerts"), end(&run, "fate.e9")),
        ("5".into(), "no_alert".into())
    );
    written["process"]["flag"] = json!(true);
    let run = play(written);
    assert_eq!(
        (end(&run, "alerts"), end(&run, "alerts.held_back")),
        ("1".into(), "4".into())
    );
}

/// `StateTtlConfig`: expired when the last write plus the time to live is now or before.
#[test]
fn a_cell_expires_when_its_time_to_live_is_over_to_the_millisecond() {
    for (t, alerts) in [(9_999, "1"), (10_000, "0")] {
        let mut written = spec("ratio", &payments(&[("u", 10, 0), ("u", 100, t)]));
        written["process"]["ttl"] = json!(10_000);
        let run = play(written);
        assert_eq!(end(&run, "alerts"), alerts, "{t}");
    }
}

/// A timer fires when the watermark, one less than the newest event, is there.
#[test]
fn a_timer_clears_a_cell_by_event_time() {
    for (t, keys) in [(10_000, "2"), (10_001, "1")] {
        let mut written = spec("ratio", &payments(&[("u", 10, 0), ("v", 100, t)]));
        written["process"]["timer"] = json!(10_000);
        written["process"]["ends"] = json!(false);
        let run = play(written);
        assert_eq!(end(&run, "state.keys"), keys, "{t}");
    }
}

fn some_payments() -> impl Strategy<Value = Value> {
    prop::collection::vec((0..3_u8, 0..400_u32, 0..120_000_i64), 1..40).prop_map(|events| {
        events
            .into_iter()
            .enumerate()
            .map(|(i, (key, amount, t))| json!({"id": format!("e{i}"), "key": key.to_string(), "amount": amount, "t": t}))
            .collect()
    })
}

fn some_orders() -> impl Strategy<Value = Value> {
    let statuses = [
        "requested",
        "accepted",
        "dispatched",
        "delivered",
        "cancelled",
    ];
    prop::collection::vec((0..4_u8, prop::sample::select(statuses.to_vec()), 0..1_000_i64), 1..40)
        .prop_map(|events| {
            events
                .into_iter()
                .enumerate()
                .map(|(i, (key, status, t))| json!({"id": format!("e{i}"), "key": key.to_string(), "status": status, "t": t}))
                .collect()
        })
}

proptest! {
    /// Sorted by event time, with a delay that covers the disorder, the rule misses nothing and has no wrong reason but a 0.
    #[test]
    fn by_event_time_nothing_is_missed(events in some_payments(), arrival in prop::sample::select(vec!["written", "sorted", "reversed"])) {
        let mut written = spec("ratio", &events);
        written["process"]["order"] = json!("event_time");
        written["process"]["positive"] = json!(true);
        written["process"]["delay"] = json!(120_000);
        written["process"]["arrival"] = json!(arrival);
        let run = play(written);
        prop_assert_eq!(end(&run, "late"), "0");
        prop_assert_eq!(end(&run, "alerts.wrong"), "0");
        prop_assert_eq!(end(&run, "alerts.missed"), "0");
    }

    /// Cells of orders agree with a recomputation, whatever comes twice or in a wrong order.
    #[test]
    fn orders_in_progress_agree_with_a_recomputation(events in some_orders()) {
        let run = play(spec("lifecycle", &events));
        prop_assert_eq!(end(&run, "orders.in_progress"), end(&run, "orders.true"));
    }

    #[test]
    fn seeking_gives_what_stepping_gives(events in some_payments(), ttl in prop::option::of(1..60_000_i64)) {
        let mut written = spec("ratio", &events);
        written["process"]["ttl"] = json!(ttl);
        written["process"]["order"] = json!("event_time");
        let model = model(written);
        let played = Played::new(model.clone()).expect("a run");
        let mut state = model.start();
        for position in 0..=played.len() {
            prop_assert_eq!(&played.state(position), &state);
            model.step(&mut state, &mut Tell::new(&mut Vec::new(), position as u32));
        }
    }
}
