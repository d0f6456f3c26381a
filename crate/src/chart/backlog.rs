//! How many events have arrived and are in no result yet, over time, and when results come.

use super::axis::{Axis, nice_number, nice_span};
use super::plot::{Labels, Plot};
use super::style::ChartStyle;
use super::{ChartError, Root};
use crate::run::Run;
use plotters::prelude::{AreaSeries, DrawingBackend, PathElement};

/// How many events wait, step by step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Backlog {
    /// After each step: its instant, or its number where nobody says when; and how many events wait.
    waiting: Vec<(i64, u32)>,
    /// When results came.
    results: Vec<i64>,
}

impl Backlog {
    pub(super) fn of(run: &Run) -> Backlog {
        let trace = &run.trace;
        let at = |step: u32| match trace.times.get(step as usize) {
            Some(time) if run.compiled.timed => time.ms(),
            _ => i64::from(step) + 1,
        };
        let mut changes = vec![0_i64; run.len()];
        for fate in &trace.fates {
            let Some((arrived, _)) = fate.arrived else {
                continue;
            };
            changes[arrived as usize] += 1;
            let lost = fate.lost.map(|(step, _)| step);
            if let Some(gone) = fate.counted.or(lost) {
                changes[gone.max(arrived) as usize] -= 1;
            }
        }
        let mut now = 0;
        let waiting = (changes.into_iter().enumerate())
            .map(|(step, change)| {
                now += change;
                (at(step as u32), now.max(0) as u32)
            })
            .collect();
        let mut results: Vec<i64> = trace.emissions.iter().map(|e| at(e.step)).collect();
        results.dedup();
        Backlog { waiting, results }
    }

    fn most(&self) -> u32 {
        self.waiting.iter().map(|(_, n)| *n).max().unwrap_or(0)
    }

    pub(super) fn says(&self, run: &Run) -> String {
        let most = self.most();
        let Some((at, _)) = self.waiting.iter().find(|(_, n)| *n == most && most > 0) else {
            return "No event has to wait.".into();
        };
        let events = if most == 1 {
            "event waits"
        } else {
            "events wait"
        };
        let left = match self.waiting.last() {
            Some((_, 0)) | None => "none at the end".into(),
            Some((_, n)) => format!("{n} at the end"),
        };
        format!("At most {most} {events}, at {}; {left}.", label(run, *at))
    }
}

/// An instant, or the number of a step.
fn label(run: &Run, at: i64) -> String {
    if run.compiled.timed {
        run.clock.format(at)
    } else {
        format!("step {at}")
    }
}

pub(super) fn draw<DB: DrawingBackend>(
    area: &Root<DB>,
    run: &Run,
    backlog: &Backlog,
    style: &ChartStyle,
) -> Result<(), ChartError<DB>> {
    let (width, _) = area.dim_in_pixel();
    let ends = (backlog.waiting.first(), backlog.waiting.last());
    let (from, to) = match ends {
        (Some((from, _)), Some((to, _))) => (*from, *to),
        _ => (0, 0),
    };
    let extent = (to - from).max(1);
    let ticks = (i64::from(width) / i64::from(style.px(100)).max(1)).max(2);
    let most = i64::from(backlog.most()).max(1);
    let x = Axis {
        from: from as f64,
        to: (from + extent) as f64,
        tick: if run.compiled.timed {
            nice_span(extent, ticks)
        } else {
            nice_number(extent, ticks)
        } as f64,
    };
    let y = Axis {
        from: 0.0,
        to: most as f64 * 1.2,
        tick: nice_number(most, 5) as f64,
    };
    let tick = |at: f64| {
        if run.compiled.timed {
            run.clock.format(at as i64)
        } else {
            format!("{at}")
        }
    };
    let labels = Labels {
        x: if run.compiled.timed {
            "processing time"
        } else {
            "step"
        },
        y: "events waiting",
        tick: &tick,
    };
    let mut plot = Plot::new(area, style, x, y, &labels)?;
    let pixel = extent as f64 / f64::from(width.max(1));
    let line = staircase(&backlog.waiting, pixel);
    let area_style = ChartStyle::wash(style.accent);
    plot.chart.draw_series(
        AreaSeries::new(line, 0.0, area_style).border_style(style.line(style.accent, 2)),
    )?;
    let results = thinned(&backlog.results, pixel);
    plot.chart.draw_series(results.into_iter().map(|at| {
        let mark = [(at as f64, y.to), (at as f64, y.to * 0.95)];
        PathElement::new(mark, style.line(style.result, 2))
    }))?;
    if let Some(first) = backlog.results.first() {
        plot.label_beside(*first as f64, 0, "results", style.result)?;
    }
    Ok(())
}

/// The steps as a line that keeps its level until the next one; of those within one pixel only the highest.
fn staircase(waiting: &[(i64, u32)], pixel: f64) -> Vec<(f64, f64)> {
    let mut line: Vec<(f64, f64)> = Vec::new();
    let mut level = 0.0;
    for (at, n) in waiting {
        let (at, n) = (*at as f64, f64::from(*n));
        match line.last_mut() {
            Some((last, height)) if at - *last < pixel && at > *last => *height = height.max(n),
            _ => {
                line.push((at, level));
                line.push((at, n));
            }
        }
        level = n;
    }
    line
}

/// Those that are at least a pixel apart.
fn thinned(instants: &[i64], pixel: f64) -> Vec<i64> {
    let mut kept: Vec<i64> = Vec::new();
    for at in instants {
        if kept.last().is_none_or(|last| (at - last) as f64 >= pixel) {
            kept.push(*at);
        }
    }
    kept
}
