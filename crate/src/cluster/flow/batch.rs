//! Micro-batches: sources read up to a limit, and no further until all of that is written (Spark 4.3 `MicroBatchExecution`,
//! `ProcessingTimeExecutor`; the limit is `maxOffsetsPerTrigger`).

use super::fact::OfJob;
use super::machine::{Due, Job, Worker};
use super::task::Stage;

impl Worker<'_, '_> {
    /// A trigger comes.
    pub(super) fn batch_due(&mut self) {
        let Some(batch) = self.flow.source.batch else {
            return;
        };
        if self.m.job != Job::Running {
            return;
        }
        if !self.m.drained() {
            // Triggers keep to multiples of the interval.
            let interval = batch.interval.ms();
            self.m
                .due((self.m.now / interval + 1) * interval, Due::Batch);
        }
        match &mut self.m.batching {
            Some(batching) if batching.began.is_some() => batching.overdue = true,
            Some(_) | None => self.begin_batch(batch.cap),
        }
    }

    /// Begins a batch with what lies in the log, up to the cap; partitions give one event in turn.
    fn begin_batch(&mut self, cap: u32) {
        let waiting = self.m.lag();
        if waiting == 0 {
            return;
        }
        let ends = self.m.log.ends.clone();
        let mut limits: Vec<u32> = self.m.stage(Stage::Source).map(|s| s.position).collect();
        let mut events = 0;
        while events < cap.min(waiting) {
            for (limit, end) in limits.iter_mut().zip(&ends) {
                if *limit < *end && events < cap {
                    *limit += 1;
                    events += 1;
                }
            }
        }
        let Some(batching) = &mut self.m.batching else {
            return;
        };
        batching.number += 1;
        batching.limits = limits;
        batching.began = Some(self.m.now);
        batching.overdue = false;
        let number = batching.number;
        self.tell(OfJob::BatchBegan {
            number,
            events,
            waiting,
            cap,
        });
        for source in 0..ends.len() {
            self.wake(source);
        }
    }

    /// Ends the batch if all of it is written. If a trigger came meanwhile, the next one begins.
    pub(super) fn batch_done(&mut self) {
        let Some((batch, batching)) = self.flow.source.batch.zip(self.m.batching.as_ref()) else {
            return;
        };
        let Some(began) = batching.began else { return };
        let through = {
            let mut read = self.m.stage(Stage::Source).zip(&batching.limits);
            read.all(|(source, limit)| source.position >= *limit) && self.m.empty()
        };
        if !through {
            return;
        }
        let (number, overdue) = (batching.number, batching.overdue);
        if let Some(batching) = &mut self.m.batching {
            batching.began = None;
        }
        self.tell(OfJob::BatchDone {
            number,
            took: self.m.now - began,
        });
        if overdue {
            self.begin_batch(batch.cap);
        }
    }
}
