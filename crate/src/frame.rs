//! Frames: what there is to see after so many steps, in the words of the page.
//!
//! Plain data made from the trace, and for the state from the engine itself. A position is a number of steps taken, so that
//! position 0 is before the first. Decides nothing: what it shows was decided by the engine.

use crate::dialect::EngineKind;
use crate::model::Timing;
use serde::Serialize;

mod build;
mod kinds;
mod lineage;
mod lists;
mod marks;
mod rows;

pub use kinds::MarkKind;

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
    /// What windows are judged by: `watermark`, `stream time`.
    pub event_clock: String,
    /// Where each source goes by a time of its own, so that there is none for all: by key, the source whose time counts.
    pub key_sources: Vec<u16>,
    /// Whether that is so.
    pub own_times: bool,
    /// What the keys are called.
    pub keys: Vec<String>,
    /// From the first to the last event time, in ms.
    pub event_range: (i64, i64),
    /// From the first to the last processing time, in ms.
    pub processing_range: (i64, i64),
    /// The windows that had events, each once, in the order in which they close; sessions not before they are complete.
    pub bands: Vec<Bounds>,
    /// What the timeline may mark.
    pub kinds: Vec<MarkKind>,
    /// What may become of events, as numbers of [`status`].
    pub fates: Vec<u8>,
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
    /// How many windows have been opened; [`crate::run::Run::window_rows`] lists them.
    pub windows: u32,
    /// The bounds of the windows that the last step changed, as they are read, each once.
    pub changed_windows: Vec<String>,
    /// The keyed state in all; [`crate::run::Run::state_rows`] lists its entries.
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
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct WindowRow {
    /// Its number in the order of opening, as [`crate::explain`] takes it.
    pub lane: u32,
    /// Whose.
    pub key: String,
    /// The key's number.
    pub key_index: u32,
    /// From when to when.
    pub window: Bounds,
    /// How many events it holds.
    pub events: u32,
    /// The last result it emitted.
    pub result: Option<String>,
    /// How many it has emitted.
    pub results: u32,
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
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct StateRow {
    /// The number of its window in the order of opening.
    pub lane: Option<u32>,
    /// Its key.
    pub key: String,
    /// The key's number.
    pub key_index: u32,
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

/// What belongs to something: see [`crate::run::Run::lineage`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Lineage {
    /// Events, by number.
    pub events: Vec<u32>,
    /// Windows.
    pub windows: Vec<LineageWindow>,
    /// Results, by number.
    pub emissions: Vec<u32>,
}

/// A window, by name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct LineageWindow {
    /// Its number in the order of opening; none where only its bounds are known.
    pub lane: Option<u32>,
    /// Whose.
    pub key: String,
    /// Its bounds, as they are read.
    pub text: String,
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

/// What kinds of things a step did, as bits of [`crate::run::Run::timeline`].
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
    /// Something else: a source went idle.
    pub const OTHER: u8 = 32;
    /// Something broke down.
    pub const CRASH: u8 = 64;
    /// A micro-batch ran.
    pub const BATCH: u8 = 128;
}

/// What became of an event, as numbers of [`crate::run::Run::statuses`].
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
