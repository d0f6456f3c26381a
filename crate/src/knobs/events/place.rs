//! Where an event stands among the steps of an input that is written out.
//!
//! Events are the only steps that move. The others (watermarks, batches, clocks, idle sources, ends) keep their order and their
//! own times, and an event takes its place between them:
//!
//! * An event that arrives at a time stands behind every step that says its time and is not later.
//! * A step that says no time waits for what is in front of it, so it stays in front of the next step that says one, or at the
//!   end: an event that arrives just before a batch without a time is in that batch.
//! * Where no step says when it happens, the order is all there is; a new event then stands behind the last one.
//! * Nothing arrives behind the end of the input or of its own source.

use crate::source::StepSpec;
use crate::time::ProcTime;

/// The place of an event that arrives at `at` among steps that do not hold it.
fn place_of(steps: &[StepSpec], at: Option<ProcTime>) -> usize {
    steps
        .iter()
        .rposition(|step| in_front(step, at))
        .map_or(0, |behind| behind + 1)
}

/// Whether an event stands where it would be put by its arrival alone.
pub(super) fn is_natural(steps: &[StepSpec], place: usize) -> bool {
    let at = steps[place].at;
    let (before, behind) = (&steps[..place], &steps[place + 1..]);
    !behind.iter().any(|step| in_front(step, at)) && place_of(before, at) == place
}

/// Whether an event that arrives at `at` stands behind a step.
fn in_front(step: &StepSpec, at: Option<ProcTime>) -> bool {
    match at {
        Some(at) => step
            .at
            .or(step.processing_time)
            .is_some_and(|time| time <= at),
        None => step.event.is_some(),
    }
}

/// Puts a step in where it arrives, or at a place.
///
/// # Errors
/// If there is no such place, or if the input has ended there.
pub(super) fn put(
    steps: &mut Vec<StepSpec>,
    step: StepSpec,
    place: Option<usize>,
) -> Result<(), String> {
    let natural = || place_of(steps, step.at);
    let place = place.unwrap_or_else(natural);
    if place > steps.len() {
        return Err(format!("there are {} steps besides this one", steps.len()));
    }
    let source = step.event.as_ref().map(|event| event.source);
    let ended = |before: &StepSpec| {
        before.end == Some(true) && (before.source.is_none() || before.source == source)
    };
    if steps[..place].iter().any(ended) {
        return Err("the input has ended by then: nothing arrives behind its end".into());
    }
    steps.insert(place, step);
    Ok(())
}

/// Puts the step of a place where it arrives, or at another place; at a refusal everything stays.
///
/// # Errors
/// As for [`put`].
pub(super) fn replace(
    steps: &mut Vec<StepSpec>,
    place: usize,
    changed: StepSpec,
    to: Option<usize>,
) -> Result<(), String> {
    let before = steps.remove(place);
    let put = put(steps, changed, to);
    if put.is_err() {
        steps.insert(place, before);
    }
    put
}
