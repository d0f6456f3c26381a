//! What a file seems to hold, from its beginning. A proposal: the person who knows the file corrects it.

use super::names::MOST_NAME;
use super::records::{MOST_COLUMNS, names_of, open_quote, parse, paths};
use super::{FileFormat, Layout, Mapping, TimeColumn, TimeFormat};
use crate::scenario::Problem;
use csv::{ByteRecord, ReaderBuilder};
use serde::Serialize;

/// So many rows are looked at.
const ROWS: usize = 50;

/// A column and what its fields look like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct FileColumn {
    /// Its name.
    pub name: String,
    /// Its first few fields.
    pub samples: Vec<String>,
    /// How it writes instants, if it seems to.
    pub time: Option<TimeFormat>,
    /// Whether its fields are numbers, but for a few.
    pub number: bool,
}

/// What a file seems to hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Look {
    /// Its columns.
    pub columns: Vec<FileColumn>,
    /// Which is what; without a column of instants there is none.
    pub mapping: Option<Mapping>,
    /// How rows are told apart.
    pub layout: Layout,
}

/// Looks at the beginning of a file; what is known better of its layout is taken as it is.
///
/// # Errors
/// That there is nothing in it that could be rows.
pub fn look(start: &[u8], known: Option<Layout>) -> Result<Look, Problem> {
    let problem = |message: &str| Problem {
        path: String::new(),
        message: message.into(),
    };
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    if start.trim_ascii().is_empty() {
        return Err(problem("the file is empty"));
    }
    if start.iter().take(4_096).any(|byte| *byte == 0) {
        return Err(problem(if seems_utf16(start) {
            "this seems to be text in UTF-16 without the mark that says so: save it as UTF-8 and choose it again"
        } else {
            "this is no text: it holds zero bytes, as pictures, archives and Parquet files do"
        }));
    }
    let layout = known.unwrap_or_else(|| layout_of(start));
    let (names, rows) = match layout.format {
        FileFormat::Csv => csv_rows(start, layout),
        FileFormat::Json | FileFormat::JsonLines => json_rows(start, layout),
    };
    if names.is_empty() {
        return Err(problem(
            "no rows were found: CSV with a header, an array of JSON objects, and JSON lines can be read",
        ));
    }
    if let Some(message) = unreadable(start, layout, &names, rows.is_empty()) {
        return Err(problem(&message));
    }
    let columns: Vec<FileColumn> = (names.into_iter().enumerate())
        .map(|(place, name)| {
            let fields: Vec<String> = (rows.iter())
                .filter_map(|row| row.get(place).cloned().flatten())
                .filter(|field| !field.trim().is_empty())
                .collect();
            // A few bad rows do not make a column of numbers one of names.
            let numbers = (fields.iter())
                .filter(|field| field.trim().parse::<f64>().is_ok())
                .count();
            let number = numbers > 0 && numbers * 4 >= fields.len() * 3;
            FileColumn {
                time: TimeFormat::guess(&fields),
                samples: fields.into_iter().take(3).collect(),
                number,
                name,
            }
        })
        .collect();
    let mapping = mapping_of(&columns, layout);
    Ok(Look {
        columns,
        mapping,
        layout,
    })
}

/// Latin text in UTF-16: every second byte is zero, and nearly none of the others.
fn seems_utf16(start: &[u8]) -> bool {
    let pairs = &start[..start.len().min(4_096) & !1];
    let zeros = |side: usize| {
        let every_second = pairs.iter().skip(side).step_by(2);
        every_second.filter(|byte| **byte == 0).count()
    };
    let (few, many) = (zeros(0).min(zeros(1)), zeros(0).max(zeros(1)));
    many * 2 > pairs.len() / 2 && few * 20 < pairs.len()
}

/// Why a file with these names of columns cannot be read.
fn unreadable(start: &[u8], layout: Layout, names: &[String], no_rows: bool) -> Option<String> {
    if names.len() > MOST_COLUMNS {
        return Some(format!(
            "line 1 has more than {MOST_COLUMNS} columns: is something else between them, or are the ends of lines missing?"
        ));
    }
    let csv = layout.format == FileFormat::Csv && layout.header;
    // What lies beyond the beginning could only close a name that is longer than any.
    let open = csv.then(|| open_quote(start, layout.delimiter as u8));
    if let Some(column) = open.flatten() {
        return Some(format!(
            "line 1, column {}: begins with a quote that is never closed",
            column + 1
        ));
    }
    let long = |name: &String| name.chars().nth(MOST_NAME).is_some();
    if let Some(column) = names.iter().position(long) {
        return Some(format!(
            "line 1, column {}: its name has more than {MOST_NAME} characters; is a quote or the end of a line missing?",
            column + 1
        ));
    }
    (csv && no_rows).then(|| {
        format!(
            "there is no row behind the names of the columns, {}",
            listed(names)
        )
    })
}

/// The first few names.
fn listed(names: &[String]) -> String {
    let first: Vec<String> = (names.iter().take(5))
        .map(|name| format!("“{}”", super::time::short(name)))
        .collect();
    let more = if names.len() > 5 { " and others" } else { "" };
    first.join(", ") + more
}

fn layout_of(start: &[u8]) -> Layout {
    let plain = Layout {
        format: FileFormat::Csv,
        delimiter: ',',
        header: true,
    };
    match start.trim_ascii_start().first() {
        Some(b'[') => Layout {
            format: FileFormat::Json,
            ..plain
        },
        Some(b'{') => {
            let first = start.trim_ascii_start().split(|byte| *byte == b'\n').next();
            let whole = first
                .and_then(|line| std::str::from_utf8(line).ok())
                .and_then(|line| parse(line).ok());
            // One object on one line with rows inside it is a file of its own kind.
            let holds_rows = whole.as_ref().is_some_and(|object| {
                (object.values()).any(|value| {
                    value
                        .as_array()
                        .is_some_and(|rows| rows.iter().any(serde_json::Value::is_object))
                })
            });
            let format = if whole.is_some() && !holds_rows {
                FileFormat::JsonLines
            } else {
                FileFormat::Json
            };
            Layout { format, ..plain }
        }
        _ => {
            let first = start
                .split(|byte| *byte == b'\n')
                .next()
                .unwrap_or_default();
            let count = |delimiter: char| {
                (first.iter().copied().map(char::from))
                    .filter(|found| *found == delimiter)
                    .count()
            };
            let delimiter = [',', ';', '\t', '|']
                .into_iter()
                .rev()
                .max_by_key(|delimiter| count(*delimiter))
                .unwrap_or(',');
            let layout = Layout { delimiter, ..plain };
            // Names are neither numbers nor instants.
            let (names, _) = csv_rows(start, layout);
            let header = !names
                .iter()
                .any(|name| TimeFormat::guess(std::slice::from_ref(name)).is_some());
            Layout { header, ..layout }
        }
    }
}

type Rows = Vec<Vec<Option<String>>>;

fn csv_rows(start: &[u8], layout: Layout) -> (Vec<String>, Rows) {
    let mut reader = ReaderBuilder::new()
        .delimiter(layout.delimiter as u8)
        .has_headers(layout.header)
        .flexible(true)
        .from_reader(start);
    let mut names = if layout.header {
        reader.byte_headers().map(names_of).unwrap_or_default()
    } else {
        Vec::new()
    };
    let mut rows = Rows::new();
    let mut record = ByteRecord::new();
    while rows.len() < ROWS && reader.read_byte_record(&mut record).unwrap_or(false) {
        rows.push(
            (record.iter())
                .map(|field| Some(String::from_utf8_lossy(field).into_owned()))
                .collect(),
        );
    }
    if !layout.header {
        let width = rows.first().map_or(0, Vec::len);
        names = (1..=width)
            .map(|number| format!("column {number}"))
            .collect();
    }
    (names, rows)
}

fn json_rows(start: &[u8], layout: Layout) -> (Vec<String>, Rows) {
    let mut records = super::Records::new(start.to_vec(), layout, &[]);
    let mut names = Vec::new();
    let mut objects = Vec::new();
    while objects.len() < ROWS {
        let Some(text) = records.next_text() else {
            break;
        };
        if let Ok(object) = parse(&text) {
            paths(&object, "", &mut names);
            objects.push(text);
        }
    }
    let rows = (objects.iter())
        .filter_map(|text| super::records::object_of(text.as_bytes(), &names).ok())
        .collect();
    (names, rows)
}

/// The first column whose name has one of these words in it, the words in order.
fn named<'a>(
    columns: &'a [FileColumn],
    words: &[&str],
    fits: impl Fn(&FileColumn) -> bool,
) -> Option<&'a FileColumn> {
    let matching = |exact: bool| {
        words.iter().find_map(|word| {
            (columns.iter())
                .filter(|column| fits(column))
                .find(|column| {
                    let name = column.name.to_lowercase().replace(['-', ' '], "_");
                    let last = name.rsplit('.').next().unwrap_or_default();
                    if exact {
                        last == *word
                    } else {
                        last.contains(word)
                    }
                })
        })
    };
    matching(true).or_else(|| matching(false))
}

fn mapping_of(columns: &[FileColumn], layout: Layout) -> Option<Mapping> {
    let is_time = |column: &FileColumn| column.time.is_some();
    let looks_like_date = |column: &FileColumn| {
        column.time.is_some_and(|time| {
            time != TimeFormat::Milliseconds
                || column.samples.iter().any(|text| text.trim().len() >= 12)
        })
    };
    let arrival = named(
        columns,
        &[
            "arrival_time",
            "arrival",
            "processing_time",
            "processed",
            "ingest",
            "received",
            "arrived",
            "at",
        ],
        is_time,
    );
    let not_arrival = |column: &FileColumn| {
        is_time(column) && arrival.is_none_or(|arrival| arrival.name != column.name)
    };
    let time = named(
        columns,
        &[
            "event_time",
            "ts",
            "timestamp",
            "time",
            "occurred",
            "created",
            "date",
        ],
        not_arrival,
    )
    .or_else(|| {
        columns
            .iter()
            .find(|column| not_arrival(column) && looks_like_date(column))
    })
    .or_else(|| columns.iter().find(|column| not_arrival(column)))?;
    let taken = |column: &FileColumn| {
        column.name == time.name || arrival.is_some_and(|arrival| arrival.name == column.name)
    };
    let free = |column: &FileColumn| !taken(column);
    let id = named(columns, &["id", "event_id", "uuid"], free).filter(|column| {
        let name = column.name.to_lowercase();
        name == "id" || name.contains("event") || name.contains("uuid")
    });
    let source = named(columns, &["partition", "source"], free);
    let other = |column: &FileColumn| {
        free(column)
            && id.is_none_or(|id| id.name != column.name)
            && source.is_none_or(|source| source.name != column.name)
    };
    let value = named(columns, &["value", "amount", "price", "total"], |column| {
        other(column) && column.number
    });
    let rest =
        |column: &FileColumn| other(column) && value.is_none_or(|value| value.name != column.name);
    let key = named(
        columns,
        &[
            "key", "user", "user_id", "page", "customer", "country", "device",
        ],
        rest,
    )
    .or_else(|| columns.iter().find(|column| rest(column) && !column.number));
    let time_column = |column: &FileColumn| {
        Some(TimeColumn {
            column: column.name.clone(),
            format: column.time?,
        })
    };
    let name = |column: &FileColumn| column.name.clone();
    Some(Mapping {
        layout,
        columns: columns.iter().map(name).collect(),
        time: time_column(time)?,
        arrival: arrival.and_then(time_column),
        key: key.map(name),
        value: value.map(name),
        id: id.map(name),
        source: source.map(name),
        zone: 0,
    })
}
