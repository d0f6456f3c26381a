//! What can be turned about a producer, by the names of `ProducerConfig`.

use super::{Idempotence, Producer};
use crate::cluster::controls::{named, number, set_named, set_number};
use crate::cluster::model::{Turn, always};

const IDEMPOTENCE: &[(Idempotence, &str, &str)] = &[
    (Idempotence::Default, "default", "Not written (default)"),
    (Idempotence::On, "on", "true"),
    (Idempotence::Off, "off", "false"),
];

pub(super) const TURNS: &[Turn<Producer>] = &[
    Turn {
        id: "producer.batch.size",
        label: "batch.size (bytes)",
        read: |model| Some(number(model.batch_size, 0, 600_000)),
        missing: always,
        write: |model, value| set_number(&mut model.batch_size, value),
    },
    Turn {
        id: "producer.linger",
        label: "linger.ms",
        read: |model| Some(number(model.linger, 0, 200)),
        missing: always,
        write: |model, value| set_number(&mut model.linger, value),
    },
    Turn {
        id: "producer.buffer.memory",
        label: "buffer.memory (bytes)",
        read: |model| Some(number(model.buffer_memory, 1_000_000, 100_000_000)),
        missing: always,
        write: |model, value| set_number(&mut model.buffer_memory, value),
    },
    Turn {
        id: "producer.max.block",
        label: "max.block.ms",
        read: |model| Some(number(model.max_block, 0, 60_000)),
        missing: always,
        write: |model, value| set_number(&mut model.max_block, value),
    },
    Turn {
        id: "producer.partitions",
        label: "Partitions of the topic",
        read: |model| Some(number(model.partitions, 1, 200)),
        missing: always,
        write: |model, value| set_number(&mut model.partitions, value),
    },
    Turn {
        id: "producer.in.flight",
        label: "max.in.flight.requests.per.connection",
        read: |model| Some(number(model.in_flight, 1, 10)),
        missing: always,
        write: |model, value| set_number(&mut model.in_flight, value),
    },
    Turn {
        id: "producer.idempotence",
        label: "enable.idempotence",
        read: |model| Some(named(model.idempotence, IDEMPOTENCE)),
        missing: always,
        write: |model, value| set_named(&mut model.idempotence, IDEMPOTENCE, value),
    },
    Turn {
        id: "broker.latency",
        label: "A broker answers after (ms)",
        read: |model| Some(number(model.latency, 1, 1_000)),
        missing: always,
        write: |model, value| set_number(&mut model.latency, value),
    },
    Turn {
        id: "producer.rate",
        label: "Records per second",
        read: |model| Some(number(model.rate, 1, 20_000)),
        missing: always,
        write: |model, value| set_number(&mut model.rate, value),
    },
];
