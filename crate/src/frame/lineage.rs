//! What belongs to what: an event's windows and results, a window's events and results, a result's window and events.

use super::{Bounds, Lineage, LineageWindow};
use crate::explain::Subject;
use crate::model::{KeyId, Window};
use crate::run::Run;
use crate::sorted::sort_and_dedup;
use crate::trace::{Closing, Lane};

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
        lineage.events = lane.events[..to as usize].to_vec();
        sort_and_dedup(&mut lineage.events);
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use crate::explain::Subject;
    use crate::run::Run;
    use crate::scenario::Scenario;
    use std::collections::BTreeSet;

    /// Windows that overlap, windows that merge, results that are put right and withdrawn.
    const RUNS: [&str; 3] = [
        r#"{"engine":"flink","pipeline":{"window":{"kind":"sliding","size":"1 min","slide":"20 s"},"aggregate":"count",
            "watermark":{"kind":"bounded","delay":"5 s"},"allowed_lateness":"30 s"},
            "input":{"generator":{"seed":3,"events":40,"every":"7 s","keys":3,"delay":{"kind":"uniform","max":"40 s"}}}}"#,
        r#"{"engine":"kafka-streams","pipeline":{"window":{"kind":"session","gap":"15 s"},"aggregate":"count",
            "watermark":{"kind":"none"},"grace":"30 s","emit":"on_update"},
            "input":{"generator":{"seed":4,"events":40,"every":"7 s","keys":2,"delay":{"kind":"uniform","max":"40 s"}}}}"#,
        r#"{"engine":"spark","pipeline":{"window":{"kind":"tumbling","size":"1 min"},"aggregate":"sum",
            "watermark":{"kind":"bounded","delay":"20 s"},"output_mode":"update","micro_batch":{"events":3}},
            "input":{"generator":{"seed":3,"events":40,"every":"7 s","keys":3,"delay":{"kind":"uniform","max":"40 s"}}}}"#,
    ];

    fn runs() -> impl Iterator<Item = Run> {
        let run = |json| Run::new(Scenario::parse(json).expect("a sound scenario")).expect("a run");
        RUNS.into_iter().map(run)
    }

    #[test]
    fn an_event_belongs_to_a_result_as_the_result_belongs_to_the_event() {
        for run in runs() {
            for position in (0..=run.len()).step_by(3) {
                let emitted = run.frame(position).emitted;
                for event in 0..run.compiled.events.len() as u32 {
                    let of_event = run.lineage(&Subject::Event { event }, position);
                    let by_result: Vec<u32> = (0..emitted)
                        .filter(|emission| {
                            let subject = Subject::Emission {
                                emission: *emission,
                            };
                            run.lineage(&subject, position).events.contains(&event)
                        })
                        .collect();
                    let found: BTreeSet<u32> = of_event.emissions.iter().copied().collect();
                    assert_eq!(
                        found,
                        by_result.into_iter().collect(),
                        "{event} at {position}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_window_holds_what_its_row_counts_and_an_event_knows_its_windows() {
        for run in runs() {
            for position in (0..=run.len()).step_by(3) {
                for row in run.window_rows(position, 0, usize::MAX) {
                    let lane = run.lineage(&Subject::Window { lane: row.lane }, position);
                    assert_eq!(lane.events.len() as u32, row.events, "{row:?}");
                    assert_eq!(lane.emissions.len() as u32, row.results, "{row:?}");
                    for event in lane.events {
                        let windows = run.lineage(&Subject::Event { event }, position).windows;
                        assert!(windows.iter().any(|window| window.lane == Some(row.lane)));
                    }
                }
            }
        }
    }

    #[test]
    fn tables_in_parts_are_the_tables_in_one() {
        for run in runs() {
            for position in (0..=run.len()).step_by(5) {
                let (frame, all) = (
                    run.frame(position),
                    run.window_rows(position, 0, usize::MAX),
                );
                assert_eq!(all.len() as u32, frame.windows);
                let parts = (0..all.len()).step_by(4);
                let parts: Vec<_> = parts
                    .flat_map(|from| run.window_rows(position, from, from + 4))
                    .collect();
                assert_eq!(parts, all);
                let state = run.state_rows(position, 0, usize::MAX);
                assert_eq!(state.len() as u64, frame.state_size.entries);
                assert_eq!(
                    state.iter().map(|row| row.bytes).sum::<u64>(),
                    frame.state_size.bytes
                );
                let everywhere = run.windows_between(position, (i64::MIN, i64::MAX), usize::MAX);
                assert_eq!(everywhere.len(), all.len());
            }
        }
    }

    #[test]
    fn a_reader_sees_the_newest_of_each_window_and_nothing_withdrawn_before() {
        for run in runs() {
            for position in 0..=run.len() {
                let sink = run.sink(position);
                let emitted = run.frame(position).emitted;
                for row in sink.chunks(2) {
                    let newest = &run.trace.emissions[row[0] as usize];
                    assert!(newest.value.is_some() || newest.step as usize + 1 == position);
                    let later = row[0] as usize + 1..emitted as usize;
                    let later = &run.trace.emissions[later];
                    let same = |e: &&crate::trace::Emission| {
                        (e.key, e.window) == (newest.key, newest.window)
                    };
                    assert_eq!(later.iter().filter(same).count(), 0);
                }
            }
        }
    }
}
