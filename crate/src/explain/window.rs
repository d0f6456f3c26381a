//! Where a window is in its life, and why.

use super::chain::{causes, causes_of_watermark, events, steps};
use super::comparison::comparison;
use super::moments::{
    check_lines, closing, contents, emissions_by, facts_by, happened, lost_result,
};
use super::outlook::{event_clock_line, outlook};
use super::rules;
use super::words::{Words, capital, counted};
use super::{Explanation, Line};
use crate::fact::{Fact, FactId, Rule};
use crate::run::Run;
use crate::trace::{Closing, Lane};

/// Answers where a window is in its life, as seen at `position`.
pub(super) fn explain(run: &Run, number: u32, position: usize) -> Explanation {
    let words = Words::new(run);
    let Some(lane) = run.trace.lanes.get(number as usize) else {
        return Explanation {
            title: format!("Window {}", u64::from(number) + 1),
            verdict: "There is no such window.".into(),
            ..Explanation::default()
        };
    };
    let words = words.of_task_of(lane.key);
    let title = capital(&words.window_of(lane.key, lane.window));
    if !happened(lane.opened, position) {
        return Explanation {
            title,
            verdict: "It has not been opened yet: none of its events has been added.".into(),
            rule: "A window exists from its first event on.".into(),
            numbers: vec![Line::new("now", format!("step {position}"))],
            ..Explanation::default()
        };
    }
    if run.scenario.pipeline.dedup.is_some() {
        return memory(words, lane, position);
    }
    let mut answer = match closing(lane, position) {
        Some((step, Closing::Evicted(fact))) => removed(words, lane, step, fact, position),
        Some((step, Closing::Merged(into))) => merged(words, lane, step, into),
        None => open(words, lane, position),
    };
    answer.title = title;
    answer.numbers.extend(life(words, lane, position));
    answer
}

/// A remembered id, where rows are deduplicated rather than put into windows.
fn memory(words: Words, lane: &Lane, position: usize) -> Explanation {
    let run = words.run;
    let id = lane.events.first().map_or("", |event| words.event(*event));
    let mut facts = Vec::new();
    let rule = if lane.window.is_global() {
        "An id is remembered for ever: state grows with every new one (Spark 4.3, dropDuplicates)."
    } else {
        rules::of_check(Rule::SparkIdForgotten)
    };
    let mut numbers = vec![Line::new(
        "remembered since",
        format!("step {}", lane.opened + 1),
    )];
    let verdict = match closing(lane, position) {
        Some((step, Closing::Evicted(fact))) => {
            facts.extend(causes(run, fact.0 as usize));
            format!(
                "{id} was forgotten at step {}: another row like it would pass.",
                step + 1
            )
        }
        Some((_, Closing::Merged(_))) | None if lane.window.is_global() => {
            format!("{id} is remembered for ever.")
        }
        Some((_, Closing::Merged(_))) | None => {
            numbers.push(Line::new("forgotten at", words.instant(lane.window.end)));
            numbers.push(event_clock_line(words, position));
            format!(
                "{id} is remembered until the watermark reaches {}.",
                words.instant(lane.window.end)
            )
        }
    };
    Explanation {
        title: format!("The memory of {id}"),
        verdict,
        rule: rule.into(),
        numbers,
        steps: steps(words, facts),
        events: lane.events.clone(),
        position: Some(lane.opened + 1),
    }
}

/// What it holds and what came out of it.
fn life(words: Words, lane: &Lane, position: usize) -> Vec<Line> {
    let run = words.run;
    let held = contents(lane, position);
    let mut lines = vec![
        Line::new("opened", format!("step {}", lane.opened + 1)),
        Line::new(
            "holds",
            match (closing(lane, position), held) {
                (Some(_), _) => "nothing any more".into(),
                (None, []) => "no events".into(),
                (None, held) => format!("{}: {}", counted(held.len(), "event"), words.events(held)),
            },
        ),
    ];
    let results = emissions_by(run, lane, position);
    if let Some(last) = results.last() {
        let emission = &run.trace.emissions[*last as usize];
        let value = emission
            .value
            .as_ref()
            .map_or_else(|| "withdrawn".into(), |value| words.value(value));
        lines.push(Line::new(
            "results",
            format!(
                "{}, the last at step {}: {value}",
                results.len(),
                emission.step + 1
            ),
        ));
    } else {
        lines.push(Line::new("results", "none"));
    }
    lines
}

fn open(words: Words, lane: &Lane, position: usize) -> Explanation {
    let run = words.run;
    let ahead = outlook(words, lane, position);
    let mut facts = opening(run, lane);
    let by = facts_by(run, position);
    if let Some(last) = emissions_by(run, lane, position).last() {
        facts.extend(causes(
            run,
            run.trace.emissions[*last as usize].fact.0 as usize,
        ));
    }
    facts.extend(causes_of_watermark(words, by));
    let mut responsible = contents(lane, position).to_vec();
    for event in events(run, &facts) {
        if !responsible.contains(&event) {
            responsible.push(event);
        }
    }
    Explanation {
        verdict: capital(&ahead.verdict),
        rule: ahead.rule,
        numbers: ahead.numbers,
        steps: steps(words, facts),
        events: responsible,
        position: lost_result(run, lane.key, lane.window, position)
            .map(|fact| run.trace.entries[fact].step + 1)
            .or_else(|| last_emission(run, lane, position))
            .or(Some(lane.opened + 1)),
        ..Explanation::default()
    }
}

fn last_emission(run: &Run, lane: &Lane, position: usize) -> Option<u32> {
    let last = emissions_by(run, lane, position).last()?;
    Some(run.trace.emissions[*last as usize].step + 1)
}

/// The fact that opened a lane.
fn opening(run: &Run, lane: &Lane) -> Vec<usize> {
    let first = run.trace.steps[lane.opened as usize] as usize;
    run.trace
        .of_step(lane.opened as usize)
        .iter()
        .position(|entry| match &entry.fact {
            Fact::Added { key, window, .. } => (*key, *window) == (lane.key, lane.window),
            Fact::Merged { key, into, .. } | Fact::Copied { key, into, .. } => {
                (*key, *into) == (lane.key, lane.window)
            }
            _ => false,
        })
        .map(|place| causes(run, first + place))
        .unwrap_or_default()
}

fn removed(words: Words, lane: &Lane, step: u32, fact: FactId, position: usize) -> Explanation {
    let run = words.run;
    let window = capital(&words.window_of(lane.key, lane.window));
    let results = emissions_by(run, lane, position).len();
    let result = match results {
        0 => "without a result".to_string(),
        n => format!("after {}", counted(n, "result")),
    };
    let mut facts = opening(run, lane);
    facts.extend(causes(run, fact.0 as usize));
    let (comparison_text, rule, numbers) = match run.trace.entry(fact).map(|entry| &entry.fact) {
        Some(Fact::Evicted { check, .. }) => (
            format!(": {}", comparison(words, check)),
            rules::of_check(check.rule).to_string(),
            check_lines(words, check, fact.0 as usize),
        ),
        _ => (String::new(), String::new(), Vec::new()),
    };
    Explanation {
        verdict: format!(
            "{window} is over and was removed from state at step {}, {result}{comparison_text}.",
            step + 1
        ),
        rule,
        numbers,
        events: events(run, &facts),
        steps: steps(words, facts),
        position: Some(step + 1),
        ..Explanation::default()
    }
}

fn merged(words: Words, lane: &Lane, step: u32, into: u32) -> Explanation {
    let run = words.run;
    let first = run.trace.steps[step as usize] as usize;
    let place = run.trace.of_step(step as usize).iter().position(|entry| {
        matches!(&entry.fact, Fact::Merged { key, from, .. } if (*key, *from) == (lane.key, lane.window))
    });
    let mut facts = opening(run, lane);
    if let Some(place) = place {
        facts.extend(causes(run, first + place));
    }
    let new = run
        .trace
        .lanes
        .get(into as usize)
        .map_or_else(String::new, |lane| words.window(lane.window));
    Explanation {
        verdict: format!(
            "{} went into {new} at step {}: an event brought them together.",
            capital(&words.window_of(lane.key, lane.window)),
            step + 1
        ),
        rule: super::missing::merging_rule(words).into(),
        numbers: vec![Line::new("went into", new)],
        events: events(run, &facts),
        steps: steps(words, facts),
        position: Some(step + 1),
        ..Explanation::default()
    }
}
