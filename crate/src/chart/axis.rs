//! Axes whose ticks are where people expect them: whole seconds, minutes and hours; whole numbers.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use std::ops::Range;

/// Lengths of time that people count in, in ms.
const SPANS: [i64; 29] = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000,
    172_800_000,
    604_800_000,
];

/// The least length of time that people count in of which `extent` has at most so many.
pub(super) fn nice_span(extent: i64, most: i64) -> i64 {
    nice_span_dividing(extent, most, 0)
}

/// The same, of those that go into `whole` without rest, if one does.
pub(super) fn nice_span_dividing(extent: i64, most: i64, whole: i64) -> i64 {
    let fits = |span: &i64| extent / span < most;
    let longest = SPANS[SPANS.len() - 1];
    let weeks = || longest * (extent / longest / most + 1);
    let dividing = SPANS
        .into_iter()
        .find(|span| fits(span) && whole % span == 0)
        // Far longer than need be, it would hide what it divides.
        .filter(|span| extent / span >= most / 4);
    dividing
        .or_else(|| SPANS.into_iter().find(fits))
        .unwrap_or_else(weeks)
}

/// The least of 1, 2, 5, 10, … of which `extent` has at most so many.
pub(super) fn nice_number(extent: i64, most: i64) -> i64 {
    (0..18)
        .flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power)))
        .find(|step| extent / step <= most)
        .unwrap_or(extent)
}

/// A linear axis with a tick at every multiple of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) tick: f64,
}

impl Axis {
    /// The same with at most so many ticks: the distance between them goes on through 1, 2, 5, 10, …
    pub(super) fn with_at_most(mut self, ticks: u32) -> Axis {
        while (self.to - self.from) / self.tick > f64::from(ticks.max(2)) {
            let zeros = 10_f64.powf(self.tick.log10().floor());
            let digit = (self.tick / zeros).round() as i64;
            self.tick *= if digit == 2 { 2.5 } else { 2.0 };
        }
        self
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        let part = (value - self.from) / (self.to - self.from);
        start + (part * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        let first = (self.from / self.tick).ceil() as i64;
        let last = (self.to / self.tick).floor() as i64;
        (first..=last).map(|n| n as f64 * self.tick).collect()
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Axis {
    fn format(value: &f64) -> String {
        // A tick is a multiple of a round number, which a multiplication may miss by the last digit.
        let rounded = (value * 1e6).round() / 1e6;
        format!("{rounded}")
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::Axis;

    #[test]
    fn an_axis_with_little_room_has_fewer_round_ticks() {
        for (tick, ticks, expected) in [
            (10.0, 4, 20.0),
            (10.0, 3, 50.0),
            (20.0, 2, 50.0),
            (0.5, 8, 10.0),
            (50.0, 9, 50.0),
        ] {
            let (from, to) = (0.0, 80.0);
            let axis = Axis { from, to, tick }.with_at_most(ticks);
            assert!((axis.tick - expected).abs() < 1e-9, "{axis:?}");
        }
    }
}
