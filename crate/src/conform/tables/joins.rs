//! Spark's joins of two small tables: the plan as it prints it, and the order of the rows.

use super::{Part, Sections, Values};
use crate::cluster::batch_join::BatchJoin;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The input, as the table says it; [`tables`] is what it means.
const INPUT: &str = "transactions.csv (t1 u123 250.0, t2 u456 75.5, t3 u123 300.0, t4 u789 125.0, t5 u456 200.0; amount cast to double) joined with users.csv (u123 Alice NYC, u456 Bob LA, u789 Charlie Chicago) by userId; buckets: both saved as tables bucketed and sorted by userId";

/// The same with rows on both sides that match nothing, for full outer joins and final plans.
const INPUT_WITH_MORE: &str = "transactions.csv (t1 u123 250.0, t2 u456 75.5, t3 u123 300.0, t4 u789 125.0, t5 u456 200.0, t6 u999 10.0, t7 u888 20.0; amount cast to double) joined with users.csv (u123 Alice NYC, u456 Bob LA, u789 Charlie Chicago, u321 Dora Boston, u654 Eve Reno) by userId; buckets: saved as tables bucketed and sorted by userId";

/// What of the section is computed, if its input is the one that is known.
pub(super) fn section(section: &Value, sections: &Sections) -> Option<Part> {
    let more = match sections.get("input").and_then(Value::as_str) {
        Some(INPUT) => false,
        Some(INPUT_WITH_MORE) => true,
        Some(_) | None => return None,
    };
    let mut values = Values::default();
    values.rows("joins", section, &["join"], |row, field| {
        let join = joined(row.get("join")?.as_object()?, more)?;
        match field {
            "plan" => as_recorded(row.get("plan")?, &join.explain()),
            "final" => as_recorded(row.get("final")?, &join.explain_final()?),
            "reads" => Some(json!(reads(&join))),
            "rows" => Some(json!(join.result())),
            _ => None,
        }
    });
    Some(Part::whole("joins", values))
}

/// A plan as it stands in the recording, if ours says the same: the numbers that tell columns apart count up within a session.
fn as_recorded(recorded: &Value, ours: &str) -> Option<Value> {
    let lines = recorded.as_array()?.iter();
    let lines: Vec<&str> = lines.map(Value::as_str).collect::<Option<_>>()?;
    let ours: Vec<&str> = ours.lines().collect();
    if numbered(&lines) == numbered(&ours) {
        Some(recorded.clone())
    } else {
        Some(json!(ours))
    }
}

/// The reads of shuffles that the final plan names, and which partitions their tasks read.
fn reads(join: &BatchJoin) -> Vec<Value> {
    let reads = join.reads().into_iter();
    reads
        .map(|(how, partitions)| {
            json!({"node": format!("AQEShuffleRead {how}"), "partitions": partitions})
        })
        .collect()
}

/// The two tables, joined as a row of the section says.
fn joined(set: &Map<String, Value>, more: bool) -> Option<BatchJoin> {
    let mut join = tables();
    if more {
        let rows = |join: &mut Value, side: &str, more: Value| {
            let rows = join[side]["rows"].as_array_mut();
            rows.zip(more.as_array())
                .map(|(rows, more)| rows.extend(more.clone()))
        };
        rows(
            &mut join,
            "left",
            json!([
                ["t6", "u999", "10.0", "1609459216000"],
                ["t7", "u888", "20.0", "1609459217000"]
            ]),
        )?;
        rows(
            &mut join,
            "right",
            json!([["u321", "Dora", "Boston"], ["u654", "Eve", "Reno"]]),
        )?;
    }
    for (field, value) in set {
        let of_sides = match field.as_str() {
            "buckets" => "buckets",
            "bytes" => "bytes",
            "shuffled" => "actual",
            _ => {
                join[field] = value.clone();
                continue;
            }
        };
        join["left"][of_sides] = value.get(0)?.clone();
        join["right"][of_sides] = value.get(1)?.clone();
    }
    serde_json::from_value(join).ok()
}

fn tables() -> Value {
    json!({
        "left": {
            "name": "transactions",
            "columns": ["transactionId", "userId", "amount", "timestamp"],
            "doubles": ["amount"],
            "bytes": 72,
            "rows": [
                ["t1", "u123", "250.0", "1609459200000"],
                ["t2", "u456", "75.5", "1609459201000"],
                ["t3", "u123", "300.0", "1609459220000"],
                ["t4", "u789", "125.0", "1609459210000"],
                ["t5", "u456", "200.0", "1609459215000"]
            ]
        },
        "right": {
            "name": "users",
            "columns": ["userId", "name", "city"],
            "bytes": 65,
            "rows": [
                ["u123", "Alice", "NYC"],
                ["u456", "Bob", "LA"],
                ["u789", "Charlie", "Chicago"]
            ]
        },
        "on": "userId"
    })
}

/// Lines with the numbers behind `#` and `plan_id=` replaced by the order in which they are first met.
fn numbered(lines: &[&str]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let mut out = Vec::new();
    for line in lines {
        let mut text = String::new();
        let mut rest = *line;
        while let Some(at) = rest.find(['#', '=']) {
            let (before, behind) = rest.split_at(at + 1);
            let digits = behind.len()
                - behind
                    .trim_start_matches(|c: char| c.is_ascii_digit())
                    .len();
            text.push_str(before);
            if digits > 0 {
                let next = seen.len();
                let number = seen
                    .entry((before.ends_with('#'), behind[..digits].to_owned()))
                    .or_insert(next);
                text.push_str(&number.to_string());
            }
            rest = &behind[digits..];
        }
        text.push_str(rest);
        out.push(text);
    }
    out
}
