//! Programs as text, and that nothing of a scenario breaks out of the place it is put in.

use super::*;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::path::Path;

/// Scenarios that between them use most of what can be said.
fn scenario(engine: &str, pipeline: &Json, steps: &Json) -> Scenario {
    let text = json!({"engine": engine, "pipeline": pipeline, "input": {"steps": steps}, "sources": ["clicks"]});
    Scenario::parse(&text.to_string()).expect("a sound scenario")
}

fn clicks() -> Json {
    json!([
        {"event": {"id": "e1", "key": "home", "ts": 0}},
        {"event": {"id": "e2", "key": "home", "ts": 70_000, "value": 2.5}},
        {"event": {"id": "e3", "key": "cart", "ts": 10_000}},
        {"end": true}
    ])
}

fn flink() -> Scenario {
    let pipeline = json!({
        "window": {"kind": "tumbling", "size": "1 min"}, "aggregate": "count",
        "watermark": {"kind": "bounded", "delay": "10 s"}, "allowed_lateness": "30 s", "late_data": "side_output"
    });
    scenario("flink", &pipeline, &clicks())
}

fn sessions() -> Scenario {
    let pipeline = json!({
        "window": {"kind": "session", "gap": "30 s"}, "aggregate": "avg",
        "watermark": {"kind": "bounded", "delay": 0, "cadence": {"every": 2}},
        "trigger": {"kind": "count", "n": 2, "purging": true}
    });
    scenario("flink", &pipeline, &clicks())
}

fn spark() -> Scenario {
    let pipeline = json!({
        "window": {"kind": "sliding", "size": "1 min", "slide": "30 s", "offset": "5 s"}, "aggregate": "sum",
        "watermark": {"kind": "bounded", "delays": ["10 s", "1 min"], "policy": "max"},
        "output_mode": "update", "micro_batch": {"events": 2}, "no_data_batches": false
    });
    let mut steps = clicks();
    steps[1]["event"]["source"] = json!(1);
    scenario("spark", &pipeline, &steps)
}

/// A target's program, or what stands in its place.
fn program(scenario: &Scenario, target: Target) -> String {
    match listing(scenario, target) {
        Ok(listing) => listing.files[0].text.clone(),
        Err(problems) => problems.iter().fold(String::new(), |text, problem| {
            text + &problem.to_string() + "\n"
        }),
    }
}

#[track_caller]
fn snapshot(name: &str, scenario: &Scenario) {
    for target in Target::ALL {
        let code = program(scenario, target);
        assert!(!code.contains("{{"), "{code}");
        let name = format!("{name}-{}", target.name());
        insta::assert_snapshot!(name, code);
    }
}

#[test]
fn a_flink_scenario_in_every_language() {
    snapshot("late", &flink());
}

#[test]
fn sessions_with_a_trigger_in_every_language() {
    snapshot("sessions", &sessions());
}

#[test]
fn a_spark_scenario_in_every_language() {
    snapshot("spark", &spark());
}

fn extension(target: Target) -> &'static str {
    let (_, extension) = (target.program_path().rsplit_once('.')).expect("a file of some language");
    extension
}

/// What of a program is code: without comments, and with every literal text reduced to its quotes.
fn skeleton(target: Target, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let openings: &[(&str, &str)] = match extension(target) {
        "java" => &[("//", "\n"), ("/*", "*/"), ("\"", "\""), ("'", "'")],
        "py" => &[("#", "\n"), ("\"\"\"", "\"\"\""), ("\"", "\""), ("'", "'")],
        _ => &[("--", "\n"), ("'", "'"), ("`", "`")],
    };
    while let Some(c) = rest.chars().next() {
        let Some((open, close)) = openings.iter().find(|(open, _)| rest.starts_with(open)) else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        rest = &rest[open.len()..];
        let literal = open == close;
        while !rest.is_empty() && !rest.starts_with(close) {
            let escaped = literal && rest.starts_with('\\');
            let skip = rest
                .chars()
                .take(1 + usize::from(escaped))
                .map(char::len_utf8)
                .sum();
            rest = &rest[skip..];
        }
        rest = rest.strip_prefix(close).unwrap_or("");
        if literal {
            out.push_str(open);
            out.push_str(close);
        }
        if *close == "\n" {
            out.push('\n');
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Java reads Unicode escapes before it looks at quotes and comments.
fn unescaped(target: Target, text: &str) -> String {
    if extension(target) != "java" {
        return text.into();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(place) = rest.find('\\') {
        out.push_str(&rest[..place]);
        let code = rest[place..]
            .strip_prefix("\\u")
            .and_then(|rest| rest.get(..4));
        let skip = if let Some(code) = code.and_then(|code| u32::from_str_radix(code, 16).ok()) {
            out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
            6
        } else {
            let next = rest[place + 1..].chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[place..=place + next]);
            1 + next
        };
        rest = &rest[place + skip..];
    }
    out + rest
}

fn named(scenario: &Scenario, name: &str) -> Scenario {
    let mut json = serde_json::to_value(scenario).expect("JSON");
    json["sources"] = json!([name, name]);
    for step in json["input"]["steps"].as_array_mut().expect("steps") {
        if let Some(event) = step.get_mut("event") {
            event["id"] = json!(format!("{name}{}", event["id"]));
            event["key"] = json!(name);
        }
    }
    Scenario::parse(&json.to_string()).expect("a sound scenario")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_name_breaks_out_of_its_place(name in r#"(["'\\\n\r`{}/*#\-$\u{2028}é]|u0022|u000a|\{\{notes\}\}|[a-z ]|.){0,12}"#) {
        for scenario in [flink(), sessions(), spark()] {
            for target in Target::ALL {
                let code = |name| {
                    let text = program(&named(&scenario, name), target);
                    skeleton(target, &unescaped(target, &text))
                };
                prop_assert_eq!(code(&name), code("a"));
                let Ok(project) = project(&named(&scenario, &name), target) else { continue };
                for file in project.files.iter().filter(|file| file.path.contains(".jsonl")) {
                    for line in file.text.lines() {
                        let line: Json = serde_json::from_str(line).expect("a line of JSON");
                        prop_assert_eq!(line.get("key").map_or(name.as_str(), |key| key.as_str().expect("text")), name.as_str());
                    }
                }
            }
        }
    }
}

#[test]
fn what_an_engine_cannot_do_is_said_in_place_of_a_program() {
    let pipeline = json!({
        "window": {"kind": "count", "size": 2}, "aggregate": "count", "watermark": {"kind": "bounded", "delay": 0}
    });
    let problems =
        listing(&scenario("flink", &pipeline, &clicks()), Target::PySpark).expect_err("problems");
    insta::assert_snapshot!(problems[0].to_string(), @"pipeline.window.kind: Spark has no windows by count: Flink does");
}

#[test]
fn a_listing_is_the_project_without_its_data_and_words() {
    for target in Target::ALL {
        let listed = listing(&flink(), target).expect("a listing");
        let whole = project(&flink(), target).expect("a project");
        assert_eq!(listed.files[0].path, target.program_path());
        let kept: Vec<&File> = (whole.files.iter())
            .filter(|file| listed.files.contains(file))
            .collect();
        assert_eq!(kept.len(), listed.files.len(), "{}", target.name());
        let left: Vec<&str> = (whole.files.iter())
            .filter(|file| !listed.files.contains(file))
            .map(|file| file.path.as_str())
            .filter(|path| {
                (Path::new(path).extension()).is_none_or(|extension| extension != "jsonl")
            })
            .collect();
        assert_eq!(left, ["README.md", "scenario.json"]);
        assert_eq!(listed.command, Some(whole.command));
    }
}

#[test]
fn what_could_not_be_repeated_is_no_project() {
    let mut steps = clicks();
    steps[1]["event"]["source"] = json!(1);
    let pipeline = json!({
        "window": {"kind": "tumbling", "size": "1 min", "clock": "processing"}, "aggregate": "count",
        "watermark": {"kind": "none"}
    });
    let scenario = scenario("flink", &pipeline, &steps);
    let problems = project(&scenario, Target::FlinkJava).expect_err("problems");
    let listed = listing(&scenario, Target::FlinkJava).expect("a program to read");
    assert_eq!((listed.files.len(), listed.command), (1, None));
    assert_eq!(listed.obstacles, problems);
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(paths, ["input", "pipeline.window.clock"]);
}

#[test]
fn batches_that_wait_for_each_other_are_in_one_folder() {
    let pipeline = json!({
        "window": {"kind": "tumbling", "size": 1000}, "aggregate": "count",
        "watermark": {"kind": "bounded", "delay": 0}, "output_mode": "append"
    });
    let event = |id: &str| json!({"event": {"id": id, "key": "k", "ts": 0}});
    let steps = json!([
        event("a"), {"batch": true, "queued": true}, event("b"), event("c"), {"batch": true},
        {"batch": true}, event("d"), {"batch": true}, event("left"), {"end": true}
    ]);
    let project =
        project(&scenario("spark", &pipeline, &steps), Target::PySpark).expect("a project");
    let data: Vec<_> = (project.files.iter())
        .filter(|file| file.path.starts_with("data/"))
        .map(|file| (file.path.as_str(), file.text.lines().count()))
        .collect();
    assert_eq!(
        data,
        [
            ("data/01/01.jsonl", 1),
            ("data/01/02.jsonl", 2),
            ("data/02/01.jsonl", 1)
        ]
    );
}

fn beam(trigger: &Json) -> Scenario {
    let pipeline = json!({
        "window": {"kind": "session", "gap": 5000}, "aggregate": "count", "watermark": {"kind": "explicit"},
        "trigger": {"kind": "repeatedly", "trigger": trigger}, "accumulation": "discarding"
    });
    let steps = json!([
        {"at": 1000, "event": {"id": "e1", "key": "k", "ts": 0}},
        {"watermark": 20_000}
    ]);
    scenario("beam", &pipeline, &steps)
}

/// The local runner does not end while a delay is pending: so the clock goes on, for each delay that may follow another.
#[test]
fn a_beam_jobs_clock_goes_on_until_no_delay_is_pending() {
    let delay = json!({"kind": "processing_time", "delay": "2 s"});
    let both = json!({"kind": "after_all", "triggers": [delay, {"kind": "count", "n": 3}, delay]});
    let last_steps = |trigger: &Json, n: usize| {
        let project = project(&beam(trigger), Target::Beam).expect("a project");
        let steps = project.files.iter().find(|file| file.path == "steps.jsonl");
        let lines: Vec<&str> = steps.map_or(vec![], |file| file.text.lines().collect());
        lines[lines.len() - n..].join(" ")
    };
    let end = r#"{"end":true,"source":0}"#;
    let on = r#"{"advance_clock":2000}"#;
    assert_eq!(last_steps(&delay, 2), format!("{end} {on}"));
    assert_eq!(last_steps(&both, 3), format!("{end} {on} {on}"));
    assert_eq!(last_steps(&json!({"kind": "count", "n": 3}), 1), end);
}

/// The local runner takes a clock past a window's end for its watermark, so the clock counts from its first reading.
#[test]
fn a_beam_jobs_clock_counts_from_its_first_reading() {
    let project = project(&beam(&json!({"kind": "count", "n": 1})), Target::Beam);
    let files = project.expect("a project").files;
    let steps = files.iter().find(|file| file.path == "steps.jsonl");
    let text = steps.map_or("", |file| file.text.as_str());
    assert!(text.contains("\"id\":\"e1\""), "{text}");
    assert!(!text.contains("advance_clock"), "{text}");
}

/// What comes before the first reading comes at 0: a delay that it begins is over when the clock is read for the first time.
#[test]
fn a_beam_jobs_clock_moves_to_a_first_reading_behind_an_event() {
    let mut scenario = beam(&json!({"kind": "processing_time", "delay": "1 s"}));
    let crate::scenario::Input::Steps(steps) = &mut scenario.input else {
        panic!("its steps are written out");
    };
    for step in steps.iter_mut() {
        step.at = None;
    }
    steps.insert(
        1,
        crate::source::StepSpec {
            processing_time: Some(crate::time::ProcTime(1_701)),
            ..Default::default()
        },
    );
    let files = project(&scenario, Target::Beam).expect("a project").files;
    let steps = files.iter().find(|file| file.path == "steps.jsonl");
    let lines: Vec<&str> = steps.map_or(vec![], |file| file.text.lines().collect());
    assert_eq!(
        lines.get(1),
        Some(&r#"{"advance_clock":1701}"#),
        "{lines:?}"
    );
}

/// The SDK's mean of an empty pane is an error, not a pane.
#[test]
fn a_beam_job_that_discards_bears_an_empty_pane() {
    let mut scenario = beam(&json!({"kind": "count", "n": 3}));
    scenario.pipeline.aggregate = Some(crate::aggregate::Aggregate::Avg);
    let text = |scenario: &Scenario| program(scenario, Target::Beam);
    assert!(text(&scenario).contains("if values else None"));
    scenario.pipeline.accumulation = Some(crate::scenario::Accumulation::Accumulating);
    assert!(text(&scenario).contains("Mean.PerKey()"));
}

#[test]
fn a_delay_that_the_sdk_cannot_say_is_no_project() {
    let delay = json!({"kind": "processing_time", "delay": 2500});
    let problems = project(&beam(&delay), Target::Beam).expect_err("a problem");
    let paths: Vec<_> = problems.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["pipeline.trigger.delay"]);
}
