//! Events that went no further.

use super::super::comparison::{against_the_watermark, comparison, sides};
use super::super::moments::{watermark_origin, watermark_with_origin};
use super::super::sentence::{fate_text, sentence};
use super::super::words::{counted, list_some};
use super::{Story, Told};
use crate::fact::{Check, Fact, LateFate, Rule};
use crate::model::Window;

/// The event that a fact says is lost.
pub(super) fn lost_event(fact: &Fact) -> Option<u32> {
    match fact {
        Fact::Late { event, .. }
        | Fact::NoWindow { event }
        | Fact::Swallowed { event, .. }
        | Fact::Duplicate { event, .. } => Some(*event),
        _ => None,
    }
}

impl Story<'_> {
    pub(super) fn tell_losses(&self) -> Option<Told> {
        let (results, events): (Vec<&Fact>, Vec<&Fact>) = self
            .lost
            .iter()
            .partition(|fact| matches!(fact, Fact::ResultLost { .. }));
        let told = match events[..] {
            [] => None,
            [fact] => self.tell_loss(fact),
            _ => Some(self.tell_several_losses(&events)),
        };
        let lost = self.tell_lost_results(&results);
        match (told, lost) {
            (Some(mut told), Some(lost)) => {
                told.reason = format!("{} {}", told.reason, lost.aside);
                told.aside = format!("{} {}", told.aside, lost.aside);
                Some(told)
            }
            (told, lost) => told.or(lost),
        }
    }

    fn tell_lost_results(&self, lost: &[&Fact]) -> Option<Told> {
        let words = self.words;
        let names: Vec<String> = lost
            .iter()
            .filter_map(|fact| match fact {
                Fact::ResultLost { key, window, .. } => Some(words.window_of(*key, *window)),
                _ => None,
            })
            .collect();
        let Fact::ResultLost { check, .. } = lost.last()? else {
            return None;
        };
        let numbers = comparison(words, check);
        let side = sides(words, check.rule).1;
        let (headline, reason) = match &names[..] {
            [name] => (
                format!("The result of {name} is lost."),
                format!(
                    "The window closed, but the store does not show it any more: {numbers}, {side}."
                ),
            ),
            names => (
                format!("The results of {} are lost.", list_some(names, 4)),
                format!(
                    "These windows closed, but the store does not show them any more, the last by {numbers}, {side}."
                ),
            ),
        };
        Some(Told {
            aside: format!("{headline} {reason}"),
            headline,
            reason,
        })
    }

    fn tell_loss(&self, fact: &Fact) -> Option<Told> {
        let words = self.words;
        let (headline, reason) = match fact {
            Fact::Late {
                event,
                window,
                check,
                fate,
                ..
            } => self.late_words(*event, *window, check, *fate),
            Fact::Duplicate { .. } | Fact::NoWindow { .. } | Fact::Swallowed { .. } => {
                let entry = self.entries.iter().find(|entry| entry.fact == *fact)?;
                let event = words.run.compiled.events.get(lost_event(fact)? as usize)?;
                (
                    sentence(words.run, entry),
                    format!("Its event time is {}.", words.instant(event.ts)),
                )
            }
            _ => return None,
        };
        Some(Told {
            aside: format!("{headline} {reason}"),
            headline,
            reason,
        })
    }

    fn late_words(
        &self,
        event: u32,
        window: Option<Window>,
        check: &Check,
        fate: LateFate,
    ) -> (String, String) {
        let words = self.words;
        let id = words.event(event);
        let taken = self.added.iter().filter(|(e, ..)| *e == event).count();
        let headline = match (window, taken) {
            (Some(window), 1..) => format!("{id} is too late for {}.", words.window(window)),
            _ => format!("{id} is late and {}.", fate_text(fate)),
        };
        // The last of its windows to end is the one it had the best chance with.
        let refused: Vec<_> = self
            .refused
            .iter()
            .filter(|(e, _, refusal)| *e == event && refusal.rule == check.rule)
            .collect();
        let (window, check) = refused
            .iter()
            .max_by_key(|(_, window, _)| *window)
            .map_or((window, check), |(_, window, check)| {
                (Some(*window), *check)
            });
        let Some(of) = words.run.compiled.events.get(event as usize) else {
            return (headline, String::new());
        };
        let (time, key) = (words.instant(of.ts), of.key);
        let numbers = comparison(words, check);
        let clock = if against_the_watermark(check.rule) {
            let origin = watermark_origin(words, check.against, self.first + self.entries.len())
                .map(|origin| format!(" ({origin})"))
                .unwrap_or_default();
            format!("{}{origin}", words.the_event_clock())
        } else {
            sides(words, check.rule).1.into()
        };
        let reason = match (window, check.rule) {
            (_, Rule::SparkRowLate | Rule::FlinkElementLate | Rule::SparkIdForgotten)
            | (None, _) => format!("Its event time is {time}: {numbers}, {clock}."),
            (Some(window), _) if refused.len() > 1 => format!(
                "Its event time is {time}; even the last of its {} windows, {}, is over: {numbers}, {clock}.",
                refused.len(),
                words.window(window)
            ),
            (
                Some(window),
                Rule::FlinkWindowOver
                | Rule::FlinkProcessingTimeOver
                | Rule::SparkWindowOver
                | Rule::BeamWindowExpired
                | Rule::BeamSessionExpired
                | Rule::KafkaWindowClosed
                | Rule::KafkaSessionClosed
                | Rule::KafkaSlidingClosed
                | Rule::KafkaStoreExpired
                | Rule::KafkaOrderedStoreExpired
                | Rule::KafkaSegmentExpired
                | Rule::KafkaSuppressOver,
            ) => format!(
                "Its event time is {time}; {} is over: {numbers}, {clock}.",
                words.window_of(key, window)
            ),
        };
        (headline, reason)
    }

    fn tell_several_losses(&self, lost: &[&Fact]) -> Told {
        let words = self.words;
        let events: Vec<u32> = lost.iter().filter_map(|fact| lost_event(fact)).collect();
        let how = |fact: &Fact| match fact {
            Fact::Late { fate, .. } => format!("late and {}", fate_text(*fate)),
            Fact::Duplicate { .. } => "dropped as duplicates".into(),
            Fact::Swallowed { .. } => "swallowed by finished triggers".into(),
            _ => "in no window".to_string(),
        };
        let mut kinds: Vec<(String, usize)> = Vec::new();
        for fact in lost {
            let kind = how(fact);
            match kinds.iter_mut().find(|(name, _)| *name == kind) {
                Some((_, n)) => *n += 1,
                None => kinds.push((kind, 1)),
            }
        }
        let headline = match &kinds[..] {
            [(kind, n)] => format!(
                "{} are {kind}: {}.",
                counted(*n, "event"),
                words.events(&events)
            ),
            kinds => {
                let kinds: Vec<String> = kinds
                    .iter()
                    .map(|(kind, n)| format!("{n} {kind}"))
                    .collect();
                format!(
                    "{} go no further: {}.",
                    counted(events.len(), "event"),
                    kinds.join(", ")
                )
            }
        };
        let reason = lost
            .iter()
            .find_map(|fact| match fact {
                Fact::Late { check, .. } => Some(format!(
                    "They are judged by {} {}.",
                    words.the_event_clock(),
                    watermark_with_origin(words, check.against, self.first + self.entries.len())
                )),
                _ => None,
            })
            .unwrap_or_default();
        Told {
            aside: format!("{headline} {reason}"),
            headline,
            reason,
        }
    }
}
