//! `headwater conform`: recorded cases, held against the simulation.

use super::failure::{Failure, Outcome};
use super::lessons::read;
use headwater::conform::{TableVerdict, Verdict, check};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Hold the simulation against recorded cases of the real engines.
///
/// Each case has a pipeline, the steps of its input, and what the real engine put out. A line is written for every case that
/// fails, with what was expected and what came. Tables beside the cases (hashes, partitions) are computed again: a line says
/// which sections of a file were, and which were not. The last line is `N passed, N failed`, which counts cases and, where it
/// fails, a section of a table. A case of an engine that is not simulated fails.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  headwater conform tests/conformance
  headwater conform tests/conformance/flink/late.json tests/conformance/spark

Exit codes: 0 if every case passed, 1 if one failed, 2 if a path cannot be read.")]
pub(crate) struct Arguments {
    /// Files of cases, or folders with such files anywhere inside (`*.json`)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let (mut passed, mut failed) = (0, 0);
    for path in files(&arguments.paths)? {
        let text = read(&path)?;
        let checked = check(&path.to_string_lossy(), &text);
        failed += tables(&path, &checked.tables, out)?;
        if !checked.skipped.is_empty() {
            let sections = checked.skipped.join(", ");
            writeln!(out, "skipped {}: {sections} (not checked)", path.display())?;
        }
        for Verdict { id, difference } in checked.verdicts {
            match difference {
                None => passed += 1,
                Some(difference) => {
                    failed += 1;
                    writeln!(out, "failed {id}: {difference}")?;
                }
            }
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(if failed == 0 {
        Outcome::Fine
    } else {
        Outcome::FailuresFound
    })
}

/// Tells of the sections of tables that were checked; returns how many failed.
fn tables(path: &Path, tables: &[TableVerdict], out: &mut dyn Write) -> Result<u32, Failure> {
    let mut failed = 0;
    let mut fine = Vec::new();
    for table in tables {
        match &table.difference {
            None => fine.push(format!("{} ({} values)", table.section, table.values)),
            Some(difference) => {
                failed += 1;
                writeln!(out, "failed {}: {difference}", path.display())?;
            }
        }
    }
    if !fine.is_empty() {
        writeln!(out, "checked {}: {}", path.display(), fine.join(", "))?;
    }
    Ok(failed)
}

/// The files that the paths name, and those in the folders that they name, in order.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            add_folder(path, &mut files)?;
            if files.len() == before {
                return Err(Failure::new(format!(
                    "{}: holds no .json file",
                    path.display()
                )));
            }
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn add_folder(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failure = |error| Failure::file(folder, "read", &error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failure)? {
        let entry = entry.map_err(failure)?;
        entries.push((entry.path(), entry.file_type().map_err(failure)?));
    }
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (path, kind) in entries {
        // Links to folders are not followed: they may lead in circles.
        if kind.is_dir() {
            add_folder(&path, files)?;
        } else if path.is_file() && path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    Ok(())
}
