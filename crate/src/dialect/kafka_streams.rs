//! The Kafka Streams dialect: windowed aggregations of Kafka Streams 3.9, record for record.
//!
//! Each source is a partition of the input topic, and each partition is read by a task of its own: its own stream time, its own
//! store, its own buffer of `suppress`. Nothing passes from one task to another, so a key that is written to two partitions is
//! aggregated twice.
//!
//! ```text
//! record -> stream time = highest timestamp -> its windows, from the store -> closed? -> add, put -> forward
//!                                              (only what a look-up sees)                              |
//!                on_update: comes out;  suppress: held until over;  on_window_close: nothing yet <-----+
//! -> on_window_close: emit what stream time has closed -> the store drops expired segments
//! ```
//!
//! There is no watermark: stream time is the highest timestamp of any key, it moves before a record is judged, and a window is
//! closed a grace after its end by it. Sessions and sliding windows include their end: [`Window::end`] is then the last instant
//! inside, as the engine writes it, and a session of one record starts and ends in the same instant.

mod check;
mod emit;
mod sessions;
mod sliding;
mod store;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod windows;

use super::{CellView, Engine, cell_bytes};
use crate::aggregate::{Accumulator, Aggregate};
use crate::fact::{Check, Fact, FactId, LateFate, Recorder, Rule};
use crate::model::{Action, Event, Names, Step, Window};
use crate::scenario::{Emit, Input, Pipeline, Problems};
use crate::sorted::sort_by_key;
use crate::time::{EventTime, ProcTime, Span, Watermark};
use crate::watermark::WatermarkRule;
use crate::window::{TimeDomain, WindowSpec};
use emit::Held;
use store::Store;

/// The engine's "no time yet", `ConsumerRecord.NO_TIMESTAMP`: where stream time and store time start.
const NO_TIME: i64 = -1;

/// A windowed aggregation of Kafka Streams: a task for each partition.
#[derive(Clone, Debug)]
pub struct KafkaStreams {
    clock: ProcTime,
    /// By partition.
    tasks: Vec<Task>,
}

/// One task: the aggregation over one partition.
#[derive(Clone, Debug)]
struct Task {
    // Configuration.
    aggregate: Aggregate,
    cut: Cut,
    grace: i64,
    emit: Emit,
    /// Its number, where there are several.
    number: Option<u16>,

    // State of the task.
    stream_time: i64,
    store: Store,
    /// `on_window_close`: up to where windows were emitted (`lastEmitWindowCloseTime`).
    emitted_to: i64,
    held: Held,

    // Of one record only.
    found: Vec<Window>,
}

/// How the stream is cut, in ms.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// `TimeWindows`: tumbling where the slide is the size.
    Time { size: i64, slide: i64 },
    /// `SessionWindows`.
    Session { gap: i64 },
    /// `SlidingWindows`.
    Sliding { difference: i64 },
}

/// State of one key and window. Merging: contents are added up, sessions keep no time. Lifetime: until its segment of the store
/// expires, which is long after the window closed.
#[derive(Clone, Debug)]
struct Cell {
    contents: Accumulator,
    /// The timestamp stored with the value (`ValueAndTimestamp`): the highest that went in.
    latest: i64,
}

/// What became of a record in its windows.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    by_some: bool,
    refused_by: Option<Window>,
}

impl Cut {
    fn new(window: Option<WindowSpec>) -> Cut {
        match window {
            Some(WindowSpec::Sliding { size, slide, .. }) => Cut::Time {
                size: size.ms(),
                slide: slide.ms(),
            },
            Some(WindowSpec::Session { gap }) => Cut::Session { gap: gap.ms() },
            Some(WindowSpec::SlidingDiff { difference }) => Cut::Sliding {
                difference: difference.ms(),
            },
            Some(WindowSpec::Tumbling { size, .. }) => Cut::Time {
                size: size.ms(),
                slide: size.ms(),
            },
            // Refused by `check`.
            Some(WindowSpec::Global | WindowSpec::Count { .. }) | None => {
                Cut::Time { size: 1, slide: 1 }
            }
        }
    }

    /// The least a store must keep, and what it keeps unless told otherwise (`WindowStoreMaterializer`,
    /// `SlidingWindowStoreMaterializer`, `SessionStoreMaterializer`).
    fn least_retention(self, grace: i64) -> i64 {
        grace
            + match self {
                Cut::Time { size, .. } => size,
                Cut::Session { gap } => gap,
                Cut::Sliding { difference } => 2 * difference,
            }
    }
}

impl Cell {
    fn add(&mut self, event: &Event) {
        self.contents.add(event);
        self.latest = self.latest.max(event.ts.ms());
    }
}

impl KafkaStreams {
    /// Tasks at the start of their partitions.
    pub(super) fn new(pipeline: &Pipeline, names: &Names) -> KafkaStreams {
        let partitions = names.sources.max(1);
        KafkaStreams {
            clock: ProcTime(0),
            tasks: (0..partitions)
                .map(|partition| Task::new(pipeline, (partitions > 1).then_some(partition)))
                .collect(),
        }
    }

    pub(super) fn check(pipeline: &Pipeline, problems: &mut Problems) {
        check::pipeline(pipeline, problems);
    }

    /// Notes records that the engine would not take.
    pub(super) fn check_input(input: &Input, problems: &mut Problems) {
        check::input(input, problems);
    }

    #[inline]
    fn on_event<R: Recorder>(&mut self, event: &Event, recorder: &mut R) {
        if let Some(task) = self.tasks.get_mut(event.source as usize) {
            task.on_event(event, recorder);
        }
    }
}

impl Task {
    /// A task at the start of its partition.
    fn new(pipeline: &Pipeline, number: Option<u16>) -> Task {
        let cut = Cut::new(pipeline.window);
        let grace = pipeline.grace.map_or(0, Span::ms);
        let emit = pipeline.emit.unwrap_or(Emit::OnUpdate);
        Task {
            aggregate: pipeline.aggregate.unwrap_or(Aggregate::Count),
            cut,
            grace,
            emit,
            number,
            stream_time: NO_TIME,
            store: Store::new(
                cut,
                emit,
                pipeline
                    .retention
                    .map_or(cut.least_retention(grace), Span::ms),
                pipeline.caching,
            ),
            emitted_to: NO_TIME,
            held: Held::default(),
            found: Vec::new(),
        }
    }

    /// One record; the fast path of large runs.
    #[inline]
    fn on_event<R: Recorder>(&mut self, event: &Event, recorder: &mut R) {
        let arrived = recorder.note(FactId::NONE, || Fact::Arrived { event: event.index });
        let moved = self.move_stream_time(event, arrived, recorder);
        match self.cut {
            Cut::Time { size, slide } => {
                self.add_to_windows(event, (size, slide), arrived, recorder);
                self.emit_closed(moved, recorder);
            }
            Cut::Session { gap } => {
                self.add_to_session(event, gap, arrived, recorder);
                self.emit_closed(moved, recorder);
            }
            Cut::Sliding { difference } => {
                // A record dropped outright, or one before the first full window, emits nothing that it closed.
                if self.add_to_sliding(event, difference, arrived, recorder) {
                    self.emit_closed(moved, recorder);
                }
            }
        }
        self.store.end_record(moved, recorder);
    }

    /// Stream time is the highest timestamp of all keys; it moves before the record is judged.
    #[inline]
    fn move_stream_time<R: Recorder>(
        &mut self,
        event: &Event,
        arrived: FactId,
        recorder: &mut R,
    ) -> FactId {
        if event.ts.ms() <= self.stream_time {
            return arrived;
        }
        let from = self.stream_time();
        self.stream_time = event.ts.ms();
        let to = self.stream_time();
        let told = recorder.note(arrived, || Fact::SourceWatermark {
            source: event.source,
            rule: WatermarkRule::StreamTime,
            highest: Some(event.ts),
            delay: Span(0),
            watermark: to,
        });
        recorder.note(told, || Fact::Watermark {
            from,
            to,
            held_by: None,
            task: self.number,
        })
    }

    /// What is kept beside a window's contents, in bytes.
    fn extra_bytes(&self, cell: &Cell, held: bool) -> u64 {
        let copy = if held {
            cell.contents.bytes(self.aggregate)
        } else {
            0
        };
        copy + match self.cut {
            // The timestamp stored with the value.
            Cut::Time { .. } | Cut::Sliding { .. } => 8,
            Cut::Session { .. } => 0,
        }
    }

    fn stream_time(&self) -> Watermark {
        if self.stream_time == NO_TIME {
            Watermark::NONE
        } else {
            Watermark::at(EventTime(self.stream_time))
        }
    }

    /// The comparison that closes a window.
    fn closed_check(&self, window: Window) -> Check {
        let (rule, slack) = match self.cut {
            Cut::Time { .. } => (Rule::KafkaWindowClosed, self.grace),
            Cut::Session { gap } => (Rule::KafkaSessionClosed, self.grace + gap),
            Cut::Sliding { .. } => (Rule::KafkaSlidingClosed, self.grace),
        };
        Check {
            rule,
            time: window.end,
            slack: Span(slack),
            against: self.stream_time(),
        }
    }

    /// One of a record's windows is closed.
    fn refuse<R: Recorder>(
        &self,
        event: &Event,
        window: Window,
        taken: &mut Taken,
        arrived: FactId,
        recorder: &mut R,
    ) {
        taken.refused_by = Some(window);
        recorder.note(arrived, || Fact::WindowClosed {
            event: event.index,
            key: event.key,
            window,
            check: self.closed_check(window),
        });
    }

    /// Tells of a record that the engine's metric of dropped records counts: it does so for every closed window, even where
    /// other windows take the record.
    #[inline]
    fn tell_late<R: Recorder>(
        &self,
        event: &Event,
        taken: Taken,
        arrived: FactId,
        recorder: &mut R,
    ) {
        if let Some(window) = taken.refused_by {
            recorder.note(arrived, || Fact::Late {
                event: event.index,
                key: event.key,
                window: Some(window),
                check: self.closed_check(window),
                fate: if taken.by_some {
                    LateFate::Partly
                } else {
                    LateFate::Dropped
                },
            });
        }
    }

    fn cells(&self) -> impl Iterator<Item = CellView> {
        self.store.iter().map(|(key, window, cell)| {
            let held = self.held_until(key, window);
            CellView {
                key,
                window,
                accumulator: cell.contents.clone(),
                extra_bytes: self.extra_bytes(cell, held.is_some()),
                timers: held.map(|at| (TimeDomain::Event, at)).into_iter().collect(),
            }
        })
    }

    fn state_bytes(&self) -> u64 {
        (self.store.iter())
            .map(|(key, window, cell)| {
                let held = self.held_until(key, window).is_some();
                let contents = cell.contents.bytes(self.aggregate);
                cell_bytes(contents, self.extra_bytes(cell, held), usize::from(held))
            })
            .sum()
    }
}

impl Engine for KafkaStreams {
    fn step<R: Recorder>(&mut self, step: &Step, recorder: &mut R) {
        if let Some(to) = step.clock.filter(|to| *to > self.clock) {
            self.clock = to;
            recorder.note(FactId::NONE, || Fact::ClockMoved { to });
        }
        match step.action {
            Action::Event(event) => self.on_event(&event, recorder),
            // A partition never ends: that nothing more is written to it closes no window.
            Action::End { source } => {
                let all = 0..self.tasks.len() as u16;
                for source in source.map_or(all, |source| source..source + 1) {
                    recorder.note(FactId::NONE, || Fact::SourceEnded { source });
                }
            }
            Action::ClockMoves
            | Action::MarkIdle { .. }
            | Action::Batch { .. }
            | Action::Watermark { .. } => {}
        }
    }

    #[inline]
    fn events<R: Recorder>(&mut self, events: &[Event], recorder: &mut R) {
        for event in events {
            self.on_event(event, recorder);
        }
    }

    fn cells(&self) -> Vec<CellView> {
        let mut cells: Vec<CellView> = self.tasks.iter().flat_map(Task::cells).collect();
        if self.tasks.len() > 1 {
            sort_by_key(&mut cells, |cell| (cell.window, cell.key));
        }
        cells
    }

    #[inline]
    fn entries(&self) -> usize {
        self.tasks.iter().map(|task| task.store.len()).sum()
    }

    fn state_bytes(&self) -> u64 {
        self.tasks.iter().map(Task::state_bytes).sum()
    }
}
