//! Every lesson holds together, and a lesson that does not is found out.
#![cfg(not(target_arch = "wasm32"))]

use headwater::lesson::check::{check, check_scene};
use headwater::lesson::curriculum::Curriculum;
use headwater::lesson::{Lesson, Scene};
use headwater::scenario::{Problem, from_json};
use std::fs;
use std::path::{Path, PathBuf};

fn lessons() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// Every lesson's folder with what is in it.
fn all() -> Vec<(PathBuf, Lesson, String)> {
    folders(&lessons())
        .iter()
        .flat_map(|chapter| folders(chapter))
        .map(|folder| {
            let lesson = from_json(&read(&folder.join("lesson.json")))
                .unwrap_or_else(|problem| panic!("{}: {problem}", folder.display()));
            let prose = read(&folder.join("lesson.md"));
            (folder, lesson, prose)
        })
        .collect()
}

fn curriculum() -> Curriculum {
    from_json(&read(&lessons().join("curriculum.json"))).expect("the curriculum's form")
}

fn said(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn every_lesson_holds_together() {
    let curriculum = curriculum();
    for (folder, lesson, prose) in all() {
        assert_eq!(
            said(&check(&lesson, &prose, &curriculum)),
            Vec::<String>::new(),
            "{}",
            folder.display()
        );
    }
}

#[test]
fn the_home_scene_holds_together() {
    let scene: Scene = from_json(&read(&lessons().join("home.json"))).expect("a scene");
    assert_eq!(said(&check_scene(&scene)), Vec::<String>::new());
}
