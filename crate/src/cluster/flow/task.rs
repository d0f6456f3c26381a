//! Tasks: what each has in its memory. All of it is gone when the job dies.

use super::channel::{Channel, Element, Item};
use super::spec::Flow;
use std::collections::{BTreeMap, VecDeque};

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Reads a partition of the log.
    Source,
    /// Counts and adds up per key.
    Operator,
    /// Writes rows.
    Sink,
}

/// A task's name: its stage, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// What it does.
    pub(super) stage: Stage,
    /// Its number, from 0.
    pub(super) subtask: u32,
}

impl Name {
    /// Its name for people.
    pub(super) fn text(self) -> String {
        let stage = match self.stage {
            Stage::Source => "Source",
            Stage::Operator => "Count",
            Stage::Sink => "Sink",
        };
        format!("{stage} {}", self.subtask)
    }

    /// Its id.
    pub(super) fn id(self) -> String {
        let stage = match self.stage {
            Stage::Source => "source",
            Stage::Operator => "count",
            Stage::Sink => "sink",
        };
        format!("task:{stage}:{}", self.subtask)
    }
}

/// A key's count and sum.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    /// How many events.
    pub(super) count: u64,
    /// What they are worth together.
    pub(super) sum: i64,
    /// Which events, each as often as it was counted. No engine keeps this: it is for the ledger.
    pub(super) events: Vec<u32>,
}

/// What a task is doing (Flink `TaskIOMetricGroup`: busy, back-pressured and idle time).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Status {
    /// It has nothing to do.
    #[default]
    Idle,
    /// It works on an event.
    Busy,
    /// It has an event and no credit to send it.
    Blocked,
}

/// Something that a task wants to send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Outgoing {
    /// The number of the task that it is for.
    pub(super) to: usize,
    /// The channel there.
    pub(super) channel: usize,
    /// What.
    pub(super) element: Element,
}

/// A checkpoint whose barriers have come in part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alignment {
    /// Its number.
    pub(super) id: u32,
    /// When the first barrier came.
    pub(super) since: i64,
    /// For each input whether its barrier has come.
    pub(super) seen: Vec<bool>,
    /// How many bytes of events in flight were put into the checkpoint so far (unaligned only).
    pub(super) in_flight: u32,
}

/// One task.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Task {
    /// Its name.
    pub(super) name: Name,
    /// What comes in: one channel for each task before it that sends to it.
    pub(super) inputs: Vec<Channel>,
    /// What could not be sent yet, in order; a barrier waits behind the event before it.
    pub(super) pending: VecDeque<Outgoing>,
    /// What it works on.
    pub(super) serving: Option<Item>,
    /// The input that it looks at next.
    pub(super) cursor: usize,
    /// Whether it is due to look for work.
    pub(super) woken: bool,
    /// What it is doing.
    pub(super) status: Status,
    /// Since when.
    pub(super) since: i64,
    /// How long it has been idle, busy, back-pressured, in ms.
    pub(super) spent: [i64; 3],
    /// A source's next offset.
    pub(super) position: u32,
    /// When a source may read again, by its rate limit.
    pub(super) may_read: i64,
    /// Whether a source has stopped for a savepoint.
    pub(super) stopped: bool,
    /// A counting task's state, by key.
    pub(super) cells: BTreeMap<u32, Cell>,
    /// A sink's open transaction.
    pub(super) transaction: Option<u32>,
    /// A checkpoint whose barriers have come in part.
    pub(super) alignment: Option<Alignment>,
}

impl Task {
    fn new(stage: Stage, subtask: u32, inputs: usize, now: i64) -> Task {
        Task {
            name: Name { stage, subtask },
            inputs: vec![Channel::default(); inputs],
            pending: VecDeque::new(),
            serving: None,
            cursor: 0,
            woken: false,
            status: Status::Idle,
            since: now,
            spent: [0; 3],
            position: 0,
            may_read: 0,
            stopped: false,
            cells: BTreeMap::new(),
            transaction: None,
            alignment: None,
        }
    }

    /// Notes what it is doing from now on.
    pub(super) fn becomes(&mut self, status: Status, now: i64) {
        self.spent = self.spent_by(now);
        self.status = status;
        self.since = now;
    }

    /// How long it has been idle, busy, back-pressured, in ms.
    pub(super) fn spent_by(&self, now: i64) -> [i64; 3] {
        let mut spent = self.spent;
        spent[match self.status {
            Status::Idle => 0,
            Status::Busy => 1,
            Status::Blocked => 2,
        }] += now - self.since;
        spent
    }

    /// The events in its memory that are not counted or written yet, first come first: restored, in buffers, in hand.
    pub(super) fn holds(&self) -> impl Iterator<Item = Item> + '_ {
        let inputs = self.inputs.iter().flat_map(Channel::items);
        let pending = self.pending.iter().filter_map(|out| match out.element {
            Element::Record(item) => Some(item),
            Element::Barrier(_) => None,
        });
        pending.chain(self.serving).chain(inputs)
    }
}

/// The tasks of a job: sources first, then those that count, then sinks.
pub(super) fn tasks(flow: &Flow, parallelism: u32, now: i64) -> Vec<Task> {
    let sources = flow.source.partitions;
    let of = |stage, count: u32, inputs: u32| {
        (0..count).map(move |subtask| Task::new(stage, subtask, inputs as usize, now))
    };
    of(Stage::Source, sources, 0)
        .chain(of(Stage::Operator, parallelism, sources))
        .chain(of(Stage::Sink, parallelism, 1))
        .collect()
}
