//! Laws of the job, tried on thousands of made-up scenarios, each with crashes between any two of its steps: what each guarantee
//! promises, that the ledger agrees with a batch recomputation, that buffers are bounded, that seeking gives what stepping gives,
//! that it comes to an end.
//!
//! Crash points are tried in two ways. *Random*: scenarios as they come, with up to two crashes of their own, and more in random
//! places ([`crashed`]). *Swept*: in small scenarios at every step there is, once, and once more on the way back ([`swept`]).

#![allow(clippy::unwrap_used)]

use super::Flow;
use super::channel::floating_used;
use super::coordinator::Outcome;
use super::ledger::{Fate, Line, lines};
use super::machine::{Job, Machine};
use super::spec::SinkKind;
use super::task::Stage;
use crate::cluster::model::{Model, Tell};
use crate::cluster::played::Played;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// So many random scenarios for each law, and so many crash points in each.
const SCENARIOS: u32 = 2_000;
const CRASHES: usize = 2;

/// So many small scenarios whose every step is a crash point.
const SWEPT: u32 = 60;

const MOMENTS: [&str; 7] = [
    "any",
    "barrier",
    "pre_committed",
    "completed",
    "restarting",
    "replaying",
    "never",
];

/// What is not about guarantees: sizes, speeds, intervals, and when it crashes.
fn shape(events: std::ops::Range<u32>) -> impl Strategy<Value = Value> {
    let input = (events, 1..120_u32, 1..7_usize, any::<u8>(), any::<bool>());
    let tasks = (1..4_u32, 1..4_u32, 0..25_u32, 0..15_u32, any::<bool>());
    let memory = (1..4_u32, 0..4_u32, 1..5_u32);
    let checkpoint = (30..1_500_u32, 0..80_u32, 60..3_000_u32);
    let crash = (
        (0..2_000_u32, 0..MOMENTS.len()),
        (0..2_000_u32, 0..MOMENTS.len()),
        0..400_u32,
    );
    let rescale = prop::option::weighted(0.3, (0..2_000_u32, 1..5_u32));
    let batch = prop::option::weighted(0.3, (20..400_u32, 1..20_u32));
    (input, tasks, memory, checkpoint, crash, rescale, batch).prop_map(
        |(input, tasks, memory, checkpoint, crash, rescale, batch)| {
            let keys: Vec<String> = (0..input.2).map(|key| format!("k{key}")).collect();
            let partitioner = if tasks.4 { "key" } else { "round_robin" };
            let mut flow = json!({
                "input": {"events": input.0, "rate": input.1, "keys": keys, "value": 7, "seed": input.3},
                "source": {"partitions": tasks.0, "partitioner": partitioner, "service": if input.4 { 3 } else { 0 }},
                "operator": {"parallelism": tasks.1, "service": tasks.2, "max_parallelism": 8},
                "sink": {"service": tasks.3},
                "buffers": {"exclusive": memory.0, "floating": memory.1, "events": memory.2},
                "checkpoint": {
                    "interval": checkpoint.0, "latency": checkpoint.1, "timeout": checkpoint.2, "upload": 10_000
                },
                "crash": {"at": crash.0.0, "moment": MOMENTS[crash.0.1]},
                "crash_again": [{"at": crash.1.0, "moment": MOMENTS[crash.1.1]}],
                "restart": {"delay": crash.2},
                "freshness": 500
            });
            if let Some((at, parallelism)) = rescale {
                flow["rescale"] = json!({"at": at, "parallelism": parallelism});
            }
            if let Some((interval, cap)) = batch {
                flow["source"]["batch"] = json!({"interval": interval, "cap": cap});
            }
            flow
        },
    )
}

fn set(mut flow: Value, settings: &[(&str, &str, &str)]) -> Flow {
    for (part, field, value) in settings {
        flow[*part][*field] = json!(value);
    }
    serde_json::from_value(flow).unwrap()
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(values)
}

/// Where crashes are put between steps: each in its place among the steps of a run, and a second one so far among those that
/// follow.
fn places() -> impl Strategy<Value = Vec<(Index, Option<u32>)>> {
    let second = prop::option::weighted(0.6, 0..60_u32);
    prop::collection::vec((any::<Index>(), second), CRASHES)
}

/// One step, and whether everything is as it has to be afterwards. Returns false at the end.
fn step(
    flow: &Flow,
    m: &mut Machine,
    told: &mut Vec<crate::cluster::played::Entry<super::fact::Fact>>,
) -> bool {
    told.clear();
    let goes_on = flow.step(m, &mut Tell::new(told, 0));
    for task in &m.tasks {
        for channel in &task.inputs {
            assert!(channel.used() <= flow.buffers.exclusive + flow.buffers.floating);
            assert!(channel.events() <= channel.used() * flow.buffers.events);
            assert_eq!(
                channel.items().count(),
                channel.events() as usize + channel.restored.len(),
                "each event is in a buffer"
            );
        }
        assert!(floating_used(&task.inputs, flow.buffers) <= flow.buffers.floating);
        let unsent = task
            .pending
            .iter()
            .filter(|out| matches!(out.element, super::channel::Element::Record(_)));
        assert!(
            unsent.count() <= 1,
            "a task holds one event that it cannot send"
        );
    }
    goes_on
}

/// Goes on to the end.
fn finish(flow: &Flow, m: &mut Machine) {
    let mut told = Vec::new();
    while step(flow, m, &mut told) {}
    assert_eq!(m.job, Job::Running);
    agrees(flow, m);
}

/// Kills the job where it stands, once more so many steps later if that is asked for, and goes on to the end.
fn killed(flow: &Flow, m: &Machine, second: Option<u32>) -> Machine {
    let mut m = m.clone();
    let mut told = Vec::new();
    m.crash_at(m.now);
    if let Some(second) = second {
        for _ in 0..second {
            step(flow, &mut m, &mut told);
        }
        m.crash_at(m.now);
    }
    finish(flow, &mut m);
    assert!(m.crashes > 0);
    m
}

/// A run as it is, and with a crash in each of these places: each of them has to obey the law.
fn crashed(flow: &Flow, places: &[(Index, Option<u32>)], law: impl Fn(&Flow, &Machine)) {
    let mut problems = crate::scenario::Problems::default();
    flow.check(&mut problems);
    problems.into_result().unwrap();
    let mut m = flow.start();
    let mut told = Vec::new();
    let mut before = vec![m.clone()];
    while step(flow, &mut m, &mut told) {
        before.push(m.clone());
    }
    finish(flow, &mut m);
    law(flow, &m);
    for (place, second) in places {
        law(flow, &killed(flow, place.get(&before), *second));
    }
}

/// Small scenarios with a crash at every step of theirs, once, and twice.
fn swept(
    settings: impl Fn(u32) -> Vec<(&'static str, &'static str, &'static str)>,
    law: impl Fn(&Flow, &Machine),
) {
    let mut runner = TestRunner::deterministic();
    for number in 0..SWEPT {
        let shape = shape(1..7).new_tree(&mut runner).unwrap().current();
        let flow = set(shape, &settings(number));
        let mut m = flow.start();
        let mut told = Vec::new();
        let mut taken = 0;
        loop {
            law(&flow, &killed(&flow, &m, None));
            // Soon: while it is coming back. Later: while it reads again, or in the next checkpoint.
            law(&flow, &killed(&flow, &m, Some((taken * 7 + number) % 24)));
            taken += 1;
            if !step(&flow, &mut m, &mut told) {
                break;
            }
        }
    }
}

/// What a batch job makes of the whole log: for each key its count and sum.
fn recomputed(flow: &Flow, m: &Machine) -> Vec<(u64, i64)> {
    let mut totals = vec![(0, 0); flow.input.keys.len()];
    for record in &m.feed.records {
        let total = &mut totals[record.key as usize];
        *total = (total.0 + 1, total.1 + record.value);
    }
    totals
}

fn in_state(flow: &Flow, m: &Machine) -> Vec<(u64, i64)> {
    let mut totals = vec![(0, 0); flow.input.keys.len()];
    for cell in m.stage(Stage::Operator).flat_map(|task| &task.cells) {
        totals[*cell.0 as usize] = (cell.1.count, cell.1.sum);
    }
    totals
}

/// Whatever is guaranteed: a batch job over the log that takes each event as often as the ledger says has the counts of the state
/// and the rows of the reader, for each key, and everything that was produced has one fate.
fn agrees(flow: &Flow, m: &Machine) {
    let lines = lines(flow, m);
    let mut totals = vec![(0, 0); flow.input.keys.len()];
    let mut rows = vec![0; flow.input.keys.len()];
    for (record, line) in m.feed.records.iter().zip(&lines) {
        let key = record.key as usize;
        totals[key].0 += u64::from(line.counted);
        totals[key].1 += record.value * i64::from(line.counted);
        rows[key] += line.seen;
    }
    assert_eq!(totals, in_state(flow, m));
    for row in m.store.seen(&flow.sink) {
        rows[m.feed.records[row.record as usize].key as usize] -= 1;
    }
    assert!(rows.iter().all(|rows| *rows == 0), "{rows:?}");
    let sums = super::ledger::sums(&lines);
    let produced: u32 = m.log.ends.iter().sum();
    assert_eq!(
        produced,
        sums.waiting + sums.correct + sums.late + sums.duplicated + sums.lost
    );
}

fn count(lines: &[Line], fate: Fate) -> usize {
    lines.iter().filter(|line| line.fate == fate).count()
}

fn exactly_once(flow: &Flow, m: &Machine) {
    assert_eq!(in_state(flow, m), recomputed(flow, m));
    let lines = lines(flow, m);
    assert_eq!(count(&lines, Fate::Lost), 0);
    assert_eq!(count(&lines, Fate::Duplicated), 0);
    assert!(lines.iter().all(|line| line.counted == 1));
    // Only rows of a transaction whose checkpoints were all given up are still waiting.
    let last = m.coordinator.ended.last();
    let complete = last.is_some_and(|ended| ended.outcome == Outcome::Completed);
    if flow.sink.kind == SinkKind::Upsert || complete {
        assert_eq!(count(&lines, Fate::Waiting), 0);
    }
    // Rows say what a batch job would have said: each key's counts go up to its total.
    if flow.sink.kind == SinkKind::Transactional && complete {
        let mut most = vec![(0, 0); flow.input.keys.len()];
        for row in m.store.seen(&flow.sink) {
            let most = &mut most[m.feed.records[row.record as usize].key as usize];
            *most = row.counted.max(*most);
        }
        assert_eq!(most, recomputed(flow, m));
    }
}

fn at_least_once(flow: &Flow, m: &Machine) {
    let lines = lines(flow, m);
    assert_eq!(count(&lines, Fate::Lost) + count(&lines, Fate::Waiting), 0);
    assert!(lines.iter().all(|line| line.counted >= 1 && line.seen >= 1));
}

fn at_most_once(flow: &Flow, m: &Machine) {
    let lines = lines(flow, m);
    assert_eq!(count(&lines, Fate::Duplicated), 0);
    assert!(lines.iter().all(|line| line.counted <= 1 && line.seen <= 1));
}

/// One of these, by number.
fn nth(all: &[&'static str], number: u32) -> &'static str {
    all[number as usize % all.len()]
}

#[test]
fn exactly_once_holds_at_every_crash_point() {
    let settings = |number| {
        vec![
            ("checkpoint", "mode", nth(&["aligned", "unaligned"], number)),
            (
                "sink",
                "kind",
                nth(&["upsert", "transactional"], number / 2),
            ),
        ]
    };
    swept(settings, exactly_once);
}

#[test]
fn at_least_once_holds_at_every_crash_point() {
    let settings = |number| {
        vec![
            (
                "checkpoint",
                "mode",
                nth(&["aligned", "unaligned", "at_least_once"], number),
            ),
            (
                "operator",
                "state",
                nth(&["checkpoint", "outside"], number / 3),
            ),
            ("sink", "kind", nth(&["append", "upsert"], number / 6)),
        ]
    };
    swept(settings, at_least_once);
}

#[test]
fn at_most_once_holds_at_every_crash_point() {
    let settings = |number| {
        vec![
            ("source", "offsets", "on_read"),
            ("source", "overload", nth(&["wait", "drop"], number)),
            (
                "checkpoint",
                "mode",
                nth(&["aligned", "at_least_once"], number / 2),
            ),
            (
                "operator",
                "state",
                nth(&["checkpoint", "outside"], number / 4),
            ),
            (
                "sink",
                "kind",
                nth(&["append", "upsert", "transactional"], number),
            ),
        ]
    };
    swept(settings, at_most_once);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: SCENARIOS, ..ProptestConfig::default() })]

    #[test]
    fn exactly_once_counts_every_event_once(
        shape in shape(1..25),
        mode in one_of(&["aligned", "unaligned"]),
        kind in one_of(&["upsert", "transactional"]),
        places in places(),
    ) {
        let flow = set(shape, &[("checkpoint", "mode", mode), ("sink", "kind", kind)]);
        crashed(&flow, &places, exactly_once);
    }

    #[test]
    fn at_least_once_loses_nothing(
        shape in shape(1..25),
        mode in one_of(&["aligned", "unaligned", "at_least_once"]),
        state in one_of(&["checkpoint", "outside"]),
        kind in one_of(&["append", "upsert"]),
        places in places(),
    ) {
        let settings = [("checkpoint", "mode", mode), ("operator", "state", state), ("sink", "kind", kind)];
        crashed(&set(shape, &settings), &places, at_least_once);
    }

    #[test]
    fn at_most_once_doubles_nothing(
        shape in shape(1..25),
        mode in one_of(&["aligned", "at_least_once"]),
        state in one_of(&["checkpoint", "outside"]),
        kind in one_of(&["append", "upsert", "transactional"]),
        overload in one_of(&["wait", "drop"]),
        places in places(),
    ) {
        let flow = set(shape, &[
            ("source", "offsets", "on_read"), ("source", "overload", overload), ("checkpoint", "mode", mode),
            ("operator", "state", state), ("sink", "kind", kind),
        ]);
        crashed(&flow, &places, at_most_once);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn seeking_gives_what_stepping_gives_and_all_can_be_said(
        shape in shape(1..50),
        mode in one_of(&["aligned", "unaligned", "at_least_once"]),
        kind in one_of(&["append", "upsert", "transactional"]),
        at in any::<Index>(),
    ) {
        let flow = set(shape, &[("checkpoint", "mode", mode), ("sink", "kind", kind)]);
        let run = Played::new(flow.clone()).unwrap();
        let position = at.index(run.len() + 1);
        let mut m = flow.start();
        let mut told = Vec::new();
        for step in 0..position {
            flow.step(&mut m, &mut Tell::new(&mut told, step as u32));
        }
        prop_assert_eq!(&run.state(position), &m);
        prop_assert_eq!(told.as_slice(), &run.entries[..told.len()]);
        agrees(&flow, &m);
        // Whatever is on screen can be put into words and asked about.
        prop_assert!(!run.narration(position).headline.is_empty());
        let scene = run.scene(position);
        let graph = scene.graph.unwrap();
        for id in graph.nodes.iter().map(|node| &node.id).chain(
            scene.tables.iter().flat_map(|table| table.rows.iter().map(|row| &row.id))
        ) {
            prop_assert!(flow.why(&run, id, position).is_some(), "nothing to say of {}", id);
        }
        for edge in &graph.edges {
            let known = |id: &String| graph.nodes.iter().any(|node| node.id == *id);
            prop_assert!(known(&edge.from) && known(&edge.to), "{} leads nowhere", edge.id);
            prop_assert!(edge.capacity.is_none_or(|capacity| edge.tokens.len() <= 40 + capacity as usize));
        }
    }
}
