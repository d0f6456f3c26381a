//! What a lesson has to say: nothing that a learner reads may be left empty.

use crate::lesson::{AnswerForm, Lesson, Sorted, Task};
use crate::scenario::Problem;

/// The words that are missing.
pub(super) fn check(lesson: &Lesson) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut need = |path: String, text: &str| {
        if text.trim().is_empty() {
            found.push(Problem {
                path,
                message: "is empty".into(),
            });
        }
    };
    need("title".into(), &lesson.title);
    need("question".into(), &lesson.question);
    need("say".into(), &lesson.say);
    for beat in &lesson.beats {
        let mut need = |field: String, text: &str| need(format!("beats.{}.{field}", beat.id), text);
        need("title".into(), &beat.title);
        match &beat.task {
            Task::Observe { .. } | Task::Cards => {}
            Task::Predict(prediction) => {
                need("ask".into(), &prediction.ask);
                for (i, label) in labels(&prediction.answer).into_iter().enumerate() {
                    need(format!("answer[{i}]"), label);
                }
                for (place, misconception, say) in traps(&prediction.answer) {
                    need(format!("{place}.say"), say);
                    need(format!("{place}.misconception"), misconception);
                }
            }
            Task::Goal(goal) => {
                need("goal".into(), &goal.say);
                for hint in &goal.hints {
                    need("hints".into(), hint);
                }
            }
            Task::Spot(claim) => {
                need("claim".into(), &claim.claim);
                need("instead".into(), &claim.instead);
            }
        }
    }
    for card in &lesson.cards {
        need(format!("cards.{}.question", card.id), &card.question);
        need(format!("cards.{}.answer", card.id), &card.answer);
    }
    if lesson.minutes == 0 {
        found.push(Problem {
            path: "minutes".into(),
            message: "a lesson takes at least one".into(),
        });
    }
    found
}

/// What is read beside what is answered.
fn labels(form: &AnswerForm) -> Vec<&str> {
    match form {
        AnswerForm::Numbers { blanks } => blanks.iter().map(|blank| &blank.label[..]).collect(),
        AnswerForm::Choice { options } => options.iter().map(|option| &option.text[..]).collect(),
        AnswerForm::Order { items, .. } | AnswerForm::Sort { items, .. } => {
            items.iter().map(|item| &item.label[..]).collect()
        }
        AnswerForm::Events { .. } | AnswerForm::Windows { .. } => Vec::new(),
    }
}

/// What is said to wrong answers, each with its place and the mix-up behind it.
fn traps(form: &AnswerForm) -> Vec<(String, &str, &str)> {
    let of_part = |i: usize, j: usize| format!("answer[{i}].traps[{j}]");
    let mut found: Vec<(String, &str, &str)> = Vec::new();
    match form {
        AnswerForm::Numbers { blanks } => {
            for (i, blank) in blanks.iter().enumerate() {
                for (j, trap) in blank.traps.iter().enumerate() {
                    found.push((of_part(i, j), &trap.misconception, &trap.say));
                }
            }
        }
        AnswerForm::Choice { options } => {
            for (i, option) in options.iter().enumerate() {
                if let (Some(misconception), Some(say)) = (&option.misconception, &option.say) {
                    found.push((format!("answer[{i}]"), misconception, say));
                }
            }
        }
        AnswerForm::Events { picks, .. } | AnswerForm::Windows { picks, .. } => {
            for (j, trap) in picks.iter().enumerate() {
                found.push((format!("answer[{j}]"), &trap.misconception, &trap.say));
            }
        }
        AnswerForm::Order { items, swaps } => {
            for (j, trap) in swaps.iter().enumerate() {
                found.push((format!("answer.swaps[{j}]"), &trap.misconception, &trap.say));
            }
            found.extend(of_items(items));
        }
        AnswerForm::Sort { items, .. } => found.extend(of_items(items)),
    }
    found
}

fn of_items(items: &[Sorted]) -> impl Iterator<Item = (String, &str, &str)> {
    items.iter().enumerate().flat_map(|(i, item)| {
        (item.traps.iter().enumerate()).map(move |(j, trap)| {
            let place = format!("answer[{i}].traps[{j}]");
            (place, &trap.misconception[..], &trap.say[..])
        })
    })
}
