//! Facts in words, with their numbers.

use super::fact::{Fact, OfEvent, What};
use super::spec::Flow;
use crate::cluster::model::Sentence;
use crate::explain::Tone;
use crate::frame::{MarkKind, marker};
use crate::time::{Span, format_span};
use crate::wording::counted;

mod checkpoint;
mod event;
mod job;
mod transaction;

/// Something and how many there are of it: `1 event`, `2 events`.
pub(super) fn some(count: u32, thing: &str) -> String {
    counted(count, thing)
}

/// A length of time.
pub(super) fn time(ms: i64) -> String {
    format_span(Span(ms))
}

/// A number of bytes, as people read it.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// A list of offsets, one for each partition.
pub(super) fn offsets(offsets: &[u32]) -> String {
    let parts: Vec<String> = offsets
        .iter()
        .enumerate()
        .map(|(i, offset)| format!("p{i}: {offset}"))
        .collect();
    parts.join(", ")
}

/// A fact in words, before it is a sentence of the seam's form.
struct Said {
    text: String,
    tone: Tone,
    marker: u8,
    weight: u8,
    thing: String,
}

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "event", "events"),
    MarkKind::new(marker::FIRING, "write", "writes"),
    MarkKind::new(marker::LOSS, "loss", "losses"),
    MarkKind::new(marker::CRASH, "crash", "crashes"),
    MarkKind::new(marker::MERGE, "restart", "restarts"),
    MarkKind::new(marker::WATERMARK, "checkpoint", "checkpoints"),
    MarkKind::new(marker::BATCH, "micro-batch", "micro-batches"),
];

/// A fact in words.
pub(super) fn sentence(flow: &Flow, fact: &Fact) -> Sentence {
    let said = match &fact.what {
        What::Event(what) => event::said(flow, what),
        What::Checkpoint(what) => checkpoint::said(what),
        What::Transaction(what) => transaction::said(what),
        What::Job(what) => job::said(what),
    };
    Sentence {
        text: said.text,
        tone: said.tone,
        marker: said.marker,
        weight: said.weight,
        thing: Some(said.thing),
    }
}

/// The ids of what a fact changes: what it is about, and the key that it counts.
pub(super) fn things(flow: &Flow, fact: &Fact) -> Vec<String> {
    let mut things: Vec<String> = sentence(flow, fact).thing.into_iter().collect();
    if let What::Event(OfEvent::Counted { key, .. } | OfEvent::Produced { key, .. }) = &fact.what {
        things.push(format!("key:{}", flow.input.keys[*key as usize]));
    }
    if let What::Event(OfEvent::Read { task, .. }) = &fact.what {
        things.push(format!("log:{}", task.subtask));
    }
    things
}
