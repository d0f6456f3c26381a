//! The ledger: every event against the sink. What has become of it, as a reader of the sink has to see it.
//!
//! It knows more than any engine does: which events a count is made of, and what is still on its way.

use super::machine::{Job, Machine};
use super::spec::Flow;
use super::task::Stage;

/// What has become of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It has not been produced.
    Future,
    /// It is in the log, in the job or in a transaction, and the reader does not see it yet.
    Waiting,
    /// The reader sees it once.
    Correct,
    /// The reader sees it once, and it was there later than wanted.
    Late,
    /// The reader sees it more than once.
    Duplicated,
    /// It will never be seen.
    Lost,
}

impl Fate {
    /// In a word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Fate::Future => "not produced yet",
            Fate::Waiting => "not visible yet",
            Fate::Correct => "correct",
            Fate::Late => "late",
            Fate::Duplicated => "duplicated",
            Fate::Lost => "lost",
        }
    }
}

/// An event in the ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    /// What has become of it.
    pub(super) fate: Fate,
    /// How many rows of it the reader sees.
    pub(super) seen: u32,
    /// How many times it is in the state's counts.
    pub(super) counted: u32,
    /// How long after it was produced the reader could see it, in ms.
    pub(super) after: Option<i64>,
}

/// How many events have each fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) produced: u32,
    pub(super) waiting: u32,
    pub(super) correct: u32,
    pub(super) late: u32,
    pub(super) duplicated: u32,
    pub(super) lost: u32,
    /// Rows beyond the first, of all events.
    pub(super) extra: u32,
}

/// Adds up lines.
pub(super) fn sums(lines: &[Line]) -> Sums {
    let mut sums = Sums::default();
    for line in lines {
        let place = match line.fate {
            Fate::Future => continue,
            Fate::Waiting => &mut sums.waiting,
            Fate::Correct => &mut sums.correct,
            Fate::Late => &mut sums.late,
            Fate::Duplicated => &mut sums.duplicated,
            Fate::Lost => &mut sums.lost,
        };
        *place += 1;
        sums.produced += 1;
        sums.extra += line.seen.saturating_sub(1);
    }
    sums
}

/// Every event, in the order of production.
pub(super) fn lines(flow: &Flow, m: &Machine) -> Vec<Line> {
    let events = m.feed.records.len();
    let mut seen = vec![0_u32; events];
    let mut under_way = vec![false; events];
    for row in &m.store.rows {
        if m.store.sees(&flow.sink, row) {
            seen[row.record as usize] += 1;
        }
        if m.store.awaits(row) {
            under_way[row.record as usize] = true;
        }
    }
    for task in &m.tasks {
        for item in task.holds() {
            under_way[item.record as usize] = true;
        }
    }
    let counted = counted(m, events);
    let positions: Vec<u32> = m.stage(Stage::Source).map(|s| s.position).collect();
    m.feed
        .records
        .iter()
        .enumerate()
        .map(|(i, record)| {
            let partition = record.partition as usize;
            let produced = record.offset < m.log.ends[partition];
            // While the job is down nobody knows what it will come back to.
            let passed = m.job == Job::Running && record.offset < positions[partition];
            let after = m.store.visible[i].map(|at| at - record.at);
            let late = flow
                .freshness
                .zip(after)
                .is_some_and(|(most, after)| after > most.ms());
            let fate = match seen[i] {
                _ if !produced => Fate::Future,
                0 if passed && !under_way[i] => Fate::Lost,
                0 => Fate::Waiting,
                1 if late => Fate::Late,
                1 => Fate::Correct,
                _ => Fate::Duplicated,
            };
            Line {
                fate,
                seen: seen[i],
                counted: counted[i],
                after,
            }
        })
        .collect()
}

/// How many times each event is in the counts.
fn counted(m: &Machine, events: usize) -> Vec<u32> {
    let mut counted = vec![0; events];
    let inside = m
        .stage(Stage::Operator)
        .flat_map(|task| task.cells.values());
    let outside = m.outside.values().filter(|_| m.job != Job::Running);
    for cell in inside.chain(outside) {
        for event in &cell.events {
            counted[*event as usize] += 1;
        }
    }
    counted
}

/// The least, the mean, the 99th percentile (nearest rank) and the greatest of some lengths of time, in ms.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spread {
    pub(super) min: i64,
    pub(super) mean: i64,
    pub(super) p99: i64,
    pub(super) max: i64,
}

/// How some lengths of time are spread; none if there are none.
pub(super) fn spread(mut all: Vec<i64>) -> Option<Spread> {
    all.sort_unstable();
    let rank = (all.len() * 99).div_ceil(100).max(1);
    Some(Spread {
        min: *all.first()?,
        mean: all.iter().sum::<i64>() / all.len() as i64,
        p99: *all.get(rank - 1)?,
        max: *all.last()?,
    })
}

/// From production to the first write, of the events written so far.
pub(super) fn latencies(m: &Machine) -> Vec<i64> {
    since_production(m, &m.store.written)
}

/// From production to when the reader could first see it, of the events visible so far.
pub(super) fn freshness(m: &Machine) -> Vec<i64> {
    since_production(m, &m.store.visible)
}

fn since_production(m: &Machine, moments: &[Option<i64>]) -> Vec<i64> {
    let records = m.feed.records.iter().zip(moments);
    records
        .filter_map(|(record, at)| at.map(|at| at - record.at))
        .collect()
}
