//! Time: two clocks that never mix, spans between their instants, and watermarks.
//!
//! All values are whole milliseconds; instants count from the Unix epoch in UTC and may be negative. Knows nothing of
//! events, windows or engines.
//!
//! ```text
//!        EventTime   when it happened          Watermark::NONE < every EventTime < Watermark::END
//!        ProcTime    when it was processed
//! ```

use crate::number::billionths;
use chrono::{DateTime, SecondsFormat, Timelike};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::ops::{Add, Sub};

/// The largest instant or span a scenario may name, in ms either side of the epoch: what calendars and JavaScript numbers both hold.
pub const LIMIT_MS: i64 = 8_000_000_000_000_000;

macro_rules! millis {
    ($(#[$doc:meta])* $name:ident, $parse:path, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
        pub struct $name(pub i64);

        impl $name {
            /// The number of milliseconds.
            #[inline]
            pub const fn ms(self) -> i64 {
                self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(MillisVisitor { parse: $parse, expected: $expected }).map($name)
            }
        }
    };
}

millis!(
    /// An instant on the events' own clock: when something happened. Milliseconds since the epoch.
    EventTime,
    parse_instant,
    "milliseconds since the epoch, or a time such as \"2021-01-01T00:00:10Z\""
);
millis!(
    /// An instant on the machine's clock: when something was processed. Milliseconds since the epoch.
    ProcTime,
    parse_instant,
    "milliseconds since the epoch, or a time such as \"2021-01-01T00:00:10Z\""
);
millis!(
    /// A length of time in milliseconds.
    Span,
    parse_span,
    "milliseconds, or a length such as \"5 min\", \"10 s\" or \"250 ms\""
);

struct MillisVisitor {
    parse: fn(&str) -> Option<i64>,
    expected: &'static str,
}

impl Visitor<'_> for MillisVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }
    fn visit_i64<E: de::Error>(self, v: i64) -> Result<i64, E> {
        Ok(v)
    }
    fn visit_u64<E: de::Error>(self, v: u64) -> Result<i64, E> {
        i64::try_from(v).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(v), &self))
    }
    // JavaScript has one kind of number: whole ones arrive as floats where the boundary cannot tell.
    fn visit_f64<E: de::Error>(self, v: f64) -> Result<i64, E> {
        if v.fract() == 0.0 && v.abs() <= LIMIT_MS as f64 {
            Ok(v as i64)
        } else {
            Err(E::invalid_value(de::Unexpected::Float(v), &self))
        }
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<i64, E> {
        (self.parse)(v).ok_or_else(|| E::invalid_value(de::Unexpected::Str(v), &self))
    }
}

impl Add<Span> for EventTime {
    type Output = EventTime;
    /// Saturates at the ends of time, as the engines' own guards do (Flink `WindowOperator.cleanupTime`).
    #[inline]
    fn add(self, span: Span) -> EventTime {
        EventTime(self.0.saturating_add(span.0))
    }
}
impl Sub<Span> for EventTime {
    type Output = EventTime;
    #[inline]
    fn sub(self, span: Span) -> EventTime {
        EventTime(self.0.saturating_sub(span.0))
    }
}
impl Sub for EventTime {
    type Output = Span;
    #[inline]
    fn sub(self, other: EventTime) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}
impl Add<Span> for ProcTime {
    type Output = ProcTime;
    #[inline]
    fn add(self, span: Span) -> ProcTime {
        ProcTime(self.0.saturating_add(span.0))
    }
}
impl Add for Span {
    type Output = Span;
    #[inline]
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}
impl Sub for ProcTime {
    type Output = Span;
    #[inline]
    fn sub(self, other: ProcTime) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

/// How far event time has got: "no event at or before this instant is expected any more".
///
/// Ordered: [`Watermark::NONE`] is below every instant, [`Watermark::END`] above. Watermarks never fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watermark(i64);

impl Watermark {
    /// Nothing is known yet (Java's `Long.MIN_VALUE` in the engines).
    pub const NONE: Watermark = Watermark(i64::MIN);
    /// The input has ended: event time is over (Java's `Long.MAX_VALUE`).
    pub const END: Watermark = Watermark(i64::MAX);

    /// The watermark at an instant.
    #[inline]
    pub const fn at(time: EventTime) -> Watermark {
        Watermark(time.0)
    }

    /// The instant, unless it is one of the two ends.
    pub fn time(self) -> Option<EventTime> {
        (self != Self::NONE && self != Self::END).then_some(EventTime(self.0))
    }

    /// Whether the watermark has reached `time`.
    #[inline]
    pub fn reached(self, time: EventTime) -> bool {
        time.0 <= self.0
    }

    /// The engines' own number: the ends are the least and the greatest 64-bit integers.
    #[inline]
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// From the engines' own number.
    #[inline]
    pub const fn from_raw(raw: i64) -> Watermark {
        Watermark(raw)
    }
}

/// Reads an instant: `2021-01-01T00:00:10Z`, with any offset, or `2021-01-01 00:00[:10[.123]]` meaning UTC.
pub fn parse_instant(text: &str) -> Option<i64> {
    let text = text.trim();
    // Without a zone it is UTC; without seconds, the full minute.
    let candidates = [text.to_string(), format!("{text}Z"), format!("{text}:00Z")];
    candidates
        .iter()
        .find_map(|text| DateTime::parse_from_rfc3339(text).ok())
        .map(|time| time.timestamp_millis())
}

/// Reads an instant as [`parse_instant`] does, or a time of day (`10:05`, `10:10:04.999`), which is meant on the day of `near`.
pub fn parse_instant_near(text: &str, near: i64) -> Option<i64> {
    parse_instant(text).or_else(|| {
        let day = DateTime::from_timestamp_millis(near)?.date_naive();
        parse_instant(&format!("{day}T{}", text.trim()))
    })
}

/// Reads a length of time: `250 ms`, `10 s`, `1.5 min`, `2 h`, `1 d`, or several joined (`3 min 30 s`).
pub fn parse_span(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    // In billionths of a millisecond.
    let mut total: u128 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(rest.len());
        let number = billionths(&rest[..digits])?;
        rest = rest[digits..].trim_start();
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "" | "ms" => 1,
            "s" | "sec" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        rest = rest[letters..].trim_start();
        total += number * unit;
    }
    let ms = total / 1_000_000_000;
    (total.is_multiple_of(1_000_000_000) && ms <= LIMIT_MS as u128).then_some(ms as i64)
}

/// Writes a length of time as people say it: `5 min`, `3 min 36 s`, `10 s`, `4.999 s`, `250 ms`, `0`.
pub fn format_span(span: Span) -> String {
    let ms = span.0;
    if ms == 0 {
        return "0".into();
    }
    let sign = if ms < 0 { "−" } else { "" };
    let ms = ms.unsigned_abs();
    if ms < 1_000 {
        return format!("{sign}{ms} ms");
    }
    let (days, hours, minutes) = (ms / 86_400_000, ms / 3_600_000 % 24, ms / 60_000 % 60);
    let (seconds, millis) = (ms / 1_000 % 60, ms % 1_000);
    let mut parts = Vec::new();
    for (n, unit) in [(days, "d"), (hours, "h"), (minutes, "min")] {
        if n > 0 {
            parts.push(format!("{n} {unit}"));
        }
    }
    if millis > 0 {
        parts.push(format!(
            "{} s",
            format!("{seconds}.{millis:03}").trim_end_matches('0')
        ));
    } else if seconds > 0 {
        parts.push(format!("{seconds} s"));
    }
    format!("{sign}{}", parts.join(" "))
}

/// The day of an instant, counted from the epoch.
fn day(ms: i64) -> i64 {
    ms.div_euclid(86_400_000)
}

/// How instants of one scenario are written: with as little as tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    with_date: bool,
    with_seconds: bool,
    /// The day of the first instant, counted from the epoch: what is of a day before it says so.
    first_day: i64,
}

impl Clock {
    /// The shortest form that tells all of `instants` (ms) apart: the date only over several days, seconds only where some
    /// instant has them.
    pub fn for_instants(instants: impl IntoIterator<Item = i64>) -> Clock {
        let (mut low, mut high, mut with_seconds) = (i64::MAX, i64::MIN, false);
        for ms in instants {
            low = low.min(ms);
            high = high.max(ms);
            with_seconds |= ms % 60_000 != 0;
        }
        // A window may reach past the last event of the day: two neighbouring days still read as times of day.
        Clock {
            with_date: low <= high && day(high) - day(low) > 1,
            with_seconds,
            first_day: day(low),
        }
    }

    /// The same, where the first thing happened at `ms`: windows may begin on the day before.
    #[must_use]
    pub fn since(self, ms: i64) -> Clock {
        Clock {
            first_day: day(ms),
            ..self
        }
    }

    /// The shortest form for some of these instants, with the date wherever the others have it.
    #[must_use]
    pub fn for_some(self, instants: impl IntoIterator<Item = i64>) -> Clock {
        Clock {
            with_seconds: Clock::for_instants(instants).with_seconds,
            ..self
        }
    }

    /// Writes an instant; milliseconds only where it has some. A time of day alone would be read as one of the first day: what is before
    /// it has its date, or a sign where the first day is the epoch's, whose date is nobody's.
    pub fn format(self, ms: i64) -> String {
        let before = !self.with_date && day(ms) < self.first_day;
        if before && self.first_day == 0 && ms > -86_400_000 {
            return format!("−{}", self.format(-ms));
        }
        let with_date = self.with_date || before;
        let Some(time) = DateTime::from_timestamp_millis(ms) else {
            return format!("{ms} ms");
        };
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        let of_day = match (
            time.timestamp_subsec_millis(),
            self.with_seconds || second != 0,
        ) {
            (0, false) => format!("{hour:02}:{minute:02}"),
            (0, true) => format!("{hour:02}:{minute:02}:{second:02}"),
            (millis, _) => format!("{hour:02}:{minute:02}:{second:02}.{millis:03}"),
        };
        if with_date {
            format!("{} {of_day}", time.date_naive())
        } else {
            of_day
        }
    }

    /// Writes an instant of event time.
    pub fn event(self, time: EventTime) -> String {
        self.format(time.0)
    }

    /// Writes a watermark; its ends in words.
    pub fn watermark(self, watermark: Watermark) -> String {
        match watermark {
            Watermark::NONE => "none yet".into(),
            Watermark::END => "end of time".into(),
            Watermark(ms) => self.format(ms),
        }
    }
}

/// Writes an instant in full, as files and exports do: `2021-01-01T00:00:10Z`.
pub fn format_instant(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms).map_or_else(
        || ms.to_string(),
        |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_and_write() {
        for (text, ms) in [
            ("5 min", 300_000),
            ("3 min 30 s", 210_000),
            ("10s", 10_000),
            ("250 ms", 250),
            ("1.5 h", 5_400_000),
        ] {
            assert_eq!(parse_span(text), Some(ms), "{text}");
        }
        for text in ["", "5 parsecs", "-3 s", "1e9 s", "min"] {
            assert_eq!(parse_span(text), None, "{text}");
        }
        for (ms, text) in [
            (0, "0"),
            (216_000, "3 min 36 s"),
            (4_999, "4.999 s"),
            (300_000, "5 min"),
            (-25_000, "−25 s"),
            (90_061_000, "1 d 1 h 1 min 1 s"),
        ] {
            assert_eq!(format_span(Span(ms)), text);
        }
    }

    #[test]
    fn instants_read_with_and_without_zone() {
        assert_eq!(
            parse_instant("2021-01-01T00:00:10Z"),
            Some(1_609_459_210_000)
        );
        assert_eq!(
            parse_instant("2021-01-01T01:00:10+01:00"),
            Some(1_609_459_210_000)
        );
        assert_eq!(
            parse_instant("2021-01-01 00:00:10.250"),
            Some(1_609_459_210_250)
        );
        assert_eq!(parse_instant("yesterday"), None);
        let near = 1_609_459_210_250;
        for (text, ms) in [
            ("00:05", Some(1_609_459_500_000)),
            ("23:59:59.999", Some(1_609_545_599_999)),
            ("2021-01-01T00:00:10Z", Some(1_609_459_210_000)),
            ("24:00", None),
        ] {
            assert_eq!(parse_instant_near(text, near), ms, "{text}");
        }
    }

    #[test]
    fn a_clock_shows_no_more_than_it_must() {
        let minutes = Clock::for_instants([0, 300_000]);
        assert_eq!(minutes.format(300_000), "00:05");
        assert_eq!(minutes.format(437_999), "00:07:17.999");
        assert_eq!(Clock::for_instants([0, 1_000]).format(60_000), "00:01:00");
        assert_eq!(
            Clock::for_instants([0, 200_000_000]).format(0),
            "1970-01-01 00:00:00"
        );
        assert_eq!(minutes.watermark(Watermark::END), "end of time");
    }

    #[test]
    fn a_time_before_the_first_day_is_not_read_as_one_of_it() {
        let near_the_epoch = Clock::for_instants([-300_000, 0, 300_000]).since(0);
        assert_eq!(near_the_epoch.format(-2_001), "−00:00:02.001");
        assert_eq!(near_the_epoch.format(-300_000), "−00:05");
        assert_eq!(near_the_epoch.format(-90_000_000), "1969-12-30 23:00");
        let midnight = 1_609_459_200_000;
        let day = Clock::for_instants([midnight, midnight + 60_000]);
        assert_eq!(day.format(midnight - 60_000), "2020-12-31 23:59");
        assert_eq!(day.format(midnight), "00:00");
        // Where something happened on the day before, times of it stand as they are.
        assert_eq!(day.since(midnight - 1).format(midnight - 60_000), "23:59");
    }
}
