//! The graph tells of the same run as everything else, at every position.

use super::{flow, graph, path};
use crate::frame::status;
use crate::run::Run;
use crate::scenario::Scenario;

/// Two sources that go idle and stall, micro-batches, duplicates, buffers of results: one of each.
const RUNS: [&str; 6] = [
    r#"{"engine":"flink","pipeline":{"window":{"kind":"tumbling","size":"1 min"},"aggregate":"count",
        "watermark":{"kind":"bounded","delay":"5 s"},"late_data":"side_output"},
        "input":{"generator":{"seed":3,"events":60,"every":"7 s","keys":5,"sources":2,"delay":{"kind":"uniform","max":"90 s"}}}}"#,
    r#"{"engine":"flink","pipeline":{"window":{"kind":"sliding","size":"10 s","slide":"30 s"},"aggregate":"sum",
        "watermark":{"kind":"bounded","delay":"5 s"}},
        "input":{"generator":{"seed":5,"events":40,"every":"7 s","keys":2,"sources":9}}}"#,
    r#"{"engine":"spark","pipeline":{"window":{"kind":"tumbling","size":"1 min"},"aggregate":"count",
        "watermark":{"kind":"bounded","delay":"5 s"},"output_mode":"append","micro_batch":{"events":4}},
        "input":{"generator":{"seed":3,"events":60,"every":"7 s","keys":5,"delay":{"kind":"uniform","max":"90 s"}}}}"#,
    r#"{"engine":"spark","pipeline":{"watermark":{"kind":"bounded","delay":"1 min"},"dedup":{"within_watermark":true},
        "output_mode":"append","micro_batch":{"events":3}},
        "input":{"generator":{"seed":8,"events":40,"every":"7 s","keys":3,"duplicates_per_mille":400,
        "delay":{"kind":"uniform","max":"90 s"}}}}"#,
    r#"{"engine":"kafka-streams","pipeline":{"window":{"kind":"tumbling","size":"1 min"},"aggregate":"count",
        "watermark":{"kind":"none"},"grace":"10 s","emit":"suppress"},
        "input":{"generator":{"seed":3,"events":60,"every":"7 s","keys":5,"delay":{"kind":"uniform","max":"90 s"}}}}"#,
    r#"{"engine":"beam","pipeline":{"window":{"kind":"session","gap":"20 s"},"aggregate":"count",
        "watermark":{"kind":"bounded","delay":"5 s"},"allowed_lateness":"10 s"},
        "input":{"generator":{"seed":3,"events":60,"every":"7 s","keys":3,"delay":{"kind":"uniform","max":"60 s"}}}}"#,
];

fn runs() -> impl Iterator<Item = Run> {
    RUNS.into_iter()
        .map(|json| Run::new(Scenario::parse(json).expect("a sound scenario")).expect("a run"))
}

/// The number that a label begins with; nothing is written where there is none.
fn number(label: &str) -> u32 {
    label
        .split(' ')
        .next()
        .map_or(0, |n| n.parse().unwrap_or(0))
}

#[test]
fn counts_are_those_of_the_frame() {
    for run in runs() {
        for position in 0..=run.len() {
            let (graph, frame) = (graph(&run, position), run.frame(position));
            let sum = |wanted: &dyn Fn(&str, &str) -> bool| {
                let on = graph.edges.iter().filter(|e| wanted(&e.from, &e.to));
                on.map(|edge| number(&edge.label)).sum::<u32>()
            };
            let arrived = sum(&|from, _| from.starts_with("source:"));
            assert_eq!(arrived, frame.counts.arrived, "arrived by {position}");
            let lost = sum(&|_, to| ["late", "duplicate", "no-window", "finished"].contains(&to));
            assert_eq!(lost, frame.counts.late + frame.counts.other);
            let passed = run.trace.passed.iter();
            let passed = passed
                .filter(|(step, _)| (*step as usize) < position)
                .count();
            let results = sum(&|_, to| to == "sink");
            if !graph.nodes.iter().any(|node| node.id == "suppress") || results > 0 {
                assert_eq!(
                    results,
                    frame.emitted + passed as u32,
                    "results by {position}"
                );
            }
        }
    }
}

#[test]
fn arrows_carry_what_their_labels_say_and_events_know_their_way() {
    for run in runs() {
        for position in (0..=run.len()).step_by(7) {
            let graph = graph(&run, position);
            for edge in graph.edges.iter().filter(|edge| edge.to != "suppress") {
                let flow = flow(&run, &edge.id, position);
                let carried = if edge.to == "sink" && run.trace.passed.is_empty() {
                    flow.emissions.len()
                } else {
                    flow.events.len()
                };
                assert_eq!(
                    carried as u32,
                    number(&edge.label),
                    "{} at {position}",
                    edge.id
                );
                for event in 0..run.compiled.events.len() as u32 {
                    let went = path(&run, &[event], position).contains(&edge.id);
                    assert_eq!(
                        went,
                        flow.events.contains(&event),
                        "{} and {event}",
                        edge.id
                    );
                }
            }
        }
    }
}

#[test]
fn what_waits_for_a_batch_is_what_no_batch_has_taken() {
    let run = runs().nth(2).expect("Spark's");
    for position in 0..=run.len() {
        let waits = flow(&run, "batch", position).events.len();
        let taken = flow(&run, "batch>shuffle", position).events.len();
        let arrived = run.statuses(position);
        let arrived = arrived.iter().filter(|s| **s != status::FUTURE).count();
        assert_eq!(waits + taken, arrived);
        let node = graph(&run, position);
        let node = node
            .nodes
            .iter()
            .find(|node| node.id == "batch")
            .expect("a buffer");
        assert_eq!(number(&node.state), waits as u32, "{}", node.state);
    }
}

#[test]
fn the_last_step_is_what_moves() {
    for run in runs() {
        assert!(graph(&run, 0).nodes.iter().all(|node| !node.changed));
        for position in 1..=run.len() {
            let graph = graph(&run, position);
            let counted = |at: usize| {
                let graph = super::graph(&run, at);
                let labels = graph.edges.iter().filter(|edge| edge.to != "suppress");
                labels.map(|edge| number(&edge.label)).collect::<Vec<_>>()
            };
            let (before, now) = (counted(position - 1), counted(position));
            let edges = graph.edges.iter().filter(|edge| edge.to != "suppress");
            for ((edge, before), now) in edges.zip(before).zip(now) {
                let records = edge
                    .tokens
                    .iter()
                    .filter(|t| !t.id.starts_with("watermark"));
                assert_eq!(
                    records.count() as u32 + edge.more,
                    now - before,
                    "{}",
                    edge.id
                );
            }
        }
    }
}
