//! Spark's adaptive execution between two stages: which skewed partitions it splits, and which small ones it puts together.
//!
//! ```text
//! sizes of the map tasks' outputs ─> median, threshold, target ─> pieces of skewed partitions ─> the rest, coalesced
//! ```
//!
//! The rules are Spark 4.3's `OptimizeSkewedJoin`, `ShufflePartitionsUtil` and `CoalesceShufflePartitions`; `tests/conformance`
//! has what the engine did with them.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Two pieces are merged while they are together below this many tenths of the target (`MERGED_PARTITION_FACTOR`).
const MERGED_TENTHS: u64 = 12;

/// A piece below this many tenths of the target goes to its neighbour (`SMALL_PARTITION_FACTOR`).
const SMALL_TENTHS: u64 = 2;

/// What can be set of it. Sizes are bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Adaptive {
    /// `spark.sql.adaptive.skewJoin.skewedPartitionFactor`.
    pub factor: u32,
    /// `spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes`, in MiB.
    pub threshold_mb: u32,
    /// `spark.sql.adaptive.advisoryPartitionSizeInBytes`, in MiB.
    pub advisory_mb: u32,
}

impl Default for Adaptive {
    /// Spark's own.
    fn default() -> Adaptive {
        Adaptive {
            factor: 5,
            threshold_mb: 256,
            advisory_mb: 64,
        }
    }
}

/// One MiB.
pub const MB: u64 = 1 << 20;

/// What is smaller goes to a neighbour even beyond the target (`spark.sql.adaptive.coalescePartitions.minPartitionSize`).
const LEAST: u64 = MB;

/// The output of one side's map tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// For each map task, the bytes it wrote for each partition, as its status reports them.
    pub maps: Vec<Vec<u64>>,
    /// Whether the join's kind lets partitions of this side be split.
    pub splits: bool,
}

/// What one task of the next stage reads of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// Whole partitions, from the first up to and without the second (`CoalescedPartitionSpec`).
    Coalesced {
        /// The first partition.
        start: u32,
        /// The one after the last.
        end: u32,
        /// How many bytes.
        bytes: u64,
    },
    /// What some map tasks wrote for one partition (`PartialReducerPartitionSpec`).
    Partial {
        /// The partition.
        partition: u32,
        /// The first map task.
        start: u32,
        /// The one after the last.
        end: u32,
        /// How many bytes.
        bytes: u64,
    },
}

/// How Spark's plan says what tasks read: ` coalesced`, ` skewed` (`AQEShuffleReadExec.stringArgs`).
pub fn said_of(reads: &[Read]) -> &'static str {
    let coalesced =
        |read: &Read| matches!(read, Read::Coalesced { start, end, .. } if end - start > 1);
    let skewed = |read: &Read| matches!(read, Read::Partial { .. });
    match (reads.iter().any(coalesced), reads.iter().any(skewed)) {
        (true, true) => " coalesced and skewed",
        (true, false) => " coalesced",
        (false, true) => " skewed",
        (false, false) => "",
    }
}

/// What is compared to find skewed partitions of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// The median size of its partitions, at least 1.
    pub median: u64,
    /// What a partition must exceed: the greater of factor × median and the set threshold.
    pub threshold: u64,
    /// How large pieces are meant to be.
    pub target: u64,
}

/// What was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The left side's numbers.
    pub judged: Judged,
    /// The partitions that exceed the threshold, whether or not they could be split, with their bytes on the left.
    pub skewed: Vec<(u32, u64)>,
    /// Whether any partition was split.
    pub split: bool,
    /// Whether whole partitions were put together.
    pub coalesced: bool,
    /// What each task reads of the left side.
    pub left: Vec<Read>,
    /// What each task reads of the right side; as many.
    pub right: Vec<Read>,
}

impl Side {
    /// The bytes of each partition.
    pub fn sizes(&self) -> Vec<u64> {
        let partitions = self.maps.first().map_or(0, Vec::len);
        (0..partitions).map(|p| self.of(p)).collect()
    }

    fn of(&self, partition: usize) -> u64 {
        self.maps.iter().map(|map| map[partition]).sum()
    }

    fn of_maps(&self, partition: u32, start: u32, end: u32) -> u64 {
        let maps = &self.maps[start as usize..end as usize];
        maps.iter().map(|map| map[partition as usize]).sum()
    }
}

/// What a map task's status says of the size of a block: it is kept in one byte, as a power of 1.1, rounded up (Spark 4.3
/// `MapStatus.compressSize`). So sizes are up to a tenth too large.
pub fn reported(bytes: u64) -> u64 {
    if bytes <= 1 {
        return bytes;
    }
    let mut power = 1.0_f64;
    for _ in 0..255 {
        if power >= bytes as f64 {
            break;
        }
        power *= 1.1;
    }
    power as u64
}

/// The median as Spark takes it: of the sizes in order, of two in the middle their mean, and at least 1 (`Utils.median`).
fn median(sizes: &[u64]) -> u64 {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    let half = sorted.len() / 2;
    let middle = match sorted.len() {
        0 => 0,
        n if n % 2 == 0 => u64::midpoint(sorted[half - 1], sorted[half]),
        _ => sorted[half],
    };
    middle.max(1)
}

impl Adaptive {
    /// A side's numbers (`OptimizeSkewedJoin.getSkewThreshold`, `targetSize`).
    pub fn judge(&self, sizes: &[u64]) -> Judged {
        let median = median(sizes);
        let threshold =
            (u64::from(self.threshold_mb) * MB).max(median.saturating_mul(self.factor.into()));
        let even: Vec<u64> = sizes
            .iter()
            .copied()
            .filter(|size| *size <= threshold)
            .collect();
        let mean = even.iter().sum::<u64>() / (even.len() as u64).max(1);
        Judged {
            median,
            threshold,
            target: self.advisory().max(mean),
        }
    }

    fn advisory(&self) -> u64 {
        u64::from(self.advisory_mb) * MB
    }

    /// What tasks read of the two sides of a sort-merge or shuffled hash join; of one side where there is no other, as below an
    /// aggregate, where nothing is split. `parallelism` is how many tasks can run at once.
    pub fn decide(&self, left: &Side, right: Option<&Side>, parallelism: u32) -> Decision {
        let sizes = left.sizes();
        let mut decision = Decision {
            judged: self.judge(&sizes),
            ..Decision::default()
        };
        decision.skewed = (0_u32..)
            .zip(&sizes)
            .filter(|(_, size)| **size > decision.judged.threshold)
            .map(|(partition, size)| (partition, *size))
            .collect();
        let sections = right.map_or_else(
            || {
                (0..sizes.len() as u32)
                    .map(|p| whole(left, left, p))
                    .collect()
            },
            |right| self.sections(left, right, decision.judged),
        );
        decision.split = sections.iter().any(|section: &Section| section.len() > 1);
        let combined: Vec<u64> = (0..sizes.len())
            .map(|p| left.of(p) + right.map_or(0, |right| right.of(p)))
            .collect();
        let target = self.coalescing_target(&combined, parallelism);
        let right = right.unwrap_or(left);
        let mut pairs = Vec::new();
        let mut start = 0;
        while start < sections.len() {
            if sections[start].len() > 1 {
                pairs.extend(&sections[start]);
                start += 1;
                continue;
            }
            let run = sections[start..].iter().take_while(|s| s.len() == 1);
            let end = start + run.count();
            let whole = start == 0 && end == sections.len();
            for (from, to) in coalesce(&combined, start..end, target, LEAST, whole) {
                decision.coalesced |= to - from > 1;
                pairs.push((range(left, from, to), range(right, from, to)));
            }
            start = end;
        }
        (decision.left, decision.right) = pairs.into_iter().unzip();
        decision
    }

    /// For each partition the pairs of what is read of both sides: one, or the combinations of its pieces.
    fn sections(&self, left: &Side, right: &Side, judged: Judged) -> Vec<Section> {
        let right_judged = self.judge(&right.sizes());
        let pieces = |side: &Side, partition: u32, judged: Judged| {
            let size = side.of(partition as usize);
            (side.splits && size > judged.threshold)
                .then(|| split(side, partition, judged.target))
                .flatten()
                .unwrap_or_else(|| vec![range(side, partition, partition + 1)])
        };
        (0..left.sizes().len() as u32)
            .map(|partition| {
                let of_right = pieces(right, partition, right_judged);
                pieces(left, partition, judged)
                    .into_iter()
                    .flat_map(|l| of_right.iter().map(move |r| (l, *r)))
                    .collect()
            })
            .collect()
    }

    /// How large coalesced partitions may get: the advisory size, less where that would leave cores idle
    /// (`ShufflePartitionsUtil.coalescePartitions` with `parallelismFirst`).
    fn coalescing_target(&self, sizes: &[u64], parallelism: u32) -> u64 {
        let total: u64 = sizes.iter().sum();
        let share = total.div_ceil(u64::from(parallelism.max(1))).max(16);
        share.min(self.advisory()).max(LEAST)
    }
}

/// Partitions that one task reads: the first, and the one after the last.
type Run = (u32, u32);

/// What the tasks for one partition read of both sides.
type Section = Vec<(Read, Read)>;

fn whole(left: &Side, right: &Side, partition: u32) -> Section {
    let of = |side| range(side, partition, partition + 1);
    vec![(of(left), of(right))]
}

fn range(side: &Side, start: u32, end: u32) -> Read {
    let bytes = (start..end).map(|p| side.of(p as usize)).sum();
    Read::Coalesced { start, end, bytes }
}

/// Cuts a partition at the borders of its map tasks' outputs; none if it stays whole
/// (`ShufflePartitionsUtil.createSkewPartitionSpecs`).
fn split(side: &Side, partition: u32, target: u64) -> Option<Vec<Read>> {
    let sizes: Vec<u64> = side
        .maps
        .iter()
        .map(|map| map[partition as usize])
        .collect();
    let starts = split_points(&sizes, target);
    let ends = starts.iter().skip(1).copied().chain([sizes.len() as u32]);
    (starts.len() > 1).then(|| {
        starts
            .iter()
            .zip(ends)
            .map(|(start, end)| Read::Partial {
                partition,
                start: *start,
                end,
                bytes: side.of_maps(partition, *start, end),
            })
            .collect()
    })
}

/// Where pieces of a list of sizes begin, so that each is close to the target (`splitSizeListByTargetSize`).
fn split_points(sizes: &[u64], target: u64) -> Vec<u32> {
    let mut starts = vec![0];
    let mut current = 0;
    let mut last: Option<u64> = None;
    // A piece that is small, or that follows a small one, is merged into the one before it.
    let close = |starts: &mut Vec<u32>, last: &mut Option<u64>, current: u64| match *last {
        Some(before)
            if 10 * (current + before) < MERGED_TENTHS * target
                || 10 * current < SMALL_TENTHS * target
                || 10 * before < SMALL_TENTHS * target =>
        {
            starts.pop();
            *last = Some(before + current);
        }
        Some(_) | None => *last = Some(current),
    };
    for (i, size) in sizes.iter().enumerate() {
        if i > 0 && current + size > target {
            close(&mut starts, &mut last, current);
            starts.push(i as u32);
            current = *size;
        } else {
            current += size;
        }
    }
    close(&mut starts, &mut last, current);
    starts
}

/// Puts neighbours together as long as they stay within the target; what is smaller than `least` goes to its smaller neighbour
/// even so, and nothing but empty ones gets no task (`ShufflePartitionsUtil.coalescePartitions`). At least one where `whole`.
fn coalesce(sizes: &[u64], range: Range<usize>, target: u64, least: u64, whole: bool) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut before = 0;
    let (mut from, mut sum) = (range.start, 0);
    for i in range.clone() {
        let size = sizes[i];
        if i == from || sum + size <= target {
            sum += size;
        } else if sum >= least {
            if sum > 0 {
                runs.push((from as u32, i as u32));
            }
            (from, before, sum) = (i, sum, size);
        } else if before > 0 && before < size {
            if let Some(last) = runs.last_mut() {
                last.1 = i as u32;
            }
            (from, before, sum) = (i, before + sum, size);
        } else {
            sum += size;
        }
    }
    if let Some(last) = runs.last_mut().filter(|_| sum < least && before > 0) {
        last.1 = range.end as u32;
    } else if sum > 0 || (whole && runs.is_empty()) {
        runs.push((from as u32, range.end as u32));
    }
    runs
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
