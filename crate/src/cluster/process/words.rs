//! What happened in a process function, in words.

use super::{Process, Told, rules, scene, text};
use crate::cluster::model::Sentence;
use crate::explain::Tone;
use crate::frame::{MarkKind, marker};
use crate::wording::counted;

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "event", "events"),
    MarkKind::new(marker::FIRING, "alert", "alerts"),
    MarkKind::new(marker::LOSS, "drop", "drops"),
    MarkKind::new(marker::WATERMARK, "timer", "timers"),
];

pub(super) fn sentence(model: &Process, fact: &Told) -> Sentence {
    let (tone, marker, weight) = match fact {
        Told::First(_)
        | Told::Compared { .. }
        | Told::Counted { .. }
        | Told::Filtered { .. }
        | Told::Moved { .. } => (Tone::Progress, marker::ARRIVAL, 3),
        Told::Waits(_) => (Tone::Progress, marker::ARRIVAL, 2),
        Told::Alerted(_) => (Tone::Result, marker::FIRING, 5),
        Told::Late(..) => (Tone::Loss, marker::LOSS, 6),
        Told::Expired(_) => (Tone::Neutral, marker::OTHER, 2),
        Told::HeldBack(_) | Told::Done(_) => (Tone::Neutral, marker::OTHER, 1),
        Told::Cleared(..) => (Tone::Progress, marker::WATERMARK, 1),
        Told::Ended => (Tone::Progress, marker::WATERMARK, 0),
    };
    Sentence {
        text: said(model, fact),
        tone,
        marker,
        weight,
        thing: scene::event_of(fact).map(|event| format!("event:{}", model.events[event].id)),
    }
}

fn said(model: &Process, fact: &Told) -> String {
    let label = |event: &usize| model.label(*event);
    match fact {
        Told::First(event) => format!(
            "{} is the first of its key: there is nothing to compare it with.",
            label(event)
        ),
        Told::Compared { event, before, hit } => rules::comparison(model, *event, *before, *hit),
        Told::Counted {
            event,
            count,
            total,
            hit,
        } => format!(
            "{}: {} and {total} in all; more than {} and more than {} {}.",
            label(event),
            counted(*count, "event"),
            model.count,
            model.amount,
            if *hit {
                "both hold"
            } else {
                "do not both hold"
            }
        ),
        Told::Filtered { event, hit } => format!(
            "{}: {} {} {}.",
            label(event),
            model.events[*event].amount,
            if *hit { ">" } else { "≤" },
            model.amount
        ),
        Told::Moved { event, from, to } => match from {
            Some(from) if from >= to => format!(
                "{}: the order is {} already, and stays so.",
                label(event),
                from.name()
            ),
            Some(from) => format!(
                "{}: the order goes from {} to {}.",
                label(event),
                from.name(),
                to.name()
            ),
            None => format!("{}: an order nobody knew.", label(event)),
        },
        Told::Alerted(event) => format!("Alert for {}.", label(event)),
        Told::HeldBack(event) => format!("No second alert for {}.", model.events[*event].key),
        Told::Waits(event) => format!(
            "{} waits until the watermark reaches {}.",
            label(event),
            text(model.events[*event].t.ms())
        ),
        Told::Late(event, watermark) => format!(
            "{} is late: the watermark is {}.",
            label(event),
            scene::watermark(*watermark)
        ),
        Told::Cleared(key, watermark) => format!(
            "The timer of {key} clears its cell at watermark {}.",
            scene::watermark(*watermark)
        ),
        Told::Expired(key) => {
            format!("The cell of {key} has outlived its time to live and counts as empty.")
        }
        Told::Done(key) => format!("{key} is done; its cell is cleared."),
        Told::Ended => "The input ends.".into(),
    }
}
