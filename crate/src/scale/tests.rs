//! A large run tells the numbers of the full simulation, whatever the pipeline; and a written input's likeness is like it.

use super::{Histogram, ScaleRun, like};
use crate::dialect::{Engine, EngineKind};
use crate::fact::{Fact, LateFate, Unrecorded};
use crate::import::{FileFormat, Layout, Mapping, Reading, TimeColumn, TimeFormat};
use crate::run::Run;
use crate::scenario::{Input, Scenario};
use crate::source::{Delay, GeneratorSpec, StepSpec};
use crate::time::Span;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

/// Pipelines of every engine, on generated events.
pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    let window = prop_oneof![
        3 => (200..3_000_i64).prop_map(|size| json!({"kind": "tumbling", "size": size})),
        1 => (1_000..3_000_i64, 400..1_000_i64)
            .prop_map(|(size, slide)| json!({"kind": "sliding", "size": size, "slide": slide})),
        2 => (20..400_i64).prop_map(|gap| json!({"kind": "session", "gap": gap})),
    ];
    let delay = prop_oneof![
        Just(json!({"kind": "none"})),
        (1..2_000_i64).prop_map(|max| json!({"kind": "uniform", "max": max})),
        (1..500_i64).prop_map(|mean| json!({"kind": "exponential", "mean": mean})),
        (1..200_i64, 500..4_000_i64)
            .prop_map(|(usual, late)| json!({"kind": "bursty", "usual": usual, "late": late, "late_per_mille": 80})),
    ];
    let input = (1..400_u32, 1..40_i64, 1..6_u32, delay, 1..3_u16, any::<u64>()).prop_map(
        |(events, every, keys, delay, sources, seed)| {
            json!({"generator": {
                "seed": seed, "events": events, "every": every, "keys": keys, "skew": 1.0, "delay": delay,
                "sources": sources, "duplicates_per_mille": 50, "value_max": 9,
            }})
        },
    );
    (
        0..4_usize,
        window,
        input,
        0..1_500_i64,
        prop_oneof![Just(0), 0..1_500_i64],
        any::<bool>(),
        0..3_usize,
    )
        .prop_filter_map("the engine takes it", |(engine, window, input, delay, lateness, choice, kind)| {
            let pipeline = pipeline(engine, &window, (delay, lateness), choice, kind);
            let json =
                json!({"engine": EngineKind::ALL[engine], "pipeline": pipeline, "input": input});
            Scenario::parse(&json.to_string()).ok()
        })
}

fn pipeline(
    engine: usize,
    window: &Json,
    (delay, lateness): (i64, i64),
    choice: bool,
    kind: usize,
) -> Json {
    let mut pipeline = json!({"window": window, "aggregate": (["count", "avg", "concat"][kind])});
    match EngineKind::ALL[engine] {
        EngineKind::Flink => {
            pipeline["watermark"] = json!({"kind": "bounded", "delay": delay});
            if choice {
                pipeline["watermark"]["idle_timeout"] = json!(delay + 50);
                pipeline["trigger"] =
                    json!({"kind": "continuous_processing_time", "interval": 300});
            }
            pipeline["allowed_lateness"] = json!(lateness);
        }
        EngineKind::Spark => {
            pipeline["watermark"] = json!({"kind": "bounded", "delay": delay});
            pipeline["micro_batch"] = if choice {
                json!({"events": 7})
            } else {
                json!({"interval": 250})
            };
            pipeline["output_mode"] = json!(["append", "update", "complete"][kind]);
        }
        EngineKind::Beam => {
            pipeline["watermark"] = json!({"kind": "bounded", "delay": delay});
            pipeline["allowed_lateness"] = json!(lateness);
            pipeline["accumulation"] = json!(if choice { "accumulating" } else { "discarding" });
        }
        EngineKind::KafkaStreams => {
            pipeline["watermark"] = json!({"kind": "none"});
            pipeline["grace"] = json!(delay);
            pipeline["emit"] = json!(["on_update", "on_window_close", "suppress"][kind]);
        }
    }
    pipeline
}

/// Whether a large run tells the numbers of a full simulation.
fn agree(scaled: &ScaleRun, run: &Run) -> Result<(), TestCaseError> {
    let (told, trace) = (scaled.standing(), &run.trace);
    let results = trace.emissions.iter().filter(|e| e.value.is_some()).count() as u64;
    let late = |fate: &[LateFate]| {
        (trace.late.iter())
            .filter(|late| fate.contains(&late.fate))
            .count() as u64
    };
    let batches = (trace.entries.iter())
        .filter(|e| matches!(e.fact, Fact::Batch { .. }))
        .count() as u64;
    prop_assert_eq!(told.events as usize, run.compiled.events.len());
    prop_assert_eq!(told.results, results);
    prop_assert_eq!(told.withdrawn, trace.emissions.len() as u64 - results);
    prop_assert_eq!(told.late, late(&[LateFate::Dropped, LateFate::SideOutput]));
    prop_assert_eq!(told.partly_late, late(&[LateFate::Partly]));
    prop_assert_eq!(told.batches, batches);
    prop_assert_eq!(told.on_their_way, 0);

    let mut engine = run.scenario.engine.start(&run.scenario, run.names());
    let aggregate = (run.scenario.pipeline.aggregate).expect("every one has an aggregate");
    let mut most = 0;
    for step in &run.compiled.steps {
        engine.step(step, &mut Unrecorded);
        let cells = engine.cells();
        most = most.max(cells.len());
        prop_assert_eq!(engine.entries(), cells.len());
        prop_assert_eq!(
            engine.state_bytes(),
            cells.iter().map(|cell| cell.bytes(aggregate)).sum::<u64>()
        );
    }
    prop_assert_eq!(told.peak_entries as usize, most);
    prop_assert_eq!(told.entries as usize, engine.entries());
    prop_assert_eq!(told.bytes, engine.state_bytes());
    prop_assert_eq!(scaled.report().lateness.len(), u64::from(told.events));
    Ok(())
}

/// Rows of a key, an event time, the way from there and a partition, as a file that has been read.
fn file(rows: &[(usize, i64, i64, u16)], arrivals: bool, partitions: bool) -> Reading {
    let mut text = String::from("key,ts,arrival,value,partition\n");
    for (key, ts, way, partition) in rows {
        let key = ["zoe", "ann", "mia", "bob"][*key];
        writeln!(text, "{key},{ts},{},{way},{partition}", ts + way).expect("text takes everything");
    }
    let epoch = |column: &str| TimeColumn {
        column: column.into(),
        format: TimeFormat::Milliseconds,
    };
    let columns = ["key", "ts", "arrival", "value", "partition"];
    let mapping = Mapping {
        layout: Layout {
            format: FileFormat::Csv,
            delimiter: ',',
            header: true,
        },
        columns: columns.map(String::from).to_vec(),
        time: epoch("ts"),
        arrival: arrivals.then(|| epoch("arrival")),
        key: Some("key".into()),
        value: Some("value".into()),
        id: None,
        source: partitions.then(|| "partition".into()),
        zone: 0,
    };
    let mut reading = Reading::new(text.into_bytes(), mapping).expect("the columns are there");
    reading.advance(u64::MAX);
    reading
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_large_run_tells_the_numbers_of_the_full_simulation(scenario in scenario(), stretch in 1..200_u32) {
        let mut scaled = ScaleRun::new(scenario.clone()).expect("a sound scenario");
        while scaled.advance(stretch) {
            scaled.note(0.0);
        }
        scaled.note(1.0);
        agree(&scaled, &Run::new(scenario).expect("a sound scenario"))?;
    }

    #[test]
    fn a_run_over_a_file_tells_the_numbers_of_the_same_events_on_the_stage(
        scenario in scenario(),
        rows in prop::collection::vec((0..4_usize, 0..20_000_i64, 0..3_000_i64, 0..3_u16), 1..150),
        (arrivals, partitions, stretch) in (any::<bool>(), any::<bool>(), 1..200_u32),
    ) {
        let reading = file(&rows, arrivals, partitions);
        let mut scenario = scenario;
        let mut steps = reading.steps(0, usize::MAX);
        steps.push(StepSpec { end: Some(true), ..StepSpec::default() });
        let scaled = ScaleRun::over(scenario.clone(), reading.events());
        scenario.input = Input::Steps(steps);
        let run = Run::new(scenario);
        prop_assert_eq!(scaled.as_ref().err(), run.as_ref().err());
        let (Ok(mut scaled), Ok(run)) = (scaled, run) else { return Ok(()) };
        while scaled.advance(stretch) {}
        scaled.note(1.0);
        agree(&scaled, &run)?;
        let newest: Vec<String> = (run.trace.emissions.iter().rev())
            .filter(|emission| emission.value.is_some())
            .map(|emission| run.names().written(emission.key).to_string())
            .take(scaled.standing().newest.len())
            .collect();
        for (told, key) in scaled.standing().newest.iter().zip(newest) {
            prop_assert!(told.key == key || told.key.starts_with(&format!("{key} (")), "{} and {key}", told.key);
        }
    }

    #[test]
    fn a_histogram_counts_every_value_where_it_belongs(values in prop::collection::vec(0..1_000_000_i64, 1..200)) {
        let mut histogram = Histogram::default();
        for value in &values {
            histogram.add(*value);
        }
        for (bar, count) in histogram.counts.iter().enumerate() {
            let from = bar as i64 * histogram.width;
            let within = values.iter().filter(|value| (from..from + histogram.width).contains(value)).count();
            prop_assert_eq!(*count as usize, within);
        }
        prop_assert_eq!(histogram.most, *values.iter().max().expect("there is one"));
    }
}

#[test]
fn samples_become_fewer_and_keep_the_end() {
    let json = json!({"engine": "flink", "pipeline": pipeline(0, &json!({"kind": "tumbling", "size": 100}), (0, 0), false, 0),
        "input": {"generator": {"seed": 1, "events": 5_000, "every": 1, "keys": 3}}});
    let mut run = ScaleRun::new(Scenario::parse(&json.to_string()).expect("sound")).expect("sound");
    let mut at = 0.0;
    while run.advance(2) {
        at += 1.0;
        run.note(at);
    }
    run.note(at + 1.0);
    let samples = run.report().samples;
    assert!((120..=241).contains(&samples.len()), "{}", samples.len());
    assert!(
        samples
            .windows(2)
            .all(|pair| pair[0].events <= pair[1].events)
    );
    assert_eq!(samples.last().map(|sample| sample.events), Some(5_000));
}

fn written(events: &[(i64, i64, &str)]) -> Scenario {
    let steps: Vec<Json> = (events.iter().enumerate())
        .map(|(i, (ts, at, key))| json!({"at": at, "event": {"id": format!("e{i}"), "key": key, "ts": ts}}))
        .collect();
    let json = json!({"engine": "flink", "pipeline": pipeline(0, &json!({"kind": "tumbling", "size": 100}), (10, 0), false, 0),
        "input": {"steps": steps}});
    Scenario::parse(&json.to_string()).expect("a sound scenario")
}

#[test]
fn a_written_input_is_measured() {
    let scenario = written(&[
        (1_000, 1_000, "a"),
        (1_100, 1_160, "b"),
        (1_200, 1_200, "a"),
        (1_300, 1_400, "a"),
    ]);
    let likeness = like(&scenario, 20_000).expect("there are events to go by");
    let Input::Generator(GeneratorSpec {
        events,
        every,
        keys,
        delay,
        ..
    }) = likeness.scenario.input
    else {
        panic!("it is generated");
    };
    assert_eq!((events, every, keys), (20_000, Span(100), 2));
    assert_eq!(delay, Delay::Uniform { max: Span(100) });
    assert_eq!(likeness.notes.len(), 1, "{:?}", likeness.notes);
}

#[test]
fn stragglers_stay_stragglers() {
    let mut events: Vec<(i64, i64, &str)> = (0..19).map(|i| (i * 10, i * 10 + 5, "a")).collect();
    events.push((100, 5_000, "a"));
    let likeness = like(&written(&events), 1_000).expect("there are events to go by");
    let Input::Generator(spec) = likeness.scenario.input else {
        panic!("it is generated");
    };
    assert_eq!(
        spec.delay,
        Delay::Bursty {
            usual: Span(5),
            late: Span(4_900),
            late_per_mille: 50
        }
    );
}

#[test]
fn what_cannot_be_made_larger_is_refused() {
    let mut scenario = written(&[(0, 0, "a")]);
    assert!(
        like(&scenario, 10_000).is_ok(),
        "one event is enough to go by"
    );
    assert!(like(&scenario, 0).is_err());
    assert!(like(&scenario, 30_000_000).is_err());
    scenario.input = Input::Steps(Vec::new());
    let problems = like(&scenario, 10_000).expect_err("nothing to go by");
    assert_eq!(
        problems[0].to_string(),
        "input.steps: has no events to make more of"
    );
}
