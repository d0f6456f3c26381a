//! Knobs that choose one of several: engine, kind of window, cadence, trigger. Choosing keeps what carries over.

use super::table::{select, text};
use super::{Control, SettingValue};
use crate::adapt::adapt;
use crate::dialect::EngineKind;
use crate::scenario::Scenario;
use crate::time::Span;
use crate::trigger::TriggerSpec;
use crate::watermark::{Cadence, WatermarkSpec};
use crate::window::{TimeDomain, WindowSpec};

pub(super) fn read_engine(scenario: &Scenario) -> Control {
    let options: Vec<(&str, &str)> = EngineKind::ALL
        .iter()
        .map(|engine| (engine.name(), engine.title()))
        .collect();
    select(scenario.engine.name(), &options)
}

pub(super) fn write_engine(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
    let engine = EngineKind::ALL
        .iter()
        .find(|engine| engine.name() == text(value));
    *scenario = adapt(scenario, *engine.ok_or("an engine that is simulated")?).scenario;
    Ok(())
}

/// Where a knob would stand that the engine does not have: there is nothing to choose.
pub(super) fn absent(engine: EngineKind) -> Control {
    select("", &[("", &format!("not in {}", engine.title()))])
}

const WINDOWS: &[(&str, &str)] = &[
    ("tumbling", "Tumbling"),
    ("sliding", "Sliding"),
    ("session", "Session"),
    ("count", "Count"),
    ("global", "Global"),
];

pub(super) fn read_window(scenario: &Scenario) -> Option<Control> {
    let window = scenario.pipeline.window?;
    let mut options = WINDOWS.to_vec();
    if scenario.engine == EngineKind::KafkaStreams {
        options.push(("sliding_diff", "Sliding by difference"));
    }
    Some(select(window.name(), &options))
}

/// Changes the kind of window and keeps what carries over: a size becomes a slide's multiple, a gap.
pub(super) fn write_window(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
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

pub(super) fn read_cadence(scenario: &Scenario) -> Option<Control> {
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

pub(super) fn write_cadence(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
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

pub(super) fn no_triggers(engine: EngineKind) -> Option<&'static str> {
    match engine {
        EngineKind::Flink | EngineKind::Beam => None,
        EngineKind::Spark => Some("Spark's output mode decides what a micro-batch writes"),
        EngineKind::KafkaStreams => {
            Some("Kafka Streams emits on update, on window close, or suppressed")
        }
    }
}

pub(super) fn read_trigger(scenario: &Scenario) -> Control {
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

pub(super) fn write_trigger(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
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
