//! Laws that hold for every scenario, tried on made-up ones: the same in gives the same out, seeking gives what stepping
//! gives, the trace and the engine tell of the same state, watermarks never fall, every event has one fate.
#![cfg(not(target_arch = "wasm32"))]

use headwater::dialect::{AnyEngine, Engine};
use headwater::fact::{Fact, Unrecorded};
use headwater::model::Value;
use headwater::output::Output;
use headwater::run::Run;
use headwater::scenario::Scenario;
use headwater::time::Watermark;
use headwater::trace::Lane;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn window() -> impl Strategy<Value = Json> {
    prop_oneof![
        (1..3000_i64, -500..500_i64).prop_map(
            |(size, offset)| json!({"kind": "tumbling", "size": size, "offset": offset % size})
        ),
        (1..3000_i64, 200..3000_i64)
            .prop_map(|(size, slide)| json!({"kind": "sliding", "size": size, "slide": slide})),
        (1..2000_i64).prop_map(|gap| json!({"kind": "session", "gap": gap})),
        Just(json!({"kind": "global"})),
        (1..4_u32).prop_map(|size| json!({"kind": "count", "size": size})),
        (100..3000_i64)
            .prop_map(|size| json!({"kind": "tumbling", "size": size, "clock": "processing"})),
    ]
}

fn trigger() -> impl Strategy<Value = Json> {
    (0..5, any::<bool>(), 1..4_u32, 200..2000_i64).prop_map(|(kind, purging, n, interval)| match kind {
        0 | 1 => json!({"kind": "default", "purging": purging}),
        2 => json!({"kind": "count", "n": n, "purging": purging}),
        3 => json!({"kind": "continuous_event_time", "interval": interval, "purging": purging}),
        _ => json!({"kind": "continuous_processing_time", "interval": interval, "purging": purging}),
    })
}

fn steps() -> impl Strategy<Value = Vec<Json>> {
    let step = prop_oneof![
        12 => (-2000..12_000_i64, 0..3_u32, 0..2_u16, 1..9_u32).prop_map(|(ts, key, source, value)| {
            json!({"event": {"id": "", "key": format!("k{key}"), "ts": ts, "value": value, "source": source}})
        }),
        1 => (0..2_u16).prop_map(|source| json!({"mark_idle": source})),
        2 => (1..900_i64).prop_map(|by| json!({"processing_time": by})),
        1 => (0..2_u16).prop_map(|source| json!({"end": true, "source": source})),
    ];
    (prop::collection::vec(step, 1..60), any::<bool>()).prop_map(|(mut steps, end)| {
        let mut now = 0;
        for (i, step) in steps.iter_mut().enumerate() {
            if let Some(event) = step.get_mut("event") {
                event["id"] = json!(format!("e{i}"));
            }
            if let Some(by) = step.get("processing_time").and_then(Json::as_i64) {
                now += by;
                step["processing_time"] = json!(now);
            }
        }
        if end {
            steps.push(json!({"end": true}));
        }
        steps
    })
}

fn scenario() -> impl Strategy<Value = String> {
    let cadence = prop_oneof![
        Just(json!("per_event")),
        (1..5_u32).prop_map(|every| json!({"every": every}))
    ];
    (window(), trigger(), steps(), cadence, 0..2500_i64, prop_oneof![Just(0), 0..2500_i64]).prop_map(
        |(window, trigger, steps, cadence, delay, lateness)| {
            json!({
                "engine": "flink",
                "pipeline": {
                    "window": window, "aggregate": "concat", "trigger": trigger, "allowed_lateness": lateness,
                    "watermark": {"kind": "bounded", "delay": delay, "cadence": cadence, "idle": true}
                },
                "input": {"steps": steps}
            })
            .to_string()
        },
    )
}

/// Continuous event-time triggers on a window over all of time never come to an end, so that what they emit is cut off.
fn run_of(json: &str) -> Run {
    let scenario = Scenario::parse(json).unwrap_or_else(|problems| panic!("{problems:?}\n{json}"));
    Run::new(scenario).expect("a checked scenario")
}

fn halted(run: &Run) -> bool {
    run.trace
        .entries
        .iter()
        .any(|entry| matches!(entry.fact, Fact::Halted { .. }))
}

/// The engine after each number of steps, by stepping.
fn stepped(run: &Run) -> Vec<AnyEngine> {
    let mut engine = run.scenario.engine.start(&run.scenario, run.names());
    let mut engines = vec![engine.clone()];
    for step in &run.compiled.steps {
        engine.step(step, &mut Unrecorded);
        engines.push(engine.clone());
    }
    engines
}

fn is_open(lane: &Lane, position: usize) -> bool {
    (lane.opened as usize) < position
        && lane
            .closed
            .is_none_or(|(step, _)| step as usize >= position)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_in_gives_the_same_out(json in scenario()) {
        let (a, b) = (run_of(&json), run_of(&json));
        prop_assert_eq!(&a.trace, &b.trace);
    }

    #[test]
    fn seeking_gives_what_stepping_gives(json in scenario()) {
        let run = run_of(&json);
        for (position, engine) in stepped(&run).iter().enumerate() {
            prop_assert_eq!(run.engine_after(position).cells(), engine.cells(), "after {} steps of {}", position, json);
        }
    }

    #[test]
    fn a_snapshot_goes_on_as_if_nothing_had_happened(json in scenario(), at in 0..60_usize) {
        let run = run_of(&json);
        let engines = stepped(&run);
        let at = at.min(run.len());
        let mut restored = engines[at].clone();
        for step in &run.compiled.steps[at..] {
            restored.step(step, &mut Unrecorded);
        }
        prop_assert_eq!(restored.cells(), engines[run.len()].cells());
    }

    #[test]
    fn the_trace_and_the_engine_tell_of_the_same_state(json in scenario()) {
        let run = run_of(&json);
        prop_assume!(!halted(&run));
        for (position, engine) in stepped(&run).iter().enumerate() {
            let mut lanes: Vec<_> = run.trace.lanes.iter().filter(|lane| is_open(lane, position)).collect();
            lanes.sort_by_key(|lane| (lane.window, lane.key));
            let cells = engine.cells();
            prop_assert_eq!(lanes.len(), cells.len(), "after {} steps of {}", position, json);
            for (lane, cell) in lanes.iter().zip(&cells) {
                let (from, to) = position.checked_sub(1).map_or((0, 0), |last| lane.extent(last as u32));
                prop_assert_eq!((lane.key, lane.window), (cell.key, cell.window));
                prop_assert_eq!(u64::from(to - from), cell.accumulator.count, "after {} steps of {}", position, json);
            }
        }
    }

    #[test]
    fn a_result_holds_the_events_it_says_it_came_from(json in scenario()) {
        let run = run_of(&json);
        for emission in &run.trace.emissions {
            if let Some(Value::Events(events)) = &emission.value {
                prop_assert_eq!(run.trace.lineage(emission), &events[..], "{}", json);
            }
        }
    }

    #[test]
    fn watermarks_never_fall(json in scenario()) {
        let run = run_of(&json);
        let mut last = Watermark::NONE;
        for watermark in run.trace.watermarks.iter().map(|rise| &rise.to) {
            prop_assert!(*watermark > last);
            last = *watermark;
        }
    }

    #[test]
    fn every_event_has_one_fate_at_every_position(json in scenario()) {
        let run = run_of(&json);
        prop_assume!(!halted(&run));
        let listed = run.fates();
        for position in 0..=run.len() {
            for fate in run.statuses(position) {
                prop_assert!(fate == headwater::frame::status::FUTURE || listed.contains(&fate), "{}", fate);
            }
            let arrived = run.compiled.steps[..position].iter().filter(|s| matches!(s.action, headwater::model::Action::Event(_))).count();
            let counts = run.frame(position).counts;
            prop_assert_eq!(counts.arrived as usize, arrived);
            prop_assert_eq!(counts.waiting + counts.counted + counts.behind + counts.late + counts.other, counts.arrived);
        }
        let late = Output::of(&run).late.len();
        prop_assert_eq!(run.frame(run.len()).counts.late as usize, late);
    }

    #[test]
    fn without_late_events_the_order_of_arrival_does_not_matter(json in scenario(), seed in any::<u64>()) {
        let mut scenario: Json = serde_json::from_str(&json).expect("json");
        // No late events: all the time in the world. Only events, one source, and the end.
        scenario["pipeline"]["watermark"]["delay"] = json!(1_000_000);
        scenario["pipeline"]["aggregate"] = json!("sum");
        scenario["pipeline"]["trigger"] = json!({"kind": "default"});
        prop_assume!(!matches!(scenario["pipeline"]["window"]["kind"].as_str(), Some("count")));
        prop_assume!(scenario["pipeline"]["window"]["clock"].is_null());
        let mut events: Vec<Json> = scenario["input"]["steps"].as_array().expect("steps").iter().filter(|s| s.get("event").is_some()).cloned().collect();
        let mut results = Vec::new();
        for _ in 0..2 {
            let mut steps = events.clone();
            steps.push(json!({"end": true}));
            scenario["input"]["steps"] = json!(steps);
            let mut emissions: Vec<String> = Output::of(&run_of(&scenario.to_string())).emissions.iter()
                .map(|row| format!("{:?} {:?} {:?} {:?}", row.key, row.start, row.end, row.value)).collect();
            emissions.sort();
            results.push(emissions);
            // Another order, made from the seed.
            let n = events.len();
            for i in 0..n {
                events.swap(i, (seed as usize).wrapping_mul(i + 7) % n);
            }
        }
        prop_assert_eq!(&results[0], &results[1]);
    }
}
