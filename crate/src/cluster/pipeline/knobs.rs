//! What can be turned about a pipeline.

use super::{Fault, Pipeline, Upsert};
use crate::cluster::controls::{
    named, number, set_named, set_number, set_span, set_switch, span, switch,
};
use crate::cluster::model::{Turn, always};

const FAULTS: &[(Fault, &str, &str)] = &[
    (Fault::None, "none", "None"),
    (Fault::StoreDown, "store_down", "The serving store is down"),
    (Fault::ExecutorLost, "executor_lost", "An executor is lost"),
    (Fault::Keyless, "keyless", "Rows are written without a key"),
    (
        Fault::PartitionsChanged,
        "partitions_changed",
        "The output topic gets twice the partitions",
    ),
    (Fault::SlowBatches, "slow_batches", "Batches take 35 s"),
    (
        Fault::StartedAgain,
        "started_again",
        "The job is started again",
    ),
];

const UPSERTS: &[(Upsert, &str, &str)] = &[
    (Upsert::Arrival, "arrival", "The one that comes last"),
    (
        Upsert::Version,
        "version",
        "The one with the greater version",
    ),
];

fn hops(model: &Pipeline) -> Option<&'static str> {
    (!model.hop).then_some("Rows go to the store directly.")
}

pub(super) const TURNS: &[Turn<Pipeline>] = &[
    Turn {
        id: "pipeline.fault",
        label: "Fault",
        read: |model| Some(named(model.fault, FAULTS)),
        missing: always,
        write: |model, value| set_named(&mut model.fault, FAULTS, value),
    },
    Turn {
        id: "pipeline.fault.for",
        label: "The fault lasts",
        read: |model| Some(span(model.down, 0)),
        missing: always,
        write: |model, value| set_span(&mut model.down, value),
    },
    Turn {
        id: "output.hop",
        label: "A topic between the job and the store",
        read: |model| Some(switch(model.hop)),
        missing: always,
        write: |model, value| set_switch(&mut model.hop, value),
    },
    Turn {
        id: "output.keyed",
        label: "Rows are written with their key",
        read: |model| Some(switch(model.keyed)),
        missing: hops,
        write: |model, value| set_switch(&mut model.keyed, value),
    },
    Turn {
        id: "output.reader.delay",
        label: "Who reads partition 0 is behind by",
        read: |model| Some(span(model.slow_reader, 0)),
        missing: hops,
        write: |model, value| set_span(&mut model.slow_reader, value),
    },
    Turn {
        id: "store.upsert",
        label: "Of two rows of a key the store keeps",
        read: |model| Some(named(model.upsert, UPSERTS)),
        missing: always,
        write: |model, value| set_named(&mut model.upsert, UPSERTS, value),
    },
    Turn {
        id: "job.commits",
        label: "Commit offsets to Kafka as well",
        read: |model| Some(switch(model.commits)),
        missing: always,
        write: |model, value| set_switch(&mut model.commits, value),
    },
    Turn {
        id: "restart.shuffle.partitions",
        label: "spark.sql.shuffle.partitions when started again",
        read: |model| Some(number(model.shuffle_again, 1, 400)),
        missing: always,
        write: |model, value| set_number(&mut model.shuffle_again, value),
    },
];
