//! Topics in words.

use super::views::Views;
use super::{Log, Told, Topic};
use crate::cluster::model::Sentence;
use crate::explain::{Explanation, Line, Tone};
use crate::frame::{MarkKind, marker};
use crate::partition::kafka_hash;
use crate::time::format_span;
use crate::wording::{counted, verb};

fn described(model: &Log, record: usize) -> String {
    let key = model.key_of(record);
    match model.field(record, super::TYPE) {
        Some(kind) => format!("{kind} of {key}"),
        None if model.records[record].tombstone => format!("A tombstone for {key}"),
        None => format!("A record of {key}"),
    }
}

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "record", "records"),
    MarkKind::new(marker::FIRING, "cleaning", "cleanings"),
    MarkKind::new(marker::MERGE, "new partition count", "new partition counts"),
];

pub(super) fn sentence(model: &Log, fact: &Told) -> Sentence {
    let (text, tone, marker, weight, thing) = match fact {
        Told::Appended {
            record,
            partition,
            offset,
        } => (
            format!(
                "{} is appended to partition {partition} at offset {offset}.",
                described(model, *record)
            ),
            Tone::Progress,
            marker::ARRIVAL,
            1,
            format!("record:{record}"),
        ),
        Told::Grown { from, to } => (
            format!(
                "The topic has {to} partitions now, after {from}. Nothing that is in it moves."
            ),
            Tone::Progress,
            marker::MERGE,
            2,
            "producers".into(),
        ),
        Told::Cleaned {
            partition,
            removed,
            tombstones,
            upto,
        } => (
            format!(
                "The cleaner goes through partition {partition} up to offset {upto}: {} {} a later one of the same key and {} {} past {} time. They are gone.",
                counted(*removed, "record"),
                verb(*removed, "has", "have"),
                counted(*tombstones, "tombstone"),
                verb(*tombstones, "is", "are"),
                verb(*tombstones, "its", "their")
            ),
            Tone::Result,
            marker::FIRING,
            2,
            format!("partition:{partition}"),
        ),
    };
    Sentence {
        text,
        tone,
        marker,
        weight,
        thing: Some(thing),
    }
}

fn line(label: &str, value: &impl ToString) -> Line {
    Line {
        label: label.into(),
        value: value.to_string(),
    }
}

/// Why something is as it is.
pub(super) fn why(model: &Log, state: &Topic, thing: &str) -> Option<Explanation> {
    if let Some(number) = thing.strip_prefix("record:") {
        return why_record(model, number.parse().ok()?);
    }
    if let Some(number) = thing.strip_prefix("partition:") {
        return why_partition(model, state, number.parse().ok()?);
    }
    if let Some(id) = thing.strip_prefix("order:") {
        let views = Views::of(model, state);
        let row = views.orders.get(id)?;
        let events = (0..state.appended).filter(|r| model.field(*r, super::ORDER) == Some(id));
        return Some(Explanation {
            title: id.into(),
            verdict: format!("Its latest event is {}.", row.status),
            rule: "A row is what is left when the events of an order are read in order and each overwrites the one before. From the row the events cannot be had back; from the events the row of any moment can.".into(),
            numbers: events.map(|r| line(model.field(r, super::TYPE).unwrap_or(""), &format_span(model.records[r].at))).collect(),
            ..Explanation::default()
        });
    }
    None
}

fn why_record(model: &Log, record: usize) -> Option<Explanation> {
    model.records.get(record)?;
    let key = model.key_of(record);
    let hash = kafka_hash(key.as_bytes());
    Some(Explanation {
        title: described(model, record),
        verdict: format!("It is in partition {}.", model.place(record)),
        rule: "The partition is (murmur2(key) & 0x7fffffff) mod partitions, with the number of partitions at the time of sending (Kafka 4.x, BuiltInPartitioner.partitionForKey).".into(),
        numbers: vec![
            line("key", &key),
            line("murmur2", &hash),
            line("without its sign bit", &(hash & 0x7fff_ffff)),
            line("partitions then", &model.partitions_at(record)),
        ],
        ..Explanation::default()
    })
}

fn why_partition(model: &Log, state: &Topic, number: usize) -> Option<Explanation> {
    let partition = state.partitions.get(number)?;
    let open = partition.end / model.segment * model.segment;
    Some(Explanation {
        title: format!("Partition {number}"),
        verdict: format!(
            "{} of {} {} kept.",
            partition.kept.len(),
            counted(partition.end, "record"),
            verb(partition.kept.len(), "is", "are")
        ),
        rule: "With cleanup.policy=compact the cleaner keeps the latest record of each key. It reads closed segments only, and starts when more than min.cleanable.dirty.ratio of them is new. Offsets stay as they are (Kafka 4.x, LogCleaner).".into(),
        numbers: vec![
            line("next offset", &partition.end),
            line("cleaned up to", &partition.cleaned),
            line("open segment from", &open),
            line("min.cleanable.dirty.ratio", &format!("{} %", model.dirty)),
        ],
        ..Explanation::default()
    })
}
