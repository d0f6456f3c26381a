//! What of a join can be turned.

use super::{Engine, Join, Kind};
use crate::cluster::controls::{named, number, set_named, set_number, set_span, span};
use crate::cluster::model::{Turn, always};

const ENGINES: &[(Engine, &str, &str)] = &[
    (Engine::Flink, "flink", "Flink DataStream"),
    (Engine::FlinkSql, "flink_sql", "Flink SQL"),
    (Engine::Spark, "spark", "Spark"),
];
const KINDS: &[(Kind, &str, &str)] = &[
    (Kind::Inner, "inner", "Inner"),
    (Kind::Left, "left", "Left outer"),
];

pub(super) const TABLE: &[Turn<Join>] = &[
    Turn {
        id: "join.engine",
        label: "Engine",
        read: |model| Some(named(model.engine, ENGINES)),
        missing: always,
        write: |model, value| set_named(&mut model.engine, ENGINES, value),
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
        read: |model| Some(span(model.upper, model.lower.ms())),
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
