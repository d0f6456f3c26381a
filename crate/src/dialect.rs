//! Dialects: the same parts put together by the rules of each engine. One file each.
//!
//! An engine is pure: a step in, facts out. What differs between engines is in its file and nowhere else.

use crate::aggregate::{Accumulator, Aggregate};
use crate::fact::Recorder;
use crate::model::{Action, Event, KeyId, Names, Step, Window};
use crate::scenario::{Problems, Scenario};
use crate::window::TimeDomain;
use serde::{Deserialize, Serialize};

pub mod beam;
pub mod flink;
pub mod kafka_streams;
pub mod spark;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

/// An engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum EngineKind {
    /// Apache Flink, `DataStream` API.
    Flink,
    /// Apache Spark, Structured Streaming.
    Spark,
    /// Apache Beam.
    Beam,
    /// Kafka Streams.
    KafkaStreams,
}

/// One entry of an engine's keyed state, for looking at.
#[derive(Clone, Debug, PartialEq)]
pub struct CellView {
    /// Its key.
    pub key: KeyId,
    /// Its window.
    pub window: Window,
    /// What it holds.
    pub accumulator: Accumulator,
    /// What takes space beside it (a trigger's count, a timer), in bytes.
    pub extra_bytes: u64,
    /// The timers pending for it: by which clock, when.
    pub timers: Vec<(TimeDomain, i64)>,
}

impl CellView {
    /// Key, window bounds and contents, in bytes, for an aggregate: 8 for each number kept.
    pub fn bytes(&self, aggregate: Aggregate) -> u64 {
        let (extra, timers) = (self.extra_bytes, self.timers.len());
        cell_bytes(self.accumulator.bytes(aggregate), extra, timers)
    }
}

/// Key, window bounds, contents, what is beside them, and 8 for each timer.
#[inline]
fn cell_bytes(contents: u64, extra: u64, timers: usize) -> u64 {
    8 + 16 + contents + extra + 8 * timers as u64
}

/// What every dialect does.
pub trait Engine {
    /// Takes one step and tells the recorder what happened.
    fn step<R: Recorder>(&mut self, step: &Step, recorder: &mut R);

    /// Does what [`Engine::step`] does, sooner: for large inputs. An engine may have a short way for what is nothing special.
    #[inline]
    fn fast_step<R: Recorder>(&mut self, step: &Step, recorder: &mut R) {
        self.step(step, recorder);
    }

    /// Takes events at no particular moment of the processing clock, as [`Engine::fast_step`] does.
    #[inline]
    fn events<R: Recorder>(&mut self, events: &[Event], recorder: &mut R) {
        for event in events {
            let step = Step {
                clock: None,
                action: Action::Event(*event),
            };
            self.fast_step(&step, recorder);
        }
    }

    /// Its keyed state, by window then key.
    fn cells(&self) -> Vec<CellView>;

    /// How many entries its keyed state has; cheap enough to be asked after every event.
    fn entries(&self) -> usize;

    /// What its keyed state takes, in bytes: what [`CellView::bytes`] says of all cells, without putting them together.
    fn state_bytes(&self) -> u64;
}

/// A recorder that wants to know which step is coming.
pub trait Watcher: Recorder {
    /// The engine is about to take a step.
    fn before(&mut self, step: &Step);
}

/// Gives an engine steps; returns the most entries that its state had after any of them.
fn take<E: Engine, R: Watcher>(engine: &mut E, steps: &[Step], recorder: &mut R) -> usize {
    let mut most = 0;
    for step in steps {
        recorder.before(step);
        engine.fast_step(step, recorder);
        most = most.max(engine.entries());
    }
    most
}

macro_rules! dialects {
    ($($(#[$doc:meta])* $kind:ident($type:ty);)*) => {
        /// An engine of any dialect, ready to run. A clone is a snapshot.
        #[derive(Clone, Debug)]
        pub enum AnyEngine {
            $($(#[$doc])* $kind($type),)*
        }

        impl Engine for AnyEngine {
            fn step<R: Recorder>(&mut self, step: &Step, recorder: &mut R) {
                match self { $(AnyEngine::$kind(engine) => engine.step(step, recorder),)* }
            }
            fn fast_step<R: Recorder>(&mut self, step: &Step, recorder: &mut R) {
                match self { $(AnyEngine::$kind(engine) => engine.fast_step(step, recorder),)* }
            }
            fn events<R: Recorder>(&mut self, events: &[Event], recorder: &mut R) {
                match self { $(AnyEngine::$kind(engine) => engine.events(events, recorder),)* }
            }
            fn cells(&self) -> Vec<CellView> {
                match self { $(AnyEngine::$kind(engine) => engine.cells(),)* }
            }
            fn entries(&self) -> usize {
                match self { $(AnyEngine::$kind(engine) => engine.entries(),)* }
            }
            fn state_bytes(&self) -> u64 {
                match self { $(AnyEngine::$kind(engine) => engine.state_bytes(),)* }
            }
        }

        impl AnyEngine {
            /// Whose rules hold.
            pub fn kind(&self) -> EngineKind {
                match self { $(AnyEngine::$kind(_) => EngineKind::$kind,)* }
            }

            /// Gives the engine steps, without asking each time which engine it is; returns the most entries that its state had after
            /// any of them.
            pub fn take<R: Watcher>(&mut self, steps: &[Step], recorder: &mut R) -> usize {
                match self { $(AnyEngine::$kind(engine) => take(engine, steps, recorder),)* }
            }

            /// Gives the engine events and the end of the input: [`Engine::step`] without asking each time which engine it is.
            pub(crate) fn feed<R: Recorder>(&mut self, events: &[Event], pacing: Pacing, recorder: &mut R) {
                match self { $(AnyEngine::$kind(engine) => crate::bench::feed(engine, events, pacing, recorder),)* }
            }
        }

        impl EngineKind {
            /// The engines that can be simulated.
            pub const ALL: &'static [EngineKind] = &[$(EngineKind::$kind,)*];

            /// Sets an engine up for a checked scenario.
            ///
            /// # Panics
            /// If the scenario was not checked.
            pub fn start(self, scenario: &Scenario, names: &Names) -> AnyEngine {
                match self {
                    $(EngineKind::$kind => AnyEngine::$kind(<$type>::new(&scenario.pipeline, names)),)*
                    #[allow(unreachable_patterns, reason = "until every engine is simulated")]
                    _ => panic!("{} is not simulated", self.title()),
                }
            }

            /// Notes what this engine cannot do of a scenario.
            pub(crate) fn check(self, scenario: &Scenario, problems: &mut Problems) {
                if self == EngineKind::KafkaStreams {
                    kafka_streams::KafkaStreams::check_input(&scenario.input, problems);
                }
                match self {
                    $(EngineKind::$kind => <$type>::check(&scenario.pipeline, problems),)*
                    #[allow(unreachable_patterns, reason = "until every engine is simulated")]
                    _ => problems.push("engine", format!("{} is not simulated", self.title())),
                }
            }
        }
    };
}

dialects! {
    /// Apache Flink.
    Flink(flink::Flink);
    /// Apache Spark.
    Spark(spark::Spark);
    /// Apache Beam.
    Beam(beam::Beam);
    /// Kafka Streams.
    KafkaStreams(kafka_streams::KafkaStreams);
}

impl EngineKind {
    /// The engine of this name, whether or not it is simulated.
    pub fn named(name: &str) -> Option<EngineKind> {
        [
            EngineKind::Flink,
            EngineKind::Spark,
            EngineKind::Beam,
            EngineKind::KafkaStreams,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
    }

    /// Its name in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            EngineKind::Flink => "flink",
            EngineKind::Spark => "spark",
            EngineKind::Beam => "beam",
            EngineKind::KafkaStreams => "kafka-streams",
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            EngineKind::Flink => "Flink",
            EngineKind::Spark => "Spark",
            EngineKind::Beam => "Beam",
            EngineKind::KafkaStreams => "Kafka Streams",
        }
    }

    /// What paces it, beside events: what of an input's steps it understands.
    pub fn pacing(self) -> Pacing {
        match self {
            EngineKind::Flink => Pacing {
                batches: false,
                watermark_steps: false,
                idle_steps: true,
                tasks: false,
            },
            EngineKind::Spark => Pacing {
                batches: true,
                watermark_steps: false,
                idle_steps: false,
                tasks: false,
            },
            EngineKind::Beam => Pacing {
                batches: false,
                watermark_steps: true,
                idle_steps: false,
                tasks: false,
            },
            EngineKind::KafkaStreams => Pacing {
                batches: false,
                watermark_steps: false,
                idle_steps: false,
                tasks: true,
            },
        }
    }
}

/// Which steps beside events an engine understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "a table of what each engine has"
)]
pub struct Pacing {
    /// Micro-batch triggers. Elsewhere they are left out.
    pub batches: bool,
    /// Watermarks said by the source.
    pub watermark_steps: bool,
    /// Sources declared idle.
    pub idle_steps: bool,
    /// Each source is read by a task of its own: a key that comes from two sources is two keys.
    pub tasks: bool,
}
