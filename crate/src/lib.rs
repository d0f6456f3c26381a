//! Headwater's core: simulates event streams with the semantics of the real engines.
//!
//! One way through:
//!
//! ```text
//! Scenario -> source -> Steps -> dialect (one engine) -> Facts -> Trace -> frame, explain, measure, chart
//!                                                          ^ a Recorder takes them; Unrecorded is the fast path
//! ```
//!
//! The core is pure and deterministic: no clock, no input or output, no randomness but the seeded generator's.
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod number;

mod wording;

pub mod time;

pub mod model;

pub mod sorted;

pub mod json;

pub mod scenario;

pub mod source;

pub mod window;

pub mod watermark;

pub mod trigger;

pub mod aggregate;

pub mod keys;

pub mod state;

pub mod timers;

pub mod fact;

pub mod dialect;

pub mod trace;

pub mod run;

pub mod output;

pub mod partition;

pub mod conform;

pub mod bench;

pub mod scale;

pub mod sweep;

pub mod frame;

pub mod chart;

pub mod explain;

pub mod adapt;

pub mod knobs;

pub mod export;

pub mod import;

#[cfg(feature = "studio")]
pub mod report;

#[cfg(target_arch = "wasm32")]
pub mod boundary;

#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod wasm;

#[cfg(all(target_arch = "wasm32", feature = "bulk"))]
pub mod bulk;

pub mod measure;

pub mod lesson;

pub mod world;

#[cfg(feature = "studio")]
pub mod cluster;

#[cfg(feature = "studio")]
pub mod topology;

pub mod compare;
