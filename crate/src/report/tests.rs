//! Runs in, files out; and back.

use super::{ReportForm, ReportKind, hold_against, read, report};
use crate::import::{Reading, look};
use crate::run::Run;
use crate::scenario::{Input, Scenario};

fn orders() -> Run {
    let text = r#"{
        "engine": "flink",
        "pipeline": {
            "window": {"kind": "tumbling", "size": 300000}, "aggregate": "sum",
            "watermark": {"kind": "bounded", "delay": 0}, "late_data": "drop"
        },
        "input": {"steps": [
            {"at": 60000, "event": {"id": "o1", "key": "a,\"b\"", "ts": 1000, "value": 2.5}},
            {"at": 400000, "event": {"id": "o2", "key": "c", "ts": 390000, "value": -1, "source": 1}},
            {"at": 400500, "event": {"id": "=o3", "key": "a,\"b\"", "ts": 2000, "value": 1}},
            {"at": 401000, "end": true}
        ]}
    }"#;
    Run::new(Scenario::parse(text).expect("is sound")).expect("runs")
}

/// A scenario's events, read from what is reported of it.
fn events_again(run: &Run, form: ReportForm) -> Scenario {
    let file = report(run, ReportKind::Events, form);
    let mapping = look(file.as_bytes(), None)
        .expect("is there")
        .mapping
        .expect("is there");
    let mut reading = Reading::new(file.into_bytes(), mapping).expect("is there");
    reading.advance(u64::MAX);
    assert_eq!(reading.standing().bad_rows, []);
    let mut steps = reading.steps(0, usize::MAX);
    // What is no event is not among the events.
    let Input::Steps(all) = &run.scenario.input else {
        unreachable!("the orders are written out")
    };
    steps.extend(all.iter().filter(|step| step.event.is_none()).cloned());
    Scenario {
        input: Input::Steps(steps),
        ..run.scenario.clone()
    }
}

#[test]
fn events_read_back_are_the_same() {
    let run = orders();
    assert_eq!(events_again(&run, ReportForm::Csv), run.scenario);
    assert_eq!(events_again(&run, ReportForm::Json), run.scenario);
}

#[test]
fn a_json_report_read_back_is_the_same_run() {
    let run = orders();
    for kind in [ReportKind::Events, ReportKind::Results, ReportKind::Trace] {
        let file = report(&run, kind, ReportForm::Json);
        let again = read(&file).expect("is there");
        assert_eq!(
            (again.headwater, again.scenario, again.differs),
            (kind, run.scenario.clone(), None)
        );
    }
}

#[test]
fn a_report_that_says_otherwise_is_told() {
    let file = report(&orders(), ReportKind::Results, ReportForm::Json);
    let changed = file.replace(
        "\"value\": 3.5,\n      \"withdrawn\"",
        "\"value\": 4.5,\n      \"withdrawn\"",
    );
    assert_ne!(changed, file);
    let differs = read(&changed).expect("is there").differs.expect("is there");
    assert!(differs.starts_with("Row 1 is {"), "{differs}");
}

#[test]
fn results_and_facts_are_a_line_each() {
    let run = orders();
    insta::assert_snapshot!(report(&run, ReportKind::Results, ReportForm::Csv));
    insta::assert_snapshot!(report(&run, ReportKind::Trace, ReportForm::Csv));
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let problems =
        read(r#"{"headwater": "results", "version": "1", "scenario": {"engine": "storm"}}"#)
            .expect_err("is refused");
    assert_eq!(problems[0].path, "scenario.engine");
}

#[test]
fn a_table_of_results_or_of_a_trace_is_held_against_a_run() {
    let run = orders();
    for kind in [ReportKind::Results, ReportKind::Trace] {
        let file = report(&run, kind, ReportForm::Csv);
        let same = hold_against(&run, &file).expect("it is one of ours");
        assert_eq!((same.headwater, same.differs), (kind, None));
        // As other programs save it.
        let windows = format!("\u{feff}{}", file.replace('\n', "\r\n"));
        assert_eq!(
            hold_against(&run, &windows).and_then(|read| read.differs),
            None
        );
        let shorter: Vec<&str> = file.lines().take(2).collect();
        let differs = hold_against(&run, &shorter.join("\n")).and_then(|read| read.differs);
        assert_eq!(
            differs.map(|says| says.starts_with("The file has 1 rows")),
            Some(true)
        );
    }
    let results = report(&run, ReportKind::Results, ReportForm::Csv);
    let mut other = run.scenario.clone();
    other.pipeline.aggregate = Some(crate::aggregate::Aggregate::Count);
    let other = Run::new(other).expect("runs");
    let differs = hold_against(&other, &results).and_then(|read| read.differs);
    assert!(
        differs.is_some_and(|says| says.starts_with("Row 1 is ")),
        "a sum is no count"
    );
    for no_table in ["", "id,key\n1,2\n", "step", "\n\n"] {
        assert_eq!(hold_against(&run, no_table), None);
    }
    let events = report(&run, ReportKind::Events, ReportForm::Csv);
    assert_eq!(hold_against(&run, &events), None, "events are imported");
}
