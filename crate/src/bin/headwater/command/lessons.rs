//! Where lessons lie: `lessons/<chapter>/<number>-<name>/`, in the working directory or further up.

use super::failure::Failure;
use std::fs;
use std::path::{Path, PathBuf};

/// The file in a lesson's folder that holds all but its prose.
pub(crate) const LESSON: &str = "lesson.json";

/// The file that holds its prose.
pub(crate) const PROSE: &str = "lesson.md";

/// The file in a chapter's folder that holds its title.
pub(crate) const CHAPTER: &str = "chapter.json";

/// Every lesson's folder, chapter by chapter.
pub(crate) fn all(lessons: &Path) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, Failure> {
    folders(lessons)?
        .into_iter()
        .map(|chapter| Ok((chapter.clone(), folders(&chapter)?)))
        .collect()
}

/// What a folder is called.
pub(crate) fn name(folder: &Path) -> String {
    folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The nearest folder of lessons, from the working directory upwards.
pub(crate) fn folder() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    (here.ancestors())
        .map(|folder| folder.join("lessons"))
        .find(|lessons| lessons.is_dir())
        .map(|lessons| match lessons.strip_prefix(&here) {
            Ok(short) => short.into(),
            Err(_) => lessons,
        })
}

/// The folder of a lesson, by its name.
pub(crate) fn find(lessons: &Path, name: &str) -> Result<Option<PathBuf>, Failure> {
    for (_, lessons) in all(lessons)? {
        for lesson in lessons {
            let full = self::name(&lesson);
            let unnumbered = full.trim_start_matches(|c: char| c.is_ascii_digit());
            if full == name || unnumbered.strip_prefix('-') == Some(name) {
                return Ok(Some(lesson));
            }
        }
    }
    Ok(None)
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::file(path, "read", &error))
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failure = |error| Failure::file(folder, "read", &error);
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).map_err(failure)? {
        let path = entry.map_err(failure)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}
