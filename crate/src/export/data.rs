//! The data of a job: events as lines of JSON, in the order in which they arrive.

use super::Job;
use crate::model::{Action, Event};
use crate::scenario::Scenario;
use serde::Serialize;

/// One event as jobs read it. A source only where there are several.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    key: &'a str,
    ts: i64,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<u16>,
}

/// An event as a line.
pub(super) fn event(job: &Job, event: &Event) -> String {
    let names = &job.compiled.names;
    json(&Line {
        id: names.event(event.index),
        key: names.written(event.key),
        ts: event.ts.ms(),
        value: event.value,
        source: (job.sources() > 1).then_some(event.source),
    })
}

/// A value as a line of JSON.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

/// All events of a source, a line each.
pub(super) fn events(job: &Job, source: u16) -> String {
    arrivals(job)
        .filter(|it| it.source == source)
        .map(|it| event(job, &it))
        .collect()
}

/// All events, a line each.
pub(super) fn all_events(job: &Job) -> String {
    arrivals(job).map(|it| event(job, &it)).collect()
}

fn arrivals(job: &Job) -> impl Iterator<Item = Event> {
    (job.compiled.steps.iter()).filter_map(|step| match step.action {
        Action::Event(event) => Some(event),
        Action::Watermark { .. }
        | Action::MarkIdle { .. }
        | Action::ClockMoves
        | Action::Batch { .. }
        | Action::End { .. } => None,
    })
}

/// The events of each micro-batch. Batches whose data waits while the one before them runs are together in one release.
pub(super) fn releases(job: &Job) -> Vec<Vec<String>> {
    let mut releases = Vec::new();
    let mut release: Vec<String> = Vec::new();
    let mut batch = String::new();
    for step in &job.compiled.steps {
        match step.action {
            Action::Event(it) => batch.push_str(&event(job, &it)),
            Action::Batch { queued } => {
                if !batch.is_empty() {
                    release.push(std::mem::take(&mut batch));
                }
                if !queued && !release.is_empty() {
                    releases.push(std::mem::take(&mut release));
                }
            }
            Action::Watermark { .. }
            | Action::MarkIdle { .. }
            | Action::ClockMoves
            | Action::End { .. } => {}
        }
    }
    if !release.is_empty() {
        releases.push(release);
    }
    releases
}

/// The scenario itself, to be run again in the lab.
pub(super) fn scenario(scenario: &Scenario) -> String {
    let mut text = serde_json::to_string_pretty(scenario).unwrap_or_default();
    text.push('\n');
    text
}
