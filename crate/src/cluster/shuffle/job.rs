//! A model worked out from end to end, and cut into steps to watch: keys sent, the small table, what adaptive execution decides,
//! tasks that finish, the comparison.

use super::Shuffle;
use super::input::Rows;
use super::result::{Out, output};
use super::spread::Spreader;
use super::stage::{self, Ran};
use super::way::{Way, Ways};

/// Keys are sent one a step as long as there are at most this many; of more, the most frequent ones are.
const KEYS_ALONE: usize = 12;

/// At most this many steps for tasks that finish.
const FINISHES: usize = 10;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The rows of these keys are sent.
    Keys(Vec<u32>),
    /// The small table is sent.
    Table,
    /// What comes after the shuffle is put together: a second phase, what adaptive execution decides.
    After,
    /// All tasks that end after one instant up to another finish.
    Finish {
        /// In ms.
        after: u64,
        /// In ms.
        until: u64,
    },
    /// Results are compared.
    Compare,
}

/// A model worked out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Job {
    /// The rows.
    pub rows: Rows,
    /// The ways.
    pub ways: Ways,
    /// For each way, when its tasks ran.
    pub ran: Vec<Vec<Ran>>,
    /// The result of the plain way.
    pub before: Vec<Out>,
    /// The result of the last way.
    pub after: Vec<Out>,
    /// The steps.
    pub parts: Vec<Part>,
}

impl Job {
    /// Works a model out.
    pub(super) fn new(model: &Shuffle) -> Job {
        let rows = Rows::new(&model.keys, model.zipf.as_ref(), model.row_bytes);
        let ways = Spreader::new(model, &rows).ways();
        let ran = run(model, &ways.all);
        let (plain, cured) = ways.all.split_at(1);
        let before = output(model, &rows, &plain.iter().collect::<Vec<_>>());
        let after = if cured.is_empty() {
            before.clone()
        } else {
            output(model, &rows, &cured.iter().collect::<Vec<_>>())
        };
        let parts = parts(model, &rows, &ways, &ran);
        Job {
            rows,
            ways,
            ran,
            before,
            after,
            parts,
        }
    }

    /// The way that the results are taken from.
    pub(super) fn last(&self) -> &Way {
        let last = self.ways.all.iter().rev().find(|way| way.last);
        last.unwrap_or(&self.ways.all[0])
    }

    /// When a way's stage is over, in ms from the start of the first.
    pub(super) fn end(&self, way: usize) -> u64 {
        stage::end(&self.ran[way])
    }

    /// Whether both results are the same, as multisets.
    pub(super) fn same(&self) -> bool {
        self.before == self.after
    }
}

/// The plain way's stage, and beside it the stages of the cure, one after the other.
fn run(model: &Shuffle, ways: &[Way]) -> Vec<Vec<Ran>> {
    let mut start = 0;
    ways.iter()
        .enumerate()
        .map(|(i, way)| {
            let ran = stage::run(model, way, if i == 0 { 0 } else { start });
            if i > 0 {
                start = stage::end(&ran);
            }
            ran
        })
        .collect()
}

fn parts(model: &Shuffle, rows: &Rows, ways: &Ways, ran: &[Vec<Ran>]) -> Vec<Part> {
    let mut parts: Vec<Part> = batches(rows).into_iter().map(Part::Keys).collect();
    if !model.table.is_empty() && model.work == super::Work::Join {
        parts.push(Part::Table);
    }
    if ways.all.iter().any(|way| !way.by_key) {
        parts.push(Part::After);
    }
    let mut ends: Vec<u64> = ran.iter().flatten().map(|ran| ran.until).collect();
    ends.sort_unstable();
    ends.dedup();
    // The last instants stay apart: they are the slowest tasks.
    let alone = ends.len().min(FINISHES / 2);
    let (early, late) = ends.split_at(ends.len() - alone);
    let size = early.len().div_ceil(FINISHES - alone).max(1);
    let cuts = early.chunks(size).filter_map(<[u64]>::last).chain(late);
    let mut after = None;
    for until in cuts {
        parts.push(Part::Finish {
            after: after.map_or(0, |at: u64| at + 1),
            until: *until,
        });
        after = Some(*until);
    }
    parts.push(Part::Compare);
    parts
}

/// Which keys are sent in one step: the most frequent ones alone, in the order in which they are listed.
fn batches(rows: &Rows) -> Vec<Vec<u32>> {
    let counts = rows.counts();
    let present: Vec<u32> = (0..rows.names.len() as u32)
        .filter(|key| counts[*key as usize] > 0)
        .collect();
    if present.len() <= KEYS_ALONE {
        return present.into_iter().map(|key| vec![key]).collect();
    }
    let mut by_rows = present.clone();
    by_rows.sort_by_key(|key| (std::cmp::Reverse(counts[*key as usize]), *key));
    by_rows.truncate(KEYS_ALONE / 2);
    let (alone, rest): (Vec<u32>, Vec<u32>) =
        present.into_iter().partition(|key| by_rows.contains(key));
    let size = rest.len().div_ceil(KEYS_ALONE / 4).max(1);
    let alone = alone.into_iter().map(|key| vec![key]);
    alone
        .chain(rest.chunks(size).map(<[u32]>::to_vec))
        .collect()
}
