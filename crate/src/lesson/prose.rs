//! A lesson's prose: Markdown with a section for each beat, and links that point into the simulation.
//!
//! `[the late click](event:e6)`, `[delay](knob:watermark.delay)`, `[the plane](view:time-plane)`, `[here](step:5)` become
//! buttons on the page; here is checked that what they point at exists. Rendering is the page's build's.

use super::curriculum::Curriculum;
use super::names::knob_exists;
use super::{Lesson, Task, View};
use crate::scenario::Problem;
use crate::world::{Asked, World};

/// The sections of a text: each `## heading` and what stands under it.
pub fn sections(markdown: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = markdown;
    while let Some(start) = heading(rest) {
        let body = &rest[start..];
        let (title, text) = body.split_once('\n').unwrap_or((body, ""));
        let end = heading(text).unwrap_or(text.len());
        found.push((title.trim_start_matches('#').trim(), text[..end].trim()));
        rest = &text[end..];
    }
    found
}

/// Where the next `## ` begins a line.
fn heading(text: &str) -> Option<usize> {
    if text.starts_with("## ") {
        Some(0)
    } else {
        text.find("\n## ").map(|place| place + 1)
    }
}

/// The targets of the links in a text.
pub fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

/// What is wrong with the prose of a lesson.
/// Where there is no curriculum, links to lessons and into the web are the page's to judge.
pub(super) fn check(
    lesson: &Lesson,
    sections: &[(&str, &str)],
    curriculum: Option<&Curriculum>,
) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut push = |path: &str, message: String| {
        found.push(Problem {
            path: format!("prose.{path}"),
            message,
        });
    };
    for beat in &lesson.beats {
        let text = sections
            .iter()
            .find(|(title, _)| *title == beat.id)
            .map(|(_, text)| *text);
        if !matches!(beat.task, Task::Cards) && text.is_none_or(str::is_empty) {
            push(
                &beat.id,
                if curriculum.is_some() {
                    "is missing: a section of prose under `## ` and the beat's id"
                } else {
                    "is missing: what the learner reads before doing anything"
                }
                .into(),
            );
        }
    }
    for (title, text) in sections {
        let Some(number) = lesson.beats.iter().position(|beat| beat.id == *title) else {
            push(title, "no beat has this id".into());
            continue;
        };
        let run = lesson
            .scenario_of_beat(number)
            .and_then(|script| script.run())
            .ok();
        for target in links(text) {
            if let Err(message) =
                check_link(lesson, curriculum, run.as_ref().map(World::asked), target)
            {
                push(title, message);
            }
        }
    }
    found
}

fn check_link(
    lesson: &Lesson,
    curriculum: Option<&Curriculum>,
    run: Option<Asked<'_>>,
    target: &str,
) -> Result<(), String> {
    let (scheme, name) = target
        .split_once(':')
        .ok_or(format!("the link {target} has no scheme"))?;
    let exists = match scheme {
        "event" => run.is_none_or(|run| match run {
            Asked::Stream(run) => run.names().events.iter().any(|event| event == name),
            #[cfg(feature = "studio")]
            Asked::Cluster(_) => false,
        }),
        "knob" => knob_exists(lesson, name) && lesson.knobs.iter().any(|knob| knob == name),
        "view" => serde_json::from_value::<View>(name.into())
            .is_ok_and(|view| lesson.views.contains(&view)),
        "step" => name
            .parse::<usize>()
            .is_ok_and(|step| run.is_none_or(|run| step <= run.len())),
        "lesson" => curriculum.is_none_or(|curriculum| curriculum.plans(name)),
        "https" if curriculum.is_none() => true,
        _ => {
            return Err(format!(
                "the link {target}: schemes are event, knob, view, step, lesson"
            ));
        }
    };
    if exists {
        Ok(())
    } else {
        Err(format!("the link {target} points at nothing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_found_by_their_headings() {
        let text = "intro\n\n## one\n\nFirst [e](event:e1).\n\n### inner\n\n## two\nSecond.";
        assert_eq!(
            sections(text),
            [
                ("one", "First [e](event:e1).\n\n### inner"),
                ("two", "Second.")
            ]
        );
        assert_eq!(
            links("[a](event:e1) and [b](view:time-plane)").collect::<Vec<_>>(),
            ["event:e1", "view:time-plane"]
        );
    }
}
