//! Pacing: where batches are put into an input, and what is said of one that can have none.

use crate::model::Action;
use crate::scenario::Scenario;
use crate::source::compile;
use serde_json::{Value, json};

fn scenario(micro_batch: &Value, input: &Value) -> Value {
    let mut scenario = json!({
        "engine": "spark",
        "pipeline": {"window": {"kind": "tumbling", "size": 10}, "aggregate": "count", "watermark": {"kind": "bounded", "delay": 0}},
        "input": input,
    });
    if !micro_batch.is_null() {
        scenario["pipeline"]["micro_batch"] = micro_batch.clone();
    }
    scenario
}

/// Steps as text: `e@5` is an event at 5 on the processing clock, `e` one right behind the step before, `c@5` the clock alone,
/// `b` a batch, `end` the end.
fn steps(text: &str) -> Value {
    let list: Vec<Value> = text
        .split_whitespace()
        .map(|token| {
            let (what, at) = token.split_once('@').unwrap_or((token, ""));
            let at: Option<i64> = at.parse().ok();
            match (what, at) {
                ("e", Some(at)) => json!({"at": at, "event": {"id": "e", "key": "a", "ts": 0}}),
                ("e", None) => json!({"event": {"id": "e", "key": "a", "ts": 0}}),
                ("c", at) => json!({"processing_time": at}),
                ("b", _) => json!({"batch": true}),
                _ => json!({"end": true}),
            }
        })
        .collect();
    json!({ "steps": list })
}

/// The same form for compiled steps, with `q` for a batch behind which another tick has data to come.
#[track_caller]
fn check(micro_batch: &Value, input: &str, expected: &str) {
    let text = scenario(micro_batch, &steps(input)).to_string();
    let scenario = Scenario::parse(&text).expect("a sound scenario");
    let compiled = compile(&scenario, scenario.engine.pacing());
    let got: Vec<String> = compiled
        .steps
        .iter()
        .map(|step| {
            let what = match step.action {
                Action::Event(_) => "e",
                Action::Batch { queued: true } => "q",
                Action::Batch { queued: false } => "b",
                Action::End { .. } => "end",
                _ => "c",
            };
            step.clock
                .map_or_else(|| what.to_string(), |at| format!("{what}@{}", at.ms()))
        })
        .collect();
    assert_eq!(got.join(" "), expected);
    assert_eq!(compiled.steps.len(), compiled.origins.len());
}

#[test]
fn a_batch_after_every_so_many_events_and_after_the_rest() {
    check(&json!({"events": 2}), "e e e", "e e b e b");
    check(&json!({"events": 2}), "e e", "e e b");
    check(&json!({"events": 2}), "e end", "e b end");
    check(&json!({"events": 1}), "e@3 c@9 e@9", "e@3 b c@9 e@9 b");
}

#[test]
fn a_batch_at_every_tick_that_has_something_to_do() {
    let every_10 = json!({"interval": 10});
    // What happens at a tick belongs to the next; the tick behind data runs what the data left to do.
    check(
        &every_10,
        "e@3 e@9 e@10 e@25",
        "e@3 e@9 q@10 e@10 q@20 e@25 q@30 b@40",
    );
    check(
        &every_10,
        "e@3 c@55 e@72 end",
        "e@3 q@10 b@20 c@55 e@72 q@80 b@90 end",
    );
    check(&every_10, "c@5 e e c@10 e", "c@5 e e q@10 c@10 e q@20 b@30");
    // Before the epoch too.
    check(
        &json!({"interval": 10}),
        "c@-15 c@1 e@4",
        "c@-15 c@1 e@4 q@10 b@20",
    );
}

#[test]
fn an_input_with_batches_of_its_own_keeps_them() {
    check(&json!({"events": 1}), "e e b e", "e e b e");
    check(&Value::Null, "e b", "e b");
}

#[test]
fn what_could_never_run_is_said() {
    for (scenario, expected) in [
        (
            scenario(&Value::Null, &steps("e e")),
            "pipeline.micro_batch: is missing",
        ),
        (
            scenario(&json!({"interval": 10}), &steps("e e")),
            "pipeline.micro_batch.interval: counts processing time",
        ),
        (
            scenario(&json!({"events": 0}), &steps("e")),
            "pipeline.micro_batch.events: must be at least 1",
        ),
    ] {
        let problems = Scenario::parse(&scenario.to_string()).expect_err(expected);
        assert!(
            problems[0].to_string().starts_with(expected),
            "{problems:?}"
        );
    }
    let mut streams = scenario(
        &json!({"events": 1}),
        &json!({"generator": {"seed": 1, "events": 5, "every": 1, "keys": 1, "sources": 3}}),
    );
    streams["pipeline"]["watermark"] = json!({"kind": "bounded", "delays": [1, 2]});
    let problems = Scenario::parse(&streams.to_string()).expect_err("a delay is missing");
    assert_eq!(
        problems[0].to_string(),
        "pipeline.watermark.delays: there are 3 sources and 2 delays: give one for each"
    );
}
