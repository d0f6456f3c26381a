//! What happened to a checkpoint, in words.

use super::{Said, bytes, offsets, some, time};
use crate::cluster::flow::fact::OfCheckpoint;
use crate::explain::Tone;
use crate::frame::marker;

/// A fact of a checkpoint in words.
pub(super) fn said(what: &OfCheckpoint) -> Said {
    let (tone, weight, id) = match what {
        OfCheckpoint::Triggered { id, .. } => (Tone::Progress, 6, id),
        OfCheckpoint::Aligning { id, .. } => (Tone::Neutral, 3, id),
        OfCheckpoint::Overtook { id, .. } => (Tone::Progress, 5, id),
        OfCheckpoint::Snapshot { id, .. } => (Tone::Progress, 4, id),
        OfCheckpoint::Acked { id, .. } => (Tone::Neutral, 2, id),
        OfCheckpoint::Completed { id, .. } => (Tone::Result, 7, id),
        OfCheckpoint::Expired { id, .. } => (Tone::Loss, 8, id),
    };
    Said {
        text: text(what),
        tone,
        marker: marker::WATERMARK,
        weight,
        thing: format!("checkpoint:{id}"),
    }
}

fn text(what: &OfCheckpoint) -> String {
    match what {
        OfCheckpoint::Triggered {
            id,
            savepoint,
            offsets: at,
        } => format!(
            "{} {id} begins: sources note their offsets ({}) and send a barrier.",
            if *savepoint {
                "Savepoint"
            } else {
                "Checkpoint"
            },
            offsets(at)
        ),
        OfCheckpoint::Aligning {
            id,
            task,
            from,
            missing,
            blocks,
        } => format!(
            "{} has the barrier of checkpoint {id} from {}; {} to come. {}",
            task.text(),
            from.text(),
            some(*missing, "barrier"),
            if *blocks {
                "It reads that input no further."
            } else {
                "It reads on."
            }
        ),
        OfCheckpoint::Overtook { id, task, events } => format!(
            "At {} the barrier of checkpoint {id} overtakes {}, which the checkpoint takes along.",
            task.text(),
            some(*events, "event")
        ),
        OfCheckpoint::Snapshot {
            id,
            task,
            keys,
            bytes: size,
            waited,
            upload,
        } => format!(
            "{} has its part of checkpoint {id}: {}, {}, {}. The upload takes {}.",
            task.text(),
            some(*keys, "key"),
            bytes(*size),
            if *waited == 0 {
                "without waiting".into()
            } else {
                format!("after {} of waiting for barriers", time(*waited))
            },
            time(*upload)
        ),
        OfCheckpoint::Acked {
            id,
            task,
            acks,
            tasks,
        } => format!(
            "{} acknowledges checkpoint {id}: {acks} of {tasks}.",
            task.text()
        ),
        OfCheckpoint::Completed {
            id,
            took,
            bytes: size,
            in_flight,
        } => format!(
            "Checkpoint {id} is complete after {}: {}, {} in flight. From now on a restart begins here.",
            time(*took),
            bytes(*size),
            some(*in_flight, "event")
        ),
        OfCheckpoint::Expired {
            id,
            acks,
            tasks,
            timeout,
        } => format!(
            "Checkpoint {id} is given up after {}: {acks} of {tasks} tasks had acknowledged. The one before stays valid.",
            time(*timeout)
        ),
    }
}
