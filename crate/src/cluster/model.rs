//! What a model of something in a cluster is: a small deterministic machine that is stepped, tells facts, and says what there is
//! to see. Everything else (time travel, narration, knobs, lessons, the page) follows from this one trait.

use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::{Explanation, Tone};
use crate::fact::FactId;
use crate::frame::MarkKind;
use crate::knobs::{Control, Knob, SettingValue};
use crate::scenario::Problems;
use std::fmt::Debug;

/// A model: its fields are what a scenario writes, its state is what runs.
pub trait Model: Clone + Debug + Sized + 'static {
    /// What is kept from step to step: a snapshot is a clone of it.
    type State: Clone + Debug + PartialEq;
    /// What can happen. A fact carries the numbers that were compared.
    type Fact: Clone + Debug + PartialEq;

    /// What a run of this model is called, for people, such as `Spark, one join`.
    fn title(&self) -> String;

    /// Notes what is wrong with what was written, with places relative to the model's own object.
    fn check(&self, problems: &mut Problems);

    /// What can be turned, in the order in which it is shown.
    fn table() -> &'static [Turn<Self>];

    /// The state before the first step.
    fn start(&self) -> Self::State;

    /// Takes one step, unless there is nothing left to do: then it changes nothing and returns false.
    fn step(&self, state: &mut Self::State, tell: &mut Tell<'_, Self::Fact>) -> bool;

    /// Where the clock stands, in ms; none where the model has no clock.
    fn clock(&self, state: &Self::State) -> Option<i64>;

    /// What can be measured.
    fn figures(&self, state: &Self::State) -> Vec<Figure>;

    /// What there is to see; `last` is what the last step told. The figures and the clock are put in by the caller.
    fn scene(&self, state: &Self::State, last: &[Entry<Self::Fact>]) -> ClusterScene;

    /// What the timeline marks are called.
    fn marks() -> &'static [MarkKind];

    /// A fact in words, with its numbers.
    fn sentence(&self, fact: &Self::Fact) -> Sentence;

    /// Several facts of one kind that one step told, in one sentence with their number and the first of their names; none where each is told
    /// by itself.
    fn together(&self, facts: &[&Self::Fact]) -> Option<String> {
        let _ = facts;
        None
    }

    /// Why the thing of this id is as it is, as seen after so many steps; none if it answers for no such thing.
    fn why(&self, run: &Played<Self>, thing: &str, position: usize) -> Option<Explanation>;

    /// The thing that [`Model::why`] is asked about to explain a figure, where it is about one thing or one decision. Of what sums up
    /// many things, the step that changed it is the reason.
    fn about(&self, state: &Self::State, figure: &str) -> Option<String> {
        let _ = (state, figure);
        None
    }
}

/// A fact in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// One sentence, with the numbers compared.
    pub text: String,
    /// How it went.
    pub tone: Tone,
    /// What the timeline marks, as bits of [`crate::frame::marker`].
    pub marker: u8,
    /// How much it matters among the facts of its step: the one that matters most is the headline.
    pub weight: u8,
    /// What "why?" asks about here: an id that [`Model::why`] takes.
    pub thing: Option<String>,
}

/// Where a model tells what happens.
#[derive(Debug)]
pub struct Tell<'a, F> {
    entries: &'a mut Vec<Entry<F>>,
    step: u32,
}

impl<'a, F> Tell<'a, F> {
    pub(super) fn new(entries: &'a mut Vec<Entry<F>>, step: u32) -> Tell<'a, F> {
        Tell { entries, step }
    }

    /// Tells a fact that nothing before it brought about.
    pub fn fact(&mut self, fact: F) -> FactId {
        self.because(FactId::NONE, fact)
    }

    /// Tells a fact and the one that brought it about.
    pub fn because(&mut self, cause: FactId, fact: F) -> FactId {
        let id = FactId(self.entries.len() as u32);
        self.entries.push(Entry {
            step: self.step,
            cause,
            fact,
        });
        id
    }

    /// How many facts have been told so far, in this step and perhaps before.
    pub fn told(&self) -> usize {
        self.entries.len()
    }

    /// The number of the step that is being taken.
    pub fn step(&self) -> u32 {
        self.step
    }
}

/// One thing of a model that can be turned: a row of [`Model::table`].
#[derive(Debug)]
pub struct Turn<M> {
    /// Its name in lessons and links.
    pub id: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Where it stands; none where the scenario does not have it.
    pub read: fn(&M) -> Option<Control>,
    /// Why it cannot be turned here.
    pub missing: fn(&M) -> Option<&'static str>,
    /// Turns it.
    pub write: fn(&mut M, &SettingValue) -> Result<(), String>,
}

impl<M> Turn<M> {
    pub(super) fn knob(&self, model: &M) -> Option<Knob> {
        Some(Knob {
            id: self.id.into(),
            label: self.label.into(),
            control: (self.read)(model)?,
            disabled: (self.missing)(model).map(String::from),
        })
    }
}

/// For [`Turn::missing`]: it can always be turned.
pub fn always<M>(_: &M) -> Option<&'static str> {
    None
}
