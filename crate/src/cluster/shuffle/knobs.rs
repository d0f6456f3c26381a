//! What can be turned.

use super::place::{Partitioner, SaltForm};
use super::{Cure, JoinKind, Shuffle, Straggler, Work};
use crate::cluster::controls::{named, number, set_named, set_number, set_switch, switch};
use crate::cluster::model::{Turn, always};

type Names<T> = &'static [(T, &'static str, &'static str)];

const WORKS: Names<Work> = &[
    (Work::Join, "join", "Join a small table"),
    (Work::Sum, "sum", "Count and sum by key"),
];

const CURES: Names<Cure> = &[
    (Cure::None, "none", "None"),
    (Cure::Salt, "salt", "Salt the key"),
    (Cure::TwoPhase, "two_phase", "Aggregate in two phases"),
    (Cure::Broadcast, "broadcast", "Broadcast the small table"),
    (Cure::MorePartitions, "more_partitions", "More partitions"),
    (Cure::RoundRobin, "round_robin", "Deal out in turn first"),
    (Cure::Range, "range", "Ranges of keys"),
    (Cure::ByHand, "by_hand", "Place keys by hand"),
    (Cure::Adaptive, "adaptive", "Adaptive execution"),
];

const PARTITIONERS: Names<Partitioner> = &[
    (Partitioner::Spark, "spark", "Spark (Murmur3)"),
    (Partitioner::Kafka, "kafka", "Kafka (murmur2)"),
    (Partitioner::Flink, "flink", "Flink (key groups)"),
];

const FORMS: Names<SaltForm> = &[
    (SaltForm::Text, "text", "Behind the key: US_3"),
    (SaltForm::Column, "column", "A column of its own"),
];

const JOINS: Names<JoinKind> = &[
    (JoinKind::Inner, "inner", "Inner"),
    (JoinKind::LeftOuter, "left_outer", "Left outer"),
    (JoinKind::RightOuter, "right_outer", "Right outer"),
    (JoinKind::FullOuter, "full_outer", "Full outer"),
    (JoinKind::LeftSemi, "left_semi", "Left semi"),
    (JoinKind::LeftAnti, "left_anti", "Left anti"),
];

fn salts(model: &Shuffle) -> bool {
    matches!(model.cure, Cure::Salt | Cure::TwoPhase)
}

/// The table of knobs.
pub(super) const TABLE: &[Turn<Shuffle>] = &[
    Turn {
        id: "shuffle.cure",
        label: "Cure",
        read: |model| Some(named(model.cure, CURES)),
        missing: always,
        write: |model, value| set_named(&mut model.cure, CURES, value),
    },
    Turn {
        id: "salt.count",
        label: "Salt count",
        read: |model| salts(model).then(|| number(model.salt.count, 1, 64)),
        missing: always,
        write: |model, value| set_number(&mut model.salt.count, value),
    },
    Turn {
        id: "salt.only_hot",
        label: "Salt only hot keys",
        read: |model| salts(model).then(|| switch(model.salt.only_hot)),
        missing: always,
        write: |model, value| set_switch(&mut model.salt.only_hot, value),
    },
    Turn {
        id: "salt.form",
        label: "Salt stands",
        read: |model| salts(model).then(|| named(model.salt.form, FORMS)),
        missing: |model| {
            let other = model.partitioner != Partitioner::Spark;
            other.then_some("a salt as a column of its own is Spark's")
        },
        write: |model, value| set_named(&mut model.salt.form, FORMS, value),
    },
    Turn {
        id: "shuffle.partitions",
        label: "Shuffle partitions",
        read: |model| Some(number(model.partitions, 1, 200)),
        missing: always,
        write: |model, value| set_number(&mut model.partitions, value),
    },
    Turn {
        id: "shuffle.more",
        label: "Partitions as a cure",
        read: |model| (model.cure == Cure::MorePartitions).then(|| number(model.more, 1, 400)),
        missing: always,
        write: |model, value| set_number(&mut model.more, value),
    },
    Turn {
        id: "shuffle.work",
        label: "Next stage",
        read: |model| Some(named(model.work, WORKS)),
        missing: always,
        write: |model, value| set_named(&mut model.work, WORKS, value),
    },
    Turn {
        id: "shuffle.combine",
        label: "Combine before the shuffle",
        read: |model| (model.work == Work::Sum).then(|| switch(model.combine)),
        missing: always,
        write: |model, value| set_switch(&mut model.combine, value),
    },
    Turn {
        id: "shuffle.join",
        label: "Join kind",
        read: |model| (model.work == Work::Join).then(|| named(model.join, JOINS)),
        missing: always,
        write: |model, value| set_named(&mut model.join, JOINS, value),
    },
    Turn {
        id: "shuffle.partitioner",
        label: "Partitioner",
        read: |model| Some(named(model.partitioner, PARTITIONERS)),
        missing: always,
        write: |model, value| set_named(&mut model.partitioner, PARTITIONERS, value),
    },
    Turn {
        id: "adaptive.factor",
        label: "Skewed partition factor",
        read: |model| (model.cure == Cure::Adaptive).then(|| number(model.adaptive.factor, 1, 50)),
        missing: always,
        write: |model, value| set_number(&mut model.adaptive.factor, value),
    },
    Turn {
        id: "adaptive.threshold",
        label: "Skewed partition threshold (MiB)",
        read: |model| {
            (model.cure == Cure::Adaptive).then(|| number(model.adaptive.threshold_mb, 0, 1_024))
        },
        missing: always,
        write: |model, value| set_number(&mut model.adaptive.threshold_mb, value),
    },
    Turn {
        id: "adaptive.advisory",
        label: "Advisory partition size (MiB)",
        read: |model| {
            (model.cure == Cure::Adaptive).then(|| number(model.adaptive.advisory_mb, 1, 512))
        },
        missing: always,
        write: |model, value| set_number(&mut model.adaptive.advisory_mb, value),
    },
    Turn {
        id: "shuffle.sources",
        label: "Map tasks",
        read: |model| Some(number(model.sources, 1, 64)),
        missing: always,
        write: |model, value| set_number(&mut model.sources, value),
    },
    Turn {
        id: "shuffle.workers",
        label: "Workers",
        read: |model| Some(number(model.workers, 1, 64)),
        missing: always,
        write: |model, value| set_number(&mut model.workers, value),
    },
    Turn {
        id: "shuffle.straggler",
        label: "Slow worker",
        read: |model| Some(switch(model.straggler.is_some())),
        missing: always,
        write: |model, value| {
            let mut on = false;
            set_switch(&mut on, value)?;
            model.straggler = on.then(|| Straggler {
                worker: 0,
                rate: (model.rate / 5).max(1),
            });
            Ok(())
        },
    },
    Turn {
        id: "shuffle.row_bytes",
        label: "Bytes of a row",
        read: |model| Some(number(model.row_bytes, 1, 1_000_000)),
        missing: always,
        write: |model, value| set_number(&mut model.row_bytes, value),
    },
    Turn {
        id: "zipf.exponent",
        label: "Zipf exponent, tenths",
        read: |model| {
            let zipf = model.zipf.as_ref()?;
            Some(number((zipf.exponent * 10.0).round() as u32, 0, 30))
        },
        missing: always,
        write: |model, value| {
            let mut tenths = 0;
            set_number(&mut tenths, value)?;
            if let Some(zipf) = &mut model.zipf {
                zipf.exponent = f64::from(tenths) / 10.0;
            }
            Ok(())
        },
    },
];
