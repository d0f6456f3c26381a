//! What can be turned about a backlog.

use super::{Backlog, Kind};
use crate::cluster::controls::{
    named, number, set_named, set_number, set_span, set_switch, span, switch,
};
use crate::cluster::model::{Turn, always};

const KINDS: &[(Kind, &str, &str)] = &[
    (
        Kind::MicroBatch,
        "micro_batch",
        "Micro-batches (Spark Structured Streaming)",
    ),
    (Kind::Continuous, "continuous", "Continuous (Flink)"),
];

const NO_BATCHES: Option<&str> = Some("A continuous engine has no batches.");
const NO_BUFFERS: Option<&str> = Some("A batch takes what it takes; there are no such buffers.");

pub(super) const TURNS: &[Turn<Backlog>] = &[
    Turn {
        id: "job.engine",
        label: "Engine",
        read: |model| Some(named(model.engine, KINDS)),
        missing: always,
        write: |model, value| set_named(&mut model.engine, KINDS, value),
    },
    Turn {
        id: "trigger.cap",
        label: "maxOffsetsPerTrigger (0: no limit)",
        read: |model| Some(number(model.cap, 0, 10_000_000)),
        missing: |model| match model.engine {
            Kind::MicroBatch => None,
            Kind::Continuous => NO_BATCHES,
        },
        write: |model, value| set_number(&mut model.cap, value),
    },
    Turn {
        id: "trigger.interval",
        label: "Trigger interval",
        read: |model| Some(span(model.trigger, 1_000)),
        missing: |model| match model.engine {
            Kind::MicroBatch => None,
            Kind::Continuous => NO_BATCHES,
        },
        write: |model, value| set_span(&mut model.trigger, value),
    },
    Turn {
        id: "buffers.records",
        label: "Records that fit into the buffers",
        read: |model| Some(number(model.buffers, 1, 1_000_000)),
        missing: |model| match model.engine {
            Kind::MicroBatch => NO_BUFFERS,
            Kind::Continuous => None,
        },
        write: |model, value| set_number(&mut model.buffers, value),
    },
    Turn {
        id: "scale.slots",
        label: "Task slots during the sale",
        read: |model| Some(number(model.scaled, 1, 400)),
        missing: always,
        write: |model, value| set_number(&mut model.scaled, value),
    },
    Turn {
        id: "scale.delay",
        label: "They are there after",
        read: |model| Some(span(model.scale_delay, 0)),
        missing: always,
        write: |model, value| set_span(&mut model.scale_delay, value),
    },
    Turn {
        id: "topic.partitions",
        label: "Partitions of the topic",
        read: |model| Some(number(model.partitions, 1, 400)),
        missing: always,
        write: |model, value| set_number(&mut model.partitions, value),
    },
    Turn {
        id: "producer.quota",
        label: "Producers' quota, records/s (0: none)",
        read: |model| Some(number(model.quota, 0, 100_000)),
        missing: always,
        write: |model, value| set_number(&mut model.quota, value),
    },
    Turn {
        id: "sample.keep",
        label: "Of 100 records of the sale, sent",
        read: |model| Some(number(model.keep, 1, 100)),
        missing: always,
        write: |model, value| set_number(&mut model.keep, value),
    },
    Turn {
        id: "legacy.backpressure",
        label: "spark.streaming.backpressure.enabled",
        read: |model| Some(switch(model.legacy_backpressure)),
        missing: always,
        write: |model, value| set_switch(&mut model.legacy_backpressure, value),
    },
];
