//! Twelve orders, on time and late.

use super::*;

/// Twelve orders, one of them late.
#[test]
fn orders() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"tumbling","size":300000},"aggregate":"count","watermark":{"kind":"bounded","delay":240000}}"#,
        "o1 R45 12:00:30 at=12:01
         o2 R12 12:03:06 at=12:03:36
         o3 R45 12:01:54 at=12:04:24
         o4 R45 12:05:30 at=12:05:54
         o5 R12 12:06:24 at=12:07:12
         o6 R45 12:08:06 at=12:08:30
         o7 R12 12:04:24 at=12:09:36
         o8 R45 12:11:18 at=12:11:36
         o9 R12 12:09:12 at=12:12:36
         o10 R12 12:03:42 at=12:13:42
         o11 R12 12:13:06 at=12:14:54
         o12 R45 12:16:24 at=12:16:54
         end",
    );
    narrates(
        &run,
        &[
            (
                0,
                "Neutral | Nothing has happened yet: 12 events in 13 steps to come. | First comes o1 (R45, event time 12:00:30). Flink counts events per key in windows of 5 min. The watermark is the highest event time so far − 4 min − 1 ms.",
            ),
            (
                1,
                "Progress | o1 arrives (R45, event time 12:00:30) and opens [12:00, 12:05). | The watermark moves to 11:56:29.999 = 12:00:30 − 4 min − 1 ms; [12:00, 12:05) waits for 12:04:59.999.",
            ),
            (
                3,
                "Neutral | o3 arrives (R45, event time 12:01:54) and waits in [12:00, 12:05), now 2 events. | The watermark stays at 11:59:05.999: 12:03:06 has been seen already.",
            ),
            (
                4,
                "Progress | o4 arrives (R45, event time 12:05:30) and opens [12:05, 12:10). | The watermark moves to 12:01:29.999 = 12:05:30 − 4 min − 1 ms; [12:00, 12:05) waits for 12:04:59.999.",
            ),
            (
                8,
                "Result | [12:00, 12:05) fires: R12 2, R45 2. | o8 arrives (R45, event time 12:11:18) and opens [12:10, 12:15). The watermark moves to 12:07:17.999 = 12:11:18 − 4 min − 1 ms and passes 12:04:59.999, the last millisecond of [12:00, 12:05).",
            ),
            (
                10,
                "Loss | o10 is late and dropped. | Its event time is 12:03:42; R12's [12:00, 12:05) is over: 12:05:00 − 1 ms + 0 ≤ 12:07:17.999, the watermark (highest event time 12:11:18 − 4 min − 1 ms).",
            ),
            (
                13,
                "Result | 3 results: R12 1 in [12:10, 12:15), R45 1 in [12:10, 12:15), R45 1 in [12:15, 12:20). | The input has ended. The watermark goes to the end of time and passes the last millisecond of 2 windows, 12:14:59.999 to 12:19:59.999.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 9 },
        13,
        "o10 (R12, event time 12:03:42)
          o10 is late and dropped: its window [12:00, 12:05) was over when it came, 12:05:00 − 1 ms + 0 ≤ 12:07:17.999.
          rule: A window takes no more events once its last millisecond plus the allowed lateness is at or below the watermark: end − 1 ms + lateness ≤ watermark (Flink 2.3, WindowOperator.isWindowLate and cleanupTime). An event is judged by the watermark before its own. Late events are dropped and counted (numLateRecordsDropped).
          event time = 12:03:42, 3 min 35.999 s behind the watermark
          its window = [12:00, 12:05)
          over at watermark = 12:05:00 − 1 ms + 0 = 12:04:59.999
          watermark = 12:07:17.999 (highest event time 12:11:18 − 4 min − 1 ms)
          compared = 12:05:00 − 1 ms + 0 ≤ 12:07:17.999
          8. o8 (R45, event time 12:11:18) arrives.
          8. The watermark rises from 12:04:05.999 to 12:07:17.999 = 12:11:18 − 4 min − 1 ms.
          10. o10 (R12, event time 12:03:42) arrives, 3 min 35.999 s behind the watermark.
          10. o10 is late for [12:00, 12:05) and dropped: 12:05:00 − 1 ms + 0 ≤ 12:07:17.999.
          events [9, 7], see Some(10)",
    );
    answers(
        &run,
        &Subject::Event { event: 0 },
        6,
        "o1 (R45, event time 12:00:30)
          o1 waits for a result: R45's [12:00, 12:05) fires when the watermark reaches 12:04:59.999; it is at 12:04:05.999.
          rule: A window takes no more events once its last millisecond plus the allowed lateness is at or below the watermark: end − 1 ms + lateness ≤ watermark (Flink 2.3, WindowOperator.isWindowLate and cleanupTime). An event is judged by the watermark before its own. A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          event time = 12:00:30
          [12:00, 12:05) = takes it: there is no watermark yet
          waits for = 12:05:00 − 1 ms = 12:04:59.999
          watermark = 12:04:05.999 (highest event time 12:08:06 − 4 min − 1 ms)
          still to go = 54 s
          enough would be = an event at 12:09:00 or later
          1. o1 (R45, event time 12:00:30) arrives.
          1. o1 is added to R45's [12:00, 12:05), now 1 event.
          events [0], see Some(1)",
    );
    answers(
        &run,
        &Subject::Event { event: 9 },
        6,
        "o10 (R12, event time 12:03:42)
          o10 has not arrived yet.
          rule: Nothing is known of an event before it arrives.
          event time = 12:03:42
          events [9], see None",
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        13,
        "2 in R12's [12:00, 12:05)
          R12's [12:00, 12:05) emits 2 because the watermark 12:07:17.999 ≥ 12:04:59.999, its last millisecond.
          rule: A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          waited for = 12:04:59.999
          watermark = 12:07:17.999 (highest event time 12:11:18 − 4 min − 1 ms)
          made from = 2 events: o2 and o7
          came out = step 8, processing time 12:11:36
          2. o2 is added to R12's [12:00, 12:05), now 1 event.
          8. o8 (R45, event time 12:11:18) arrives.
          8. The watermark rises from 12:04:05.999 to 12:07:17.999 = 12:11:18 − 4 min − 1 ms.
          8. The timer of R12's [12:00, 12:05) for watermark 12:04:59.999 is due.
          8. R12's [12:00, 12:05) emits 2: the watermark 12:07:17.999 ≥ 12:04:59.999, its last millisecond.
          events [1, 6, 7], see Some(8)",
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        6,
        "A result of R12's [12:00, 12:05)
          It has not come out yet.
          rule: A result is there from the step that emits it.
          now = step 6
          events [], see None",
    );
    answers(
        &run,
        &missing("R45", "12:05", "12:10"),
        8,
        "No result of R45's [12:05, 12:10)?
          Not yet: R45's [12:05, 12:10) fires when the watermark reaches 12:09:59.999; it is at 12:07:17.999.
          rule: A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          waits for = 12:10:00 − 1 ms = 12:09:59.999
          watermark = 12:07:17.999 (highest event time 12:11:18 − 4 min − 1 ms)
          still to go = 2 min 42 s
          enough would be = an event at 12:14:00 or later
          opened = step 4
          holds = 2 events: o4 and o6
          results = none
          4. o4 (R45, event time 12:05:30) arrives.
          4. o4 is added to R45's [12:05, 12:10), now 1 event.
          8. o8 (R45, event time 12:11:18) arrives.
          8. The watermark rises from 12:04:05.999 to 12:07:17.999 = 12:11:18 − 4 min − 1 ms.
          events [3, 5, 7], see Some(4)",
    );
    answers(
        &run,
        &missing("R12", "12:00", "12:05"),
        13,
        "No result of R12's [12:00, 12:05)?
          There is one since step 8: 2. R12's [12:00, 12:05) emits 2 because the watermark 12:07:17.999 ≥ 12:04:59.999, its last millisecond.
          rule: A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          waited for = 12:04:59.999
          watermark = 12:07:17.999 (highest event time 12:11:18 − 4 min − 1 ms)
          made from = 2 events: o2 and o7
          came out = step 8, processing time 12:11:36
          2. o2 is added to R12's [12:00, 12:05), now 1 event.
          8. o8 (R45, event time 12:11:18) arrives.
          8. The watermark rises from 12:04:05.999 to 12:07:17.999 = 12:11:18 − 4 min − 1 ms.
          8. The timer of R12's [12:00, 12:05) for watermark 12:04:59.999 is due.
          8. R12's [12:00, 12:05) emits 2: the watermark 12:07:17.999 ≥ 12:04:59.999, its last millisecond.
          events [1, 6, 7], see Some(8)",
    );
    answers(
        &run,
        &missing("R45", "12:20", "12:25"),
        13,
        "No result of R45's [12:20, 12:25)?
          No event of R45 that belongs to [12:20, 12:25) has arrived, and no step is left: a window without events does not exist.
          rule: A window exists per key, from the first event that it takes; without one there is no state, no timer and no result.
          watermark = the end of time (the input has ended)
          events of R45 so far = 6
          events [], see None",
    );
    answers(
        &run,
        &missing("R45", "12:03", "12:08"),
        13,
        "No result of R45's [12:03, 12:08)?
          There is no window [12:03, 12:08): windows of 5 min start every 5 min, so that one is [12:00, 12:05).
          rule: A window starts at time − floormod(time − offset, step), and is a half-open interval: its end belongs to the next.
          size = 5 min
          from one start to the next = 5 min
          offset = 0
          events [], see None",
    );
    answers(
        &run,
        &missing("R99", "12:00", "12:05"),
        13,
        "No result of R99 in [12:00, 12:05)
          No event has the key R99: a window without events does not exist.
          rule: A window exists per key, from the first event that it takes; without one there is no state, no timer and no result.
          watermark = the end of time (the input has ended)
          events [], see None",
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        10,
        "Watermark: 12:07:17.999
          The watermark stands at 12:07:17.999: highest event time 12:11:18 − 4 min − 1 ms.
          rule: A source's watermark is the highest event time it has seen minus the delay minus 1 ms, and never falls: max(timestamp) − delay − 1 ms (Flink 2.3, BoundedOutOfOrdernessWatermarks).
          watermark = 12:07:17.999
          told by the source = 12:07:17.999 (highest event time 12:11:18 − 4 min − 1 ms)
          8. o8 (R45, event time 12:11:18) arrives.
          8. The watermark rises from 12:04:05.999 to 12:07:17.999 = 12:11:18 − 4 min − 1 ms.
          events [7], see Some(8)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        3,
        "R45's [12:00, 12:05)
          R45's [12:00, 12:05) fires when the watermark reaches 12:04:59.999; it is at 11:59:05.999.
          rule: A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          waits for = 12:05:00 − 1 ms = 12:04:59.999
          watermark = 11:59:05.999 (highest event time 12:03:06 − 4 min − 1 ms)
          still to go = 5 min 54 s
          enough would be = an event at 12:09:00 or later
          opened = step 1
          holds = 2 events: o1 and o3
          results = none
          1. o1 (R45, event time 12:00:30) arrives.
          1. o1 is added to R45's [12:00, 12:05), now 1 event.
          2. o2 (R12, event time 12:03:06) arrives.
          2. The watermark rises from 11:56:29.999 to 11:59:05.999 = 12:03:06 − 4 min − 1 ms.
          events [0, 2, 1], see Some(1)",
    );
}

/// Within the allowed lateness an event fires its window again.
#[test]
fn allowed_lateness() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"tumbling","size":300000},"aggregate":"count","watermark":{"kind":"bounded","delay":60000},"allowed_lateness":300000}"#,
        "o1 R45 12:00:30 at=12:01
         o2 R12 12:03:06 at=12:03:36
         o3 R45 12:01:54 at=12:04:24
         o4 R45 12:05:30 at=12:05:54
         o5 R12 12:06:24 at=12:07:12
         o6 R45 12:08:06 at=12:08:30
         o7 R12 12:04:24 at=12:09:36
         o8 R45 12:11:18 at=12:11:36
         o9 R12 12:09:12 at=12:12:36
         o10 R12 12:03:42 at=12:13:42
         o11 R12 12:13:06 at=12:14:54
         o12 R45 12:16:24 at=12:16:54
         end",
    );
    narrates(
        &run,
        &[
            (
                7,
                "Result | [12:00, 12:05) fires again: R12 2. | o7 arrives (R12, event time 12:04:24) and joins [12:00, 12:05), now 2 events. It is 2 min 41.999 s behind the watermark, but its window is not over: 12:05:00 − 1 ms + 5 min > 12:07:05.999. The watermark stays at 12:07:05.999: 12:08:06 has been seen already. The window had fired already: each event that it still takes fires it again.",
            ),
            (
                8,
                "Result | [12:05, 12:10) fires: R12 1, R45 2. | o8 arrives (R45, event time 12:11:18) and opens [12:10, 12:15). The watermark moves to 12:10:17.999 = 12:11:18 − 1 min − 1 ms and passes 12:09:59.999, the last millisecond of [12:05, 12:10). [12:00, 12:05) is removed from state: 12:05:00 − 1 ms + 5 min ≤ 12:10:17.999.",
            ),
            (
                10,
                "Loss | o10 is late and dropped. | Its event time is 12:03:42; R12's [12:00, 12:05) is over: 12:05:00 − 1 ms + 5 min ≤ 12:10:17.999, the watermark (highest event time 12:11:18 − 1 min − 1 ms).",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 6 },
        13,
        "o7 (R12, event time 12:04:24)
          o7 is 2 min 41.999 s behind the watermark but counted, in the result 2 (R12's [12:00, 12:05), step 7).
          rule: A window takes no more events once its last millisecond plus the allowed lateness is at or below the watermark: end − 1 ms + lateness ≤ watermark (Flink 2.3, WindowOperator.isWindowLate and cleanupTime). An event is judged by the watermark before its own. A window that has ended but is still kept for the allowed lateness fires at once for each event added (Flink 2.3, EventTimeTrigger.onElement).
          event time = 12:04:24, 2 min 41.999 s behind the watermark
          [12:00, 12:05) = takes it: 12:05:00 − 1 ms + 5 min > 12:07:05.999
          7. o7 (R12, event time 12:04:24) arrives, 2 min 41.999 s behind the watermark.
          7. o7 is added to R12's [12:00, 12:05), now 2 events.
          7. R12's [12:00, 12:05) emits 2: a late event, still taken although the watermark 12:07:05.999 ≥ 12:04:59.999.
          events [6], see Some(7)",
    );
    answers(
        &run,
        &Subject::Window { lane: 1 },
        7,
        "R12's [12:00, 12:05)
          R12's [12:00, 12:05) has fired and is still kept: only an event that it still takes makes it fire again.
          rule: A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          waits for = 12:05:00 − 1 ms = 12:04:59.999
          watermark = 12:07:05.999 (highest event time 12:08:06 − 1 min − 1 ms)
          opened = step 2
          holds = 2 events: o2 and o7
          results = 2, the last at step 7: 2
          2. o2 (R12, event time 12:03:06) arrives.
          2. o2 is added to R12's [12:00, 12:05), now 1 event.
          6. o6 (R45, event time 12:08:06) arrives.
          6. The watermark rises from 12:05:23.999 to 12:07:05.999 = 12:08:06 − 1 min − 1 ms.
          7. o7 (R12, event time 12:04:24) arrives, 2 min 41.999 s behind the watermark.
          7. o7 is added to R12's [12:00, 12:05), now 2 events.
          7. R12's [12:00, 12:05) emits 2: a late event, still taken although the watermark 12:07:05.999 ≥ 12:04:59.999.
          events [1, 6, 5], see Some(7)",
    );
    answers(
        &run,
        &Subject::Window { lane: 1 },
        8,
        "R12's [12:00, 12:05)
          R12's [12:00, 12:05) is over and was removed from state at step 8, after 2 results: 12:05:00 − 1 ms + 5 min ≤ 12:10:17.999.
          rule: A window takes no more events once its last millisecond plus the allowed lateness is at or below the watermark: end − 1 ms + lateness ≤ watermark (Flink 2.3, WindowOperator.isWindowLate and cleanupTime). An event is judged by the watermark before its own.
          over at watermark = 12:05:00 − 1 ms + 5 min = 12:09:59.999
          watermark = 12:10:17.999 (highest event time 12:11:18 − 1 min − 1 ms)
          compared = 12:05:00 − 1 ms + 5 min ≤ 12:10:17.999
          opened = step 2
          holds = nothing any more
          results = 2, the last at step 7: 2
          2. o2 (R12, event time 12:03:06) arrives.
          2. o2 is added to R12's [12:00, 12:05), now 1 event.
          8. o8 (R45, event time 12:11:18) arrives.
          8. The watermark rises from 12:07:05.999 to 12:10:17.999 = 12:11:18 − 1 min − 1 ms.
          8. The timer of R12's [12:00, 12:05) for watermark 12:09:59.999 is due.
          8. R12's [12:00, 12:05) is removed from state: 12:05:00 − 1 ms + 5 min ≤ 12:10:17.999.
          events [1, 7], see Some(8)",
    );
}
