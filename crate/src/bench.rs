//! The standard workload, and engines run over large inputs without a trace.
//!
//! Pure like the rest of the library: makes the events and runs them. How long that takes is measured by the command and by
//! the page, which have clocks.

use crate::aggregate::Aggregate;
use crate::dialect::{AnyEngine, Engine, EngineKind, Pacing};
use crate::fact::{Fact, FactId, Recorder};
use crate::model::{Action, Event, KeyId, Names, Step, Value, Window};
use crate::scenario::{Input, Problem, Scenario};
use crate::time::{EventTime, Span, Watermark};
use serde_json::json;

/// How many events the standard workload has.
pub const EVENTS: u32 = 5_000_000;

/// How many keys, chosen by a Zipf distribution with exponent 1.
pub const KEYS: u32 = 1_000;

/// How long its tumbling windows are.
pub const WINDOW: Span = Span(60_000);

/// How late its events are at most, and what the watermark waits for.
pub const DISORDER: Span = Span(5_000);

/// Where an engine is paced by micro-batches or told its watermark, that happens after so many events.
const PACE: usize = 1_000;

/// The standard workload: event i at i ms, with some disorder.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The events in the order in which they arrive.
    pub events: Vec<Event>,
    names: Names,
}

impl Workload {
    /// Makes so many events.
    pub fn new(events: u32) -> Workload {
        let Ok(Input::Generator(generator)) =
            scenario(EngineKind::Flink, events, Aggregate::Sum).map(|scenario| scenario.input)
        else {
            unreachable!("the standard workload is a sound scenario of generated events");
        };
        Workload {
            events: (generator.arrivals().into_iter().enumerate())
                .map(|(number, (_, event))| Event {
                    index: number as u32,
                    ..event
                })
                .collect(),
            names: Names {
                keys: (0..KEYS).map(|key| format!("k{key:03}")).collect(),
                sources: 1,
                ..Names::default()
            },
        }
    }

    /// An engine at the start of this workload.
    ///
    /// # Errors
    /// That the engine is not simulated.
    pub fn engine(
        &self,
        kind: EngineKind,
        aggregate: Aggregate,
    ) -> Result<AnyEngine, Vec<Problem>> {
        let scenario = scenario(kind, self.events.len().max(1) as u32, aggregate)?;
        Ok(kind.start(&scenario, &self.names))
    }

    /// Gives an engine all of the events and the end of the input.
    pub fn feed<R: Recorder>(&self, engine: &mut AnyEngine, recorder: &mut R) {
        let pacing = engine.kind().pacing();
        engine.feed(&self.events, pacing, recorder);
    }
}

/// The standard workload as an engine's scenario.
fn scenario(
    engine: EngineKind,
    events: u32,
    aggregate: Aggregate,
) -> Result<Scenario, Vec<Problem>> {
    let mut pipeline = json!({
        "window": {"kind": "tumbling", "size": WINDOW},
        "aggregate": aggregate,
        "watermark": match engine {
            EngineKind::Flink | EngineKind::Spark => json!({"kind": "bounded", "delay": DISORDER}),
            EngineKind::Beam => json!({"kind": "explicit"}),
            EngineKind::KafkaStreams => json!({"kind": "none"}),
        },
    });
    if engine == EngineKind::KafkaStreams {
        pipeline["grace"] = json!(DISORDER);
    }
    if engine.pacing().batches {
        pipeline["micro_batch"] = json!({"events": PACE});
    }
    let input = json!({"generator": {
        "seed": 1, "events": events, "every": 1, "keys": KEYS, "skew": 1.0, "value_max": 100,
        "delay": {"kind": "uniform", "max": DISORDER},
    }});
    let scenario = json!({"engine": engine, "pipeline": pipeline, "input": input});
    Scenario::parse(&scenario.to_string())
}

/// Gives an engine events and the end of the input, paced as it needs.
pub(crate) fn feed<E: Engine, R: Recorder>(
    engine: &mut E,
    events: &[Event],
    pacing: Pacing,
    recorder: &mut R,
) {
    let step = |engine: &mut E, action, recorder: &mut R| {
        let clock = None;
        engine.step(&Step { clock, action }, recorder);
    };
    let mut highest = EventTime(i64::MIN);
    for events in events.chunks(PACE) {
        engine.events(events, recorder);
        if pacing.batches {
            step(engine, Action::Batch { queued: true }, recorder);
        }
        if pacing.watermark_steps {
            highest = events.iter().map(|event| event.ts).fold(highest, Ord::max);
            let to = Watermark::at(highest - DISORDER);
            step(engine, Action::Watermark { source: 0, to }, recorder);
        }
    }
    step(engine, Action::End { source: None }, recorder);
}

/// Takes only what comes out; of late events, only how many.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The results in the order in which they were emitted; without a value, one was withdrawn.
    pub emitted: Vec<(KeyId, Window, Option<Value>)>,
    /// How many events were late.
    pub late: u64,
}

impl Recorder for Results {
    const ON: bool = true;

    // Inlined so that the facts nobody asks for are not even put together.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "see above; measured")]
    fn push(&mut self, _: FactId, fact: Fact) -> FactId {
        match fact {
            Fact::Emitted {
                key, window, value, ..
            } => self.emitted.push((key, window, value)),
            Fact::Late { .. } => self.late += 1,
            _ => {}
        }
        FactId::NONE
    }
}
