//! Rows spread over tasks by their keys: one exchange, with the engine's own hash function.

use super::controls::{number, set_number};
use super::model::{Model, Sentence, Tell, Turn, always};
use super::played::{Entry, Played};
use super::scene::{Bar, ClusterScene, Figure, Health, KeyClass, Loads, Segment};
use crate::explain::{Explanation, Line, Tone};
use crate::frame::marker;
use crate::partition::{Column, spark_hash, spark_partition};
use crate::scenario::Problems;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// Rows that are spread over the tasks of the next stage by the hash of their key (Spark `HashPartitioning`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Shuffle {
    /// How many partitions the shuffle has, and so tasks the next stage.
    pub partitions: u32,
    /// The keys, each with how many rows it has.
    pub keys: Vec<KeyRows>,
}

/// A key, and how many rows it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct KeyRows {
    /// The key.
    pub key: String,
    /// Its rows.
    pub rows: u32,
}

/// How many keys have been sent, and what each partition holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sent {
    keys: usize,
    partitions: Vec<Vec<(usize, u32)>>,
}

/// A key's rows went to a partition.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    key: usize,
    hash: i32,
    partition: u32,
    rows: u32,
}

impl Shuffle {
    fn place(&self, key: &str) -> Option<(i32, u32)> {
        let columns = [Column::Text(key)];
        let partitions = NonZeroU32::new(self.partitions)?;
        Some((spark_hash(&columns), spark_partition(&columns, partitions)))
    }
}

fn rows(partition: &[(usize, u32)]) -> u32 {
    partition.iter().map(|(_, rows)| rows).sum()
}

impl Model for Shuffle {
    type State = Sent;
    type Fact = Placed;

    fn title(&self) -> String {
        "Spark, one shuffle".into()
    }

    fn check(&self, problems: &mut Problems) {
        if !(1..=1000).contains(&self.partitions) {
            problems.push(
                "partitions",
                format!("from 1 to 1000, got {}", self.partitions),
            );
        }
    }

    fn table() -> &'static [Turn<Shuffle>] {
        &[Turn {
            id: "shuffle.partitions",
            label: "Shuffle partitions",
            read: |model| Some(number(model.partitions, 1, 64)),
            missing: always,
            write: |model, value| set_number(&mut model.partitions, value),
        }]
    }

    fn start(&self) -> Sent {
        Sent {
            keys: 0,
            partitions: vec![Vec::new(); self.partitions as usize],
        }
    }

    fn step(&self, state: &mut Sent, tell: &mut Tell<'_, Placed>) -> bool {
        let number = state.keys;
        let Some(KeyRows { key, rows }) = self.keys.get(number) else {
            return false;
        };
        let Some((hash, partition)) = self.place(key) else {
            return false;
        };
        state.partitions[partition as usize].push((number, *rows));
        state.keys += 1;
        tell.fact(Placed {
            key: number,
            hash,
            partition,
            rows: *rows,
        });
        true
    }

    fn clock(&self, _: &Sent) -> Option<i64> {
        None
    }

    fn figures(&self, state: &Sent) -> Vec<Figure> {
        let most = state.partitions.iter().map(|p| rows(p)).max();
        vec![Figure::count(
            "load.max",
            "rows of the fullest partition",
            most.unwrap_or_default().into(),
        )]
    }

    fn scene(&self, state: &Sent, last: &[Entry<Placed>]) -> ClusterScene {
        let total: u32 = state.partitions.iter().map(|p| rows(p)).sum();
        let mean = f64::from(total) / f64::from(self.partitions.max(1));
        let bars = state
            .partitions
            .iter()
            .enumerate()
            .map(|(i, partition)| Bar {
                id: format!("partition:{i}"),
                label: i.to_string(),
                segments: partition
                    .iter()
                    .map(|(key, rows)| Segment {
                        label: self.keys[*key].key.clone(),
                        class: *key as u32,
                        value: f64::from(*rows),
                    })
                    .collect(),
                total: rows(partition).into(),
                note: String::new(),
                health: if last.iter().any(|entry| entry.fact.partition as usize == i) {
                    Health::Good
                } else {
                    Health::Plain
                },
            });
        ClusterScene {
            loads: vec![Loads {
                id: "plain".into(),
                title: "By key".into(),
                unit: "rows".into(),
                bars: bars.collect(),
                mean,
                says: format!("{total} rows, {mean:.1} for each partition on average."),
                classes: self
                    .keys
                    .iter()
                    .enumerate()
                    .map(|(class, key)| KeyClass {
                        class: class as u32,
                        label: key.key.clone(),
                    })
                    .collect(),
            }],
            ..ClusterScene::default()
        }
    }

    fn sentence(&self, fact: &Placed) -> Sentence {
        let Placed {
            key,
            hash,
            partition,
            rows,
        } = fact;
        Sentence {
            text: format!(
                "The {rows} rows of {} go to partition {partition}: hash {hash} pmod {} = {partition}.",
                self.keys[*key].key, self.partitions
            ),
            tone: Tone::Progress,
            marker: marker::ARRIVAL,
            weight: 1,
            thing: Some(format!("partition:{partition}")),
        }
    }

    fn why(&self, run: &Played<Shuffle>, thing: &str, position: usize) -> Option<Explanation> {
        let number: usize = thing.strip_prefix("partition:")?.parse().ok()?;
        let state = run.state(position);
        let partition = state.partitions.get(number)?;
        Some(Explanation {
            title: format!("Partition {number}"),
            verdict: format!("It holds {} rows.", rows(partition)),
            rule: "A row goes to partition pmod(Murmur3(key), partitions) (Spark 4.3, HashPartitioning).".into(),
            numbers: partition
                .iter()
                .map(|(key, rows)| Line {
                    label: self.keys[*key].key.clone(),
                    value: format!("{rows} rows"),
                })
                .collect(),
            ..Explanation::default()
        })
    }
}
