//! The log: what is produced when, into which partition, and what of it is committed as read.
//!
//! Knows nothing of tasks.

use super::spec::{Flow, Partitioner};
use crate::partition::{flink_key_group, java_hash_of_text, kafka_partition};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::num::NonZeroU32;

/// An event as it lies in the log.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    /// What it is called.
    pub(super) name: String,
    /// The number of its key.
    pub(super) key: u32,
    /// What it is worth.
    pub(super) value: i64,
    /// When it is produced, in ms.
    pub(super) at: i64,
    /// Its partition.
    pub(super) partition: u32,
    /// Its place in the partition, from 0.
    pub(super) offset: u32,
}

/// All that will ever be produced. It never changes while the job runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Feed {
    /// The events, in the order in which they are produced.
    pub(super) records: Vec<Record>,
    /// The keys' names.
    pub(super) keys: Vec<String>,
    /// For each key its key group.
    pub(super) groups: Vec<u32>,
    /// For each partition its events, by offset.
    pub(super) partitions: Vec<Vec<u32>>,
}

impl Feed {
    /// Makes the events of a scenario.
    pub(super) fn of(flow: &Flow) -> Feed {
        let input = &flow.input;
        let partitions = NonZeroU32::new(flow.source.partitions).unwrap_or(NonZeroU32::MIN);
        let groups = NonZeroU32::new(flow.operator.max_parallelism).unwrap_or(NonZeroU32::MIN);
        let mut random = input.seed.map(|seed| Pcg64Mcg::seed_from_u64(seed.into()));
        let mut feed = Feed {
            records: Vec::new(),
            keys: input.keys.clone(),
            groups: input
                .keys
                .iter()
                .map(|key| flink_key_group(java_hash_of_text(key), groups))
                .collect(),
            partitions: vec![Vec::new(); partitions.get() as usize],
        };
        let keys = input.keys.len() as u32;
        for (i, at) in moments(flow).into_iter().enumerate() {
            let i = i as u32;
            let key = match &mut random {
                Some(random) => random.random_range(0..keys),
                None => i % keys,
            };
            let partition = match flow.source.partitioner {
                Partitioner::Key => {
                    kafka_partition(input.keys[key as usize].as_bytes(), partitions)
                }
                Partitioner::RoundRobin => i % partitions,
            };
            let lane = &mut feed.partitions[partition as usize];
            feed.records.push(Record {
                name: flow.event_name(i),
                key,
                value: input.value.into(),
                at,
                partition,
                offset: lane.len() as u32,
            });
            lane.push(i);
        }
        feed
    }
}

/// When each event is produced, in ms. The rate is kept exactly on average: thousandths of a ms are carried over.
fn moments(flow: &Flow) -> Vec<i64> {
    let input = &flow.input;
    let mut micros: i64 = 0;
    (0..input.events)
        .map(|_| {
            let now = micros / 1_000;
            let times = input
                .surge
                .filter(|surge| (surge.from.ms()..surge.until.ms()).contains(&now))
                .map_or(1, |surge| surge.times.max(1));
            micros += 1_000_000 / (i64::from(input.rate.max(1)) * i64::from(times));
            micros / 1_000
        })
        .collect()
}

/// What has been produced so far, and what has been read of it. It outlives the job.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Log {
    /// For each partition how many events it holds.
    pub(super) ends: Vec<u32>,
    /// For each partition the offset that is committed as read (only with [`super::spec::Offsets::OnRead`]).
    pub(super) committed: Vec<u32>,
    /// For each partition the offset up to which it has ever been read: what comes again is before it.
    pub(super) read: Vec<u32>,
}

impl Log {
    /// An empty log.
    pub(super) fn new(partitions: usize) -> Log {
        Log {
            ends: vec![0; partitions],
            committed: vec![0; partitions],
            read: vec![0; partitions],
        }
    }
}
