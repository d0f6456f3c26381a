//! Reading JSON, with the place of whatever does not fit.
//!
//! ```text
//! text, or an object of the page's ──> Node ──> the type that is wanted, or the place and what is wrong with it
//! ```
//!
//! The detour by way of nodes leaves one reader per type, and a small one: reading types from a parser took a sixth of the
//! WebAssembly module.

use crate::scenario::Problem;
use serde::de::DeserializeOwned;
use std::fmt::Write;

mod fit;

mod node;

mod text;

pub use node::Node;

/// Reads any form, naming the place of the first thing that does not fit.
///
/// # Errors
/// What does not fit, and where: `pipeline.window.size`, `input.steps[3].event.ts`; with its line and column.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    T::deserialize(fit::At(&parse(text)?)).map_err(|misfit| {
        let (mut message, path) = misfit.into_parts();
        let (line, column) = text::position(text, &path);
        // Writing to a string cannot fail.
        let _ = write!(message, " at line {line} column {column}");
        problem(message, &path)
    })
}

/// Reads any form from values that nobody has seen as a text.
///
/// # Errors
/// What does not fit, and where.
pub fn from_node<T: DeserializeOwned>(node: &Node) -> Result<T, Problem> {
    T::deserialize(fit::At(node)).map_err(|misfit| {
        let (message, path) = misfit.into_parts();
        problem(message, &path)
    })
}

fn parse(text: &str) -> Result<Node, Problem> {
    serde_json::from_str(text).map_err(|error| problem(error.to_string(), &[]))
}

fn problem(message: String, path: &[fit::Step]) -> Problem {
    let mut written = String::new();
    for step in path {
        let _ = match step {
            fit::Step::Item(index) => write!(written, "[{index}]"),
            fit::Step::Field(name) if written.is_empty() => write!(written, "{name}"),
            fit::Step::Field(name) => write!(written, ".{name}"),
        };
    }
    Problem {
        path: written,
        message,
    }
}

/// Says how an enum whose kind is told by one of its fields is read: as a form with every field there may be, then as the
/// kind it is. What serde derives for such enums holds back the whole object and brings a reader for each kind and field, which made
/// a sixth of the WebAssembly module; and it loses the place of what does not fit.
macro_rules! tagged {
    (
        $raw:ident => $name:ident by $tag:ident {
            $($field:ident: $type:ty,)*
        }
        $($text:literal => $variant:ident { $($own:ident: $how:ident),* })*
    ) => {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $raw {
            $tag: String,
            $(#[serde(default)] $field: Option<$type>,)*
        }

        impl TryFrom<$raw> for $name {
            type Error = String;

            #[allow(unused_mut, unused_variables, reason = "a kind may have no fields")]
            fn try_from(mut raw: $raw) -> Result<$name, String> {
                let made = match raw.$tag.as_str() {
                    $($text => $name::$variant {
                        $($own: $how(raw.$own.take(), stringify!($own))?),*
                    },)*
                    other => {
                        let known = [$($text),*].join("`, `");
                        return Err(format!("unknown variant `{other}`, expected one of `{known}`"));
                    }
                };
                let left = [$((stringify!($field), raw.$field.is_some())),*];
                match left.iter().find(|(_, given)| *given) {
                    Some((field, _)) => Err(format!("`{}` has no field `{field}`", raw.$tag)),
                    None => Ok(made),
                }
            }
        }
    };
}
pub(crate) use tagged;

/// A field that must be there.
pub(crate) fn need<T>(value: Option<T>, name: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("missing field `{name}`"))
}

/// A field that has a value of its own where it is left out.
#[allow(
    clippy::unnecessary_wraps,
    reason = "one of several ways to take a field"
)]
pub(crate) fn or_default<T: Default>(value: Option<T>, _: &str) -> Result<T, String> {
    Ok(value.unwrap_or_default())
}

/// A field that may be left out.
#[allow(
    clippy::unnecessary_wraps,
    reason = "one of several ways to take a field"
)]
pub(crate) fn maybe<T>(value: Option<T>, _: &str) -> Result<Option<T>, String> {
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let problem = from_json::<Scenario>(text).expect_err("something does not fit");
        let said = problem.to_string();
        let (said, _) = said.rsplit_once(" at line ").expect("a position");
        assert_eq!(said, expected);
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        check("{", "EOF while parsing an object");
        check(
            r#"{"engine": "storm"}"#,
            "engine: unknown variant `storm`, expected one of `flink`, `spark`, `beam`, `kafka-streams`",
        );
        check(
            r#"{"engine": "flink", "pipeline": {"watermark": {"kind": "none"}, "colour": 1}}"#,
            "pipeline.colour: unknown field `colour`, expected one of `window`, `aggregate`, `watermark`, `allowed_lateness`, `grace`, `trigger`, `accumulation`, `late_data`, `output_mode`, `micro_batch`, `no_data_batches`, `dedup`, `emit`, `retention`, `caching`",
        );
        check(
            "{\"engine\": \"flink\",\n \"pipeline\": {\"watermark\": {\"kind\": \"none\"}},\n \"input\": {\"steps\": [{\"end\": true}, {\"event\": {\"id\": \"a,\\\"b\", \"key\": \"k\", \"ts\": \"soon\"}}]}}",
            "input.steps[1].event.ts: invalid value: string \"soon\", expected milliseconds since the epoch, or a time such as \"2021-01-01T00:00:10Z\"",
        );
        check(
            r#"{"engine": "flink", "pipeline": {}}"#,
            "pipeline: missing field `watermark`",
        );
    }
}
