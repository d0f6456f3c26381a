//! A model played from end to end: its facts, and snapshots to go back to any step.
//!
//! The state after step n is the nearest snapshot before it and a replay from there; seeking gives what stepping gives.

use super::model::{Model, Sentence, Tell};
use super::scene::{ClusterScene, Figure};
use crate::explain::{Explanation, Narration, Subject, Tone};
use crate::fact::FactId;
use crate::frame::MarkKind;
use crate::scenario::{Problem, Problems};
use crate::time::{Span, format_span};
use std::mem::{Discriminant, discriminant};

/// Models that go on for longer than this are not traced.
const MOST_STEPS: usize = 20_000;

/// More facts of one kind than this are told together, where the model can.
const FEW: usize = 3;

/// Beside its headline a step is told in so many sentences; the views show the rest.
const MOST_TOLD: usize = 8;

/// Between two snapshots there are this many steps.
const SNAPSHOT_EVERY: usize = 32;

/// One recorded fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<F> {
    /// In which step it happened.
    pub step: u32,
    /// The fact that brought it about.
    pub cause: FactId,
    /// What happened.
    pub fact: F,
}

/// A model played from end to end.
#[derive(Clone, Debug)]
pub struct Played<M: Model> {
    /// What was played.
    pub model: M,
    /// What it told, in order.
    pub entries: Vec<Entry<M::Fact>>,
    /// For each step, the first of its facts; one more at the end.
    steps: Vec<u32>,
    snapshots: Vec<M::State>,
}

impl<M: Model> Played<M> {
    /// Plays a model.
    ///
    /// # Errors
    /// What is wrong with it, or that it does not come to an end.
    pub fn new(model: M) -> Result<Played<M>, Vec<Problem>> {
        let mut problems = Problems::default();
        model.check(&mut problems);
        problems.into_result()?;
        let mut state = model.start();
        let mut entries = Vec::new();
        let mut steps = vec![0];
        let mut snapshots = vec![state.clone()];
        while model.step(
            &mut state,
            &mut Tell::new(&mut entries, steps.len() as u32 - 1),
        ) {
            steps.push(entries.len() as u32);
            let taken = steps.len() - 1;
            if taken % SNAPSHOT_EVERY == 0 {
                snapshots.push(state.clone());
            }
            if taken > MOST_STEPS {
                let mut problems = Problems::default();
                problems.push("", format!("goes on for more than {MOST_STEPS} steps"));
                problems.into_result()?;
            }
        }
        Ok(Played {
            model,
            entries,
            steps,
            snapshots,
        })
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len() - 1
    }

    /// Whether nothing happens at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The state after so many steps.
    pub fn state(&self, position: usize) -> M::State {
        let position = position.min(self.len());
        let nearest = position / SNAPSHOT_EVERY;
        let mut state = self.snapshots[nearest].clone();
        for step in nearest * SNAPSHOT_EVERY..position {
            self.model
                .step(&mut state, &mut Tell::new(&mut Vec::new(), step as u32));
        }
        state
    }

    /// What the last of so many steps told.
    pub fn last(&self, position: usize) -> &[Entry<M::Fact>] {
        match position.min(self.len()) {
            0 => &[],
            n => &self.entries[self.steps[n - 1] as usize..self.steps[n] as usize],
        }
    }

    /// What there is to see after so many steps.
    pub fn scene(&self, position: usize) -> ClusterScene {
        let state = self.state(position);
        ClusterScene {
            now: self
                .model
                .clock(&state)
                .map_or_else(String::new, |now| format_span(Span(now))),
            figures: self.model.figures(&state),
            ..self.model.scene(&state, self.last(position))
        }
    }

    /// Where the clock stands after so many steps, in ms; none where the model has no clock.
    pub fn clock(&self, position: usize) -> Option<i64> {
        self.model.clock(&self.state(position))
    }

    /// What can be measured after so many steps.
    pub fn figures(&self, position: usize) -> Vec<Figure> {
        self.model.figures(&self.state(position))
    }

    /// The shown figures after every step, with the clock in ms, or the number of the step where there is no clock.
    pub fn over_time(&self) -> Vec<(i64, Vec<Figure>)> {
        let mut state = self.model.start();
        let figures = |state: &M::State, step: usize| {
            let at = self.model.clock(state).unwrap_or(step as i64);
            let shown = self.model.figures(state).into_iter().filter(|f| f.shown);
            (at, shown.collect())
        };
        let mut all = vec![figures(&state, 0)];
        for step in 0..self.len() {
            self.model
                .step(&mut state, &mut Tell::new(&mut Vec::new(), step as u32));
            all.push(figures(&state, step + 1));
        }
        all
    }

    /// Whether the model has a clock; otherwise its steps are only numbered.
    pub fn timed(&self) -> bool {
        self.model.clock(&self.model.start()).is_some()
    }

    /// What kinds of things each step did, as bits of [`crate::frame::marker`].
    pub fn timeline(&self) -> Vec<u8> {
        (1..=self.len())
            .map(|position| {
                self.last(position).iter().fold(0, |bits, entry| {
                    bits | self.model.sentence(&entry.fact).marker
                })
            })
            .collect()
    }

    /// What the timeline may mark.
    pub fn kinds(&self) -> &'static [MarkKind] {
        M::marks()
    }

    /// The sentences of a step: facts of a kind that are many are one.
    fn told(&self, position: usize) -> Vec<Sentence> {
        let facts: Vec<&M::Fact> = self
            .last(position)
            .iter()
            .map(|entry| &entry.fact)
            .collect();
        let mut told: Vec<Sentence> = Vec::new();
        let mut summed: Vec<Discriminant<M::Fact>> = Vec::new();
        for fact in &facts {
            let kind = discriminant(*fact);
            if summed.contains(&kind) {
                continue;
            }
            let alike: Vec<&M::Fact> = (facts.iter().copied())
                .filter(|other| discriminant(*other) == kind)
                .collect();
            let mut sentence = self.model.sentence(fact);
            let sum = (alike.len() > FEW).then(|| self.model.together(&alike));
            if let Some(text) = sum.flatten() {
                sentence.text = text;
                summed.push(kind);
            }
            told.push(sentence);
        }
        told
    }

    /// What the last of so many steps did, in words.
    pub fn narration(&self, position: usize) -> Narration {
        let told = self.told(position);
        // Of several that matter alike, the first.
        let head = (0..told.len()).rev().max_by_key(|i| told[*i].weight);
        let Some(head) = head else {
            return Narration {
                tone: Tone::Neutral,
                headline: if position == 0 {
                    format!("{}: nothing has happened yet.", self.model.title())
                } else {
                    "Nothing happens in this step.".into()
                },
                text: String::new(),
                subject: None,
            };
        };
        let mut rest: Vec<&str> = told
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != head)
            .map(|(_, sentence)| sentence.text.as_str())
            .collect();
        let more = match rest.len().saturating_sub(MOST_TOLD) {
            0 | 1 => String::new(),
            more => format!("In this step {more} more things happen."),
        };
        if !more.is_empty() {
            rest.truncate(MOST_TOLD);
            rest.push(&more);
        }
        Narration {
            tone: told[head].tone,
            headline: told[head].text.clone(),
            text: rest.join(" "),
            subject: told[head]
                .thing
                .clone()
                .map(|thing| Subject::Thing { thing }),
        }
    }

    /// What explains a figure after so many steps, where it is one thing or one decision.
    pub fn about(&self, figure: &str, position: usize) -> Option<Subject> {
        let thing = self.model.about(&self.state(position), figure)?;
        self.model.why(self, &thing, position)?;
        Some(Subject::Thing { thing })
    }

    /// Why something is as it is, as seen after so many steps.
    pub fn why(&self, subject: &Subject, position: usize) -> Explanation {
        let position = position.min(self.len());
        let answer = match subject {
            Subject::Thing { thing } => self.model.why(self, thing, position),
            Subject::Event { .. }
            | Subject::Emission { .. }
            | Subject::Window { .. }
            | Subject::Missing { .. }
            | Subject::Watermark { .. } => None,
        };
        answer.unwrap_or_else(|| Explanation {
            title: "Nothing to explain".into(),
            verdict: "Nothing has happened to this yet.".into(),
            ..Explanation::default()
        })
    }
}
