//! Lists that grow along a run, read in parts: events, results, late events, the lives of windows.

use super::{EmissionView, EventRow, Lane, LateView};
use crate::fact::LateFate;
use crate::model::{KeyId, Window};
use crate::run::Run;
use crate::sorted::Numbers;
use crate::time::{Watermark, format_span};
use crate::trace::Closing;

impl Run {
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
                    behind: watermark
                        .map_or_else(String::new, |watermark| format_span(watermark - event.ts)),
                    side_output: late.fate == LateFate::SideOutput,
                    position: late.step + 1,
                }
            })
            .collect()
    }

    /// What somebody reads now who keeps the newest result of each key and window, in the order in which those first came: pairs of
    /// the newest result's number and of how many came before it. What is withdrawn is gone, but shown by the step that did it.
    pub fn sink(&self, position: usize) -> Vec<u32> {
        let mut places: Numbers<(KeyId, Window)> = Numbers::default();
        let mut rows: Vec<Option<(u32, u32)>> = Vec::new();
        for (number, emission) in (0..).zip(&self.trace.emissions) {
            if emission.step as usize >= position {
                break;
            }
            let name = (emission.key, emission.window);
            let gone = emission.value.is_none();
            match places.get(name) {
                Some(place) if gone && (emission.step as usize) + 1 < position => {
                    rows[place as usize] = None;
                    places.remove(name);
                }
                Some(place) => {
                    let place = place as usize;
                    let before = rows[place].map_or(0, |(_, before)| before);
                    rows[place] = Some((number, before + u32::from(!gone)));
                }
                None if gone => {}
                None => {
                    places.insert(name, rows.len() as u32);
                    rows.push(Some((number, 0)));
                }
            }
        }
        rows.into_iter()
            .flatten()
            .flat_map(|(newest, before)| [newest, before])
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
