//! What waiting longer for late events buys and costs: completeness and state over latency, a mark for each setting.

use super::axis::{Axis, nice_number, nice_span};
use super::plot::{Labels, Plot};
use super::style::ChartStyle;
use super::{ChartError, Root};
use crate::sweep::{Frontier, FrontierPoint};
use crate::time::{Span, format_span};
use plotters::prelude::{Circle, DrawingBackend};
use plotters::style::Color;

/// How many steps of the engine a frontier beside a lesson may take: some milliseconds.
pub(super) const STEPS: usize = 40_000;

/// How much of the height shows completeness; the rest shows state.
const UPPER: f64 = 0.56;

/// Returns where the marks are, in pixels of the area: for each point x and y of its completeness, then of its state; not numbers
/// where it has none.
pub(super) fn draw<DB: DrawingBackend>(
    area: &Root<DB>,
    frontier: &Frontier,
    style: &ChartStyle,
) -> Result<Vec<f64>, ChartError<DB>> {
    let (width, height) = area.dim_in_pixel();
    let mut places = vec![f64::NAN; 4 * frontier.points.len()];
    let shown: Vec<(usize, &FrontierPoint, f64)> = (frontier.points.iter().enumerate())
        .filter_map(|(i, point)| Some((i, point, point.latency?)))
        .collect();
    let latencies = || shown.iter().map(|(.., latency)| *latency);
    if shown.is_empty() || height < 8 {
        return Ok(places);
    }
    let (from, to) = spread(
        latencies().fold(f64::MAX, f64::min),
        latencies().fold(f64::MIN, f64::max),
    );
    let ticks = (i64::from(width) / i64::from(style.px(90)).max(1)).max(2);
    let x = Axis {
        from,
        to,
        tick: nice_span(((to - from) as i64).max(1), ticks) as f64,
    };
    let (upper, lower) = area.split_vertically((f64::from(height) * UPPER) as i32);
    let (_, top) = area.get_base_pixel();
    let complete = |point: &FrontierPoint| 100.0 * point.complete;
    let least = shown
        .iter()
        .map(|(_, p, _)| complete(p))
        .fold(100.0, f64::min);
    let most = shown
        .iter()
        .map(|(_, p, _)| p.entries)
        .max()
        .unwrap_or(1)
        .max(1);
    let room = (100.0 - least).max(0.01);
    let panels = [
        Panel {
            up: "% of events",
            along: "",
            y: Axis {
                from: least - 0.12 * room,
                to: 100.0 + 0.2 * room,
                tick: fine_tick(room),
            },
            value: &complete,
        },
        Panel {
            up: "entries",
            along: "a window's last result, after its end",
            y: Axis {
                from: 0.0,
                to: most as f64 * 1.25,
                tick: nice_number(most as i64, 3) as f64,
            },
            value: &|point| point.entries as f64,
        },
    ];
    for (number, (panel, area)) in panels.iter().zip([&upper, &lower]).enumerate() {
        let labels = Labels {
            x: panel.along,
            y: panel.up,
            tick: &|ms| format_span(Span(ms as i64)),
        };
        let mut plot = Plot::new(area, style, x, panel.y, &labels)?;
        let (_, own_top) = area.get_base_pixel();
        let drawn = Drawn {
            frontier,
            shown: &shown,
            value: panel.value,
        };
        drawn.marks(&mut plot, style, number == 0)?;
        for (i, point, latency) in &shown {
            let (left, down) = plot.place(*latency, (panel.value)(point));
            places[4 * i + 2 * number] = f64::from(left);
            places[4 * i + 2 * number + 1] = f64::from(down + own_top - top);
        }
    }
    Ok(places)
}

/// One of the two figures over the same axis.
struct Panel<'a> {
    up: &'a str,
    along: &'a str,
    y: Axis,
    value: &'a dyn Fn(&FrontierPoint) -> f64,
}

struct Drawn<'a> {
    frontier: &'a Frontier,
    shown: &'a [(usize, &'a FrontierPoint, f64)],
    value: &'a dyn Fn(&FrontierPoint) -> f64,
}

impl Drawn<'_> {
    /// A filled mark for each setting that no other one beats, a small hollow one for the others, and a line with a ring where the
    /// pipeline is set.
    fn marks<DB: DrawingBackend>(
        &self,
        plot: &mut Plot<DB>,
        style: &ChartStyle,
        labelled: bool,
    ) -> Result<(), ChartError<DB>> {
        let (small, large) = (style.size(2), style.size(3));
        for (_, point, latency) in self.shown {
            let place = (*latency, (self.value)(point));
            let mark = if point.best {
                Circle::new(place, large, style.accent.filled())
            } else {
                Circle::new(place, small, style.line(style.plain, 1))
            };
            plot.chart.draw_series([mark])?;
        }
        let here = self
            .shown
            .iter()
            .find(|(i, ..)| *i == self.frontier.current as usize);
        if let Some((_, point, latency)) = here {
            let place = (*latency, (self.value)(point));
            let ring = Circle::new(place, style.size(7), style.line(style.result, 3));
            plot.chart.draw_series([ring])?;
            if labelled {
                let label = format!("{} {}", self.frontier.label.to_lowercase(), point.text);
                plot.mark(*latency, 0, &label)?;
            }
        }
        Ok(())
    }
}

/// An axis over these numbers with some room at its ends.
fn spread(least: f64, most: f64) -> (f64, f64) {
    let room = ((most - least) * 0.04).max(1.0);
    ((least - room).floor(), (most + room).ceil())
}

/// The distance of ticks over so many percent: 1, 2 or 5 and zeros, as fine as a hundredth.
fn fine_tick(room: f64) -> f64 {
    nice_number((room * 100.0).ceil() as i64, 4) as f64 / 100.0
}
