//! The loads are those recorded from the engine; cures change no result; no row is lost or doubled on its way.

use super::job::Job;
use super::*;
use crate::cluster::played::Played;
use crate::measure::Measured;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A model read from JSON, played.
fn played(model: &Value) -> Played<Shuffle> {
    let model: Shuffle = serde_json::from_value(model.clone()).expect("reads");
    Played::new(model).expect("sound")
}

/// A figure at the end.
fn measured(run: &Played<Shuffle>, id: &str) -> Measured {
    let figures = run.figures(run.len());
    let found = figures.into_iter().find(|figure| figure.id == id);
    found.unwrap_or_else(|| panic!("{id} is a figure")).measured
}

/// The loads of the block with this id, at the end.
fn loads(run: &Played<Shuffle>, id: &str) -> Vec<f64> {
    let scene = run.scene(run.len());
    let block = scene.loads.iter().find(|block| block.id == id);
    let bars = &block.unwrap_or_else(|| panic!("{id} is shown")).bars;
    bars.iter().map(|bar| bar.total).collect()
}

fn countries() -> Value {
    json!([
        {"key": "US", "value": "North America"},
        {"key": "CA", "value": "North America"},
        {"key": "UK", "value": "Western Europe"}
    ])
}

fn ninety_percent(rows: [u32; 3], more: &Value) -> Value {
    let mut model = json!({
        "work": "join", "partitions": 8, "table": countries(),
        "keys": [
            {"key": "US", "rows": rows[0]}, {"key": "CA", "rows": rows[1]}, {"key": "UK", "rows": rows[2]}
        ]
    });
    for (field, value) in more.as_object().expect("an object") {
        model[field] = value.clone();
    }
    model
}

/// Every load that was recorded from Spark, plain and salted in both ways.
#[test]
fn the_recorded_loads_come_out() {
    let recorded: Value = serde_json::from_str(include_str!(
        "../../../../tests/conformance/spark/skew.json"
    ))
    .expect("json");
    for row in recorded["loads"].as_array().expect("rows") {
        let (cure, form, block) = match row["key"].as_str().expect("a key") {
            "country" => ("none", "text", "plain"),
            "country_salt_string" => ("salt", "text", "cured"),
            _ => ("salt", "column", "cured"),
        };
        let run = played(&ninety_percent(
            [900, 50, 50],
            &json!({
                "partitions": row["partitions"], "cure": cure, "salt": {"count": 10, "form": form}
            }),
        ));
        let expected: Vec<f64> = serde_json::from_value(row["loads"].clone()).expect("loads");
        assert_eq!(loads(&run, block), expected, "{row}");
        for figure in ["max", "mean"] {
            let number = measured(&run, &format!("{block}.{figure}")).number;
            assert_eq!(number, row[figure].as_f64(), "{row}");
        }
        let ratio = measured(&run, &format!("{block}.ratio"))
            .number
            .expect("a number");
        assert!((ratio - row["max_over_mean"].as_f64().expect("a number")).abs() < 1e-9);
        assert_eq!(measured(&run, "result.rows").number, Some(1000.0));
    }
}

/// The 101 rows of the curriculum, measured on Spark: one task has 96 of them, with ten salts 29.
#[test]
fn the_hundred_and_one_transactions() {
    let salted = json!({"cure": "salt", "salt": {"count": 10, "within_key": true}});
    let run = played(&ninety_percent([90, 5, 6], &salted));
    assert_eq!(loads(&run, "plain"), [0., 5., 0., 0., 96., 0., 0., 0.]);
    assert_eq!(loads(&run, "cured"), [1., 20., 11., 10., 29., 10., 19., 1.]);
    assert_eq!(measured(&run, "table.rows").number, Some(30.0));
    assert_eq!(measured(&run, "result.same").text, "yes");
}

/// A salted aggregation has 18 groups of the 100 rows of the curriculum; a second phase makes three of them.
#[test]
fn salting_an_aggregation_is_half_of_it() {
    let rows = [90, 5, 5];
    let salt = json!({"count": 10, "within_key": true});
    let half = played(&ninety_percent(
        rows,
        &json!({"work": "sum", "cure": "salt", "salt": salt}),
    ));
    assert_eq!(measured(&half, "result.rows").number, Some(20.0));
    assert_eq!(measured(&half, "result.same").text, "no");
    let whole = played(&ninety_percent(
        rows,
        &json!({"work": "sum", "cure": "two_phase", "salt": salt}),
    ));
    assert_eq!(measured(&whole, "result.rows").number, Some(3.0));
    assert_eq!(measured(&whole, "result.same").text, "yes");
    assert_eq!(loads(&whole, "final").iter().sum::<f64>(), 20.0);
}

/// The row of the small table that matches nothing would come out once for every salt.
#[test]
fn a_salted_right_outer_join_is_not_the_same() {
    let mut model = ninety_percent([9, 1, 1], &json!({"cure": "salt", "join": "right_outer"}));
    model["table"][2]["key"] = json!("FR");
    let run = played(&model);
    assert_eq!(measured(&run, "result.same").text, "no");
}

#[test]
fn partial_sums_make_skew_harmless() {
    let run = played(&ninety_percent(
        [900, 50, 50],
        &json!({"work": "sum", "combine": true}),
    ));
    // One partial result from each of eight map tasks, for two keys.
    assert_eq!(measured(&run, "plain.max").number, Some(16.0));
}

#[test]
fn a_slow_worker_is_who_everybody_waits_for() {
    let even = json!({"cure": "broadcast"});
    let slow = json!({"cure": "broadcast", "straggler": {"worker": 3, "rate": 100}});
    let time = |more| measured(&played(&ninety_percent([900, 50, 50], more)), "cured.time").number;
    assert_eq!((time(&even), time(&slow)), (Some(125.0), Some(1250.0)));
}

#[test]
fn what_an_engine_would_not_do_is_refused() {
    for (more, place) in [
        (json!({"cure": "two_phase"}), "cure"),
        (json!({"cure": "broadcast", "join": "full_outer"}), "cure"),
        (json!({"cure": "broadcast", "work": "sum"}), "cure"),
        (json!({"cure": "adaptive", "partitioner": "kafka"}), "cure"),
        (json!({"partitions": 0}), "partitions"),
        (
            json!({"assign": [{"key": "US", "partition": 8}]}),
            "assign[0].partition",
        ),
        (
            json!({"straggler": {"worker": 8, "rate": 1}}),
            "straggler.worker",
        ),
        (
            json!({"partitioner": "flink", "salt": {"form": "column"}}),
            "salt.form",
        ),
    ] {
        let model: Shuffle =
            serde_json::from_value(ninety_percent([9, 1, 1], &more)).expect("reads");
        let problems = Played::new(model).expect_err("is refused");
        assert_eq!(problems[0].path, place, "{problems:?}");
    }
}

fn cure() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "none",
        "salt",
        "two_phase",
        "broadcast",
        "more_partitions",
        "round_robin",
        "range",
        "by_hand",
        "adaptive",
    ])
}

fn keys() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::collection::vec(0..60_u32, 1..8).prop_map(|rows| {
            let keys = rows.iter().enumerate();
            let list: Vec<Value> = keys
                .map(|(i, rows)| json!({"key": format!("k{i}"), "rows": rows + u32::from(i == 0)}))
                .collect();
            json!({"keys": list})
        }),
        (1..40_u32, 1..300_u32, 0.0..3.0_f64, any::<u32>()).prop_map(
            |(keys, rows, exponent, seed)| json!({
                "zipf": {"keys": keys, "rows": rows, "exponent": exponent, "seed": seed}
            })
        ),
    ]
}

/// Any model, sound or refused.
fn model() -> impl Strategy<Value = Shuffle> {
    let small = (
        1..12_u32,
        1..6_u32,
        1..6_u32,
        1..9_u32,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let kinds = prop::sample::select(vec![
        "inner",
        "left_outer",
        "right_outer",
        "full_outer",
        "left_semi",
        "left_anti",
    ]);
    let table = prop::collection::vec(0..9_u32, 0..6);
    (keys(), cure(), small, kinds, table, any::<bool>()).prop_map(
        |(keys, cure, (partitions, sources, workers, salts, hot, within, combine), kind, table, join)| {
            let table: Vec<Value> = (table.iter().enumerate())
                .map(|(i, key)| json!({"key": format!("k{key}"), "value": format!("v{i}")}))
                .collect();
            let mut model = json!({
                "work": if join { "join" } else { "sum" }, "join": kind, "cure": cure,
                "partitions": partitions, "sources": sources, "workers": workers, "more": partitions * 3,
                "combine": combine, "table": table, "row_bytes": 3_000_000,
                "salt": {"count": salts, "only_hot": hot, "within_key": within},
                "adaptive": {"factor": 1, "threshold_mb": 2, "advisory_mb": 4},
                "assign": [{"key": "k0", "partition": partitions - 1}]
            });
            for (field, value) in keys.as_object().expect("an object") {
                model[field] = value.clone();
            }
            serde_json::from_value(model).expect("reads")
        },
    )
}

/// Whether a cure is one that keeps the result: a salted aggregation is unfinished, and a row of the small side that matches
/// nothing comes out with each of its copies.
fn keeps(model: &Shuffle) -> bool {
    model.cure != Cure::Salt || (model.work == Work::Join && model.join.copies_right())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn cures_never_change_results(model in model()) {
        let sound = Played::new(model.clone()).is_ok();
        prop_assume!(sound && keeps(&model));
        let job = Job::new(&model);
        prop_assert!(job.same(), "{:?} {:?}", job.before, job.after);
        let plain = Shuffle { cure: Cure::None, ..model };
        prop_assert_eq!(&Job::new(&plain).after, &job.after);
    }

    #[test]
    fn every_row_reaches_one_task(model in model()) {
        let mut problems = Problems::default();
        model.check(&mut problems);
        prop_assume!(problems.into_result().is_ok());
        let job = Job::new(&model);
        for way in &job.ways.all {
            let mut rows: Vec<u32> =
                way.tasks.iter().flat_map(|task| task.rows.iter().copied()).collect();
            rows.sort_unstable();
            let all: Vec<u32> = (0..job.rows.keys.len() as u32).collect();
            prop_assert_eq!(&rows, &all, "{}", way.title);
            if !model.combine && way.id != "final" {
                let pieces: u64 = way.tasks.iter().map(way::Task::load).sum();
                prop_assert_eq!(pieces, rows.len() as u64);
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn seeking_is_stepping(model in model(), seek in 0..60_usize) {
        let Ok(run) = Played::new(model.clone()) else { return Ok(()) };
        let position = seek.min(run.len());
        let mut state = model.start();
        for step in 0..position {
            let mut facts = Vec::new();
            prop_assert!(model.step(&mut state, &mut Tell::new(&mut facts, step as u32)));
        }
        prop_assert_eq!(run.state(position), state.clone());
        prop_assert_eq!(run.figures(position), model.figures(&state));
        // Whatever is shown can be asked about.
        let scene = run.scene(position);
        for bar in scene.loads.iter().flat_map(|block| &block.bars) {
            prop_assert!(model.why(&run, &bar.id, position).is_some(), "{}", bar.id);
        }
        for row in scene.tables.iter().flat_map(|table| &table.rows) {
            prop_assert!(model.why(&run, &row.id, position).is_some(), "{}", row.id);
        }
    }
}
