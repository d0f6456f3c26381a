//! Events from files: CSV, a JSON array of objects, or JSON lines.
//!
//! [`look`] says what a file seems to hold, from its beginning; whoever knows better corrects the [`Mapping`]; a [`Reading`] then
//! goes through the file, stretch by stretch, so that whoever runs it can show how far it is and stop it. Rows that cannot be
//! events are listed with their number and the reason, and left out: whether to go on without them is not decided here.
//! Knows nothing of pipelines.

mod guess;
mod names;
mod records;
mod time;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use self::guess::{FileColumn, Look, look};
pub use self::time::TimeFormat;

use self::names::{Numbered, Sources};
use self::records::{Fault, Fields, Record, Records};
use crate::model::{Event, KeyId};
use crate::scenario::{Problem, Problems};
use crate::source::{EventSpec, StepSpec};
use crate::time::{EventTime, ProcTime, format_instant};
use serde::{Deserialize, Serialize};

/// Of so many bad rows the reasons are kept; all are counted.
pub const MOST_BAD: usize = 1_000;

/// More rows than this are not read.
pub const MOST_ROWS: u64 = 5_000_000;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum FileFormat {
    /// Rows of fields.
    Csv,
    /// An array of objects, perhaps inside an object.
    Json,
    /// An object a line.
    JsonLines,
}

/// How rows are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Layout {
    /// How the file is written.
    pub format: FileFormat,
    /// What stands between fields (CSV).
    pub delimiter: char,
    /// Whether the first row names the columns (CSV).
    pub header: bool,
}

/// A column that holds instants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct TimeColumn {
    /// Its name.
    pub column: String,
    /// How it writes instants.
    pub format: TimeFormat,
}

/// Which column is what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Mapping {
    /// How rows are told apart.
    pub layout: Layout,
    /// The columns there are.
    pub columns: Vec<String>,
    /// When the event happened.
    pub time: TimeColumn,
    /// When it is processed; where left out, in the order of the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub arrival: Option<TimeColumn>,
    /// What it is grouped by; where left out, all have one key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub key: Option<String>,
    /// What the aggregate works on; 1 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub value: Option<String>,
    /// What it is called; `r` and the row's number where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub id: Option<String>,
    /// Which source or partition it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub source: Option<String>,
    /// Minutes east of UTC, for instants that say no zone.
    #[serde(default)]
    pub zone: i32,
}

/// A row that is no event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct BadRow {
    /// Its line in a CSV file, its number in a JSON one, from 1.
    pub row: u64,
    /// The column, where it is about one.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

/// How far a reading is, and what it holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ReadingStanding {
    /// Bytes read.
    pub bytes: u64,
    /// Of so many.
    pub of: u64,
    /// Rows seen.
    pub rows: u64,
    /// Rows that are events.
    pub events: u64,
    /// Rows that are not.
    pub bad: u64,
    /// The first of them.
    pub bad_rows: Vec<BadRow>,
    /// Different keys.
    pub keys: u64,
    /// Different sources.
    pub sources: u64,
    /// The earliest event time.
    pub first: Option<String>,
    /// The latest event time.
    pub last: Option<String>,
    /// Events that are behind a later one of their source that came before them.
    pub out_of_order: u64,
    /// How far the furthest of those is behind, in ms.
    pub furthest_behind: i64,
    /// Whether there is nothing more to read.
    pub over: bool,
    /// Whether rows were left unread because there are too many.
    pub cut: bool,
}

/// One event as it was read.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    row: u64,
    id: Option<Box<str>>,
    key: u32,
    ts: i64,
    at: Option<i64>,
    value: f64,
    source: u16,
}

/// The places of the columns that are read.
struct Places {
    time: usize,
    arrival: Option<usize>,
    key: Option<usize>,
    value: Option<usize>,
    id: Option<usize>,
    source: Option<usize>,
}

/// The events of a file, for a run without a trace.
#[derive(Clone, Debug)]
pub struct ReadEvents {
    /// In the order in which they are processed, with when that is where all of them say so.
    pub events: Vec<(Option<ProcTime>, Event)>,
    /// What keys are called, in the order of their names.
    pub keys: Vec<String>,
    /// How many sources there are.
    pub sources: u16,
    /// What they are called, where a column names them.
    pub source_names: Vec<String>,
    /// The earliest and the latest event time, in ms.
    pub range: [i64; 2],
    /// The first event as a step of the last source: what a pipeline that takes this takes, it takes all of.
    pub sample: Vec<StepSpec>,
}

/// A file being read.
pub struct Reading {
    records: Records,
    mapping: Mapping,
    places: Places,
    keys: Numbered,
    sources: Sources,
    events: Vec<Read>,
    rows: u64,
    bad: u64,
    bad_rows: Vec<BadRow>,
    /// The earliest and the latest event time.
    range: Option<(i64, i64)>,
    over: bool,
    cut: bool,
}

impl Reading {
    /// Begins to read a file.
    ///
    /// # Errors
    /// What of the mapping does not fit the file.
    pub fn new(bytes: Vec<u8>, mapping: Mapping) -> Result<Reading, Vec<Problem>> {
        let records = Records::new(bytes, mapping.layout, &mapping.columns);
        let places = Places::of(&mapping, records.columns())?;
        Ok(Reading {
            records,
            mapping,
            places,
            keys: Numbered::default(),
            sources: Sources::default(),
            events: Vec::new(),
            rows: 0,
            bad: 0,
            bad_rows: Vec::new(),
            range: None,
            over: false,
            cut: false,
        })
    }

    /// Reads so many more rows, or up to the end.
    pub fn advance(&mut self, rows: u64) {
        for _ in 0..rows {
            if self.over {
                return;
            }
            if self.rows >= MOST_ROWS {
                (self.over, self.cut) = (true, true);
            } else if let Some(record) = self.records.next() {
                self.take(record);
            } else {
                self.over = true;
            }
        }
    }

    fn take(&mut self, Record { row, fields }: Record) {
        self.rows += 1;
        let read = fields.and_then(|fields| self.read(row, &fields));
        match read {
            Ok(read) => {
                let (first, last) = self.range.unwrap_or((read.ts, read.ts));
                self.range = Some((first.min(read.ts), last.max(read.ts)));
                self.events.push(read);
            }
            Err((column, reason)) => {
                self.bad += 1;
                if self.bad_rows.len() < MOST_BAD {
                    let column = column
                        .and_then(|place: usize| self.records.columns().get(place).cloned())
                        .unwrap_or_default();
                    self.bad_rows.push(BadRow {
                        row,
                        column,
                        reason,
                    });
                }
            }
        }
    }

    fn read(&mut self, row: u64, fields: &Fields) -> Result<Read, Fault> {
        let text = |place: usize| {
            let field = fields.get(place).and_then(Option::as_deref);
            field.map(str::trim).filter(|text| !text.is_empty())
        };
        let needed = |place: usize| text(place).ok_or((Some(place), "is empty".to_string()));
        let at = |reason: String, place: usize| (Some(place), reason);
        let name = |place: usize| {
            needed(place).and_then(|text| names::name(text).map_err(|reason| at(reason, place)))
        };

        let (places, zone) = (&self.places, self.mapping.zone);
        let ts = (self.mapping.time.format)
            .read(needed(places.time)?, zone)
            .map_err(|reason| at(reason, places.time))?;
        let arrival = match (places.arrival, &self.mapping.arrival) {
            (Some(place), Some(column)) => text(place)
                .map(|text| column.format.read(text, zone))
                .transpose()
                .map_err(|reason| at(reason, place))?,
            _ => None,
        };
        if let (Some(arrival), Some(place)) = (arrival.filter(|at| *at < ts), places.arrival) {
            let (arrival, ts) = (format_instant(arrival), format_instant(ts));
            let reason =
                format!("{arrival} is before it happens, {ts}: nothing is processed before");
            return Err((Some(place), reason));
        }
        let value = match places.value {
            None => 1.0,
            Some(place) => {
                let text = needed(place)?;
                let number = text.parse::<f64>().ok().filter(|value| value.is_finite());
                number.ok_or_else(|| at(format!("“{}” is no number", time::short(text)), place))?
            }
        };
        let key = match places.key {
            None => "all",
            Some(place) => name(place)?,
        };
        let id = places.id.map(&name).transpose()?.map(Into::into);
        let source = match places.source {
            None => 0,
            Some(place) => {
                let name = name(place)?;
                self.sources
                    .number(name)
                    .map_err(|reason| at(reason, place))?
            }
        };
        Ok(Read {
            row,
            id,
            key: self.keys.number(key),
            ts,
            at: arrival,
            value,
            source,
        })
    }

    /// Whether there is nothing more to read.
    pub fn over(&self) -> bool {
        self.over
    }

    /// How far it is.
    pub fn standing(&self) -> ReadingStanding {
        let (bytes, of) = self.records.progress();
        // All events are gone through for this: once, at the end.
        let (out_of_order, furthest_behind) = if self.over { self.disorder() } else { (0, 0) };
        ReadingStanding {
            bytes: if self.over { of } else { bytes },
            of,
            rows: self.rows,
            events: self.events.len() as u64,
            bad: self.bad,
            bad_rows: self.bad_rows.clone(),
            keys: self.keys.names.len() as u64,
            sources: self.sources.count() as u64,
            first: self.range.map(|(first, _)| format_instant(first)),
            last: self.range.map(|(_, last)| format_instant(last)),
            out_of_order,
            furthest_behind,
            over: self.over,
            cut: self.cut,
        }
    }

    /// How many events are behind one of their source that came before, and how far the furthest is.
    fn disorder(&self) -> (u64, i64) {
        let mut highest = vec![i64::MIN; self.sources.count()];
        let (mut count, mut furthest) = (0, 0);
        for event in self.in_order() {
            let highest = &mut highest[event.source as usize];
            if event.ts < *highest {
                count += 1;
                furthest = furthest.max(*highest - event.ts);
            }
            *highest = event.ts.max(*highest);
        }
        (count, furthest)
    }

    /// The events in the order in which they are processed: by their arrival where all say one, otherwise as they stand.
    fn in_order(&self) -> Vec<&Read> {
        let mut events: Vec<&Read> = self.events.iter().collect();
        if events.iter().all(|event| event.at.is_some()) {
            events.sort_by_key(|event| event.at);
        }
        events
    }

    /// Some of the events as steps of a scenario, in the order in which they are processed.
    pub fn steps(&self, from: usize, count: usize) -> Vec<StepSpec> {
        let events = self.in_order();
        // Where only some say when they arrive, their order counts.
        let timed = events.iter().all(|event| event.at.is_some());
        (events.into_iter().skip(from).take(count))
            .map(|event| StepSpec {
                at: event.at.filter(|_| timed).map(ProcTime),
                event: Some(EventSpec {
                    id: event
                        .id
                        .as_deref()
                        .map_or_else(|| format!("r{}", event.row), str::to_string),
                    key: self.keys.names[event.key as usize].clone(),
                    ts: EventTime(event.ts),
                    value: event.value,
                    source: event.source,
                    movable: false,
                }),
                ..StepSpec::default()
            })
            .collect()
    }

    /// All the events, for a run without a trace. Keys are numbered in the order of their names, as a scenario's are.
    pub fn events(&self) -> ReadEvents {
        let mut by_name: Vec<u32> = (0..self.keys.names.len() as u32).collect();
        by_name.sort_unstable_by_key(|key| &self.keys.names[*key as usize]);
        let mut rank = vec![0; by_name.len()];
        for (place, key) in by_name.iter().enumerate() {
            rank[*key as usize] = place as u32;
        }
        let read = self.in_order();
        let timed = read.iter().all(|event| event.at.is_some());
        let events = (read.iter().enumerate())
            .map(|(index, read)| {
                let event = Event {
                    index: index as u32,
                    key: KeyId(rank[read.key as usize]),
                    ts: EventTime(read.ts),
                    value: read.value,
                    source: read.source,
                };
                (read.at.filter(|_| timed).map(ProcTime), event)
            })
            .collect();
        let mut sample = self.steps(0, 1);
        if let Some(event) = sample.first_mut().and_then(|step| step.event.as_mut()) {
            event.source = (self.sources.count() - 1) as u16;
        }
        let (first, last) = self.range.unwrap_or_default();
        ReadEvents {
            events,
            keys: (by_name
                .iter()
                .map(|key| self.keys.names[*key as usize].clone()))
            .collect(),
            sources: self.sources.count() as u16,
            source_names: self.sources.named.names.clone(),
            range: [first, last],
            sample,
        }
    }

    /// What the sources are called, where a column names them.
    pub fn source_names(&self) -> &[String] {
        &self.sources.named.names
    }
}

impl Places {
    fn of(mapping: &Mapping, columns: &[String]) -> Result<Places, Vec<Problem>> {
        let mut problems = Problems::default();
        let mut place = |path: &str, name: Option<&String>| {
            let name = name?;
            let place = columns.iter().position(|column| column == name);
            if place.is_none() {
                let there = columns.join(", ");
                problems.push(
                    path,
                    format!("there is no column “{name}”; there are {there}"),
                );
            }
            place
        };
        let time = place("mapping.time.column", Some(&mapping.time.column));
        let arrival = place(
            "mapping.arrival.column",
            mapping.arrival.as_ref().map(|time| &time.column),
        );
        let key = place("mapping.key", mapping.key.as_ref());
        let value = place("mapping.value", mapping.value.as_ref());
        let id = place("mapping.id", mapping.id.as_ref());
        let source = place("mapping.source", mapping.source.as_ref());
        if mapping.zone.abs() > 18 * 60 {
            problems.push("mapping.zone", "is more than 18 hours from UTC");
        }
        problems.into_result()?;
        Ok(Places {
            time: time.unwrap_or_default(),
            arrival,
            key,
            value,
            id,
            source,
        })
    }
}
