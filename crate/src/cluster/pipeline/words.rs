//! Pipelines in words.

use super::scene::{label, reading};
use super::{Flowing, GAUGES, Pipeline, Told};
use crate::cluster::model::Sentence;
use crate::explain::{Explanation, Line, Tone};
use crate::frame::{MarkKind, marker};
use crate::time::{Span, format_span};
use crate::wording::{counted, list_some, verb};

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "batch", "batches"),
    MarkKind::new(marker::FIRING, "write", "writes"),
    MarkKind::new(marker::LOSS, "failure", "failures"),
    MarkKind::new(marker::CRASH, "crash", "crashes"),
    MarkKind::new(marker::WATERMARK, "alarm", "alarms"),
];

#[allow(clippy::too_many_lines, reason = "one arm for each fact")]
pub(super) fn sentence(fact: &Told) -> Sentence {
    let (text, tone, marker, weight, thing) = match fact {
        Told::Planned {
            version,
            orders,
            takes,
        } => (
            format!(
                "Batch {version} is planned with {}; it takes {}.",
                counted(*orders, "order"),
                format_span(Span(*takes))
            ),
            Tone::Progress,
            marker::ARRIVAL,
            1,
            "job",
        ),
        Told::Done { version, rows } => (
            format!(
                "Batch {version} is done: {} {} written, and its offsets are in the checkpoint.",
                counted(*rows, "row"),
                verb(*rows, "is", "are")
            ),
            Tone::Result,
            marker::FIRING,
            2,
            "job",
        ),
        Told::Failed { version } => (
            format!(
                "Batch {version} cannot write: the store is down. The query fails and starts again with the same batch."
            ),
            Tone::Loss,
            marker::LOSS,
            3,
            "job",
        ),
        Told::Lost { version } => (
            format!(
                "An executor is lost under batch {version}: its state is loaded elsewhere from the checkpoint, and its tasks run again."
            ),
            Tone::Progress,
            marker::CRASH,
            3,
            "job",
        ),
        Told::Started { version, set, kept } => (
            started(*version, *set, *kept),
            Tone::Progress,
            marker::CRASH,
            3,
            "job",
        ),
        Told::Shown { row, before } => (
            match before {
                Some(before) if *before > row.version => format!(
                    "{} goes back to version {} after {before}: {}.",
                    row.key,
                    row.version,
                    counted(row.count, "order")
                ),
                Some(_) | None => format!(
                    "{} has version {} in the store: {}.",
                    row.key,
                    row.version,
                    counted(row.count, "order")
                ),
            },
            if before.is_some_and(|before| before > row.version) {
                Tone::Loss
            } else {
                Tone::Result
            },
            marker::FIRING,
            1,
            "store",
        ),
        Told::Older { row } => (
            format!(
                "Version {} of {} comes after a later one and is left out.",
                row.version, row.key
            ),
            Tone::Progress,
            marker::OTHER,
            1,
            "store",
        ),
        Told::Alarm { gauge, shows } => (
            format!("Alarm: {}: {}.", label(*gauge), reading(*gauge, *shows)),
            Tone::Loss,
            marker::WATERMARK,
            4,
            "gauges",
        ),
    };
    Sentence {
        text,
        tone,
        marker,
        weight,
        thing: Some(thing.into()),
    }
}

fn started(version: u32, set: u32, kept: Option<u32>) -> String {
    match kept {
        Some(kept) if kept != set => format!(
            "The job is started again with spark.sql.shuffle.partitions = {set}. The checkpoint says {kept}, and that counts: batch {version} is next."
        ),
        Some(kept) => format!(
            "The job is started again from its checkpoint, with {} of state: batch {version} is next.",
            counted(kept, "partition")
        ),
        None => format!(
            "The job is started again. It has no checkpoint yet, so what is set counts: {set}."
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
pub(super) fn why(model: &Pipeline, state: &Flowing, thing: &str) -> Option<Explanation> {
    let (title, verdict, rule, numbers) = match thing {
        "job" => (
            "The job",
            format!(
                "{} {} done.",
                counted(state.version, "batch"),
                verb(state.version, "is", "are")
            ),
            "Offsets and state are in the checkpoint when a batch is done; one that fails is planned again with the same offsets. The number of state partitions is that of the first start: what is set later is overridden by the checkpoint (Spark 4.3, OffsetSeqMetadata).",
            vec![
                line("orders in finished batches", &state.done),
                line(
                    "spark.sql.shuffle.partitions at the first start",
                    &model.shuffle,
                ),
                line("the same, when started again", &model.shuffle_again),
                line(
                    "in the checkpoint",
                    &state
                        .partitions_kept
                        .map_or_else(|| "nothing yet".into(), |kept| kept.to_string()),
                ),
                line(
                    "offset of its group at Kafka",
                    &state
                        .group
                        .map_or_else(|| "none was ever committed".into(), |at| at.to_string()),
                ),
            ],
        ),
        "store" => (
            "The serving table",
            format!("It has {}.", counted(state.store.len(), "row")),
            "A row replaces the one of its key. Rows of one key come in order if they are in one partition, which takes the key as the record's key; a comparison column drops older ones wherever they come from (Apache Pinot, upsert).",
            state
                .store
                .values()
                .map(|row| {
                    line(
                        &row.key,
                        &format!("version {}, {}", row.version, counted(row.count, "order")),
                    )
                })
                .collect(),
        ),
        _ => return why_gauge(model, state, thing),
    };
    Some(Explanation {
        title: title.into(),
        verdict,
        rule: rule.into(),
        numbers,
        ..Explanation::default()
    })
}

fn why_gauge(model: &Pipeline, state: &Flowing, thing: &str) -> Option<Explanation> {
    let id = thing.strip_prefix("gauge:")?;
    let (gauge, _, limit) = GAUGES.iter().find(|(_, name, _)| *name == id)?;
    let shows = model.shows(state, *gauge);
    Some(Explanation {
        title: label(*gauge).into(),
        verdict: format!("It shows {}.", reading(*gauge, shows)),
        rule: "An alarm goes off when its gauge is above its limit. Lag is time: how long the oldest has waited.".into(),
        numbers: vec![line("limit", &reading(*gauge, *limit))],
        ..Explanation::default()
    })
}

/// Many rows that are seen in the store at once: what each key came to.
pub(super) fn together(facts: &[&Told]) -> Option<String> {
    let mut rows: Vec<(String, u32, u64)> = Vec::new();
    for fact in facts {
        let Told::Shown { row, .. } = fact else {
            return None;
        };
        let now = (row.key.clone(), row.version, u64::from(row.count));
        match rows.iter_mut().find(|(key, ..)| *key == row.key) {
            Some(before) => *before = now,
            None => rows.push(now),
        }
    }
    let named: Vec<String> = rows
        .iter()
        .map(|(key, version, orders)| {
            format!(
                "{key} has version {version} with {}",
                counted(*orders, "order")
            )
        })
        .collect();
    Some(format!(
        "{} reach the store. In the end {}.",
        counted(facts.len(), "version"),
        list_some(&named, 4)
    ))
}
