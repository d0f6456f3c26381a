//! Outlook: what a window's next result waits for, by engine and trigger, and what would bring it about.

mod due;

use super::Line;
use super::comparison::{comparison, holds};
use super::moments::{
    SourceView, cell, check_lines, emissions_by, facts_by, holder, lost_result, since_fired,
    sources, watermark_at, watermark_with_origin,
};
use super::rules;
use super::sentence::sentence;
use super::words::{Words, counted, span};
use crate::dialect::EngineKind;
use crate::fact::{Fact, Rule, Why};
use crate::scenario::OutputMode;
use crate::time::{EventTime, ProcTime, Span, Watermark};
use crate::trace::Lane;
use crate::trigger::TriggerSpec;
use crate::watermark::{Cadence, WatermarkSpec};
use crate::window::{TimeDomain, WindowSpec};

pub(super) use due::due;
use due::{has_finished, waits_for_watermark};

/// What a window's next result waits for.
#[derive(Clone, Debug, PartialEq)]
enum Awaited {
    /// The watermark, or stream time: at least this, and how that comes about.
    EventClock { at: EventTime, formula: String },
    /// The processing clock.
    Clock { at: i64, formula: String },
    /// So many events, of which it has some.
    Count { n: u64, have: u64 },
    /// The next point of an interval.
    Interval { clock: TimeDomain, at: Option<i64> },
    /// A trigger made of others, in words.
    Trigger(String),
    /// The next event: every one brings a result.
    NextEvent,
    /// The next batch that has something for it.
    NextBatch,
    /// Nothing: it will not come.
    Never(&'static str),
}

/// What is ahead of a window, as an answer.
pub(super) struct Outlook {
    pub(super) verdict: String,
    /// Whether it will not come whatever arrives.
    pub(super) never: bool,
    pub(super) rule: String,
    pub(super) numbers: Vec<Line>,
}

fn awaited(words: Words, lane: &Lane, position: usize) -> Awaited {
    let pipeline = &words.run.scenario.pipeline;
    let due = due(words).and_then(|due| {
        Some(Awaited::EventClock {
            at: due.of(lane.window)?,
            formula: format!("{}{}", words.instant(lane.window.end), due.formula),
        })
    });
    match words.engine() {
        EngineKind::Flink => due.unwrap_or_else(|| flink_awaited(words, lane, position)),
        EngineKind::Beam => due.unwrap_or_else(|| match &pipeline.trigger {
            Some(trigger) if !waits_for_watermark(Some(trigger)) => {
                Awaited::Trigger(rules::trigger(words, trigger))
            }
            Some(_) | None => Awaited::Never(
                "the default trigger waits for the watermark at the window's end, which for the global window is the end of time",
            ),
        }),
        EngineKind::Spark => match pipeline.output_mode {
            Some(OutputMode::Append) | None => due.unwrap_or(Awaited::NextBatch),
            Some(OutputMode::Update | OutputMode::Complete) => Awaited::NextBatch,
        },
        EngineKind::KafkaStreams => due.unwrap_or(Awaited::NextEvent),
    }
}

fn flink_awaited(words: Words, lane: &Lane, position: usize) -> Awaited {
    let pipeline = &words.run.scenario.pipeline;
    let next_timer = |clock| {
        cell(words.run, lane.key, lane.window, position)?
            .timers
            .into_iter()
            .filter(|(of, _)| *of == clock)
            .map(|(_, at)| at)
            // Beyond the window's last millisecond there is only the timer that cleans up.
            .filter(|at| *at <= lane.window.max_timestamp().ms())
            .min()
    };
    match &pipeline.trigger {
        Some(TriggerSpec::Count { n, .. }) => Awaited::Count {
            n: u64::from(*n),
            have: since_fired(words.run, lane.key, lane.window, position),
        },
        Some(TriggerSpec::ContinuousEventTime { .. }) => Awaited::Interval {
            clock: TimeDomain::Event,
            at: next_timer(TimeDomain::Event),
        },
        Some(TriggerSpec::ContinuousProcessingTime { .. }) => Awaited::Interval {
            clock: TimeDomain::Processing,
            at: next_timer(TimeDomain::Processing),
        },
        None
        | Some(
            TriggerSpec::Default { .. }
            | TriggerSpec::ProcessingTime { .. }
            | TriggerSpec::AfterWatermark { .. }
            | TriggerSpec::Repeatedly { .. }
            | TriggerSpec::AfterAny { .. }
            | TriggerSpec::AfterAll { .. }
            | TriggerSpec::AfterEach { .. },
        ) => match pipeline.window {
            Some(WindowSpec::Count { size }) => Awaited::Count {
                n: u64::from(size),
                have: since_fired(words.run, lane.key, lane.window, position),
            },
            Some(WindowSpec::Tumbling { .. }) => Awaited::Clock {
                at: lane.window.max_timestamp().ms(),
                formula: format!("{} − 1 ms", words.instant(lane.window.end)),
            },
            Some(
                WindowSpec::Sliding { .. }
                | WindowSpec::Session { .. }
                | WindowSpec::Global
                | WindowSpec::SlidingDiff { .. },
            )
            | None => Awaited::Never("the default trigger of global windows is NeverTrigger"),
        },
    }
}

/// What an open window's next result waits for, as seen from `position`.
pub(super) fn outlook(words: Words, lane: &Lane, position: usize) -> Outlook {
    let window = words.window_of(lane.key, lane.window);
    let again = if emissions_by(words.run, lane, position).is_empty() {
        ""
    } else {
        "next "
    };
    if let Some(closed) = closed(words, lane, position) {
        return closed;
    }
    match awaited(words, lane, position) {
        Awaited::EventClock { at, formula } => {
            by_event_clock(words, lane, (at, &formula), position)
        }
        Awaited::Clock { at, formula } => by_clock(words, lane, at, &formula, position),
        Awaited::Count { n, have } => Outlook {
            verdict: format!(
                "{window} waits for {} before its {again}result: the trigger asks for {n}, and {have} came.",
                counted(n.saturating_sub(have) as usize, "more event")
            ),
            never: false,
            rule: rules::of_why(words.engine(), &Why::Count { n }).into(),
            numbers: vec![
                Line::new("asked for", counted(n as usize, "event")),
                Line::new("since the last firing", counted(have as usize, "event")),
            ],
        },
        Awaited::Interval { clock, at } => by_interval(words, lane, clock, at, position),
        Awaited::Trigger(_) if !again.is_empty() && has_finished(words) => Outlook {
            verdict: format!("{window} has fired for the last time: its trigger has finished, and what still comes vanishes."),
            never: true,
            rule: "A trigger that is not repeated finishes for good (Beam 2.77).".into(),
            numbers: vec![event_clock_line(words, position)],
        },
        Awaited::Trigger(trigger) => Outlook {
            verdict: format!("{window} waits for its trigger: {trigger}."),
            never: false,
            rule: rules::of_why(words.engine(), &Why::Composite).into(),
            numbers: vec![
                Line::new("trigger", trigger),
                event_clock_line(words, position),
            ],
        },
        Awaited::NextEvent => Outlook {
            verdict: format!("{window} gives its {again}result with the next record it takes."),
            never: false,
            rule: rules::of_why(words.engine(), &Why::Update).into(),
            numbers: vec![event_clock_line(words, position)],
        },
        Awaited::NextBatch => Outlook {
            verdict: format!("{window} gives its {again}result with the next batch that writes it."),
            never: false,
            rule: rules::of_why(
                words.engine(),
                &match words.run.scenario.pipeline.output_mode {
                    Some(OutputMode::Complete) => Why::WholeTable { batch: 0 },
                    Some(OutputMode::Append | OutputMode::Update) | None => {
                        Why::ChangedInBatch { batch: 0 }
                    }
                },
            )
            .into(),
            numbers: vec![event_clock_line(words, position)],
        },
        Awaited::Never(reason) => Outlook {
            verdict: format!("{window} never fires: {reason}."),
            never: true,
            rule: "A trigger decides when a window's result comes out; without one that fires, it never does."
                .into(),
            numbers: vec![event_clock_line(words, position)],
        },
    }
}

/// A window that is kept, has had its last result and takes no more (Kafka Streams' stores outlive the grace).
fn closed(words: Words, lane: &Lane, position: usize) -> Option<Outlook> {
    let run = words.run;
    let check = rules::acceptance(words, lane.window, watermark_at(words, position))?;
    let window = words.window_of(lane.key, lane.window);
    if let Some(fact) = lost_result(run, lane.key, lane.window, position) {
        let Fact::ResultLost { check, .. } = &run.trace.entries[fact].fact else {
            return None;
        };
        return Some(Outlook {
            verdict: sentence(run, &run.trace.entries[fact]),
            never: true,
            rule: rules::of_check(check.rule).into(),
            numbers: check_lines(words, check, fact),
        });
    }
    if !holds(words, &check) || emissions_by(run, lane, position).is_empty() {
        return None;
    }
    Some(Outlook {
        verdict: format!(
            "{window} is closed and takes no more, so its last result stands: {}.",
            comparison(words, &check)
        ),
        never: true,
        rule: rules::of_check(check.rule).into(),
        numbers: check_lines(words, &check, facts_by(run, position)),
    })
}

/// The watermark at `position`, as a number of an answer.
pub(super) fn event_clock_line(words: Words, position: usize) -> Line {
    let now = watermark_at(words, position);
    Line::new(
        words.event_clock(),
        watermark_with_origin(words, now, facts_by(words.run, position)),
    )
}

fn by_event_clock(
    words: Words,
    lane: &Lane,
    (at, formula): (EventTime, &str),
    position: usize,
) -> Outlook {
    let run = words.run;
    let now = watermark_at(words, position);
    let needed = words.instant(at);
    let window = words.window_of(lane.key, lane.window);
    let formula = if formula == needed {
        needed.clone()
    } else {
        format!("{formula} = {needed}")
    };
    let mut numbers = vec![
        Line::new("waits for", formula),
        event_clock_line(words, position),
    ];
    let fired = !emissions_by(run, lane, position).is_empty();
    let finished = fired && now.reached(at) && has_finished(words);
    let verdict = if finished {
        format!(
            "{window} has fired for the last time: its trigger has finished, and what still comes vanishes."
        )
    } else if now.reached(at) && fired {
        format!(
            "{window} has fired and is still kept: only an event that it still takes makes it fire again."
        )
    } else if now.reached(at) {
        format!(
            "{window} is due: {} has reached {needed}.",
            words.the_event_clock()
        )
    } else {
        let views = sources(run, position);
        numbers.extend(to_go(words, at, now, &views));
        let clock = match now {
            Watermark::NONE => format!("there is no {} yet", words.event_clock()),
            now => format!("it is at {}", words.watermark(now)),
        };
        let verb = match words.engine() {
            EngineKind::Flink | EngineKind::Beam => "fires when",
            EngineKind::Spark | EngineKind::KafkaStreams => "comes out when",
        };
        format!(
            "{window} {verb} {} reaches {needed}; {clock}{}.",
            words.the_event_clock(),
            no_step_left(words, position)
        )
    };
    Outlook {
        verdict,
        never: finished,
        rule: due_rule(words).into(),
        numbers,
    }
}

/// How far it is to an instant, and which event would get the watermark there.
fn to_go(words: Words, needed: EventTime, now: Watermark, views: &[SourceView]) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(now) = now.time() {
        lines.push(Line::new("still to go", span(needed - now)));
    }
    let holder = words.task.or_else(|| holder(views));
    if let Some(holder) = holder.filter(|_| words.several_sources() && words.task.is_none()) {
        lines.push(Line::new("held by", words.source(holder)));
    }
    let told = holder
        .and_then(|source| views.get(source as usize))
        .map_or(Watermark::NONE, |view| view.watermark);
    if let Some(time) = event_needed(words, holder.unwrap_or(0), told, needed) {
        let from = if words.several_sources() {
            format!(" of {}", words.source(holder.unwrap_or(0)))
        } else {
            String::new()
        };
        lines.push(Line::new(
            "enough would be",
            format!(
                "an event{from} at {} or later{}",
                words.instant(time),
                cadence(words)
            ),
        ));
    }
    lines
}

/// The least event time that lifts a source's watermark to `needed`.
fn event_needed(
    words: Words,
    source: u16,
    told: Watermark,
    needed: EventTime,
) -> Option<EventTime> {
    match &words.run.scenario.pipeline.watermark {
        WatermarkSpec::Bounded { delay, delays, .. } => {
            let delay = (*delay).or_else(|| delays.as_ref()?.get(source as usize).copied())?;
            let extra = match words.engine() {
                EngineKind::Flink => Span(1),
                EngineKind::Spark | EngineKind::Beam | EngineKind::KafkaStreams => Span(0),
            };
            Some(needed + delay + extra)
        }
        WatermarkSpec::Expression {
            delay, interval, ..
        } => {
            // It is told only once it has risen by more than the interval.
            let told_next = told
                .time()
                .map_or(needed, |told| told + *interval + Span(1));
            Some(needed.max(told_next) + *delay)
        }
        WatermarkSpec::Explicit => None,
        WatermarkSpec::None => (words.engine() == EngineKind::KafkaStreams).then_some(needed),
    }
}

fn cadence(words: Words) -> String {
    let every = match &words.run.scenario.pipeline.watermark {
        WatermarkSpec::Bounded { cadence, .. } => *cadence,
        WatermarkSpec::Expression { .. } | WatermarkSpec::Explicit | WatermarkSpec::None => None,
    };
    match (words.engine(), every) {
        (EngineKind::Spark, _) => ", and the batch after its own".into(),
        (_, Some(Cadence::Every(n))) if n > 1 => {
            format!(
                " (the watermark is told with every {} event)",
                super::words::ordinal(u64::from(n))
            )
        }
        _ => String::new(),
    }
}

/// What there is to say where the input stops.
pub(super) fn no_step_left(words: Words, position: usize) -> &'static str {
    if position == words.run.len() {
        ", and no step is left"
    } else {
        ""
    }
}

fn due_rule(words: Words) -> &'static str {
    let some = EventTime(0);
    match words.engine() {
        EngineKind::Flink | EngineKind::Beam => rules::of_why(
            words.engine(),
            &Why::WatermarkReached {
                waited_for: some,
                watermark: Watermark::NONE,
            },
        ),
        EngineKind::Spark => rules::of_check(Rule::SparkWindowOver),
        EngineKind::KafkaStreams => match words.run.scenario.pipeline.window {
            Some(WindowSpec::Session { .. }) => rules::of_check(Rule::KafkaSessionClosed),
            Some(WindowSpec::SlidingDiff { .. }) => rules::of_check(Rule::KafkaSlidingClosed),
            Some(
                WindowSpec::Tumbling { .. }
                | WindowSpec::Sliding { .. }
                | WindowSpec::Global
                | WindowSpec::Count { .. },
            )
            | None => rules::of_check(Rule::KafkaWindowClosed),
        },
    }
}

/// Where the processing clock stands at `position`.
fn clock_at(words: Words, position: usize) -> Option<ProcTime> {
    words
        .run
        .trace
        .times
        .get(position.checked_sub(1)?)
        .copied()
        .filter(|_| words.run.compiled.timed)
}

fn by_clock(words: Words, lane: &Lane, at: i64, formula: &str, position: usize) -> Outlook {
    let needed = words.run.clock.format(at);
    let mut numbers = vec![Line::new("waits for", format!("{formula} = {needed}"))];
    let now = match clock_at(words, position) {
        Some(now) => {
            numbers.push(Line::new(
                "processing clock",
                words.run.clock.format(now.ms()),
            ));
            numbers.push(Line::new("still to go", span(Span(at - now.ms()))));
            format!("it is at {}", words.run.clock.format(now.ms()))
        }
        None => "the input does not move the processing clock".into(),
    };
    Outlook {
        verdict: format!(
            "{} fires when the processing clock reaches {needed}; {now}{}.",
            words.window_of(lane.key, lane.window),
            no_step_left(words, position)
        ),
        never: false,
        rule: rules::of_why(
            words.engine(),
            &Why::ClockReached {
                waited_for: EventTime(at),
            },
        )
        .into(),
        numbers,
    }
}

fn by_interval(
    words: Words,
    lane: &Lane,
    clock: TimeDomain,
    at: Option<i64>,
    position: usize,
) -> Outlook {
    let window = words.window_of(lane.key, lane.window);
    let rule = rules::of_why(words.engine(), &Why::Interval { clock, at: 0 }).into();
    let Some(at) = at else {
        return Outlook {
            verdict: format!(
                "{window} has no firing pending: its trigger has fired for the last time."
            ),
            never: false,
            rule,
            numbers: vec![event_clock_line(words, position)],
        };
    };
    let needed = words.at(clock, at);
    let (name, now) = match clock {
        TimeDomain::Event => ("the watermark", event_clock_line(words, position)),
        TimeDomain::Processing => (
            "the processing clock",
            Line::new(
                "processing clock",
                clock_at(words, position).map_or_else(
                    || "not moved yet".into(),
                    |now| words.run.clock.format(now.ms()),
                ),
            ),
        ),
    };
    Outlook {
        verdict: format!(
            "{window} fires next when {name} reaches {needed}{}.",
            no_step_left(words, position)
        ),
        never: false,
        rule,
        numbers: vec![Line::new("waits for", needed), now],
    }
}
