//! The short ways of large inputs tell just what taking steps one by one tells: the same facts with the same causes, and the same state
//! behind them.

use super::{AnyEngine, Engine, EngineKind, Watcher};
use crate::fact::{Fact, FactId, Recorder, Unrecorded};
use crate::model::{Action, Event, Step};
use crate::scale::tests::scenario as generated;
use crate::scenario::Scenario;
use crate::source::compile;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// Everything an engine tells, in order.
#[derive(Clone, Debug, Default, PartialEq)]
struct Told {
    facts: Vec<(FactId, Fact)>,
    steps: usize,
}

impl Recorder for Told {
    const ON: bool = true;

    fn push(&mut self, cause: FactId, fact: Fact) -> FactId {
        self.facts.push((cause, fact));
        FactId(self.facts.len() as u32 - 1)
    }
}

impl Watcher for Told {
    fn before(&mut self, _: &Step) {
        self.steps += 1;
    }
}

impl Watcher for Unrecorded {
    fn before(&mut self, _: &Step) {}
}

fn window() -> impl Strategy<Value = Json> {
    prop_oneof![
        3 => (100..3_000_i64, -500..500_i64)
            .prop_map(|(size, offset)| json!({"kind": "tumbling", "size": size, "offset": offset % size})),
        1 => (1..2_000_i64, 100..2_000_i64)
            .prop_map(|(size, slide)| json!({"kind": "sliding", "size": size, "slide": slide})),
        1 => (1..300_i64).prop_map(|gap| json!({"kind": "session", "gap": gap})),
        1 => Just(json!({"kind": "global"})),
        1 => (1..9_u32).prop_map(|size| json!({"kind": "count", "size": size})),
        1 => (100..3_000_i64).prop_map(|size| json!({"kind": "tumbling", "size": size, "clock": "processing"})),
        1 => (1..500_i64).prop_map(|difference| json!({"kind": "sliding_diff", "difference": difference})),
    ]
}

fn flink_trigger() -> impl Strategy<Value = Json> {
    (0..6, any::<bool>(), 1..9_u32, 200..2_000_i64).prop_map(|(kind, purging, n, interval)| match kind {
        0..3 => json!({"kind": "default", "purging": purging}),
        3 => json!({"kind": "count", "n": n, "purging": purging}),
        4 => json!({"kind": "continuous_event_time", "interval": interval, "purging": purging}),
        _ => json!({"kind": "continuous_processing_time", "interval": interval, "purging": purging}),
    })
}

fn beam_trigger() -> impl Strategy<Value = Json> {
    (0..6, 1..9_u32, 1..900_i64).prop_map(|(kind, n, delay)| {
        let count = json!({"kind": "count", "n": n});
        let delayed = json!({"kind": "processing_time", "delay": delay});
        match kind {
            0 | 1 => json!({"kind": "default"}),
            2 => json!({"kind": "repeatedly", "trigger": count}),
            3 => json!({"kind": "after_watermark", "early": delayed, "late": count}),
            4 => json!({"kind": "repeatedly", "trigger": {"kind": "after_any", "triggers": [count, delayed]}}),
            _ => count,
        }
    })
}

/// Events that mostly go forward, of few keys or of many, with everything else that may happen in between.
fn steps() -> impl Strategy<Value = Vec<Json>> {
    let step = prop_oneof![
        40 => (-900..90_i64, 0..200_u32, 0..6_u16, 1..9_u32, any::<bool>()),
        1 => (-900..90_i64, 0..200_u32, 6..10_u16, 1..9_u32, any::<bool>()),
    ];
    let keys = prop_oneof![Just(3_u32), Just(20), Just(200)];
    (prop::collection::vec(step, 1..300), keys, any::<bool>()).prop_map(|(drawn, keys, end)| {
        let (mut now, mut steps) = (1_000, Vec::new());
        for (i, (by, key, kind, value, timed)) in drawn.into_iter().enumerate() {
            now += by.max(0) / 4;
            let mut step = match kind {
                0..6 => json!({"event": {"id": format!("e{i}"), "key": format!("k{:03}", key % keys), "ts": (now + by.min(0)).max(0),
                    "value": value, "source": kind / 5}}),
                6 => json!({"mark_idle": value % 2}),
                7 => json!({"watermark": now - 200, "source": value % 2}),
                8 => json!({"batch": true, "queued": value > 4}),
                _ => json!({"end": true, "source": value % 2}),
            };
            if timed {
                step["at"] = json!(now);
            }
            steps.push(step);
        }
        if end {
            steps.push(json!({"end": true}));
        }
        steps
    })
}

fn written() -> impl Strategy<Value = Scenario> {
    let cadence = prop_oneof![
        2 => Just(json!("per_event")),
        1 => (1..5_u32).prop_map(|every| json!({"every": every}))
    ];
    let watermark = (0..5, cadence, 0..1_500_i64).prop_map(|(kind, cadence, delay)| match kind {
        0..3 => json!({"kind": "bounded", "delay": delay, "cadence": cadence, "idle": true}),
        3 => json!({"kind": "expression", "delay": delay, "interval": 200}),
        _ => json!({"kind": "explicit"}),
    });
    let lateness = prop_oneof![Just(0), 0..1_500_i64];
    let aggregate = prop_oneof![Just("concat"), Just("sum"), Just("max")];
    (
        (0..4_usize, window(), flink_trigger(), beam_trigger()),
        (watermark, lateness, aggregate, steps(), 0..3_usize),
    )
        .prop_filter_map("the engine takes it", |(what, how)| {
            let (engine, window, flink_trigger, beam_trigger) = what;
            let (watermark, lateness, aggregate, steps, kind) = how;
            let mut pipeline = json!({"window": window, "aggregate": aggregate, "watermark": watermark});
            match EngineKind::ALL[engine] {
                EngineKind::Flink => {
                    pipeline["trigger"] = flink_trigger;
                    pipeline["allowed_lateness"] = json!(lateness);
                }
                EngineKind::Spark => {
                    pipeline["watermark"] = json!({"kind": "bounded", "delay": lateness});
                    pipeline["micro_batch"] = json!({"events": kind + 1});
                    pipeline["output_mode"] = json!(["append", "update", "complete"][kind]);
                }
                EngineKind::Beam => {
                    if watermark["kind"] == "bounded" {
                        pipeline["watermark"] = json!({"kind": "bounded", "delay": watermark["delay"]});
                    }
                    pipeline["trigger"] = beam_trigger;
                    pipeline["allowed_lateness"] = json!(lateness);
                    pipeline["accumulation"] = json!(["accumulating", "discarding", "retracting"][kind]);
                }
                EngineKind::KafkaStreams => {
                    pipeline["watermark"] = json!({"kind": "none"});
                    pipeline["grace"] = json!(lateness);
                    pipeline["emit"] = json!(["on_update", "on_window_close", "suppress"][kind]);
                }
            }
            // What an engine has no use for is left out, so that each of them is tried.
            let kept: Vec<Json> = (steps.into_iter())
                .filter(|step| {
                    let has = |what: &str| !step[what].is_null();
                    let pacing = EngineKind::ALL[engine].pacing();
                    (!has("mark_idle") || pacing.idle_steps)
                        && (!has("watermark") || (pacing.watermark_steps && pipeline["watermark"]["kind"] == "explicit"))
                        && (!has("batch") || pacing.batches)
                })
                .collect();
            let json = json!({"engine": EngineKind::ALL[engine], "pipeline": pipeline, "input": {"steps": kept}});
            Scenario::parse(&json.to_string()).ok()
        })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    prop_oneof![3 => written(), 1 => generated()]
}

/// The engine at the start of a scenario, and the scenario's steps.
fn started(scenario: &Scenario) -> (AnyEngine, Vec<Step>) {
    let compiled = compile(scenario, scenario.engine.pacing());
    (
        scenario.engine.start(scenario, &compiled.names),
        compiled.steps,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_short_way_tells_what_stepping_tells(scenario in scenario(), chunk in 1..40_usize, mixed in any::<bool>()) {
        let (mut stepped, steps) = started(&scenario);
        let (mut short, mut silent) = (stepped.clone(), stepped.clone());
        let (mut want, mut got) = (Told::default(), Told::default());
        for (number, steps) in steps.chunks(chunk).enumerate() {
            let mut most = 0;
            for step in steps {
                want.before(step);
                stepped.step(step, &mut want);
                most = most.max(stepped.entries());
            }
            // Now and then steps are taken one by one in between.
            if mixed && number % 3 == 2 {
                for step in steps {
                    got.before(step);
                    short.step(step, &mut got);
                }
            } else {
                prop_assert_eq!(short.take(steps, &mut got), most);
            }
            prop_assert_eq!(silent.take(steps, &mut Unrecorded), most);
            prop_assert_eq!(&got, &want);
            prop_assert_eq!(short.cells(), stepped.cells());
            prop_assert_eq!(silent.cells(), stepped.cells());
        }
    }

    #[test]
    fn many_events_at_once_are_as_many_one_by_one(scenario in scenario(), chunk in 1..90_usize) {
        let (mut stepped, steps) = started(&scenario);
        let mut many = stepped.clone();
        let (mut want, mut got) = (Told::default(), Told::default());
        let mut waiting: Vec<Event> = Vec::new();
        // Without a word of when they are processed; what is no event comes in between.
        for Step { action, .. } in steps {
            let step = Step { clock: None, action };
            stepped.step(&step, &mut want);
            match action {
                Action::Event(event) if waiting.len() < chunk => waiting.push(event),
                _ => {
                    many.events(&waiting, &mut got);
                    waiting.clear();
                    many.step(&step, &mut got);
                    prop_assert_eq!(&got, &want);
                    prop_assert_eq!(many.cells(), stepped.cells());
                }
            }
        }
        many.events(&waiting, &mut got);
        prop_assert_eq!(&got, &want);
        prop_assert_eq!(many.cells(), stepped.cells());
    }
}

#[test]
fn scenarios_are_of_every_engine() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut of = [0; 4];
    for _ in 0..200 {
        let scenario = scenario().new_tree(&mut runner).expect("one").current();
        of[EngineKind::ALL
            .iter()
            .position(|kind| *kind == scenario.engine)
            .expect("in the list")] += 1;
    }
    assert!(of.iter().all(|count| *count >= 20), "{of:?}");
}
