//! What the timeline marks, in words: what is stepped by, jumped to, and listed.

use super::{marker, status};
use crate::dialect::EngineKind;
use crate::run::Run;
use crate::scenario::{Emit, Pipeline};
use crate::watermark::WatermarkSpec;
use crate::window::{TimeDomain, WindowSpec};
use serde::Serialize;

/// A kind of thing that steps do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct MarkKind {
    /// Its bit in the timeline.
    pub bit: u8,
    /// One of them: `firing`.
    pub name: &'static str,
    /// Several of them: `firings`.
    pub plural: &'static str,
    /// What a person steps by who goes from one to the next: `result`.
    pub by: &'static str,
}

impl MarkKind {
    /// One that is called the same in a list and in stepping.
    pub const fn new(bit: u8, name: &'static str, plural: &'static str) -> MarkKind {
        MarkKind {
            bit,
            name,
            plural,
            by: name,
        }
    }

    const fn by(self, by: &'static str) -> MarkKind {
        MarkKind { by, ..self }
    }
}

/// What is marked of a stream.
const OF_STREAMS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "arrival", "arrivals").by("event"),
    MarkKind::new(marker::FIRING, "firing", "firings").by("emission"),
    MarkKind::new(marker::LOSS, "drop", "drops"),
    MarkKind::new(marker::MERGE, "merge", "merges"),
    MarkKind::new(marker::WATERMARK, "watermark", "watermarks"),
    MarkKind::new(marker::BATCH, "micro-batch", "micro-batches"),
];

/// What moves in Kafka Streams, which has no watermarks.
const STREAM_TIME: MarkKind = MarkKind::new(
    marker::WATERMARK,
    "move of stream time",
    "moves of stream time",
)
.by("stream time");

impl Run {
    /// What its timeline may mark: what this engine and these windows can do at all, whether or not it happens here. A list of
    /// what does happen would give predictions away.
    pub fn kinds(&self) -> Vec<MarkKind> {
        let pipeline = &self.scenario.pipeline;
        OF_STREAMS
            .iter()
            .filter(|kind| match kind.bit {
                marker::MERGE => matches!(pipeline.window, Some(WindowSpec::Session { .. })),
                marker::BATCH => self.scenario.engine == EngineKind::Spark,
                _ => true,
            })
            .map(|kind| match (kind.bit, self.scenario.engine) {
                (marker::WATERMARK, EngineKind::KafkaStreams) => STREAM_TIME,
                _ => *kind,
            })
            .collect()
    }
}

impl Run {
    /// What may become of its events once they have arrived, as numbers of [`status`]: what this engine and these windows can do at all,
    /// like [`Run::kinds`].
    pub fn fates(&self) -> Vec<u8> {
        let Pipeline {
            window,
            watermark,
            emit,
            dedup,
            trigger,
            ..
        } = &self.scenario.pipeline;
        let engine = self.scenario.engine;
        let judged = engine == EngineKind::KafkaStreams || *watermark != WatermarkSpec::None;
        let by_event_time = match window {
            Some(WindowSpec::Global | WindowSpec::Count { .. }) => false,
            Some(window) => window.clock() == TimeDomain::Event,
            None => true,
        };
        let between =
            matches!(window, Some(WindowSpec::Sliding { size, slide, .. }) if slide > size);
        // What a trigger that has finished gets goes no further.
        let finishes = engine == EngineKind::Beam && trigger.is_some();
        [
            (
                status::WAITING,
                engine != EngineKind::KafkaStreams
                    || matches!(emit, Some(Emit::OnWindowClose | Emit::Suppress)),
            ),
            (status::COUNTED, true),
            (status::BEHIND, judged),
            (status::LOST, judged && by_event_time),
            (status::ELSEWHERE, dedup.is_some() || between || finishes),
        ]
        .into_iter()
        .filter_map(|(status, can)| can.then_some(status))
        .collect()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    /// Every bit of a timeline has its kind, but for what is nothing to go to.
    #[test]
    fn whatever_is_marked_is_listed() {
        for (engine, window, watermark) in [
            (
                "flink",
                r#"{"kind":"tumbling","size":"5 min"}"#,
                r#","watermark":{"kind":"bounded","delay":0}"#,
            ),
            (
                "flink",
                r#"{"kind":"session","gap":"1 min"}"#,
                r#","watermark":{"kind":"bounded","delay":0}"#,
            ),
            (
                "kafka-streams",
                r#"{"kind":"session","gap":"1 min"}"#,
                r#","watermark":{"kind":"none"}"#,
            ),
        ] {
            let json = format!(
                r#"{{"engine":"{engine}","pipeline":{{"window":{window},"aggregate":"count"{watermark}}},"input":{{"steps":[
                {{"at":"2025-06-02T10:01:00Z","event":{{"id":"e1","key":"a","ts":"2025-06-02T10:01:00Z"}}}},
                {{"at":"2025-06-02T10:02:00Z","event":{{"id":"e2","key":"a","ts":"2025-06-02T10:01:30Z"}}}},
                {{"at":"2025-06-02T10:13:00Z","event":{{"id":"e3","key":"a","ts":"2025-06-02T10:13:00Z"}}}},
                {{"at":"2025-06-02T10:14:00Z","event":{{"id":"e4","key":"a","ts":"2025-06-02T10:02:00Z"}}}},
                {{"end":true}}]}}}}"#
            );
            let run = Run::new(Scenario::parse(&json).expect("a sound scenario")).expect("a run");
            let marked = run.timeline().iter().fold(0, |bits, step| bits | step);
            let listed = run.kinds().iter().fold(0, |bits, kind| bits | kind.bit);
            assert_eq!(marked & !listed & !marker::OTHER, 0, "{engine} {window}");
            assert_ne!(marked & marker::FIRING, 0, "{engine} {window}");
        }
    }
}
