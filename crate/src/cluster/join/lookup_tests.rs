//! Lookups in a table: the latest version against the one as of the record's time.

use crate::cluster::{Run, Spec};
use crate::measure::Measure;
use crate::world::Asked;
use proptest::prelude::*;
use serde_json::{Value, json};

/// `l…` are records of the stream, `r…` versions of the table, `d…` tombstones.
fn play(engine: &str, kind: &str, rows: &[(&str, &str, i64)]) -> Run {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(id, key, t)| {
            json!({"id": id, "side": if id.starts_with('l') { "left" } else { "right" },
                "key": key, "t": t, "tombstone": id.starts_with('d')})
        })
        .collect();
    let spec = json!({"join": {"engine": engine, "kind": kind, "lower": 0, "upper": 0, "batch": 1,
        "left": {"name": "orders", "delay": 10}, "right": {"name": "prices", "delay": 10}, "rows": rows}});
    let spec: Spec = serde_json::from_value(spec).expect("a model");
    spec.run().expect("a run")
}

fn end(run: &Run, figure: &str) -> String {
    let measure = Measure::Figure {
        figure: figure.into(),
    };
    Asked::Cluster(run).ask(&measure, run.len()).text
}

/// The price changes at 20, and the update comes after the order of 25. Rows of 100 let the watermark pass.
const LATE: [(&str, &str, i64); 5] = [
    ("r1", "a", 0),
    ("l1", "a", 25),
    ("r2", "a", 20),
    ("l9", "z", 100),
    ("r9", "z", 100),
];

#[test]
fn the_latest_version_depends_on_when_the_update_arrives() {
    let mut in_time = LATE;
    in_time.swap(1, 2);
    assert_eq!(end(&play("kafka_table", "inner", &LATE), "got.l1"), "r1");
    assert_eq!(
        end(&play("kafka_table", "inner", &LATE), "pairs.other"),
        "1"
    );
    assert_eq!(end(&play("kafka_table", "inner", &in_time), "got.l1"), "r2");
    for rows in [LATE, in_time] {
        let run = play("flink_temporal", "inner", &rows);
        assert_eq!(end(&run, "got.l1"), "r2");
    }
}

#[test]
fn an_update_of_the_table_brings_no_result() {
    let rows = [("l1", "a", 5), ("r1", "a", 0)];
    let run = play("kafka_table", "inner", &rows);
    assert_eq!(end(&run, "out.joined"), "0");
    assert_eq!(end(&run, "fate.r1"), "version");
}

#[test]
fn a_missing_or_deleted_key_is_left_out_by_inner_and_null_by_left() {
    let rows = [
        ("r1", "a", 0),
        ("d1", "a", 10),
        ("l1", "a", 12),
        ("l2", "b", 12),
        ("l9", "z", 100),
        ("r9", "z", 100),
    ];
    for engine in ["kafka_table", "flink_temporal"] {
        for (kind, got) in [("inner", "nothing"), ("left", "null")] {
            let run = play(engine, kind, &rows);
            assert_eq!(end(&run, "got.l1"), got, "{engine} {kind}");
            assert_eq!(end(&run, "got.l2"), got, "{engine} {kind}");
        }
    }
}

/// The watermark is the newest time less 10, and a version of the very time of the record counts.
#[test]
fn an_as_of_lookup_waits_until_the_watermark_reaches_its_time() {
    for (t, got) in [(34, "nothing"), (35, "r1")] {
        let rows = [
            ("r1", "a", 25),
            ("l1", "a", 25),
            ("l2", "z", 90),
            ("r2", "z", t),
        ];
        let run = play("flink_temporal", "inner", &rows);
        assert_eq!(end(&run, "got.l1"), got, "{t}");
    }
}

#[test]
fn old_versions_are_forgotten_and_the_newest_stays() {
    let rows = [
        ("r1", "a", 0),
        ("r2", "a", 20),
        ("l1", "a", 40),
        ("l2", "a", 60),
        ("r3", "a", 60),
    ];
    let run = play("flink_temporal", "inner", &rows);
    assert_eq!(end(&run, "got.l1"), "r2");
    assert_eq!(end(&run, "fate.r1"), "forgotten");
    assert_eq!(end(&run, "state.right"), "2", "r2 and r3");
}

#[test]
fn a_tombstone_is_only_for_tables() {
    let spec: Spec = serde_json::from_value(json!({"join": {"engine": "flink", "kind": "inner",
        "lower": 0, "upper": 0, "batch": 1, "left": {"name": "l"}, "right": {"name": "r"},
        "rows": [{"id": "r1", "side": "right", "key": "a", "t": 0, "tombstone": true}]}}))
    .expect("a model");
    let problems = spec.run().expect_err("refused");
    assert_eq!(problems[0].path, "cluster.join.rows[0].tombstone");
}

proptest! {
    /// Rows that are at most 10 out of order are within the watermark: their order does not matter to an as-of lookup, and it
    /// gives what a batch job gives.
    #[test]
    fn as_of_does_not_depend_on_the_order_of_arrival(
        rows in prop::collection::vec((any::<bool>(), 0..3_usize, 0..60_i64, 0..10_i64), 1..30),
    ) {
        let mut written: Vec<(String, &str, i64, i64)> = rows
            .iter()
            .enumerate()
            .map(|(i, (left, key, t, shift))| {
                let side = if *left { "l" } else { "r" };
                // Versions of one key have times of their own.
                let t = if *left { t * 40 } else { t * 40 + 1 + i as i64 };
                (format!("{side}{i}"), ["a", "b", "c"][*key], t, t + shift)
            })
            .collect();
        written.extend([("l-end", "y"), ("r-end", "z")].map(|(id, key)| (id.to_string(), key, 9_000, 9_000)));
        let mut results = Vec::new();
        for by_arrival in [false, true] {
            written.sort_by_key(|(_, _, t, arrival)| if by_arrival { *arrival } else { *t });
            let rows: Vec<(&str, &str, i64)> =
                written.iter().map(|(id, key, t, _)| (id.as_str(), *key, *t)).collect();
            let run = play("flink_temporal", "left", &rows);
            prop_assert_eq!(end(&run, "pairs.other"), "0");
            prop_assert_eq!(end(&run, "pairs.missed"), "0");
            let mut got: Vec<(String, String)> = rows
                .iter()
                .filter(|(id, _, _)| id.starts_with('l'))
                .map(|(id, _, _)| ((*id).to_string(), end(&run, &format!("got.{id}"))))
                .collect();
            got.sort();
            results.push(got);
        }
        prop_assert_eq!(&results[0], &results[1]);
    }
}
