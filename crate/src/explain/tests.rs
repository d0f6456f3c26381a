//! Small scenarios in, sentences out.
#![allow(
    clippy::too_many_lines,
    reason = "a scenario and everything that is said of it"
)]

mod orders;

mod windows;

mod triggers;

mod sources;

mod spark;

mod beam;

mod kafka_streams;

mod partitions;

use super::{Explanation, Subject, narration, why};
use crate::run::Run;
use crate::scenario::Scenario;
use serde_json::{Value, json};

/// Runs a pipeline over steps in short: `o1 R45 12:00:30 at=12:01 value=3 source=1`, `end`, `end source=1`, `idle source=1`,
/// `clock 12:05`, `watermark 12:05`, `batch`; one a line. Times are of 2026-01-01.
fn run(engine: &str, pipeline: &str, steps: &str) -> Run {
    let steps: Vec<Value> = steps
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(step)
        .collect();
    let pipeline: Value = serde_json::from_str(pipeline).expect("a pipeline");
    let scenario = json!({
        "engine": engine,
        "pipeline": pipeline,
        "input": { "steps": steps },
        "sources": [],
    });
    let scenario = Scenario::parse(&scenario.to_string()).expect("a sound scenario");
    Run::new(scenario).expect("a run")
}

fn step(line: &str) -> Value {
    let words: Vec<&str> = line.split_whitespace().collect();
    let option = |name: &str| {
        words
            .iter()
            .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    };
    let source = option("source").map_or(0, |source| source.parse().expect("a source"));
    match words[0] {
        "end" if option("source").is_some() => json!({ "end": true, "source": source }),
        "end" => json!({ "end": true }),
        "idle" => json!({ "mark_idle": source }),
        "batch" => json!({ "batch": true }),
        "clock" => json!({ "processing_time": instant(words[1]) }),
        "watermark" => json!({ "watermark": instant(words[1]), "source": source }),
        id => {
            let mut step = json!({ "event": {
                "id": id,
                "key": words[1],
                "ts": instant(words[2]),
                "source": source,
                "value": option("value").map_or(1.0, |value| value.parse().expect("a value")),
            } });
            if let Some(at) = option("at") {
                step["at"] = instant(at).into();
            }
            step
        }
    }
}

fn instant(time: &str) -> i64 {
    let time = match time.matches(':').count() {
        1 => format!("{time}:00"),
        _ => time.into(),
    };
    crate::time::parse_instant(&format!("2026-01-01 {time}")).expect("a time")
}

/// The narration of the step before `position`: tone, headline and text in one line.
fn told(run: &Run, position: usize) -> String {
    let told = narration(run, position);
    format!("{:?} | {} | {}", told.tone, told.headline, told.text)
        .trim_end_matches([' ', '|'])
        .to_string()
}

#[track_caller]
fn narrates(run: &Run, expected: &[(usize, &str)]) {
    for (position, text) in expected {
        assert_eq!(told(run, *position), *text, "at position {position}");
    }
}

fn missing(key: &str, start: &str, end: &str) -> Subject {
    Subject::Missing {
        key: key.into(),
        start: Some(instant(start)),
        end: Some(instant(end)),
    }
}

/// An answer as text.
fn answer(run: &Run, subject: &Subject, position: usize) -> String {
    text(&why(run, subject, position))
}

/// Compares line by line; expected lines may be indented.
#[track_caller]
fn answers(run: &Run, subject: &Subject, position: usize, expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).collect();
    assert_eq!(answer(run, subject, position), expected.join("\n"));
}

fn text(answer: &Explanation) -> String {
    let mut lines = vec![
        answer.title.clone(),
        answer.verdict.clone(),
        format!("rule: {}", answer.rule),
    ];
    lines.extend(
        answer
            .numbers
            .iter()
            .map(|line| format!("{} = {}", line.label, line.value)),
    );
    lines.extend(
        answer
            .steps
            .iter()
            .map(|step| format!("{}. {}", step.position, step.text)),
    );
    lines.push(format!(
        "events {:?}, see {:?}",
        answer.events, answer.position
    ));
    lines.join("\n")
}
