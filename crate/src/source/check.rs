//! What can be wrong with steps that are written out.

use super::{MOST_SOURCES, StepSpec};
use crate::scenario::Problems;
use crate::time::ProcTime;

/// Looks through steps that are written out. Places are only put into words where something is wrong: this runs at every move of
/// an event that is being dragged.
pub(crate) fn check_steps(steps: &[StepSpec], problems: &mut Problems) {
    let mut clock: Option<ProcTime> = None;
    for (i, step) in steps.iter().enumerate() {
        let place = |of: &str| format!("input.steps[{i}]{of}");
        check_kind(step, &place, problems);
        if let Some(watermark) = step.watermark {
            problems.in_range_at(watermark.ms(), || place(".watermark"));
        }
        for (name, at) in [(".at", step.at), (".processing_time", step.processing_time)] {
            let Some(at) = at else { continue };
            problems.in_range_at(at.ms(), || place(name));
            if clock.is_some_and(|clock| at < clock) {
                problems.push(
                    place(name),
                    "is before the step in front of it: the processing clock never goes back",
                );
            }
            clock = Some(at);
        }
        if let Some(event) = &step.event {
            problems.in_range_at(event.ts.ms(), || place(".event.ts"));
            if !event.value.is_finite() {
                problems.push(place(".event.value"), "must be a finite number");
            }
            if step.at.is_some_and(|at| at.ms() < event.ts.ms()) {
                problems.push(
                    place(".at"),
                    format!("{} would be processed before it happens: move it to its event time or later", event.id),
                );
            }
        }
    }
}

fn check_kind(step: &StepSpec, place: &impl Fn(&str) -> String, problems: &mut Problems) {
    let kinds = [
        step.event.is_some(),
        step.watermark.is_some(),
        step.mark_idle.is_some(),
        step.processing_time.is_some(),
        step.batch.is_some(),
        step.end.is_some(),
    ];
    if kinds.iter().filter(|given| **given).count() != 1 {
        problems.push(
            place(""),
            "must be exactly one of event, watermark, mark_idle, processing_time, batch, end",
        );
    }
    if step.batch == Some(false) || step.end == Some(false) {
        problems.push(place(""), "`batch` and `end` are true or left out");
    }
    let highest = step.highest_source();
    if let Some(source) = highest.filter(|source| *source >= MOST_SOURCES) {
        problems.push(
            place(""),
            format!("source {source}: there may be {MOST_SOURCES}, counted from 0"),
        );
    }
}
