//! The work of tasks: reading, sending for credit, counting, writing.

use super::channel::{Element, Item, credits, takes};
use super::fact::OfEvent;
use super::machine::{Due, Job, Worker};
use super::sink::Row;
use super::spec::{Offsets, Overload, SinkKind};
use super::task::{Name, Outgoing, Stage, Status};
use crate::partition::flink_subtask;
use std::num::NonZeroU32;

impl Worker<'_, '_> {
    /// An event is written into the log.
    pub(super) fn produce(&mut self, record: u32) {
        let produced = &self.m.feed.records[record as usize];
        let (key, partition, offset) = (produced.key, produced.partition, produced.offset);
        self.m.log.ends[partition as usize] += 1;
        self.tell(OfEvent::Produced {
            record,
            key,
            partition,
            offset,
        });
        if self.m.job == Job::Running {
            self.wake(partition as usize);
        }
    }

    /// Has a task look for work once this step is over.
    pub(super) fn wake(&mut self, task: usize) {
        if !self.m.tasks[task].woken {
            self.m.tasks[task].woken = true;
            self.m.due(self.m.now, Due::Work(task));
        }
    }

    /// A task looks for work.
    pub(super) fn work(&mut self, task: usize) {
        self.m.tasks[task].woken = false;
        if self.m.tasks[task].serving.is_some() {
            return;
        }
        if self.m.tasks[task].name.stage != Stage::Source {
            self.overtake(task);
        }
        if !self.flush(task) {
            return;
        }
        match self.m.tasks[task].name.stage {
            Stage::Source => self.read(task),
            Stage::Operator | Stage::Sink => self.consume(task),
        }
    }

    /// Sends what is waiting to be sent, as far as there is credit. Returns whether all of it is gone.
    pub(super) fn flush(&mut self, task: usize) -> bool {
        while let Some(out) = self.m.tasks[task].pending.front().copied() {
            let gate = &self.m.tasks[out.to].inputs;
            let fits = takes(gate, out.channel, self.flow.buffers) > 0;
            if matches!(out.element, Element::Record(_)) && !fits {
                self.set(task, Status::Blocked);
                return false;
            }
            self.m.tasks[task].pending.pop_front();
            if let Element::Record(item) = out.element
                && self.m.tasks[task].status == Status::Blocked
            {
                let what = OfEvent::Sent {
                    task: self.m.tasks[task].name,
                    record: item.record,
                    to: self.m.tasks[out.to].name,
                    waited: self.m.now - self.m.tasks[task].since,
                };
                self.set(task, Status::Idle);
                self.tell(what);
            }
            self.deliver(out);
        }
        if self.m.tasks[task].status == Status::Blocked {
            self.set(task, Status::Idle);
        }
        true
    }

    fn set(&mut self, task: usize, status: Status) {
        if self.m.tasks[task].status != status {
            self.m.tasks[task].becomes(status, self.m.now);
        }
    }

    /// Puts something into a channel.
    pub(super) fn deliver(&mut self, out: Outgoing) {
        let to = &mut self.m.tasks[out.to];
        to.inputs[out.channel].push(out.element, self.flow.buffers);
        if let Element::Record(item) = out.element {
            self.note_in_flight(out.to, out.channel, item);
        }
        self.wake(out.to);
    }

    /// The task that counts a key, and so the channel that an event of it takes.
    pub(super) fn target(&self, record: u32) -> usize {
        let key = self.m.feed.records[record as usize].key;
        let groups = NonZeroU32::new(self.flow.operator.max_parallelism).unwrap_or(NonZeroU32::MIN);
        let group = self.m.feed.groups[key as usize];
        let subtask = flink_subtask(group, groups, self.m.parallelism);
        self.m.index(Stage::Operator, subtask)
    }

    /// A source task reads the next event, if it may.
    fn read(&mut self, task: usize) {
        let source = &self.m.tasks[task];
        let (position, may_read) = (source.position, source.may_read);
        let limit = match &self.m.batching {
            Some(batching) => batching.limits[task].min(self.m.log.ends[task]),
            None => self.m.log.ends[task],
        };
        if source.stopped || position >= limit {
            self.set(task, Status::Idle);
            return;
        }
        if self.m.now < may_read {
            self.set(task, Status::Idle);
            self.m.tasks[task].woken = true;
            self.m.due(may_read, Due::Work(task));
            return;
        }
        let item = Item {
            record: self.m.feed.partitions[task][position as usize],
            again: position < self.m.log.read[task],
            counted: None,
        };
        self.m.tasks[task].serving = Some(item);
        self.serve(task, self.flow.source.service.ms());
    }

    fn serve(&mut self, task: usize, service: i64) {
        if service == 0 {
            self.done(task);
        } else {
            self.set(task, Status::Busy);
            self.m.due(self.m.now + service, Due::Done(task));
        }
    }

    /// A task is done with what it works on.
    pub(super) fn done(&mut self, task: usize) {
        let Some(item) = self.m.tasks[task].serving.take() else {
            return;
        };
        self.set(task, Status::Idle);
        match self.m.tasks[task].name.stage {
            Stage::Source => self.emit(task, item),
            Stage::Operator => self.count(task, item),
            Stage::Sink => self.write(task, item),
        }
        self.wake(task);
    }

    /// A source task sends an event to the task that has its key.
    fn emit(&mut self, task: usize, item: Item) {
        let limit = i64::from(self.flow.source.rate_limit);
        let sources = self.m.log.ends.len() as i64;
        let source = &mut self.m.tasks[task];
        source.position += 1;
        if limit > 0 {
            source.may_read = self.m.now + sources * 1_000 / limit;
        }
        let position = source.position;
        self.m.replayed += u32::from(item.again);
        self.m.log.read[task] = self.m.log.read[task].max(position);
        if self.flow.source.offsets == Offsets::OnRead {
            self.m.log.committed[task] = position;
        }
        let to = self.target(item.record);
        let fits = takes(&self.m.tasks[to].inputs, task, self.flow.buffers) > 0;
        let (name, to_name) = (self.m.tasks[task].name, self.m.tasks[to].name);
        if !fits && self.flow.source.overload == Overload::Drop {
            self.m.shed.push(item.record);
            self.tell(OfEvent::Shed {
                task: name,
                record: item.record,
                to: to_name,
            });
            self.batch_done();
            return;
        }
        if fits {
            self.tell(OfEvent::Read {
                task: name,
                record: item.record,
                to: to_name,
                again: item.again,
                credits: self.credits_behind(to, task),
            });
        }
        self.send(task, to, task, item);
    }

    /// How many credits a channel has left behind the next event.
    fn credits_behind(&self, to: usize, channel: usize) -> u32 {
        let gate = &self.m.tasks[to].inputs;
        let free = credits(gate, channel, self.flow.buffers);
        free - u32::from(gate[channel].room() == 0)
    }

    fn send(&mut self, task: usize, to: usize, channel: usize, item: Item) {
        self.m.tasks[task].pending.push_back(Outgoing {
            to,
            channel,
            element: Element::Record(item),
        });
        if !self.flush(task) {
            let what = OfEvent::Stuck {
                task: self.m.tasks[task].name,
                record: item.record,
                to: self.m.tasks[to].name,
            };
            self.tell(what);
        }
    }

    /// A task takes the next thing from its inputs, which take turns.
    fn consume(&mut self, task: usize) {
        let taken = &self.m.tasks[task];
        let inputs = taken.inputs.len();
        let turn = (0..inputs)
            .map(|i| (taken.cursor + i) % inputs)
            .find(|i| taken.inputs[*i].readable());
        let Some(turn) = turn else {
            self.set(task, Status::Idle);
            return;
        };
        let taken = &mut self.m.tasks[task];
        taken.cursor = turn + 1;
        match taken.inputs[turn].pop() {
            Some(Element::Barrier(id)) => {
                self.barrier(task, turn, id);
                self.wake(task);
            }
            Some(Element::Record(item)) => {
                self.m.tasks[task].serving = Some(item);
                // A buffer is free: whoever waits for credit may go on.
                for sender in self.senders(task) {
                    if !self.m.tasks[sender].pending.is_empty() {
                        self.wake(sender);
                    }
                }
                let service = match self.m.tasks[task].name.stage {
                    Stage::Source => self.flow.source.service,
                    Stage::Operator => self.flow.operator.service,
                    Stage::Sink => self.flow.sink.service,
                };
                self.serve(task, service.ms());
            }
            None => {}
        }
    }

    /// The tasks that send to a task.
    fn senders(&self, task: usize) -> Vec<usize> {
        let Name { stage, subtask } = self.m.tasks[task].name;
        match stage {
            Stage::Source => Vec::new(),
            Stage::Operator => (0..self.m.log.ends.len()).collect(),
            Stage::Sink => vec![self.m.index(Stage::Operator, subtask)],
        }
    }

    /// A task counts an event and sends the row on.
    fn count(&mut self, task: usize, item: Item) {
        let record = &self.m.feed.records[item.record as usize];
        let (key, value) = (record.key, record.value);
        let cell = self.m.tasks[task].cells.entry(key).or_default();
        cell.count += 1;
        cell.sum += value;
        cell.events.push(item.record);
        let (count, sum) = (cell.count, cell.sum);
        let Name { subtask, .. } = self.m.tasks[task].name;
        self.tell(OfEvent::Counted {
            task: self.m.tasks[task].name,
            record: item.record,
            key,
            again: item.again,
            count,
            sum,
        });
        let to = self.m.index(Stage::Sink, subtask);
        let row = Item {
            counted: Some((count, sum)),
            ..item
        };
        self.send(task, to, 0, row);
    }

    /// A sink task writes a row.
    fn write(&mut self, task: usize, item: Item) {
        let Name { subtask, .. } = self.m.tasks[task].name;
        let transaction = (self.flow.sink.kind == SinkKind::Transactional).then(|| {
            let open = self.m.tasks[task].transaction;
            open.unwrap_or_else(|| self.m.store.begin(subtask, self.m.now))
        });
        self.m.tasks[task].transaction = transaction;
        let rows = &self.m.store.rows;
        let before = rows.iter().filter(|row| row.record == item.record).count();
        let replaces = self.m.store.write(
            &self.flow.sink,
            Row {
                record: item.record,
                counted: item.counted.unwrap_or_default(),
                at: self.m.now,
                transaction,
                replaced: false,
            },
        );
        self.tell(OfEvent::Wrote {
            task: self.m.tasks[task].name,
            record: item.record,
            transaction,
            replaces,
            before: before as u32,
        });
        self.batch_done();
    }
}
