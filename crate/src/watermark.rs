//! Watermarks: how each source tells how far event time has got, and how several sources make one watermark.
//!
//! Knows nothing of windows or keys. The parts return what changed; the dialect records it.

use crate::json::{maybe, need, tagged};
use crate::model::Event;
use crate::scenario::Problems;
use crate::time::{EventTime, Span, Watermark};
use serde::{Deserialize, Serialize};

/// How event time is told to have advanced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "RawWatermarkSpec")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum WatermarkSpec {
    /// The highest event time seen minus a delay, by the engine's own rule.
    Bounded {
        /// How much disorder is waited for, in ms. Left out where `delays` is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        delay: Option<Span>,
        /// One delay per source (Spark).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        delays: Option<Vec<Span>>,
        /// How several watermarks become one (Spark); the least unless said otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        policy: Option<Policy>,
        /// How often it is told; after every event unless said otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        cadence: Option<Cadence>,
        /// Whether a source may be declared idle by a step (Flink).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        idle: Option<bool>,
        /// After how long without an event, on the processing clock, a source counts as idle (Flink), in ms.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        idle_timeout: Option<Span>,
    },
    /// Flink SQL's `WATERMARK FOR ts AS ts - delay`: no extra millisecond, and told once it has risen by more than an
    /// interval of event time.
    Expression {
        /// How much disorder is waited for, in ms.
        delay: Span,
        /// By how much it must have risen to be told again, in ms; 200 unless said otherwise.
        interval: Span,
        /// After how long without an event, on the processing clock, a source counts as idle, in ms.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        idle_timeout: Option<Span>,
    },
    /// Only the input's own watermark steps move it (Beam).
    Explicit,
    /// There is none; in Kafka Streams, stream time takes its place.
    None,
}

tagged! {
    RawWatermarkSpec => WatermarkSpec by kind {
        delay: Span,
        delays: Vec<Span>,
        policy: Policy,
        cadence: Cadence,
        idle: bool,
        idle_timeout: Span,
        interval: Span,
    }
    "bounded" => Bounded {
        delay: maybe, delays: maybe, policy: maybe, cadence: maybe, idle: maybe, idle_timeout: maybe
    }
    "expression" => Expression { delay: need, interval: or_auto_interval, idle_timeout: maybe }
    "explicit" => Explicit {}
    "none" => None {}
}

/// Flink's `pipeline.auto-watermark-interval`, 200 ms by default.
#[allow(
    clippy::unnecessary_wraps,
    reason = "one of several ways to take a field"
)]
fn or_auto_interval(interval: Option<Span>, _: &str) -> Result<Span, String> {
    Ok(interval.unwrap_or(Span(200)))
}

/// How often a watermark is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Cadence {
    /// After every event.
    PerEvent,
    /// Once per micro-batch (Spark).
    PerBatch,
    /// After every so many events of the source: a repeatable stand-in for a timer.
    Every(u32),
}

/// How several watermarks become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Policy {
    /// The least of them: nobody's events are late because another is ahead.
    Min,
    /// The greatest of them: nobody waits for the slowest.
    Max,
}

impl WatermarkSpec {
    /// The delay, where there is one for all sources.
    pub fn delay(&self) -> Option<Span> {
        match self {
            WatermarkSpec::Bounded { delay, .. } => *delay,
            WatermarkSpec::Expression { delay, .. } => Some(*delay),
            WatermarkSpec::Explicit | WatermarkSpec::None => None,
        }
    }

    /// After how long without an event a source counts as idle.
    pub fn idle_timeout(&self) -> Option<Span> {
        match self {
            WatermarkSpec::Bounded { idle_timeout, .. }
            | WatermarkSpec::Expression { idle_timeout, .. } => *idle_timeout,
            WatermarkSpec::Explicit | WatermarkSpec::None => None,
        }
    }

    pub(crate) fn check(&self, path: &str, problems: &mut Problems) {
        match self {
            WatermarkSpec::Bounded {
                delay,
                delays,
                cadence,
                ..
            } => {
                match (delay, delays) {
                    (None, None) => problems.push(
                        format!("{path}.delay"),
                        "is missing: how much disorder to wait for, in ms",
                    ),
                    (Some(_), Some(_)) => {
                        problems.push(format!("{path}.delays"), "cannot be combined with `delay`");
                    }
                    (Some(delay), None) => problems.not_negative(&format!("{path}.delay"), *delay),
                    (None, Some(delays)) => {
                        for (i, delay) in delays.iter().enumerate() {
                            problems.not_negative(&format!("{path}.delays[{i}]"), *delay);
                        }
                    }
                }
                if *cadence == Some(Cadence::Every(0)) {
                    problems.push(format!("{path}.cadence.every"), "must be at least 1, got 0");
                }
            }
            WatermarkSpec::Expression {
                delay, interval, ..
            } => {
                problems.not_negative(&format!("{path}.delay"), *delay);
                problems.not_negative(&format!("{path}.interval"), *interval);
            }
            WatermarkSpec::Explicit | WatermarkSpec::None => {}
        }
        if let Some(timeout) = self.idle_timeout() {
            problems.positive(&format!("{path}.idle_timeout"), timeout);
        }
    }
}

/// The arithmetic that makes a watermark out of the highest event time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum WatermarkRule {
    /// `highest - delay - 1` (Flink 2.3 `BoundedOutOfOrdernessWatermarks`).
    BoundedOutOfOrderness,
    /// `highest - delay` (Flink SQL, Spark, Beam's estimators).
    HighestMinusDelay,
    /// The highest event time itself (Kafka Streams' stream time).
    StreamTime,
    /// As the source says (Beam).
    Explicit,
    /// The source has ended.
    Ended,
}

/// Makes one source's watermark from its events.
///
/// State: one per source. Lifetime: the run.
#[derive(Clone, Debug)]
pub struct Generator {
    rule: WatermarkRule,
    delay: Span,
    pace: Pace,
    highest: Option<EventTime>,
    /// What the highest event time makes.
    current: Watermark,
    told: Watermark,
    events: u32,
    /// No event up to here changes anything; none at all while what has risen waits to be told.
    settled: EventTime,
}

/// When a generator tells its watermark.
#[derive(Clone, Copy, Debug)]
enum Pace {
    EveryEvents(u32),
    RisenBy(Span),
    Never,
}

impl Generator {
    /// For a spec, by the rule of the engine that reads it.
    pub fn new(spec: &WatermarkSpec, rule: WatermarkRule) -> Generator {
        let (rule, pace) = match spec {
            WatermarkSpec::Bounded {
                cadence: Some(Cadence::Every(n)),
                ..
            } => (rule, Pace::EveryEvents((*n).max(1))),
            WatermarkSpec::Bounded { .. } => (rule, Pace::EveryEvents(1)),
            WatermarkSpec::Expression { interval, .. } => {
                (WatermarkRule::HighestMinusDelay, Pace::RisenBy(*interval))
            }
            WatermarkSpec::Explicit | WatermarkSpec::None => (rule, Pace::Never),
        };
        Generator {
            rule,
            delay: spec.delay().unwrap_or(Span(0)),
            pace,
            highest: None,
            current: Watermark::NONE,
            told: Watermark::NONE,
            events: 0,
            settled: EventTime(i64::MIN),
        }
    }

    /// The highest event time seen.
    pub fn highest(&self) -> Option<EventTime> {
        self.highest
    }

    /// What is subtracted.
    pub fn delay(&self) -> Span {
        self.delay
    }

    /// Its arithmetic.
    pub fn rule(&self) -> WatermarkRule {
        self.rule
    }

    /// No event up to here changes the watermark, or that it waits to be told.
    #[inline]
    pub fn settled(&self) -> EventTime {
        self.settled
    }

    /// Takes so many events into account that move nothing.
    #[inline]
    pub fn count(&mut self, events: u32) {
        self.events = self.events.wrapping_add(events);
    }

    /// Takes an event into account; returns a watermark where a higher one is told now.
    #[inline]
    pub fn on_event(&mut self, event: &Event) -> Option<Watermark> {
        self.count(1);
        if event.ts <= self.settled {
            return None;
        }
        self.on_moving(event.ts)
    }

    #[inline(never)]
    fn on_moving(&mut self, time: EventTime) -> Option<Watermark> {
        let highest = self.highest.map_or(time, |highest| highest.max(time));
        if self.highest != Some(highest) {
            self.highest = Some(highest);
            let extra = Span(i64::from(self.rule == WatermarkRule::BoundedOutOfOrderness));
            self.current = Watermark::at(highest - self.delay - extra);
        }
        let told = self.tell_if_due();
        let waits = self.current > self.told && !matches!(self.pace, Pace::Never);
        self.settled = if waits { EventTime(i64::MIN) } else { highest };
        told
    }

    fn tell_if_due(&mut self) -> Option<Watermark> {
        if self.current <= self.told {
            return None;
        }
        let due = match self.pace {
            Pace::EveryEvents(1) => true,
            Pace::EveryEvents(n) => self.events.is_multiple_of(n),
            Pace::RisenBy(interval) => {
                self.told == Watermark::NONE
                    || self.current.raw().saturating_sub(self.told.raw()) > interval.ms()
            }
            Pace::Never => false,
        };
        due.then(|| {
            self.told = self.current;
            self.told
        })
    }
}

/// Makes one watermark from those of several sources: the least of those that count.
///
/// The rules are Flink's (2.3 `StatusWatermarkValve`): an idle source does not count; one that wakes up counts again once its
/// watermark has reached what was last told. State: one entry per source. Lifetime: the run.
#[derive(Clone, Debug)]
pub struct Combiner {
    sources: Vec<SourceState>,
    told: Watermark,
}

/// What the combiner knows of one source.
#[derive(Clone, Copy, Debug)]
pub struct SourceState {
    /// The source's own watermark.
    pub watermark: Watermark,
    /// Whether it is being waited for at all.
    pub active: bool,
    /// Whether its watermark counts in the minimum.
    pub aligned: bool,
}

impl Combiner {
    /// For so many sources, none of which has told anything yet.
    pub fn new(sources: u16) -> Combiner {
        let source = SourceState {
            watermark: Watermark::NONE,
            active: true,
            aligned: true,
        };
        Combiner {
            sources: vec![source; sources.max(1) as usize],
            told: Watermark::NONE,
        }
    }

    /// The combined watermark.
    #[inline]
    pub fn watermark(&self) -> Watermark {
        self.told
    }

    /// What is known of each source.
    pub fn sources(&self) -> &[SourceState] {
        &self.sources
    }

    /// A source's watermark rises, which also makes it active. Returns the combined watermark if that rises.
    #[inline]
    pub fn advance(&mut self, source: u16, watermark: Watermark) -> Option<Watermark> {
        let alone = self.sources.len() == 1;
        let state = self.sources.get_mut(source as usize)?;
        if watermark <= state.watermark {
            return None;
        }
        state.active = true;
        state.watermark = watermark;
        state.aligned |= watermark >= self.told;
        if alone {
            return self.tell(watermark);
        }
        self.tell_least()
    }

    /// A source is declared idle. Returns the combined watermark if that rises.
    pub fn idle(&mut self, source: u16) -> Option<Watermark> {
        let state = self.sources.get_mut(source as usize)?;
        if !state.active {
            return None;
        }
        state.active = false;
        state.aligned = false;
        // Flink looks again only where this source was the one that held the watermark where it is.
        if state.watermark != self.told {
            return None;
        }
        if self.sources.iter().any(|s| s.active) {
            return self.tell_least();
        }
        let highest = self.sources.iter().map(|s| s.watermark).max()?;
        self.tell(highest)
    }

    fn tell_least(&mut self) -> Option<Watermark> {
        let least = self
            .sources
            .iter()
            .filter(|s| s.aligned)
            .map(|s| s.watermark)
            .min()?;
        self.tell(least)
    }

    #[inline]
    fn tell(&mut self, watermark: Watermark) -> Option<Watermark> {
        (watermark > self.told).then(|| {
            self.told = watermark;
            watermark
        })
    }
}
