//! Windows: which windows an event belongs to, and which windows merge.
//!
//! Knows nothing of keys' contents, watermarks or engines. Every window is half-open, `[start, end)`.
//!
//! ```text
//! tumbling  |-----|-----|-----|        sliding  |---------|          session  |--e-e--e-----|   gap   |--e-----|
//!                                                  |---------|
//! ```

use crate::json::{need, or_default, tagged};
use crate::model::{KeyId, Window};
use crate::scenario::Problems;
use crate::time::{EventTime, Span};
use serde::{Deserialize, Serialize};

/// How a stream is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "RawWindowSpec")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum WindowSpec {
    /// Back to back, all of one size.
    Tumbling {
        /// From start to end, in ms.
        size: Span,
        /// How far the starts are moved from multiples of the size, in ms.
        #[serde(default)]
        offset: Span,
        /// Which clock the window is cut by.
        #[serde(default, skip_serializing_if = "TimeDomain::is_event")]
        clock: TimeDomain,
    },
    /// All of one size, one starting every slide; called hopping in Kafka Streams and SQL.
    Sliding {
        /// From start to end, in ms.
        size: Span,
        /// From one start to the next, in ms.
        slide: Span,
        /// How far the starts are moved from multiples of the slide, in ms.
        #[serde(default)]
        offset: Span,
    },
    /// As long as events follow each other within a gap.
    Session {
        /// The longest pause inside, in ms.
        gap: Span,
    },
    /// One window over all of time.
    Global,
    /// One after every so many events of a key.
    Count {
        /// How many events.
        size: u32,
    },
    /// Kafka Streams' own sliding windows: one for each set of records no further apart than the difference.
    SlidingDiff {
        /// The greatest distance between two records of one window, in ms.
        difference: Span,
    },
}

tagged! {
    RawWindowSpec => WindowSpec by kind {
        size: Span,
        slide: Span,
        offset: Span,
        clock: TimeDomain,
        gap: Span,
        difference: Span,
    }
    "tumbling" => Tumbling { size: need, offset: or_default, clock: or_default }
    "sliding" => Sliding { size: need, slide: need, offset: or_default }
    "session" => Session { gap: need }
    "global" => Global {}
    "count" => Count { size: whole }
    "sliding_diff" => SlidingDiff { difference: need }
}

/// A count window's size is a number of events, where the others' are lengths of time.
fn whole(size: Option<Span>, name: &str) -> Result<u32, String> {
    let size = need(size, name)?.ms();
    u32::try_from(size)
        .map_err(|_| format!("invalid value: integer `{size}`, expected a number of events"))
}

/// One of the two clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum TimeDomain {
    /// When things happened.
    #[default]
    Event,
    /// When they were processed.
    Processing,
}

impl TimeDomain {
    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    fn is_event(&self) -> bool {
        *self == TimeDomain::Event
    }
}

/// More windows than this for one event are refused: nobody means it, and no engine survives it.
const MOST_WINDOWS_PER_EVENT: i64 = 10_000;

impl WindowSpec {
    /// Its name in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            WindowSpec::Tumbling { .. } => "tumbling",
            WindowSpec::Sliding { .. } => "sliding",
            WindowSpec::Session { .. } => "session",
            WindowSpec::Global => "global",
            WindowSpec::Count { .. } => "count",
            WindowSpec::SlidingDiff { .. } => "sliding_diff",
        }
    }

    /// The clock it is cut by.
    pub fn clock(self) -> TimeDomain {
        match self {
            WindowSpec::Tumbling { clock, .. } => clock,
            WindowSpec::Sliding { .. }
            | WindowSpec::Session { .. }
            | WindowSpec::Global
            | WindowSpec::Count { .. }
            | WindowSpec::SlidingDiff { .. } => TimeDomain::Event,
        }
    }

    /// Whether windows of one key may become one.
    pub fn merges(self) -> bool {
        matches!(self, WindowSpec::Session { .. })
    }

    pub(crate) fn check(self, path: &str, problems: &mut Problems) {
        match self {
            WindowSpec::Tumbling { size, offset, .. } => {
                problems.positive(&format!("{path}.size"), size);
                problems.in_range(&format!("{path}.offset"), offset.ms());
            }
            WindowSpec::Sliding {
                size,
                slide,
                offset,
            } => {
                problems.positive(&format!("{path}.size"), size);
                problems.positive(&format!("{path}.slide"), slide);
                problems.in_range(&format!("{path}.offset"), offset.ms());
                if slide.ms() > 0 && size.ms() / slide.ms() > MOST_WINDOWS_PER_EVENT {
                    problems.push(
                        format!("{path}.slide"),
                        format!("every event would be in {} windows; at most {MOST_WINDOWS_PER_EVENT} are simulated", size.ms() / slide.ms()),
                    );
                }
            }
            WindowSpec::Session { gap } => problems.positive(&format!("{path}.gap"), gap),
            WindowSpec::Global => {}
            WindowSpec::Count { size } => {
                if size == 0 {
                    problems.push(format!("{path}.size"), "must be at least 1, got 0");
                }
            }
            WindowSpec::SlidingDiff { difference } => {
                problems.not_negative(&format!("{path}.difference"), difference);
            }
        }
    }
}

/// Says which windows an instant belongs to, before any merging.
#[derive(Clone, Debug)]
pub struct Assigner {
    spec: WindowSpec,
    // The last tumbling window: most events fall into the one before them, and comparing is cheaper than dividing.
    last: Window,
}

impl Assigner {
    /// For windows of this kind.
    pub fn new(spec: WindowSpec) -> Assigner {
        Assigner {
            spec,
            last: Window::new(EventTime(0), EventTime(0)),
        }
    }

    /// Whether every instant has one window, and with it all instants inside.
    pub fn is_partition(&self) -> bool {
        match self.spec {
            WindowSpec::Tumbling { .. } | WindowSpec::Global | WindowSpec::Count { .. } => true,
            WindowSpec::Sliding { .. }
            | WindowSpec::Session { .. }
            | WindowSpec::SlidingDiff { .. } => false,
        }
    }

    /// The windows that `time` belongs to, the latest first. With a slide greater than the size there may be none.
    ///
    /// Starts are `time - floormod(time - offset, slide)`, stepping down (Flink 2.3 `TimeWindow.getWindowStartWithOffset`).
    #[inline]
    pub fn windows(&mut self, time: EventTime) -> Windows {
        match self.spec {
            WindowSpec::Tumbling { size, offset, .. } => {
                if !self.last.contains(time) {
                    self.last = tumbling(time, size, offset);
                }
                Windows::one(self.last)
            }
            WindowSpec::Sliding {
                size,
                slide,
                offset,
            } => Windows::sliding(aligned_start(time, slide, offset), size, slide, time),
            WindowSpec::Session { gap } => Windows::one(Window::new(time, time + gap)),
            WindowSpec::Global | WindowSpec::Count { .. } => Windows::one(Window::GLOBAL),
            WindowSpec::SlidingDiff { difference } => {
                Windows::one(Window::new(time - difference, time))
            }
        }
    }

    /// Replaces the contents of `windows` by [`Assigner::windows`].
    #[inline]
    pub fn assign(&mut self, time: EventTime, windows: &mut Vec<Window>) {
        windows.clear();
        windows.extend(self.windows(time));
    }
}

/// The windows of one instant, the latest first.
#[derive(Clone, Debug)]
pub struct Windows {
    next: Window,
    slide: Span,
    left: i64,
}

impl Windows {
    #[inline]
    fn one(window: Window) -> Windows {
        Windows {
            next: window,
            slide: Span(0),
            left: 1,
        }
    }

    /// Those from `start` downwards that are not over at `time`.
    #[inline(never)]
    fn sliding(start: EventTime, size: Span, slide: Span, time: EventTime) -> Windows {
        let inside = (start - (time - size)).ms();
        Windows {
            next: Window::new(start, start + size),
            slide,
            left: (inside + slide.ms() - 1).div_euclid(slide.ms()).max(0),
        }
    }
}

impl Iterator for Windows {
    type Item = Window;

    #[inline]
    fn next(&mut self) -> Option<Window> {
        if self.left == 0 {
            return None;
        }
        let window = self.next;
        self.left -= 1;
        if self.left > 0 {
            self.next = Window::new(window.start - self.slide, window.end - self.slide);
        }
        Some(window)
    }
}

#[inline(never)]
fn tumbling(time: EventTime, size: Span, offset: Span) -> Window {
    let start = aligned_start(time, size, offset);
    Window::new(start, start + size)
}

/// The greatest instant of the form `offset + n * step` that is not after `time`.
pub fn aligned_start(time: EventTime, step: Span, offset: Span) -> EventTime {
    time - Span((time - EventTime(offset.ms())).ms().rem_euclid(step.ms()))
}

/// When two windows of one key become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touching {
    /// Windows that only touch merge too (Flink, Spark, Kafka Streams).
    Merges,
    /// Windows must share an instant (Beam).
    StaysApart,
}

impl Touching {
    /// Whether two windows merge.
    pub fn merges(self, a: Window, b: Window) -> bool {
        match self {
            Touching::Merges => a.start <= b.end && b.start <= a.end,
            Touching::StaysApart => a.start < b.end && b.start < a.end,
        }
    }
}

/// The windows of each key, where windows merge.
///
/// State: one list per key. Merging: [`Sessions::add`]. Lifetime: until removed.
#[derive(Clone, Debug)]
pub struct Sessions {
    touching: Touching,
    by_key: Vec<Vec<Window>>,
}

impl Sessions {
    /// No windows yet.
    pub fn new(touching: Touching) -> Sessions {
        Sessions {
            touching,
            by_key: Vec::new(),
        }
    }

    /// Adds a window to a key's; returns the window that covers it and all it merges with, and those it replaces.
    pub fn add(&mut self, key: KeyId, window: Window) -> (Window, Vec<Window>) {
        if self.by_key.len() <= key.0 as usize {
            self.by_key.resize(key.0 as usize + 1, Vec::new());
        }
        let windows = &mut self.by_key[key.0 as usize];
        let old: Vec<Window> = windows
            .iter()
            .copied()
            .filter(|other| self.touching.merges(window, *other))
            .collect();
        // The key's windows never merge among themselves, so those that the new one merges with are all there are.
        let merged = old
            .iter()
            .fold(window, |merged, other| merged.cover(*other));
        windows.retain(|other| !old.contains(other));
        windows.push(merged);
        (merged, old)
    }

    /// Forgets a window of a key.
    pub fn remove(&mut self, key: KeyId, window: Window) {
        if let Some(windows) = self.by_key.get_mut(key.0 as usize) {
            windows.retain(|other| *other != window);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(spec: &str, time: i64, expected: &[(i64, i64)]) {
        let spec: WindowSpec = serde_json::from_str(spec).expect("a window spec");
        let mut windows = Vec::new();
        Assigner::new(spec).assign(EventTime(time), &mut windows);
        let got: Vec<_> = windows.iter().map(|w| (w.start.ms(), w.end.ms())).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn tumbling_windows_align_to_the_epoch_and_the_offset() {
        check(r#"{"kind":"tumbling","size":1000}"#, 999, &[(0, 1000)]);
        check(r#"{"kind":"tumbling","size":1000}"#, 1000, &[(1000, 2000)]);
        check(r#"{"kind":"tumbling","size":1000}"#, -1, &[(-1000, 0)]);
        check(
            r#"{"kind":"tumbling","size":1000,"offset":-250}"#,
            749,
            &[(-250, 750)],
        );
    }

    #[test]
    fn sliding_windows_overlap_or_leave_gaps() {
        check(
            r#"{"kind":"sliding","size":3,"slide":1}"#,
            7,
            &[(7, 10), (6, 9), (5, 8)],
        );
        check(r#"{"kind":"sliding","size":2,"slide":5}"#, 6, &[(5, 7)]);
        check(r#"{"kind":"sliding","size":2,"slide":5}"#, 8, &[]);
    }

    #[test]
    fn sessions_that_touch_merge_where_the_engine_says_so() {
        let (a, b) = (
            Window::new(EventTime(0), EventTime(5)),
            Window::new(EventTime(5), EventTime(9)),
        );
        assert!(Touching::Merges.merges(a, b));
        assert!(!Touching::StaysApart.merges(a, b));
    }
}
