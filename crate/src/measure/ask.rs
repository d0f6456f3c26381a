//! Asking: what a measure or a set of events is in a run, after so many steps.

use super::{EventSet, Measure, Measured, Unit, WindowSet, event_index};
use crate::fact::LateFate;
use crate::frame::status;
use crate::knobs;
use crate::model::{Timing, Window};
use crate::number::decimal;
use crate::run::Run;
use crate::sorted::{Sorted, sort_and_dedup};
use crate::time::{EventTime, Span, Watermark, format_span};
use crate::trace::{Closing, Emission, Lane, LateEvent};
use crate::world::{Asked, of_knob};

impl Measure {
    /// What it gives after so many steps.
    pub fn ask<'a>(&self, run: impl Into<Asked<'a>>, position: usize) -> Measured {
        run.into().ask(self, position)
    }

    /// What it gives of a stream.
    pub(crate) fn of_stream(&self, run: &Run, position: usize) -> Measured {
        let position = position.min(run.len());
        match self {
            Measure::Result { key, start, nth } => result(run, position, key, *start, *nth),
            Measure::Results { key, start } => {
                count(emissions(run, position, key.as_deref(), *start).count())
            }
            Measure::Total { start } => total(run, position, *start),
            Measure::Place { key, start } => emissions(run, position, None, None)
                .position(|e| run.names().is_called(e.key, key) && e.window.start == *start)
                .map_or_else(nothing(Unit::Count), |place| count(place + 1)),
            Measure::AddedUp { key, start } => added_up(run, position, key, *start),
            Measure::Pane { key, start, nth } => pane(run, position, key, *start, *nth),
            Measure::Late => count(late(run, position).count()),
            Measure::Uncounted => count(uncounted(run, position)),
            Measure::Fate { event } => name_of(fate(run, event, position)),
            Measure::Order { event } => name_of(order(run, event, position)),
            Measure::Lag { event } => {
                lag(run, event, position).map_or_else(nothing(Unit::Span), span)
            }
            Measure::Watermark { source } => watermark(run, *source, position),
            Measure::WindowsOf { event } => {
                let index = event_index(run, event);
                let takes = |lane: &&Lane| index.is_some_and(|index| lane.events.contains(&index));
                count(windows(run, position).filter(takes).count())
            }
            Measure::Windows { key } => {
                let of = |lane: &&Lane| {
                    key.as_ref()
                        .is_none_or(|key| run.names().is_called(lane.key, key))
                };
                count(windows(run, position).filter(of).count())
            }
            Measure::OpenWindows => {
                count(lanes(run, position).filter(|l| open(l, position)).count())
            }
            Measure::StatePeak => count(state_peak(run, position)),
            Measure::Wait { key, start } => emissions(run, position, key.as_deref(), *start)
                .find(|e| !e.window.is_global())
                .map_or_else(nothing(Unit::Span), |emission| {
                    span(Span(emission.at.ms() - emission.window.end.ms()))
                }),
            Measure::Held => count(held(run, position)),
            Measure::SideOutput => {
                let aside = |late: &&LateEvent| {
                    (late.step as usize) < position && late.fate == LateFate::SideOutput
                };
                count(run.trace.late.iter().filter(aside).count())
            }
            Measure::Passed => {
                let by = |(step, _): &&(u32, u32)| (*step as usize) < position;
                count(run.trace.passed.iter().filter(by).count())
            }
            Measure::Allowed { set } => {
                let taken = knobs::set_all(&run.scenario, set).is_ok();
                name_of(if taken { "yes" } else { "no" })
            }
            Measure::Knob { knob } => {
                of_knob(knobs::knobs(&run.scenario), knob, |ms| run.clock.format(ms))
            }
            Measure::Figure { .. } => nothing(Unit::Count)(),
        }
    }
}

impl EventSet {
    /// Which events they are in a stream after so many steps.
    pub(crate) fn of_stream(&self, run: &Run, position: usize) -> Vec<u32> {
        let named = |wanted: &[&str]| -> Vec<u32> {
            (0..run.compiled.events.len() as u32)
                .filter(|index| wanted.contains(&order(run, run.names().event(*index), position)))
                .collect()
        };
        let mut events = match self {
            EventSet::Late => late(run, position).collect(),
            EventSet::Behind => named(&["behind", "late"]),
            EventSet::OutOfOrder => {
                let mut highest = None;
                let mut found = Vec::new();
                for event in &run.compiled.events {
                    if highest.is_some_and(|highest| event.ts < highest) {
                        found.push(event.index);
                    }
                    highest = highest.max(Some(event.ts));
                }
                found
            }
            EventSet::InResult { key, start } => emissions(run, position, Some(key), Some(*start))
                .last()
                .map_or_else(Vec::new, |e| run.trace.lineage(e).to_vec()),
            EventSet::InWindow { key, start } => lanes(run, position)
                .filter(|lane| {
                    run.names().is_called(lane.key, key)
                        && lane.window.start == *start
                        && lane.window != Window::GLOBAL
                })
                .flat_map(|lane| lane.events.iter().copied())
                .collect(),
        };
        sort_and_dedup(&mut events);
        events
    }
}

impl WindowSet {
    /// Which windows they are in a stream after so many steps, among the bands.
    pub(crate) fn of_stream(&self, run: &Run, position: usize) -> Vec<u32> {
        let named: Vec<Window> = self.lanes(run, position).map(|lane| lane.window).collect();
        let bands = run.bands();
        (0..bands.len() as u32)
            .filter(|band| named.contains(&bands[*band as usize]))
            .collect()
    }

    /// Which sessions they are in a stream after so many steps, by the first and the last event of each.
    pub(crate) fn sessions_of(&self, run: &Run, position: usize) -> Vec<[u32; 2]> {
        let mut found: Vec<[u32; 2]> = self
            .lanes(run, position)
            .filter_map(|lane| ends_of(run, lane, position))
            .collect();
        sort_and_dedup(&mut found);
        found
    }

    fn lanes<'a>(&'a self, run: &'a Run, position: usize) -> impl Iterator<Item = &'a Lane> {
        let results = move |lane: &Lane| {
            emissions(run, position, None, None)
                .filter(|e| (e.key, e.window) == (lane.key, lane.window))
                .count()
        };
        let is = move |lane: &&Lane| match self {
            WindowSet::Taking { event } => {
                let index = event_index(run, event);
                index.is_some_and(|index| lane.events.contains(&index))
            }
            WindowSet::WithResult { .. } => results(lane) > 0,
            WindowSet::WithoutResult { .. } => results(lane) == 0,
            WindowSet::Corrected { .. } => results(lane) > 1,
            WindowSet::Open { .. } => open(lane, position),
        };
        let of = move |lane: &&Lane| match self {
            WindowSet::Taking { .. } => true,
            WindowSet::WithResult { key }
            | WindowSet::WithoutResult { key }
            | WindowSet::Corrected { key }
            | WindowSet::Open { key } => key
                .as_ref()
                .is_none_or(|key| run.names().key(lane.key) == key),
        };
        windows(run, position).filter(of).filter(is)
    }
}

/// The first and the last event, by event time, of those that a window has taken after so many steps.
pub(crate) fn ends_of(run: &Run, lane: &Lane, position: usize) -> Option<[u32; 2]> {
    let (_, until) = lane.extent(position.checked_sub(1)? as u32);
    let taken = lane.events.get(..until as usize)?;
    let when = |event: &&u32| (run.compiled.events[**event as usize].ts, **event);
    Some([
        *taken.iter().min_by_key(when)?,
        *taken.iter().max_by_key(when)?,
    ])
}

fn count(n: usize) -> Measured {
    Measured {
        number: Some(n as f64),
        text: n.to_string(),
        unit: Unit::Count,
    }
}

fn span(span: Span) -> Measured {
    Measured {
        number: Some(span.ms() as f64),
        text: format_span(span),
        unit: Unit::Span,
    }
}

fn nothing(unit: Unit) -> impl Fn() -> Measured {
    move || Measured {
        number: None,
        text: "none".into(),
        unit,
    }
}

fn name_of(name: &str) -> Measured {
    Measured {
        number: None,
        text: name.into(),
        unit: Unit::Name,
    }
}

fn emissions<'a>(
    run: &'a Run,
    position: usize,
    key: Option<&'a str>,
    start: Option<EventTime>,
) -> impl Iterator<Item = &'a Emission> {
    run.trace
        .emissions
        .iter()
        .take_while(move |emission| (emission.step as usize) < position)
        .filter(move |emission| key.is_none_or(|key| run.names().is_called(emission.key, key)))
        .filter(move |emission| start.is_none_or(|start| emission.window.start == start))
}

fn value_of(run: &Run, emission: Option<&Emission>) -> Measured {
    use crate::output::Number;
    let Some(value) = emission.and_then(|emission| emission.value.as_ref()) else {
        return nothing(Unit::Value)();
    };
    let number = match run.number(value) {
        Number::Whole(n) => Some(n as f64),
        Number::Real(x) => Some(x),
        Number::Text(_) => None,
    };
    Measured {
        number,
        text: run.value_text(value),
        unit: Unit::Value,
    }
}

fn total(run: &Run, position: usize, start: Option<EventTime>) -> Measured {
    let mut latest: Sorted<_, f64> = Sorted::default();
    for emission in emissions(run, position, None, start) {
        *latest.entry((emission.key, emission.window)) =
            value_of(run, Some(emission)).number.unwrap_or(0.0);
    }
    let sum: f64 = latest.iter().map(|(_, number)| *number).sum();
    Measured {
        number: Some(sum),
        text: decimal(sum),
        unit: Unit::Value,
    }
}

fn lanes(run: &Run, position: usize) -> impl Iterator<Item = &Lane> {
    run.trace
        .lanes
        .iter()
        .take_while(move |lane| (lane.opened as usize) < position)
}

fn open(lane: &Lane, position: usize) -> bool {
    lane.closed
        .is_none_or(|(step, _)| step as usize >= position)
}

fn merged(lane: &Lane, position: usize) -> bool {
    matches!(lane.closed, Some((step, Closing::Merged(_))) if (step as usize) < position)
}

/// How many events the open lanes hold.
fn held(run: &Run, position: usize) -> usize {
    let Some(last) = position.checked_sub(1) else {
        return 0;
    };
    lanes(run, position)
        .filter(|lane| open(lane, position))
        .map(|lane| lane.extent(last as u32))
        .map(|(from, to)| (to - from) as usize)
        .sum()
}

/// The most lanes open after any step: openings and closings in order of their steps.
fn state_peak(run: &Run, position: usize) -> usize {
    let mut change = vec![0_i64; position + 1];
    for lane in lanes(run, position) {
        change[lane.opened as usize] += 1;
        if let Some((step, _)) = lane.closed.filter(|(step, _)| (*step as usize) < position) {
            change[step as usize] -= 1;
        }
    }
    let mut open = 0;
    let mut peak = 0;
    for step in change {
        open += step;
        peak = peak.max(open);
    }
    peak as usize
}

fn fate(run: &Run, id: &str, position: usize) -> &'static str {
    let Some(index) = event_index(run, id) else {
        return "none";
    };
    let counted = run.trace.fates[index as usize]
        .counted
        .is_some_and(|step| (step as usize) < position);
    match run.statuses(position)[index as usize] {
        status::FUTURE => "not_arrived",
        status::LOST => "late",
        status::ELSEWHERE => "elsewhere",
        _ if counted => "counted",
        _ => "waiting",
    }
}

fn order(run: &Run, id: &str, position: usize) -> &'static str {
    let Some(index) = event_index(run, id) else {
        return "none";
    };
    let event = &run.compiled.events[index as usize];
    match run.statuses(position)[index as usize] {
        status::FUTURE => "not_arrived",
        status::LOST => "late",
        status::BEHIND => "behind",
        _ if run.compiled.events[..index as usize]
            .iter()
            .any(|before| before.ts > event.ts) =>
        {
            "out_of_order"
        }
        _ => "in_order",
    }
}

/// How long an event was on its way; none before it arrived, or where nobody says when anything is processed.
fn lag(run: &Run, id: &str, position: usize) -> Option<Span> {
    let index = event_index(run, id)? as usize;
    let (step, at) = run.trace.fates[index].arrived?;
    (run.compiled.timed && (step as usize) < position)
        .then(|| Span(at.ms() - run.compiled.events[index].ts.ms()))
}

fn result(
    run: &Run,
    position: usize,
    key: &str,
    start: Option<EventTime>,
    nth: Option<u32>,
) -> Measured {
    let mut found = emissions(run, position, Some(key), start).filter(|e| e.value.is_some());
    let emission = match nth {
        Some(nth) => found.nth(nth as usize),
        None => found.last(),
    };
    value_of(run, emission)
}

/// All results added up; what withdraws one takes it off again.
fn added_up(run: &Run, position: usize, key: &str, start: Option<EventTime>) -> Measured {
    let mut standing: Sorted<_, f64> = Sorted::default();
    let mut sum = 0.0;
    for emission in emissions(run, position, Some(key), start) {
        match value_of(run, Some(emission)).number {
            Some(number) => {
                sum += number;
                *standing.entry(emission.window) = number;
            }
            None => sum -= standing.remove(emission.window).unwrap_or(0.0),
        }
    }
    Measured {
        number: Some(sum),
        text: decimal(sum),
        unit: Unit::Value,
    }
}

fn pane(run: &Run, position: usize, key: &str, start: EventTime, nth: Option<u32>) -> Measured {
    let mut found = emissions(run, position, Some(key), Some(start)).filter(|e| e.value.is_some());
    let emission = match nth {
        Some(nth) => found.nth(nth as usize),
        None => found.last(),
    };
    emission
        .and_then(|emission| emission.pane)
        .map_or_else(nothing(Unit::Name), |pane| {
            name_of(match pane.timing {
                Timing::Early => "early",
                Timing::OnTime => "on_time",
                Timing::Late => "late",
            })
        })
}

/// The events that were late.
fn late(run: &Run, position: usize) -> impl Iterator<Item = u32> {
    run.trace
        .late
        .iter()
        .filter(move |late| (late.step as usize) < position)
        .map(|late| late.event)
}

/// How many events have arrived and are in no result.
fn uncounted(run: &Run, position: usize) -> usize {
    let by = |step: Option<u32>| step.is_some_and(|step| (step as usize) < position);
    run.trace
        .fates
        .iter()
        .filter(|fate| by(fate.arrived.map(|arrived| arrived.0)) && !by(fate.counted))
        .count()
}

fn watermark(run: &Run, source: Option<u16>, position: usize) -> Measured {
    let task = source.filter(|_| run.has_tasks());
    let watermark = position.checked_sub(1).map_or(Watermark::NONE, |last| {
        run.trace.watermark_after(last as u32, task)
    });
    Measured {
        number: watermark.time().map(|time| time.ms() as f64),
        text: run.clock.watermark(watermark),
        unit: Unit::Instant,
    }
}

/// The windows there were, but for those that went into others.
fn windows(run: &Run, position: usize) -> impl Iterator<Item = &Lane> {
    lanes(run, position).filter(move |lane| !merged(lane, position))
}
