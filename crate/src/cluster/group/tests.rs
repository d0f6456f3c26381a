//! The assignors, the two protocols, a crash before a commit, and laws over seeds.

use super::assign::{Assignment, assign};
use super::*;
use crate::cluster::{Run, Spec};
use crate::measure::Measure;
use crate::world::Asked;
use proptest::prelude::*;
use serde_json::{Value, json};

fn spec(assignor: &str, partitions: u32, members: u32, changes: &Value) -> Value {
    json!({"group": {"assignor": assignor, "partitions": partitions, "rate": 60, "members": members,
        "capacity": 100, "session": "10 s", "commit": "5 s", "rebalance": "3 s", "end": "60 s",
        "changes": changes}})
}

fn play(spec: Value) -> Run {
    let spec: Spec = serde_json::from_value(spec).expect("a model");
    spec.run().expect("a run")
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

fn nobody(members: u32) -> Assignment {
    (1..=members).map(|member| (member, vec![])).collect()
}

/// A group in which members come, leave and die, in the order of their times.
fn spec_of(
    assignor: &str,
    partitions: u32,
    members: u32,
    mut changes: Vec<(u32, usize, u32)>,
) -> Spec {
    changes.sort_unstable();
    let changes: Vec<Value> = changes
        .into_iter()
        .map(|(at, what, member)| {
            let what = ["join", "leave", "crash"][what];
            json!({"at": format!("{at} s"), "what": what, "member": member + 1})
        })
        .collect();
    serde_json::from_value(spec(assignor, partitions, members, &json!(changes))).expect("a model")
}

const ALL: [Assignor; 3] = [
    Assignor::Range,
    Assignor::RoundRobin,
    Assignor::CooperativeSticky,
];

/// As in the documentation of `RangeAssignor` and `RoundRobinAssignor`.
#[test]
fn seven_partitions_for_three_members() {
    let of = |assignor| {
        assign(assignor, 7, &nobody(3))
            .into_values()
            .collect::<Vec<_>>()
    };
    assert_eq!(of(Assignor::Range), [vec![0, 1, 2], vec![3, 4], vec![5, 6]]);
    assert_eq!(
        of(Assignor::RoundRobin),
        [vec![0, 3, 6], vec![1, 4], vec![2, 5]]
    );
}

#[test]
fn members_beyond_the_partitions_are_idle() {
    for assignor in ["range", "round_robin", "cooperative_sticky"] {
        let run = play(spec(assignor, 4, 6, &json!([])));
        assert_eq!(end(&run, "idle"), "2", "{assignor}");
    }
}

#[test]
fn eager_stops_the_world_and_cooperative_only_what_moves() {
    let join = json!([{"at": "20 s", "what": "join", "member": 3}]);
    let eager = play(spec("range", 6, 2, &join));
    assert_eq!(ask(&eager, "unread", 21), "6");
    assert_eq!(end(&eager, "revoked"), "6");
    assert_eq!(end(&eager, "stopped"), "18");
    let cooperative = play(spec("cooperative_sticky", 6, 2, &join));
    assert_eq!(ask(&cooperative, "unread", 21), "0");
    assert_eq!(ask(&cooperative, "unread", 24), "2");
    assert_eq!(end(&cooperative, "revoked"), "2");
    assert_eq!(end(&cooperative, "moved"), "2");
    assert_eq!(end(&cooperative, "stopped"), "6");
}

/// 10 records a second and partition, committed every 5 s: a crash at 23 s leaves those of 3 s uncommitted.
#[test]
fn what_was_not_committed_before_a_crash_is_read_again() {
    let change = |what: &str| json!([{"at": "23 s", "what": what, "member": 1}]);
    for assignor in ["range", "cooperative_sticky"] {
        let run = play(spec(assignor, 6, 2, &change("crash")));
        assert_eq!(end(&run, "repeated"), "90", "{assignor}");
        assert_eq!(
            ask(&run, "rebalances", 33),
            "0",
            "{assignor}: until the session is over"
        );
        assert_eq!(ask(&run, "rebalances", 34), "1", "{assignor}");
        let run = play(spec(assignor, 6, 2, &change("leave")));
        assert_eq!(
            end(&run, "repeated"),
            "0",
            "{assignor}: whoever leaves commits"
        );
    }
}

#[test]
fn what_is_wrong_has_its_place() {
    let refused = |changes: &Value| {
        let spec: Spec = serde_json::from_value(spec("range", 3, 2, changes)).expect("a model");
        spec.run().expect_err("refused")[0].path.clone()
    };
    let nobody = json!([{"at": "1 s", "what": "crash", "member": 5}]);
    assert_eq!(refused(&nobody), "cluster.group.changes[0].member");
    let known = json!([{"at": "1 s", "what": "join", "member": 2}]);
    assert_eq!(refused(&known), "cluster.group.changes[0].member");
}

fn moved(before: &Assignment, after: &Assignment) -> usize {
    let owner = |of: &Assignment, p: u32| of.iter().find(|(_, v)| v.contains(&p)).map(|(m, _)| *m);
    let all: Vec<u32> = after.values().flatten().copied().collect();
    all.iter()
        .filter(|p| owner(before, **p) != owner(after, **p))
        .count()
}

proptest! {
    /// Every partition has one owner, loads differ by one at most, and sticky moves no more than the others.
    #[test]
    fn every_partition_has_one_owner(
        partitions in 1..24_u32, members in 1..9_u32, gone in prop::collection::btree_set(1..9_u32, 0..4), more in 0..2_u32,
    ) {
        for first in ALL {
            let before = assign(first, partitions, &nobody(members));
            let mut owned = before.clone();
            owned.retain(|member, _| !gone.contains(member));
            owned.extend((10..10 + more).map(|member| (member, vec![])));
            prop_assume!(!owned.is_empty());
            let moves = ALL.map(|assignor| moved(&before, &assign(assignor, partitions, &owned)));
            prop_assert!(moves[2] <= moves[0].min(moves[1]), "{:?}", moves);
            for assignor in ALL {
                let after = assign(assignor, partitions, &owned);
                let mut all: Vec<u32> = after.values().flatten().copied().collect();
                all.sort_unstable();
                prop_assert_eq!(all, (0..partitions).collect::<Vec<_>>());
                let sizes: Vec<usize> = after.values().map(Vec::len).collect();
                prop_assert!(sizes.iter().max() <= sizes.iter().min().map(|n| n + 1).as_ref());
            }
        }
    }

    /// Whoever comes, leaves or dies: nothing is skipped, what is read again is counted, and in the end all partitions are read.
    #[test]
    fn nothing_is_skipped(
        partitions in 1..12_u32, members in 2..6_u32, joins in 0..25_u32, dies in 0..25_u32, leaves in any::<bool>(),
    ) {
        let mut changes = [(joins, "join", members + 1), (dies, if leaves { "leave" } else { "crash" }, 1)];
        changes.sort_by_key(|change| change.0);
        let changes: Vec<Value> = changes
            .iter()
            .map(|(at, what, member)| json!({"at": format!("{at} s"), "what": what, "member": member}))
            .collect();
        for assignor in ["range", "round_robin", "cooperative_sticky"] {
            let mut written = spec(assignor, partitions, members, &json!(changes));
            written["group"]["capacity"] = json!(1000);
            let run = play(written);
            let Run::Group(played) = &run else { unreachable!("it is a group") };
            for position in 0..=run.len() {
                let state = played.state(position);
                for part in &state.parts {
                    prop_assert!(part.committed <= part.position && part.position <= part.read && part.read <= part.end);
                }
                let read: u64 = state.parts.iter().map(|part| part.read).sum();
                prop_assert_eq!(state.processed - state.repeated, read);
            }
            prop_assert_eq!(end(&run, "unread"), "0");
            prop_assert_eq!(end(&run, "lag"), "0");
        }
    }

    /// Wherever somebody goes in a run, forwards or back, it is as if they had stepped there, and all of it can be asked about.
    #[test]
    fn seeking_equals_stepping(
        partitions in 1..12_u32, members in 1..6_u32, assignor in 0..3_usize,
        changes in prop::collection::vec((0..55_u32, 0..3_usize, 0..6_u32), 0..4), at in 0.0..1.0_f64,
    ) {
        let spec = spec_of(["range", "round_robin", "cooperative_sticky"][assignor], partitions, members, changes);
        prop_assume!(spec.check().is_ok());
        let Run::Group(run) = spec.run().expect("a run") else { unreachable!("it is a group") };
        let position = (at * run.len() as f64) as usize;
        let mut state = run.model.start();
        let mut told = Vec::new();
        for step in 0..position {
            prop_assert!(run.model.step(&mut state, &mut Tell::new(&mut told, step as u32)));
        }
        prop_assert_eq!(run.state(position), state);
        prop_assert_eq!(told.as_slice(), &run.entries[..told.len()]);
        prop_assert!(!run.narration(position).headline.is_empty());
        let scene = run.scene(position);
        let rows = scene.tables.iter().flat_map(|table| table.rows.iter().map(|row| &row.id));
        for id in rows.chain(scene.graph.iter().flat_map(|graph| graph.nodes.iter().map(|node| &node.id))) {
            prop_assert!(run.model.why(&run, id, position).is_some(), "{id}");
        }
    }
}
