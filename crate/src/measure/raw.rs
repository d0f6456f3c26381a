//! How a condition is read: as a form with every field there may be, then as the one kind it is.
//!
//! Trying one kind after the other would do the same with a reader for each, and say less of what is wrong.

use super::{Comparator, Comparison, Condition, Expected, Measure};
use serde::Deserialize;

/// Every field a condition may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCondition {
    all: Option<Vec<Condition>>,
    any: Option<Vec<Condition>>,
    not: Option<Box<Condition>>,
    measure: Option<Measure>,
    at: Option<u32>,
    is: Option<Comparator>,
    value: Option<Expected>,
}

impl TryFrom<RawCondition> for Condition {
    type Error = &'static str;

    fn try_from(raw: RawCondition) -> Result<Condition, &'static str> {
        match raw {
            RawCondition {
                all: Some(all),
                any: None,
                not: None,
                measure: None,
                at: None,
                is: None,
                value: None,
            } => Ok(Condition::All { all }),
            RawCondition {
                all: None,
                any: Some(any),
                not: None,
                measure: None,
                at: None,
                is: None,
                value: None,
            } => Ok(Condition::Any { any }),
            RawCondition {
                all: None,
                any: None,
                not: Some(not),
                measure: None,
                at: None,
                is: None,
                value: None,
            } => Ok(Condition::Not { not }),
            RawCondition {
                all: None,
                any: None,
                not: None,
                measure: Some(measure),
                at,
                is: Some(is),
                value: Some(value),
            } => Ok(Condition::Is(Comparison {
                measure,
                at,
                is,
                value,
            })),
            _ => Err(
                "a condition is one of `all`, `any`, `not`, or a `measure` with `is` and `value`",
            ),
        }
    }
}
