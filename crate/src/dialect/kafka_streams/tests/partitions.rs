//! Several partitions: a task each, and nothing between them.

use super::laws::{any_pipeline, any_records, holds};
use super::{TEN, pipeline, records, render, run};
use crate::dialect::Engine as _;
use crate::output::{EmissionRow, LateRow, Output, WatermarkRow};
use crate::time::Watermark;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Records that go to partitions in this order, again and again.
fn spread(text: &str, partitions: &[u16]) -> Value {
    let mut records = records(text);
    for (record, partition) in
        (records.as_array_mut().into_iter().flatten()).zip(partitions.iter().cycle())
    {
        record["event"]["source"] = json!(partition);
    }
    records
}

#[test]
fn a_fast_partition_makes_no_other_late() {
    let pipeline = pipeline(TEN, 0, "on_update");
    let text = "a@1 b@95 a@2 b@96 b@3";
    let together = render(&run(&pipeline, &records(text)));
    assert_eq!(
        together.lines().collect::<Vec<_>>(),
        [
            "0..10 a e1",
            "90..100 b e2",
            "late",
            "90..100 b e2+e4",
            "late"
        ]
    );
    let apart = run(&pipeline, &spread(text, &[0, 1, 0, 1, 1]));
    assert_eq!(
        render(&apart).lines().collect::<Vec<_>>(),
        [
            "0..10 a e1",
            "90..100 b e2",
            "0..10 a e1+e3",
            "90..100 b e2+e4",
            "late"
        ]
    );
    let watermarks = Output::of(&apart).watermarks;
    let told: Vec<_> = watermarks
        .iter()
        .map(|row| (row.step, row.value, row.source))
        .collect();
    assert_eq!(
        told,
        [
            (0, 1, Some(0)),
            (1, 95, Some(1)),
            (2, 2, Some(0)),
            (3, 96, Some(1))
        ]
    );
    let after = |task| apart.trace.watermark_after(2, task).raw();
    assert_eq!((after(Some(0)), after(Some(1))), (2, 95));
    assert_eq!(apart.trace.watermark_after(2, None), Watermark::NONE);
}

#[test]
fn a_key_that_is_written_to_two_partitions_is_two_aggregates() {
    let run = run(
        &pipeline(TEN, 0, "on_update"),
        &spread("a@1 a@2 a@3 b@4", &[0, 1, 1, 1]),
    );
    assert_eq!(
        run.names().keys,
        ["a (partition 0)", "a (partition 1)", "b"]
    );
    assert_eq!(
        render(&run).lines().collect::<Vec<_>>(),
        ["0..10 a e1", "0..10 a e2", "0..10 a e2+e3", "0..10 b e4"]
    );
    assert_eq!(run.engine_after(4).cells().len(), 3);
}

/// What came out of one partition, with its own records' steps; or of a run of those records alone.
fn of_partition(
    run: &crate::run::Run,
    partition: u16,
) -> (Vec<EmissionRow>, Vec<LateRow>, Vec<WatermarkRow>) {
    let events = &run.compiled.events;
    let own: Vec<Option<u32>> = events
        .iter()
        .scan(0, |next, event| {
            let place = (event.source == partition).then_some(*next);
            *next += u32::from(place.is_some());
            Some(place)
        })
        .collect();
    let output = Output::of(run);
    let place = |step: u32| own[step as usize];
    (
        (output.emissions.into_iter())
            .filter_map(|row| {
                Some(EmissionRow {
                    step: place(row.step)?,
                    ..row
                })
            })
            .collect(),
        (output.late.into_iter())
            .filter_map(|row| {
                Some(LateRow {
                    step: place(row.step)?,
                    ..row
                })
            })
            .collect(),
        (output.watermarks.into_iter())
            .filter_map(|row| {
                Some(WatermarkRow {
                    step: place(row.step)?,
                    source: None,
                    ..row
                })
            })
            .collect(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each partition gives what it gives alone, and all that holds of one holds of several.
    #[test]
    fn partitions_know_nothing_of_each_other(
        pipeline in any_pipeline(), records in any_records(), turns in prop::collection::vec(0..3_u16, 60)
    ) {
        let mut records = records;
        for (record, partition) in (records.as_array_mut().into_iter().flatten()).zip(&turns) {
            record["event"]["source"] = json!(partition);
        }
        holds(&pipeline, &records);
        let all = run(&pipeline, &records);
        for partition in 0..3 {
            let own: Vec<Value> = (records.as_array().into_iter().flatten())
                .filter(|record| record["event"]["source"] == json!(partition))
                .map(|record| {
                    let mut record = record.clone();
                    record["event"]["source"] = json!(0);
                    record
                })
                .collect();
            let alone = run(&pipeline, &Value::Array(own));
            prop_assert_eq!(of_partition(&all, partition), of_partition(&alone, 0), "partition {}", partition);
        }
    }
}
