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

mod check;
mod sessions;
mod trigger;

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
            refused: None,
            interval_firings: 0,
            halted: false,
        }
    }

    /// One event, from source to trigger.
    #[inline]
    fn on_event<R: Recorder>(&mut self, event: &Event, recorder: &mut R) {
        let arrived = recorder.note(FactId::NONE, || Fact::Arrived { event: event.index });
        self.add_event(event, arrived, recorder);
        let told = self
            .generators
            .get_mut(event.source as usize)
            .and_then(|generator| generator.on_event(event));
        if let Some(watermark) = told {
            self.source_watermark(event.source, watermark, arrived, recorder);
        }
    }

    #[inline]
    fn add_event<R: Recorder>(&mut self, event: &Event, arrived: FactId, recorder: &mut R) {
        let instant = match self.clock_domain {
            TimeDomain::Event => event.ts,
            TimeDomain::Processing => EventTime(self.clock.ms()),
        };
        let mut taken = false;
        self.refused = None;
        for window in self.assigner.windows(instant) {
            taken |= self.offer(event, window, arrived, recorder);
        }
        if !taken {
            self.not_taken(event, arrived, recorder);
        }
    }

    /// Puts an event into one of its windows, unless that takes nothing more.
    #[inline]
    fn offer<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        arrived: FactId,
        recorder: &mut R,
    ) -> bool {
        let (window, cause) = if self.merges {
            self.merge_in(event, window, arrived, recorder)
        } else {
            (window, arrived)
        };
        if self.is_over(window) {
            self.refuse(event, window, cause, recorder);
            return false;
        }
        self.add_to_window(event, window, cause, recorder);
        true
    }

    /// One of an event's windows takes nothing more.
    #[inline(never)]
    fn refuse<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        if self.merges {
            self.sessions.remove(event.key, window);
        }
        self.refused = Some(window);
        recorder.note(cause, || Fact::WindowClosed {
            event: event.index,
            key: event.key,
            window,
            check: self.window_check(window),
        });
    }

    /// An event that no window took: late if it is behind the watermark, otherwise it fell between windows.
    #[inline(never)]
    fn not_taken<R: Recorder>(&mut self, event: &Event, arrived: FactId, recorder: &mut R) {
        let window = self.refused;
        let watermark = self.combiner.watermark();
        if self.clock_domain == TimeDomain::Event && watermark.reached(event.ts + self.lateness) {
            let check = window.map_or(
                Check {
                    rule: Rule::FlinkElementLate,
                    time: event.ts,
                    slack: self.lateness,
                    against: watermark,
                },
                |window| self.window_check(window),
            );
            let fate = self.late_fate;
            recorder.note(arrived, || Fact::Late {
                event: event.index,
                key: event.key,
                window,
                check,
                fate,
            });
        } else {
            recorder.note(arrived, || Fact::NoWindow { event: event.index });
        }
    }

    #[inline]
    fn add_to_window<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        let key = event.key;
        let (added, since_fired, is_first) = match self.cells.get_mut(key, window) {
            Some(cell) => (
                cell.add(event, window, cause, recorder),
                cell.since_fired,
                false,
            ),
            None => (self.open(event, window, cause, recorder), 1, true),
        };
        let watermark = self.combiner.watermark();
        if self.trigger.acts(window, is_first, since_fired, watermark) {
            self.trigger_on_event(key, window, event.ts, added, recorder);
        }
        if is_first {
            self.set_clean_up(key, window, added, recorder);
        }
    }

    /// The first event of a key and window. Rare, so kept out of the way of the others.
    #[inline(never)]
    fn open<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) -> FactId {
        let cell = Cell::new(self.aggregate);
        let cell = self.cells.insert(event.key, window, cell);
        cell.add(event, window, cause, recorder)
    }

    fn delete_timers(&mut self, key: KeyId, window: Window, cell: &Cell) {
        let end = window.max_timestamp().ms();
        for at in [
            Some(end),
            Some(self.clean_up_time(window).ms()),
            cell.next_firing,
        ]
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
        self.interval_firings = 0;
        if let Some(to) = step.clock.filter(|to| *to > self.clock) {
            // What falls due between two steps is due before the second one's own event.
            self.clock = to;
            recorder.note(FactId::NONE, || Fact::ClockMoved { to });
            self.clock_timers_due(recorder);
        }
        match step.action {
            Action::Event(event) => self.on_event(&event, recorder),
            Action::MarkIdle { source } => {
                let cause = recorder.note(FactId::NONE, || Fact::SourceIdle { source });
                let from = self.combiner.watermark();
                if let Some(to) = self.combiner.idle(source) {
                    self.watermark_rose(from, to, cause, recorder);
                }
            }
            Action::End {
                source: Some(source),
            } => self.end(source, recorder),
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
    fn event<R: Recorder>(&mut self, event: &Event, recorder: &mut R) {
        if self.halted {
            return;
        }
        self.interval_firings = 0;
        self.on_event(event, recorder);
        self.clock_timers_due(recorder);
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
