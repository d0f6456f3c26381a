//! Where a scenario comes from: a lesson, a file, or a recorded case in a file.

use super::failure::Failure;
use super::lessons;
use headwater::adapt::{Adapted, adapt};
use headwater::conform;
use headwater::dialect::EngineKind;
use headwater::lesson::file::LessonFile;
use headwater::lesson::{Lesson, Scene};
use headwater::run::Run;
use headwater::scenario::{Problem, Scenario, from_json};
use headwater::world::{Script, World};
use std::io;
use std::path::{Path, PathBuf};

/// Which scenario, and by whose rules.
#[derive(Debug, clap::Args)]
pub(crate) struct ScenarioArguments {
    /// A lesson's name (`clicks-in-five-minutes`, or `clicks-in-five-minutes:periodic` for another of its scenarios than the
    /// one it starts with), a file with a scenario, a lesson or recorded cases, or `-` for standard input
    #[arg(value_name = "SCENARIO")]
    scenario: String,

    /// Which case, of a file with several recorded cases
    #[arg(long, value_name = "ID")]
    case: Option<String>,

    /// By which engine's rules, instead of the scenario's own: flink, spark, beam or kafka-streams. What that engine does not
    /// have is left out, and said
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
    /// Reads and simulates the scenario, whatever it is about.
    pub(crate) fn play(&self) -> Result<(World, Vec<String>), Failure> {
        let (place, script) = self.script()?;
        let (script, notes) = match script {
            Script::Stream(scenario) => {
                let Adapted { scenario, notes } = self.adapted(scenario);
                (Script::Stream(scenario), notes)
            }
            Script::Cluster { .. } if self.dialect.is_some() => {
                return Err(Failure::new(format!(
                    "{place}: a model of a cluster has no dialect to choose"
                )));
            }
            Script::Cluster { .. } => (script, Vec::new()),
        };
        match script.run() {
            Ok(world) => Ok((world, notes)),
            Err(problems) => Err(Failure::problems(&place, &problems)),
        }
    }

    /// Reads and simulates the scenario of a stream. Beside it, what another engine does not have of it, a sentence each.
    pub(crate) fn simulate(&self) -> Result<(Run, Vec<String>), Failure> {
        let (place, scenario, notes) = self.read()?;
        match Run::new(scenario) {
            Ok(run) => Ok((run, notes)),
            Err(problems) => Err(Failure::problems(&place, &problems)),
        }
    }

    /// Reads the scenario of a stream: where it is from, and what another engine does not have of it.
    pub(crate) fn read(&self) -> Result<(String, Scenario, Vec<String>), Failure> {
        let (place, script) = self.script()?;
        let Some(scenario) = script.into_stream() else {
            return Err(Failure::new(format!(
                "{place}: is a model of a cluster; only streams are exported and plotted"
            )));
        };
        let Adapted { scenario, notes } = self.adapted(scenario);
        Ok((place, scenario, notes))
    }

    /// By the rules that are asked for.
    fn adapted(&self, scenario: Scenario) -> Adapted {
        match self.dialect {
            Some(engine) if engine != scenario.engine => adapt(&scenario, engine),
            _ => Adapted {
                scenario,
                notes: Vec::new(),
            },
        }
    }

    fn script(&self) -> Result<(String, Script), Failure> {
        let (place, text) = self.text()?;
        match self.scenario(&text) {
            Ok(script) => Ok((place, script)),
            Err(problems) => Err(Failure::problems(&place, &problems)),
        }
    }

    /// Where the scenario is from, and what stands there.
    fn text(&self) -> Result<(String, String), Failure> {
        if self.scenario == "-" {
            let text = io::read_to_string(io::stdin().lock())
                .map_err(|error| Failure::file(Path::new("standard input"), "read", &error))?;
            return Ok(("standard input".into(), text));
        }
        let path = match Path::new(&self.scenario) {
            path if path.is_file() => path.into(),
            path if path.join(lessons::LESSON).is_file() => path.join(lessons::LESSON),
            _ => self.lesson()?,
        };
        let text = lessons::read(&path)?;
        Ok((path.display().to_string(), text))
    }

    /// The file of the lesson of this name.
    fn lesson(&self) -> Result<PathBuf, Failure> {
        let nothing = Failure::new(format!(
            "{}: there is neither a file nor a lesson of this name",
            self.scenario
        ));
        let Some(lessons) = lessons::folder() else {
            return Err(nothing.help("lessons are found in the folder lessons/ here or further up"));
        };
        match lessons::find(&lessons, self.name().0)? {
            Some(folder) => Ok(folder.join(lessons::LESSON)),
            None => Err(nothing.help(format!("`ls {}/*` shows the lessons", lessons.display()))),
        }
    }

    /// A lesson's name, and which of its scenarios.
    fn name(&self) -> (&str, &str) {
        self.scenario
            .split_once(':')
            .unwrap_or((&self.scenario, "start"))
    }

    /// Reads whichever form the text has; each is known by a field that it must have.
    fn scenario(&self, text: &str) -> Result<Script, Vec<Problem>> {
        let form: serde_json::Value = from_json(text).map_err(|problem| vec![problem])?;
        let has = |field| form.get(field).is_some();
        let script = if has("prose") {
            return LessonFile::read(text)?.lesson.scenario(self.name().1);
        } else if has("beats") {
            let lesson: Lesson = from_json(text).map_err(|problem| vec![problem])?;
            return lesson.scenario(self.name().1);
        } else if has("cases") || has("expected") {
            conform::scenario(text, self.case.as_deref()).map(Script::Stream)
        } else if has("scenario") {
            from_json(text).map(|scene: Scene| Script::Stream(scene.scenario))
        } else {
            from_json(text)
        };
        script.map_err(|problem| vec![problem])
    }
}
