//! What must hold wherever the WebAssembly build runs; `wasm_node.rs` and `wasm_browser.rs` run the same cases.
//! Few: every export once. What the core computes is tested natively.

use headwater::explain::Subject;
use headwater::scenario::Scenario;
use headwater::wasm::{self, studio};
use js_sys::{JSON, Reflect};
use tsify::Ts;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn numbers_cross_the_boundary_unchanged() {
    let largest_exact = 9_007_199_254_740_991_i64;
    let value = js_sys::Number::from(largest_exact as f64);
    assert_eq!(value.value_of() as i64, largest_exact);
}

const SCENARIO: &str = r#"{
    "engine": "flink",
    "pipeline": {
        "window": { "kind": "tumbling", "size": 300000 },
        "aggregate": "count",
        "watermark": { "kind": "bounded", "delay": 60000 }
    },
    "input": { "steps": [
        { "event": { "id": "o1", "key": "R45", "ts": 30000 } },
        { "event": { "id": "o2", "key": "R45", "ts": 400000 } },
        { "event": { "id": "o3", "key": "R45", "ts": 45000 } }
    ] }
}"#;

/// The scenario as the page hands it over.
fn scenario() -> Ts<Scenario> {
    Ts::new_unchecked(JSON::parse(SCENARIO).expect("JSON"))
}

/// A field of an object as text.
fn text(object: &JsValue, field: &str) -> String {
    Reflect::get(object, &field.into())
        .ok()
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}

#[wasm_bindgen_test]
fn narration_and_why_say_it_in_words() {
    assert!(wasm::parse_scenario(SCENARIO).is_ok());
    let simulation = wasm::Simulation::new(scenario()).expect("a simulation");
    let told = JsValue::from(simulation.narration(3).expect("a narration"));
    assert_eq!(text(&told, "headline"), "o3 is late and dropped.");
    assert_eq!(text(&told, "tone"), "loss");
    for (subject, verdict) in [
        (
            r#"{ "kind": "event", "event": 2 }"#,
            "o3 is late and dropped: its window [00:00, 00:05) was over when it came, 00:05:00 − 1 ms + 0 ≤ 00:05:39.999.",
        ),
        (
            r#"{ "kind": "missing", "key": "R45", "start": 300000, "end": 600000 }"#,
            "Not yet: R45's [00:05, 00:10) fires when the watermark reaches 00:09:59.999; it is at 00:05:39.999, and no step is left.",
        ),
        (
            r#"{ "kind": "missing", "key": "R45" }"#,
            "There is no such window: the events of R45 in that time are in [00:00, 00:05) and [00:05, 00:10).",
        ),
    ] {
        let subject = Ts::<Subject>::new_unchecked(JSON::parse(subject).expect("JSON"));
        let answer = JsValue::from(simulation.why(subject, 3).expect("an answer"));
        assert_eq!(text(&answer, "verdict"), verdict);
    }
}

#[wasm_bindgen_test]
fn code_for_a_real_engine() {
    let targets = studio::export_targets().expect("the targets");
    assert_eq!(targets.len(), 5);
    for target in targets {
        let target = JsValue::from(target);
        let listing = studio::export_listing(scenario(), &text(&target, "name")).expect("code");
        let files = Reflect::get(&JsValue::from(listing), &"files".into()).expect("a field");
        let code = text(&js_sys::Array::from(&files).get(0), "text");
        assert!(code.to_lowercase().contains("count"), "{code}");
    }
    assert!(studio::export_listing(scenario(), "storm").is_err());
}

#[wasm_bindgen_test]
fn a_model_of_a_cluster_is_played_and_turned() {
    let script = r#"{"cluster": {"shuffle": {
        "work": "join", "partitions": 8, "sources": 8, "workers": 8, "rate": 10, "overhead_ms": 100, "row_bytes": 24,
        "keys": [{"key": "US", "rows": 90}, {"key": "CA", "rows": 5}, {"key": "UK", "rows": 6}],
        "table": [{"key": "US", "value": "North America"}], "table_row_bytes": 32, "cure": "none"}}}"#;
    let read = JsValue::from(wasm::parse_scenario(script).expect("a model"));
    let knobs = wasm::knobs(Ts::new_unchecked(read.clone())).expect("its knobs");
    assert!(!knobs.is_empty());
    let spec = Reflect::get(&read, &"cluster".into()).expect("a field");
    let run = wasm::cluster::ClusterSimulation::new(Ts::new_unchecked(spec)).expect("a run");
    let scene = JsValue::from(run.scene(run.steps()).expect("a scene"));
    let loads = Reflect::get(&scene, &"loads".into()).expect("a field");
    assert!(js_sys::Array::from(&loads).length() > 0);
    let narration = JsValue::from(run.narration(1).expect("a narration"));
    assert!(!text(&narration, "headline").is_empty());
}
