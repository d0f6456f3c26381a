//! Rules that the recorded cases do not show, tried on the real `GeneralTriggerDriver` of Beam 2.77 where it has them.

use super::{check, run, sessions, steps, tumbling};
use crate::time::Watermark;
use serde_json::json;

#[test]
fn at_the_very_end_of_the_lateness_an_element_is_taken() {
    let pipeline = tumbling(500, &json!({"kind": "default"}), "accumulating");
    check(
        &pipeline,
        "a@0 wm=1499 a@1*2 wm=1500 a@2*4 wm=1501 a@3*8",
        "1: a[0,1000)=1 on time#0
         2: a[0,1000)=3 late#1
         4: a[0,1000)=7 late#2
         6: late e6",
    );
}

#[test]
fn a_finished_trigger_swallows_and_what_merges_with_it_is_swallowed_too() {
    let pipeline = sessions(5000, &json!({"kind": "after_watermark"}), "accumulating");
    check(
        &pipeline,
        "a@0 a@1500 wm=1000 a@900*2 wm=9000",
        "2: a[0,1000)=1 on time#0
         3: swallowed",
    );
}

#[test]
fn a_late_trigger_that_waits_for_two_calls_its_panes_early() {
    let trigger = json!({"kind": "after_watermark", "late": {"kind": "count", "n": 2}});
    check(
        &tumbling(5000, &trigger, "accumulating"),
        "a@0 wm=1000 a@1*2 a@2*4",
        "1: a[0,1000)=1 on time#0
         3: a[0,1000)=7 early#1",
    );
}

#[test]
fn after_any_with_a_delay_fires_by_it_once() {
    // `any` of no finished trigger is false: nothing is reset, and the delay is never set again.
    let trigger = json!({"kind": "repeatedly", "trigger": {"kind": "after_any", "triggers": [
        {"kind": "count", "n": 3}, {"kind": "processing_time", "delay": 100}]}});
    let mut pipeline = tumbling(0, &trigger, "discarding");
    pipeline["window"] = json!({"kind": "global"});
    check(
        &pipeline,
        "clock=0 a@0 clock=100 a@1*2 clock=200 a@2*4 a@3*8 clock=300",
        "2: a=1 early#0
         5: a=6 early#1
         7: a=8 early#2",
    );
}

#[test]
fn sessions_that_merge_keep_the_delays_of_both() {
    let trigger =
        json!({"kind": "after_watermark", "early": {"kind": "processing_time", "delay": 100}});
    check(
        &sessions(0, &trigger, "discarding"),
        "clock=0 a@0 clock=50 a@1500*2 clock=60 a@800*4 clock=100 clock=150",
        "6: a[0,2500)=7 early#0
         7: a[0,2500)=0 early#1",
    );
}

#[test]
fn a_clock_ahead_of_the_watermark_closes_nothing() {
    let trigger = json!({"kind": "after_watermark", "early": {"kind": "processing_time", "delay": 100},
        "late": {"kind": "processing_time", "delay": 100}});
    check(
        &tumbling(5000, &trigger, "accumulating"),
        "clock=5000 a@0 clock=5100 a@1*2 wm=1000 clock=5300 a@2*4 clock=5400",
        "2: a[0,1000)=1 early#0
         4: a[0,1000)=3 on time#1
         5: a[0,1000)=3 late#2
         7: a[0,1000)=7 late#3",
    );
}

#[test]
fn a_delay_of_nothing_is_over_in_the_same_step() {
    let trigger = json!({"kind": "repeatedly", "trigger": {"kind": "processing_time", "delay": 0}});
    check(
        &tumbling(0, &trigger, "accumulating"),
        "a@0 a@1*2 wm=400",
        "0: a[0,1000)=1 early#0
         1: a[0,1000)=3 early#1",
    );
}

#[test]
fn a_bounded_watermark_is_told_after_each_event() {
    let mut pipeline = tumbling(0, &json!({"kind": "default"}), "discarding");
    pipeline["watermark"] = json!({"kind": "bounded", "delay": 200});
    check(
        &pipeline,
        "a@0 a@1199 a@-1*2 a@1200 a@999*4 a@1201 a@999*8 end",
        "2: late e2
         3: a[0,1000)=1 on time#0
         4: a[0,1000)=4 late#1
         6: late e6
         7: a[1000,2000)=3 on time#0",
    );
    let run = run(&pipeline, &steps("a@0 a@1199 end"));
    let told: Vec<_> = run.trace.watermarks.iter().map(|rise| rise.to).collect();
    assert_eq!(
        told,
        [
            Watermark::from_raw(-200),
            Watermark::from_raw(999),
            Watermark::END
        ]
    );
}

#[test]
fn the_slowest_source_holds_the_watermark_until_it_ends() {
    let pipeline = tumbling(0, &json!({"kind": "default"}), "discarding");
    check(
        &pipeline,
        "a@0 a@1*2/1 wm=5000 wm=999/1 wm=1000/1 end",
        "4: a[0,1000)=3 on time#0",
    );
}

#[test]
fn an_event_between_windows_is_in_none() {
    let mut pipeline = tumbling(0, &json!({"kind": "default"}), "discarding");
    pipeline["window"] = json!({"kind": "sliding", "size": 10, "slide": 30, "offset": -5});
    check(&pipeline, "a@20 a@26*2 end", "2: a[25,35)=2 on time#0");
}

#[test]
fn a_retracting_pane_comes_after_the_withdrawal_of_the_last() {
    let trigger = json!({"kind": "after_watermark", "early": {"kind": "count", "n": 1}});
    check(
        &tumbling(0, &trigger, "retracting"),
        "a@0 a@1*2 wm=1000",
        "0: a[0,1000)=1 early#0
         1: a[0,1000)! early#0
         1: a[0,1000)=3 early#1
         2: a[0,1000)! early#1
         2: a[0,1000)=3 on time#2",
    );
    // A session that grows withdraws what came out under its old bounds, of every session that it took in.
    check(
        &sessions(0, &trigger, "retracting"),
        "a@0 a@1500*2 a@900*4",
        "0: a[0,1000)=1 early#0
         1: a[1500,2500)=2 early#0
         2: a[0,1000)! early#0
         2: a[1500,2500)! early#0
         2: a[0,2500)=7 early#0",
    );
}

#[test]
fn the_least_of_nothing_is_nothing() {
    let trigger = json!({"kind": "after_watermark", "early": {"kind": "count", "n": 1}});
    let mut pipeline = tumbling(0, &trigger, "discarding");
    pipeline["aggregate"] = json!("min");
    check(
        &pipeline,
        "a@0*5 wm=1000",
        "0: a[0,1000)=5 early#0
         1: a[0,1000)! on time#1",
    );
}
