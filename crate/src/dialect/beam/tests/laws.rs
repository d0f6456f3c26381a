//! What holds of every run: lineage, state, snapshots, watermarks, one fate per event.

use super::run;
use crate::dialect::Engine;
use crate::fact::Unrecorded;
use crate::model::Value as Result;
use crate::trace::Tracer;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FILES: [&str; 11] = [
    include_str!("../../../../../tests/conformance/beam/accumulation.json"),
    include_str!("../../../../../tests/conformance/beam/combinations.json"),
    include_str!("../../../../../tests/conformance/beam/composite.json"),
    include_str!("../../../../../tests/conformance/beam/early-late.json"),
    include_str!("../../../../../tests/conformance/beam/fixed.json"),
    include_str!("../../../../../tests/conformance/beam/global.json"),
    include_str!("../../../../../tests/conformance/beam/lateness.json"),
    include_str!("../../../../../tests/conformance/beam/random.json"),
    include_str!("../../../../../tests/conformance/beam/sessions.json"),
    include_str!("../../../../../tests/conformance/beam/sliding.json"),
    include_str!("../../../../../tests/conformance/beam/streaming102.json"),
];

/// Everything that must hold of any run.
fn holds(pipeline: &Value, steps: &Value) {
    let run = run(pipeline, steps);
    assert_eq!(run.trace, super::run(pipeline, steps).trace, "once more");
    let (mut engine, mut tracer) = (run.engine_after(0), Tracer::new(&run.compiled));
    for (n, step) in run.compiled.steps.iter().enumerate() {
        // A snapshot goes on as the engine that it was taken of does, recorded or not.
        let mut snapshot = engine.clone();
        tracer.begin_step(run.trace.times[n]);
        engine.step(step, &mut tracer);
        snapshot.step(step, &mut Unrecorded);
        assert_eq!(snapshot.cells(), engine.cells(), "step {n}");
        assert_eq!(run.engine_after(n + 1).cells(), engine.cells(), "step {n}");
        let counts = run.frame(n + 1).counts;
        let fates = counts.waiting + counts.counted + counts.behind + counts.late + counts.other;
        assert_eq!(fates, counts.arrived, "step {n}: {pipeline} {steps}");
        let open: BTreeMap<_, u64> = run
            .trace
            .lanes
            .iter()
            .filter(|lane| lane.opened as usize <= n)
            .filter(|lane| lane.closed.is_none_or(|(step, _)| step as usize > n))
            .map(|lane| {
                let (from, to) = lane.extent(n as u32);
                ((lane.window, lane.key), u64::from(to - from))
            })
            .collect();
        let cells: BTreeMap<_, u64> = engine
            .cells()
            .iter()
            .map(|cell| ((cell.window, cell.key), cell.accumulator.count))
            .collect();
        assert_eq!(open, cells, "open after step {n}: {pipeline} {steps}");
    }
    assert_eq!(tracer.finish(), run.trace);
    assert!(run.trace.watermarks.is_sorted_by(|a, b| a.to < b.to));
    for emission in &run.trace.emissions {
        if let Some(Result::Events(events)) = &emission.value {
            assert_eq!(run.trace.lineage(emission), events, "{pipeline} {steps}");
        }
    }
}

#[test]
fn lineage_and_state_hold_over_the_recorded_inputs() {
    let mut cases = 0;
    for file in FILES {
        let file: Value = serde_json::from_str(file).expect("a recorded file");
        for case in file["cases"].as_array().expect("its cases") {
            for accumulation in ["accumulating", "discarding", "retracting"] {
                let mut pipeline = case["pipeline"].clone();
                pipeline["aggregate"] = json!("concat");
                pipeline["accumulation"] = json!(accumulation);
                holds(&pipeline, &case["steps"]);
            }
            cases += 1;
        }
    }
    assert!(cases >= 162, "{cases} cases");
}

fn any_trigger() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        2 => (1..4_u32).prop_map(|n| json!({"kind": "count", "n": n})),
        2 => (0..15_i64).prop_map(|delay| json!({"kind": "processing_time", "delay": delay})),
        2 => Just(json!({"kind": "default"})),
        1 => Just(json!({"kind": "after_watermark"})),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..3);
        let kind = prop_oneof!["after_any", "after_all", "after_each"];
        prop_oneof![
            inner
                .clone()
                .prop_map(|trigger| json!({"kind": "repeatedly", "trigger": trigger})),
            (prop::option::of(inner.clone()), prop::option::of(inner)).prop_map(
                |(early, late)| json!({"kind": "after_watermark", "early": early, "late": late})
            ),
            (kind, several)
                .prop_map(|(kind, triggers)| json!({"kind": kind, "triggers": triggers})),
        ]
    })
}

fn any_pipeline() -> impl Strategy<Value = Value> {
    let window = prop_oneof![
        2 => (1..20_i64, -30..30_i64).prop_map(
            |(size, offset)| json!({"kind": "tumbling", "size": size, "offset": offset})
        ),
        2 => (1..20_i64, 1..20_i64, -30..30_i64).prop_map(|(size, slide, offset)| {
            json!({"kind": "sliding", "size": size, "slide": slide, "offset": offset})
        }),
        3 => (1..20_i64).prop_map(|gap| json!({"kind": "session", "gap": gap})),
        1 => Just(json!({"kind": "global"})),
    ];
    let watermark = prop_oneof![
        3 => Just(json!({"kind": "explicit"})),
        2 => (0..20_i64).prop_map(|delay| json!({"kind": "bounded", "delay": delay})),
    ];
    let accumulation = prop_oneof!["accumulating", "discarding", "retracting"];
    let lateness = prop_oneof![Just(0), 0..40_i64];
    (window, watermark, accumulation, lateness, any_trigger()).prop_map(
        |(window, watermark, accumulation, lateness, trigger)| {
            json!({
                "window": window, "watermark": watermark, "aggregate": "concat", "accumulation": accumulation,
                "allowed_lateness": lateness, "trigger": trigger
            })
        },
    )
}

fn any_steps() -> impl Strategy<Value = Value> {
    let step = prop_oneof![
        9 => ("[ab]", -40..80_i64, 0..2_u16).prop_map(|(key, ts, source)| {
            json!({"event": {"id": "", "key": key, "ts": ts, "source": source}})
        }),
        3 => (-40..90_i64, 0..2_u16).prop_map(|(to, source)| json!({"watermark": to, "source": source})),
        2 => (1..20_i64).prop_map(|by| json!({"processing_time": by})),
    ];
    (
        prop::collection::vec(step, 1..50),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(mut steps, end, one_source)| {
            let mut now = 0;
            for (i, step) in steps.iter_mut().enumerate() {
                if one_source && step.get("source").is_some() {
                    step["source"] = json!(0);
                }
                if let Some(event) = step.get_mut("event") {
                    event["id"] = json!(format!("e{i}"));
                    if one_source {
                        event["source"] = json!(0);
                    }
                }
                if let Some(by) = step.get("processing_time").and_then(Value::as_i64) {
                    now += by;
                    step["processing_time"] = json!(now);
                }
            }
            if end {
                steps.push(json!({"end": true}));
            }
            Value::Array(steps)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lineage_state_snapshots_and_watermarks_hold(pipeline in any_pipeline(), steps in any_steps()) {
        holds(&pipeline, &steps);
    }
}
