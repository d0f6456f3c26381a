//! What lessons say in all their runs reads as people write: numbers with their nouns, names with their possessives, no wall of sentences.

use headwater::explain::{narration, why};
use headwater::world::{Asked, World};

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

#[test]
fn what_is_said_reads_as_people_write() {
    let mut sentences = 0;
    let mut found: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    for (folder, json, _) in super::all() {
        let lesson = super::lesson(&json);
        for name in lesson.scenarios.keys() {
            let world = lesson
                .scenario(name)
                .expect("a scenario")
                .run()
                .expect("a run");
            let len = world.asked().len();
            // Every step of what is short, some of what is long.
            for position in (0..=len).step_by(len / 50 + 1).chain([len]) {
                let said = said(&world, position);
                let place = format!("{folder}: {name} at {position}");
                assert!(said[1].len() <= LONGEST, "{place}: {}", said[1]);
                for text in said {
                    sentences += 1;
                    if let Some(what) = wrong(&text) {
                        found.insert(format!("{folder}: {what}"), format!("{place}: {text}"));
                    }
                }
                if let Asked::Cluster(run) = world.asked() {
                    let scene = run.scene(position);
                    let tables = scene.tables.iter().map(|table| &table.says);
                    let loads = scene.loads.iter().map(|loads| &loads.says);
                    let boxes = scene.graph.iter().flat_map(|graph| &graph.nodes);
                    let lines = boxes.flat_map(|node| &node.lines);
                    for text in tables.chain(loads).chain(lines) {
                        if let Some(what) = wrong(text) {
                            found.insert(format!("{folder}: {what}"), format!("{place}: {text}"));
                        }
                    }
                }
            }
        }
    }
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
