//! Narration: what one step did, the most important thing first.
//!
//! A step's facts are sorted into topics. The gravest topic gives the headline; the text then tells its reason and the other
//! topics in the order in which they happen.

mod arrival;

mod clocks;

mod losses;

mod opening;

mod results;

use super::moments::lane_of;
use super::words::{Words, counted, list_some};
use super::{Narration, Subject, Tone};
use crate::fact::{Check, Fact, Why};
use crate::model::{Action, KeyId, Window};
use crate::run::Run;
use crate::time::Watermark;
use crate::trace::Entry;
use crate::wording::possessive;

/// What the last of `position` steps did.
pub fn narration(run: &Run, position: usize) -> Narration {
    let words = Words::new(run);
    match position.min(run.len()).checked_sub(1) {
        None => opening::tell(words),
        Some(step) => Story::of(words, step).tell(),
    }
}

/// What a step's facts are about, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Topic {
    Halted,
    Losses,
    Results,
    Merges,
    Sources,
    Batch,
    Arrival,
    Watermark,
    Clock,
}

impl Topic {
    const BY_GRAVITY: [Topic; 9] = [
        Topic::Halted,
        Topic::Losses,
        Topic::Results,
        Topic::Merges,
        Topic::Sources,
        Topic::Batch,
        Topic::Arrival,
        Topic::Watermark,
        Topic::Clock,
    ];

    const AS_THEY_HAPPEN: [Topic; 9] = [
        Topic::Clock,
        Topic::Batch,
        Topic::Sources,
        Topic::Losses,
        Topic::Arrival,
        Topic::Merges,
        Topic::Watermark,
        Topic::Results,
        Topic::Halted,
    ];
}

/// One topic told: as a headline with its reason, or as sentences among others.
#[derive(Default)]
struct Told {
    headline: String,
    reason: String,
    aside: String,
}

/// A result of the step.
struct Outcome<'r> {
    number: u32,
    key: KeyId,
    window: Window,
    why: &'r Why,
}

/// The facts of one step, by what they are about.
struct Story<'r> {
    words: Words<'r>,
    step: usize,
    entries: &'r [Entry],
    first: usize,
    arrived: Option<u32>,
    added: Vec<(u32, KeyId, Window, u64)>,
    merged: Vec<(KeyId, Window, Window)>,
    refused: Vec<(u32, Window, &'r Check)>,
    lost: Vec<&'r Fact>,
    outcomes: Vec<Outcome<'r>>,
    passed: Vec<u32>,
    evicted: Vec<(Window, &'r Check)>,
    purged: usize,
    idle: Option<u16>,
    ended: Vec<u16>,
    told: Vec<&'r Fact>,
    rose: Option<(Watermark, Watermark)>,
    halted: Option<u64>,
}

impl<'r> Story<'r> {
    fn of(words: Words<'r>, step: usize) -> Story<'r> {
        let trace = &words.run.trace;
        let words = match words.run.step(step).map(|step| step.action) {
            Some(Action::Event(event)) => words.of_event(event.index),
            _ => words,
        };
        let mut story = Story {
            words,
            step,
            entries: trace.of_step(step),
            first: trace.steps[step] as usize,
            arrived: None,
            added: Vec::new(),
            merged: Vec::new(),
            refused: Vec::new(),
            lost: Vec::new(),
            outcomes: Vec::new(),
            passed: Vec::new(),
            evicted: Vec::new(),
            purged: 0,
            idle: None,
            ended: Vec::new(),
            told: Vec::new(),
            rose: None,
            halted: None,
        };
        let mut number = trace
            .emissions
            .partition_point(|emission| (emission.step as usize) < step)
            as u32;
        for entry in story.entries {
            story.take_in(&entry.fact, &mut number);
        }
        story
    }

    fn take_in(&mut self, fact: &'r Fact, number: &mut u32) {
        match fact {
            Fact::Arrived { event } => self.arrived = Some(*event),
            Fact::Added {
                event,
                key,
                window,
                count,
            } => self.added.push((*event, *key, *window, *count)),
            Fact::Merged { key, from, into } if from != into => {
                self.merged.push((*key, *from, *into));
            }
            Fact::WindowClosed {
                event,
                window,
                check,
                ..
            } => self.refused.push((*event, *window, check)),
            Fact::Late { .. }
            | Fact::NoWindow { .. }
            | Fact::Swallowed { .. }
            | Fact::Duplicate { .. }
            | Fact::ResultLost { .. } => self.lost.push(fact),
            Fact::Passed { event } => self.passed.push(*event),
            Fact::Emitted {
                key, window, why, ..
            } => {
                self.outcomes.push(Outcome {
                    number: *number,
                    key: *key,
                    window: *window,
                    why,
                });
                *number += 1;
            }
            Fact::Purged { .. } => self.purged += 1,
            Fact::Evicted { window, check, .. } => self.evicted.push((*window, check)),
            Fact::SourceWatermark { .. } => self.told.push(fact),
            Fact::SourceIdle { source } => self.idle = Some(*source),
            Fact::SourceEnded { source } => self.ended.push(*source),
            Fact::Watermark { from, to, .. } => {
                // Several sources may end in one step, each with a rise of its own.
                self.rose = Some((self.rose.map_or(*from, |(from, _)| from), *to));
            }
            Fact::Halted { emissions } => self.halted = Some(*emissions),
            Fact::Merged { .. }
            | Fact::Copied { .. }
            | Fact::ClockMoved { .. }
            | Fact::LateRows { .. }
            | Fact::Batch { .. }
            | Fact::Remembered { .. }
            | Fact::TimerSet { .. }
            | Fact::TimerDue { .. } => {}
        }
    }

    fn tell(&self) -> Narration {
        let told: Vec<(Topic, Told)> = Topic::AS_THEY_HAPPEN
            .into_iter()
            .filter_map(|topic| Some((topic, self.told_of(topic)?)))
            .collect();
        let lead = Topic::BY_GRAVITY
            .into_iter()
            .find(|topic| told.iter().any(|(other, _)| other == topic));
        let mut headline = String::new();
        let mut texts = Vec::new();
        for (topic, told) in told {
            if Some(topic) == lead {
                headline = told.headline;
                texts.push(told.reason);
            } else {
                texts.push(told.aside);
            }
        }
        texts.push(self.aftermath());
        texts.retain(|text| !text.is_empty());
        if headline.is_empty() {
            headline = self.nothing_happened();
        }
        Narration {
            tone: self.tone(lead),
            headline,
            text: texts.join(" "),
            subject: self.subject(lead),
        }
    }

    fn told_of(&self, topic: Topic) -> Option<Told> {
        match topic {
            Topic::Halted => self.tell_halted(),
            Topic::Losses => self.tell_losses(),
            Topic::Results => self.tell_results(),
            Topic::Merges => self.tell_merges(),
            Topic::Sources => self.tell_sources(),
            Topic::Batch => self.tell_batch(),
            Topic::Arrival => self.tell_arrival(),
            Topic::Watermark => self.tell_watermark(),
            Topic::Clock => self.tell_clock(),
        }
    }

    fn tone(&self, lead: Option<Topic>) -> Tone {
        match lead {
            Some(Topic::Halted | Topic::Losses) => Tone::Loss,
            Some(Topic::Results) => Tone::Result,
            Some(Topic::Merges | Topic::Sources | Topic::Batch | Topic::Watermark) => {
                Tone::Progress
            }
            Some(Topic::Arrival | Topic::Clock) if self.rose.is_some() => Tone::Progress,
            Some(Topic::Arrival | Topic::Clock) | None => Tone::Neutral,
        }
    }

    fn subject(&self, lead: Option<Topic>) -> Option<Subject> {
        let event = |event: Option<u32>| Some(Subject::Event { event: event? });
        match lead? {
            Topic::Losses => match self.lost.first()? {
                Fact::ResultLost { key, window, .. } => {
                    let lane = lane_of(self.words.run, *key, *window, self.step + 1)?;
                    Some(Subject::Window { lane })
                }
                fact => event(losses::lost_event(fact)),
            },
            Topic::Results | Topic::Halted => match self.outcomes.first() {
                Some(outcome) => Some(Subject::Emission {
                    emission: outcome.number,
                }),
                None => event(self.passed.first().copied()),
            },
            Topic::Merges => {
                let (key, _, into) = *self.merged.last()?;
                let lane = lane_of(self.words.run, key, into, self.step + 1)?;
                Some(Subject::Window { lane })
            }
            Topic::Sources => Some(Subject::Watermark {
                source: self.idle.or(match self.ended[..] {
                    [one] => Some(one),
                    _ => None,
                }),
            }),
            Topic::Arrival => event(self.arrived),
            Topic::Batch | Topic::Watermark | Topic::Clock => {
                Some(Subject::Watermark { source: None })
            }
        }
    }

    fn tell_halted(&self) -> Option<Told> {
        let emissions = counted(self.halted? as usize, "result");
        Some(Told {
            headline: "The job would never come to an end here.".into(),
            reason: format!(
                "It has emitted {emissions} in this step and would go on: the trigger sets itself a new timer with each firing, and the \
                 end of time is past all of them. The simulation stops."
            ),
            aside: String::new(),
        })
    }

    /// Windows that became one; a window that only grew is told with the event that made it grow.
    fn tell_merges(&self) -> Option<Told> {
        let (key, _, into) = *self.merged.last()?;
        let old: Vec<String> = self
            .merged
            .iter()
            .filter(|(k, _, i)| (*k, *i) == (key, into))
            .map(|(_, from, _)| self.words.window(*from))
            .collect();
        if old.len() < 2 || self.arrived.is_none() {
            return None;
        }
        let sentence = format!(
            "{} become {}.",
            if self.words.key(key).is_empty() {
                list_some(&old, 4)
            } else {
                format!("{} {}", possessive(self.words.key(key)), list_some(&old, 4))
            },
            self.words.window(into)
        );
        Some(Told {
            headline: sentence.clone(),
            reason: String::new(),
            aside: sentence,
        })
    }

    /// What else changed: contents purged, state removed without a result.
    fn aftermath(&self) -> String {
        let mut parts = Vec::new();
        if self.purged > 0 {
            let what = if self.purged == 1 {
                "The window starts"
            } else {
                "The windows start"
            };
            parts.push(format!("{what} empty again."));
        }
        let silent: Vec<_> = self
            .evicted
            .iter()
            .filter(|(window, _)| !(self.outcomes.iter()).any(|outcome| outcome.window == *window))
            .collect();
        if let Some((window, check)) = silent.last() {
            let window = self.words.window(*window);
            let dedup = self.words.run.scenario.pipeline.dedup.is_some();
            let comparison = super::comparison::comparison(self.words, check);
            let mut names: Vec<_> = silent.iter().map(|(window, _)| *window).collect();
            names.dedup();
            parts.push(if dedup && names.len() == 1 {
                format!("An id is forgotten: {comparison}.")
            } else if dedup {
                format!(
                    "{} are forgotten, the last of them: {comparison}.",
                    counted(names.len(), "id")
                )
            } else if names.len() == 1 {
                format!("{window} is removed from state: {comparison}.")
            } else {
                format!(
                    "{} are removed from state, the last of them {window}: {comparison}.",
                    counted(names.len(), "window")
                )
            });
        }
        parts.join(" ")
    }

    fn nothing_happened(&self) -> String {
        let action = self.words.run.step(self.step).map(|step| step.action);
        match action {
            Some(Action::Batch { .. }) => "The batch finds nothing to do.",
            Some(Action::MarkIdle { .. }) => "The source was idle already.",
            Some(Action::End { .. }) => "The input had ended already.",
            Some(Action::Watermark { .. }) => "The watermark stays where it is.",
            Some(Action::ClockMoves) => "The processing clock moves; nothing is due.",
            Some(Action::Event(_)) | None => "Nothing changes: the job has stopped.",
        }
        .into()
    }
}
