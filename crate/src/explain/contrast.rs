//! What an engine did with one event for one window, short enough to stand beside what another engine did.

use super::comparison::comparison;
use super::moments::{facts_by, judged_by, watermark_origin};
use super::rules;
use super::sentence::sentence;
use super::words::{Words, list};
use crate::dialect::EngineKind;
use crate::fact::{Check, Fact, LateFate};
use crate::model::Window;
use crate::run::Run;
use crate::scenario::OutputMode;
use crate::time::{EventTime, Watermark};
use crate::watermark::WatermarkSpec;
use crate::window::{TimeDomain, WindowSpec};

/// What was done, and by which rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contrast {
    /// `drops e3 at step 9: 1000 − 1 ms + 0 ≤ 1004`, to follow the engine's name.
    pub text: String,
    /// The rule, in words and as a formula, with where it is from; empty where there is none.
    pub rule: String,
}

/// Which event, for which window, as seen from where.
pub struct Contrasted<'a> {
    /// The event.
    pub event: u32,
    /// Where the window starts: engines differ in how they write ends.
    pub start: EventTime,
    /// Whether the window holds the event.
    pub held: bool,
    /// How many of the run's steps have been taken.
    pub position: usize,
    /// What one of the run's steps is called: runs side by side have different steps.
    pub step_name: &'a dyn Fn(u32) -> String,
}

/// What the run did with the event.
pub fn contrast(run: &Run, of: &Contrasted) -> Contrast {
    let story = Story::of(run, of);
    if of.held
        && let Some((fact, window)) = story.added
    {
        return story.keeps(fact, window);
    }
    if let Some((fact, check)) = story.refused {
        return story.drops(fact, &check);
    }
    story.otherwise()
}

/// What was told of the event by the position.
struct Story<'a> {
    words: Words<'a>,
    of: &'a Contrasted<'a>,
    /// The fact that added it, by preference to the window that starts there.
    added: Option<(usize, Window)>,
    /// The fact by which that window did not take it, or none did.
    refused: Option<(usize, Check)>,
    /// What became of it where there is no place for it.
    fate: Option<LateFate>,
    /// Another end: a duplicate, a finished trigger, a gap between windows.
    lost: Option<usize>,
}

impl<'a> Story<'a> {
    fn of(run: &'a Run, of: &'a Contrasted<'a>) -> Story<'a> {
        let mut story = Story {
            words: Words::new(run).of_event(of.event),
            of,
            added: None,
            refused: None,
            fate: None,
            lost: None,
        };
        let Some((arrived, _)) = run.trace.fates[of.event as usize].arrived else {
            return story;
        };
        let first = run.trace.steps[arrived as usize] as usize;
        let told = facts_by(run, of.position).max(first);
        for (place, entry) in run.trace.entries[first..told].iter().enumerate() {
            story.take_in(first + place, &entry.fact);
        }
        story
    }

    fn take_in(&mut self, place: usize, fact: &Fact) {
        let here = |window: Window| window.start == self.of.start;
        match fact {
            Fact::Added { event, window, .. }
                if *event == self.of.event && self.added.is_none_or(|(_, other)| !here(other)) =>
            {
                self.added = Some((place, *window));
            }
            Fact::WindowClosed {
                event,
                window,
                check,
                ..
            } if *event == self.of.event && (here(*window) || self.refused.is_none()) => {
                self.refused = Some((place, *check));
            }
            Fact::Late {
                event, check, fate, ..
            } if *event == self.of.event => {
                self.refused.get_or_insert((place, *check));
                self.fate = Some(*fate);
            }
            Fact::Swallowed { event, .. }
            | Fact::Duplicate { event, .. }
            | Fact::NoWindow { event }
                if *event == self.of.event =>
            {
                self.lost = Some(place);
            }
            _ => {}
        }
    }

    fn id(&self) -> &'a str {
        self.words.event(self.of.event)
    }

    fn at(&self, fact: usize) -> String {
        (self.of.step_name)(self.words.run.trace.entries[fact].step)
    }

    fn keeps(&self, fact: usize, window: Window) -> Contrast {
        let words = self.words;
        let judged = rules::judged_window(words, self.of.event, window);
        let against = judged_by(words.run, fact);
        let (because, rule) = match rules::acceptance(words, judged, against) {
            Some(check) => (
                self.with_clock(&check, fact),
                rules::of_check(check.rule).into(),
            ),
            None => (never_over(words), String::new()),
        };
        Contrast {
            text: format!("keeps {} at {}: {because}", self.id(), self.at(fact)),
            rule,
        }
    }

    fn drops(&self, fact: usize, check: &Check) -> Contrast {
        let (id, at) = (self.id(), self.at(fact));
        let done = match self.fate {
            Some(LateFate::SideOutput) => format!("sends {id} to the side output at {at}"),
            Some(LateFate::Dropped) => format!("drops {id} at {at}"),
            Some(LateFate::Partly) | None => format!("does not take {id} here at {at}"),
        };
        let lost = self
            .fate
            .map_or("", |fate| rules::of_fate(self.words.engine(), fate));
        Contrast {
            text: format!("{done}: {}", self.with_clock(check, fact)),
            rule: format!("{} {lost}", rules::of_check(check.rule))
                .trim()
                .into(),
        }
    }

    /// Neither held here nor refused here.
    fn otherwise(&self) -> Contrast {
        let words = self.words;
        let text = if let Some(fact) = self.lost {
            sentence(words.run, &words.run.trace.entries[fact])
        } else if let Some((fact, window)) = self.added {
            let (id, at) = (self.id(), self.at(fact));
            if window.start == self.of.start {
                format!("took {id} at {at}, and no longer holds it here")
            } else {
                format!("puts {id} at {at} into {} instead", words.window(window))
            }
        } else if words.engine().pacing().batches {
            format!("has {} waiting for the next batch", self.id())
        } else {
            format!("has not seen {} yet", self.id())
        };
        Contrast {
            text,
            rule: String::new(),
        }
    }

    /// A check with its numbers, and why the clock it is made by stands where it does.
    fn with_clock(&self, check: &Check, fact: usize) -> String {
        let words = self.words;
        let compared = comparison(words, check);
        if check.against == Watermark::NONE {
            return compared;
        }
        if words.engine() == EngineKind::Spark && check.against.raw() == 0 {
            return format!("{}, so {compared}", self.still_nothing(fact));
        }
        match watermark_origin(words, check.against, fact) {
            Some(origin) => format!(
                "{compared} ({} {}: {origin})",
                words.task.map_or_else(
                    || words.event_clock().to_string(),
                    |_| words.the_event_clock()
                ),
                words.watermark(check.against)
            ),
            None => compared,
        }
    }

    /// Why Spark's watermark has not left its start: it moves only between batches.
    fn still_nothing(&self, fact: usize) -> String {
        let batch = self.words.run.trace.entries[..fact]
            .iter()
            .rev()
            .find_map(|entry| match entry.fact {
                Fact::Batch { number, .. } => Some(number),
                _ => None,
            });
        match batch {
            None | Some(0) => "no batch has ended, the watermark is still 0".into(),
            Some(number) => format!(
                "batch {number} judges late rows by the watermark of the batch before it, still 0"
            ),
        }
    }
}

/// That several tasks have aggregated one key, and what each of them has: `2 on partition 0`.
pub fn contrast_of_tasks(run: &Run, each: &[String]) -> (String, String) {
    let text = format!(
        "it is aggregated by {} tasks, {}: each reads one partition and sees nothing of the others",
        each.len(),
        list(each)
    );
    (text, rules::of_combining(Words::new(run)).into())
}

/// Why this pipeline finds no event too late.
fn never_over(words: Words) -> String {
    let pipeline = &words.run.scenario.pipeline;
    let reason = match pipeline.window {
        None => "there is no window to be over",
        Some(WindowSpec::Global | WindowSpec::Count { .. }) => "its window has no end",
        Some(spec) if spec.clock() == TimeDomain::Processing => {
            "its windows go by the processing clock"
        }
        Some(_) if pipeline.watermark == WatermarkSpec::None => "there is no watermark",
        Some(_) if pipeline.output_mode == Some(OutputMode::Complete) => {
            "complete mode keeps every window"
        }
        Some(_) => "no window of it is ever over",
    };
    format!("no event is too late here, {reason}")
}
