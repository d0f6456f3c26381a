//! The machine: everything there is at a moment, and what is due when.
//!
//! ```text
//! calendar ── next ──> Worker ── read, count, write (work) ── barriers (barrier) ── checkpoints (coordinator)
//!                        └────── crash, restart, rescale (recovery) ──> facts
//! ```

use super::coordinator::Coordinator;
use super::fact::{Fact, What};
use super::log::{Feed, Log};
use super::sink::Store;
use super::spec::{Flow, Moment};
use super::task::{Cell, Stage, Task, tasks};
use crate::cluster::model::Tell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// An event is written into the log.
    Produce(u32),
    /// A task looks for work.
    Work(usize),
    /// A task is done with what it works on.
    Done(usize),
    /// A micro-batch may begin.
    Batch,
    /// A checkpoint begins.
    Trigger,
    /// A task's snapshot is durable.
    Uploaded(usize, u32),
    /// A checkpoint is given up, unless it is complete.
    Expire(u32),
    /// A transaction is committed.
    Commit(u32),
    /// A job stops, now that its savepoint is complete.
    Stop(u32),
    /// A savepoint is asked for.
    Rescale,
    /// The job dies.
    Crash,
    /// It comes back.
    Restart,
}

/// Whether the job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// It runs.
    Running,
    /// It died and is being restarted.
    Failed,
    /// It was stopped with this savepoint and is being started from it.
    Stopped(u32),
}

/// Micro-batches, where there are any.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Batching {
    /// For each partition the offset up to which the current batch reads.
    pub(super) limits: Vec<u32>,
    /// How many have begun.
    pub(super) number: u32,
    /// When the current one began, unless none is running.
    pub(super) began: Option<i64>,
    /// Whether a trigger came while one was running.
    pub(super) overdue: bool,
}

/// Everything there is at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    pub(super) feed: Arc<Feed>,
    pub(super) now: i64,
    pub(super) order: u32,
    pub(super) calendar: BTreeMap<(i64, u32), Due>,
    pub(super) log: Log,
    pub(super) job: Job,
    pub(super) parallelism: u32,
    pub(super) tasks: Vec<Task>,
    pub(super) coordinator: Coordinator,
    pub(super) store: Store,
    /// Counts that live outside the job, while it is down.
    pub(super) outside: BTreeMap<u32, Cell>,
    /// For each crash that waits for what has to be the case: whether it is still to come.
    pub(super) armed: Vec<bool>,
    pub(super) crashes: u32,
    pub(super) batching: Option<Batching>,
    /// Which events were shed.
    pub(super) shed: Vec<u32>,
    /// The longest that the lag has been.
    pub(super) lag_max: u32,
    /// How many events have been read again.
    pub(super) replayed: u32,
    /// How many had been when the job came back last.
    pub(super) replayed_before: u32,
    /// How long the job was down, in ms.
    pub(super) down: i64,
    pub(super) down_since: Option<i64>,
}

impl Machine {
    /// Before anything has happened.
    pub(super) fn new(flow: &Flow) -> Machine {
        let feed = Arc::new(Feed::of(flow));
        let partitions = flow.source.partitions as usize;
        let mut machine = Machine {
            now: 0,
            order: 1,
            calendar: BTreeMap::new(),
            log: Log::new(partitions),
            job: Job::Running,
            parallelism: flow.operator.parallelism,
            tasks: tasks(flow, flow.operator.parallelism, 0),
            coordinator: Coordinator::default(),
            store: Store::new(feed.records.len()),
            outside: BTreeMap::new(),
            armed: flow
                .crashes()
                .map(|crash| !matches!(crash.moment, Moment::Any | Moment::Never))
                .collect(),
            crashes: 0,
            batching: flow.source.batch.map(|_| Batching {
                limits: vec![0; partitions],
                number: 0,
                began: None,
                overdue: false,
            }),
            shed: Vec::new(),
            lag_max: 0,
            replayed: 0,
            replayed_before: 0,
            down: 0,
            down_since: None,
            feed,
        };
        for (i, record) in machine.feed.clone().records.iter().enumerate() {
            machine.due(record.at, Due::Produce(i as u32));
        }
        if flow.checkpoint.interval.ms() > 0 {
            machine.due(flow.checkpoint.interval.ms(), Due::Trigger);
        }
        if let Some(batch) = flow.source.batch {
            machine.due(batch.interval.ms(), Due::Batch);
        }
        if let Some(rescale) = flow.rescale {
            machine.due(rescale.at.ms(), Due::Rescale);
        }
        for crash in flow.crashes().filter(|crash| crash.moment == Moment::Any) {
            machine.crash_at(crash.at.ms());
        }
        machine
    }

    /// Puts something into the calendar, behind what is already due at that moment.
    pub(super) fn due(&mut self, at: i64, what: Due) {
        self.calendar.insert((at, self.order), what);
        self.order += 1;
    }

    /// Has the job die at that moment, before everything else of it.
    pub(super) fn crash_at(&mut self, at: i64) {
        self.calendar.insert((at, 0), Due::Crash);
    }

    /// The number of a task in the list of all.
    pub(super) fn index(&self, stage: Stage, subtask: u32) -> usize {
        let sources = self.log.ends.len();
        subtask as usize
            + match stage {
                Stage::Source => 0,
                Stage::Operator => sources,
                Stage::Sink => sources + self.parallelism as usize,
            }
    }

    /// The tasks of a stage.
    pub(super) fn stage(&self, stage: Stage) -> impl Iterator<Item = &Task> {
        self.tasks
            .iter()
            .filter(move |task| task.name.stage == stage)
    }

    /// How many events lie in the log that no source task has read.
    pub(super) fn lag(&self) -> u32 {
        let read = self.stage(Stage::Source).map(|task| task.position);
        let unread = self.log.ends.iter().zip(read);
        unread.map(|(end, read)| end.saturating_sub(read)).sum()
    }

    /// Whether no event is in the job's memory and none is left to read for now.
    pub(super) fn empty(&self) -> bool {
        self.tasks.iter().all(|task| task.holds().next().is_none())
    }

    /// Whether everything has been produced, read and written.
    pub(super) fn drained(&self) -> bool {
        let produced: u32 = self.log.ends.iter().sum();
        produced as usize == self.feed.records.len() && self.lag() == 0 && self.empty()
    }
}

/// What does the work of a step.
pub(super) struct Worker<'a, 'b> {
    pub(super) flow: &'a Flow,
    pub(super) m: &'a mut Machine,
    pub(super) tell: &'a mut Tell<'b, Fact>,
    /// Whether it has told something.
    pub(super) told: bool,
}

impl Worker<'_, '_> {
    /// Tells what happens.
    pub(super) fn tell(&mut self, what: impl Into<What>) {
        self.told = true;
        self.tell.fact(Fact {
            at: self.m.now,
            what: what.into(),
        });
    }

    /// Does what is due until there is something to tell. Returns false if nothing is left.
    pub(super) fn step(&mut self) -> bool {
        while let Some(((at, _), due)) = self.m.calendar.pop_first() {
            self.m.now = self.m.now.max(at);
            self.take(due);
            self.m.lag_max = self.m.lag_max.max(self.m.lag());
            self.crash_if_it_is_time();
            if self.told {
                return true;
            }
        }
        false
    }

    fn take(&mut self, due: Due) {
        match due {
            Due::Produce(record) => self.produce(record),
            Due::Work(task) => self.work(task),
            Due::Done(task) => self.done(task),
            Due::Batch => self.batch_due(),
            Due::Trigger => self.trigger_due(),
            Due::Uploaded(task, id) => self.uploaded(task, id),
            Due::Expire(id) => self.expire(id),
            Due::Commit(transaction) => self.commit(transaction, false),
            Due::Stop(id) => self.stop(id),
            Due::Rescale => self.rescale_due(),
            Due::Crash => self.crash(),
            Due::Restart => self.restart(),
        }
    }
}
