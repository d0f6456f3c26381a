//! The sale of the lesson, and laws over made-up ones.

use super::{Backlog, Kind};
use crate::cluster::model::Model;
use crate::cluster::played::Played;
use proptest::prelude::*;
use serde_json::{Value, json};

fn sale(change: Value) -> Backlog {
    let mut whole = json!({
        "arrivals": {"base": 10_000, "factor": 10, "from": "2 min", "for": "10 min"},
        "record": 1000, "partitions": 130, "slots": 100, "capacity": 33_333,
        "engine": "micro_batch", "trigger": "30 s", "cap": 1_000_000, "buffers": 60_000,
        "scaled": 100, "scale_delay": 0, "quota": 0, "keep": 100, "legacy_backpressure": false
    });
    let (Some(fields), Value::Object(change)) = (whole.as_object_mut(), change) else {
        panic!("objects");
    };
    fields.extend(change);
    serde_json::from_value(whole).expect("a sale")
}

fn played(model: Backlog) -> Played<Backlog> {
    Played::new(model).expect("it plays")
}

fn figure(run: &Played<Backlog>, id: &str) -> Option<f64> {
    let figures = run.figures(run.len());
    figures
        .iter()
        .find(|f| f.id == id)
        .expect(id)
        .measured
        .number
}

#[test]
fn with_a_cap_the_backlog_stands_in_the_log() {
    let run = played(sale(json!({})));
    assert_eq!(figure(&run, "backlog.peak"), Some(40_000_000.0));
    assert_eq!(figure(&run, "batch.max"), Some(30_000.0));
    assert_eq!(figure(&run, "drain.triggers"), Some(58.0));
    assert_eq!(figure(&run, "drain"), Some(29.0 * 60_000.0));
}

#[test]
fn without_one_the_batches_grow() {
    let run = played(sale(json!({"cap": 0})));
    let records: Vec<u64> = run
        .state(run.len())
        .batches
        .iter()
        .map(|b| b.records)
        .collect();
    // 9,000,000 records take 270.002 s, in which 27,000,200 arrive; the sale ends in the middle of the next one.
    assert_eq!(
        records[4..10],
        [
            3_000_000, 9_000_000, 27_000_200, 26_999_960, 8_100_060, 2_430_040
        ]
    );
}

fn any_sale() -> impl Strategy<Value = Backlog> {
    let load = (1_000_u32..20_000, 1_u32..20, 0_i64..200, 1_i64..900);
    let cluster = (1_u32..50, 1_u32..50, 1_u32..50, 50_u32..5_000, 0_i64..400);
    let rules = (
        0_u32..2,
        1_i64..60,
        0_u32..2_000_000,
        1_u32..200_000,
        0_u32..3,
        1_u32..101,
    );
    (load, cluster, rules).prop_map(|(load, cluster, rules)| {
        let (base, factor, from, lasts) = load;
        let (partitions, slots, scaled, each, delay) = cluster;
        let (kind, trigger, cap, buffers, quota, keep) = rules;
        sale(json!({
            "arrivals": {"base": base, "factor": factor, "from": from * 1000, "for": lasts * 1000},
            "partitions": partitions, "slots": slots, "scaled": scaled, "capacity": slots * each,
            "engine": if kind == 0 { "micro_batch" } else { "continuous" },
            "trigger": trigger * 1000, "cap": cap, "buffers": buffers,
            "quota": quota * (base + 1), "keep": keep, "scale_delay": delay * 1000,
        }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Every record that was made is held, dropped, waiting, under way or processed; nothing is processed that has not come.
    #[test]
    fn records_are_conserved(model in any_sale()) {
        let run = played(model);
        let mut state = run.model.start();
        for step in 0..run.len() {
            let before = state.done;
            run.model.step(&mut state, &mut crate::cluster::model::Tell::new(&mut Vec::new(), step as u32));
            let (made, sent, logged) = (
                run.model.made().at(state.now),
                run.model.sent().at(state.now),
                run.model.logged().at(state.now),
            );
            prop_assert!(before <= state.done && state.done <= state.taken);
            prop_assert!(state.taken <= logged && logged <= sent && sent <= made);
            if run.model.engine == Kind::Continuous {
                prop_assert!(state.taken - state.done <= u64::from(run.model.buffers) * 1000);
            }
            if run.model.cap > 0 {
                prop_assert!(state.batches.iter().all(|b| b.records <= u64::from(run.model.cap)));
            }
        }
        prop_assert_eq!(state.overlaps, 0);
    }

    /// Seeking gives what stepping gives.
    #[test]
    fn seeking_equals_stepping(model in any_sale(), at in 0.0..1.0_f64) {
        let run = played(model);
        let position = (at * run.len() as f64) as usize;
        let mut state = run.model.start();
        for step in 0..position {
            run.model.step(&mut state, &mut crate::cluster::model::Tell::new(&mut Vec::new(), step as u32));
        }
        prop_assert_eq!(run.state(position), state);
    }
}
