//! An event in one line, as links and lessons write one that is put in: `10:02:30 +30s clicks`.
//!
//! ```text
//! TIME  when it happened: ms, an instant, or a time of day
//! LAG   how much later it arrives: ms or a span without blanks, a + in front or not; then, where the order needs saying, # and
//!       the number of its step from 0; - where neither is said
//! *V    its value, where it is not 1
//! ~N    its source's number, where it is not 0
//! KEY   the rest of the line
//! ```

use super::name::Name;
use super::place::is_natural;
use crate::number::read_decimal;
use crate::source::{EventSpec, StepSpec};
use crate::time::{EventTime, ProcTime, Span, parse_instant_near, parse_span};

/// What is read from a line.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) step: StepSpec,
    pub(super) place: Option<usize>,
}

const FORM: &str = "\"gone\", or when it happened, how much later it arrives and its key, such as \"10:02:30 30s clicks\"";

/// Writes the event at a place. Reading it again and putting it in gives the same input.
pub(super) fn write(steps: &[StepSpec], place: usize) -> Option<String> {
    let order = (!is_natural(steps, place)).then(|| format!("#{place}"));
    line(&steps[place], order)
}

/// Writes an event that is put in where it arrives.
pub(super) fn write_plain(step: &StepSpec) -> Option<String> {
    line(step, None)
}

fn line(step: &StepSpec, order: Option<String>) -> Option<String> {
    let event = step.event.as_ref()?;
    let lag = step.at.map(|at| (at.ms() - event.ts.ms()).to_string());
    let arrival = match (lag, order) {
        (None, None) => "-".to_string(),
        (lag, order) => lag.unwrap_or_default() + &order.unwrap_or_default(),
    };
    // A key that looks like one of the two is kept from being taken for it.
    #[allow(clippy::float_cmp, reason = "1 is what is left out")]
    let other_value = event.value != 1.0 || event.key.starts_with('*');
    let other_source = event.source != 0 || event.key.starts_with(['~', '*']);
    let words = [
        Some(event.ts.ms().to_string()),
        Some(arrival),
        other_value.then(|| format!("*{}", event.value)),
        other_source.then(|| format!("~{}", event.source)),
        Some(event.key.clone()),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    Some(words.join(" "))
}

/// Reads a line as the event of a name.
pub(super) fn read(line: &str, name: &Name, near: EventTime) -> Result<Line, String> {
    let form = || FORM.to_string();
    let (time, rest) = line.split_once(' ').ok_or_else(form)?;
    let ts = milliseconds(time, |text| parse_instant_near(text, near.ms())).ok_or_else(form)?;
    let (arrival, mut rest) = rest.split_once(' ').ok_or_else(form)?;
    let (lag, place) = match arrival.split_once('#') {
        Some((lag, place)) => (lag, Some(place.parse().map_err(|_| form())?)),
        None => (arrival, None),
    };
    let lag = match lag {
        "" | "-" => None,
        lag => {
            Some(milliseconds(lag.strip_prefix('+').unwrap_or(lag), parse_span).ok_or_else(form)?)
        }
    };
    let (mut value, mut source) = (1.0, 0);
    if let Some((said, after)) = marked(rest, '*') {
        value = read_decimal(said).ok_or_else(form)?;
        rest = after;
    }
    if let Some((said, after)) = marked(rest, '~') {
        source = said.parse().map_err(|_| form())?;
        rest = after;
    }
    Ok(Line {
        step: StepSpec {
            at: lag.map(|lag| ProcTime(ts) + Span(lag)),
            event: Some(EventSpec {
                id: name.id.to_string(),
                key: rest.to_string(),
                ts: EventTime(ts),
                value,
                source,
                movable: false,
            }),
            ..StepSpec::default()
        },
        place,
    })
}

/// The word at the front of a line, if it begins with a mark, and the rest.
fn marked(line: &str, mark: char) -> Option<(&str, &str)> {
    line.strip_prefix(mark)?.split_once(' ')
}

/// Whole ms within what calendars hold, or what a form of its own gives.
fn milliseconds(text: &str, otherwise: impl Fn(&str) -> Option<i64>) -> Option<i64> {
    text.parse()
        .ok()
        .or_else(|| otherwise(text))
        .filter(|ms: &i64| ms.unsigned_abs() <= crate::time::LIMIT_MS as u64)
}
