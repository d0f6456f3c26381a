//! Chains of causes: from a fact back to the events that brought it about.

use super::CauseStep;
use super::moments::last_rise;
use super::sentence::sentence;
use super::words::Words;
use crate::fact::{Fact, FactId};
use crate::run::Run;
use crate::sorted::sort_and_dedup;

/// Chains longer than this are cut in the middle.
const MOST_STEPS: usize = 12;

/// A fact and what brought it about, first things first.
pub(super) fn causes(run: &Run, fact: usize) -> Vec<usize> {
    let mut chain = Vec::new();
    let mut next = Some(fact);
    while let Some(number) = next {
        let Some(entry) = run.trace.entries.get(number) else {
            break;
        };
        chain.push(number);
        // A cause is always told before what it causes.
        next = (entry.cause != FactId::NONE && (entry.cause.0 as usize) < number)
            .then_some(entry.cause.0 as usize);
    }
    chain.reverse();
    chain
}

/// What brought about the last rise of the watermark before the fact `by`.
pub(super) fn causes_of_watermark(words: Words, by: usize) -> Vec<usize> {
    let run = words.run;
    let Some(rise) = last_rise(words, by) else {
        return Vec::new();
    };
    let mut facts = causes(run, rise);
    let Fact::Watermark { to, .. } = run.trace.entries[rise].fact else {
        return facts;
    };
    // A source that goes idle or ends lets another's watermark count that was told long before.
    let told = run.trace.entries[..rise].iter().rposition(|entry| {
        matches!(entry.fact, Fact::SourceWatermark { watermark, source, .. }
            if watermark == to && words.task.is_none_or(|task| task == source))
    });
    if let Some(told) = told {
        facts.extend(causes(run, told));
        facts.extend(highest_event(run, told));
    }
    facts
}

/// The arrival of the event that a source's watermark was computed from, where it is not the one that made it be told.
fn highest_event(run: &Run, told: usize) -> Option<usize> {
    let Fact::SourceWatermark {
        source,
        highest: Some(highest),
        ..
    } = run.trace.entries[told].fact
    else {
        return None;
    };
    run.trace.entries[..told].iter().position(|entry| {
        let Fact::Arrived { event } = entry.fact else {
            return false;
        };
        let event = &run.compiled.events[event as usize];
        (event.ts, event.source) == (highest, source)
    })
}

/// Facts as links of a chain, in order, each once.
pub(super) fn steps(words: Words, mut facts: Vec<usize>) -> Vec<CauseStep> {
    let entries = &words.run.trace.entries;
    sort_and_dedup(&mut facts);
    // With one source its watermark is the watermark, and one sentence tells both.
    if !words.several_sources() || words.run.has_tasks() {
        let caused_rise: Vec<u32> = facts
            .iter()
            .filter(|fact| matches!(entries[**fact].fact, Fact::Watermark { .. }))
            .map(|fact| entries[*fact].cause.0)
            .collect();
        facts.retain(|fact| {
            !(matches!(entries[*fact].fact, Fact::SourceWatermark { .. })
                && caused_rise.contains(&(*fact as u32)))
        });
    }
    if facts.len() > MOST_STEPS {
        let end = facts.split_off(facts.len() - MOST_STEPS / 2);
        facts.truncate(MOST_STEPS / 2);
        facts.extend(end);
    }
    facts
        .into_iter()
        .map(|fact| CauseStep {
            position: entries[fact].step + 1,
            text: sentence(words.run, &entries[fact]),
        })
        .collect()
}

/// The events whose arrival is among the facts, each once.
pub(super) fn events(run: &Run, facts: &[usize]) -> Vec<u32> {
    let mut events = Vec::new();
    for fact in facts {
        if let Some(Fact::Arrived { event }) = run.trace.entries.get(*fact).map(|entry| &entry.fact)
            && !events.contains(event)
        {
            events.push(*event);
        }
    }
    events
}
