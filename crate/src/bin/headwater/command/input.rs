//! Where a scenario comes from: a lesson, a file, or a recorded case in a file.

use super::failure::Failure;
use super::lessons;
use headwater::conform;
use headwater::dialect::EngineKind;
use headwater::lesson::Lesson;
use headwater::run::Run;
use headwater::scenario::{Scenario, from_json};
use std::fs;
use std::io;
use std::path::Path;

/// Which scenario, and by whose rules.
#[derive(Debug, clap::Args)]
pub(crate) struct ScenarioArguments {
    /// A lesson's name (`clicks-in-five-minutes`, or `clicks-in-five-minutes:periodic` for another of its scenarios than the
    /// one it starts with), a scenario's file, a file of recorded cases, or `-` for standard input
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
        if self.scenario == "-" {
            let text = io::read_to_string(io::stdin().lock())
                .map_err(|error| Failure::file(Path::new("standard input"), "read", &error))?;
            return self.parse("standard input".into(), &text);
        }
        let path = Path::new(&self.scenario);
        if path.is_file() {
            let text =
                fs::read_to_string(path).map_err(|error| Failure::file(path, "read", &error))?;
            return self.parse(path.display().to_string(), &text);
        }
        self.of_lesson()
    }

    /// A scenario, or one of several recorded cases.
    fn parse(&self, place: String, text: &str) -> Result<(String, Scenario), Failure> {
        let scenario = if self.case.is_some() || conform::is_recorded(text) {
            conform::scenario(text, self.case.as_deref())
        } else {
            from_json(text)
        };
        match scenario {
            Ok(scenario) => Ok((place, scenario)),
            Err(problem) => Err(Failure::problems(&place, &[problem])),
        }
    }

    /// One of a lesson's scenarios.
    fn of_lesson(&self) -> Result<(String, Scenario), Failure> {
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
        let (slug, name) = self
            .scenario
            .split_once(':')
            .unwrap_or((&self.scenario, "start"));
        let Some(folder) = lessons::find(&lessons, slug)? else {
            return Err(nothing().help(format!("`ls {}/*` shows the lessons", lessons.display())));
        };
        let path = folder.join(lessons::LESSON);
        let text =
            fs::read_to_string(&path).map_err(|error| Failure::file(&path, "read", &error))?;
        let place = path.display().to_string();
        let scenario = from_json::<Lesson>(&text)
            .map_err(|problem| vec![problem])
            .and_then(|lesson| lesson.scenario(name));
        match scenario {
            Ok(scenario) => Ok((place, scenario)),
            Err(problems) => Err(Failure::problems(&place, &problems)),
        }
    }
}
