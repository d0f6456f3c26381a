//! What happened in a join, in words.

use super::{Join, Told, text, wm_text};
use crate::cluster::model::Sentence;
use crate::explain::Tone;
use crate::frame::{MarkKind, marker};
use crate::wording::{counted, list_some};

/// Of many rows so many are named.
const NAMED: usize = 4;

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "row kept", "rows kept"),
    MarkKind::new(marker::FIRING, "result", "results"),
    MarkKind::new(marker::LOSS, "drop", "drops"),
    MarkKind::new(marker::WATERMARK, "watermark", "watermarks"),
    MarkKind::new(marker::BATCH, "batch", "batches"),
];

pub(super) fn sentence(model: &Join, fact: &Told) -> Sentence {
    let (tone, marker, weight) = match fact {
        Told::Batch { .. } => (Tone::Progress, marker::BATCH, 1),
        Told::Dropped { .. } | Told::NoVersion { null: false, .. } => (Tone::Loss, marker::LOSS, 6),
        Told::Kept { .. } => (Tone::Progress, marker::ARRIVAL, 2),
        Told::Joined { .. } | Told::NoVersion { null: true, .. } => {
            (Tone::Result, marker::FIRING, 5)
        }
        Told::Padded { .. } => (Tone::Result, marker::FIRING, 4),
        Told::Forgotten { .. } => (Tone::Neutral, marker::OTHER, 1),
        Told::Replaced { .. } => (Tone::Progress, marker::ARRIVAL, 1),
        Told::Moved { .. } => (Tone::Progress, marker::WATERMARK, 0),
    };
    let row = match fact {
        Told::Dropped { row, .. }
        | Told::Kept { row, .. }
        | Told::Joined { left: row, .. }
        | Told::Padded { row, .. }
        | Told::Forgotten { row, .. }
        | Told::Replaced { row, .. }
        | Told::NoVersion { row, .. } => Some(*row),
        Told::Batch { .. } | Told::Moved { .. } => None,
    };
    Sentence {
        text: said(model, fact),
        tone,
        marker,
        weight,
        thing: row.map(|row| format!("row:{}", model.rows[row].id)),
    }
}

fn said(model: &Join, fact: &Told) -> String {
    let label = |row: &usize| model.label(*row);
    match fact {
        Told::Batch {
            number,
            rows,
            watermark,
        } => {
            let watermark = wm_text(*watermark);
            match rows {
                0 => format!(
                    "Batch {number} has no rows: it runs because the watermark is now {watermark}."
                ),
                1 => format!("Batch {number} takes one row. Watermark {watermark}."),
                _ => format!("Batch {number} takes {rows} rows. Watermark {watermark}."),
            }
        }
        Told::Dropped { row, watermark } => format!(
            "{} is late and dropped: the watermark is {}.",
            label(row),
            wm_text(*watermark)
        ),
        Told::Kept {
            row,
            until: Some(until),
        } => format!(
            "{} is kept until the watermark reaches {}.",
            label(row),
            text(*until)
        ),
        Told::Kept { row, until: None } if model.engine.looks_up() => {
            format!(
                "{} is a version of the table now. No result comes of that.",
                label(row)
            )
        }
        Told::Replaced { row, by } => {
            format!("{} takes the place of {}.", label(by), label(row))
        }
        Told::NoVersion { row, null: true } => format!(
            "{} finds no version of its key and comes out with null.",
            label(row)
        ),
        Told::NoVersion { row, null: false } => format!(
            "{} finds no version of its key: an inner join leaves it out.",
            label(row)
        ),
        Told::Kept { row, until: None } => format!(
            "{} is kept for ever: no watermark takes it away.",
            label(row)
        ),
        Told::Joined { left, right } => {
            if model.engine.looks_up() {
                format!("{} gets the version {}.", label(left), label(right))
            } else {
                format!("{} and {} are partners.", label(left), label(right))
            }
        }
        Told::Padded { row, watermark } => format!(
            "{} comes out with null: the watermark is {} and nobody came.",
            label(row),
            wm_text(*watermark)
        ),
        Told::Forgotten { row, watermark } => format!(
            "{} is forgotten at watermark {}.",
            label(row),
            wm_text(*watermark)
        ),
        Told::Moved { watermark } => {
            format!("The lesser of both watermarks is {}.", wm_text(*watermark))
        }
    }
}

/// Many rows that one watermark took away, or that are kept, in one sentence.
pub(super) fn together(model: &Join, facts: &[&Told]) -> Option<String> {
    let rows: Vec<usize> = facts
        .iter()
        .filter_map(|fact| match fact {
            Told::Forgotten { row, .. } | Told::Padded { row, .. } => Some(*row),
            _ => None,
        })
        .collect();
    let ids: Vec<String> = rows.iter().map(|row| model.rows[*row].id.clone()).collect();
    let (what, named) = (counted(rows.len(), "row"), list_some(&ids, NAMED));
    match facts.first()? {
        Told::Forgotten { watermark, .. } => Some(format!(
            "{what} are forgotten at watermark {}: {named}.",
            wm_text(*watermark)
        )),
        Told::Padded { watermark, .. } => Some(format!(
            "{what} come out with null: the watermark is {} and nobody came for {named}.",
            wm_text(*watermark)
        )),
        _ => None,
    }
}
