//! The rules of the three engines, one boundary at a time, and laws over seeds.

use super::*;
use crate::cluster::{Run, Spec};
use crate::measure::Measure;
use crate::world::Asked;
use proptest::prelude::*;
use serde_json::{Value, json};

fn spec(engine: &str, kind: &str, rows: &Value) -> Value {
    json!({"join": {"engine": engine, "kind": kind, "lower": 0, "upper": 10, "batch": 1,
        "left": {"name": "l", "delay": 5}, "right": {"name": "r", "delay": 5}, "rows": rows}})
}

fn play(spec: Value) -> Run {
    let spec: Spec = serde_json::from_value(spec).expect("a model");
    spec.run().expect("a run")
}

fn row(id: &str, t: i64) -> Value {
    let side = if id.starts_with('l') { "left" } else { "right" };
    json!({"id": id, "side": side, "key": "k", "t": t})
}

fn rows(rows: &[(&str, i64)]) -> Value {
    rows.iter().map(|(id, t)| row(id, *t)).collect()
}

fn ask(run: &Run, figure: &str, position: usize) -> String {
    let measure = Measure::Figure {
        figure: figure.into(),
    };
    Asked::Cluster(run).ask(&measure, position).text
}

fn end(run: &Run, figure: &str) -> String {
    ask(run, figure, run.len())
}

/// Watermark after l of 100 and r of 100: 94 in the `DataStream` API. A row of 94 is on time, one of 93 is late.
#[test]
fn flink_drops_what_is_strictly_behind_the_lesser_watermark() {
    for (t, fate) in [(94, "joined"), (93, "late")] {
        let run = play(spec(
            "flink",
            "inner",
            &rows(&[("l1", 100), ("r1", 100), ("r2", 94), ("l2", t)]),
        ));
        assert_eq!(end(&run, "fate.l2"), fate, "{t}");
    }
}

/// A left row of 0 may have partners up to 10: gone when the watermark is 10, which takes both sides at 16.
#[test]
fn flink_forgets_at_the_last_partners_time_and_not_before_both_sides_are_there() {
    for (t, fate) in [(15, "waiting"), (16, "forgotten")] {
        let run = play(spec(
            "flink",
            "inner",
            &rows(&[("l1", 0), ("l2", 99), ("r1", t)]),
        ));
        assert_eq!(end(&run, "fate.l1"), fate, "{t}");
    }
}

/// SQL watermarks take nothing off, and the timer is one later: 11, which takes both sides at 16.
#[test]
fn flink_sql_says_null_when_nobody_can_come_any_more() {
    for (t, fate) in [(15, "waiting"), (16, "null")] {
        let run = play(spec(
            "flink_sql",
            "left",
            &rows(&[("l1", 0), ("l2", 99), ("r1", t)]),
        ));
        assert_eq!(end(&run, "fate.l1"), fate, "{t}");
    }
}

#[test]
fn flink_sql_drops_no_late_row_but_says_null_at_once() {
    let run = play(spec(
        "flink_sql",
        "left",
        &rows(&[("l1", 100), ("r1", 100), ("l2", 3)]),
    ));
    assert_eq!(end(&run, "fate.l2"), "null");
    assert_eq!(end(&run, "late"), "0");
}

/// Rows at or before watermark - upper - 1 go: of 0 at a watermark of 11, in the batch after the one that brought it there.
#[test]
fn spark_says_null_in_the_batch_after() {
    for (t, fate) in [(15, "waiting"), (16, "null")] {
        let run = play(spec(
            "spark",
            "left",
            &rows(&[("l1", 0), ("l2", 99), ("r1", t)]),
        ));
        assert_eq!(end(&run, "fate.l1"), fate, "{t}");
        assert_eq!(
            ask(&run, "fate.l1", 3),
            "waiting",
            "{t}: not yet in the batch of r1"
        );
        assert_eq!(run.len(), 4, "one more batch without rows");
    }
}

#[test]
fn spark_keeps_a_side_for_ever_whose_other_side_has_no_watermark() {
    let rows = rows(&[("l1", 0), ("r1", 0), ("l2", 1000), ("r2", 1000)]);
    let mut spec = spec("spark", "inner", &rows);
    spec["join"]["right"] = json!({"name": "r"});
    let run = play(spec.clone());
    assert_eq!(end(&run, "state.left"), "2");
    assert_eq!(
        end(&run, "state.right"),
        "1",
        "cleaned by the left watermark"
    );
    spec["join"]["kind"] = json!("left");
    let spec: Spec = serde_json::from_value(spec).expect("a model");
    let problems = spec.run().expect_err("Spark refuses it");
    assert!(problems[0].to_string().starts_with("cluster.join.kind: "));
}

/// Run on Spark 4.3.0: fourteen files, one row each, left outer, both watermarks 2 min behind, `rt BETWEEN lt AND lt + 10 min`.
/// After each: the last batch from 0, `numRowsTotal`, pairs and nulls so far, `numRowsDroppedByWatermark` so far, the watermark in min.
#[test]
fn spark_does_what_was_recorded_batch_by_batch() {
    type Recorded = (&'static str, &'static str, i64, [usize; 5], Option<i64>);
    const RECORDED: [Recorded; 14] = [
        ("l1", "a", 0, [0, 1, 0, 0, 0], None),
        ("l2", "b", 2, [1, 2, 0, 0, 0], None),
        ("r1", "a", 4, [3, 3, 1, 0, 0], Some(0)),
        ("l3", "c", 6, [5, 4, 1, 0, 0], Some(2)),
        ("r2", "b", 13, [7, 5, 1, 0, 0], Some(4)),
        ("l4", "d", 14, [9, 4, 1, 0, 0], Some(11)),
        ("r3", "d", 16, [11, 5, 2, 0, 0], Some(12)),
        ("r4", "c", 15, [12, 6, 3, 0, 0], Some(12)),
        ("r5", "e", 17, [13, 7, 3, 0, 0], Some(12)),
        ("l5", "e", 15, [15, 7, 4, 1, 0], Some(13)),
        ("l6", "f", 30, [17, 7, 4, 1, 0], Some(15)),
        ("r6", "g", 40, [19, 2, 4, 1, 0], Some(28)),
        ("l7", "h", 20, [20, 2, 4, 1, 1], Some(28)),
        ("r7", "h", 22, [21, 2, 4, 1, 2], Some(28)),
    ];
    let rows: Value = RECORDED
        .iter()
        .map(|(id, key, minute, ..)| {
            let mut row = row(id, minute * 60_000);
            row["key"] = json!(key);
            row
        })
        .collect();
    let mut written = spec("spark", "left", &rows);
    written["join"]["upper"] = json!("10 min");
    for side in ["left", "right"] {
        written["join"][side]["delay"] = json!("2 min");
    }
    let Spec::Join(model) = serde_json::from_value(written).expect("a model") else {
        unreachable!()
    };
    let played = Played::new(model).expect("a run");
    assert_eq!(played.len(), 22);
    for (place, (id, _, _, expected, watermark)) in RECORDED.iter().enumerate() {
        let state = played.state(expected[0] + 1);
        let pairs = state.out.iter().filter(|out| out.right.is_some()).count();
        let found = [
            state.batches as usize - 1,
            state.kept[0].len() + state.kept[1].len(),
            pairs,
            state.out.len() - pairs,
            state.dropped.len(),
        ];
        assert_eq!(found, *expected, "{id}");
        assert_eq!(state.taken, place + 1, "{id}");
        let minutes = state.watermark.time().map(|time| time.ms() / 60_000);
        assert_eq!(minutes, *watermark, "{id}");
    }
}

fn some_rows() -> impl Strategy<Value = Value> {
    prop::collection::vec((any::<bool>(), 0..3_u8, 0..40_i64), 1..60).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(|(i, (left, key, jitter))| {
                let side = if left { "left" } else { "right" };
                json!({"id": format!("x{i}"), "side": side, "key": key.to_string(), "t": i as i64 * 3 + jitter})
            })
            .collect()
    })
}

proptest! {
    /// Whatever the order: every pair there is, and no other, unless a row was late or a watermark gave it up; with a delay
    /// that covers the disorder nothing is missed, and what is forgotten never had another partner.
    #[test]
    fn a_delay_that_covers_the_disorder_misses_nothing(rows in some_rows(), engine in prop::sample::select(vec!["flink", "flink_sql", "spark"]), batch in 1..5) {
        let kind = if engine == "flink" { "inner" } else { "left" };
        let mut spec = spec(engine, kind, &rows);
        spec["join"]["batch"] = json!(batch);
        for side in ["left", "right"] {
            spec["join"][side]["delay"] = json!(40);
        }
        let run = play(spec);
        prop_assert_eq!(end(&run, "late"), "0");
        prop_assert_eq!(end(&run, "pairs.missed"), "0");
        prop_assert_eq!(end(&run, "out.wrong_null"), "0");
    }

    #[test]
    fn seeking_gives_what_stepping_gives(rows in some_rows(), engine in prop::sample::select(vec!["flink", "flink_sql", "spark"])) {
        let spec: Spec = serde_json::from_value(spec(engine, "inner", &rows)).expect("a model");
        let Spec::Join(model) = spec else { unreachable!() };
        let played = Played::new(model.clone()).expect("a run");
        let mut state = model.start();
        for position in 0..=played.len() {
            prop_assert_eq!(&played.state(position), &state);
            model.step(&mut state, &mut Tell::new(&mut Vec::new(), position as u32));
        }
    }

    /// No result twice, and no left row both with a partner and with null.
    #[test]
    fn every_left_row_comes_out_one_way(rows in some_rows(), engine in prop::sample::select(vec!["flink_sql", "spark"]), delay in 0..20) {
        let mut written = spec(engine, "left", &rows);
        written["join"]["left"]["delay"] = json!(delay);
        let spec: Spec = serde_json::from_value(written).expect("a model");
        let Spec::Join(model) = spec else { unreachable!() };
        let played = Played::new(model).expect("a run");
        let state = played.state(played.len());
        for (i, out) in state.out.iter().enumerate() {
            prop_assert!(!state.out[..i].contains(out));
            if out.right.is_none() {
                prop_assert_eq!(state.out.iter().filter(|other| other.left == out.left).count(), 1);
            }
        }
    }
}
