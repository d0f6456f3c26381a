//! Laws of the job, tried on made-up scenarios and crash points: what each guarantee promises, that the ledger agrees with a batch
//! recomputation, that buffers are bounded, that seeking gives what stepping gives, that it comes to an end.

#![allow(clippy::unwrap_used)]

use super::Flow;
use super::channel::floating_used;
use super::ledger::{Fate, Line, lines};
use super::machine::{Job, Machine};
use super::task::Stage;
use crate::cluster::model::Model;
use crate::cluster::played::Played;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What is not about guarantees: sizes, speeds, intervals, and when it crashes.
fn shape() -> impl Strategy<Value = Value> {
    let input = (
        1..50_u32,
        1..120_u32,
        1..7_usize,
        any::<u8>(),
        any::<bool>(),
    );
    let tasks = (1..4_u32, 1..4_u32, 0..25_u32, 0..15_u32, any::<bool>());
    let memory = (1..4_u32, 0..4_u32, 1..9_u32);
    let checkpoint = (30..1_500_u32, 0..80_u32, 60..3_000_u32);
    let crash = (0..3_000_u32, 0..4_usize, 0..600_u32);
    let rescale = prop::option::weighted(0.3, (0..2_000_u32, 1..5_u32));
    let batch = prop::option::weighted(0.3, (20..400_u32, 1..20_u32));
    (input, tasks, memory, checkpoint, crash, rescale, batch).prop_map(
        |(input, tasks, memory, checkpoint, crash, rescale, batch)| {
            let keys: Vec<String> = (0..input.2).map(|key| format!("k{key}")).collect();
            let moment = ["any", "barrier", "pre_committed", "completed"][crash.1];
            let partitioner = if tasks.4 { "key" } else { "round_robin" };
            let mut flow = json!({
                "input": {"events": input.0, "rate": input.1, "keys": keys, "value": 7, "seed": input.3},
                "source": {"partitions": tasks.0, "partitioner": partitioner, "service": if input.4 { 3 } else { 0 }},
                "operator": {"parallelism": tasks.1, "service": tasks.2, "max_parallelism": 8},
                "sink": {"service": tasks.3},
                "buffers": {"exclusive": memory.0, "floating": memory.1},
                "checkpoint": {
                    "interval": checkpoint.0, "latency": checkpoint.1, "timeout": checkpoint.2, "upload": 10_000
                },
                "crash": {"at": crash.0, "moment": moment},
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

/// Plays it and looks at every step of it.
fn played(flow: &Flow) -> (Played<Flow>, Machine) {
    let run = Played::new(flow.clone()).unwrap();
    let mut m = flow.start();
    for step in 0..run.len() {
        let mut told = Vec::new();
        flow.step(
            &mut m,
            &mut crate::cluster::model::Tell::new(&mut told, step as u32),
        );
        for task in &m.tasks {
            for channel in &task.inputs {
                assert!(channel.used() <= flow.buffers.exclusive + flow.buffers.floating);
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
    }
    assert_eq!(m.job, Job::Running);
    (run, m)
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

fn count(lines: &[Line], fate: Fate) -> usize {
    lines.iter().filter(|line| line.fate == fate).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn exactly_once_counts_every_event_once(
        shape in shape(),
        mode in one_of(&["aligned", "unaligned"]),
        kind in one_of(&["upsert", "transactional"]),
    ) {
        let flow = set(shape, &[("checkpoint", "mode", mode), ("sink", "kind", kind)]);
        let (_, m) = played(&flow);
        prop_assert_eq!(in_state(&flow, &m), recomputed(&flow, &m));
        let lines = lines(&flow, &m);
        prop_assert_eq!(count(&lines, Fate::Lost), 0);
        prop_assert_eq!(count(&lines, Fate::Duplicated), 0);
        prop_assert!(lines.iter().all(|line| line.counted == 1));
        // Only rows of a transaction whose checkpoints were all given up are still waiting.
        let last = m.coordinator.ended.last();
        let complete = last.is_some_and(|ended| ended.outcome == super::coordinator::Outcome::Completed);
        if kind == "upsert" || complete {
            prop_assert_eq!(count(&lines, Fate::Waiting), 0);
        }
        // Rows say what a batch job would have said: each key's counts go up to its total.
        let mut most = vec![(0, 0); flow.input.keys.len()];
        for row in m.store.seen(&flow.sink) {
            let most = &mut most[m.feed.records[row.record as usize].key as usize];
            *most = row.counted.max(*most);
        }
        if kind == "transactional" && complete {
            prop_assert_eq!(most, recomputed(&flow, &m));
        }
    }

    #[test]
    fn at_least_once_loses_nothing(
        shape in shape(),
        mode in one_of(&["aligned", "unaligned", "at_least_once"]),
        state in one_of(&["checkpoint", "outside"]),
        kind in one_of(&["append", "upsert"]),
    ) {
        let settings = [("checkpoint", "mode", mode), ("operator", "state", state), ("sink", "kind", kind)];
        let flow = set(shape, &settings);
        let (_, m) = played(&flow);
        let lines = lines(&flow, &m);
        prop_assert_eq!(count(&lines, Fate::Lost) + count(&lines, Fate::Waiting), 0);
        prop_assert!(lines.iter().all(|line| line.counted >= 1 && line.seen >= 1));
    }

    #[test]
    fn at_most_once_doubles_nothing(
        shape in shape(),
        mode in one_of(&["aligned", "at_least_once"]),
        state in one_of(&["checkpoint", "outside"]),
        kind in one_of(&["append", "upsert", "transactional"]),
        overload in one_of(&["wait", "drop"]),
    ) {
        let flow = set(shape, &[
            ("source", "offsets", "on_read"), ("source", "overload", overload), ("checkpoint", "mode", mode),
            ("operator", "state", state), ("sink", "kind", kind),
        ]);
        let (_, m) = played(&flow);
        let lines = lines(&flow, &m);
        prop_assert_eq!(count(&lines, Fate::Duplicated), 0);
        prop_assert!(lines.iter().all(|line| line.counted <= 1 && line.seen <= 1));
    }

    #[test]
    fn seeking_gives_what_stepping_gives_and_the_ledger_adds_up(
        shape in shape(),
        mode in one_of(&["aligned", "unaligned", "at_least_once"]),
        kind in one_of(&["append", "upsert", "transactional"]),
        at in any::<prop::sample::Index>(),
    ) {
        let flow = set(shape, &[("checkpoint", "mode", mode), ("sink", "kind", kind)]);
        let run = Played::new(flow.clone()).unwrap();
        let position = at.index(run.len() + 1);
        let mut m = flow.start();
        let mut told = Vec::new();
        for step in 0..position {
            flow.step(&mut m, &mut crate::cluster::model::Tell::new(&mut told, step as u32));
        }
        prop_assert_eq!(&run.state(position), &m);
        prop_assert_eq!(told.as_slice(), &run.entries[..told.len()]);
        let sums = super::ledger::sums(&lines(&flow, &m));
        let produced: u32 = m.log.ends.iter().sum();
        prop_assert_eq!(produced, sums.waiting + sums.correct + sums.late + sums.duplicated + sums.lost);
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
