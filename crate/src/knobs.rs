//! Knobs: what of a scenario can be turned, with name, range and, where an engine does not have it, the reason.
//!
//! One table. The page draws its controls from it and knows no kind of window, trigger or engine by itself; lessons name the
//! knobs they offer and the settings of their solutions by the ids here. The times of single events can be turned too, see
//! [`events`].

use self::table::KNOBS;
use crate::adapt::adapt;
use crate::dialect::EngineKind;
use crate::json::Node;
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
#[serde(untagged, try_from = "Node")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum SettingValue {
    /// ms, or a number.
    Number(i64),
    /// A name, or a length of time.
    Text(String),
}

impl Control {
    /// Where it stands.
    pub fn value(&self) -> SettingValue {
        match self {
            Control::Span { value, .. }
            | Control::Instant { value, .. }
            | Control::Number { value, .. } => SettingValue::Number(*value),
            Control::Select { value, .. } => SettingValue::Text(value.clone()),
        }
    }
}

impl TryFrom<Node> for SettingValue {
    type Error = &'static str;

    fn try_from(node: Node) -> Result<SettingValue, &'static str> {
        match node {
            Node::Whole(number) => Ok(SettingValue::Number(number)),
            Node::Text(text) => Ok(SettingValue::Text(text)),
            _ => Err("a knob is set to a whole number or a text"),
        }
    }
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

/// The knobs of a scenario, in the order in which they are shown: all that it has, and, disabled, those that its engine does
/// not have.
pub fn knobs(scenario: &Scenario) -> Vec<Knob> {
    let mut knobs = of_pipeline(scenario);
    knobs.extend(events::knobs(scenario));
    knobs
}

/// Those that are not of single events.
fn of_pipeline(scenario: &Scenario) -> Vec<Knob> {
    KNOBS
        .iter()
        .filter_map(|definition| {
            let missing = (definition.missing)(scenario.engine);
            if missing.is_some() && missing_whole(definition.id, scenario.engine) {
                return None;
            }
            Some(Knob {
                id: definition.id.into(),
                label: definition.label.into(),
                control: match missing {
                    Some(_) => choices::absent(scenario.engine),
                    None => (definition.read)(scenario)?,
                },
                disabled: missing.map(String::from),
            })
        })
        .collect()
}

/// Whether a knob turns a part of something that the engine does not have at all: `trigger.n`, where there is no `trigger`.
fn missing_whole(id: &str, engine: EngineKind) -> bool {
    let whole = id.rsplit_once('.').map_or("", |(whole, _)| whole);
    (KNOBS.iter())
        .any(|definition| definition.id == whole && (definition.missing)(engine).is_some())
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

/// The settings that make one scenario into another, in an order in which each can be set: what a link carries.
pub fn changes(start: &Scenario, now: &Scenario) -> Vec<Setting> {
    let (turned, mut changes) = turns(start.clone(), of_pipeline(now), of_pipeline, set);
    changes.extend(events::changes(&turned, now));
    changes
}

/// The settings that turn knobs to where they are wanted, and what they lead to. Turning one may bring others with it, so each is
/// compared after those before it have been turned.
pub(crate) fn turns<S>(
    mut has: S,
    wanted: Vec<Knob>,
    knobs: impl Fn(&S) -> Vec<Knob>,
    set: impl Fn(&S, &Setting) -> Result<S, Vec<Problem>>,
) -> (S, Vec<Setting>) {
    let enabled = |knobs: Vec<Knob>| knobs.into_iter().filter(|knob| knob.disabled.is_none());
    let wanted: Vec<(String, SettingValue)> = enabled(wanted)
        .map(|knob| (knob.id, knob.control.value()))
        .collect();
    let stands = |has: &S| -> Vec<(String, SettingValue)> {
        enabled(knobs(has))
            .map(|knob| (knob.id, knob.control.value()))
            .collect()
    };
    let mut changes = Vec::new();
    let mut standing = stands(&has);
    // Where one knob waits for another it comes in a later round; no chain of them is longer than the table.
    for _ in 0..wanted.len() {
        let (mut moved, mut refused) = (false, false);
        for (knob, value) in &wanted {
            if standing.iter().any(|(id, at)| id == knob && at == value) {
                continue;
            }
            let setting = Setting {
                knob: knob.clone(),
                value: value.clone(),
            };
            // Another knob has to be turned first: an engine may not have the kind of window that stands there yet.
            let Ok(turned) = set(&has, &setting) else {
                refused = true;
                continue;
            };
            has = turned;
            standing = stands(&has);
            changes.push(setting);
            moved = true;
        }
        if !refused || !moved {
            break;
        }
    }
    (has, changes)
}

/// What setting a knob leaves out of a scenario, a sentence each: what another engine has no equivalent for.
pub fn lost(scenario: &Scenario, setting: &Setting) -> Vec<String> {
    match (setting.knob.as_str(), &setting.value) {
        ("engine", SettingValue::Text(engine)) => EngineKind::named(engine)
            .map(|engine| adapt(scenario, engine).notes)
            .unwrap_or_default(),
        _ => Vec::new(),
    }
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
    fn what_an_engine_does_not_have_stands_there_disabled_with_the_reason() {
        let spark = set_text("engine", "spark").expect("Spark has tumbling windows");
        let shown = knobs(&spark);
        let knob = |id: &str| shown.iter().find(|knob| knob.id == id).expect(id);
        for (id, reason) in [
            ("allowed_lateness", "Spark has no allowed lateness"),
            ("trigger", "output mode decides"),
            ("grace", "Kafka Streams' word"),
        ] {
            let Knob {
                control, disabled, ..
            } = knob(id);
            assert!(
                disabled.as_ref().is_some_and(|said| said.contains(reason)),
                "{id}: {disabled:?}"
            );
            assert!(
                matches!(control, Control::Select { value, options } if value.is_empty() && options[0].label == "not in Spark"),
                "{id}: {control:?}"
            );
            let refused = set(
                &spark,
                &Setting {
                    knob: id.into(),
                    value: SettingValue::Text("1 min".into()),
                },
            );
            assert!(refused.is_err(), "{id}");
        }
        assert_eq!(knob("watermark.delay").disabled, None);
        assert!(shown.iter().all(|knob| knob.id != "trigger.n"));
    }

    #[test]
    fn what_another_engine_leaves_out_is_said() {
        let lateness = set_text("allowed_lateness", "1 min").expect("a lateness");
        let to = |engine: &str| Setting {
            knob: "engine".into(),
            value: SettingValue::Text(engine.into()),
        };
        assert_eq!(
            lost(&lateness, &to("spark")),
            [
                "Spark has no allowed lateness: 1 min are left out, the watermark delay is all there is"
            ]
        );
        assert!(lost(&lateness, &to("flink")).is_empty());
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

    #[test]
    fn changes_are_told_in_an_order_in_which_each_can_be_set() {
        let count = SCENARIO.replace(
            r#"{"kind":"tumbling","size":"5 min"}"#,
            r#"{"kind":"count","size":3}"#,
        );
        let start = Scenario::parse(&count).expect("a sound scenario");
        let setting = |knob: &str, value: &str| Setting {
            knob: knob.into(),
            value: SettingValue::Text(value.into()),
        };
        // Spark has no windows by count: the window has to go first.
        let wanted = [setting("window", "tumbling"), setting("engine", "spark")];
        assert!(set_all(&start, &wanted[1..]).is_err());
        let now = set_all(&start, &wanted).expect("in this order");
        let told = changes(&start, &now);
        assert_eq!(set_all(&start, &told), Ok(now));
        assert_eq!(changes(&start, &start), []);
    }
}
