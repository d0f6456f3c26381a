//! Windows of every kind.

use super::*;

/// Sessions grow, merge and end.
#[test]
fn sessions() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"session","gap":10000},"aggregate":"count","watermark":{"kind":"bounded","delay":30000}}"#,
        "a k 12:00:00
         b k 12:00:15
         c k 12:00:08
         d k 12:00:40
         e k 12:00:33
         end",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Progress | b arrives (k, event time 12:00:15) and opens [12:00:15, 12:00:25). | The watermark moves to 11:59:44.999 = 12:00:15 − 30 s − 1 ms; [12:00:00, 12:00:10) waits for 12:00:09.999.",
            ),
            (
                3,
                "Progress | k's [12:00:00, 12:00:10) and [12:00:15, 12:00:25) become [12:00:00, 12:00:25). | c arrives (k, event time 12:00:08) and waits in [12:00:00, 12:00:25), now 3 events. The watermark stays at 11:59:44.999: 12:00:15 has been seen already.",
            ),
            (
                5,
                "Neutral | e arrives (k, event time 12:00:33) and extends [12:00:40, 12:00:50) to [12:00:33, 12:00:50), now 2 events. | The watermark stays at 12:00:09.999: 12:00:40 has been seen already.",
            ),
            (
                6,
                "Result | 2 results: k 3 in [12:00:00, 12:00:25), k 2 in [12:00:33, 12:00:50). | The input has ended. The watermark goes to the end of time and passes the last millisecond of 2 windows, 12:00:24.999 to 12:00:49.999.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        6,
        "k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) went into [12:00:00, 12:00:25) at step 3: an event brought them together.
          rule: Each event starts a session [t, t + gap); sessions of a key that overlap or touch become one (Flink 2.3, EventTimeSessionWindows, TimeWindow.intersects).
          went into = [12:00:00, 12:00:25)
          opened = step 1
          holds = nothing any more
          results = none
          1. a (k, event time 12:00:00) arrives.
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          3. c (k, event time 12:00:08) arrives.
          3. k's [12:00:00, 12:00:10) merges into [12:00:00, 12:00:25).
          events [0, 2], see Some(3)",
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        6,
        "3 in k's [12:00:00, 12:00:25)
          k's [12:00:00, 12:00:25) emits 3 because the watermark is at the end of time, past 12:00:24.999.
          rule: A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          waited for = 12:00:24.999
          watermark = the end of time (the input has ended)
          made from = 3 events: a, b and c
          came out = step 6
          3. k's [12:00:00, 12:00:10) merges into [12:00:00, 12:00:25).
          3. k's [12:00:15, 12:00:25) merges into [12:00:00, 12:00:25).
          3. c is added to k's [12:00:00, 12:00:25), now 3 events.
          4. d (k, event time 12:00:40) arrives.
          6. The input has ended.
          6. The watermark rises from 12:00:09.999 to the end of time.
          6. The timer of k's [12:00:00, 12:00:25) for watermark 12:00:24.999 is due.
          6. k's [12:00:00, 12:00:25) emits 3: the watermark is at the end of time, past 12:00:24.999.
          events [0, 1, 2, 3], see Some(6)",
    );
    answers(
        &run,
        &missing("k", "12:00:15", "12:00:25"),
        6,
        "No result of k's [12:00:15, 12:00:25)?
          Its events are in another window now. k's [12:00:15, 12:00:25) went into [12:00:00, 12:00:25) at step 3: an event brought them together.
          rule: Each event starts a session [t, t + gap); sessions of a key that overlap or touch become one (Flink 2.3, EventTimeSessionWindows, TimeWindow.intersects).
          went into = [12:00:00, 12:00:25)
          opened = step 2
          holds = nothing any more
          results = none
          2. b (k, event time 12:00:15) arrives.
          2. b is added to k's [12:00:15, 12:00:25), now 1 event.
          3. c (k, event time 12:00:08) arrives.
          3. k's [12:00:15, 12:00:25) merges into [12:00:00, 12:00:25).
          events [1, 2], see Some(3)",
    );
}

/// One window takes the event, another does not.
#[test]
fn sliding() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"sliding","size":10000,"slide":5000},"aggregate":"count","watermark":{"kind":"bounded","delay":0}}"#,
        "a k 12:00:00
         b k 12:00:12
         c k 12:00:08
         d k 11:59:59
         end",
    );
    narrates(
        &run,
        &[
            (
                1,
                "Progress | a arrives (k, event time 12:00:00) and waits in [11:59:55, 12:00:05) and [12:00:00, 12:00:10). | The watermark moves to 11:59:59.999 = 12:00:00 − 0 − 1 ms; [11:59:55, 12:00:05) waits for 12:00:04.999.",
            ),
            (
                2,
                "Result | 2 results: k 1 in [11:59:55, 12:00:05), k 1 in [12:00:00, 12:00:10). | b arrives (k, event time 12:00:12) and waits in [12:00:05, 12:00:15) and [12:00:10, 12:00:20). The watermark moves to 12:00:11.999 = 12:00:12 − 0 − 1 ms and passes the last millisecond of 2 windows, 12:00:04.999 to 12:00:09.999.",
            ),
            (
                3,
                "Neutral | c arrives (k, event time 12:00:08) and waits in [12:00:05, 12:00:15), now 2 events. | [12:00:00, 12:00:10) is over and does not take it: 12:00:10 − 1 ms + 0 ≤ 12:00:11.999. It is 3.999 s behind the watermark, but its window is not over: 12:00:15 − 1 ms + 0 > 12:00:11.999. The watermark stays at 12:00:11.999: 12:00:12 has been seen already.",
            ),
            (
                4,
                "Loss | d is late and dropped. | Its event time is 11:59:59; even the last of its 2 windows, [11:59:55, 12:00:05), is over: 12:00:05 − 1 ms + 0 ≤ 12:00:11.999, the watermark (highest event time 12:00:12 − 0 − 1 ms).",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 2 },
        3,
        "c (k, event time 12:00:08)
          c waits for a result: k's [12:00:05, 12:00:15) fires when the watermark reaches 12:00:14.999; it is at 12:00:11.999.
          rule: A window takes no more events once its last millisecond plus the allowed lateness is at or below the watermark: end − 1 ms + lateness ≤ watermark (Flink 2.3, WindowOperator.isWindowLate and cleanupTime). An event is judged by the watermark before its own. A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          event time = 12:00:08, 3.999 s behind the watermark
          [12:00:05, 12:00:15) = takes it: 12:00:15 − 1 ms + 0 > 12:00:11.999
          [12:00:00, 12:00:10) = over: 12:00:10 − 1 ms + 0 ≤ 12:00:11.999
          waits for = 12:00:15 − 1 ms = 12:00:14.999
          watermark = 12:00:11.999 (highest event time 12:00:12 − 0 − 1 ms)
          still to go = 3 s
          enough would be = an event at 12:00:15 or later
          3. c (k, event time 12:00:08) arrives, 3.999 s behind the watermark.
          3. c is added to k's [12:00:05, 12:00:15), now 2 events.
          3. k's [12:00:00, 12:00:10) does not take c: 12:00:10 − 1 ms + 0 ≤ 12:00:11.999.
          events [2], see Some(3)",
    );
    answers(
        &run,
        &Subject::Event { event: 3 },
        4,
        "d (k, event time 11:59:59)
          d is late and dropped: even the last of its 2 windows, [11:59:55, 12:00:05), was over when it came, 12:00:05 − 1 ms + 0 ≤ 12:00:11.999.
          rule: A window takes no more events once its last millisecond plus the allowed lateness is at or below the watermark: end − 1 ms + lateness ≤ watermark (Flink 2.3, WindowOperator.isWindowLate and cleanupTime). An event is judged by the watermark before its own. Late events are dropped and counted (numLateRecordsDropped).
          event time = 11:59:59, 12.999 s behind the watermark
          its window = [11:59:55, 12:00:05)
          over at watermark = 12:00:05 − 1 ms + 0 = 12:00:04.999
          watermark = 12:00:11.999 (highest event time 12:00:12 − 0 − 1 ms)
          compared = 12:00:05 − 1 ms + 0 ≤ 12:00:11.999
          [11:59:50, 12:00:00) = over: 12:00:00 − 1 ms + 0 ≤ 12:00:11.999
          2. b (k, event time 12:00:12) arrives.
          2. The watermark rises from 11:59:59.999 to 12:00:11.999 = 12:00:12 − 0 − 1 ms.
          4. d (k, event time 11:59:59) arrives, 12.999 s behind the watermark.
          4. d is late for [11:59:50, 12:00:00) and dropped: 12:00:00 − 1 ms + 0 ≤ 12:00:11.999.
          events [3, 1], see Some(4)",
    );
}

/// Between windows, and the side output.
#[test]
fn gaps() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"sliding","size":2000,"slide":5000},"aggregate":"count","watermark":{"kind":"bounded","delay":0},"late_data":"side_output"}"#,
        "a k 12:00:00
         b k 12:00:03
         c k 12:00:02
         d k 12:00:00
         end",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Loss | b falls between windows and is in none: windows of 2 s start every 5 s and leave gaps. | Its event time is 12:00:03. The watermark moves to 12:00:02.999 = 12:00:03 − 0 − 1 ms and passes 12:00:01.999, the last millisecond of [12:00:00, 12:00:02). [12:00:00, 12:00:02) fires: k 1.",
            ),
            (
                3,
                "Loss | c is late and sent to the side output. | Its event time is 12:00:02: 12:00:02 + 0 ≤ 12:00:02.999, the watermark (highest event time 12:00:03 − 0 − 1 ms).",
            ),
            (
                4,
                "Loss | d is late and sent to the side output. | Its event time is 12:00:00; k's [12:00:00, 12:00:02) is over: 12:00:02 − 1 ms + 0 ≤ 12:00:02.999, the watermark (highest event time 12:00:03 − 0 − 1 ms).",
            ),
            (
                5,
                "Progress | The input has ended. | The watermark goes to the end of time.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 1 },
        5,
        "b (k, event time 12:00:03)
          b falls between windows and is in none: windows of 2 s start every 5 s and leave gaps.
          rule: Where windows start further apart than they are long, an event between two of them is in none; ahead of the watermark it is not late either, so it vanishes without a trace (Flink 2.3, WindowOperator.processElement).
          event time = 12:00:03, 3.001 s ahead of the watermark 11:59:59.999
          2. b (k, event time 12:00:03) arrives.
          2. b falls between windows and is in none: windows of 2 s start every 5 s and leave gaps.
          events [1], see Some(2)",
    );
    answers(
        &run,
        &Subject::Event { event: 2 },
        5,
        "c (k, event time 12:00:02)
          c is late and sent to the side output: 12:00:02 + 0 ≤ 12:00:02.999.
          rule: An event that no window takes is late once its own time plus the allowed lateness is at or below the watermark: timestamp + lateness ≤ watermark (Flink 2.3, WindowOperator.isElementLate). Late events go to the side output (sideOutputLateData).
          event time = 12:00:02, 999 ms behind the watermark
          late at watermark = 12:00:02 + 0 = 12:00:02
          watermark = 12:00:02.999 (highest event time 12:00:03 − 0 − 1 ms)
          compared = 12:00:02 + 0 ≤ 12:00:02.999
          2. b (k, event time 12:00:03) arrives.
          2. The watermark rises from 11:59:59.999 to 12:00:02.999 = 12:00:03 − 0 − 1 ms.
          3. c (k, event time 12:00:02) arrives, 999 ms behind the watermark.
          3. c is late and sent to the side output: 12:00:02 + 0 ≤ 12:00:02.999.
          events [2, 1], see Some(3)",
    );
}

/// The default trigger of global windows never fires.
#[test]
fn global() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"global"},"aggregate":"count","watermark":{"kind":"bounded","delay":0}}"#,
        "a k 12:00:00
         end",
    );
    narrates(
        &run,
        &[
            (
                1,
                "Progress | a arrives (k, event time 12:00) and opens the global window. | The watermark moves to 11:59:59.999 = 12:00 − 0 − 1 ms.",
            ),
            (
                2,
                "Progress | The input has ended. | The watermark goes to the end of time.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        2,
        "k's global window
          k's global window never fires: the default trigger of global windows is NeverTrigger.
          rule: A trigger decides when a window's result comes out; without one that fires, it never does.
          watermark = the end of time (the input has ended)
          opened = step 1
          holds = 1 event: a
          results = none
          1. a (k, event time 12:00) arrives.
          1. a is added to k's global window, now 1 event.
          2. The input has ended.
          2. The watermark rises from 11:59:59.999 to the end of time.
          events [0], see Some(1)",
    );
}

/// A continuous trigger on a global window never comes to an end.
#[test]
fn halted() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"global"},"aggregate":"count","watermark":{"kind":"bounded","delay":0},"trigger":{"kind":"continuous_event_time","interval":60000}}"#,
        "a k 12:00:00
         b k 12:01:03
         end",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Result | The global window fires: k 2. | b arrives (k, event time 12:01:03) and joins the global window, now 2 events. The watermark moves to 12:01:02.999 = 12:01:03 − 0 − 1 ms. A firing was due when the watermark reached 12:01:00.",
            ),
            (
                3,
                "Loss | The job would never come to an end here. | The input has ended. The watermark goes to the end of time. The global window fires again: k 2, k 2, k 2, and 9998 more. It has emitted 10001 results in this step and would go on: the trigger sets itself a new timer with each firing, and the end of time is past all of them. The simulation stops.",
            ),
        ],
    );
}

/// Windows of so many events.
#[test]
fn count_windows() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"count","size":2},"aggregate":"concat","watermark":{"kind":"none"}}"#,
        "a k 12:00:00
         b k 12:01:03
         c k 12:00:00
         end",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Result | The global window fires: k a+b. | b arrives (k, event time 12:01:03) and joins the global window, now 2 events. The trigger asks for 2 events. The window starts empty again.",
            ),
            (
                3,
                "Neutral | c arrives (k, event time 12:00:00) and waits in the global window, now 1 event.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 2 },
        3,
        "c (k, event time 12:00:00)
          c waits for a result: k's global window waits for 1 more event before its next result: the trigger asks for 2, and 1 came.
          rule: The window fires whenever so many events of its key have come since the last firing: count ≥ n (Flink 2.3, CountTrigger).
          event time = 12:00:00
          the global window = takes it: it is never over for an event
          asked for = 2 events
          since the last firing = 1 event
          3. c (k, event time 12:00:00) arrives.
          3. c is added to k's global window, now 1 event.
          events [2], see Some(3)",
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        2,
        "Watermark: none yet
          The pipeline has no watermark.
          rule: There is no watermark, so nothing is ever late and nothing is waited for.
          watermark = none yet
          told by the source = none yet
          events [], see None",
    );
}
