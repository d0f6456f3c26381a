//! Whether each prediction has one right answer, and what it names exists.

use crate::lesson::names::{self, check_condition, check_events, check_measure};
use crate::lesson::{AnswerForm, Blank, Class, PickTrap, Prediction, Sorted, SwapTrap};
use crate::measure::{Unit, WindowSet};
use crate::world::Asked;

use super::Push;

pub(super) fn check_prediction(run: Asked<'_>, prediction: &Prediction, push: &mut Push<'_>) {
    let at = prediction.at.map_or(run.len(), |at| at as usize);
    match &prediction.answer {
        AnswerForm::Numbers { blanks } => check_blanks(run, blanks, at, push),
        AnswerForm::Choice { options } => {
            for (i, option) in options.iter().enumerate() {
                check_condition(run, &option.holds, &mut |message| {
                    push(&format!("answer[{i}]"), message);
                });
            }
            let right = options
                .iter()
                .filter(|option| option.holds.holds(run))
                .count();
            if right != 1 {
                push(
                    "answer",
                    format!("{right} of its options hold; exactly one must"),
                );
            }
        }
        AnswerForm::Events { set, picks } => {
            check_events(run, set, &mut |message| push("answer", message));
            let named = |name: &str| names::has_event(run, name);
            check_picks(picks, "event", named, push);
        }
        AnswerForm::Windows { windows, picks } => check_windows(run, windows, picks, push),
        AnswerForm::Order { items, swaps } => check_order(run, items, swaps, prediction.at, push),
        AnswerForm::Sort { into, items } => check_sorted(run, into, items, prediction.at, push),
    }
}

fn check_blanks(run: Asked<'_>, blanks: &[Blank], at: usize, push: &mut Push<'_>) {
    if blanks.is_empty() {
        push("answer", "a prediction asks for at least one number".into());
    }
    for (i, blank) in blanks.iter().enumerate() {
        let push = &mut |message: String| push(&format!("answer[{i}]"), message);
        check_measure(run, &blank.measure, push);
        let truth = blank.measure.ask(run, at).number.unwrap_or(0.0);
        if blank.traps.iter().any(|trap| trap.number == truth) {
            push(format!(
                "{}: the trap {truth} is the right answer",
                blank.label
            ));
        }
    }
}

fn check_sorted(
    run: Asked<'_>,
    into: &[Class],
    items: &[Sorted],
    at: Option<u32>,
    push: &mut Push<'_>,
) {
    if items.is_empty() {
        push(
            "answer",
            "a prediction asks for at least one thing to be sorted".into(),
        );
    }
    let known = |name: &str| into.iter().any(|class| class.name == name);
    let mut kinds: Vec<(&Sorted, Unit)> = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let mut push = |message: String| push(&format!("answer[{i}]"), message);
        check_measure(run, &item.measure, &mut push);
        if let Some(at) = item.at.filter(|at| *at as usize > run.len()) {
            push(format!(
                "{}: at {at}: there are {} steps",
                item.label,
                run.len()
            ));
        }
        let truth = match item.truth(run, at) {
            Ok(truth) => {
                let mixed = kinds
                    .iter()
                    .find(|(other, unit)| !alike(*unit, truth.unit) && shares(other, item));
                if let Some((other, _)) = mixed {
                    push(format!(
                        "{}: is chosen from the same classes as {}, and is of another kind; say `among`",
                        item.label, other.label
                    ));
                }
                kinds.push((item, truth.unit));
                truth.text
            }
            Err(problems) => {
                for problem in problems {
                    push(format!("{}: {problem}", item.label));
                }
                continue;
            }
        };
        if !known(&truth) {
            push(format!("{}: {truth} is none of the classes", item.label));
        }
        for name in item.among.iter().flatten().filter(|name| !known(name)) {
            push(format!("{}: {name} is none of the classes", item.label));
        }
        if item
            .among
            .as_ref()
            .is_some_and(|among| !among.contains(&truth))
        {
            push(format!(
                "{}: {truth} is not among what is offered",
                item.label
            ));
        }
        for trap in &item.traps {
            if trap.name == truth {
                push(format!("{}: the trap {truth} is right", item.label));
            } else if !known(&trap.name) {
                push(format!(
                    "{}: the trap {} is none of the classes",
                    item.label, trap.name
                ));
            }
        }
    }
}

/// Whether two measures are read as the same kind of thing: numbers are, whatever they count.
fn alike(a: Unit, b: Unit) -> bool {
    let number = |unit| matches!(unit, Unit::Count | Unit::Value);
    a == b || number(a) && number(b)
}

/// Whether two things are chosen from lists that have something in common.
fn shares(a: &Sorted, b: &Sorted) -> bool {
    match (&a.among, &b.among) {
        (Some(a), Some(b)) => a.iter().any(|name| b.contains(name)),
        (None, _) | (_, None) => true,
    }
}

/// What there is to pick from is on screen before anything has happened: windows that do not depend on it, or events, of which sessions are made.
fn check_windows(run: Asked<'_>, set: &WindowSet, picks: &[PickTrap], push: &mut Push<'_>) {
    names::check_window_set(run, set, &mut |message| push("answer", message));
    let sessions = run.sessions(set, run.len()).is_some();
    let bands = run.bands();
    if bands.is_empty() || !sessions && bands.len() < 2 {
        push("answer", "there are no windows to choose from".into());
    }
    let named = |name: &str| {
        if sessions {
            names::has_session(run, name)
        } else {
            bands.iter().any(|band| band == name)
        }
    };
    check_picks(
        picks,
        if sessions { "session" } else { "window" },
        named,
        push,
    );
}

fn check_picks(picks: &[PickTrap], what: &str, named: impl Fn(&str) -> bool, push: &mut Push<'_>) {
    for (i, trap) in picks.iter().enumerate() {
        if !named(&trap.pick) {
            push(
                &format!("answer[{i}]"),
                format!("there is no {what} {}", trap.pick),
            );
        }
    }
}

/// One order must be right, and not the one that is listed.
fn check_order(
    run: Asked<'_>,
    items: &[Sorted],
    swaps: &[SwapTrap],
    at: Option<u32>,
    push: &mut Push<'_>,
) {
    if items.len() < 3 {
        push(
            "answer",
            "fewer than three things are no order to think about".into(),
        );
    }
    let mut measured = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let mut push = |message: String| push(&format!("answer[{i}]"), message);
        check_measure(run, &item.measure, &mut push);
        if !item.traps.is_empty() {
            push(format!("{}: an order has swaps, not traps", item.label));
        }
        match item.truth(run, at) {
            Ok(truth) => match truth.number {
                Some(number) => measured.push((number, item.label.as_str())),
                None => push(format!(
                    "{}: {} has no place in an order",
                    item.label, truth.text
                )),
            },
            Err(problems) => {
                for problem in problems {
                    push(format!("{}: {problem}", item.label));
                }
            }
        }
    }
    let mut push = |message: String| push("answer", message);
    if measured.len() >= 3 && measured.is_sorted_by(|(a, _), (b, _)| a <= b) {
        push("the order in which they are listed is right already".into());
    }
    measured.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    for pair in measured.windows(2).filter(|pair| pair[0].0 >= pair[1].0) {
        push(format!(
            "{} and {} are in the same place",
            pair[0].1, pair[1].1
        ));
    }
    let place = |label: &str| measured.iter().position(|(_, of)| *of == label);
    for swap in swaps {
        match (place(&swap.first), place(&swap.then)) {
            (Some(first), Some(then)) if first > then => {}
            (Some(_), Some(_)) => push(format!(
                "the swap of {} and {} is the right order",
                swap.first, swap.then
            )),
            (None, _) => push(format!("{} is not among what is put in order", swap.first)),
            (_, None) => push(format!("{} is not among what is put in order", swap.then)),
        }
    }
}
