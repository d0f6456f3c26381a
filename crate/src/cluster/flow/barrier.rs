//! Barriers at tasks: what a task does when one comes, and its snapshot.
//!
//! ```text
//! aligned         barrier at the head of an input: read that input no further until all others' have come, then snapshot
//! unaligned       barrier anywhere in an input: snapshot at once, barrier ahead of everything, events overtaken into the checkpoint
//! at least once   barrier at the head of an input: count it, read on, snapshot when all have come
//! ```
//!
//! (Flink 2.3 `SingleCheckpointBarrierHandler`, `AlternatingWaitingForFirstBarrierUnaligned`, `CheckpointBarrierTracker`.)

use super::channel::{Element, Item};
use super::coordinator::InFlight;
use super::fact::{OfCheckpoint, OfTransaction};
use super::machine::{Due, Worker};
use super::spec::{Mode, SinkKind};
use super::task::{Alignment, Name, Outgoing, Stage};

/// What an event in flight takes in a checkpoint, in bytes.
const EVENT_BYTES: u32 = 100;

/// What a source's offset takes in a checkpoint, in bytes.
const OFFSET_BYTES: u32 = 16;

impl Worker<'_, '_> {
    /// The tasks that a task sends to, with the channel there.
    fn receivers(&self, task: usize) -> Vec<(usize, usize)> {
        let Name { stage, subtask } = self.m.tasks[task].name;
        match stage {
            Stage::Source => (0..self.m.parallelism)
                .map(|to| (self.m.index(Stage::Operator, to), task))
                .collect(),
            Stage::Operator => vec![(self.m.index(Stage::Sink, subtask), 0)],
            Stage::Sink => Vec::new(),
        }
    }

    /// The name of what sends on a channel.
    fn sender(&self, task: usize, channel: usize) -> Name {
        let Name { stage, subtask } = self.m.tasks[task].name;
        match stage {
            Stage::Sink => Name {
                stage: Stage::Operator,
                subtask,
            },
            Stage::Source | Stage::Operator => Name {
                stage: Stage::Source,
                subtask: channel as u32,
            },
        }
    }

    /// Sends a barrier on. Aligned, it waits behind the event in hand; unaligned, it overtakes it, and that event goes into the
    /// checkpoint.
    fn pass_on(&mut self, task: usize, id: u32, mode: Mode) {
        let element = Element::Barrier(id);
        let receivers = self.receivers(task);
        if mode == Mode::Unaligned {
            for (to, channel) in receivers {
                self.deliver(Outgoing {
                    to,
                    channel,
                    element,
                });
            }
            return;
        }
        for (to, channel) in receivers {
            self.m.tasks[task].pending.push_back(Outgoing {
                to,
                channel,
                element,
            });
        }
        self.flush(task);
    }

    /// A source task notes its offset and sends the barrier.
    pub(super) fn source_barrier(&mut self, task: usize, id: u32, mode: Mode, stops: bool) {
        let position = self.m.tasks[task].position;
        if let Some(pending) = &mut self.m.coordinator.pending {
            pending.contents.offsets[task] = position;
        }
        self.m.tasks[task].stopped = stops;
        let mut bytes = OFFSET_BYTES;
        if mode == Mode::Unaligned {
            bytes += EVENT_BYTES * self.save_unsent(task);
        }
        self.pass_on(task, id, mode);
        self.upload(task, id, u64::from(bytes));
    }

    /// Puts what a task could not send yet into the checkpoint. Returns how many events.
    fn save_unsent(&mut self, task: usize) -> u32 {
        let unsent: Vec<Item> = self.m.tasks[task]
            .pending
            .iter()
            .filter_map(|out| match out.element {
                Element::Record(item) => Some(item),
                Element::Barrier(_) => None,
            })
            .collect();
        for item in &unsent {
            self.save(task, None, *item);
        }
        unsent.len() as u32
    }

    fn save(&mut self, task: usize, channel: Option<usize>, item: Item) {
        let place = InFlight {
            task: self.m.tasks[task].name,
            channel,
            item,
        };
        if let Some(pending) = &mut self.m.coordinator.pending {
            pending.contents.in_flight.push(place);
        }
    }

    /// An event comes into a channel whose barrier a task still waits for, unaligned: it goes into the checkpoint.
    pub(super) fn note_in_flight(&mut self, task: usize, channel: usize, item: Item) {
        let unaligned = self
            .m
            .coordinator
            .pending
            .as_ref()
            .is_some_and(|pending| pending.mode == Mode::Unaligned);
        let Some(alignment) = &mut self.m.tasks[task].alignment else {
            return;
        };
        if unaligned && !alignment.seen[channel] {
            alignment.in_flight += EVENT_BYTES;
            self.save(task, Some(channel), item);
        }
    }

    /// Unaligned: lets barriers that have come in overtake what is before them.
    pub(super) fn overtake(&mut self, task: usize) {
        let Some(pending) = &self.m.coordinator.pending else {
            return;
        };
        if pending.mode != Mode::Unaligned {
            return;
        }
        let (id, barrier) = (pending.id, Element::Barrier(pending.id));
        let inputs = self.m.tasks[task].inputs.len();
        let come: Vec<usize> = (0..inputs)
            .filter(|i| self.m.tasks[task].inputs[*i].queue.contains(&barrier))
            .collect();
        if come.is_empty() {
            return;
        }
        if self.m.tasks[task].alignment.is_none() {
            self.begin_unaligned(task, id);
        }
        let Some(mut alignment) = self.m.tasks[task].alignment.take() else {
            return;
        };
        for channel in come {
            alignment.seen[channel] = true;
            let queue = &mut self.m.tasks[task].inputs[channel].queue;
            queue.retain(|element| *element != barrier);
        }
        let in_flight = alignment.in_flight;
        if alignment.seen.iter().all(|seen| *seen) {
            let since = alignment.since;
            self.tell(OfCheckpoint::Overtook {
                id,
                task: self.m.tasks[task].name,
                events: in_flight / EVENT_BYTES,
            });
            self.close(task, id, since, in_flight);
        } else {
            self.m.tasks[task].alignment = Some(alignment);
        }
    }

    /// The first barrier of an unaligned checkpoint is at a task: its state as it is, and all events before barriers in its
    /// inputs and behind it in its output, go into the checkpoint; the barrier goes on at once.
    fn begin_unaligned(&mut self, task: usize, id: u32) {
        self.save_state(task, id);
        let mut saved = self.save_unsent(task);
        let inputs = self.m.tasks[task].inputs.len();
        for channel in 0..inputs {
            let input = &self.m.tasks[task].inputs[channel];
            let barrier = Element::Barrier(id);
            let mut before: Vec<Item> = input.restored.iter().copied().collect();
            for element in input.queue.iter().take_while(|e| **e != barrier) {
                if let Element::Record(item) = element {
                    before.push(*item);
                }
            }
            saved += before.len() as u32;
            for item in before {
                self.save(task, Some(channel), item);
            }
        }
        self.m.tasks[task].alignment = Some(Alignment {
            id,
            since: self.m.now,
            seen: vec![false; inputs],
            in_flight: saved * EVENT_BYTES,
        });
        self.pass_on(task, id, Mode::Unaligned);
    }

    /// A barrier is at the head of an input.
    pub(super) fn barrier(&mut self, task: usize, channel: usize, id: u32) {
        let pending = self.m.coordinator.pending.as_ref();
        let Some(mode) = pending.filter(|p| p.id == id).map(|p| p.mode) else {
            // Of a checkpoint that was given up.
            return;
        };
        let now = self.m.now;
        let inputs = self.m.tasks[task].inputs.len();
        let mut alignment = self.m.tasks[task]
            .alignment
            .take()
            .unwrap_or_else(|| Alignment {
                id,
                since: now,
                seen: vec![false; inputs],
                in_flight: 0,
            });
        alignment.seen[channel] = true;
        let missing = alignment.seen.iter().filter(|seen| !**seen).count() as u32;
        if missing > 0 {
            let blocks = mode == Mode::Aligned;
            self.m.tasks[task].inputs[channel].blocked = blocks;
            self.m.tasks[task].alignment = Some(alignment);
            self.tell(OfCheckpoint::Aligning {
                id,
                task: self.m.tasks[task].name,
                from: self.sender(task, channel),
                missing,
                blocks,
            });
            return;
        }
        for input in &mut self.m.tasks[task].inputs {
            input.blocked = false;
        }
        self.save_state(task, id);
        self.pass_on(task, id, mode);
        self.close(task, id, alignment.since, 0);
    }

    /// Copies a task's state into the checkpoint. A sink closes its transaction.
    fn save_state(&mut self, task: usize, id: u32) {
        let cells = self.m.tasks[task].cells.clone();
        if let Some(pending) = &mut self.m.coordinator.pending {
            pending.contents.cells.extend(cells);
        }
        if self.m.tasks[task].name.stage == Stage::Sink
            && self.flow.sink.kind == SinkKind::Transactional
        {
            self.pre_commit(task, id);
        }
    }

    /// A sink task closes its transaction; whatever of it is not committed yet is noted in the checkpoint.
    fn pre_commit(&mut self, task: usize, id: u32) {
        let name = self.m.tasks[task].name;
        if let Some(transaction) = self.m.tasks[task].transaction.take() {
            self.m.store.pre_commit(transaction);
            let rows = self.m.store.transactions[transaction as usize].rows;
            self.tell(OfTransaction::PreCommitted {
                id,
                task: name,
                transaction,
                rows,
            });
        }
        let closed = self.m.store.closed(name.subtask);
        if let Some(pending) = &mut self.m.coordinator.pending {
            pending.contents.transactions.extend(closed);
        }
    }

    /// A task has all of its snapshot: it is uploaded while the task goes on.
    fn close(&mut self, task: usize, id: u32, since: i64, in_flight: u32) {
        let keys = self.m.tasks[task].cells.len() as u32;
        let bytes = u64::from(keys) * u64::from(self.flow.operator.row_bytes);
        let bytes = bytes + u64::from(in_flight);
        let upload = self.upload(task, id, bytes);
        let waited = self.m.now - since;
        if let Some(pending) = &mut self.m.coordinator.pending {
            pending.waited = pending.waited.max(waited);
        }
        self.tell(OfCheckpoint::Snapshot {
            id,
            task: self.m.tasks[task].name,
            keys,
            bytes,
            waited,
            upload,
        });
    }

    /// Begins to upload a task's part of a checkpoint. Returns how long that takes.
    fn upload(&mut self, task: usize, id: u32, bytes: u64) -> i64 {
        let took = self.transfer(bytes) + self.flow.checkpoint.latency.ms();
        if let Some(pending) = &mut self.m.coordinator.pending {
            pending.contents.bytes += bytes;
            pending.contents.largest = pending.contents.largest.max(bytes);
        }
        self.m.due(self.m.now + took, Due::Uploaded(task, id));
        took
    }

    /// How long so many bytes take to or from where checkpoints are kept, in ms.
    pub(super) fn transfer(&self, bytes: u64) -> i64 {
        (bytes * 1_000 / u64::from(self.flow.checkpoint.upload.max(1))) as i64
    }
}
