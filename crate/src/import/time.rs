//! How files write instants, and reading them.

use crate::time::LIMIT_MS;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// How a column writes instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum TimeFormat {
    /// Seconds since 1970, with or without a fraction.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// Microseconds since 1970; what is below a millisecond is cut off, as the engines do.
    Microseconds,
    /// Nanoseconds since 1970, cut off likewise.
    Nanoseconds,
    /// ISO 8601: `2025-11-14T02:01:00Z`, `2025-11-14 02:01:00.5+05:30`, `2025-11-14`. Where no zone is written, the mapping's.
    Iso,
}

impl TimeFormat {
    /// All of them, as they are offered.
    pub const ALL: [TimeFormat; 5] = [
        TimeFormat::Iso,
        TimeFormat::Seconds,
        TimeFormat::Milliseconds,
        TimeFormat::Microseconds,
        TimeFormat::Nanoseconds,
    ];

    /// Its name for people.
    pub fn label(self) -> &'static str {
        match self {
            TimeFormat::Seconds => "seconds since 1970",
            TimeFormat::Milliseconds => "milliseconds since 1970",
            TimeFormat::Microseconds => "microseconds since 1970",
            TimeFormat::Nanoseconds => "nanoseconds since 1970",
            TimeFormat::Iso => "ISO 8601, such as 2025-11-14T02:01:00Z",
        }
    }

    /// Reads an instant in ms; `zone` is so many minutes east of UTC, for where the text says none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(self, text: &str, zone: i32) -> Result<i64, String> {
        let ms = match self {
            TimeFormat::Seconds => number(text, 1_000.0, 1),
            TimeFormat::Milliseconds => number(text, 1.0, 1),
            TimeFormat::Microseconds => number(text, 0.001, 1_000),
            TimeFormat::Nanoseconds => number(text, 0.000_001, 1_000_000),
            TimeFormat::Iso => iso(text, zone),
        };
        match ms {
            Some(ms) if ms.unsigned_abs() <= LIMIT_MS as u64 => Ok(ms),
            Some(_) => Err(format!("“{}” is beyond the calendar", short(text))),
            None => Err(format!("“{}” is not {}", short(text), self.wanted())),
        }
    }

    fn wanted(self) -> String {
        match self {
            TimeFormat::Iso => "a date with time such as 2025-11-14T02:01:00Z".into(),
            other => format!("a number of {}", other.label()),
        }
    }

    /// What these texts seem to be: the format that reads most of them (a few may be bad), numbers by their size (a number of
    /// seconds of this century has ten digits, of milliseconds thirteen, and so on).
    pub fn guess(texts: &[String]) -> Option<TimeFormat> {
        let texts: Vec<&str> = (texts.iter().map(|text| text.trim()))
            .filter(|text| !text.is_empty())
            .collect();
        let most = |count: usize| count * 2 >= texts.len() && count > 0;
        if most(texts.iter().filter(|text| iso(text, 0).is_some()).count()) {
            return Some(TimeFormat::Iso);
        }
        let numbers: Vec<f64> = (texts.iter().filter_map(|text| text.parse::<f64>().ok()))
            .filter(|number| number.is_finite())
            .collect();
        if !most(numbers.len()) {
            return None;
        }
        let size = numbers.iter().fold(0.0_f64, |most, n| most.max(n.abs()));
        Some(match size {
            size if size < 1e8 => TimeFormat::Milliseconds,
            size if size < 1e11 => TimeFormat::Seconds,
            size if size < 1e14 => TimeFormat::Milliseconds,
            size if size < 1e17 => TimeFormat::Microseconds,
            _ => TimeFormat::Nanoseconds,
        })
    }
}

/// Whole numbers are read exactly, as a number of nanoseconds does not fit a float; others by way of one.
fn number(text: &str, ms_each: f64, each_ms: i64) -> Option<i64> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<i64>() {
        return if ms_each > 1.0 {
            whole.checked_mul(ms_each as i64)
        } else {
            Some(whole.div_euclid(each_ms))
        };
    }
    let real = text.parse::<f64>().ok().filter(|real| real.is_finite())?;
    let ms = real * ms_each;
    // A fraction of seconds such as .3 is a hair below or above its milliseconds.
    let near = ms.round();
    let ms = if (ms - near).abs() < 1e-3 {
        near
    } else {
        ms.floor()
    };
    (ms.abs() < 9e15).then_some(ms as i64)
}

fn iso(text: &str, zone: i32) -> Option<i64> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    // A space before the zone, hours only, no colon: all in use.
    for form in [
        "%Y-%m-%d %H:%M:%S%.f %#z",
        "%Y-%m-%dT%H:%M:%S%.f%#z",
        "%Y-%m-%d %H:%M:%S%.f%#z",
        "%Y-%m-%dT%H:%M%#z",
        "%Y-%m-%d %H:%M%#z",
    ] {
        if let Ok(time) = DateTime::parse_from_str(text, form) {
            return Some(time.timestamp_millis());
        }
    }
    let text = text
        .strip_suffix(" UTC")
        .or_else(|| text.strip_suffix('Z'))
        .map_or((text, zone), |text| (text, 0));
    let (text, zone) = text;
    let forms = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %H:%M:%S%.f",
    ];
    let naive = (forms.iter())
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()?
                .and_hms_opt(0, 0, 0)
        })?;
    let offset = FixedOffset::east_opt(zone * 60)?;
    Some(
        naive
            .and_local_timezone(offset)
            .single()?
            .timestamp_millis(),
    )
}

/// As much of a text as a message has room for.
pub(super) fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
