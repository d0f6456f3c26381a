//! What of a serving table can be turned.

use super::{Average, Mode, Serving, Users};
use crate::cluster::controls::{named, set_named, set_span, set_switch, span, switch};
use crate::cluster::model::{Turn, always};

const MODES: &[(Mode, &str, &str)] = &[
    (Mode::Upsert, "upsert", "Upsert by key"),
    (Mode::Merge, "merge", "Merge rows"),
];
const AVERAGES: &[(Average, &str, &str)] = &[
    (Average::Quotient, "quotient", "The average"),
    (Average::SumAndCount, "sum_and_count", "Sum and count"),
];
const USERS: &[(Users, &str, &str)] = &[
    (Users::Number, "number", "Their number"),
    (Users::Set, "set", "The set"),
];

pub(super) const TABLE: &[Turn<Serving>] = &[
    Turn {
        id: "serving.mode",
        label: "A second write for a key",
        read: |model| Some(named(model.mode, MODES)),
        missing: always,
        write: |model, value| set_named(&mut model.mode, MODES, value),
    },
    Turn {
        id: "serving.compare",
        label: "Compare versions",
        read: |model| (model.mode == Mode::Upsert).then(|| switch(model.compare)),
        missing: always,
        write: |model, value| set_switch(&mut model.compare, value),
    },
    Turn {
        id: "serving.average",
        label: "Stored for the average",
        read: |model| Some(named(model.average, AVERAGES)),
        missing: always,
        write: |model, value| set_named(&mut model.average, AVERAGES, value),
    },
    Turn {
        id: "serving.users",
        label: "Stored for distinct users",
        read: |model| Some(named(model.users, USERS)),
        missing: always,
        write: |model, value| set_named(&mut model.users, USERS, value),
    },
    Turn {
        id: "serving.grain",
        label: "Query one grain only",
        read: |model| Some(switch(model.grain)),
        missing: always,
        write: |model, value| set_switch(&mut model.grain, value),
    },
    Turn {
        id: "serving.poll",
        label: "Dashboard asks every",
        read: |model| Some(span(model.poll, 1_000)),
        missing: always,
        write: |model, value| set_span(&mut model.poll, value),
    },
    Turn {
        id: "serving.cache",
        label: "Cache keeps an answer (0: no cache)",
        read: |model| Some(span(model.cache, 0)),
        missing: always,
        write: |model, value| set_span(&mut model.cache, value),
    },
    Turn {
        id: "serving.correct",
        label: "Dead letters are repaired at (0: never)",
        read: |model| Some(span(model.correct, 0)),
        missing: always,
        write: |model, value| set_span(&mut model.correct, value),
    },
];
