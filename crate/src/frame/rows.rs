//! The rows of a frame's tables: sources, windows, state.

use super::{Moment, SourceRow, SourceState, StateRow, WindowRow, WindowStatus};
use crate::aggregate::Aggregate;
use crate::dialect::CellView;
use crate::fact::Fact;
use crate::run::Run;
use crate::time::Watermark;
use crate::trace::{Closing, Lane};
use crate::window::TimeDomain;
use std::collections::BTreeMap;

/// Tables show at most this many rows; how many more there are is said beside them.
const MOST_ROWS: usize = 500;

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

    pub(super) fn window_rows(&self, position: usize) -> (Vec<WindowRow>, u32) {
        let Some(last) = position.checked_sub(1) else {
            return (Vec::new(), 0);
        };
        let last = last as u32;
        let mut lanes: Vec<(WindowStatus, u32, &Lane)> = self
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

    pub(super) fn state_rows(&self, cells: &[CellView], position: usize) -> (Vec<StateRow>, u32) {
        let last = position.saturating_sub(1) as u32;
        let aggregate = self.scenario.pipeline.aggregate.unwrap_or(Aggregate::Count);
        let open: BTreeMap<_, (u32, &Lane)> = (0..)
            .zip(&self.trace.lanes)
            .take_while(|(_, lane)| lane.opened <= last)
            .filter(|(_, lane)| lane.closed.is_none_or(|(step, _)| step > last))
            .map(|(number, lane)| ((lane.key, lane.window), (number, lane)))
            .collect();
        let rows = cells
            .iter()
            .take(MOST_ROWS)
            .map(|cell| {
                let open = open.get(&(cell.key, cell.window));
                let lane = open.map(|(_, lane)| lane);
                let (from, to) = lane.map_or((0, 0), |lane| lane.extent(last));
                let value = aggregate.value(&cell.accumulator);
                StateRow {
                    lane: open.map(|(number, _)| *number),
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
}
