//! Why a window has no result.

use super::chain::steps;
use super::comparison::comparison;
use super::moments::{closing, emissions_by, happened, past};
use super::outlook::{event_clock_line, no_step_left, outlook};
use super::rules;
use super::words::{Words, counted, list_some, span};
use super::{Explanation, Line};
use crate::dialect::EngineKind;
use crate::fact::Fact;
use crate::model::{KeyId, Window};
use crate::run::Run;
use crate::sorted::sort_and_dedup;
use crate::trace::{Closing, Lane};
use crate::window::{TimeDomain, WindowSpec, aligned_start};

/// Answers why a key's window has no result, as seen at `position`.
pub(super) fn explain(run: &Run, key: &str, window: Window, position: usize) -> Explanation {
    let words = Words::new(run);
    let names = run.names();
    let known = (names.keys.iter().position(|name| name == key))
        .or_else(|| names.homes.iter().position(|home| home.key == key));
    let Some(id) = known else {
        return Explanation {
            title: format!("No result of {key} in {}", words.window(window)),
            verdict: format!("No event has the key {key}: a window without events does not exist."),
            rule: existence_rule(words).into(),
            numbers: vec![event_clock_line(words, position)],
            ..Explanation::default()
        };
    };
    let id = KeyId(id as u32);
    let words = words.of_task_of(id);
    let mut answer = match lanes(run, id, window, position).last() {
        Some((number, lane)) => of_lane(words, *number, lane, position),
        None => never_opened(words, id, window, position),
    };
    answer.title = format!("No result of {}?", words.window_of(id, window));
    answer
}

/// The lanes of a key's window by `position`.
fn lanes(run: &Run, key: KeyId, window: Window, position: usize) -> Vec<(u32, &Lane)> {
    run.trace
        .lanes
        .iter()
        .enumerate()
        .take_while(|(_, lane)| happened(lane.opened, position))
        .filter(|(_, lane)| (lane.key, lane.window) == (key, window))
        .map(|(number, lane)| (number as u32, lane))
        .collect()
}

fn of_lane(words: Words, number: u32, lane: &Lane, position: usize) -> Explanation {
    let run = words.run;
    let results = emissions_by(run, lane, position);
    let mut answer = super::window::explain(run, number, position);
    if let Some(last) = results.last() {
        let emission = &run.trace.emissions[*last as usize];
        let mut answer = super::emission::explain(run, *last, position);
        answer.verdict = match &emission.value {
            Some(value) => format!(
                "There is one since step {}: {}. {}",
                emission.step + 1,
                words.value(value),
                answer.verdict
            ),
            None => format!(
                "It was withdrawn at step {}. {}",
                emission.step + 1,
                answer.verdict
            ),
        };
        return answer;
    }
    match closing(lane, position) {
        Some((_, Closing::Merged(_))) => {
            answer.verdict = format!("Its events are in another window now. {}", answer.verdict);
        }
        Some((_, Closing::Evicted(_))) => {
            answer.verdict = format!("It never gave one. {}", answer.verdict);
        }
        None => {
            let ahead = outlook(words, lane, position);
            answer.verdict = if ahead.never {
                ahead.verdict
            } else {
                format!("Not yet: {}", ahead.verdict)
            };
        }
    }
    answer
}

/// What became of the key's events that belong to a window which was never opened.
fn never_opened(words: Words, key: KeyId, window: Window, position: usize) -> Explanation {
    let run = words.run;
    let inside: Vec<u32> = belonging(run, key, window, position);
    let mut numbers = vec![event_clock_line(words, position)];
    if let Some(answer) = misaligned(words, window) {
        return answer;
    }
    if inside.is_empty() {
        let so_far = run
            .compiled
            .events
            .iter()
            .filter(|event| event.key == key && arrived(run, event.index, position))
            .count();
        numbers.push(Line::new(
            format!("events{} so far", words.of_key(key)),
            so_far.to_string(),
        ));
        return Explanation {
            verdict: format!(
                "No event{} that belongs to {} has arrived{}: a window without events does not exist.",
                words.of_key(key),
                words.window(window),
                no_step_left(words, position)
            ),
            rule: existence_rule(words).into(),
            numbers,
            ..Explanation::default()
        };
    }
    let (facts, lines, late) = fates(words, &inside, position);
    numbers.extend(lines);
    let homes = homes(words, key, &inside, position);
    let verdict = if late == inside.len() {
        format!(
            "{} arrived for {}, and all were late: it was never opened.",
            counted(late, "event"),
            words.window(window)
        )
    } else if homes.is_empty() {
        format!(
            "{} arrived for {}, and {} waits to be processed.",
            counted(inside.len(), "event"),
            words.window(window),
            words.events(&inside)
        )
    } else {
        format!(
            "There is no such window: the events{} in that time are in {}.",
            words.of_key(key),
            list_some(&homes, 3)
        )
    };
    Explanation {
        verdict,
        rule: if late == inside.len() {
            rules::acceptance(words, window, crate::time::Watermark::NONE)
                .map_or(existence_rule(words), |check| rules::of_check(check.rule))
                .into()
        } else {
            existence_rule(words).into()
        },
        numbers,
        events: inside,
        position: facts.last().map(|fact| run.trace.entries[*fact].step + 1),
        steps: steps(words, facts),
        ..Explanation::default()
    }
}

fn arrived(run: &Run, event: u32, position: usize) -> bool {
    run.trace.fates[event as usize]
        .arrived
        .is_some_and(|(step, _)| happened(step, position))
}

/// The key's arrived events whose time lies in a window.
fn belonging(run: &Run, key: KeyId, window: Window, position: usize) -> Vec<u32> {
    run.compiled
        .events
        .iter()
        .filter(|event| {
            event.key == key
                && window.start <= event.ts
                && (event.ts < window.end || event.ts == window.end && run.ends_inclusive())
                && arrived(run, event.index, position)
        })
        .map(|event| event.index)
        .collect()
}

/// The facts that say what became of some events, a line for each, and how many were late.
fn fates(words: Words, of: &[u32], position: usize) -> (Vec<usize>, Vec<Line>, usize) {
    let run = words.run;
    let (mut facts, mut lines, mut late) = (Vec::new(), Vec::new(), 0);
    for event in of {
        let Some((step, fact)) = run.trace.fates[*event as usize].lost else {
            continue;
        };
        if !happened(step, position) {
            continue;
        }
        facts.push(fact.0 as usize);
        let Some(entry) = run.trace.entry(fact) else {
            continue;
        };
        if let Fact::Late { check, .. } = &entry.fact {
            late += 1;
            lines.push(Line::new(
                words.event(*event),
                format!("late: {}", comparison(words, check)),
            ));
        }
    }
    lines.truncate(8);
    (facts, lines, late)
}

/// The windows that the events are in.
fn homes(words: Words, key: KeyId, of: &[u32], position: usize) -> Vec<String> {
    let mut windows: Vec<Window> = Vec::new();
    for entry in past(words.run, position) {
        match &entry.fact {
            Fact::Added {
                event,
                key: k,
                window,
                ..
            } if *k == key && of.contains(event) => windows.push(*window),
            // A session that grew is no more under its old bounds.
            Fact::Merged { key: k, from, into } if *k == key => {
                for window in &mut windows {
                    if window == from {
                        *window = *into;
                    }
                }
            }
            _ => {}
        }
    }
    sort_and_dedup(&mut windows);
    windows
        .into_iter()
        .map(|window| words.window(window))
        .collect()
}

/// That a window of these bounds cannot exist.
fn misaligned(words: Words, window: Window) -> Option<Explanation> {
    if window.is_global() {
        return None;
    }
    let (size, step, offset) = match words.run.scenario.pipeline.window? {
        WindowSpec::Tumbling {
            size,
            offset,
            clock: TimeDomain::Event,
        } => (size, size, offset),
        WindowSpec::Sliding {
            size,
            slide,
            offset,
        } => (size, slide, offset),
        WindowSpec::Tumbling {
            clock: TimeDomain::Processing,
            ..
        }
        | WindowSpec::Session { .. }
        | WindowSpec::Global
        | WindowSpec::Count { .. }
        | WindowSpec::SlidingDiff { .. } => return None,
    };
    let start = aligned_start(window.start, step, offset);
    if start == window.start && window.end - window.start == size {
        return None;
    }
    let there = Window::new(start, start + size);
    Some(Explanation {
        verdict: format!(
            "There is no window {}: windows of {} start every {}, so that one is {}.",
            words.window(window),
            span(size),
            span(step),
            words.window(there)
        ),
        rule: "A window starts at time − floormod(time − offset, step), and is a half-open interval: its end belongs to the next."
            .into(),
        numbers: vec![
            Line::new("size", span(size)),
            Line::new("from one start to the next", span(step)),
            Line::new("offset", span(offset)),
        ],
        ..Explanation::default()
    })
}

fn existence_rule(words: Words) -> &'static str {
    match words.engine() {
        EngineKind::Flink | EngineKind::Spark | EngineKind::Beam | EngineKind::KafkaStreams => {
            "A window exists per key, from the first event that it takes; without one there is no state, no timer and no result."
        }
    }
}

/// When windows merge.
pub(super) fn merging_rule(words: Words) -> &'static str {
    match words.engine() {
        EngineKind::Flink => {
            "Each event starts a session [t, t + gap); sessions of a key that overlap or touch become one \
             (Flink 2.3, EventTimeSessionWindows, TimeWindow.intersects)."
        }
        EngineKind::Spark => {
            "Each event starts a session [t, t + gap); sessions of a key that overlap or touch become one \
             (Spark 4.3, session_window)."
        }
        EngineKind::Beam => {
            "Each element starts a session [t, t + gap); sessions of a key that share an instant become one, \
             those that only touch do not (Beam 2.77, Sessions)."
        }
        EngineKind::KafkaStreams => {
            "Records of a key no further apart than the gap are one session, from its first to its last timestamp \
             (Kafka Streams 3.9, SessionWindows)."
        }
    }
}
