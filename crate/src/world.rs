//! What a lesson can be about: a stream through one engine, or a model of a cluster. Lessons, measures and conditions talk to
//! this and know neither.
//!
//! ```text
//! Script (written) ── run ──> World (simulated) ── asked ──> Asked (what measures, grades and checks are put to)
//! ```
//!
//! Models of a cluster are left out of the module that a first visit loads (`--no-default-features`).

#[cfg(feature = "studio")]
use crate::cluster;
use crate::dialect::EngineKind;
use crate::knobs::{self, Control, Knob, Setting};
use crate::measure::{EventSet, Measure, Measured, Unit, WindowSet};
use crate::run::Run;
use crate::scenario::{Input, Pipeline, Problem, Scenario, from_json};
use crate::window::WindowSpec;
use serde::{Deserialize, Serialize};

/// What a lesson or a learner writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, try_from = "RawScript")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[allow(
    clippy::large_enum_variant,
    reason = "there are never many, and most are streams"
)]
pub enum Script {
    /// A stream through one engine.
    Stream(Scenario),
    /// Something in a cluster.
    #[cfg(feature = "studio")]
    Cluster {
        /// What.
        cluster: cluster::Spec,
    },
}

/// Every field a script may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScript {
    /// The engine whose rules hold.
    engine: Option<EngineKind>,
    /// What is computed.
    pipeline: Option<Pipeline>,
    /// What it is computed from.
    input: Option<Input>,
    /// What the sources are called, by index.
    sources: Option<Vec<String>>,
    /// A model of something in a cluster; stands alone.
    #[cfg(feature = "studio")]
    cluster: Option<cluster::Spec>,
}

impl TryFrom<RawScript> for Script {
    type Error = &'static str;

    fn try_from(raw: RawScript) -> Result<Script, &'static str> {
        match raw {
            RawScript {
                engine: Some(engine),
                pipeline: Some(pipeline),
                input: Some(input),
                sources,
                #[cfg(feature = "studio")]
                    cluster: None,
            } => Ok(Script::Stream(Scenario {
                engine,
                pipeline,
                input,
                sources: sources.unwrap_or_default(),
            })),
            #[cfg(feature = "studio")]
            RawScript {
                engine: None,
                pipeline: None,
                input: None,
                sources: None,
                cluster: Some(cluster),
            } => Ok(Script::Cluster { cluster }),
            _ => Err("a scenario has `engine`, `pipeline` and `input`, or `cluster` alone"),
        }
    }
}

impl Script {
    /// Reads and checks one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(json: &str) -> Result<Script, Vec<Problem>> {
        let script: Script = from_json(json).map_err(|problem| vec![problem])?;
        script.check()?;
        Ok(script)
    }

    /// Whether a text is meant to be one, sound or not.
    pub fn is_meant(json: &str) -> bool {
        #[derive(Deserialize)]
        struct Head {
            pipeline: Option<serde::de::IgnoredAny>,
            cluster: Option<serde::de::IgnoredAny>,
        }
        from_json::<Head>(json).is_ok_and(|head| head.pipeline.is_some() || head.cluster.is_some())
    }

    /// Looks through one that has the right form.
    ///
    /// # Errors
    /// Every problem there is.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        match self {
            Script::Stream(scenario) => scenario.check(),
            #[cfg(feature = "studio")]
            Script::Cluster { cluster } => cluster.check(),
        }
    }

    /// What can be turned.
    pub fn knobs(&self) -> Vec<Knob> {
        match self {
            Script::Stream(scenario) => knobs::knobs(scenario),
            #[cfg(feature = "studio")]
            Script::Cluster { cluster } => cluster.knobs(),
        }
    }

    /// One with several knobs set, one after the other.
    ///
    /// # Errors
    /// If there is no such knob, if it does not take the value, or if the scenario would not be sound with it.
    pub fn set_all(&self, settings: &[Setting]) -> Result<Script, Vec<Problem>> {
        match self {
            Script::Stream(scenario) => knobs::set_all(scenario, settings).map(Script::Stream),
            #[cfg(feature = "studio")]
            Script::Cluster { cluster } => {
                let changed = settings
                    .iter()
                    .try_fold(cluster.clone(), |cluster, setting| cluster.set(setting))?;
                Ok(Script::Cluster { cluster: changed })
            }
        }
    }

    /// The settings that make this into another, in an order in which each can be set; none where the two are not of one kind.
    pub fn changes(&self, now: &Script) -> Vec<Setting> {
        match (self, now) {
            (Script::Stream(start), Script::Stream(now)) => knobs::changes(start, now),
            #[cfg(feature = "studio")]
            (Script::Cluster { cluster }, Script::Cluster { cluster: now }) => {
                let set = |cluster: &cluster::Spec, setting: &Setting| cluster.set(setting);
                knobs::turns(cluster.clone(), now.knobs(), cluster::Spec::knobs, set).1
            }
            #[cfg(feature = "studio")]
            _ => Vec::new(),
        }
    }

    /// What setting a knob leaves out, a sentence each: what another engine has no equivalent for.
    pub fn lost(&self, setting: &Setting) -> Vec<String> {
        match self {
            Script::Stream(scenario) => knobs::lost(scenario, setting),
            #[cfg(feature = "studio")]
            Script::Cluster { .. } => Vec::new(),
        }
    }

    /// Whether there is a knob of this name to set.
    pub fn has_knob(&self, knob: &str) -> bool {
        match self {
            Script::Stream(scenario) => {
                knobs::ids().any(|id| id == knob) || knobs::events::exists(scenario, knob)
            }
            #[cfg(feature = "studio")]
            Script::Cluster { .. } => cluster::Spec::knob_ids().contains(&knob),
        }
    }

    /// Simulates it from end to end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn run(&self) -> Result<World, Vec<Problem>> {
        match self {
            Script::Stream(scenario) => {
                Run::new(scenario.clone()).map(|run| World::Stream(Box::new(run)))
            }
            #[cfg(feature = "studio")]
            Script::Cluster { cluster } => cluster.run().map(World::Cluster),
        }
    }

    /// The stream, where it is one.
    pub fn into_stream(self) -> Option<Scenario> {
        match self {
            Script::Stream(scenario) => Some(scenario),
            #[cfg(feature = "studio")]
            Script::Cluster { .. } => None,
        }
    }
}

/// What was simulated.
#[derive(Clone, Debug)]
pub enum World {
    /// A stream through one engine.
    Stream(Box<Run>),
    /// Something in a cluster.
    #[cfg(feature = "studio")]
    Cluster(cluster::Run),
}

impl World {
    /// What questions are put to.
    pub fn asked(&self) -> Asked<'_> {
        match self {
            World::Stream(run) => Asked::Stream(run),
            #[cfg(feature = "studio")]
            World::Cluster(run) => Asked::Cluster(run),
        }
    }
}

/// What measures, grades and checks are put to.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// A stream through one engine.
    Stream(&'a Run),
    /// Something in a cluster.
    #[cfg(feature = "studio")]
    Cluster(&'a cluster::Run),
}

impl<'a> From<&'a Run> for Asked<'a> {
    fn from(run: &'a Run) -> Asked<'a> {
        Asked::Stream(run)
    }
}

impl<'a> From<&'a World> for Asked<'a> {
    fn from(world: &'a World) -> Asked<'a> {
        world.asked()
    }
}

#[cfg(feature = "studio")]
impl<'a> From<&'a cluster::Run> for Asked<'a> {
    fn from(run: &'a cluster::Run) -> Asked<'a> {
        Asked::Cluster(run)
    }
}

impl<'a> Asked<'a> {
    /// How many steps there are.
    pub fn len(self) -> usize {
        match self {
            Asked::Stream(run) => run.len(),
            #[cfg(feature = "studio")]
            Asked::Cluster(run) => run.len(),
        }
    }

    /// Whether nothing happens at all.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// What a measure gives after so many steps.
    pub fn ask(self, measure: &Measure, position: usize) -> Measured {
        match self {
            Asked::Stream(run) => measure.of_stream(run, position),
            #[cfg(feature = "studio")]
            Asked::Cluster(run) => of_cluster(run, measure, position),
        }
    }

    /// A measure as it is read.
    pub fn name(self, measure: &Measure) -> String {
        match self {
            Asked::Stream(run) => measure.stream_name(run),
            #[cfg(feature = "studio")]
            Asked::Cluster(run) => cluster_name(run, measure),
        }
    }

    /// Which events a set holds after so many steps.
    pub fn events(self, set: &EventSet, position: usize) -> Vec<u32> {
        match self {
            Asked::Stream(run) => set.of_stream(run, position),
            #[cfg(feature = "studio")]
            Asked::Cluster(_) => Vec::new(),
        }
    }

    /// Which windows a set holds after so many steps, as numbers among [`Asked::bands`].
    pub fn windows(self, set: &WindowSet, position: usize) -> Vec<u32> {
        match self {
            Asked::Stream(run) => set.of_stream(run, position),
            #[cfg(feature = "studio")]
            Asked::Cluster(_) => Vec::new(),
        }
    }

    /// Which sessions a set holds after so many steps, by the first and the last event of each; nothing where windows are no sessions.
    pub fn sessions(self, set: &WindowSet, position: usize) -> Option<Vec<[u32; 2]>> {
        match self {
            Asked::Stream(run) => {
                let window = run.scenario.pipeline.window;
                matches!(window, Some(WindowSpec::Session { .. }))
                    .then(|| set.sessions_of(run, position))
            }
            #[cfg(feature = "studio")]
            Asked::Cluster(_) => None,
        }
    }

    /// The windows that had events, as they are read.
    pub fn bands(self) -> Vec<String> {
        match self {
            Asked::Stream(run) => (run.bands().into_iter())
                .map(|window| run.bounds(window).text)
                .collect(),
            #[cfg(feature = "studio")]
            Asked::Cluster(_) => Vec::new(),
        }
    }

    /// What an event is called.
    pub fn event_name(self, event: u32) -> String {
        match self {
            Asked::Stream(run) => run.names().event(event).into(),
            #[cfg(feature = "studio")]
            Asked::Cluster(_) => String::new(),
        }
    }

    /// An instant as it is read.
    pub fn instant(self, ms: i64) -> String {
        match self {
            Asked::Stream(run) => run.clock.format(ms),
            #[cfg(feature = "studio")]
            Asked::Cluster(_) => crate::time::format_span(crate::time::Span(ms)),
        }
    }

    /// The stream, where it is one.
    pub fn stream(self) -> Option<&'a Run> {
        match self {
            Asked::Stream(run) => Some(run),
            #[cfg(feature = "studio")]
            Asked::Cluster(_) => None,
        }
    }

    /// What was simulated, as it was written.
    pub fn script(self) -> Script {
        match self {
            Asked::Stream(run) => Script::Stream(run.scenario.clone()),
            #[cfg(feature = "studio")]
            Asked::Cluster(run) => Script::Cluster {
                cluster: run.spec(),
            },
        }
    }
}

/// Where a knob stands, as something measured.
pub(crate) fn of_knob(knobs: Vec<Knob>, id: &str, instant: impl Fn(i64) -> String) -> Measured {
    let Some(knob) = knobs
        .into_iter()
        .find(|knob| knob.id == id && knob.disabled.is_none())
    else {
        return Measured {
            number: None,
            text: "none".into(),
            unit: Unit::Name,
        };
    };
    let (number, text, unit) = match knob.control {
        Control::Span { value, text, .. } => (Some(value as f64), text, Unit::Span),
        Control::Instant { value, .. } => (Some(value as f64), instant(value), Unit::Instant),
        Control::Number { value, .. } => (Some(value as f64), value.to_string(), Unit::Count),
        Control::Select { value, .. } => (None, value, Unit::Name),
    };
    Measured { number, text, unit }
}

#[cfg(feature = "studio")]
fn of_cluster(run: &cluster::Run, measure: &Measure, position: usize) -> Measured {
    let nothing = || Measured {
        number: None,
        text: "none".into(),
        unit: Unit::Count,
    };
    match measure {
        Measure::Figure { figure } => run
            .figures(position)
            .into_iter()
            .find(|f| f.id == *figure)
            .map_or_else(nothing, |f| f.measured),
        Measure::Knob { knob } => of_knob(run.spec().knobs(), knob, |ms| ms.to_string()),
        Measure::Allowed { set } => {
            let script = Asked::Cluster(run).script();
            let taken = script.set_all(set).is_ok();
            Measured {
                number: None,
                text: if taken { "yes" } else { "no" }.into(),
                unit: Unit::Name,
            }
        }
        _ => nothing(),
    }
}

#[cfg(feature = "studio")]
fn cluster_name(run: &cluster::Run, measure: &Measure) -> String {
    match measure {
        Measure::Figure { figure } => run
            .figures(run.len())
            .into_iter()
            .chain(run.figures(0))
            .find(|f| f.id == *figure)
            .map_or_else(|| figure.clone(), |f| f.label),
        Measure::Knob { knob } => run
            .spec()
            .knobs()
            .into_iter()
            .find(|k| k.id == *knob)
            .map_or_else(|| knob.clone(), |k| k.label.to_ascii_lowercase()),
        Measure::Allowed { set } => {
            let settings: Vec<String> = set.iter().map(Setting::text).collect();
            format!("starts with {}", settings.join(", "))
        }
        _ => "something only a stream has".into(),
    }
}
