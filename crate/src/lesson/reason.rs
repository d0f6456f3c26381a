//! What "why?" asks about to see the reason of a measured number: the result that is counted, the event that is named.

use crate::explain::Subject;
use crate::measure::{Condition, Measure, event_index};
use crate::model::Window;
use crate::run::Run;
use crate::time::EventTime;
use crate::trace::Emission;
use crate::window::{TimeDomain, WindowSpec};
use crate::world::Asked;

/// What explains a measure after so many steps; none where nothing in the run does.
pub(super) fn of_measure(asked: Asked<'_>, measure: &Measure, at: usize) -> Option<Subject> {
    match asked {
        Asked::Stream(run) => of_stream(run, measure, at),
        // Figures are sums over many things; what just happened is the nearest to a reason.
        #[cfg(feature = "studio")]
        Asked::Cluster(run) => run.narration(at).subject,
    }
}

/// What explains a condition: the first thing compared in it.
pub(super) fn of_condition(asked: Asked<'_>, condition: &Condition) -> Option<Subject> {
    match condition {
        Condition::All { all: some } | Condition::Any { any: some } => some
            .iter()
            .find_map(|condition| of_condition(asked, condition)),
        Condition::Not { not } => of_condition(asked, not),
        Condition::Is(comparison) => {
            let at = comparison.at.map_or(asked.len(), |at| at as usize);
            of_measure(asked, &comparison.measure, at)
        }
    }
}

fn of_stream(run: &Run, measure: &Measure, at: usize) -> Option<Subject> {
    match measure {
        Measure::Result { key, start, nth } => {
            let nth = nth.map(|nth| nth as usize);
            of_result(run, at, Some(key), *start, nth)
        }
        Measure::Pane { key, start, nth } => {
            let nth = nth.map(|nth| nth as usize);
            of_result(run, at, Some(key), Some(*start), nth)
        }
        Measure::Place { key, start } => of_result(run, at, Some(key), Some(*start), Some(0)),
        Measure::AddedUp { key, start } => of_result(run, at, Some(key), *start, None),
        Measure::Results { key, start } => of_result(run, at, key.as_ref(), *start, None),
        Measure::Total { start } => of_result(run, at, None, *start, None),
        Measure::Wait { key, start } => of_result(run, at, key.as_ref(), *start, Some(0)),
        Measure::Late | Measure::SideOutput => run
            .trace
            .late
            .iter()
            .find(|late| (late.step as usize) < at)
            .map(|late| Subject::Event { event: late.event }),
        Measure::Uncounted => {
            let by = |step: Option<u32>| step.is_some_and(|step| (step as usize) < at);
            let fates = run.trace.fates.iter();
            fates
                .enumerate()
                .find(|(_, fate)| by(fate.arrived.map(|(step, _)| step)) && !by(fate.counted))
                .map(|(event, _)| Subject::Event {
                    event: event as u32,
                })
        }
        Measure::Fate { event }
        | Measure::Order { event }
        | Measure::Lag { event }
        | Measure::WindowsOf { event } => {
            event_index(run, event).map(|event| Subject::Event { event })
        }
        Measure::Watermark { source } => Some(Subject::Watermark { source: *source }),
        Measure::Windows { key } => last_window(run, at, key.as_ref()),
        Measure::OpenWindows | Measure::StatePeak | Measure::Held => last_window(run, at, None),
        Measure::Passed
        | Measure::Allowed { .. }
        | Measure::Knob { .. }
        | Measure::Figure { .. } => None,
    }
}

/// One of the results of a key's window: the one with this number, or the latest; where there is none, why there is none.
fn of_result(
    run: &Run,
    at: usize,
    key: Option<&String>,
    start: Option<EventTime>,
    nth: Option<usize>,
) -> Option<Subject> {
    let is = |emission: &&(usize, &Emission)| {
        key.is_none_or(|key| run.names().is_called(emission.1.key, key))
            && start.is_none_or(|start| emission.1.window.start == start)
    };
    let emissions: Vec<(usize, &Emission)> = run
        .trace
        .emissions
        .iter()
        .enumerate()
        .take_while(|(_, emission)| (emission.step as usize) < at)
        .collect();
    let mut of_it = emissions.iter().filter(is);
    let found = match nth {
        Some(nth) => of_it.nth(nth),
        None => of_it.next_back(),
    };
    match (found, key, start) {
        (Some((number, _)), ..) => Some(Subject::Emission {
            emission: *number as u32,
        }),
        (None, Some(key), Some(start)) => Some(Subject::Missing {
            key: key.clone(),
            start: Some(start.ms()),
            end: Some(end_of(run, key, start)?),
        }),
        (None, ..) => None,
    }
}

/// Where a window that starts here ends: as one that was there does, or as all of its kind do.
fn end_of(run: &Run, key: &str, start: EventTime) -> Option<i64> {
    let there = run.trace.lanes.iter().find(|lane| {
        run.names().is_called(lane.key, key)
            && lane.window.start == start
            && lane.window != Window::GLOBAL
    });
    match (there, run.scenario.pipeline.window) {
        (Some(lane), _) => Some(lane.window.end.ms()),
        (
            None,
            Some(
                WindowSpec::Tumbling {
                    size,
                    clock: TimeDomain::Event,
                    ..
                }
                | WindowSpec::Sliding { size, .. },
            ),
        ) => Some((start + size).ms()),
        (None, _) => None,
    }
}

/// The window that was opened last, of a key or of any.
fn last_window(run: &Run, at: usize, key: Option<&String>) -> Option<Subject> {
    run.trace
        .lanes
        .iter()
        .enumerate()
        .take_while(|(_, lane)| (lane.opened as usize) < at)
        .filter(|(_, lane)| key.is_none_or(|key| run.names().is_called(lane.key, key)))
        .last()
        .map(|(number, _)| Subject::Window {
            lane: number as u32,
        })
}
