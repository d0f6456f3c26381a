//! The table of knobs: how each one is read and set, and why an engine may not have it.

use super::choices::{
    no_triggers, read_cadence, read_engine, read_trigger, read_window, write_cadence, write_engine,
    write_trigger, write_window,
};
use super::dedup::{read_compared, read_memory, write_compared, write_memory};
use super::named::{ACCUMULATIONS, EMITS, LATE_DATA, OUTPUT_MODES, only, read_named, write_named};
use super::{Choice, Control, SettingValue};
use crate::aggregate::Aggregate;
use crate::dialect::EngineKind;
use crate::scenario::{MicroBatch, Scenario};
use crate::time::{Span, format_span, parse_span};
use crate::trigger::TriggerSpec;
use crate::watermark::WatermarkSpec;
use crate::window::{TimeDomain, WindowSpec};

/// A row of the table: how to read and to set one knob.
pub(super) struct Definition {
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    /// Where it stands; `None` where the scenario, as it is set, has no such thing at all.
    pub(super) read: fn(&Scenario) -> Option<Control>,
    /// Sets it, or says what would be accepted.
    pub(super) write: fn(&mut Scenario, &SettingValue) -> Result<(), String>,
    /// Why this engine does not have it.
    pub(super) missing: fn(EngineKind) -> Option<&'static str>,
}

/// The knobs, in the order in which they are shown.
pub(super) const KNOBS: &[Definition] = &[
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
        id: "dedup",
        label: "Ids are remembered",
        read: read_memory,
        write: write_memory,
        missing: |engine| {
            only(
                engine,
                EngineKind::Spark,
                "dropDuplicates is Spark's; elsewhere a keyed state with a time to live does it",
            )
        },
    },
    Definition {
        id: "dedup.on",
        label: "Compared columns",
        read: read_compared,
        write: write_compared,
        missing: |engine| {
            only(
                engine,
                EngineKind::Spark,
                "dropDuplicates is Spark's; elsewhere a keyed state with a time to live does it",
            )
        },
    },
    Definition {
        id: "output_mode",
        label: "Output mode",
        read: |s| read_named(s.pipeline.output_mode, OUTPUT_MODES),
        write: |s, value| write_named(&mut s.pipeline.output_mode, OUTPUT_MODES, value),
        missing: |engine| only(engine, EngineKind::Spark, "output modes are Spark's"),
    },
    Definition {
        id: "micro_batch",
        label: "Micro-batch (events or interval)",
        read: |s| match s.pipeline.micro_batch? {
            MicroBatch::Events(n) => Some(Control::Number {
                value: i64::from(n),
                min: 1,
                max: 1_000,
            }),
            MicroBatch::Interval(interval) => Some(span(interval, 1)),
        },
        write: |s, value| match &mut s.pipeline.micro_batch {
            Some(MicroBatch::Events(n)) => set_number(n, value),
            Some(MicroBatch::Interval(interval)) => set_span(interval, value),
            None => Err("the input says itself when its micro-batches run".into()),
        },
        missing: |engine| only(engine, EngineKind::Spark, "micro-batches are Spark's"),
    },
    Definition {
        id: "accumulation",
        label: "Accumulation",
        read: |s| read_named(s.pipeline.accumulation, ACCUMULATIONS),
        write: |s, value| write_named(&mut s.pipeline.accumulation, ACCUMULATIONS, value),
        missing: |engine| only(engine, EngineKind::Beam, "accumulation modes are Beam's"),
    },
    Definition {
        id: "emit",
        label: "Emit",
        read: |s| read_named(s.pipeline.emit, EMITS),
        write: |s, value| write_named(&mut s.pipeline.emit, EMITS, value),
        missing: |engine| {
            only(
                engine,
                EngineKind::KafkaStreams,
                "emit strategies are Kafka Streams'",
            )
        },
    },
    Definition {
        id: "late_data",
        label: "Late data",
        read: |s| read_named(s.pipeline.late_data, LATE_DATA),
        write: |s, value| write_named(&mut s.pipeline.late_data, LATE_DATA, value),
        missing: |engine| {
            only(
                engine,
                EngineKind::Flink,
                "a side output for late data is Flink's",
            )
        },
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

pub(crate) fn text(value: &SettingValue) -> &str {
    match value {
        SettingValue::Text(text) => text,
        SettingValue::Number(_) => "",
    }
}

pub(crate) fn span(value: Span, min: i64) -> Control {
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

pub(crate) fn select(value: &str, options: &[(&str, &str)]) -> Control {
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

pub(crate) fn set_span(span: &mut Span, value: &SettingValue) -> Result<(), String> {
    let ms = match value {
        SettingValue::Number(ms) => Some(*ms),
        SettingValue::Text(text) => parse_span(text),
    };
    *span = Span(ms.ok_or("a length of time, such as \"5 min\" or \"10 s\"")?);
    Ok(())
}

pub(crate) fn set_number(number: &mut u32, value: &SettingValue) -> Result<(), String> {
    let n = match value {
        SettingValue::Number(n) => u32::try_from(*n).ok(),
        SettingValue::Text(text) => text.parse().ok(),
    };
    *number = n.ok_or("a whole number")?;
    Ok(())
}
