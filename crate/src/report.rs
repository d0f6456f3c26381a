//! A run as files for other programs: its events, its results, and everything that happened, as CSV or JSON.
//!
//! Instants are written in full and in UTC, so that the events can be read back by [`crate::import`] and give the same run. The
//! JSON form brings its scenario along: whoever opens it has the same run again, whatever the engine.

use crate::fact::Fact;
use crate::json::from_json;
use crate::model::{KeyId, Timing, Window};
use crate::output::Number;
use crate::run::Run;
use crate::scenario::{Problem, Scenario};
use crate::time::{ProcTime, format_instant};
use serde::{Deserialize, Serialize};
use std::fmt::Display;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum ReportKind {
    /// What went in.
    Events,
    /// What came out.
    Results,
    /// Everything that happened, fact by fact.
    Trace,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum ReportForm {
    /// Comma-separated values with a header.
    Csv,
    /// A JSON object with the scenario and the rows.
    Json,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct EventLine {
    id: String,
    key: String,
    event_time: String,
    /// Empty where only the order says when.
    arrival_time: Option<String>,
    value: f64,
    source: u16,
    became: String,
}

/// One result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct ResultLine {
    step: u32,
    at: Option<String>,
    key: Option<String>,
    window_start: Option<String>,
    window_end: Option<String>,
    value: Option<Number>,
    withdrawn: bool,
    pane: Option<Timing>,
    pane_index: Option<u32>,
    events: String,
}

/// One fact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct FactLine {
    number: u32,
    caused_by: Option<u32>,
    step: u32,
    at: Option<String>,
    fact: String,
    event: Option<String>,
    key: Option<String>,
    window_start: Option<String>,
    window_end: Option<String>,
    says: String,
}

/// A file with its rows.
#[derive(Serialize, Deserialize)]
struct Whole<T> {
    headwater: ReportKind,
    version: String,
    scenario: Scenario,
    rows: Vec<T>,
}

/// The version that files name.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Writes a report of a run.
pub fn report(run: &Run, kind: ReportKind, form: ReportForm) -> String {
    match kind {
        ReportKind::Events => write(run, kind, form, event_lines(run)),
        ReportKind::Results => write(run, kind, form, result_lines(run)),
        ReportKind::Trace => write(run, kind, form, fact_lines(run)),
    }
}

/// What a JSON report says of itself, without its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ReportRead {
    /// What it holds.
    pub headwater: ReportKind,
    /// The version that wrote it.
    pub version: String,
    /// What was run.
    pub scenario: Scenario,
    /// Where this version says otherwise than the file, in a sentence; nothing where it says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub differs: Option<String>,
}

/// Reads a JSON report back: runs its scenario, and says whether the same comes out.
///
/// # Errors
/// What is wrong with the file.
pub fn read(text: &str) -> Result<ReportRead, Vec<Problem>> {
    let mut read: ReportRead = from_json(text).map_err(|problem| vec![problem])?;
    let run = Run::new(read.scenario.clone())?;
    let fresh = report(&run, read.headwater, ReportForm::Json);
    let rows = |text: &str| -> Result<Vec<serde_json::Value>, Problem> {
        let whole: serde_json::Value = from_json(text)?;
        match whole.get("rows").and_then(serde_json::Value::as_array) {
            Some(rows) => Ok(rows.clone()),
            None => Err(Problem {
                path: "rows".into(),
                message: "is missing: a list of rows".into(),
            }),
        }
    };
    let (was, is) = (
        rows(text).map_err(|problem| vec![problem])?,
        rows(&fresh).map_err(|problem| vec![problem])?,
    );
    read.differs = first_difference(&was, &is);
    Ok(read)
}

/// The first row that is not the same, in a sentence.
fn first_difference<T: PartialEq + Display>(was: &[T], is: &[T]) -> Option<String> {
    let at = (was.iter().zip(is)).position(|(was, is)| was != is);
    if let Some(at) = at {
        return Some(format!(
            "Row {} is {} in the file and {} here.",
            at + 1,
            was[at],
            is[at]
        ));
    }
    (was.len() != is.len()).then(|| {
        format!(
            "The file has {} rows, here there are {}.",
            was.len(),
            is.len()
        )
    })
}

/// What a table of results, or of a trace, that was saved before says of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct TableRead {
    /// What it holds.
    pub headwater: ReportKind,
    /// How many rows it has.
    pub rows: u32,
    /// Where the run says otherwise than the table, in a sentence; nothing where it says the same.
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub differs: Option<String>,
}

/// Holds a CSV report against a run: results and traces say nothing of the pipeline they came from. None where the text is neither.
pub fn hold_against(run: &Run, text: &str) -> Option<TableRead> {
    let text = text.trim_start_matches('\u{feff}');
    let (header, _) = text.split_once('\n')?;
    [ReportKind::Results, ReportKind::Trace]
        .into_iter()
        .find_map(|headwater| {
            let expected = match headwater {
                ReportKind::Results => fields_of(&ResultLine::default()),
                _ => fields_of(&FactLine::default()),
            };
            if header.trim_end() != expected {
                return None;
            }
            let fresh = report(run, headwater, ReportForm::Csv);
            let (was, is) = (records(text), records(&fresh));
            Some(TableRead {
                headwater,
                rows: was.len() as u32,
                differs: first_difference(&was, &is),
            })
        })
}

/// The header of a table of such rows.
fn fields_of<T: Serialize>(row: &T) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Into memory.
    let _ = writer.serialize(row);
    let text = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_string()
}

/// The rows of a table, each as it would be said. What cannot be read as one is said as such.
fn records(text: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    (reader.records())
        .map(|record| match record {
            Ok(record) => record.iter().collect::<Vec<_>>().join(", "),
            Err(error) => format!("no row ({error})"),
        })
        .collect()
}

fn write<T: Serialize>(run: &Run, kind: ReportKind, form: ReportForm, rows: Vec<T>) -> String {
    match form {
        ReportForm::Json => {
            let whole = Whole {
                headwater: kind,
                version: VERSION.into(),
                scenario: run.scenario.clone(),
                rows,
            };
            // Plain data with text for names: nothing in it cannot be written.
            serde_json::to_string_pretty(&whole).unwrap_or_default()
        }
        ReportForm::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in rows {
                // Into memory, and every row has the same plain fields.
                let _ = writer.serialize(row);
            }
            let bytes = writer.into_inner().unwrap_or_default();
            String::from_utf8(bytes).unwrap_or_default()
        }
    }
}

fn event_lines(run: &Run) -> Vec<EventLine> {
    let rows = run.event_rows(0, run.compiled.events.len());
    let statuses = run.statuses(run.len());
    (run.compiled.events.iter().zip(rows).zip(statuses))
        .map(|((event, row), status)| EventLine {
            id: row.id,
            key: row.key,
            event_time: format_instant(event.ts.ms()),
            arrival_time: (run.trace.fates[event.index as usize].arrived)
                .and_then(|(_, at)| moment(run, at)),
            value: event.value,
            source: event.source,
            became: became(status).into(),
        })
        .collect()
}

/// What [`Run::statuses`] says, in a word.
fn became(status: u8) -> &'static str {
    match status {
        0 => "not arrived",
        1 => "waiting",
        2 => "counted",
        3 => "counted behind the watermark",
        4 => "late",
        _ => "not counted",
    }
}

fn result_lines(run: &Run) -> Vec<ResultLine> {
    let names = run.names();
    let mut lines: Vec<ResultLine> = (run.trace.emissions.iter())
        .map(|emission| ResultLine {
            step: emission.step,
            at: moment(run, emission.at),
            key: Some(names.key(emission.key).to_string()),
            window_start: start(emission.window),
            window_end: end(emission.window),
            value: emission.value.as_ref().map(|value| run.number(value)),
            withdrawn: emission.value.is_none(),
            pane: emission.pane.map(|pane| pane.timing),
            pane_index: emission.pane.map(|pane| pane.index),
            events: joined(run, run.trace.lineage(emission)),
        })
        .collect();
    lines.extend(run.trace.passed.iter().map(|(step, event)| {
        ResultLine {
            step: *step,
            at: run
                .trace
                .times
                .get(*step as usize)
                .and_then(|at| moment(run, *at)),
            key: None,
            window_start: None,
            window_end: None,
            value: None,
            withdrawn: false,
            pane: None,
            pane_index: None,
            events: names.event(*event).to_string(),
        }
    }));
    lines.sort_by_key(|line| line.step);
    lines
}

fn fact_lines(run: &Run) -> Vec<FactLine> {
    let names = run.names();
    (run.trace.entries.iter().enumerate())
        .map(|(number, entry)| {
            let about = entry.fact.about();
            FactLine {
                number: number as u32,
                caused_by: run.trace.entry(entry.cause).map(|_| entry.cause.0),
                step: entry.step,
                at: moment(run, entry.at),
                fact: about.name.into(),
                event: about.event.map(|event| names.event(event).to_string()),
                key: about.key.map(|key| names.key(key).to_string()),
                window_start: about.window.and_then(start),
                window_end: about.window.and_then(end),
                says: crate::explain::sentence(run, entry),
            }
        })
        .collect()
}

fn joined(run: &Run, events: &[u32]) -> String {
    let names: Vec<&str> = events
        .iter()
        .map(|event| run.names().event(*event))
        .collect();
    names.join("+")
}

/// An instant of the processing clock, where there is one.
fn moment(run: &Run, at: ProcTime) -> Option<String> {
    run.compiled.timed.then(|| format_instant(at.ms()))
}

fn start(window: Window) -> Option<String> {
    (!window.is_global()).then(|| format_instant(window.start.ms()))
}

fn end(window: Window) -> Option<String> {
    (!window.is_global()).then(|| format_instant(window.end.ms()))
}

/// What a fact is about.
struct About {
    name: &'static str,
    event: Option<u32>,
    key: Option<KeyId>,
    window: Option<Window>,
}

impl Fact {
    fn about(&self) -> About {
        let about = |name| About {
            name,
            event: None,
            key: None,
            window: None,
        };
        let of_event = |name, event: &u32| About {
            event: Some(*event),
            ..about(name)
        };
        let of_window = |name, key: &KeyId, window: &Window| About {
            key: Some(*key),
            window: Some(*window),
            ..about(name)
        };
        let of_both = |name, event: &u32, key: &KeyId, window: Option<Window>| About {
            name,
            event: Some(*event),
            key: Some(*key),
            window,
        };
        match self {
            Fact::Arrived { event } => of_event("arrived", event),
            Fact::ClockMoved { .. } => about("clock_moved"),
            Fact::SourceWatermark { .. } => about("source_watermark"),
            Fact::SourceIdle { .. } => about("source_idle"),
            Fact::SourceEnded { .. } => about("source_ended"),
            Fact::Watermark { .. } => about("watermark"),
            Fact::Added {
                event, key, window, ..
            } => of_both("added", event, key, Some(*window)),
            Fact::Merged { key, from, .. } => of_window("merged", key, from),
            Fact::Copied { key, into, .. } => of_window("copied", key, into),
            Fact::WindowClosed {
                event, key, window, ..
            } => of_both("window_closed", event, key, Some(*window)),
            Fact::Late {
                event, key, window, ..
            } => of_both("late", event, key, *window),
            Fact::LateRows { .. } => about("late_rows"),
            Fact::NoWindow { event } => of_event("no_window", event),
            Fact::Swallowed { event, key, window } => {
                of_both("swallowed", event, key, Some(*window))
            }
            Fact::Duplicate { event, .. } => of_event("duplicate", event),
            Fact::Passed { event } => of_event("passed", event),
            Fact::Remembered { event, key, window } => {
                of_both("remembered", event, key, Some(*window))
            }
            Fact::TimerSet { key, window, .. } => of_window("timer_set", key, window),
            Fact::TimerDue { key, window, .. } => of_window("timer_due", key, window),
            Fact::Emitted { key, window, .. } => of_window("emitted", key, window),
            Fact::Purged { key, window } => of_window("purged", key, window),
            Fact::Evicted { key, window, .. } => of_window("evicted", key, window),
            Fact::ResultLost { key, window, .. } => of_window("result_lost", key, window),
            Fact::Batch { .. } => about("batch"),
            Fact::Halted { .. } => about("halted"),
        }
    }
}
