//! The checkpoint coordinator: begins checkpoints, collects what tasks acknowledge, completes or gives up (Flink 2.3
//! `CheckpointCoordinator`, one checkpoint at a time).

use super::channel::Item;
use super::fact::{OfCheckpoint, OfTransaction};
use super::machine::{Due, Job, Worker};
use super::spec::{Mode, SinkKind};
use super::task::{Cell, Name, Stage};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An event in flight, in an unaligned checkpoint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct InFlight {
    /// Whose memory it was in.
    pub(super) task: Name,
    /// In which of its inputs; none if it was to be sent.
    pub(super) channel: Option<usize>,
    /// The event.
    pub(super) item: Item,
}

/// What is in a checkpoint.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Contents {
    /// For each source task the next offset.
    pub(super) offsets: Vec<u32>,
    /// The state, by key.
    pub(super) cells: BTreeMap<u32, Cell>,
    /// Events in flight (unaligned only).
    pub(super) in_flight: Vec<InFlight>,
    /// The sinks' transactions that are pre-committed and not committed yet.
    pub(super) transactions: Vec<u32>,
    /// How many bytes it has.
    pub(super) bytes: u64,
    /// How many bytes the largest part has: tasks read their parts side by side.
    pub(super) largest: u64,
}

/// A checkpoint that is under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pending {
    /// Its number.
    pub(super) id: u32,
    /// When it began.
    pub(super) began: i64,
    /// What tasks do with its barriers.
    pub(super) mode: Mode,
    /// The job stops with it.
    pub(super) savepoint: bool,
    /// Whether everything was written before it began, so that there is nothing for a further one.
    pub(super) last: bool,
    /// The tasks whose part is durable.
    pub(super) acks: BTreeSet<usize>,
    /// The longest that a task has waited for barriers, in ms.
    pub(super) waited: i64,
    /// What is in it so far.
    pub(super) contents: Contents,
}

/// How a checkpoint ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is complete.
    Completed,
    /// It took too long.
    Expired,
    /// The job died.
    Died,
}

/// A checkpoint that is over.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ended {
    /// Its number.
    pub(super) id: u32,
    /// When it began.
    pub(super) began: i64,
    /// When it ended.
    pub(super) at: i64,
    /// How.
    pub(super) outcome: Outcome,
    /// Whether it was a savepoint.
    pub(super) savepoint: bool,
    /// The longest that a task has waited for barriers, in ms.
    pub(super) waited: i64,
    /// What is in it, or would have been.
    pub(super) contents: Arc<Contents>,
}

/// The coordinator. What it knows of complete checkpoints outlives the job.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Coordinator {
    /// How many checkpoints have begun: the last one's number.
    pub(super) begun: u32,
    /// The one under way.
    pub(super) pending: Option<Pending>,
    /// Those that are over, in order.
    pub(super) ended: Vec<Ended>,
    /// Whether a savepoint is asked for.
    pub(super) savepoint_due: bool,
}

impl Coordinator {
    /// The last complete one.
    pub(super) fn last(&self) -> Option<&Ended> {
        let completed = |ended: &&Ended| ended.outcome == Outcome::Completed;
        self.ended.iter().rev().find(completed)
    }

    /// How many ended so.
    pub(super) fn count(&self, outcome: Outcome) -> usize {
        let so = |ended: &&Ended| ended.outcome == outcome;
        self.ended.iter().filter(so).count()
    }
}

impl Worker<'_, '_> {
    /// The interval is over.
    pub(super) fn trigger_due(&mut self) {
        if self.m.job == Job::Running && self.m.coordinator.pending.is_none() {
            self.trigger(false);
        }
    }

    /// Somebody asks for other parallelism.
    pub(super) fn rescale_due(&mut self) {
        self.m.coordinator.savepoint_due = true;
        self.savepoint_if_due();
    }

    /// Begins a savepoint if one is asked for and nothing is in its way.
    pub(super) fn savepoint_if_due(&mut self) {
        let ready = self.m.job == Job::Running && self.m.coordinator.pending.is_none();
        if ready && self.m.coordinator.savepoint_due {
            self.m.coordinator.savepoint_due = false;
            self.trigger(true);
        }
    }

    /// Begins a checkpoint at all sources.
    fn trigger(&mut self, savepoint: bool) {
        self.m.coordinator.begun += 1;
        let id = self.m.coordinator.begun;
        let sources = self.m.log.ends.len();
        if savepoint {
            // Nothing else begins before the job stops.
            self.m.calendar.retain(|_, due| *due != Due::Trigger);
        }
        // A savepoint's barriers overtake nothing.
        let mode = if savepoint {
            Mode::Aligned
        } else {
            self.flow.checkpoint.mode
        };
        self.m.coordinator.pending = Some(Pending {
            id,
            began: self.m.now,
            mode,
            savepoint,
            last: self.m.drained(),
            acks: BTreeSet::new(),
            waited: 0,
            contents: Contents {
                offsets: vec![0; sources],
                ..Contents::default()
            },
        });
        let offsets = self
            .m
            .stage(Stage::Source)
            .map(|source| source.position)
            .collect();
        self.tell(OfCheckpoint::Triggered {
            id,
            savepoint,
            offsets,
        });
        for source in 0..sources {
            self.source_barrier(source, id, mode, savepoint);
        }
        let timeout = self.flow.checkpoint.timeout.ms();
        self.m.due(self.m.now + timeout, Due::Expire(id));
    }

    /// A task's part is durable.
    pub(super) fn uploaded(&mut self, task: usize, id: u32) {
        let tasks = self.m.tasks.len();
        let Some(pending) = self.m.coordinator.pending.as_mut().filter(|p| p.id == id) else {
            return;
        };
        pending.acks.insert(task);
        let acks = pending.acks.len();
        self.tell(OfCheckpoint::Acked {
            id,
            task: self.m.tasks[task].name,
            acks: acks as u32,
            tasks: tasks as u32,
        });
        if acks == tasks {
            self.complete();
        }
    }

    /// All parts are durable: the checkpoint counts from now on, and sinks are told to commit.
    fn complete(&mut self) {
        let Some(ended) = self.end(Outcome::Completed) else {
            return;
        };
        self.tell(OfCheckpoint::Completed {
            id: ended.id,
            took: ended.at - ended.began,
            bytes: ended.contents.bytes,
            in_flight: ended.contents.in_flight.len() as u32,
        });
        let commit = self.m.now + self.flow.sink.commit.ms();
        if self.flow.sink.kind == SinkKind::Transactional {
            for transaction in &ended.contents.transactions {
                self.m.due(commit, Due::Commit(*transaction));
            }
        }
        if ended.savepoint {
            self.m.due(commit, Due::Stop(ended.id));
        } else {
            self.savepoint_if_due();
        }
    }

    /// A checkpoint takes too long: it is given up, whoever waits for its barriers goes on, and the one before stays valid.
    pub(super) fn expire(&mut self, id: u32) {
        let pending = self.m.coordinator.pending.as_ref();
        let Some(acks) = pending.filter(|p| p.id == id).map(|p| p.acks.len()) else {
            return;
        };
        self.end(Outcome::Expired);
        self.tell(OfCheckpoint::Expired {
            id,
            acks: acks as u32,
            tasks: self.m.tasks.len() as u32,
            timeout: self.flow.checkpoint.timeout.ms(),
        });
        for task in 0..self.m.tasks.len() {
            let held = &mut self.m.tasks[task];
            held.alignment = None;
            held.stopped = false;
            for input in &mut held.inputs {
                input.blocked = false;
            }
            self.wake(task);
        }
        self.savepoint_if_due();
    }

    /// Ends the checkpoint under way, and plans the next: an interval after the start of this one, or now.
    fn end(&mut self, outcome: Outcome) -> Option<Ended> {
        let pending = self.m.coordinator.pending.take()?;
        let ended = Ended {
            id: pending.id,
            began: pending.began,
            at: self.m.now,
            outcome,
            savepoint: pending.savepoint,
            waited: pending.waited,
            contents: Arc::new(pending.contents),
        };
        self.m.coordinator.ended.push(ended.clone());
        let interval = self.flow.checkpoint.interval.ms();
        let planned = self.m.calendar.values().any(|due| *due == Due::Trigger);
        let stops = pending.savepoint && outcome == Outcome::Completed;
        if interval > 0 && !pending.last && !planned && !stops && outcome != Outcome::Died {
            let next = (pending.began + interval).max(self.m.now);
            self.m.due(next, Due::Trigger);
        }
        Some(ended)
    }

    /// Ends the checkpoint under way because the job dies. Returns its number. A savepoint is asked for again.
    pub(super) fn lose_pending(&mut self) -> Option<u32> {
        let ended = self.end(Outcome::Died)?;
        self.m.coordinator.savepoint_due |= ended.savepoint;
        Some(ended.id)
    }

    /// A sink commits a transaction of a complete checkpoint.
    pub(super) fn commit(&mut self, transaction: u32, recovered: bool) {
        let held = self.m.store.transactions[transaction as usize];
        if held.standing != super::sink::Standing::PreCommitted {
            return;
        }
        if self
            .m
            .store
            .commit(&self.flow.sink, transaction, self.m.now)
        {
            self.tell(OfTransaction::Committed {
                transaction,
                rows: held.rows,
                recovered,
            });
        } else {
            self.tell(OfTransaction::TimedOut {
                transaction,
                rows: held.rows,
                open: self.m.now - held.began,
            });
        }
    }
}
