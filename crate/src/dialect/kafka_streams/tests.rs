//! Records as text: `a@1000` is a record of key a at 1000, `a@1000*2.5` one with that value. What each record brought is one
//! line: `[0, 10) a 2`, `null` where a result is withdrawn, `late` where the drop metric grew, `lost` for results that never come, `-` for nothing.

use crate::fact::{Check, Fact, LateFate, Rule};
use crate::output::{Number, Output};
use crate::run::Run;
use crate::scenario::Scenario;
use serde_json::{Value, json};
use std::fmt::Write as _;

// proptest is not built for the browser.
#[cfg(not(target_arch = "wasm32"))]
mod laws;
#[cfg(not(target_arch = "wasm32"))]
mod partitions;
mod refusals;

fn run(pipeline: &Value, records: &Value) -> Run {
    let scenario =
        json!({"engine": "kafka-streams", "pipeline": pipeline, "input": {"steps": records}});
    let text = scenario.to_string();
    match Scenario::parse(&text).and_then(Run::new) {
        Ok(run) => run,
        Err(problems) => panic!("{problems:?}\n{text}"),
    }
}

fn records(text: &str) -> Value {
    let events = text.split_whitespace().enumerate().map(|(i, token)| {
        let (rest, value) = token.split_once('*').unwrap_or((token, "1"));
        let (key, ts) = rest.split_once('@').expect("key@time");
        json!({"event": {
            "id": format!("e{}", i + 1),
            "key": key,
            "ts": ts.parse::<i64>().expect("a time"),
            "value": value.parse::<f64>().expect("a value"),
        }})
    });
    Value::Array(events.collect())
}

fn pipeline(window: &str, grace: i64, emit: &str) -> Value {
    let window: Value = serde_json::from_str(window).expect("a window");
    json!({"window": window, "aggregate": "concat", "watermark": {"kind": "none"}, "grace": grace, "emit": emit})
}

const TEN: &str = r#"{"kind":"tumbling","size":10}"#;
const GAP_TEN: &str = r#"{"kind":"session","gap":10}"#;
const WITHIN_TEN: &str = r#"{"kind":"sliding_diff","difference":10}"#;

/// What each record brought, one line each.
fn render(run: &Run) -> String {
    let output = Output::of(run);
    let mut text = String::new();
    for step in 0..run.len() {
        let mut parts: Vec<String> = output
            .emissions
            .iter()
            .filter(|row| row.step as usize == step)
            .map(|row| {
                let value = match &row.value {
                    None => "null".into(),
                    Some(Number::Whole(n)) => n.to_string(),
                    Some(Number::Real(x)) => x.to_string(),
                    Some(Number::Text(events)) => events.clone(),
                };
                format!(
                    "{}..{} {} {value}",
                    row.start.unwrap_or(-1),
                    row.end.unwrap_or(-1),
                    row.key.as_deref().unwrap_or("")
                )
            })
            .collect();
        for entry in run.trace.of_step(step) {
            match &entry.fact {
                Fact::Late { fate, .. } => parts.push(match fate {
                    LateFate::Partly => "partly late".into(),
                    LateFate::Dropped | LateFate::SideOutput => "late".into(),
                }),
                Fact::ResultLost { window, key, .. } => parts.push(format!(
                    "{}..{} {} lost",
                    window.start.ms(),
                    window.end.ms(),
                    run.names().key(*key)
                )),
                _ => {}
            }
        }
        if parts.is_empty() {
            parts.push("-".into());
        }
        let _ = writeln!(text, "{}", parts.join(", "));
    }
    text
}

#[track_caller]
fn check(pipeline: &Value, text: &str, expected: &str) {
    let actual = render(&run(pipeline, &records(text)));
    let trim = |text: &str| {
        text.trim()
            .lines()
            .map(|line| line.trim().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(trim(&actual), trim(expected), "\n{actual}");
}

#[test]
fn a_window_closes_by_the_record_that_brings_stream_time_to_its_end_and_grace() {
    check(
        &pipeline(TEN, 5, "on_update"),
        "a@3 b@14 a@4 b@15 a@5",
        "0..10 a e1
         10..20 b e2
         0..10 a e1+e3
         10..20 b e2+e4
         late",
    );
}

#[test]
fn hopping_windows_do_not_start_before_zero_and_close_one_by_one() {
    check(
        &pipeline(r#"{"kind":"sliding","size":10,"slide":4}"#, 0, "on_update"),
        "a@3 a@9 a@12 a@8",
        "0..10 a e1
         0..10 a e1+e2, 4..14 a e2, 8..18 a e2
         4..14 a e2+e3, 8..18 a e2+e3, 12..22 a e3
         4..14 a e2+e3+e4, 8..18 a e2+e3+e4, partly late",
    );
}

#[test]
fn a_record_between_two_sessions_withdraws_both() {
    check(
        &pipeline(GAP_TEN, 100, "on_update"),
        "a@0 a@20 a@10 a@10 a@31 a@42 a@42",
        "0..0 a e1
         20..20 a e2
         0..0 a null, 20..20 a null, 0..20 a e1+e2+e3
         0..20 a null, 0..20 a e1+e2+e3+e4
         31..31 a e5
         42..42 a e6
         42..42 a e6+e7",
    );
}

#[test]
fn an_old_record_is_saved_by_an_open_session() {
    // 5 < 40 - 10 - 0, and so is 20: but the session that 20 joins ends at 30.
    check(
        &pipeline(GAP_TEN, 0, "on_update"),
        "a@30 b@39 a@20 a@5",
        "30..30 a e1
         39..39 b e2
         30..30 a null, 20..30 a e1+e3
         late",
    );
}

#[test]
fn a_session_that_the_store_hides_is_overwritten_by_one_that_begins_at_the_same_instant() {
    // Store time 110 hides what ends at 110 - 10 or before; the session at 100 is still open by stream time.
    let scenario = pipeline(GAP_TEN, 0, "on_update");
    check(
        &scenario,
        "a@100 b@110 a@100 a@100",
        "100..100 a e1
         110..110 b e2
         100..100 a e3
         100..100 a e4",
    );
    let run = run(&scenario, &records("a@100 b@110 a@100"));
    let evicted: Vec<Check> = run
        .trace
        .entries
        .iter()
        .filter_map(|entry| match entry.fact {
            Fact::Evicted { check, .. } => Some(check),
            _ => None,
        })
        .collect();
    assert_eq!(evicted.len(), 1);
    assert_eq!(evicted[0].rule, Rule::KafkaStoreExpired);
}

#[test]
fn sliding_windows_are_made_around_records() {
    check(
        &pipeline(WITHIN_TEN, 50, "on_update"),
        "a@20 a@25 a@22 a@35 a@36",
        "10..20 a e1
         21..31 a e2, 15..25 a e1+e2
         21..31 a e2+e3, 15..25 a e1+e2+e3, 12..22 a e1+e3, 23..33 a e2
         26..36 a e4, 25..35 a e2+e4
         26..36 a e4+e5, 36..46 a e5",
    );
}

#[test]
fn a_sliding_window_right_behind_the_previous_record_comes_out_twice() {
    check(
        &pipeline(WITHIN_TEN, 0, "on_update"),
        "a@15 a@20 a@31",
        "5..15 a e1
         16..26 a e2, 10..20 a e1+e2
         21..31 a e3, 21..31 a e3",
    );
}

#[test]
fn early_records_share_the_first_sliding_window() {
    check(
        &pipeline(WITHIN_TEN, 50, "on_update"),
        "a@4 a@2 a@7 a@2",
        "0..10 a e1
         3..13 a e1, 0..10 a e1+e2
         3..13 a e1+e3, 5..15 a e3, 0..10 a e1+e2+e3
         0..10 a e1+e2+e3+e4",
    );
}

#[test]
fn a_difference_of_zero_keeps_instants_apart() {
    // The retention is 0 as well: no look-up ever sees a window, so each record starts anew.
    let zero = r#"{"kind":"sliding_diff","difference":0}"#;
    check(
        &pipeline(zero, 0, "on_update"),
        "a@5 a@5 a@6 a@5",
        "5..5 a e1
         5..5 a e2
         6..6 a e3
         late",
    );
    check(
        &pipeline(zero, 2, "on_update"),
        "a@5 a@5 a@6 a@5",
        "5..5 a e1
         5..5 a e1+e2
         6..6 a e3
         5..5 a e1+e2+e4",
    );
}

#[test]
fn suppress_lets_sessions_out_one_millisecond_before_they_close() {
    check(
        &pipeline(GAP_TEN, 5, "suppress"),
        "a@0 a@7 b@21 b@22 b@23",
        "-
         -
         -
         0..7 a e1+e2
         -",
    );
}

#[test]
fn a_jump_loses_sliding_results_that_only_come_out_at_the_close() {
    check(
        &pipeline(WITHIN_TEN, 0, "on_window_close"),
        "a@100 b@101 a@130 a@131",
        "-
         90..100 a e1
         91..101 b lost
         120..130 a e3",
    );
    check(
        &pipeline(WITHIN_TEN, 0, "suppress"),
        "a@100 b@101 a@130 a@131",
        "90..100 a e1
         91..101 b e2
         120..130 a e3
         121..131 a e3+e4",
    );
}

#[test]
fn a_jump_across_a_segment_loses_sessions_that_only_come_out_at_the_close() {
    check(
        &pipeline(r#"{"kind":"session","gap":1000}"#, 0, "on_window_close"),
        "a@57000 b@59000 a@61500 b@63000",
        "-
         57000..57000 a e1
         59000..59000 b lost
         61500..61500 a e3",
    );
}

#[test]
fn the_record_cache_keeps_what_a_jump_would_lose() {
    let mut cached = pipeline(TEN, 0, "on_window_close");
    let text = "a@1 b@2 a@25 a@31";
    check(
        &cached,
        text,
        "-
         -
         0..10 a e1, 0..10 b e2
         20..30 a e3",
    );
    cached["caching"] = json!(false);
    check(
        &cached,
        text,
        "-
         -
         0..10 a lost, 0..10 b lost
         20..30 a e3",
    );
}

#[test]
fn the_store_removes_whole_segments() {
    let run = run(
        &pipeline(TEN, 0, "on_update"),
        &records("a@1 a@50 b@60009 b@60010 b@60020"),
    );
    let cells: Vec<usize> = (0..=run.len())
        .map(|n| crate::dialect::Engine::cells(&run.engine_after(n)).len())
        .collect();
    // Starts 0 and 50; 60000; then the start 60010 has passed the end of the first minute by the retention of 10.
    assert_eq!(cells, [0, 1, 2, 3, 2, 3]);
    let evicted = run.trace.entries.iter().find_map(|entry| match entry.fact {
        Fact::Evicted { check, .. } => Some((entry.step, check)),
        _ => None,
    });
    let (step, check) = evicted.expect("an eviction");
    assert_eq!(step, 3);
    assert_eq!(
        (
            check.rule,
            check.time.ms(),
            check.slack.ms(),
            check.against.raw()
        ),
        (Rule::KafkaSegmentExpired, 60_000, 10, 60_010)
    );
}
