//! The Spark dialect: Structured Streaming of Spark 4.3 in micro-batches, record for record.
//!
//! ```text
//! event -> waits
//! batch -> all that waits -> late? (by the watermark of the batch before)
//!       -> groups, sessions or remembered ids -> emit and evict (by the watermark of this batch)
//!       -> sources' highest times -> watermark of the next batch -> if it rose: a batch without data
//! ```
//!
//! A batch works with two watermarks that were both settled before it began, so order inside a batch does not matter. A window is
//! over when `end <= watermark`; the watermark is the highest event time minus the delay, begins at 0 and never falls.

mod check;
mod dedup;
mod groups;
mod sessions;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod tracker;

use super::{CellView, Engine};
use crate::fact::{Check, Fact, FactId, LateFate, Recorder, Rule};
use crate::model::{Action, Event, KeyId, Names, Step, Window};
use crate::scenario::{OutputMode, Pipeline, Problems};
use crate::sorted::sort_and_dedup;
use crate::time::{ProcTime, Span, Watermark};
use crate::window::WindowSpec;
use dedup::Deduplication;
use groups::Aggregation;
use sessions::Sessions;
use tracker::Tracker;

/// A streaming query with one stateful operator.
#[derive(Clone, Debug)]
pub struct Spark {
    /// Whether a batch without data runs when the watermark moved (`spark.sql.streaming.noDataMicroBatches.enabled`).
    no_data_batches: bool,

    // State.
    clock: ProcTime,
    ended: Vec<bool>,
    /// What has arrived since the last batch.
    waiting: Vec<Event>,
    tracker: Tracker,
    /// How many batches have run.
    batches: u32,
    /// The watermark that the last batch emitted and evicted by: the next one judges late rows by it.
    last_watermark: Watermark,
    operator: Operator,
}

/// The query's stateful operator.
#[derive(Clone, Debug)]
enum Operator {
    /// Grouping by key and fixed window, or by key alone.
    Aggregate(Aggregation),
    /// Grouping by key and session.
    Sessions(Sessions),
    /// Dropping rows seen before.
    Deduplicate(Deduplication),
}

/// What a batch knows of itself.
#[derive(Clone, Copy, Debug)]
struct Batch {
    number: u32,
    /// Late rows are judged by this: the watermark of the batch before (`eventTimeWatermarkForLateEvents`).
    late_by: Watermark,
    /// Windows are over by this: the watermark of this batch (`eventTimeWatermarkForEviction`).
    evict_by: Watermark,
    /// The fact that it ran.
    fact: FactId,
}

impl Spark {
    /// A query at the start of its input.
    pub(super) fn new(pipeline: &Pipeline, names: &Names) -> Spark {
        let tracker = Tracker::new(&pipeline.watermark);
        let mode = pipeline.output_mode.unwrap_or(OutputMode::Append);
        let marked = tracker.is_defined();
        let operator = match (&pipeline.dedup, pipeline.window) {
            (Some(dedup), _) => Operator::Deduplicate(Deduplication::new(
                dedup,
                marked.then(|| tracker.first_delay()),
                names,
            )),
            (None, Some(WindowSpec::Session { gap })) => {
                Operator::Sessions(Sessions::new(gap, pipeline.aggregate, mode, marked))
            }
            (None, window) => Operator::Aggregate(Aggregation::new(
                window.unwrap_or(WindowSpec::Global),
                pipeline.aggregate,
                mode,
                marked,
            )),
        };
        Spark {
            // Complete mode never asks for another batch (Spark 4.3 `StateStoreSaveExec.shouldRunAnotherBatch`).
            no_data_batches: pipeline.no_data_batches.unwrap_or(true)
                && mode != OutputMode::Complete,
            clock: ProcTime(0),
            ended: vec![false; names.sources.max(1) as usize],
            waiting: Vec::new(),
            last_watermark: tracker.watermark(),
            tracker,
            batches: 0,
            operator,
        }
    }

    pub(super) fn check(pipeline: &Pipeline, problems: &mut Problems) {
        check::check(pipeline, problems);
    }

    /// One event arrives and waits for the next batch.
    #[inline]
    pub fn on_event<R: Recorder>(&mut self, event: &Event, recorder: &mut R) {
        recorder.note(FactId::NONE, || Fact::Arrived { event: event.index });
        self.waiting.push(*event);
    }

    /// The trigger fires: one batch on what waits, then one without data if the watermark rose and no data waits already.
    fn on_trigger<R: Recorder>(&mut self, queued: bool, recorder: &mut R) {
        let mut cause = FactId::NONE;
        if !self.waiting.is_empty() {
            let events = std::mem::take(&mut self.waiting);
            cause = self.run_batch(&events, FactId::NONE, recorder);
            self.waiting = events;
            self.waiting.clear();
        }
        if !queued && self.no_data_batches && self.tracker.watermark() > self.last_watermark {
            self.run_batch(&[], cause, recorder);
        }
    }

    /// Runs a batch; returns the fact that moved the watermark, or that it ran.
    fn run_batch<R: Recorder>(
        &mut self,
        events: &[Event],
        cause: FactId,
        recorder: &mut R,
    ) -> FactId {
        let number = self.batches;
        let (late_by, evict_by) = (self.last_watermark, self.tracker.watermark());
        let fact = recorder.note(cause, || Fact::Batch {
            number,
            events: events.len() as u32,
            late_by,
            evict_by,
        });
        let batch = Batch {
            number,
            late_by,
            evict_by,
            fact,
        };
        match &mut self.operator {
            Operator::Aggregate(operator) => operator.run(&batch, events, recorder),
            Operator::Sessions(operator) => operator.run(&batch, events, recorder),
            Operator::Deduplicate(operator) => operator.run(&batch, events, recorder),
        }
        self.batches += 1;
        self.last_watermark = evict_by;
        self.tracker.on_batch(events, fact, recorder)
    }

    fn end<R: Recorder>(&mut self, source: u16, recorder: &mut R) {
        if let Some(ended) = self.ended.get_mut(source as usize)
            && !std::mem::replace(ended, true)
        {
            // A query that runs dry keeps its windows open: nothing moves the watermark any more.
            recorder.note(FactId::NONE, || Fact::SourceEnded { source });
        }
    }
}

impl Batch {
    /// Whether a window takes nothing more in this batch.
    #[inline]
    fn is_late(&self, window: Window) -> bool {
        self.late_by.reached(window.end)
    }

    fn late_check(&self, window: Window) -> Check {
        Check {
            rule: Rule::SparkWindowOver,
            time: window.end,
            slack: Span(0),
            against: self.late_by,
        }
    }

    fn over_check(&self, window: Window) -> Check {
        Check {
            against: self.evict_by,
            ..self.late_check(window)
        }
    }

    fn tell_late<R: Recorder>(
        &self,
        event: &Event,
        window: Option<Window>,
        check: Check,
        recorder: &mut R,
    ) {
        recorder.note(self.fact, || Fact::Late {
            event: event.index,
            key: event.key,
            window,
            check,
            fate: LateFate::Dropped,
        });
    }

    fn tell_window_closed<R: Recorder>(&self, event: &Event, window: Window, recorder: &mut R) {
        recorder.note(self.fact, || Fact::WindowClosed {
            event: event.index,
            key: event.key,
            window,
            check: self.late_check(window),
        });
    }

    /// The engine's own count of dropped rows (`numRowsDroppedByWatermark`), where there are any.
    fn tell_late_rows<R: Recorder>(&self, count: usize, recorder: &mut R) {
        if count > 0 {
            recorder.note(self.fact, || Fact::LateRows {
                count: count as u64,
            });
        }
    }
}

/// Rows that the engine counts as one when it drops them: it has added them up before it looks at the watermark.
///
/// Of one batch only. Kept only where somebody listens.
#[derive(Clone, Debug, Default)]
struct LateGroups(Vec<(Window, KeyId, u16)>);

impl LateGroups {
    fn add<R: Recorder>(&mut self, window: Window, key: KeyId, partition: u16) {
        if R::ON {
            self.0.push((window, key, partition));
        }
    }

    fn take_count(&mut self) -> usize {
        sort_and_dedup(&mut self.0);
        let count = self.0.len();
        self.0.clear();
        count
    }
}

impl Engine for Spark {
    fn step<R: Recorder>(&mut self, step: &Step, recorder: &mut R) {
        if let Some(to) = step.clock.filter(|to| *to > self.clock) {
            self.clock = to;
            recorder.note(FactId::NONE, || Fact::ClockMoved { to });
        }
        match step.action {
            Action::Event(event) => self.on_event(&event, recorder),
            Action::Batch { queued } => self.on_trigger(queued, recorder),
            Action::End {
                source: Some(source),
            } => self.end(source, recorder),
            Action::End { source: None } => {
                for source in 0..self.ended.len() {
                    self.end(source as u16, recorder);
                }
            }
            Action::ClockMoves | Action::MarkIdle { .. } | Action::Watermark { .. } => {}
        }
    }

    fn cells(&self) -> Vec<CellView> {
        match &self.operator {
            Operator::Aggregate(operator) => operator.cells(),
            Operator::Sessions(operator) => operator.cells(),
            Operator::Deduplicate(operator) => operator.cells(),
        }
    }

    #[inline]
    fn entries(&self) -> usize {
        match &self.operator {
            Operator::Aggregate(operator) => operator.groups().len(),
            Operator::Sessions(operator) => operator.groups().len(),
            Operator::Deduplicate(operator) => operator.len(),
        }
    }

    fn state_bytes(&self) -> u64 {
        match &self.operator {
            Operator::Aggregate(operator) => operator.groups().bytes(),
            Operator::Sessions(operator) => operator.groups().bytes(),
            Operator::Deduplicate(operator) => operator.bytes(),
        }
    }
}
