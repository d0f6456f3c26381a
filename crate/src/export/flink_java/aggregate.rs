//! Aggregates as an `AggregateFunction` in Java.

use super::super::template::fill;
use crate::aggregate::Aggregate;

/// What an `AggregateFunction` is put together from.
pub(super) struct AggregateParts {
    /// The name of the class.
    pub(super) name: &'static str,
    accumulator_type: &'static str,
    /// The Java type of its results.
    pub(super) result_type: &'static str,
    empty: &'static str,
    add: &'static str,
    result: &'static str,
    merge: &'static str,
}

impl AggregateParts {
    /// For an aggregate.
    pub(super) fn of(aggregate: Aggregate) -> AggregateParts {
        let over_doubles = |name, empty, add, merge| AggregateParts {
            name,
            accumulator_type: "Double",
            result_type: "Double",
            empty,
            add,
            result: "so_far",
            merge,
        };
        match aggregate {
            Aggregate::Count => AggregateParts {
                name: "Count",
                accumulator_type: "Long",
                result_type: "Long",
                empty: "0L",
                add: "so_far + 1",
                result: "so_far",
                merge: "a + b",
            },
            Aggregate::Sum => over_doubles("Sum", "0.0", "so_far + event.value()", "a + b"),
            Aggregate::Min => over_doubles(
                "Min",
                "Double.POSITIVE_INFINITY",
                "Math.min(so_far, event.value())",
                "Math.min(a, b)",
            ),
            Aggregate::Max => over_doubles(
                "Max",
                "Double.NEGATIVE_INFINITY",
                "Math.max(so_far, event.value())",
                "Math.max(a, b)",
            ),
            Aggregate::Avg => AggregateParts {
                name: "Average",
                accumulator_type: "Mean",
                result_type: "Double",
                empty: "new Mean(0.0, 0)",
                add: "new Mean(so_far.sum() + event.value(), so_far.count() + 1)",
                result: "so_far.sum() / so_far.count()",
                merge: "new Mean(a.sum() + b.sum(), a.count() + b.count())",
            },
            Aggregate::Concat => AggregateParts {
                name: "Ids",
                accumulator_type: "String",
                result_type: "String",
                empty: "\"\"",
                add: "so_far.isEmpty() ? event.id() : so_far + \"+\" + event.id()",
                result: "so_far",
                merge: "a.isEmpty() ? b : b.isEmpty() ? a : a + \"+\" + b",
            },
        }
    }

    /// The class.
    pub(super) fn class(&self) -> String {
        let mean = if self.accumulator_type == "Mean" {
            "/** What an average is made of. */\npublic record Mean(double sum, long count) {}\n\n"
        } else {
            ""
        };
        let variable = |code: &str| code.replace("so_far", "soFar");
        let class = fill(
            include_str!("../templates/aggregate.java"),
            &[
                ("name", self.name),
                ("accumulator", self.accumulator_type),
                ("result", self.result_type),
                ("empty", self.empty),
                ("add", &variable(self.add)),
                ("get", &variable(self.result)),
                ("merge", self.merge),
            ],
        );
        format!("{mean}{class}")
    }
}
