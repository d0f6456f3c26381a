//! Measures of results in a small run of Beam: two panes of one window, and a reader that adds them up.

use super::Measure;
use crate::run::Run;
use crate::scenario::Scenario;
use serde_json::json;

/// One window: 5 before its end, 9 after it.
fn run(accumulation: &str) -> Run {
    let scenario = json!({
        "engine": "beam",
        "pipeline": {
            "window": {"kind": "tumbling", "size": 100},
            "aggregate": "sum",
            "watermark": {"kind": "explicit"},
            "allowed_lateness": 1_000,
            "trigger": {"kind": "after_watermark", "early": {"kind": "count", "n": 1}, "late": {"kind": "count", "n": 1}},
            "accumulation": accumulation
        },
        "input": {"steps": [
            {"event": {"id": "e1", "key": "a", "ts": 0, "value": 5}},
            {"watermark": 100},
            {"event": {"id": "e2", "key": "a", "ts": 1, "value": 9}}
        ]}
    });
    Run::new(Scenario::parse(&scenario.to_string()).expect("a sound scenario")).expect("a run")
}

fn ask(run: &Run, position: usize, measure: serde_json::Value) -> String {
    let measure: Measure = serde_json::from_value(measure).expect("a measure");
    measure.ask(run, position).text
}

#[test]
fn a_reader_that_adds_up_is_right_where_panes_are_increments_or_withdrawn() {
    for (accumulation, after_each_step) in [
        ("accumulating", ["0", "5", "10", "24"]),
        ("discarding", ["0", "5", "5", "14"]),
        ("retracting", ["0", "5", "5", "14"]),
    ] {
        let run = run(accumulation);
        for (position, expected) in after_each_step.iter().enumerate() {
            let given = ask(
                &run,
                position,
                json!({"of": "added_up", "key": "a", "start": 0}),
            );
            assert_eq!(given, *expected, "{accumulation}, after {position}");
        }
    }
}

#[test]
fn every_pane_says_of_which_kind_it_is() {
    for accumulation in ["accumulating", "retracting"] {
        let run = run(accumulation);
        for (nth, expected) in [(0, "early"), (1, "on_time"), (2, "late"), (3, "none")] {
            let given = ask(
                &run,
                3,
                json!({"of": "pane", "key": "a", "start": 0, "nth": nth}),
            );
            assert_eq!(given, expected, "{accumulation}, pane {nth}");
        }
        assert_eq!(
            ask(&run, 2, json!({"of": "pane", "key": "a", "start": 0})),
            "on_time"
        );
        assert_eq!(
            ask(&run, 3, json!({"of": "pane", "key": "a", "start": 100})),
            "none"
        );
    }
}
