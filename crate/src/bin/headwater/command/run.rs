//! `headwater run`: a scenario's results, late events and watermarks, to read or for other programs.

use super::failure::{Failure, Outcome};
use super::input::ScenarioArguments;
use super::scene;
use super::table::{Align, Table};
use headwater::explain::sentence;
use headwater::fact::LateFate;
use headwater::output::Output;
use headwater::run::Run;
use headwater::world::World;
use serde::Serialize;
use std::io::{self, Write};

/// Run a scenario and print what comes out: emitted results, late events, watermarks.
///
/// Steps count from 1 in tables, as on the page, and from 0 in JSON, as in the recordings of the real engines.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  headwater run clicks-in-five-minutes
  headwater run clicks-in-five-minutes --dialect kafka-streams
  headwater run tests/conformance/flink/late.json --case flink/late/exactly-window-max
  headwater run - --format json < my-job.json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: ScenarioArguments,

    /// `table` to read; `json` for other programs: `{"emissions": …, "late": …, "watermarks": …}` as in recorded cases;
    /// of a cluster, what there is to see at the end
    #[arg(long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let (world, notes) = arguments.input.play()?;
    for note in notes {
        // Not part of the output, which other programs may read.
        let _ = writeln!(io::stderr(), "note: {note}");
    }
    match (&world, arguments.format) {
        (World::Stream(run), Format::Table) => write_tables(run, out)?,
        (World::Stream(run), Format::Json) => write_json(&Output::of(run), out)?,
        (World::Cluster(run), Format::Table) => scene::write(run, out)?,
        (World::Cluster(run), Format::Json) => {
            let scene = serde_json::to_string_pretty(&run.scene(run.len()));
            writeln!(out, "{}", scene.map_err(io::Error::from)?)?;
        }
    }
    Ok(Outcome::Fine)
}

/// One record a line, as recorded cases are written.
fn write_json(output: &Output, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{{")?;
    write_rows("emissions", &output.emissions, ",", out)?;
    write_rows("late", &output.late, ",", out)?;
    write_rows("watermarks", &output.watermarks, "", out)?;
    writeln!(out, "}}")
}

fn write_rows<T: Serialize>(
    name: &str,
    rows: &[T],
    behind: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "  \"{name}\": [")?;
    for (i, row) in rows.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        write!(out, "{comma}\n    {}", serde_json::to_string(row)?)?;
    }
    let close = if rows.is_empty() { "]" } else { "\n  ]" };
    writeln!(out, "{close}{behind}")
}

fn write_tables(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let overview = run.overview();
    writeln!(
        out,
        "{}: {} steps, {} events\n",
        overview.engine_title, overview.steps, overview.events
    )?;
    if run.scenario.pipeline.dedup.is_some() {
        passed(run).write(out)?;
    } else {
        emissions(run).write(out)?;
    }
    writeln!(out)?;
    late(run).write(out)?;
    explain_late(run, out)?;
    if !run.trace.late_rows.is_empty() {
        writeln!(out)?;
        late_rows(run).write(out)?;
    }
    writeln!(out)?;
    watermarks(run).write(out)
}

/// Of more late events than this, the rest are only listed.
const MOST_EXPLAINED: usize = 20;

/// The number of a step as people count, and its instant.
fn step_and_time(run: &Run, step: u32) -> [String; 2] {
    let at = (run.trace.times.get(step as usize)).filter(|_| run.compiled.timed);
    [
        (step + 1).to_string(),
        at.map_or_else(String::new, |at| run.clock.format(at.ms())),
    ]
}

const STEP: (&str, Align) = ("step", Align::Right);
const AT: (&str, Align) = ("at", Align::Left);

fn emissions(run: &Run) -> Table {
    let mut table = Table::new(
        "Emitted results",
        &[
            STEP,
            AT,
            ("key", Align::Left),
            ("window", Align::Left),
            ("value", Align::Right),
            ("pane", Align::Left),
        ],
    );
    for (row, emission) in run
        .emission_rows(0, usize::MAX)
        .into_iter()
        .zip(&run.trace.emissions)
    {
        let pane = emission.pane.map_or_else(String::new, |pane| {
            format!("{} ({})", pane.timing.title(), pane.index)
        });
        let [step, at] = step_and_time(run, emission.step);
        let value = row.value.unwrap_or_else(|| "withdrawn".into());
        table.row([step, at, row.key, row.window.text, value, pane]);
    }
    table.drop_if_empty("at");
    table.drop_if_empty("pane");
    table
}

fn passed(run: &Run) -> Table {
    let mut table = Table::new("Events passed on", &[STEP, AT, ("event", Align::Left)]);
    for (step, event) in &run.trace.passed {
        let [step, at] = step_and_time(run, *step);
        table.row([step, at, run.names().event(*event).into()]);
    }
    table.drop_if_empty("at");
    table
}

fn late(run: &Run) -> Table {
    let mut table = Table::new(
        "Late events",
        &[
            STEP,
            AT,
            ("event", Align::Left),
            ("key", Align::Left),
            ("event time", Align::Left),
            ("behind the watermark", Align::Right),
            ("fate", Align::Left),
        ],
    );
    for (row, late) in run
        .late_rows(0, usize::MAX)
        .into_iter()
        .zip(&run.trace.late)
    {
        let [step, at] = step_and_time(run, late.step);
        let fate = match late.fate {
            LateFate::Dropped => "dropped",
            LateFate::SideOutput => "side output",
            LateFate::Partly => "dropped for one window",
        };
        let time = row.event_time.text;
        table.row([step, at, row.id, row.key, time, row.behind, fate.into()]);
    }
    table.drop_if_empty("at");
    table
}

/// Why each late event is late, with the numbers compared.
fn explain_late(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let facts = run.trace.late.iter().map(|late| late.fact);
    let entries: Vec<_> = facts.filter_map(|fact| run.trace.entry(fact)).collect();
    for entry in entries.iter().take(MOST_EXPLAINED) {
        writeln!(out, "  {}", sentence(run, entry))?;
    }
    if entries.len() > MOST_EXPLAINED {
        let more = entries.len() - MOST_EXPLAINED;
        writeln!(out, "  and {more} more, by the same rule")?;
    }
    Ok(())
}

fn late_rows(run: &Run) -> Table {
    let mut table = Table::new(
        "Batches with late rows, by the engine's own count",
        &[STEP, AT, ("rows", Align::Right)],
    );
    for (step, count) in &run.trace.late_rows {
        let [step, at] = step_and_time(run, *step);
        table.row([step, at, count.to_string()]);
    }
    table.drop_if_empty("at");
    table
}

fn watermarks(run: &Run) -> Table {
    let columns = [STEP, AT, ("task", Align::Left), ("watermark", Align::Left)];
    let mut table = Table::new("Watermarks", &columns);
    for rise in &run.trace.watermarks {
        let [step, at] = step_and_time(run, rise.step);
        let task = rise
            .task
            .map_or_else(String::new, |task| run.names().source(task));
        table.row([step, at, task, run.clock.watermark(rise.to)]);
    }
    table.drop_if_empty("at");
    table.drop_if_empty("task");
    table
}
