//! A figure of a model of a cluster over time: what `over_time` measured, as a line that keeps its level from step to step.

use super::axis::{Axis, nice_number, nice_span};
use super::plot::{Labels, Plot};
use super::style::ChartStyle;
use super::{ChartError, Root};
use crate::cluster::Run;
use crate::cluster::scene::Figure;
use crate::measure::Unit;
use crate::time::{Span, format_span};
use plotters::prelude::{AreaSeries, DrawingBackend, PathElement};

/// A figure over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    label: String,
    unit: Unit,
    /// Whether the points stand at ms of a clock; otherwise at numbers of steps.
    timed: bool,
    /// After each step: where it stands, and the number; steps without one are left out.
    points: Vec<(i64, f64)>,
    /// Where the playhead stands.
    now: i64,
}

/// The figures of a run that are numbers and so can be drawn, each once.
pub fn drawable(run: &Run) -> Vec<Figure> {
    let mut found: Vec<Figure> = Vec::new();
    for (_, figures) in run.over_time() {
        for figure in figures {
            let number = figure.measured.number.is_some();
            if number && found.iter().all(|known| known.id != figure.id) {
                found.push(figure);
            }
        }
    }
    found
}

/// One figure of a run over time, with the playhead after so many steps; without points if there is none of this id.
pub fn series(run: &Run, figure: &str, position: usize) -> Series {
    let mut series = Series {
        label: figure.into(),
        unit: Unit::Count,
        timed: run.timed(),
        points: Vec::new(),
        now: 0,
    };
    for (step, (at, figures)) in run.over_time().into_iter().enumerate() {
        if step <= position {
            series.now = at;
        }
        let Some(found) = figures.into_iter().find(|f| f.id == figure) else {
            continue;
        };
        series.label = found.label;
        series.unit = found.measured.unit;
        series.points.extend(found.measured.number.map(|n| (at, n)));
    }
    series
}

impl Series {
    fn most(&self) -> f64 {
        self.points.iter().map(|(_, n)| *n).fold(0.0, f64::max)
    }

    fn number(&self, n: f64) -> String {
        match self.unit {
            Unit::Span => format_span(Span(n as i64)),
            Unit::Count | Unit::Value | Unit::Instant | Unit::Name => {
                let rounded = (n * 100.0).round() / 100.0;
                rounded.to_string()
            }
        }
    }

    fn at(&self, at: i64) -> String {
        if self.timed {
            format_span(Span(at))
        } else {
            format!("step {at}")
        }
    }

    /// What it shows, in a sentence: its subtitle, and what is read out in its place.
    pub fn says(&self) -> String {
        let (Some((_, first)), Some((_, last))) = (self.points.first(), self.points.last()) else {
            return "There is nothing to draw.".into();
        };
        let most = self.most();
        let when = self.points.iter().find(|(_, n)| *n >= most);
        let when = when.map_or_else(String::new, |(at, _)| format!(" at {}", self.at(*at)));
        format!(
            "From {} to {}; at most {}{when}.",
            self.number(*first),
            self.number(*last),
            self.number(most)
        )
    }

    /// Its name for people.
    pub fn title(&self) -> &str {
        &self.label
    }
}

pub(super) fn draw<DB: DrawingBackend>(
    area: &Root<DB>,
    series: &Series,
    style: &ChartStyle,
) -> Result<(), ChartError<DB>> {
    let (Some((from, _)), Some((to, _))) = (series.points.first(), series.points.last()) else {
        return Ok(());
    };
    let (width, _) = area.dim_in_pixel();
    let extent = (to - from).max(1);
    let ticks = (i64::from(width) / i64::from(style.px(100)).max(1)).max(2);
    let most = series.most().max(1e-9);
    let x = Axis {
        from: *from as f64,
        to: (from + extent) as f64,
        tick: if series.timed {
            nice_span(extent, ticks)
        } else {
            nice_number(extent, ticks)
        } as f64,
    };
    let y = Axis {
        from: 0.0,
        to: most * 1.2,
        tick: nice_number((most.ceil() as i64).max(1), 5) as f64,
    };
    let tick = |at: f64| {
        if series.timed {
            format_span(Span(at as i64))
        } else {
            format!("{at}")
        }
    };
    let labels = Labels {
        x: if series.timed { "time" } else { "step" },
        y: &series.label,
        tick: &tick,
    };
    let mut plot = Plot::new(area, style, x, y, &labels)?;
    let mut line: Vec<(f64, f64)> = Vec::new();
    for (at, n) in &series.points {
        if let Some((_, level)) = line.last().copied() {
            line.push((*at as f64, level));
        }
        line.push((*at as f64, *n));
    }
    let wash = ChartStyle::wash(style.accent);
    plot.chart
        .draw_series(AreaSeries::new(line, 0.0, wash).border_style(style.line(style.accent, 2)))?;
    let mark = [(series.now as f64, 0.0), (series.now as f64, y.to)];
    plot.chart
        .draw_series([PathElement::new(mark, style.line(style.result, 2))])?;
    Ok(())
}
