//! An event that arrived, and the windows that took it.

use super::super::comparison::comparison;
use super::super::moments::judged_by;
use super::super::rules;
use super::super::sentence::behind;
use super::super::words::{Words, counted, list};
use super::losses::lost_event;
use super::{Story, Told};
use crate::fact::Fact;
use crate::model::{KeyId, Window};
use crate::sorted::{sort_and_dedup, sort_by};

impl Story<'_> {
    pub(super) fn tell_arrival(&self) -> Option<Told> {
        let event = self.arrived?;
        let lost = self.lost.iter().any(|fact| lost_event(fact) == Some(event));
        let headline = if self.added.iter().any(|(e, ..)| *e == event) {
            format!("{} {}.", self.arrives(event), self.taken(event))
        } else if lost || self.passed.contains(&event) {
            return None;
        } else if self.entries.len() == 1 && self.words.run.scenario.engine.pacing().batches {
            format!("{} and waits for the next batch.", self.arrives(event))
        } else {
            format!("{}.", self.arrives(event))
        };
        let mut asides: Vec<String> = self
            .refused
            .iter()
            .filter(|(e, ..)| *e == event && !lost)
            .map(|(_, window, check)| {
                format!(
                    "{} is over and does not take it: {}.",
                    self.words.window(*window),
                    comparison(self.words, check)
                )
            })
            .collect();
        asides.extend(self.taken_all_the_same(event));
        let reason = asides.join(" ");
        Some(Told {
            aside: if reason.is_empty() {
                headline.clone()
            } else {
                format!("{headline} {reason}")
            },
            headline,
            reason,
        })
    }

    fn arrives(&self, event: u32) -> String {
        format!(
            "{} arrives ({})",
            self.words.event(event),
            self.words.event_facts(event)
        )
    }

    /// `and waits in [12:05, 12:10), now 2 events`.
    fn taken(&self, event: u32) -> String {
        let words = self.words;
        let added: Vec<_> = self.added.iter().filter(|(e, ..)| *e == event).collect();
        if let [(_, key, window, count)] = added[..] {
            let grown: Vec<_> = self
                .merged
                .iter()
                .filter(|(k, _, into)| k == key && into == window)
                .collect();
            let count = counted(*count as usize, "event");
            return match grown[..] {
                [(_, from, _)] => format!(
                    "and extends {} to {}, now {count}",
                    words.window(*from),
                    words.window(*window)
                ),
                _ if self.opened(*key, *window) && grown.is_empty() => {
                    format!("and opens {}", words.window(*window))
                }
                _ => format!(
                    "and {} {}, now {count}",
                    self.joins(*key, *window),
                    words.window(*window)
                ),
            };
        }
        let mut windows: Vec<Window> = added.iter().map(|(_, _, window, _)| *window).collect();
        sort_by(&mut windows, Ord::cmp);
        let names: Vec<String> = windows
            .into_iter()
            .map(|window| words.window(window))
            .collect();
        let verb = added
            .last()
            .map_or("joins", |(_, key, window, _)| self.joins(*key, *window));
        if names.len() <= 3 {
            format!("and {verb} {}", list(&names))
        } else {
            format!(
                "and {verb} {} windows, {} to {}",
                names.len(),
                names[0],
                names[names.len() - 1]
            )
        }
    }

    /// An event waits where no result of this step has it already.
    fn joins(&self, key: KeyId, window: Window) -> &'static str {
        let out = self
            .outcomes
            .iter()
            .any(|outcome| (outcome.key, outcome.window) == (key, window));
        if out { "joins" } else { "waits in" }
    }

    fn opened(&self, key: KeyId, window: Window) -> bool {
        let lanes = &self.words.run.trace.lanes;
        let first = lanes.partition_point(|lane| (lane.opened as usize) < self.step);
        lanes[first..]
            .iter()
            .take_while(|lane| lane.opened as usize == self.step)
            .any(|lane| (lane.key, lane.window) == (key, window))
    }

    /// Why an event behind the watermark was taken all the same.
    fn taken_all_the_same(&self, event: u32) -> Option<String> {
        let by = behind(self.words, event)?;
        let (place, window) = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(place, entry)| match &entry.fact {
                Fact::Added {
                    event: e, window, ..
                } if *e == event => Some((place, *window)),
                _ => None,
            })
            .max_by_key(|(_, window)| *window)?;
        let window = rules::judged_window(self.words, event, window);
        let clock = self.words.the_event_clock();
        let against = judged_by(self.words.run, self.first + place);
        let numbers = rules::acceptance(self.words, window, against)
            .map(|check| comparison(self.words, &check));
        Some(match numbers {
            Some(numbers) => format!(
                "It is {by} behind {clock}, but its window{} is not over: {numbers}.",
                self.named(event, window)
            ),
            None => format!("It is {by} behind {clock}, which does not matter here."),
        })
    }

    /// The window's name, where the sentence before has not just said it.
    fn named(&self, event: u32, window: Window) -> String {
        match self.added.iter().filter(|(e, ..)| *e == event).count() {
            1 => String::new(),
            _ => format!(" {}", self.words.window(window)),
        }
    }
}

impl Words<'_> {
    /// What a batch's events went into: `3 windows`, `[12:00, 12:05)`.
    pub(in super::super) fn distinct_windows(self, mut windows: Vec<Window>) -> String {
        sort_and_dedup(&mut windows);
        match windows[..] {
            [one] => self.window(one),
            _ => counted(windows.len(), "window"),
        }
    }
}
