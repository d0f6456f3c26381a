//! What belongs to what: an event's windows and results, a window's events and results, a result's window and events.

use super::{Bounds, Lineage, LineageWindow};
use crate::explain::Subject;
use crate::model::{KeyId, Window};
use crate::run::Run;
use crate::trace::{Closing, Lane};
use std::collections::BTreeSet;

impl Run {
    /// What belongs to an event, a window or a result by a position; nothing belongs to anything else.
    pub fn lineage(&self, subject: &Subject, position: usize) -> Lineage {
        let Some(last) = position.checked_sub(1) else {
            return Lineage::default();
        };
        let last = last as u32;
        match subject {
            Subject::Event { event } => self.of_event(*event, last),
            Subject::Window { lane } => self.of_lane(*lane, last),
            Subject::Emission { emission } => self.of_emission(*emission, last),
            Subject::Missing { .. } | Subject::Watermark { .. } | Subject::Thing { .. } => {
                Lineage::default()
            }
        }
    }

    fn of_event(&self, event: u32, last: u32) -> Lineage {
        let mut lineage = Lineage {
            events: vec![event],
            ..Lineage::default()
        };
        let Some(of) = self.compiled.events.get(event as usize) else {
            return Lineage::default();
        };
        for (number, lane) in self.lanes_by(last).filter(|(_, lane)| lane.key == of.key) {
            let (_, to) = lane.extent(last);
            let held = &lane.events[..to as usize];
            let Some(place) = held.iter().position(|held| *held == event) else {
                continue;
            };
            lineage.windows.push(self.lineage_window(number, lane));
            // The lane's results that came after it, and before its contents were forgotten.
            let place = place as u32;
            lineage.emissions.extend(
                self.emissions_by(lane, last)
                    .filter(|(_, from, to)| (*from..*to).contains(&place))
                    .map(|(number, ..)| number),
            );
        }
        lineage
    }

    fn of_lane(&self, number: u32, last: u32) -> Lineage {
        let mut lineage = Lineage::default();
        let Some(lane) = self.trace.lanes.get(number as usize) else {
            return lineage;
        };
        if lane.opened > last {
            return lineage;
        }
        let (_, to) = lane.extent(last);
        let events: BTreeSet<u32> = lane.events[..to as usize].iter().copied().collect();
        lineage.events = events.into_iter().collect();
        lineage.windows.push(self.lineage_window(number, lane));
        lineage
            .emissions
            .extend(self.emissions_by(lane, last).map(|(number, ..)| number));
        // What it became, and what became it.
        if let Some(into) = merged_into(lane, last) {
            lineage
                .windows
                .push(self.lineage_window(into, &self.trace.lanes[into as usize]));
        }
        let before = self
            .lanes_by(last)
            .filter(|(_, before)| merged_into(before, last) == Some(number));
        let before: Vec<_> = before
            .map(|(number, lane)| self.lineage_window(number, lane))
            .collect();
        lineage.windows.extend(before);
        lineage
    }

    fn of_emission(&self, number: u32, last: u32) -> Lineage {
        let Some(emission) = self.trace.emissions.get(number as usize) else {
            return Lineage::default();
        };
        if emission.step > last {
            return Lineage::default();
        }
        Lineage {
            events: self.trace.lineage(emission).to_vec(),
            windows: vec![LineageWindow {
                lane: emission.lane,
                ..self.named_window(emission.key, emission.window)
            }],
            emissions: vec![number],
        }
    }

    /// The windows opened by a step.
    fn lanes_by(&self, last: u32) -> impl Iterator<Item = (u32, &Lane)> {
        (0..)
            .zip(&self.trace.lanes)
            .take_while(move |(_, lane)| lane.opened <= last)
    }

    /// The results of a window by a step: number, and from which of its events to which.
    fn emissions_by<'r>(
        &'r self,
        lane: &'r Lane,
        last: u32,
    ) -> impl Iterator<Item = (u32, u32, u32)> + 'r {
        lane.emissions
            .iter()
            .map(|number| (*number, &self.trace.emissions[*number as usize]))
            .take_while(move |(_, emission)| emission.step <= last)
            .map(|(number, emission)| (number, emission.from, emission.to))
    }

    fn lineage_window(&self, number: u32, lane: &Lane) -> LineageWindow {
        LineageWindow {
            lane: Some(number),
            ..self.named_window(lane.key, lane.window)
        }
    }

    fn named_window(&self, key: KeyId, window: Window) -> LineageWindow {
        let Bounds { text, .. } = self.bounds(window);
        LineageWindow {
            lane: None,
            key: self.names().key(key).into(),
            text,
        }
    }
}

fn merged_into(lane: &Lane, last: u32) -> Option<u32> {
    match lane.closed {
        Some((step, Closing::Merged(into))) if step <= last => Some(into),
        _ => None,
    }
}
