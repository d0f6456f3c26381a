//! The command and lessons: checked, counted, packed into one file, run.

use super::{complains, headwater, prints, scratch, text, top};
use insta::assert_snapshot;
use std::fs;
use std::path::Path;

#[test]
fn check_counts_lessons_and_tells_what_is_wrong() {
    let folder = scratch("check");
    copy(&top().join("lessons"), &folder);
    let path = folder.to_string_lossy();
    let checked = prints(&["check", &path], "");
    assert!(checked.ends_with(" passed, 0 failed\n"), "{checked}");

    fs::write(folder.join("home.json"), "{}").expect("a file");
    let output = headwater(&["check", &path], "");
    assert_eq!(output.status.code(), Some(1));
    let checked = text(&output.stdout);
    let problem = "failed home.json\n  missing field `scenario` at line 1 column 2\n";
    assert!(checked.contains(problem), "{checked}");
    assert!(checked.ends_with(" passed, 1 failed\n"), "{checked}");
    fs::remove_dir_all(&folder).expect("the folder goes");

    let complaint = complains(&["check", &path], "");
    assert!(complaint.contains("cannot be read"), "{complaint}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(path, to).expect("a copy");
        }
    }
}

#[test]
fn check_proves_lessons_and_tells_what_is_wrong() {
    let output = prints(&["check"], "");
    assert!(output.contains("passed 02-windows/020-clicks-in-five-minutes\n"));
    assert!(output.ends_with(" passed, 0 failed\n"), "{output}");

    let folder = scratch("lessons");
    let lesson = folder.join("02-windows/020-clicks-in-five-minutes");
    fs::create_dir_all(&lesson).expect("folders");
    let lessons = top().join("lessons");
    for file in ["curriculum.json", "home.json", "02-windows/chapter.json"] {
        fs::copy(lessons.join(file), folder.join(file)).expect("a copy");
    }
    let original = lessons.join("02-windows/020-clicks-in-five-minutes");
    for (file, from, to) in [
        (
            "lesson.json",
            "\"value\": \"5 min\" }]",
            "\"value\": \"5 s\" }]",
        ),
        ("lesson.md", "(event:e6)", "(event:e7)"),
    ] {
        let good = fs::read_to_string(original.join(file)).expect("a file");
        let bad = good.replacen(from, to, 1);
        assert_ne!(good, bad, "{file}");
        fs::write(lesson.join(file), bad).expect("a file");
    }
    let path = folder.to_string_lossy();
    let output = headwater(&["check", &path], "");
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(text(&output.stdout), @r#"
    passed curriculum.json
    passed home.json
    failed 02-windows/020-clicks-in-five-minutes
      beats.get-it-back.solution: the solution does not reach the goal: late events = 0 (measured 1), result of home in the window from 23:55:00 = 1 (measured none), watermark emitted = per event (measured per event)
      prose.four-lines: the link event:e7 points at nothing
    2 passed, 1 failed
    "#);
    fs::remove_dir_all(&folder).expect("the folder goes");
    assert_snapshot!(complains(&["check", "no/lessons"], ""), @"error: no/lessons/curriculum.json: cannot be read: No such file or directory (os error 2)");
}

#[test]
fn a_lesson_is_packed_checked_and_run_as_one_file() {
    let folder = scratch("packed");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("clicks.headwater-lesson.json");
    let name = path.to_string_lossy();
    prints(&["pack", "clicks-in-five-minutes", "--out", &name], "");
    let packed = fs::read_to_string(&path).expect("the file");
    assert_eq!(prints(&["pack", &name], ""), packed);
    assert_snapshot!(prints(&["check", &name], ""), @r"
    passed clicks.headwater-lesson.json
    1 passed, 0 failed
    ");
    assert_eq!(
        prints(&["run", &name], ""),
        prints(&["run", "clicks-in-five-minutes"], "")
    );
    fs::write(&path, packed.replace("(event:e6)", "(event:e7)")).expect("a file");
    let output = headwater(&["check", &name], "");
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(text(&output.stdout), @r"
    failed clicks.headwater-lesson.json
      prose.four-lines: the link event:e7 points at nothing
      prose.get-it-back: the link event:e7 points at nothing
      prose.where-it-stood: the link event:e7 points at nothing
    0 passed, 1 failed
    ");
    fs::write(&path, packed.replace("\"version\": 1", "\"version\": 9")).expect("a file");
    let output = headwater(&["check", &name], "");
    assert_snapshot!(text(&output.stdout), @r"
    failed clicks.headwater-lesson.json
      version: the file is of form 9, and this reads form 1: a newer Headwater wrote it
    0 passed, 1 failed
    ");
    fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn run_takes_a_lesson() {
    assert_snapshot!(prints(&["run", "clicks-in-five-minutes"], ""), @r#"
    Flink: 7 steps, 6 events

    Emitted results: 3
      step  key       window          value
         7  checkout  [00:00, 00:05)      1
         7  home      [00:00, 00:05)      3
         7  products  [00:00, 00:05)      1

    Late events: 1
      step  event  key   event time  behind the watermark  fate
         6  e6     home  23:59:50                14.999 s  dropped
      e6 is late for [23:55, 00:00) and dropped: 00:00:00 − 1 ms + 0 ≤ 00:00:04.999.

    Watermarks: 6
      step  watermark
         1  23:59:49.999
         2  23:59:50.999
         3  23:59:54.999
         4  23:59:59.999
         5  00:00:04.999
         7  end of time
    "#);
    assert!(prints(&["run", "clicks-in-five-minutes:periodic"], "").contains("Emitted results: 4"));
    assert_snapshot!(complains(&["run", "clicks-in-five-minutes:hasty"], ""), @"error: lessons/02-windows/020-clicks-in-five-minutes/lesson.json: scenarios.hasty: there is no such scenario");
}
