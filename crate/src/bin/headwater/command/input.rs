//! Where a scenario comes from: a lesson, a file, or a recorded case in a file.

use super::failure::Failure;
use super::lessons;
use headwater::conform;
use headwater::dialect::EngineKind;
use headwater::run::Run;
use headwater::scenario::{Scenario, from_json};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Which scenario, and by whose rules.
#[derive(Debug, clap::Args)]
pub(crate) struct ScenarioArguments {
    /// A lesson's name (`clicks-in-five-minutes`), a scenario's file, a file of recorded cases, or `-` for standard input
    #[arg(value_name = "SCENARIO")]
    scenario: String,

    /// Which case, of a file with several recorded cases
    #[arg(long, value_name = "ID")]
    case: Option<String>,

    /// By which engine's rules, instead of the scenario's own: flink, spark, beam or kafka-streams
    #[arg(long, value_name = "D", value_parser = dialect)]
    dialect: Option<EngineKind>,
}

fn dialect(name: &str) -> Result<EngineKind, String> {
    EngineKind::named(name).ok_or_else(|| {
        let names: Vec<_> = EngineKind::ALL.iter().map(|kind| kind.name()).collect();
        format!("the engines are {}", names.join(", "))
    })
}

impl ScenarioArguments {
    /// Reads and simulates the scenario.
    pub(crate) fn simulate(&self) -> Result<Run, Failure> {
        let (place, mut scenario) = self.read()?;
        scenario.engine = self.dialect.unwrap_or(scenario.engine);
        Run::new(scenario).map_err(|problems| Failure::problems(&place, &problems))
    }

    /// The scenario, and where it is from.
    fn read(&self) -> Result<(String, Scenario), Failure> {
        let (place, text) = self.text()?;
        let scenario = if self.case.is_some() || conform::is_recorded(&text) {
            conform::scenario(&text, self.case.as_deref())
        } else {
            from_json(&text)
        };
        match scenario {
            Ok(scenario) => Ok((place, scenario)),
            Err(problem) => Err(Failure::problems(&place, &[problem])),
        }
    }

    fn text(&self) -> Result<(String, String), Failure> {
        if self.scenario == "-" {
            let text = io::read_to_string(io::stdin().lock())
                .map_err(|error| Failure::file(Path::new("standard input"), "read", &error))?;
            return Ok(("standard input".into(), text));
        }
        let path = self.path()?;
        let text =
            fs::read_to_string(&path).map_err(|error| Failure::file(&path, "read", &error))?;
        Ok((path.display().to_string(), text))
    }

    fn path(&self) -> Result<PathBuf, Failure> {
        let path = Path::new(&self.scenario);
        if path.is_file() {
            return Ok(path.into());
        }
        let nothing = || {
            Failure::new(format!(
                "{}: there is neither a file nor a lesson of this name",
                self.scenario
            ))
        };
        let Some(lessons) = lessons::folder() else {
            return Err(
                nothing().help("lessons are found in the folder lessons/ here or further up")
            );
        };
        let lesson = lessons::find(&lessons, &self.scenario)?;
        lesson
            .map(|lesson| lesson.join(lessons::SCENARIO))
            .ok_or_else(|| {
                nothing().help(format!("`ls {}/*` shows the lessons", lessons.display()))
            })
    }
}
