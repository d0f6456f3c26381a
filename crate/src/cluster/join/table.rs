//! What of a join can be turned.

use super::{Engine, Join, Kind};
use crate::cluster::controls::{named, number, set_named, set_number, set_span, span};
use crate::cluster::model::{Turn, always};

const ENGINES: &[(Engine, &str, &str)] = &[
    (Engine::Flink, "flink", "Flink DataStream"),
    (Engine::FlinkSql, "flink_sql", "Flink SQL"),
    (Engine::Spark, "spark", "Spark"),
];
const LOOKUPS: &[(Engine, &str, &str)] = &[
    (
        Engine::KafkaTable,
        "kafka_table",
        "Kafka Streams: latest version",
    ),
    (
        Engine::FlinkTemporal,
        "flink_temporal",
        "Flink SQL: version as of the record's time",
    ),
];
const KINDS: &[(Kind, &str, &str)] = &[
    (Kind::Inner, "inner", "Inner"),
    (Kind::Left, "left", "Left outer"),
];

/// Engines to choose from: those that can run what the scenario is about.
fn engines(model: &Join) -> &'static [(Engine, &'static str, &'static str)] {
    if model.engine.looks_up() {
        LOOKUPS
    } else {
        ENGINES
    }
}

pub(super) const TABLE: &[Turn<Join>] = &[
    Turn {
        id: "join.engine",
        label: "Engine",
        read: |model| Some(named(model.engine, engines(model))),
        missing: always,
        write: |model, value| {
            let known = engines(model);
            set_named(&mut model.engine, known, value)
        },
    },
    Turn {
        id: "join.kind",
        label: "Join",
        read: |model| Some(named(model.kind, KINDS)),
        missing: always,
        write: |model, value| set_named(&mut model.kind, KINDS, value),
    },
    Turn {
        id: "join.upper",
        label: "Right at most later by",
        read: |model| (!model.engine.looks_up()).then(|| span(model.upper, model.lower.ms())),
        missing: always,
        write: |model, value| set_span(&mut model.upper, value),
    },
    Turn {
        id: "join.left_delay",
        label: "Watermark delay, left",
        read: |model| model.left.delay.map(|delay| span(delay, 0)),
        missing: always,
        write: |model, value| set_span(model.left.delay.get_or_insert_default(), value),
    },
    Turn {
        id: "join.right_delay",
        label: "Watermark delay, right",
        read: |model| model.right.delay.map(|delay| span(delay, 0)),
        missing: always,
        write: |model, value| set_span(model.right.delay.get_or_insert_default(), value),
    },
    Turn {
        id: "join.batch",
        label: "Rows for each micro-batch",
        read: |model| (model.engine == Engine::Spark).then(|| number(model.batch, 1, 20)),
        missing: always,
        write: |model, value| set_number(&mut model.batch, value),
    },
];
