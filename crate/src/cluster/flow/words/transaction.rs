//! What happened to a transaction, in words.

use super::{Said, some, time};
use crate::cluster::flow::fact::OfTransaction;
use crate::explain::Tone;
use crate::frame::marker;

/// A fact of a transaction in words.
pub(super) fn said(what: &OfTransaction) -> Said {
    let (tone, marker, weight, transaction) = match what {
        OfTransaction::PreCommitted { transaction, .. } => {
            (Tone::Progress, marker::OTHER, 5, transaction)
        }
        OfTransaction::Committed { transaction, .. } => {
            (Tone::Result, marker::FIRING, 7, transaction)
        }
        OfTransaction::Aborted { transaction, .. } => {
            (Tone::Neutral, marker::OTHER, 5, transaction)
        }
        OfTransaction::TimedOut { transaction, .. } => (Tone::Loss, marker::LOSS, 10, transaction),
    };
    Said {
        text: text(what),
        tone,
        marker,
        weight,
        thing: format!("transaction:{transaction}"),
    }
}

fn text(what: &OfTransaction) -> String {
    match what {
        OfTransaction::PreCommitted {
            id,
            task,
            transaction,
            rows,
        } => format!(
            "{} pre-commits transaction {transaction} with {} for checkpoint {id}: flushed, not visible.",
            task.text(),
            some(*rows, "row")
        ),
        OfTransaction::Committed {
            transaction,
            rows,
            recovered,
        } => format!(
            "Transaction {transaction} is committed{}: {} visible.",
            if *recovered {
                " by the restarted job, as the checkpoint has it"
            } else {
                ""
            },
            some(*rows, "row")
        ),
        OfTransaction::Aborted { transaction, rows } => format!(
            "Transaction {transaction} is aborted, as no complete checkpoint has it: {} that read_committed never shows.",
            some(*rows, "row")
        ),
        OfTransaction::TimedOut {
            transaction,
            rows,
            open,
        } => format!(
            "Transaction {transaction} cannot be committed: after {} the broker has aborted it. {} lost.",
            time(*open),
            some(*rows, "row")
        ),
    }
}
