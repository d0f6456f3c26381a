//! What can be turned.

use super::{BatchJoin, JoinHint, JoinTable};
use crate::cluster::controls::{named, number, set_named, set_number, set_switch, switch};
use crate::cluster::model::{Turn, always};
use crate::cluster::shuffle::JoinKind;
use crate::knobs::{Control, SettingValue};

const HINTS: &[(JoinHint, &str, &str)] = &[
    (JoinHint::None, "none", "None"),
    (JoinHint::Broadcast, "broadcast", "BROADCAST, right side"),
    (
        JoinHint::BroadcastLeft,
        "broadcast_left",
        "BROADCAST, left side",
    ),
    (JoinHint::Merge, "merge", "MERGE"),
    (
        JoinHint::ShuffleHash,
        "shuffle_hash",
        "SHUFFLE_HASH, right side",
    ),
    (
        JoinHint::ShuffleHashLeft,
        "shuffle_hash_left",
        "SHUFFLE_HASH, left side",
    ),
];

const KINDS: &[(JoinKind, &str, &str)] = &[
    (JoinKind::Inner, "inner", "Inner"),
    (JoinKind::LeftOuter, "left_outer", "Left outer"),
    (JoinKind::RightOuter, "right_outer", "Right outer"),
    (JoinKind::FullOuter, "full_outer", "Full outer"),
    (JoinKind::LeftSemi, "left_semi", "Left semi"),
    (JoinKind::LeftAnti, "left_anti", "Left anti"),
];

fn actual(table: &JoinTable, most: u32) -> Control {
    number(table.actual.unwrap_or(table.bytes), 1, most)
}

fn set_actual(table: &mut JoinTable, value: &SettingValue) -> Result<(), String> {
    let mut bytes = table.bytes;
    set_number(&mut bytes, value)?;
    table.actual = Some(bytes);
    Ok(())
}

fn only_adaptive(join: &BatchJoin) -> Option<&'static str> {
    (!join.adaptive).then_some("only adaptive execution looks again")
}

/// The table of knobs.
pub(super) const TABLE: &[Turn<BatchJoin>] = &[
    Turn {
        id: "join.hint",
        label: "Hint",
        read: |join| Some(named(join.hint, HINTS)),
        missing: always,
        write: |join, value| set_named(&mut join.hint, HINTS, value),
    },
    Turn {
        id: "join.broadcast_threshold",
        label: "Auto-broadcast threshold (bytes)",
        read: |join| {
            Some(Control::Number {
                value: join.broadcast_threshold,
                min: -1,
                max: 100_000_000,
            })
        },
        missing: always,
        write: |join, value| {
            join.broadcast_threshold = match value {
                SettingValue::Number(bytes) => *bytes,
                SettingValue::Text(text) => text.parse().map_err(|_| "bytes, or -1")?,
            };
            Ok(())
        },
    },
    Turn {
        id: "join.right_bytes",
        label: "Bytes of the right side",
        read: |join| Some(number(join.right.bytes, 1, 100_000_000)),
        missing: always,
        write: |join, value| set_number(&mut join.right.bytes, value),
    },
    Turn {
        id: "join.left_bytes",
        label: "Bytes of the left side",
        read: |join| Some(number(join.left.bytes, 1, 4_000_000_000)),
        missing: always,
        write: |join, value| set_number(&mut join.left.bytes, value),
    },
    Turn {
        id: "join.prefer_sort_merge",
        label: "Prefer sort-merge",
        read: |join| Some(switch(join.prefer_sort_merge)),
        missing: always,
        write: |join, value| set_switch(&mut join.prefer_sort_merge, value),
    },
    Turn {
        id: "join.adaptive",
        label: "Adaptive execution",
        read: |join| Some(switch(join.adaptive)),
        missing: always,
        write: |join, value| set_switch(&mut join.adaptive, value),
    },
    Turn {
        id: "join.partitions",
        label: "Shuffle partitions",
        read: |join| Some(number(join.partitions, 1, 400)),
        missing: always,
        write: |join, value| set_number(&mut join.partitions, value),
    },
    Turn {
        id: "join.kind",
        label: "Join kind",
        read: |join| Some(named(join.kind, KINDS)),
        missing: always,
        write: |join, value| set_named(&mut join.kind, KINDS, value),
    },
    Turn {
        id: "join.left_buckets",
        label: "Buckets of the left side",
        read: |join| Some(number(join.left.buckets, 0, 200)),
        missing: always,
        write: |join, value| set_number(&mut join.left.buckets, value),
    },
    Turn {
        id: "join.right_buckets",
        label: "Buckets of the right side",
        read: |join| Some(number(join.right.buckets, 0, 200)),
        missing: always,
        write: |join, value| set_number(&mut join.right.buckets, value),
    },
    Turn {
        id: "join.left_actual",
        label: "Left side, bytes really shuffled",
        read: |join| Some(actual(&join.left, 4_000_000_000)),
        missing: |join| only_adaptive(join),
        write: |join, value| set_actual(&mut join.left, value),
    },
    Turn {
        id: "join.right_actual",
        label: "Right side, bytes really shuffled",
        read: |join| Some(actual(&join.right, 100_000_000)),
        missing: |join| only_adaptive(join),
        write: |join, value| set_actual(&mut join.right, value),
    },
    Turn {
        id: "join.left_maps",
        label: "Map tasks of the left side",
        read: |join| Some(number(join.left.maps, 1, 100)),
        missing: always,
        write: |join, value| set_number(&mut join.left.maps, value),
    },
    Turn {
        id: "join.executors",
        label: "Executors",
        read: |join| Some(number(join.executors, 1, 1_000)),
        missing: always,
        write: |join, value| set_number(&mut join.executors, value),
    },
];
