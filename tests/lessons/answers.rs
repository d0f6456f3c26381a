//! Answers that are picked or put in order: what is checked of the question, how answers fare, and what explains a wrong one.

use headwater::explain::{Subject, why};
use headwater::lesson::{Answer, Grade, Prediction};
use headwater::measure::{Condition, Part};
use headwater::run::Run;
use headwater::scenario::Scenario;
use serde_json::{Value, json};

/// Windows of five minutes. e3 comes after its window has fired; the last window fires when the input ends.
fn run() -> Run {
    let scenario = json!({
        "engine": "flink",
        "pipeline": {
            "window": {"kind": "tumbling", "size": "5 min"}, "aggregate": "count",
            "watermark": {"kind": "bounded", "delay": 0}
        },
        "input": {"steps": [
            {"event": {"id": "e1", "key": "a", "ts": 0}},
            {"event": {"id": "e2", "key": "a", "ts": 300_000}},
            {"event": {"id": "e3", "key": "a", "ts": 1_000}},
            {"event": {"id": "e4", "key": "b", "ts": 610_000}},
            {"end": true}
        ]}
    });
    Run::new(Scenario::parse(&scenario.to_string()).expect("a sound scenario")).expect("a run")
}

fn prediction(at: Option<u32>, answer: &Value) -> Prediction {
    serde_json::from_value(json!({"ask": "Which?", "at": at, "answer": answer}))
        .unwrap_or_else(|error| panic!("{error}: {answer}"))
}

fn grade(at: Option<u32>, form: &Value, answer: &Answer) -> Grade {
    prediction(at, form).grade(&run(), answer)
}

#[test]
fn windows_are_picked_by_what_becomes_of_them() {
    for (set, at, expected) in [
        (json!({"windows": "taking", "event": "e2"}), None, vec![1]),
        (json!({"windows": "taking", "event": "e3"}), None, vec![]),
        (json!({"windows": "with_result"}), Some(0), vec![]),
        (json!({"windows": "with_result"}), Some(4), vec![0, 1]),
        (json!({"windows": "with_result"}), None, vec![0, 1, 2]),
        (json!({"windows": "with_result", "key": "b"}), None, vec![2]),
        (json!({"windows": "open"}), Some(2), vec![1]),
        (json!({"windows": "without_result"}), Some(2), vec![1]),
        (json!({"windows": "corrected"}), None, vec![]),
    ] {
        let form = json!({"kind": "windows", "windows": set});
        let answered = grade(at, &form, &Answer::Windows(expected.clone()));
        assert!(answered.right, "{set} at {at:?}: {answered:?}");
        let mut other = expected;
        other.push(if other.contains(&0) { 3 } else { 0 });
        assert!(!grade(at, &form, &Answer::Windows(other)).right, "{set}");
    }
}

#[test]
fn a_wrong_pick_is_compared_said_and_explained() {
    let form = json!({"kind": "windows", "windows": {"windows": "with_result"},
        "picks": [{"pick": "[00:00, 00:05)", "misconception": "fires-late", "say": "It fired."}]});
    let wrong = grade(Some(4), &form, &Answer::Windows(vec![1, 2, 2]));
    let [part] = &wrong.parts[..] else {
        panic!("{wrong:?}")
    };
    assert_eq!(part.given, "[00:05, 00:10), [00:10, 00:15)");
    assert_eq!(part.truth, "[00:00, 00:05), [00:05, 00:10)");
    assert_eq!(part.say.as_deref(), Some("It fired."));
    assert_eq!(wrong.misconceptions, ["fires-late"]);
    // The first window that was picked wrongly: open since e4, and not fired.
    assert_eq!(
        (part.at, &part.why),
        (4, &Some(Subject::Window { lane: 2 }))
    );

    let form = json!({"kind": "events", "set": {"events": "late"},
        "picks": [{"pick": "e4", "misconception": "last-is-late", "say": "It came last, and on time."}]});
    let wrong = grade(None, &form, &Answer::Events(vec![3]));
    assert_eq!(wrong.misconceptions, ["last-is-late"]);
    let subject = wrong.parts[0].why.clone().expect("a reason");
    assert_eq!(subject, Subject::Event { event: 3 });
    let said = why(&run(), &subject, 5).verdict;
    assert!(!said.is_empty(), "{said}");
    assert!(grade(None, &form, &Answer::Events(vec![2])).right);
    assert!(!grade(None, &form, &Answer::Events(vec![])).right);
}

fn order() -> Value {
    json!({"kind": "order", "items": [
        {"label": "b's third", "measure": {"of": "place", "key": "b", "start": 600_000}},
        {"label": "a's second", "measure": {"of": "place", "key": "a", "start": 300_000}},
        {"label": "a's first", "measure": {"of": "place", "key": "a", "start": 0}}
    ], "swaps": [
        {"first": "a's second", "then": "a's first", "misconception": "newest-first", "say": "The older one closes first."}
    ]})
}

#[test]
fn an_order_is_graded_place_by_place() {
    let right = grade(None, &order(), &Answer::Order(vec![2, 1, 0]));
    assert!(right.right, "{right:?}");
    let wrong = grade(None, &order(), &Answer::Order(vec![1, 2, 0]));
    assert!(!wrong.right);
    let told: Vec<(&str, &str, &str, bool)> = wrong
        .parts
        .iter()
        .map(|part| {
            let (given, truth) = (part.given.as_str(), part.truth.as_str());
            (part.label.as_str(), given, truth, part.right)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("1.", "a's second", "a's first (1)", false),
            ("2.", "a's first", "a's second (2)", false),
            ("3.", "b's third", "b's third (3)", true),
        ]
    );
    assert_eq!(wrong.misconceptions, ["newest-first"]);
    assert_eq!(wrong.parts[0].why, Some(Subject::Emission { emission: 0 }));
    // What is no whole order is not right, whatever is in it.
    for odd in [
        vec![],
        vec![2, 1],
        vec![2, 2, 2],
        vec![2, 1, 0, 0],
        vec![9, 8, 7],
    ] {
        assert!(
            !grade(None, &order(), &Answer::Order(odd.clone())).right,
            "{odd:?}"
        );
    }
}

/// What explains a number is what it was read from.
#[test]
fn a_measure_is_explained_by_what_it_was_read_from() {
    for (measure, expected) in [
        (
            json!({"of": "result", "key": "a", "start": 300_000}),
            Some(Subject::Emission { emission: 1 }),
        ),
        (
            json!({"of": "result", "key": "b", "start": 0}),
            Some(Subject::Missing {
                key: "b".into(),
                start: Some(0),
                end: Some(300_000),
            }),
        ),
        (json!({"of": "late"}), Some(Subject::Event { event: 2 })),
        (
            json!({"of": "uncounted"}),
            Some(Subject::Event { event: 2 }),
        ),
        (
            json!({"of": "fate", "event": "e4"}),
            Some(Subject::Event { event: 3 }),
        ),
        (
            json!({"of": "watermark"}),
            Some(Subject::Watermark { source: None }),
        ),
        (
            json!({"of": "state_peak"}),
            Some(Subject::Window { lane: 2 }),
        ),
        (json!({"of": "passed"}), None),
    ] {
        let form = json!({"kind": "numbers", "blanks": [{"label": "it", "measure": measure}]});
        let part = grade(None, &form, &Answer::Numbers(vec![Some(-7.0)]))
            .parts
            .remove(0);
        assert_eq!(part.why, expected, "{measure}");
        assert_eq!(part.given, "-7", "{measure}");
    }
}

/// Each part as it is read, with those inside it.
fn told(parts: &[Part]) -> String {
    let each = parts.iter().map(|part| {
        let inside = if part.parts.is_empty() {
            String::new()
        } else {
            format!(" ({})", told(&part.parts))
        };
        format!("{}: {} {}{inside}", part.asked, part.measured, part.holds)
    });
    each.collect::<Vec<_>>().join("; ")
}

/// Holds, and each part as it is read.
fn standing(condition: &Value) -> (bool, String) {
    let condition: Condition = serde_json::from_value(condition.clone()).expect("a condition");
    let standing = condition.standing(&run());
    (standing.holds, told(&standing.parts))
}

#[test]
fn a_condition_shows_how_each_of_its_parts_stands() {
    let late = |n: i32| json!({"measure": {"of": "late"}, "is": "=", "value": n});
    assert_eq!(
        standing(&json!({"all": [late(1), late(0)]})),
        (
            false,
            "late events = 1: 1 true; late events = 0: 1 false".into()
        )
    );
    assert_eq!(
        standing(&json!({"any": [late(1), late(0)]})),
        (
            true,
            "one of these: 1 of 2 true (late events = 1: 1 true; late events = 0: 1 false)".into()
        )
    );
    // What must not hold is right where it does not.
    assert_eq!(
        standing(&json!({"not": late(0)})),
        (true, "not late events = 0: 1 true".into())
    );
    assert_eq!(
        standing(
            &json!({"all": [{"not": late(1)}, {"any": [late(2), {"all": [late(1), late(1)]}]}]})
        ),
        (
            false,
            "not late events = 1: 1 false; one of these: 1 of 2 true (late events = 2: 1 false; \
             all of these: 2 of 2 true (late events = 1: 1 true; late events = 1: 1 true))"
                .into()
        )
    );
}
