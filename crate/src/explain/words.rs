//! Words: how keys, events, windows, instants and numbers are written in sentences.

use crate::aggregate::Aggregate;
use crate::dialect::EngineKind;
use crate::fact::Fact;
use crate::model::{KeyId, Value, Window};
use crate::run::Run;
use crate::time::{EventTime, Span, Watermark, format_span};
use crate::window::TimeDomain;
use crate::wording::possessive;
pub(super) use crate::wording::{counted, list, list_some};

/// Values that name their events name no more than this many.
const MOST_NAMED: usize = 8;

/// The words of one run, or of one of its tasks where each partition is read by one of its own.
#[derive(Clone, Copy)]
pub(super) struct Words<'r> {
    pub(super) run: &'r Run,
    /// Whose time and state it is about.
    pub(super) task: Option<u16>,
}

impl<'r> Words<'r> {
    pub(super) fn new(run: &'r Run) -> Words<'r> {
        Words { run, task: None }
    }

    /// About the task that keeps a key.
    pub(super) fn of_task_of(self, key: KeyId) -> Words<'r> {
        Words {
            task: self.run.names().task(key),
            ..self
        }
    }

    /// About the task that takes an event.
    pub(super) fn of_event(self, event: u32) -> Words<'r> {
        Words {
            task: self.run.task_of(event),
            ..self
        }
    }

    /// About the task that told a fact.
    pub(super) fn of_fact(self, fact: &Fact) -> Words<'r> {
        match fact {
            Fact::Watermark { task, .. } => Words {
                task: *task,
                ..self
            },
            _ => match (fact.event(), fact.key()) {
                (Some(event), _) => self.of_event(event),
                (None, Some(key)) => self.of_task_of(key),
                (None, None) => self,
            },
        }
    }

    pub(super) fn engine(self) -> EngineKind {
        self.run.scenario.engine
    }

    /// An event's id.
    pub(super) fn event(self, event: u32) -> &'r str {
        self.run.names().event(event)
    }

    /// An event with what matters of it: `o10 (R12, event time 12:03:42)`.
    pub(super) fn event_in_full(self, event: u32) -> String {
        format!("{} ({})", self.event(event), self.event_facts(event))
    }

    /// Key, value and time of an event, as far as they matter.
    pub(super) fn event_facts(self, event: u32) -> String {
        let Some(of) = self.run.compiled.events.get(event as usize) else {
            return String::new();
        };
        let mut facts = Vec::new();
        let key = self.run.names().written(of.key);
        if !key.is_empty() {
            facts.push(key.to_string());
        }
        match self.run.scenario.pipeline.aggregate {
            Some(Aggregate::Sum | Aggregate::Min | Aggregate::Max | Aggregate::Avg) => {
                facts.push(format!("value {}", self.value(&Value::Number(of.value))));
            }
            Some(Aggregate::Count | Aggregate::Concat) | None => {}
        }
        if self.run.names().sources > 1 {
            facts.push(self.source(of.source));
        }
        facts.push(format!("event time {}", self.instant(of.ts)));
        facts.join(", ")
    }

    /// Several events by id: `o1, o2 and o3`, or the first few of them.
    pub(super) fn events(self, events: &[u32]) -> String {
        let names: Vec<String> = events
            .iter()
            .map(|event| self.event(*event).into())
            .collect();
        list_some(&names, MOST_NAMED)
    }

    pub(super) fn key(self, key: KeyId) -> &'r str {
        self.run.names().key(key)
    }

    /// ` of R45`; nothing for a key without a name.
    pub(super) fn of_key(self, key: KeyId) -> String {
        match self.key(key) {
            "" => String::new(),
            name => format!(" of {name}"),
        }
    }

    /// `[12:00, 12:05)`.
    pub(super) fn window(self, window: Window) -> String {
        if window.is_global() {
            "the global window".into()
        } else {
            self.run.bounds(window).text
        }
    }

    /// `R45's [12:00, 12:05)`.
    pub(super) fn window_of(self, key: KeyId, window: Window) -> String {
        let name = self.key(key);
        if name.is_empty() {
            self.window(window)
        } else if window.is_global() {
            format!("{} global window", possessive(name))
        } else {
            format!("{} {}", possessive(name), self.window(window))
        }
    }

    /// An instant of event time.
    pub(super) fn instant(self, time: EventTime) -> String {
        match time.ms() {
            i64::MAX => "the end of time".into(),
            i64::MIN => "the beginning of time".into(),
            ms => self.run.clock.format(ms),
        }
    }

    /// An instant of one of the two clocks.
    pub(super) fn at(self, clock: TimeDomain, at: i64) -> String {
        match clock {
            TimeDomain::Event => self.instant(EventTime(at)),
            TimeDomain::Processing => self.run.clock.format(at),
        }
    }

    /// A watermark as a number to compare with.
    pub(super) fn watermark(self, watermark: Watermark) -> String {
        match watermark {
            Watermark::NONE => "none yet".into(),
            Watermark::END => "the end of time".into(),
            // Where Spark's watermark starts; as an instant it would be the day of the epoch.
            other if other.raw() == 0 && self.engine() == EngineKind::Spark => "0".into(),
            other => self.run.clock.watermark(other),
        }
    }

    /// What this engine calls the clock that windows are judged by.
    pub(super) fn event_clock(self) -> &'static str {
        match self.engine() {
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam => "watermark",
            EngineKind::KafkaStreams => "stream time",
        }
    }

    /// The same as the subject of a sentence.
    pub(super) fn the_event_clock(self) -> String {
        match (self.engine(), self.task) {
            (EngineKind::Flink | EngineKind::Spark | EngineKind::Beam, _) => "the watermark".into(),
            (EngineKind::KafkaStreams, None) => "stream time".into(),
            (EngineKind::KafkaStreams, Some(task)) => {
                format!("stream time of {}", self.source(task))
            }
        }
    }

    pub(super) fn source(self, source: u16) -> String {
        self.run.names().source(source)
    }

    pub(super) fn several_sources(self) -> bool {
        self.run.names().sources > 1
    }

    /// A result's value; of very many events only the first.
    pub(super) fn value(self, value: &Value) -> String {
        match value {
            Value::Events(events) if events.len() > MOST_NAMED => format!(
                "{}+… ({})",
                self.run
                    .value_text(&Value::Events(events[..MOST_NAMED].to_vec())),
                counted(events.len(), "event")
            ),
            Value::Count(_) | Value::Number(_) | Value::Events(_) => self.run.value_text(value),
        }
    }
}

/// A length of time as one puts it into a formula: `4 min`, `0`.
pub(super) fn span(span: Span) -> String {
    format_span(span)
}

/// With a capital letter in front where it starts with a word of this module's; names of keys, events and sources stay as they are.
pub(super) fn capital(text: &str) -> String {
    if !["the ", "source ", "stream "]
        .iter()
        .any(|word| text.starts_with(word))
        && !["watermark"].contains(&text)
    {
        return text.into();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        std::iter::once(first.to_ascii_uppercase())
            .chain(chars)
            .collect()
    })
}

/// `1st`, `2nd`, `3rd`, `11th`.
pub(super) fn ordinal(n: u64) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}
