//! `headwater export`: a scenario as a job for a real engine.

use super::failure::{Failure, Outcome};
use super::input::ScenarioArguments;
use headwater::export::{Target, project};
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// Writes a scenario as a job for a real engine: a folder with the program, its data, what it requires and how to run it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  headwater export clicks-in-five-minutes --to flink-java
  headwater export my-job.json --to pyspark --out my-spark-job

The job prints its results as lines of JSON. What the engine does not have of the scenario is left out; comments in the
program and the folder's README.md say so. `headwater run FOLDER/scenario.json` tells what to expect.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: ScenarioArguments,

    /// What to write: flink-sql, flink-java, pyspark, kafka-streams or beam
    #[arg(long, value_name = "TARGET", value_parser = target)]
    to: Target,

    /// The folder to write; where left out, named after the target. It must be empty or not be there yet
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn target(name: &str) -> Result<Target, String> {
    Target::named(name).ok_or_else(|| {
        let names = Target::ALL.map(Target::name);
        format!("the targets are {}", names.join(", "))
    })
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let (place, scenario, mut notes) = arguments.input.read()?;
    let project = project(&scenario, arguments.to)
        .map_err(|problems| Failure::problems(&place, &problems))?;
    let folder = match &arguments.out {
        Some(folder) => folder.clone(),
        None => format!("headwater-{}", arguments.to.name()).into(),
    };
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let error = format!("{}: is not empty", folder.display());
        return Err(Failure::new(error).help("name another folder with --out, or empty this one"));
    }
    for file in &project.files {
        let path = folder.join(&file.path);
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).map_err(|error| Failure::file(parent, "made", &error))?;
        fs::write(&path, &file.text).map_err(|error| Failure::file(&path, "written", &error))?;
    }
    notes.extend(project.notes);
    for note in &notes {
        writeln!(out, "note: {note}")?;
    }
    writeln!(
        out,
        "{} files in {}. To run it there:",
        project.files.len(),
        folder.display()
    )?;
    writeln!(out, "  {}", project.command)?;
    Ok(Outcome::Fine)
}
