//! Charts: what a run measures, drawn with plotters; the same code for the canvas of the page and for SVG files.
//!
//! Functions of the trace. A backend, a size and a style come from outside.

mod axis;
mod backlog;
#[cfg(feature = "studio")]
mod figure;
mod frontier;
mod lateness;
mod plot;
#[cfg(feature = "studio")]
mod scale;
mod style;

#[cfg(test)]
mod tests;

#[cfg(feature = "studio")]
pub use self::figure::{Series, drawable, series};
#[cfg(feature = "studio")]
pub use self::scale::ScaleChart;
pub use self::style::ChartStyle;

use crate::run::Run;
use crate::sweep::{Frontier, sweepable};
use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::{DrawingArea, DrawingBackend, IntoDrawingArea, SVGBackend, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use serde::{Deserialize, Serialize};

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum ChartKind {
    /// How far behind the highest event time seen the events arrive.
    Lateness,
    /// How many events wait for a result.
    Backlog,
    /// What waiting longer for late events buys and costs.
    Frontier,
}

impl ChartKind {
    /// Every chart, in the order in which they are offered.
    pub const ALL: [ChartKind; 3] = [ChartKind::Lateness, ChartKind::Backlog, ChartKind::Frontier];

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            ChartKind::Lateness => "lateness",
            ChartKind::Backlog => "backlog",
            ChartKind::Frontier => "frontier",
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            ChartKind::Lateness => "How far behind events arrive",
            ChartKind::Backlog => "Events waiting for a result",
            ChartKind::Frontier => "What waiting longer buys and costs",
        }
    }

    /// The chart of this name.
    pub fn named(name: &str) -> Option<ChartKind> {
        ChartKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What the chart shows of a run, in a sentence: its subtitle, and what is read out in its place.
    pub fn says(self, run: &Run) -> String {
        match self {
            ChartKind::Lateness => lateness::Lateness::of(run).says(),
            ChartKind::Backlog => backlog::Backlog::of(run).says(run),
            ChartKind::Frontier => Frontier::of(&run.scenario, frontier::STEPS)
                .map_or_else(|why| why, |found| found.says()),
        }
    }
}

impl ChartKind {
    /// Whether a run has what the chart shows.
    pub fn suits(self, run: &Run) -> bool {
        match self {
            ChartKind::Lateness | ChartKind::Backlog => true,
            ChartKind::Frontier => sweepable(&run.scenario).is_ok(),
        }
    }
}

/// A chart as the page offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Chart {
    /// Which.
    pub kind: ChartKind,
    /// Its name for people.
    pub title: String,
}

/// Every chart of a run, in the order in which they are offered.
pub fn charts(run: &Run) -> Vec<Chart> {
    (ChartKind::ALL.iter())
        .filter(|kind| kind.suits(run))
        .map(|kind| Chart {
            kind: *kind,
            title: kind.title().into(),
        })
        .collect()
}

/// What a backend may fail with.
pub type ChartError<DB> = DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>;

/// Where to draw.
pub(crate) type Root<DB> = DrawingArea<DB, Shift>;

/// Draws a chart of a run on all of an area.
///
/// # Errors
/// What the backend fails with.
pub fn draw<DB: DrawingBackend>(
    root: &Root<DB>,
    run: &Run,
    kind: ChartKind,
    style: &ChartStyle,
) -> Result<(), ChartError<DB>> {
    if kind == ChartKind::Frontier {
        return draw_frontier(root, run, style);
    }
    let body = headed(root, kind.title(), &kind.says(run), style)?;
    if run.compiled.events.is_empty() {
        let (width, height) = body.dim_in_pixel();
        let middle = Pos::new(HPos::Center, VPos::Center);
        let text = style.text(13, style.ink_soft).pos(middle);
        let place = (width as i32 / 2, height as i32 / 2);
        body.draw(&Text::new("There are no events", place, text))?;
        return Ok(());
    }
    match kind {
        ChartKind::Lateness => lateness::draw(&body, &lateness::Lateness::of(run), style),
        ChartKind::Backlog => backlog::draw(&body, run, &backlog::Backlog::of(run), style),
        ChartKind::Frontier => Ok(()),
    }
}

/// Sweeping takes longer than drawing, so it is done once for both words and picture.
fn draw_frontier<DB: DrawingBackend>(
    root: &Root<DB>,
    run: &Run,
    style: &ChartStyle,
) -> Result<(), ChartError<DB>> {
    let title = ChartKind::Frontier.title();
    match Frontier::of(&run.scenario, frontier::STEPS) {
        Ok(found) => {
            let body = headed(root, title, &found.says(), style)?;
            frontier::draw(&body, &found, style).map(|_| ())
        }
        Err(why) => headed(root, title, &why, style).map(|_| ()),
    }
}

/// Writes what a chart is called and says; resolves to the area below.
fn headed<DB: DrawingBackend>(
    root: &Root<DB>,
    title: &str,
    says: &str,
    style: &ChartStyle,
) -> Result<Root<DB>, ChartError<DB>> {
    root.fill(&style.background)?;
    let pad = style.px(12);
    root.draw(&Text::new(title, (pad, pad), style.bold(15, style.ink)))?;
    let (width, _) = root.dim_in_pixel();
    let mut below = pad + style.px(22);
    for line in wrapped(says, width.saturating_sub(2 * pad as u32) / style.size(7)) {
        let text = style.text(13, style.ink_soft);
        root.draw(&Text::new(line, (pad, below), text))?;
        below += style.px(17);
    }
    let (_, body) = root.split_vertically(below + style.px(1));
    Ok(body)
}

/// A text in lines of at most so many characters, broken between words; a longer word has a line of its own. At most three.
fn wrapped(text: &str, most: u32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let fits = |line: &&mut String| line.chars().count() + word.chars().count() < most as usize;
        if let Some(line) = lines.last_mut().filter(fits) {
            line.push(' ');
            line.push_str(word);
        } else if lines.len() < 3 {
            lines.push(word.into());
        } else {
            break;
        }
    }
    lines
}

/// Draws a chart of a large run on a canvas of the page, as [`canvas`] draws a chart.
///
/// # Errors
/// What the canvas fails with.
#[cfg(all(target_arch = "wasm32", feature = "studio"))]
pub fn scale_canvas(
    canvas: web_sys::HtmlCanvasElement,
    report: &crate::scale::ScaleReport,
    chart: ScaleChart,
    dark: bool,
    scale: f64,
) -> Result<(), String> {
    let backend = plotters_canvas::CanvasBackend::with_canvas_object(canvas)
        .ok_or("the canvas has no drawing context")?;
    let root = backend.into_drawing_area();
    let style = ChartStyle::canvas(dark, scale);
    headed(&root, chart.title(), &chart.says(report), &style)
        .and_then(|body| scale::draw(&body, report, chart, &style))
        .and_then(|()| root.present())
        .map_err(|error| error.to_string())
}

/// Draws a frontier on a canvas of the page, as [`canvas`] draws a chart; returns where its marks are, in pixels of the canvas: for
/// each point x and y of its completeness, then of its state, not numbers where it has none.
///
/// # Errors
/// What the canvas fails with.
#[cfg(all(target_arch = "wasm32", feature = "studio"))]
pub fn frontier_canvas(
    canvas: web_sys::HtmlCanvasElement,
    found: &Frontier,
    dark: bool,
    scale: f64,
) -> Result<Vec<f64>, String> {
    let backend = plotters_canvas::CanvasBackend::with_canvas_object(canvas)
        .ok_or("the canvas has no drawing context")?;
    let root = backend.into_drawing_area();
    let style = ChartStyle::canvas(dark, scale);
    headed(&root, ChartKind::Frontier.title(), &found.says(), &style)
        .and_then(|body| {
            let mut places = frontier::draw(&body, found, &style)?;
            let (_, top) = body.get_base_pixel();
            places
                .iter_mut()
                .skip(1)
                .step_by(2)
                .for_each(|y| *y += f64::from(top));
            root.present()?;
            Ok(places)
        })
        .map_err(|error| error.to_string())
}

/// A chart of a large run as the text of an SVG file.
#[cfg(feature = "studio")]
pub fn scale_svg(
    report: &crate::scale::ScaleReport,
    chart: ScaleChart,
    (width, height): (u32, u32),
    dark: bool,
) -> String {
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
        let style = ChartStyle::svg(dark);
        let drawn = headed(&root, chart.title(), &chart.says(report), &style)
            .and_then(|body| scale::draw(&body, report, chart, &style))
            .and_then(|()| root.present());
        debug_assert!(drawn.is_ok(), "text takes whatever is drawn: {drawn:?}");
    }
    text
}

/// Draws a figure over time on a canvas of the page, as [`canvas`] draws a chart.
///
/// # Errors
/// What the canvas fails with.
#[cfg(all(target_arch = "wasm32", feature = "studio"))]
pub fn series_canvas(
    canvas: web_sys::HtmlCanvasElement,
    series: &Series,
    dark: bool,
    scale: f64,
) -> Result<(), String> {
    let backend = plotters_canvas::CanvasBackend::with_canvas_object(canvas)
        .ok_or("the canvas has no drawing context")?;
    let root = backend.into_drawing_area();
    let style = ChartStyle::canvas(dark, scale);
    headed(&root, series.title(), &series.says(), &style)
        .and_then(|body| figure::draw(&body, series, &style))
        .and_then(|()| root.present())
        .map_err(|error| error.to_string())
}

/// A figure over time as the text of an SVG file.
#[cfg(feature = "studio")]
pub fn series_svg(series: &Series, width: u32, height: u32, dark: bool) -> String {
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
        let style = ChartStyle::svg(dark);
        let drawn = headed(&root, series.title(), &series.says(), &style)
            .and_then(|body| figure::draw(&body, series, &style))
            .and_then(|()| root.present());
        debug_assert!(drawn.is_ok(), "text takes whatever is drawn: {drawn:?}");
    }
    text
}

/// A chart of a run as the text of an SVG file.
pub fn svg(run: &Run, kind: ChartKind, width: u32, height: u32, dark: bool) -> String {
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
        let drawn = draw(&root, run, kind, &ChartStyle::svg(dark)).and_then(|()| root.present());
        debug_assert!(drawn.is_ok(), "text takes whatever is drawn: {drawn:?}");
    }
    text
}

/// Draws a chart of a run on a canvas of the page, at the canvas's own resolution; `scale` is the number of its pixels to one
/// of the page's.
///
/// # Errors
/// What the canvas fails with.
#[cfg(target_arch = "wasm32")]
pub fn canvas(
    canvas: web_sys::HtmlCanvasElement,
    run: &Run,
    kind: ChartKind,
    dark: bool,
    scale: f64,
) -> Result<(), String> {
    let backend = plotters_canvas::CanvasBackend::with_canvas_object(canvas)
        .ok_or("the canvas has no drawing context")?;
    let root = backend.into_drawing_area();
    draw(&root, run, kind, &ChartStyle::canvas(dark, scale))
        .and_then(|()| root.present())
        .map_err(|error| error.to_string())
}
