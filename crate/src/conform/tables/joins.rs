//! Spark's joins of two small tables: the plan as it prints it, and the order of the rows.

use super::{Part, Sections, Values};
use crate::cluster::batch_join::BatchJoin;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The input, as the table says it; [`tables`] is what it means.
const INPUT: &str = "transactions.csv (t1 u123 250.0, t2 u456 75.5, t3 u123 300.0, t4 u789 125.0, t5 u456 200.0; amount cast to double) joined with users.csv (u123 Alice NYC, u456 Bob LA, u789 Charlie Chicago) by userId; buckets: both saved as tables bucketed and sorted by userId";

/// What of the section is computed, if its input is the one that is known.
pub(super) fn section(section: &Value, sections: &Sections) -> Option<Part> {
    if sections.get("input").and_then(Value::as_str) != Some(INPUT) {
        return None;
    }
    let mut values = Values::default();
    values.rows("joins", section, &["join"], |row, field| {
        let join = joined(row.get("join")?.as_object()?)?;
        match field {
            "plan" => {
                let recorded = row.get("plan")?.as_array()?;
                let recorded: Vec<&str> =
                    recorded.iter().map(Value::as_str).collect::<Option<_>>()?;
                let explained = join.explain();
                let ours: Vec<&str> = explained.lines().collect();
                // As they stand, if they say the same: the numbers that tell columns apart count up within a session.
                if numbered(&recorded) == numbered(&ours) {
                    Some(json!(recorded))
                } else {
                    Some(json!(ours))
                }
            }
            "rows" => Some(json!(join.result())),
            _ => None,
        }
    });
    Some(Part::whole("joins", values))
}

/// The two tables, joined as a row of the section says.
fn joined(set: &Map<String, Value>) -> Option<BatchJoin> {
    let mut join = tables();
    for (field, value) in set {
        if field == "buckets" {
            join["left"]["buckets"] = value.get(0)?.clone();
            join["right"]["buckets"] = value.get(1)?.clone();
        } else {
            join[field] = value.clone();
        }
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
