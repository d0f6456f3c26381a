//! The small lesson's predictions: what is wrong with broken ones, and how answers to sound ones are graded.

use super::{breaks, lesson, sound};
use headwater::lesson::{Answer, Task};
use serde_json::{Value, json};

#[test]
fn every_prediction_has_one_answer() {
    breaks(
        "/beats/1/do/answer/blanks/0/traps/0/number",
        json!(1),
        &["beats.count.answer[0]: a: the trap 1 is the right answer"],
    );
    breaks(
        "/beats/1/do/answer/blanks",
        json!([]),
        &["beats.count.answer: a prediction asks for at least one number"],
    );
    breaks(
        "/beats/2/do/answer/options/1/holds/is",
        json!("="),
        &["beats.choose.answer: 2 of its options hold; exactly one must"],
    );
    breaks(
        "/beats/2/do/answer/options/0/holds/value",
        json!("counted"),
        &["beats.choose.answer: 0 of its options hold; exactly one must"],
    );
    breaks(
        "/beats/3/do/answer/into/0/name",
        json!("counted"),
        &[
            "beats.sort.answer[0]: e3: late is none of the classes",
            "beats.sort.answer[1]: e3, lateness: the trap late is none of the classes",
        ],
    );
    breaks(
        "/beats/3/do/answer/items/1/traps/0/name",
        json!("behind"),
        &["beats.sort.answer[1]: e3, lateness: the trap behind is right"],
    );
    breaks(
        "/beats/3/do/answer/items/1/set/0/knob",
        json!("patience"),
        &["beats.sort.answer[1]: e3, lateness: patience: there is no such knob"],
    );
    breaks(
        "/beats/3/do/answer/items",
        json!([]),
        &["beats.sort.answer: a prediction asks for at least one thing to be sorted"],
    );
}

#[test]
fn what_is_picked_or_put_in_order_has_one_right_answer() {
    let asks = |answer: Value, expected: &[&str]| breaks("/beats/1/do/answer", answer, expected);
    asks(
        json!({"kind": "windows", "windows": {"windows": "taking", "event": "e1"},
            "picks": [{"pick": "[00:10, 00:15)", "misconception": "by-arrival", "say": "No."}]}),
        &[],
    );
    asks(
        json!({"kind": "windows", "windows": {"windows": "taking", "event": "e9"},
            "picks": [{"pick": "[1, 2)", "misconception": "by-arrival", "say": "No."}]}),
        &[
            "beats.count.answer: there is no event e9",
            "beats.count.answer[0]: there is no window [1, 2)",
        ],
    );
    asks(
        json!({"kind": "windows", "windows": {"windows": "open", "key": "b"}}),
        &["beats.count.answer: there is no key b"],
    );
    asks(
        json!({"kind": "events", "set": {"events": "late"},
            "picks": [{"pick": "e9", "misconception": "by-arrival", "say": "No."}]}),
        &["beats.count.answer[0]: there is no event e9"],
    );
    let item = |label: &str, event: &str| json!({"label": label, "measure": {"of": "lag", "event": event}});
    asks(
        json!({"kind": "order", "items": [item("one", "e1"), item("two", "e2")]}),
        &[
            "beats.count.answer: fewer than three things are no order to think about",
            "beats.count.answer[0]: one: none has no place in an order",
            "beats.count.answer[1]: two: none has no place in an order",
        ],
    );
    let counted =
        |label: &str, at: u32| json!({"label": label, "measure": {"of": "results"}, "at": at});
    asks(
        json!({"kind": "order", "items": [counted("last", 4), counted("first", 0), counted("mid", 2)],
            "swaps": [{"first": "last", "then": "first", "misconception": "x", "say": "No."}]}),
        &[],
    );
    asks(
        json!({"kind": "order", "items": [counted("first", 0), counted("mid", 2), counted("also", 2)],
            "swaps": [{"first": "first", "then": "mid", "misconception": "x", "say": "No."},
                {"first": "mid", "then": "none", "misconception": "x", "say": "No."}]}),
        &[
            "beats.count.answer: the order in which they are listed is right already",
            "beats.count.answer: mid and also are in the same place",
            "beats.count.answer: the swap of first and mid is the right order",
            "beats.count.answer: none is not among what is put in order",
        ],
    );
}

#[test]
fn what_conditions_name_exists() {
    let measured = |measure: Value, expected: &str| {
        breaks("/beats/1/do/answer/blanks/0/measure", measure, &[expected]);
    };
    measured(
        json!({"of": "lag", "event": "e9"}),
        "beats.count.answer[0]: there is no event e9",
    );
    measured(
        json!({"of": "windows", "key": "b"}),
        "beats.count.answer[0]: there is no key b",
    );
    measured(
        json!({"of": "place", "key": "b", "start": 0}),
        "beats.count.answer[0]: there is no key b",
    );
    measured(
        json!({"of": "knob", "knob": "event.e1.time"}),
        "beats.count.answer[0]: there is no knob event.e1.time",
    );
    breaks(
        "/beats/1/do/answer",
        json!({"kind": "events", "set": {"events": "in_window", "key": "b", "start": 0}}),
        &["beats.count.answer: there is no key b"],
    );
    let compared = |comparison: Value, expected: &[&str]| {
        breaks("/beats/5/do/holds", comparison, expected);
    };
    compared(
        json!({"measure": {"of": "fate", "event": "e3"}, "is": "=", "value": "dropped"}),
        &["beats.spot.holds: fate of e3 is never dropped"],
    );
    compared(
        json!({"measure": {"of": "watermark"}, "at": 2, "is": "=", "value": "noon"}),
        &["beats.spot.holds: watermark is never noon"],
    );
    compared(
        json!({"measure": {"of": "late"}, "is": "=", "value": "2"}),
        &["beats.spot.holds: late events is never 2"],
    );
    compared(
        json!({"measure": {"of": "late"}, "at": 7, "is": "=", "value": 2}),
        &["beats.spot.holds: at 7: there are 4 steps"],
    );
}

/// Grades what somebody answers in the small lesson.
fn graded(beat: usize, answer: &Answer) -> (bool, Vec<String>, Vec<String>) {
    let lesson = lesson(&sound().to_string());
    let Task::Predict(prediction) = &lesson.beats[beat].task else {
        panic!("a prediction");
    };
    let script = lesson.scenario_of_beat(beat).expect("a scenario");
    let world = script.run().expect("a run");
    let grade = prediction.grade(&world, answer);
    let parts = grade
        .parts
        .iter()
        .map(|part| format!("{} {} {}", part.label, part.right, part.truth))
        .collect();
    (grade.right, parts, grade.misconceptions)
}

#[test]
fn answers_are_graded_part_by_part() {
    let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (beat, answer, right, parts, misconceptions) in [
        (
            1,
            Answer::Numbers(vec![Some(1.0)]),
            true,
            ["a true 1"].as_slice(),
            [].as_slice(),
        ),
        (
            1,
            Answer::Numbers(vec![Some(2.0)]),
            false,
            &["a false 1"],
            &["late-is-lost"],
        ),
        (1, Answer::Numbers(vec![None]), false, &["a false 1"], &[]),
        (2, Answer::Choice(0), true, &["yes true yes"], &[]),
        (2, Answer::Choice(9), false, &[" false yes"], &[]),
        (
            3,
            Answer::Sort(vec![Some("late".into()), Some("behind".into())]),
            true,
            &["e3 true late", "e3, lateness true behind"],
            &[],
        ),
        (
            3,
            Answer::Sort(vec![Some("late".into()), Some("late".into())]),
            false,
            &["e3 true late", "e3, lateness false behind"],
            &["late-is-lost"],
        ),
        (
            3,
            Answer::Sort(vec![Some("behind".into()), None]),
            false,
            &["e3 false late", "e3, lateness false behind"],
            &[],
        ),
        (3, Answer::Choice(0), false, &[], &[]),
    ] {
        assert_eq!(
            graded(beat, &answer),
            (right, owned(parts), owned(misconceptions)),
            "{answer:?}"
        );
    }
}
