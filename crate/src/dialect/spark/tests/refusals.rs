//! What Spark refuses, and what is said of it.

use super::steps;
use crate::scenario::Scenario;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A change to a sound pipeline, and how the first problem begins.
const REFUSED: &[(&str, &str)] = &[
    (
        r#"{"output_mode":"append","watermark":{"kind":"none"}}"#,
        "pipeline.output_mode: append writes a window once",
    ),
    (
        r#"{"watermark":{"kind":"none"}}"#,
        "pipeline.output_mode: append writes a window once",
    ),
    (
        r#"{"window":{"kind":"global"},"output_mode":"append"}"#,
        "pipeline.output_mode: append writes a group once",
    ),
    (
        r#"{"window":{"kind":"session","gap":5},"output_mode":"update"}"#,
        "pipeline.output_mode: Spark refuses update mode",
    ),
    (
        r#"{"window":{"kind":"sliding","size":5,"slide":6}}"#,
        "pipeline.window.slide: must not be greater",
    ),
    (
        r#"{"window":{"kind":"sliding","size":6,"slide":3,"offset":3}}"#,
        "pipeline.window.offset: must be smaller than the slide",
    ),
    (
        r#"{"window":{"kind":"tumbling","size":6,"offset":-6}}"#,
        "pipeline.window.offset: must be smaller than the size",
    ),
    (
        r#"{"window":{"kind":"tumbling","size":6,"clock":"processing"}}"#,
        "pipeline.window.clock: Spark cuts windows",
    ),
    (
        r#"{"window":{"kind":"count","size":6}}"#,
        "pipeline.window.kind: Spark has no windows by count",
    ),
    (
        r#"{"window":{"kind":"sliding_diff","difference":6}}"#,
        "pipeline.window.kind: Spark has no windows by difference",
    ),
    (
        r#"{"watermark":{"kind":"bounded","delay":-1}}"#,
        "pipeline.watermark.delay: must not be negative",
    ),
    (
        r#"{"watermark":{"kind":"bounded","delay":1,"cadence":"per_event"}}"#,
        "pipeline.watermark.cadence: Spark's watermark moves once",
    ),
    (
        r#"{"watermark":{"kind":"bounded","delay":1,"idle_timeout":1}}"#,
        "pipeline.watermark.idle_timeout: Spark has no idle sources",
    ),
    (
        r#"{"watermark":{"kind":"bounded","delay":1,"policy":"max"}}"#,
        "pipeline.watermark.policy: chooses between several",
    ),
    (
        r#"{"watermark":{"kind":"bounded","delays":[]}}"#,
        "pipeline.watermark.delays: there are 1 sources and 0 delays",
    ),
    (
        r#"{"watermark":{"kind":"explicit"}}"#,
        "pipeline.watermark.kind: a Spark watermark comes from the events",
    ),
    (
        r#"{"watermark":{"kind":"expression","delay":1}}"#,
        "pipeline.watermark.kind: watermark expressions are Flink SQL's",
    ),
    (
        r#"{"window":null,"aggregate":null,"dedup":{"within_watermark":true},"watermark":{"kind":"none"}}"#,
        "pipeline.dedup.within_watermark: forgets by the watermark",
    ),
    (
        r#"{"window":null,"aggregate":null,"dedup":{"within_watermark":true},"output_mode":"complete"}"#,
        "pipeline.output_mode: complete writes the whole table",
    ),
    (
        r#"{"window":null,"aggregate":null,"dedup":{"within_watermark":false,"on":["colour"]}}"#,
        "pipeline.dedup.on[0]: there is no column colour",
    ),
    (
        r#"{"window":null,"dedup":{"within_watermark":false}}"#,
        "pipeline.aggregate: deduplication passes events on",
    ),
    (
        r#"{"allowed_lateness":5}"#,
        "pipeline.allowed_lateness: Spark has no such setting",
    ),
    (
        r#"{"grace":5}"#,
        "pipeline.grace: Spark has no such setting",
    ),
    (
        r#"{"trigger":{"kind":"count","n":2}}"#,
        "pipeline.trigger: Spark has no such setting",
    ),
    (
        r#"{"late_data":"side_output"}"#,
        "pipeline.late_data: Spark has no such setting",
    ),
];

#[test]
fn what_spark_refuses_is_refused_with_the_place() {
    for (change, expected) in REFUSED {
        let mut pipeline = json!({"window": {"kind": "tumbling", "size": 10}, "aggregate": "count",
            "watermark": {"kind": "bounded", "delay": 1}});
        let change: BTreeMap<String, Value> = serde_json::from_str(change).expect("a change");
        for (field, value) in change {
            pipeline[field] = value;
        }
        let scenario =
            json!({"engine": "spark", "pipeline": pipeline, "input": {"steps": steps("a@1 |")}});
        let problems = Scenario::parse(&scenario.to_string()).expect_err(expected);
        assert!(
            problems[0].to_string().starts_with(expected),
            "{expected}\n{problems:?}"
        );
    }
}

#[test]
fn saying_the_default_of_a_configuration_changes_nothing() {
    for (mode, watermark) in [
        ("complete", json!({"kind": "bounded", "delay": 1})),
        ("complete", json!({"kind": "none"})),
        ("append", json!({"kind": "bounded", "delay": 1})),
    ] {
        let output = |said: bool| {
            let mut pipeline = json!({"window": {"kind": "tumbling", "size": 10}, "aggregate": "count",
                "watermark": watermark, "output_mode": mode});
            if said {
                pipeline["no_data_batches"] = json!(true);
            }
            let scenario = json!({"engine": "spark", "pipeline": pipeline,
                "input": {"steps": steps("a@1 a@13 | b@30 |")}});
            let scenario = Scenario::parse(&scenario.to_string()).expect("a sound scenario");
            crate::output::Output::of(&crate::run::Run::new(scenario).expect("a run"))
        };
        assert_eq!(output(true), output(false), "{mode}");
    }
}
