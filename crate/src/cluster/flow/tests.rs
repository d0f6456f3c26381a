//! The job by its numbers, through the same door as a lesson: a scenario goes in, figures come out.

#![allow(clippy::unwrap_used)]

use super::Flow;
use super::fact::{OfJob, OfTransaction, What};
use crate::cluster::Spec;
use crate::cluster::played::Played;
use crate::knobs::{Control, Setting, SettingValue};
use serde_json::{Value, json};

/// Eight orders of 600, one a second; a checkpoint after three, a crash after six.
fn eight_orders() -> Value {
    json!({
        "input": {"events": 8, "rate": 1, "keys": ["R45"], "value": 600},
        "checkpoint": {"interval": "3500 ms"},
        "crash": {"at": "6500 ms"},
        "restart": {"delay": "1 s"}
    })
}

fn spec(flow: Value) -> Spec {
    Spec::Flow(serde_json::from_value(flow).unwrap())
}

fn with(flow: Value, knobs: &[(&str, Value)]) -> Spec {
    knobs.iter().fold(spec(flow), |spec, (knob, value)| {
        let value: SettingValue = serde_json::from_value(value.clone()).unwrap();
        let setting = Setting {
            knob: (*knob).into(),
            value,
        };
        spec.set(&setting).unwrap()
    })
}

fn ends(spec: &Spec, figures: &[&str]) -> Vec<f64> {
    let run = spec.run().unwrap();
    let all = run.figures(run.len());
    figures
        .iter()
        .map(|id| {
            let figure = all.iter().find(|figure| figure.id == *id);
            figure.unwrap().measured.number.unwrap_or(f64::NAN)
        })
        .collect()
}

fn played(spec: &Spec) -> Played<Flow> {
    let Spec::Flow(flow) = spec else {
        panic!("{spec:?}")
    };
    Played::new(flow.clone()).unwrap()
}

const TOTALS: [&str; 2] = ["state.count", "state.sum"];

#[test]
fn three_guarantees_give_three_totals() {
    let at_most = with(eight_orders(), &[("source.offsets", json!("on_read"))]);
    assert_eq!(ends(&at_most, &TOTALS), [5.0, 3000.0]);
    let at_least = with(eight_orders(), &[("operator.state", json!("outside"))]);
    assert_eq!(ends(&at_least, &TOTALS), [11.0, 6600.0]);
    assert_eq!(ends(&spec(eight_orders()), &TOTALS), [8.0, 4800.0]);
}

#[test]
fn the_same_crash_gives_each_sink_its_rows() {
    let rows = ["sink.written", "sink.rows", "sink.visible"];
    let sink = |kind: &str| with(eight_orders(), &[("sink.kind", json!(kind))]);
    assert_eq!(ends(&sink("append"), &rows), [11.0, 11.0, 11.0]);
    assert_eq!(ends(&sink("upsert"), &rows), [11.0, 8.0, 8.0]);
    assert_eq!(ends(&sink("transactional"), &rows), [11.0, 11.0, 8.0]);
    let uncommitted = [
        ("sink.kind", json!("transactional")),
        ("sink.isolation", json!("read_uncommitted")),
    ];
    assert_eq!(
        ends(&with(eight_orders(), &uncommitted), &rows),
        [11.0, 11.0, 11.0]
    );
}

#[test]
fn an_application_id_changes_nothing_and_a_folder_everything() {
    let changed = |what: &str| with(eight_orders(), &[("restart.changed", json!(what))]);
    let figures = ["state.count", "sink.rows", "ledger.lost"];
    assert_eq!(ends(&changed("app_id"), &figures), [8.0, 11.0, 0.0]);
    // Everything again, on top of the six rows that are there.
    assert_eq!(
        ends(&changed("folder_earliest"), &figures),
        [8.0, 14.0, 0.0]
    );
    // The order that came while the job was down is behind the end of the log.
    assert_eq!(ends(&changed("folder_latest"), &figures), [1.0, 7.0, 1.0]);
}

#[test]
fn between_pre_commit_and_commit_the_checkpoint_decides() {
    let crash = |moment: &str| {
        let knobs = [
            ("sink.kind", json!("transactional")),
            ("crash.at", json!("1 s")),
            ("crash.moment", json!(moment)),
        ];
        with(eight_orders(), &knobs)
    };
    let told = |spec: &Spec| {
        let run = played(spec);
        let mut told = Vec::new();
        for entry in &run.entries {
            match &entry.fact.what {
                What::Transaction(OfTransaction::Committed {
                    rows, recovered, ..
                }) => {
                    told.push(("committed", *rows, *recovered));
                }
                What::Transaction(OfTransaction::Aborted { rows, .. }) => {
                    told.push(("aborted", *rows, false));
                }
                What::Transaction(_) | What::Event(_) | What::Checkpoint(_) | What::Job(_) => {}
            }
        }
        told
    };
    // Not complete: aborted, and read again.
    let before = crash("pre_committed");
    assert_eq!(told(&before)[0], ("aborted", 3, false));
    // Complete: committed by the job that came back, and not read again.
    let after = crash("completed");
    assert_eq!(told(&after)[0], ("committed", 3, true));
    for spec in [before, after] {
        assert_eq!(ends(&spec, &["ledger.correct", "job.crashes"]), [8.0, 1.0]);
    }
}

#[test]
fn it_can_die_again_on_its_way_back() {
    // A crash at 6.5 s, back after a second; the second crash half-way through that second.
    let twice = |moment: &str, kind: &str| {
        let knobs = [
            ("crash.again.moment", json!(moment)),
            ("sink.kind", json!(kind)),
        ];
        with(eight_orders(), &knobs)
    };
    let figures = [
        "job.crashes",
        "job.down",
        "source.replayed",
        "ledger.correct",
    ];
    assert_eq!(
        ends(&twice("restarting", "upsert"), &figures),
        [2.0, 1_500.0, 3.0, 8.0]
    );
    // While it reads again: order 4 has come once more, and comes a third time.
    assert_eq!(
        ends(&twice("replaying", "upsert"), &figures),
        [2.0, 2_000.0, 4.0, 8.0]
    );
    let rows = ["sink.rows", "state.count", "ledger.duplicated"];
    assert_eq!(
        ends(&twice("restarting", "append"), &rows),
        [11.0, 8.0, 3.0]
    );
    // What no checkpoint has is aborted; at the second crash order 4 is on its way and in no transaction yet.
    let run = played(&twice("replaying", "transactional"));
    let aborted = run.entries.iter().filter(|entry| {
        matches!(
            entry.fact.what,
            What::Transaction(OfTransaction::Aborted { .. })
        )
    });
    assert_eq!(aborted.count(), 1);
    assert_eq!(
        ends(&twice("replaying", "transactional"), &["ledger.correct"]),
        [8.0]
    );
    // Further ones are a matter of the scenario, and each is in its own moment.
    let mut many = eight_orders();
    many["crash_again"] =
        json!([{"at": "7 s"}, {"at": "7200 ms"}, {"at": "9 s", "moment": "barrier"}]);
    assert_eq!(
        ends(&spec(many), &["job.crashes", "state.count"]),
        [4.0, 8.0]
    );
}

#[test]
fn a_buffer_that_holds_more_makes_barriers_wait_longer() {
    let figures = ["checkpoint.took.max", "source.lag_max", "latency.max"];
    let one = ends(&spec(slow()), &figures);
    let four = ends(&with(slow(), &[("buffers.events", json!(4))]), &figures);
    // More lies between the tasks and less in the log; nothing gets through sooner.
    assert!(four[0] > one[0] && four[1] < one[1], "{four:?} {one:?}");
    assert_eq!(four[2], one[2]);
}

#[test]
fn a_transaction_that_is_open_for_too_long_is_lost() {
    let knobs = [
        ("sink.kind", json!("transactional")),
        ("crash.at", json!("1 s")),
        ("crash.moment", json!("completed")),
        ("sink.transaction_timeout", json!("10 s")),
        ("restart.delay", json!("20 s")),
    ];
    assert_eq!(
        ends(
            &with(eight_orders(), &knobs),
            &["ledger.lost", "ledger.correct"]
        ),
        [3.0, 5.0]
    );
    let short = spec(eight_orders()).set(&Setting {
        knob: "sink.transaction_timeout".into(),
        value: SettingValue::Text("3 s".into()),
    });
    assert!(short.is_err(), "only a transactional sink has transactions");
}

#[test]
fn a_checkpoint_that_takes_too_long_is_given_up_and_the_one_before_stays_valid() {
    let knobs = [
        ("checkpoint.interval", json!("2500 ms")),
        ("checkpoint.latency", json!("1 s")),
        ("checkpoint.timeout", json!("500 ms")),
    ];
    let slow = with(eight_orders(), &knobs);
    // With no complete checkpoint the restart begins with nothing.
    let figures = ["checkpoint.completed", "source.replayed", "state.count"];
    assert_eq!(ends(&slow, &figures), [0.0, 6.0, 8.0]);
}

/// Two partitions and one counting task that takes 50 ms for each of 60 events that come every 20 ms.
fn slow() -> Value {
    json!({
        "input": {"events": 60, "rate": 50, "keys": ["a", "b", "c", "d"], "value": 1},
        "source": {"partitions": 2, "partitioner": "round_robin"},
        "operator": {"service": "50 ms", "max_parallelism": 8},
        "sink": {"kind": "upsert"},
        "checkpoint": {"interval": "1 s"}
    })
}

#[test]
fn barriers_that_overtake_are_faster_and_take_events_along() {
    let figures = ["checkpoint.took.max", "checkpoint.in_flight.max"];
    let aligned = ends(&spec(slow()), &figures);
    let unaligned = ends(
        &with(slow(), &[("checkpoint.mode", json!("unaligned"))]),
        &figures,
    );
    assert!(
        aligned[0] >= 5.0 * unaligned[0],
        "{aligned:?} {unaligned:?}"
    );
    assert_eq!(aligned[1], 0.0);
    assert!(unaligned[1] > 0.0);
}

#[test]
fn each_policy_pays_with_something_else() {
    let figures = ["latency.max", "ledger.lost", "source.lag_max", "bottleneck"];
    let wait = ends(&spec(slow()), &figures);
    let wide = ends(
        &with(slow(), &[("operator.parallelism", json!(4))]),
        &figures,
    );
    let shed = ends(
        &with(slow(), &[("source.overload", json!("drop"))]),
        &figures,
    );
    let limit = ends(&with(slow(), &[("source.rate_limit", json!(20))]), &figures);
    assert!(wide[0] < wait[0] / 2.0);
    assert!(shed[0] < wait[0] && shed[1] > 0.0 && wait[1] == 0.0);
    // A limit empties the buffers, not the log.
    assert!(limit[2] > wait[2] && limit[0] >= wait[0]);
    let run = spec(slow()).run().unwrap();
    let bottleneck = run.figures(run.len());
    let bottleneck = bottleneck.iter().find(|f| f.id == "bottleneck").unwrap();
    assert_eq!(bottleneck.measured.text, "count");
}

#[test]
fn rescaling_moves_key_groups_and_no_counts() {
    let mut flow = slow();
    flow["operator"]["parallelism"] = json!(2);
    flow["rescale"] = json!({"at": "1 s", "parallelism": 3});
    let figures = [
        "state.count",
        "ledger.correct",
        "job.parallelism",
        "rescale.moved",
    ];
    // Groups 0 to 3 and 4 to 7 become 0 to 2, 3 to 5, 6 and 7: 3, 6 and 7 move.
    assert_eq!(ends(&spec(flow), &figures), [60.0, 60.0, 3.0, 3.0]);
}

#[test]
fn a_micro_batch_takes_no_more_than_its_cap() {
    let mut flow = slow();
    flow["source"]["batch"] = json!({"interval": "200 ms", "cap": 7});
    let run = played(&spec(flow));
    let mut events = Vec::new();
    for entry in &run.entries {
        if let What::Job(OfJob::BatchBegan { events: n, .. }) = entry.fact.what {
            events.push(n);
        }
    }
    assert_eq!(events.iter().sum::<u32>(), 60);
    assert!(events.iter().all(|n| *n <= 7), "{events:?}");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let problems = |flow: Value| -> Vec<String> {
        let problems = spec(flow).check().unwrap_err();
        problems.into_iter().map(|problem| problem.path).collect()
    };
    let mut flow = eight_orders();
    flow["input"]["keys"] = json!([]);
    flow["source"] = json!({"partitions": 9, "offsets": "on_read"});
    flow["checkpoint"]["mode"] = json!("unaligned");
    flow["operator"] = json!({"max_parallelism": 2, "parallelism": 3});
    flow["sink"] = json!({"kind": "transactional", "transaction_timeout": "2 s"});
    assert_eq!(
        problems(flow),
        [
            "cluster.flow.source.partitions",
            "cluster.flow.input.keys",
            "cluster.flow.operator.parallelism",
            "cluster.flow.sink.transaction_timeout",
            "cluster.flow.checkpoint.mode",
        ]
    );
}

#[test]
fn every_knob_is_read_back_as_it_was_set() {
    let mut flow = slow();
    flow["crash"] = json!({"at": "1 s"});
    flow["rescale"] = json!({"at": "1 s", "parallelism": 2});
    flow["source"]["batch"] = json!({"interval": "200 ms", "cap": 7});
    flow["freshness"] = json!("5 s");
    flow["sink"]["kind"] = json!("transactional");
    let knobs = spec(flow.clone()).knobs();
    let all = Spec::knob_ids();
    let own = crate::cluster::flow::knobs::table();
    assert_eq!(knobs.len(), own.len());
    for knob in knobs {
        assert!(all.contains(&knob.id.as_str()));
        let values: Vec<Value> = match &knob.control {
            Control::Span { .. } => vec![json!(2_345)],
            Control::Number { .. } => vec![json!(2)],
            Control::Select { options, .. } => options.iter().map(|o| json!(o.value)).collect(),
            Control::Instant { .. } => Vec::new(),
        };
        for value in values {
            let set = with(flow.clone(), &[(&knob.id, value.clone())]).knobs();
            let read = set.into_iter().find(|k| k.id == knob.id).unwrap();
            let read = match read.control {
                Control::Span { value, .. }
                | Control::Number { value, .. }
                | Control::Instant { value, .. } => json!(value),
                Control::Select { value, .. } => json!(value),
            };
            assert_eq!(read, value, "{}", knob.id);
        }
    }
}
