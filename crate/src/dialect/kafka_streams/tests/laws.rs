//! What holds of every run: lineage, state, snapshots, watermarks.

use super::run;
use crate::dialect::Engine;
use crate::fact::Unrecorded;
use crate::trace::Tracer;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FILES: [&str; 12] = [
    include_str!("../../../../../tests/conformance/kafka-streams/aggregates.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/grace.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/hopping.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/late.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/on_window_close.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/random.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/session.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/sliding_diff.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/store_settings.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/stream-time.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/suppress.json"),
    include_str!("../../../../../tests/conformance/kafka-streams/tumbling.json"),
];

/// Everything that must hold of any run.
pub(super) fn holds(pipeline: &Value, records: &Value) {
    let run = run(pipeline, records);
    assert_eq!(
        run.trace,
        super::run(pipeline, records).trace,
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
            "what is open after step {n}: {pipeline} {records}"
        );
    }
    assert_eq!(tracer.finish(), run.trace);
    for task in 0..run.names().sources {
        let task = run.has_tasks().then_some(task);
        let own = (run.trace.watermarks.iter()).filter(|rise| rise.task == task);
        assert!(own.is_sorted_by(|a, b| a.to < b.to));
    }
    for emission in &run.trace.emissions {
        match &emission.value {
            Some(crate::model::Value::Events(events)) => {
                assert!(!events.is_empty(), "{pipeline} {records}");
                assert_eq!(run.trace.lineage(emission), events, "{pipeline} {records}");
            }
            Some(other) => panic!("{other:?} is no list of events"),
            None => assert!(emission.lane.is_some(), "what is withdrawn was there"),
        }
    }
}

#[test]
fn lineage_and_state_hold_over_the_recorded_inputs() {
    let mut cases = 0;
    for file in FILES {
        let file: Value = serde_json::from_str(file).expect("a recorded file");
        for case in file["cases"].as_array().expect("its cases") {
            let mut pipeline = case["pipeline"].clone();
            pipeline["aggregate"] = json!("concat");
            holds(&pipeline, &case["steps"]);
            cases += 1;
        }
    }
    assert!(cases >= 123, "{cases} cases");
}

pub(super) fn any_pipeline() -> impl Strategy<Value = Value> {
    let window = prop_oneof![
        (1..20_i64).prop_map(|size| json!({"kind": "tumbling", "size": size})),
        (1..20_i64, 1..20_i64)
            .prop_map(|(a, b)| json!({"kind": "sliding", "size": a.max(b), "slide": a.min(b)})),
        (1..12_i64).prop_map(|gap| json!({"kind": "session", "gap": gap})),
        (0..12_i64)
            .prop_map(|difference| json!({"kind": "sliding_diff", "difference": difference})),
    ];
    let emit = prop_oneof!["on_update", "on_window_close", "suppress"];
    (window, emit, 0..20_i64, any::<bool>(), any::<bool>()).prop_map(
        |(window, emit, grace, long, uncached)| {
            let mut pipeline = json!({
                "window": window, "aggregate": "concat", "watermark": {"kind": "none"}, "grace": grace, "emit": emit
            });
            if long {
                pipeline["retention"] = json!(200);
            }
            if uncached {
                pipeline["caching"] = json!(false);
            }
            pipeline
        },
    )
}

/// Times close together, and now and then one that is far ahead, so that segments come and go.
pub(super) fn any_records() -> impl Strategy<Value = Value> {
    let record = (
        0..3_u8,
        -40..20_i64,
        prop_oneof![9 => Just(0), 1 => 0..130_000_i64],
    );
    prop::collection::vec(record, 1..60).prop_map(|list| {
        let mut now = 30;
        let mut records = Vec::new();
        for (key, by, jump) in list {
            let ts = (now + by + jump).max(0);
            now = now.max(ts);
            records.push(format!("k{key}@{ts}"));
        }
        super::records(&records.join(" "))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lineage_state_snapshots_and_watermarks_hold(pipeline in any_pipeline(), records in any_records()) {
        holds(&pipeline, &records);
    }

    /// Nothing is late with all the time in the world: suppressed sessions then hold the same events in any order.
    #[test]
    fn without_late_records_the_order_of_arrival_does_not_matter(times in prop::collection::vec(0..200_i64, 1..20), gap in 1..12_i64) {
        let results = |times: &[i64]| {
            let mut records: Vec<String> = times.iter().map(|ts| format!("a@{ts}")).collect();
            records.push("z@100000".into());
            let pipeline = json!({
                "window": {"kind": "session", "gap": gap}, "aggregate": "count", "watermark": {"kind": "none"},
                "grace": 1_000, "retention": 50_000, "emit": "suppress"
            });
            super::render(&run(&pipeline, &super::records(&records.join(" "))))
                .trim_start_matches(['-', '\n'])
                .split(", ")
                .map(|row| row.trim().to_string())
                .collect::<Vec<_>>()
        };
        let mut turned = times.clone();
        turned.reverse();
        prop_assert_eq!(results(&times), results(&turned));
    }
}
