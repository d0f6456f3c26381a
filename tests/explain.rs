//! Every recorded case of every engine: there is a sentence for each fact, a narration for each step, an answer for each subject.
#![cfg(not(target_arch = "wasm32"))]

use headwater::explain::{Subject, narration, sentence, why};
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
