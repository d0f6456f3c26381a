//! Frames: what there is to see after so many steps, in the words of the page.
//!
//! Plain data made from the trace, and for the state from the engine itself. A position is a number of steps taken, so that
//! position 0 is before the first. Decides nothing: what it shows was decided by the engine.

use crate::dialect::{CellView, Engine, EngineKind};
use crate::fact::{Fact, LateFate};
use crate::model::{Action, Timing, Window};
use crate::run::Run;
use crate::time::{EventTime, Watermark};
use crate::trace::{Closing, Lane as TraceLane, is_behind};
use crate::window::TimeDomain;
use serde::Serialize;
use std::collections::BTreeSet;

/// Tables show at most this many rows; how many more there are is said beside them.
const MOST_ROWS: usize = 500;

/// An instant, for geometry and for reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Moment {
    /// In ms; none for "none yet" and for the end of time.
    pub ms: Option<i64>,
    /// As it is read.
    pub text: String,
}

/// A window, for geometry and for reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Bounds {
    /// Its first instant in ms; none for the global window.
    pub start: Option<i64>,
    /// The first instant behind it in ms; none for the global window.
    pub end: Option<i64>,
    /// As it is read: `[12:00, 12:05)`.
    pub text: String,
}

/// What does not change while a run is looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Overview {
    /// Whose rules hold.
    pub engine: EngineKind,
    /// The engine's name for people.
    pub engine_title: String,
    /// How many steps there are.
    pub steps: u32,
    /// How many events.
    pub events: u32,
    /// How many results are emitted in all.
    pub emissions: u32,
    /// How many events are late in all.
    pub late: u32,
    /// Whether the steps say when they are processed; otherwise processing time is the number of the step.
    pub timed: bool,
    /// What is computed: `count`, `sum`, …
    pub aggregate: String,
    /// What the sources are called.
    pub sources: Vec<String>,
    /// What the keys are called.
    pub keys: Vec<String>,
    /// From the first to the last event time, in ms.
    pub event_range: (i64, i64),
    /// From the first to the last processing time, in ms.
    pub processing_range: (i64, i64),
    /// The windows that had events, each once, in the order in which they close; sessions not before they are complete.
    pub bands: Vec<Bounds>,
}

/// What there is to see after so many steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Frame {
    /// How many steps have been taken.
    pub position: u32,
    /// Where the processing clock stands.
    pub now: Moment,
    /// Where the watermark stands.
    pub watermark: Moment,
    /// The sources.
    pub sources: Vec<SourceRow>,
    /// The windows opened so far, open ones first, each in the order in which they close.
    pub windows: Vec<WindowRow>,
    /// How many windows there are beyond those listed.
    pub more_windows: u32,
    /// The engine's keyed state.
    pub state: Vec<StateRow>,
    /// How many entries there are beyond those listed.
    pub more_state: u32,
    /// The keyed state in all.
    pub state_size: Size,
    /// How many results have been emitted.
    pub emitted: u32,
    /// How many of them by the last step.
    pub emitted_now: u32,
    /// How many events have been late.
    pub late: u32,
    /// How many of them in the last step.
    pub late_now: u32,
    /// What became of the events so far.
    pub counts: Counts,
    /// The event of the last step, if it was one.
    pub event: Option<u32>,
}

/// How much state is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Size {
    /// Entries, one per key and window.
    pub entries: u64,
    /// Bytes: 8 for each number kept.
    pub bytes: u64,
    /// Timers pending.
    pub timers: u64,
}

/// How many events are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Counts {
    /// Have arrived.
    pub arrived: u32,
    /// Are in a window that has not emitted them yet.
    pub waiting: u32,
    /// Are in a result.
    pub counted: u32,
    /// Were behind the watermark and taken all the same.
    pub behind: u32,
    /// Were late and lost.
    pub late: u32,
    /// Went no further for another reason: seen before, in no window, swallowed.
    pub other: u32,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct SourceRow {
    /// Its name.
    pub name: String,
    /// The highest event time seen.
    pub highest: Moment,
    /// Its watermark.
    pub watermark: Moment,
    /// Whether it is waited for.
    pub state: SourceState,
    /// Whether the combined watermark stands where it does because of it.
    pub holds: bool,
    /// Whether the last step changed it.
    pub changed: bool,
}

/// Whether a source is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum SourceState {
    /// It is.
    Active,
    /// It has gone quiet and is not.
    Idle,
    /// It has ended.
    Ended,
}

/// One key's window.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct WindowRow {
    /// Its number in the order of opening, as [`crate::explain`] takes it.
    pub lane: u32,
    /// Whose.
    pub key: String,
    /// From when to when.
    pub window: Bounds,
    /// How many events it holds.
    pub events: u32,
    /// The last result it emitted.
    pub result: Option<String>,
    /// Where it is in its life.
    pub status: WindowStatus,
    /// Whether the last step changed it.
    pub changed: bool,
}

/// Where a window is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum WindowStatus {
    /// It takes events and has emitted nothing yet.
    Open,
    /// It has emitted and still takes events.
    Fired,
    /// It is gone.
    Closed,
    /// It went into another.
    Merged,
}

/// One entry of the engine's keyed state.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct StateRow {
    /// Its key.
    pub key: String,
    /// Its window.
    pub window: Bounds,
    /// What the aggregate would give now.
    pub value: String,
    /// How many events are in it.
    pub count: u64,
    /// Which events, in the order in which they were added.
    pub events: Vec<u32>,
    /// The pending timers, as they are read.
    pub timers: Vec<String>,
    /// What it takes.
    pub bytes: u64,
    /// Whether the last step changed it.
    pub changed: bool,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct EventRow {
    /// Its number in the order of arrival.
    pub index: u32,
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: f64,
    /// Its source.
    pub source: String,
    /// When it happened.
    pub event_time: Moment,
    /// When it is processed.
    pub arrival: Moment,
    /// The position right after its arrival.
    pub position: u32,
    /// Which of the input's written steps it is, where it was written out.
    pub step: Option<u32>,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct EmissionView {
    /// Its number in the order of emission.
    pub index: u32,
    /// The position at which it is there.
    pub position: u32,
    /// When, on the processing clock.
    pub at: Moment,
    /// Whose.
    pub key: String,
    /// The key's number.
    pub key_index: u32,
    /// Of which window.
    pub window: Bounds,
    /// The result as it is read; none where one is withdrawn.
    pub value: Option<String>,
    /// Which of the window's results it is, from 0.
    pub revision: u32,
    /// Early, on time or late, where the engine says.
    pub pane: Option<Timing>,
    /// The pane's number, where the engine says.
    pub pane_index: Option<u32>,
    /// The events it came from, in the order in which they were added.
    pub events: Vec<u32>,
}

/// One late event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct LateView {
    /// The event.
    pub event: u32,
    /// Its id.
    pub id: String,
    /// Its key.
    pub key: String,
    /// When it happened.
    pub event_time: Moment,
    /// How far behind the watermark it was.
    pub behind: String,
    /// Whether it went to the side output rather than nowhere.
    pub side_output: bool,
    /// The position at which it was found late.
    pub position: u32,
}

/// The life of one key's window.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Lane {
    /// Whose.
    pub key: String,
    /// The key's number.
    pub key_index: u32,
    /// Which window.
    pub window: Bounds,
    /// The position at which it was there.
    pub opened: u32,
    /// The positions at which events came, and how many it held then.
    pub fills: Vec<(u32, u32)>,
    /// The results it emitted, by number.
    pub emissions: Vec<u32>,
    /// The position at which it was gone.
    pub closed: Option<u32>,
    /// The lane it went into, if it merged.
    pub merged_into: Option<u32>,
}

/// What kinds of things a step did, as bits of [`Run::timeline`].
pub mod marker {
    /// An event arrived.
    pub const ARRIVAL: u8 = 1;
    /// A result was emitted.
    pub const FIRING: u8 = 2;
    /// An event was lost.
    pub const LOSS: u8 = 4;
    /// Windows merged.
    pub const MERGE: u8 = 8;
    /// The watermark moved.
    pub const WATERMARK: u8 = 16;
    /// Something else: a source went idle, a batch ran.
    pub const OTHER: u8 = 32;
}

/// What became of an event, as numbers of [`Run::statuses`].
pub mod status {
    /// It has not arrived.
    pub const FUTURE: u8 = 0;
    /// It is in a window that has not emitted it yet.
    pub const WAITING: u8 = 1;
    /// It is in a result.
    pub const COUNTED: u8 = 2;
    /// It was behind the watermark, and is in a window or a result all the same.
    pub const BEHIND: u8 = 3;
    /// It was late and is lost, or sent aside.
    pub const LOST: u8 = 4;
    /// It went no further for another reason.
    pub const ELSEWHERE: u8 = 5;
}

impl Run {
    /// An instant of event time.
    pub fn moment(&self, ms: i64) -> Moment {
        Moment {
            ms: Some(ms),
            text: self.clock.format(ms),
        }
    }

    /// An instant of processing time; where nobody says when, the number of the step.
    pub fn processing_moment(&self, ms: i64) -> Moment {
        if self.compiled.timed {
            self.moment(ms)
        } else {
            Moment {
                ms: Some(ms),
                text: format!("step {}", ms + 1),
            }
        }
    }

    /// A watermark.
    pub fn watermark_moment(&self, watermark: Watermark) -> Moment {
        Moment {
            ms: watermark.time().map(EventTime::ms),
            text: self.clock.watermark(watermark),
        }
    }

    /// A window. Where the engine counts a window's end as part of it, the text says so.
    pub fn bounds(&self, window: Window) -> Bounds {
        if window.is_global() {
            return Bounds {
                start: None,
                end: None,
                text: "all of time".into(),
            };
        }
        let (start, end) = (window.start.ms(), window.end.ms());
        let close = if self.ends_inclusive() { ']' } else { ')' };
        Bounds {
            start: Some(start),
            end: Some(end),
            text: format!(
                "[{}, {}{close}",
                self.clock.format(start),
                self.clock.format(end)
            ),
        }
    }

    /// Whether this engine writes the last instant of such windows, not the first behind them.
    fn ends_inclusive(&self) -> bool {
        use crate::window::WindowSpec::{Count, Global, Session, Sliding, SlidingDiff, Tumbling};
        self.scenario.engine == EngineKind::KafkaStreams
            && match self.scenario.pipeline.window {
                Some(Session { .. } | SlidingDiff { .. }) => true,
                Some(Tumbling { .. } | Sliding { .. } | Global | Count { .. }) | None => false,
            }
    }

    /// A value as it is read.
    pub fn value_text(&self, value: &crate::model::Value) -> String {
        use crate::output::Number;
        match self.number(value) {
            Number::Whole(n) => n.to_string(),
            // As many digits as tell something: averages are cut after four.
            Number::Real(x) => format!("{x:.4}")
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_string(),
            Number::Text(text) => text,
        }
    }

    /// What does not change while the run is looked at.
    pub fn overview(&self) -> Overview {
        let range = |values: &mut dyn Iterator<Item = i64>| {
            values.fold(None, |range: Option<(i64, i64)>, ms| {
                Some(range.map_or((ms, ms), |(a, b)| (a.min(ms), b.max(ms))))
            })
        };
        let windows: BTreeSet<Window> = self
            .trace
            .lanes
            .iter()
            .filter(|lane| {
                !matches!(lane.closed, Some((_, Closing::Merged(_)))) && !lane.window.is_global()
            })
            .map(|lane| lane.window)
            .collect();
        Overview {
            engine: self.scenario.engine,
            engine_title: self.scenario.engine.title().into(),
            steps: self.len() as u32,
            events: self.compiled.events.len() as u32,
            emissions: self.trace.emissions.len() as u32,
            late: self.trace.late.len() as u32,
            timed: self.compiled.timed,
            aggregate: self
                .scenario
                .pipeline
                .aggregate
                .map_or("", crate::aggregate::Aggregate::name)
                .into(),
            sources: (0..self.names().sources)
                .map(|source| self.names().source(source))
                .collect(),
            keys: self.names().keys.clone(),
            event_range: range(&mut self.compiled.events.iter().map(|event| event.ts.ms()))
                .unwrap_or((0, 0)),
            processing_range: range(&mut self.trace.times.iter().map(|time| time.ms()))
                .unwrap_or((0, 0)),
            bands: windows
                .into_iter()
                .take(MOST_ROWS)
                .map(|window| self.bounds(window))
                .collect(),
        }
    }

    /// What there is to see after `position` steps.
    pub fn frame(&self, position: usize) -> Frame {
        let position = position.min(self.len());
        let last = position.checked_sub(1);
        let engine = self.engine_after(position);
        let cells = engine.cells();
        let (windows, more_windows) = self.window_rows(position);
        let (state, more_state) = self.state_rows(&cells, position);
        let aggregate = self
            .scenario
            .pipeline
            .aggregate
            .unwrap_or(crate::aggregate::Aggregate::Count);
        let emitted = self
            .trace
            .emissions
            .partition_point(|e| (e.step as usize) < position);
        let late = self
            .trace
            .late
            .partition_point(|l| (l.step as usize) < position);
        let before = |list: usize| last.map_or(0, |_| list);
        let emitted_before = last.map_or(0, |last| {
            self.trace
                .emissions
                .partition_point(|e| (e.step as usize) < last)
        });
        let late_before = last.map_or(0, |last| {
            self.trace
                .late
                .partition_point(|l| (l.step as usize) < last)
        });
        Frame {
            position: position as u32,
            now: match last.or((!self.is_empty()).then_some(0)) {
                Some(step) => self.processing_moment(self.trace.times[step].ms()),
                None => Moment {
                    ms: None,
                    text: "not started".into(),
                },
            },
            watermark: self.watermark_moment(last.map_or(Watermark::NONE, |last| {
                self.trace.watermark_after(last as u32)
            })),
            sources: self.source_rows(position),
            windows,
            more_windows,
            state,
            more_state,
            state_size: Size {
                entries: cells.len() as u64,
                bytes: cells.iter().map(|cell| cell.bytes(aggregate)).sum(),
                timers: cells.iter().map(|cell| cell.timers.len() as u64).sum(),
            },
            emitted: emitted as u32,
            emitted_now: (before(emitted) - emitted_before) as u32,
            late: late as u32,
            late_now: (before(late) - late_before) as u32,
            counts: self.counts(position),
            event: last
                .and_then(|last| self.step(last))
                .and_then(|step| match step.action {
                    Action::Event(event) => Some(event.index),
                    Action::Watermark { .. }
                    | Action::MarkIdle { .. }
                    | Action::ClockMoves
                    | Action::Batch { .. }
                    | Action::End { .. } => None,
                }),
        }
    }

    fn source_rows(&self, position: usize) -> Vec<SourceRow> {
        let sources = self.names().sources;
        let mut rows: Vec<SourceRow> = (0..sources)
            .map(|source| SourceRow {
                name: self.names().source(source),
                highest: Moment {
                    ms: None,
                    text: "none yet".into(),
                },
                watermark: self.watermark_moment(Watermark::NONE),
                state: SourceState::Active,
                holds: false,
                changed: false,
            })
            .collect();
        let until = self
            .trace
            .steps
            .get(position)
            .map_or(0, |entry| *entry as usize);
        for entry in &self.trace.entries[..until] {
            let changed = entry.step as usize + 1 == position;
            match &entry.fact {
                Fact::Arrived { event } => {
                    let event = self.compiled.events[*event as usize];
                    let row = &mut rows[event.source as usize];
                    if row.highest.ms.is_none_or(|ms| ms < event.ts.ms()) {
                        row.highest.ms = Some(event.ts.ms());
                        row.changed |= changed;
                    }
                }
                Fact::SourceWatermark {
                    source, watermark, ..
                } => {
                    let row = &mut rows[*source as usize];
                    row.watermark = Moment {
                        ms: Some(watermark.raw()),
                        text: String::new(),
                    };
                    row.state = if *watermark == Watermark::END {
                        SourceState::Ended
                    } else {
                        SourceState::Active
                    };
                    row.changed |= changed;
                }
                Fact::SourceIdle { source } => {
                    rows[*source as usize].state = SourceState::Idle;
                    rows[*source as usize].changed |= changed;
                }
                Fact::SourceEnded { source } => {
                    rows[*source as usize].state = SourceState::Ended;
                    rows[*source as usize].changed |= changed;
                }
                Fact::Watermark { held_by, .. } => {
                    for (source, row) in rows.iter_mut().enumerate() {
                        row.holds = *held_by == Some(source as u16);
                    }
                }
                _ => {}
            }
        }
        // Texts once, for what is left standing.
        for row in &mut rows {
            if let Some(ms) = row.highest.ms {
                row.highest = self.moment(ms);
            }
            row.watermark = self.watermark_moment(
                row.watermark
                    .ms
                    .map_or(Watermark::NONE, Watermark::from_raw),
            );
        }
        rows
    }

    fn window_rows(&self, position: usize) -> (Vec<WindowRow>, u32) {
        let Some(last) = position.checked_sub(1) else {
            return (Vec::new(), 0);
        };
        let last = last as u32;
        let mut lanes: Vec<(WindowStatus, u32, &TraceLane)> = self
            .trace
            .lanes
            .iter()
            .enumerate()
            .take_while(|(_, lane)| lane.opened <= last)
            .map(|(number, lane)| (self.window_status(lane, last), number as u32, lane))
            .collect();
        lanes.sort_by_key(|(status, _, lane)| {
            (*status >= WindowStatus::Closed, lane.window, lane.key)
        });
        let more = lanes.len().saturating_sub(MOST_ROWS) as u32;
        let rows = lanes
            .into_iter()
            .take(MOST_ROWS)
            .map(|(status, number, lane)| {
                let (from, to) = lane.extent(last);
                let emissions = lane
                    .emissions
                    .partition_point(|e| self.trace.emissions[*e as usize].step <= last);
                let emission = lane.emissions[..emissions]
                    .last()
                    .map(|e| &self.trace.emissions[*e as usize]);
                WindowRow {
                    lane: number,
                    key: self.names().key(lane.key).into(),
                    window: self.bounds(lane.window),
                    events: to - from,
                    result: emission
                        .and_then(|e| e.value.as_ref())
                        .map(|value| self.value_text(value)),
                    status,
                    changed: lane.fills.iter().any(|(step, _)| *step == last)
                        || emission.is_some_and(|e| e.step == last)
                        || lane.closed.is_some_and(|(step, _)| step == last),
                }
            })
            .collect();
        (rows, more)
    }

    fn window_status(&self, lane: &TraceLane, last: u32) -> WindowStatus {
        match lane.closed {
            Some((step, Closing::Merged(_))) if step <= last => WindowStatus::Merged,
            Some((step, Closing::Evicted(_))) if step <= last => WindowStatus::Closed,
            _ if lane
                .emissions
                .first()
                .is_some_and(|e| self.trace.emissions[*e as usize].step <= last) =>
            {
                WindowStatus::Fired
            }
            _ => WindowStatus::Open,
        }
    }

    fn state_rows(&self, cells: &[CellView], position: usize) -> (Vec<StateRow>, u32) {
        let last = position.saturating_sub(1) as u32;
        let aggregate = self
            .scenario
            .pipeline
            .aggregate
            .unwrap_or(crate::aggregate::Aggregate::Count);
        let open: std::collections::BTreeMap<_, &TraceLane> = self
            .trace
            .lanes
            .iter()
            .take_while(|lane| lane.opened <= last)
            .filter(|lane| lane.closed.is_none_or(|(step, _)| step > last))
            .map(|lane| ((lane.key, lane.window), lane))
            .collect();
        let rows = cells
            .iter()
            .take(MOST_ROWS)
            .map(|cell| {
                let lane = open.get(&(cell.key, cell.window));
                let (from, to) = lane.map_or((0, 0), |lane| lane.extent(last));
                let value = aggregate.value(&cell.accumulator);
                StateRow {
                    key: self.names().key(cell.key).into(),
                    window: self.bounds(cell.window),
                    value: if cell.accumulator.is_empty() {
                        "empty".into()
                    } else {
                        self.value_text(&value)
                    },
                    count: cell.accumulator.count,
                    events: lane.map_or_else(Vec::new, |lane| {
                        lane.events[from as usize..to as usize].to_vec()
                    }),
                    timers: cell
                        .timers
                        .iter()
                        .map(|(clock, at)| self.timer_text(*clock, *at))
                        .collect(),
                    bytes: cell.bytes(aggregate),
                    changed: lane.is_some_and(|lane| {
                        lane.fills
                            .iter()
                            .chain(&lane.purges)
                            .any(|(step, _)| *step == last)
                    }),
                }
            })
            .collect();
        (rows, cells.len().saturating_sub(MOST_ROWS) as u32)
    }

    fn timer_text(&self, clock: TimeDomain, at: i64) -> String {
        match clock {
            TimeDomain::Event => format!(
                "watermark {}",
                self.clock.watermark(Watermark::from_raw(at))
            ),
            TimeDomain::Processing => format!("clock {}", self.clock.format(at)),
        }
    }

    fn counts(&self, position: usize) -> Counts {
        let mut counts = Counts::default();
        for status in self.statuses(position) {
            counts.arrived += u32::from(status != status::FUTURE);
            match status {
                status::WAITING => counts.waiting += 1,
                status::COUNTED => counts.counted += 1,
                status::BEHIND => counts.behind += 1,
                status::LOST => counts.late += 1,
                status::ELSEWHERE => counts.other += 1,
                _ => {}
            }
        }
        counts
    }

    /// What became of each event by `position`: one of [`status`] per event.
    pub fn statuses(&self, position: usize) -> Vec<u8> {
        let by = |step: Option<u32>| step.is_some_and(|step| (step as usize) < position);
        self.trace
            .fates
            .iter()
            .zip(&self.compiled.events)
            .map(|(fate, event)| {
                if !by(fate.arrived.map(|(step, _)| step)) {
                    status::FUTURE
                } else if by(fate.lost.map(|(step, _)| step)) && !by(fate.added) {
                    let late = fate
                        .lost
                        .and_then(|(_, fact)| self.trace.entry(fact))
                        .is_some_and(|e| matches!(e.fact, Fact::Late { .. }));
                    if late {
                        status::LOST
                    } else {
                        status::ELSEWHERE
                    }
                } else if is_behind(fate.watermark, event.ts) {
                    status::BEHIND
                } else if by(fate.counted) {
                    status::COUNTED
                } else {
                    status::WAITING
                }
            })
            .collect()
    }

    /// What kinds of things each step did: bits of [`marker`] per step.
    pub fn timeline(&self) -> Vec<u8> {
        let mut marks = vec![0; self.len()];
        for entry in &self.trace.entries {
            marks[entry.step as usize] |= match entry.fact {
                Fact::Arrived { .. } => marker::ARRIVAL,
                Fact::Emitted { .. } | Fact::Passed { .. } => marker::FIRING,
                Fact::Late { .. } | Fact::Swallowed { .. } | Fact::Duplicate { .. } => marker::LOSS,
                Fact::Merged { .. } => marker::MERGE,
                Fact::Watermark { .. } => marker::WATERMARK,
                Fact::SourceIdle { .. }
                | Fact::SourceEnded { .. }
                | Fact::Batch { .. }
                | Fact::Halted { .. } => marker::OTHER,
                _ => 0,
            };
        }
        marks
    }

    /// Where a watermark moved: step, processing time and watermark, three numbers for each move; infinite at the end of time.
    pub fn watermark_line(&self, source: Option<u16>) -> Vec<f64> {
        let mut line = Vec::new();
        for entry in &self.trace.entries {
            let watermark = match (&entry.fact, source) {
                (Fact::Watermark { to, .. }, None) => *to,
                (
                    Fact::SourceWatermark {
                        source, watermark, ..
                    },
                    Some(wanted),
                ) if *source == wanted => *watermark,
                _ => continue,
            };
            let ms = match watermark {
                Watermark::NONE => f64::NEG_INFINITY,
                Watermark::END => f64::INFINITY,
                other => other.raw() as f64,
            };
            line.extend([f64::from(entry.step), entry.at.ms() as f64, ms]);
        }
        line
    }

    /// Some of the events, by number.
    pub fn event_rows(&self, from: usize, to: usize) -> Vec<EventRow> {
        let to = to.min(self.compiled.events.len());
        (from.min(to)..to)
            .map(|index| {
                let (event, fate) = (&self.compiled.events[index], &self.trace.fates[index]);
                let (step, at) = fate.arrived.unwrap_or_default();
                EventRow {
                    index: index as u32,
                    id: self.names().event(event.index).into(),
                    key: self.names().key(event.key).into(),
                    value: event.value,
                    source: self.names().source(event.source),
                    event_time: self.moment(event.ts.ms()),
                    arrival: self.processing_moment(at.ms()),
                    position: step + 1,
                    step: self.compiled.origins.get(step as usize).copied().flatten(),
                }
            })
            .collect()
    }

    /// Some of the results, by number.
    pub fn emission_rows(&self, from: usize, to: usize) -> Vec<EmissionView> {
        let to = to.min(self.trace.emissions.len());
        (from.min(to)..to)
            .map(|index| {
                let emission = &self.trace.emissions[index];
                let revision = emission.lane.map_or(0, |lane| {
                    self.trace.lanes[lane as usize]
                        .emissions
                        .partition_point(|number| (*number as usize) < index)
                });
                EmissionView {
                    index: index as u32,
                    position: emission.step + 1,
                    at: self.processing_moment(emission.at.ms()),
                    key: self.names().key(emission.key).into(),
                    key_index: emission.key.0,
                    window: self.bounds(emission.window),
                    value: emission.value.as_ref().map(|value| self.value_text(value)),
                    revision: revision as u32,
                    pane: emission.pane.map(|pane| pane.timing),
                    pane_index: emission.pane.map(|pane| pane.index),
                    events: self.trace.lineage(emission).to_vec(),
                }
            })
            .collect()
    }

    /// Some of the late events, by number.
    pub fn late_rows(&self, from: usize, to: usize) -> Vec<LateView> {
        let to = to.min(self.trace.late.len());
        self.trace.late[from.min(to)..to]
            .iter()
            .map(|late| {
                let event = &self.compiled.events[late.event as usize];
                let watermark = self.trace.fates[late.event as usize]
                    .watermark
                    .and_then(Watermark::time);
                LateView {
                    event: late.event,
                    id: self.names().event(late.event).into(),
                    key: self.names().key(event.key).into(),
                    event_time: self.moment(event.ts.ms()),
                    behind: watermark.map_or_else(String::new, |watermark| {
                        crate::time::format_span(watermark - event.ts)
                    }),
                    side_output: late.fate == LateFate::SideOutput,
                    position: late.step + 1,
                }
            })
            .collect()
    }

    /// The lives of all windows.
    pub fn lanes(&self) -> Vec<Lane> {
        self.trace
            .lanes
            .iter()
            .map(|lane| Lane {
                key: self.names().key(lane.key).into(),
                key_index: lane.key.0,
                window: self.bounds(lane.window),
                opened: lane.opened + 1,
                fills: lane
                    .fills
                    .iter()
                    .map(|(step, count)| (step + 1, *count))
                    .collect(),
                emissions: lane.emissions.clone(),
                closed: lane.closed.map(|(step, _)| step + 1),
                merged_into: lane.closed.and_then(|(_, how)| match how {
                    Closing::Merged(into) => Some(into),
                    Closing::Evicted(_) => None,
                }),
            })
            .collect()
    }
}
