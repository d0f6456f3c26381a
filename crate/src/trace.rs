//! The trace: everything an engine told, in order, each fact with its step, its cause and its moment; and what follows from it
//! alone: the life of every window, which events each result came from, what became of each event.
//!
//! Everything shown, explained, asked, charted or exported is a function of the trace. Knows no engine.

use crate::fact::{Fact, FactId, LateFate, Recorder, Why};
use crate::model::{Event, KeyId, Pane, Value, Window};
use crate::sorted::Numbers;
use crate::source::Compiled;
use crate::time::{ProcTime, Watermark};
use crate::window::TimeDomain;

/// One recorded fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// In which step it happened.
    pub step: u32,
    /// When, on the processing clock.
    pub at: ProcTime,
    /// The fact that brought it about.
    pub cause: FactId,
    /// What happened.
    pub fact: Fact,
}

/// The life of one key's window: in the trace there may be several of one window, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Whose.
    pub key: KeyId,
    /// Which window.
    pub window: Window,
    /// The step that opened it.
    pub opened: u32,
    /// The steps that brought events, and how many events had been brought by then.
    pub fills: Vec<(u32, u32)>,
    /// The events it held, in the order in which they were added; those of merged windows at the place of the merge.
    pub events: Vec<u32>,
    /// From which of `events` on its contents count, after each purge: by step.
    pub purges: Vec<(u32, u32)>,
    /// The emissions it made, by number.
    pub emissions: Vec<u32>,
    /// The step that closed it, and how.
    pub closed: Option<(u32, Closing)>,
    /// How many of `events` have been in a result.
    counted: u32,
}

/// How a window came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Its state was removed.
    Evicted(FactId),
    /// It went into another, by lane number.
    Merged(u32),
}

impl Lane {
    /// How many events it held after `step`, and from which of them on they count.
    pub fn extent(&self, step: u32) -> (u32, u32) {
        let until = |list: &[(u32, u32)]| match list.partition_point(|(at, _)| *at <= step) {
            0 => 0,
            n => list[n - 1].1,
        };
        (until(&self.purges), until(&self.fills))
    }
}

/// A result, as emitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Emission {
    /// The fact.
    pub fact: FactId,
    /// In which step.
    pub step: u32,
    /// When, on the processing clock.
    pub at: ProcTime,
    /// Whose.
    pub key: KeyId,
    /// Of which window.
    pub window: Window,
    /// The result; `None` withdraws one.
    pub value: Option<Value>,
    /// Which of the window's, where the engine says.
    pub pane: Option<Pane>,
    /// What made it come out.
    pub why: Why,
    /// The lane that made it, and which of the lane's events it came from.
    pub lane: Option<u32>,
    /// The first of the lane's events in it.
    pub from: u32,
    /// The first behind.
    pub to: u32,
}

/// What the trace knows of one event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventFate {
    /// The step of its arrival.
    pub arrived: Option<(u32, ProcTime)>,
    /// The watermark when it arrived.
    pub watermark: Option<Watermark>,
    /// The step that added it to its first window.
    pub added: Option<u32>,
    /// The step of the first result that it is in.
    pub counted: Option<u32>,
    /// The step that found no place for it, and the fact that says so.
    pub lost: Option<(u32, FactId)>,
}

/// A late event, as the engine told it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LateEvent {
    /// The fact.
    pub fact: FactId,
    /// In which step.
    pub step: u32,
    /// Which event.
    pub event: u32,
    /// What became of it.
    pub fate: LateFate,
}

/// A rise of the watermark that windows are judged by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rise {
    /// In which step.
    pub step: u32,
    /// To where.
    pub to: Watermark,
    /// Whose it is, where each source is read by a task with a time of its own.
    pub task: Option<u16>,
}

/// Everything an engine told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The facts.
    pub entries: Vec<Entry>,
    /// For each step, the first of its facts; one more at the end.
    pub steps: Vec<u32>,
    /// When each step happened, on the processing clock, or the number of the step where nobody says.
    pub times: Vec<ProcTime>,
    /// The results.
    pub emissions: Vec<Emission>,
    /// The late events.
    pub late: Vec<LateEvent>,
    /// The engine's own counts of late rows: by step.
    pub late_rows: Vec<(u32, u64)>,
    /// Where the watermark that windows are judged by rose to.
    pub watermarks: Vec<Rise>,
    /// The lives of the windows, in the order in which they opened.
    pub lanes: Vec<Lane>,
    /// What became of each event.
    pub fates: Vec<EventFate>,
    /// Events passed on by deduplication: by step.
    pub passed: Vec<(u32, u32)>,
}

impl Trace {
    /// A fact.
    pub fn entry(&self, id: FactId) -> Option<&Entry> {
        self.entries.get(id.0 as usize)
    }

    /// The facts of one step.
    pub fn of_step(&self, step: usize) -> &[Entry] {
        match (self.steps.get(step), self.steps.get(step + 1)) {
            (Some(from), Some(to)) => &self.entries[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// The events a result came from, in the order in which they were added.
    pub fn lineage(&self, emission: &Emission) -> &[u32] {
        emission.lane.map_or(&[], |lane| {
            &self.lanes[lane as usize].events[emission.from as usize..emission.to as usize]
        })
    }

    /// The watermark after a step: a task's, or the one that all go by.
    pub fn watermark_after(&self, step: u32, task: Option<u16>) -> Watermark {
        let by = self.watermarks.partition_point(|rise| rise.step <= step);
        (self.watermarks[..by].iter().rev())
            .find(|rise| rise.task == task)
            .map_or(Watermark::NONE, |rise| rise.to)
    }
}

/// Builds a trace from what an engine tells.
#[derive(Debug, Default)]
pub struct Tracer {
    trace: Trace,
    open: Numbers<(KeyId, Window)>,
    step: u32,
    at: ProcTime,
    /// Where each task's watermark stands; where there is one for all, only the first.
    watermarks: Vec<Option<Watermark>>,
    /// By event: the task that takes it.
    tasks: Vec<u16>,
}

impl Tracer {
    /// For the events of an input.
    pub fn new(compiled: &Compiled) -> Tracer {
        let (events, names) = (&compiled.events, &compiled.names);
        let task = |event: &Event| if names.tasks { event.source } else { 0 };
        Tracer {
            trace: Trace {
                fates: vec![EventFate::default(); events.len()],
                ..Trace::default()
            },
            watermarks: vec![None; names.sources.max(1) as usize],
            tasks: events.iter().map(task).collect(),
            ..Tracer::default()
        }
    }

    /// Begins the next step, at this moment of the processing clock.
    pub fn begin_step(&mut self, at: ProcTime) {
        self.step = self.trace.steps.len() as u32;
        self.at = at;
        self.trace.steps.push(self.trace.entries.len() as u32);
        self.trace.times.push(at);
    }

    /// The finished trace.
    pub fn finish(mut self) -> Trace {
        self.trace.steps.push(self.trace.entries.len() as u32);
        self.trace
    }

    fn lane(&mut self, key: KeyId, window: Window) -> u32 {
        let (step, lanes) = (self.step, &mut self.trace.lanes);
        if let Some(lane) = self.open.get((key, window)) {
            return lane;
        }
        let number = lanes.len() as u32;
        lanes.push(Lane {
            key,
            window,
            opened: step,
            fills: Vec::new(),
            events: Vec::new(),
            purges: Vec::new(),
            emissions: Vec::new(),
            closed: None,
            counted: 0,
        });
        self.open.insert((key, window), number);
        number
    }

    fn fill(&mut self, lane: u32, events: &[u32]) {
        let lane = &mut self.trace.lanes[lane as usize];
        lane.events.extend_from_slice(events);
        let len = lane.events.len() as u32;
        match lane.fills.last_mut() {
            Some((step, count)) if *step == self.step => *count = len,
            _ => lane.fills.push((self.step, len)),
        }
    }

    /// The events that count in a lane now.
    fn contents(&self, lane: u32) -> Vec<u32> {
        let lane = &self.trace.lanes[lane as usize];
        let from = lane.purges.last().map_or(0, |(_, from)| *from);
        lane.events[from as usize..].to_vec()
    }

    fn close(&mut self, key: KeyId, window: Window, how: Closing) {
        if let Some(lane) = self.open.remove((key, window)) {
            self.trace.lanes[lane as usize].closed = Some((self.step, how));
        }
    }

    fn emitted(
        &mut self,
        id: FactId,
        key: KeyId,
        window: Window,
        value: Option<&Value>,
        pane: Option<Pane>,
        why: Why,
    ) {
        let lane = self.open.get((key, window));
        let number = self.trace.emissions.len() as u32;
        let (mut from, mut to) = (0, 0);
        if let Some(lane) = lane {
            let lane = &mut self.trace.lanes[lane as usize];
            lane.emissions.push(number);
            from = lane.purges.last().map_or(0, |(_, from)| *from);
            to = lane.events.len() as u32;
            if value.is_some() {
                for event in &lane.events[lane.counted.max(from) as usize..] {
                    self.trace.fates[*event as usize]
                        .counted
                        .get_or_insert(self.step);
                }
                lane.counted = to;
            }
        }
        self.trace.emissions.push(Emission {
            fact: id,
            step: self.step,
            at: self.at,
            key,
            window,
            value: value.cloned(),
            pane,
            why,
            lane,
            from,
            to,
        });
    }

    fn rose(&mut self, to: Watermark, task: Option<u16>) {
        self.watermarks[task.unwrap_or(0) as usize] = Some(to);
        self.trace.watermarks.push(Rise {
            step: self.step,
            to,
            task,
        });
    }

    fn take_in(&mut self, id: FactId, fact: &Fact) {
        match fact {
            Fact::Arrived { event } => {
                let fate = &mut self.trace.fates[*event as usize];
                fate.arrived = Some((self.step, self.at));
                fate.watermark = self.watermarks[self.tasks[*event as usize] as usize];
            }
            Fact::Added {
                event, key, window, ..
            } => {
                let lane = self.lane(*key, *window);
                self.fill(lane, &[*event]);
                self.trace.fates[*event as usize]
                    .added
                    .get_or_insert(self.step);
            }
            Fact::Merged { key, from, into } if from != into => {
                let Some(old) = self.open.get((*key, *from)) else {
                    return;
                };
                let events = self.contents(old);
                let new = self.lane(*key, *into);
                self.fill(new, &events);
                self.close(*key, *from, Closing::Merged(new));
            }
            Fact::Copied { key, from, into } => {
                let Some(old) = self.open.get((*key, *from)) else {
                    return;
                };
                let events = self.contents(old);
                let new = self.lane(*key, *into);
                self.fill(new, &events);
            }
            Fact::Late { event, fate, .. } => {
                if *fate != LateFate::Partly {
                    self.trace.fates[*event as usize].lost = Some((self.step, id));
                }
                self.trace.late.push(LateEvent {
                    fact: id,
                    step: self.step,
                    event: *event,
                    fate: *fate,
                });
            }
            Fact::Swallowed { event, .. }
            | Fact::Duplicate { event, .. }
            | Fact::NoWindow { event } => {
                self.trace.fates[*event as usize]
                    .lost
                    .get_or_insert((self.step, id));
            }
            Fact::Passed { event } => {
                self.trace.fates[*event as usize].counted = Some(self.step);
                self.trace.passed.push((self.step, *event));
            }
            Fact::Remembered { event, key, window } => {
                let lane = self.lane(*key, *window);
                self.fill(lane, &[*event]);
            }
            Fact::LateRows { count } => match self.trace.late_rows.last_mut() {
                Some((step, total)) if *step == self.step => *total += count,
                _ => self.trace.late_rows.push((self.step, *count)),
            },
            Fact::Watermark { to, task, .. } => self.rose(*to, *task),
            Fact::TimerDue {
                clock: TimeDomain::Processing,
                at,
                ..
            } => self.at = ProcTime(*at).max(self.last_time()),
            Fact::ClockMoved { to } => self.at = *to,
            Fact::Emitted {
                key,
                window,
                value,
                pane,
                why,
            } => self.emitted(id, *key, *window, value.as_ref(), *pane, *why),
            Fact::Purged { key, window } => {
                if let Some(lane) = self.open.get((*key, *window)) {
                    let lane = &mut self.trace.lanes[lane as usize];
                    lane.purges.push((self.step, lane.events.len() as u32));
                }
            }
            Fact::Evicted { key, window, .. } => self.close(*key, *window, Closing::Evicted(id)),
            Fact::Merged { .. }
            | Fact::SourceWatermark { .. }
            | Fact::SourceIdle { .. }
            | Fact::SourceEnded { .. }
            | Fact::WindowClosed { .. }
            | Fact::TimerSet { .. }
            | Fact::TimerDue { .. }
            | Fact::ResultLost { .. }
            | Fact::Batch { .. }
            | Fact::Halted { .. } => {}
        }
    }

    /// The moment of the step before this one: what is due in between is due after it.
    fn last_time(&self) -> ProcTime {
        match self.trace.times.len() {
            0 | 1 => ProcTime(i64::MIN),
            n => self.trace.times[n - 2],
        }
    }
}

impl Recorder for Tracer {
    const ON: bool = true;

    fn push(&mut self, cause: FactId, fact: Fact) -> FactId {
        let id = FactId(self.trace.entries.len() as u32);
        if matches!(fact, Fact::Arrived { .. }) {
            self.at = self.trace.times.last().copied().unwrap_or(self.at);
        }
        self.take_in(id, &fact);
        self.trace.entries.push(Entry {
            step: self.step,
            at: self.at,
            cause,
            fact,
        });
        id
    }
}

/// Whether an event was behind the watermark when it arrived, and so "late" in the everyday sense.
pub fn is_behind(watermark: Option<Watermark>, ts: crate::time::EventTime) -> bool {
    watermark.is_some_and(|watermark| watermark != Watermark::NONE && watermark.reached(ts))
}
