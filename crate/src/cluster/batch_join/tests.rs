//! Every way of joining gives the same rows; plans and orders as recorded from Spark are compared in `conform`.

use super::choose::{Sizes, Strategy as How, choose};
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
    assert_eq!(
        choose(&sized, &Sizes::believed(&sized)).strategy.operator(),
        "BroadcastHashJoin"
    );
    sized.right.bytes += 1;
    assert_eq!(
        choose(&sized, &Sizes::believed(&sized)).strategy,
        How::SortMerge
    );
}

/// Hashing after a shuffle takes three things together.
#[test]
fn a_shuffled_hash_join_is_chosen_by_size_only_when_it_is_not_second_choice() {
    let mut sized = join(&json!({"prefer_sort_merge": false}));
    sized.right.bytes = 20_000_000;
    assert_eq!(
        choose(&sized, &Sizes::believed(&sized)).strategy.operator(),
        "ShuffledHashJoin"
    );
    sized.right.bytes = 300_000_001;
    assert_eq!(
        choose(&sized, &Sizes::believed(&sized)).strategy,
        How::SortMerge
    );
    sized.right.bytes = 20_000_000;
    sized.partitions = 1;
    assert_eq!(
        choose(&sized, &Sizes::believed(&sized)).strategy,
        How::SortMerge
    );
}

fn figure(join: &BatchJoin, id: &str) -> String {
    let run = Played::new(join.clone()).expect("sound");
    let figures = run.figures(run.len());
    let figure = figures.iter().find(|figure| figure.id == id);
    figure.expect("is measured").measured.text.clone()
}

/// Ten orders of ten users, and both sides believed to be above the threshold.
fn ten_users(more: &Value) -> BatchJoin {
    let mut sized = join(&json!({"partitions": 4}));
    let rows = |name: &str| {
        let row = |i| vec![format!("u{i}"), format!("{name}{i}")];
        (0..10).map(row).collect::<Vec<_>>()
    };
    (sized.left.rows, sized.right.rows) = (rows("o"), rows("c"));
    sized.right.bytes = 50_000_000;
    let mut sized = serde_json::to_value(sized).expect("writes");
    for (field, value) in more.as_object().expect("an object") {
        sized[field] = value.clone();
    }
    serde_json::from_value(sized).expect("reads")
}

/// What turns out to be small is broadcast after all, and only by adaptive execution.
#[test]
fn a_side_that_is_smaller_than_believed_is_broadcast_after_all() {
    let mut sized = ten_users(&json!({}));
    assert_eq!(figure(&sized, "join.final"), "SortMergeJoin");
    sized.right.actual = Some(2_000_000);
    assert_eq!(figure(&sized, "join.final"), "BroadcastHashJoin");
    assert_eq!(figure(&sized, "reads.left"), "local");
    assert_eq!(figure(&sized, "plan.exchanges"), "2");
    // Both shuffles are written, and then one copy for each executor.
    assert_eq!(figure(&sized, "bytes.moved"), "20000000");
    for (more, last) in [
        (json!({"adaptive": false}), "SortMergeJoin"),
        (json!({"hint": "merge"}), "SortMergeJoin"),
        (json!({"kind": "full_outer"}), "SortMergeJoin"),
        (json!({"kind": "right_outer"}), "SortMergeJoin"),
        // Ten users in 200 partitions: fewer than one in five has rows.
        (json!({"partitions": 200}), "SortMergeJoin"),
    ] {
        let mut sized = ten_users(&more);
        sized.right.actual = Some(2_000_000);
        assert_eq!(figure(&sized, "join.final"), last, "{more}");
    }
}

/// A copy of one side cannot say which of its rows matched nowhere, so a full outer join is shuffled, whatever is asked for.
#[test]
fn a_full_outer_join_is_never_broadcast() {
    for (hint, operator) in [
        ("none", "SortMergeJoin"),
        ("broadcast", "SortMergeJoin"),
        ("broadcast_left", "SortMergeJoin"),
        ("shuffle_hash", "ShuffledHashJoin"),
        ("shuffle_hash_left", "ShuffledHashJoin"),
    ] {
        let mut sized = ten_users(&json!({"kind": "full_outer", "hint": hint}));
        (sized.left.bytes, sized.right.bytes) = (1_000, 1_000);
        assert_eq!(figure(&sized, "join.final"), operator, "{hint}");
    }
}

/// A partition that is above the threshold is split at the borders of its map tasks' files, where the kind of the join allows it.
#[test]
fn a_skewed_partition_is_split_between_its_map_tasks() {
    let mut sized = ten_users(&json!({"partitions": 8}));
    sized.left.rows = (0..40)
        .map(|i| {
            vec![
                format!("u{}", if i < 31 { 0 } else { i - 30 }),
                format!("o{i}"),
            ]
        })
        .collect();
    (sized.left.maps, sized.executors) = (8, 4);
    assert_eq!(figure(&sized, "reads.left"), "coalesced and skewed");
    let pieces = sized.reads()[0].1.clone();
    let most = |piece: &(u32, u32)| pieces.iter().filter(|other| *other == piece).count();
    assert!(pieces.iter().map(most).max() > Some(2), "{pieces:?}");
    let explained = sized.explain_final().expect("adaptive");
    assert!(
        explained.contains("SortMergeJoin(skew=true)"),
        "{explained}"
    );
    // Every row of the left side has to meet all of the right one: a right outer join could not tell what matched nowhere.
    sized.kind = JoinKind::RightOuter;
    assert_eq!(figure(&sized, "reads.left"), "coalesced");
    assert_eq!(figure(&sized, "result.same"), "yes");
}

#[test]
fn what_is_wrong_is_named() {
    for (more, place) in [
        (json!({"on": "id"}), "left.columns"),
        (json!({"select": ["town"]}), "select[0]"),
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
        "full_outer",
        "left_semi",
        "left_anti",
    ]);
    let rows = |most| prop::collection::vec(0..6_u32, 0..most);
    let sizes = (
        1..4_000_000_000_u32,
        1..40_000_000_u32,
        1..30_u32,
        0..3_u32,
        0..3_u32,
    );
    let actual = || prop::option::weighted(0.5, 1..40_000_000_u32);
    let run_time = ((1..5_u32, 1..5_u32), (actual(), actual()));
    (
        hints,
        kinds,
        rows(12),
        rows(8),
        sizes,
        run_time,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(
                hint,
                kind,
                left,
                right,
                (l, r, partitions, lb, rb),
                (maps, actual),
                adaptive,
                prefer,
            )| {
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
                (join.left.maps, join.right.maps) = (maps.0, maps.1);
                (join.left.actual, join.right.actual) = actual;
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
