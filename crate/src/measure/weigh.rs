//! Weighing: how a condition stands in a run.

use super::{Comparator, Comparison, Condition, Expected, Measured, Part, Standing, Unit};
use crate::number::decimal;
use crate::time::{Span, format_span, parse_instant, parse_span};
use crate::world::Asked;

impl Condition {
    /// How it stands in a run, where comparisons without a position of their own are made at the end.
    pub fn standing<'a>(&self, run: impl Into<Asked<'a>>) -> Standing {
        let run = run.into();
        match self {
            // What all must hold is a list.
            Condition::All { all } => {
                let parts: Vec<Part> = all.iter().map(|condition| condition.weigh(run)).collect();
                Standing {
                    holds: parts.iter().all(|part| part.holds),
                    parts,
                }
            }
            Condition::Any { .. } | Condition::Not { .. } | Condition::Is(_) => {
                let part = self.weigh(run);
                Standing {
                    holds: part.holds,
                    parts: vec![part],
                }
            }
        }
    }

    /// Whether it holds.
    pub fn holds<'a>(&self, run: impl Into<Asked<'a>>) -> bool {
        self.standing(run).holds
    }

    fn weigh(&self, run: Asked<'_>) -> Part {
        // Every part is looked at, also behind one that decides already: people see them all.
        match self {
            Condition::All { all } => group("all of these", all, run, |held, of| held == of),
            Condition::Any { any } => group("one of these", any, run, |held, _| held > 0),
            Condition::Not { not } => {
                let part = not.weigh(run);
                Part {
                    asked: format!("not {}", part.asked),
                    holds: !part.holds,
                    ..part
                }
            }
            Condition::Is(comparison) => comparison.weigh(run),
        }
    }
}

fn group(
    asked: &str,
    conditions: &[Condition],
    run: Asked<'_>,
    decide: fn(usize, usize) -> bool,
) -> Part {
    let parts: Vec<Part> = conditions
        .iter()
        .map(|condition| condition.weigh(run))
        .collect();
    let held = parts.iter().filter(|part| part.holds).count();
    Part {
        asked: asked.into(),
        measured: format!("{held} of {}", parts.len()),
        holds: decide(held, parts.len()),
        parts,
    }
}

impl Comparison {
    /// The same, made after so many steps.
    pub(crate) fn at(&self, position: usize) -> Condition {
        Condition::Is(Comparison {
            at: Some(position as u32),
            ..self.clone()
        })
    }

    fn weigh(&self, run: Asked<'_>) -> Part {
        let measured = self
            .measure
            .ask(run, self.at.map_or(run.len(), |at| at as usize));
        let holds = self.is.holds(&measured, &self.value);
        let sign = self.is.sign();
        let value = self.value.text(run, measured.unit);
        let when = self
            .at
            .map_or_else(String::new, |at| format!(" after step {at}"));
        // Names are written in scenarios as `out_of_order`, and read as people write.
        let read = |text: String| match measured.unit {
            Unit::Name => text.replace('_', " "),
            Unit::Count | Unit::Value | Unit::Instant | Unit::Span => text,
        };
        Part {
            asked: format!("{}{when} {sign} {}", run.name(&self.measure), read(value)),
            measured: read(measured.text.clone()),
            holds,
            parts: Vec::new(),
        }
    }
}

impl Comparator {
    fn sign(self) -> &'static str {
        match self {
            Comparator::Equal => "=",
            Comparator::NotEqual => "≠",
            Comparator::Less => "<",
            Comparator::AtMost => "≤",
            Comparator::More => ">",
            Comparator::AtLeast => "≥",
        }
    }

    fn holds(self, measured: &Measured, expected: &Expected) -> bool {
        let order = match (measured.number, expected.number(measured.unit)) {
            (Some(a), Some(b)) if measured.unit.same(a, b, 1e-9) => Some(std::cmp::Ordering::Equal),
            (Some(a), Some(b)) => a.partial_cmp(&b),
            _ => {
                let same = match expected {
                    Expected::Text(text) => {
                        *text == measured.text || (text == "none" && measured.number.is_none())
                    }
                    Expected::Number(_) => false,
                };
                return match self {
                    Comparator::Equal => same,
                    Comparator::NotEqual => !same,
                    Comparator::Less
                    | Comparator::AtMost
                    | Comparator::More
                    | Comparator::AtLeast => false,
                };
            }
        };
        match self {
            Comparator::Equal => order.is_some_and(std::cmp::Ordering::is_eq),
            Comparator::NotEqual => order.is_none_or(std::cmp::Ordering::is_ne),
            Comparator::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Comparator::AtMost => order.is_some_and(std::cmp::Ordering::is_le),
            Comparator::More => order.is_some_and(std::cmp::Ordering::is_gt),
            Comparator::AtLeast => order.is_some_and(std::cmp::Ordering::is_ge),
        }
    }
}

impl Unit {
    /// Whether two numbers of this kind are the same: an aggregate's value within a relative tolerance, all else exactly.
    pub(crate) fn same(self, a: f64, b: f64, tolerance: f64) -> bool {
        match self {
            Unit::Value => (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0),
            Unit::Count | Unit::Instant | Unit::Span | Unit::Name => a == b,
        }
    }
}

impl Expected {
    fn number(&self, unit: Unit) -> Option<f64> {
        match (self, unit) {
            (Expected::Number(n), _) => Some(*n),
            (Expected::Text(text), Unit::Instant) => parse_instant(text).map(|ms| ms as f64),
            (Expected::Text(text), Unit::Span) => parse_span(text).map(|ms| ms as f64),
            (Expected::Text(_), Unit::Count | Unit::Value | Unit::Name) => None,
        }
    }

    fn text(&self, run: Asked<'_>, unit: Unit) -> String {
        match (self.number(unit), unit) {
            (Some(ms), Unit::Instant) => run.instant(ms as i64),
            (Some(ms), Unit::Span) => format_span(Span(ms as i64)),
            (Some(n), Unit::Count | Unit::Value | Unit::Name) => decimal(n),
            (None, _) => match self {
                Expected::Text(text) => text.clone(),
                Expected::Number(n) => decimal(*n),
            },
        }
    }
}
