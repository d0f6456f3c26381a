//! Every recorded case of every engine: there is a sentence for each fact, a narration for each step, an answer for each subject.
#![cfg(not(target_arch = "wasm32"))]

use headwater::adapt::adapt;
use headwater::dialect::EngineKind;
use headwater::explain::{Subject, askable, narration, sentence, why};
use headwater::lesson::Lesson;
use headwater::run::Run;
use headwater::scenario::Scenario;
use serde_json::{Value, json};
use std::path::Path;

/// The runs of the recorded cases of an engine.
fn recorded(engine: &str) -> Vec<(String, Run)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/conformance")
        .join(engine);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("recorded cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let mut runs = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file");
        let Ok(value) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        for case in value["cases"].as_array().into_iter().flatten() {
            let scenario = json!({
                "engine": engine,
                "pipeline": case["pipeline"],
                "input": { "steps": case["steps"] },
            });
            let scenario = Scenario::parse(&scenario.to_string()).expect("a sound scenario");
            let id = case["id"].as_str().unwrap_or_default().to_string();
            runs.push((id, Run::new(scenario).expect("a run")));
        }
    }
    runs
}

/// Positions worth asking at: the start, the middle, the end.
fn positions(run: &Run) -> [usize; 3] {
    [0, run.len() / 2, run.len()]
}

fn subjects(run: &Run) -> Vec<Subject> {
    let trace = &run.trace;
    let mut subjects: Vec<Subject> = (0..run.compiled.events.len() as u32)
        .map(|event| Subject::Event { event })
        .collect();
    // A step that never ends holds ten thousand results alike.
    let emissions = trace.emissions.len().min(200) as u32;
    subjects.extend((0..emissions).map(|emission| Subject::Emission { emission }));
    for (number, lane) in trace.lanes.iter().enumerate() {
        subjects.push(Subject::Window {
            lane: number as u32,
        });
        subjects.push(Subject::Missing {
            key: run.names().key(lane.key).into(),
            start: (!lane.window.is_global()).then_some(lane.window.start.ms()),
            end: (!lane.window.is_global()).then_some(lane.window.end.ms()),
        });
    }
    subjects.push(Subject::Watermark { source: None });
    subjects.extend((0..run.names().sources).map(|source| Subject::Watermark {
        source: Some(source),
    }));
    subjects
}

#[track_caller]
fn well_said(id: &str, text: &str) {
    assert!(!text.is_empty(), "{id}: nothing said");
    for bad in [
        "  ",
        " .",
        " ,",
        "..",
        ".:",
        "\n",
        "9223372036854775",
        "NaN",
    ] {
        assert!(!text.contains(bad), "{id}: {bad:?} in {text:?}");
    }
}

#[track_caller]
fn covered(engine: &str) {
    let runs = recorded(engine);
    assert!(runs.len() > 20, "{} cases of {engine}", runs.len());
    for (id, run) in &runs {
        for position in 0..=run.len() {
            let told = narration(run, position);
            well_said(id, &told.headline);
            assert!(told.headline.ends_with('.'), "{id}: {}", told.headline);
            if !told.text.is_empty() {
                well_said(id, &told.text);
                assert!(told.text.ends_with('.'), "{id}: {}", told.text);
            }
            if let Some(subject) = &told.subject {
                assert!(!why(run, subject, position).verdict.is_empty(), "{id}");
            }
        }
        for entry in run.trace.entries.iter().take(2_000) {
            let text = sentence(run, entry);
            well_said(id, &text);
            assert!(text.ends_with('.'), "{id}: {text}");
        }
        for position in positions(run) {
            for subject in subjects(run) {
                let answer = why(run, &subject, position);
                let place = format!("{id} {subject:?} at {position}");
                well_said(&place, &answer.title);
                well_said(&place, &answer.verdict);
                well_said(&place, &answer.rule);
                assert!(!answer.numbers.is_empty(), "{place}: no numbers");
                assert!(
                    answer.position.is_none_or(|p| p as usize <= position),
                    "{place}: shows the future"
                );
                assert!(
                    answer
                        .steps
                        .iter()
                        .all(|step| step.position as usize <= position),
                    "{place}: tells the future"
                );
            }
        }
    }
}

#[test]
fn flink() {
    covered("flink");
}

#[test]
fn spark() {
    covered("spark");
}

#[test]
fn beam() {
    covered("beam");
}

#[test]
fn kafka_streams() {
    covered("kafka-streams");
}

/// The streams of all lessons, each with every engine that takes it.
fn lessons() -> Vec<(String, Run)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons");
    let mut runs = Vec::new();
    let folders = |path: &Path| -> Vec<std::path::PathBuf> {
        let mut found: Vec<_> = std::fs::read_dir(path)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.is_dir())
            .collect();
        found.sort();
        found
    };
    for folder in folders(&top).iter().flat_map(|chapter| folders(chapter)) {
        let text = std::fs::read_to_string(folder.join("lesson.json")).expect("a lesson");
        let lesson: Lesson = serde_json::from_str(&text).expect("a lesson's form");
        for name in lesson.scenarios.keys() {
            let script = lesson.scenario(name).expect("a sound scenario");
            let Some(scenario) = script.into_stream() else {
                continue;
            };
            for engine in EngineKind::ALL.iter().copied() {
                let adapted = adapt(&scenario, engine).scenario;
                if let Ok(run) = Run::new(adapted) {
                    runs.push((format!("{}:{name} {}", lesson.slug, engine.name()), run));
                }
            }
        }
    }
    assert!(runs.len() > 100, "{}", runs.len());
    runs
}

/// Why there is no result, of every key and window that can be asked about: what is said agrees with the trace.
#[test]
fn a_missing_result_is_answered_for_every_window_there_might_be() {
    let mut never = 0;
    for (id, run) in lessons() {
        let windows = askable(&run);
        for position in positions(&run) {
            for key in run.names().keys.iter().take(4) {
                for bounds in windows.iter().take(40) {
                    let (start, end) = (bounds.start, bounds.end);
                    let subject = Subject::Missing {
                        key: key.clone(),
                        start,
                        end,
                    };
                    let answer = why(&run, &subject, position);
                    let place = format!("{id} {key} {} at {position}", bounds.text);
                    well_said(&place, &answer.title);
                    well_said(&place, &answer.verdict);
                    well_said(&place, &answer.rule);
                    assert!(!answer.numbers.is_empty(), "{place}: no numbers");
                    let mut results = run.trace.emissions.iter().filter(|emission| {
                        (emission.step as usize) < position
                            && run.names().key(emission.key) == key
                            && run.bounds(emission.window).text == bounds.text
                    });
                    let there = results.next_back().is_some_and(|last| last.value.is_some());
                    assert_eq!(
                        there,
                        answer.verdict.starts_with("There is one"),
                        "{place}: {}",
                        answer.verdict
                    );
                    never += usize::from(answer.verdict.contains("does not exist"));
                    for event in &answer.events {
                        let arrived = run.trace.fates[*event as usize].arrived;
                        assert!(
                            arrived.is_some_and(|(step, _)| (step as usize) < position),
                            "{place}: names an event that has not come"
                        );
                    }
                }
            }
        }
    }
    assert!(never > 100, "{never}");
}
