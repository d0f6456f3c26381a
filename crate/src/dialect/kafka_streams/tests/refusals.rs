//! What Kafka Streams refuses, and what is said of it.

use super::records;
use crate::scenario::Scenario;
use serde_json::{Value, json};

/// A change to a sound pipeline, and how the first problem begins.
const REFUSED: &[(&str, &str)] = &[
    (
        r#"{"window":{"kind":"global"}}"#,
        "pipeline.window.kind: is not a window of Kafka Streams",
    ),
    (
        r#"{"window":{"kind":"tumbling","size":10,"offset":1}}"#,
        "pipeline.window.offset: Kafka Streams' windows are aligned",
    ),
    (
        r#"{"window":{"kind":"sliding","size":10,"slide":5,"offset":1}}"#,
        "pipeline.window.offset: Kafka Streams' windows are aligned",
    ),
    (
        r#"{"window":{"kind":"sliding","size":10,"slide":11}}"#,
        "pipeline.window.slide: must not be greater than the size, 10 ms, got 11",
    ),
    (
        r#"{"window":{"kind":"tumbling","size":10,"clock":"processing"}}"#,
        "pipeline.window.clock: Kafka Streams cuts windows by the records' timestamps",
    ),
    (
        r#"{"watermark":{"kind":"bounded","delay":5}}"#,
        "pipeline.watermark.kind: Kafka Streams has no watermark",
    ),
    (
        r#"{"allowed_lateness":5}"#,
        "pipeline.allowed_lateness: Kafka Streams calls it grace",
    ),
    (
        r#"{"trigger":{"kind":"default"}}"#,
        "pipeline.trigger: Kafka Streams has no triggers",
    ),
    (
        r#"{"late_data":"side_output"}"#,
        "pipeline.late_data: Kafka Streams has no side output",
    ),
    (
        r#"{"output_mode":"append"}"#,
        "pipeline.output_mode: Kafka Streams has no such setting",
    ),
    (
        r#"{"accumulation":"discarding"}"#,
        "pipeline.accumulation: Kafka Streams has no such setting",
    ),
    (
        r#"{"micro_batch":{"events":1}}"#,
        "pipeline.micro_batch: Kafka Streams has no such setting",
    ),
    (
        r#"{"retention":14}"#,
        "pipeline.retention: must be at least size plus grace, 15 ms (15 ms), got 14",
    ),
    (
        r#"{"retention":24,"window":{"kind":"sliding_diff","difference":10}}"#,
        "pipeline.retention: must be at least twice the difference plus grace, 25 ms (25 ms), got 24",
    ),
    (
        r#"{"retention":14,"window":{"kind":"session","gap":10}}"#,
        "pipeline.retention: must be at least gap plus grace",
    ),
    (
        r#"{"caching":true,"window":{"kind":"session","gap":10}}"#,
        "pipeline.caching: a record may write the same session",
    ),
    (
        r#"{"caching":true,"emit":"suppress","window":{"kind":"sliding_diff","difference":10}}"#,
        "pipeline.caching: a record may write the same session",
    ),
];

const ACCEPTED: &[&str] = &[
    r#"{"retention":15}"#,
    r#"{"caching":false}"#,
    r#"{"caching":true}"#,
    r#"{"caching":true,"emit":"suppress"}"#,
    r#"{"caching":true,"emit":"on_window_close"}"#,
    r#"{"caching":true,"emit":"on_window_close","window":{"kind":"session","gap":10}}"#,
    r#"{"late_data":"drop"}"#,
    r#"{"emit":null,"grace":null}"#,
    r#"{"window":{"kind":"sliding_diff","difference":0}}"#,
];

/// What is wrong, one problem a line.
fn problems(change: &str, input: &Value) -> Vec<String> {
    let mut pipeline = json!({
        "window": {"kind": "tumbling", "size": 10}, "aggregate": "count", "watermark": {"kind": "none"},
        "grace": 5, "emit": "on_update"
    });
    let change: Value = serde_json::from_str(change).expect("a change");
    for (name, value) in change.as_object().expect("fields") {
        pipeline[name] = value.clone();
    }
    let scenario = json!({"engine": "kafka-streams", "pipeline": pipeline, "input": input});
    match Scenario::parse(&scenario.to_string()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn what_the_engine_does_not_have_is_refused_with_a_reason() {
    let input = json!({"steps": records("a@1")});
    for (change, expected) in REFUSED {
        let found = problems(change, &input);
        assert_eq!(found.len(), 1, "{change}: {found:?}");
        assert!(found[0].starts_with(expected), "{change}: {}", found[0]);
    }
    for change in ACCEPTED {
        assert_eq!(problems(change, &input), Vec::<String>::new(), "{change}");
    }
}

#[test]
fn the_input_has_times_that_records_may_have_and_no_watermarks() {
    let event = |ts: i64, source: u16| json!({"steps": [{"event": {"id": "e1", "key": "a", "ts": ts, "source": source}}]});
    let generated = |start: i64, sources: u16| json!({"generator": {"seed": 1, "events": 10, "start": start, "every": 10, "keys": 2, "sources": sources}});
    for (input, expected) in [
        (
            event(-1, 0),
            "input.steps[0].event.ts: must not be negative",
        ),
        (
            json!({"steps": [{"watermark": 5}]}),
            "input.steps[0]: Kafka Streams has no watermark",
        ),
        (
            json!({"steps": [{"mark_idle": 0}]}),
            "input.steps[0]: Kafka Streams has no watermark",
        ),
        (
            generated(-1, 1),
            "input.generator.start: must not be negative",
        ),
    ] {
        let found = problems("{}", &input);
        assert_eq!(found.len(), 1, "{input}: {found:?}");
        assert!(found[0].starts_with(expected), "{input}: {}", found[0]);
    }
    let ends = json!({"steps": [{"end": true, "source": 1}]});
    for input in [
        event(0, 0),
        event(0, 1),
        ends,
        generated(0, 1),
        generated(0, 2),
    ] {
        assert_eq!(problems("{}", &input), Vec::<String>::new(), "{input}");
    }
}
