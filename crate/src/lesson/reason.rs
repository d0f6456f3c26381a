//! Why a measured number is what it is: the result or the event that it is about, or, where it sums up many things, the step that
//! made it so.

use super::Because;
use crate::explain::Subject;
use crate::explain::measured as explain;
use crate::measure::{Condition, EventSet, Measure, Unit, WindowSet, event_index};
use crate::model::Window;
use crate::run::Run;
use crate::time::EventTime;
use crate::trace::Emission;
use crate::window::{TimeDomain, WindowSpec};
use crate::world::Asked;

/// How far back the step is looked for that made something what it is; a lesson's runs are shorter.
const FARTHEST: usize = 2_000;

/// Why a measure is what it is after so many steps: what explains the thing measured, or the step that made it so. None where it was so
/// from the start. A measured number that is `shown` as it is may be named; what is read as the name of a class may not.
pub(super) fn of_measure(
    asked: Asked<'_>,
    measure: &Measure,
    at: usize,
    shown: bool,
) -> Option<Because> {
    let at = at.min(asked.len());
    if let Some(reason) = of_thing(asked, measure, at) {
        return Some(reason);
    }
    let now = asked.ask(measure, at);
    let step = turning_point(at, |position| asked.ask(measure, position) == now)?;
    let before = asked.ask(measure, step - 1);
    let how = match (now.unit, before.number) {
        _ if !shown => format!("So since step {step}"),
        (Unit::Name, _) => format!("So since step {step}"),
        (Unit::Count | Unit::Value | Unit::Instant | Unit::Span, Some(_)) => {
            format!("{} became {} with step {step}", before.text, now.text)
        }
        (Unit::Count | Unit::Value | Unit::Instant | Unit::Span, None) => {
            format!("It became {} with step {step}", now.text)
        }
    };
    Some(of_step(asked, &how, step))
}

/// Why a condition holds, or does not: the first thing compared in it.
pub(super) fn of_condition(asked: Asked<'_>, condition: &Condition) -> Option<Because> {
    match condition {
        Condition::All { all: some } | Condition::Any { any: some } => some
            .iter()
            .find_map(|condition| of_condition(asked, condition)),
        Condition::Not { not } => of_condition(asked, not),
        Condition::Is(comparison) => {
            let at = comparison.at.map_or(asked.len(), |at| at as usize);
            of_thing(asked, &comparison.measure, at).or_else(|| {
                let holds = |at: usize| comparison.at(at).holds(asked);
                let now = holds(at);
                let step = turning_point(at, |position| holds(position) == now)?;
                Some(of_step(asked, &format!("So since step {step}"), step))
            })
        }
    }
}

/// Why something that is picked is as it is.
pub(super) fn of_subject(run: &Run, subject: Subject, at: usize) -> Because {
    let explanation = crate::explain::why(run, &subject, at);
    Because {
        verdict: explanation.verdict,
        events: explanation.events,
        subject: Some(subject),
        position: at as u32,
    }
}

/// The same as seen from another run, whose events and steps are not on the stage.
pub(super) fn elsewhere(reason: Because) -> Because {
    Because {
        events: Vec::new(),
        subject: None,
        ..reason
    }
}

/// What explains the one thing that a measure is about; none where it sums up many, or is about none.
fn of_thing(asked: Asked<'_>, measure: &Measure, at: usize) -> Option<Because> {
    match asked {
        Asked::Stream(run) => measured(run, measure, at)
            .or_else(|| Some(of_subject(run, of_stream(run, measure, at)?, at))),
        #[cfg(feature = "studio")]
        Asked::Cluster(run) => match measure {
            Measure::Figure { figure } => {
                let subject = run.about(figure, at)?;
                Some(Because {
                    verdict: run.why(&subject, at).verdict,
                    events: Vec::new(),
                    subject: Some(subject),
                    position: at as u32,
                })
            }
            _ => None,
        },
    }
}

/// An answer about the very thing measured, where "why?" of it would be about something else: a result's value comes from its events,
/// not from what made it come out.
fn measured(run: &Run, measure: &Measure, at: usize) -> Option<Because> {
    let reason = |(verdict, events): (String, Vec<u32>), subject: Subject| Because {
        verdict,
        events,
        subject: Some(subject),
        position: at as u32,
    };
    match measure {
        Measure::Result { key, start, nth } => {
            let subject = of_result(run, at, Some(key), *start, nth.map(|nth| nth as usize))?;
            let Subject::Emission { emission } = subject else {
                return None;
            };
            let result = &run.trace.emissions[emission as usize];
            // What came after one of several results is not its business.
            let by = nth.map_or(at, |_| result.step as usize + 1);
            Some(reason(explain::contents(run, result, by), subject))
        }
        Measure::Order { event } => {
            let in_order = match measure.of_stream(run, at).text.as_str() {
                "in_order" => true,
                "out_of_order" => false,
                _ => return None,
            };
            let event = event_index(run, event)?;
            let said = explain::order(run, event, in_order)?;
            Some(reason(said, Subject::Event { event }))
        }
        Measure::WindowsOf { event } => {
            let event = event_index(run, event)?;
            let said = explain::windows_with(run, event, at)?;
            Some(reason(said, Subject::Event { event }))
        }
        Measure::Windows { key } => {
            let (said, lane) = explain::windows_named(run, key.as_deref(), at)?;
            Some(reason((said, Vec::new()), Subject::Window { lane }))
        }
        Measure::OpenWindows | Measure::Held => {
            let (said, lane) = explain::oldest_open(run, at)?;
            Some(reason((said, Vec::new()), Subject::Window { lane }))
        }
        _ => None,
    }
}

/// Why an event is in a set, or not.
pub(super) fn of_event(run: &Run, set: &EventSet, event: u32, at: usize) -> Because {
    let said = match set {
        EventSet::Late | EventSet::Behind => None,
        EventSet::OutOfOrder => {
            let out = set.of_stream(run, at).contains(&event);
            explain::order(run, event, !out)
        }
        EventSet::InResult { .. } | EventSet::InWindow { .. } => {
            explain::windows_with(run, event, at)
        }
    };
    let whole = of_subject(run, Subject::Event { event }, at);
    match said {
        Some((verdict, events)) => Because {
            verdict,
            events,
            ..whole
        },
        None => whole,
    }
}

/// Why a window is in a set, or not.
pub(super) fn of_window(run: &Run, set: &WindowSet, band: u32, at: usize) -> Option<Because> {
    let window = *run.bands().get(band as usize)?;
    let key = match set {
        WindowSet::Taking { .. } => None,
        WindowSet::WithResult { key }
        | WindowSet::WithoutResult { key }
        | WindowSet::Corrected { key }
        | WindowSet::Open { key } => key.as_deref(),
    };
    let lane = run
        .trace
        .lanes
        .iter()
        .take_while(|lane| (lane.opened as usize) < at)
        .position(|lane| {
            lane.window == window && key.is_none_or(|key| run.names().is_called(lane.key, key))
        });
    let whole = lane.map(|lane| of_subject(run, Subject::Window { lane: lane as u32 }, at));
    let WindowSet::Taking { event } = set else {
        return whole;
    };
    let (verdict, events) = explain::happened_in(run, event_index(run, event)?, window)?;
    Some(Because {
        verdict,
        events,
        subject: whole.and_then(|whole| whole.subject),
        position: at as u32,
    })
}

/// The step since which things stand as they do after `at` steps; none where they always did.
fn turning_point(at: usize, same: impl Fn(usize) -> bool) -> Option<usize> {
    let before = (at.saturating_sub(FARTHEST)..at)
        .rev()
        .find(|at| !same(*at))?;
    Some(before + 1)
}

/// A step as a reason.
fn of_step(asked: Asked<'_>, how: &str, step: usize) -> Because {
    let told = match asked {
        Asked::Stream(run) => crate::explain::narration(run, step),
        #[cfg(feature = "studio")]
        Asked::Cluster(run) => run.narration(step),
    };
    Because {
        verdict: format!("{how}: {}", told.headline),
        events: Vec::new(),
        subject: told.subject,
        position: step as u32,
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
        Measure::Results {
            key: Some(key),
            start: Some(start),
        } if measure.of_stream(run, at).number == Some(0.0) => {
            of_result(run, at, Some(key), Some(*start), None)
        }
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
        Measure::Fate { event } | Measure::Order { event } | Measure::Lag { event } => {
            event_index(run, event).map(|event| Subject::Event { event })
        }
        Measure::Watermark { source } => Some(Subject::Watermark { source: *source }),
        Measure::Place { .. }
        | Measure::AddedUp { .. }
        | Measure::Results { .. }
        | Measure::Total { .. }
        | Measure::WindowsOf { .. }
        | Measure::Windows { .. }
        | Measure::OpenWindows
        | Measure::StatePeak
        | Measure::Held
        | Measure::Passed
        | Measure::Allowed { .. }
        | Measure::Knob { .. }
        | Measure::Figure { .. } => None,
    }
}

/// One of the results of a key's window, withdrawals not counted: the one with this number, or the latest; where there is none, why there
/// is none.
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
            && emission.1.value.is_some()
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
