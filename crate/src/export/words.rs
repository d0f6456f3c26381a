//! What a pipeline says in words, and spans as programs write them.

use crate::aggregate::Aggregate;
use crate::scenario::Pipeline;
use crate::time::{Span, format_span};
use crate::window::{TimeDomain, WindowSpec};
use crate::wording::counted;

/// A number of the largest unit that leaves no fraction: `(5, "minute")`.
fn in_units(span: Span) -> (i64, &'static str) {
    const UNITS: [(i64, &str); 4] = [
        (86_400_000, "day"),
        (3_600_000, "hour"),
        (60_000, "minute"),
        (1_000, "second"),
    ];
    let ms = span.ms();
    (UNITS.into_iter())
        .find(|(unit, _)| ms != 0 && ms % unit == 0)
        .map_or((ms, "millisecond"), |(unit, name)| (ms / unit, name))
}

/// As Spark and SQL write it: `5 minutes`.
pub(super) fn interval(span: Span) -> String {
    let (n, unit) = in_units(span);
    if n == 0 {
        return "0 seconds".into();
    }
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

/// As Java writes it: `Duration.ofMinutes(5)`.
pub(super) fn duration(span: Span) -> String {
    let (n, unit) = in_units(span);
    match unit {
        _ if n == 0 => "Duration.ZERO".into(),
        "day" => format!("Duration.ofDays({})", java_long(n)),
        "hour" => format!("Duration.ofHours({})", java_long(n)),
        "minute" => format!("Duration.ofMinutes({})", java_long(n)),
        "second" => format!("Duration.ofSeconds({})", java_long(n)),
        _ => format!("Duration.ofMillis({})", java_long(n)),
    }
}

/// As Beam's Python SDK takes it: seconds, or a `Duration` where they leave a fraction.
pub(super) fn seconds(span: Span) -> String {
    let (n, unit) = in_units(span);
    let times = |unit: &str| match n {
        1 => unit.to_string(),
        n => format!("{n} * {unit}"),
    };
    match unit {
        "day" => times("24 * 60 * 60"),
        "hour" => times("60 * 60"),
        "minute" => times("60"),
        "second" => n.to_string(),
        _ if n == 0 => "0".into(),
        _ => format!("Duration(micros={n}000)"),
    }
}

/// As Beam's Python SDK takes an offset: seconds, or a `Timestamp` where they leave a fraction.
pub(super) fn timestamp(span: Span) -> String {
    seconds(span).replace("Duration(", "Timestamp(")
}

/// As SQL writes it: `INTERVAL '5' MINUTE`. More than two digits have to be announced.
pub(super) fn sql_interval(span: Span) -> String {
    let (n, unit) = in_units(span);
    let precision = |n: i64| match n.unsigned_abs().to_string().len() {
        ..=2 => String::new(),
        digits => format!("({digits})"),
    };
    if unit == "millisecond" && n != 0 {
        let sign = if n < 0 { "-" } else { "" };
        let (seconds, ms) = (n.unsigned_abs() / 1000, n.unsigned_abs() % 1000);
        let digits = seconds.to_string().len().max(2);
        return format!("INTERVAL '{sign}{seconds}.{ms:03}' SECOND({digits}, 3)");
    }
    let unit = if n == 0 { "second" } else { unit };
    format!("INTERVAL '{n}' {}{}", unit.to_uppercase(), precision(n))
}

/// A whole number as a Java literal, which needs a suffix beyond 32 bits.
pub(super) fn java_long(n: i64) -> String {
    if i32::try_from(n).is_ok() {
        n.to_string()
    } else {
        format!("{n}L")
    }
}

/// `every event`, `every 3 events`.
pub(super) fn every(n: u32, one: &str) -> String {
    if n == 1 {
        format!("every {one}")
    } else {
        format!("every {}", counted(n, one))
    }
}

/// What a pipeline computes, as a sentence.
pub(super) fn summary(pipeline: &Pipeline) -> String {
    let Some(window) = pipeline.window else {
        return "Passes each event on once and drops its duplicates.".into();
    };
    let what = match pipeline.aggregate.unwrap_or(Aggregate::Count) {
        Aggregate::Count => "Counts the events",
        Aggregate::Sum => "Adds up the values",
        Aggregate::Min => "Finds the least value",
        Aggregate::Max => "Finds the greatest value",
        Aggregate::Avg => "Averages the values",
        Aggregate::Concat => "Lists the events",
    };
    let span = format_span;
    let windows = match window {
        WindowSpec::Tumbling { size, clock, .. } => {
            let clock = match clock {
                TimeDomain::Event => "",
                TimeDomain::Processing => " of processing time",
            };
            format!("in tumbling windows of {}{clock}", span(size))
        }
        WindowSpec::Sliding { size, slide, .. } => {
            format!("in windows of {} every {}", span(size), span(slide))
        }
        WindowSpec::Session { gap } => format!("in sessions with a gap of {}", span(gap)),
        WindowSpec::Global => "over all of time".into(),
        WindowSpec::Count { size } => format!("in windows of {size} events"),
        WindowSpec::SlidingDiff { difference } => {
            format!("in windows of records at most {} apart", span(difference))
        }
    };
    format!("{what} of each key {windows}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_in_their_largest_unit() {
        for (ms, words, java) in [
            (0, "0 seconds", "Duration.ZERO"),
            (300_000, "5 minutes", "Duration.ofMinutes(5)"),
            (1_000, "1 second", "Duration.ofSeconds(1)"),
            (1_500, "1500 milliseconds", "Duration.ofMillis(1500)"),
            (-250, "-250 milliseconds", "Duration.ofMillis(-250)"),
            (172_800_000, "2 days", "Duration.ofDays(2)"),
            (
                3_000_000_001,
                "3000000001 milliseconds",
                "Duration.ofMillis(3000000001L)",
            ),
        ] {
            assert_eq!(interval(Span(ms)), words);
            assert_eq!(duration(Span(ms)), java);
        }
        for (ms, python, sql) in [
            (0, "0", "INTERVAL '0' SECOND"),
            (300_000, "5 * 60", "INTERVAL '5' MINUTE"),
            (
                -1_500,
                "Duration(micros=-1500000)",
                "INTERVAL '-1.500' SECOND(2, 3)",
            ),
            (119_000, "119", "INTERVAL '119' SECOND(3)"),
        ] {
            assert_eq!(seconds(Span(ms)), python);
            assert_eq!(sql_interval(Span(ms)), sql);
        }
    }
}
