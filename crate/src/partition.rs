//! Partitioners: which of several workers a key goes to, by the engines' own hash functions.
//!
//! Pure functions of a key and a number of workers. All arithmetic is that of Java's 32-bit integers, which wrap around; hashes
//! are signed, as the engines print them. Knows nothing of events or engines at work.
//!
//! ```text
//! Spark    columns ─ Murmur3_x86_32, seed 42 ──────────────> pmod n        ─> shuffle partition
//! Kafka    bytes   ─ murmur2 ── & 0x7fffffff ──────────────> mod n         ─> partition of the topic
//! Flink    hashCode ─ murmurHash ──> mod maxParallelism ─> key group ─> * parallelism / maxParallelism ─> subtask
//! ```

use std::num::NonZeroU32;

/// One value of a row that Spark partitions by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Column<'a> {
    /// No value: it leaves the hash as it is.
    Null,
    /// A `boolean`.
    Boolean(bool),
    /// A `tinyint`, `smallint`, `int` or `date`.
    Int(i32),
    /// A `bigint` or `timestamp`.
    Long(i64),
    /// A `double`.
    Double(f64),
    /// A `string`, as UTF-8.
    Text(&'a str),
}

/// The seed of Spark's `hash` function (Spark 4.3 `HashPartitioning`, `Murmur3Hash`).
const SPARK_SEED: u32 = 42;

/// Spark's `hash(columns)`: `Murmur3_x86_32` over the first column with seed 42, over each further one with the hash so far as
/// its seed (Spark 4.3 `HashExpression.eval`).
pub fn spark_hash(columns: &[Column<'_>]) -> i32 {
    columns
        .iter()
        .fold(SPARK_SEED, |seed, column| hash_column(*column, seed))
        .cast_signed()
}

/// The shuffle partition of a row: `pmod(hash(columns), n)`, which is never negative (Spark 4.3 `HashPartitioning`).
pub fn spark_partition(columns: &[Column<'_>], partitions: NonZeroU32) -> u32 {
    let n = i64::from(partitions.get());
    i64::from(spark_hash(columns)).rem_euclid(n) as u32
}

fn hash_column(column: Column<'_>, seed: u32) -> u32 {
    match column {
        Column::Null => seed,
        Column::Boolean(value) => murmur3_words(&[u32::from(value)], seed),
        Column::Int(value) => murmur3_words(&[value.cast_unsigned()], seed),
        Column::Long(value) => murmur3_long(value.cast_unsigned(), seed),
        // Also -0.0, which is equal and so must have the same hash; all that is not a number is one value.
        Column::Double(0.0) => murmur3_long(0, seed),
        Column::Double(value) if value.is_nan() => murmur3_long(0x7ff8_0000_0000_0000, seed),
        Column::Double(value) => murmur3_long(value.to_bits(), seed),
        Column::Text(text) => murmur3_bytes(text.as_bytes(), seed),
    }
}

/// `Murmur3_x86_32.hashLong`: the lower half first.
fn murmur3_long(value: u64, seed: u32) -> u32 {
    murmur3_words(&[value as u32, (value >> 32) as u32], seed)
}

fn murmur3_words(words: &[u32], seed: u32) -> u32 {
    let hash = words.iter().fold(seed, |hash, word| mix3(hash, *word));
    finish3(hash, 4 * words.len())
}

/// `Murmur3_x86_32.hashUnsafeBytes`: unlike the algorithm it is named after, it mixes left-over bytes one at a time, each as a
/// signed number.
fn murmur3_bytes(bytes: &[u8], seed: u32) -> u32 {
    let (words, rest) = bytes.as_chunks::<4>();
    let hash = words
        .iter()
        .fold(seed, |hash, word| mix3(hash, u32::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, byte| {
        mix3(hash, i32::from(byte.cast_signed()).cast_unsigned())
    });
    finish3(hash, bytes.len())
}

fn mix3(hash: u32, word: u32) -> u32 {
    let word = word
        .wrapping_mul(0xcc9e_2d51)
        .rotate_left(15)
        .wrapping_mul(0x1b87_3593);
    (hash ^ word)
        .rotate_left(13)
        .wrapping_mul(5)
        .wrapping_add(0xe654_6b64)
}

fn finish3(hash: u32, length: usize) -> u32 {
    avalanche(hash ^ length as u32)
}

/// The end of every murmur3: each bit of the input changes half of the output's.
fn avalanche(mut hash: u32) -> u32 {
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// Kafka's hash of a record's key as it is sent (Kafka 3.9 `Utils.murmur2`).
pub fn kafka_hash(key: &[u8]) -> i32 {
    const M: u32 = 0x5bd1_e995;
    let (words, rest) = key.as_chunks::<4>();
    let mut hash = words
        .iter()
        .fold(0x9747_b28c ^ key.len() as u32, |hash: u32, word| {
            let word = u32::from_le_bytes(*word).wrapping_mul(M);
            let word = (word ^ (word >> 24)).wrapping_mul(M);
            hash.wrapping_mul(M) ^ word
        });
    if !rest.is_empty() {
        let tail = rest
            .iter()
            .rev()
            .fold(0, |tail: u32, byte| tail << 8 | u32::from(*byte));
        hash = (hash ^ tail).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    (hash ^ (hash >> 15)).cast_signed()
}

/// The partition that a producer gives a record with a key: the hash without its sign bit, modulo the number of partitions
/// (Kafka 3.9 `BuiltInPartitioner.partitionForKey`). Its clearing the bit, where another would take the absolute value, decides
/// the partition of every key with a negative hash.
pub fn kafka_partition(key: &[u8], partitions: NonZeroU32) -> u32 {
    (kafka_hash(key).cast_unsigned() & 0x7fff_ffff) % partitions
}

/// Java's `String.hashCode`: over UTF-16 units, so that a character beyond the basic plane counts as two.
pub fn java_hash_of_text(text: &str) -> i32 {
    text.encode_utf16().fold(0_i32, |hash, unit| {
        hash.wrapping_mul(31).wrapping_add(i32::from(unit))
    })
}

/// Java's `Long.hashCode`: the two halves, one over the other. A number and its complement have the same.
pub fn java_hash_of_long(value: i64) -> i32 {
    let value = value.cast_unsigned();
    ((value ^ (value >> 32)) as u32).cast_signed()
}

/// The key group of a key, by its Java `hashCode` (Flink 2.3 `KeyGroupRangeAssignment.computeKeyGroupForKeyHash`). It stays the
/// same when a job is rescaled; which subtask has it does not.
pub fn flink_key_group(hash_code: i32, max_parallelism: NonZeroU32) -> u32 {
    flink_hash(hash_code).cast_unsigned() % max_parallelism
}

/// Flink's hash of a hash, never negative (Flink 2.3 `MathUtils.murmurHash`).
fn flink_hash(hash_code: i32) -> i32 {
    let hash = avalanche(mix3(0, hash_code.cast_unsigned()) ^ 4).cast_signed();
    // The least integer has no opposite: it becomes 0.
    hash.checked_abs().unwrap_or(0)
}

/// The subtask that has a key group: groups go to subtasks in ranges as even as can be (Flink 2.3
/// `KeyGroupRangeAssignment.computeOperatorIndexForKeyGroup`).
pub fn flink_subtask(key_group: u32, max_parallelism: NonZeroU32, parallelism: u32) -> u32 {
    let subtask = u64::from(key_group) * u64::from(parallelism) / u64::from(max_parallelism.get());
    subtask as u32
}

/// The number of key groups of a job that does not say: half as many again as subtasks, rounded up to a power of two, within
/// 128 and 32768 (Flink 2.3 `KeyGroupRangeAssignment.computeDefaultMaxParallelism`).
pub fn flink_default_max_parallelism(parallelism: u32) -> u32 {
    let room = u64::from(parallelism) + u64::from(parallelism / 2);
    room.next_power_of_two().clamp(128, 32_768) as u32
}

/// How many rows each partition has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loads(pub Vec<u64>);

impl Loads {
    /// Counts rows by the partition that each goes to.
    pub fn of(partitions: NonZeroU32, rows: impl IntoIterator<Item = u32>) -> Loads {
        let mut loads = vec![0; partitions.get() as usize];
        for partition in rows {
            if let Some(load) = loads.get_mut(partition as usize) {
                *load += 1;
            }
        }
        Loads(loads)
    }

    /// The rows of the fullest: how long everybody waits.
    pub fn max(&self) -> u64 {
        self.0.iter().copied().max().unwrap_or(0)
    }

    /// The rows that each would have if they were spread evenly.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<u64>() as f64 / self.0.len().max(1) as f64
    }

    /// How many times as long as needed everybody waits; 1 is even.
    pub fn max_over_mean(&self) -> f64 {
        if self.max() == 0 {
            return 1.0;
        }
        self.max() as f64 / self.mean()
    }

    /// How many have nothing to do.
    pub fn empty(&self) -> usize {
        self.0.iter().filter(|load| **load == 0).count()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
