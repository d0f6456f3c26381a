//! A producer in words.

use super::{Producer, Sending, Told};
use crate::cluster::model::Sentence;
use crate::explain::{Explanation, Line, Tone};
use crate::frame::{MarkKind, marker};
use crate::time::{Span, format_span};
use crate::wording::{counted, list_some, verb};

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "send", "sends"),
    MarkKind::new(marker::FIRING, "append", "appends"),
    MarkKind::new(marker::LOSS, "failure", "failures"),
    MarkKind::new(marker::MERGE, "refusal", "refusals"),
    MarkKind::new(marker::WATERMARK, "wait", "waits"),
];

pub(super) fn sentence(fact: &Told) -> Sentence {
    let (tone, marker, weight, thing) = match fact {
        Told::Accepted { .. } => (Tone::Neutral, marker::ARRIVAL, 0, "memory".into()),
        Told::Blocked { .. } => (Tone::Progress, marker::WATERMARK, 4, "send".into()),
        Told::Unblocked { .. } => (Tone::Progress, marker::OTHER, 3, "send".into()),
        Told::Failed => (Tone::Loss, marker::LOSS, 5, "send".into()),
        Told::Sent { broker, .. } => (Tone::Progress, marker::OTHER, 2, format!("broker:{broker}")),
        Told::Appended { batch } => (
            Tone::Result,
            marker::FIRING,
            1,
            format!("batch:{}:{}", batch.partition, batch.number),
        ),
        Told::Refused { batch } | Told::OutOfSequence { batch, .. } => (
            Tone::Progress,
            marker::MERGE,
            6,
            format!("batch:{}:{}", batch.partition, batch.number),
        ),
    };
    Sentence {
        text: text(fact),
        tone,
        marker,
        weight,
        thing: Some(thing),
    }
}

fn text(fact: &Told) -> String {
    match fact {
        Told::Accepted { records, opened } => {
            format!(
                "send() puts {} into batches and opens {opened} for {}.",
                counted(*records, "record"),
                verb(*records, "it", "them")
            )
        }
        Told::Blocked { memory, needed } => format!(
            "send() waits: another batch takes {needed} bytes, and {memory} bytes of buffer.memory are in use."
        ),
        Told::Unblocked { after } => {
            format!("send() goes on, after {}.", format_span(Span(*after)))
        }
        Told::Failed => {
            "send() has waited for max.block.ms: TimeoutException, the record is not sent.".into()
        }
        Told::Sent {
            broker,
            batches,
            in_flight,
        } => {
            let records: u32 = batches.iter().map(|batch| batch.records).sum();
            let again = if batches.iter().any(|batch| batch.attempts > 1) {
                ", sent again"
            } else {
                ""
            };
            format!(
                "A request goes to broker {}: {} with {}{again}; {in_flight} without an answer.",
                broker + 1,
                match batches.as_slice() {
                    [batch] => format!("batch {} of partition {}", batch.number, batch.partition),
                    many => counted(many.len(), "batch"),
                },
                counted(records, "record")
            )
        }
        Told::Appended { batch } => format!(
            "Batch {} is in the log of partition {}.",
            batch.number, batch.partition
        ),
        Told::Refused { batch } => format!(
            "The broker refuses batch {} of partition {} (NOT_ENOUGH_REPLICAS): it is tried again after retry.backoff.ms.",
            batch.number, batch.partition
        ),
        Told::OutOfSequence { batch, expected } => format!(
            "The broker refuses batch {} of partition {}: {expected} is next (OUT_OF_ORDER_SEQUENCE_NUMBER). It goes back into the queue, behind that.",
            batch.number, batch.partition
        ),
    }
}

fn line(label: &str, value: &impl ToString) -> Line {
    Line {
        label: label.into(),
        value: value.to_string(),
    }
}

/// Why something is as it is.
pub(super) fn why(model: &Producer, state: &Sending, thing: &str) -> Option<Explanation> {
    if let Some(batch) = thing.strip_prefix("batch:") {
        let (partition, number) = batch.split_once(':')?;
        return why_batch(model, state, partition.parse().ok()?, number.parse().ok()?);
    }
    let (title, verdict, rule, numbers) = match thing {
        "send" => (
            "send()",
            match state.blocked_since {
                Some(since) => format!(
                    "It waits for memory, for {} now.",
                    format_span(Span(state.now - since))
                ),
                None => "It returns at once.".into(),
            },
            "A batch takes batch.size bytes of buffer.memory when it is opened, however little will be in it, and gives them back when it is acknowledged. If there are not enough, send() waits, for max.block.ms at most (Kafka 4.x, RecordAccumulator.append, BufferPool.allocate).",
            vec![
                line("batch.size", &model.batch_size),
                line("in use", &state.memory),
                line("buffer.memory", &model.buffer_memory),
                line(
                    "batches that fit",
                    &(u64::from(model.buffer_memory) / model.allocated()),
                ),
            ],
        ),
        "memory" => (
            "The accumulator",
            format!("{} bytes are in use.", state.memory),
            "A batch leaves when it is full, when it has waited for linger.ms, or when send() waits for memory, whichever is first (Kafka 4.x, RecordAccumulator.batchReady).",
            vec![
                line("batch.size", &model.batch_size),
                line("linger.ms", &model.linger),
                line("partitions", &model.partitions),
                line("records/s for each", &(model.rate / model.partitions)),
            ],
        ),
        _ if thing.starts_with("broker:") => (
            "A broker",
            format!("It answers a request after {} ms.", model.latency),
            "At most max.in.flight.requests.per.connection requests are without an answer. With idempotence it takes a batch only if its sequence number is next; it remembers the last five, and so five is the most (Kafka 4.x, ProducerStateManager).",
            vec![
                line("max.in.flight", &model.in_flight),
                line("idempotent", &if model.idempotent() { "yes" } else { "no" }),
            ],
        ),
        _ => return None,
    };
    Some(Explanation {
        title: title.into(),
        verdict,
        rule: rule.into(),
        numbers,
        ..Explanation::default()
    })
}

fn why_batch(
    model: &Producer,
    state: &Sending,
    partition: u32,
    number: u32,
) -> Option<Explanation> {
    let place = state
        .logs
        .get(partition as usize)?
        .iter()
        .position(|n| *n == number);
    let found = state
        .sent
        .latest
        .iter()
        .find(|(_, batch)| (batch.partition, batch.number) == (partition, number));
    let mut numbers = vec![
        line("batch.size", &model.batch_size),
        line("linger.ms", &model.linger),
    ];
    if let Some((at, batch)) = found {
        numbers.push(line("records", &batch.records));
        numbers.push(line("bytes", &batch.bytes));
        numbers.push(line("waited", &format_span(Span(at - batch.first))));
    }
    Some(Explanation {
        title: format!("Batch {number} of partition {partition}"),
        verdict: match place {
            Some(place) => format!("It is number {} in the log.", place + 1),
            None => "It is not in the log yet.".into(),
        },
        rule: "batch.size is bytes of one batch of one partition. Without sequence numbers a batch that is tried again goes behind those that were on their way; with them the broker refuses those, and they follow (Kafka 4.x, RecordAccumulator.reenqueue).".into(),
        numbers,
        ..Explanation::default()
    })
}

/// Many batches that one answer put into the log, or refused, in one sentence.
pub(super) fn together(facts: &[&Told]) -> Option<String> {
    let partitions: Vec<String> = facts
        .iter()
        .filter_map(|fact| match fact {
            Told::Appended { batch } | Told::Refused { batch } => Some(batch.partition.to_string()),
            _ => None,
        })
        .collect();
    let of = format!(
        "{} of the partitions {}",
        counted(partitions.len(), "batch"),
        list_some(&partitions, 4)
    );
    match facts.first()? {
        Told::Appended { .. } => Some(format!("{of} are in the log.")),
        Told::Refused { .. } => Some(format!(
            "The broker refuses {of} (NOT_ENOUGH_REPLICAS): they are tried again after retry.backoff.ms."
        )),
        _ => None,
    }
}
