//! `headwater run` of a model of a cluster: its steps, and what there is to see at the end.

use super::table::{Align, Table};
use headwater::cluster::Run;
use headwater::cluster::scene::{self, Loads, Plan};
use std::io::{self, Write};

/// Of more steps than this, the rest are only counted.
const MOST_STEPS: usize = 60;

pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {} steps\n", run.title(), run.len())?;
    for position in 1..=run.len().min(MOST_STEPS) {
        let narration = run.narration(position);
        writeln!(
            out,
            "{position:>4}  {} {}",
            narration.headline, narration.text
        )?;
    }
    if run.len() > MOST_STEPS {
        writeln!(out, "      and {} more steps", run.len() - MOST_STEPS)?;
    }
    let scene = run.scene(run.len());
    for loads in &scene.loads {
        writeln!(out)?;
        load(loads).write(out)?;
        writeln!(out, "{}", loads.says)?;
    }
    for plan in &scene.plans {
        writeln!(out)?;
        write_plan(plan, out)?;
    }
    for table in &scene.tables {
        writeln!(out)?;
        rows(table).write(out)?;
        if !table.says.is_empty() {
            writeln!(out, "{}", table.says)?;
        }
    }
    let mut figures = Table::new(
        "Figures",
        &[("figure", Align::Left), ("at the end", Align::Right)],
    );
    for figure in scene.figures.iter().filter(|figure| figure.shown) {
        figures.row([figure.label.clone(), figure.measured.text.clone()]);
    }
    writeln!(out)?;
    figures.write(out)
}

fn load(loads: &Loads) -> Table {
    let mut table = Table::new(
        &loads.title,
        &[
            ("bar", Align::Left),
            (&loads.unit, Align::Right),
            ("of", Align::Left),
            ("", Align::Left),
        ],
    );
    for bar in loads.bars.iter().filter(|bar| bar.total > 0.0) {
        let parts: Vec<String> = bar
            .segments
            .iter()
            .map(|segment| format!("{} {}", segment.label, segment.value))
            .collect();
        table.row([
            bar.label.clone(),
            bar.total.to_string(),
            parts.join(", "),
            bar.note.clone(),
        ]);
    }
    table.drop_if_empty("");
    table
}

fn rows(table: &scene::SceneTable) -> Table {
    let columns: Vec<(&str, Align)> = table
        .columns
        .iter()
        .map(|column| {
            let align = if column.numeric {
                Align::Right
            } else {
                Align::Left
            };
            (column.label.as_str(), align)
        })
        .collect();
    let mut text = Table::new(&table.title, &columns);
    for row in &table.rows {
        text.row(row.cells.iter().cloned());
    }
    text
}

fn write_plan(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", plan.title)?;
    writeln!(out, "{}", plan.text.trim_end())?;
    writeln!(out, "{}", plan.says)
}
