//! Batches as text: `a@1000 b@2000*2.5/1#x |` is an event of key a at 1000, one of key b with value 2.5 from source 1 called x,
//! and a batch; `|q` is a batch behind which data already waits.

use crate::dialect::Engine;
use crate::fact::Fact;
use crate::output::{Number, Output};
use crate::run::Run;
use crate::scenario::Scenario;
use serde_json::{Value, json};
use std::fmt::Write as _;

mod laws;
mod refusals;

fn run(pipeline: &Value, steps: &Value) -> Run {
    let scenario = json!({"engine": "spark", "pipeline": pipeline, "input": {"steps": steps}});
    let text = scenario.to_string();
    match Scenario::parse(&text).and_then(Run::new) {
        Ok(run) => run,
        Err(problems) => panic!("{problems:?}\n{text}"),
    }
}

fn steps(text: &str) -> Value {
    let mut steps = Vec::new();
    for token in text.split_whitespace() {
        if let Some(queued) = token.strip_prefix('|') {
            steps.push(json!({"batch": true, "queued": queued == "q"}));
            continue;
        }
        let (rest, id) = token.split_once('#').unwrap_or((token, ""));
        let (rest, source) = rest.split_once('/').unwrap_or((rest, "0"));
        let (rest, value) = rest.split_once('*').unwrap_or((rest, "1"));
        let (key, ts) = rest.split_once('@').expect("key@time");
        let id = if id.is_empty() {
            format!("e{}", steps.len())
        } else {
            id.to_string()
        };
        steps.push(json!({"event": {
            "id": id,
            "key": key,
            "ts": ts.parse::<i64>().expect("a time"),
            "value": value.parse::<f64>().expect("a value"),
            "source": source.parse::<u16>().expect("a source"),
        }}));
    }
    Value::Array(steps)
}

/// What each batch did, one line each.
fn render(run: &Run) -> String {
    let output = Output::of(run);
    let mut text = String::new();
    for (step, origin) in run.compiled.steps.iter().enumerate() {
        if !matches!(origin.action, crate::model::Action::Batch { .. }) {
            continue;
        }
        let mut parts = Vec::new();
        for row in output.emissions.iter().filter(|r| r.step as usize == step) {
            let value = match &row.value {
                Some(Number::Whole(n)) => n.to_string(),
                Some(Number::Real(x)) => x.to_string(),
                Some(Number::Text(text)) => text.clone(),
                None => String::new(),
            };
            parts.push(match (&row.id, row.start, row.end) {
                (Some(id), ..) => id.clone(),
                (None, Some(start), Some(end)) => {
                    format!(
                        "{}[{start},{end})={value}",
                        row.key.as_deref().unwrap_or("")
                    )
                }
                _ => format!("{}={value}", row.key.as_deref().unwrap_or("")),
            });
        }
        for row in output.late.iter().filter(|r| r.step as usize == step) {
            parts.push(format!("late {}", row.count.unwrap_or(0)));
        }
        for row in output.watermarks.iter().filter(|r| r.step as usize == step) {
            parts.push(format!("wm {}", row.value));
        }
        let _ = writeln!(text, "{}", parts.join(" "));
    }
    text
}

#[track_caller]
fn check(pipeline: &Value, input: &str, expected: &[&str]) {
    let got = render(&run(pipeline, &steps(input)));
    let got: Vec<&str> = got.lines().collect();
    assert_eq!(got, expected, "{input}");
}

fn pipeline(window: &Value, mode: &str, delay: i64) -> Value {
    json!({"window": window, "aggregate": "count", "output_mode": mode,
        "watermark": {"kind": "bounded", "delay": delay}})
}

fn tumbling(mode: &str, delay: i64) -> Value {
    pipeline(&json!({"kind": "tumbling", "size": 10}), mode, delay)
}

fn session(mode: &str, delay: i64) -> Value {
    pipeline(&json!({"kind": "session", "gap": 5}), mode, delay)
}

/// Spark 3.5.1, tumbling 15 min, watermark 5 min: average, watermark used and state after each file, as measured.
#[test]
fn the_measured_walk_through_comes_out_batch_by_batch() {
    let minutes = |h: i64, m: i64, s: i64| ((h * 60 + m) * 60 + s) * 1_000;
    let files: [&[(i64, f64)]; 8] = [
        &[(minutes(2, 1, 0), 600.0), (minutes(2, 5, 0), 500.0)],
        &[(minutes(2, 14, 30), 700.0)],
        &[(minutes(2, 19, 0), 300.0)],
        &[(minutes(2, 14, 0), 650.0)],
        &[(minutes(2, 19, 59), 300.0)],
        &[(minutes(2, 0, 1), 111.0)],
        &[(minutes(2, 20, 0), 300.0)],
        &[(minutes(2, 14, 0), 999.0)],
    ];
    let mut list = Vec::new();
    for file in files {
        for (ts, value) in file {
            list.push(json!({"event": {"id": "e", "key": "R45", "ts": ts, "value": value}}));
        }
        list.push(json!({"batch": true}));
    }
    let run = |mode: &str| {
        run(
            &json!({"window": {"kind": "tumbling", "size": "15 min"}, "aggregate": "avg", "output_mode": mode,
                "watermark": {"kind": "bounded", "delay": "5 min"}}),
            &Value::Array(list.clone()),
        )
    };
    let update = run("update");
    let used: Vec<(u32, i64)> = update
        .trace
        .entries
        .iter()
        .filter_map(|entry| match entry.fact {
            Fact::Batch {
                events, evict_by, ..
            } => Some((events, evict_by.raw())),
            _ => None,
        })
        .collect();
    let (m200, m930, m1400) = (minutes(2, 0, 0), minutes(2, 9, 30), minutes(2, 14, 0));
    let (m1459, m1500) = (minutes(2, 14, 59), minutes(2, 15, 0));
    assert_eq!(
        used,
        [
            (2, 0),
            (0, m200),
            (1, m200),
            (0, m930),
            (1, m930),
            (0, m1400),
            (1, m1400),
            (1, m1400),
            (0, m1459),
            (1, m1459),
            (1, m1459),
            (0, m1500),
            (1, m1500)
        ]
    );
    let averages: Vec<f64> = update
        .trace
        .emissions
        .iter()
        .filter_map(|emission| match emission.value {
            Some(crate::model::Value::Number(x)) => Some(x),
            _ => None,
        })
        .collect();
    assert_eq!(averages, [550.0, 600.0, 300.0, 612.5, 300.0, 512.2, 300.0]);
    let rows: Vec<usize> = update
        .compiled
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| matches!(step.action, crate::model::Action::Batch { .. }))
        .map(|(n, _)| update.engine_after(n + 1).cells().len())
        .collect();
    assert_eq!(rows, [1, 1, 2, 2, 2, 2, 1, 1]);
    assert_eq!(update.trace.late_rows.iter().map(|l| l.1).sum::<u64>(), 1);
    let append = run("append");
    assert_eq!(append.trace.emissions.len(), 1);
    assert_eq!(
        append.trace.emissions[0].value,
        Some(crate::model::Value::Number(512.2))
    );
}

#[test]
fn the_watermark_acts_a_batch_later_where_data_waits() {
    let input = "a@1 a@12 |q a@2 a@25 |q a@3 a@11 |";
    check(
        &tumbling("append", 2),
        input,
        &["wm 10", "a[0,10)=2 wm 23", "a[10,20)=2 late 1"],
    );
    // The eviction watermark is the batch's own: an update is written and its window forgotten in one batch.
    check(
        &tumbling("update", 2),
        input,
        &[
            "a[0,10)=1 a[10,20)=1 wm 10",
            "a[0,10)=2 a[20,30)=1 wm 23",
            "a[10,20)=2 late 1",
        ],
    );
}

#[test]
fn a_batch_without_data_catches_up_once_nothing_waits() {
    // The second batch has no events, so all there is to do is what the first one left.
    check(
        &tumbling("append", 0),
        "a@1 a@12 |q | |",
        &["wm 12", "a[0,10)=1", ""],
    );
    let mut disabled = tumbling("append", 0);
    disabled["no_data_batches"] = json!(false);
    check(
        &disabled,
        "a@1 a@12 | | a@12 |",
        &["wm 12", "", "a[0,10)=1"],
    );
}

#[test]
fn a_window_is_over_at_its_end_to_the_millisecond() {
    check(
        &tumbling("append", 0),
        "a@9 | a@0 | a@10 | a@9 |",
        &["wm 9", "", "a[0,10)=2 wm 10", "late 1"],
    );
}

#[test]
fn the_watermark_begins_at_zero() {
    check(
        &tumbling("append", 5),
        "a@-1 a@0 b@-11 a@-2 | a@3 |",
        &["late 2", ""],
    );
    // Nothing is dropped by a watermark that there is not.
    let mut unmarked = tumbling("complete", 0);
    unmarked["watermark"] = json!({"kind": "none"});
    check(&unmarked, "a@-1 a@-10 |", &["a[-10,0)=2"]);
    // Complete mode drops no fixed window, and every session that is over.
    check(&tumbling("complete", 0), "a@-5 |", &["a[-10,0)=1"]);
    check(
        &session("complete", 0),
        "a@-5 a@-4 |",
        &["a[-4,1)=1 late 1"],
    );
}

#[test]
fn dropped_rows_are_counted_as_the_engine_counts_them() {
    // A group and window once.
    check(
        &tumbling("update", 0),
        "a@30 | a@1 a@2 b@3 a@11 |",
        &["a[30,40)=1 wm 30", "late 3"],
    );
    // Each window of an overlapping event; the event itself is kept by the last of them.
    let sliding = pipeline(
        &json!({"kind": "sliding", "size": 10, "slide": 5}),
        "append",
        0,
    );
    let late = run(&sliding, &steps("a@10 | a@9 a@8 a@4 |"));
    assert_eq!(render(&late), "wm 10\nlate 2\n");
    let lost: Vec<u32> = late.trace.late.iter().map(|late| late.event).collect();
    assert_eq!(lost, [3]);
    // A session's key and time, for each source.
    check(
        &session("append", 0),
        "a@30 | a@1 a@1 a@1/1 a@2 |",
        &["wm 30", "late 3"],
    );
    check(
        &tumbling("append", 0),
        "a@30 | a@1 a@1 a@1/1 a@2 |",
        &["wm 30", "late 1"],
    );
}

#[test]
fn sessions_merge_with_all_they_touch_and_bridge_what_is_stored() {
    check(
        &session("append", 0),
        "a@1 a@6 a@12 | a@50 |",
        &["a[1,11)=2 wm 12", "a[12,17)=1 wm 50"],
    );
    let far = session("append", 100);
    check(
        &far,
        "a@1 a@11 a@30 | a@6 a@25 | a@2 | a@200 |",
        &["", "", "", "a[1,16)=4 a[25,35)=2 wm 100"],
    );
    // An event that its session would take is late by its own end.
    check(
        &session("append", 0),
        "a@8 a@12 a@16 | a@11 | a@12 | a@40 |",
        &["wm 16", "late 1", "", "a[8,21)=4 wm 40"],
    );
}

#[test]
fn several_watermarks_are_one_by_their_policy() {
    let streams = |policy: &str| {
        json!({"window": {"kind": "tumbling", "size": 10}, "aggregate": "count", "output_mode": "append",
            "watermark": {"kind": "bounded", "delays": [2, 5, 0], "policy": policy}})
    };
    let input = "a@40 a@30/1 | a@1/2 | a@20/2 | a@50/2 | a@5/1 |";
    check(
        &streams("min"),
        input,
        &["", "wm 1", "a[0,10)=1 wm 20", "wm 25", "late 1"],
    );
    check(
        &streams("max"),
        input,
        &[
            "wm 38",
            "late 1",
            "late 1",
            "a[30,40)=1 a[40,50)=1 wm 50",
            "late 1",
        ],
    );
    // A stream behind 0 holds nothing back that is not held at 0 already.
    check(
        &streams("min"),
        "a@-50 a@-50/1 a@-50/2 | a@9 a@9/1 a@9/2 |",
        &["late 1", "wm 4"],
    );
}

#[test]
fn rows_are_compared_by_their_columns_while_remembered() {
    let dedup = |within: bool, on: &Value, delay: i64| {
        json!({"dedup": {"within_watermark": within, "on": on}, "output_mode": "append",
            "watermark": {"kind": "bounded", "delay": delay}})
    };
    check(
        &dedup(true, &json!(["id"]), 5),
        "a@10#x a@12#x b@11#y | a@14#x | a@20#z | a@16#x a@15#y |",
        &["x y wm 7", "wm 9", "z wm 15", "x late 1"],
    );
    check(
        &dedup(false, &json!(["id", "ts"]), 5),
        "a@10#x a@10#x a@11#x | a@16#x | a@11#x a@12#x a@16#x |",
        &["x x wm 6", "x wm 11", "x late 1"],
    );
    check(
        &dedup(false, &json!(["key", "value"]), 50),
        "a@10*1#p a@11*1#q a@12*2#r b@12*1#s a@13*-0#t a@14*0#u |",
        &["p r s t"],
    );
    let for_ever = run(
        &dedup(false, &json!(["id"]), 0),
        &steps("a@1#x b@2#y | a@900#x | a@901#y | b@902#z |"),
    );
    assert_eq!(render(&for_ever), "x y wm 2\nwm 900\nwm 901\nz wm 902\n");
    let cells = for_ever.engine_after(for_ever.len()).cells();
    let ids: u64 = cells.iter().map(|cell| cell.accumulator.count).sum();
    assert_eq!((cells.len(), ids), (2, 3));
}

#[test]
fn windows_are_those_of_the_measured_calls() {
    let starts = |size: &str, slide: &str| {
        let window = json!({"kind": "sliding", "size": size, "slide": slide});
        let mut plain = pipeline(&window, "update", 0);
        plain["watermark"] = json!({"kind": "none"});
        let ts = crate::time::parse_instant("2021-01-01T10:07:30Z").expect("an instant");
        let run = run(&plain, &steps(&format!("a@{ts} |")));
        let mut starts: Vec<i64> = Output::of(&run)
            .emissions
            .iter()
            .filter_map(|row| Some((row.start? / 60_000).rem_euclid(60)))
            .collect();
        starts.sort_unstable();
        starts
    };
    assert_eq!(starts("5 min", "1 min"), [3, 4, 5, 6, 7]);
    assert_eq!(starts("1 h", "5 min").len(), 12);
}
