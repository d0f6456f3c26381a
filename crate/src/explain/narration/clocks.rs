//! What moves time: sources, batches, the watermark and the processing clock.

use super::super::comparison::arithmetic;
use super::super::moments::{Standing, holder, open_lanes, sources, watermark_at};
use super::super::outlook::due;
use super::super::sentence::sentence;
use super::super::words::{capital, counted, list};
use super::{Story, Told};
use crate::dialect::EngineKind;
use crate::fact::{Fact, Why};
use crate::model::{Action, Window};
use crate::sorted::sort_and_dedup;
use crate::time::{EventTime, Watermark};
use crate::watermark::WatermarkRule;
use crate::window::TimeDomain;

impl Story<'_> {
    pub(super) fn tell_sources(&self) -> Option<Told> {
        let words = self.words;
        let headline = if let Some(source) = self.idle {
            format!(
                "{} is declared idle: {} no longer waits for it.",
                capital(&words.source(source)),
                words.the_event_clock()
            )
        } else if self.input_ended() {
            "The input has ended.".into()
        } else {
            let names: Vec<String> = self
                .ended
                .iter()
                .map(|source| words.source(*source))
                .collect();
            match &names[..] {
                [] => return None,
                [one] => format!("{} has ended.", capital(one)),
                several => format!("{} have ended.", capital(&list(several))),
            }
        };
        let reason = if self.idle.is_some() && self.rose.is_none() {
            self.why_it_stays()
        } else {
            String::new()
        };
        Some(Told {
            aside: headline.clone(),
            headline,
            reason,
        })
    }

    fn input_ended(&self) -> bool {
        !self.ended.is_empty()
            && sources(self.words.run, self.step + 1)
                .iter()
                .all(|view| view.standing == Standing::Ended)
    }

    /// Who holds the watermark where it is, of several sources.
    fn why_it_stays(&self) -> String {
        let words = self.words;
        let now = watermark_at(words, self.step + 1);
        let stays = match now {
            Watermark::NONE => format!("There is no {} yet", words.event_clock()),
            now => format!(
                "{} stays at {}",
                capital(&words.the_event_clock()),
                words.watermark(now)
            ),
        };
        let views = sources(words.run, self.step + 1);
        match holder(&views) {
            Some(holder) if views[holder as usize].watermark == Watermark::NONE => {
                format!("{stays}: {} has told none.", words.source(holder))
            }
            Some(holder) => format!("{stays}: {} holds it.", words.source(holder)),
            None => format!("{stays}: no source counts."),
        }
    }

    pub(super) fn tell_batch(&self) -> Option<Told> {
        let first = self.batches().next()?;
        let headline = sentence(self.words.run, first);
        let reason = if self.added.is_empty() {
            String::new()
        } else {
            let windows = self.added.iter().map(|(_, _, window, _)| *window).collect();
            format!(
                "Its events go into {}.",
                self.words.distinct_windows(windows)
            )
        };
        Some(Told {
            aside: format!("{headline} {reason}").trim_end().into(),
            headline,
            reason,
        })
    }

    fn batches(&self) -> impl Iterator<Item = &crate::trace::Entry> {
        self.entries
            .iter()
            .filter(|entry| matches!(entry.fact, Fact::Batch { .. }))
    }

    pub(super) fn tell_clock(&self) -> Option<Told> {
        let moved = self.entries.iter().find_map(|entry| match entry.fact {
            Fact::ClockMoved { to } => Some(to),
            _ => None,
        })?;
        let alone = matches!(self.words.run.step(self.step)?.action, Action::ClockMoves);
        if !alone && !self.by_clock() {
            return None;
        }
        let headline = format!(
            "The processing clock moves to {}.",
            self.words.run.clock.format(moved.ms())
        );
        Some(Told {
            aside: headline.clone(),
            reason: if self.outcomes.is_empty() && alone {
                "Nothing is due.".into()
            } else {
                String::new()
            },
            headline,
        })
    }

    /// Whether the processing clock brought a result.
    pub(super) fn by_clock(&self) -> bool {
        self.outcomes.iter().any(|outcome| {
            matches!(
                outcome.why,
                Why::ClockReached { .. }
                    | Why::Interval {
                        clock: TimeDomain::Processing,
                        ..
                    }
            )
        })
    }

    pub(super) fn tell_watermark(&self) -> Option<Told> {
        let mut text = match self.rose {
            Some((_, to)) => self.watermark_moves(to),
            None => self.watermark_stays()?,
        };
        // A batch without data follows the watermark that it runs for.
        for batch in self.batches().skip(1) {
            text.push(' ');
            text.push_str(&sentence(self.words.run, batch));
        }
        Some(Told {
            headline: text.clone(),
            reason: String::new(),
            aside: text,
        })
    }

    fn watermark_moves(&self, to: Watermark) -> String {
        let clock = capital(&self.words.the_event_clock());
        if to == Watermark::END {
            return match self.reached() {
                Some(reached) => format!("{clock} goes to the end of time{reached}."),
                None => format!("{clock} goes to the end of time."),
            };
        }
        let consequence = self
            .reached()
            .or_else(|| self.next_to_fire(to))
            .unwrap_or_default();
        let to_text = self.words.watermark(to);
        let sum = match self.sum_of(to) {
            Some(sum) if sum != to_text => format!(" = {sum}"),
            Some(_) | None => String::new(),
        };
        let held = match self.told_last() {
            _ if !self.words.several_sources() || self.words.run.has_tasks() => String::new(),
            Some((source, told)) if told == to => {
                format!(", held by {}", self.words.source(source))
            }
            Some(_) | None => self.held_now(),
        };
        let comma = if !held.is_empty() && consequence.starts_with(" and") {
            ","
        } else {
            ""
        };
        format!("{clock} moves to {to_text}{sum}{held}{comma}{consequence}.")
    }

    /// `, held by payments`.
    fn held_now(&self) -> String {
        let views = sources(self.words.run, self.step + 1);
        holder(&views)
            .map(|source| format!(", held by {}", self.words.source(source)))
            .unwrap_or_default()
    }

    /// The source that told a watermark in this step, and which.
    fn told_last(&self) -> Option<(u16, Watermark)> {
        match self.told.last()? {
            Fact::SourceWatermark {
                source, watermark, ..
            } => Some((*source, *watermark)),
            _ => None,
        }
    }

    /// The arithmetic behind the combined watermark, where one of this step's or an earlier source watermark gave it.
    fn sum_of(&self, to: Watermark) -> Option<String> {
        let end = self.first + self.entries.len();
        self.words.run.trace.entries[..end]
            .iter()
            .rev()
            .find_map(|entry| match &entry.fact {
                Fact::SourceWatermark {
                    rule,
                    highest,
                    delay,
                    watermark,
                    ..
                } if *watermark == to => Some(arithmetic(self.words, *rule, *highest, *delay)),
                _ => None,
            })
            .flatten()
    }

    /// The windows' ends that the watermark reached in this step.
    fn reached(&self) -> Option<String> {
        let mut reached: Vec<(EventTime, Window)> = self
            .outcomes
            .iter()
            .filter_map(|outcome| match outcome.why {
                Why::WatermarkReached { waited_for, .. } => Some((*waited_for, outcome.window)),
                _ => None,
            })
            .collect();
        sort_and_dedup(&mut reached);
        let what = match self.words.engine() {
            EngineKind::Beam => "the end",
            EngineKind::Flink | EngineKind::Spark | EngineKind::KafkaStreams => {
                "the last millisecond"
            }
        };
        match reached[..] {
            [] => None,
            [(at, window)] if at.ms() == i64::MAX => Some(format!(
                ", which is the end of {}",
                self.words.window(window)
            )),
            [(at, window)] if self.rose.is_some_and(|(_, to)| to == Watermark::at(at)) => {
                Some(format!(", {what} of {}", self.words.window(window)))
            }
            [(at, window)] => Some(format!(
                " and passes {}, {what} of {}",
                self.words.instant(at),
                self.words.window(window)
            )),
            [(first, _), .., (last, _)] => Some(format!(
                " and passes {what} of {}, {} to {}",
                counted(reached.len(), "window"),
                self.words.instant(first),
                self.words.instant(last)
            )),
        }
    }

    /// The next window that the watermark will make fire.
    fn next_to_fire(&self, to: Watermark) -> Option<String> {
        let due = due(self.words)?;
        let names = self.words.run.names();
        let (at, window) = open_lanes(self.words.run, self.step + 1)
            .filter(|(_, lane)| names.task(lane.key) == self.words.task)
            .filter_map(|(_, lane)| Some((due.of(lane.window)?, lane.window)))
            .filter(|(at, _)| !to.reached(*at))
            .min()?;
        Some(format!(
            "; {} waits for {}",
            self.words.window(window),
            self.words.instant(at)
        ))
    }

    /// Why an event did not move the watermark.
    fn watermark_stays(&self) -> Option<String> {
        let words = self.words;
        if let Some((source, told)) = self.told_last() {
            let stays = self.why_it_stays();
            let Fact::SourceWatermark {
                rule,
                highest,
                delay,
                ..
            } = self.told.last()?
            else {
                return None;
            };
            let told_text = words.watermark(told);
            let sum = arithmetic(words, *rule, *highest, *delay)
                .filter(|_| *rule != WatermarkRule::Ended)
                .map(|sum| format!(" = {sum}"))
                .unwrap_or_default();
            return Some(format!(
                "{} moves to {told_text}{sum}. {stays}",
                capital(&words.source(source))
            ));
        }
        // Where the source or the batch says the watermark, events do not move it anyway; a loss has told where it stands.
        let event = self.arrived.filter(|_| self.lost.is_empty())?;
        let moved_by_events = match words.engine() {
            EngineKind::Flink | EngineKind::KafkaStreams => true,
            EngineKind::Spark | EngineKind::Beam => false,
        };
        let now = watermark_at(words, self.step);
        let ts = words.run.compiled.events.get(event as usize)?.ts;
        if !moved_by_events || now == Watermark::END || now == Watermark::NONE {
            return None;
        }
        let source = words.run.compiled.events.get(event as usize)?.source;
        let highest = sources(words.run, self.step)
            .get(source as usize)
            .and_then(|view| view.highest)?;
        (ts <= highest).then(|| {
            let (now, highest) = (words.watermark(now), words.instant(highest));
            let clock = capital(&words.the_event_clock());
            if now == highest {
                format!("{clock} stays at {now}.")
            } else {
                format!("{clock} stays at {now}: {highest} has been seen already.")
            }
        })
    }
}
