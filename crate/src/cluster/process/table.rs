//! What of a process function can be turned.

use super::{Arrival, Order, Process, Rule};
use crate::cluster::controls::{
    named, number, set_named, set_number, set_span, set_switch, span, switch,
};
use crate::cluster::model::{Turn, always};
use crate::knobs::SettingValue;
use crate::time::Span;

const ORDERS: &[(Order, &str, &str)] = &[
    (Order::Arrival, "arrival", "As they arrive"),
    (Order::EventTime, "event_time", "By event time"),
];
const ARRIVALS: &[(Arrival, &str, &str)] = &[
    (Arrival::Written, "written", "As written"),
    (Arrival::Sorted, "sorted", "Oldest first"),
    (Arrival::Reversed, "reversed", "Last first"),
];

/// 0 is none.
fn set_optional(place: &mut Option<Span>, value: &SettingValue) -> Result<(), String> {
    let mut ms = Span(0);
    set_span(&mut ms, value)?;
    *place = (ms.ms() > 0).then_some(ms);
    Ok(())
}

pub(super) const TABLE: &[Turn<Process>] = &[
    Turn {
        id: "process.within",
        label: "Event before at most older by",
        read: |model| (model.rule == Rule::Ratio).then(|| span(model.within, 0)),
        missing: always,
        write: |model, value| set_span(&mut model.within, value),
    },
    Turn {
        id: "process.ratio",
        label: "More than so many times the amount",
        read: |model| (model.rule == Rule::Ratio).then(|| number(model.ratio, 1, 20)),
        missing: always,
        write: |model, value| set_number(&mut model.ratio, value),
    },
    Turn {
        id: "process.ordered",
        label: "Ask for 0 ≤ difference",
        read: |model| (model.rule == Rule::Ratio).then(|| switch(model.ordered)),
        missing: always,
        write: |model, value| set_switch(&mut model.ordered, value),
    },
    Turn {
        id: "process.positive",
        label: "Ask for an amount before",
        read: |model| (model.rule == Rule::Ratio).then(|| switch(model.positive)),
        missing: always,
        write: |model, value| set_switch(&mut model.positive, value),
    },
    Turn {
        id: "process.amount",
        label: "More than this amount",
        read: |model| {
            matches!(model.rule, Rule::HighValue | Rule::Counting)
                .then(|| number(model.amount, 0, 100_000))
        },
        missing: always,
        write: |model, value| set_number(&mut model.amount, value),
    },
    Turn {
        id: "process.count",
        label: "More than so many events",
        read: |model| (model.rule == Rule::Counting).then(|| number(model.count, 0, 100)),
        missing: always,
        write: |model, value| set_number(&mut model.count, value),
    },
    Turn {
        id: "process.flag",
        label: "One alert for each key",
        read: |model| {
            matches!(model.rule, Rule::Ratio | Rule::Counting).then(|| switch(model.flag))
        },
        missing: always,
        write: |model, value| set_switch(&mut model.flag, value),
    },
    Turn {
        id: "process.order",
        label: "Processed",
        read: |model| Some(named(model.order, ORDERS)),
        missing: always,
        write: |model, value| set_named(&mut model.order, ORDERS, value),
    },
    Turn {
        id: "process.delay",
        label: "Watermark delay",
        read: |model| Some(span(model.delay, 0)),
        missing: always,
        write: |model, value| set_span(&mut model.delay, value),
    },
    Turn {
        id: "process.ttl",
        label: "Time to live (0: none)",
        read: |model| Some(span(model.ttl.unwrap_or_default(), 0)),
        missing: always,
        write: |model, value| set_optional(&mut model.ttl, value),
    },
    Turn {
        id: "process.timer",
        label: "Timer that clears (0: none)",
        read: |model| Some(span(model.timer.unwrap_or_default(), 0)),
        missing: always,
        write: |model, value| set_optional(&mut model.timer, value),
    },
    Turn {
        id: "process.clear_done",
        label: "Clear orders that are done",
        read: |model| (model.rule == Rule::Lifecycle).then(|| switch(model.clear_done)),
        missing: always,
        write: |model, value| set_switch(&mut model.clear_done, value),
    },
    Turn {
        id: "process.arrival",
        label: "Events arrive",
        read: |model| Some(named(model.arrival, ARRIVALS)),
        missing: always,
        write: |model, value| set_named(&mut model.arrival, ARRIVALS, value),
    },
];
