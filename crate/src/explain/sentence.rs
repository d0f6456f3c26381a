//! A sentence for every fact.

use super::comparison::{arithmetic, comparison};
use super::words::{Words, capital, counted, span};
use crate::dialect::EngineKind;
use crate::fact::{Check, Fact, LateFate, Rule, Why};
use crate::model::{KeyId, Pane, Value, Window};
use crate::run::Run;
use crate::scenario::OutputMode;
use crate::time::{EventTime, Span, Watermark};
use crate::trace::{Entry, is_behind};
use crate::watermark::WatermarkRule;
use crate::window::{TimeDomain, WindowSpec};

/// What a fact says, as a sentence with its numbers.
#[allow(clippy::too_many_lines, reason = "one arm for each fact")]
pub fn sentence(run: &Run, entry: &Entry) -> String {
    let words = Words::new(run).of_fact(&entry.fact);
    match &entry.fact {
        Fact::Arrived { event } => arrived(words, *event),
        Fact::ClockMoved { to } => {
            format!(
                "The processing clock moves to {}.",
                run.clock.format(to.ms())
            )
        }
        Fact::SourceWatermark {
            source,
            rule,
            highest,
            delay,
            watermark,
        } => source_watermark(words, *source, *rule, *highest, *delay, *watermark),
        Fact::SourceIdle { source } => format!(
            "{} is declared idle: {} no longer waits for it.",
            capital(&words.source(*source)),
            words.the_event_clock()
        ),
        Fact::SourceEnded { source } if words.several_sources() => {
            format!("{} has ended.", capital(&words.source(*source)))
        }
        Fact::SourceEnded { .. } => "The input has ended.".into(),
        Fact::Watermark {
            from, to, held_by, ..
        } => watermark_rose(words, entry, *from, *to, *held_by),
        Fact::Added {
            event,
            key,
            window,
            count,
        } => format!(
            "{} is added to {}, now {}.",
            words.event(*event),
            words.window_of(*key, *window),
            counted(*count as usize, "event")
        ),
        Fact::Merged { key, from, into } if from == into => {
            format!("{} keeps its bounds.", words.window_of(*key, *into))
        }
        Fact::Merged { key, from, into } => format!(
            "{} merges into {}.",
            words.window_of(*key, *from),
            words.window(*into)
        ),
        Fact::Copied { key, from, into } => format!(
            "{} begins with the events it shares with {}.",
            words.window_of(*key, *into),
            words.window(*from)
        ),
        Fact::WindowClosed {
            event,
            key,
            window,
            check,
        } => format!(
            "{} does not take {}: {}.",
            words.window_of(*key, *window),
            words.event(*event),
            comparison(words, check)
        ),
        Fact::Late {
            event,
            window,
            check,
            fate,
            ..
        } => late(words, *event, *window, check, *fate),
        Fact::LateRows { count } => format!(
            "The engine counts {} dropped by the watermark in this batch.",
            counted(*count as usize, "row")
        ),
        Fact::NoWindow { event } => no_window(words, *event),
        Fact::Swallowed { event, key, window } => format!(
            "{} reaches {}, whose trigger has finished: it vanishes, and nothing counts it as late.",
            words.event(*event),
            words.window_of(*key, *window)
        ),
        Fact::Duplicate { event, first } => duplicate(words, *event, *first),
        Fact::Passed { event } => {
            format!(
                "{} passes: it has not been seen before.",
                words.event(*event)
            )
        }
        Fact::Remembered { event, window, .. } => remembered(words, *event, *window),
        Fact::TimerSet {
            key,
            window,
            clock,
            at,
        } => format!(
            "{} sets a timer for {}.",
            words.window_of(*key, *window),
            timer(words, *clock, *at)
        ),
        Fact::TimerDue {
            key,
            window,
            clock,
            at,
        } => format!(
            "The timer of {} for {} is due.",
            words.window_of(*key, *window),
            timer(words, *clock, *at)
        ),
        Fact::Emitted {
            key,
            window,
            value,
            pane,
            why,
        } => emitted(words, *key, *window, value.as_ref(), *pane, why),
        Fact::Purged { key, window } => purged(words, *key, *window),
        Fact::Evicted { key, window, check } => evicted(words, *key, *window, check),
        Fact::ResultLost { key, window, check } => format!(
            "{} closes, but its result is lost: the store does not show it any more, {}.",
            words.window_of(*key, *window),
            comparison(words, check)
        ),
        Fact::Batch {
            number,
            events,
            late_by,
            evict_by,
        } => batch(words, *number, *events, *late_by, *evict_by),
        Fact::Halted { emissions } => format!(
            "The job would never come to an end here: one step has emitted {} and goes on. The simulation stops.",
            counted(*emissions as usize, "result")
        ),
    }
}

fn arrived(words: Words, event: u32) -> String {
    let behind = behind(words, event)
        .map(|by| format!(", {by} behind {}", words.the_event_clock()))
        .unwrap_or_default();
    format!("{} arrives{behind}.", words.event_in_full(event))
}

/// How far behind the watermark an event was when it arrived, if it was.
pub(super) fn behind(words: Words, event: u32) -> Option<String> {
    let ts = words.run.compiled.events.get(event as usize)?.ts;
    let watermark = words.run.trace.fates.get(event as usize)?.watermark;
    if !is_behind(watermark, ts) {
        return None;
    }
    match watermark?.time() {
        // At exactly the watermark the distance is nothing that can be said.
        Some(watermark) if watermark == ts => Some("0 ms".into()),
        Some(watermark) => Some(span(watermark - ts)),
        None => Some("forever".into()),
    }
}

fn source_watermark(
    words: Words,
    source: u16,
    rule: WatermarkRule,
    highest: Option<EventTime>,
    delay: Span,
    watermark: Watermark,
) -> String {
    let name = words.source(source);
    let to = words.watermark(watermark);
    match rule {
        WatermarkRule::BoundedOutOfOrderness | WatermarkRule::HighestMinusDelay => {
            let sum = arithmetic(words, rule, highest, delay)
                .map(|sum| format!(" = {sum}"))
                .unwrap_or_default();
            format!("The watermark of {name} rises to {to}{sum}.")
        }
        WatermarkRule::StreamTime if words.run.has_tasks() => {
            format!("Stream time of {name} rises to {to}, the highest event time there so far.")
        }
        WatermarkRule::StreamTime => {
            format!("Stream time rises to {to}, the highest event time so far.")
        }
        WatermarkRule::Explicit => format!("{} says watermark {to}.", capital(&name)),
        WatermarkRule::Ended => format!("The watermark of {name} goes to {to}."),
    }
}

fn watermark_rose(
    words: Words,
    entry: &Entry,
    from: Watermark,
    to: Watermark,
    held_by: Option<u16>,
) -> String {
    let start = if from == Watermark::NONE {
        String::new()
    } else {
        format!(" from {}", words.watermark(from))
    };
    let sum = match words.run.trace.entry(entry.cause).map(|cause| &cause.fact) {
        Some(Fact::SourceWatermark {
            rule,
            highest,
            delay,
            watermark,
            ..
        }) if *watermark == to => arithmetic(words, *rule, *highest, *delay),
        _ => None,
    };
    let to_text = words.watermark(to);
    let sum = sum
        .filter(|sum| *sum != to_text)
        .map(|sum| format!(" = {sum}"))
        .unwrap_or_default();
    let held = held_by
        .filter(|_| words.several_sources() && to != Watermark::END)
        .map(|source| format!(", where {} holds it", words.source(source)))
        .unwrap_or_default();
    format!(
        "{} rises{start} to {to_text}{sum}{held}.",
        capital(&words.the_event_clock())
    )
}

fn late(words: Words, event: u32, window: Option<Window>, check: &Check, fate: LateFate) -> String {
    let place = window
        .map(|window| format!(" for {}", words.window(window)))
        .unwrap_or_default();
    format!(
        "{} is late{place} and {}: {}.",
        words.event(event),
        fate_text(fate),
        comparison(words, check)
    )
}

pub(super) fn fate_text(fate: LateFate) -> &'static str {
    match fate {
        LateFate::Dropped => "dropped",
        LateFate::SideOutput => "sent to the side output",
        LateFate::Partly => "counted in its other windows only",
    }
}

fn no_window(words: Words, event: u32) -> String {
    let why = match words.run.scenario.pipeline.window {
        Some(WindowSpec::Sliding { size, slide, .. }) if slide > size => format!(
            ": windows of {} start every {} and leave gaps",
            span(size),
            span(slide)
        ),
        Some(
            WindowSpec::Sliding { .. }
            | WindowSpec::Tumbling { .. }
            | WindowSpec::Session { .. }
            | WindowSpec::Global
            | WindowSpec::Count { .. }
            | WindowSpec::SlidingDiff { .. },
        )
        | None => String::new(),
    };
    format!(
        "{} falls between windows and is in none{why}.",
        words.event(event)
    )
}

fn duplicate(words: Words, event: u32, first: u32) -> String {
    let place = words
        .run
        .trace
        .fates
        .get(first as usize)
        .and_then(|fate| fate.arrived)
        .map(|(step, _)| format!(" at step {}", step + 1))
        .unwrap_or_default();
    if words.event(event) == words.event(first) {
        format!(
            "{} was seen before{place} and is dropped as a duplicate.",
            words.event(event)
        )
    } else {
        format!(
            "{} is dropped as a duplicate of {}, seen{place}.",
            words.event(event),
            words.event(first)
        )
    }
}

fn evicted(words: Words, key: KeyId, window: Window, check: &Check) -> String {
    let numbers = comparison(words, check);
    if check.rule == Rule::SparkIdForgotten {
        return format!(
            "The id first seen at {} is forgotten: {numbers}.",
            words.instant(check.time)
        );
    }
    format!(
        "{} is removed from state: {numbers}.",
        words.window_of(key, window)
    )
}

fn remembered(words: Words, event: u32, window: Window) -> String {
    let id = words.event(event);
    if window.is_global() {
        format!("{id} is remembered for ever.")
    } else {
        format!(
            "{id} is remembered until the watermark reaches {}.",
            words.instant(window.end)
        )
    }
}

fn timer(words: Words, clock: TimeDomain, at: i64) -> String {
    match clock {
        TimeDomain::Event => format!(
            "{} {}",
            words.event_clock(),
            words.watermark(Watermark::from_raw(at))
        ),
        TimeDomain::Processing => format!("clock {}", words.at(clock, at)),
    }
}

fn emitted(
    words: Words,
    key: KeyId,
    window: Window,
    value: Option<&Value>,
    pane: Option<Pane>,
    why: &Why,
) -> String {
    let what = match value {
        Some(value) => format!("emits {}", words.value(value)),
        None => "withdraws its last result".into(),
    };
    let pane = pane
        .map(|pane| format!(" ({})", pane_text(pane)))
        .unwrap_or_default();
    format!(
        "{} {what}{pane}: {}.",
        words.window_of(key, window),
        reason(words, why)
    )
}

pub(super) fn pane_text(pane: Pane) -> String {
    format!("pane {}, {}", pane.index, pane.timing.title())
}

/// What made a result come out, as a clause.
pub(super) fn reason(words: Words, why: &Why) -> String {
    match why {
        Why::WatermarkReached {
            waited_for,
            watermark,
        } if *watermark == Watermark::END => format!(
            "the watermark is at the end of time, past {}",
            words.instant(*waited_for)
        ),
        Why::WatermarkReached {
            waited_for,
            watermark,
        } => match words.engine() {
            EngineKind::Beam => format!(
                "the watermark {} ≥ {}, its end",
                words.watermark(*watermark),
                words.instant(*waited_for)
            ),
            EngineKind::Flink | EngineKind::Spark | EngineKind::KafkaStreams => format!(
                "the watermark {} ≥ {}, its last millisecond",
                words.watermark(*watermark),
                words.instant(*waited_for)
            ),
        },
        Why::LateEvent {
            waited_for,
            watermark,
        } => format!(
            "a late event, still taken although the watermark {} ≥ {}",
            words.watermark(*watermark),
            words.instant(*waited_for)
        ),
        Why::Count { n } => format!("the trigger's {} came", counted(*n as usize, "event")),
        Why::Interval { clock, at } => match clock {
            TimeDomain::Event => {
                format!("the watermark reached {}", words.at(*clock, *at))
            }
            TimeDomain::Processing => {
                format!("the processing clock reached {}", words.at(*clock, *at))
            }
        },
        Why::ClockReached { waited_for } => format!(
            "the processing clock reached {}, its last millisecond",
            words.instant(*waited_for)
        ),
        Why::ChangedInBatch { batch } => format!("batch {batch} changed it (update mode)"),
        Why::WholeTable { batch } => {
            format!("batch {batch} writes every row (complete mode)")
        }
        Why::WindowOver { check } => comparison(words, check),
        Why::Update => "every update is passed on".into(),
        Why::Withdrawal => match words.engine() {
            EngineKind::KafkaStreams => "its session has new bounds or a new value".into(),
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam => {
                "a new result replaces it".into()
            }
        },
        Why::Composite => "its triggers together are satisfied".into(),
    }
}

fn purged(words: Words, key: KeyId, window: Window) -> String {
    let why = match words.engine() {
        EngineKind::Flink => "a purging trigger keeps the window, not what is in it",
        EngineKind::Beam => "discarding panes start empty",
        EngineKind::Spark | EngineKind::KafkaStreams => "the next result starts empty",
    };
    format!(
        "{} forgets its contents: {why}.",
        words.window_of(key, window)
    )
}

fn batch(
    words: Words,
    number: u32,
    events: u32,
    late_by: Watermark,
    evict_by: Watermark,
) -> String {
    let what = if events == 0 {
        return format!(
            "Batch {number} runs without data, for what is over by watermark {}.",
            words.watermark(evict_by)
        );
    } else {
        format!("Batch {number} takes {}", counted(events as usize, "event"))
    };
    if late_by == Watermark::NONE && evict_by == Watermark::NONE {
        return format!("{what}.");
    }
    let pipeline = &words.run.scenario.pipeline;
    let drops_nothing = pipeline.output_mode == Some(OutputMode::Complete)
        && !pipeline.window.is_some_and(WindowSpec::merges);
    if late_by == evict_by || drops_nothing {
        return format!("{what}, with watermark {}.", words.watermark(evict_by));
    }
    format!(
        "{what}, with watermark {}, and {} for late rows.",
        words.watermark(evict_by),
        words.watermark(late_by)
    )
}
