//! Fields of a recorded case that an engine does not have and that ask for nothing which it would not do anyway.
//!
//! The lab refuses a setting that an engine does not have. A recorder that fills in every field means nothing by the ones that
//! say what happens in any case, so these are left out before a case is checked; any other value is still refused.

use crate::dialect::EngineKind;
use crate::scenario::{Accumulation, OutputMode, Pipeline};
use crate::time::Span;
use crate::trigger::TriggerSpec;

/// Leaves out what says nothing to this engine.
pub(super) fn leave_out(engine: EngineKind, pipeline: &mut Pipeline) {
    if engine != EngineKind::Spark {
        pipeline
            .output_mode
            .take_if(|mode| *mode == OutputMode::Append);
    }
    if engine != EngineKind::Beam {
        let discards = pipeline.accumulation == Some(Accumulation::Discarding);
        let purges = purging(&mut pipeline.trigger).is_some_and(|purging| {
            *purging |= engine == EngineKind::Flink && discards;
            *purging
        });
        // Flink says by a purging trigger what Beam says by its accumulation mode.
        pipeline.accumulation.take_if(|mode| match mode {
            Accumulation::Accumulating => !purges,
            Accumulation::Discarding => purges,
            Accumulation::Retracting => false,
        });
    }
    if matches!(engine, EngineKind::Spark | EngineKind::KafkaStreams) {
        (pipeline.allowed_lateness).take_if(|lateness| *lateness == Span(0));
        (pipeline.trigger)
            .take_if(|trigger| matches!(trigger, TriggerSpec::Default { purging: false }));
    }
    if engine != EngineKind::KafkaStreams {
        pipeline.grace.take_if(|grace| *grace == Span(0));
    }
}

fn purging(trigger: &mut Option<TriggerSpec>) -> Option<&mut bool> {
    match trigger {
        Some(
            TriggerSpec::Default { purging }
            | TriggerSpec::Count { purging, .. }
            | TriggerSpec::ContinuousEventTime { purging, .. }
            | TriggerSpec::ContinuousProcessingTime { purging, .. },
        ) => Some(purging),
        None
        | Some(
            TriggerSpec::ProcessingTime { .. }
            | TriggerSpec::AfterWatermark { .. }
            | TriggerSpec::Repeatedly { .. }
            | TriggerSpec::AfterAny { .. }
            | TriggerSpec::AfterAll { .. }
            | TriggerSpec::AfterEach { .. },
        ) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(engine: EngineKind, fields: &str) -> String {
        let text = format!(
            r#"{{"window":{{"kind":"tumbling","size":10}},"aggregate":"count","watermark":{{"kind":"none"}},{fields}}}"#
        );
        let mut pipeline: Pipeline = serde_json::from_str(&text).expect("a pipeline");
        leave_out(engine, &mut pipeline);
        let Pipeline {
            allowed_lateness,
            grace,
            trigger,
            accumulation,
            output_mode,
            ..
        } = pipeline;
        serde_json::to_string(&(allowed_lateness, grace, trigger, accumulation, output_mode))
            .expect("JSON")
    }

    #[test]
    fn what_says_nothing_is_left_out_and_what_says_something_stays() {
        let all = r#""allowed_lateness":0,"grace":0,"trigger":{"kind":"default"},"accumulation":"accumulating","output_mode":"append""#;
        assert_eq!(
            left(EngineKind::Flink, all),
            r#"[0,null,{"kind":"default"},null,null]"#
        );
        assert_eq!(
            left(EngineKind::Spark, all),
            r#"[null,null,null,null,"append"]"#
        );
        assert_eq!(
            left(EngineKind::Beam, all),
            r#"[0,null,{"kind":"default"},"accumulating",null]"#
        );
        assert_eq!(
            left(EngineKind::KafkaStreams, all),
            "[null,0,null,null,null]"
        );
        let some = r#""allowed_lateness":5,"grace":5,"trigger":{"kind":"count","n":2},"accumulation":"retracting","output_mode":"update""#;
        let count = r#"{"kind":"count","n":2}"#;
        for engine in [
            EngineKind::Flink,
            EngineKind::Spark,
            EngineKind::KafkaStreams,
        ] {
            assert_eq!(
                left(engine, some),
                format!(r#"[5,5,{count},"retracting","update"]"#)
            );
        }
    }

    #[test]
    fn discarding_is_purging_in_flink() {
        let fields = r#""trigger":{"kind":"count","n":2},"accumulation":"discarding""#;
        assert_eq!(
            left(EngineKind::Flink, fields),
            r#"[null,null,{"kind":"count","n":2,"purging":true},null,null]"#
        );
        // A purging trigger and accumulating panes contradict each other.
        let fields =
            r#""trigger":{"kind":"count","n":2,"purging":true},"accumulation":"accumulating""#;
        assert!(left(EngineKind::Flink, fields).contains("accumulating"));
    }
}
