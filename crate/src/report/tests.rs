//! Runs in, files out; and back.

use super::{ReportForm, ReportKind, read, report};
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
