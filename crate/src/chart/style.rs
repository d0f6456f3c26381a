//! Colours and sizes: light and dark, as the page has them, with the Okabe-Ito palette for what must be told apart.

use plotters::style::{
    Color, FontStyle, IntoFont, RGBAColor, RGBColor, ShapeStyle, TextStyle, WHITE,
};

/// How charts look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartStyle {
    /// Behind everything.
    pub background: RGBColor,
    /// Text that is read first.
    pub ink: RGBColor,
    /// Other text.
    pub ink_soft: RGBColor,
    /// Axes and grid.
    pub grid: RGBColor,
    /// What the chart is about.
    pub accent: RGBColor,
    /// What is lost or in danger: vermillion.
    pub loss: RGBColor,
    /// Results: orange.
    pub result: RGBColor,
    /// What is as it should be: grey.
    pub plain: RGBColor,
    /// Pixels to a unit of length.
    scale: f64,
    /// What the backend makes of a font's size.
    text_scale: f64,
}

impl ChartStyle {
    const LIGHT: ChartStyle = ChartStyle {
        background: WHITE,
        ink: RGBColor(0x14, 0x18, 0x1f),
        ink_soft: RGBColor(0x54, 0x5d, 0x6a),
        grid: RGBColor(0xdf, 0xe3, 0xe8),
        accent: RGBColor(0x00, 0x72, 0xb2),
        loss: RGBColor(0xb8, 0x4a, 0x00),
        result: RGBColor(0x9a, 0x62, 0x00),
        plain: RGBColor(0xa9, 0xb1, 0xbc),
        scale: 1.0,
        text_scale: 1.0,
    };

    const DARK: ChartStyle = ChartStyle {
        background: RGBColor(0x16, 0x1b, 0x22),
        ink: RGBColor(0xec, 0xef, 0xf3),
        ink_soft: RGBColor(0xa3, 0xad, 0xba),
        grid: RGBColor(0x2d, 0x35, 0x40),
        accent: RGBColor(0x56, 0xb4, 0xe9),
        loss: RGBColor(0xf0, 0x8a, 0x4b),
        result: RGBColor(0xe6, 0x9f, 0x00),
        plain: RGBColor(0x5d, 0x68, 0x77),
        scale: 1.0,
        text_scale: 1.0,
    };

    fn new(dark: bool) -> ChartStyle {
        if dark {
            ChartStyle::DARK
        } else {
            ChartStyle::LIGHT
        }
    }

    /// For SVG files.
    pub fn svg(dark: bool) -> ChartStyle {
        ChartStyle {
            // plotters-svg 0.3.7 divides sizes by as much.
            text_scale: 1.24,
            ..ChartStyle::new(dark)
        }
    }

    /// For a canvas with so many pixels to one of the page's.
    pub fn canvas(dark: bool, scale: f64) -> ChartStyle {
        ChartStyle {
            scale,
            text_scale: scale,
            ..ChartStyle::new(dark)
        }
    }

    /// A length in pixels of the area.
    pub(super) fn px(&self, length: i32) -> i32 {
        (f64::from(length) * self.scale).round() as i32
    }

    /// A length or width that may not be negative.
    pub(super) fn size(&self, length: u32) -> u32 {
        self.px(length as i32).max(1) as u32
    }

    pub(super) fn text(&self, size: u32, color: RGBColor) -> TextStyle<'static> {
        ("system-ui, sans-serif", f64::from(size) * self.text_scale)
            .into_font()
            .color(&color)
    }

    pub(super) fn bold(&self, size: u32, color: RGBColor) -> TextStyle<'static> {
        let size = f64::from(size) * self.text_scale;
        ("system-ui, sans-serif", size, FontStyle::Bold)
            .into_font()
            .color(&color)
    }

    pub(super) fn line(&self, color: RGBColor, width: u32) -> ShapeStyle {
        color.stroke_width(self.size(width))
    }

    pub(super) fn wash(color: RGBColor) -> RGBAColor {
        color.mix(0.18)
    }
}
