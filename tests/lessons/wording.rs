//! What lessons say in all their runs reads as people write: numbers with their nouns, names with their possessives, no wall of sentences.

use headwater::cluster;
use headwater::explain::{narration, why};
use headwater::world::{Asked, World};
use std::collections::BTreeSet;

/// What is counted, as several of them.
const SEVERAL: [&str; 26] = [
    "rows",
    "events",
    "results",
    "windows",
    "records",
    "batches",
    "tasks",
    "keys",
    "orders",
    "partitions",
    "copies",
    "pieces",
    "sources",
    "versions",
    "cells",
    "entries",
    "salts",
    "buffers",
    "credits",
    "ids",
    "lines",
    "groups",
    "workers",
    "clicks",
    "more things",
    "transactions",
];

/// A step is told in at most so many characters; the longest that says only what matters has some six hundred.
const LONGEST: usize = 1_000;

/// What is wrong with a sentence, if something is.
fn wrong(text: &str) -> Option<String> {
    for noun in SEVERAL {
        for (at, _) in text.match_indices(&format!("1 {noun}")) {
            let before = text[..at].chars().next_back();
            // `11 rows`, `0.1 rows`, `batch 1 rows`: a number with more to it, or a name. A name has a noun before it.
            let named = text[..at]
                .trim_end()
                .ends_with(|c: char| c.is_ascii_lowercase());
            let whole = before.is_none_or(|c| !c.is_ascii_digit() && !".,:".contains(c));
            let verb = text[at + 2 + noun.len()..].starts_with(|c: char| c.is_alphabetic());
            if whole && !verb && !(named && text[..at].ends_with("partition ")) {
                return Some(format!("1 {noun}"));
            }
        }
    }
    text.contains("s's ").then(|| "s's".to_string())
}

fn said(world: &World, position: usize) -> Vec<String> {
    let (told, answer) = match world.asked() {
        Asked::Stream(run) => {
            let told = narration(run, position);
            let answer = told.subject.as_ref().map(|it| why(run, it, position));
            (told, answer)
        }
        Asked::Cluster(run) => {
            let told = run.narration(position);
            let answer = told.subject.as_ref().map(|it| run.why(it, position));
            (told, answer)
        }
    };
    let mut said = vec![told.headline, told.text];
    if let Some(answer) = answer {
        said.extend([answer.title, answer.verdict, answer.rule]);
        said.extend(answer.numbers.into_iter().map(|line| line.value));
        said.extend(answer.steps.into_iter().map(|step| step.text));
    }
    said
}

/// What the blocks of a model's scene say.
fn said_of_blocks(run: &cluster::Run, position: usize) -> Vec<String> {
    let scene = run.scene(position);
    let boxes = scene.graph.into_iter().flat_map(|graph| graph.nodes);
    let tables = scene.tables.into_iter().map(|table| table.says);
    let loads = scene.loads.into_iter().map(|loads| loads.says);
    let lines = boxes.flat_map(|node| node.lines);
    tables.chain(loads).chain(lines).collect()
}

#[test]
fn what_is_said_reads_as_people_write() {
    let mut sentences = 0;
    let mut found = BTreeSet::new();
    super::each_run(|place, world| {
        let len = world.asked().len();
        // Every step of what is short, some of what is long.
        for position in (0..=len).step_by(len / 50 + 1).chain([len]) {
            let mut said = said(world, position);
            assert!(
                said[1].len() <= LONGEST,
                "{place} at {position}: {}",
                said[1]
            );
            sentences += said.len();
            if let Asked::Cluster(run) = world.asked() {
                said.extend(said_of_blocks(run, position));
            }
            for text in said {
                if let Some(what) = wrong(&text) {
                    found.insert(format!("{what}: {place} at {position}: {text}"));
                }
            }
        }
    });
    assert!(found.is_empty(), "{found:#?}");
    assert!(sentences > 8_000, "only {sentences}");
}

#[test]
fn the_test_finds_what_it_looks_for() {
    for text in [
        "The 1 rows of a.",
        "clicks's [10:00, 10:05) fires.",
        "1 batches wait.",
    ] {
        assert!(wrong(text).is_some(), "{text}");
    }
    for text in [
        "11 rows",
        "1 row",
        "R45's window",
        "clicks' window",
        "2.1 events",
        "21 batches",
    ] {
        assert_eq!(wrong(text), None, "{text}");
    }
}
