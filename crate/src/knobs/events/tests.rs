use super::super::{Setting, set as turn};
use super::*;

const SCENARIO: &str = r#"{"engine":"flink",
    "pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"count","watermark":{"kind":"bounded","delay":"10 s"}},
    "input":{"steps":[
        {"at":"2025-06-02T10:01:00Z","event":{"id":"e1","key":"a","ts":"2025-06-02T10:00:00Z"}},
        {"at":"2025-06-02T10:02:00Z","event":{"id":"e2","key":"a","ts":"2025-06-02T10:01:00Z","movable":true}},
        {"at":"2025-06-02T10:03:00Z","event":{"id":"e3","key":"a","ts":"2025-06-02T10:02:00Z"}},
        {"end":true}]}}"#;

fn turned(knob: &str, value: &str) -> Result<Scenario, String> {
    let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
    let setting = Setting {
        knob: knob.into(),
        value: SettingValue::Text(value.into()),
    };
    turn(&scenario, &setting).map_err(|problems| problems[0].to_string())
}

fn order(scenario: &Scenario) -> String {
    written(scenario)
        .iter()
        .map(|step| step.event.as_ref().map_or("end", |event| &event.id))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn only_movable_events_are_listed() {
    let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
    let ids: Vec<String> = knobs(&scenario).map(|knob| knob.id).collect();
    assert_eq!(ids, ["event.e2.time", "event.e2.arrival"]);
    assert!(exists(&scenario, "event.e2.time") && !exists(&scenario, "event.e1.time"));
}

#[test]
fn an_event_takes_the_place_of_its_arrival() {
    for (arrival, expected) in [
        ("10:01", "e1 e2 e3 end"),
        ("10:03", "e1 e3 e2 end"),
        ("10:04:00.5", "e1 e3 e2 end"),
    ] {
        let scenario = turned("event.e2.arrival", arrival).expect(arrival);
        assert_eq!(order(&scenario), expected, "{arrival}");
    }
    let scenario = turned("event.e1.arrival", "10:00").expect("its own time");
    assert_eq!(order(&scenario), "e1 e2 e3 end");
}

#[test]
fn what_it_shows_is_what_it_was_turned_to() {
    let scenario = turned("event.e2.time", "09:59:59.999").expect("earlier");
    let shown = knobs(&scenario).next().expect("a knob").control;
    assert!(
        matches!(&shown, Control::Instant { text, step: 1, .. } if text == "09:59:59.999"),
        "{shown:?}"
    );
}

#[test]
fn nothing_is_processed_before_it_happens() {
    assert_eq!(
        turned("event.e2.arrival", "10:00:59").expect_err("refused"),
        "input.steps[0].at: e2 would be processed before it happens: move it to its event time or later"
    );
    for (knob, value, said) in [
        (
            "event.e2.time",
            "noon",
            "a time, such as \"10:05\" or \"10:10:04.999\"",
        ),
        ("event.e9.time", "10:00", "there is no event e9"),
        ("event.e2.place", "10:00", "there is no such knob"),
    ] {
        assert_eq!(
            turned(knob, value).expect_err(said),
            format!("{knob}: {said}")
        );
    }
}

/// Two deliveries of one record, a batch and a watermark without times of their own, and a source that ends.
const MIXED: &str = r#"{"engine":"flink",
    "pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"sum","watermark":{"kind":"bounded","delay":"10 s"}},
    "input":{"steps":[
        {"at":"2025-06-02T10:01:00Z","event":{"id":"e1","key":"a","ts":"2025-06-02T10:00:00Z"}},
        {"watermark":"2025-06-02T09:59:00Z"},
        {"at":"2025-06-02T10:02:00Z","event":{"id":"e1","key":"a","ts":"2025-06-02T10:00:00Z"}},
        {"at":"2025-06-02T10:02:00Z","event":{"id":"e2.time","key":"*b","ts":"2025-06-02T10:01:00Z","value":2.5}},
        {"at":"2025-06-02T10:03:00Z","end":true,"source":1},
        {"processing_time":"2025-06-02T10:05:00Z"},
        {"end":true}]}}"#;

/// The events' ids in order and a letter for every other step.
fn outline(scenario: &Scenario) -> String {
    let letter = |step: &StepSpec| match step {
        StepSpec {
            event: Some(event), ..
        } => format!("{}={}", event.id, event.key),
        StepSpec {
            watermark: Some(_), ..
        } => "w".into(),
        StepSpec {
            processing_time: Some(_),
            ..
        } => "p".into(),
        _ => "end".into(),
    };
    let steps: Vec<String> = written(scenario).iter().map(letter).collect();
    steps.join(" ")
}

fn mixed(settings: &[(&str, &str)]) -> Result<Scenario, String> {
    let scenario = Scenario::parse(MIXED).expect("a sound scenario");
    let settings: Vec<Setting> = settings
        .iter()
        .map(|(knob, value)| Setting {
            knob: (*knob).into(),
            value: SettingValue::Text((*value).into()),
        })
        .collect();
    super::super::set_all(&scenario, &settings).map_err(|problems| problems[0].to_string())
}

#[test]
fn every_field_of_every_event_can_be_set() {
    for (settings, expected) in [
        (&[("event.e1*2", "gone")][..], "e1=a w e2.time=*b end p end"),
        (&[("event.e1", "gone")], "w e1=a e2.time=*b end p end"),
        (
            &[("event.e1*2.key", "c")],
            "e1=a w e1=c e2.time=*b end p end",
        ),
        (&[("event.e1.id", "e9")], "e9=a w e1=a e2.time=*b end p end"),
        // An event that is really called so goes before a field.
        (&[("event.e2.time", "gone")], "e1=a w e1=a end p end"),
        (
            &[("event.e2.time.key", "42")],
            "e1=a w e1=a e2.time=42 end p end",
        ),
        // Ties: behind what is not later, unless the order is said.
        (
            &[("event.e1*2.arrival", "10:02")],
            "e1=a w e2.time=*b e1=a end p end",
        ),
        (
            &[("event.e2.time.order", "2")],
            "e1=a w e2.time=*b e1=a end p end",
        ),
        // A step without a time waits for what comes before it.
        (
            &[("event.new", "10:01 +30s x y")],
            "e1=a new=x y w e1=a e2.time=*b end p end",
        ),
        (
            &[("event.new", "10:01 1 min x")],
            "e1=a new=min x w e1=a e2.time=*b end p end",
        ),
        (
            &[("event.new", "10:04 30s *3 ~0 z")],
            "e1=a w e1=a e2.time=*b end new=z p end",
        ),
        (
            &[("event.new", "10:04 5min z")],
            "e1=a w e1=a e2.time=*b end p new=z end",
        ),
        (
            &[("event.e1*3", "10:00 2min a")],
            "e1=a w e1=a e2.time=*b e1=a end p end",
        ),
    ] {
        let changed = mixed(settings).unwrap_or_else(|problem| panic!("{settings:?}: {problem}"));
        assert_eq!(outline(&changed), expected, "{settings:?}");
    }
}

#[test]
fn what_cannot_be_set_says_why() {
    for (knob, value, said) in [
        ("event.e9", "gone", "event.e9: there is no event e9"),
        ("event.e1*3", "gone", "event.e1*3: there is no event e1*3"),
        (
            "event.e1*5",
            "10:00 1s a",
            "event.e1*5: there are fewer events called e1",
        ),
        (
            "event.e1.value",
            "NaN",
            "input.steps[0].event.value: must be a finite number",
        ),
        ("event.e1.value", "much", "event.e1.value: a number"),
        (
            "event.e1.source",
            "-1",
            "event.e1.source: a source's number, from 0",
        ),
        (
            "event.e1.id",
            " ",
            "event.e1.id: an event needs an id of 1 to 100 characters",
        ),
        (
            "event.e1.order",
            "9",
            "event.e1.order: there are 6 steps besides this one",
        ),
        (
            "event.e1.order",
            "6",
            "event.e1.order: the input has ended by then: nothing arrives behind its end",
        ),
        ("event.e2.time.source", "1", "event.e2.time.arrival"),
        (
            "event.n",
            "10:04 1s ~1 a",
            "event.n: the input has ended by then: nothing arrives behind its end",
        ),
        (
            "event.n",
            "noon 1s a",
            "event.n: \"gone\", or when it happened, how much later it arrives and its key, such as \"10:02:30 30s clicks\"",
        ),
        (
            "event.n",
            "10:04 -1 a",
            "input.steps[5].at: n would be processed before it happens: move it to its event time or later",
        ),
        ("event.n", "9007199254740993 0 a", "event.n: \"gone\""),
        ("event.", "gone", "event.: there is no such knob"),
        ("input", "made up", "input: only written"),
    ] {
        match mixed(&[(knob, value)]) {
            Err(problem) => assert!(problem.starts_with(said), "{knob} {value}: {problem}"),
            // A source that ends later may still get what arrives before.
            Ok(changed) => assert_eq!(outline(&changed), "e1=a w e1=a e2.time=*b end p end"),
        }
    }
}

#[test]
fn without_times_the_order_is_all_there_is() {
    let text = r#"{"engine":"flink",
        "pipeline":{"window":{"kind":"tumbling","size":10},"aggregate":"count","watermark":{"kind":"bounded","delay":0}},
        "input":{"steps":[{"event":{"id":"a","key":"k","ts":1}},{"event":{"id":"b","key":"k","ts":2}},{"end":true}]}}"#;
    let scenario = Scenario::parse(text).expect("a sound scenario");
    let set = |knob: &str, value: &str| {
        let value = SettingValue::Text(value.into());
        let knob = knob.into();
        turn(&scenario, &Setting { knob, value }).map_err(|problems| problems[0].to_string())
    };
    assert_eq!(
        order(&set("event.c", "3 - k").expect("put in")),
        "a b c end"
    );
    assert_eq!(
        order(&set("event.c", "3 #0 k").expect("put in")),
        "c a b end"
    );
    assert_eq!(
        order(&set("event.b.order", "0").expect("reordered")),
        "b a end"
    );
    assert_eq!(
        set("event.b.arrival", "10:00").expect_err("no times"),
        "event.b.arrival: this input says nothing of when events arrive, only in which order"
    );
}

#[test]
fn new_events_go_on_with_the_numbers() {
    let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
    assert_eq!(fresh_name(&scenario), "e4");
    let mixed = Scenario::parse(MIXED).expect("a sound scenario");
    assert_eq!(fresh_name(&mixed), "new1");
    let once = super::super::set(
        &mixed,
        &Setting {
            knob: "event.new1".into(),
            value: SettingValue::Text("10:00 1s a".into()),
        },
    );
    assert_eq!(fresh_name(&once.expect("put in")), "new2");
}

#[test]
fn a_made_up_input_is_changed_once_it_is_written_out() {
    let text = r#"{"engine":"flink",
        "pipeline":{"window":{"kind":"tumbling","size":10},"aggregate":"sum","watermark":{"kind":"bounded","delay":5}},
        "input":{"generator":{"seed":7,"events":200,"every":3,"keys":12,"skew":1.1,"delay":{"kind":"exponential","mean":9},
            "sources":2,"duplicates_per_mille":100,"value_max":5}}}"#;
    let made = Scenario::parse(text).expect("a sound scenario");
    let setting = |knob: &str, value: &str| Setting {
        knob: knob.into(),
        value: SettingValue::Text(value.into()),
    };
    let refused = turn(&made, &setting("event.e5", "gone")).expect_err("made up");
    assert!(refused[0].message.contains("written out"), "{refused:?}");
    let list = turn(&made, &setting("input", "written")).expect("written out");
    let results = |scenario: &Scenario| {
        let run = crate::run::Run::new(scenario.clone()).expect("it runs");
        run.emission_rows(0, usize::MAX)
            .into_iter()
            .map(|row| (row.at.ms, row.key, row.window.text, row.value))
            .collect::<Vec<_>>()
    };
    assert_eq!(results(&made), results(&list));
    let changed = turn(&list, &setting("event.e5", "gone")).expect("taken out");
    let told = crate::knobs::changes(&made, &changed);
    assert_eq!(
        told,
        [setting("input", "written"), setting("event.e5", "gone")]
    );
    let huge = text.replace("\"events\":200", "\"events\":20000");
    let huge = Scenario::parse(&huge).expect("a sound scenario");
    let refused = turn(&huge, &setting("input", "written")).expect_err("too many");
    assert!(refused[0].message.starts_with("20000 events are too many"));
}

#[test]
fn a_draft_sets_all_of_an_event_at_once() {
    let run =
        |text: &str| crate::run::Run::new(Scenario::parse(text).expect("sound")).expect("it runs");
    let timed = run(SCENARIO);
    let text = |text: &str| Some(SettingValue::Text(text.into()));
    // Further than the other time allows, one after the other.
    let moved = Draft {
        name: Some("e1".into()),
        time: text("10:30"),
        arrival: text("10:31"),
        ..Draft::default()
    };
    let moved = drafted(&timed, &moved).expect("moved");
    assert_eq!(order(&moved), "e2 e3 e1 end");
    let start = Scenario::parse(SCENARIO).expect("sound");
    let told: Vec<String> = crate::knobs::changes(&start, &moved)
        .iter()
        .map(Setting::text)
        .collect();
    assert_eq!(
        told,
        [
            "event.e1.arrival = 1748860260000",
            "event.e1.time = 1748860200000"
        ]
    );
    let new = Draft {
        time: text("10:01:30"),
        arrival: text("10:02"),
        ..Draft::default()
    };
    assert_eq!(
        order(&drafted(&timed, &new).expect("new")),
        "e1 e2 e4 e3 end"
    );
    let untimed = r#"{"engine":"flink",
        "pipeline":{"window":{"kind":"tumbling","size":10},"aggregate":"count","watermark":{"kind":"bounded","delay":0}},
        "input":{"steps":[{"event":{"id":"a","key":"k","ts":1}},{"event":{"id":"b","key":"k","ts":2}},{"end":true}]}}"#;
    let untimed = run(untimed);
    for (step, expected) in [(0, "b a end"), (1, "a b end"), (9, "a b end")] {
        let draft = Draft {
            name: Some("b".into()),
            arrival: Some(SettingValue::Number(step)),
            ..Draft::default()
        };
        assert_eq!(order(&drafted(&untimed, &draft).expect("moved")), expected);
    }
    for (draft, said) in [
        (
            Draft {
                name: Some("e9".into()),
                ..Draft::default()
            },
            "there is no event e9",
        ),
        (
            Draft {
                name: Some("e1".into()),
                time: text("10:02"),
                ..Draft::default()
            },
            "input.steps[0].at: e1 would be processed before it happens: move it to its event time or later",
        ),
        (
            Draft {
                name: Some("e1".into()),
                value: text("inf"),
                ..Draft::default()
            },
            "value: a number",
        ),
        (
            Draft {
                name: Some("e1".into()),
                id: Some(String::new()),
                ..Draft::default()
            },
            "id: an event needs an id of 1 to 100 characters",
        ),
        (Draft::default(), "time: a new event needs a time"),
    ] {
        let problems = drafted(&timed, &draft).expect_err(said);
        assert_eq!(problems[0].to_string(), said);
    }
}
