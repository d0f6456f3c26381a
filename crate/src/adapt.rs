//! Adapting: the same pipeline said in another engine's words.
//!
//! What carries over does; what has no equivalent is left out and noted, so that nobody takes a silence for agreement. Knows
//! what engines call things, not how they work.

use crate::dialect::EngineKind;
use crate::scenario::{Accumulation, Emit, Input, MicroBatch, OutputMode, Pipeline, Scenario};
use crate::source::StepSpec;
use crate::time::{Span, format_span};
use crate::trigger::TriggerSpec;
use crate::watermark::{Cadence, WatermarkSpec};

/// A scenario in another engine's words, and what was lost on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapted {
    /// The scenario; whether the engine can do it is still to be checked.
    pub scenario: Scenario,
    /// What has no equivalent, a sentence each.
    pub notes: Vec<String>,
}

/// What a pipeline means, whatever the engine calls it.
struct Intent {
    /// How much disorder is waited for.
    delay: Span,
    /// How long after that a window still takes events.
    lateness: Span,
    /// What makes results come out; `None` for the engine's own.
    trigger: Option<TriggerSpec>,
    /// Whether each result holds only what came since the last.
    discards: bool,
}

impl Intent {
    fn of(scenario: &Scenario) -> Intent {
        let pipeline = &scenario.pipeline;
        let (delay, lateness) = match scenario.engine {
            EngineKind::KafkaStreams => (pipeline.grace.unwrap_or(Span(0)), Span(0)),
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam => {
                let several = match &pipeline.watermark {
                    WatermarkSpec::Bounded {
                        delays: Some(delays),
                        ..
                    } => delays.iter().copied().max(),
                    WatermarkSpec::Bounded { .. }
                    | WatermarkSpec::Expression { .. }
                    | WatermarkSpec::Explicit
                    | WatermarkSpec::None => None,
                };
                let delay = pipeline.watermark.delay().or(several).unwrap_or(Span(0));
                (delay, pipeline.allowed_lateness.unwrap_or(Span(0)))
            }
        };
        let discards = pipeline.accumulation == Some(Accumulation::Discarding)
            || matches!(
                pipeline.trigger,
                Some(
                    TriggerSpec::Default { purging: true }
                        | TriggerSpec::Count { purging: true, .. }
                        | TriggerSpec::ContinuousEventTime { purging: true, .. }
                        | TriggerSpec::ContinuousProcessingTime { purging: true, .. }
                )
            );
        Intent {
            delay,
            lateness,
            trigger: pipeline.trigger.clone(),
            discards,
        }
    }
}

/// Says a scenario in the words of another engine.
pub fn adapt(scenario: &Scenario, to: EngineKind) -> Adapted {
    let mut notes = Vec::new();
    if scenario.engine == to {
        return Adapted {
            scenario: scenario.clone(),
            notes,
        };
    }
    let intent = Intent::of(scenario);
    let old = &scenario.pipeline;
    let mut pipeline = Pipeline {
        window: old.window,
        aggregate: old.aggregate,
        watermark: bounded(intent.delay, Cadence::PerEvent),
        allowed_lateness: None,
        grace: None,
        trigger: None,
        accumulation: None,
        late_data: None,
        output_mode: None,
        micro_batch: None,
        no_data_batches: None,
        dedup: old.dedup.clone(),
        emit: None,
        retention: None,
        caching: None,
    };
    match to {
        EngineKind::Flink => {
            pipeline.allowed_lateness = Some(intent.lateness);
            pipeline.trigger = Some(flink_trigger(&intent, &mut notes));
        }
        EngineKind::Spark => {
            pipeline.watermark = bounded(intent.delay, Cadence::PerBatch);
            pipeline.output_mode = Some(OutputMode::Append);
            pipeline.micro_batch = Some(old.micro_batch.unwrap_or(MicroBatch::Events(1)));
            lose_lateness(&intent, "Spark", &mut notes);
            lose_trigger(
                &intent,
                "Spark",
                "the output mode decides what a micro-batch writes",
                &mut notes,
            );
        }
        EngineKind::Beam => {
            pipeline.allowed_lateness = Some(intent.lateness);
            pipeline.trigger = Some(beam_trigger(&intent, &mut notes));
            pipeline.accumulation = Some(if intent.discards {
                Accumulation::Discarding
            } else {
                Accumulation::Accumulating
            });
        }
        EngineKind::KafkaStreams => {
            pipeline.watermark = WatermarkSpec::None;
            pipeline.grace = Some(intent.delay + intent.lateness);
            pipeline.emit = Some(Emit::OnUpdate);
            if scenario.input.sources() > 1 {
                notes.push("Kafka Streams has no time that its partitions share: each source is a partition here, with a task, a stream time and windows of its own".into());
            }
            lose_trigger(
                &intent,
                "Kafka Streams",
                "results are emitted on update, on close or suppressed",
                &mut notes,
            );
        }
    }
    let input = adapt_input(&scenario.input, to, &mut notes);
    Adapted {
        scenario: Scenario {
            engine: to,
            pipeline,
            input,
            sources: scenario.sources.clone(),
        },
        notes,
    }
}

fn bounded(delay: Span, cadence: Cadence) -> WatermarkSpec {
    WatermarkSpec::Bounded {
        delay: Some(delay),
        delays: None,
        policy: None,
        cadence: Some(cadence),
        idle: None,
        idle_timeout: None,
    }
}

fn flink_trigger(intent: &Intent, notes: &mut Vec<String>) -> TriggerSpec {
    let purging = intent.discards;
    match &intent.trigger {
        None | Some(TriggerSpec::Default { .. }) => return TriggerSpec::Default { purging },
        // Beam's count fires once, Flink's again and again: only a repeated one is the same.
        Some(TriggerSpec::Repeatedly { trigger }) => {
            if let TriggerSpec::Count { n, .. } = **trigger {
                return TriggerSpec::Count { n, purging };
            }
            notes.push(format!(
                "Flink has no repeated trigger {}: its own fires",
                trigger.name()
            ));
        }
        Some(other) => notes.push(format!(
            "Flink has no trigger {}: its own fires",
            other.name()
        )),
    }
    TriggerSpec::Default { purging }
}

fn beam_trigger(intent: &Intent, notes: &mut Vec<String>) -> TriggerSpec {
    match &intent.trigger {
        Some(TriggerSpec::Count { n, .. }) => TriggerSpec::Repeatedly {
            trigger: Box::new(TriggerSpec::Count {
                n: *n,
                purging: false,
            }),
        },
        Some(TriggerSpec::ContinuousProcessingTime { interval, .. }) => {
            notes.push("Beam counts a processing-time delay from a pane's first event, not from the clock's full intervals".into());
            TriggerSpec::Repeatedly {
                trigger: Box::new(TriggerSpec::ProcessingTime { delay: *interval }),
            }
        }
        Some(TriggerSpec::ContinuousEventTime { .. }) => {
            notes.push(
                "Beam has no trigger that fires at intervals of event time: its own fires".into(),
            );
            TriggerSpec::Default { purging: false }
        }
        None | Some(_) => TriggerSpec::Default { purging: false },
    }
}

fn lose_lateness(intent: &Intent, engine: &str, notes: &mut Vec<String>) {
    if intent.lateness.ms() > 0 {
        notes.push(format!(
            "{engine} has no allowed lateness: {} are left out, the watermark delay is all there is",
            format_span(intent.lateness)
        ));
    }
}

fn lose_trigger(intent: &Intent, engine: &str, instead: &str, notes: &mut Vec<String>) {
    match &intent.trigger {
        None | Some(TriggerSpec::Default { purging: false }) => {}
        Some(trigger) => notes.push(format!(
            "{engine} has no trigger {}: {instead}",
            trigger.name()
        )),
    }
}

/// Leaves out the steps that pace another engine.
fn adapt_input(input: &Input, to: EngineKind, notes: &mut Vec<String>) -> Input {
    let Input::Steps(steps) = input else {
        return input.clone();
    };
    let pacing = to.pacing();
    let keeps = |step: &&StepSpec| {
        (pacing.watermark_steps || step.watermark.is_none())
            && (pacing.idle_steps || step.mark_idle.is_none())
    };
    let kept: Vec<StepSpec> = steps.iter().filter(keeps).cloned().collect();
    if kept.len() < steps.len() {
        notes.push(format!(
            "{} steps that {} does not have are left out",
            steps.len() - kept.len(),
            to.title()
        ));
    }
    Input::Steps(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLINK: &str = r#"{"engine":"flink","pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"count",
        "watermark":{"kind":"bounded","delay":"10 s"},"allowed_lateness":"1 min","trigger":{"kind":"default"}},
        "input":{"steps":[{"event":{"id":"e1","key":"a","ts":0}},{"mark_idle":0},{"end":true}]}}"#;

    #[test]
    fn what_carries_over_does_and_what_does_not_is_said() {
        let scenario: Scenario = serde_json::from_str(FLINK).expect("a scenario");
        let kafka = adapt(&scenario, EngineKind::KafkaStreams);
        assert_eq!(kafka.scenario.pipeline.grace, Some(Span(70_000)));
        assert_eq!(
            kafka.notes,
            ["1 steps that Kafka Streams does not have are left out"]
        );
        let spark = adapt(&scenario, EngineKind::Spark);
        assert_eq!(
            spark.scenario.pipeline.watermark.delay(),
            Some(Span(10_000))
        );
        assert_eq!(
            spark.notes[0],
            "Spark has no allowed lateness: 1 min are left out, the watermark delay is all there is"
        );
        let back = adapt(&kafka.scenario, EngineKind::Flink);
        assert_eq!(back.scenario.pipeline.watermark.delay(), Some(Span(70_000)));
    }

    #[test]
    fn every_engine_that_is_simulated_takes_what_it_is_given() {
        let scenario = Scenario::parse(FLINK).expect("a sound scenario");
        for engine in EngineKind::ALL {
            let adapted = adapt(&scenario, *engine).scenario;
            assert_eq!(adapted.check(), Ok(()), "{}", engine.title());
        }
    }
}
