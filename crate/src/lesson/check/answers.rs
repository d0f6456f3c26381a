//! Whether each prediction has one right answer, and what it names exists.

use crate::lesson::names::{self, check_condition, check_events, check_measure};
use crate::lesson::{AnswerForm, Blank, Class, PickTrap, Prediction, Sorted, SwapTrap};
use crate::measure::WindowSet;
use crate::world::Asked;

pub(super) fn check_prediction(
    run: Asked<'_>,
    prediction: &Prediction,
    push: &mut dyn FnMut(String),
) {
    let at = prediction.at.map_or(run.len(), |at| at as usize);
    match &prediction.answer {
        AnswerForm::Numbers { blanks } => check_blanks(run, blanks, at, push),
        AnswerForm::Choice { options } => {
            for option in options {
                check_condition(run, &option.holds, push);
            }
            let right = options
                .iter()
                .filter(|option| option.holds.holds(run))
                .count();
            if right != 1 {
                push(format!("{right} of its options hold; exactly one must"));
            }
        }
        AnswerForm::Events { set, picks } => {
            check_events(run, set, push);
            let named = |name: &str| names::has_event(run, name);
            check_picks(picks, "event", named, push);
        }
        AnswerForm::Windows { windows, picks } => check_windows(run, windows, picks, push),
        AnswerForm::Order { items, swaps } => check_order(run, items, swaps, prediction.at, push),
        AnswerForm::Sort { into, items } => check_sorted(run, into, items, prediction.at, push),
    }
}

fn check_blanks(run: Asked<'_>, blanks: &[Blank], at: usize, push: &mut dyn FnMut(String)) {
    if blanks.is_empty() {
        push("a prediction asks for at least one number".into());
    }
    for blank in blanks {
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
    push: &mut dyn FnMut(String),
) {
    if items.is_empty() {
        push("a prediction asks for at least one thing to be sorted".into());
    }
    let known = |name: &str| into.iter().any(|class| class.name == name);
    for item in items {
        check_measure(run, &item.measure, push);
        if let Some(at) = item.at.filter(|at| *at as usize > run.len()) {
            push(format!(
                "{}: at {at}: there are {} steps",
                item.label,
                run.len()
            ));
        }
        let truth = match item.truth(run, at) {
            Ok(truth) => truth.text,
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

/// What there is to pick from is on screen before anything has happened: only windows that do not depend on it.
fn check_windows(
    run: Asked<'_>,
    set: &WindowSet,
    picks: &[PickTrap],
    push: &mut dyn FnMut(String),
) {
    names::check_window_set(run, set, push);
    let bands = run.bands();
    if bands.len() < 2 {
        push("there are no windows to choose from".into());
    }
    check_picks(
        picks,
        "window",
        |name| bands.iter().any(|band| band == name),
        push,
    );
}

fn check_picks(
    picks: &[PickTrap],
    what: &str,
    named: impl Fn(&str) -> bool,
    push: &mut dyn FnMut(String),
) {
    for trap in picks.iter().filter(|trap| !named(&trap.pick)) {
        push(format!("there is no {what} {}", trap.pick));
    }
}

/// One order must be right, and not the one that is listed.
fn check_order(
    run: Asked<'_>,
    items: &[Sorted],
    swaps: &[SwapTrap],
    at: Option<u32>,
    push: &mut dyn FnMut(String),
) {
    if items.len() < 3 {
        push("fewer than three things are no order to think about".into());
    }
    let mut measured = Vec::new();
    for item in items {
        check_measure(run, &item.measure, push);
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
