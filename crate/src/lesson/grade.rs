//! Grading: how predictions, goals and claims fare against the simulation.

use super::{
    Answer, AnswerForm, Blank, ChoiceOption, Claim, ClaimState, Class, Goal, GoalState, Grade,
    GradePart, Prediction, Sorted,
};
use crate::measure::Measured;
use crate::scenario::Problem;
use crate::world::Asked;

impl Prediction {
    /// Grades an answer by what the run does.
    pub fn grade<'a>(&self, run: impl Into<Asked<'a>>, answer: &Answer) -> Grade {
        let run = run.into();
        let at = self.at.map_or(run.len(), |at| at as usize);
        let mut misconceptions = Vec::new();
        let parts = match (&self.answer, answer) {
            (AnswerForm::Numbers { blanks }, Answer::Numbers(numbers)) => blanks
                .iter()
                .enumerate()
                .map(|(i, blank)| {
                    blank.grade(
                        &blank.measure.ask(run, at),
                        numbers.get(i).copied().flatten(),
                        &mut misconceptions,
                    )
                })
                .collect(),
            (AnswerForm::Choice { options }, Answer::Choice(chosen)) => {
                vec![grade_choice(run, options, *chosen, &mut misconceptions)]
            }
            (AnswerForm::Events { set }, Answer::Events(events)) => {
                let truth = run.events(set, at);
                let mut given = events.clone();
                given.sort_unstable();
                given.dedup();
                let names: Vec<String> = truth.iter().map(|event| run.event_name(*event)).collect();
                let truth_text = if names.is_empty() {
                    "none of them".into()
                } else {
                    names.join(", ")
                };
                vec![GradePart {
                    label: self.ask.clone(),
                    right: given == truth,
                    truth: truth_text,
                    say: None,
                }]
            }
            (AnswerForm::Sort { into, items }, Answer::Sort(classes)) => items
                .iter()
                .enumerate()
                .map(|(i, item)| {
                    let truth = item
                        .truth(run, self.at)
                        .map_or_else(|_| "none".into(), |m| m.text);
                    let given = classes.get(i).and_then(Option::as_deref);
                    item.grade(into, &truth, given, &mut misconceptions)
                })
                .collect(),
            // An answer of another form than was asked for is no answer.
            (
                AnswerForm::Numbers { .. }
                | AnswerForm::Choice { .. }
                | AnswerForm::Events { .. }
                | AnswerForm::Sort { .. },
                _,
            ) => Vec::new(),
        };
        Grade {
            right: !parts.is_empty() && parts.iter().all(|part| part.right),
            parts,
            misconceptions,
        }
    }
}

impl Blank {
    fn grade(
        &self,
        truth: &Measured,
        given: Option<f64>,
        misconceptions: &mut Vec<String>,
    ) -> GradePart {
        // Where there is nothing to measure, 0 or an empty blank says so.
        let right = match (truth.number, given) {
            (Some(number), Some(given)) => truth.unit.same(number, given, 1e-6),
            (None, given) => given.is_none_or(|given| given == 0.0),
            (Some(_), None) => false,
        };
        let trap = self
            .traps
            .iter()
            .find(|trap| !right && given == Some(trap.number));
        misconceptions.extend(trap.map(|trap| trap.misconception.clone()));
        GradePart {
            label: self.label.clone(),
            right,
            truth: truth.text.clone(),
            say: trap.map(|trap| trap.say.clone()),
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

    fn grade(
        &self,
        into: &[Class],
        truth: &str,
        given: Option<&str>,
        misconceptions: &mut Vec<String>,
    ) -> GradePart {
        let right = given == Some(truth);
        let trap = self
            .traps
            .iter()
            .find(|trap| !right && given == Some(&trap.name));
        misconceptions.extend(trap.map(|trap| trap.misconception.clone()));
        GradePart {
            label: self.label.clone(),
            right,
            truth: into
                .iter()
                .find(|class| class.name == truth)
                .map_or(truth, |class| &class.label)
                .into(),
            say: trap.map(|trap| trap.say.clone()),
        }
    }
}

fn grade_choice(
    run: Asked<'_>,
    options: &[ChoiceOption],
    chosen: u32,
    misconceptions: &mut Vec<String>,
) -> GradePart {
    let right_one = options.iter().find(|option| option.holds.holds(run));
    let chosen = options.get(chosen as usize);
    let right = chosen.is_some_and(|option| option.holds.holds(run));
    if !right {
        misconceptions.extend(chosen.and_then(|option| option.misconception.clone()));
    }
    GradePart {
        label: chosen.map_or_else(String::new, |option| option.text.clone()),
        right,
        truth: right_one.map_or_else(|| "none of these".into(), |option| option.text.clone()),
        say: chosen.and_then(|option| option.say.clone()),
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
