//! The rows that are spread: a list of keys, or a seeded Zipf distribution; and the small table that they are joined to.

use crate::scenario::Problems;
use rand::SeedableRng;
use rand_distr::{Distribution, Zipf};
use rand_pcg::Pcg64Mcg;
use serde::{Deserialize, Serialize};

/// More rows than this are not spread one by one.
const MOST_ROWS: u64 = 100_000;

/// More keys than this are not listed.
const MOST_KEYS: u32 = 2_000;

/// A key, and how many rows it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRows {
    /// The key.
    pub key: String,
    /// Its rows.
    pub rows: u32,
    /// Bytes of each of its rows; where left out, as of all rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
}

/// Rows with keys that are drawn by a Zipf distribution: the second key half as often as the first with exponent 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZipfKeys {
    /// How many keys there are: `key-1`, the most frequent, to `key-n`.
    pub keys: u32,
    /// How many rows.
    pub rows: u32,
    /// The exponent; the greater, the more skewed.
    pub exponent: f64,
    /// Which of all such inputs.
    pub seed: u32,
}

/// A row of the small table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallRow {
    /// Its key.
    pub key: String,
    /// What is looked up.
    pub value: String,
}

/// The rows in order: for each the number of its key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The keys, in the order in which they are listed.
    pub names: Vec<String>,
    /// Bytes of a row of each key.
    pub bytes: Vec<u64>,
    /// The key of each row.
    pub keys: Vec<u32>,
    /// Which of its key's rows each row is, from 0.
    pub nth: Vec<u32>,
}

impl Rows {
    /// Writes the rows out.
    pub fn new(list: &[KeyRows], zipf: Option<&ZipfKeys>, row_bytes: u32) -> Rows {
        let mut rows = Rows::default();
        for key in list {
            rows.names.push(key.key.clone());
            rows.bytes.push(key.bytes.unwrap_or(row_bytes).into());
        }
        for (number, key) in list.iter().enumerate() {
            let keys = std::iter::repeat_n(number as u32, key.rows as usize);
            rows.keys.extend(keys);
        }
        if let Some(zipf) = zipf {
            rows.names = (1..=zipf.keys).map(|i| format!("key-{i}")).collect();
            rows.bytes = vec![row_bytes.into(); zipf.keys as usize];
            let mut random = Pcg64Mcg::seed_from_u64(zipf.seed.into());
            if let Ok(law) = Zipf::new(f64::from(zipf.keys), zipf.exponent) {
                let draw = |_| law.sample(&mut random) as u32 - 1;
                rows.keys = (0..zipf.rows).map(draw).collect();
            }
        }
        let mut seen = vec![0; rows.names.len()];
        for key in &rows.keys {
            rows.nth.push(seen[*key as usize]);
            seen[*key as usize] += 1;
        }
        rows
    }

    /// How many rows each key has.
    pub fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.names.len()];
        for key in &self.keys {
            counts[*key as usize] += 1;
        }
        counts
    }
}

/// Looks through what rows there are.
pub fn check(list: &[KeyRows], zipf: Option<&ZipfKeys>, problems: &mut Problems) {
    let total: u64 = match zipf {
        Some(zipf) => zipf.rows.into(),
        None => list.iter().map(|key| u64::from(key.rows)).sum(),
    };
    let place = if zipf.is_some() { "zipf.rows" } else { "keys" };
    if !(1..=MOST_ROWS).contains(&total) {
        problems.push(place, format!("from 1 to {MOST_ROWS} rows, got {total}"));
    }
    match zipf {
        Some(_) if !list.is_empty() => {
            problems.push(
                "zipf",
                "either `keys` are listed or `zipf` draws them, not both",
            );
        }
        Some(zipf) => {
            if !(1..=MOST_KEYS).contains(&zipf.keys) {
                problems.push(
                    "zipf.keys",
                    format!("from 1 to {MOST_KEYS}, got {}", zipf.keys),
                );
            }
            if !(0.0..=10.0).contains(&zipf.exponent) {
                problems.push(
                    "zipf.exponent",
                    format!("from 0 to 10, got {}", zipf.exponent),
                );
            }
        }
        None => check_list(list, problems),
    }
}

fn check_list(list: &[KeyRows], problems: &mut Problems) {
    if list.len() > MOST_KEYS as usize {
        problems.push(
            "keys",
            format!("at most {MOST_KEYS} keys, got {}", list.len()),
        );
    }
    let mut names = std::collections::BTreeSet::new();
    for (i, key) in list.iter().enumerate() {
        if !names.insert(&key.key) {
            problems.push(
                format!("keys[{i}].key"),
                format!("{} stands there twice", key.key),
            );
        }
    }
}
