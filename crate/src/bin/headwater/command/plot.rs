//! `headwater plot`: a chart of a scenario as an SVG file.

use super::failure::{Failure, Outcome};
use super::input::ScenarioArguments;
use headwater::chart::{self, ChartKind};
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

/// Draw a chart of a scenario into an SVG file.
///
/// Charts: `lateness`, how far behind the highest event time seen the events arrive, with what the watermark waits for;
/// `backlog`, how many events wait for a result over time; `frontier`, what waiting longer for late events buys in completeness and
/// costs in latency and state.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  headwater plot clicks-in-five-minutes --chart lateness --out lateness.svg
  headwater plot my-job.json --chart backlog --out backlog.svg --width 1200 --dark")]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: ScenarioArguments,

    /// Which chart: lateness, backlog or frontier
    #[arg(long, value_name = "C", value_parser = kind)]
    chart: ChartKind,

    /// The file to write; `-` for standard output
    #[arg(long, value_name = "FILE.svg")]
    out: PathBuf,

    /// How wide, in pixels
    #[arg(long, default_value_t = 800, value_name = "PX", value_parser = clap::value_parser!(u32).range(200..=10_000))]
    width: u32,

    /// How high, in pixels
    #[arg(long, default_value_t = 450, value_name = "PX", value_parser = clap::value_parser!(u32).range(150..=10_000))]
    height: u32,

    /// Light on dark
    #[arg(long)]
    dark: bool,
}

fn kind(name: &str) -> Result<ChartKind, String> {
    ChartKind::named(name).ok_or_else(|| {
        let names = ChartKind::ALL.map(ChartKind::name);
        format!("the charts are {}", names.join(", "))
    })
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let Arguments {
        chart,
        width,
        height,
        dark,
        ..
    } = *arguments;
    let (run, notes) = arguments.input.simulate()?;
    for note in notes {
        let _ = writeln!(io::stderr(), "note: {note}");
    }
    let svg = chart::svg(&run, chart, width, height, dark);
    let path = &arguments.out;
    if path.as_os_str() == "-" {
        out.write_all(svg.as_bytes())?;
    } else {
        fs::write(path, svg).map_err(|error| Failure::file(path, "written", &error))?;
        writeln!(out, "{}: {}", path.display(), chart.says(&run))?;
    }
    Ok(Outcome::Fine)
}
