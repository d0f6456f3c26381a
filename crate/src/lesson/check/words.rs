//! What a lesson has to say: nothing that a learner reads may be left empty.

use crate::lesson::{AnswerForm, Lesson, Task};
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
