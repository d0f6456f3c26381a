//! Moments: what the trace says of watermarks, windows and sources at a position.

use super::Line;
use super::comparison::{against_the_watermark, comparison, left_side, origin, right_side, sides};
use super::words::Words;
use crate::dialect::{CellView, Engine};
use crate::fact::{Check, Fact, FactId, Why};
use crate::model::{KeyId, Window};
use crate::run::Run;
use crate::sorted::Sorted;
use crate::time::{EventTime, Span, Watermark};
use crate::trace::{Closing, Entry, Lane};
use crate::watermark::WatermarkRule;

/// The number of facts told by `position`.
pub(super) fn facts_by(run: &Run, position: usize) -> usize {
    run.trace
        .steps
        .get(position)
        .map_or(run.trace.entries.len(), |first| *first as usize)
}

/// The facts told by `position`.
pub(super) fn past(run: &Run, position: usize) -> &[Entry] {
    &run.trace.entries[..facts_by(run, position)]
}

/// Where the watermark stands at `position`: the combined one, or the task's that the words are about.
pub(super) fn watermark_at(words: Words, position: usize) -> Watermark {
    position.checked_sub(1).map_or(Watermark::NONE, |last| {
        words.run.trace.watermark_after(last as u32, words.task)
    })
}

/// The watermark by which the engine judged an event when it told this fact.
pub(super) fn judged_by(run: &Run, fact: usize) -> Watermark {
    let Some(entry) = run.trace.entries.get(fact) else {
        return Watermark::NONE;
    };
    let words = Words::new(run).of_fact(&entry.fact);
    let first = run.trace.steps[entry.step as usize] as usize;
    for entry in run.trace.entries[first..fact].iter().rev() {
        match &entry.fact {
            Fact::Watermark { to, .. } => return *to,
            Fact::Batch { late_by, .. } => return *late_by,
            _ => {}
        }
    }
    watermark_at(words, entry.step as usize)
}

/// A watermark and where it comes from: `12:07:17.999 (highest event time 12:11:18 − 4 min − 1 ms)`.
pub(super) fn watermark_with_origin(words: Words, watermark: Watermark, by: usize) -> String {
    let text = words.watermark(watermark);
    match watermark_origin(words, watermark, by) {
        Some(origin) => format!("{text} ({origin})"),
        None => text,
    }
}

/// Where a watermark told before the fact `by` comes from.
pub(super) fn watermark_origin(words: Words, watermark: Watermark, by: usize) -> Option<String> {
    if watermark == Watermark::NONE {
        return None;
    }
    let (source, text) =
        words.run.trace.entries[..by]
            .iter()
            .rev()
            .find_map(|entry| match &entry.fact {
                Fact::SourceWatermark {
                    source,
                    rule,
                    highest,
                    delay,
                    watermark: told,
                } if *told == watermark && words.task.is_none_or(|task| task == *source) => {
                    Some((*source, origin(words, *rule, *highest, *delay)))
                }
                _ => None,
            })?;
    if words.several_sources() && words.task.is_none() && watermark != Watermark::END {
        Some(format!("{}: {text}", words.source(source)))
    } else {
        Some(text)
    }
}

/// The two sides of a check and the comparison, with where the watermark on the right comes from.
pub(super) fn check_lines(words: Words, check: &Check, by: usize) -> Vec<Line> {
    let (left, right) = sides(words, check.rule);
    let origin = watermark_origin(words, check.against, by)
        .filter(|_| against_the_watermark(check.rule))
        .map(|origin| format!(" ({origin})"))
        .unwrap_or_default();
    vec![
        Line::new(left, left_side(words, check)),
        Line::new(right, format!("{}{origin}", right_side(words, check))),
        Line::new("compared", comparison(words, check)),
    ]
}

/// The fact that last raised the watermark, the task's or the combined one, before the fact `by`.
pub(super) fn last_rise(words: Words, by: usize) -> Option<usize> {
    words.run.trace.entries[..by]
        .iter()
        .rposition(|entry| matches!(entry.fact, Fact::Watermark { task, .. } if task == words.task))
}

/// The fact that says that a window's result is lost, told by `position`.
pub(super) fn lost_result(run: &Run, key: KeyId, window: Window, position: usize) -> Option<usize> {
    past(run, position).iter().rposition(|entry| {
        matches!(&entry.fact, Fact::ResultLost { key: k, window: w, .. } if (*k, *w) == (key, window))
    })
}

/// Whether something that happened in this step has happened at `position`.
pub(super) fn happened(step: u32, position: usize) -> bool {
    (step as usize) < position
}

/// The lanes that are open at `position`, with their numbers.
pub(super) fn open_lanes(run: &Run, position: usize) -> impl Iterator<Item = (u32, &Lane)> {
    run.trace
        .lanes
        .iter()
        .enumerate()
        .take_while(move |(_, lane)| happened(lane.opened, position))
        .filter(move |(_, lane)| {
            lane.closed
                .is_none_or(|(step, _)| !happened(step, position))
        })
        .map(|(number, lane)| (number as u32, lane))
}

/// The last lane of a key's window that was opened by `position`.
pub(super) fn lane_of(run: &Run, key: KeyId, window: Window, position: usize) -> Option<u32> {
    run.trace
        .lanes
        .iter()
        .enumerate()
        .take_while(|(_, lane)| happened(lane.opened, position))
        .filter(|(_, lane)| lane.key == key && lane.window == window)
        .last()
        .map(|(number, _)| number as u32)
}

/// How a lane had ended by `position`, if it had.
pub(super) fn closing(lane: &Lane, position: usize) -> Option<(u32, Closing)> {
    lane.closed.filter(|(step, _)| happened(*step, position))
}

/// The results a lane had emitted by `position`.
pub(super) fn emissions_by<'r>(run: &'r Run, lane: &'r Lane, position: usize) -> &'r [u32] {
    let n = lane.emissions.partition_point(|emission| {
        happened(run.trace.emissions[*emission as usize].step, position)
    });
    &lane.emissions[..n]
}

/// The events that count in a lane at `position`.
pub(super) fn contents(lane: &Lane, position: usize) -> &[u32] {
    let Some(last) = position.checked_sub(1) else {
        return &[];
    };
    let (from, to) = lane.extent(last as u32);
    &lane.events[from as usize..to as usize]
}

/// The engine's own entry for a key's window at `position`.
pub(super) fn cell(run: &Run, key: KeyId, window: Window, position: usize) -> Option<CellView> {
    run.engine_after(position)
        .cells()
        .into_iter()
        .find(|cell| cell.key == key && cell.window == window)
}

/// How many events a key's window has had since its count trigger last fired, merged windows' own counts included.
pub(super) fn since_fired(run: &Run, key: KeyId, window: Window, position: usize) -> u64 {
    let mut counts: Sorted<Window, u64> = Sorted::default();
    for entry in past(run, position) {
        match &entry.fact {
            Fact::Added { key: k, window, .. } if *k == key => {
                *counts.entry(*window) += 1;
            }
            Fact::Merged { key: k, from, into } if *k == key && from != into => {
                let moved = counts.remove(*from).unwrap_or_default();
                *counts.entry(*into) += moved;
            }
            Fact::Emitted {
                key: k,
                window,
                why: Why::Count { .. },
                ..
            } if *k == key => {
                *counts.entry(*window) = 0;
            }
            Fact::Evicted { key: k, window, .. } if *k == key => {
                counts.remove(*window);
            }
            _ => {}
        }
    }
    counts.get(window).copied().unwrap_or_default()
}

/// What is known of a source at a position.
#[derive(Clone, Copy, Debug)]
pub(super) struct SourceView {
    /// Its watermark.
    pub(super) watermark: Watermark,
    /// The arithmetic that gave it.
    pub(super) rule: WatermarkRule,
    /// The highest event time in that arithmetic.
    pub(super) highest: Option<EventTime>,
    /// The delay in that arithmetic.
    pub(super) delay: Span,
    /// Whether it is waited for.
    pub(super) standing: Standing,
    /// The fact that says so.
    pub(super) fact: Option<FactId>,
    /// How many of its events have arrived.
    pub(super) events: u32,
}

/// Whether a source is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is.
    Counts,
    /// It is idle.
    Idle,
    /// It was idle, is active again, and its watermark is still behind the combined one.
    CatchingUp,
    /// It has ended.
    Ended,
}

/// What is known of the sources at `position`.
pub(super) fn sources(run: &Run, position: usize) -> Vec<SourceView> {
    let start = SourceView {
        watermark: Watermark::NONE,
        rule: WatermarkRule::Explicit,
        highest: None,
        delay: Span(0),
        standing: Standing::Counts,
        fact: None,
        events: 0,
    };
    let mut views = vec![start; run.names().sources as usize];
    let mut combined = Watermark::NONE;
    for (number, entry) in past(run, position).iter().enumerate() {
        let fact = Some(FactId(number as u32));
        match &entry.fact {
            Fact::Arrived { event } => {
                let source = run.compiled.events[*event as usize].source;
                views[source as usize].events += 1;
            }
            Fact::SourceWatermark {
                source,
                rule,
                highest,
                delay,
                watermark,
            } => {
                let view = &mut views[*source as usize];
                let idle = matches!(view.standing, Standing::Idle | Standing::CatchingUp);
                view.standing = match (*watermark == Watermark::END, idle) {
                    (true, _) => Standing::Ended,
                    (false, true) if *watermark < combined => Standing::CatchingUp,
                    (false, _) => Standing::Counts,
                };
                (view.watermark, view.rule, view.highest) = (*watermark, *rule, *highest);
                (view.delay, view.fact) = (*delay, fact);
            }
            Fact::SourceIdle { source } => {
                views[*source as usize].standing = Standing::Idle;
            }
            Fact::Watermark { to, .. } => {
                combined = *to;
                for view in &mut views {
                    // Whoever is not behind counts.
                    if view.standing == Standing::CatchingUp && view.watermark >= combined {
                        view.standing = Standing::Counts;
                    }
                }
            }
            _ => {}
        }
    }
    views
}

/// The source that holds the combined watermark where it is: the least of those that count.
pub(super) fn holder(views: &[SourceView]) -> Option<u16> {
    views
        .iter()
        .enumerate()
        .filter(|(_, view)| view.standing == Standing::Counts)
        .min_by_key(|(_, view)| view.watermark)
        .map(|(source, _)| source as u16)
}
