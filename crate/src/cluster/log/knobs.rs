//! What can be turned about a topic and its readers.

use super::{Cleanup, Count, Log};
use crate::cluster::controls::{named, number, select, set_named, set_number, set_switch, switch};
use crate::cluster::model::{Turn, always};
use crate::knobs::SettingValue;

const CLEANUP: &[(Cleanup, &str, &str)] = &[
    (Cleanup::Delete, "delete", "delete"),
    (Cleanup::Compact, "compact", "compact"),
];

const COUNT: &[(Count, &str, &str)] = &[
    (Count::Everything, "everything", "every event: count(*)"),
    (
        Count::Requested,
        "requested",
        "events of type OrderRequested",
    ),
];

/// Only where what is appended are events of orders.
fn has_events(model: &Log) -> bool {
    model.names().contains(super::TYPE)
}

fn leave_out(model: &mut Log, field: &str, value: &SettingValue) -> Result<(), String> {
    let mut there = !model.without.iter().any(|name| name == field);
    set_switch(&mut there, value)?;
    model.without.retain(|name| name != field);
    if !there {
        model.without.push(field.into());
    }
    Ok(())
}

fn carries(model: &Log, field: &str) -> Option<crate::knobs::Control> {
    let known = model.names().contains(field);
    known.then(|| switch(!model.without.iter().any(|name| name == field)))
}

pub(super) const TURNS: &[Turn<Log>] = &[
    Turn {
        id: "schema.city",
        label: "Events carry city_id",
        read: |model| carries(model, "city_id"),
        missing: always,
        write: |model, value| leave_out(model, "city_id", value),
    },
    Turn {
        id: "schema.driver",
        label: "Events carry driver_id",
        read: |model| carries(model, "driver_id"),
        missing: always,
        write: |model, value| leave_out(model, "driver_id", value),
    },
    Turn {
        id: "view.count",
        label: "An order is",
        read: |model| has_events(model).then(|| named(model.count, COUNT)),
        missing: always,
        write: |model, value| set_named(&mut model.count, COUNT, value),
    },
    Turn {
        id: "log.key",
        label: "Key",
        read: |model| {
            let names: Vec<String> = model.keys.iter().map(|key| key.join(",")).collect();
            let options: Vec<(&str, &str)> =
                names.iter().map(|n| (n.as_str(), n.as_str())).collect();
            (!names.is_empty()).then(|| select(&model.key.join(","), &options))
        },
        missing: always,
        write: |model, value| {
            let SettingValue::Text(text) = value else {
                return Err("the names of fields".into());
            };
            let found = model.keys.iter().find(|key| key.join(",") == *text);
            model.key = found.cloned().ok_or("one of the keys to choose from")?;
            Ok(())
        },
    },
    Turn {
        id: "log.cleanup",
        label: "cleanup.policy",
        read: |model| Some(named(model.cleanup, CLEANUP)),
        missing: always,
        write: |model, value| set_named(&mut model.cleanup, CLEANUP, value),
    },
    Turn {
        id: "log.segment",
        label: "Records in a segment",
        read: |model| Some(number(model.segment, 1, 20)),
        missing: always,
        write: |model, value| set_number(&mut model.segment, value),
    },
    Turn {
        id: "log.dirty",
        label: "min.cleanable.dirty.ratio, in %",
        read: |model| Some(number(model.dirty, 0, 100)),
        missing: always,
        write: |model, value| set_number(&mut model.dirty, value),
    },
    Turn {
        id: "log.partitions.later",
        label: "Partitions after half of the records",
        read: |model| Some(number(model.partitions_later, model.partitions, 12)),
        missing: always,
        write: |model, value| set_number(&mut model.partitions_later, value),
    },
];
