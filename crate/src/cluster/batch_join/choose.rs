//! Which join Spark plans: hints first, then sizes (Spark 4.3 `SparkStrategies.JoinSelection`, `JoinSelectionHelper`).

use super::{BatchJoin, JoinHint};
use crate::cluster::shuffle::JoinKind;

/// A table must be this many times smaller than the other one to be hashed without a hint (`spark.sql.shuffledHashJoinFactor`).
const MUCH_SMALLER: u64 = 3;

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// How it joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strategy {
    /// The build side goes to every executor.
    Broadcast(Side),
    /// Both sides are shuffled, and the build side of each partition is hashed.
    ShuffleHash(Side),
    /// Both sides are shuffled and sorted.
    SortMerge,
}

impl Strategy {
    /// The operator's name.
    pub(super) fn operator(self) -> &'static str {
        match self {
            Strategy::Broadcast(_) => "BroadcastHashJoin",
            Strategy::ShuffleHash(_) => "ShuffledHashJoin",
            Strategy::SortMerge => "SortMergeJoin",
        }
    }
}

/// What was chosen, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) strategy: Strategy,
    pub(super) reason: String,
}

/// What is known of the sizes of both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Left and right.
    pub(super) bytes: [u64; 2],
    /// Whether so few of a side's partitions have rows that it is not broadcast for its size (`NO_BROADCAST_HASH`).
    pub(super) sparse: [bool; 2],
}

impl Sizes {
    /// What the optimizer believes.
    pub(super) fn believed(join: &BatchJoin) -> Sizes {
        Sizes {
            bytes: [join.left.bytes.into(), join.right.bytes.into()],
            sparse: [false, false],
        }
    }

    fn of(&self, side: Side) -> u64 {
        self.bytes[side.index()]
    }
}

impl Side {
    /// Its place in a pair.
    pub(super) fn index(self) -> usize {
        match self {
            Side::Left => 0,
            Side::Right => 1,
        }
    }

    /// The other one.
    pub(super) fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }

    /// How Spark writes it as the side that is hashed.
    pub(super) fn build(self) -> &'static str {
        match self {
            Side::Left => "BuildLeft",
            Side::Right => "BuildRight",
        }
    }
}

/// Whether a side can be broadcast for a kind of join (`canBuildBroadcastLeft`, `canBuildBroadcastRight`).
fn broadcasts(kind: JoinKind, side: Side) -> bool {
    match side {
        Side::Left => matches!(kind, JoinKind::Inner | JoinKind::RightOuter),
        Side::Right => kind.copies_right(),
    }
}

/// Whether a side can be hashed after a shuffle (`canBuildShuffledHashJoinLeft`, `canBuildShuffledHashJoinRight`).
fn hashes(kind: JoinKind, side: Side) -> bool {
    match side {
        Side::Left => !matches!(kind, JoinKind::LeftSemi | JoinKind::LeftAnti),
        Side::Right => true,
    }
}

/// Chooses.
pub(super) fn choose(join: &BatchJoin, sizes: &Sizes) -> Choice {
    by_hint(join)
        .or_else(|| by_broadcast_size(join, sizes))
        .or_else(|| by_hash_size(join, sizes))
        .unwrap_or_else(|| Choice {
            strategy: Strategy::SortMerge,
            reason: no_broadcast(join, sizes),
        })
}

fn by_hint(join: &BatchJoin) -> Option<Choice> {
    let choice = |strategy, hint: &str| Choice {
        strategy,
        reason: format!("the hint {hint} says so, whatever the sizes"),
    };
    let broadcast =
        |side| broadcasts(join.kind, side).then(|| choice(Strategy::Broadcast(side), "BROADCAST"));
    let hash =
        |side| hashes(join.kind, side).then(|| choice(Strategy::ShuffleHash(side), "SHUFFLE_HASH"));
    match join.hint {
        JoinHint::None => None,
        JoinHint::Broadcast => broadcast(Side::Right),
        JoinHint::BroadcastLeft => broadcast(Side::Left),
        JoinHint::Merge => Some(choice(Strategy::SortMerge, "MERGE")),
        JoinHint::ShuffleHash => hash(Side::Right),
        JoinHint::ShuffleHashLeft => hash(Side::Left),
    }
}

/// Of the sides that would do, the smaller; the right one if they are equal (`getSmallerSide`).
fn smaller(sizes: &Sizes, fits: impl Fn(Side) -> bool) -> Option<Side> {
    match (fits(Side::Left), fits(Side::Right)) {
        (true, true) if sizes.of(Side::Right) <= sizes.of(Side::Left) => Some(Side::Right),
        (true, _) => Some(Side::Left),
        (false, true) => Some(Side::Right),
        (false, false) => None,
    }
}

/// Whether a size is within the threshold (`canBroadcastBySize`): reaching it is within.
fn within(join: &BatchJoin, sizes: &Sizes, side: Side) -> bool {
    i64::try_from(sizes.of(side)).is_ok_and(|bytes| bytes <= join.broadcast_threshold)
}

fn by_broadcast_size(join: &BatchJoin, sizes: &Sizes) -> Option<Choice> {
    let side = smaller(sizes, |side| {
        broadcasts(join.kind, side) && within(join, sizes, side) && !sizes.sparse[side.index()]
    })?;
    Some(Choice {
        strategy: Strategy::Broadcast(side),
        reason: format!(
            "{} bytes ≤ spark.sql.autoBroadcastJoinThreshold = {}",
            sizes.of(side),
            join.broadcast_threshold
        ),
    })
}

fn by_hash_size(join: &BatchJoin, sizes: &Sizes) -> Option<Choice> {
    if join.prefer_sort_merge {
        return None;
    }
    let limit = join
        .broadcast_threshold
        .saturating_mul(join.partitions.into());
    let side = smaller(sizes, |side| {
        let size = sizes.of(side);
        hashes(join.kind, side)
            && i64::try_from(size).is_ok_and(|size| size < limit)
            && size * MUCH_SMALLER <= sizes.of(side.other())
    })?;
    Some(Choice {
        strategy: Strategy::ShuffleHash(side),
        reason: format!(
            "preferSortMergeJoin is off, {} bytes < threshold × partitions = {limit}, and 3 × that is no more than the other side",
            sizes.of(side)
        ),
    })
}

fn no_broadcast(join: &BatchJoin, sizes: &Sizes) -> String {
    let able = [Side::Left, Side::Right]
        .into_iter()
        .filter(|side| broadcasts(join.kind, *side))
        .min_by_key(|side| sizes.of(*side));
    match able {
        None => "no side can be broadcast for this kind of join".into(),
        Some(_) if join.broadcast_threshold < 0 => {
            "spark.sql.autoBroadcastJoinThreshold = -1: nothing is broadcast by size".into()
        }
        Some(side) if within(join, sizes, side) => {
            "fewer than one in five partitions have rows, so it is not broadcast for its size"
                .into()
        }
        Some(side) => format!(
            "{} bytes > spark.sql.autoBroadcastJoinThreshold = {}, and sort-merge is preferred to hashing",
            sizes.of(side),
            join.broadcast_threshold
        ),
    }
}
