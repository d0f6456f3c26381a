//! A frame put together: the whole of what is seen after so many steps.

use super::{Bounds, Frame, Moment, Overview, Size};
use crate::aggregate::Aggregate;
use crate::dialect::{Engine, EngineKind};
use crate::model::{Action, Value, Window};
use crate::number::decimal;
use crate::output::Number;
use crate::run::Run;
use crate::sorted::sort_and_dedup;
use crate::time::{EventTime, Watermark};
use crate::trace::Closing;
use crate::window::WindowSpec;

/// More bands than this are not drawn.
const MOST_BANDS: usize = 500;

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
                self.window_clock.format(start),
                self.window_clock.format(end)
            ),
        }
    }

    /// Whether this engine writes the last instant of such windows, not the first behind them.
    pub(crate) fn ends_inclusive(&self) -> bool {
        self.scenario.engine == EngineKind::KafkaStreams
            && match self.scenario.pipeline.window {
                Some(WindowSpec::Session { .. } | WindowSpec::SlidingDiff { .. }) => true,
                Some(
                    WindowSpec::Tumbling { .. }
                    | WindowSpec::Sliding { .. }
                    | WindowSpec::Global
                    | WindowSpec::Count { .. },
                )
                | None => false,
            }
    }

    /// A value as it is read.
    pub fn value_text(&self, value: &Value) -> String {
        match self.number(value) {
            Number::Whole(n) => n.to_string(),
            // The least, greatest or mean of no values at all (Beam's empty panes).
            Number::Real(x) if !x.is_finite() => "nothing".into(),
            // As many digits as tell something: averages are cut after four.
            Number::Real(x) => decimal(x),
            Number::Text(text) => text,
        }
    }

    /// The windows that had events, each once, but for those that went into others.
    pub(crate) fn bands(&self) -> Vec<Window> {
        let mut windows: Vec<Window> = self
            .trace
            .lanes
            .iter()
            .filter(|lane| {
                !matches!(lane.closed, Some((_, Closing::Merged(_)))) && !lane.window.is_global()
            })
            .map(|lane| lane.window)
            .collect();
        sort_and_dedup(&mut windows);
        windows.into_iter().take(MOST_BANDS).collect()
    }

    /// What does not change while the run is looked at.
    pub fn overview(&self) -> Overview {
        let range = |values: &mut dyn Iterator<Item = i64>| {
            values.fold(None, |range: Option<(i64, i64)>, ms| {
                Some(range.map_or((ms, ms), |(a, b)| (a.min(ms), b.max(ms))))
            })
        };
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
                .map_or("", Aggregate::name)
                .into(),
            sources: (0..self.names().sources)
                .map(|source| self.names().source(source))
                .collect(),
            event_clock: match self.scenario.engine {
                EngineKind::Flink | EngineKind::Spark | EngineKind::Beam => "watermark".into(),
                EngineKind::KafkaStreams => "stream time".into(),
            },
            key_sources: (self.names().homes.iter()).map(|home| home.task).collect(),
            own_times: self.has_tasks(),
            keys: self.names().keys.clone(),
            event_range: range(&mut self.compiled.events.iter().map(|event| event.ts.ms()))
                .unwrap_or((0, 0)),
            processing_range: range(&mut self.trace.times.iter().map(|time| time.ms()))
                .unwrap_or((0, 0)),
            kinds: self.kinds(),
            fates: self.fates(),
            bands: (self.bands().into_iter())
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
        let (windows, changed_windows) = self.windows_said(position);
        let aggregate = self.scenario.pipeline.aggregate.unwrap_or(Aggregate::Count);
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
            watermark: if self.has_tasks() {
                Moment {
                    ms: None,
                    text: "none: each partition has its own".into(),
                }
            } else {
                self.watermark_moment(last.map_or(Watermark::NONE, |last| {
                    self.trace.watermark_after(last as u32, None)
                }))
            },
            sources: self.source_rows(position),
            windows,
            changed_windows,
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
}
