//! Answers that are picked or put in order: what is checked of the question, how answers fare, and what explains a wrong one.

use headwater::explain::{Subject, why};
use headwater::lesson::{Answer, Because, Grade, Prediction};
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
    let reason = part.why.clone().expect("a reason");
    assert_eq!(
        (reason.position, reason.subject),
        (4, Some(Subject::Window { lane: 2 }))
    );

    let form = json!({"kind": "events", "set": {"events": "late"},
        "picks": [{"pick": "e4", "misconception": "last-is-late", "say": "It came last, and on time."}]});
    let wrong = grade(None, &form, &Answer::Events(vec![3]));
    assert_eq!(wrong.misconceptions, ["last-is-late"]);
    let reason = wrong.parts[0].why.clone().expect("a reason");
    let subject = reason.subject.expect("something to ask about");
    assert_eq!(subject, Subject::Event { event: 3 });
    assert_eq!(reason.verdict, why(&run(), &subject, 5).verdict);
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
    // What was put where it belongs needs no reason.
    assert_eq!(wrong.parts[2].why, None);
    let reason = wrong.parts[0].why.as_ref().expect("a reason");
    assert!(
        reason.verdict.starts_with("It became 1 with step 2: "),
        "{reason:?}"
    );
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

/// What explains a number is about that number: what a result is made of, what became of the event, or the step that made it so.
#[test]
fn a_measure_is_explained_by_what_it_was_read_from() {
    let emission = |emission| Some(Subject::Emission { emission });
    let event = |event| Some(Subject::Event { event });
    for (measure, subject, verdict) in [
        (
            json!({"of": "result", "key": "a", "start": 300_000}),
            emission(1),
            "e2 is in a's [00:05, 00:10).",
        ),
        (
            json!({"of": "result", "key": "a", "start": 0}),
            emission(0),
            "e1 is in a's [00:00, 00:05); e3 came too late.",
        ),
        (
            json!({"of": "result", "key": "b", "start": 0}),
            Some(Subject::Missing {
                key: "b".into(),
                start: Some(0),
                end: Some(300_000),
            }),
            "No event of b that belongs to [00:00, 00:05) has arrived, ",
        ),
        (json!({"of": "late"}), event(2), "e3 is late and dropped: "),
        (
            json!({"of": "uncounted"}),
            event(2),
            "e3 is late and dropped: ",
        ),
        (
            json!({"of": "fate", "event": "e4"}),
            event(3),
            "e4 is counted, ",
        ),
        (
            json!({"of": "order", "event": "e4"}),
            event(3),
            "e4 happened at 00:10:10, and nothing later had come: the highest event time was 00:05:00.",
        ),
        (
            json!({"of": "watermark"}),
            Some(Subject::Watermark { source: None }),
            "The watermark is at the end of time: the input has ended.",
        ),
        (
            json!({"of": "windows", "key": "a"}),
            Some(Subject::Window { lane: 0 }),
            "There are 2 windows: a's [00:00, 00:05) and a's [00:05, 00:10).",
        ),
        (
            json!({"of": "state_peak"}),
            event(0),
            "0 became 1 with step 1: e1 arrives ",
        ),
        (
            json!({"of": "results"}),
            emission(2),
            "2 became 3 with step 5: [00:10, 00:15) fires: b 1.",
        ),
    ] {
        let reason = reason(&measure).unwrap_or_else(|| panic!("{measure} has no reason"));
        assert!(reason.verdict.starts_with(verdict), "{measure}: {reason:?}");
        assert_eq!(reason.subject, subject, "{measure}");
    }
    // It was so from the start: nothing made it so.
    assert_eq!(reason(&json!({"of": "passed"})), None);
}

fn reason(measure: &Value) -> Option<Because> {
    let form = json!({"kind": "numbers", "blanks": [{"label": "it", "measure": measure}]});
    let part = grade(None, &form, &Answer::Numbers(vec![Some(-7.0)]))
        .parts
        .remove(0);
    assert_eq!(part.given, "-7", "{measure}");
    part.why
}

/// What is asked of another run is explained by that run, whose events and steps are not on the stage.
#[test]
fn what_another_run_would_do_is_explained_by_that_run() {
    let form = json!({"kind": "sort", "into": [
        {"name": "late", "label": "late"}, {"name": "counted", "label": "counted"}
    ], "items": [
        {"label": "e3", "measure": {"of": "fate", "event": "e3"}},
        {"label": "e3, delay 10 min", "measure": {"of": "fate", "event": "e3"},
         "set": [{"knob": "watermark.delay", "value": 600_000}]}
    ]});
    let parts = grade(None, &form, &Answer::Sort(vec![None, None])).parts;
    let [here, elsewhere] = [&parts[0], &parts[1]].map(|part| part.why.clone().expect("a reason"));
    assert!(
        here.verdict.starts_with("e3 is late and dropped: "),
        "{here:?}"
    );
    assert!(
        elsewhere.verdict.starts_with("e3 is counted, "),
        "{elsewhere:?}"
    );
    assert_eq!((elsewhere.subject, elsewhere.events), (None, vec![]));
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
