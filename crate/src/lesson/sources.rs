//! The scenarios of a lesson as the page hands them over: a list of names, which takes less code to read than a sorted tree.

use super::ScenarioSource;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;

/// A lesson's scenarios with their names.
#[derive(Debug)]
pub struct Sources(Vec<(String, ScenarioSource)>);

impl Sources {
    /// Each with its name.
    pub fn list(&self) -> Vec<(&str, &ScenarioSource)> {
        let each = self.0.iter();
        each.map(|(name, source)| (name.as_str(), source)).collect()
    }
}

impl<'de> Deserialize<'de> for Sources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sources, D::Error> {
        deserializer.deserialize_map(ByName)
    }
}

struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = Sources;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("scenarios by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Sources, A::Error> {
        let mut sources = Vec::new();
        while let Some(field) = fields.next_entry()? {
            sources.push(field);
        }
        Ok(Sources(sources))
    }
}
