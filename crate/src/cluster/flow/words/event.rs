//! What happened to an event, in words.

use super::{Said, some, time};
use crate::cluster::flow::fact::OfEvent;
use crate::cluster::flow::spec::Flow;
use crate::explain::Tone;
use crate::frame::marker;

fn again(again: bool) -> &'static str {
    if again { ", once more," } else { "" }
}

/// A fact of an event in words.
pub(super) fn said(flow: &Flow, what: &OfEvent) -> Said {
    let (tone, marker, weight, record) = match what {
        OfEvent::Produced { record, .. } => (Tone::Neutral, marker::ARRIVAL, 1, record),
        OfEvent::Read { record, .. } | OfEvent::Counted { record, .. } => {
            (Tone::Progress, marker::OTHER, 2, record)
        }
        OfEvent::Stuck { record, .. } => (Tone::Neutral, marker::OTHER, 1, record),
        OfEvent::Sent { record, .. } => (Tone::Progress, marker::OTHER, 1, record),
        OfEvent::Shed { record, .. } => (Tone::Loss, marker::LOSS, 5, record),
        OfEvent::Wrote { record, .. } => (Tone::Result, marker::FIRING, 3, record),
    };
    Said {
        text: text(flow, what, &flow.event_name(*record)),
        tone,
        marker,
        weight,
        thing: format!("event:{}", flow.event_name(*record)),
    }
}

fn text(flow: &Flow, what: &OfEvent, event: &str) -> String {
    let key = |key: &u32| flow.input.keys[*key as usize].as_str();
    match what {
        OfEvent::Produced {
            key: of,
            partition,
            offset,
            ..
        } => format!(
            "{event} for {} is in the log: partition {partition}, offset {offset}.",
            key(of)
        ),
        OfEvent::Read {
            task,
            to,
            again: twice,
            credits,
            ..
        } => format!(
            "{} reads {event}{} and sends it to {}: {} left.",
            task.text(),
            again(*twice),
            to.text(),
            some(*credits, "credit")
        ),
        OfEvent::Stuck { task, to, .. } => {
            format!(
                "{} has {event} and no credit from {}: it waits.",
                task.text(),
                to.text()
            )
        }
        OfEvent::Sent {
            task, to, waited, ..
        } => format!(
            "{} gets a credit and sends {event} to {}, after {} of waiting.",
            task.text(),
            to.text(),
            time(*waited)
        ),
        OfEvent::Shed { task, to, .. } => {
            format!(
                "{} has no credit from {} and drops {event}.",
                task.text(),
                to.text()
            )
        }
        OfEvent::Counted {
            task,
            key: of,
            again: twice,
            count,
            sum,
            ..
        } => format!(
            "{} counts {event}{} for {}: now {}, {sum}.",
            task.text(),
            again(*twice),
            key(of),
            some(*count as u32, "event")
        ),
        OfEvent::Wrote {
            task,
            transaction,
            replaces,
            before,
            ..
        } => {
            let how = match (transaction, replaces, before) {
                (Some(transaction), ..) => format!(" into transaction {transaction}"),
                (None, true, _) => ", over the one there was".into(),
                (None, false, 0) => String::new(),
                (None, false, before) => {
                    format!(", which is there {} already", some(*before, "time"))
                }
            };
            format!("{} writes the row of {event}{how}.", task.text())
        }
    }
}
