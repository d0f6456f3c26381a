//! `headwater check`: every lesson, proved to hold together.

use super::failure::{Failure, Outcome};
use super::lessons::{self, CHAPTER, LESSON, PROSE, read};
use headwater::lesson::check::{check_folder, check_own, check_scene};
use headwater::lesson::curriculum::Curriculum;
use headwater::lesson::file::LessonFile;
use headwater::lesson::{Chapter, Scene};
use headwater::scenario::{Problem, from_json};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Prove that every lesson holds together.
///
/// A lesson's start must not meet its goals and its solutions must; exactly one option of each choice must be right; what is
/// listed as an erratum must be wrong; prose, hints and links may name only what exists; and it must cover what the curriculum
/// says. All of it is answered by running the lesson's scenarios. A line is written for every lesson, and one for every
/// problem. The last line is `N passed, N failed`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  headwater check                 the lessons here or further up
  headwater check my/lessons      those in another folder
  headwater check my.headwater-lesson.json
                                  a lesson of your own, built at the workbench; it owes no curriculum anything

Exit codes: 0 if every lesson holds, 1 if one does not, 2 if there are none or they cannot be read.")]
pub(crate) struct Arguments {
    /// The folder of the lessons: chapters with lessons in them, curriculum.json and home.json; or the file of one lesson
    #[arg(value_name = "LESSONS")]
    lessons: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let folder = match &arguments.lessons {
        Some(folder) => folder.clone(),
        None => lessons::folder().ok_or_else(|| {
            Failure::new("there is no folder lessons/ here or further up")
                .help("name the folder: headwater check my/lessons")
        })?,
    };
    if folder.is_file() {
        return check_file(&folder, out);
    }
    let curriculum: Result<Curriculum, Problem> = parse(&folder.join("curriculum.json"))?;
    let mut report = Report::default();
    match &curriculum {
        Ok(curriculum) => report.add(out, "curriculum.json", &curriculum.problems())?,
        Err(problem) => report.add(out, "curriculum.json", std::slice::from_ref(problem))?,
    }
    let curriculum = curriculum.unwrap_or_default();
    let scene: Result<Scene, Problem> = parse(&folder.join("home.json"))?;
    let found = scene.map_or_else(
        |problem| vec![problem],
        |scene| check_scene(&scene, &curriculum),
    );
    report.add(out, "home.json", &found)?;
    let mut slugs = BTreeSet::new();
    for (chapter, lessons) in lessons::all(&folder)? {
        let name = lessons::name(&chapter);
        let title: Result<Chapter, Problem> = parse(&chapter.join(CHAPTER))?;
        if let Err(problem) = title {
            report.add(out, &format!("{name}/{CHAPTER}"), &[problem])?;
        }
        for lesson in lessons {
            let folder = lessons::name(&lesson);
            let (json, prose) = (read(&lesson.join(LESSON))?, read(&lesson.join(PROSE))?);
            let mut found = check_folder(&folder, &json, &prose, &curriculum);
            // Within a chapter the number may differ, and between chapters anything: links only know the slug.
            if !slugs.insert(
                folder
                    .trim_start_matches(|c: char| c.is_ascii_digit())
                    .to_string(),
            ) {
                found.push(Problem {
                    path: "slug".into(),
                    message: "another lesson has it".into(),
                });
            }
            report.add(out, &format!("{name}/{folder}"), &found)?;
        }
    }
    report.end(out)
}

/// A lesson of a person's own.
fn check_file(path: &Path, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let found = match LessonFile::read(&read(path)?) {
        Ok(file) => check_own(&file),
        Err(problems) => problems,
    };
    let mut report = Report::default();
    report.add(out, &lessons::name(path), &found)?;
    report.end(out)
}

/// What has been found so far.
#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
}

impl Report {
    fn add(&mut self, out: &mut dyn Write, what: &str, found: &[Problem]) -> Result<(), Failure> {
        if found.is_empty() {
            self.passed += 1;
            writeln!(out, "passed {what}")?;
        } else {
            self.failed += 1;
            writeln!(out, "failed {what}")?;
        }
        for problem in found {
            writeln!(out, "  {problem}")?;
        }
        Ok(())
    }

    fn end(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        writeln!(out, "{} passed, {} failed", self.passed, self.failed)?;
        Ok(if self.failed == 0 {
            Outcome::Fine
        } else {
            Outcome::FailuresFound
        })
    }
}

/// A file that cannot be read ends the command; one that holds something else is a finding.
fn parse<T: DeserializeOwned>(path: &Path) -> Result<Result<T, Problem>, Failure> {
    Ok(from_json(&read(path)?))
}
