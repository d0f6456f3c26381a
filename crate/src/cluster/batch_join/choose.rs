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

impl Side {
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
pub(super) fn choose(join: &BatchJoin) -> Choice {
    by_hint(join)
        .or_else(|| by_broadcast_size(join))
        .or_else(|| by_hash_size(join))
        .unwrap_or_else(|| Choice {
            strategy: Strategy::SortMerge,
            reason: no_broadcast(join),
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

fn bytes(join: &BatchJoin, side: Side) -> u64 {
    match side {
        Side::Left => join.left.bytes.into(),
        Side::Right => join.right.bytes.into(),
    }
}

/// Of the sides that would do, the smaller; the right one if they are equal (`getSmallerSide`).
fn smaller(join: &BatchJoin, fits: impl Fn(Side) -> bool) -> Option<Side> {
    match (fits(Side::Left), fits(Side::Right)) {
        (true, true) if bytes(join, Side::Right) <= bytes(join, Side::Left) => Some(Side::Right),
        (true, _) => Some(Side::Left),
        (false, true) => Some(Side::Right),
        (false, false) => None,
    }
}

/// Whether a size is within the threshold (`canBroadcastBySize`): reaching it is within.
fn within(join: &BatchJoin, side: Side) -> bool {
    i64::try_from(bytes(join, side)).is_ok_and(|bytes| bytes <= join.broadcast_threshold)
}

fn by_broadcast_size(join: &BatchJoin) -> Option<Choice> {
    let side = smaller(join, |side| {
        broadcasts(join.kind, side) && within(join, side)
    })?;
    Some(Choice {
        strategy: Strategy::Broadcast(side),
        reason: format!(
            "{} bytes ≤ spark.sql.autoBroadcastJoinThreshold = {}",
            bytes(join, side),
            join.broadcast_threshold
        ),
    })
}

fn by_hash_size(join: &BatchJoin) -> Option<Choice> {
    if join.prefer_sort_merge {
        return None;
    }
    let limit = join
        .broadcast_threshold
        .saturating_mul(join.partitions.into());
    let side = smaller(join, |side| {
        let other = match side {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        };
        let size = bytes(join, side);
        hashes(join.kind, side)
            && i64::try_from(size).is_ok_and(|size| size < limit)
            && size * MUCH_SMALLER <= bytes(join, other)
    })?;
    Some(Choice {
        strategy: Strategy::ShuffleHash(side),
        reason: format!(
            "preferSortMergeJoin is off, {} bytes < threshold × partitions = {limit}, and 3 × that is no more than the other side",
            bytes(join, side)
        ),
    })
}

fn no_broadcast(join: &BatchJoin) -> String {
    let able = [Side::Left, Side::Right]
        .into_iter()
        .filter(|side| broadcasts(join.kind, *side))
        .min_by_key(|side| bytes(join, *side));
    match able {
        _ if join.broadcast_threshold < 0 => {
            "spark.sql.autoBroadcastJoinThreshold = -1: nothing is broadcast by size".into()
        }
        Some(side) => format!(
            "{} bytes > spark.sql.autoBroadcastJoinThreshold = {}, and sort-merge is preferred to hashing",
            bytes(join, side),
            join.broadcast_threshold
        ),
        None => "no side can be broadcast for this kind of join".into(),
    }
}
