//! How far behind events come, counted without keeping them.

use serde::{Deserialize, Serialize};

/// How many bars there are.
const BARS: usize = 64;

/// How many values lie in each of some equally wide bars from 0 on. Where a value lies beyond the last bar, all of them become
/// twice as wide: the counts stay exact, whatever comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Histogram {
    /// How wide a bar is, in ms.
    pub width: i64,
    /// How many values each bar has.
    pub counts: Vec<u64>,
    /// The greatest value, in ms.
    pub most: i64,
    /// How many values lie beyond what is waited for.
    pub beyond: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram {
            width: 1,
            counts: vec![0; BARS],
            most: 0,
            beyond: 0,
        }
    }
}

impl Histogram {
    /// Counts a value of at least 0.
    #[inline]
    pub fn add(&mut self, value: i64) {
        self.most = self.most.max(value);
        while value / self.width >= BARS as i64 {
            self.widen();
        }
        if let Some(count) = self.counts.get_mut((value / self.width) as usize) {
            *count += 1;
        }
    }

    #[cold]
    fn widen(&mut self) {
        self.width *= 2;
        for i in 0..BARS {
            let pair = |i: usize| self.counts.get(i).copied().unwrap_or(0);
            self.counts[i] = pair(2 * i) + pair(2 * i + 1);
        }
    }

    /// How many values there are.
    pub fn len(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|count| *count == 0)
    }
}
