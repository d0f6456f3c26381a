//! What of the query can be turned.

use super::{BatchState, Mode, Provider};
use crate::cluster::controls::{named, number, set_named, set_number, set_span, span};
use crate::cluster::model::{Turn, always};

pub(super) const PROVIDERS: &[(Provider, &str, &str)] = &[
    (Provider::Hdfs, "hdfs", "Map on the heap (default)"),
    (Provider::Rocksdb, "rocksdb", "RocksDB"),
];
const MODES: &[(Mode, &str, &str)] = &[
    (Mode::Append, "append", "Append"),
    (Mode::Update, "update", "Update"),
];

pub(super) const TABLE: &[Turn<BatchState>] = &[
    Turn {
        id: "state.kill",
        label: "Kill the executor before step (0: never)",
        read: |model| Some(number(model.kill, 0, 1_000)),
        missing: always,
        write: |model, value| set_number(&mut model.kill, value),
    },
    Turn {
        id: "state.provider",
        label: "State store",
        read: |model| Some(named(model.provider, PROVIDERS)),
        missing: always,
        write: |model, value| set_named(&mut model.provider, PROVIDERS, value),
    },
    Turn {
        id: "state.min_deltas",
        label: "minDeltasForSnapshot",
        read: |model| Some(number(model.min_deltas, 1, 100)),
        missing: |model| match model.provider {
            Provider::Hdfs => None,
            Provider::Rocksdb => {
                Some("without changelog checkpointing every version is a snapshot")
            }
        },
        write: |model, value| set_number(&mut model.min_deltas, value),
    },
    Turn {
        id: "state.delay",
        label: "Watermark delay",
        read: |model| Some(span(model.delay, 0)),
        missing: always,
        write: |model, value| set_span(&mut model.delay, value),
    },
    Turn {
        id: "state.mode",
        label: "Output mode",
        read: |model| Some(named(model.mode, MODES)),
        missing: always,
        write: |model, value| set_named(&mut model.mode, MODES, value),
    },
    Turn {
        id: "state.partitions",
        label: "spark.sql.shuffle.partitions",
        read: |model| Some(number(model.partitions, 1, 8)),
        missing: always,
        write: |model, value| set_number(&mut model.partitions, value),
    },
];
