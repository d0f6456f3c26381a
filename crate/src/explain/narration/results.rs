//! Results that came out, summed up.

use super::super::comparison::comparison;
use super::super::words::{counted, list, list_some};
use super::{Outcome, Story, Told};
use crate::dialect::EngineKind;
use crate::fact::Why;
use crate::model::Window;
use crate::sorted::{sort_and_dedup, sort_by_key};
use crate::window::TimeDomain;

/// A headline names this many results; the others are counted.
const MOST_NAMED: usize = 4;

impl Story<'_> {
    pub(super) fn tell_results(&self) -> Option<Told> {
        let (given, withdrawn): (Vec<&Outcome>, Vec<&Outcome>) =
            self.outcomes.iter().partition(|outcome| {
                self.words.run.trace.emissions[outcome.number as usize]
                    .value
                    .is_some()
            });
        let headline = if let Some(first) = given.first() {
            self.given(first, &given)
        } else if let [one] = withdrawn[..] {
            format!(
                "The result of {} is withdrawn.",
                self.words.window_of(one.key, one.window)
            )
        } else if !withdrawn.is_empty() {
            format!("{} are withdrawn.", counted(withdrawn.len(), "result"))
        } else {
            return self.tell_passed();
        };
        let mut reasons = self.reasons(&given);
        if !given.is_empty() && !withdrawn.is_empty() {
            reasons.push(self.withdrawn(&withdrawn));
        }
        let reason = reasons.join(" ");
        Some(Told {
            aside: format!("{headline} {reason}").trim_end().into(),
            headline,
            reason,
        })
    }

    fn given(&self, first: &Outcome, given: &[&Outcome]) -> String {
        let words = self.words;
        let emission = |outcome: &Outcome| &words.run.trace.emissions[outcome.number as usize];
        let value = |outcome: &Outcome| {
            let value = emission(outcome)
                .value
                .as_ref()
                .map_or_else(String::new, |value| words.value(value));
            format!("{} {value}", words.key(outcome.key))
                .trim_start()
                .to_string()
        };
        let named = if given.len() <= MOST_NAMED {
            MOST_NAMED
        } else {
            MOST_NAMED - 1
        };
        let more = match given.len().saturating_sub(named) {
            0 => String::new(),
            n => format!(", and {n} more"),
        };
        if given.iter().all(|outcome| outcome.window == first.window) {
            let values: Vec<String> = given
                .iter()
                .take(named)
                .map(|outcome| value(outcome))
                .collect();
            let pane = emission(first)
                .pane
                .map_or_else(String::new, |pane| format!(" {}", pane.timing.title()));
            return format!(
                "{} {}{pane}: {}{more}.",
                super::super::words::capital(&words.window(first.window)),
                self.verb(first, given),
                values.join(", ")
            );
        }
        let values: Vec<String> = given
            .iter()
            .take(named)
            .map(|outcome| format!("{} in {}", value(outcome), words.window(outcome.window)))
            .collect();
        format!(
            "{}: {}{more}.",
            counted(given.len(), "result"),
            values.join(", ")
        )
    }

    fn verb(&self, first: &Outcome, given: &[&Outcome]) -> &'static str {
        let emissions = &self.words.run.trace.emissions;
        // Where the engine numbers its panes, it says itself which one this is.
        let again = given.iter().all(|outcome| {
            emissions[outcome.number as usize]
                .lane
                .filter(|_| emissions[outcome.number as usize].pane.is_none())
                .and_then(|lane| self.words.run.trace.lanes.get(lane as usize))
                .and_then(|lane| lane.emissions.first())
                .is_some_and(|first| (emissions[*first as usize].step as usize) < self.step)
        });
        match first.why {
            Why::WatermarkReached { .. }
            | Why::LateEvent { .. }
            | Why::Count { .. }
            | Why::Interval { .. }
            | Why::ClockReached { .. }
            | Why::Composite => {
                if again {
                    "fires again"
                } else {
                    "fires"
                }
            }
            Why::ChangedInBatch { .. } | Why::Update => "is updated",
            Why::WholeTable { .. } => "is written",
            Why::WindowOver { .. } => "is final",
            Why::Withdrawal => "is replaced",
        }
    }

    /// A sentence for each kind of reason, where the watermark's own sentence does not say it.
    fn reasons(&self, given: &[&Outcome]) -> Vec<String> {
        let mut kinds = Vec::new();
        let mut reasons: Vec<String> = Vec::new();
        for outcome in given {
            // One step may hold very many results; there are few kinds of reasons.
            let kind = std::mem::discriminant(outcome.why);
            if kinds.contains(&kind) {
                continue;
            }
            kinds.push(kind);
            reasons.extend(self.reason(outcome, given));
        }
        reasons
    }

    fn reason(&self, outcome: &Outcome, given: &[&Outcome]) -> Option<String> {
        let again = self.verb(outcome, &[outcome]) == "fires again";
        Some(match outcome.why {
            Why::WatermarkReached { .. } | Why::Update | Why::Withdrawal => return None,
            // Each pane of Beam's says itself that it is late.
            Why::LateEvent { .. } if self.words.engine() == EngineKind::Beam => return None,
            Why::LateEvent { .. } if again => {
                "The window had fired already: each event that it still takes fires it again."
                    .into()
            }
            Why::LateEvent { .. } => {
                "The watermark had passed its end already, so it fires at once.".into()
            }
            Why::Count { n } => format!("The trigger asks for {}.", counted(*n as usize, "event")),
            Why::Interval { .. } if self.halted.is_some() => return None,
            Why::Interval { clock, .. } => self.interval(*clock, given),
            Why::ClockReached { waited_for } => format!(
                "That is at or past {}, the window's last millisecond.",
                self.words.instant(*waited_for)
            ),
            Why::ChangedInBatch { .. } => {
                "Update mode writes the rows that the batch changed.".into()
            }
            Why::WholeTable { .. } => "Complete mode writes every row after each batch.".into(),
            Why::WindowOver { .. } => self.over(given),
            Why::Composite => "Its triggers together are satisfied.".into(),
        })
    }

    fn interval(&self, clock: TimeDomain, given: &[&Outcome]) -> String {
        let mut times: Vec<i64> = given
            .iter()
            .filter_map(|outcome| match outcome.why {
                Why::Interval { clock: c, at } if *c == clock => Some(*at),
                _ => None,
            })
            .collect();
        sort_and_dedup(&mut times);
        let name = match clock {
            TimeDomain::Event => self.words.the_event_clock(),
            TimeDomain::Processing => "the processing clock".into(),
        };
        match times[..] {
            [] => String::new(),
            [one] => format!(
                "A firing was due when {name} reached {}.",
                self.words.at(clock, one)
            ),
            [first, .., last] => format!(
                "On its way {name} passed {} times at which a firing was due, {} to {}.",
                times.len(),
                self.words.at(clock, first),
                self.words.at(clock, last)
            ),
        }
    }

    /// The comparison that made windows final: of the only one, or of the last of them.
    fn over(&self, given: &[&Outcome]) -> String {
        let mut windows: Vec<(Window, &crate::fact::Check)> = given
            .iter()
            .filter_map(|outcome| match outcome.why {
                Why::WindowOver { check } => Some((outcome.window, check)),
                _ => None,
            })
            .collect();
        sort_by_key(&mut windows, |(window, _)| *window);
        windows.dedup_by_key(|(window, _)| *window);
        match windows.last() {
            None => String::new(),
            Some((_, check)) if windows.len() == 1 => {
                format!("It is over: {}.", comparison(self.words, check))
            }
            Some((window, check)) => format!(
                "They are over; the last of the {} windows, {}: {}.",
                windows.len(),
                self.words.window(*window),
                comparison(self.words, check)
            ),
        }
    }

    fn withdrawn(&self, withdrawn: &[&Outcome]) -> String {
        let mut windows: Vec<String> = withdrawn
            .iter()
            .map(|outcome| self.words.window(outcome.window))
            .collect();
        windows.dedup();
        let noun = if windows.len() == 1 {
            "The result of"
        } else {
            "The results of"
        };
        let verb = if windows.len() == 1 { "is" } else { "are" };
        format!(
            "{noun} {} {verb} withdrawn first.",
            list_some(&windows, MOST_NAMED)
        )
    }

    fn tell_passed(&self) -> Option<Told> {
        let first = *self.passed.first()?;
        let headline = if self.passed.len() == 1 {
            format!(
                "{} passes: it has not been seen before.",
                self.words.event(first)
            )
        } else {
            let names: Vec<String> = self
                .passed
                .iter()
                .take(MOST_NAMED)
                .map(|event| self.words.event(*event).to_string())
                .collect();
            let names = if self.passed.len() <= MOST_NAMED {
                list(&names)
            } else {
                self.words.events(&self.passed)
            };
            format!(
                "{} pass: {names} have not been seen before.",
                counted(self.passed.len(), "event")
            )
        };
        Some(Told {
            aside: headline.clone(),
            headline,
            reason: String::new(),
        })
    }
}
