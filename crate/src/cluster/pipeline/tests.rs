//! Faults, and laws over made-up pipelines.

use super::{Fault, Pipeline, Upsert};
use crate::cluster::model::{Model, Tell};
use crate::cluster::played::Played;
use proptest::prelude::*;
use serde_json::{Value, json};

fn pipeline(change: Value) -> Pipeline {
    let mut whole = json!({
        "restaurants": ["R45", "R12", "R7"], "every": "2.5 s", "lasts": "15 min", "trigger": "30 s", "batch": "8 s",
        "hop": true, "keyed": true, "partitions": 3, "slow_reader": "45 s", "upsert": "arrival",
        "fault": "none", "from": "5 min", "for": "5 min", "shuffle": 200, "shuffle_again": 7
    });
    let (Some(fields), Value::Object(change)) = (whole.as_object_mut(), change) else {
        panic!("objects");
    };
    fields.extend(change);
    serde_json::from_value(whole).expect("a pipeline")
}

fn played(change: Value) -> Played<Pipeline> {
    Played::new(pipeline(change)).expect("it plays")
}

#[test]
fn a_store_that_is_down_fails_batches_unless_a_topic_is_between() {
    let hop = played(json!({"fault": "store_down"}));
    let direct = played(json!({"fault": "store_down", "hop": false}));
    assert_eq!(hop.state(hop.len()).failed, 0);
    assert!(direct.state(direct.len()).failed > 10);
}

#[test]
fn versions_in_two_partitions_overtake_each_other() {
    let keyed = played(json!({}));
    let keyless = played(json!({"fault": "keyless"}));
    assert_eq!(keyed.state(keyed.len()).regressions, 0);
    assert!(keyless.state(keyless.len()).regressions > 0);
}

/// A group's lag is that of what was committed: nothing is, unless the job does it.
#[test]
fn kafka_knows_nothing_of_a_job_that_commits_nothing() {
    let lag = |run: &Played<Pipeline>, position: usize| {
        let figures = run.figures(position);
        let figure = figures.into_iter().find(|figure| figure.id == "group.lag");
        figure.expect("is measured").measured.number
    };
    let silent = played(json!({"fault": "slow_batches"}));
    assert!((0..=silent.len()).all(|position| lag(&silent, position).is_none()));
    let commits = played(json!({"fault": "slow_batches", "commits": true}));
    assert!((0..=commits.len()).any(|position| lag(&commits, position) > Some(10.0)));
    assert_eq!(lag(&commits, commits.len()), Some(0.0));
}

/// The first batch writes the number into the checkpoint; a job that is started before has nothing to read.
#[test]
fn partitions_of_state_are_those_of_the_checkpoint() {
    let at_the_end = |change: Value| {
        let run = played(change);
        run.state(run.len()).partitions
    };
    assert_eq!(at_the_end(json!({"fault": "started_again"})), Some(200));
    assert_eq!(
        at_the_end(json!({"fault": "started_again", "from": "10 s"})),
        Some(7)
    );
    assert_eq!(
        at_the_end(json!({"fault": "store_down", "hop": false})),
        Some(200)
    );
}

fn any_pipeline() -> impl Strategy<Value = Pipeline> {
    let load = (500_i64..20_000, 10_i64..600, 5_i64..60, 1_i64..50);
    let rules = (
        any::<bool>(),
        any::<bool>(),
        1_u32..5,
        0_i64..90,
        any::<bool>(),
    );
    let fault = (0_usize..7, 0_i64..600, 0_i64..400);
    (load, rules, fault).prop_map(|(load, rules, fault)| {
        let (every, lasts, trigger, batch) = load;
        let (hop, keyed, partitions, slow, version) = rules;
        let kind = ["none", "store_down", "executor_lost", "keyless", "partitions_changed", "slow_batches", "started_again"][fault.0];
        let upsert = if version { "version" } else { "arrival" };
        pipeline(json!({
            "every": every, "lasts": lasts * 1000, "trigger": trigger * 1000, "batch": batch * 1000,
            "hop": hop, "keyed": keyed, "partitions": partitions, "slow_reader": slow * 1000, "upsert": upsert,
            "fault": kind, "from": fault.1 * 1000, "for": fault.2 * 1000,
        }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever fails: in the end every order is in the store once, unless versions overtook each other and none was compared.
    #[test]
    fn every_order_is_shown_once(model in any_pipeline()) {
        let run = Played::new(model).expect("it plays");
        let (model, state) = (&run.model, run.state(run.len()));
        let shown: u32 = state.store.values().map(|row| row.count).sum();
        prop_assert_eq!(state.done, model.orders());
        prop_assert!(shown <= model.orders(), "nothing is doubled");
        if model.upsert == Upsert::Version || !model.hop {
            prop_assert_eq!(state.regressions, 0);
            prop_assert_eq!(shown, model.orders());
        }
        let stays = !matches!(model.fault, Fault::Keyless | Fault::PartitionsChanged);
        if model.keyed && stays {
            prop_assert_eq!(state.regressions, 0);
            prop_assert_eq!(shown, model.orders());
        }
    }

    /// Seeking gives what stepping gives.
    #[test]
    fn seeking_equals_stepping(model in any_pipeline(), at in 0.0..1.0_f64) {
        let run = Played::new(model).expect("it plays");
        let position = (at * run.len() as f64) as usize;
        let mut state = run.model.start();
        for step in 0..position {
            run.model.step(&mut state, &mut Tell::new(&mut Vec::new(), step as u32));
        }
        prop_assert_eq!(run.state(position), state);
    }
}
