//! The watermark of a query: one per watermarked stream, told once per batch, made one by a policy.

use crate::fact::{Fact, FactId, Recorder};
use crate::model::Event;
use crate::time::{EventTime, Span, Watermark};
use crate::watermark::{Policy, WatermarkRule, WatermarkSpec};

/// Where every watermark begins (Spark 4.3 `WatermarkTracker.globalWatermarkMs`).
const START: Watermark = Watermark::at(EventTime(0));

/// Follows the watermarked streams (Spark 4.3 `WatermarkTracker`).
///
/// State: one entry per stream. Lifetime: the run.
#[derive(Clone, Debug)]
pub(super) struct Tracker {
    streams: Vec<Stream>,
    policy: Policy,
    watermark: Watermark,
}

#[derive(Clone, Copy, Debug)]
struct Stream {
    delay: Span,
    /// The highest event time in any batch so far; late rows count too.
    highest: Option<EventTime>,
    /// The source that event came from.
    source: u16,
}

impl Tracker {
    /// One stream for each of several delays; one over all sources for a single delay; none where there is no watermark.
    pub(super) fn new(spec: &WatermarkSpec) -> Tracker {
        let (delays, policy) = match spec {
            WatermarkSpec::Bounded {
                delays: Some(delays),
                policy,
                ..
            } => (delays.clone(), policy.unwrap_or(Policy::Min)),
            _ => (spec.delay().into_iter().collect(), Policy::Min),
        };
        let streams: Vec<Stream> = delays
            .into_iter()
            .enumerate()
            .map(|(source, delay)| Stream {
                delay,
                highest: None,
                source: source as u16,
            })
            .collect();
        Tracker {
            watermark: if streams.is_empty() {
                Watermark::NONE
            } else {
                START
            },
            streams,
            policy,
        }
    }

    /// Whether there is a watermark at all.
    pub(super) fn is_defined(&self) -> bool {
        !self.streams.is_empty()
    }

    /// The watermark of the batch that runs next.
    pub(super) fn watermark(&self) -> Watermark {
        self.watermark
    }

    /// The delay that a union of the streams carries on: its first one's (Spark 4.3 `Union.output` keeps the first child's
    /// column metadata).
    pub(super) fn first_delay(&self) -> Span {
        self.streams.first().map_or(Span(0), |stream| stream.delay)
    }

    /// Takes a finished batch into account; returns the last fact it told, or `cause`.
    pub(super) fn on_batch<R: Recorder>(
        &mut self,
        events: &[Event],
        cause: FactId,
        recorder: &mut R,
    ) -> FactId {
        let Some(last) = self.streams.len().checked_sub(1) else {
            return cause;
        };
        let before: Vec<Watermark> = self.streams.iter().map(Stream::watermark).collect();
        for event in events {
            let stream = &mut self.streams[(event.source as usize).min(last)];
            if stream.highest.is_none_or(|highest| highest < event.ts) {
                stream.highest = Some(event.ts);
                stream.source = event.source;
            }
        }
        let mut told = cause;
        for (stream, before) in self.streams.iter().zip(before) {
            let watermark = stream.watermark();
            if watermark > before {
                told = recorder.note(cause, || Fact::SourceWatermark {
                    source: stream.source,
                    rule: WatermarkRule::HighestMinusDelay,
                    highest: stream.highest,
                    delay: stream.delay,
                    watermark,
                });
            }
        }
        self.choose(told, recorder)
    }

    /// Makes one watermark of them all, which never falls.
    fn choose<R: Recorder>(&mut self, cause: FactId, recorder: &mut R) -> FactId {
        let watermarks = self.streams.iter().map(Stream::watermark);
        let chosen = match self.policy {
            Policy::Min => watermarks.min(),
            Policy::Max => watermarks.max(),
        };
        let (from, streams) = (self.watermark, &self.streams);
        let Some(to) = chosen.filter(|to| *to > from) else {
            return cause;
        };
        self.watermark = to;
        recorder.note(cause, || Fact::Watermark {
            from,
            to,
            held_by: streams
                .iter()
                .find(|stream| streams.len() > 1 && stream.watermark() == to)
                .map(|stream| stream.source),
            task: None,
        })
    }
}

impl Stream {
    /// Its own watermark. Nothing seen counts as 0; less than 0 changes nothing, because the query's own begins there.
    fn watermark(&self) -> Watermark {
        self.highest.map_or(START, |highest| {
            Watermark::at(highest - self.delay).max(START)
        })
    }
}
