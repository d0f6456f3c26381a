//! The Flink dialect: `WindowOperator` of Flink 2.3, record for record.
//!
//! ```text
//! event -> source watermark generator -> combiner (min over active sources)
//!       -> windows -> late? -> merge -> add -> trigger -> emit / purge
//! watermark, clock -> timers -> trigger -> emit / purge -> clean up at end - 1 + lateness
//! ```
//!
//! An event is judged by the watermark before its own. A window is over when `end - 1 + lateness <= watermark`; an event is
//! late when no window takes it and `timestamp + lateness <= watermark`. Sessions are judged after merging.

mod arrival;
mod check;
mod sessions;
mod trigger;

use self::arrival::Quiet;
use self::trigger::Trigger;
use super::{CellView, Engine, cell_bytes};
use crate::aggregate::{Accumulator, Aggregate};
use crate::fact::{Check, Fact, FactId, LateFate, Recorder, Rule, Why};
use crate::model::{Action, Event, KeyId, Names, Step, Window};
use crate::scenario::{LateData, Pipeline};
use crate::sorted::Sorted;
use crate::state::Cells;
use crate::time::{EventTime, ProcTime, Span, Watermark};
use crate::timers::{Timer, Timers};
use crate::watermark::{Combiner, Generator, WatermarkRule};
use crate::window::{Assigner, Sessions, TimeDomain, Touching, WindowSpec};

/// A Flink window operator behind its sources.
#[derive(Clone, Debug)]
pub struct Flink {
    // Configuration.
    aggregate: Aggregate,
    trigger: Trigger,
    purging: bool,
    lateness: Span,
    late_fate: LateFate,
    clock_domain: TimeDomain,
    merges: bool,

    // State of the sources.
    assigner: Assigner,
    generators: Vec<Generator>,
    combiner: Combiner,
    ended: Vec<bool>,

    // Keyed state and time.
    clock: ProcTime,
    cells: Cells<Cell>,
    sessions: Sessions,
    event_timers: Timers,
    clock_timers: Timers,
    quiet: Quiet,

    // Of one step only.
    /// The last window, as it was after merging, that did not take the step's event.
    refused: Option<Window>,
    interval_firings: u64,
    halted: bool,
}

/// State of one key and window. Merging: contents and counts are added up, the earliest pending firing stays.
/// Lifetime: until the clean-up time; the contents may be purged earlier.
#[derive(Clone, Debug)]
struct Cell {
    contents: Accumulator,
    /// Events since it last fired, which the count trigger goes by.
    since_fired: u64,
    /// Continuous triggers: when they fire next.
    next_firing: Option<i64>,
}

impl Cell {
    fn new(aggregate: Aggregate) -> Cell {
        Cell {
            contents: aggregate.empty(),
            since_fired: 0,
            next_firing: None,
        }
    }

    #[inline]
    fn add<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) -> FactId {
        self.contents.add(event);
        self.since_fired += 1;
        recorder.note(cause, || Fact::Added {
            event: event.index,
            key: event.key,
            window,
            count: self.contents.count,
        })
    }
}

impl Flink {
    /// An operator at the start of its input.
    pub(super) fn new(pipeline: &Pipeline, names: &Names) -> Flink {
        let window = pipeline.window.unwrap_or(WindowSpec::Global);
        let (trigger, purging) = Trigger::new(pipeline.trigger.as_ref(), window);
        let generator = Generator::new(&pipeline.watermark, WatermarkRule::BoundedOutOfOrderness);
        let sources = names.sources.max(1);
        Flink {
            aggregate: pipeline.aggregate.unwrap_or(Aggregate::Count),
            trigger,
            purging,
            lateness: pipeline.allowed_lateness.unwrap_or(Span(0)),
            late_fate: match pipeline.late_data {
                Some(LateData::SideOutput) => LateFate::SideOutput,
                Some(LateData::Drop) | None => LateFate::Dropped,
            },
            clock_domain: window.clock(),
            merges: window.merges(),
            assigner: Assigner::new(window),
            generators: vec![generator; sources as usize],
            combiner: Combiner::new(sources),
            ended: vec![false; sources as usize],
            clock: ProcTime(0),
            cells: Cells::default(),
            sessions: Sessions::new(Touching::Merges),
            event_timers: Timers::default(),
            clock_timers: Timers::default(),
            quiet: Quiet::NONE,
            refused: None,
            interval_firings: 0,
            halted: false,
        }
    }

    fn delete_timers(&mut self, key: KeyId, window: Window, cell: &Cell) {
        let end = window.max_timestamp().ms();
        let clean_up = self.clean_up_time(window).ms();
        let clean_up = (clean_up != end).then_some(clean_up);
        for at in [Some(end), clean_up, cell.next_firing]
            .into_iter()
            .flatten()
        {
            self.event_timers.delete(Timer { at, window, key });
            self.clock_timers.delete(Timer { at, window, key });
        }
    }

    fn set_timer<R: Recorder>(
        &mut self,
        clock: TimeDomain,
        key: KeyId,
        window: Window,
        at: i64,
        cause: FactId,
        recorder: &mut R,
    ) {
        let timers = match clock {
            TimeDomain::Event => &mut self.event_timers,
            TimeDomain::Processing => &mut self.clock_timers,
        };
        if timers.set(Timer { at, window, key }) {
            recorder.note(cause, || Fact::TimerSet {
                key,
                window,
                clock,
                at,
            });
        }
    }

    #[inline(never)]
    fn set_clean_up<R: Recorder>(
        &mut self,
        key: KeyId,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        let at = self.clean_up_time(window);
        if at.ms() < i64::MAX {
            self.set_timer(self.clock_domain, key, window, at.ms(), cause, recorder);
        }
    }

    /// When a window's state goes: `end - 1 + lateness`, without lateness where the processing clock cuts.
    #[inline]
    fn clean_up_time(&self, window: Window) -> EventTime {
        match self.clock_domain {
            TimeDomain::Event => window.max_timestamp() + self.lateness,
            TimeDomain::Processing => window.max_timestamp(),
        }
    }

    /// What a trigger keeps beside the contents of each window, in bytes.
    fn extra_bytes(&self) -> u64 {
        match self.trigger {
            Trigger::Count(_)
            | Trigger::ContinuousEventTime(_)
            | Trigger::ContinuousProcessingTime(_) => 8,
            Trigger::EventTime | Trigger::ProcessingTime | Trigger::Never => 0,
        }
    }

    #[inline]
    fn is_over(&self, window: Window) -> bool {
        let watermark = self.combiner.watermark();
        watermark.reached(self.clean_up_time(window))
            && self.clock_domain == TimeDomain::Event
            && !window.is_global()
    }

    fn window_check(&self, window: Window) -> Check {
        match self.clock_domain {
            TimeDomain::Event => Check {
                rule: Rule::FlinkWindowOver,
                time: window.end,
                slack: self.lateness,
                against: self.combiner.watermark(),
            },
            TimeDomain::Processing => Check {
                rule: Rule::FlinkProcessingTimeOver,
                time: window.end,
                slack: Span(0),
                against: Watermark::at(EventTime(self.clock.ms())),
            },
        }
    }

    /// Emits what a window holds, if anything, and forgets it where the trigger purges.
    fn fire<R: Recorder>(
        &mut self,
        key: KeyId,
        window: Window,
        why: Why,
        cause: FactId,
        recorder: &mut R,
    ) {
        let (aggregate, purging) = (self.aggregate, self.purging);
        let Some(cell) = self.cells.get_mut(key, window) else {
            return;
        };
        cell.since_fired = 0;
        if cell.contents.is_empty() {
            return;
        }
        let emitted = recorder.note(cause, || Fact::Emitted {
            key,
            window,
            value: Some(aggregate.value(&cell.contents)),
            pane: None,
            why,
        });
        if purging {
            cell.contents.clear();
            recorder.note(emitted, || Fact::Purged { key, window });
        }
    }

    #[inline(never)]
    fn source_watermark<R: Recorder>(
        &mut self,
        source: u16,
        watermark: Watermark,
        cause: FactId,
        recorder: &mut R,
    ) {
        let generator = &self.generators[source as usize];
        let told = recorder.note(cause, || Fact::SourceWatermark {
            source,
            rule: if watermark == Watermark::END {
                WatermarkRule::Ended
            } else {
                generator.rule()
            },
            highest: generator.highest(),
            delay: generator.delay(),
            watermark,
        });
        let from = self.combiner.watermark();
        if let Some(to) = self.combiner.advance(source, watermark) {
            self.watermark_rose(from, to, told, recorder);
        }
    }

    fn watermark_rose<R: Recorder>(
        &mut self,
        from: Watermark,
        to: Watermark,
        cause: FactId,
        recorder: &mut R,
    ) {
        let sources = self.combiner.sources();
        let cause = recorder.note(cause, || Fact::Watermark {
            from,
            to,
            held_by: sources
                .iter()
                .position(|source| sources.len() > 1 && source.aligned && source.watermark == to)
                .map(|source| source as u16),
            task: None,
        });
        while let Some(timer) = self.event_timers.take_due(to.raw()) {
            self.on_timer(TimeDomain::Event, timer, cause, recorder);
            if self.halted {
                return;
            }
        }
    }

    /// The clock moves on to a step. What falls due between two steps is due before the second one's own event.
    #[inline]
    fn begin<R: Recorder>(&mut self, step: &Step, recorder: &mut R) {
        self.interval_firings = 0;
        if let Some(to) = step.clock.filter(|to| *to > self.clock) {
            self.clock = to;
            recorder.note(FactId::NONE, || Fact::ClockMoved { to });
            self.clock_timers_due(recorder);
        }
    }

    fn clock_timers_due<R: Recorder>(&mut self, recorder: &mut R) {
        while let Some(timer) = self.clock_timers.take_due(self.clock.ms()) {
            self.on_timer(TimeDomain::Processing, timer, FactId::NONE, recorder);
            if self.halted {
                return;
            }
        }
    }

    fn end<R: Recorder>(&mut self, source: u16, recorder: &mut R) {
        let Some(ended) = self.ended.get_mut(source as usize) else {
            return;
        };
        if std::mem::replace(ended, true) {
            return;
        }
        let cause = recorder.note(FactId::NONE, || Fact::SourceEnded { source });
        self.source_watermark(source, Watermark::END, cause, recorder);
    }
}

impl Engine for Flink {
    fn step<R: Recorder>(&mut self, step: &Step, recorder: &mut R) {
        if self.halted {
            return;
        }
        self.begin(step, recorder);
        match &step.action {
            Action::Event(event) => self.on_event(event, recorder),
            Action::MarkIdle { source } => {
                let source = *source;
                let cause = recorder.note(FactId::NONE, || Fact::SourceIdle { source });
                let from = self.combiner.watermark();
                if let Some(to) = self.combiner.idle(source) {
                    self.watermark_rose(from, to, cause, recorder);
                }
            }
            Action::End {
                source: Some(source),
            } => self.end(*source, recorder),
            Action::End { source: None } => {
                for source in 0..self.ended.len() {
                    self.end(source as u16, recorder);
                }
            }
            Action::ClockMoves | Action::Batch { .. } | Action::Watermark { .. } => {}
        }
        self.clock_timers_due(recorder);
    }

    #[inline]
    fn fast_step<R: Recorder>(&mut self, step: &Step, recorder: &mut R) {
        let Action::Event(event) = &step.action else {
            return self.step(step, recorder);
        };
        if self.halted {
            return;
        }
        self.begin(step, recorder);
        // Where windows are quiet no trigger goes by the clock: no timer of the clock's can be due.
        if self.add_quietly(std::slice::from_ref(event), recorder) == 0 {
            self.add_and_remember(event, recorder);
            self.clock_timers_due(recorder);
        }
    }

    fn events<R: Recorder>(&mut self, mut events: &[Event], recorder: &mut R) {
        while let Some((event, rest)) = events.split_first() {
            let added = self.add_quietly(events, recorder);
            events = events.get(added..).unwrap_or_default();
            if added == 0 {
                if self.halted {
                    return;
                }
                self.interval_firings = 0;
                self.add_and_remember(event, recorder);
                self.clock_timers_due(recorder);
                events = rest;
            }
        }
    }

    fn cells(&self) -> Vec<CellView> {
        let mut pending: Sorted<(Window, KeyId), Vec<(TimeDomain, i64)>> = Sorted::default();
        let clocks = [
            (&self.event_timers, TimeDomain::Event),
            (&self.clock_timers, TimeDomain::Processing),
        ];
        for (timers, clock) in clocks {
            for timer in timers.iter() {
                pending
                    .entry((timer.window, timer.key))
                    .push((clock, timer.at));
            }
        }
        self.cells
            .iter()
            .map(|(key, window, cell)| {
                let timers = pending.remove((window, key)).unwrap_or_default();
                CellView {
                    key,
                    window,
                    accumulator: cell.contents.clone(),
                    extra_bytes: self.extra_bytes(),
                    timers,
                }
            })
            .collect()
    }

    #[inline]
    fn entries(&self) -> usize {
        self.cells.len()
    }

    fn state_bytes(&self) -> u64 {
        let cells = self.cells.iter().map(|(.., cell)| {
            cell_bytes(cell.contents.bytes(self.aggregate), self.extra_bytes(), 0)
        });
        // No timer outlives its cell.
        cells.sum::<u64>() + 8 * (self.event_timers.len() + self.clock_timers.len()) as u64
    }
}
