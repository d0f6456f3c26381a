//! Arguments in, exit code out.

mod bench;
mod check;
mod conform;
mod export;
mod failure;
mod input;
mod lessons;
mod pack;
mod plot;
mod run;
mod scene;
mod table;

use clap::{Parser, Subcommand};
use failure::UntilClosed;
use std::io::{self, Write};
use std::process::ExitCode;

/// What is found under `--help`, behind the list of commands.
const MORE_HELP: &str = "\
Examples:
  headwater run clicks-in-five-minutes            a lesson's scenario, as tables
  headwater run my-job.json --format json         a scenario of your own, for other programs
  headwater run clicks-in-five-minutes --dialect spark
                                                  the same events by another engine's rules
  headwater conform tests/conformance             holds the simulation against recorded engines
  headwater check                                 proves that every lesson holds together
  headwater bench                                 how many events a second
  headwater plot clicks-in-five-minutes --chart lateness --out lateness.svg
  headwater export clicks-in-five-minutes --to pyspark
                                                  the same as a job for the real engine
  headwater pack clicks-in-five-minutes --out clicks.headwater-lesson.json
                                                  a lesson as one file, which the workbench opens
  headwater help run                              everything about one command

Exit codes:
  0  all is well
  1  it ran and found failures: cases or lessons that do not hold
  2  it could not run: wrong arguments, or input that cannot be read";

/// Simulates event streams with the semantics of the real engines: Flink, Spark, Beam and Kafka Streams.
#[derive(Debug, Parser)]
#[command(name = "headwater", version, after_help = MORE_HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Conform(conform::Arguments),
    Check(check::Arguments),
    Bench(bench::Arguments),
    Plot(plot::Arguments),
    Export(export::Arguments),
    Pack(pack::Arguments),
}

/// Runs the command that the arguments name.
pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut out = UntilClosed::new(io::BufWriter::new(io::stdout().lock()));
    let result = match &arguments.command {
        Command::Run(arguments) => run::run(arguments, &mut out),
        Command::Conform(arguments) => conform::run(arguments, &mut out),
        Command::Check(arguments) => check::run(arguments, &mut out),
        Command::Plot(arguments) => plot::run(arguments, &mut out),
        Command::Bench(arguments) => bench::run(arguments, &mut out),
        Command::Export(arguments) => export::run(arguments, &mut out),
        Command::Pack(arguments) => pack::run(arguments, &mut out),
    };
    let flushed = out.flush();
    match result.and_then(|outcome| Ok(flushed.map(|()| outcome)?)) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            // Where errors cannot be written there is nobody left to tell.
            let _ = write!(io::stderr(), "{failure}");
            ExitCode::from(2)
        }
    }
}
