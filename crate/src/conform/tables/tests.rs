//! The recorded tables hold, and whatever is changed in them is found.

use super::super::check;
use serde_json::{Value, json};

const FLINK: &str = include_str!("../../../../tests/conformance/flink/key-groups.json");
const KAFKA: &str = include_str!("../../../../tests/conformance/kafka-streams/partitioner.json");
const SPARK: &str = include_str!("../../../../tests/conformance/spark/skew.json");

const JOINS: &str = include_str!("../../../../tests/conformance/spark/joins.json");

const JOINS_FINAL: &str = include_str!("../../../../tests/conformance/spark/joins_final.json");

/// What is checked and what is skipped, with the differences.
fn report(text: &str) -> String {
    let checked = check("table", text);
    assert!(checked.verdicts.is_empty(), "{:?}", checked.verdicts);
    let tables = checked.tables.iter().map(|table| {
        let difference = table.difference.as_deref().unwrap_or("fine");
        format!("{} {} {difference}\n", table.section, table.values)
    });
    let skipped = checked
        .skipped
        .iter()
        .map(|name| format!("skipped {name}\n"));
    tables.chain(skipped).collect()
}

#[test]
fn the_recorded_tables_hold() {
    assert_eq!(
        report(FLINK),
        "default_max_parallelism 10 fine\nkeys 200 fine\nlongs 7 fine\n"
    );
    assert_eq!(report(KAFKA), "keys 100 fine\npartition_counts 1 fine\n");
    assert_eq!(report(JOINS), "joins 72 fine\n");
    assert_eq!(report(JOINS_FINAL), "joins 120 fine\n");
    assert_eq!(
        report(SPARK),
        "aqe_defaults 3 fine\n\
         aqe_skew_join 28 fine\n\
         hash 308 fine\n\
         join_fanout 122 fine\n\
         loads 30 fine\n\
         salted_join 5 fine\n\
         skipped aqe_defaults: spark.sql.adaptive.coalescePartitions.enabled, spark.sql.adaptive.enabled, \
         spark.sql.adaptive.forceOptimizeSkewedJoin, spark.sql.adaptive.skewJoin.enabled, \
         spark.sql.autoBroadcastJoinThreshold\n\
         skipped aqe_skew_join[].plan (the text of the query)\n"
    );
}

/// Every recorded number and word that is a value, changed one at a time, is found.
#[test]
fn whatever_is_changed_is_found() {
    let table = json!({
        "engine": "flink",
        "keys": [{"key": "home", "hash_code": 3_208_415, "key_group_128": 42, "subtask": {"128/4": 1}}],
    });
    assert_eq!(report(&table.to_string()), "keys 3 fine\n");
    for (path, value, expected) in [
        (
            "/keys/0/key_group_128",
            json!(43),
            "keys 3 keys[0].key_group_128: expected 43 actual 42\n",
        ),
        (
            "/keys/0/hash_code",
            json!("x"),
            "keys 3 keys[0].hash_code: expected \"x\" actual 3208415\n",
        ),
        (
            "/keys/0/subtask",
            json!({"128/4": 2}),
            "keys 3 keys[0].subtask: expected {\"128/4\":2} actual {\"128/4\":1}\n",
        ),
        (
            "/keys/0",
            json!({"key": "home", "group": 1}),
            "keys 0 keys[0].group: 1 is not known here\n",
        ),
        ("/keys/0", json!(5), "keys 0 keys[0]: 5 is not known here\n"),
    ] {
        let mut changed = table.clone();
        *changed.pointer_mut(path).expect("a place") = value;
        assert_eq!(report(&changed.to_string()), expected);
    }
}

#[test]
fn what_is_of_another_input_is_skipped_and_named() {
    let mut table: Value = serde_json::from_str(SPARK).expect("json");
    table["aqe_defaults"] = json!({"spark.sql.adaptive.enabled": "true"});
    table["input"] = json!("2000 rows");
    table["aqe_inputs"]["hot"] = json!("something else");
    assert_eq!(
        report(&table.to_string()),
        "hash 308 fine\n\
         skipped aqe_defaults\nskipped aqe_skew_join\nskipped join_fanout\nskipped loads\nskipped salted_join\n"
    );
    assert_eq!(
        report(r#"{"engine": "beam", "version": "2", "keys": [1]}"#),
        "skipped keys\n"
    );
}

/// A wrong piece, a task with one row more, a join that was not split: each is found.
#[test]
fn a_changed_adaptive_join_is_found() {
    for (place, value) in [
        ("/aqe_skew_join/0/rows_per_task/6", json!(71_690)),
        ("/aqe_skew_join/0/skewJoin", json!(false)),
        (
            "/aqe_skew_join/2/reads/0/node",
            json!("AQEShuffleRead skewed"),
        ),
        (
            "/aqe_skew_join/2/conf/spark.sql.adaptive.skewJoin.skewedPartitionFactor",
            json!("5"),
        ),
        (
            "/aqe_skew_join/5/reads/1/specs/3",
            json!("CoalescedPartitionSpec(4,6,Some(160))"),
        ),
    ] {
        let mut table: Value = serde_json::from_str(SPARK).expect("json");
        *table.pointer_mut(place).expect(place) = value;
        assert!(report(&table.to_string()).contains("expected"), "{place}");
    }
}
