//! Sides next to each other: what each says of a window, and where they differ.

use super::*;

/// Two events on time, one that moves time past the window, one behind it, and the end.
const SCENARIO: &str = r#"{"engine":"flink","pipeline":{"window":{"kind":"tumbling","size":1000},"aggregate":"count",
    "watermark":{"kind":"bounded","delay":0}},
    "input":{"steps":[{"event":{"id":"e1","key":"a","ts":100}},{"event":{"id":"e2","key":"a","ts":1004}},
    {"event":{"id":"e3","key":"a","ts":200}},{"event":{"id":"e4","key":"a","ts":3000}},{"end":true}]}}"#;

#[test]
fn a_difference_is_marked_and_explained_by_the_event_that_makes_it() {
    let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
    let mut patient = scenario.clone();
    patient.pipeline.allowed_lateness = Some(crate::time::Span(5_000));
    let side = |label: &str, scenario: &Scenario| Side {
        label: label.into(),
        notes: Vec::new(),
        run: Run::new(scenario.clone()),
    };
    let base = Run::new(scenario.clone()).expect("a run");
    let sides = [side("strict", &scenario), side("patient", &patient)];
    let before = table(&base, 2, &sides);
    assert!(before.rows.iter().all(|row| !row.differs), "{before:?}");
    let after = table(&base, 3, &sides);
    let row = &after.rows[0];
    assert!(row.differs);
    let now: Vec<_> = row.cells.iter().map(|cell| cell.now.as_deref()).collect();
    assert_eq!(now, [Some("1"), Some("2")]);
    assert!(
        row.because.iter().all(|reason| reason.event == Some(2)),
        "{row:?}"
    );
    assert_eq!(row.because.len(), 2);
}

/// The late event of the issue: Flink has a watermark, Spark not yet.
#[test]
fn two_engines_give_two_rules_with_their_numbers() {
    let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
    let base = Run::new(scenario.clone()).expect("a run");
    let mut spark = adapt(&scenario, EngineKind::Spark).scenario;
    spark.pipeline.micro_batch = Some(crate::scenario::MicroBatch::Events(10));
    let sides = [
        Side {
            label: "Flink".into(),
            notes: Vec::new(),
            run: Run::new(scenario),
        },
        Side {
            label: "Spark".into(),
            notes: Vec::new(),
            run: Run::new(spark),
        },
    ];
    let row = &table(&base, base.len(), &sides).rows[0];
    let said: Vec<&str> = row
        .because
        .iter()
        .filter(|reason| reason.event == Some(2))
        .map(|reason| reason.text.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "drops e3 at step 3: 00:00:01 − 1 ms + 0 ≤ 00:00:01.003 (watermark 00:00:01.003: highest event time 00:00:01.004 − 0 − 1 ms)",
            "keeps e3 at step 4: no batch has ended, the watermark is still 0, so 00:00:01 > 0",
        ]
    );
    assert!(row.because.iter().all(|reason| !reason.rule.is_empty()));
}

/// One fast source: Flink waits for the slow one; in Kafka Streams neither knows of the other, and a key of both is kept twice.
#[test]
fn tasks_of_their_own_are_told_of_beside_one_watermark() {
    let scenario = Scenario::parse(
        r#"{"engine":"flink","pipeline":{"window":{"kind":"tumbling","size":1000},"aggregate":"count",
        "watermark":{"kind":"bounded","delay":0}},"input":{"steps":[
        {"event":{"id":"e1","key":"a","ts":100}},{"event":{"id":"e2","key":"a","ts":200,"source":1}},
        {"event":{"id":"e3","key":"b","ts":5000,"source":1}},{"event":{"id":"e4","key":"a","ts":300}},
        {"event":{"id":"e5","key":"b","ts":400,"source":1}},{"end":true}]}}"#,
    )
    .expect("a sound scenario");
    let base = Run::new(scenario.clone()).expect("a run");
    let sides = engines(&scenario);
    let table = table(&base, base.len(), &sides);
    let kafka = &table.columns[3];
    assert_eq!(kafka.watermark, "none: each partition has its own");
    assert!(
        kafka.notes[0].starts_with("Kafka Streams has no time"),
        "{kafka:?}"
    );
    let row = |key: &str, start: i64| {
        let found = table
            .rows
            .iter()
            .find(|row| row.key == key && row.window.start == Some(start));
        found.unwrap_or_else(|| panic!("{key} {start}: {:?}", table.rows))
    };
    let twice = row("a", 0);
    assert_eq!(
        twice.cells[3].now.as_deref(),
        Some("2 on partition 0, 1 on partition 1")
    );
    let said = |row: &Row, column: u32, event: Option<u32>| {
        (row.because.iter())
            .find(|reason| (reason.column, reason.event) == (column, event))
            .map(|reason| reason.text.clone())
    };
    assert_eq!(
        said(twice, 3, None).as_deref(),
        Some(
            "it is aggregated by 2 tasks, 2 on partition 0 and 1 on partition 1: each reads one partition and sees nothing of the others"
        )
    );
    let late = row("b", 0);
    assert_eq!(
        said(late, 3, Some(4)).as_deref(),
        Some(
            "drops e5 at step 5: 00:00:01 ≤ 00:00:05 − 0 (stream time of partition 1 00:00:05: highest event time 00:00:05)"
        )
    );
    assert!(
        said(late, 0, Some(4)).is_some_and(|text| text.starts_with("keeps e5")),
        "{late:?}"
    );
}

#[test]
fn four_engines_stand_on_one_playhead() {
    let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
    let base = Run::new(scenario.clone()).expect("a run");
    let sides = engines(&scenario);
    assert_eq!(sides.len(), 4);
    for position in 0..=base.len() {
        let table = table(&base, position, &sides);
        for (column, side) in table.columns.iter().zip(&sides) {
            let run = side
                .run
                .as_ref()
                .unwrap_or_else(|problems| panic!("{}: {problems:?}", side.label));
            let arrived = run.frame(column.position as usize).counts.arrived;
            assert_eq!(
                arrived,
                base.frame(position).counts.arrived,
                "{} at {position}",
                side.label
            );
        }
    }
}
