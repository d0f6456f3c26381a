//! Aggregates: what is computed per key and window, as accumulators that can be merged.
//!
//! Knows nothing of windows, time or engines.

use crate::model::{Event, Value};
use serde::{Deserialize, Serialize};

/// What is computed over the events of a key and window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Aggregate {
    /// How many.
    Count,
    /// The total of their values.
    Sum,
    /// The least value.
    Min,
    /// The greatest value.
    Max,
    /// The mean of their values.
    Avg,
    /// Which events, in which order: for tests, and for seeing what a window holds.
    Concat,
}

impl Aggregate {
    /// Every aggregate, in the order in which they are offered.
    pub const ALL: [Aggregate; 6] = [
        Aggregate::Count,
        Aggregate::Sum,
        Aggregate::Min,
        Aggregate::Max,
        Aggregate::Avg,
        Aggregate::Concat,
    ];

    /// Its name in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            Aggregate::Count => "count",
            Aggregate::Sum => "sum",
            Aggregate::Min => "min",
            Aggregate::Max => "max",
            Aggregate::Avg => "avg",
            Aggregate::Concat => "concat",
        }
    }

    /// The result of an accumulator. An empty one counts and sums to 0.
    pub fn value(self, accumulator: &Accumulator) -> Value {
        match self {
            Aggregate::Count => Value::Count(accumulator.count),
            Aggregate::Sum => Value::Number(accumulator.sum),
            Aggregate::Min => Value::Number(accumulator.least[0]),
            Aggregate::Max => Value::Number(-accumulator.least[1]),
            Aggregate::Avg => Value::Number(accumulator.sum / accumulator.count as f64),
            Aggregate::Concat => Value::Events(
                accumulator
                    .events
                    .as_ref()
                    .map_or_else(Vec::new, |events| (**events).clone()),
            ),
        }
    }

    /// An accumulator with nothing in it, that keeps what this aggregate needs.
    pub fn empty(self) -> Accumulator {
        Accumulator {
            events: (self == Aggregate::Concat).then(Box::default),
            ..Accumulator::EMPTY
        }
    }
}

/// The running numbers of one key and window: enough for every aggregate, so that one can be changed for another.
///
/// State: one per key and window. Merging: [`Accumulator::merge`]. Lifetime: until the window is purged or evicted.
#[derive(Clone, Debug, PartialEq)]
pub struct Accumulator {
    /// How many events were added.
    pub count: u64,
    sum: f64,
    // The least value, and the least when all are negated, which is the greatest: both are found by one instruction.
    least: [f64; 2],
    // Boxed twice over to keep the accumulator small where nobody asks for the events.
    #[allow(
        clippy::box_collection,
        reason = "one word in the accumulator instead of three"
    )]
    events: Option<Box<Vec<u32>>>,
}

/// The lesser of two, twice. Values are finite, so that comparing is enough; `f64::min` would take care of NaN as well.
///
/// Without a jump: whether a value is the least so far is a coin toss.
#[inline]
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn least(so_far: [f64; 2], new: [f64; 2]) -> [f64; 2] {
    [0, 1].map(|i| {
        if new[i] < so_far[i] {
            new[i]
        } else {
            so_far[i]
        }
    })
}

/// The same: browsers make jumps of the one above.
#[inline]
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn least(so_far: [f64; 2], new: [f64; 2]) -> [f64; 2] {
    use std::arch::wasm32::{f64x2, f64x2_extract_lane, f64x2_pmin};
    let least = f64x2_pmin(f64x2(so_far[0], so_far[1]), f64x2(new[0], new[1]));
    [
        f64x2_extract_lane::<0>(least),
        f64x2_extract_lane::<1>(least),
    ]
}

impl Accumulator {
    const EMPTY: Accumulator = Accumulator {
        count: 0,
        sum: 0.0,
        least: [f64::INFINITY; 2],
        events: None,
    };

    /// Adds an event.
    #[inline]
    pub fn add(&mut self, event: &Event) {
        self.count += 1;
        self.sum += event.value;
        self.least = least(self.least, [event.value, -event.value]);
        if self.events.is_some() {
            self.keep(event.index);
        }
    }

    #[inline(never)]
    fn keep(&mut self, event: u32) {
        if let Some(events) = &mut self.events {
            events.push(event);
        }
    }

    /// Adds everything that another accumulator holds, behind what this one holds.
    pub fn merge(&mut self, other: &Accumulator) {
        self.count += other.count;
        self.sum += other.sum;
        for (least, other) in self.least.iter_mut().zip(other.least) {
            *least = least.min(other);
        }
        if let (Some(events), Some(more)) = (&mut self.events, &other.events) {
            events.extend_from_slice(more);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        let events = self.events.take().map(|_| Box::default());
        *self = Accumulator {
            events,
            ..Accumulator::EMPTY
        };
    }

    /// Whether nothing was added since the start or the last [`Accumulator::clear`].
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What it takes to store it for an aggregate, in bytes: 8 for each number kept.
    pub fn bytes(&self, aggregate: Aggregate) -> u64 {
        match aggregate {
            Aggregate::Count | Aggregate::Sum | Aggregate::Min | Aggregate::Max => 8,
            Aggregate::Avg => 16,
            Aggregate::Concat => 8 * self.count,
        }
    }
}
