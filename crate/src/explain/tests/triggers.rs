//! Triggers and the two clocks.

use super::*;

/// A purging count trigger.
#[test]
fn count_trigger() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"tumbling","size":10000},"aggregate":"sum","watermark":{"kind":"bounded","delay":0},"trigger":{"kind":"count","n":2,"purging":true}}"#,
        "a k 12:00:00 value=3
         b k 12:00:05 value=4
         c k 12:00:06
         d k 12:00:11
         end",
    );
    narrates(
        &run,
        &[
            (
                0,
                "Neutral | Nothing has happened yet: 4 events in 5 steps to come. | First comes a (k, value 3, event time 12:00:00). Flink sums values per key in windows of 10 s. Trigger: 2 events. The watermark is the highest event time so far − 0 − 1 ms.",
            ),
            (
                1,
                "Progress | a arrives (k, value 3, event time 12:00:00) and opens [12:00:00, 12:00:10). | The watermark moves to 11:59:59.999 = 12:00:00 − 0 − 1 ms.",
            ),
            (
                2,
                "Result | [12:00:00, 12:00:10) fires: k 7. | b arrives (k, value 4, event time 12:00:05) and joins [12:00:00, 12:00:10), now 2 events. The watermark moves to 12:00:04.999 = 12:00:05 − 0 − 1 ms. The trigger asks for 2 events. The window starts empty again.",
            ),
            (
                3,
                "Progress | c arrives (k, value 1, event time 12:00:06) and waits in [12:00:00, 12:00:10), now 1 event. | The watermark moves to 12:00:05.999 = 12:00:06 − 0 − 1 ms.",
            ),
            (
                4,
                "Progress | d arrives (k, value 1, event time 12:00:11) and opens [12:00:10, 12:00:20). | The watermark moves to 12:00:10.999 = 12:00:11 − 0 − 1 ms. [12:00:00, 12:00:10) is removed from state: 12:00:10 − 1 ms + 0 ≤ 12:00:10.999.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 2 },
        3,
        "c (k, value 1, event time 12:00:06)
          c waits for a result: k's [12:00:00, 12:00:10) waits for 1 more event before its next result: the trigger asks for 2, and 1 came.
          rule: A window takes no more events once its last millisecond plus the allowed lateness is at or below the watermark: end − 1 ms + lateness ≤ watermark (Flink 2.3, WindowOperator.isWindowLate and cleanupTime). An event is judged by the watermark before its own. The window fires whenever so many events of its key have come since the last firing: count ≥ n (Flink 2.3, CountTrigger).
          event time = 12:00:06, 1.001 s ahead of the watermark 12:00:04.999
          [12:00:00, 12:00:10) = takes it: 12:00:10 − 1 ms + 0 > 12:00:04.999
          asked for = 2 events
          since the last firing = 1 event
          3. c (k, value 1, event time 12:00:06) arrives.
          3. c is added to k's [12:00:00, 12:00:10), now 1 event.
          events [2], see Some(3)",
    );
    answers(
        &run,
        &Subject::Event { event: 2 },
        4,
        "c (k, value 1, event time 12:00:06)
          c was taken, but its window is gone and no result had it.
          rule: A window takes no more events once its last millisecond plus the allowed lateness is at or below the watermark: end − 1 ms + lateness ≤ watermark (Flink 2.3, WindowOperator.isWindowLate and cleanupTime). An event is judged by the watermark before its own.
          event time = 12:00:06, 1.001 s ahead of the watermark 12:00:04.999
          [12:00:00, 12:00:10) = takes it: 12:00:10 − 1 ms + 0 > 12:00:04.999
          3. c (k, value 1, event time 12:00:06) arrives.
          3. c is added to k's [12:00:00, 12:00:10), now 1 event.
          events [2], see Some(3)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        3,
        "k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) waits for 1 more event before its next result: the trigger asks for 2, and 1 came.
          rule: The window fires whenever so many events of its key have come since the last firing: count ≥ n (Flink 2.3, CountTrigger).
          asked for = 2 events
          since the last firing = 1 event
          opened = step 1
          holds = 1 event: c
          results = 1, the last at step 2: 7
          1. a (k, value 3, event time 12:00:00) arrives.
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          2. b (k, value 4, event time 12:00:05) arrives.
          2. b is added to k's [12:00:00, 12:00:10), now 2 events.
          2. k's [12:00:00, 12:00:10) emits 7: the trigger's 2 events came.
          3. c (k, value 1, event time 12:00:06) arrives.
          3. The watermark rises from 12:00:04.999 to 12:00:05.999 = 12:00:06 − 0 − 1 ms.
          events [2, 0, 1], see Some(2)",
    );
}

/// A firing at every interval that the watermark passes.
#[test]
fn continuous_event_time() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"tumbling","size":10000},"aggregate":"count","watermark":{"kind":"bounded","delay":0},"trigger":{"kind":"continuous_event_time","interval":2000}}"#,
        "a k 12:00:00
         b k 12:00:05
         c k 12:00:06
         d k 12:00:11
         end",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Result | [12:00:00, 12:00:10) fires: k 2, k 2. | b arrives (k, event time 12:00:05) and joins [12:00:00, 12:00:10), now 2 events. The watermark moves to 12:00:04.999 = 12:00:05 − 0 − 1 ms. On its way the watermark passed 2 times at which a firing was due, 12:00:02 to 12:00:04.",
            ),
            (
                4,
                "Result | [12:00:00, 12:00:10) fires again: k 3, k 3, k 3. | d arrives (k, event time 12:00:11) and opens [12:00:10, 12:00:20). The watermark moves to 12:00:10.999 = 12:00:11 − 0 − 1 ms and passes 12:00:09.999, the last millisecond of [12:00:00, 12:00:10). On its way the watermark passed 2 times at which a firing was due, 12:00:06 to 12:00:08.",
            ),
            (
                5,
                "Result | [12:00:10, 12:00:20) fires: k 1, k 1, k 1, and 2 more. | The input has ended. The watermark goes to the end of time and passes 12:00:19.999, the last millisecond of [12:00:10, 12:00:20). On its way the watermark passed 4 times at which a firing was due, 12:00:12 to 12:00:18.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        2,
        "2 in k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) emits 2 because the watermark reached 12:00:02.
          rule: The window fires at every multiple of the interval that the watermark reaches, and at its last millisecond (Flink 2.3, ContinuousEventTimeTrigger).
          was due at = 12:00:02
          made from = 2 events: a and b
          which result = the 1st of 2 so far
          came out = step 2
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          2. b (k, event time 12:00:05) arrives.
          2. The watermark rises from 11:59:59.999 to 12:00:04.999 = 12:00:05 − 0 − 1 ms.
          2. The timer of k's [12:00:00, 12:00:10) for watermark 12:00:02 is due.
          2. k's [12:00:00, 12:00:10) emits 2: the watermark reached 12:00:02.
          events [0, 1], see Some(2)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        2,
        "k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) fires next when the watermark reaches 12:00:06.
          rule: The window fires at every multiple of the interval that the watermark reaches, and at its last millisecond (Flink 2.3, ContinuousEventTimeTrigger).
          waits for = 12:00:06
          watermark = 12:00:04.999 (highest event time 12:00:05 − 0 − 1 ms)
          opened = step 1
          holds = 2 events: a and b
          results = 2, the last at step 2: 2
          1. a (k, event time 12:00:00) arrives.
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          2. b (k, event time 12:00:05) arrives.
          2. The watermark rises from 11:59:59.999 to 12:00:04.999 = 12:00:05 − 0 − 1 ms.
          2. The timer of k's [12:00:00, 12:00:10) for watermark 12:00:04 is due.
          2. k's [12:00:00, 12:00:10) emits 2: the watermark reached 12:00:04.
          events [0, 1], see Some(2)",
    );
}

/// A firing at every interval that the processing clock passes.
#[test]
fn continuous_processing_time() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"tumbling","size":10000},"aggregate":"count","watermark":{"kind":"bounded","delay":0},"trigger":{"kind":"continuous_processing_time","interval":2000}}"#,
        "clock 12:00:01
         a k 12:00:00
         b k 12:00:05
         clock 12:00:07
         d k 12:00:11
         end",
    );
    narrates(
        &run,
        &[
            (
                1,
                "Neutral | The processing clock moves to 12:00:01. | Nothing is due.",
            ),
            (
                4,
                "Result | [12:00:00, 12:00:10) fires: k 2, k 2, k 2. | The processing clock moves to 12:00:07. On its way the processing clock passed 3 times at which a firing was due, 12:00:02 to 12:00:06.",
            ),
            (
                5,
                "Progress | d arrives (k, event time 12:00:11) and opens [12:00:10, 12:00:20). | The watermark moves to 12:00:10.999 = 12:00:11 − 0 − 1 ms. [12:00:00, 12:00:10) is removed from state: 12:00:10 − 1 ms + 0 ≤ 12:00:10.999.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        3,
        "k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) fires next when the processing clock reaches 12:00:02.
          rule: The window fires at every multiple of the interval that the processing clock reaches, and not at the watermark (Flink 2.3, ContinuousProcessingTimeTrigger).
          waits for = 12:00:02
          processing clock = 12:00:01
          opened = step 2
          holds = 2 events: a and b
          results = none
          2. a (k, event time 12:00:00) arrives.
          2. a is added to k's [12:00:00, 12:00:10), now 1 event.
          3. b (k, event time 12:00:05) arrives.
          3. The watermark rises from 11:59:59.999 to 12:00:04.999 = 12:00:05 − 0 − 1 ms.
          events [0, 1], see Some(2)",
    );
}

/// Windows that the processing clock cuts.
#[test]
fn processing_time_windows() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"tumbling","size":10000,"clock":"processing"},"aggregate":"count","watermark":{"kind":"bounded","delay":0}}"#,
        "clock 12:00:01
         a k 12:00:00
         b k 12:00:05
         clock 12:00:09
         clock 12:00:10
         end",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Progress | a arrives (k, event time 12:00:00) and opens [12:00:00, 12:00:10). | The watermark moves to 11:59:59.999 = 12:00:00 − 0 − 1 ms.",
            ),
            (
                4,
                "Neutral | The processing clock moves to 12:00:09. | Nothing is due.",
            ),
            (
                5,
                "Result | [12:00:00, 12:00:10) fires: k 2. | The processing clock moves to 12:00:10. That is at or past 12:00:09.999, the window's last millisecond.",
            ),
            (
                6,
                "Progress | The input has ended. | The watermark goes to the end of time.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        3,
        "k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) fires when the processing clock reaches 12:00:09.999; it is at 12:00:01.
          rule: A processing-time window fires when the clock reaches its last millisecond: clock ≥ end − 1 ms (Flink 2.3, ProcessingTimeTrigger).
          waits for = 12:00:10 − 1 ms = 12:00:09.999
          processing clock = 12:00:01
          still to go = 8.999 s
          opened = step 2
          holds = 2 events: a and b
          results = none
          2. a (k, event time 12:00:00) arrives.
          2. a is added to k's [12:00:00, 12:00:10), now 1 event.
          3. b (k, event time 12:00:05) arrives.
          3. The watermark rises from 11:59:59.999 to 12:00:04.999 = 12:00:05 − 0 − 1 ms.
          events [0, 1], see Some(2)",
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        6,
        "2 in k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) emits 2 because the processing clock reached 12:00:09.999, its last millisecond.
          rule: A processing-time window fires when the clock reaches its last millisecond: clock ≥ end − 1 ms (Flink 2.3, ProcessingTimeTrigger).
          waited for = 12:00:09.999
          made from = 2 events: a and b
          came out = step 5, processing time 12:00:09.999
          2. a is added to k's [12:00:00, 12:00:10), now 1 event.
          5. The timer of k's [12:00:00, 12:00:10) for clock 12:00:09.999 is due.
          5. k's [12:00:00, 12:00:10) emits 2: the processing clock reached 12:00:09.999, its last millisecond.
          events [0, 1], see Some(5)",
    );
}
