//! Spark's joins with adaptive execution: from the recorded sizes of shuffle files, what each task reads.
//!
//! How many bytes Spark's files have is the recording's; which partitions are split and where, which are put together, and how
//! many rows each task then has is computed from that and from the input.

use super::skew::COUNTRIES;
use super::{Part, Values};
use crate::cluster::shuffle::adaptive::{Adaptive, Decision, MB, Read, Side, said_of};
use crate::partition::{Column, Loads, spark_partition};
use serde_json::{Map, Value, json};
use std::num::NonZeroU32;

/// The inputs, as the table says them; [`key`] is what they mean.
const INPUTS: [(&str, &str); 2] = [
    (
        "countries",
        "1,000,000 rows over 8 map tasks: 90% US, 5% CA, 5% UK, each with a 64-character pad; joined to 3 rows",
    ),
    (
        "hot",
        "1,000,000 rows over 8 map tasks: 50% key 'hot', the rest even over key-0..key-999; joined to 1,001 rows",
    ),
];

/// The rows of each of the eight map tasks, one range of ids after the other.
const ROWS_OF_MAP: u32 = 125_000;

/// How many map tasks there are.
const MAPS: u32 = 8;

/// How many tasks ran at once, as the recorded plans say by a range without a number of splits of its own.
const PARALLELISM: u32 = 2;

/// What Spark goes by where nothing is set.
pub(super) fn defaults(name: &str, recorded: &Map<String, Value>) -> Part {
    let ours = Adaptive::default();
    let mut values = Values::default();
    let mut left_out = Vec::new();
    for (key, expected) in recorded {
        let actual = match key.as_str() {
            "spark.sql.adaptive.skewJoin.skewedPartitionFactor" => format!("{}.0", ours.factor),
            "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes" => {
                format!("{}b", u64::from(ours.threshold_mb) * MB)
            }
            "spark.sql.adaptive.advisoryPartitionSizeInBytes" => {
                format!("{}b", u64::from(ours.advisory_mb) * MB)
            }
            _ => {
                left_out.push(key.as_str());
                continue;
            }
        };
        values.compare(&format!("{name}.{key}"), expected, &json!(actual));
    }
    Part {
        of: name.into(),
        left_out: (!left_out.is_empty()).then(|| format!("{name}: {}", left_out.join(", "))),
        values,
    }
}

/// The recorded joins, if their inputs are those that are known.
pub(super) fn joins(name: &str, section: &Value, inputs: &Value) -> Option<Part> {
    let known =
        |(input, text): (&str, &str)| inputs.get(input).and_then(Value::as_str) == Some(text);
    if !INPUTS.into_iter().all(known) {
        return None;
    }
    let mut values = Values::default();
    for (i, run) in section.as_array()?.iter().enumerate() {
        let path = format!("{name}[{i}]");
        match run.as_object().and_then(Join::read) {
            Some(join) => join.compare(&path, &mut values),
            None => values.unknown(&path, run),
        }
    }
    Some(Part {
        of: name.into(),
        left_out: Some(format!("{name}[].plan (the text of the query)")),
        values,
    })
}

/// One recorded join.
struct Join<'a> {
    run: &'a Map<String, Value>,
    adaptive: Adaptive,
    /// For each map task, its rows for each partition.
    rows: Vec<Vec<u64>>,
    left: Side,
    right: Side,
}

impl Join<'_> {
    fn read(run: &Map<String, Value>) -> Option<Join<'_>> {
        let hot = run.get("setting")?.as_str()?.starts_with("hot:")
            || run.get("rows_per_reduce_partition")?.get(0)? != 0;
        let partitions = run.get("rows_per_reduce_partition")?.as_array()?.len();
        let partitions = NonZeroU32::new(partitions as u32)?;
        let rows = rows(hot, partitions);
        let small: Vec<u64> = small(hot, partitions).0;
        let reads = run.get("reads")?.as_array()?;
        let [left, right] = reads.as_slice() else {
            return None;
        };
        let sum = |p: usize| rows.iter().map(|map| map[p]).sum();
        let large: Vec<u64> = (0..partitions.get() as usize).map(sum).collect();
        let left = sizes(left, &large)?;
        // Every map task has the same share of every key, so all report the same size.
        let share = left.iter().map(|size| size / u64::from(MAPS)).collect();
        Some(Join {
            run,
            adaptive: adaptive(run.get("conf")?.as_object()?)?,
            rows,
            left: Side {
                maps: vec![share; MAPS as usize],
                splits: true,
            },
            right: Side {
                maps: vec![sizes(right, &small)?],
                splits: true,
            },
        })
    }

    fn compare(&self, path: &str, values: &mut Values) {
        let decision = self
            .adaptive
            .decide(&self.left, Some(&self.right), PARALLELISM);
        for (field, expected) in self.run {
            let path = format!("{path}.{field}");
            match field.as_str() {
                "setting" | "conf" | "plan" => {}
                "rows_per_reduce_partition" => {
                    let partitions = 0..self.rows[0].len();
                    let sums: Vec<u64> = partitions
                        .map(|p| self.rows.iter().map(|map| map[p]).sum())
                        .collect();
                    values.compare(&path, expected, &json!(sums));
                }
                "rows_per_task" => {
                    let tasks: Vec<u64> = decision
                        .left
                        .iter()
                        .map(|read| self.rows_of(read))
                        .collect();
                    values.compare(&path, expected, &json!(tasks));
                }
                "skewJoin" => values.compare(&path, expected, &json!(decision.split)),
                "reads" => values.compare(&path, expected, &reads(&decision)),
                _ => values.unknown(&path, expected),
            }
        }
    }

    /// The rows of the large side that a task reads.
    fn rows_of(&self, read: &Read) -> u64 {
        let (partitions, maps) = match *read {
            Read::Coalesced { start, end, .. } => (start..end, 0..MAPS),
            Read::Partial {
                partition,
                start,
                end,
                ..
            } => (partition..partition + 1, start..end),
        };
        let maps = &self.rows[maps.start as usize..maps.end as usize];
        let of = |map: &Vec<u64>| -> u64 {
            map[partitions.start as usize..partitions.end as usize]
                .iter()
                .sum()
        };
        maps.iter().map(of).sum()
    }
}

/// What is set, over the defaults. Sizes are whole MiB.
fn adaptive(conf: &Map<String, Value>) -> Option<Adaptive> {
    let mut adaptive = Adaptive::default();
    for (key, value) in conf {
        let value = value.as_str()?;
        let place = match key.as_str() {
            "spark.sql.adaptive.skewJoin.skewedPartitionFactor" => &mut adaptive.factor,
            "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes" => {
                &mut adaptive.threshold_mb
            }
            "spark.sql.adaptive.advisoryPartitionSizeInBytes" => &mut adaptive.advisory_mb,
            _ => return None,
        };
        *place = value.strip_suffix("MB").unwrap_or(value).parse().ok()?;
    }
    Some(adaptive)
}

/// The sizes of partitions, from what the recorded reads of one side say: a read of several shares its bytes out by rows, a
/// split partition has the bytes of its pieces. A partition that is read for each piece of the other side counts once.
fn sizes(read: &Value, rows: &[u64]) -> Option<Vec<u64>> {
    let mut sizes = vec![0; rows.len()];
    let mut whole = vec![false; rows.len()];
    for spec in read.get("specs")?.as_array()? {
        let (name, numbers) = spec.as_str()?.split_once('(')?;
        let numbers: Vec<u64> = numbers
            .replace("Some(", "")
            .trim_end_matches(')')
            .split(',')
            .map(|number| number.parse().ok())
            .collect::<Option<_>>()?;
        match (name, numbers.as_slice()) {
            ("CoalescedPartitionSpec", [start, end, bytes]) => {
                let range = *start as usize..*end as usize;
                let total: u64 = rows.get(range.clone())?.iter().sum();
                for partition in range {
                    if !std::mem::replace(&mut whole[partition], true) {
                        sizes[partition] = bytes * rows[partition] / total.max(1);
                    }
                }
            }
            ("PartialReducerPartitionSpec", [partition, _, _, bytes]) => {
                *sizes.get_mut(*partition as usize)? += bytes;
            }
            _ => return None,
        }
    }
    Some(sizes)
}

/// What both sides are read in, as Spark prints it.
fn reads(decision: &Decision) -> Value {
    let side = |reads: &[Read]| {
        let specs: Vec<String> = reads.iter().map(spec).collect();
        json!({"node": format!("AQEShuffleRead{}", said_of(reads)), "specs": specs})
    };
    json!([side(&decision.left), side(&decision.right)])
}

fn spec(read: &Read) -> String {
    match read {
        Read::Coalesced { start, end, bytes } => {
            format!("CoalescedPartitionSpec({start},{end},Some({bytes}))")
        }
        Read::Partial {
            partition,
            start,
            end,
            bytes,
        } => format!("PartialReducerPartitionSpec({partition},{start},{end},{bytes})"),
    }
}

/// For each map task, how many of its rows go to each partition.
fn rows(hot: bool, partitions: NonZeroU32) -> Vec<Vec<u64>> {
    // The keys repeat: every twenty rows, or every two thousand.
    let period = if hot { 2_000 } else { 20 };
    let places: Vec<u32> = (0..period)
        .map(|id| spark_partition(&[Column::Text(&key(hot, id))], partitions))
        .collect();
    (0..MAPS)
        .map(|map| {
            let ids = map * ROWS_OF_MAP..(map + 1) * ROWS_OF_MAP;
            Loads::of(partitions, ids.map(|id| places[(id % period) as usize])).0
        })
        .collect()
}

/// How many rows of the small side go to each partition.
fn small(hot: bool, partitions: NonZeroU32) -> Loads {
    let keys: Vec<String> = if hot {
        let numbered = (0..1_000).map(|i| format!("key-{i}"));
        numbered.chain(["hot".to_owned()]).collect()
    } else {
        COUNTRIES.map(String::from).to_vec()
    };
    let place = |key: &String| spark_partition(&[Column::Text(key)], partitions);
    Loads::of(partitions, keys.iter().map(place))
}

/// The key of a row, made from the row's id as in the recorded plans.
fn key(hot: bool, id: u32) -> String {
    match (hot, id % 20) {
        (true, _) if id.is_multiple_of(2) => "hot".into(),
        (true, _) => format!("key-{}", id / 2 % 1_000),
        (false, 0..18) => "US".into(),
        (false, 18) => "CA".into(),
        (false, _) => "UK".into(),
    }
}
