//! Two plays of a model side by side: the same moment in both, and the figures that differ there.

use super::Run;
use crate::compare::fork::{Compared, change};
use crate::measure::Measured;
use serde::Serialize;

/// What of two plays differs at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Beside {
    /// Where the right one stands at the same moment.
    pub position: u32,
    /// How much differs, in a sentence or two.
    pub says: String,
    /// What is shown of either, those that differ first.
    pub figures: Vec<Compared>,
}

/// What differs when the left one has taken so many steps, having been forked after so many.
pub fn beside(left: &Run, right: &Run, position: usize, forked: usize) -> Beside {
    let figures = compared(left, right, position);
    let differ = |figures: &[Compared]| figures.iter().filter(|it| it.differs).count();
    let (now, before) = (
        differ(&figures),
        differ(&compared(left, right, forked.min(position))),
    );
    let says = match now {
        0 => format!("None of {} figures differs so far.", figures.len()),
        1 => format!("1 of {} figures differs.", figures.len()),
        n => format!("{n} of {} figures differ.", figures.len()),
    };
    let already = match before {
        0 => String::new(),
        n => format!(" At the fork {n} differed already: a change holds from the first step on."),
    };
    let (mut first, rest): (Vec<_>, Vec<_>) = figures.into_iter().partition(|it| it.differs);
    first.extend(rest);
    Beside {
        position: same_moment(left, right, position) as u32,
        says: says + &already,
        figures: first,
    }
}

/// The same moment in the other: by the clock, where there is one, and of several steps at one instant the one in the same place;
/// without a clock, after as many steps. The end is the end.
fn same_moment(left: &Run, right: &Run, position: usize) -> usize {
    if position == 0 {
        return 0;
    }
    if position >= left.len() {
        return right.len();
    }
    let (Some(now), Some(_)) = (left.clock(position), right.clock(0)) else {
        return position.min(right.len());
    };
    let place = position - first_at(left, now);
    // What the other has done by then: never more than happened at that instant.
    let last = first_at(right, now + 1).saturating_sub(1);
    (first_at(right, now) + place).min(last)
}

/// The first position at which the clock stands at `now` or later; one behind the end where it never does. Clocks never go back.
fn first_at(run: &Run, now: i64) -> usize {
    let (mut from, mut to) = (0, run.len() + 1);
    while from < to {
        let middle = usize::midpoint(from, to);
        if run.clock(middle).is_some_and(|at| at < now) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

/// The shown figures of both at the moment of the left one's position, in its order, then those that only the right one has.
fn compared(left: &Run, right: &Run, position: usize) -> Vec<Compared> {
    let there = same_moment(left, right, position);
    let of = |run: &Run, position: usize| -> Vec<(String, String, Measured)> {
        run.figures(position)
            .into_iter()
            .filter(|figure| figure.shown)
            .map(|figure| (figure.id, figure.label, figure.measured))
            .collect()
    };
    let (mine, theirs) = (of(left, position), of(right, there));
    let beside = |label: &str, sides: [Option<&Measured>; 2]| {
        let texts: Vec<String> = sides
            .iter()
            .map(|side| side.map_or_else(|| "none".into(), |it| it.text.clone()))
            .collect();
        let change = match sides {
            [Some(was), Some(is)] => change(&[was.clone(), is.clone()]),
            _ => String::new(),
        };
        Compared {
            label: label.into(),
            differs: texts[0] != texts[1],
            texts,
            change,
        }
    };
    let find = |all: &[(String, String, Measured)], id: &str| -> Option<Measured> {
        all.iter()
            .find(|(other, ..)| other == id)
            .map(|it| it.2.clone())
    };
    let both = mine
        .iter()
        .map(|(id, label, was)| beside(label, [Some(was), find(&theirs, id).as_ref()]));
    let only_right = theirs
        .iter()
        .filter(|(id, ..)| find(&mine, id).is_none())
        .map(|(_, label, is)| beside(label, [None, Some(is)]));
    both.chain(only_right).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Spec;
    use crate::knobs::{Setting, SettingValue};
    use crate::lesson::Lesson;

    fn start(lesson: &str) -> Spec {
        let lesson: Lesson = serde_json::from_str(lesson).expect("a lesson");
        match lesson.scenario("start").expect("a scenario") {
            crate::world::Script::Cluster { cluster } => cluster,
            crate::world::Script::Stream(_) => panic!("a cluster"),
        }
    }

    const CRASH: &str = include_str!(
        "../../../lessons/04-state-and-fault-tolerance/040-crash-and-replay/lesson.json"
    );

    fn set(spec: &Spec, knob: &str, value: &str) -> Spec {
        spec.set(&Setting {
            knob: knob.into(),
            value: SettingValue::Text(value.into()),
        })
        .expect("it can be set")
    }

    #[test]
    fn a_copy_differs_in_nothing_and_stands_where_the_other_stands() {
        let run = start(CRASH).run().expect("a run");
        for position in 0..=run.len() {
            let shown = beside(&run, &run, position, 3);
            assert!(shown.figures.iter().all(|it| !it.differs), "{shown:?}");
            assert!(shown.says.starts_with("None of"), "{}", shown.says);
            assert_eq!(shown.position as usize, position);
        }
    }

    #[test]
    fn what_a_change_makes_of_the_figures_is_told_with_the_difference() {
        let spec = start(CRASH);
        let (left, right) = (
            spec.run().expect("a run"),
            set(&spec, "operator.state", "outside")
                .run()
                .expect("a run"),
        );
        let shown = beside(&left, &right, left.len(), 0);
        assert_eq!(shown.position as usize, right.len());
        let first = &shown.figures[0];
        assert!(first.differs, "{shown:?}");
        assert_ne!(first.texts[0], first.texts[1]);
        let differing = shown.figures.iter().take_while(|it| it.differs).count();
        assert!(shown.figures[differing..].iter().all(|it| !it.differs));
        assert!(
            shown.says.starts_with(&format!("{differing} of ")),
            "{}",
            shown.says
        );
        assert_eq!(beside(&left, &right, 0, 0).position, 0);
    }
}
