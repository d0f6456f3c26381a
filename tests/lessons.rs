//! Every lesson holds together, and a lesson that does not is found out.
#![cfg(not(target_arch = "wasm32"))]

#[path = "lessons/answers.rs"]
mod answers;

#[path = "lessons/broken.rs"]
mod broken;

#[path = "lessons/wording.rs"]
mod wording;

use headwater::conform;
use headwater::export::{self, File, Target};
use headwater::lesson::check::{check_folder, check_own, check_scene};
use headwater::lesson::curriculum::Curriculum;
use headwater::lesson::file::LessonFile;
use headwater::lesson::insight::insight;
use headwater::lesson::insight::offers::offers;
use headwater::lesson::{Answer, AnswerForm, Lesson, Prediction, Scene, Task};
use headwater::measure::Measure;
use headwater::output::Output;
use headwater::run::Run;
use headwater::scenario::{Problem, from_json};
use headwater::world::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// Every lesson's folder with what is in it.
fn all() -> Vec<(String, String, String)> {
    let lessons: Vec<_> = folders(&top().join("lessons"))
        .iter()
        .flat_map(|chapter| folders(chapter))
        .map(|folder| {
            let name = folder.file_name().expect("a name").to_string_lossy().into();
            let (json, prose) = (folder.join("lesson.json"), folder.join("lesson.md"));
            (name, read(&json), read(&prose))
        })
        .collect();
    assert!(lessons.len() >= 5, "the lessons are found");
    lessons
}

fn lesson(json: &str) -> Lesson {
    from_json(json).expect("a lesson's form")
}

fn curriculum() -> Curriculum {
    from_json(&read(&top().join("lessons/curriculum.json"))).expect("the curriculum's form")
}

fn said(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

const NOTHING: [&str; 0] = [];

/// One of a lesson's streams, simulated.
fn stream(lesson: &Lesson, scenario: &str) -> Run {
    let script = lesson.scenario(scenario).expect("a scenario");
    Run::new(script.into_stream().expect("a stream")).expect("a run")
}

/// Every prediction of every lesson, with its place and the run that it is about.
fn each_prediction(mut look: impl FnMut(&str, &Prediction, &World)) {
    for (folder, json, _) in all() {
        let lesson = lesson(&json);
        for (number, beat) in lesson.beats.iter().enumerate() {
            if let Task::Predict(prediction) = &beat.task {
                let script = lesson.scenario_of_beat(number).expect("a scenario");
                let world = script.run().expect("a run");
                look(&format!("{folder} {}", beat.id), prediction, &world);
            }
        }
    }
}

/// Every scenario of every lesson as a run, with its place.
fn each_run(mut look: impl FnMut(&str, &World)) {
    for (folder, json, _) in all() {
        let lesson = lesson(&json);
        for name in lesson.scenarios.keys() {
            let script = lesson.scenario(name).expect("a scenario");
            let world = script.run().expect("a run");
            look(&format!("{folder}: {name}"), &world);
        }
    }
}

#[test]
fn every_lesson_holds_together() {
    let curriculum = curriculum();
    assert_eq!(said(&curriculum.problems()), NOTHING);
    for (folder, json, prose) in all() {
        let found = check_folder(&folder, &json, &prose, &curriculum);
        assert_eq!(said(&found), NOTHING, "{folder}");
    }
}

#[test]
fn every_lesson_is_a_file_and_the_file_is_the_lesson() {
    for (name, json, prose) in all() {
        let lesson = lesson(&json);
        let file = LessonFile::new(lesson.clone(), &prose);
        let text = file.text();
        let again = LessonFile::read(&text).unwrap_or_else(|p| panic!("{name}: {:?}", said(&p)));
        assert_eq!(again.lesson, lesson, "{name}");
        assert_eq!(again.text(), text, "{name}");
        assert_eq!(said(&check_own(&again)), NOTHING, "{name}");
        for scenario in lesson.scenarios.keys() {
            let script = lesson.scenario(scenario).expect("a sound scenario");
            let offers = offers(&script).unwrap_or_else(|p| panic!("{name}: {:?}", said(&p)));
            assert!(offers.measures.len() > 1, "{name}: {scenario}");
            let lists = offers.measures.iter().flat_map(|offer| &offer.parameters);
            for list in lists.filter(|list| list.without.is_none()) {
                assert!(!list.options.is_empty(), "{name}: {scenario}: {list:?}");
            }
        }
        let told = insight(&again);
        assert_eq!(said(&told.unplayable), NOTHING, "{name}");
        for (beat, told) in lesson.beats.iter().zip(&told.beats) {
            match &beat.task {
                Task::Predict(prediction) => {
                    assert!(!told.truths.is_empty(), "{name}: {}", beat.id);
                    if let AnswerForm::Choice { .. } = prediction.answer {
                        let holding = told.truths.iter().filter(|t| t.holds == Some(true));
                        assert_eq!(holding.count(), 1, "{name}: {}", beat.id);
                    }
                }
                Task::Goal(_) => {
                    let holds = |standing: &Option<_>| {
                        standing
                            .as_ref()
                            .map(|s: &headwater::measure::Standing| s.holds)
                    };
                    assert_eq!(holds(&told.standing), Some(false), "{name}: {}", beat.id);
                    assert_eq!(holds(&told.solved), Some(true), "{name}: {}", beat.id);
                }
                Task::Spot(_) => assert!(told.standing.is_some(), "{name}: {}", beat.id),
                Task::Observe { .. } | Task::Cards => {}
            }
        }
    }
}

#[test]
fn every_scenario_can_be_exported_to_its_engine() {
    let mut exported = 0;
    for (name, json, _) in all() {
        let lesson = lesson(&json);
        for scenario in lesson.scenarios.keys() {
            let script = lesson.scenario(scenario).expect("a sound scenario");
            // Models of a cluster are not exported.
            let Some(scenario) = script.into_stream() else {
                continue;
            };
            for target in Target::ALL {
                if target.engine() != scenario.engine {
                    continue;
                }
                let listing = export::listing(&scenario, target).expect("its own engine");
                let code = &listing.files[0];
                assert!(!code.text.contains("{{"), "{name}: {}", code.text);
                match export::project(&scenario, target) {
                    Ok(project) => {
                        let program = |file: &File| file == code;
                        assert!(project.files.iter().any(program), "{name}: {target:?}");
                        exported += 1;
                    }
                    Err(problems) => assert!(!said(&problems).is_empty()),
                }
            }
        }
    }
    assert!(exported >= 10, "only {exported} are jobs");
}

#[test]
fn slugs_are_unique() {
    let slugs: Vec<String> = all().iter().map(|(_, json, _)| lesson(json).slug).collect();
    assert_eq!(slugs.iter().collect::<BTreeSet<_>>().len(), slugs.len());
}

#[test]
fn the_home_scene_holds_together() {
    let scene: Scene = from_json(&read(&top().join("lessons/home.json"))).expect("a scene");
    assert_eq!(said(&check_scene(&scene, &curriculum())), NOTHING);
}

/// The checks say so too; here it is done by hand, as a learner would.
#[test]
fn every_goal_is_unsolved_at_first_and_solved_by_its_solution_only_when_complete() {
    let mut goals = 0;
    for (folder, json, _) in all() {
        let lesson = lesson(&json);
        for (number, beat) in lesson.beats.iter().enumerate() {
            let Task::Goal(goal) = &beat.task else {
                continue;
            };
            goals += 1;
            let mut script = lesson.scenario_of_beat(number).expect("a scenario");
            for setting in &goal.solution {
                let world = script.run().expect("a run");
                assert!(!goal.state(&world).reached, "{folder} {}", beat.id);
                let one = std::slice::from_ref(setting);
                script = script.set_all(one).expect("a knob");
            }
            let world = script.run().expect("a run");
            assert!(goal.state(&world).reached, "{folder} {}", beat.id);
        }
    }
    assert!(goals >= 5);
}

/// Every answer that a choice offers is graded: one is right, all others wrong.
#[test]
fn one_option_of_every_choice_is_right() {
    each_prediction(|place, prediction, world| {
        let AnswerForm::Choice { options } = &prediction.answer else {
            return;
        };
        let right = (0..options.len() as u32)
            .filter(|option| prediction.grade(world, &Answer::Choice(*option)).right)
            .count();
        assert_eq!(right, 1, "{place}");
    });
}

/// An answer that is wrong in every part of it.
fn wrong_everywhere(prediction: &Prediction, world: &World) -> Answer {
    match &prediction.answer {
        AnswerForm::Numbers { blanks } => Answer::Numbers(vec![Some(-7.0); blanks.len()]),
        AnswerForm::Choice { options } => {
            let wrong = |option: &u32| !prediction.grade(world, &Answer::Choice(*option)).right;
            Answer::Choice((0..options.len() as u32).find(wrong).expect("a wrong one"))
        }
        AnswerForm::Events { .. } => Answer::Events(vec![]),
        AnswerForm::Windows { .. } => Answer::Windows(vec![]),
        AnswerForm::Order { .. } => Answer::Order(vec![]),
        AnswerForm::Sort { items, .. } => Answer::Sort(vec![None; items.len()]),
    }
}

/// A reason is about what was asked: where a figure is not one thing's, the step that is named is one at which it changed.
#[test]
fn every_wrong_answer_is_explained_by_what_was_measured() {
    let (mut reasons, mut steps) = (0, 0);
    each_prediction(|place, prediction, world| {
        let at = prediction.at.map_or(world.asked().len(), |at| at as usize);
        let grade = prediction.grade(world, &wrong_everywhere(prediction, world));
        assert!(!grade.right, "{place}");
        let measures: Vec<Option<&Measure>> = match &prediction.answer {
            AnswerForm::Numbers { blanks } => {
                blanks.iter().map(|blank| Some(&blank.measure)).collect()
            }
            _ => vec![None; grade.parts.len()],
        };
        for (part, measure) in grade.parts.iter().zip(measures) {
            let Some(why) = &part.why else { continue };
            reasons += 1;
            let said = format!("{place}: {}: {why:?}", part.label);
            let sentence = why.verdict.ends_with('.') && why.verdict.len() > 10;
            assert!(sentence, "{said}");
            assert!(!why.verdict.contains("to this yet"), "{said}");
            let (Some(measure), true) = (measure, why.verdict.contains(" with step ")) else {
                continue;
            };
            steps += 1;
            let step = why.position as usize;
            let read = |at: usize| world.asked().ask(measure, at).text;
            assert_eq!(read(step), read(at), "{said}");
            assert_ne!(read(step - 1), read(at), "{said}");
        }
    });
    assert!(
        reasons > 150 && steps > 15,
        "{reasons} reasons, {steps} of them steps"
    );
}

/// A legend lists what can become of events from the first step on: nothing turns up later that is not in it.
#[test]
fn what_becomes_of_events_is_listed_from_the_start() {
    each_run(|place, world| {
        let Some(run) = world.asked().stream() else {
            return;
        };
        let listed = run.fates();
        for position in [run.len() / 2, run.len()] {
            let unlisted = (run.statuses(position).into_iter())
                .filter(|fate| *fate != headwater::frame::status::FUTURE)
                .find(|fate| !listed.contains(fate));
            assert_eq!(unlisted, None, "{place} at {position}");
        }
    });
}

/// Stepping the flagship to its end shows exactly what the real engine did, with and without watermarks between the events.
#[test]
fn the_flagship_prints_what_was_recorded() {
    let recorded = read(&top().join("tests/conformance/flink/published.json"));
    let (_, json, _) = all()
        .into_iter()
        .find(|(folder, ..)| folder.ends_with("-clicks-in-five-minutes"))
        .expect("the lesson");
    let lesson = lesson(&json);
    for (name, case) in [
        ("start", "flink/published/clicks-per-event-watermark"),
        (
            "periodic",
            "flink/published/clicks-default-periodic-watermark",
        ),
    ] {
        let cases: Value = serde_json::from_str(&recorded).expect("JSON");
        let expected = cases["cases"]
            .as_array()
            .expect("cases")
            .iter()
            .find(|c| c["id"] == case)
            .expect("the case")["expected"]
            .clone();
        let mut expected: Output = serde_json::from_value(expected).expect("an output");
        let run = stream(&lesson, name);
        let mut output = Output::of(&run);
        // Within a step the order does not count.
        for output in [&mut expected, &mut output] {
            output
                .emissions
                .sort_by_key(|row| (row.step, row.start, row.key.clone()));
        }
        assert_eq!(output, expected, "{name}");
        let input = conform::scenario(&recorded, Some(case))
            .expect("the case")
            .input;
        assert_eq!(run.scenario.input, input, "{name}");
    }
}

/// A millisecond decides what is late: instants are compared exactly, also far from the epoch.
#[test]
fn instants_are_compared_to_the_millisecond() {
    let (_, json, _) = all().remove(1);
    let lesson = lesson(&json);
    let run = stream(&lesson, "start");
    for (value, holds) in [
        ("2025-06-02T01:01:59.999Z", true),
        ("2025-06-02T01:02:00Z", false),
        ("2025-06-02T01:01:59.998Z", false),
    ] {
        let condition: headwater::measure::Condition = serde_json::from_value(
            json!({"measure": {"of": "watermark"}, "at": 4, "is": "=", "value": value}),
        )
        .expect("a condition");
        assert_eq!(condition.holds(&run), holds, "{value}");
    }
}
