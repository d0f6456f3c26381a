//! Why a task has what it has, why a partition was or was not split, why results are the same.

use super::input::Rows;
use super::way::{Salted, Way, piece_name};
use super::words::{bytes, ms};
use super::{Cure, Progress, Shuffle};
use crate::explain::{Explanation, Line};
use crate::wording::list_some;

/// At most so many numbers are listed.
const LINES: usize = 12;

fn line(label: impl Into<String>, value: impl Into<String>) -> Line {
    Line {
        label: label.into(),
        value: value.into(),
    }
}

/// The answer for a task (`plain:4`), a row of a table, or what a sentence is about.
pub(super) fn why(model: &Shuffle, state: &Progress, thing: &str) -> Option<Explanation> {
    match thing.split_once(':') {
        None if thing == "adaptive" => adaptive(model, state),
        None if thing == "result" => Some(result(state)),
        Some(("result", _)) => Some(result(state)),
        Some(("cost", id)) => cost(model, state, id),
        Some((id, label)) => task(model, state, id, label),
        None => None,
    }
}

/// The thing that explains a figure: the fullest task.
pub(super) fn about(state: &Progress, figure: &str) -> Option<String> {
    let fullest = |id: &str, way: &Way| {
        let loads = super::figures::seen(state, way).0;
        let task = (0..loads.len()).max_by_key(|task| (loads[*task], std::cmp::Reverse(*task)))?;
        Some(format!("{id}:{}", way.tasks[task].label))
    };
    match figure.split_once('.')? {
        ("hot", "spread") => fullest(state.job.last().id, state.job.last()),
        (id, "max") => fullest(id, way(state, id)?.1),
        _ => None,
    }
}

fn way<'a>(state: &'a Progress, id: &str) -> Option<(usize, &'a Way)> {
    let ways = state.job.ways.all.iter().enumerate();
    ways.into_iter()
        .find(|(_, way)| way.id == id && state.shows(way))
}

fn task(model: &Shuffle, state: &Progress, id: &str, label: &str) -> Option<Explanation> {
    let (number, way) = way(state, id)?;
    let index = way.tasks.iter().position(|task| task.label == label)?;
    let task = &way.tasks[index];
    let seen = task
        .pieces
        .iter()
        .filter(|((key, _), _)| !way.by_key || state.sent(*key));
    let total: u64 = seen.clone().map(|(_, n)| u64::from(*n)).sum();
    let mut numbers: Vec<Line> = seen
        .clone()
        .take(LINES)
        .map(|(piece, count)| {
            let place = way.places.get(piece).map_or_else(String::new, |place| {
                format!(", {} {}", model.partitioner.number(), place.hash)
            });
            line(
                piece_name(&state.job.rows, *piece),
                format!("{count}{place}"),
            )
        })
        .collect();
    if let Some(ran) = state.job.ran[number]
        .get(index)
        .filter(|_| state.now().is_some())
    {
        let text = format!("{} to {}", ms(ran.from), ms(ran.until));
        numbers.push(line(format!("ran on worker {}", ran.worker), text));
    }
    numbers.push(line(
        "rows of the small table",
        task.table.len().to_string(),
    ));
    Some(Explanation {
        title: format!("{}: task {label}", way.title),
        verdict: format!(
            "Task {label} gets {total}{}; that is {}.",
            made_of(&state.job.rows, seen),
            bytes(task.bytes)
        ),
        rule: rule(model, way).into(),
        numbers,
        ..Explanation::default()
    })
}

/// `: 90 of US and 6 of UK`.
fn made_of<'a>(rows: &Rows, pieces: impl Iterator<Item = (&'a Salted, &'a u32)>) -> String {
    let mut pieces: Vec<_> = pieces.collect();
    pieces.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let named: Vec<String> = pieces
        .iter()
        .map(|(piece, count)| format!("{count} of {}", piece_name(rows, **piece)))
        .collect();
    if named.is_empty() {
        return String::new();
    }
    format!(": {}", list_some(&named, 4))
}

fn rule(model: &Shuffle, way: &Way) -> &'static str {
    match (way.id, model.cure) {
        ("before", Cure::RoundRobin) => {
            "Rows are dealt out in turn, whatever their key (Spark repartition(n), Flink rebalance())."
        }
        ("cured", Cure::Broadcast) => {
            "No row of the large side moves: each task of the stage before has the whole small table (Spark 4.3, BroadcastHashJoinExec)."
        }
        ("cured", Cure::Range) => {
            "A key goes to the first range whose greatest key is not below it (Spark 4.3, RangePartitioner)."
        }
        ("cured", Cure::ByHand) => {
            "Keys that were placed by hand go there, all others by their hash: a partitioner of your own."
        }
        ("cured", Cure::Adaptive) => {
            "Whole partitions, neighbours put together, or what some map tasks wrote for a skewed one (Spark 4.3, OptimizeSkewedJoin and CoalesceShufflePartitions)."
        }
        (_, _) => model.partitioner.rule(),
    }
}

fn adaptive(model: &Shuffle, state: &Progress) -> Option<Explanation> {
    let decision = state.job.ways.decision.as_ref().filter(|_| state.after())?;
    let judged = decision.judged;
    let set = u64::from(model.adaptive.threshold_mb) * super::adaptive::MB;
    let mut numbers = vec![
        line("median partition", bytes(judged.median)),
        line(
            format!("{} × median", model.adaptive.factor),
            bytes(judged.median.saturating_mul(model.adaptive.factor.into())),
        ),
        line("threshold that is set", bytes(set)),
        line("pieces are meant to have", bytes(judged.target)),
    ];
    for (partition, size) in decision.skewed.iter().take(LINES) {
        numbers.push(line(format!("partition {partition}"), bytes(*size)));
    }
    Some(Explanation {
        title: "Adaptive execution".into(),
        verdict: if decision.split {
            "A partition exceeds both limits, and it could be cut.".into()
        } else if decision.skewed.is_empty() {
            "No partition exceeds both limits.".into()
        } else {
            "A partition exceeds both limits, and it could not be cut.".into()
        },
        rule: "Skewed: size > skewedPartitionFactor × median and size > skewedPartitionThresholdInBytes. It is cut where map tasks' outputs end, into pieces of about max(advisory size, mean of the others), and only on a side whose join kind allows it (Spark 4.3, OptimizeSkewedJoin). Sizes are those that map tasks report: powers of 1.1 (MapStatus).".into(),
        numbers,
        ..Explanation::default()
    })
}

fn result(state: &Progress) -> Explanation {
    let job = &state.job;
    Explanation {
        title: "The result".into(),
        verdict: if job.same() {
            "Both ways give the same rows.".into()
        } else {
            "The two ways give different rows.".into()
        },
        rule: "Rows meet only in a task. A cure is right if every row still meets, exactly once, what it met before.".into(),
        numbers: vec![
            line("rows by key alone", job.before.len().to_string()),
            line("rows with the cure", job.after.len().to_string()),
        ],
        ..Explanation::default()
    }
}

fn cost(model: &Shuffle, state: &Progress, id: &str) -> Option<Explanation> {
    let (_, way) = way(state, id)?;
    Some(Explanation {
        title: format!("{}: what it costs", way.title),
        verdict: format!("{} move, {}.", way.moved, bytes(way.moved_bytes)),
        rule: "Rows × bytes of a row, and the small table once for each copy that is written."
            .into(),
        numbers: vec![
            line("bytes of a row", model.row_bytes.to_string()),
            line(
                "rows of the small table written",
                way.table_rows.to_string(),
            ),
            line("bytes of such a row", model.table_row_bytes.to_string()),
        ],
        ..Explanation::default()
    })
}
