//! The values that cross stages: events, keys, windows, panes, results.
//!
//! Plain data. Keys and events are numbers here; their names live in [`Names`], beside the steps of a scenario.

use crate::time::{EventTime, ProcTime, Watermark};
use serde::{Deserialize, Serialize};

/// A key, as an index into [`Names::keys`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u32);

/// One record of the stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Its place in the order of the scenario's events, and its index into [`Names::events`].
    pub index: u32,
    /// What it is grouped by.
    pub key: KeyId,
    /// When it happened.
    pub ts: EventTime,
    /// What the aggregate works on.
    pub value: f64,
    /// Which source it comes from.
    pub source: u16,
}

/// A half-open interval of event time, `[start, end)`. Some Kafka Streams windows include their end; see
/// [`crate::dialect::kafka_streams`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    // The end comes first so that windows sort in the order in which they close.
    /// The first instant after the window.
    pub end: EventTime,
    /// Its first instant.
    pub start: EventTime,
}

impl Window {
    /// The window over all of time.
    pub const GLOBAL: Window = Window {
        start: EventTime(i64::MIN),
        end: EventTime(i64::MAX),
    };

    /// `[start, end)`.
    #[inline]
    pub const fn new(start: EventTime, end: EventTime) -> Window {
        Window { end, start }
    }

    /// The last instant inside. For the global window, the end of time.
    #[inline]
    pub fn max_timestamp(self) -> EventTime {
        // No other window ends at the end of time.
        if self.end == Self::GLOBAL.end {
            self.end
        } else {
            EventTime(self.end.ms() - 1)
        }
    }

    /// Whether an instant is inside.
    #[inline]
    pub fn contains(self, time: EventTime) -> bool {
        self.start <= time && time < self.end
    }

    /// Whether this is the window over all of time.
    #[inline]
    pub fn is_global(self) -> bool {
        self == Self::GLOBAL
    }

    /// The smallest window that covers both.
    #[must_use]
    pub fn cover(self, other: Window) -> Window {
        Window::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// What a result is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A count.
    Count(u64),
    /// A sum, minimum, maximum or average.
    Number(f64),
    /// The ids of the events in the order in which they were added, joined by `+`.
    Events(Vec<u32>),
}

/// Which of a window's results this is, in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Timing {
    /// Before the watermark reached the window's end.
    Early,
    /// Because the watermark reached it.
    OnTime,
    /// After it.
    Late,
}

impl Timing {
    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Timing::Early => "early",
            Timing::OnTime => "on time",
            Timing::Late => "late",
        }
    }
}

/// What an engine says of a result beside its value (Beam's `PaneInfo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pane {
    /// Early, on time or late.
    pub timing: Timing,
    /// Its number per key and window, from 0.
    pub index: u32,
}

/// One thing that happens to an engine, and the instant the processing clock has moved to before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Where the processing clock stands when it happens; `None` leaves it where it is.
    pub clock: Option<ProcTime>,
    /// What happens.
    pub action: Action,
}

/// What can happen to an engine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// A record arrives.
    Event(Event),
    /// A source says its watermark (Beam).
    Watermark {
        /// The source that says it.
        source: u16,
        /// Where its watermark is now.
        to: Watermark,
    },
    /// A source is declared idle (Flink).
    MarkIdle {
        /// The source that has gone quiet.
        source: u16,
    },
    /// Only the processing clock moves.
    ClockMoves,
    /// The micro-batch trigger fires (Spark).
    Batch {
        /// The next batch's data already waits, so no batch without data runs in between.
        queued: bool,
    },
    /// A source ends; all of them in index order where none is named.
    End {
        /// The source that ends.
        source: Option<u16>,
    },
}

/// The names behind the numbers of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// By [`KeyId`]; no two are alike.
    pub keys: Vec<String>,
    /// By [`Event::index`].
    pub events: Vec<String>,
    /// How many sources there are.
    pub sources: u16,
    /// What the sources are called, where the scenario says; otherwise by number.
    pub source_names: Vec<String>,
    /// Each of several sources is a partition that is read by a task of its own, with a time and state of its own.
    pub tasks: bool,
    /// Where that is so: by [`KeyId`], whose it is.
    pub homes: Vec<Home>,
}

/// Where a key is kept, where each partition is read by a task of its own: what is written to two of them is two keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Home {
    /// The task, by its partition.
    pub task: u16,
    /// The key as it is written, which is that of another task's key too.
    pub key: String,
}

impl Names {
    /// A key's name.
    pub fn key(&self, key: KeyId) -> &str {
        self.keys.get(key.0 as usize).map_or("", String::as_str)
    }
    /// A key as the input writes it.
    pub fn written(&self, key: KeyId) -> &str {
        match self.homes.get(key.0 as usize) {
            Some(home) => &home.key,
            None => self.key(key),
        }
    }
    /// Whether a key has this name: its own, or as the input writes it.
    pub fn is_called(&self, key: KeyId, name: &str) -> bool {
        self.key(key) == name || self.written(key) == name
    }
    /// The task that keeps a key, where there are several.
    pub fn task(&self, key: KeyId) -> Option<u16> {
        self.homes.get(key.0 as usize).map(|home| home.task)
    }
    /// An event's id.
    pub fn event(&self, index: u32) -> &str {
        self.events.get(index as usize).map_or("", String::as_str)
    }
    /// A partition's name, which is no other's.
    pub fn partition(&self, task: u16) -> String {
        let name = self.source(task);
        if (0..self.sources).any(|other| other != task && self.source(other) == name) {
            format!("partition {task}")
        } else {
            name
        }
    }
    /// A source's name.
    pub fn source(&self, source: u16) -> String {
        self.source_names
            .get(source as usize)
            .cloned()
            .unwrap_or_else(|| {
                let noun = if self.tasks { "partition" } else { "source" };
                format!("{noun} {source}")
            })
    }
}
