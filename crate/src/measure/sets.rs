//! Sets that predictions ask for: some of the events, some of the windows.

use crate::json::{maybe, need, tagged};
use crate::time::EventTime;
use serde::{Deserialize, Serialize};

/// The events that a set names, by number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "events", rename_all = "snake_case", try_from = "RawEventSet")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum EventSet {
    /// Those that were late.
    Late,
    /// Those that were behind the watermark, taken or not.
    Behind,
    /// Those before which an event came that happened later.
    OutOfOrder,
    /// Those in the latest result of a key's window.
    InResult {
        /// The key.
        key: String,
        /// The window's start.
        start: EventTime,
    },
    /// Those a key's window holds or held.
    InWindow {
        /// The key.
        key: String,
        /// The window's start.
        start: EventTime,
    },
}

tagged! {
    RawEventSet => EventSet by events {
        key: String,
        start: EventTime,
    }
    "late" => Late {}
    "behind" => Behind {}
    "out_of_order" => OutOfOrder {}
    "in_result" => InResult { key: need, start: need }
    "in_window" => InWindow { key: need, start: need }
}

/// The windows that a set names, of all keys at once, as numbers of [`crate::frame::Overview::bands`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "windows", rename_all = "snake_case", try_from = "RawWindowSet")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum WindowSet {
    /// Those that took an event.
    Taking {
        /// The event's id.
        event: String,
    },
    /// Those with a result.
    WithResult {
        /// Only of this key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        key: Option<String>,
    },
    /// Those that had events and have no result.
    WithoutResult {
        /// Only of this key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        key: Option<String>,
    },
    /// Those with more than one result.
    Corrected {
        /// Only of this key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        key: Option<String>,
    },
    /// Those that are open.
    Open {
        /// Only of this key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(target_arch = "wasm32", tsify(optional))]
        key: Option<String>,
    },
}

tagged! {
    RawWindowSet => WindowSet by windows {
        event: String,
        key: String,
    }
    "taking" => Taking { event: need }
    "with_result" => WithResult { key: maybe }
    "without_result" => WithoutResult { key: maybe }
    "corrected" => Corrected { key: maybe }
    "open" => Open { key: maybe }
}
