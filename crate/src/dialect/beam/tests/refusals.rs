//! What Beam does not have, said with the place and a reason.

use super::tumbling;
use crate::scenario::Scenario;
use serde_json::{Value, json};

/// The problems of the pipeline with `change` merged into it.
fn problems(change: &Value) -> Vec<String> {
    let mut pipeline = tumbling(0, &json!({"kind": "default"}), "discarding");
    for (name, value) in change.as_object().expect("an object") {
        pipeline[name] = value.clone();
    }
    let scenario = json!({"engine": "beam", "pipeline": pipeline, "input": {"steps": []}});
    match Scenario::parse(&scenario.to_string()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn refused(change: &Value, place: &str) {
    let found = problems(change);
    assert!(
        found.len() == 1 && found[0].starts_with(&format!("{place}: ")),
        "{change}: {found:?}"
    );
}

#[test]
fn what_beam_does_not_have_is_refused_with_its_place() {
    for (change, place) in [
        (
            json!({"window": {"kind": "tumbling", "size": 5, "clock": "processing"}}),
            "pipeline.window.clock",
        ),
        (
            json!({"window": {"kind": "count", "size": 5}}),
            "pipeline.window.kind",
        ),
        (
            json!({"window": {"kind": "sliding_diff", "difference": 5}}),
            "pipeline.window.kind",
        ),
        (
            json!({"trigger": {"kind": "default", "purging": true}}),
            "pipeline.trigger.purging",
        ),
        (
            json!({"trigger": {"kind": "continuous_event_time", "interval": 5}}),
            "pipeline.trigger.kind",
        ),
        (
            json!({"trigger": {"kind": "after_watermark", "late": {"kind": "after_any", "triggers": [
                {"kind": "default"}, {"kind": "count", "n": 2, "purging": true}]}}}),
            "pipeline.trigger.late.triggers[1].purging",
        ),
        (
            json!({"trigger": {"kind": "count", "n": 2}, "accumulation": null}),
            "pipeline.accumulation",
        ),
        (
            json!({"watermark": {"kind": "expression", "delay": 5}}),
            "pipeline.watermark.kind",
        ),
        (
            json!({"watermark": {"kind": "bounded", "delay": 5, "cadence": {"every": 3}}}),
            "pipeline.watermark.cadence",
        ),
        (
            json!({"watermark": {"kind": "bounded", "delays": [5, 6]}}),
            "pipeline.watermark.delays",
        ),
        (
            json!({"watermark": {"kind": "bounded", "delay": 5, "idle_timeout": 3}}),
            "pipeline.watermark.idle_timeout",
        ),
        (json!({"grace": 5}), "pipeline.grace"),
        (json!({"late_data": "side_output"}), "pipeline.late_data"),
        (json!({"output_mode": "update"}), "pipeline.output_mode"),
        (
            json!({"micro_batch": {"events": 2}}),
            "pipeline.micro_batch",
        ),
        (json!({"emit": "on_update"}), "pipeline.emit"),
        (json!({"retention": 5}), "pipeline.retention"),
        (json!({"caching": true}), "pipeline.caching"),
    ] {
        refused(&change, place);
    }
}

#[test]
fn what_beam_has_is_accepted() {
    for change in [
        json!({"accumulation": null}),
        json!({"watermark": {"kind": "bounded", "delay": 0, "cadence": "per_event"}}),
        json!({"watermark": {"kind": "none"}}),
        json!({"window": {"kind": "tumbling", "size": 1000, "offset": -2500}}),
        json!({"trigger": {"kind": "after_each", "triggers": [
            {"kind": "processing_time", "delay": 0}, {"kind": "repeatedly", "trigger": {"kind": "count", "n": 1}}]}}),
        json!({"accumulation": "retracting"}),
    ] {
        assert_eq!(problems(&change), Vec::<String>::new(), "{change}");
    }
}
