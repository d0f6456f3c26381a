//! Answers about what is measured: what a result is made of, where an event stands in order, which windows have it. "Why?" of the same
//! things says when they came out or what became of them; that would be beside the question here.

use super::words::{Words, counted, list, list_some};
use crate::aggregate::Aggregate;
use crate::model::{Value, Window};
use crate::run::Run;
use crate::sorted::sort_and_dedup;
use crate::time::EventTime;
use crate::trace::{Closing, Emission, Lane};
use crate::wording::verb;

/// Of more events than this no sum is written out.
const MOST_ADDED: usize = 8;

/// What a result was computed from, and which events of its window came too late for it, as seen after so many steps.
pub(crate) fn contents(run: &Run, emission: &Emission, position: usize) -> (String, Vec<u32>) {
    let words = Words::new(run);
    let events = run.trace.lineage(emission).to_vec();
    let window = words.window_of(emission.key, emission.window);
    let made = match (&events[..], sum_of(words, &events)) {
        ([], _) => format!("Nothing has come for {window} since its result before"),
        ([_], None) => format!("{} is in {window}", words.events(&events)),
        (_, None) => format!("{} are in {window}", words.events(&events)),
        ([_], Some(sum)) => format!("{sum} of {}, in {window}", words.events(&events)),
        (_, Some(sum)) => format!("{sum}, of {} in {window}", words.events(&events)),
    };
    let late = too_late(run, emission, position);
    let missed = match &late[..] {
        [] => String::new(),
        late => format!("; {} came too late", words.events(late)),
    };
    let mut named = events;
    named.extend(late);
    (format!("{made}{missed}."), named)
}

/// The values as they are put together, where the aggregate does that and there are few.
fn sum_of(words: Words, events: &[u32]) -> Option<String> {
    if events.len() > MOST_ADDED {
        return None;
    }
    let values: Vec<String> = events
        .iter()
        .filter_map(|event| words.run.compiled.events.get(*event as usize))
        .map(|event| words.value(&Value::Number(event.value)))
        .collect();
    let sum = values.join(" + ");
    match words.run.scenario.pipeline.aggregate? {
        Aggregate::Count | Aggregate::Concat => None,
        Aggregate::Sum => Some(sum),
        Aggregate::Avg if values.len() == 1 => Some(sum),
        Aggregate::Avg => Some(format!("({sum}) / {}", values.len())),
        Aggregate::Min => Some(format!("The least of {}", list(&values))),
        Aggregate::Max => Some(format!("The greatest of {}", list(&values))),
    }
}

/// The events of a result's key and window that were late by then.
fn too_late(run: &Run, emission: &Emission, position: usize) -> Vec<u32> {
    let Window { start, end } = emission.window;
    run.trace
        .late
        .iter()
        .filter(|late| (late.step as usize) < position)
        .filter_map(|late| run.compiled.events.get(late.event as usize))
        .filter(|event| event.key == emission.key && start <= event.ts && event.ts < end)
        .map(|event| event.index)
        .collect()
}

/// Why an event is in order or out of order, where it is neither late nor behind the watermark.
pub(crate) fn order(run: &Run, event: u32, in_order: bool) -> Option<(String, Vec<u32>)> {
    let words = Words::new(run).of_event(event);
    let of = run.compiled.events.get(event as usize)?;
    let before = &run.compiled.events[..event as usize];
    let (name, time) = (words.event(event), words.instant(of.ts));
    let highest = before.iter().max_by_key(|before| before.ts);
    Some(match highest {
        None => (format!("{name} came first."), vec![event]),
        Some(highest) if in_order => (
            format!(
                "{name} happened at {time}, and nothing later had come: the highest event time was {}.",
                words.instant(highest.ts)
            ),
            vec![event],
        ),
        Some(highest) => (
            format!(
                "{name} happened at {time}; {}, which happened later, at {}, came before it.",
                words.event(highest.index),
                words.instant(highest.ts)
            ),
            vec![event, highest.index],
        ),
    })
}

/// The windows there were by then, but for those that went into others, with their numbers.
fn standing(run: &Run, position: usize) -> impl Iterator<Item = (u32, &Lane)> {
    let merged = move |lane: &Lane| {
        lane.closed.is_some_and(|(step, how)| {
            matches!(how, Closing::Merged(_)) && (step as usize) < position
        })
    };
    (0_u32..)
        .zip(&run.trace.lanes)
        .take_while(move |(_, lane)| (lane.opened as usize) < position)
        .filter(move |(_, lane)| !merged(lane))
}

/// Which windows there were, of all keys or of one; none where there were none.
pub(crate) fn windows_named(
    run: &Run,
    key: Option<&str>,
    position: usize,
) -> Option<(String, u32)> {
    let words = Words::new(run);
    let of = |lane: &Lane| key.is_none_or(|key| run.names().is_called(lane.key, key));
    let lanes: Vec<(u32, &Lane)> = standing(run, position)
        .filter(|(_, lane)| of(lane))
        .collect();
    let first = lanes.first()?.0;
    let names: Vec<String> = lanes
        .iter()
        .map(|(_, lane)| words.window_of(lane.key, lane.window))
        .collect();
    let is = verb(names.len(), "is", "are");
    Some((
        format!(
            "There {is} {}: {}.",
            counted(names.len(), "window"),
            list_some(&names, 4)
        ),
        first,
    ))
}

/// Which windows took an event; none where it is in none.
pub(crate) fn windows_with(run: &Run, event: u32, position: usize) -> Option<(String, Vec<u32>)> {
    let words = Words::new(run).of_event(event);
    let of = run.compiled.events.get(event as usize)?;
    let mut taken: Vec<Window> = standing(run, position)
        .filter(|(_, lane)| lane.events.contains(&event))
        .map(|(_, lane)| lane.window)
        .collect();
    sort_and_dedup(&mut taken);
    let windows: Vec<String> = taken.iter().map(|window| words.window(*window)).collect();
    let text = match &windows[..] {
        [] => return None,
        [one] => one.clone(),
        several => format!(
            "{}: {}",
            counted(several.len(), "window"),
            list_some(several, 4)
        ),
    };
    let (name, time) = (words.event(event), words.instant(of.ts));
    Some((
        format!("{name} happened at {time}: it is in {text}."),
        vec![event],
    ))
}

/// Whether an event happened in a window, with the times compared.
pub(crate) fn happened_in(run: &Run, event: u32, window: Window) -> Option<(String, Vec<u32>)> {
    let words = Words::new(run).of_event(event);
    let time: EventTime = run.compiled.events.get(event as usize)?.ts;
    let inside = window.start <= time && time < window.end;
    let not = if inside { "" } else { "not " };
    Some((
        format!(
            "{} happened at {}, which is {not}in {}.",
            words.event(event),
            words.instant(time),
            words.window(window)
        ),
        vec![event],
    ))
}

/// What is still there: the oldest open window, or remembered id, with what it waits for.
pub(crate) fn oldest_open(run: &Run, position: usize) -> Option<(String, u32)> {
    let is_open = |lane: &Lane| {
        lane.closed
            .is_none_or(|(step, _)| step as usize >= position)
    };
    let mut open = standing(run, position).filter(|(_, lane)| is_open(lane));
    let (oldest, _) = open.next()?;
    let answer = super::window::explain(run, oldest, position);
    let text = match open.count() {
        0 => answer.verdict,
        _ => format!("The oldest of them: {}", answer.verdict),
    };
    Some((text, oldest))
}
