//! What became of an event, and why.

use super::chain::{causes, causes_of_watermark, events, steps};
use super::comparison::comparison;
use super::moments::{check_lines, closing, facts_by, happened, judged_by, watermark_with_origin};
use super::outlook::outlook;
use super::rules;
use super::sentence::{behind, fate_text, sentence};
use super::words::{Words, counted, list_some, span};
use super::{Explanation, Line};
use crate::fact::{Check, Fact, LateFate};
use crate::model::{KeyId, Window};
use crate::run::Run;
use crate::sorted::sort_by;
use crate::time::Watermark;
use crate::trace::Lane;

/// An answer gives the numbers of this many windows of an event.
const MOST_WINDOWS: usize = 6;

/// What has been told of one event by a position.
struct Story<'r> {
    words: Words<'r>,
    event: u32,
    position: usize,
    arrived: usize,
    added: Vec<(usize, KeyId, Window)>,
    refused: Vec<(usize, Window, Check)>,
    lost: Option<usize>,
    passed: Option<usize>,
}

/// Answers what became of an event, as seen at `position`.
pub(super) fn explain(run: &Run, event: u32, position: usize) -> Explanation {
    let words = Words::new(run).of_event(event);
    let Some(of) = run.compiled.events.get(event as usize) else {
        return Explanation {
            title: format!("Event {event}"),
            verdict: "There is no such event.".into(),
            ..Explanation::default()
        };
    };
    let title = words.event_in_full(event);
    let arrival = run.trace.fates[event as usize]
        .arrived
        .map(|(step, _)| step);
    let Some(step) = arrival.filter(|step| happened(*step, position)) else {
        return Explanation {
            title,
            verdict: format!("{} has not arrived yet.", words.event(event)),
            rule: "Nothing is known of an event before it arrives.".into(),
            numbers: vec![Line::new("event time", words.instant(of.ts))],
            events: vec![event],
            ..Explanation::default()
        };
    };
    let mut answer = Story::of(words, event, step, position).answer();
    answer.title = title;
    answer.position.get_or_insert(step + 1);
    answer
}

impl<'r> Story<'r> {
    fn of(words: Words<'r>, event: u32, step: u32, position: usize) -> Story<'r> {
        let run = words.run;
        let first = run.trace.steps[step as usize] as usize;
        let mut story = Story {
            words,
            event,
            position,
            arrived: first,
            added: Vec::new(),
            refused: Vec::new(),
            lost: None,
            passed: None,
        };
        for (place, entry) in run.trace.entries[first..facts_by(run, position)]
            .iter()
            .enumerate()
        {
            let place = first + place;
            match &entry.fact {
                Fact::Arrived { event: e } if *e == event => story.arrived = place,
                Fact::Added {
                    event: e,
                    key,
                    window,
                    ..
                } if *e == event => story.added.push((place, *key, *window)),
                Fact::WindowClosed {
                    event: e,
                    window,
                    check,
                    ..
                } if *e == event => story.refused.push((place, *window, *check)),
                Fact::Late { event: e, .. }
                | Fact::NoWindow { event: e }
                | Fact::Swallowed { event: e, .. }
                | Fact::Duplicate { event: e, .. }
                    if *e == event =>
                {
                    story.lost.get_or_insert(place);
                }
                Fact::Passed { event: e } if *e == event => story.passed = Some(place),
                _ => {}
            }
        }
        story
    }

    fn answer(&self) -> Explanation {
        if !self.added.is_empty() {
            self.taken()
        } else if let Some(lost) = self.lost {
            self.lost(lost)
        } else if let Some(passed) = self.passed {
            self.went_on(passed)
        } else {
            self.pending()
        }
    }

    /// Event time, and how it stands to the watermark that was there when it arrived.
    fn times(&self) -> Vec<Line> {
        let words = self.words;
        let event = &words.run.compiled.events[self.event as usize];
        let watermark = words.run.trace.fates[self.event as usize]
            .watermark
            .unwrap_or(Watermark::NONE);
        let distance = match (behind(words, self.event), watermark.time()) {
            (Some(by), _) => format!(", {by} behind {}", words.the_event_clock()),
            (None, Some(time)) => format!(
                ", {} ahead of {} {}",
                span(event.ts - time),
                words.the_event_clock(),
                words.watermark(watermark)
            ),
            (None, None) => String::new(),
        };
        vec![Line::new(
            "event time",
            format!("{}{distance}", words.instant(event.ts)),
        )]
    }

    fn lost(&self, fact: usize) -> Explanation {
        let words = self.words;
        let entry = &words.run.trace.entries[fact];
        let told = sentence(words.run, entry);
        let mut numbers = self.times();
        let mut facts = causes(words.run, fact);
        facts.push(self.arrived);
        let (verdict, rule) = match &entry.fact {
            Fact::Late {
                window,
                check,
                fate,
                ..
            } => {
                // The last of its windows to end is the one it had the best chance with.
                let (window, check) = self
                    .refused
                    .iter()
                    .filter(|(_, _, refusal)| refusal.rule == check.rule)
                    .max_by_key(|(_, window, _)| *window)
                    .map_or((*window, check), |(_, window, check)| (Some(*window), check));
                numbers.extend(self.check_lines(window, check, fact));
                numbers.extend(self.refused_lines(window));
                facts.extend(causes_of_watermark(words, fact));
                (
                    self.late_verdict(window, check, *fate),
                    format!(
                        "{} {}",
                        rules::of_check(check.rule),
                        rules::of_fate(words.engine(), *fate)
                    ),
                )
            }
            Fact::Duplicate { first, .. } => {
                numbers.push(Line::new("seen first", words.event_in_full(*first)));
                (
                    told,
                    "Only the first event with an id is passed on, as long as the id is remembered (Spark 4.3, dropDuplicates)."
                        .into(),
                )
            }
            Fact::Swallowed { window, .. } => {
                numbers.push(Line::new("its window", words.window(*window)));
                (
                    told,
                    "A trigger that is not repeated finishes for good; what comes after is not emitted and not counted as late \
                     (Beam 2.77)."
                        .into(),
                )
            }
            _ => (
                told,
                "Where windows start further apart than they are long, an event between two of them is in none; ahead of the \
                 watermark it is not late either, so it vanishes without a trace (Flink 2.3, WindowOperator.processElement)."
                    .into(),
            ),
        };
        let mut responsible = vec![self.event];
        responsible.extend(
            events(words.run, &facts)
                .into_iter()
                .filter(|e| *e != self.event),
        );
        Explanation {
            verdict,
            rule,
            numbers,
            steps: steps(words, facts),
            events: responsible,
            position: Some(entry.step + 1),
            ..Explanation::default()
        }
    }

    fn late_verdict(&self, window: Option<Window>, check: &Check, fate: LateFate) -> String {
        let words = self.words;
        let id = words.event(self.event);
        let refused = self
            .refused
            .iter()
            .filter(|(_, _, refusal)| refusal.rule == check.rule)
            .count();
        match window {
            Some(window) if refused > 1 => format!(
                "{id} is late and {}: even the last of its {refused} windows, {}, was over when it came, {}.",
                fate_text(fate),
                words.window(window),
                comparison(words, check)
            ),
            Some(window) => format!(
                "{id} is late and {}: its window {} was over when it came, {}.",
                fate_text(fate),
                words.window(window),
                comparison(words, check)
            ),
            None => format!(
                "{id} is late and {}: {}.",
                fate_text(fate),
                comparison(words, check)
            ),
        }
    }

    fn check_lines(&self, window: Option<Window>, check: &Check, fact: usize) -> Vec<Line> {
        let words = self.words;
        let mut lines = Vec::new();
        if let Some(window) = window {
            lines.push(Line::new("its window", words.window(window)));
        }
        lines.extend(check_lines(words, check, fact));
        lines
    }

    /// The other windows that did not take it.
    fn refused_lines(&self, but: Option<Window>) -> Vec<Line> {
        self.refused
            .iter()
            .filter(|(_, window, _)| Some(*window) != but)
            .take(MOST_WINDOWS)
            .map(|(_, window, check)| {
                Line::new(
                    self.words.window(*window),
                    format!("over: {}", comparison(self.words, check)),
                )
            })
            .collect()
    }

    fn taken(&self) -> Explanation {
        let words = self.words;
        let run = words.run;
        let homes = self.homes();
        let emissions = self.emissions(&homes);
        let mut numbers = self.times();
        numbers.extend(self.window_lines());
        numbers.extend(self.refused_lines(None));
        let mut facts = vec![self.arrived];
        facts.extend(self.added.iter().take(MOST_WINDOWS).map(|(fact, ..)| *fact));
        facts.extend(
            self.refused
                .iter()
                .take(MOST_WINDOWS)
                .map(|(fact, ..)| *fact),
        );
        let acceptance = self
            .added
            .last()
            .and_then(|(_, _, window)| rules::acceptance(words, *window, Watermark::NONE))
            .map_or("", |check| rules::of_check(check.rule));
        let (verdict, rule) = match emissions.first() {
            Some(first) => {
                facts.extend(causes(
                    run,
                    run.trace.emissions[*first as usize].fact.0 as usize,
                ));
                let emission = &run.trace.emissions[*first as usize];
                let firing = rules::of_why(words.engine(), &emission.why);
                (
                    self.counted_verdict(&emissions),
                    if acceptance == firing {
                        firing.into()
                    } else {
                        format!("{acceptance} {firing}")
                    },
                )
            }
            None => self.waiting(&homes, acceptance, &mut numbers),
        };
        let mut responsible = vec![self.event];
        responsible.extend(events(run, &facts).into_iter().filter(|e| *e != self.event));
        Explanation {
            verdict,
            rule: rule.trim().into(),
            numbers,
            steps: steps(words, facts),
            events: responsible,
            position: emissions
                .first()
                .map(|first| run.trace.emissions[*first as usize].step + 1),
            ..Explanation::default()
        }
    }

    /// The windows that hold it at the position, or held it last: number, lane, and its place among the lane's events.
    fn homes(&self) -> Vec<(u32, &'r Lane, u32)> {
        self.words
            .run
            .trace
            .lanes
            .iter()
            .enumerate()
            .take_while(|(_, lane)| happened(lane.opened, self.position))
            .filter_map(|(number, lane)| {
                let place = lane.events.iter().position(|event| *event == self.event)?;
                let last = self.position.checked_sub(1)? as u32;
                (place < lane.extent(last).1 as usize).then_some((
                    number as u32,
                    lane,
                    place as u32,
                ))
            })
            .collect()
    }

    /// The results it is in by the position.
    fn emissions(&self, homes: &[(u32, &Lane, u32)]) -> Vec<u32> {
        let trace = &self.words.run.trace;
        let mut numbers: Vec<u32> = homes
            .iter()
            .flat_map(|(_, lane, place)| {
                lane.emissions.iter().copied().filter(move |number| {
                    let emission = &trace.emissions[*number as usize];
                    happened(emission.step, self.position)
                        && emission.value.is_some()
                        && (emission.from..emission.to).contains(place)
                })
            })
            .collect();
        sort_by(&mut numbers, Ord::cmp);
        numbers
    }

    fn counted_verdict(&self, emissions: &[u32]) -> String {
        let words = self.words;
        let texts: Vec<String> = emissions
            .iter()
            .filter_map(|number| {
                let emission = &words.run.trace.emissions[*number as usize];
                Some(format!(
                    "{} ({}, step {})",
                    words.value(emission.value.as_ref()?),
                    words.window_of(emission.key, emission.window),
                    emission.step + 1
                ))
            })
            .collect();
        let late = behind(words, self.event)
            .map(|by| format!("{by} behind {} but ", words.the_event_clock()))
            .unwrap_or_default();
        let noun = if texts.len() == 1 {
            "result"
        } else {
            "results"
        };
        format!(
            "{} is {late}counted, in the {noun} {}.",
            words.event(self.event),
            list_some(&texts, 3)
        )
    }

    fn waiting(
        &self,
        homes: &[(u32, &Lane, u32)],
        acceptance: &str,
        numbers: &mut Vec<Line>,
    ) -> (String, String) {
        let words = self.words;
        let id = words.event(self.event);
        let open: Vec<_> = homes
            .iter()
            .filter(|(_, lane, _)| closing(lane, self.position).is_none())
            .collect();
        let Some((_, lane, _)) = open.iter().min_by_key(|(_, lane, _)| lane.window) else {
            return (
                format!("{id} was taken, but its window is gone and no result had it."),
                acceptance.into(),
            );
        };
        let ahead = outlook(words, lane, self.position);
        numbers.extend(ahead.numbers);
        let place = match open.len() {
            1 => String::new(),
            n => format!(" in {n} windows"),
        };
        (
            format!("{id} waits{place} for a result: {}", ahead.verdict),
            if acceptance == ahead.rule {
                ahead.rule
            } else {
                format!("{acceptance} {}", ahead.rule)
            },
        )
    }

    /// For each window that took it, why it was not over.
    fn window_lines(&self) -> Vec<Line> {
        let words = self.words;
        let mut lines: Vec<Line> = self
            .added
            .iter()
            .take(MOST_WINDOWS)
            .map(|(fact, _, window)| {
                let judged = rules::judged_window(words, self.event, *window);
                let against = judged_by(words.run, *fact);
                let value = match rules::acceptance(words, judged, against) {
                    Some(check) => format!("takes it: {}", comparison(words, &check)),
                    None => "takes it: it is never over for an event".into(),
                };
                Line::new(words.window(*window), value)
            })
            .collect();
        if self.added.len() > MOST_WINDOWS {
            lines.push(Line::new(
                "and",
                counted(self.added.len() - MOST_WINDOWS, "more window"),
            ));
        }
        lines
    }

    fn went_on(&self, fact: usize) -> Explanation {
        let words = self.words;
        Explanation {
            verdict: sentence(words.run, &words.run.trace.entries[fact]),
            rule: "The first event with an id is passed on (Spark 4.3, dropDuplicates).".into(),
            numbers: self.times(),
            steps: steps(words, vec![self.arrived, fact]),
            events: vec![self.event],
            position: Some(words.run.trace.entries[fact].step + 1),
            ..Explanation::default()
        }
    }

    /// Arrived, and nothing else yet.
    fn pending(&self) -> Explanation {
        let words = self.words;
        let mut numbers = self.times();
        let now = super::moments::watermark_at(words, self.position);
        numbers.push(Line::new(
            words.event_clock(),
            watermark_with_origin(words, now, facts_by(words.run, self.position)),
        ));
        let (verdict, rule) = if words.engine().pacing().batches {
            (
                format!(
                    "{} has arrived and waits for the next batch.",
                    words.event(self.event)
                ),
                "Rows are processed in micro-batches: between two of them nothing happens (Spark 4.3).",
            )
        } else {
            (
                format!(
                    "{} arrived after the job had stopped.",
                    words.event(self.event)
                ),
                "A job that never comes to an end takes no further events.",
            )
        };
        Explanation {
            verdict,
            rule: rule.into(),
            numbers,
            steps: steps(words, vec![self.arrived]),
            events: vec![self.event],
            ..Explanation::default()
        }
    }
}
