//! Every way of joining gives the same rows; plans and orders as recorded from Spark are compared in `conform`.

use super::choose::{Strategy as How, choose};
use super::*;
use crate::cluster::played::Played;
use proptest::prelude::*;
use serde_json::{Value, json};

fn join(more: &Value) -> BatchJoin {
    let mut join = json!({
        "left": {"name": "orders", "columns": ["user", "amount"], "doubles": ["amount"], "bytes": 900_000_000, "rows": []},
        "right": {"name": "users", "columns": ["user", "city"], "bytes": 10_485_760, "rows": []},
        "on": "user", "select": ["user", "city", "amount"]
    });
    for (field, value) in more.as_object().expect("an object") {
        join[field] = value.clone();
    }
    serde_json::from_value(join).expect("reads")
}

/// Reaching the threshold is within it; one byte more is not.
#[test]
fn the_threshold_is_inclusive() {
    let mut sized = join(&json!({}));
    assert_eq!(choose(&sized).strategy.operator(), "BroadcastHashJoin");
    sized.right.bytes += 1;
    assert_eq!(choose(&sized).strategy, How::SortMerge);
}

/// Hashing after a shuffle takes three things together.
#[test]
fn a_shuffled_hash_join_is_chosen_by_size_only_when_it_is_not_second_choice() {
    let mut sized = join(&json!({"prefer_sort_merge": false}));
    sized.right.bytes = 20_000_000;
    assert_eq!(choose(&sized).strategy.operator(), "ShuffledHashJoin");
    sized.right.bytes = 300_000_001;
    assert_eq!(choose(&sized).strategy, How::SortMerge);
    sized.right.bytes = 20_000_000;
    sized.partitions = 1;
    assert_eq!(choose(&sized).strategy, How::SortMerge);
}

#[test]
fn what_is_wrong_is_named() {
    for (more, place) in [
        (json!({"on": "id"}), "left.columns"),
        (json!({"select": ["town"]}), "select[0]"),
        (json!({"kind": "full_outer"}), "kind"),
        (json!({"broadcast_threshold": -2}), "broadcast_threshold"),
        (json!({"partitions": 0}), "partitions"),
    ] {
        let problems = Played::new(join(&more)).expect_err("is refused");
        assert_eq!(problems[0].path, place, "{problems:?}");
    }
}

fn any_join() -> impl Strategy<Value = BatchJoin> {
    let hints = prop::sample::select(vec![
        "none",
        "broadcast",
        "broadcast_left",
        "merge",
        "shuffle_hash",
        "shuffle_hash_left",
    ]);
    let kinds = prop::sample::select(vec![
        "inner",
        "left_outer",
        "right_outer",
        "left_semi",
        "left_anti",
    ]);
    let rows = |most| prop::collection::vec(0..6_u32, 0..most);
    let sizes = (
        1..40_000_000_u32,
        1..40_000_000_u32,
        1..30_u32,
        0..3_u32,
        0..3_u32,
    );
    (
        hints,
        kinds,
        rows(12),
        rows(8),
        sizes,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(hint, kind, left, right, (l, r, partitions, lb, rb), adaptive, prefer)| {
                let rows = |keys: Vec<u32>, name: &str| -> Vec<Value> {
                    let rows = keys.iter().enumerate();
                    rows.map(|(i, key)| json!([format!("u{key}"), format!("{name}{i}")]))
                        .collect()
                };
                let mut join = join(&json!({
                    "hint": hint, "kind": kind, "partitions": partitions, "adaptive": adaptive,
                    "prefer_sort_merge": prefer
                }));
                join.left.rows = serde_json::from_value(json!(rows(left, "o"))).expect("rows");
                join.right.rows = serde_json::from_value(json!(rows(right, "c"))).expect("rows");
                (join.left.bytes, join.right.bytes) = (l, r);
                (join.left.buckets, join.right.buckets) = (lb * 4, rb * 4);
                join
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_way_gives_every_matching_pair_once(join in any_join()) {
        let work = Work::new(&join);
        prop_assert!(work.same(&join), "{:?}", work.out);
    }

    #[test]
    fn seeking_is_stepping(join in any_join(), seek in 0..40_usize) {
        let run = Played::new(join.clone()).expect("sound");
        let position = seek.min(run.len());
        let mut state = join.start();
        for step in 0..position {
            let mut facts = Vec::new();
            prop_assert!(join.step(&mut state, &mut Tell::new(&mut facts, step as u32)));
        }
        prop_assert_eq!(run.state(position), state);
        let scene = run.scene(position);
        let nodes = scene.plans.iter().flat_map(|plan| plan.nodes.iter().map(|node| &node.id));
        let rows = scene.tables.iter().flat_map(|table| table.rows.iter().map(|row| &row.id));
        for id in nodes.chain(rows) {
            prop_assert!(join.why(&run, id, position).is_some(), "{id}");
        }
    }
}
