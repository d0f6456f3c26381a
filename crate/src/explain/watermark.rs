//! Why the watermark stands where it stands.

use super::chain::{causes, causes_of_watermark, events, steps};
use super::comparison::origin;
use super::moments::{SourceView, Standing, facts_by, holder, last_rise, sources, watermark_at};
use super::rules;
use super::words::{Words, capital, counted};
use super::{Explanation, Line};
use crate::dialect::EngineKind;
use crate::run::Run;
use crate::time::Watermark;
use crate::watermark::{Cadence, WatermarkRule, WatermarkSpec};

/// Answers why the watermark, of all sources or of one, stands where it stands at `position`.
pub(super) fn explain(run: &Run, source: Option<u16>, position: usize) -> Explanation {
    let words = Words::new(run);
    let views = sources(run, position);
    match source {
        Some(source) if words.several_sources() => match views.get(source as usize) {
            Some(view) => of_source(words, source, view, position),
            None => Explanation {
                title: format!("Source {source}"),
                verdict: "There is no such source.".into(),
                ..Explanation::default()
            },
        },
        _ if run.has_tasks() => none_for_all(words, &views),
        _ => combined(words, &views, position),
    }
}

/// Where each partition is read by a task of its own: there is nothing that combines their times.
fn none_for_all(words: Words, views: &[SourceView]) -> Explanation {
    let text = |view: &SourceView| match view.watermark {
        Watermark::NONE => "none yet".to_string(),
        other => words.watermark(other),
    };
    Explanation {
        title: "There is no combined stream time".into(),
        verdict: format!(
            "Each of the {} partitions is read by a task of its own, and each task goes by the highest event time that it has seen itself: none waits for another, and none makes another's records late.",
            views.len()
        ),
        rule: rule(words, std::iter::empty()),
        numbers: (views.iter().enumerate())
            .map(|(source, view)| {
                Line::new(
                    format!("stream time of {}", words.source(source as u16)),
                    text(view),
                )
            })
            .collect(),
        ..Explanation::default()
    }
}

fn combined(words: Words, views: &[SourceView], position: usize) -> Explanation {
    let run = words.run;
    let now = watermark_at(words, position);
    let rise = last_rise(words, facts_by(run, position));
    let mut facts = causes_of_watermark(words, facts_by(run, position));
    let holder = holder(views);
    if let Some(fact) = holder.and_then(|holder| views[holder as usize].fact) {
        facts.extend(causes(run, fact.0 as usize));
    }
    let mut numbers = vec![Line::new(words.event_clock(), words.watermark(now))];
    for (source, view) in views.iter().enumerate() {
        numbers.push(Line::new(
            if words.several_sources() {
                words.source(source as u16)
            } else {
                "told by the source".into()
            },
            view_text(words, view, now),
        ));
    }
    Explanation {
        title: format!("{}: {}", capital(words.event_clock()), words.watermark(now)),
        verdict: verdict(words, views, now, holder),
        rule: rule(words, views.iter().map(|view| view.rule)),
        numbers,
        events: events(run, &facts),
        position: rise.map(|rise| run.trace.entries[rise].step + 1),
        steps: steps(words, facts),
    }
}

fn rule(words: Words, told: impl Iterator<Item = WatermarkRule>) -> String {
    let made = expected(words, told);
    format!(
        "{} {}",
        made.map_or(
            "There is no watermark, so nothing is ever late and nothing is waited for.",
            |made| rules::of_watermark(words.engine(), made)
        ),
        rules::of_combining(words)
    )
    .trim_end()
    .into()
}

/// The arithmetic at work: what was told, or what would be.
fn expected(words: Words, mut told: impl Iterator<Item = WatermarkRule>) -> Option<WatermarkRule> {
    match (words.engine(), &words.run.scenario.pipeline.watermark) {
        (EngineKind::KafkaStreams, _) => Some(WatermarkRule::StreamTime),
        (EngineKind::Flink, WatermarkSpec::Bounded { .. }) => {
            Some(WatermarkRule::BoundedOutOfOrderness)
        }
        (EngineKind::Spark | EngineKind::Beam, WatermarkSpec::Bounded { .. })
        | (
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam,
            WatermarkSpec::Expression { .. },
        ) => Some(WatermarkRule::HighestMinusDelay),
        (EngineKind::Flink | EngineKind::Spark | EngineKind::Beam, WatermarkSpec::Explicit) => {
            Some(WatermarkRule::Explicit)
        }
        (EngineKind::Flink | EngineKind::Spark | EngineKind::Beam, WatermarkSpec::None) => {
            told.find(|rule| *rule == WatermarkRule::Ended)
        }
    }
}

fn verdict(words: Words, views: &[SourceView], now: Watermark, holder: Option<u16>) -> String {
    let clock = capital(&words.the_event_clock());
    let at = words.watermark(now);
    if now == Watermark::NONE
        && words.run.scenario.pipeline.watermark == WatermarkSpec::None
        && words.engine() != EngineKind::KafkaStreams
    {
        return "The pipeline has no watermark.".into();
    }
    if let Some((source, view)) = waits_for_first(words, views, now, holder) {
        return if view.events == 0 && words.several_sources() {
            format!(
                "There is no {} yet: nothing has come from {}, and every source counts from the start.",
                words.event_clock(),
                words.source(source)
            )
        } else if words.several_sources() {
            format!(
                "There is no {} yet: {} has told none{}.",
                words.event_clock(),
                words.source(source),
                cadence(words, view)
            )
        } else {
            format!(
                "There is no {} yet: {}{}.",
                words.event_clock(),
                if view.events == 0 {
                    "nothing has arrived"
                } else {
                    "none has been told"
                },
                cadence(words, view)
            )
        };
    }
    match (now, holder) {
        (Watermark::END, _) => format!("{clock} is at the end of time: the input has ended."),
        (_, None) => format!("{clock} stays at {at}: no source counts at the moment."),
        (_, Some(holder)) => {
            let view = &views[holder as usize];
            let from = origin(words, view.rule, view.highest, view.delay);
            match (words.several_sources(), view.watermark == now) {
                (false, _) => format!("{clock} stands at {at}: {from}."),
                (true, true) => format!(
                    "{clock} stands at {at} because {} holds it there: {from}.",
                    words.source(holder)
                ),
                (true, false) => format!(
                    "{clock} stands at {at}, which it had reached before; {} is the least that counts now, at {}.",
                    words.source(holder),
                    words.watermark(view.watermark)
                ),
            }
        }
    }
}

/// The source that everything waits for because it has told nothing.
fn waits_for_first<'v>(
    words: Words,
    views: &'v [SourceView],
    now: Watermark,
    holder: Option<u16>,
) -> Option<(u16, &'v SourceView)> {
    // Spark counts a stream that it has not seen as 0.
    if now != Watermark::NONE || words.engine() == EngineKind::Spark && words.several_sources() {
        return None;
    }
    let source = holder?;
    let view = views.get(source as usize)?;
    (view.watermark == Watermark::NONE).then_some((source, view))
}

fn cadence(words: Words, view: &SourceView) -> String {
    match &words.run.scenario.pipeline.watermark {
        WatermarkSpec::Bounded {
            cadence: Some(Cadence::Every(n)),
            ..
        } if *n > 1 && view.events > 0 => format!(
            ": it is told with every {} event, and {} came",
            super::words::ordinal(u64::from(*n)),
            counted(view.events as usize, "event")
        ),
        WatermarkSpec::Bounded { .. } | WatermarkSpec::Expression { .. }
            if words.engine().pacing().batches && view.events > 0 =>
        {
            ": it moves after a batch".into()
        }
        WatermarkSpec::Bounded { .. }
        | WatermarkSpec::Expression { .. }
        | WatermarkSpec::Explicit
        | WatermarkSpec::None => String::new(),
    }
}

fn view_text(words: Words, view: &SourceView, now: Watermark) -> String {
    let at = match view.watermark {
        Watermark::NONE => "none yet".to_string(),
        other => format!(
            "{} ({})",
            words.watermark(other),
            origin(words, view.rule, view.highest, view.delay)
        ),
    };
    match view.standing {
        Standing::Counts
            if words.several_sources() && words.task.is_none() && view.watermark == now =>
        {
            format!("{at}: holds it")
        }
        Standing::Counts => at,
        Standing::Idle => format!("{at}: idle, not waited for"),
        Standing::CatchingUp => format!(
            "{at}: active again, counts once it has reached {}",
            words.watermark(now)
        ),
        Standing::Ended => "has ended: holds nothing back".into(),
    }
}

fn of_source(words: Words, source: u16, view: &SourceView, position: usize) -> Explanation {
    let run = words.run;
    let words = Words {
        task: run.has_tasks().then_some(source),
        ..words
    };
    let now = watermark_at(words, position);
    let name = words.source(source);
    let facts = view
        .fact
        .map_or_else(Vec::new, |fact| causes(run, fact.0 as usize));
    let text = match view.watermark {
        Watermark::NONE if words.task.is_some() => {
            format!(
                "There is no {} yet: nothing has come.",
                words.the_event_clock()
            )
        }
        Watermark::NONE => format!(
            "{} has told no watermark yet{}.",
            capital(&name),
            cadence(words, view)
        ),
        other if words.task.is_some() => format!(
            "{} stands at {}: {}. No other partition moves it or holds it back.",
            capital(&words.the_event_clock()),
            words.watermark(other),
            origin(words, view.rule, view.highest, view.delay)
        ),
        Watermark::END => format!(
            "{} has ended: its watermark is the end of time.",
            capital(&name)
        ),
        other => format!(
            "{} is at {}: {}.",
            capital(&name),
            words.watermark(other),
            origin(words, view.rule, view.highest, view.delay)
        ),
    };
    Explanation {
        title: format!("{}: {}", capital(&name), words.watermark(view.watermark)),
        verdict: text,
        rule: rule(words, std::iter::once(view.rule)),
        numbers: [
            Line::new(name, view_text(words, view, now)),
            Line::new("events so far", view.events.to_string()),
        ]
        .into_iter()
        .chain((words.task.is_none()).then(|| Line::new("combined", words.watermark(now))))
        .collect(),
        events: events(run, &facts),
        position: view
            .fact
            .and_then(|fact| run.trace.entry(fact))
            .map(|entry| entry.step + 1),
        steps: steps(words, facts),
    }
}
