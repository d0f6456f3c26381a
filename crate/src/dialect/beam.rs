//! The Beam dialect: the `GeneralTriggerDriver` of the Python SDK 2.77 behind the local runner's `TestStream`, record for
//! record.
//!
//! ```text
//! event -> windows -> expired? -> merge -> add -> trigger -> pane
//! watermark, clock -> timers -> trigger -> pane ; windows over for good are forgotten
//! ```
//!
//! A window is reached when `end <= watermark`, expired when `end + lateness < watermark`; an element is judged by its own
//! window before merging, and late when all its windows have expired. What a finished trigger gets is swallowed.
//!
//! Two of the local runner's own ways show in the panes:
//!
//! * An element's pane is early as long as the *output* watermark has not reached the end, and that is held back by every
//!   window that has unfired elements: a late trigger that waits for a second element calls its panes early
//!   (`_output`, `WATERMARK_HOLD`).
//! * A pane of a delay is judged by the timer's own time in place of the watermark (`process_timer`). Here by the earlier of
//!   the two: with a clock far from event time that is the same, and a clock ahead of the watermark closes nothing.
//!
//! The runner never emits what is left when a window expires, and never forgets it either; here a window is forgotten once
//! nothing can reach it any more. Retracting panes are Beam's model (a withdrawal before each further pane), which no runner
//! carries out.

use super::{CellView, Engine, cell_bytes};
use crate::aggregate::{Accumulator, Aggregate};
use crate::fact::{Check, Fact, FactId, LateFate, Recorder, Rule, Why};
use crate::model::{Action, Event, KeyId, Names, Pane, Step, Window};
use crate::scenario::{Accumulation, Pipeline};
use crate::state::Cells;
use crate::time::{EventTime, ProcTime, Span, Watermark};
use crate::timers::Timers;
use crate::watermark::{Combiner, Generator, WatermarkRule, WatermarkSpec};
use crate::window::{Assigner, Sessions, TimeDomain, Touching, WindowSpec};
use firing::{Firing, why};
use holds::Holds;
use state::{PendingTimer, State};
use trigger::{Context, Moment, Reason, Trigger};

mod check;
mod firing;
mod holds;
mod sessions;
mod state;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod trigger;

/// A Beam grouping behind its sources.
#[derive(Clone, Debug)]
pub struct Beam {
    // Configuration.
    aggregate: Aggregate,
    trigger: Trigger,
    has_on_time_pane: bool,
    accumulation: Accumulation,
    lateness: Span,
    /// For so long behind its end a window is kept: the lateness, and for sessions the gap that another may still reach over.
    kept: Span,
    merges: bool,
    by_steps: bool,

    // State of the sources.
    assigner: Assigner,
    generators: Vec<Generator>,
    combiner: Combiner,

    // Keyed state and time.
    clock: Option<ProcTime>,
    cells: Cells<Cell>,
    sessions: Sessions,
    holds: Holds,
    event_timers: Timers,
    clock_timers: Timers,

    // Of one step only.
    due: Vec<PendingTimer>,
}

/// State of one key and window. Merging: contents and the trigger's numbers are added up, pending timers stay, pane numbers
/// start again unless the bounds stay. Lifetime: until nothing can reach the window any more.
#[derive(Clone, Debug)]
struct Cell {
    contents: Accumulator,
    trigger: State,
    /// Panes so far.
    panes: u32,
    /// Panes so far that were not early.
    panes_since_end: u32,
    /// The trigger has finished: nothing comes out any more.
    finished: bool,
    /// The end of the window that holds the output watermark back, until a pane lets it go.
    hold: Option<EventTime>,
    /// Retracting: the panes that stand, with the windows they were of.
    standing: Vec<(Window, Pane)>,
}

impl Beam {
    /// A grouping at the start of its input.
    pub(super) fn new(pipeline: &Pipeline, names: &Names) -> Beam {
        let window = pipeline.window.unwrap_or(WindowSpec::Global);
        let lateness = pipeline.allowed_lateness.unwrap_or(Span(0));
        let gap = match window {
            WindowSpec::Session { gap } => gap,
            _ => Span(0),
        };
        let trigger = Trigger::new(pipeline.trigger.as_ref());
        let generator = Generator::new(&pipeline.watermark, WatermarkRule::HighestMinusDelay);
        let sources = names.sources.max(1);
        Beam {
            aggregate: pipeline.aggregate.unwrap_or(Aggregate::Count),
            has_on_time_pane: trigger.has_on_time_pane(),
            trigger,
            // `core.Windowing`: discarding unless said otherwise.
            accumulation: pipeline.accumulation.unwrap_or(Accumulation::Discarding),
            lateness,
            kept: Span(lateness.ms().saturating_add(gap.ms())),
            merges: window.merges(),
            by_steps: pipeline.watermark == WatermarkSpec::Explicit,
            assigner: Assigner::new(window),
            generators: vec![generator; sources as usize],
            combiner: Combiner::new(sources),
            clock: None,
            cells: Cells::default(),
            sessions: Sessions::new(Touching::StaysApart),
            holds: Holds::default(),
            event_timers: Timers::default(),
            clock_timers: Timers::default(),
            due: Vec::new(),
        }
    }

    /// One event, from source to trigger; the fast path of large runs.
    #[inline]
    pub fn on_event<R: Recorder>(&mut self, event: &Event, recorder: &mut R) {
        let arrived = recorder.note(FactId::NONE, || Fact::Arrived { event: event.index });
        self.add_event(event, arrived, recorder);
        // A delay of nothing is over at once, and so is a wait for an end that lies behind, before the source tells more.
        self.clock_timers_due(arrived, recorder);
        self.event_timers_due(arrived, recorder);
        let told = self
            .generators
            .get_mut(event.source as usize)
            .and_then(|generator| generator.on_event(event));
        if let Some(watermark) = told {
            self.source_watermark(event.source, watermark, arrived, recorder);
        }
    }

    fn add_event<R: Recorder>(&mut self, event: &Event, arrived: FactId, recorder: &mut R) {
        let watermark = self.combiner.watermark();
        // The output watermark is the one before this event's own holds.
        let held_at = if watermark.reached(event.ts) {
            self.holds.earliest()
        } else {
            None
        };
        let (mut expired, mut taken) = (None, false);
        for window in self.assigner.windows(event.ts) {
            if watermark > Watermark::at(window.end + self.lateness) {
                let check = self.expiry(Rule::BeamWindowExpired, window, self.lateness);
                recorder.note(arrived, || Fact::WindowClosed {
                    event: event.index,
                    key: event.key,
                    window,
                    check,
                });
                expired = Some((window, check));
                continue;
            }
            taken = true;
            let (window, cause) = if self.merges {
                self.merge_in(event.key, window, arrived, recorder)
            } else {
                (window, arrived)
            };
            self.add_to_window(event, window, held_at, cause, recorder);
        }
        match expired {
            _ if taken => {}
            Some((window, check)) => {
                recorder.note(arrived, || Fact::Late {
                    event: event.index,
                    key: event.key,
                    window: Some(window),
                    check,
                    fate: LateFate::Dropped,
                });
            }
            None => {
                recorder.note(arrived, || Fact::NoWindow { event: event.index });
            }
        }
    }

    /// Adds an event to a window of its own or a merged one, and fires it where the trigger says so
    /// (`GeneralTriggerDriver.process_elements`).
    #[inline]
    fn add_to_window<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        held_at: Option<EventTime>,
        cause: FactId,
        recorder: &mut R,
    ) {
        let key = event.key;
        let watermark = self.combiner.watermark();
        let cell = match self.cells.get_mut(key, window) {
            Some(cell) => cell,
            None => self
                .cells
                .insert(key, window, Cell::new(self.aggregate, State::new())),
        };
        if cell.finished {
            recorder.note(cause, || Fact::Swallowed {
                event: event.index,
                key,
                window,
            });
            return;
        }
        self.holds.hold(&mut cell.hold, window.end);
        cell.contents.add(event);
        let count = cell.contents.count;
        let added = recorder.note(cause, || Fact::Added {
            event: event.index,
            key,
            window,
            count,
        });
        let mut context = Context {
            state: &mut cell.trigger,
            window,
            now: self.clock.unwrap_or_default(),
        };
        self.trigger.on_element(&mut context);
        let moment = Moment {
            clock: TimeDomain::Event,
            time: watermark.raw(),
        };
        let fires = self.trigger.should_fire(moment, &mut context);
        let finished = fires.is_some() && self.trigger.on_fire(moment.time, &mut context);
        let has_news = cell.trigger.has_news();
        if let Some(reason) = fires {
            let firing = Firing {
                early: moment.time < window.end.ms()
                    || held_at.is_some_and(|end| end <= window.end),
                by_watermark: false,
                finished,
                why: match reason {
                    Reason::EndReached => Why::LateEvent {
                        waited_for: window.end,
                        watermark,
                    },
                    other => why(other, 0),
                },
            };
            self.output(key, window, firing, added, recorder);
        }
        if has_news {
            self.announce_timers(key, window, added, recorder);
        }
    }

    fn source_watermark<R: Recorder>(
        &mut self,
        source: u16,
        watermark: Watermark,
        cause: FactId,
        recorder: &mut R,
    ) {
        let (Some(generator), Some(state)) = (
            self.generators.get(source as usize),
            self.combiner.sources().get(source as usize),
        ) else {
            return;
        };
        if watermark <= state.watermark {
            return;
        }
        let told = recorder.note(cause, || Fact::SourceWatermark {
            source,
            rule: match watermark {
                Watermark::END => WatermarkRule::Ended,
                _ if self.by_steps => WatermarkRule::Explicit,
                _ => generator.rule(),
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
                .position(|source| sources.len() > 1 && source.watermark == to)
                .map(|source| source as u16),
            task: None,
        });
        self.event_timers_due(cause, recorder);
        self.forget_expired(cause, recorder);
    }

    fn expiry(&self, rule: Rule, window: Window, slack: Span) -> Check {
        Check {
            rule,
            time: window.end,
            slack,
            against: self.combiner.watermark(),
        }
    }

    /// Forgets the windows that nothing can reach any more: no event, no other session, no pending delay.
    fn forget_expired<R: Recorder>(&mut self, cause: FactId, recorder: &mut R) {
        let watermark = self.combiner.watermark();
        let kept = self.kept;
        let is_over = |window: Window| watermark > Watermark::at(window.end + kept);
        if !self.cells.windows().next().is_some_and(is_over) {
            return;
        }
        let over: Vec<(KeyId, Window)> = self
            .cells
            .iter()
            .take_while(|(_, window, _)| is_over(*window))
            .filter(|(_, _, cell)| cell.finished || cell.trigger.timers().next().is_none())
            .map(|(key, window, _)| (key, window))
            .collect();
        let rule = if self.merges {
            Rule::BeamSessionExpired
        } else {
            Rule::BeamWindowExpired
        };
        for (key, window) in over {
            // Its hold stays: the local runner never lets go of one without a pane.
            self.cells.remove(key, window);
            if self.merges {
                self.sessions.remove(key, window);
            }
            let check = self.expiry(rule, window, kept);
            recorder.note(cause, || Fact::Evicted { key, window, check });
        }
    }

    fn end<R: Recorder>(&mut self, source: u16, recorder: &mut R) {
        let ended = self.combiner.sources().get(source as usize);
        if ended.is_none_or(|source| source.watermark == Watermark::END) {
            return;
        }
        let cause = recorder.note(FactId::NONE, || Fact::SourceEnded { source });
        self.source_watermark(source, Watermark::END, cause, recorder);
    }
}

impl Engine for Beam {
    fn step<R: Recorder>(&mut self, step: &Step, recorder: &mut R) {
        if let Some(to) = step.clock.filter(|to| self.clock.is_none_or(|at| at < *to)) {
            // What falls due between two steps is due before the second one's own event.
            self.clock = Some(to);
            let moved = recorder.note(FactId::NONE, || Fact::ClockMoved { to });
            self.clock_timers_due(moved, recorder);
        }
        // Where nobody says what time it is, the clock stands at 0.
        self.clock.get_or_insert(ProcTime(0));
        match step.action {
            Action::Event(event) => self.on_event(&event, recorder),
            Action::Watermark { source, to } if self.by_steps => {
                self.source_watermark(source, to, FactId::NONE, recorder);
            }
            Action::End {
                source: Some(source),
            } => self.end(source, recorder),
            Action::End { source: None } => {
                for source in 0..self.generators.len() {
                    self.end(source as u16, recorder);
                }
            }
            Action::Watermark { .. }
            | Action::MarkIdle { .. }
            | Action::ClockMoves
            | Action::Batch { .. } => {}
        }
    }

    #[inline]
    fn events<R: Recorder>(&mut self, events: &[Event], recorder: &mut R) {
        for event in events {
            self.on_event(event, recorder);
        }
    }

    fn cells(&self) -> Vec<CellView> {
        self.cells
            .iter()
            .map(|(key, window, cell)| CellView {
                key,
                window,
                accumulator: cell.contents.clone(),
                // The number of the next pane, and what the trigger counts.
                extra_bytes: 8 + cell.trigger.bytes(),
                timers: cell.pending().collect(),
            })
            .collect()
    }

    #[inline]
    fn entries(&self) -> usize {
        self.cells.len()
    }

    fn state_bytes(&self) -> u64 {
        (self.cells.iter())
            .map(|(.., cell)| {
                let contents = cell.contents.bytes(self.aggregate);
                cell_bytes(contents, 8 + cell.trigger.bytes(), cell.pending().count())
            })
            .sum()
    }
}

impl Cell {
    fn new(aggregate: Aggregate, trigger: State) -> Cell {
        Cell {
            contents: aggregate.empty(),
            trigger,
            panes: 0,
            panes_since_end: 0,
            finished: false,
            hold: None,
            standing: Vec::new(),
        }
    }

    /// The timers that will ever be due.
    fn pending(&self) -> impl Iterator<Item = (TimeDomain, i64)> {
        self.trigger.timers().filter(|(_, at)| *at < i64::MAX)
    }
}
