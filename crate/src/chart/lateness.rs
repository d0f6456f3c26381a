//! How far behind the highest event time seen each event arrives, with what the watermark waits for.

use super::axis::{Axis, nice_number, nice_span, nice_span_dividing};
use super::plot::{Labels, Plot};
use super::style::ChartStyle;
use super::{ChartError, Root};
use crate::dialect::EngineKind;
use crate::model::Action;
use crate::run::Run;
use crate::time::{EventTime, Span, format_span};
use crate::watermark::WatermarkSpec;
use plotters::prelude::{DrawingBackend, Rectangle, Text};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// More bars than this are not told apart.
const MOST_BARS: i64 = 30;

/// How far behind the events of a run arrive.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lateness {
    /// For each event in the order of arrival: how far behind the highest event time its source had shown, and whether that
    /// is more than is waited for.
    behind: Vec<(Span, bool)>,
    /// What is waited for: how long, and what it is called.
    waits: Vec<(Span, String)>,
}

impl Lateness {
    pub(super) fn of(run: &Run) -> Lateness {
        let waits = waits(run);
        let mut highest: Vec<Option<EventTime>> = vec![None; run.names().sources.max(1) as usize];
        let behind = (run.compiled.steps.iter())
            .filter_map(|step| match step.action {
                Action::Event(event) => Some(event),
                _ => None,
            })
            .map(|event| {
                let source = event.source as usize;
                let before = highest[source].unwrap_or(event.ts).max(event.ts);
                highest[source] = Some(before);
                let behind = before - event.ts;
                let wait = waits.get(source).or_else(|| waits.first());
                (behind, wait.is_some_and(|(wait, _)| behind > *wait))
            })
            .collect();
        Lateness { behind, waits }
    }

    fn beyond(&self) -> usize {
        self.behind.iter().filter(|(_, beyond)| *beyond).count()
    }

    pub(super) fn says(&self) -> String {
        let all = self.behind.len();
        let (count, what) = if let Some((wait, name)) = self.waits.first() {
            let wait = format_span(*wait);
            let what = match self.waits.len() {
                1 => format!("came further behind than the {name} of {wait}"),
                _ => "came further behind than their source's watermark delay".into(),
            };
            (self.beyond(), what)
        } else {
            let behind = self.behind.iter().filter(|(span, _)| span.ms() > 0);
            (behind.count(), "came behind one that happened later".into())
        };
        match count {
            0 => format!("None of {all} events {what}."),
            _ => format!("{count} of {all} events ({}) {what}.", percent(count, all)),
        }
    }
}

/// What the engine waits for: one length of time, or one for each source.
fn waits(run: &Run) -> Vec<(Span, String)> {
    let pipeline = &run.scenario.pipeline;
    if run.scenario.engine == EngineKind::KafkaStreams {
        let grace = pipeline.grace.map(|grace| (grace, "grace".to_string()));
        return grace.into_iter().collect();
    }
    match &pipeline.watermark {
        WatermarkSpec::Bounded {
            delays: Some(delays),
            ..
        } => (delays.iter().enumerate())
            .map(|(source, delay)| {
                let source = run.names().source(source as u16);
                (*delay, format!("watermark delay of {source}"))
            })
            .collect(),
        WatermarkSpec::Bounded { .. }
        | WatermarkSpec::Expression { .. }
        | WatermarkSpec::Explicit
        | WatermarkSpec::None => (pipeline.watermark.delay().into_iter())
            .map(|delay| (delay, "watermark delay".into()))
            .collect(),
    }
}

/// A part of a whole as people say it; never 0 % of something.
fn percent(part: usize, whole: usize) -> String {
    let percent = 100.0 * part as f64 / whole.max(1) as f64;
    if part > 0 && percent < 1.0 {
        "under 1 %".into()
    } else {
        format!("{percent:.0} %")
    }
}

/// Bars of one width: the first counts the events that are not behind at all, each further one those that are behind by more
/// than its left end and no more than its right end.
#[derive(Clone, Debug, PartialEq)]
struct Bars {
    width: i64,
    /// How many events, and how many of them are behind by more than is waited for.
    counts: Vec<(u32, u32)>,
}

impl Bars {
    fn of(lateness: &Lateness) -> Bars {
        let furthest = lateness.behind.iter().map(|(span, _)| span.ms()).max();
        let longest = lateness.waits.iter().map(|(span, _)| span.ms()).max();
        let whole = lateness.waits.first().map_or(0, |(span, _)| span.ms());
        let extent = furthest.max(longest).unwrap_or(0).max(1);
        let width = nice_span_dividing(extent, MOST_BARS, whole);
        let mut counts = vec![(0, 0); 1 + bar(extent, width)];
        for (behind, beyond) in &lateness.behind {
            let (count, of_them_beyond) = &mut counts[bar(behind.ms(), width)];
            *count += 1;
            *of_them_beyond += u32::from(*beyond);
        }
        Bars { width, counts }
    }
}

/// Which bar so many ms belong to.
fn bar(ms: i64, width: i64) -> usize {
    ((ms + width - 1) / width) as usize
}

pub(super) fn draw<DB: DrawingBackend>(
    area: &Root<DB>,
    lateness: &Lateness,
    style: &ChartStyle,
) -> Result<(), ChartError<DB>> {
    let bars = Bars::of(lateness);
    let (width, _) = area.dim_in_pixel();
    let most = i64::from((bars.counts.iter().map(|(count, _)| *count).max()).unwrap_or(1));
    let end = (bars.counts.len() as i64 - 1) * bars.width;
    let ticks = i64::from(width) / i64::from(style.px(90)).max(1);
    let x = Axis {
        from: -bars.width as f64,
        to: end as f64,
        tick: nice_span(end, ticks.max(2)) as f64,
    };
    let y = Axis {
        from: 0.0,
        to: most as f64 * 1.28,
        tick: nice_number(most, 5) as f64,
    };
    let labels = Labels {
        x: "behind the highest event time seen",
        y: "events",
        tick: &|ms| format_span(Span(ms as i64)),
    };
    let mut plot = Plot::new(area, style, x, y, &labels)?;
    draw_bars(&mut plot, &bars, style)?;
    let (left, top) = plot.place(x.from, f64::from(bars.counts[0].0));
    let above = Pos::new(HPos::Left, VPos::Bottom);
    area.draw(&Text::new(
        "in order",
        (left + style.px(2), top - style.px(3)),
        style.text(12, style.ink_soft).pos(above),
    ))?;

    let mut waits = lateness.waits.clone();
    waits.sort();
    waits.dedup();
    for (line, (wait, name)) in waits.iter().enumerate() {
        let label = format!("{name} {}", format_span(*wait));
        plot.mark(wait.ms() as f64, line as i32, &label)?;
    }
    let beyond = lateness.beyond();
    if let (Some((longest, _)), true) = (waits.last(), beyond > 0) {
        let label = format!("{beyond} further behind →");
        let line = waits.len() as i32;
        plot.label_beside(longest.ms() as f64, line, &label, style.loss)?;
    }
    Ok(())
}

fn draw_bars<DB: DrawingBackend>(
    plot: &mut Plot<DB>,
    bars: &Bars,
    style: &ChartStyle,
) -> Result<(), ChartError<DB>> {
    // A single event among thousands is still seen.
    let least = plot.height_of(style.size(2));
    let gap = style.size(1);
    for (number, (count, beyond)) in bars.counts.iter().enumerate() {
        let right = number as f64 * bars.width as f64;
        let left = right - bars.width as f64;
        let within = if number == 0 {
            style.plain
        } else {
            style.accent
        };
        let parts = [
            (0, count - beyond, within),
            (count - beyond, *count, style.loss),
        ];
        let parts = parts.into_iter().filter(|(from, to, _)| from < to);
        plot.chart.draw_series(parts.map(|(from, to, color)| {
            let from = f64::from(from);
            let corners = [(left, from), (right, f64::from(to).max(from + least))];
            let mut bar = Rectangle::new(corners, color.filled());
            bar.set_margin(0, 0, gap, gap);
            bar
        }))?;
    }
    Ok(())
}
