//! Export: a scenario as a job for the real engine, with its data.
//!
//! Text out, nothing else: the command writes the files. A scenario of another engine is said in the target's words first, and
//! what is lost is a comment in the code. What comes from a scenario is data in files of JSON; where it gets into code at all
//! it is a literal of that language. The job prints its results as lines of JSON, so that they can be held against the lab's.

use crate::adapt::{Adapted, adapt};
use crate::dialect::EngineKind;
use crate::model::Action;
use crate::scenario::{Input, Problem, Problems, Scenario};
use crate::source::{self, Compiled, StepSpec};
use serde::Serialize;
use std::path::Path;

mod beam;
mod data;
mod flink_java;
mod flink_sql;
mod kafka_streams;
mod literal;
mod pyspark;
mod template;
mod words;

/// More steps than this are not written out as data.
const MOST_STEPS: usize = 200_000;

/// What a scenario can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Flink SQL.
    FlinkSql,
    /// Flink's `DataStream` API, in Java.
    FlinkJava,
    /// Spark Structured Streaming, in Python.
    PySpark,
    /// Kafka Streams, in Java.
    KafkaStreams,
    /// Beam, in Python.
    Beam,
}

/// A target, for choosing one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct TargetView {
    /// Its name in commands.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// The engine that runs it.
    pub engine: EngineKind,
}

/// A job as it is read: the program and what it is built with, without the data.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Listing {
    /// Its files, the program first; only that where something stands in the way of running it.
    pub files: Vec<File>,
    /// The one command that runs it in the folder that `headwater export` writes.
    pub command: Option<String>,
    /// What the engine has no equivalent for, a sentence each; the program's comments say the same.
    pub notes: Vec<String>,
    /// What stands in the way of running it as the lab does.
    pub obstacles: Vec<Problem>,
}

/// A job that can be run: its program, its data, what it requires, and how it is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its files.
    pub files: Vec<File>,
    /// The one command that runs it, in the folder with the files.
    pub command: String,
    /// What the engine has no equivalent for, a sentence each.
    pub notes: Vec<String>,
}

/// One file of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct File {
    /// Where it goes, with `/` between folders.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl File {
    fn new(path: impl Into<String>, text: impl Into<String>) -> File {
        File {
            path: path.into(),
            text: text.into(),
        }
    }

    /// Whether it holds events or what to expect of them.
    fn is_data(&self) -> bool {
        (Path::new(&self.path).extension()).is_some_and(|extension| extension == "jsonl")
    }
}

impl Target {
    /// Every target, in the order in which they are offered.
    pub const ALL: [Target; 5] = [
        Target::FlinkSql,
        Target::FlinkJava,
        Target::PySpark,
        Target::KafkaStreams,
        Target::Beam,
    ];

    /// Its name in commands.
    pub fn name(self) -> &'static str {
        match self {
            Target::FlinkSql => "flink-sql",
            Target::FlinkJava => "flink-java",
            Target::PySpark => "pyspark",
            Target::KafkaStreams => "kafka-streams",
            Target::Beam => "beam",
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Target::FlinkSql => "Flink SQL",
            Target::FlinkJava => "Flink DataStream (Java)",
            Target::PySpark => "PySpark",
            Target::KafkaStreams => "Kafka Streams (Java)",
            Target::Beam => "Beam (Python)",
        }
    }

    /// Where the program goes in the job's folder.
    pub fn program_path(self) -> &'static str {
        match self {
            Target::FlinkSql => "job.sql",
            Target::FlinkJava | Target::KafkaStreams => "src/main/java/Job.java",
            Target::PySpark | Target::Beam => "job.py",
        }
    }

    /// The engine that runs it.
    pub fn engine(self) -> EngineKind {
        match self {
            Target::FlinkSql | Target::FlinkJava => EngineKind::Flink,
            Target::PySpark => EngineKind::Spark,
            Target::KafkaStreams => EngineKind::KafkaStreams,
            Target::Beam => EngineKind::Beam,
        }
    }

    /// The target of this name.
    pub fn named(name: &str) -> Option<Target> {
        Target::ALL.into_iter().find(|target| target.name() == name)
    }

    /// What there is to know of it.
    pub fn view(self) -> TargetView {
        TargetView {
            name: self.name().into(),
            title: self.title().into(),
            engine: self.engine(),
        }
    }

    fn program(self, job: &Job) -> Program {
        match self {
            Target::FlinkSql => flink_sql::program(job),
            Target::FlinkJava => flink_java::program(job),
            Target::PySpark => pyspark::program(job),
            Target::KafkaStreams => kafka_streams::program(job),
            Target::Beam => beam::program(job),
        }
    }

    /// What stands in the way of running the job as the lab does.
    fn obstacles(self, job: &Job, problems: &mut Problems) {
        match self {
            Target::FlinkSql => flink_sql::obstacles(job, problems),
            Target::FlinkJava => flink_java::obstacles(job, problems),
            Target::Beam => beam::obstacles(job, problems),
            Target::PySpark | Target::KafkaStreams => {}
        }
    }

    /// Everything but the program and what all projects have, and the command.
    fn files(self, job: &Job) -> Result<(Vec<File>, String), Vec<Problem>> {
        Ok(match self {
            Target::FlinkSql => flink_sql::files(job),
            Target::FlinkJava => flink_java::files(job),
            Target::PySpark => pyspark::files(job),
            Target::KafkaStreams => kafka_streams::files(job)?,
            Target::Beam => beam::files(job),
        })
    }
}

/// A scenario in the words of a target's engine, ready to be written down.
struct Job {
    scenario: Scenario,
    /// What was lost on the way.
    notes: Vec<String>,
    compiled: Compiled,
}

/// What a target makes of a job.
struct Program {
    text: String,
    notes: Vec<String>,
}

impl Job {
    fn new(scenario: &Scenario, target: Target) -> Result<Job, Vec<Problem>> {
        let Adapted {
            mut scenario,
            mut notes,
        } = adapt(scenario, target.engine());
        match target {
            Target::FlinkSql => {
                flink_sql::restate(&mut scenario, &mut notes);
                close(&mut scenario, &mut notes);
            }
            Target::Beam => {
                close(&mut scenario, &mut notes);
                beam::settle(&mut scenario, &mut notes);
            }
            Target::FlinkJava | Target::PySpark | Target::KafkaStreams => {}
        }
        scenario.check()?;
        let compiled = source::compile(&scenario, target.engine().pacing());
        Ok(Job {
            scenario,
            notes,
            compiled,
        })
    }

    /// What stands in the way of running it as the lab does.
    fn obstacles(&self, target: Target) -> Vec<Problem> {
        let mut problems = Problems::default();
        target.obstacles(self, &mut problems);
        let steps = self.compiled.steps.len();
        if steps > MOST_STEPS {
            problems.push(
                "input",
                format!("{steps} steps: at most {MOST_STEPS} are written out as data"),
            );
        }
        problems.into_result().err().unwrap_or_default()
    }

    /// Whether the input comes to an end.
    fn ends(&self) -> bool {
        (self.compiled.steps.iter()).any(|step| matches!(step.action, Action::End { .. }))
    }

    /// How many sources there are.
    fn sources(&self) -> u16 {
        self.compiled.names.sources.max(1)
    }

    /// What a source is called.
    fn source_name(&self, source: u16) -> String {
        match self.scenario.sources.get(usize::from(source)) {
            Some(name) => name.clone(),
            None if self.sources() == 1 => "events".into(),
            None => format!("events-{source}"),
        }
    }

    /// What it computes, as a sentence.
    fn summary(&self) -> String {
        words::summary(&self.scenario.pipeline)
    }
}

/// Puts an end to the input, where the real job comes to one and cannot keep back what that brings out.
fn close(scenario: &mut Scenario, notes: &mut Vec<String>) {
    let ends = match &scenario.input {
        Input::Steps(steps) => {
            (steps.iter()).any(|step| step.end.is_some() && step.source.is_none())
        }
        Input::Generator(spec) => spec.end,
    };
    if ends {
        return;
    }
    notes.push("The scenario's stream goes on behind its last step; the job's input ends there, and what is still open then comes out too".into());
    match &mut scenario.input {
        Input::Steps(steps) => steps.push(StepSpec {
            end: Some(true),
            ..StepSpec::default()
        }),
        Input::Generator(spec) => spec.end = true,
    }
}

/// A scenario as a job to be read.
///
/// # Errors
/// What the engine cannot do of it.
pub fn listing(scenario: &Scenario, target: Target) -> Result<Listing, Vec<Problem>> {
    let job = Job::new(scenario, target)?;
    let obstacles = job.obstacles(target);
    let Program { text, notes } = target.program(&job);
    let mut files = vec![File::new(target.program_path(), text)];
    let mut command = None;
    if obstacles.is_empty() {
        let (others, runs) = target.files(&job)?;
        files.extend(others.into_iter().filter(|file| !file.is_data()));
        command = Some(runs);
    }
    Ok(Listing {
        files,
        command,
        notes,
        obstacles,
    })
}

/// A scenario as a job with its data.
///
/// # Errors
/// What the engine cannot do of it, or cannot do again in the same way.
pub fn project(scenario: &Scenario, target: Target) -> Result<Project, Vec<Problem>> {
    let job = Job::new(scenario, target)?;
    let obstacles = job.obstacles(target);
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let Program { text, notes } = target.program(&job);
    let (others, command) = target.files(&job)?;
    let mut files = vec![File::new(target.program_path(), text)];
    files.extend(others);
    files.push(File::new(
        "README.md",
        readme(&job, target, &notes, &command),
    ));
    files.push(File::new("scenario.json", data::scenario(&job.scenario)));
    Ok(Project {
        files,
        command,
        notes,
    })
}

fn readme(job: &Job, target: Target, notes: &[String], command: &str) -> String {
    let notes: Vec<String> = (notes.iter())
        .map(|note| format!("* {}", literal::plain(note)))
        .collect();
    template::fill(
        include_str!("export/templates/README.md"),
        &[
            ("title", target.title()),
            ("summary", &job.summary()),
            ("command", command),
            ("engine", job.scenario.engine.name()),
            (
                "notes_title",
                if notes.is_empty() {
                    ""
                } else {
                    "## What is different here"
                },
            ),
            ("notes", &notes.join("\n")),
        ],
    )
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
