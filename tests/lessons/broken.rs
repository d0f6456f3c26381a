//! A small lesson, broken in every way that the checks claim to find.

use super::{NOTHING, curriculum, lesson, read, said, top};
use headwater::lesson::Scene;
use headwater::lesson::check::{check_folder, check_scene};
use headwater::lesson::curriculum::Curriculum;
use serde_json::{Value, json};

#[path = "broken/predictions.rs"]
mod predictions;

/// A small lesson that is in order, to be broken in every way.
fn sound() -> Value {
    json!({
        "slug": "small", "title": "Small", "question": "Which?", "minutes": 1,
        "covers": ["S1-01"], "errata": ["E-01"],
        "views": ["time-plane"],
        "knobs": ["watermark.delay", "allowed_lateness", "event.e2.time"],
        "scenarios": {
            "start": {
                "engine": "flink",
                "pipeline": {
                    "window": {"kind": "tumbling", "size": "5 min"}, "aggregate": "count",
                    "watermark": {"kind": "bounded", "delay": "10 s"}
                },
                "input": {"steps": [
                    {"event": {"id": "e1", "key": "a", "ts": 300_000}},
                    {"event": {"id": "e2", "key": "a", "ts": 610_500, "movable": true}},
                    {"event": {"id": "e3", "key": "a", "ts": 301_000}},
                    {"end": true}
                ]}
            },
            "patient": {"from": "start", "set": [{"knob": "watermark.delay", "value": "10 min"}]}
        },
        "beats": [
            {"id": "look", "title": "Look", "do": {"kind": "observe", "until": 2}},
            {"id": "count", "title": "Count", "do": {"kind": "predict", "ask": "How many?", "answer": {"kind": "numbers", "blanks": [
                {"label": "a", "measure": {"of": "result", "key": "a", "start": 300_000},
                    "traps": [{"number": 2, "misconception": "late-is-lost", "say": "No."}]}
            ]}}},
            {"id": "choose", "title": "Choose", "do": {"kind": "predict", "ask": "Late?", "answer": {"kind": "choice", "options": [
                {"text": "yes", "holds": {"measure": {"of": "fate", "event": "e3"}, "is": "=", "value": "late"}},
                {"text": "no", "holds": {"measure": {"of": "fate", "event": "e3"}, "is": "!=", "value": "late"}}
            ]}}},
            {"id": "sort", "title": "Sort", "do": {"kind": "predict", "ask": "Which?", "answer": {"kind": "sort",
                "into": [{"name": "late", "label": "late"}, {"name": "behind", "label": "behind"}],
                "items": [
                    {"label": "e3", "measure": {"of": "order", "event": "e3"}},
                    {"label": "e3, lateness", "measure": {"of": "order", "event": "e3"},
                        "set": [{"knob": "allowed_lateness", "value": "1 h"}],
                        "traps": [{"name": "late", "misconception": "late-is-lost", "say": "No."}]}
                ]
            }}},
            {"id": "save", "title": "Save", "do": {"kind": "goal", "say": "Lose none.",
                "when": {"all": [{"measure": {"of": "late"}, "is": "=", "value": 0}]},
                "par": 1, "hints": ["Wait."], "solution": [{"knob": "watermark.delay", "value": "10 min"}]}},
            {"id": "spot", "title": "Spot", "do": {"kind": "spot", "claim": "Two.", "erratum": "E-01",
                "holds": {"measure": {"of": "result", "key": "a", "start": 300_000}, "is": "=", "value": 2}, "instead": "One."}},
            {"id": "cards", "title": "Say it", "do": {"kind": "cards"}}
        ],
        "cards": [{"id": "why", "question": "Why?", "answer": "So.", "scenario": "patient", "position": 3}],
        "say": "So."
    })
}

const PROSE: &str = "## look\n[e1](event:e1), [delay](knob:watermark.delay), [plane](view:time-plane), [step](step:4), \
    [next](lesson:small).\n\n## count\nCount.\n\n## choose\nChoose.\n\n## sort\nSort.\n\n## save\n\
    [move](knob:event.e2.time)\n\n## spot\nSpot.\n";

fn small_curriculum() -> Curriculum {
    serde_json::from_value(json!({
        "lessons": [{"slug": "small", "question": "Which?"}, {"slug": "other", "question": "What?"}],
        "items": [
            {"id": "S1-01", "title": "One", "lesson": ["small"]},
            {"id": "S1-02", "title": "Two", "lesson": ["other"]},
            {"id": "E-01", "title": "Wrong", "lesson": ["small", "other"]}
        ]
    }))
    .expect("a curriculum")
}

fn found(lesson: &Value, prose: &str) -> Vec<String> {
    said(&check_folder(
        "010-small",
        &lesson.to_string(),
        prose,
        &small_curriculum(),
    ))
}

#[test]
fn the_small_lesson_is_in_order() {
    assert_eq!(found(&sound(), PROSE), NOTHING);
}

fn at<'a>(lesson: &'a mut Value, pointer: &str) -> &'a mut Value {
    lesson
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer} is there"))
}

/// What is found when one place of the lesson says something else.
#[track_caller]
fn breaks(pointer: &str, value: Value, expected: &[&str]) {
    let mut lesson = sound();
    *at(&mut lesson, pointer) = value;
    assert_eq!(found(&lesson, PROSE), expected, "{pointer}");
}

#[test]
fn the_form_is_checked_first() {
    breaks(
        "/beats/0/do/kind",
        json!("watch"),
        &[
            "beats[0].do.kind: unknown variant `watch`, expected one of `observe`, `predict`, `goal`, `spot`, `cards` at line 1 column 31",
        ],
    );
}

#[test]
fn what_a_lesson_covers_is_what_the_curriculum_says() {
    breaks(
        "/covers",
        json!(["S1-01", "S9-99", "S1-02"]),
        &[
            "covers: S9-99 is not in the curriculum",
            "covers: S1-02 belongs to another lesson",
        ],
    );
    breaks(
        "/covers",
        json!([]),
        &["covers: S1-01 is missing: it belongs to this lesson"],
    );
    breaks(
        "/errata",
        json!([]),
        &[
            "covers: E-01 is missing: it belongs to this lesson",
            "beats.spot.erratum: E-01 is not among the lesson's errata",
        ],
    );
    breaks(
        "/slug",
        json!("smaller"),
        &[
            "slug: the curriculum plans no lesson smaller",
            "slug: the folder is called three digits and the slug, as in 010-smaller, not 010-small",
        ],
    );
}

#[test]
fn a_lesson_has_all_its_parts() {
    breaks(
        "/views",
        json!([]),
        &[
            "views: a lesson shows at least one view",
            "prose.look: the link view:time-plane points at nothing",
        ],
    );
    breaks(
        "/cards",
        json!([]),
        &["cards: a lesson has interview questions"],
    );
    breaks(
        "/beats",
        json!([{"id": "look", "title": "Look", "do": {"kind": "observe"}}]),
        &[
            "beats: a lesson has 3 to 8 beats, this one 1",
            "beats: a lesson makes the learner do something: predict, reach a goal, judge a claim",
            "prose.count: no beat has this id",
            "prose.choose: no beat has this id",
            "prose.sort: no beat has this id",
            "prose.save: no beat has this id",
            "prose.spot: no beat has this id",
        ],
    );
    breaks(
        "/beats/1/id",
        json!("look"),
        &[
            "beats: look stands there twice",
            "prose.count: no beat has this id",
        ],
    );
    let mut cards = sound();
    let card = at(&mut cards, "/cards/0").clone();
    *at(&mut cards, "/cards") = json!([card, card]);
    assert_eq!(found(&cards, PROSE), ["cards: why stands there twice"]);
    let mut order = sound();
    let beats = at(&mut order, "/beats").as_array_mut().expect("beats");
    beats.swap(5, 6);
    assert_eq!(
        found(&order, PROSE),
        ["beats.cards.do: the cards come last"]
    );
}

#[test]
fn scenarios_and_positions_exist() {
    let mut lesson = sound();
    let scenarios = at(&mut lesson, "/scenarios")
        .as_object_mut()
        .expect("scenarios");
    scenarios.remove("start");
    let missing = "scenarios.start: is missing: the scenario that the lesson opens with";
    assert!(found(&lesson, PROSE).contains(&missing.to_string()));
    breaks(
        "/scenarios/patient/from",
        json!("patient"),
        &["scenarios.patient: is made from itself"],
    );
    breaks(
        "/scenarios/patient/set/0/value",
        json!("soon"),
        &["scenarios.patient.watermark.delay: a length of time, such as \"5 min\" or \"10 s\""],
    );
    breaks(
        "/cards/0/scenario",
        json!("hasty"),
        &["cards.why: there is no scenario hasty"],
    );
    breaks(
        "/cards/0/position",
        json!(5),
        &["cards.why: position 5: there are 4 steps"],
    );
    breaks(
        "/beats/0/do/until",
        json!(5),
        &["beats.look.until: 5: there are 4 steps"],
    );
    breaks(
        "/beats/0",
        json!({"id": "look", "title": "Look", "scenario": "hasty", "position": 9, "do": {"kind": "observe"}}),
        &["beats.look.scenario: there is no scenario hasty"],
    );
    breaks(
        "/beats/0",
        json!({"id": "look", "title": "Look", "position": 9, "view": "state", "do": {"kind": "observe"}}),
        &[
            "beats.look.position: 9: there are 4 steps",
            "beats.look.view: is not among the lesson's",
        ],
    );
}

#[test]
fn goals_are_there_to_be_reached() {
    breaks(
        "/beats/4/do/when/all/0/value",
        json!(1),
        &[
            "beats.save.when: the goal is reached before anything is done",
            "beats.save.solution: the solution does not reach the goal: late events = 1 (measured 0)",
        ],
    );
    breaks("/beats/4/do/solution/0/value", json!("11 s"), &[]);
    // A watermark on the window's end closes it in Flink, not yet in Beam.
    breaks(
        "/scenarios/start/input/steps/1/event/ts",
        json!(610_000),
        &["beats.save.when: choosing Beam reaches the goal by itself: ask for the engine too"],
    );
    breaks(
        "/beats/4/do/solution/0/value",
        json!("9 s"),
        &[
            "beats.save.solution: the solution does not reach the goal: late events = 0 (measured 1)",
        ],
    );
    breaks(
        "/beats/4/do/solution",
        json!([{"knob": "watermark.delay", "value": "1 h"}, {"knob": "allowed_lateness", "value": "1 h"}]),
        &[
            "beats.save.solution: the solution reaches the goal without watermark.delay too",
            "beats.save.solution: the solution reaches the goal without allowed_lateness too",
            "beats.save.par: par is 1, the solution changes 2",
        ],
    );
    breaks(
        "/beats/4/do/solution/0/knob",
        json!("window.gap"),
        &[
            "beats.save.solution: the solution turns window.gap, which the lesson does not offer",
            "beats.save.solution: the solution: window.gap: only a session window has a gap",
        ],
    );
    breaks(
        "/beats/4/do/hints",
        json!([]),
        &["beats.save.hints: a goal has hints"],
    );
    breaks(
        "/knobs",
        json!([
            "watermark.delay",
            "allowed_lateness",
            "event.e2.time",
            "patience"
        ]),
        &["knobs: there is no knob patience"],
    );
}

#[test]
fn an_erratum_does_not_hold() {
    breaks(
        "/beats/5/do/holds/value",
        json!(1),
        &["beats.spot.holds: the claim is listed as an erratum, and it holds"],
    );
}

#[test]
fn prose_names_what_exists() {
    for (from, to, expected) in [
        (
            "## count\nCount.\n\n",
            "",
            "prose.count: is missing: a section of prose under `## ` and the beat's id",
        ),
        (
            "\nCount.\n",
            "\n\n",
            "prose.count: is missing: a section of prose under `## ` and the beat's id",
        ),
        (
            "event:e1",
            "event:e9",
            "prose.look: the link event:e9 points at nothing",
        ),
        (
            "knob:watermark.delay",
            "knob:window.size",
            "prose.look: the link knob:window.size points at nothing",
        ),
        (
            "knob:event.e2.time",
            "knob:event.e1.time",
            "prose.save: the link knob:event.e1.time points at nothing",
        ),
        (
            "view:time-plane",
            "view:state",
            "prose.look: the link view:state points at nothing",
        ),
        (
            "step:4",
            "step:5",
            "prose.look: the link step:5 points at nothing",
        ),
        (
            "lesson:small",
            "lesson:large",
            "prose.look: the link lesson:large points at nothing",
        ),
        (
            "step:4",
            "page:4",
            "prose.look: the link page:4: schemes are event, knob, view, step, lesson",
        ),
        (
            "step:4",
            "there",
            "prose.look: the link there has no scheme",
        ),
        (
            "## spot",
            "## elsewhere\nNowhere.\n\n## spot",
            "prose.elsewhere: no beat has this id",
        ),
    ] {
        assert!(PROSE.contains(from), "{from}");
        assert_eq!(found(&sound(), &PROSE.replace(from, to)), [expected]);
    }
}

#[test]
fn a_curriculum_names_no_lesson_that_is_not_planned() {
    let curriculum: Curriculum = serde_json::from_value(json!({
        "lessons": [{"slug": "small", "question": "Which?"}, {"slug": "small", "question": "Which?"}],
        "items": [
            {"id": "S1-01", "title": "One", "lesson": ["large"]},
            {"id": "S1-01", "title": "One", "lesson": []}
        ]
    }))
    .expect("a curriculum");
    assert_eq!(
        said(&curriculum.problems()),
        [
            "lessons.small: stands there twice",
            "items.S1-01: there is no lesson large, written or planned",
            "items.S1-01: stands there twice",
        ]
    );
}

#[test]
fn a_lesson_belongs_to_one_concept() {
    let curriculum: Curriculum = serde_json::from_value(json!({
        "lessons": [{"slug": "one", "question": "?"}, {"slug": "two", "question": "?"}, {"slug": "none", "question": "?"}],
        "concepts": [
            {"id": "time", "title": "Time", "lessons": ["one", "two", "large"]},
            {"id": "state", "title": "State", "lessons": ["two"]}
        ],
        "items": []
    }))
    .expect("a curriculum");
    assert_eq!(
        said(&curriculum.problems()),
        [
            "concepts.time: there is no lesson large, written or planned",
            "lessons.two: belongs to 2 concepts, not to one",
            "lessons.none: belongs to 0 concepts, not to one",
        ]
    );
}

#[test]
fn a_scene_asks_at_its_position() {
    let home: Value = serde_json::from_str(&read(&top().join("lessons/home.json"))).expect("JSON");
    for (pointer, value, expected) in [
        (
            "/lesson",
            json!("large"),
            "lesson: there is no lesson large",
        ),
        (
            "/position",
            json!(7),
            "prediction.wait_at: is the step behind the position: there the question is asked",
        ),
        (
            "/prediction/answer/options/1/holds/value",
            json!("counted"),
            "prediction: 2 of its options hold; exactly one must",
        ),
        (
            "/scenario/pipeline/window/size",
            json!(0),
            "pipeline.window.size: must be positive, got 0",
        ),
    ] {
        let mut home = home.clone();
        *at(&mut home, pointer) = value;
        let scene: Scene = serde_json::from_value(home).expect("a scene");
        assert_eq!(said(&check_scene(&scene, &curriculum())), [expected]);
    }
}
