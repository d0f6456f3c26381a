//! How a lesson's scenario is read: as a form with every field there may be, then as the one kind it is.
//!
//! Trying one kind after the other would do the same with a reader for each, and say less of what is wrong.

use super::ScenarioSource;
use crate::dialect::EngineKind;
use crate::knobs::Setting;
use crate::scenario::{Input, Pipeline, Scenario};
use crate::world::Script;
use serde::Deserialize;

/// Every field a lesson's scenario may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSource {
    from: Option<String>,
    set: Option<Vec<Setting>>,
    input: Option<Input>,
    engine: Option<EngineKind>,
    pipeline: Option<Pipeline>,
    sources: Option<Vec<String>>,
    #[cfg(feature = "studio")]
    cluster: Option<crate::cluster::Spec>,
}

impl TryFrom<RawSource> for ScenarioSource {
    type Error = &'static str;

    fn try_from(raw: RawSource) -> Result<ScenarioSource, &'static str> {
        match raw {
            RawSource {
                from: Some(from),
                set,
                input,
                engine: None,
                pipeline: None,
                sources: None,
                #[cfg(feature = "studio")]
                    cluster: None,
            } => Ok(ScenarioSource::Changed {
                from,
                set: set.unwrap_or_default(),
                input,
            }),
            RawSource {
                from: None,
                set: None,
                input: Some(input),
                engine: Some(engine),
                pipeline: Some(pipeline),
                sources,
                #[cfg(feature = "studio")]
                    cluster: None,
            } => {
                let scenario = Scenario {
                    engine,
                    pipeline,
                    input,
                    sources: sources.unwrap_or_default(),
                };
                Ok(ScenarioSource::Whole(Box::new(Script::Stream(scenario))))
            }
            #[cfg(feature = "studio")]
            RawSource {
                from: None,
                set: None,
                input: None,
                engine: None,
                pipeline: None,
                sources: None,
                cluster: Some(cluster),
            } => Ok(ScenarioSource::Whole(Box::new(Script::Cluster { cluster }))),
            _ => Err(
                "a scenario has `engine`, `pipeline` and `input`, or `cluster` alone, or `from` with `set` and perhaps `input`",
            ),
        }
    }
}
