//! The rows of a frame's tables: sources, windows, state.

use super::{Moment, SourceRow, SourceState, StateRow, WindowRow, WindowStatus};
use crate::aggregate::Aggregate;
use crate::dialect::{CellView, Engine};
use crate::fact::Fact;
use crate::model::{KeyId, Window};
use crate::run::Run;
use crate::sorted::{Sorted, sort_and_dedup, sort_by_key};
use crate::time::Watermark;
use crate::trace::{Closing, Emission, Lane};
use crate::window::TimeDomain;

impl Run {
    pub(crate) fn source_rows(&self, position: usize) -> Vec<SourceRow> {
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

    /// Some of the windows opened so far, by their place in the order in which tables list them: open ones first, each in the order
    /// in which they close.
    pub fn window_rows(&self, position: usize, from: usize, to: usize) -> Vec<WindowRow> {
        let Some(last) = position.checked_sub(1) else {
            return Vec::new();
        };
        let last = last as u32;
        let mut lanes: Vec<_> = self.lanes_with_status(last).collect();
        sort_by_key(&mut lanes, |(status, _, lane)| {
            (*status >= WindowStatus::Closed, lane.window, lane.key)
        });
        let to = to.min(lanes.len());
        lanes[from.min(to)..to]
            .iter()
            .map(|(status, number, lane)| self.window_row(*status, *number, lane, last))
            .collect()
    }

    /// The windows opened so far that overlap a stretch of event time, in the order in which they opened; not more than `most`.
    pub fn windows_between(
        &self,
        position: usize,
        (from, to): (i64, i64),
        most: usize,
    ) -> Vec<WindowRow> {
        let Some(last) = position.checked_sub(1) else {
            return Vec::new();
        };
        let last = last as u32;
        self.lanes_with_status(last)
            .filter(|(_, _, lane)| lane.window.start.ms() <= to && lane.window.end.ms() >= from)
            .take(most)
            .map(|(status, number, lane)| self.window_row(status, number, lane, last))
            .collect()
    }

    /// How many windows have been opened, and the bounds of those that the last step changed, each once.
    pub(super) fn windows_said(&self, position: usize) -> (u32, Vec<String>) {
        let Some(last) = position.checked_sub(1) else {
            return (0, Vec::new());
        };
        let last = last as u32;
        let opened = self.trace.lanes.partition_point(|lane| lane.opened <= last);
        let mut changed: Vec<Window> = self.trace.lanes[..opened]
            .iter()
            .filter(|lane| self.changed_by(lane, last))
            .map(|lane| lane.window)
            .collect();
        sort_and_dedup(&mut changed);
        let texts = changed.into_iter().map(|window| self.bounds(window).text);
        (opened as u32, texts.collect())
    }

    fn lanes_with_status(&self, last: u32) -> impl Iterator<Item = (WindowStatus, u32, &Lane)> {
        (0..)
            .zip(&self.trace.lanes)
            .take_while(move |(_, lane)| lane.opened <= last)
            .map(move |(number, lane)| (self.window_status(lane, last), number, lane))
    }

    fn window_row(&self, status: WindowStatus, number: u32, lane: &Lane, last: u32) -> WindowRow {
        let (from, to) = lane.extent(last);
        let emission = self.last_emission(lane, last);
        WindowRow {
            lane: number,
            key: self.names().key(lane.key).into(),
            key_index: lane.key.0,
            window: self.bounds(lane.window),
            events: to - from,
            result: emission
                .and_then(|e| e.value.as_ref())
                .map(|value| self.value_text(value)),
            results: lane
                .emissions
                .partition_point(|e| self.trace.emissions[*e as usize].step <= last)
                as u32,
            status,
            changed: self.changed_by(lane, last),
        }
    }

    fn last_emission(&self, lane: &Lane, last: u32) -> Option<&Emission> {
        let by = lane
            .emissions
            .partition_point(|e| self.trace.emissions[*e as usize].step <= last);
        lane.emissions[..by]
            .last()
            .map(|e| &self.trace.emissions[*e as usize])
    }

    /// Whether a step changed a window: it took events, emitted or closed. Lists of steps are in order.
    fn changed_by(&self, lane: &Lane, last: u32) -> bool {
        lane.fills
            .binary_search_by_key(&last, |(step, _)| *step)
            .is_ok()
            || lane.closed.is_some_and(|(step, _)| step == last)
            || self
                .last_emission(lane, last)
                .is_some_and(|emission| emission.step == last)
    }

    fn window_status(&self, lane: &Lane, last: u32) -> WindowStatus {
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

    /// Some of the entries of the engine's keyed state, by their place in the order of window and key.
    pub fn state_rows(&self, position: usize, from: usize, to: usize) -> Vec<StateRow> {
        let position = position.min(self.len());
        let cells = self.engine_after(position).cells();
        let to = to.min(cells.len());
        self.state_rows_of(&cells[from.min(to)..to], position)
    }

    pub(super) fn state_rows_of(&self, cells: &[CellView], position: usize) -> Vec<StateRow> {
        let last = position.saturating_sub(1) as u32;
        let aggregate = self.scenario.pipeline.aggregate.unwrap_or(Aggregate::Count);
        let mut open: Sorted<(KeyId, Window), Option<(u32, &Lane)>> = Sorted::default();
        let lanes = (0..)
            .zip(&self.trace.lanes)
            .take_while(|(_, lane)| lane.opened <= last)
            .filter(|(_, lane)| lane.closed.is_none_or(|(step, _)| step > last));
        for (number, lane) in lanes {
            *open.entry((lane.key, lane.window)) = Some((number, lane));
        }
        cells
            .iter()
            .map(|cell| {
                let open = open.get((cell.key, cell.window)).copied().flatten();
                let lane = open.map(|(_, lane)| lane);
                let (from, to) = lane.map_or((0, 0), |lane| lane.extent(last));
                let value = aggregate.value(&cell.accumulator);
                StateRow {
                    lane: open.map(|(number, _)| number),
                    key_index: cell.key.0,
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
            .collect()
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
}
