//! Crash, restart, rescaling: what is gone, what is restored, where reading begins.

use super::channel::Element;
use super::coordinator::{Contents, InFlight};
use super::fact::{OfJob, OfTransaction};
use super::machine::{Due, Job, Worker};
use super::spec::{Changed, Keeping, Moment, Offsets};
use super::task::{Cell, Outgoing, Stage, Task, tasks};
use crate::partition::flink_subtask;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

impl Worker<'_, '_> {
    /// Whether the moment has come that a crash waits for.
    pub(super) fn crash_if_it_is_time(&mut self) {
        if self.m.job != Job::Running || !self.m.armed.contains(&true) {
            return;
        }
        let due = self.flow.crashes().enumerate().find(|(i, crash)| {
            self.m.armed[*i] && self.m.now >= crash.at.ms() && self.has_come(crash.moment)
        });
        if let Some((i, _)) = due {
            self.m.armed[i] = false;
            self.m.crash_at(self.m.now);
        }
    }

    fn has_come(&self, moment: Moment) -> bool {
        let pending = self.m.coordinator.pending.is_some();
        match moment {
            // These stand in the calendar.
            Moment::Any | Moment::Restarting | Moment::Never => false,
            Moment::Barrier => pending && self.barriers_under_way(),
            Moment::PreCommitted => pending && self.all_pre_committed(),
            Moment::Completed => self.awaits_commit(),
            Moment::Replaying => self.m.replayed > self.m.replayed_before && self.reads_again(),
        }
    }

    /// Whether a source task has still to read what was read before.
    fn reads_again(&self) -> bool {
        let mut sources = self.m.stage(Stage::Source).zip(&self.m.log.read);
        sources.any(|(source, read)| source.position < *read)
    }

    fn barriers_under_way(&self) -> bool {
        self.m.tasks.iter().any(|task| {
            let mut inputs = task.inputs.iter();
            task.alignment.is_some()
                || inputs.any(|input| {
                    let mut queue = input.queue.iter();
                    queue.any(|element| matches!(element, Element::Barrier(_)))
                })
        })
    }

    /// Whether every sink task has passed the barrier and none of their transactions is committed.
    fn all_pre_committed(&self) -> bool {
        let Some(pending) = &self.m.coordinator.pending else {
            return false;
        };
        let sinks = self.m.stage(Stage::Sink).count();
        let closed: Vec<u32> = pending.contents.transactions.clone();
        let uploads = self.m.calendar.values().filter(|due| {
            matches!(due, Due::Uploaded(task, id)
                if *id == pending.id && self.m.tasks[*task].name.stage == Stage::Sink)
        });
        let acked = pending
            .acks
            .iter()
            .filter(|task| self.m.tasks[**task].name.stage == Stage::Sink);
        !closed.is_empty() && uploads.count() + acked.count() == sinks
    }

    /// Whether a complete checkpoint's transactions wait for their commit.
    fn awaits_commit(&self) -> bool {
        self.m
            .calendar
            .values()
            .any(|due| matches!(due, Due::Commit(_)))
    }

    /// The job dies, or what brings it back does.
    pub(super) fn crash(&mut self) {
        self.m.crashes += 1;
        match self.m.job {
            Job::Running => self.die(),
            Job::Failed | Job::Stopped(_) => self.die_again(),
        }
    }

    fn die(&mut self) {
        let held = self.m.tasks.iter().flat_map(Task::holds).count() as u32;
        let checkpoint = self.lose_pending();
        // A stop that was about to happen is asked for again.
        let stops = |due: &Due| matches!(due, Due::Stop(_));
        self.m.coordinator.savepoint_due |= self.m.calendar.values().any(stops);
        let (last, contents) = self.to_restore();
        self.m.job = Job::Failed;
        self.clear();
        let back = self.time_to_restart(contents.largest);
        self.tell(OfJob::Crashed {
            events: held,
            checkpoint,
            last,
            back,
        });
        self.restart_after(back);
    }

    /// It is not back yet, so there is nothing in its memory to lose: the restart begins anew, from the same checkpoint.
    fn die_again(&mut self) {
        let (last, contents) = self.to_restore();
        let back = self.time_to_restart(contents.largest);
        self.m.calendar.retain(|_, due| *due != Due::Restart);
        self.tell(OfJob::CrashedAgain { last, back });
        self.restart_after(back);
    }

    fn time_to_restart(&self, largest: u64) -> i64 {
        self.flow.restart.delay.ms() + self.transfer(largest)
    }

    /// Plans the restart, and a crash half-way through it where one is asked for.
    fn restart_after(&mut self, back: i64) {
        let half = self.m.now + back / 2;
        self.m.due(self.m.now + back, Due::Restart);
        let crash = self.flow.crashes().enumerate().find(|(i, crash)| {
            self.m.armed[*i] && crash.moment == Moment::Restarting && crash.at.ms() <= half
        });
        if let Some((i, _)) = crash {
            self.m.armed[i] = false;
            self.m.crash_at(half);
        }
    }

    /// The job stops, now that its savepoint is complete and committed.
    pub(super) fn stop(&mut self, id: u32) {
        if self.m.job != Job::Running {
            return;
        }
        let Some(rescale) = self.flow.rescale else {
            return;
        };
        let largest = self.m.coordinator.last().map_or(0, |l| l.contents.largest);
        let back = self.time_to_restart(largest);
        self.m.job = Job::Stopped(id);
        self.clear();
        self.tell(OfJob::Stopped { id, back });
        self.tell_moves(self.m.parallelism, rescale.parallelism);
        self.m.parallelism = rescale.parallelism;
        self.m.tasks = self.fresh();
        self.restart_after(back);
    }

    /// Which key groups have another task with other parallelism. A key's group never changes.
    fn tell_moves(&mut self, from: u32, to: u32) {
        let of = self.flow.operator.max_parallelism;
        let groups = NonZeroU32::new(of).unwrap_or(NonZeroU32::MIN);
        let goes =
            |group: u32| flink_subtask(group, groups, from) != flink_subtask(group, groups, to);
        let keys = self.counts();
        let of_group = |key: &u32| self.m.feed.groups[*key as usize];
        let moved = keys.keys().filter(|key| goes(of_group(key))).count();
        self.tell(OfJob::Moved {
            groups: (0..of).filter(|group| goes(*group)).count() as u32,
            of,
            keys: moved as u32,
            of_keys: keys.len() as u32,
            from,
            to,
        });
    }

    /// All keys' counts, of all tasks or, while the job is down, of the last checkpoint.
    fn counts(&self) -> BTreeMap<u32, Cell> {
        let mut all = BTreeMap::new();
        for task in self.m.stage(Stage::Operator) {
            all.extend(task.cells.clone());
        }
        if all.is_empty()
            && let Some(last) = self.m.coordinator.last()
        {
            all.clone_from(&last.contents.cells);
        }
        all
    }

    /// All that is in memory is gone.
    fn clear(&mut self) {
        if self.flow.operator.state == Keeping::Outside {
            let mut kept = BTreeMap::new();
            for task in self.m.stage(Stage::Operator) {
                kept.extend(task.cells.clone());
            }
            self.m.outside = kept;
        }
        self.m.down_since = Some(self.m.now);
        self.m.calendar.retain(|_, due| match due {
            Due::Produce(_) | Due::Rescale | Due::Crash => true,
            Due::Work(_)
            | Due::Done(_)
            | Due::Batch
            | Due::Trigger
            | Due::Uploaded(..)
            | Due::Expire(_)
            | Due::Commit(_)
            | Due::Stop(_)
            | Due::Restart => false,
        });
        if let Some(batching) = &mut self.m.batching {
            batching.began = None;
            batching.overdue = false;
        }
        self.m.tasks = self.fresh();
    }

    /// New tasks. How long the old ones were busy is kept.
    fn fresh(&self) -> Vec<Task> {
        let mut fresh = tasks(self.flow, self.m.parallelism, self.m.now);
        for task in &mut fresh {
            let old = self.m.tasks.iter().find(|old| old.name == task.name);
            if let Some(old) = old {
                task.spent = old.spent_by(self.m.now);
                task.position = old.position;
            }
        }
        fresh
    }

    /// What the job comes back with, and the number of the checkpoint that it is from.
    fn to_restore(&self) -> (Option<u32>, Arc<Contents>) {
        let stopped = matches!(self.m.job, Job::Stopped(_));
        let found = match self.flow.restart.changed {
            Changed::Nothing | Changed::AppId => true,
            Changed::FolderEarliest | Changed::FolderLatest => stopped,
        };
        let last = self.m.coordinator.last().filter(|_| found);
        match last {
            Some(ended) => (Some(ended.id), ended.contents.clone()),
            None => (None, Arc::default()),
        }
    }

    /// The job is back: state, transactions, offsets, events in flight.
    pub(super) fn restart(&mut self) {
        let planned = matches!(self.m.job, Job::Stopped(_));
        let (checkpoint, contents) = self.to_restore();
        self.m.job = Job::Running;
        self.m.replayed_before = self.m.replayed;
        if let Some(since) = self.m.down_since.take() {
            self.m.down += self.m.now - since;
        }
        self.m.tasks = self.fresh();
        let outside = self.flow.operator.state == Keeping::Outside;
        let cells = if outside {
            std::mem::take(&mut self.m.outside)
        } else {
            contents.cells.clone()
        };
        self.tell(OfJob::Restored {
            checkpoint,
            keys: cells.len() as u32,
            outside,
            in_flight: contents.in_flight.len() as u32,
            parallelism: self.m.parallelism,
        });
        self.restore_cells(cells);
        self.finish_transactions(&contents.transactions);
        self.rewind(&contents, checkpoint.is_some(), planned);
        for place in &contents.in_flight {
            self.restore_in_flight(place);
        }
        for task in 0..self.m.tasks.len() {
            self.wake(task);
        }
        let interval = self.flow.checkpoint.interval.ms();
        if interval > 0 {
            self.m.due(self.m.now + interval, Due::Trigger);
        }
        if self.flow.source.batch.is_some() {
            self.m.due(self.m.now, Due::Batch);
        }
        self.savepoint_if_due();
    }

    /// Each key goes to the task that has its key group now.
    fn restore_cells(&mut self, cells: BTreeMap<u32, Cell>) {
        let groups = NonZeroU32::new(self.flow.operator.max_parallelism).unwrap_or(NonZeroU32::MIN);
        for (key, cell) in cells {
            let group = self.m.feed.groups[key as usize];
            let subtask = flink_subtask(group, groups, self.m.parallelism);
            let task = self.m.index(Stage::Operator, subtask);
            self.m.tasks[task].cells.insert(key, cell);
        }
    }

    /// Transactions in the checkpoint are committed: it may have been complete and the commit not done. All others are aborted,
    /// as their events come again. (Flink 2.3 `CommitterOperator`, recovered committables; `KafkaSink` aborts what is left.)
    fn finish_transactions(&mut self, in_checkpoint: &[u32]) {
        for transaction in in_checkpoint {
            self.commit(*transaction, true);
        }
        for transaction in self.m.store.unfinished() {
            let rows = self.m.store.transactions[transaction as usize].rows;
            self.m.store.abort(transaction);
            self.tell(OfTransaction::Aborted { transaction, rows });
        }
    }

    /// Where each source task begins to read.
    fn rewind(&mut self, contents: &Contents, found: bool, planned: bool) {
        for source in 0..self.m.log.ends.len() {
            let end = self.m.log.ends[source];
            let in_checkpoint = contents.offsets.get(source).copied().unwrap_or_default();
            let to = match (self.flow.source.offsets, self.flow.restart.changed) {
                (Offsets::OnRead, _) => self.m.log.committed[source],
                (Offsets::Checkpoint, Changed::FolderLatest) if !planned && !found => end,
                (Offsets::Checkpoint, _) => in_checkpoint,
            };
            self.m.tasks[source].position = to;
            if let Some(batching) = &mut self.m.batching {
                batching.limits[source] = to;
            }
            self.tell(OfJob::Positioned {
                task: self.m.tasks[source].name,
                to,
                read: self.m.log.read[source],
                end,
            });
        }
    }

    /// An event in flight goes back to where it was.
    fn restore_in_flight(&mut self, place: &InFlight) {
        let mut item = place.item;
        item.again = true;
        let task = self.m.index(place.task.stage, place.task.subtask);
        if let Some(channel) = place.channel {
            self.m.tasks[task].inputs[channel].restored.push_back(item);
            return;
        }
        let (to, channel) = match place.task.stage {
            Stage::Source => (self.target(item.record), task),
            Stage::Operator | Stage::Sink => (self.m.index(Stage::Sink, place.task.subtask), 0),
        };
        self.m.tasks[task].pending.push_back(Outgoing {
            to,
            channel,
            element: Element::Record(item),
        });
    }
}
