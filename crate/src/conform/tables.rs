//! Tables recorded from the engines beside the cases: hashes, partitions, loads. Each value is computed again and compared.
//!
//! A row says what it is of (a key, a number of partitions); everything else in it must be a value that is known here, so that
//! nothing passes unlooked at. Sections that nothing here computes are named as skipped.

#[cfg(feature = "studio")]
mod adaptive;
#[cfg(feature = "studio")]
mod joins;
mod skew;

use crate::dialect::EngineKind;
use crate::partition::{
    flink_default_max_parallelism, flink_key_group, flink_subtask, java_hash_of_long,
    java_hash_of_text, kafka_hash, kafka_partition,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// How one section of a table went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableVerdict {
    /// The section, or the part of it that is computed.
    pub section: String,
    /// How many values were compared.
    pub values: usize,
    /// The first that differs and how many do; `None` where none does.
    pub difference: Option<String>,
}

/// A file's sections beside its cases.
type Sections = BTreeMap<String, Value>;

/// What a table says of itself, which is nothing to check.
const DESCRIPTIONS: [&str; 6] = [
    "version",
    "about",
    "rule",
    "input",
    "subtask_columns",
    "aqe_inputs",
];

/// Checks the sections that are known, and names those that are not checked.
pub(super) fn check(engine: EngineKind, sections: &Sections) -> (Vec<TableVerdict>, Vec<String>) {
    let (mut verdicts, mut skipped) = (Vec::new(), Vec::new());
    for (name, section) in sections {
        if DESCRIPTIONS.contains(&name.as_str()) {
            continue;
        }
        let computed = match engine {
            EngineKind::Flink => flink(name, section),
            EngineKind::KafkaStreams => kafka(name, section, sections),
            #[cfg(feature = "studio")]
            EngineKind::Spark if name == "joins" => joins::section(section, sections),
            EngineKind::Spark => skew::section(name, section, sections),
            EngineKind::Beam => None,
        };
        match computed {
            Some(part) if !part.values.is_empty() => {
                verdicts.push(part.values.verdict(part.of));
                skipped.extend(part.left_out);
            }
            _ => skipped.push(name.clone()),
        }
    }
    (verdicts, skipped)
}

/// What of a section is computed.
struct Part {
    of: String,
    /// What is not, if the section holds more.
    left_out: Option<String>,
    values: Values,
}

impl Part {
    fn whole(of: &str, values: Values) -> Part {
        Part {
            of: of.into(),
            left_out: None,
            values,
        }
    }
}

/// Recorded values beside computed ones.
#[derive(Default)]
struct Values {
    compared: usize,
    errors: Vec<String>,
}

impl Values {
    /// Whether there was nothing to compare.
    fn is_empty(&self) -> bool {
        self.compared == 0 && self.errors.is_empty()
    }

    /// Compares one value; numbers within one part in 10^9.
    fn compare(&mut self, path: &str, expected: &Value, actual: &Value) {
        self.compared += 1;
        let same = match (expected.as_f64(), actual.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
            _ => expected == actual,
        };
        if !same {
            self.errors
                .push(format!("{path}: expected {expected} actual {actual}"));
        }
    }

    fn unknown(&mut self, path: &str, value: &Value) {
        self.errors
            .push(format!("{path}: {value} is not known here"));
    }

    /// Goes through the rows of a list. `compute` gives the value of a field of a row, if the field is known.
    fn rows(
        &mut self,
        path: &str,
        rows: &Value,
        known_by: &[&str],
        compute: impl Fn(&Map<String, Value>, &str) -> Option<Value>,
    ) {
        let Some(rows) = rows.as_array() else {
            return self.unknown(path, rows);
        };
        for (i, row) in rows.iter().enumerate() {
            let path = format!("{path}[{i}]");
            let Some(row) = row.as_object() else {
                self.unknown(&path, row);
                continue;
            };
            for (field, expected) in row {
                if known_by.contains(&field.as_str()) {
                    continue;
                }
                match compute(row, field) {
                    Some(actual) => self.compare(&format!("{path}.{field}"), expected, &actual),
                    None => self.unknown(&format!("{path}.{field}"), expected),
                }
            }
        }
    }

    fn verdict(self, section: String) -> TableVerdict {
        let difference = self.errors.first().map(|first| match self.errors.len() {
            1 => first.clone(),
            n => format!("{first} (and {} more)", n - 1),
        });
        TableVerdict {
            section,
            values: self.compared,
            difference,
        }
    }
}

/// The number behind a name: `key_group_128` is 128 behind `key_group_`.
fn number_behind(field: &str, name: &str) -> Option<NonZeroU32> {
    field.strip_prefix(name)?.parse().ok()
}

/// Key groups and subtasks.
fn flink(name: &str, section: &Value) -> Option<Part> {
    let mut values = Values::default();
    match name {
        "keys" => values.rows(name, section, &["key"], |row, field| {
            let hash = java_hash_of_text(row.get("key")?.as_str()?);
            key_group(hash, row, field)
        }),
        "longs" => values.rows(name, section, &["key"], |row, field| {
            let hash = java_hash_of_long(row.get("key")?.as_i64()?);
            key_group(hash, row, field)
        }),
        "default_max_parallelism" => {
            for (parallelism, expected) in section.as_object()? {
                let path = format!("{name}.{parallelism}");
                match parallelism.parse() {
                    Ok(n) => {
                        let groups = flink_default_max_parallelism(n);
                        values.compare(&path, expected, &json!(groups));
                    }
                    Err(_) => values.unknown(&path, expected),
                }
            }
        }
        _ => return None,
    }
    Some(Part::whole(name, values))
}

/// What Flink makes of a key's `hashCode`.
fn key_group(hash: i32, row: &Map<String, Value>, field: &str) -> Option<Value> {
    match field {
        "hash_code" => Some(json!(hash)),
        "subtask" => subtasks(hash, row.get(field)?.as_object()?),
        _ => {
            let max = number_behind(field, "key_group_")?;
            Some(json!(flink_key_group(hash, max)))
        }
    }
}

/// The subtask for each `maxParallelism/parallelism` that is asked for.
fn subtasks(hash: i32, columns: &Map<String, Value>) -> Option<Value> {
    let mut subtasks = Map::new();
    for column in columns.keys() {
        let (max, parallelism) = column.split_once('/')?;
        let max: NonZeroU32 = max.parse().ok()?;
        let subtask = flink_subtask(flink_key_group(hash, max), max, parallelism.parse().ok()?);
        subtasks.insert(column.clone(), json!(subtask));
    }
    Some(Value::Object(subtasks))
}

/// The default partitioner; that each row has the columns that the table says it has is part of it.
fn kafka(name: &str, section: &Value, sections: &Sections) -> Option<Part> {
    let mut values = Values::default();
    let counts = sections.get("partition_counts");
    match name {
        "keys" => values.rows(name, section, &["key"], |row, field| {
            let key = row.get("key")?.as_str()?.as_bytes();
            match field {
                "murmur2" => Some(json!(kafka_hash(key))),
                "partitions" => counts?
                    .as_array()?
                    .iter()
                    .map(|count| {
                        let n = NonZeroU32::new(u32::try_from(count.as_u64()?).ok()?)?;
                        Some((n.to_string(), json!(kafka_partition(key, n))))
                    })
                    .collect::<Option<Map<_, _>>>()
                    .map(Value::Object),
                _ => None,
            }
        }),
        // Each row of the keys is held against it.
        "partition_counts" => {
            let columns = |row: &Value| Some(row.get("partitions")?.as_object()?.len());
            let rows = sections.get("keys")?.as_array()?;
            values.compare(
                name,
                &json!(section.as_array()?.len()),
                &json!(rows.iter().filter_map(columns).max()?),
            );
        }
        _ => return None,
    }
    Some(Part::whole(name, values))
}

#[cfg(test)]
mod tests;
