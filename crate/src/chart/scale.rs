//! What a large run measured: events a second over the time it took, its state over event time, and how far behind events came.

use super::axis::{Axis, nice_number, nice_span};
use super::plot::{Labels, Plot};
use super::style::ChartStyle;
use super::{ChartError, Root};
use crate::scale::{Sample, ScaleReport};
use crate::time::{Clock, Span, format_span};
use plotters::prelude::{AreaSeries, DrawingBackend, Rectangle};
use plotters::style::Color;
use serde::{Deserialize, Serialize};

/// Which chart of a large run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum ScaleChart {
    /// Events a second, over the time it took.
    Throughput,
    /// Entries in the engine's state, over event time.
    State,
    /// How far behind the highest event time of their source the events came.
    Lateness,
}

impl ScaleChart {
    /// Every chart, in the order in which they are shown.
    pub const ALL: [ScaleChart; 3] = [
        ScaleChart::Throughput,
        ScaleChart::State,
        ScaleChart::Lateness,
    ];

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            ScaleChart::Throughput => "Throughput",
            ScaleChart::State => "State",
            ScaleChart::Lateness => "How far behind events came",
        }
    }

    /// What it shows, in a sentence: its subtitle, and what is read out in its place.
    pub fn says(self, report: &ScaleReport) -> String {
        let Some(last) = report.samples.last() else {
            return "There is nothing to draw.".into();
        };
        match self {
            ScaleChart::Throughput => {
                let rate = f64::from(last.events) / (last.elapsed / 1_000.0).max(1e-9);
                let seconds = last.elapsed / 1_000.0;
                format!(
                    "{} events a second on average, in {seconds:.1} s.",
                    short(rate)
                )
            }
            ScaleChart::State => {
                let most = report.samples.iter().max_by_key(|sample| sample.entries);
                let most = most.unwrap_or(last);
                format!(
                    "At most {} entries in a sample, {} of state; {} in the last one.",
                    short(most.entries as f64),
                    bytes(most.bytes),
                    short(last.entries as f64)
                )
            }
            ScaleChart::Lateness => {
                let lateness = &report.lateness;
                let furthest = format_span(Span(lateness.most));
                match report.delay {
                    Some(delay) => format!(
                        "{} of {} events came further behind than the {} of {}; the furthest by {furthest}.",
                        short(lateness.beyond as f64),
                        short(lateness.len() as f64),
                        report.delay_label,
                        format_span(Span(delay)),
                    ),
                    None => format!("The furthest came {furthest} behind."),
                }
            }
        }
    }
}

/// A number as it is said: three digits and their unit.
pub(super) fn short(number: f64) -> String {
    let (scaled, unit) = match number {
        n if n >= 1e9 => (n / 1e9, " billion"),
        n if n >= 1e6 => (n / 1e6, " million"),
        n if n >= 1e4 => (n / 1e3, "k"),
        n => (n, ""),
    };
    let rounded = if scaled >= 100.0 || unit.is_empty() {
        scaled.round()
    } else {
        (scaled * 10.0).round() / 10.0
    };
    format!("{rounded}{unit}")
}

/// A size as it is said.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

pub(super) fn draw<DB: DrawingBackend>(
    area: &Root<DB>,
    report: &ScaleReport,
    chart: ScaleChart,
    style: &ChartStyle,
) -> Result<(), ChartError<DB>> {
    match chart {
        ScaleChart::Throughput => {
            let points: Vec<(i64, f64)> = rates(&report.samples);
            let tick = |at: f64| format_span(Span(at as i64));
            line(
                area,
                &points,
                ("time it took", "events a second"),
                &tick,
                style,
            )
        }
        ScaleChart::State => {
            let points: Vec<(i64, f64)> = (report.samples.iter())
                .map(|sample| (sample.event_time, sample.entries as f64))
                .collect();
            let ends = [points.first(), points.last()];
            let clock = Clock::for_instants(ends.into_iter().flatten().map(|(at, _)| *at));
            let tick = |at: f64| clock.format(at as i64);
            line(area, &points, ("event time", "entries"), &tick, style)
        }
        ScaleChart::Lateness => bars(area, report, style),
    }
}

/// Events a second between one sample and the next, at the later one's time.
fn rates(samples: &[Sample]) -> Vec<(i64, f64)> {
    let mut before = (0.0, 0);
    let mut rates = Vec::new();
    for sample in samples {
        let took = sample.elapsed - before.0;
        // Clocks of browsers are coarse: what took no time says nothing.
        if took >= 1.0 {
            let rate = f64::from(sample.events - before.1) / (took / 1_000.0);
            rates.push((sample.elapsed as i64, rate));
            before = (sample.elapsed, sample.events);
        }
    }
    rates
}

/// Numbers of this size are written in this unit.
fn unit(most: f64) -> (f64, &'static str) {
    match most {
        n if n >= 2e6 => (1e6, "million "),
        n if n >= 2e3 => (1e3, "thousand "),
        _ => (1.0, ""),
    }
}

fn line<DB: DrawingBackend>(
    area: &Root<DB>,
    points: &[(i64, f64)],
    (along, up): (&str, &str),
    tick: &dyn Fn(f64) -> String,
    style: &ChartStyle,
) -> Result<(), ChartError<DB>> {
    let (Some((from, _)), Some((to, _))) = (points.first(), points.last()) else {
        return Ok(());
    };
    let (width, _) = area.dim_in_pixel();
    let extent = (to - from).max(1);
    let ticks = (i64::from(width) / i64::from(style.px(100)).max(1)).max(2);
    let most = points.iter().map(|(_, n)| *n).fold(1.0, f64::max);
    let (unit, word) = unit(most);
    let x = Axis {
        from: *from as f64,
        to: (from + extent) as f64,
        tick: nice_span(extent, ticks) as f64,
    };
    let y = Axis {
        from: 0.0,
        to: most / unit * 1.15,
        tick: nice_number((most / unit).ceil() as i64, 5) as f64,
    };
    let labels = Labels {
        x: along,
        y: &format!("{word}{up}"),
        tick,
    };
    let mut plot = Plot::new(area, style, x, y, &labels)?;
    let line: Vec<(f64, f64)> = points
        .iter()
        .map(|(at, n)| (*at as f64, n / unit))
        .collect();
    let wash = ChartStyle::wash(style.accent);
    plot.chart
        .draw_series(AreaSeries::new(line, 0.0, wash).border_style(style.line(style.accent, 2)))?;
    Ok(())
}

fn bars<DB: DrawingBackend>(
    area: &Root<DB>,
    report: &ScaleReport,
    style: &ChartStyle,
) -> Result<(), ChartError<DB>> {
    let lateness = &report.lateness;
    let (width, _) = area.dim_in_pixel();
    let extent = (lateness.most.max(report.delay.unwrap_or(0)) + lateness.width).max(2);
    let most = lateness.counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let (unit, word) = unit(most);
    let ticks = (i64::from(width) / i64::from(style.px(100)).max(1)).max(2);
    let x = Axis {
        from: 0.0,
        to: extent as f64,
        tick: nice_span(extent, ticks) as f64,
    };
    let y = Axis {
        from: 0.0,
        to: most / unit * 1.2,
        tick: nice_number((most / unit).ceil() as i64, 5) as f64,
    };
    let labels = Labels {
        x: "behind the highest event time seen",
        y: &format!("{word}events"),
        tick: &|ms| format_span(Span(ms as i64)),
    };
    let mut plot = Plot::new(area, style, x, y, &labels)?;
    let least = plot.height_of(style.size(2));
    let delay = report.delay.unwrap_or(i64::MAX);
    let bars = lateness.counts.iter().enumerate();
    plot.chart
        .draw_series(bars.filter(|(_, n)| **n > 0).map(|(bar, count)| {
            let left = bar as i64 * lateness.width;
            let right = left + lateness.width;
            let color = if left > delay {
                style.loss
            } else {
                style.accent
            };
            let height = (*count as f64 / unit).max(least);
            Rectangle::new([(left as f64, 0.0), (right as f64, height)], color.filled())
        }))?;
    if let Some(delay) = report.delay {
        let label = format!("{} {}", report.delay_label, format_span(Span(delay)));
        plot.mark(delay as f64, 0, &label)?;
    }
    Ok(())
}
