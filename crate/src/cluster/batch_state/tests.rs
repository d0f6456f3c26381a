//! The life of one row, and laws over seeds.

use super::*;
use crate::cluster::{Run, Spec};
use crate::measure::Measure;
use crate::world::Asked;
use proptest::prelude::*;
use serde_json::{Value, json};

fn order(id: &str, key: &str, amount: u32, at: &str) -> Value {
    json!({"id": id, "key": key, "amount": amount, "t": format!("2025-06-02T{at}Z")})
}

/// The life of (02:00, R45).
fn life() -> Value {
    json!({"window": "15 min", "delay": "5 min", "mode": "append", "provider": "hdfs", "min_deltas": 10,
        "inputs": 2, "partitions": 2, "first_batch": 200, "newest": "2025-06-02T02:15:30Z",
        "rows": [
            {"window": "2025-06-02T02:00:00Z", "key": "R45", "count": 120, "sum": 72_000},
            {"window": "2025-06-02T02:15:00Z", "key": "R12", "count": 95, "sum": 61_200}],
        "batches": [
            [order("O123", "R45", 600, "02:13:45")],
            [order("O124", "R45", 1_200, "02:14:30"), order("O125", "R12", 640, "02:17:00")],
            [order("O126", "R12", 640, "02:20:00")]]})
}

fn model(written: Value) -> BatchState {
    serde_json::from_value(written).expect("a model")
}

fn ask(model: &BatchState, figure: &str, position: usize) -> String {
    let run: Run = Spec::BatchState(model.clone()).run().expect("a run");
    let measure = Measure::Figure {
        figure: figure.into(),
    };
    Asked::Cluster(&run).ask(&measure, position).text
}

/// Nine steps a batch: offsets, seven boxes, commits.
#[test]
fn a_row_is_read_merged_and_saved() {
    let model = model(life());
    for (position, moving, state) in [
        (2, "1", "120"),
        (4, "1", "120"),
        (6, "121", "120"),
        (7, "0", "121"),
        (9, "0", "121"),
    ] {
        assert_eq!(
            ask(&model, "moving.R45.02:00.count", position),
            moving,
            "{position}"
        );
        assert_eq!(
            ask(&model, "state.R45.02:00.count", position),
            state,
            "{position}"
        );
    }
    assert_eq!(ask(&model, "state.R45.02:00.sum", 9), "72600");
}

/// The watermark reaches 02:15:00 with the order of 02:20:00; a batch without orders removes the row and lets it out.
#[test]
fn a_row_goes_when_the_watermark_reaches_its_windows_end() {
    let mut model = model(life());
    assert_eq!(ask(&model, "state.R45.02:00.count", 27), "122");
    assert_eq!(ask(&model, "watermark", 27), "02:15");
    assert_eq!(ask(&model, "state.R45.02:00.count", 36), "0");
    assert_eq!(ask(&model, "out.R45.02:00.sum", 36), "73800");
    assert_eq!(ask(&model, "minutes.R45.02:00", 36), "20");
    model.delay = Span(300_001);
    assert_eq!(ask(&model, "state.R45.02:00.count", 1_000), "122");
}

#[test]
fn a_killed_executor_takes_its_copy_along_and_the_folder_has_it() {
    let mut model = model(life());
    model.kill = 15;
    assert_eq!(ask(&model, "rows.local", 15), "0");
    assert_eq!(ask(&model, "rows.durable", 15), "2");
    // Again from the partial aggregation: the version that the batch started from is 200.snapshot and 201.delta.
    assert_eq!(ask(&model, "reload.files", 1_000), "2");
    assert_eq!(ask(&model, "reruns", 1_000), "1");
    model.provider = Provider::Rocksdb;
    assert_eq!(ask(&model, "rows.local", 15), "0");
    assert_eq!(ask(&model, "reload.files", 1_000), "1");
}

/// `deltaFilesForLastVersion.size > minDeltasForSnapshot`.
#[test]
fn a_snapshot_comes_with_more_deltas_than_asked_for() {
    let mut model = model(life());
    for (min_deltas, snapshots) in [(3, 4), (4, 2), (1, 6)] {
        model.min_deltas = min_deltas;
        let played = Played::new(model.clone()).expect("a run");
        let state = played.state(played.len());
        let files = state.stores.iter().flat_map(|store| &store.files);
        let all = files.filter(|file| matches!(file.holds, store::Holds::Snapshot(_)));
        assert_eq!(all.count(), snapshots, "{min_deltas}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let mut written = life();
    written["rows"][0]["window"] = json!("2025-06-02T02:01:00Z");
    written["partitions"] = json!(0);
    let problems = Spec::BatchState(model(written)).check().expect_err("wrong");
    let places: Vec<&str> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(
        places,
        [
            "cluster.batch_state.partitions",
            "cluster.batch_state.rows[0].window"
        ]
    );
}

fn some() -> impl Strategy<Value = BatchState> {
    let orders = prop::collection::vec((0..4_u32, 1..900_u32, 0..90_i64), 0..6);
    let batches = prop::collection::vec(orders, 1..8);
    (
        batches,
        0..30_i64,
        1..4_u32,
        1..5_u32,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(batches, delay, inputs, partitions, heap, append)| {
            let mut model = model(life());
            let base = model.rows[0].window.ms() - 30 * 60_000;
            model.newest = EventTime(base + 20 * 60_000);
            model.delay = Span(delay * 60_000);
            model.inputs = inputs;
            model.partitions = partitions;
            model.min_deltas = 1 + inputs;
            model.provider = if heap {
                Provider::Hdfs
            } else {
                Provider::Rocksdb
            };
            model.mode = if append { Mode::Append } else { Mode::Update };
            model.batches = batches
                .into_iter()
                .map(|orders| {
                    let made = orders.into_iter().map(|(key, amount, minute)| Order {
                        id: String::new(),
                        key: format!("R{key}"),
                        amount,
                        t: EventTime(base + minute * 60_000),
                    });
                    made.collect()
                })
                .collect();
            model
        })
}

/// The rows there are after all batches, removed or not, by adding up the orders that were on time.
fn recomputed(model: &BatchState) -> BTreeMap<Key, Row> {
    let mut rows: BTreeMap<Key, Row> = model.preloaded().collect();
    let mut newest = model.newest.ms();
    let mut marks = vec![newest - model.delay.ms(); 2];
    for batch in &model.batches {
        let late = marks[marks.len() - 2];
        for order in batch {
            let key = model.key_of(order);
            if model.end(&key) > late {
                rows.entry(key).or_default().add(Row {
                    count: 1,
                    sum: order.amount.into(),
                });
            }
            newest = newest.max(order.t.ms());
        }
        marks.push(newest - model.delay.ms());
    }
    rows
}

fn end(model: &BatchState) -> Query {
    let played = Played::new(model.clone()).expect("a run");
    played.state(played.len())
}

fn durable(state: &Query) -> BTreeMap<Key, Row> {
    state
        .stores
        .iter()
        .flat_map(|store| store.durable(store.newest()))
        .collect()
}

proptest! {
    #[test]
    fn state_and_output_are_what_adding_up_gives(model in some()) {
        let mut model = model;
        model.mode = Mode::Append;
        let state = end(&model);
        let mut rows = durable(&state);
        for out in &state.sink {
            prop_assert!(rows.insert(out.key.clone(), out.row).is_none());
        }
        prop_assert_eq!(rows, recomputed(&model));
    }

    #[test]
    fn a_kill_changes_no_result(model in some(), kill in 1..80_u32) {
        let calm = end(&model);
        let struck = BatchState { kill, ..model };
        let state = end(&struck);
        prop_assert_eq!(&state.sink, &calm.sink);
        prop_assert_eq!(durable(&state), durable(&calm));
        prop_assert_eq!((state.watermark, state.late), (calm.watermark, calm.late));
    }

    #[test]
    fn the_copy_on_the_executor_is_the_one_in_the_folder(model in some(), kill in 0..80_u32) {
        let state = end(&BatchState { kill, ..model });
        for store in &state.stores {
            if let Some(local) = &store.local {
                prop_assert_eq!(&local.rows, &store.durable(local.version));
            }
        }
    }

    #[test]
    fn seeking_gives_what_stepping_gives(model in some(), kill in 0..40_u32) {
        let model = BatchState { kill, ..model };
        let played = Played::new(model.clone()).expect("a run");
        let mut state = model.start();
        for position in 0..=played.len() {
            prop_assert_eq!(&played.state(position), &state);
            model.step(&mut state, &mut Tell::new(&mut Vec::new(), position as u32));
        }
    }
}
