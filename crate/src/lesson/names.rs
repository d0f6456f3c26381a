//! Whether what a lesson's conditions and answers name exists: events, keys, knobs, and the words a measure answers in.

use super::{Lesson, SessionPick};
use crate::measure::{
    Comparison, Condition, EventSet, Expected, Measure, Unit, WindowSet, event_index,
};
use crate::run::Run;
use crate::time::{parse_instant, parse_span};
use crate::window::WindowSpec;
use crate::world::Asked;

/// Whether a knob is in the table, or is that of a movable event of one of a lesson's scenarios.
pub(super) fn knob_exists(lesson: &Lesson, knob: &str) -> bool {
    lesson.scenarios.keys().any(|name| {
        lesson
            .scenario(name)
            .is_ok_and(|scenario| scenario.has_knob(knob))
    })
}

/// Looks through a condition.
pub(super) fn check_condition(run: Asked<'_>, condition: &Condition, push: &mut dyn FnMut(String)) {
    match condition {
        Condition::All { all: conditions } | Condition::Any { any: conditions } => {
            for condition in conditions {
                check_condition(run, condition, push);
            }
        }
        Condition::Not { not } => check_condition(run, not, push),
        Condition::Is(comparison) => {
            check_measure(run, &comparison.measure, push);
            if let Some(at) = comparison.at.filter(|at| *at as usize > run.len()) {
                push(format!("at {at}: there are {} steps", run.len()));
            }
            check_expected(run, comparison, push);
        }
    }
}

/// What a measure is compared with must be something that it can be: a condition on a misspelt name never holds, unnoticed.
fn check_expected(run: Asked<'_>, comparison: &Comparison, push: &mut dyn FnMut(String)) {
    let Expected::Text(text) = &comparison.value else {
        return;
    };
    let names = comparison.measure.names();
    let understood = text == "none"
        || match comparison.measure.ask(run, run.len()).unit {
            Unit::Instant => parse_instant(text).is_some(),
            Unit::Span => parse_span(text).is_some(),
            Unit::Name => names.is_empty() || names.contains(&text.as_str()),
            // The one aggregate that is no number.
            Unit::Value => true,
            Unit::Count => false,
        };
    if !understood {
        push(format!("{} is never {text}", run.name(&comparison.measure)));
    }
}

/// Looks through a measure.
pub(super) fn check_measure(asked: Asked<'_>, measure: &Measure, push: &mut dyn FnMut(String)) {
    match asked {
        Asked::Stream(run) => check_stream_measure(run, measure, push),
        #[cfg(feature = "studio")]
        Asked::Cluster(run) => check_cluster_measure(run, measure, push),
    }
    match measure {
        Measure::Knob { knob } if !asked.script().has_knob(knob) => {
            push(format!("there is no knob {knob}"));
        }
        // Refused settings are what it is about; a knob or a value that does not exist is a mistake.
        Measure::Allowed { set } => {
            let refused = asked.script().set_all(set).err();
            for problem in refused.into_iter().flatten() {
                if set.iter().any(|setting| setting.knob == problem.path) {
                    push(problem.to_string());
                }
            }
        }
        _ => {}
    }
}

fn check_stream_measure(run: &Run, measure: &Measure, push: &mut dyn FnMut(String)) {
    match measure {
        Measure::Fate { event }
        | Measure::Order { event }
        | Measure::WindowsOf { event }
        | Measure::Lag { event } => {
            if event_index(run, event).is_none() {
                push(format!("there is no event {event}"));
            }
        }
        Measure::Result { key, .. }
        | Measure::Place { key, .. }
        | Measure::AddedUp { key, .. }
        | Measure::Pane { key, .. } => check_key(run, key, push),
        Measure::Results { key, .. } | Measure::Windows { key } | Measure::Wait { key, .. } => {
            if let Some(key) = key {
                check_key(run, key, push);
            }
        }
        Measure::Figure { .. } => push("a stream has no figures".into()),
        Measure::Knob { .. }
        | Measure::Allowed { .. }
        | Measure::Total { .. }
        | Measure::Passed
        | Measure::Held
        | Measure::SideOutput
        | Measure::Late
        | Measure::Uncounted
        | Measure::Watermark { .. }
        | Measure::OpenWindows
        | Measure::StatePeak => {}
    }
}

/// A figure may come and go; it must be there at some step.
#[cfg(feature = "studio")]
fn check_cluster_measure(
    run: &crate::cluster::Run,
    measure: &Measure,
    push: &mut dyn FnMut(String),
) {
    match measure {
        Measure::Figure { figure } => {
            let there = |position| run.figures(position).iter().any(|f| f.id == *figure);
            if !(0..=run.len()).rev().any(there) {
                push(format!("there is no figure {figure}"));
            }
        }
        Measure::Knob { .. } | Measure::Allowed { .. } => {}
        Measure::Fate { .. }
        | Measure::Order { .. }
        | Measure::WindowsOf { .. }
        | Measure::Lag { .. }
        | Measure::Result { .. }
        | Measure::Place { .. }
        | Measure::AddedUp { .. }
        | Measure::Pane { .. }
        | Measure::Results { .. }
        | Measure::Windows { .. }
        | Measure::Wait { .. }
        | Measure::Total { .. }
        | Measure::Passed
        | Measure::Held
        | Measure::SideOutput
        | Measure::Late
        | Measure::Uncounted
        | Measure::Watermark { .. }
        | Measure::OpenWindows
        | Measure::StatePeak => push("only a stream has this measure".into()),
    }
}

/// Looks through a set of events.
pub(super) fn check_events(asked: Asked<'_>, set: &EventSet, push: &mut dyn FnMut(String)) {
    #[allow(
        clippy::infallible_destructuring_match,
        reason = "there are clusters too, but for the module of a first visit"
    )]
    let run = match asked {
        Asked::Stream(run) => run,
        #[cfg(feature = "studio")]
        Asked::Cluster(_) => return push("only a stream has events to choose from".into()),
    };
    match set {
        EventSet::InResult { key, .. } | EventSet::InWindow { key, .. } => {
            check_key(run, key, push);
        }
        EventSet::Late | EventSet::Behind | EventSet::OutOfOrder => {}
    }
}

/// Whether there is an event of this id.
pub(super) fn has_event(asked: Asked<'_>, id: &str) -> bool {
    match asked {
        Asked::Stream(run) => event_index(run, id).is_some(),
        #[cfg(feature = "studio")]
        Asked::Cluster(_) => false,
    }
}

/// Whether there are events that a session of this name could go by.
pub(super) fn has_session(asked: Asked<'_>, name: &str) -> bool {
    match asked {
        Asked::Stream(run) => SessionPick::named(run, name).is_some(),
        #[cfg(feature = "studio")]
        Asked::Cluster(_) => false,
    }
}

/// Looks through a set of windows. Aligned ones are listed to be picked, sessions go by their first and last event; others have no place to pick
/// them at.
pub(super) fn check_window_set(asked: Asked<'_>, set: &WindowSet, push: &mut dyn FnMut(String)) {
    #[allow(
        clippy::infallible_destructuring_match,
        reason = "there are clusters too, but for the module of a first visit"
    )]
    let run = match asked {
        Asked::Stream(run) => run,
        #[cfg(feature = "studio")]
        Asked::Cluster(_) => return push("only a stream has windows to choose from".into()),
    };
    if !matches!(
        run.scenario.pipeline.window,
        Some(WindowSpec::Tumbling { .. } | WindowSpec::Sliding { .. } | WindowSpec::Session { .. })
    ) {
        push("only tumbling, sliding and session windows are there to be chosen from".into());
    }
    match set {
        WindowSet::Taking { event } => {
            if event_index(run, event).is_none() {
                push(format!("there is no event {event}"));
            }
        }
        WindowSet::WithResult { key }
        | WindowSet::WithoutResult { key }
        | WindowSet::Corrected { key }
        | WindowSet::Open { key } => {
            if let Some(key) = key {
                check_key(run, key, push);
            }
        }
    }
}

fn check_key(run: &Run, key: &str, push: &mut dyn FnMut(String)) {
    let names = run.names();
    if !names.keys.iter().any(|name| name == key) && !names.homes.iter().any(|home| home.key == key)
    {
        push(format!("there is no key {key}"));
    }
}
