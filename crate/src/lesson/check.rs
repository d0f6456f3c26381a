//! The proof that a lesson holds together: its start does not meet its goal, its solution does, one answer of each prediction
//! is right, published errors are errors, and whatever it names exists.

use super::{AnswerForm, Beat, Card, Goal, Lesson, Prediction, Scene, Task, prose};
use crate::knobs;
use crate::measure::{Condition, Measure, event_index};
use crate::run::Run;
use crate::scenario::{Problem, Scenario};
use std::collections::BTreeSet;

/// Everything that is wrong with a lesson, given its prose and the curriculum's ids.
pub fn check(lesson: &Lesson, markdown: &str, curriculum: &BTreeSet<String>) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut push = |path: String, message: String| found.push(Problem { path, message });
    for id in lesson
        .covers
        .iter()
        .chain(&lesson.errata)
        .filter(|id| !curriculum.contains(*id))
    {
        push("covers".into(), format!("{id} is not in the curriculum"));
    }
    for knob in lesson
        .knobs
        .iter()
        .filter(|knob| !knobs::ids().any(|id| id == **knob))
    {
        push("knobs".into(), format!("there is no knob {knob}"));
    }
    if lesson.views.is_empty() {
        push("views".into(), "a lesson shows at least one view".into());
    }
    if !lesson.scenarios.contains_key("start") {
        push(
            "scenarios.start".into(),
            "is missing: the scenario that the lesson opens with".into(),
        );
    }
    if !(3..=8).contains(&lesson.beats.len()) {
        push(
            "beats".into(),
            format!("a lesson has 3 to 8 beats, this one {}", lesson.beats.len()),
        );
    }
    if !lesson
        .beats
        .iter()
        .any(|beat| !matches!(beat.task, Task::Observe { .. } | Task::Cards))
    {
        push(
            "beats".into(),
            "a lesson makes the learner do something: predict, reach a goal, judge a claim".into(),
        );
    }
    if lesson.cards.is_empty() {
        push("cards".into(), "a lesson has interview questions".into());
    }
    for (kind, mut ids) in [
        (
            "beats",
            lesson.beats.iter().map(|beat| &beat.id).collect::<Vec<_>>(),
        ),
        ("cards", lesson.cards.iter().map(|card| &card.id).collect()),
    ] {
        ids.sort();
        for pair in ids.windows(2).filter(|pair| pair[0] == pair[1]) {
            push(kind.into(), format!("{} stands there twice", pair[0]));
        }
    }
    for name in lesson.scenarios.keys() {
        match lesson.scenario(name).and_then(Run::new) {
            Ok(run) if run.is_empty() => {
                found.push(Problem {
                    path: format!("scenarios.{name}"),
                    message: "has no steps".into(),
                });
            }
            Ok(_) => {}
            Err(problems) => found.extend(problems),
        }
    }
    for (i, beat) in lesson.beats.iter().enumerate() {
        found.extend(check_beat(lesson, i, beat));
    }
    for card in &lesson.cards {
        found.extend(check_card(lesson, card));
    }
    found.extend(prose::check(lesson, markdown));
    found
}

/// Everything that is wrong with a scene.
pub fn check_scene(scene: &Scene) -> Vec<Problem> {
    let run = match Run::new(scene.scenario.clone()) {
        Ok(run) => run,
        Err(problems) => return problems,
    };
    let mut found = Vec::new();
    let mut push = |path: &str, message: String| {
        found.push(Problem {
            path: path.into(),
            message,
        });
    };
    if scene.position as usize > run.len() {
        push("position", format!("there are {} steps", run.len()));
    }
    if scene
        .prediction
        .wait_at
        .is_some_and(|wait| wait != scene.position + 1)
    {
        push(
            "prediction.wait_at",
            "is the step behind the position: there the question is asked".into(),
        );
    }
    check_prediction(&run, &scene.prediction, &mut |message| {
        push("prediction", message);
    });
    found
}

fn check_card(lesson: &Lesson, card: &Card) -> Option<Problem> {
    let name = card.scenario.as_deref().unwrap_or("start");
    let path = format!("cards.{}", card.id);
    if !lesson.scenarios.contains_key(name) {
        return Some(Problem {
            path,
            message: format!("there is no scenario {name}"),
        });
    }
    let steps = lesson
        .scenario(name)
        .and_then(Run::new)
        .map_or(0, |run| run.len());
    let beyond = card
        .position
        .filter(|position| *position as usize > steps)?;
    Some(Problem {
        path,
        message: format!("position {beyond}: there are {steps} steps"),
    })
}

fn check_beat(lesson: &Lesson, number: usize, beat: &Beat) -> Vec<Problem> {
    let path = format!("beats.{}", beat.id);
    let mut found = Vec::new();
    let mut push = |message: String| {
        found.push(Problem {
            path: path.clone(),
            message,
        });
    };
    if beat
        .scenario
        .as_ref()
        .is_some_and(|name| !lesson.scenarios.contains_key(name))
    {
        push(format!(
            "there is no scenario {}",
            beat.scenario.as_deref().unwrap_or_default()
        ));
        return found;
    }
    // Problems of the scenario itself are reported with the scenario.
    let Ok(scenario) = lesson.scenario_of_beat(number) else {
        return found;
    };
    let Ok(run) = Run::new(scenario.clone()) else {
        return found;
    };
    for (what, position) in [("position", beat.position), ("until", until(&beat.task))] {
        if let Some(position) = position.filter(|position| *position as usize > run.len()) {
            push(format!("{what} {position}: there are {} steps", run.len()));
        }
    }
    if beat.view.is_some_and(|view| !lesson.views.contains(&view)) {
        push("its view is not among the lesson's".into());
    }
    match &beat.task {
        Task::Observe { .. } => {}
        Task::Cards => {
            if number + 1 != lesson.beats.len() {
                push("the cards come last".into());
            }
        }
        Task::Predict(prediction) => check_prediction(&run, prediction, &mut push),
        Task::Goal(goal) => check_goal(lesson, &scenario, &run, goal, &mut push),
        Task::Spot(claim) => {
            check_names(&run, &claim.holds, &mut push);
            if claim
                .erratum
                .as_ref()
                .is_some_and(|id| !lesson.errata.contains(id))
            {
                push(format!(
                    "{} is not among the lesson's errata",
                    claim.erratum.as_deref().unwrap_or_default()
                ));
            }
            if claim.erratum.is_some() && claim.holds.holds(&run) {
                push("the claim is listed as an erratum, and it holds".into());
            }
        }
    }
    found
}

fn until(task: &Task) -> Option<u32> {
    match task {
        Task::Observe { until } => *until,
        Task::Predict(prediction) => prediction.at.max(prediction.wait_at),
        Task::Goal(_) | Task::Spot(_) | Task::Cards => None,
    }
}

fn check_prediction(run: &Run, prediction: &Prediction, push: &mut dyn FnMut(String)) {
    match &prediction.answer {
        AnswerForm::Numbers { blanks } => {
            if blanks.is_empty() {
                push("a prediction asks for at least one number".into());
            }
            let at = prediction.at.map_or(run.len(), |at| at as usize);
            for blank in blanks {
                check_measure(run, &blank.measure, push);
                let truth = blank.measure.ask(run, at).number.unwrap_or(0.0);
                if blank.traps.iter().any(|trap| trap.number == truth) {
                    push(format!(
                        "{}: the trap {truth} is the right answer",
                        blank.label
                    ));
                }
            }
        }
        AnswerForm::Choice { options } => {
            for option in options {
                check_names(run, &option.holds, push);
            }
            let right = options
                .iter()
                .filter(|option| option.holds.holds(run))
                .count();
            if right != 1 {
                push(format!("{right} of its options hold; exactly one must"));
            }
        }
        AnswerForm::Events { .. } => {}
    }
}

fn check_goal(
    lesson: &Lesson,
    scenario: &Scenario,
    run: &Run,
    goal: &Goal,
    push: &mut dyn FnMut(String),
) {
    check_names(run, &goal.when, push);
    if goal.when.holds(run) {
        push("the goal is reached before anything is done".into());
    }
    if goal.hints.is_empty() {
        push("a goal has hints".into());
    }
    if goal.par as usize != goal.solution.len() {
        push(format!(
            "par is {}, the solution changes {}",
            goal.par,
            goal.solution.len()
        ));
    }
    for setting in goal
        .solution
        .iter()
        .filter(|setting| !lesson.knobs.contains(&setting.knob))
    {
        push(format!(
            "the solution turns {}, which the lesson does not offer",
            setting.knob
        ));
    }
    match knobs::set_all(scenario, &goal.solution).and_then(Run::new) {
        Ok(solved) if goal.when.holds(&solved) => {}
        Ok(solved) => {
            let parts = goal.when.standing(&solved).parts;
            let said: Vec<String> = parts
                .iter()
                .map(|p| format!("{} (measured {})", p.asked, p.measured))
                .collect();
            push(format!(
                "the solution does not reach the goal: {}",
                said.join(", ")
            ));
        }
        Err(problems) => problems
            .iter()
            .for_each(|problem| push(format!("the solution: {problem}"))),
    }
}

/// Whether everything a condition names exists.
fn check_names(run: &Run, condition: &Condition, push: &mut dyn FnMut(String)) {
    match condition {
        Condition::All { all: conditions } | Condition::Any { any: conditions } => {
            for condition in conditions {
                check_names(run, condition, push);
            }
        }
        Condition::Not { not } => check_names(run, not, push),
        Condition::Is(comparison) => {
            check_measure(run, &comparison.measure, push);
            if let Some(at) = comparison.at.filter(|at| *at as usize > run.len()) {
                push(format!("at {at}: there are {} steps", run.len()));
            }
        }
    }
}

fn check_measure(run: &Run, measure: &Measure, push: &mut dyn FnMut(String)) {
    match measure {
        Measure::Fate { event } | Measure::Order { event } | Measure::WindowsOf { event } => {
            if event_index(run, event).is_none() {
                push(format!("there is no event {event}"));
            }
        }
        Measure::Result { key, .. } => check_key(run, key, push),
        Measure::Results { key, .. } | Measure::Windows { key } | Measure::Wait { key, .. } => {
            if let Some(key) = key {
                check_key(run, key, push);
            }
        }
        Measure::Knob { knob } => {
            if !knobs::ids().any(|id| id == knob) {
                push(format!("there is no knob {knob}"));
            }
        }
        Measure::Total { .. }
        | Measure::Late
        | Measure::Uncounted
        | Measure::Watermark
        | Measure::OpenWindows
        | Measure::StatePeak => {}
    }
}

fn check_key(run: &Run, key: &str, push: &mut dyn FnMut(String)) {
    if !run.names().keys.iter().any(|name| name == key) {
        push(format!("there is no key {key}"));
    }
}
