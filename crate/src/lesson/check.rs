//! The proof that a lesson holds together: its start does not meet its goal, its solution does, one answer of each prediction
//! is right, published errors are errors, and whatever it names exists.

use super::curriculum::Curriculum;
use super::file::LessonFile;
use super::names::{self, check_condition};
use super::{Beat, Card, Claim, Goal, Lesson, Scene, Task, prose};
use crate::dialect::EngineKind;
use crate::knobs::{Setting, SettingValue};
use crate::run::Run;
use crate::scenario::{Problem, from_json};
use crate::world::{Asked, Script};
use answers::check_prediction;

mod answers;
mod words;

/// Told what is wrong with a part of a beat, and with which.
type Push<'a> = dyn FnMut(&str, String) + 'a;

/// Everything that is wrong with a lesson, given its prose and the curriculum.
pub fn check(lesson: &Lesson, markdown: &str, curriculum: &Curriculum) -> Vec<Problem> {
    let mut found = check_covers(lesson, curriculum);
    found.extend(check_whole(lesson, Some(curriculum)));
    found.extend(prose::check(
        lesson,
        &prose::sections(markdown),
        Some(curriculum),
    ));
    found
}

/// Everything that is wrong with a lesson of a person's own: the same, but for what only a curriculum can say.
pub fn check_own(file: &LessonFile) -> Vec<Problem> {
    let mut found = check_whole(&file.lesson, None);
    found.extend(prose::check(&file.lesson, &file.sections(), None));
    found
}

/// What is wrong with all of a lesson but its prose and what it covers.
fn check_whole(lesson: &Lesson, curriculum: Option<&Curriculum>) -> Vec<Problem> {
    let mut found = check_parts(lesson);
    for name in lesson.scenarios.keys() {
        match lesson.scenario(name).and_then(|script| script.run()) {
            Ok(run) if run.asked().is_empty() => {
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
        found.extend(check_beat(lesson, i, beat, curriculum));
    }
    for card in &lesson.cards {
        found.extend(check_card(lesson, card));
    }
    found
}

/// What is wrong with what a lesson consists of, whatever its parts say.
fn check_parts(lesson: &Lesson) -> Vec<Problem> {
    let mut found = words::check(lesson);
    let mut push = |path: String, message: String| found.push(Problem { path, message });
    for knob in lesson
        .knobs
        .iter()
        .filter(|knob| !names::knob_exists(lesson, knob))
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
    found
}

/// Everything that is wrong with what stands in a lesson's folder, which is called by the lesson's place in its chapter and its
/// slug: `020-clicks-in-five-minutes`.
pub fn check_folder(
    folder: &str,
    json: &str,
    markdown: &str,
    curriculum: &Curriculum,
) -> Vec<Problem> {
    let lesson: Lesson = match from_json(json) {
        Ok(lesson) => lesson,
        Err(problem) => return vec![problem],
    };
    let mut found = check(&lesson, markdown, curriculum);
    let mut push = |message: String| {
        found.push(Problem {
            path: "slug".into(),
            message,
        });
    };
    if !curriculum.plans(&lesson.slug) {
        push(format!("the curriculum plans no lesson {}", lesson.slug));
    }
    let number = folder.split('-').next().unwrap_or_default();
    if number.len() != 3
        || !number.bytes().all(|b| b.is_ascii_digit())
        || folder[3..].strip_prefix('-') != Some(&lesson.slug)
    {
        push(format!(
            "the folder is called three digits and the slug, as in 010-{}, not {folder}",
            lesson.slug
        ));
    }
    found
}

/// Par is the fewest changes: none of the solution's can be left out.
fn check_par(scenario: &Script, goal: &Goal, push: &mut Push<'_>) {
    for left_out in &goal.solution {
        let rest: Vec<Setting> = goal
            .solution
            .iter()
            .filter(|setting| *setting != left_out)
            .cloned()
            .collect();
        // What cannot even be set without it is needed for that.
        if scenario
            .set_all(&rest)
            .and_then(|script| script.run())
            .is_ok_and(|solved| goal.when.holds(&solved))
        {
            push(
                "solution",
                format!(
                    "the solution reaches the goal without {} too",
                    left_out.knob
                ),
            );
        }
    }
}

/// The engine can be chosen on every lesson: that alone must not be what a goal asks for, unless its solution says so.
fn check_engines(scenario: &Script, goal: &Goal, push: &mut Push<'_>) {
    for engine in EngineKind::ALL {
        let setting = Setting {
            knob: "engine".into(),
            value: SettingValue::Text(engine.name().into()),
        };
        let run = scenario
            .set_all(std::slice::from_ref(&setting))
            .and_then(|script| script.run());
        if goal.solution != [setting] && run.is_ok_and(|run| goal.when.holds(&run)) {
            push(
                "when",
                format!(
                    "choosing {} reaches the goal by itself: ask for the engine too",
                    engine.title()
                ),
            );
        }
    }
}

/// Whether a lesson covers what the curriculum says, no more and no less. Lessons that it does not plan may cover what they like.
fn check_covers(lesson: &Lesson, curriculum: &Curriculum) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut push = |message: String| {
        found.push(Problem {
            path: "covers".into(),
            message,
        });
    };
    let planned = curriculum.plans(&lesson.slug);
    let covered: Vec<&String> = lesson.covers.iter().chain(&lesson.errata).collect();
    for id in &covered {
        match curriculum.item(id) {
            None => push(format!("{id} is not in the curriculum")),
            Some(item) if planned && !item.lesson.contains(&lesson.slug) => {
                push(format!("{id} belongs to another lesson"));
            }
            Some(_) => {}
        }
    }
    for id in curriculum
        .of(&lesson.slug)
        .filter(|id| !covered.iter().any(|covered| covered == id))
    {
        push(format!("{id} is missing: it belongs to this lesson"));
    }
    found
}

/// Everything that is wrong with a scene.
pub fn check_scene(scene: &Scene, curriculum: &Curriculum) -> Vec<Problem> {
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
    if !curriculum.plans(&scene.lesson) {
        push("lesson", format!("there is no lesson {}", scene.lesson));
    }
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
    check_prediction(Asked::Stream(&run), &scene.prediction, &mut |_, message| {
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
    // Problems of the scenario itself are reported with the scenario.
    let steps = lesson
        .scenario(name)
        .and_then(|script| script.run())
        .ok()?
        .asked()
        .len();
    let beyond = card
        .position
        .filter(|position| *position as usize > steps)?;
    Some(Problem {
        path,
        message: format!("position {beyond}: there are {steps} steps"),
    })
}

fn check_beat(
    lesson: &Lesson,
    number: usize,
    beat: &Beat,
    curriculum: Option<&Curriculum>,
) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut push = |field: &str, message: String| {
        found.push(Problem {
            path: format!("beats.{}.{field}", beat.id),
            message,
        });
    };
    if beat
        .scenario
        .as_ref()
        .is_some_and(|name| !lesson.scenarios.contains_key(name))
    {
        let name = beat.scenario.as_deref().unwrap_or_default();
        push("scenario", format!("there is no scenario {name}"));
        return found;
    }
    // Problems of the scenario itself are reported with the scenario.
    let Ok(scenario) = lesson.scenario_of_beat(number) else {
        return found;
    };
    let Ok(world) = scenario.run() else {
        return found;
    };
    let run = world.asked();
    for (what, position) in positions(beat) {
        if let Some(position) = position.filter(|position| *position as usize > run.len()) {
            push(what, format!("{position}: there are {} steps", run.len()));
        }
    }
    if beat.view.is_some_and(|view| !lesson.views.contains(&view)) {
        push("view", "is not among the lesson's".into());
    }
    match &beat.task {
        Task::Observe { .. } => {}
        Task::Cards => {
            if number + 1 != lesson.beats.len() {
                push("do", "the cards come last".into());
            }
        }
        Task::Predict(prediction) => check_prediction(run, prediction, &mut push),
        Task::Goal(goal) => check_goal(lesson, &scenario, run, goal, &mut push),
        Task::Spot(claim) => {
            let errata = curriculum.is_some().then_some(&lesson.errata[..]);
            check_claim(errata, run, claim, &mut push);
        }
    }
    found
}

/// Every step that a beat names.
fn positions(beat: &Beat) -> [(&'static str, Option<u32>); 3] {
    let (first, second) = match &beat.task {
        Task::Observe { until } => (("until", *until), ("at", None)),
        Task::Predict(prediction) => (("wait_at", prediction.wait_at), ("at", prediction.at)),
        Task::Goal(_) | Task::Spot(_) | Task::Cards => (("until", None), ("at", None)),
    };
    [("position", beat.position), first, second]
}

/// What is published is listed in a curriculum as an erratum; a lesson of a person's own has none.
fn check_claim(errata: Option<&[String]>, run: Asked<'_>, claim: &Claim, push: &mut Push<'_>) {
    check_condition(run, &claim.holds, &mut |message| push("holds", message));
    let (Some(id), Some(errata)) = (&claim.erratum, errata) else {
        return;
    };
    if !errata.contains(id) {
        push("erratum", format!("{id} is not among the lesson's errata"));
    }
    if claim.holds.holds(run) {
        push(
            "holds",
            "the claim is listed as an erratum, and it holds".into(),
        );
    }
}

fn check_goal(
    lesson: &Lesson,
    scenario: &Script,
    run: Asked<'_>,
    goal: &Goal,
    push: &mut Push<'_>,
) {
    check_condition(run, &goal.when, &mut |message| push("when", message));
    if goal.when.holds(run) {
        push("when", "the goal is reached before anything is done".into());
    } else {
        check_par(scenario, goal, push);
        check_engines(scenario, goal, push);
    }
    if goal.hints.is_empty() {
        push("hints", "a goal has hints".into());
    }
    let changes = goal.solution.len();
    if goal.par as usize != changes {
        let message = format!("par is {}, the solution changes {changes}", goal.par);
        push("par", message);
    }
    let offered = |setting: &&Setting| lesson.knobs.contains(&setting.knob);
    for Setting { knob, .. } in goal.solution.iter().filter(|setting| !offered(setting)) {
        push(
            "solution",
            format!("the solution turns {knob}, which the lesson does not offer"),
        );
    }
    match scenario
        .set_all(&goal.solution)
        .and_then(|script| script.run())
    {
        Ok(solved) if goal.when.holds(&solved) => {}
        Ok(solved) => {
            let parts = goal.when.standing(&solved).parts;
            let said: Vec<String> = parts
                .iter()
                .map(|p| format!("{} (measured {})", p.asked, p.measured))
                .collect();
            push(
                "solution",
                format!("the solution does not reach the goal: {}", said.join(", ")),
            );
        }
        Err(problems) => problems
            .iter()
            .for_each(|problem| push("solution", format!("the solution: {problem}"))),
    }
}
