//! Counts of one run what the frontier shows, and keeps no more of it than that needs.

use super::Counted;
use crate::dialect::Watcher;
use crate::fact::{Fact, FactId, LateFate, Recorder};
use crate::model::{Action, KeyId, Step, Window};
use crate::state::Cells;
use crate::window::TimeDomain;

/// No node of a list.
const NONE: u32 = u32::MAX;

/// Counts results, lost events, and how long after their ends windows spoke last. `SEVERAL` says that an event may be in several
/// windows: it is lost only if none of them tells of it, so each is followed by itself.
///
/// State: a cell for each open window. Lifetime: one run.
#[derive(Clone, Debug)]
pub struct Counter<const SEVERAL: bool> {
    cells: Cells<Cell>,
    clock: Clock,
    ending: bool,
    results: u64,
    lost: u32,
    latencies: (f64, u64),

    // Only where an event may be in several windows.
    fates: Vec<Fate>,
    nodes: Vec<(u32, u32)>,
}

/// What an open window still owes.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// How many of its events are in no result yet.
    waiting: u32,
    /// Which they are: the first and the last node of a list.
    list: (u32, u32),
    /// When it had its last result, unless it had none before the input ended.
    last: Option<i64>,
}

impl Cell {
    const NEW: Cell = Cell {
        waiting: 0,
        list: (NONE, NONE),
        last: None,
    };
}

/// What became of an event so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Unseen,
    Added,
    Counted,
    Lost,
    Held,
}

/// The clock that latency is read from: the processing clock as the trace has it, or the highest event time seen.
#[derive(Clone, Copy, Debug)]
struct Clock {
    timed: bool,
    /// What it shows.
    now: i64,
    /// When the present step happens, and the one before.
    step: i64,
    before: i64,
}

impl Clock {
    fn begin(&mut self, step: &Step) {
        if self.timed {
            self.before = self.step;
            self.step = step.clock.map_or(self.step, |at| at.ms().max(self.step));
            self.now = self.step;
        } else if let Action::Event(event) = step.action {
            self.now = self.now.max(event.ts.ms());
        }
    }
}

impl<const SEVERAL: bool> Counter<SEVERAL> {
    /// For so many events, of which the steps say when they are processed, or not.
    pub fn new(events: u32, timed: bool) -> Counter<SEVERAL> {
        Counter {
            cells: Cells::default(),
            clock: Clock {
                timed,
                now: if timed { 0 } else { i64::MIN },
                step: 0,
                before: i64::MIN,
            },
            ending: false,
            results: 0,
            lost: 0,
            latencies: (0.0, 0),
            fates: vec![Fate::Unseen; if SEVERAL { events as usize } else { 0 }],
            nodes: Vec::new(),
        }
    }

    /// What was counted; the engine's state had so many entries at most.
    pub fn finish(mut self, entries: u64) -> Counted {
        let open = std::mem::take(&mut self.cells);
        for (_, window, cell) in open.iter() {
            self.note_latency(window, cell);
            let mut node = cell.list.0;
            while let Some((event, next)) = self.nodes.get(node as usize).copied() {
                let fate = &mut self.fates[event as usize];
                if *fate == Fate::Added {
                    *fate = Fate::Held;
                }
                node = next;
            }
        }
        let left = |fate: &&Fate| matches!(fate, Fate::Added | Fate::Lost);
        let (sum, count) = self.latencies;
        Counted {
            lost: self.lost + self.fates.iter().filter(left).count() as u32,
            latency: (count > 0).then(|| sum / count as f64),
            entries,
            results: self.results,
        }
    }

    fn note_latency(&mut self, window: Window, cell: &Cell) {
        if let Some(at) = cell.last {
            self.latencies.0 += at.saturating_sub(window.end.ms()) as f64;
            self.latencies.1 += 1;
        }
    }

    #[inline]
    fn added(&mut self, event: u32, key: KeyId, window: Window) {
        let cell = match self.cells.get_mut(key, window) {
            Some(cell) => cell,
            None => self.cells.insert(key, window, Cell::NEW),
        };
        if !SEVERAL {
            cell.waiting += 1;
            return;
        }
        append(cell, event, &mut self.nodes);
        let fate = &mut self.fates[event as usize];
        if matches!(fate, Fate::Unseen | Fate::Lost) {
            *fate = Fate::Added;
        }
    }

    #[inline]
    fn emitted(&mut self, key: KeyId, window: Window) {
        self.results += 1;
        let Some(cell) = self.cells.get_mut(key, window) else {
            return;
        };
        cell.last = (!self.ending).then_some(self.clock.now);
        cell.waiting = 0;
        let (mut node, _) = std::mem::replace(&mut cell.list, (NONE, NONE));
        while let Some((event, next)) = self.nodes.get(node as usize).copied() {
            self.fates[event as usize] = Fate::Counted;
            node = next;
        }
    }

    fn lost(&mut self, event: u32) {
        if !SEVERAL {
            self.lost += 1;
        } else if self.fates[event as usize] == Fate::Unseen {
            self.fates[event as usize] = Fate::Lost;
        }
    }

    /// One window's events go on in another; what it said itself is nothing to that one.
    fn merged(&mut self, key: KeyId, from: Window, into: Window) {
        let Some(old) = self.cells.remove(key, from) else {
            return;
        };
        self.copy(key, &old, into);
    }

    fn copy(&mut self, key: KeyId, from: &Cell, into: Window) {
        let cell = match self.cells.get_mut(key, into) {
            Some(cell) => cell,
            None => self.cells.insert(key, into, Cell::NEW),
        };
        cell.waiting += from.waiting;
        let mut node = from.list.0;
        while let Some((event, next)) = self.nodes.get(node as usize).copied() {
            append(cell, event, &mut self.nodes);
            node = next;
        }
    }

    fn evicted(&mut self, key: KeyId, window: Window) {
        let Some(cell) = self.cells.remove(key, window) else {
            return;
        };
        self.note_latency(window, &cell);
        self.lost += cell.waiting;
    }
}

/// Puts an event behind those of a cell's list.
fn append(cell: &mut Cell, event: u32, nodes: &mut Vec<(u32, u32)>) {
    let node = nodes.len() as u32;
    nodes.push((event, NONE));
    match nodes.get_mut(cell.list.1 as usize) {
        Some((_, next)) => *next = node,
        None => cell.list.0 = node,
    }
    cell.list.1 = node;
}

impl<const SEVERAL: bool> Watcher for Counter<SEVERAL> {
    #[inline]
    fn before(&mut self, step: &Step) {
        self.clock.begin(step);
        self.ending = matches!(step.action, Action::End { .. });
    }
}

impl<const SEVERAL: bool> Recorder for Counter<SEVERAL> {
    const ON: bool = true;

    // Inlined so that the facts nobody asks for are not even put together.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "see above; measured")]
    fn push(&mut self, _: FactId, fact: Fact) -> FactId {
        match fact {
            Fact::Added {
                event, key, window, ..
            } => self.added(event, key, window),
            Fact::Emitted {
                key,
                window,
                value: Some(_),
                ..
            } => self.emitted(key, window),
            Fact::Merged { key, from, into } if from != into => self.merged(key, from, into),
            Fact::Copied { key, from, into } => {
                if let Some(old) = self.cells.get(key, from).copied() {
                    self.copy(key, &old, into);
                }
            }
            Fact::Evicted { key, window, .. } => self.evicted(key, window),
            Fact::Late { event, fate, .. } if fate != LateFate::Partly => self.lost(event),
            Fact::NoWindow { event } | Fact::Swallowed { event, .. } => self.lost(event),
            Fact::ClockMoved { to } if self.clock.timed => self.clock.now = to.ms(),
            Fact::Arrived { .. } if self.clock.timed => self.clock.now = self.clock.step,
            Fact::TimerDue {
                clock: TimeDomain::Processing,
                at,
                ..
            } if self.clock.timed => self.clock.now = at.max(self.clock.before),
            _ => {}
        }
        FactId::NONE
    }
}
