//! Where a row goes: by the engines' own hash functions, by ranges, or by hand.

use crate::partition::{
    Column, flink_default_max_parallelism, flink_key_group, flink_subtask, java_hash_of_text,
    kafka_hash, kafka_partition, spark_hash, spark_partition,
};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// Whose hash function says where a key goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partitioner {
    /// Spark's `HashPartitioning`: Murmur3, `pmod`.
    #[default]
    Spark,
    /// Kafka's producer: murmur2.
    Kafka,
    /// Flink's `keyBy`: key groups.
    Flink,
}

/// How the salt gets into the key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaltForm {
    /// Behind the key, as in `US_3`.
    #[default]
    Text,
    /// As a column of its own, hashed after the key: `hash(country, salt)`.
    Column,
}

/// Where a key goes, with the number that said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The hash; for Flink the key group.
    pub hash: i64,
    /// The partition, or subtask.
    pub partition: u32,
}

/// A key with its salt, as it is read.
pub fn salted(key: &str, salt: u32) -> String {
    format!("{key}_{salt}")
}

impl Partitioner {
    /// Where a key goes among so many partitions.
    pub fn place(self, key: &str, salt: Option<(u32, SaltForm)>, partitions: NonZeroU32) -> Place {
        let text = match salt {
            Some((salt, SaltForm::Text)) => salted(key, salt),
            Some((_, SaltForm::Column)) | None => key.to_owned(),
        };
        match self {
            Partitioner::Spark => {
                let mut columns = vec![Column::Text(&text)];
                if let Some((salt, SaltForm::Column)) = salt {
                    columns.push(Column::Int(salt.cast_signed()));
                }
                Place {
                    hash: spark_hash(&columns).into(),
                    partition: spark_partition(&columns, partitions),
                }
            }
            Partitioner::Kafka => Place {
                hash: kafka_hash(text.as_bytes()).into(),
                partition: kafka_partition(text.as_bytes(), partitions),
            },
            Partitioner::Flink => {
                let most = flink_default_max_parallelism(partitions.get());
                let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
                let group = flink_key_group(java_hash_of_text(&text), most);
                Place {
                    hash: group.into(),
                    partition: flink_subtask(group, most, partitions.get()),
                }
            }
        }
    }

    /// The rule, in words and as a formula, with where it is from.
    pub fn rule(self) -> &'static str {
        match self {
            Partitioner::Spark => {
                "partition = pmod(Murmur3(key, seed 42), partitions) (Spark 4.3, HashPartitioning)."
            }
            Partitioner::Kafka => {
                "partition = (murmur2(key) & 0x7fffffff) mod partitions (Kafka 4, BuiltInPartitioner.partitionForKey)."
            }
            Partitioner::Flink => {
                "key group = murmur(hashCode) mod max parallelism; subtask = key group × parallelism / max parallelism (Flink 2.3, KeyGroupRangeAssignment)."
            }
        }
    }

    /// What the number in a [`Place`] is called.
    pub fn number(self) -> &'static str {
        match self {
            Partitioner::Spark | Partitioner::Kafka => "hash",
            Partitioner::Flink => "key group",
        }
    }

    /// The engine's name.
    pub fn name(self) -> &'static str {
        match self {
            Partitioner::Spark => "Spark",
            Partitioner::Kafka => "Kafka",
            Partitioner::Flink => "Flink",
        }
    }
}

/// The greatest key of each range but the last, so that ranges hold about as many rows each (Spark 4.3
/// `RangePartitioner.determineBounds`, with all rows for a sample). `keys` are sorted, each with its rows.
pub fn range_bounds(keys: &[(&str, u32)], partitions: u32) -> Vec<String> {
    let total: u64 = keys.iter().map(|(_, rows)| u64::from(*rows)).sum();
    let step = total as f64 / f64::from(partitions);
    let (mut sum, mut target) = (0.0, step);
    let mut bounds: Vec<String> = Vec::new();
    for (key, rows) in keys {
        sum += f64::from(*rows);
        if sum >= target && bounds.len() + 1 < partitions as usize {
            bounds.push((*key).to_owned());
            target += step;
        }
    }
    bounds
}

/// The range that holds a key: the first whose greatest key is not below it.
pub fn range_of(key: &str, bounds: &[String]) -> u32 {
    bounds
        .iter()
        .take_while(|bound| key > bound.as_str())
        .count() as u32
}
