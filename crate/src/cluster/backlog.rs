//! Ten times the load: where records wait when more arrive than are processed.
//!
//! ```text
//! producers ── quota ──> log ── planned as batches (Spark) or read into bounded buffers (Flink) ──> processed
//!   held                 backlog                        under way
//! ```
//!
//! Rates are constant between a few instants, so every number of records at every instant is exact: in thousandths of records, as
//! records per second times milliseconds. A micro-batch engine plans a batch when its trigger fires and the batch before is done; a
//! continuous one reads while its buffers have room.

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::scenario::Problems;
use crate::time::Span;
use flow::Flow;
use serde::{Deserialize, Serialize};

mod flow;
mod knobs;
mod scene;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod told;
mod words;

pub use told::Told;

/// A source whose load multiplies for a while, and what is done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backlog {
    /// How records arrive.
    pub arrivals: Arrivals,
    /// How large a record is, in bytes.
    pub record: u32,
    /// How many partitions the topic has: each is read by one task at a time.
    pub partitions: u32,
    /// How many tasks run at once before anything is scaled.
    pub slots: u32,
    /// How many records a second that many tasks process together.
    pub capacity: u32,
    /// How records are taken from the log.
    pub engine: Kind,
    /// Spark's trigger interval; also how often the simulation of a continuous engine looks.
    pub trigger: Span,
    /// Spark's `maxOffsetsPerTrigger`: the most records in one batch, over all partitions; 0 for no limit.
    pub cap: u32,
    /// How many records fit into the buffers between a continuous engine's tasks.
    pub buffers: u32,
    /// How many tasks run at once after scaling.
    pub scaled: u32,
    /// How long after the load multiplies they are there.
    pub scale_delay: Span,
    /// The producers' quota in records per second; 0 for none. What is beyond it waits with them.
    pub quota: u32,
    /// Of 100 records of the multiplied load, how many are sent at all.
    pub keep: u32,
    /// Whether `spark.streaming.backpressure.enabled` is set.
    pub legacy_backpressure: bool,
}

/// How records arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrivals {
    /// Records per second on an ordinary day.
    pub base: u32,
    /// By how much the load multiplies.
    pub factor: u32,
    /// When that begins.
    pub from: Span,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub lasts: Span,
}

/// How records are taken from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Batch by batch (Spark Structured Streaming).
    MicroBatch,
    /// All the time, as far as the buffers have room (Flink).
    Continuous,
}

/// After this long it ends whether or not the backlog is gone.
const LONGEST: i64 = 4 * 3_600_000;

/// A batch, as it was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// When it was planned, in ms.
    planned: i64,
    /// How many records it has.
    records: u64,
    /// How long it takes, in ms.
    duration: i64,
    /// How many records are left in the log.
    behind: u64,
    /// How old its oldest record is when it is done, in ms.
    age: i64,
}

/// Where everything is at one instant. Amounts are in thousandths of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    now: i64,
    /// When the next step happens.
    next: i64,
    /// Up to where the log has been put into batches or read into buffers.
    taken: u64,
    /// Up to where records are processed.
    done: u64,
    batches: Vec<Batch>,
    /// How old the oldest record is that comes out now, in ms.
    age: i64,
    peak: Peaks,
    /// When all that the spike brought was worked off.
    caught_up: Option<i64>,
    /// How many batches were planned while another was still running.
    overlaps: u32,
    /// How many steps there were since it caught up.
    calm: u32,
}

/// The most there ever was.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Peaks {
    backlog: u64,
    held: u64,
    inside: u64,
    age: i64,
}

impl Backlog {
    fn spike_end(&self) -> i64 {
        self.arrivals.from.0 + self.arrivals.lasts.0
    }

    /// Records as they are made, in thousandths.
    fn made(&self) -> Flow {
        let Arrivals {
            base, factor, from, ..
        } = self.arrivals;
        let base = u64::from(base);
        Flow::new(&[
            (0, base),
            (from.0, base * u64::from(factor)),
            (self.spike_end(), base),
        ])
    }

    /// Records that are sent at all.
    fn sent(&self) -> Flow {
        let Arrivals {
            base, factor, from, ..
        } = self.arrivals;
        let base = u64::from(base);
        Flow::new(&[
            (0, base),
            (
                from.0,
                base * u64::from(factor) * u64::from(self.keep) / 100,
            ),
            (self.spike_end(), base),
        ])
    }

    /// Records as they come into the log, behind the producers' quota.
    fn logged(&self) -> Flow {
        self.sent().behind_quota(self.quota.into())
    }

    /// How many tasks run at once: no more than there are partitions, each of which one task reads.
    fn tasks(&self, at: i64) -> (u32, u32) {
        let slots = if at >= self.scaled_at() {
            self.scaled
        } else {
            self.slots
        };
        (slots.min(self.partitions), slots)
    }

    fn scaled_at(&self) -> i64 {
        self.arrivals.from.0 + self.scale_delay.0
    }

    /// Records a second that are processed then.
    fn capacity(&self, at: i64) -> u64 {
        u64::from(self.capacity) * u64::from(self.tasks(at).0) / u64::from(self.slots)
    }

    fn tell_changes(&self, from: i64, to: i64, tell: &mut Tell<'_, Told>) {
        let made = self.made();
        for at in made
            .changes()
            .filter(|at| (from..to).contains(at) && *at > 0)
        {
            let (rate, was) = (made.rate(at), made.rate(at - 1));
            if rate != was {
                tell.fact(Told::Changed { rate, was });
            }
        }
        if (from..to).contains(&self.scaled_at()) && self.scaled != self.slots {
            let (tasks, slots) = self.tasks(self.scaled_at());
            tell.fact(Told::Scaled {
                tasks,
                slots,
                capacity: self.capacity(self.scaled_at()),
            });
        }
    }

    /// Plans a batch when the trigger fires: at the next multiple of the interval, or at once where the batch before took longer
    /// (Spark 4.3 `ProcessingTimeExecutor`). It takes all there is, or `maxOffsetsPerTrigger`.
    fn plan(&self, state: &mut Load, tell: &mut Tell<'_, Told>) {
        let logged = self.logged();
        let available = (logged.at(state.now) - state.taken) / 1000;
        let records = match self.cap {
            0 => available,
            cap => available.min(cap.into()),
        };
        let capacity = self.capacity(state.now);
        let duration = (records * 1000 / capacity) as i64;
        let interval = self.trigger.0;
        state.done = state.taken;
        let running = state
            .batches
            .last()
            .is_some_and(|b| b.planned + b.duration > state.now);
        state.overlaps += u32::from(running);
        if records == 0 {
            tell.fact(Told::Nothing);
        } else {
            let age = state.now + duration - self.sent().when(state.taken + 1);
            state.taken += records * 1000;
            state.age = age;
            let batch = Batch {
                planned: state.now,
                records,
                duration,
                behind: available - records,
                age,
            };
            state.batches.push(batch);
            let planned = tell.fact(Told::Planned {
                number: state.batches.len(),
                batch,
                capacity,
            });
            if duration > interval {
                tell.because(planned, Told::Behind { duration, interval });
            }
        }
        state.next = (state.now / interval * interval + interval).max(state.now + duration);
        if available == records && duration <= interval && self.held(state.now) == 0 {
            self.catch_up(state, tell);
        }
    }

    /// Reads on while buffers have room: in between the rates are constant, so that what is in the log and in the buffers follows.
    fn read(&self, state: &mut Load, from: i64, tell: &mut Tell<'_, Told>) {
        let logged = self.logged();
        let capacity = self.capacity(from);
        let (before, all) = (state.done, logged.at(state.now));
        let had = state.taken - state.done;
        let passed = (state.now - from) as u64;
        state.done = all.min(state.done + capacity * passed);
        let room = u64::from(self.buffers) * 1000;
        state.taken = all.min(state.done + room);
        state.age = if state.done < all {
            state.now - self.sent().when(state.done + 1)
        } else {
            0
        };
        if let Some(leaving) = (state.done - before).checked_div(passed) {
            tell.fact(Told::Went {
                log: (all - state.taken) / 1000,
                inside: (state.taken - state.done) / 1000,
                arriving: logged.rate(from),
                leaving,
            });
        }
        if had < room && state.taken - state.done == room {
            tell.fact(Told::Slowed {
                buffers: self.buffers.into(),
                capacity,
            });
        }
        state.next = self.next_look(state, &logged);
        if state.done == all && self.held(state.now) == 0 {
            self.catch_up(state, tell);
        }
    }

    /// The next instant at which something about a continuous engine changes, or at which we look anyway.
    fn next_look(&self, state: &Load, logged: &Flow) -> i64 {
        let now = state.now;
        let (rate, capacity) = (logged.rate(now), self.capacity(now));
        let inside = state.taken - state.done;
        let room = u64::from(self.buffers) * 1000;
        let waiting = logged.at(now) - state.done;
        let mut next = now / self.trigger.0 * self.trigger.0 + self.trigger.0;
        let mut consider = |at: i64| {
            if at > now {
                next = next.min(at);
            }
        };
        logged.changes().for_each(&mut consider);
        self.made().changes().for_each(&mut consider);
        consider(self.scaled_at());
        if rate > capacity && inside < room {
            consider(now + (room - inside).div_ceil(rate - capacity) as i64);
        }
        if rate < capacity && waiting > 0 {
            consider(now + waiting.div_ceil(capacity - rate) as i64);
        }
        next
    }

    fn held(&self, at: i64) -> u64 {
        self.sent().at(at) - self.logged().at(at)
    }

    fn catch_up(&self, state: &mut Load, tell: &mut Tell<'_, Told>) {
        if state.now < self.spike_end() {
            return;
        }
        state.calm += 1;
        if state.caught_up.is_none() {
            state.caught_up = Some(state.now);
            tell.fact(Told::CaughtUp {
                after: state.now - self.spike_end(),
            });
        }
    }
}

impl Model for Backlog {
    type State = Load;
    type Fact = Told;

    fn title(&self) -> String {
        match self.engine {
            Kind::MicroBatch => "Kafka and Spark, ten times the load".into(),
            Kind::Continuous => "Kafka and Flink, ten times the load".into(),
        }
    }

    fn check(&self, problems: &mut Problems) {
        let mut within = |path: &str, value: u32, min: u32, max: u32| {
            if !(min..=max).contains(&value) {
                problems.push(path, format!("from {min} to {max}, got {value}"));
            }
        };
        within("arrivals.base", self.arrivals.base, 1, 1_000_000);
        within("arrivals.factor", self.arrivals.factor, 1, 100);
        within("record", self.record, 1, 1_000_000);
        within("partitions", self.partitions, 1, 10_000);
        within("slots", self.slots, 1, 10_000);
        within("scaled", self.scaled, 1, 10_000);
        within("capacity", self.capacity, self.slots, 100_000_000);
        within("cap", self.cap, 0, 100_000_000);
        within("buffers", self.buffers, 1, 100_000_000);
        within("quota", self.quota, 0, 100_000_000);
        within("keep", self.keep, 1, 100);
        let mut time = |path: &str, span: Span, min: i64, max: i64| {
            if !(min..=max).contains(&span.0) {
                problems.push(path, format!("from {min} to {max} ms, got {}", span.0));
            }
        };
        time("arrivals.from", self.arrivals.from, 0, 3_600_000);
        time("arrivals.for", self.arrivals.lasts, 1, 3_600_000);
        time("trigger", self.trigger, 1_000, 3_600_000);
        time("scale_delay", self.scale_delay, 0, 3_600_000);
        if self.quota != 0 && self.quota <= self.arrivals.base {
            problems.push(
                "quota",
                "is more than the ordinary load, or what is held back is never sent",
            );
        }
    }

    fn table() -> &'static [Turn<Backlog>] {
        knobs::TURNS
    }

    fn start(&self) -> Load {
        Load {
            next: match self.engine {
                Kind::MicroBatch => self.trigger.0,
                Kind::Continuous => self.trigger.0.min(self.arrivals.from.0.max(1)),
            },
            ..Load::default()
        }
    }

    fn step(&self, state: &mut Load, tell: &mut Tell<'_, Told>) -> bool {
        if state.calm > 2 || state.next > LONGEST {
            return false;
        }
        let from = state.now;
        state.now = state.next;
        match self.engine {
            Kind::MicroBatch => self.plan(state, tell),
            Kind::Continuous => self.read(state, from, tell),
        }
        self.tell_changes(from + 1, state.now + 1, tell);
        let held = self.held(state.now);
        if held > 0 {
            tell.fact(Told::Held {
                held: held / 1000,
                quota: self.quota.into(),
            });
        }
        let peak = &mut state.peak;
        peak.backlog = peak.backlog.max(self.logged().at(state.now) - state.taken);
        peak.held = peak.held.max(held);
        peak.inside = peak.inside.max(state.taken - state.done);
        peak.age = peak.age.max(state.age);
        true
    }

    fn clock(&self, state: &Load) -> Option<i64> {
        Some(state.now)
    }

    fn figures(&self, state: &Load) -> Vec<Figure> {
        scene::figures(self, state)
    }

    fn scene(&self, state: &Load, last: &[Entry<Told>]) -> ClusterScene {
        scene::scene(self, state, last)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &Told) -> Sentence {
        words::sentence(fact)
    }

    fn why(&self, run: &Played<Backlog>, thing: &str, position: usize) -> Option<Explanation> {
        words::why(self, &run.state(position), thing)
    }
}
