//! Backlogs in words.

use super::scene::grouped;
use super::{Backlog, Kind, Load, Told};
use crate::cluster::model::Sentence;
use crate::explain::{Explanation, Line, Tone};
use crate::frame::{MarkKind, marker};
use crate::time::{Span, format_span};

fn length(ms: i64) -> String {
    format_span(Span(ms))
}

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "change of load", "changes of load"),
    MarkKind::new(marker::FIRING, "round", "rounds"),
    MarkKind::new(marker::MERGE, "change of tasks", "changes of tasks"),
    MarkKind::new(marker::WATERMARK, "turning point", "turning points"),
];

pub(super) fn sentence(fact: &Told) -> Sentence {
    let (tone, marker, weight, thing) = match fact {
        Told::Planned { number, .. } => {
            (Tone::Result, marker::FIRING, 2, format!("batch:{number}"))
        }
        Told::Nothing => (Tone::Neutral, marker::OTHER, 1, "job".into()),
        Told::Behind { .. } => (Tone::Progress, marker::OTHER, 1, "job".into()),
        Told::Went { .. } => (Tone::Progress, marker::FIRING, 1, "job".into()),
        Told::Slowed { .. } => (Tone::Progress, marker::WATERMARK, 3, "job".into()),
        Told::Changed { .. } => (Tone::Progress, marker::ARRIVAL, 4, "held".into()),
        Told::Held { .. } => (Tone::Progress, marker::ARRIVAL, 0, "held".into()),
        Told::Scaled { .. } => (Tone::Progress, marker::MERGE, 4, "job".into()),
        Told::CaughtUp { .. } => (Tone::Result, marker::WATERMARK, 5, "log".into()),
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
        Told::Planned {
            number,
            batch,
            capacity,
        } => format!(
            "Batch {number} takes {} records; at {}/s that is {}. {} stay in the log.",
            grouped(batch.records),
            grouped(*capacity),
            length(batch.duration),
            grouped(batch.behind)
        ),
        Told::Nothing => "The trigger fires and there is nothing new: no batch.".into(),
        Told::Behind { duration, interval } => format!(
            "It is falling behind: {} for a trigger every {}. The next batch starts when this one is done.",
            length(*duration),
            length(*interval)
        ),
        Told::Went {
            log,
            inside,
            arriving,
            leaving,
        } => format!(
            "{}/s arrive, {}/s are processed: {} wait in the log, {} in buffers.",
            grouped(*arriving),
            grouped(*leaving),
            grouped(*log),
            grouped(*inside)
        ),
        Told::Slowed { buffers, capacity } => format!(
            "The buffers are full with {} records: the source gets no more room than is freed, {}/s.",
            grouped(*buffers),
            grouped(*capacity)
        ),
        Told::Changed { rate, was } => format!(
            "{} records/s are made now, after {}.",
            grouped(*rate),
            grouped(*was)
        ),
        Told::Held { held, quota } => format!(
            "The quota lets {}/s through: {} records wait with the producers.",
            grouped(*quota),
            grouped(*held)
        ),
        Told::Scaled {
            tasks,
            slots,
            capacity,
        } => format!(
            "{slots} task slots now, {tasks} of them have a partition to read: {} records/s.",
            grouped(*capacity)
        ),
        Told::CaughtUp { after } => format!("Caught up, {} after the sale ended.", length(*after)),
    }
}

fn line(label: &str, value: String) -> Line {
    Line {
        label: label.into(),
        value,
    }
}

/// Why something is as it is.
pub(super) fn why(model: &Backlog, state: &Load, thing: &str) -> Option<Explanation> {
    let now = state.now;
    let backlog = (model.logged().at(now) - state.taken) / 1000;
    let inside = (state.taken - state.done) / 1000;
    let (tasks, slots) = model.tasks(now);
    if let Some(number) = thing.strip_prefix("batch:") {
        return why_batch(model, state, number.parse().ok()?);
    }
    let (title, verdict, rule, numbers) = match thing {
        "log" => (
            "The topic",
            format!("{} records wait in it.", grouped(backlog)),
            "A log keeps what nobody has read yet; readers pull. What waits is what was appended, less what was put into batches or read.",
            vec![
                line("appended", grouped(model.logged().at(now) / 1000)),
                line("taken", grouped(state.taken / 1000)),
                line(
                    "arriving",
                    format!("{}/s", grouped(model.logged().rate(now))),
                ),
                line(
                    "processed at most",
                    format!("{}/s", grouped(model.capacity(now))),
                ),
            ],
        ),
        "job" => (
            "The job",
            match model.engine {
                Kind::MicroBatch => {
                    format!("{} records are in the batch under way.", grouped(inside))
                }
                Kind::Continuous => format!("{} records are in its buffers.", grouped(inside)),
            },
            match model.engine {
                Kind::MicroBatch => {
                    "One batch at a time: the next starts at the next multiple of the trigger interval, or at once where the batch before took longer (Spark 4.3, ProcessingTimeExecutor). One task reads one partition."
                }
                Kind::Continuous => {
                    "A task sends only while the receiver has buffers to give (Flink 2.3, credit-based flow control): the slowest task's pace travels back to the source, which leaves the rest in the log."
                }
            },
            vec![
                line("task slots", slots.to_string()),
                line("partitions", model.partitions.to_string()),
                line("slots with a partition to read", tasks.to_string()),
                line(
                    "records/s for each",
                    grouped(u64::from(model.capacity / model.slots)),
                ),
            ],
        ),
        "held" => (
            "The producers",
            format!(
                "{} records wait with them.",
                grouped(model.held(now) / 1000)
            ),
            "A client above its quota is muted by the broker for as long as brings it back to the quota (Kafka, producer_byte_rate). The records do not go away: they wait in the client.",
            vec![
                line("made", format!("{}/s", grouped(model.made().rate(now)))),
                line(
                    "sent at all",
                    format!("{} of 100 during the sale", model.keep),
                ),
                line(
                    "quota",
                    if model.quota == 0 {
                        "none".into()
                    } else {
                        format!("{}/s", grouped(model.quota.into()))
                    },
                ),
            ],
        ),
        "out" => (
            "What the dashboard sees",
            format!(
                "The oldest record that comes out now is {} old.",
                length(state.age)
            ),
            "Age is the time when a record comes out, less the time when it was made. Waiting counts wherever it happens.",
            vec![line("oldest ever", length(state.peak.age))],
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

fn why_batch(model: &Backlog, state: &Load, number: usize) -> Option<Explanation> {
    let batch = state.batches.get(number.checked_sub(1)?)?;
    let limit = match model.cap {
        0 => "none".into(),
        cap => grouped(cap.into()),
    };
    Some(Explanation {
        title: format!("Batch {number}"),
        verdict: format!(
            "{} records, {}.",
            grouped(batch.records),
            length(batch.duration)
        ),
        rule: "A batch takes all offsets up to the latest, or maxOffsetsPerTrigger of them over all partitions (Spark 4.3, KafkaMicroBatchStream.latestOffset). The limit counts records, not bytes.".into(),
        numbers: vec![
            line("in the log when it was planned", grouped(batch.records + batch.behind)),
            line("maxOffsetsPerTrigger", limit),
            line("bytes", grouped(batch.records * u64::from(model.record))),
            line("oldest record when it is done", length(batch.age)),
        ],
        ..Explanation::default()
    })
}
