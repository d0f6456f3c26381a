//! Knobs: what of a scenario can be turned, with name, range and, where an engine does not have it, the reason.
//!
//! One table. The page draws its controls from it and knows no kind of window, trigger or engine by itself; lessons name the
//! knobs they offer and the settings of their solutions by the ids here. The times of single events can be turned too, see
//! [`events`].

use self::table::KNOBS;
use crate::scenario::{Problem, Scenario};
use serde::{Deserialize, Serialize};

mod choices;
mod dedup;
pub mod events;
mod named;
pub(crate) mod table;

/// One thing that can be turned.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Knob {
    /// Its name in lessons and links.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// How it is turned, and where it stands.
    pub control: Control,
    /// Why it cannot be turned here.
    pub disabled: Option<String>,
}

/// How a knob is turned, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Control {
    /// A length of time.
    Span {
        /// In ms.
        value: i64,
        /// As it is read.
        text: String,
        /// The least.
        min: i64,
        /// A sensible greatest for dragging; more may be typed.
        max: i64,
        /// A sensible step.
        step: i64,
    },
    /// An instant.
    Instant {
        /// In ms.
        value: i64,
        /// As it is read; a time of day may be typed, on the same day.
        text: String,
        /// The least.
        min: i64,
        /// A sensible greatest for dragging; more may be typed.
        max: i64,
        /// A sensible step.
        step: i64,
    },
    /// A whole number.
    Number {
        /// Where it stands.
        value: i64,
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// One of several.
    Select {
        /// Which.
        value: String,
        /// Of which.
        options: Vec<Choice>,
    },
}

/// One of several things to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Choice {
    /// Its name in scenarios.
    pub value: String,
    /// Its name for people.
    pub label: String,
    /// Why it cannot be chosen here.
    pub disabled: Option<String>,
}

/// A knob set to a value, as lessons and links write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Setting {
    /// Which knob.
    pub knob: String,
    /// To what.
    pub value: SettingValue,
}

/// What a knob is set to: ms, a number, or a name; lengths of time may be written out (`"5 min"`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum SettingValue {
    /// ms, or a number.
    Number(i64),
    /// A name, or a length of time.
    Text(String),
}

impl Setting {
    /// As it is read: `output_mode = append`.
    pub fn text(&self) -> String {
        match &self.value {
            SettingValue::Number(number) => format!("{} = {number}", self.knob),
            SettingValue::Text(text) => format!("{} = {text}", self.knob),
        }
    }
}

/// The knobs of a scenario: all that it has, in the order in which they are shown.
pub fn knobs(scenario: &Scenario) -> Vec<Knob> {
    KNOBS
        .iter()
        .filter_map(|definition| {
            Some(Knob {
                id: definition.id.into(),
                label: definition.label.into(),
                control: (definition.read)(scenario)?,
                disabled: (definition.missing)(scenario.engine).map(String::from),
            })
        })
        .chain(events::knobs(scenario))
        .collect()
}

/// The ids of all knobs there are, but for those of single events.
pub fn ids() -> impl Iterator<Item = &'static str> {
    KNOBS.iter().map(|definition| definition.id)
}

/// A scenario with one knob set.
///
/// # Errors
/// If there is no such knob, if it does not take the value, or if the scenario would not be sound with it.
pub fn set(scenario: &Scenario, setting: &Setting) -> Result<Scenario, Vec<Problem>> {
    let problem = |message: String| {
        vec![Problem {
            path: setting.knob.clone(),
            message,
        }]
    };
    let mut changed = scenario.clone();
    match KNOBS
        .iter()
        .find(|definition| definition.id == setting.knob)
    {
        Some(definition) => {
            if let Some(reason) = (definition.missing)(scenario.engine) {
                return Err(problem(reason.into()));
            }
            (definition.write)(&mut changed, &setting.value).map_err(problem)?;
        }
        None => events::set(&mut changed, &setting.knob, &setting.value).map_err(problem)?,
    }
    changed.check()?;
    Ok(changed)
}

/// A scenario with several knobs set, one after the other.
///
/// # Errors
/// As for [`set`].
pub fn set_all(scenario: &Scenario, settings: &[Setting]) -> Result<Scenario, Vec<Problem>> {
    settings
        .iter()
        .try_fold(scenario.clone(), |scenario, setting| {
            set(&scenario, setting)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    const SCENARIO: &str = r#"{"engine":"flink",
        "pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"count","watermark":{"kind":"bounded","delay":"10 s"}},
        "input":{"steps":[{"event":{"id":"e1","key":"a","ts":0}}]}}"#;

    fn set_text(knob: &str, value: &str) -> Result<Scenario, Vec<Problem>> {
        let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
        set(
            &scenario,
            &Setting {
                knob: knob.into(),
                value: SettingValue::Text(value.into()),
            },
        )
    }

    #[test]
    fn what_a_knob_is_set_to_is_what_it_shows() {
        for (knob, value) in [
            ("window", "sliding"),
            ("window", "session"),
            ("window.clock", "processing"),
            ("watermark.cadence", "at_the_end"),
            ("watermark.cadence", "expression"),
            ("watermark.cadence", "every_3"),
            ("trigger", "purging"),
            ("trigger", "continuous_event_time"),
            ("aggregate", "sum"),
        ] {
            let scenario = set_text(knob, value).expect(value);
            let shown = knobs(&scenario)
                .into_iter()
                .find(|k| k.id == knob)
                .expect("the knob is shown");
            assert!(
                matches!(&shown.control, Control::Select { value: v, options } if v == value && options.iter().any(|o| o.value == value)),
                "{knob}: {shown:?}"
            );
        }
        let scenario = set_text("watermark.delay", "2 min").expect("a delay");
        assert_eq!(scenario.pipeline.watermark.delay(), Some(Span(120_000)));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_place() {
        for (knob, value, said) in [
            (
                "window.size",
                "0",
                "pipeline.window.size: must be positive, got 0",
            ),
            (
                "window.gap",
                "5 min",
                "window.gap: only a session window has a gap",
            ),
            (
                "watermark.delay",
                "soon",
                "watermark.delay: a length of time, such as \"5 min\" or \"10 s\"",
            ),
            ("no.such", "1", "no.such: there is no such knob"),
        ] {
            let problems = set_text(knob, value).expect_err(knob);
            assert_eq!(problems[0].to_string(), said);
        }
    }
}
