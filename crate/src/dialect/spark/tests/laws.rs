//! What holds of every run: lineage, state, snapshots, and no order within a batch.

use super::{render, run, steps, tumbling};
use crate::dialect::Engine;
use crate::fact::{Recorder, Unrecorded};
use crate::scenario::Scenario;
use crate::trace::Tracer;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FILES: [&str; 12] = [
    include_str!("../../../../../tests/conformance/spark/aggregates.json"),
    include_str!("../../../../../tests/conformance/spark/backlog.json"),
    include_str!("../../../../../tests/conformance/spark/complete.json"),
    include_str!("../../../../../tests/conformance/spark/dedup.json"),
    include_str!("../../../../../tests/conformance/spark/lateness.json"),
    include_str!("../../../../../tests/conformance/spark/multi_watermark.json"),
    include_str!("../../../../../tests/conformance/spark/published.json"),
    include_str!("../../../../../tests/conformance/spark/random.json"),
    include_str!("../../../../../tests/conformance/spark/session.json"),
    include_str!("../../../../../tests/conformance/spark/sliding.json"),
    include_str!("../../../../../tests/conformance/spark/tumbling.json"),
    include_str!("../../../../../tests/conformance/spark/tumbling_update.json"),
];

/// Everything that must hold of any run.
fn holds(pipeline: &Value, steps: &Value) {
    let run = run(pipeline, steps);
    assert_eq!(
        run.trace,
        super::run(pipeline, steps).trace,
        "the same again"
    );
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
        let fates = [
            counts.waiting,
            counts.counted,
            counts.behind,
            counts.late,
            counts.other,
        ];
        assert_eq!(fates.iter().sum::<u32>(), counts.arrived, "step {n}");
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
        assert_eq!(
            open, cells,
            "what is open after step {n}: {pipeline} {steps}"
        );
    }
    assert_eq!(tracer.finish(), run.trace);
    assert!(run.trace.watermarks.is_sorted_by(|a, b| a.to < b.to));
    for emission in &run.trace.emissions {
        let Some(crate::model::Value::Events(events)) = &emission.value else {
            continue;
        };
        assert_eq!(run.trace.lineage(emission), events, "{pipeline} {steps}");
    }
}

fn with_concat(mut pipeline: Value) -> Value {
    if pipeline.get("aggregate").is_some() {
        pipeline["aggregate"] = json!("concat");
    }
    pipeline
}

#[test]
fn lineage_and_state_hold_over_the_recorded_inputs() {
    let mut cases = 0;
    for file in FILES {
        let file: Value = serde_json::from_str(file).expect("a recorded file");
        for case in file["cases"].as_array().expect("its cases") {
            holds(&with_concat(case["pipeline"].clone()), &case["steps"]);
            cases += 1;
        }
    }
    assert!(cases >= 125, "{cases} cases");
}

fn any_pipeline() -> impl Strategy<Value = Value> {
    let window = prop_oneof![
        (1..20_i64, -30..30_i64).prop_map(
            |(size, offset)| json!({"kind": "tumbling", "size": size, "offset": offset % size})
        ),
        (1..20_i64, 1..20_i64, -30..30_i64).prop_map(|(a, b, offset)| {
            let (slide, size) = (a.min(b), a.max(b));
            json!({"kind": "sliding", "size": size, "slide": slide, "offset": offset % slide})
        }),
        (1..20_i64).prop_map(|gap| json!({"kind": "session", "gap": gap})),
        Just(json!({"kind": "global"})),
    ];
    let watermark = prop_oneof![
        Just(json!({"kind": "none"})),
        (0..20_i64).prop_map(|delay| json!({"kind": "bounded", "delay": delay})),
        (0..20_i64, 0..20_i64, prop_oneof!["min", "max"]).prop_map(|(a, b, policy)| {
            json!({"kind": "bounded", "delays": [a, b], "policy": policy})
        }),
    ];
    let mode = prop_oneof!["append", "update", "complete"];
    let on = prop::sample::subsequence(vec!["id", "key", "ts", "value"], 1..=4);
    (window, watermark, mode, any::<bool>(), any::<bool>(), prop::option::weighted(0.25, on))
        .prop_map(|(window, watermark, mode, no_data, within, on)| {
            let mut pipeline = json!({"watermark": watermark, "output_mode": mode});
            if !no_data {
                pipeline["no_data_batches"] = json!(false);
            }
            if let Some(on) = on {
                pipeline["dedup"] = json!({"within_watermark": within, "on": on});
            } else {
                pipeline["window"] = window;
                pipeline["aggregate"] = json!("concat");
            }
            pipeline
        })
        .prop_filter("what Spark refuses", |pipeline| {
            let scenario = json!({"engine": "spark", "pipeline": pipeline, "input": {"steps": steps("a@1/1 |")}});
            Scenario::parse(&scenario.to_string()).is_ok()
        })
}

fn any_steps() -> impl Strategy<Value = Value> {
    let event = (0..3_u8, -20..80_i64, 0..3_u8, 0..2_u8, 0..6_u8)
        .prop_map(|(key, ts, value, source, id)| format!("k{key}@{ts}*{value}/{source}#i{id}"));
    let step = prop_oneof![6 => event, 2 => Just("|".to_string()), 1 => Just("|q".to_string())];
    prop::collection::vec(step, 1..60).prop_map(|list| steps(&format!("{} |", list.join(" "))))
}

proptest! {
    #[test]
    fn lineage_state_snapshots_and_watermarks_hold(pipeline in any_pipeline(), steps in any_steps()) {
        holds(&pipeline, &steps);
    }

    /// With data always waiting or never, in any order within a batch: the events that are taken are the same.
    #[test]
    fn order_within_a_batch_is_irrelevant(pipeline in any_pipeline(), steps in any_steps()) {
        prop_assume!(pipeline.get("dedup").is_none());
        let mut counting = pipeline;
        counting["aggregate"] = json!("count");
        let mut turned = Vec::new();
        let mut batch = Vec::new();
        for step in steps.as_array().expect("steps") {
            if step.get("batch").is_some() {
                batch.reverse();
                turned.append(&mut batch);
                turned.push(step.clone());
            } else {
                batch.push(step.clone());
            }
        }
        let (one, other) = (run(&counting, &steps), run(&counting, &Value::Array(turned)));
        prop_assert_eq!(render(&one), render(&other));
    }
}

/// A recorder that is off hears nothing.
#[test]
fn nothing_is_put_together_where_nobody_listens() {
    const { assert!(!<Unrecorded as Recorder>::ON) };
    let run = run(&tumbling("append", 0), &steps("a@30 | a@1 b@2 | a@50 |"));
    let mut engine = run.engine_after(0);
    for step in &run.compiled.steps {
        engine.step(step, &mut Unrecorded);
    }
    assert_eq!(engine.cells(), run.engine_after(run.len()).cells());
}
