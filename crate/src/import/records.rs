//! Records of a file, one after the other: rows of CSV, objects of a JSON array or of JSON lines. Knows nothing of what their
//! columns mean.

use super::{FileFormat, Layout};
use csv::{ByteRecord, ReaderBuilder};
use serde_json::{Map, Value};
use std::io::Cursor;

/// One record's fields, by the number of the column in [`Records::columns`]; nothing where the record has none.
pub(super) type Fields = Vec<Option<String>>;

/// What is wrong with a record, and in which column, where it is about one.
pub(super) type Fault = (Option<usize>, String);

/// What there is at a place: a record, or what is wrong with it.
pub(super) struct Record {
    /// Rows of CSV by the line they begin in, elements of JSON by their number, both from 1.
    pub(super) row: u64,
    pub(super) fields: Result<Fields, Fault>,
}

pub(super) enum Records {
    Csv {
        reader: Box<csv::Reader<Cursor<Vec<u8>>>>,
        columns: Vec<String>,
        record: ByteRecord,
        delimiter: u8,
        size: u64,
    },
    Json {
        bytes: Vec<u8>,
        place: usize,
        row: u64,
        columns: Vec<String>,
        lines: bool,
    },
}

impl Records {
    /// The records of a file. JSON's columns are those given: its objects need not all have the same.
    pub(super) fn new(bytes: Vec<u8>, layout: Layout, json_columns: &[String]) -> Records {
        match layout.format {
            FileFormat::Csv => {
                let size = bytes.len() as u64;
                let mut reader = ReaderBuilder::new()
                    .delimiter(layout.delimiter as u8)
                    .has_headers(layout.header)
                    .flexible(true)
                    .from_reader(Cursor::new(bytes));
                let columns = if layout.header {
                    reader.byte_headers().map_or_else(|_| Vec::new(), names_of)
                } else {
                    json_columns.to_vec()
                };
                Records::Csv {
                    reader: Box::new(reader),
                    columns,
                    record: ByteRecord::new(),
                    delimiter: layout.delimiter as u8,
                    size,
                }
            }
            FileFormat::Json | FileFormat::JsonLines => {
                let lines = layout.format == FileFormat::JsonLines;
                let place = if lines { 0 } else { after_bracket(&bytes) };
                Records::Json {
                    bytes,
                    place,
                    row: 0,
                    columns: json_columns.to_vec(),
                    lines,
                }
            }
        }
    }

    pub(super) fn columns(&self) -> &[String] {
        match self {
            Records::Csv { columns, .. } | Records::Json { columns, .. } => columns,
        }
    }

    /// How many bytes have been read, of how many.
    pub(super) fn progress(&self) -> (u64, u64) {
        match self {
            Records::Csv { reader, size, .. } => (reader.position().byte(), *size),
            Records::Json { bytes, place, .. } => (*place as u64, bytes.len() as u64),
        }
    }

    /// The next element of a JSON file as its text; nothing at the end, and for CSV.
    pub(super) fn next_text(&mut self) -> Option<String> {
        let Records::Json {
            bytes,
            place,
            lines,
            ..
        } = self
        else {
            return None;
        };
        let ((start, end), next) = if *lines {
            line(bytes, *place)
        } else {
            element(bytes, *place)
        }?;
        *place = next;
        Some(String::from_utf8_lossy(&bytes[start..end]).into_owned())
    }

    /// The next record; nothing at the end.
    pub(super) fn next(&mut self) -> Option<Record> {
        match self {
            Records::Csv {
                reader,
                columns,
                record,
                delimiter,
                size,
            } => loop {
                let row = reader.position().line();
                match reader.read_byte_record(record) {
                    Ok(false) => return None,
                    Ok(true) => {
                        let (line, byte) = record
                            .position()
                            .map_or((row, 0), |at| (at.line(), at.byte() as usize));
                        // The reader passes over empty lines without counting them as the record's.
                        let bytes = reader.get_ref().get_ref().get(byte..).unwrap_or_default();
                        let blank = (bytes.iter())
                            .take_while(|byte| matches!(byte, b'\n' | b'\r'))
                            .count();
                        let (blank, bytes) = bytes.split_at(blank);
                        let row = line + blank.split(|byte| *byte == b'\n').skip(1).count() as u64;
                        // A line of nothing but white space is no row.
                        if record.len() == 1 && record.as_slice().trim_ascii().is_empty() {
                            continue;
                        }
                        // Only a record that reaches the end of the file can have been kept open by a quote.
                        let open = (reader.position().byte() >= *size)
                            .then(|| open_quote(bytes, *delimiter))
                            .flatten();
                        let fields = match open {
                            Some(column) => Err((
                                Some(column),
                                "begins with a quote that is never closed, so that it takes all that follows".into(),
                            )),
                            None => fields_of(record, columns.len()),
                        };
                        return Some(Record { row, fields });
                    }
                    Err(error) => {
                        let fields = Err((None, error.to_string()));
                        return Some(Record { row, fields });
                    }
                }
            },
            Records::Json {
                bytes,
                place,
                row,
                columns,
                lines,
            } => {
                let (element, next) = if *lines {
                    line(bytes, *place)
                } else {
                    element(bytes, *place)
                }?;
                *row += 1;
                let fields = object_of(&bytes[element.0..element.1], columns)
                    .map_err(|reason| (None, reason));
                *place = next;
                Some(Record { row: *row, fields })
            }
        }
    }
}

/// More columns than this are not told apart.
pub(super) const MOST_COLUMNS: usize = 1_000;

/// The names in a header; a name that is there twice, or empty, gets a number. Of too many there is one more than may be.
pub(super) fn names_of(header: &ByteRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (number, name) in header.iter().take(MOST_COLUMNS + 1).enumerate() {
        let name = String::from_utf8_lossy(name);
        let name = name.trim_start_matches('\u{feff}').trim();
        let name = if name.is_empty() {
            format!("column {}", number + 1)
        } else if names.iter().any(|other| other == name) {
            format!("{name} ({})", number + 1)
        } else {
            name.to_string()
        };
        names.push(name);
    }
    names
}

fn fields_of(record: &ByteRecord, columns: usize) -> Result<Fields, Fault> {
    if record.len() != columns {
        let reason = format!(
            "has {} columns where the first row has {columns}",
            record.len()
        );
        return Err((None, reason));
    }
    (record.iter().enumerate())
        .map(|(column, field)| {
            std::str::from_utf8(field)
                .map(|text| Some(text.to_string()))
                .map_err(|_| (Some(column), "is not text in UTF-8".to_string()))
        })
        .collect()
}

/// The field of a record, given from its beginning, whose quote is still open where the bytes end.
pub(super) fn open_quote(bytes: &[u8], delimiter: u8) -> Option<usize> {
    #[derive(Clone, Copy)]
    enum At {
        Start,
        Plain,
        Quoted,
        /// Behind a quote in a quoted field: the end of it, or the first of two.
        Quote,
    }
    let (mut column, mut at) = (0, At::Start);
    for byte in bytes {
        at = match (at, *byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) | (At::Start | At::Quote, b'"') => At::Quoted,
            (At::Start | At::Plain | At::Quote, b'\n' | b'\r') => return None,
            (At::Start | At::Plain | At::Quote, byte) if byte == delimiter => {
                column += 1;
                At::Start
            }
            (At::Start | At::Plain | At::Quote, _) => At::Plain,
        };
    }
    matches!(at, At::Quoted).then_some(column)
}

/// Behind the bracket that opens a file's array of rows: the file itself, or the first array right inside its object.
fn after_bracket(bytes: &[u8]) -> usize {
    let (mut depth, mut quoted, mut place) = (0_u32, false, 0);
    while let Some(byte) = bytes.get(place) {
        match byte {
            b'\\' if quoted => place += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' if depth <= 1 => return place + 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        place += 1;
    }
    bytes.len()
}

type Found = ((usize, usize), usize);

/// The next line that is not empty, and where the one after it begins.
fn line(bytes: &[u8], mut place: usize) -> Option<Found> {
    while place < bytes.len() {
        let end = bytes[place..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(bytes.len(), |length| place + length);
        if !bytes[place..end].trim_ascii().is_empty() {
            return Some(((place, end), end + 1));
        }
        place = end + 1;
    }
    None
}

/// The next element of an array, and where the one after it begins. Goes by brackets and quotes only, so that an element that is
/// not JSON is one bad row and not the end of the file.
fn element(bytes: &[u8], mut place: usize) -> Option<Found> {
    while bytes
        .get(place)
        .is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b',')
    {
        place += 1;
    }
    if bytes.get(place).is_none_or(|byte| *byte == b']') {
        return None;
    }
    let start = place;
    let (mut depth, mut quoted) = (0_u32, false);
    while let Some(byte) = bytes.get(place) {
        match byte {
            b'\\' if quoted => place += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b',' | b']' | b'}' if depth == 0 => break,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        place += 1;
    }
    let end = place.min(bytes.len());
    // What closes more than was opened would be found again for ever.
    let next = if bytes.get(end) == Some(&b'}') {
        end + 1
    } else {
        end
    };
    Some(((start, end), next))
}

pub(super) fn object_of(bytes: &[u8], columns: &[String]) -> Result<Fields, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is not text in UTF-8".to_string())?;
    let object = parse(text)?;
    Ok(columns
        .iter()
        .map(|column| find(&object, column).and_then(text_of))
        .collect())
}

pub(super) fn parse(text: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("is no object: a row looks like {\"key\": \"home\", \"ts\": 1000}".into()),
        Err(error) => {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            Err(format!("is not JSON: {message}"))
        }
    }
}

/// A field by its name, or one inside another by a path: `payload.user`.
fn find<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    find(object.get(first)?.as_object()?, rest)
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The paths of an object's plain fields, in its order, those of objects inside it included.
pub(super) fn paths(object: &Map<String, Value>, before: &str, into: &mut Vec<String>) {
    for (name, value) in object {
        let path = if before.is_empty() {
            name.clone()
        } else {
            format!("{before}.{name}")
        };
        match value {
            Value::Object(inner) if before.split('.').count() < 4 => paths(inner, &path, into),
            _ if into.contains(&path) => {}
            _ => into.push(path),
        }
    }
}
