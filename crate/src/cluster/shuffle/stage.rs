//! When tasks run: each worker takes the next task of the stage as soon as it is free. The stage ends with its last task.

use super::Shuffle;
use super::way::Way;

/// A task that ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ran {
    /// Its number in its way.
    pub task: usize,
    /// On which worker.
    pub worker: u32,
    /// From when, in ms.
    pub from: u64,
    /// Until when, in ms.
    pub until: u64,
}

/// Runs the tasks of a way from an instant on, in order of partitions (Spark's `TaskSetManager`: the next task to a free core).
pub(super) fn run(model: &Shuffle, way: &Way, start: u64) -> Vec<Ran> {
    let mut free = vec![start; model.workers.max(1) as usize];
    let mut ran = Vec::new();
    for (task, load) in way.tasks.iter().map(super::way::Task::load).enumerate() {
        let Some((worker, from)) =
            (free.iter().copied().enumerate()).min_by_key(|(i, at)| (*at, *i))
        else {
            break;
        };
        let rate = match &model.straggler {
            Some(slow) if slow.worker as usize == worker => slow.rate,
            Some(_) | None => model.rate,
        };
        let work = (load * 1000).div_ceil(u64::from(rate.max(1)));
        let until = from + work + u64::from(model.overhead_ms);
        free[worker] = until;
        ran.push(Ran {
            task,
            worker: worker as u32,
            from,
            until,
        });
    }
    ran
}

/// When a stage is over: with its slowest task.
pub(super) fn end(ran: &[Ran]) -> u64 {
    ran.iter().map(|ran| ran.until).max().unwrap_or(0)
}
