//! What happens, and how it is said.

use super::adaptive::{MB, Read};
use super::job::{Job, Part};
use super::way::{Way, piece_name};
use super::{Cure, Shuffle, Work};
use crate::cluster::model::Sentence;
use crate::explain::Tone;
use crate::frame::{MarkKind, marker};
use crate::wording::{counted, verb};

/// What can happen, with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    /// A key's rows were sent.
    Sent {
        /// Which.
        key: String,
        /// How many rows.
        rows: u32,
        /// In which way.
        way: String,
        /// Where to: the tasks, each with how many.
        to: Vec<(String, u32)>,
        /// What a hash said, where one did: its name, itself, partitions.
        hash: Option<(&'static str, i64, usize)>,
        /// What "why?" asks about.
        thing: String,
    },
    /// Many keys' rows were sent.
    SentMany {
        /// How many keys.
        keys: usize,
        /// How many rows.
        rows: u32,
        /// In which way.
        way: String,
        /// The fullest task now.
        fullest: (String, u64),
    },
    /// The small table was sent.
    Table {
        /// In which way.
        way: String,
        /// How many rows it has.
        rows: u64,
        /// How many were written, copies and all.
        written: u64,
        /// How many bytes these are.
        bytes: u64,
    },
    /// A second phase began.
    Phase {
        /// Its name.
        way: String,
        /// What moved.
        moved: u64,
        /// The fullest task.
        fullest: (String, u64),
    },
    /// Adaptive execution looked at the sizes.
    Adapted {
        /// Median, threshold, target, in bytes.
        judged: (u64, u64, u64),
        /// The largest partition, and its bytes.
        largest: (u32, u64),
        /// Into how many pieces partitions were cut; 0 if none was.
        pieces: usize,
        /// How many tasks there are now, and were.
        tasks: (usize, usize),
        /// Why a skewed partition stays whole, where one does.
        kept: Option<&'static str>,
    },
    /// Tasks finished.
    Finished {
        /// In which way.
        way: String,
        /// How many, and the last of them.
        tasks: (usize, String),
        /// How many are done, and how many there are.
        done: (usize, usize),
        /// When, in ms.
        at: u64,
        /// Whether the stage is over.
        over: bool,
    },
    /// Results were compared.
    Compared {
        /// Rows before and after.
        rows: (usize, usize),
        /// Whether they are the same.
        same: bool,
        /// Whether there is something to compare with.
        cured: bool,
        /// What is wrong with an unfinished cure.
        missing: Option<&'static str>,
    },
}

fn fullest(way: &Way) -> (String, u64) {
    let tasks = way.tasks.iter().map(|task| (task.load(), task));
    tasks.rev().max_by_key(|(load, _)| *load).map_or_else(
        || (String::new(), 0),
        |(load, task)| (task.label.clone(), load),
    )
}

/// What a part of the job tells.
pub(super) fn facts(model: &Shuffle, job: &Job, part: &Part) -> Vec<Happened> {
    match part {
        Part::Keys(keys) => sent(model, job, keys),
        Part::Table => (job.ways.all.iter())
            .filter(|way| way.by_key && way.table_rows > 0)
            .map(|way| Happened::Table {
                way: way.title.clone(),
                rows: model.table.len() as u64,
                written: way.table_rows,
                bytes: way.table_rows * u64::from(model.table_row_bytes),
            })
            .collect(),
        Part::After => after(model, job),
        Part::Finish { after, until } => finished(job, *after, *until),
        Part::Compare => vec![Happened::Compared {
            rows: (job.before.len(), job.after.len()),
            same: job.same(),
            cured: model.cure != Cure::None,
            missing: missing(model, job),
        }],
    }
}

fn missing(model: &Shuffle, job: &Job) -> Option<&'static str> {
    match (job.same(), model.cure, model.work) {
        (false, Cure::Salt, Work::Sum) => Some(
            "These are groups of salted keys: a second aggregation by the key itself is missing.",
        ),
        (false, Cure::Salt, Work::Join) => {
            Some("A row of the small table that matches nothing is told once for every copy.")
        }
        (false, _, _) => Some("Rows of one key were worked on apart."),
        (true, _, _) => None,
    }
}

fn sent(model: &Shuffle, job: &Job, keys: &[u32]) -> Vec<Happened> {
    let ways = job.ways.all.iter().filter(|way| way.by_key);
    let counts = job.rows.counts();
    let rows = keys.iter().map(|key| counts[*key as usize]).sum();
    ways.map(|way| {
        let [key] = keys else {
            return Happened::SentMany {
                keys: keys.len(),
                rows,
                way: way.title.clone(),
                fullest: fullest(way),
            };
        };
        let to: Vec<(String, u32)> = (way.tasks.iter())
            .filter_map(|task| {
                let of = task.pieces.iter().filter(|((k, _), _)| k == key);
                let sum: u32 = of.map(|(_, n)| n).sum();
                (sum > 0).then(|| (task.label.clone(), sum))
            })
            .collect();
        let hash = way
            .places
            .get(&(*key, None))
            .map(|place| (model.partitioner.number(), place.hash, way.tasks.len()));
        Happened::Sent {
            key: piece_name(&job.rows, (*key, None)),
            rows,
            way: way.title.clone(),
            thing: format!("{}:{}", way.id, to.first().map_or("0", |(label, _)| label)),
            to,
            hash,
        }
    })
    .collect()
}

fn after(model: &Shuffle, job: &Job) -> Vec<Happened> {
    if let Some(decision) = &job.ways.decision {
        let judged = decision.judged;
        let pieces = |read: &&Read| matches!(read, Read::Partial { .. });
        let largest = decision
            .skewed
            .iter()
            .copied()
            .max_by_key(|(_, bytes)| *bytes);
        let kept = (!decision.skewed.is_empty() && !decision.split).then_some(
            match (model.work, model.join.splits_left()) {
                (Work::Sum, _) => {
                    "below an aggregation nothing is split: a key's rows must stay together"
                }
                (Work::Join, false) => {
                    "with this kind of join the large side cannot be split: every piece would tell the other side's unmatched rows"
                }
                (Work::Join, true) => {
                    "it can be cut only where one map task's output ends, and that gives no two pieces"
                }
            },
        );
        return vec![Happened::Adapted {
            judged: (judged.median, judged.threshold, judged.target),
            largest: largest.unwrap_or((0, 0)),
            pieces: decision.left.iter().filter(pieces).count(),
            tasks: (decision.left.len(), job.ways.all[0].tasks.len()),
            kept,
        }];
    }
    let later = job.ways.all.iter().filter(|way| !way.by_key);
    later
        .map(|way| Happened::Phase {
            way: way.title.clone(),
            moved: way.moved,
            fullest: fullest(way),
        })
        .collect()
}

fn finished(job: &Job, after: u64, until: u64) -> Vec<Happened> {
    let ways = job.ways.all.iter().zip(&job.ran);
    ways.filter_map(|(way, ran)| {
        let ended = ran
            .iter()
            .filter(|ran| (after..=until).contains(&ran.until));
        let last = ended.clone().max_by_key(|ran| ran.until)?;
        let done = ran.iter().filter(|ran| ran.until <= until).count();
        Some(Happened::Finished {
            way: way.title.clone(),
            tasks: (ended.count(), way.tasks[last.task].label.clone()),
            done: (done, ran.len()),
            at: last.until,
            over: done == ran.len(),
        })
    })
    .collect()
}

/// The parts of a list, as it is read.
fn list(to: &[(String, u32)]) -> String {
    let most = 8;
    let mut words: Vec<String> = (to.iter().take(most))
        .map(|(label, rows)| format!("{label} ({rows})"))
        .collect();
    if to.len() > most {
        words.push(format!("{} more", to.len() - most));
    }
    words.join(", ")
}

/// Bytes as they are read.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MiB", bytes as f64 / MB as f64),
    }
}

/// Milliseconds as they are read.
pub(super) fn ms(ms: u64) -> String {
    crate::time::format_span(crate::time::Span(ms as i64))
}

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "key sent", "keys sent"),
    MarkKind::new(marker::FIRING, "finish", "finishes"),
    MarkKind::new(marker::LOSS, "difference", "differences"),
    MarkKind::new(marker::MERGE, "second phase", "second phases"),
];

/// A fact in words.
pub(super) fn sentence(fact: &Happened) -> Sentence {
    let (text, tone, bits, weight, thing) = match fact {
        Happened::Sent { thing, .. } => (
            sent_text(fact),
            Tone::Progress,
            marker::ARRIVAL,
            2,
            Some(thing.clone()),
        ),
        Happened::SentMany {
            keys,
            rows,
            way,
            fullest,
        } => (
            format!(
                "{way}: {} of {} {} sent. Once all rows are there, task {} has the most: {}.",
                counted(*rows, "row"),
                counted(*keys, "less frequent key"),
                verb(*rows, "is", "are"),
                fullest.0,
                fullest.1
            ),
            Tone::Progress,
            marker::ARRIVAL,
            1,
            None,
        ),
        Happened::Table {
            way,
            rows,
            written,
            bytes: size,
        } => (
            format!(
                "{way}: {} {} sent of the small table's {}, {}.",
                counted(*written, "copy"),
                verb(*written, "is", "are"),
                counted(*rows, "row"),
                bytes(*size)
            ),
            Tone::Neutral,
            marker::OTHER,
            1,
            None,
        ),
        Happened::Phase {
            way,
            moved,
            fullest,
        } => (
            format!(
                "{way}: {moved} move. Task {} gets the most: {}.",
                fullest.0, fullest.1
            ),
            Tone::Progress,
            marker::MERGE,
            2,
            None,
        ),
        Happened::Adapted { .. } => (
            adapted_text(fact),
            Tone::Progress,
            marker::MERGE,
            3,
            Some("adaptive".into()),
        ),
        Happened::Finished { over, .. } => (
            finished_text(fact),
            if *over { Tone::Result } else { Tone::Neutral },
            if *over { marker::FIRING } else { marker::OTHER },
            if *over { 3 } else { 1 },
            None,
        ),
        Happened::Compared { same, .. } => (
            compared_text(fact),
            if *same { Tone::Result } else { Tone::Loss },
            if *same { marker::FIRING } else { marker::LOSS },
            3,
            Some("result".into()),
        ),
    };
    Sentence {
        text,
        tone,
        marker: bits,
        weight,
        thing,
    }
}

fn sent_text(fact: &Happened) -> String {
    let Happened::Sent {
        key,
        rows,
        way,
        to,
        hash,
        ..
    } = fact
    else {
        return String::new();
    };
    let what = format!(
        "the {} of {key} {}",
        counted(*rows, "row"),
        verb(*rows, "goes", "go")
    );
    match (hash, to.as_slice()) {
        (Some((name, hash, partitions)), [(task, _)]) => {
            format!("{way}: {what} to task {task} of {partitions}, {name} {hash}.")
        }
        (_, [(task, _)]) => format!("{way}: {what} to task {task}."),
        (_, to) => format!("{way}: {what} to {} tasks: {}.", to.len(), list(to)),
    }
}

fn adapted_text(fact: &Happened) -> String {
    let Happened::Adapted {
        judged,
        largest,
        pieces,
        tasks,
        kept,
    } = fact
    else {
        return String::new();
    };
    let (median, threshold, target) = *judged;
    let tasks = format!("{} in place of {}.", counted(tasks.0, "task"), tasks.1);
    let limit = format!(
        "median {}, so skewed is what exceeds {}",
        bytes(median),
        bytes(threshold)
    );
    match (largest.1, kept) {
        (0, _) => format!("Adaptive execution: {limit}. Nothing does. {tasks}"),
        (size, Some(kept)) => format!(
            "Adaptive execution: {limit}. Partition {} has {} and stays whole: {kept}. {tasks}",
            largest.0,
            bytes(size)
        ),
        (size, None) => format!(
            "Adaptive execution: {limit}. Partition {} has {} and is cut into pieces of about {}: {pieces} pieces in all, {tasks}",
            largest.0,
            bytes(size),
            bytes(target)
        ),
    }
}

fn finished_text(fact: &Happened) -> String {
    let Happened::Finished {
        way,
        tasks,
        done,
        at,
        over,
    } = fact
    else {
        return String::new();
    };
    let (count, label) = tasks;
    if *over {
        return format!(
            "{way}: task {label} is the last to finish. The stage took {}.",
            ms(*at)
        );
    }
    let plural = if *count == 1 {
        "task finishes"
    } else {
        "tasks finish"
    };
    format!(
        "{way}: {count} {plural} by {}, {} of {} are done.",
        ms(*at),
        done.0,
        done.1
    )
}

fn compared_text(fact: &Happened) -> String {
    let Happened::Compared {
        rows,
        same,
        cured,
        missing,
    } = fact
    else {
        return String::new();
    };
    match (cured, same) {
        (false, _) => format!("The result has {}.", counted(rows.0, "row")),
        (true, true) => format!("Both results are the same {}.", counted(rows.0, "row")),
        (true, false) => format!(
            "The results differ: {} by key, {} with the cure. {}",
            counted(rows.0, "row"),
            rows.1,
            missing.unwrap_or_default()
        ),
    }
}
