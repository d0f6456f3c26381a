//! Compaction and partitions, and laws over made-up logs.

use super::{Log, Topic};
use crate::cluster::model::{Model, Tell};
use crate::cluster::played::Played;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn log(records: Vec<Value>, change: Value) -> Log {
    let mut whole = json!({
        "records": Value::Array(records), "key": ["k"], "partitions": 1, "partitions_later": 1,
        "cleanup": "compact", "segment": 2, "dirty": 0, "delete_retention": 0, "count": "everything"
    });
    let (Some(fields), Value::Object(change)) = (whole.as_object_mut(), change) else {
        panic!("objects");
    };
    fields.extend(change);
    serde_json::from_value(whole).expect("a log")
}

fn end(model: Log) -> Topic {
    let run = Played::new(model).expect("it plays");
    run.state(run.len())
}

fn row(at: usize, key: &str, tombstone: bool) -> Value {
    json!({"at": at, "fields": {"k": key, "n": at.to_string()}, "tombstone": tombstone})
}

fn offsets(topic: &Topic) -> Vec<u32> {
    topic.partitions[0]
        .kept
        .iter()
        .map(|kept| kept.offset)
        .collect()
}

#[test]
fn the_open_segment_is_not_cleaned() {
    let records = |n: usize| (0..n).map(|i| row(i, "a", false)).collect();
    assert_eq!(
        offsets(&end(log(records(3), json!({"segment": 3})))),
        [2],
        "closed by the third"
    );
    assert_eq!(
        offsets(&end(log(records(5), json!({"segment": 3})))),
        [2, 3, 4],
        "the open segment waits"
    );
}

#[test]
fn a_log_that_is_half_clean_waits() {
    let records = |n: usize| (0..n).map(|i| row(i, &i.to_string(), false)).collect();
    let at = |n: usize| end(log(records(n), json!({"dirty": 50}))).partitions[0].cleaned;
    assert_eq!(
        (at(2), at(4), at(6)),
        (2, 2, 6),
        "2 of 4 is not more than half, 4 of 6 is"
    );
}

#[test]
fn a_tombstone_goes_after_its_retention() {
    let records = vec![
        row(0, "a", false),
        row(1, "a", true),
        row(2, "b", false),
        row(3, "c", false),
    ];
    assert_eq!(
        offsets(&end(log(records.clone(), json!({"delete_retention": 100})))),
        [1, 2, 3]
    );
    assert_eq!(
        offsets(&end(log(records, json!({"delete_retention": 2})))),
        [2, 3]
    );
}

fn any_log() -> impl Strategy<Value = Log> {
    let row = (0_u32..8, any::<bool>());
    let config = (1_u32..6, 0_u32..101, 0_i64..40, 1_u32..5, 0_u32..4);
    (prop::collection::vec(row, 1..80), config).prop_map(|(rows, config)| {
        let (segment, dirty, retention, partitions, more) = config;
        let records = rows.iter().enumerate();
        let records =
            records.map(|(at, (key, dead))| self::row(at, &key.to_string(), *dead && at % 3 == 0));
        log(
            records.collect(),
            json!({
                "segment": segment, "dirty": dirty, "delete_retention": retention,
                "partitions": partitions, "partitions_later": partitions + more,
            }),
        )
    })
}

/// What a table has that is loaded from one partition.
fn table(model: &Log, records: impl Iterator<Item = usize>) -> BTreeMap<String, usize> {
    let mut rows = BTreeMap::new();
    for record in records {
        if model.records[record].tombstone {
            rows.remove(&model.key_of(record));
        } else {
            rows.insert(model.key_of(record), record);
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Compaction changes nothing for who loads a partition into a table, and nothing in the order or the offsets of what is kept.
    #[test]
    fn compaction_keeps_the_table(model in any_log()) {
        let state = end(model.clone());
        for (number, partition) in state.partitions.iter().enumerate() {
            let all = (0..model.records.len()).filter(|r| model.place(*r) as usize == number);
            let kept = partition.kept.iter().map(|kept| kept.record);
            prop_assert_eq!(table(&model, all), table(&model, kept));
            prop_assert!(partition.kept.is_sorted_by(|a, b| a.offset < b.offset && a.record < b.record));
        }
        let kept: usize = state.partitions.iter().map(|partition| partition.kept.len()).sum();
        prop_assert_eq!(kept + state.removed as usize, model.records.len());
    }

    /// Seeking gives what stepping gives.
    #[test]
    fn seeking_equals_stepping(model in any_log(), at in 0.0..1.0_f64) {
        let run = Played::new(model).expect("it plays");
        let position = (at * run.len() as f64) as usize;
        let mut state = run.model.start();
        for step in 0..position {
            run.model.step(&mut state, &mut Tell::new(&mut Vec::new(), step as u32));
        }
        prop_assert_eq!(run.state(position), state);
    }
}
