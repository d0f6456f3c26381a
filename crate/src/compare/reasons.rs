//! Reasons: why runs differ over a key and window, each in its own words.

use super::playhead::Playhead;
use super::{Held, Reason, Side};
use crate::explain::{Contrasted, Subject, contrast, contrast_of_tasks, why};
use crate::run::Run;
use crate::time::EventTime;
use std::collections::BTreeSet;

/// Reasons are given for at most this many events of a row.
const MOST_EVENTS: usize = 3;

/// What each run did with the events that not all of them hold; and where that does not say it all, what each says of its
/// result.
pub(super) fn reasons(
    playhead: &Playhead,
    sides: &[Side],
    positions: &[usize],
    held: &[Option<&Held>],
    start: EventTime,
) -> Vec<Reason> {
    let row = Row {
        playhead,
        running: sides
            .iter()
            .enumerate()
            .filter_map(|(column, side)| Some((column, side.run.as_ref().ok()?)))
            .collect(),
        positions,
        held,
        start,
    };
    let mut reasons = row.of_events();
    if !row.explained_by_events() {
        reasons.extend(row.of_results());
    }
    reasons
}

struct Row<'a> {
    playhead: &'a Playhead<'a>,
    running: Vec<(usize, &'a Run)>,
    positions: &'a [usize],
    held: &'a [Option<&'a Held>],
    start: EventTime,
}

impl Row<'_> {
    fn holds(&self, column: usize, event: &str) -> bool {
        self.held[column].is_some_and(|held| held.events.contains(event))
    }

    fn of_events(&self) -> Vec<Reason> {
        let all: BTreeSet<&String> = self
            .held
            .iter()
            .flatten()
            .flat_map(|held| &held.events)
            .collect();
        let disputed = all.into_iter().filter(|event| {
            self.running
                .iter()
                .any(|(column, _)| !self.holds(*column, event))
        });
        disputed
            .take(MOST_EVENTS)
            .flat_map(|id| {
                self.running
                    .iter()
                    .filter_map(move |(column, run)| self.of_event(*column, run, id))
            })
            .collect()
    }

    fn of_event(&self, column: usize, run: &Run, id: &str) -> Option<Reason> {
        let event = crate::measure::event_index(run, id)?;
        let told = contrast(
            run,
            &Contrasted {
                event,
                start: self.start,
                held: self.holds(column, id),
                position: self.positions[column],
                step_name: &|step| self.playhead.step_name(run, step),
            },
        );
        Some(Reason {
            column: column as u32,
            event: Some(event),
            text: told.text,
            rule: told.rule,
        })
    }

    /// Whether runs that hold the same events say the same, and all of them say one thing: then the events are the difference.
    fn explained_by_events(&self) -> bool {
        let said = |column: usize| self.held[column].and_then(|held| held.cell.now.as_ref());
        let events = |column: usize| self.held[column].map(|held| &held.events);
        self.running.iter().all(|(column, _)| {
            said(*column).is_some()
                && self.held[*column].is_none_or(|held| held.by_task.len() < 2)
                && self.running.iter().all(|(other, _)| {
                    events(*column) != events(*other) || said(*column) == said(*other)
                })
        })
    }

    fn of_results(&self) -> Vec<Reason> {
        let Some(some) = self.held.iter().flatten().next() else {
            return Vec::new();
        };
        self.running
            .iter()
            .map(|(column, run)| {
                let held = self.held[*column].unwrap_or(some);
                let (text, rule) = self.of_result(*column, run, held);
                Reason {
                    column: *column as u32,
                    event: None,
                    text,
                    rule,
                }
            })
            .collect()
    }

    fn of_result(&self, column: usize, run: &Run, held: &Held) -> (String, String) {
        if let Some(own) = self.held[column].filter(|held| held.by_task.len() > 1) {
            return contrast_of_tasks(run, &own.each_task(run));
        }
        let emission = self.held[column].and_then(|held| held.cell.emission);
        let subject = match emission {
            Some(emission) => Subject::Emission { emission },
            None => Subject::Missing {
                key: held.key.clone(),
                start: (!held.window.is_global()).then_some(held.window.start.ms()),
                end: (!held.window.is_global()).then_some(held.window.end.ms()),
            },
        };
        let answer = why(run, &subject, self.positions[column]);
        let step = emission.and_then(|number| run.trace.emissions.get(number as usize));
        let text = match step {
            Some(emission) => format!(
                "since {}: {}",
                self.playhead.step_name(run, emission.step),
                answer.verdict
            ),
            None => answer.verdict,
        };
        (text, answer.rule)
    }
}
