//! Every case recorded from a real engine, held against the simulation, and every table of hashes and partitions computed again:
//! `tests/conformance/<engine>/*.json`.
#![cfg(not(target_arch = "wasm32"))]

use headwater::conform::check;
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_recorded_case_is_reproduced() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance");
    let (mut cases, mut tables, mut failures) = (0, 0, Vec::new());
    for path in files(&folder) {
        let text = fs::read_to_string(&path).expect("a recorded file can be read");
        let checked = check(&path.to_string_lossy(), &text);
        for verdict in checked.verdicts {
            cases += 1;
            if let Some(difference) = verdict.difference {
                failures.push(format!("{}: {difference}", verdict.id));
            }
        }
        for table in checked.tables {
            tables += 1;
            if let Some(difference) = table.difference {
                failures.push(format!("{}: {difference}", path.display()));
            }
        }
    }
    assert!(tables > 0, "no table was found in {}", folder.display());
    assert!(cases > 0, "no case was found in {}", folder.display());
    assert!(
        failures.is_empty(),
        "{} of {cases} cases and {tables} tables fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
