//! What happened to the job as a whole, in words.

use super::{Said, some, time};
use crate::cluster::flow::fact::OfJob;
use crate::cluster::flow::task::Name;
use crate::explain::Tone;
use crate::frame::marker;

/// A fact of the job in words.
pub(super) fn said(what: &OfJob) -> Said {
    let (tone, marker, weight) = match what {
        OfJob::Crashed { .. } | OfJob::CrashedAgain { .. } => (Tone::Loss, marker::CRASH, 10),
        OfJob::Restored { .. } | OfJob::Stopped { .. } => (Tone::Progress, marker::MERGE, 9),
        OfJob::Moved { .. } => (Tone::Progress, marker::MERGE, 8),
        OfJob::Positioned { .. } => (Tone::Neutral, marker::OTHER, 4),
        OfJob::BatchBegan { .. } | OfJob::BatchDone { .. } => (Tone::Progress, marker::BATCH, 6),
    };
    Said {
        text: text(what),
        tone,
        marker,
        weight,
        thing: "job".into(),
    }
}

fn text(what: &OfJob) -> String {
    match what {
        OfJob::Crashed {
            events,
            checkpoint,
            last,
            back,
        } => format!(
            "The job dies with {} in its memory{}. It will be back in {}, from {}.",
            some(*events, "event"),
            checkpoint.map_or_else(String::new, |id| format!(", and checkpoint {id} with it")),
            time(*back),
            last.map_or_else(|| "nothing".into(), |id| format!("checkpoint {id}")),
        ),
        OfJob::CrashedAgain { last, back } => format!(
            "It dies again before it is back. Nothing was in its memory yet: the restart begins anew, from {}, and takes {}.",
            last.map_or_else(|| "nothing".into(), |id| format!("checkpoint {id}")),
            time(*back),
        ),
        OfJob::Restored {
            checkpoint,
            keys,
            outside,
            in_flight,
            parallelism,
        } => format!(
            "The job is back with {}. {}: {}, {} in flight.",
            some(*parallelism, "counting task"),
            match (outside, checkpoint) {
                (true, _) => "Its counts are in the store outside, as they were left".into(),
                (false, Some(id)) => format!("Its state is that of checkpoint {id}"),
                (false, None) => "No checkpoint is found".into(),
            },
            some(*keys, "key"),
            some(*in_flight, "event")
        ),
        OfJob::Positioned {
            task,
            to,
            read,
            end,
        } => positioned(*task, *to, *read, *end),
        OfJob::Stopped { id, back } => format!(
            "The job stops with savepoint {id}. It will be back in {}.",
            time(*back)
        ),
        OfJob::Moved {
            groups,
            of,
            keys,
            of_keys,
            from,
            to,
        } => format!(
            "From {from} to {to} tasks, {groups} of {of} key groups have another task, and with them {keys} of {of_keys} keys. No \
             key has another key group."
        ),
        OfJob::BatchBegan {
            number,
            events,
            waiting,
            cap,
        } => format!(
            "Micro-batch {number} begins: {events} of {waiting} waiting events, at most {cap}."
        ),
        OfJob::BatchDone { number, took } => format!(
            "Micro-batch {number} is written, {} after it began.",
            time(*took)
        ),
    }
}

fn positioned(task: Name, to: u32, read: u32, end: u32) -> String {
    let from = format!("{} goes on at offset {to}", task.text());
    if to < read {
        return format!(
            "{from}: {} read before come again.",
            some(read - to, "event")
        );
    }
    if to > read {
        return format!(
            "{from}, the end of the log: {} never read.",
            some(to - read, "event")
        );
    }
    format!("{from}: {} to read.", some(end - to, "event"))
}
