//! What the charts have in common: axes with a grid, and labels beside vertical marks.

use super::axis::Axis;
use super::style::ChartStyle;
use super::{ChartError, Root};
use plotters::chart::ChartContext;
use plotters::coord::cartesian::Cartesian2d;
use plotters::element::DashedPathElement;
use plotters::prelude::{ChartBuilder, DrawingBackend, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor};

/// What is written along the axes.
pub(super) struct Labels<'a> {
    pub(super) x: &'a str,
    pub(super) y: &'a str,
    /// What is written at a tick of the x axis.
    pub(super) tick: &'a dyn Fn(f64) -> String,
}

/// An area with axes.
pub(super) struct Plot<'a, DB: DrawingBackend> {
    pub(super) chart: ChartContext<'a, DB, Cartesian2d<Axis, Axis>>,
    area: &'a Root<DB>,
    style: &'a ChartStyle,
    x: Axis,
    y: Axis,
}

impl<'a, DB: DrawingBackend> Plot<'a, DB> {
    /// Draws the axes and the grid.
    pub(super) fn new(
        area: &'a Root<DB>,
        style: &'a ChartStyle,
        x: Axis,
        y: Axis,
        labels: &Labels,
    ) -> Result<Plot<'a, DB>, ChartError<DB>> {
        // What is counted is written across, above the axis: along it there may be no room.
        let above = if labels.y.is_empty() { 12 } else { 32 };
        let below = if labels.x.is_empty() { 26 } else { 44 };
        let (_, height) = area.dim_in_pixel();
        let room = height.saturating_sub(style.size(above + 12 + below));
        let y = y.with_at_most(room / style.size(20));
        let mut chart = ChartBuilder::on(area)
            .margin(style.size(12))
            .margin_top(style.size(above))
            .margin_right(style.size(28))
            .x_label_area_size(style.size(below))
            .y_label_area_size(style.size(40))
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(style.grid.mix(0.0))
            .bold_line_style(style.line(style.grid, 1))
            .axis_style(style.line(style.plain, 1))
            .label_style(style.text(12, style.ink_soft))
            .axis_desc_style(style.text(12, style.ink_soft))
            .x_desc(labels.x)
            .x_label_formatter(&|value| (labels.tick)(*value))
            .draw()?;
        let text = style.text(12, style.ink_soft);
        let text = text.pos(Pos::new(HPos::Left, VPos::Top));
        let corner = (style.px(12), style.px(8));
        area.draw(&Text::new(labels.y, corner, text))?;
        Ok(Plot {
            chart,
            area,
            style,
            x,
            y,
        })
    }

    /// A place on the axes in pixels of the area.
    pub(super) fn place(&self, x: f64, y: f64) -> (i32, i32) {
        let (x, y) = self.chart.backend_coord(&(x, y));
        let (left, top) = self.area.get_base_pixel();
        (x - left, y - top)
    }

    /// How much of the y axis so many pixels are.
    pub(super) fn height_of(&self, pixels: u32) -> f64 {
        let (_, height) = self.chart.plotting_area().dim_in_pixel();
        (self.y.to - self.y.from) * f64::from(pixels) / f64::from(height.max(1))
    }

    /// Draws a dashed line up from the x axis, with a label on one of the lines at its top.
    pub(super) fn mark(&self, x: f64, line: i32, label: &str) -> Result<(), ChartError<DB>> {
        let ends = [self.place(x, self.y.from), self.place(x, self.y.to)];
        let (dash, gap) = (self.style.size(5), self.style.size(4));
        let ink = self.style.line(self.style.ink, 2);
        self.area
            .draw(&DashedPathElement::new(ends, dash, gap, ink))?;
        self.label_beside(x, line, label, self.style.ink)
    }

    /// Writes on one of the lines at the top, beside a mark at `x`, on the side where there is room.
    pub(super) fn label_beside(
        &self,
        x: f64,
        line: i32,
        label: &str,
        color: RGBColor,
    ) -> Result<(), ChartError<DB>> {
        let style = self.style;
        let (side, by) = if x > f64::midpoint(self.x.from, self.x.to) {
            (HPos::Right, -style.px(6))
        } else {
            (HPos::Left, style.px(6))
        };
        let (left, top) = self.place(x, self.y.to);
        let place = (left + by, top + style.px(16) * line);
        let text = style.bold(12, color).pos(Pos::new(side, VPos::Top));
        self.area.draw(&Text::new(label, place, text))
    }
}
