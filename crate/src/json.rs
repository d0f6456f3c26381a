//! Reading JSON, with the place of whatever does not fit.
//!
//! A place is found from the position that the parser reports, by going through the text once more. The usual library for this
//! wraps every type's reader a second time, which made a quarter of the WebAssembly module.

use crate::scenario::Problem;
use serde::de::DeserializeOwned;

/// Reads any form, naming the place of the first thing that does not fit.
///
/// # Errors
/// What does not fit, and where: `pipeline.window.size`, `input.steps[3].event.ts`.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| Problem {
        path: if error.is_data() {
            place(text, &error)
        } else {
            String::new()
        },
        message: error.to_string(),
    })
}

/// One container around a place.
enum Around {
    Object { key: String },
    Array { index: usize },
}

/// The path of what an error is about: what stands just before its position.
fn place(text: &str, error: &serde_json::Error) -> String {
    let before = error.line().saturating_sub(1);
    let lines_before: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let mut end = (lines_before + error.column()).min(text.len());
    // The parser has gone past a container's end when its last value does not fit, as it has when something is missing in it.
    let about_last = !error.to_string().starts_with("missing field");
    if about_last && matches!(text.as_bytes()[..end].last(), Some(b'}' | b']')) {
        end -= 1;
    }
    let mut around: Vec<Around> = Vec::new();
    let mut rest = text.as_bytes()[..end].iter().copied();
    let mut string: Vec<u8> = Vec::new();
    while let Some(byte) = rest.next() {
        match byte {
            b'{' => around.push(Around::Object { key: String::new() }),
            b'[' => around.push(Around::Array { index: 0 }),
            b'}' | b']' => {
                around.pop();
            }
            b',' => {
                if let Some(Around::Array { index }) = around.last_mut() {
                    *index += 1;
                }
            }
            b'"' => {
                string.clear();
                while let Some(byte) = rest.next().filter(|byte| *byte != b'"') {
                    string.push(byte);
                    if byte == b'\\' {
                        string.extend(rest.next());
                    }
                }
                // A string is a key until its value follows; a value leaves the key as it is.
                if let (Some(Around::Object { key }), true) =
                    (around.last_mut(), is_key(rest.len(), text, end))
                {
                    *key = String::from_utf8_lossy(&string).into_owned();
                }
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for container in &around {
        match container {
            Around::Array { index } => path.extend(["[", &index.to_string(), "]"]),
            Around::Object { key } if key.is_empty() => {}
            Around::Object { key } => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
        }
    }
    path
}

/// Whether a colon comes next, also beyond the end of what is looked at.
fn is_key(left: usize, text: &str, end: usize) -> bool {
    text.as_bytes()[end - left..].trim_ascii_start().first() == Some(&b':')
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
