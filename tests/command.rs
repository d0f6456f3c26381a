//! The `headwater` command as people and programs use it: arguments and text in, text and an exit code out.
#![cfg(not(target_arch = "wasm32"))]

use insta::assert_snapshot;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs, process};

#[path = "command/lessons.rs"]
mod lessons;

const SCENARIO: &str = r#"{
    "engine": "flink",
    "pipeline": {"window": {"kind": "tumbling", "size": "5 min"}, "aggregate": "count", "late_data": "side_output",
        "watermark": {"kind": "bounded", "delay": "5 s"}},
    "input": {"steps": [
        {"at": "2021-01-01T13:00:01Z", "event": {"id": "e1", "key": "home", "ts": "2021-01-01T12:59:50Z"}},
        {"at": "2021-01-01T13:00:11Z", "event": {"id": "e2", "key": "cart", "ts": "2021-01-01T13:00:10Z"}},
        {"at": "2021-01-01T13:00:12Z", "event": {"id": "e3", "key": "home", "ts": "2021-01-01T12:59:55Z"}},
        {"end": true}
    ]}
}"#;

/// Runs the command in the repository's top folder.
fn headwater(arguments: &[&str], input: &str) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // Commands that read nothing may be gone before everything is written.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the command ends")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headwater"));
    command
        .args(arguments)
        .current_dir(top())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What it prints where all is well.
#[track_caller]
fn prints(arguments: &[&str], input: &str) -> String {
    let output = headwater(arguments, input);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    text(&output.stdout)
}

/// What it says where it cannot run.
#[track_caller]
fn complains(arguments: &[&str], input: &str) -> String {
    let output = headwater(arguments, input);
    assert_eq!(text(&output.stdout), "");
    assert_eq!(output.status.code(), Some(2));
    text(&output.stderr)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// A folder of this test's own.
fn scratch(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("headwater-{}-{name}", process::id()));
    fs::create_dir_all(&folder).expect("a folder to work in");
    folder
}

#[test]
fn run_prints_tables() {
    assert_snapshot!(prints(&["run", "-"], SCENARIO), @r#"
    Flink: 4 steps, 3 events

    Emitted results: 2
      step  at        key   window          value
         2  13:00:11  home  [12:55, 13:00)      1
         4  13:00:12  cart  [13:00, 13:05)      1

    Late events: 1
      step  at        event  key   event time  behind the watermark  fate
         3  13:00:12  e3     home  12:59:55                 9.999 s  side output
      e3 is late for [12:55, 13:00) and sent to the side output: 13:00:00 − 1 ms + 0 ≤ 13:00:04.999.

    Watermarks: 3
      step  at        watermark
         1  13:00:01  12:59:44.999
         2  13:00:11  13:00:04.999
         4  13:00:12  end of time
    "#);
}

#[test]
fn run_prints_the_recorded_form() {
    let recorded = prints(&["run", "-", "--format", "json"], SCENARIO);
    assert_snapshot!(recorded, @r#"
    {
      "emissions": [
        {"step":1,"key":"home","start":1609505700000,"end":1609506000000,"value":1},
        {"step":3,"key":"cart","start":1609506000000,"end":1609506300000,"value":1}
      ],
      "late": [
        {"step":2,"id":"e3"}
      ],
      "watermarks": [
        {"step":0,"value":1609505984999},
        {"step":1,"value":1609506004999},
        {"step":3,"value":9223372036854775807}
      ]
    }
    "#);
    let output: headwater::output::Output =
        serde_json::from_str(&recorded).expect("the recorded form");
    assert_eq!(output.emissions.len(), 2);
}

#[test]
fn run_takes_a_recorded_case() {
    let file = "tests/conformance/flink/late.json";
    let case = "flink/late/exactly-window-max";
    assert_snapshot!(prints(&["run", file, "--case", case], ""), @r#"
    Flink: 4 steps, 3 events

    Emitted results: 2
      step  key  window                value
         4  a    [00:00:01, 00:00:02)      1
         4  z    [00:00:01, 00:00:02)      1

    Late events: 1
      step  event  key  event time    behind the watermark  fate
         2  e2     a    00:00:00.999                     0  dropped
      e2 is late for [00:00:00, 00:00:01) and dropped: 00:00:01 − 1 ms + 0 ≤ 00:00:00.999.

    Watermarks: 2
      step  watermark
         1  00:00:00.999
         4  end of time
    "#);
    assert!(complains(&["run", file], "").starts_with(
        "error: tests/conformance/flink/late.json: there are several cases; choose one of: flink/late/"
    ));
}

#[test]
fn run_says_what_is_wrong_and_where() {
    let bad = SCENARIO.replace("5 min", "0").replace("5 s", "-1 s");
    assert_snapshot!(complains(&["run", "-"], &bad), @r#"error: standard input: pipeline.watermark.delay: invalid value: string "-1 s", expected milliseconds, or a length such as "5 min", "10 s" or "250 ms" at line 4 column 56"#);
    let bad = SCENARIO
        .replace("\"5 min\"", "0")
        .replace("\"5 s\"", "-1000");
    assert_snapshot!(complains(&["run", "-"], &bad), @r#"
    error: standard input: pipeline.window.size: must be positive, got 0
    error: standard input: pipeline.watermark.delay: must not be negative, got -1000
    "#);
    assert_snapshot!(complains(&["run", "-"], "{"), @r#"error: standard input: EOF while parsing an object at line 1 column 1"#);
    for (arguments, expected) in [
        (
            ["run", "no-such-lesson"].as_slice(),
            "error: no-such-lesson: there is neither a file nor a lesson of this name\nhelp: ",
        ),
        (
            &["run", "-", "--dialect", "abacus"],
            "error: invalid value 'abacus' for '--dialect <D>': the engines are flink",
        ),
    ] {
        let complaint = complains(arguments, SCENARIO);
        assert!(complaint.starts_with(expected), "{complaint}");
    }
}

#[test]
fn run_takes_a_lesson_and_another_engine() {
    let lesson = prints(&["run", "clicks-in-five-minutes"], "");
    assert!(lesson.starts_with("Flink: "), "{lesson}");
    let path = "lessons/02-windows/020-clicks-in-five-minutes";
    assert_eq!(prints(&["run", path], ""), lesson);
    let counting = SCENARIO.replace(
        r#""late_data": "side_output""#,
        r#""trigger": {"kind": "count", "n": 2}"#,
    );
    let other = headwater(&["run", "-", "--dialect", "kafka-streams"], &counting);
    assert_eq!(other.status.code(), Some(0));
    assert!(text(&other.stdout).starts_with("Kafka Streams: "));
    let notes = text(&other.stderr);
    assert!(
        notes.lines().count() > 0,
        "count triggers are not in Kafka Streams"
    );
    for note in notes.lines() {
        assert!(note.starts_with("note: "), "{note}");
    }
}

#[test]
fn conform_counts_and_tells_what_differs() {
    let recorded = top().join("tests/conformance/flink/late.json");
    let good = fs::read_to_string(recorded).expect("recorded cases");
    let folder = scratch("conform");
    fs::create_dir_all(folder.join("deep/er")).expect("folders");
    fs::write(folder.join("deep/er/good.json"), &good).expect("a file");
    fs::write(folder.join("notes.md"), "not a case").expect("a file");
    let path = folder.to_string_lossy();

    assert_eq!(prints(&["conform", &path], ""), "11 passed, 0 failed\n");

    let bad = good.replacen("\"value\": 3}", "\"value\": 4}", 1);
    assert_ne!(good, bad);
    fs::write(folder.join("bad.json"), bad).expect("a file");
    fs::write(
        folder.join("table.json"),
        r#"{"engine": "flink", "keys": []}"#,
    )
    .expect("a file");
    let output = headwater(&["conform", &path], "");
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(text(&output.stdout).replace(&*path, "FOLDER"), @r#"
    failed flink/late/behind-watermark-but-open: step 3: emissions expected [{"step":3,"key":"a","start":0,"end":1000,"value":4}] actual [{"step":3,"key":"a","start":0,"end":1000,"value":3}]
    skipped FOLDER/table.json: keys (not checked)
    21 passed, 1 failed
    "#);
    fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn conform_needs_something_to_check() {
    let folder = scratch("empty");
    let path = folder.to_string_lossy();
    assert_eq!(
        complains(&["conform", &path], ""),
        format!("error: {path}: holds no .json file\n")
    );
    fs::remove_dir_all(&folder).expect("the folder goes");
    assert_snapshot!(complains(&["conform", "no/such/path"], ""), @r#"error: no/such/path: cannot be read: No such file or directory (os error 2)"#);
    assert!(complains(&["conform"], "").contains("<PATH>..."));
}

#[test]
fn bench_measures_every_engine_beside_the_loop() {
    let arguments = ["bench", "--events", "20000", "--rounds", "1"];
    let report = prints(&[&arguments[..], &["--json"]].concat(), "");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["events"], 20_000);
    let contestants = report["contestants"].as_array().expect("a list");
    assert_eq!(
        contestants.len(),
        1 + 2 * headwater::dialect::EngineKind::ALL.len()
    );
    for contestant in contestants {
        assert!(
            contestant["events_per_second"].as_f64() > Some(0.0),
            "{contestant}"
        );
    }
    assert!(
        prints(&arguments, "").contains("of the hand-written loop's speed; the budget is 0.50")
    );
}

#[test]
fn plot_writes_a_picture_of_what_it_says() {
    let folder = scratch("plot");
    let file = folder.join("lateness.svg");
    let path = file.to_string_lossy();
    let arguments = ["plot", "-", "--chart", "lateness", "--out", &path];
    let sentence = "1 of 3 events (33 %) came further behind than the watermark delay of 5 s.";
    assert_eq!(
        prints(&arguments, SCENARIO),
        format!("{path}: {sentence}\n")
    );
    let picture = fs::read_to_string(&file).expect("a picture");
    assert!(
        picture.starts_with("<svg ") && picture.contains(sentence),
        "{picture}"
    );
    fs::remove_dir_all(&folder).expect("the folder goes");

    let arguments = ["plot", "-", "--chart", "backlog", "--out", "-", "--dark"];
    assert!(prints(&arguments, SCENARIO).contains("Events waiting for a result"));
    let complaint = complains(&["plot", "-", "--chart", "pie", "--out", "-"], SCENARIO);
    assert!(
        complaint.contains("the charts are lateness, backlog"),
        "{complaint}"
    );
    let arguments = [
        "plot",
        "-",
        "--chart",
        "backlog",
        "--out",
        "no/such/folder/a.svg",
    ];
    let complaint = complains(&arguments, SCENARIO);
    assert!(
        complaint.starts_with("error: no/such/folder/a.svg: cannot be written: "),
        "{complaint}"
    );
}

#[test]
fn export_writes_a_job_and_says_how_to_run_it() {
    let folder = scratch("export").join("job");
    let path = folder.to_string_lossy();
    let arguments = ["export", "-", "--to", "beam", "--out", &path];
    let told = prints(&arguments, SCENARIO);
    assert!(
        told.contains(&format!("5 files in {path}. To run it there:"))
            && told.contains("python job.py"),
        "{told}"
    );
    let data = fs::read_to_string(folder.join("steps.jsonl")).expect("the data");
    assert_eq!(data.matches("\"key\":").count(), 3, "{data}");
    // What was exported runs in the lab as it is.
    let scenario = folder.join("scenario.json");
    prints(&["run", &scenario.to_string_lossy()], "");

    let complaint = complains(&arguments, SCENARIO);
    assert!(complaint.contains("is not empty"), "{complaint}");
    fs::remove_dir_all(&folder).expect("the folder goes");
    let complaint = complains(&["export", "-", "--to", "storm"], SCENARIO);
    assert!(
        complaint.contains("the targets are flink-sql, flink-java, pyspark, kafka-streams, beam"),
        "{complaint}"
    );
}

#[test]
fn help_shows_every_command_with_examples() {
    let help = prints(&["--help"], "");
    for word in [
        "run",
        "conform",
        "check",
        "bench",
        "plot",
        "export",
        "Examples:",
        "Exit codes:",
    ] {
        assert!(help.contains(word), "{word} in\n{help}");
    }
    for command in ["run", "conform", "check", "bench", "plot", "export"] {
        assert!(prints(&[command, "--help"], "").contains("Examples:"));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = command(&[
        "run",
        "tests/conformance/flink/random.json",
        "--case",
        "flink/random/seed-001",
    ])
    .spawn()
    .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}
