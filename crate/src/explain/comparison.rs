//! Comparisons: an engine's check with its numbers put in, and the arithmetic behind a watermark.

use super::words::{Words, span};
use crate::fact::{Check, Rule};
use crate::time::{EventTime, Span, Watermark};
use crate::watermark::WatermarkRule;
use crate::window::WindowSpec;

/// The two sides of a check.
struct Sides {
    left: String,
    left_value: EventTime,
    right: String,
    right_value: Watermark,
    /// `<` rather than `≤`.
    strict: bool,
}

impl Sides {
    fn of(words: Words, check: &Check) -> Sides {
        let Check {
            rule,
            time,
            slack,
            against,
        } = *check;
        let (start, slack_text) = (words.instant(time), span(slack));
        let (left, left_value, behind, strict) = match rule {
            Rule::FlinkWindowOver => (
                format!("{start} − 1 ms + {slack_text}"),
                time - Span(1) + slack,
                Span(0),
                false,
            ),
            Rule::FlinkProcessingTimeOver => {
                (format!("{start} − 1 ms"), time - Span(1), Span(0), false)
            }
            Rule::FlinkElementLate | Rule::SparkIdForgotten => (
                format!("{start} + {slack_text}"),
                time + slack,
                Span(0),
                false,
            ),
            Rule::SparkWindowOver | Rule::SparkRowLate => (start, time, Span(0), false),
            Rule::BeamWindowExpired | Rule::BeamSessionExpired => (
                format!("{start} + {slack_text}"),
                time + slack,
                Span(0),
                true,
            ),
            Rule::KafkaWindowClosed
            | Rule::KafkaStoreExpired
            | Rule::KafkaSegmentExpired
            | Rule::KafkaSuppressOver => (start, time, slack, false),
            Rule::KafkaSessionClosed
            | Rule::KafkaSlidingClosed
            | Rule::KafkaOrderedStoreExpired => (start, time, slack, true),
        };
        let subtracts = match rule {
            Rule::KafkaWindowClosed
            | Rule::KafkaSessionClosed
            | Rule::KafkaSlidingClosed
            | Rule::KafkaStoreExpired
            | Rule::KafkaOrderedStoreExpired
            | Rule::KafkaSegmentExpired
            | Rule::KafkaSuppressOver => true,
            Rule::FlinkWindowOver
            | Rule::FlinkProcessingTimeOver
            | Rule::FlinkElementLate
            | Rule::SparkIdForgotten
            | Rule::SparkWindowOver
            | Rule::SparkRowLate
            | Rule::BeamWindowExpired
            | Rule::BeamSessionExpired => false,
        };
        let against_text = words.watermark(against);
        Sides {
            left,
            left_value,
            right: if subtracts {
                format!("{against_text} − {slack_text}")
            } else {
                against_text
            },
            right_value: against
                .time()
                .map_or(against, |time| Watermark::at(time - behind)),
            strict,
        }
    }

    fn holds(&self) -> bool {
        if self.strict {
            self.left_value.ms() < self.right_value.raw()
        } else {
            self.right_value.reached(self.left_value)
        }
    }

    fn sign(&self) -> &'static str {
        match (self.holds(), self.strict) {
            (true, true) => "<",
            (true, false) => "≤",
            (false, true) => "≥",
            (false, false) => ">",
        }
    }
}

/// Whether the check finds something over or late.
pub(super) fn holds(words: Words, check: &Check) -> bool {
    Sides::of(words, check).holds()
}

/// Whether the watermark itself, with nothing taken off, stands on the right side.
pub(super) fn against_the_watermark(rule: Rule) -> bool {
    match rule {
        Rule::FlinkWindowOver
        | Rule::FlinkElementLate
        | Rule::SparkWindowOver
        | Rule::SparkRowLate
        | Rule::SparkIdForgotten
        | Rule::BeamWindowExpired
        | Rule::BeamSessionExpired => true,
        Rule::FlinkProcessingTimeOver
        | Rule::KafkaWindowClosed
        | Rule::KafkaSessionClosed
        | Rule::KafkaSlidingClosed
        | Rule::KafkaStoreExpired
        | Rule::KafkaOrderedStoreExpired
        | Rule::KafkaSegmentExpired
        | Rule::KafkaSuppressOver => false,
    }
}

/// The check with its numbers: `12:05 − 1 ms + 0 ≤ 12:07:17.999`, or with the opposite sign where it does not hold.
pub(super) fn comparison(words: Words, check: &Check) -> String {
    if check.against == Watermark::NONE {
        return format!("there is no {} yet", words.event_clock());
    }
    let sides = Sides::of(words, check);
    format!("{} {} {}", sides.left, sides.sign(), sides.right)
}

/// What the two sides of a check are.
pub(super) fn sides(words: Words, rule: Rule) -> (&'static str, &'static str) {
    let session = matches!(
        words.run.scenario.pipeline.window,
        Some(WindowSpec::Session { .. })
    );
    match rule {
        Rule::FlinkWindowOver => ("over at watermark", "watermark"),
        Rule::FlinkElementLate => ("late at watermark", "watermark"),
        Rule::FlinkProcessingTimeOver => ("over at", "processing clock"),
        Rule::SparkWindowOver => ("window end", "watermark"),
        Rule::SparkRowLate => ("event time", "watermark"),
        Rule::SparkIdForgotten => ("forgotten at watermark", "watermark"),
        Rule::BeamWindowExpired => ("end + lateness", "watermark"),
        Rule::BeamSessionExpired => ("end + lateness + gap", "watermark"),
        Rule::KafkaSessionClosed => ("session end", "stream time − gap − grace"),
        Rule::KafkaSuppressOver if session => ("session end", "stream time − gap − grace"),
        Rule::KafkaWindowClosed | Rule::KafkaSlidingClosed | Rule::KafkaSuppressOver => {
            ("window end", "stream time − grace")
        }
        Rule::KafkaStoreExpired | Rule::KafkaOrderedStoreExpired if session => {
            ("session end", "store time − retention")
        }
        Rule::KafkaStoreExpired | Rule::KafkaOrderedStoreExpired => {
            ("window start", "store time − retention")
        }
        Rule::KafkaSegmentExpired => ("end of its segment", "store time − retention"),
    }
}

/// What the left side of a check amounts to: `12:05 − 1 ms + 0 = 12:04:59.999`.
pub(super) fn left_side(words: Words, check: &Check) -> String {
    let sides = Sides::of(words, check);
    let value = words.instant(sides.left_value);
    if sides.left == value {
        value
    } else {
        format!("{} = {value}", sides.left)
    }
}

/// What the right side of a check is called and amounts to.
pub(super) fn right_side(words: Words, check: &Check) -> String {
    let sides = Sides::of(words, check);
    let value = words.watermark(sides.right_value);
    if sides.right == value {
        value
    } else {
        format!("{} = {value}", sides.right)
    }
}

/// The arithmetic behind a source's watermark: `12:11:18 − 4 min − 1 ms`.
pub(super) fn arithmetic(
    words: Words,
    rule: WatermarkRule,
    highest: Option<EventTime>,
    delay: Span,
) -> Option<String> {
    let highest = words.instant(highest?);
    match rule {
        WatermarkRule::BoundedOutOfOrderness => Some(format!("{highest} − {} − 1 ms", span(delay))),
        WatermarkRule::HighestMinusDelay => Some(format!("{highest} − {}", span(delay))),
        WatermarkRule::StreamTime => Some(highest),
        WatermarkRule::Explicit | WatermarkRule::Ended => None,
    }
}

/// The same, introduced: `highest event time 12:11:18 − 4 min − 1 ms`, `its source has ended`.
pub(super) fn origin(
    words: Words,
    rule: WatermarkRule,
    highest: Option<EventTime>,
    delay: Span,
) -> String {
    match (rule, arithmetic(words, rule, highest, delay)) {
        (WatermarkRule::Ended, _) => "the input has ended".into(),
        (WatermarkRule::Explicit, _) => "said by the source".into(),
        (
            WatermarkRule::BoundedOutOfOrderness
            | WatermarkRule::HighestMinusDelay
            | WatermarkRule::StreamTime,
            Some(text),
        ) => format!("highest event time {text}"),
        (
            WatermarkRule::BoundedOutOfOrderness
            | WatermarkRule::HighestMinusDelay
            | WatermarkRule::StreamTime,
            None,
        ) => "no event yet".into(),
    }
}
