//! Knobs: what of a scenario can be turned, with name, range and, where an engine does not have it, the reason.
//!
//! One table. The page draws its controls from it and knows no kind of window, trigger or engine by itself; lessons name the
//! knobs they offer and the settings of their solutions by the ids here.

use crate::aggregate::Aggregate;
use crate::dialect::EngineKind;
use crate::scenario::{Problem, Scenario};
use crate::time::{Span, format_span, parse_span};
use crate::trigger::TriggerSpec;
use crate::watermark::{Cadence, WatermarkSpec};
use crate::window::{TimeDomain, WindowSpec};
use serde::{Deserialize, Serialize};

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

/// A row of the table: how to read and to set one knob.
struct Definition {
    id: &'static str,
    label: &'static str,
    /// Where it stands; `None` where the scenario, as it is set, has no such thing at all.
    read: fn(&Scenario) -> Option<Control>,
    /// Sets it, or says what would be accepted.
    write: fn(&mut Scenario, &SettingValue) -> Result<(), String>,
    /// Why this engine does not have it.
    missing: fn(EngineKind) -> Option<&'static str>,
}

/// The knobs, in the order in which they are shown.
const KNOBS: &[Definition] = &[
    Definition {
        id: "engine",
        label: "Engine",
        read: |s| Some(read_engine(s)),
        write: write_engine,
        missing: |_| None,
    },
    Definition {
        id: "window",
        label: "Window",
        read: read_window,
        write: write_window,
        missing: |_| None,
    },
    Definition {
        id: "window.size",
        label: "Window size",
        read: |s| match s.pipeline.window? {
            WindowSpec::Tumbling { size, .. } | WindowSpec::Sliding { size, .. } => {
                Some(span(size, 1))
            }
            WindowSpec::Count { size } => Some(Control::Number {
                value: i64::from(size),
                min: 1,
                max: 1_000,
            }),
            WindowSpec::Session { .. } | WindowSpec::Global | WindowSpec::SlidingDiff { .. } => {
                None
            }
        },
        write: |s, value| match &mut s.pipeline.window {
            Some(WindowSpec::Tumbling { size, .. } | WindowSpec::Sliding { size, .. }) => {
                set_span(size, value)
            }
            Some(WindowSpec::Count { size }) => set_number(size, value),
            _ => Err("this window has no size".into()),
        },
        missing: |_| None,
    },
    Definition {
        id: "window.slide",
        label: "Slide",
        read: |s| match s.pipeline.window? {
            WindowSpec::Sliding { slide, .. } => Some(span(slide, 1)),
            WindowSpec::Tumbling { .. }
            | WindowSpec::Session { .. }
            | WindowSpec::Global
            | WindowSpec::Count { .. }
            | WindowSpec::SlidingDiff { .. } => None,
        },
        write: |s, value| match &mut s.pipeline.window {
            Some(WindowSpec::Sliding { slide, .. }) => set_span(slide, value),
            _ => Err("only a sliding window has a slide".into()),
        },
        missing: |_| None,
    },
    Definition {
        id: "window.gap",
        label: "Session gap",
        read: |s| match s.pipeline.window? {
            WindowSpec::Session { gap } => Some(span(gap, 1)),
            WindowSpec::SlidingDiff { difference } => Some(span(difference, 0)),
            WindowSpec::Tumbling { .. }
            | WindowSpec::Sliding { .. }
            | WindowSpec::Global
            | WindowSpec::Count { .. } => None,
        },
        write: |s, value| match &mut s.pipeline.window {
            Some(WindowSpec::Session { gap }) => set_span(gap, value),
            Some(WindowSpec::SlidingDiff { difference }) => set_span(difference, value),
            _ => Err("only a session window has a gap".into()),
        },
        missing: |_| None,
    },
    Definition {
        id: "window.clock",
        label: "Window clock",
        read: |s| match s.pipeline.window? {
            WindowSpec::Tumbling { clock, .. } => Some(select(
                if clock == TimeDomain::Event {
                    "event"
                } else {
                    "processing"
                },
                &[("event", "Event time"), ("processing", "Processing time")],
            )),
            WindowSpec::Sliding { .. }
            | WindowSpec::Session { .. }
            | WindowSpec::Global
            | WindowSpec::Count { .. }
            | WindowSpec::SlidingDiff { .. } => None,
        },
        write: |s, value| match (&mut s.pipeline.window, text(value)) {
            (Some(WindowSpec::Tumbling { clock, .. }), "event") => {
                *clock = TimeDomain::Event;
                Ok(())
            }
            (Some(WindowSpec::Tumbling { clock, .. }), "processing") => {
                *clock = TimeDomain::Processing;
                Ok(())
            }
            _ => Err("a tumbling window is cut by event or processing time".into()),
        },
        missing: |engine| match engine {
            EngineKind::Flink => None,
            EngineKind::Spark | EngineKind::Beam | EngineKind::KafkaStreams => {
                Some("windows are simulated in event time here")
            }
        },
    },
    Definition {
        id: "watermark.delay",
        label: "Watermark delay",
        read: |s| s.pipeline.watermark.delay().map(|delay| span(delay, 0)),
        write: |s, value| match &mut s.pipeline.watermark {
            WatermarkSpec::Bounded {
                delay: Some(delay), ..
            }
            | WatermarkSpec::Expression { delay, .. } => set_span(delay, value),
            _ => Err("this watermark has no single delay".into()),
        },
        missing: |engine| match engine {
            EngineKind::KafkaStreams => {
                Some("Kafka Streams has no watermark: grace counts from stream time")
            }
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam => None,
        },
    },
    Definition {
        id: "watermark.cadence",
        label: "Watermark emitted",
        read: read_cadence,
        write: write_cadence,
        missing: |engine| match engine {
            EngineKind::Flink => None,
            EngineKind::Spark => Some("a Spark watermark moves once per micro-batch"),
            EngineKind::Beam => Some("a Beam source says its own watermark"),
            EngineKind::KafkaStreams => Some("stream time moves with every record"),
        },
    },
    Definition {
        id: "watermark.idle_timeout",
        label: "Idle timeout",
        read: |s| match &s.pipeline.watermark {
            WatermarkSpec::Bounded { idle_timeout, .. }
            | WatermarkSpec::Expression { idle_timeout, .. } => {
                Some(span(idle_timeout.unwrap_or(Span(0)), 0))
            }
            WatermarkSpec::Explicit | WatermarkSpec::None => None,
        },
        write: |s, value| match &mut s.pipeline.watermark {
            WatermarkSpec::Bounded { idle_timeout, .. }
            | WatermarkSpec::Expression { idle_timeout, .. } => {
                let mut timeout = Span(0);
                set_span(&mut timeout, value)?;
                // 0 is how Flink's `table.exec.source.idle-timeout` says "never".
                *idle_timeout = (timeout.ms() > 0).then_some(timeout);
                Ok(())
            }
            _ => Err("this watermark has no idle timeout".into()),
        },
        missing: |engine| match engine {
            EngineKind::Flink => None,
            EngineKind::Spark => {
                Some("Spark has no idle timeout: a quiet stream holds the watermark")
            }
            EngineKind::Beam => Some("a Beam source decides itself what to say when it is quiet"),
            EngineKind::KafkaStreams => Some("stream time stands still while nothing arrives"),
        },
    },
    Definition {
        id: "allowed_lateness",
        label: "Allowed lateness",
        read: |s| Some(span(s.pipeline.allowed_lateness.unwrap_or(Span(0)), 0)),
        write: |s, value| set_span(s.pipeline.allowed_lateness.get_or_insert(Span(0)), value),
        missing: |engine| match engine {
            EngineKind::Flink | EngineKind::Beam => None,
            EngineKind::Spark => {
                Some("Spark has no allowed lateness: the watermark delay is all there is")
            }
            EngineKind::KafkaStreams => Some("Kafka Streams calls it grace"),
        },
    },
    Definition {
        id: "grace",
        label: "Grace",
        read: |s| {
            (s.engine == EngineKind::KafkaStreams)
                .then(|| span(s.pipeline.grace.unwrap_or(Span(0)), 0))
        },
        write: |s, value| set_span(s.pipeline.grace.get_or_insert(Span(0)), value),
        missing: |engine| match engine {
            EngineKind::KafkaStreams => None,
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam => {
                Some("grace is Kafka Streams' word")
            }
        },
    },
    Definition {
        id: "trigger",
        label: "Trigger",
        read: |s| Some(read_trigger(s)),
        write: write_trigger,
        missing: no_triggers,
    },
    Definition {
        id: "trigger.n",
        label: "Trigger after events",
        read: |s| match s.pipeline.trigger.as_ref()? {
            TriggerSpec::Count { n, .. } => Some(Control::Number {
                value: i64::from(*n),
                min: 1,
                max: 1_000,
            }),
            _ => None,
        },
        write: |s, value| match &mut s.pipeline.trigger {
            Some(TriggerSpec::Count { n, .. }) => set_number(n, value),
            _ => Err("only a count trigger counts events".into()),
        },
        missing: no_triggers,
    },
    Definition {
        id: "trigger.interval",
        label: "Trigger interval",
        read: |s| match s.pipeline.trigger.as_ref()? {
            TriggerSpec::ContinuousEventTime { interval, .. }
            | TriggerSpec::ContinuousProcessingTime { interval, .. } => Some(span(*interval, 1)),
            TriggerSpec::ProcessingTime { delay } => Some(span(*delay, 0)),
            _ => None,
        },
        write: |s, value| match &mut s.pipeline.trigger {
            Some(
                TriggerSpec::ContinuousEventTime { interval, .. }
                | TriggerSpec::ContinuousProcessingTime { interval, .. },
            ) => set_span(interval, value),
            Some(TriggerSpec::ProcessingTime { delay }) => set_span(delay, value),
            _ => Err("this trigger has no interval".into()),
        },
        missing: no_triggers,
    },
    Definition {
        id: "aggregate",
        label: "Aggregate",
        read: |s| {
            let options: Vec<(&str, &str)> = Aggregate::ALL
                .iter()
                .map(|a| (a.name(), a.name()))
                .collect();
            s.pipeline
                .aggregate
                .map(|aggregate| select(aggregate.name(), &options))
        },
        write: |s, value| {
            let found = Aggregate::ALL
                .into_iter()
                .find(|aggregate| aggregate.name() == text(value));
            s.pipeline.aggregate = Some(found.ok_or("one of count, sum, min, max, avg, concat")?);
            Ok(())
        },
        missing: |_| None,
    },
];

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
        .collect()
}

/// The ids of all knobs there are.
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
    let definition = KNOBS
        .iter()
        .find(|definition| definition.id == setting.knob)
        .ok_or_else(|| problem("there is no such knob".into()))?;
    if let Some(reason) = (definition.missing)(scenario.engine) {
        return Err(problem(reason.into()));
    }
    let mut changed = scenario.clone();
    (definition.write)(&mut changed, &setting.value).map_err(problem)?;
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

fn text(value: &SettingValue) -> &str {
    match value {
        SettingValue::Text(text) => text,
        SettingValue::Number(_) => "",
    }
}

fn span(value: Span, min: i64) -> Control {
    // Steps that people would choose: a second below a minute, half a minute below ten, and so on.
    let step = match value.ms().max(1_000) {
        1_000..=59_999 if value.ms() % 1_000 == 0 => 1_000,
        1_000..=59_999 => 100,
        60_000..=599_999 => 30_000,
        600_000..=3_599_999 => 60_000,
        _ => 300_000,
    };
    Control::Span {
        value: value.ms(),
        text: format_span(value),
        min,
        max: (value.ms() * 3).max(60_000),
        step,
    }
}

fn select(value: &str, options: &[(&str, &str)]) -> Control {
    Control::Select {
        value: value.into(),
        options: options
            .iter()
            .map(|(value, label)| Choice {
                value: (*value).into(),
                label: (*label).into(),
                disabled: None,
            })
            .collect(),
    }
}

fn set_span(span: &mut Span, value: &SettingValue) -> Result<(), String> {
    let ms = match value {
        SettingValue::Number(ms) => Some(*ms),
        SettingValue::Text(text) => parse_span(text),
    };
    *span = Span(ms.ok_or("a length of time, such as \"5 min\" or \"10 s\"")?);
    Ok(())
}

fn set_number(number: &mut u32, value: &SettingValue) -> Result<(), String> {
    let n = match value {
        SettingValue::Number(n) => u32::try_from(*n).ok(),
        SettingValue::Text(text) => text.parse().ok(),
    };
    *number = n.ok_or("a whole number")?;
    Ok(())
}

fn read_engine(scenario: &Scenario) -> Control {
    let options: Vec<(&str, &str)> = EngineKind::ALL
        .iter()
        .map(|engine| (engine.name(), engine.title()))
        .collect();
    select(scenario.engine.name(), &options)
}

fn write_engine(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
    let engine = EngineKind::ALL
        .iter()
        .find(|engine| engine.name() == text(value));
    scenario.engine = *engine.ok_or("an engine that is simulated")?;
    Ok(())
}

const WINDOWS: &[(&str, &str)] = &[
    ("tumbling", "Tumbling"),
    ("sliding", "Sliding"),
    ("session", "Session"),
    ("count", "Count"),
    ("global", "Global"),
];

fn read_window(scenario: &Scenario) -> Option<Control> {
    let window = scenario.pipeline.window?;
    let mut options = WINDOWS.to_vec();
    if scenario.engine == EngineKind::KafkaStreams {
        options.push(("sliding_diff", "Sliding by difference"));
    }
    Some(select(window.name(), &options))
}

/// Changes the kind of window and keeps what carries over: a size becomes a slide's multiple, a gap.
fn write_window(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
    let size = match scenario.pipeline.window {
        Some(WindowSpec::Tumbling { size, .. } | WindowSpec::Sliding { size, .. }) => size,
        Some(WindowSpec::Session { gap }) => gap,
        Some(WindowSpec::SlidingDiff { difference }) => Span(difference.ms().max(1)),
        Some(WindowSpec::Global | WindowSpec::Count { .. }) | None => Span(300_000),
    };
    scenario.pipeline.window = Some(match text(value) {
        "tumbling" => WindowSpec::Tumbling {
            size,
            offset: Span(0),
            clock: TimeDomain::Event,
        },
        "sliding" => WindowSpec::Sliding {
            size,
            slide: Span((size.ms() / 2).max(1)),
            offset: Span(0),
        },
        "session" => WindowSpec::Session { gap: size },
        "global" => WindowSpec::Global,
        "count" => WindowSpec::Count { size: 3 },
        "sliding_diff" => WindowSpec::SlidingDiff { difference: size },
        _ => return Err("one of tumbling, sliding, session, count, global".into()),
    });
    Ok(())
}

fn read_cadence(scenario: &Scenario) -> Option<Control> {
    const OPTIONS: &[(&str, &str)] = &[
        ("per_event", "After every event"),
        ("at_the_end", "Not before the end"),
        ("expression", "By SQL's rule"),
    ];
    let value = match &scenario.pipeline.watermark {
        WatermarkSpec::Bounded {
            cadence: None | Some(Cadence::PerEvent),
            ..
        } => "per_event",
        WatermarkSpec::Bounded {
            cadence: Some(Cadence::Every(n)),
            ..
        } if *n >= AT_THE_END => "at_the_end",
        WatermarkSpec::Bounded {
            cadence: Some(Cadence::Every(n)),
            ..
        } => {
            let (value, label) = (format!("every_{n}"), format!("After every {n} events"));
            let mut options = OPTIONS.to_vec();
            options.insert(1, (&value, &label));
            return Some(select(&value, &options));
        }
        WatermarkSpec::Expression { .. } => "expression",
        WatermarkSpec::Bounded {
            cadence: Some(Cadence::PerBatch),
            ..
        }
        | WatermarkSpec::Explicit
        | WatermarkSpec::None => return None,
    };
    Some(select(value, OPTIONS))
}

/// A cadence longer than any input that is stepped through: how Flink's 200 ms timer looks to a small bounded input, which is
/// read to its end before the timer first fires.
const AT_THE_END: u32 = 1_000_000;

fn write_cadence(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
    let delay = scenario
        .pipeline
        .watermark
        .delay()
        .ok_or("this watermark is not told by a rule")?;
    let idle_timeout = scenario.pipeline.watermark.idle_timeout();
    let bounded = |cadence| WatermarkSpec::Bounded {
        delay: Some(delay),
        delays: None,
        policy: None,
        cadence: Some(cadence),
        idle: None,
        idle_timeout,
    };
    scenario.pipeline.watermark = match text(value) {
        "per_event" => bounded(Cadence::PerEvent),
        "at_the_end" => bounded(Cadence::Every(AT_THE_END)),
        "expression" => WatermarkSpec::Expression {
            delay,
            interval: Span(200),
            idle_timeout,
        },
        other => match other.strip_prefix("every_").and_then(|n| n.parse().ok()) {
            Some(n) => bounded(Cadence::Every(n)),
            None => return Err("one of per_event, every_N, at_the_end, expression".into()),
        },
    };
    Ok(())
}

fn no_triggers(engine: EngineKind) -> Option<&'static str> {
    match engine {
        EngineKind::Flink | EngineKind::Beam => None,
        EngineKind::Spark => Some("Spark's output mode decides what a micro-batch writes"),
        EngineKind::KafkaStreams => {
            Some("Kafka Streams emits on update, on window close, or suppressed")
        }
    }
}

fn read_trigger(scenario: &Scenario) -> Control {
    let mut options = vec![("default", "Event time"), ("count", "Count")];
    match scenario.engine {
        EngineKind::Flink => {
            options.extend([
                ("purging", "Event time, purging"),
                ("continuous_event_time", "Continuous, event time"),
                ("continuous_processing_time", "Continuous, processing time"),
            ]);
        }
        EngineKind::Beam => options.push(("processing_time", "Processing time")),
        EngineKind::Spark | EngineKind::KafkaStreams => {}
    }
    let value = match &scenario.pipeline.trigger {
        None => "default",
        Some(TriggerSpec::Default { purging: true }) => "purging",
        Some(trigger) => trigger.name(),
    };
    if !options.iter().any(|(known, _)| *known == value) {
        options.push((value, "As written"));
    }
    select(value, &options)
}

fn write_trigger(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
    let size = match scenario.pipeline.window {
        Some(WindowSpec::Tumbling { size, .. } | WindowSpec::Sliding { size, .. }) => size.ms(),
        Some(WindowSpec::Session { gap }) => gap.ms(),
        Some(WindowSpec::Global | WindowSpec::Count { .. } | WindowSpec::SlidingDiff { .. })
        | None => 60_000,
    };
    let interval = Span((size / 5).max(1));
    scenario.pipeline.trigger = Some(match text(value) {
        "default" => TriggerSpec::Default { purging: false },
        "purging" => TriggerSpec::Default { purging: true },
        "count" => TriggerSpec::Count {
            n: 2,
            purging: false,
        },
        "continuous_event_time" => TriggerSpec::ContinuousEventTime {
            interval,
            purging: false,
        },
        "continuous_processing_time" => TriggerSpec::ContinuousProcessingTime {
            interval,
            purging: false,
        },
        "processing_time" => TriggerSpec::ProcessingTime { delay: interval },
        _ => return Err("a trigger that this engine has".into()),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
