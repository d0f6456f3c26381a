//! What adaptive execution makes of a plan once the shuffles below the join are written: it looks at their real sizes, chooses the
//! join again, splits skewed partitions and puts small ones together (Spark 4.3 `AdaptiveSparkPlanExec`, `DynamicJoinSelection`,
//! `OptimizeSkewedJoin`, `CoalesceShufflePartitions`, `OptimizeShuffleWithLocalRead`).
//!
//! Simplified: both shuffles are there when it looks, and a side without rows is joined like any other.

use super::choose::{Choice, Side, Sizes, Strategy, choose};
use super::{BatchJoin, plan};
use crate::cluster::shuffle::adaptive::{Adaptive, Read, Side as Written};
use crate::wording::counted;

/// A side that has rows in fewer than one in so many partitions is not broadcast at run time
/// (`spark.sql.adaptive.nonEmptyPartitionRatioForBroadcastJoin`, 0.2).
const SPARSE: usize = 5;

/// What is known of a side's rows once they are placed.
pub(super) type Placed = Vec<(i32, u32)>;

/// The join as it really runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Last {
    pub(super) choice: Choice,
    /// What each task reads of both shuffles; none where nothing is shuffled, or where each task reads where it was written.
    pub(super) reads: Option<[Vec<Read>; 2]>,
    /// Whether skewed partitions are split.
    pub(super) split: bool,
}

/// The bytes that a side's shuffle really writes.
pub(super) fn real(join: &BatchJoin, side: Side) -> u64 {
    let table = join.side(side);
    let known = join.adaptive && plan::exchanged(join, side);
    table.actual.filter(|_| known).unwrap_or(table.bytes).into()
}

/// The map task that writes a row.
pub(super) fn map_of(join: &BatchJoin, side: Side, row: usize) -> u32 {
    let table = join.side(side);
    (row as u64 * u64::from(table.maps) / (table.rows.len() as u64).max(1)) as u32
}

/// What becomes of the join that was planned.
pub(super) fn last(join: &BatchJoin, first: &Choice, placed: &[Placed; 2]) -> Last {
    if matches!(first.strategy, Strategy::Broadcast(_)) {
        return Last {
            choice: first.clone(),
            reads: None,
            split: false,
        };
    }
    let again = choose(join, &run_time_sizes(join, placed));
    let choice = if !join.adaptive || again.strategy == first.strategy {
        first.clone()
    } else {
        again
    };
    if matches!(choice.strategy, Strategy::Broadcast(_)) {
        return Last {
            choice,
            reads: None,
            split: false,
        };
    }
    let (reads, split) = reads(join, placed);
    Last {
        choice,
        reads: Some(reads),
        split,
    }
}

/// The sizes of what was shuffled; of what was not, those that were believed.
fn run_time_sizes(join: &BatchJoin, placed: &[Placed; 2]) -> Sizes {
    let sparse = |side: Side| {
        let mut used: Vec<u32> = placed[side.index()].iter().map(|(_, p)| *p).collect();
        used.sort_unstable();
        used.dedup();
        let partitions = plan::partitions(join) as usize;
        plan::exchanged(join, side) && !used.is_empty() && used.len() * SPARSE < partitions
    };
    Sizes {
        bytes: [real(join, Side::Left), real(join, Side::Right)],
        sparse: [sparse(Side::Left), sparse(Side::Right)],
    }
}

/// Which partitions each task reads: one each, or as adaptive execution has it, which leaves buckets alone. And whether any is
/// split.
fn reads(join: &BatchJoin, placed: &[Placed; 2]) -> ([Vec<Read>; 2], bool) {
    let written = |side| written(join, side, &placed[Side::index(side)]);
    let (left, right) = (written(Side::Left), written(Side::Right));
    let buckets = join.left.buckets.max(join.right.buckets) > 0;
    if !join.adaptive || buckets {
        return ([whole(&left), whole(&right)], false);
    }
    let decision = Adaptive::default().decide(&left, Some(&right), join.executors);
    ([decision.left, decision.right], decision.split)
}

fn whole(side: &Written) -> Vec<Read> {
    let sizes = side.sizes().into_iter();
    (0..)
        .zip(sizes)
        .map(|(partition, bytes)| Read::Coalesced {
            start: partition,
            end: partition + 1,
            bytes,
        })
        .collect()
}

/// What a side's map tasks write: each row has its share of the bytes.
fn written(join: &BatchJoin, side: Side, placed: &Placed) -> Written {
    let maps = join.side(side).maps as usize;
    let mut sizes = vec![vec![0; plan::partitions(join) as usize]; maps];
    let share = real(join, side) / (placed.len() as u64).max(1);
    for (row, (_, partition)) in placed.iter().enumerate() {
        let map = map_of(join, side, row) as usize;
        sizes[map][*partition as usize] += share.max(1);
    }
    Written {
        maps: sizes,
        splits: match side {
            Side::Left => join.kind.splits_left(),
            Side::Right => join.kind.splits_right(),
        },
    }
}

/// Whether tasks read other partitions than one each, so that the plan says so.
pub(super) fn changed(reads: &[Read]) -> bool {
    let one_each = |(partition, read): (u32, &Read)| {
        matches!(read, Read::Coalesced { start, end, .. }
            if *start == partition && *end == partition + 1)
    };
    !(0..).zip(reads).all(one_each)
}

/// What was changed, a sentence each; none where the plan stayed as it was.
pub(super) fn says(join: &BatchJoin, first: &Choice, last: &Last) -> Vec<String> {
    let mut says = Vec::new();
    if last.choice.strategy != first.strategy {
        says.push(format!(
            "{} became {}: {}",
            first.strategy.operator(),
            last.choice.strategy.operator(),
            last.choice.reason
        ));
        if matches!(last.choice.strategy, Strategy::Broadcast(_)) {
            says.push(
                "the shuffle files that are there already are read where they lie (AQEShuffleRead local)"
                    .into(),
            );
        }
    }
    let Some(reads) = &last.reads else {
        return says;
    };
    let partitions = plan::partitions(join);
    if last.split {
        let mut split: Vec<u32> = (reads.iter().flatten())
            .filter_map(|read| match read {
                Read::Partial { partition, .. } => Some(*partition),
                Read::Coalesced { .. } => None,
            })
            .collect();
        split.sort_unstable();
        split.dedup();
        let split: Vec<String> = split.iter().map(u32::to_string).collect();
        says.push(format!(
            "partition {} is above 256 MiB and five times the median, and is split",
            split.join(" and ")
        ));
    }
    let together =
        |read: &Read| matches!(read, Read::Coalesced { start, end, .. } if end - start > 1);
    if reads.iter().flatten().any(together) {
        says.push(format!(
            "{} are read in {}",
            counted(partitions, "partition"),
            counted(reads[0].len(), "task")
        ));
    }
    says
}
