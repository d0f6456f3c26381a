//! Grading: how predictions, goals and claims fare against the simulation.

use super::reason;
use super::{
    Answer, AnswerForm, Because, Blank, ChoiceOption, Claim, ClaimState, Class, Goal, GoalState,
    Grade, GradePart, PickTrap, Prediction, SessionPick, Sorted, SwapTrap,
};
use crate::measure::{Measured, WindowSet};
use crate::scenario::Problem;
use crate::sorted::{sort_and_dedup, sort_by};
use crate::world::Asked;

/// What is graded against: the run, when the truth is read, and the misconceptions found so far.
struct Grader<'a> {
    run: Asked<'a>,
    explains: bool,
    at: usize,
    misconceptions: Vec<String>,
}

impl Prediction {
    /// Grades an answer by what the run does.
    pub fn grade<'a>(&self, run: impl Into<Asked<'a>>, answer: &Answer) -> Grade {
        self.graded(run.into(), answer, true)
    }

    /// The same, with reasons or without.
    pub(super) fn graded(&self, run: Asked<'_>, answer: &Answer, explains: bool) -> Grade {
        let mut grader = Grader {
            run,
            explains,
            at: self.at.map_or(run.len(), |at| at as usize),
            misconceptions: Vec::new(),
        };
        let parts = match (&self.answer, answer) {
            (AnswerForm::Numbers { blanks }, Answer::Numbers(numbers)) => blanks
                .iter()
                .enumerate()
                .map(|(i, blank)| grader.blank(blank, numbers.get(i).copied().flatten()))
                .collect(),
            (AnswerForm::Choice { options }, Answer::Choice(chosen)) => {
                vec![grader.choice(options, *chosen)]
            }
            (AnswerForm::Events { set, picks }, Answer::Events(events)) => {
                let truth = run.events(set, grader.at);
                let at = grader.at;
                let name = |event| run.event_name(event);
                let reason = |event| Some(reason::of_event(run.stream()?, set, event, at));
                vec![grader.picked(&self.ask, [&truth, events], picks, name, reason)]
            }
            (AnswerForm::Windows { windows, picks }, Answer::Windows(_) | Answer::Sessions(_)) => {
                vec![grader.windows(&self.ask, windows, picks, answer)]
            }
            (AnswerForm::Order { items, swaps }, Answer::Order(order)) => {
                grader.order(self.at, items, swaps, order)
            }
            (AnswerForm::Sort { into, items }, Answer::Sort(classes)) => items
                .iter()
                .enumerate()
                .map(|(i, item)| {
                    let given = classes.get(i).and_then(Option::as_deref);
                    grader.sorted(self.at, into, item, given)
                })
                .collect(),
            // An answer of another form than was asked for is no answer.
            (
                AnswerForm::Numbers { .. }
                | AnswerForm::Choice { .. }
                | AnswerForm::Events { .. }
                | AnswerForm::Windows { .. }
                | AnswerForm::Order { .. }
                | AnswerForm::Sort { .. },
                _,
            ) => Vec::new(),
        };
        let mut misconceptions = grader.misconceptions;
        let mut seen: Vec<String> = Vec::new();
        misconceptions.retain(|name| {
            let is_new = !seen.contains(name);
            seen.extend(is_new.then(|| name.clone()));
            is_new
        });
        Grade {
            right: !parts.is_empty() && parts.iter().all(|part| part.right),
            parts,
            misconceptions,
        }
    }
}

impl Grader<'_> {
    fn blank(&mut self, blank: &Blank, given: Option<f64>) -> GradePart {
        let truth = blank.measure.ask(self.run, self.at);
        // Where there is nothing to measure, 0 or an empty blank says so.
        let right = match (truth.number, given) {
            (Some(number), Some(given)) => truth.unit.same(number, given, 1e-6),
            (None, given) => given.is_none_or(|given| given == 0.0),
            (Some(_), None) => false,
        };
        let trap = blank
            .traps
            .iter()
            .find(|trap| !right && given == Some(trap.number));
        self.misconceptions
            .extend(trap.map(|trap| trap.misconception.clone()));
        GradePart {
            label: blank.label.clone(),
            right,
            given: given.map_or_else(String::new, |given| given.to_string()),
            truth: truth.text,
            say: trap.map(|trap| trap.say.clone()),
            why: self.unless(right, || {
                reason::of_measure(self.run, &blank.measure, self.at, true)
            }),
        }
    }

    fn choice(&mut self, options: &[ChoiceOption], chosen: u32) -> GradePart {
        let run = self.run;
        let right_one = options.iter().find(|option| option.holds.holds(run));
        let chosen = options.get(chosen as usize);
        let right = chosen.is_some_and(|option| option.holds.holds(run));
        if !right {
            self.misconceptions
                .extend(chosen.and_then(|option| option.misconception.clone()));
        }
        let text = chosen.map_or_else(String::new, |option| option.text.clone());
        GradePart {
            label: text.clone(),
            right,
            given: text,
            truth: right_one.map_or_else(|| "none of these".into(), |option| option.text.clone()),
            say: chosen.and_then(|option| option.say.clone()),
            why: self.unless(right, || reason::of_condition(run, &right_one?.holds)),
        }
    }

    /// Some of the windows: by their numbers, or where they are sessions, by their first and last events.
    fn windows(
        &mut self,
        ask: &str,
        set: &WindowSet,
        picks: &[PickTrap],
        answer: &Answer,
    ) -> GradePart {
        let (run, at) = (self.run, self.at);
        if let Some(truth) = SessionPick::all(run, set, at) {
            let given = if let Answer::Sessions(given) = answer {
                given.as_slice()
            } else {
                &[]
            };
            let name = |session: SessionPick| session.name(run);
            let reason = |session: SessionPick| Some(session.reason(run.stream()?, at));
            let part = self.picked(ask, [&truth, given], picks, name, reason);
            let told: Vec<String> = truth.iter().map(|it| it.told(run, at)).collect();
            return GradePart {
                truth: if told.is_empty() {
                    part.truth
                } else {
                    told.join(", ")
                },
                ..part
            };
        }
        let given = if let Answer::Windows(given) = answer {
            given.as_slice()
        } else {
            &[]
        };
        let bands = run.bands();
        let truth = run.windows(set, at);
        let name = |band: u32| bands.get(band as usize).cloned().unwrap_or_default();
        let reason = |band: u32| reason::of_window(run.stream()?, set, band, at);
        self.picked(ask, [&truth, given], picks, name, reason)
    }

    /// Some of several, all of which have names.
    fn picked<T: Copy + Ord>(
        &mut self,
        ask: &str,
        [truth, given]: [&[T]; 2],
        traps: &[PickTrap],
        name: impl Fn(T) -> String,
        reason: impl Fn(T) -> Option<Because>,
    ) -> GradePart {
        let mut given = given.to_vec();
        sort_and_dedup(&mut given);
        let names = |of: &[T]| match of {
            [] => "none of them".into(),
            of => of.iter().map(|it| name(*it)).collect::<Vec<_>>().join(", "),
        };
        // Picked and not right, or right and not picked.
        let wrong: Vec<T> = given
            .iter()
            .filter(|it| !truth.contains(it))
            .chain(truth.iter().filter(|it| !given.contains(it)))
            .copied()
            .collect();
        let trapped: Vec<&PickTrap> = traps
            .iter()
            .filter(|trap| wrong.iter().any(|it| name(*it) == trap.pick))
            .collect();
        self.misconceptions
            .extend(trapped.iter().map(|trap| trap.misconception.clone()));
        let said: Vec<&str> = trapped.iter().map(|trap| trap.say.as_str()).collect();
        GradePart {
            label: ask.into(),
            right: wrong.is_empty(),
            given: names(&given),
            truth: names(truth),
            say: (!said.is_empty()).then(|| said.join(" ")),
            why: self.unless(wrong.is_empty(), || reason(*wrong.first()?)),
        }
    }

    /// A reason is looked for where it is shown: with a wrong part, to somebody who answered.
    fn unless(&self, right: bool, reason: impl FnOnce() -> Option<Because>) -> Option<Because> {
        if right || !self.explains {
            return None;
        }
        reason()
    }

    fn order(
        &mut self,
        at: Option<u32>,
        items: &[Sorted],
        swaps: &[SwapTrap],
        given: &[u32],
    ) -> Vec<GradePart> {
        let mut truth: Vec<(usize, Measured)> = items
            .iter()
            .enumerate()
            .filter_map(|(i, item)| Some((i, item.truth(self.run, at).ok()?)))
            .collect();
        sort_by(&mut truth, |(_, a), (_, b)| {
            a.number
                .unwrap_or(f64::INFINITY)
                .total_cmp(&b.number.unwrap_or(f64::INFINITY))
        });
        let label = |i: usize| items.get(i).map_or("", |item| item.label.as_str());
        let place = |of: &str| {
            let mut places = given.iter().map(|i| label(*i as usize));
            places.position(|label| label == of)
        };
        // In what is no whole order nothing is in its place.
        let whole = given.len() == truth.len();
        let right = |i: usize| {
            whole && truth.get(i).map(|(it, _)| *it) == given.get(i).map(|it| *it as usize)
        };
        let all_right = (0..truth.len()).all(right);
        let trapped = |trap: &&SwapTrap| {
            !all_right && place(&trap.first) < place(&trap.then) && place(&trap.first).is_some()
        };
        let swapped: Vec<&SwapTrap> = swaps.iter().filter(trapped).collect();
        self.misconceptions
            .extend(swapped.iter().map(|trap| trap.misconception.clone()));
        truth
            .iter()
            .enumerate()
            .map(|(i, (it, measured))| {
                let given = given.get(i).map_or("", |it| label(*it as usize));
                let said = swapped.iter().find(|trap| trap.first == given);
                GradePart {
                    label: format!("{}.", i + 1),
                    right: right(i),
                    given: given.into(),
                    truth: format!("{} ({})", label(*it), measured.text),
                    say: said.map(|trap| trap.say.clone()),
                    why: self.unless(right(i), || items[*it].reason(self.run, at, true)),
                }
            })
            .collect()
    }

    fn sorted(
        &mut self,
        at: Option<u32>,
        into: &[Class],
        item: &Sorted,
        given: Option<&str>,
    ) -> GradePart {
        let truth = item
            .truth(self.run, at)
            .map_or_else(|_| "none".into(), |measured| measured.text);
        let read = |name: &str| {
            let class = into.iter().find(|class| class.name == name);
            class.map_or(name, |class| &class.label).to_string()
        };
        let right = given == Some(&truth);
        let trap = item
            .traps
            .iter()
            .find(|trap| !right && given == Some(&trap.name));
        self.misconceptions
            .extend(trap.map(|trap| trap.misconception.clone()));
        GradePart {
            label: item.label.clone(),
            right,
            given: given.map_or_else(String::new, read),
            truth: read(&truth),
            say: trap.map(|trap| trap.say.clone()),
            why: self.unless(right, || item.reason(self.run, at, false)),
        }
    }
}

impl Sorted {
    /// What is measured, after so many steps unless it says otherwise itself; at the end, where neither says.
    ///
    /// # Errors
    /// If what it sets cannot be set.
    pub(super) fn truth(&self, run: Asked<'_>, at: Option<u32>) -> Result<Measured, Vec<Problem>> {
        let ask = |run: Asked<'_>| {
            let at = self.at.or(at).map_or(run.len(), |at| at as usize);
            self.measure.ask(run, at)
        };
        if self.set.is_empty() {
            return Ok(ask(run));
        }
        run.script()
            .set_all(&self.set)?
            .run()
            .map(|changed| ask(changed.asked()))
    }

    /// What explains it, in the run on screen or in the one that it is about; what is measured may be `shown` as it is.
    fn reason(&self, run: Asked<'_>, at: Option<u32>, shown: bool) -> Option<Because> {
        let of = |run: Asked<'_>| {
            let at = self.at.or(at).map_or(run.len(), |at| at as usize);
            reason::of_measure(run, &self.measure, at, shown)
        };
        if self.set.is_empty() {
            return of(run);
        }
        let changed = run.script().set_all(&self.set).ok()?.run().ok()?;
        of(changed.asked()).map(reason::elsewhere)
    }
}

impl Goal {
    /// How it stands in a run.
    pub fn state<'a>(&self, run: impl Into<Asked<'a>>) -> GoalState {
        let standing = self.when.standing(run);
        GoalState {
            reached: standing.holds,
            standing,
        }
    }
}

impl Claim {
    /// How it fares in a run.
    pub fn state<'a>(&self, run: impl Into<Asked<'a>>) -> ClaimState {
        let standing = self.holds.standing(run);
        ClaimState {
            holds: standing.holds,
            standing,
        }
    }
}
