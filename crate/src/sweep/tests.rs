//! What the fast path counts of a setting is what the full simulation with its trace shows of it.

use super::{Counted, Frontier, Sweep, SweepSpec, sweepable};
use crate::dialect::Engine;
use crate::fact::Unrecorded;
use crate::knobs::{Setting, SettingValue, set};
use crate::model::Action;
use crate::run::Run;
use crate::scale::tests::scenario;
use crate::scenario::Scenario;
use crate::time::Span;
use crate::trace::{Closing, Lane};
use proptest::prelude::*;
use serde_json::json;

/// The same numbers from the trace.
fn traced(run: &Run) -> Counted {
    let trace = &run.trace;
    let held = |event: u32| {
        let open = trace.lanes.iter().filter(|lane| lane.closed.is_none());
        open.into_iter().any(|lane| lane.events.contains(&event))
    };
    let gone = trace.fates.iter().enumerate().filter(|(event, fate)| {
        let seen = fate.lost.is_some() || fate.added.is_some();
        seen && fate.counted.is_none() && !held(*event as u32)
    });
    let last = |lane: &Lane| {
        let said = lane
            .emissions
            .iter()
            .rev()
            .map(|number| &trace.emissions[*number as usize]);
        let emission = said.into_iter().find(|emission| emission.value.is_some())?;
        let step = emission.step as usize;
        let ending = matches!(run.step(step)?.action, Action::End { .. });
        let highest = run.compiled.steps[..=step]
            .iter()
            .filter_map(|step| match step.action {
                Action::Event(event) => Some(event.ts.ms()),
                _ => None,
            });
        let now = if run.compiled.timed {
            emission.at.ms()
        } else {
            highest.max()?
        };
        (!ending).then_some(now - lane.window.end.ms())
    };
    let unmerged = |lane: &&Lane| !matches!(lane.closed, Some((_, Closing::Merged(_))));
    let latencies: Vec<i64> = trace
        .lanes
        .iter()
        .filter(unmerged)
        .filter_map(last)
        .collect();
    let mut engine = run.engine_after(0);
    let mut most = 0;
    for step in &run.compiled.steps {
        engine.step(step, &mut Unrecorded);
        most = most.max(engine.entries());
    }
    Counted {
        lost: gone.count() as u32,
        latency: (!latencies.is_empty())
            .then(|| latencies.iter().map(|ms| *ms as f64).sum::<f64>() / latencies.len() as f64),
        entries: most as u64,
        results: trace.emissions.iter().filter(|e| e.value.is_some()).count() as u64,
    }
}

fn with(scenario: &Scenario, knob: &str, value: i64) -> Scenario {
    let setting = Setting {
        knob: knob.into(),
        value: SettingValue::Number(value),
    };
    set(scenario, &setting).expect("a setting that the sweep took")
}

fn same(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
        (None, None) => true,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_point_is_what_the_full_simulation_gives(scenario in scenario(), timed in any::<bool>(), which in 0..2_usize) {
        let scenario = if timed { scenario } else { untimed(&scenario) };
        let knobs = sweepable(&scenario).expect("there is a knob");
        let knob = knobs[which.min(knobs.len() - 1)].id.clone();
        let spec = SweepSpec { knob: Some(knob.clone()), settings: Some(6), ..SweepSpec::default() };
        let mut sweep = Sweep::new(&scenario, &spec).expect("a sound scenario");
        while sweep.advance() {}
        let frontier = sweep.frontier();
        prop_assert!(frontier.here().is_some());
        for point in &frontier.points {
            let run = Run::new(with(&scenario, &knob, point.setting)).expect("a sound scenario");
            let want = traced(&run);
            let got = (point.lost, point.entries, point.results);
            prop_assert_eq!(got, (want.lost, want.entries, want.results), "{} = {}", knob, point.setting);
            prop_assert!(same(point.latency, want.latency), "{:?} {:?}", point.latency, want.latency);
        }
    }
}

/// The same events in the same order, without a word of when they are processed.
fn untimed(scenario: &Scenario) -> Scenario {
    let run = Run::new(scenario.clone()).expect("a sound scenario");
    let steps: Vec<_> = (run.compiled.steps.iter())
        .filter_map(|step| match step.action {
            Action::Event(event) => Some(json!({"event": {
                "id": run.names().event(event.index), "key": run.names().key(event.key), "ts": event.ts,
                "value": event.value, "source": event.source,
            }})),
            Action::End { .. } => Some(json!({"end": true})),
            _ => None,
        })
        .collect();
    let mut json = serde_json::to_value(scenario).expect("scenarios are written as JSON");
    json["input"] = json!({"steps": steps});
    if !json["pipeline"]["micro_batch"].is_null() {
        json["pipeline"]["micro_batch"] = json!({"events": 5});
    }
    Scenario::parse(&json.to_string()).expect("a sound scenario")
}

fn flink(events: u32) -> Scenario {
    let json = json!({"engine": "flink",
        "pipeline": {"window": {"kind": "tumbling", "size": 1_000}, "aggregate": "count", "watermark": {"kind": "bounded", "delay": 50}},
        "input": {"generator": {"seed": 7, "events": events, "every": 10, "keys": 3, "delay": {"kind": "uniform", "max": 400}}}});
    Scenario::parse(&json.to_string()).expect("a sound scenario")
}

#[test]
fn waiting_longer_loses_less_and_takes_longer() {
    let frontier = Frontier::of(&flink(2_000), usize::MAX).expect("a delay");
    assert!(frontier.points.len() > 100);
    let pairs = || frontier.points.windows(2);
    assert!(pairs().all(|pair| pair[0].lost >= pair[1].lost));
    assert!(pairs().all(|pair| pair[0].latency <= pair[1].latency));
    assert_eq!(frontier.here().map(|point| point.setting), Some(50));
    assert_eq!(frontier.points.last().map(|point| point.lost), Some(0));
    assert!(frontier.points[0].lost > 0);
    let here = frontier
        .here()
        .and_then(|point| point.latency)
        .expect("windows ended");
    assert!((50.0..1_000.0).contains(&here), "{here}");
}

#[test]
fn fewer_settings_are_tried_on_more_events() {
    let few = Frontier::of(&flink(2_000), 60_000).expect("a delay");
    assert!(
        (15..=31).contains(&few.points.len()),
        "{}",
        few.points.len()
    );
}

#[test]
fn a_sweep_can_be_made_larger_than_its_input() {
    let spec = SweepSpec {
        events: Some(20_000),
        settings: Some(3),
        to: Some(Span(500)),
        ..SweepSpec::default()
    };
    let mut sweep = Sweep::new(&flink(10), &spec).expect("a sound scenario");
    while sweep.advance() {}
    let frontier = sweep.frontier();
    assert_eq!(frontier.events, 20_000);
    let settings: Vec<i64> = frontier.points.iter().map(|point| point.setting).collect();
    assert_eq!(settings, [0, 50, 250, 500]);
}

#[test]
fn what_cannot_be_swept_says_why() {
    let refused = |pipeline: &str| {
        let json =
            format!(r#"{{"engine": "spark", "pipeline": {pipeline}, "input": {{"steps": []}}}}"#);
        Frontier::of(&Scenario::parse(&json).expect("a sound scenario"), 1_000)
            .expect_err("refused")
    };
    assert_eq!(
        refused(r#"{"dedup": {"within_watermark": false}, "watermark": {"kind": "none"}}"#),
        "Deduplication has no windows to be complete or late."
    );
    let complete =
        r#""aggregate": "count", "output_mode": "complete", "watermark": {"kind": "none"}}"#;
    assert_eq!(
        refused(&format!(r#"{{"window": {{"kind": "global"}}, {complete}"#)),
        "These windows have no end to wait for."
    );
    assert_eq!(
        refused(&format!(
            r#"{{"window": {{"kind": "tumbling", "size": 10}}, {complete}"#
        )),
        "This pipeline has no one setting for how long it waits."
    );
}

#[test]
fn what_it_shows_is_said() {
    let says = |delay: i64| {
        let scenario = with(&flink(500), "watermark.delay", delay);
        Frontier::of(&scenario, usize::MAX).expect("a delay").says()
    };
    assert_eq!(
        says(400),
        "At 400 ms: no event lost, last results 463 ms after a window's end. 282 ms would lose no more."
    );
    assert_eq!(
        says(0),
        "At 0: 71 of 500 events lost, last results 29 ms after a window's end. From 282 ms on none are lost."
    );
}
