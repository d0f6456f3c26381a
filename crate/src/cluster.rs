//! What happens between machines: partitions and shuffles, buffers and barriers, crashes and sinks. Small deterministic models on
//! the same trace, time travel, explanation and lesson machinery as the streaming engines.
//!
//! ```text
//! {"cluster": {"shuffle": {…}}} ─> Model ─> steps ─> Facts ─> narration, why
//!                                             └────> State ─> ClusterScene (graph, loads, plans, tables), Figures
//! ```
//!
//! Each model is a file (and folder) of its own and a line in `models!`; none knows another. The page draws scenes and knows no model.

pub mod backlog;

pub mod batch_join;

pub mod batch_state;

pub mod beside;

pub mod controls;

pub mod flow;

pub mod group;

pub mod join;

pub mod log;

pub mod model;

pub mod pipeline;

pub mod played;

pub mod process;

pub mod producer;

pub mod scene;

pub mod serving;

pub mod shuffle;

use crate::explain::{Explanation, Narration, Subject};
use crate::frame::MarkKind;
use crate::knobs::{Knob, Setting};
use crate::scenario::{Problem, Problems};
use model::Model;
use played::Played;
use scene::{ClusterScene, Figure};
use serde::{Deserialize, Serialize};

/// The models there are: what a scenario writes, and what becomes of it when it is played.
macro_rules! models {
    ($($(#[$doc:meta])* $name:ident($model:ty),)*) => {
        /// What a scenario of the cluster is about.
        #[allow(clippy::large_enum_variant, reason = "there is one at a time")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
        pub enum Spec {
            $(
                $(#[$doc])*
                // The page hands specs on and never looks into one.
                $name(#[cfg_attr(target_arch = "wasm32", tsify(type = "object"))] $model),
            )*
        }

        /// A model played from end to end.
        #[derive(Clone, Debug)]
        pub enum Run {
            $($(#[$doc])* $name(Box<Played<$model>>),)*
        }

        impl Spec {
            /// Plays it.
            ///
            /// # Errors
            /// What is wrong with it.
            pub fn run(&self) -> Result<Run, Vec<Problem>> {
                let played = match self {
                    $(Spec::$name(model) => Played::new(model.clone()).map(|played| Run::$name(Box::new(played))),)*
                };
                played.map_err(|problems| self.inside(problems))
            }

            /// Looks through one that has the right form.
            ///
            /// # Errors
            /// Every problem there is.
            pub fn check(&self) -> Result<(), Vec<Problem>> {
                let mut problems = Problems::default();
                match self {
                    $(Spec::$name(model) => model.check(&mut problems),)*
                }
                problems.into_result().map_err(|problems| self.inside(problems))
            }

            /// What can be turned, in the order in which it is shown.
            pub fn knobs(&self) -> Vec<Knob> {
                match self {
                    $(Spec::$name(model) => knobs(model),)*
                }
            }

            fn turn(&mut self, setting: &Setting) -> Result<(), String> {
                match self {
                    $(Spec::$name(model) => turn(model, setting),)*
                }
            }

            /// The ids of all knobs there are, of all models.
            pub fn knob_ids() -> Vec<&'static str> {
                let mut ids = Vec::new();
                $(ids.extend(<$model>::table().iter().map(|turn| turn.id));)*
                ids
            }
        }

        impl Run {
            /// What it is called, for people.
            pub fn title(&self) -> String {
                match self { $(Run::$name(run) => run.model.title(),)* }
            }

            /// What was played.
            pub fn spec(&self) -> Spec {
                match self { $(Run::$name(run) => Spec::$name(run.model.clone()),)* }
            }

            /// How many steps there are.
            pub fn len(&self) -> usize {
                match self { $(Run::$name(run) => run.len(),)* }
            }

            /// Whether nothing happens at all.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// What there is to see after so many steps.
            pub fn scene(&self, position: usize) -> ClusterScene {
                match self { $(Run::$name(run) => run.scene(position),)* }
            }

            /// Where the clock stands after so many steps, in ms; none where the model has no clock.
            pub fn clock(&self, position: usize) -> Option<i64> {
                match self { $(Run::$name(run) => run.clock(position),)* }
            }

            /// What can be measured after so many steps.
            pub fn figures(&self, position: usize) -> Vec<Figure> {
                match self { $(Run::$name(run) => run.figures(position),)* }
            }

            /// The shown figures after every step, with the clock in ms, or the number of the step where there is no clock.
            pub fn over_time(&self) -> Vec<(i64, Vec<Figure>)> {
                match self { $(Run::$name(run) => run.over_time(),)* }
            }

            /// Whether the model has a clock; otherwise its steps are only numbered.
            pub fn timed(&self) -> bool {
                match self { $(Run::$name(run) => run.timed(),)* }
            }

            /// What kinds of things each step did, as bits of [`crate::frame::marker`].
            pub fn timeline(&self) -> Vec<u8> {
                match self { $(Run::$name(run) => run.timeline(),)* }
            }

            /// What the timeline may mark.
            pub fn kinds(&self) -> &'static [MarkKind] {
                match self { $(Run::$name(run) => run.kinds(),)* }
            }

            /// What the last of so many steps did, in words.
            pub fn narration(&self, position: usize) -> Narration {
                match self { $(Run::$name(run) => run.narration(position),)* }
            }

            /// What explains a figure after so many steps, where it is one thing or one decision.
            pub fn about(&self, figure: &str, position: usize) -> Option<Subject> {
                match self { $(Run::$name(run) => run.about(figure, position),)* }
            }

            /// Why something is as it is, as seen after so many steps.
            pub fn why(&self, subject: &Subject, position: usize) -> Explanation {
                match self { $(Run::$name(run) => run.why(subject, position),)* }
            }
        }
    };
}

models! {
    /// A streaming job: backpressure, checkpoints, crashes, sinks.
    Flow(flow::Flow),
    /// Ten times the load on a log and its reader.
    Backlog(backlog::Backlog),
    /// From the topic to the dashboard, with gauges.
    Pipeline(pipeline::Pipeline),
    /// A Kafka producer: batches, memory, requests in flight.
    Producer(producer::Producer),
    /// A topic: keys, partitions, compaction, and views read from it.
    Log(log::Log),
    /// Rows spread over tasks by their keys: skew, salting, two phases, joins.
    Shuffle(shuffle::Shuffle),
    /// A consumer group: assignment, rebalances, lag, offsets.
    Group(group::Group),
    /// Two streams joined by key and time.
    Join(join::Join),
    /// A keyed process function: cells, a rule, timers, a time to live.
    Process(process::Process),
    /// The state of a windowed aggregation, micro-batch by micro-batch.
    BatchState(batch_state::BatchState),
    /// A serving table: upserts, merges, roll-ups, a dashboard.
    Serving(serving::Serving),
    /// Two tables joined in a batch job: the choice, the plan, what moves, the rows in order.
    BatchJoin(batch_join::BatchJoin),
}

impl Spec {
    /// Puts the place in front of problems that a model found in its own object.
    fn inside(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let name = match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(object)) => object.keys().next().cloned(),
            _ => None,
        };
        let place = format!("cluster.{}", name.unwrap_or_default());
        problems
            .into_iter()
            .map(|problem| Problem {
                path: [place.as_str(), problem.path.as_str()]
                    .join(".")
                    .trim_end_matches('.')
                    .into(),
                message: problem.message,
            })
            .collect()
    }

    /// One with a knob set.
    ///
    /// # Errors
    /// If there is no such knob, if it does not take the value, or if the scenario would not be sound with it.
    pub fn set(&self, setting: &Setting) -> Result<Spec, Vec<Problem>> {
        let mut changed = self.clone();
        changed.turn(setting).map_err(|message| {
            vec![Problem {
                path: setting.knob.clone(),
                message,
            }]
        })?;
        changed.check()?;
        Ok(changed)
    }
}

fn knobs<M: Model>(model: &M) -> Vec<Knob> {
    M::table()
        .iter()
        .filter_map(|turn| turn.knob(model))
        .collect()
}

fn turn<M: Model>(model: &mut M, setting: &Setting) -> Result<(), String> {
    let turn = M::table()
        .iter()
        .find(|turn| turn.id == setting.knob)
        .ok_or("there is no such knob")?;
    if (turn.read)(model).is_none() {
        return Err("this scenario does not have it".into());
    }
    if let Some(reason) = (turn.missing)(model) {
        return Err(reason.into());
    }
    (turn.write)(model, &setting.value)
}
