//! Steps as text: `a@1000` is an event of key a at 1000, `a@1000*2.5/1` one with value 2.5 from source 1, `wm=5000` a watermark,
//! `wm=5000/1` one of source 1, `clock=10000` the processing clock, `end` the end of the input.
//!
//! Panes as text: `3: a[0,1000)=2 early#0` is a result in step 3, `a[0,1000)! early#0` its withdrawal, `late e4` a late event.

use crate::fact::Fact;
use crate::output::{Number, Output};
use crate::run::Run;
use crate::scenario::Scenario;
use serde_json::{Value, json};
use std::fmt::Write as _;

mod laws;
mod panes;
mod refusals;

fn run(pipeline: &Value, steps: &Value) -> Run {
    let scenario = json!({"engine": "beam", "pipeline": pipeline, "input": {"steps": steps}});
    let text = scenario.to_string();
    match Scenario::parse(&text).and_then(Run::new) {
        Ok(run) => run,
        Err(problems) => panic!("{problems:?}\n{text}"),
    }
}

fn steps(text: &str) -> Value {
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let mut steps = Vec::new();
    for token in text.split_whitespace() {
        let (rest, source) = token.split_once('/').unwrap_or((token, "0"));
        let step = if let Some(time) = rest.strip_prefix("wm=") {
            json!({"watermark": number(time), "source": number(source)})
        } else if let Some(time) = rest.strip_prefix("clock=") {
            json!({"processing_time": number(time)})
        } else if rest == "end" {
            json!({"end": true})
        } else {
            let (rest, value) = rest.split_once('*').unwrap_or((rest, "1"));
            let (key, ts) = rest.split_once('@').expect("key@time");
            json!({"event": {
                "id": format!("e{}", steps.len()),
                "key": key,
                "ts": number(ts),
                "value": value.parse::<f64>().expect("a value"),
                "source": number(source),
            }})
        };
        steps.push(step);
    }
    Value::Array(steps)
}

/// What came out and what was lost, one line each.
fn render(run: &Run) -> String {
    let output = Output::of(run);
    let mut text = String::new();
    for step in 0..run.len() {
        for row in output.emissions.iter().filter(|r| r.step as usize == step) {
            let value = match &row.value {
                Some(Number::Whole(n)) => format!("={n}"),
                Some(Number::Real(x)) => format!("={x}"),
                Some(Number::Text(text)) => format!("={text}"),
                None => "!".into(),
            };
            let bounds = match (row.start, row.end) {
                (Some(start), Some(end)) => format!("[{start},{end})"),
                _ => String::new(),
            };
            let _ = writeln!(
                text,
                "{step}: {}{bounds}{value} {}#{}",
                row.key.as_deref().unwrap_or(""),
                row.pane.map_or("", crate::model::Timing::title),
                row.pane_index.unwrap_or(0)
            );
        }
        for entry in run.trace.of_step(step) {
            match entry.fact {
                Fact::Late { event, .. } => {
                    let _ = writeln!(text, "{step}: late {}", run.names().event(event));
                }
                Fact::Swallowed { .. } => {
                    let _ = writeln!(text, "{step}: swallowed");
                }
                _ => {}
            }
        }
    }
    text
}

#[track_caller]
fn check(pipeline: &Value, input: &str, expected: &str) {
    let got = render(&run(pipeline, &steps(input)));
    let expected: String = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_eq!(got, expected, "{input}");
}

/// Windows of 1000, summed, on explicit watermarks.
fn tumbling(lateness: i64, trigger: &Value, accumulation: &str) -> Value {
    json!({
        "window": {"kind": "tumbling", "size": 1000}, "aggregate": "sum", "watermark": {"kind": "explicit"},
        "allowed_lateness": lateness, "trigger": trigger, "accumulation": accumulation
    })
}

/// Sessions with a gap of 1000.
fn sessions(lateness: i64, trigger: &Value, accumulation: &str) -> Value {
    let mut pipeline = tumbling(lateness, trigger, accumulation);
    pipeline["window"] = json!({"kind": "session", "gap": 1000});
    pipeline
}
