//! What made a result come out.

use super::chain::{causes, causes_of_watermark, events, steps};
use super::moments::{check_lines, emissions_by, happened, watermark_with_origin};
use super::rules;
use super::sentence::{pane_text, reason};
use super::words::{Words, capital, counted, ordinal};
use super::{Explanation, Line};
use crate::fact::{Fact, Why};
use crate::run::Run;
use crate::trace::Emission;

/// Answers what made a result come out, as seen at `position`.
pub(super) fn explain(run: &Run, number: u32, position: usize) -> Explanation {
    let words = Words::new(run);
    let Some(emission) = run.trace.emissions.get(number as usize) else {
        return Explanation {
            title: format!("Result {}", u64::from(number) + 1),
            verdict: "There is no such result.".into(),
            ..Explanation::default()
        };
    };
    let words = words.of_task_of(emission.key);
    if !happened(emission.step, position) {
        return Explanation {
            title: format!(
                "A result of {}",
                words.window_of(emission.key, emission.window)
            ),
            verdict: "It has not come out yet.".into(),
            rule: "A result is there from the step that emits it.".into(),
            numbers: vec![Line::new("now", format!("step {position}"))],
            ..Explanation::default()
        };
    }
    let fact = emission.fact.0 as usize;
    let mut facts = causes(run, fact);
    facts.extend(history(run, emission, fact));
    if matches!(
        emission.why,
        Why::LateEvent { .. } | Why::WindowOver { .. } | Why::WatermarkReached { .. }
    ) {
        facts.extend(causes_of_watermark(words, fact));
    }
    let lineage = run.trace.lineage(emission);
    let mut responsible = lineage.to_vec();
    for event in events(run, &facts) {
        if !responsible.contains(&event) {
            responsible.push(event);
        }
    }
    Explanation {
        title: title(words, emission),
        verdict: verdict(words, emission),
        rule: rules::of_why(words.engine(), &emission.why).into(),
        numbers: numbers(words, emission, number, position),
        steps: steps(words, facts),
        events: responsible,
        position: Some(emission.step + 1),
    }
}

fn title(words: Words, emission: &Emission) -> String {
    let window = words.window_of(emission.key, emission.window);
    match &emission.value {
        Some(value) => format!("{} in {window}", words.value(value)),
        None => format!("Withdrawal in {window}"),
    }
}

fn verdict(words: Words, emission: &Emission) -> String {
    let window = capital(&words.window_of(emission.key, emission.window));
    let reason = reason(words, &emission.why);
    match &emission.value {
        Some(value) => format!("{window} emits {} because {reason}.", words.value(value)),
        None => format!("{window} withdraws its last result because {reason}."),
    }
}

/// How its window came to be: what opened it, and the windows that went into it.
fn history(run: &Run, emission: &Emission, by: usize) -> Vec<usize> {
    let Some(lane) = emission.lane.map(|lane| &run.trace.lanes[lane as usize]) else {
        return Vec::new();
    };
    let first = run.trace.steps[lane.opened as usize] as usize;
    let mut opened = false;
    run.trace.entries[first..by]
        .iter()
        .enumerate()
        .filter(|(_, entry)| match &entry.fact {
            Fact::Added { key, window, .. } if (*key, *window) == (lane.key, lane.window) => {
                !std::mem::replace(&mut opened, true)
            }
            Fact::Merged { key, into, from } | Fact::Copied { key, into, from } => {
                (*key, *into) == (lane.key, lane.window) && into != from
            }
            _ => false,
        })
        .map(|(place, _)| first + place)
        .collect()
}

fn numbers(words: Words, emission: &Emission, number: u32, position: usize) -> Vec<Line> {
    let run = words.run;
    let fact = emission.fact.0 as usize;
    let mut lines = why_lines(words, &emission.why, fact);
    let lineage = run.trace.lineage(emission);
    if emission.value.is_some() {
        lines.push(Line::new(
            "made from",
            format!(
                "{}{}",
                counted(lineage.len(), "event"),
                if lineage.is_empty() {
                    String::new()
                } else {
                    format!(": {}", words.events(lineage))
                }
            ),
        ));
    }
    if let Some(lane) = emission.lane.map(|lane| &run.trace.lanes[lane as usize]) {
        let before = lane.emissions.partition_point(|other| *other < number);
        let so_far = emissions_by(run, lane, position).len();
        if so_far > 1 {
            lines.push(Line::new(
                "which result",
                format!("the {} of {so_far} so far", ordinal(before as u64 + 1)),
            ));
        }
    }
    if let Some(pane) = emission.pane {
        lines.push(Line::new("pane", pane_text(pane)));
    }
    lines.push(Line::new(
        "came out",
        if run.compiled.timed {
            format!(
                "step {}, processing time {}",
                emission.step + 1,
                run.processing_moment(emission.at.ms()).text
            )
        } else {
            format!("step {}", emission.step + 1)
        },
    ));
    lines
}

fn why_lines(words: Words, why: &Why, fact: usize) -> Vec<Line> {
    match why {
        Why::WatermarkReached {
            waited_for,
            watermark,
        }
        | Why::LateEvent {
            waited_for,
            watermark,
        } => vec![
            Line::new("waited for", words.instant(*waited_for)),
            Line::new(
                words.event_clock(),
                watermark_with_origin(words, *watermark, fact),
            ),
        ],
        Why::Count { n } => vec![Line::new("asked for", counted(*n as usize, "event"))],
        Why::Interval { clock, at } => vec![Line::new("was due at", words.at(*clock, *at))],
        Why::ClockReached { waited_for } => {
            vec![Line::new("waited for", words.instant(*waited_for))]
        }
        Why::ChangedInBatch { batch } | Why::WholeTable { batch } => {
            vec![Line::new("batch", batch.to_string())]
        }
        Why::WindowOver { check } => check_lines(words, check, fact),
        Why::Update | Why::Withdrawal | Why::Composite => Vec::new(),
    }
}
