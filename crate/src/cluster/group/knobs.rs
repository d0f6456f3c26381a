//! What of a group can be turned.

use super::{Assignor, Group};
use crate::cluster::controls::{named, number, set_named, set_number, set_span, span};
use crate::cluster::model::{Turn, always};

const ASSIGNORS: &[(Assignor, &str, &str)] = &[
    (Assignor::Range, "range", "RangeAssignor (eager)"),
    (
        Assignor::RoundRobin,
        "round_robin",
        "RoundRobinAssignor (eager)",
    ),
    (
        Assignor::CooperativeSticky,
        "cooperative_sticky",
        "CooperativeStickyAssignor",
    ),
];

pub(super) const TURNS: &[Turn<Group>] = &[
    Turn {
        id: "group.assignor",
        label: "partition.assignment.strategy",
        read: |model| Some(named(model.assignor, ASSIGNORS)),
        missing: always,
        write: |model, value| set_named(&mut model.assignor, ASSIGNORS, value),
    },
    Turn {
        id: "group.partitions",
        label: "Partitions of the topic",
        read: |model| Some(number(model.partitions, 1, 24)),
        missing: always,
        write: |model, value| set_number(&mut model.partitions, value),
    },
    Turn {
        id: "group.members",
        label: "Members of the group",
        read: |model| Some(number(model.members, 1, 9)),
        missing: |model| {
            (!model.changes.is_empty()).then_some("members come and go here as it is written")
        },
        write: |model, value| set_number(&mut model.members, value),
    },
    Turn {
        id: "group.session",
        label: "session.timeout.ms",
        read: |model| Some(span(model.session, 1_000)),
        missing: always,
        write: |model, value| set_span(&mut model.session, value),
    },
    Turn {
        id: "group.commit",
        label: "auto.commit.interval.ms",
        read: |model| Some(span(model.commit, 1_000)),
        missing: always,
        write: |model, value| set_span(&mut model.commit, value),
    },
];
