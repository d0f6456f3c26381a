//! `headwater pack`: a lesson as one file.

use super::failure::{Failure, Outcome};
use super::lessons::{self, LESSON, PROSE, read};
use headwater::lesson::Lesson;
use headwater::lesson::file::{ENDING, LessonFile};
use headwater::scenario::from_json;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Put a lesson and its prose into one file, which the workbench opens.
///
/// A lesson's folder is packed; a file that is packed already is read and written again, which changes nothing in one that this
/// version wrote.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  headwater pack clicks-in-five-minutes --out clicks.headwater-lesson.json
  headwater pack my.headwater-lesson.json         the same file again, to standard output

Exit codes: 0 if it was packed, 2 if it cannot be read or written.")]
pub(crate) struct Arguments {
    /// A lesson's name, its folder, or a packed file
    #[arg(value_name = "LESSON")]
    lesson: String,

    /// The file to write, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let text = lesson(&arguments.lesson)?.text();
    match &arguments.out {
        Some(path) => {
            fs::write(path, text).map_err(|error| Failure::file(path, "written", &error))?;
        }
        None => out.write_all(text.as_bytes())?,
    }
    Ok(Outcome::Fine)
}

fn lesson(name: &str) -> Result<LessonFile, Failure> {
    let path = Path::new(name);
    if path.is_file() {
        return LessonFile::read(&read(path)?)
            .map_err(|problems| Failure::problems(name, &problems));
    }
    let folder = if path.is_dir() {
        Some(path.to_path_buf())
    } else {
        lessons::folder()
            .map(|lessons| lessons::find(&lessons, name))
            .transpose()?
            .flatten()
    };
    let folder = folder.ok_or_else(|| {
        Failure::new(format!(
            "{name}: there is neither a file nor a lesson of this name"
        ))
        .help(format!("packed lessons are called like my{ENDING}"))
    })?;
    let lesson: Lesson = from_json(&read(&folder.join(LESSON))?)
        .map_err(|problem| Failure::problems(name, &[problem]))?;
    Ok(LessonFile::new(lesson, &read(&folder.join(PROSE))?))
}
