//! Where the watermark comes from.

use super::*;

/// One source holds the watermark, goes idle, comes back late; then they end.
#[test]
fn several_sources() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"tumbling","size":10000},"aggregate":"count","watermark":{"kind":"bounded","delay":0,"idle":true}}"#,
        "a k 12:00:00 source=0
         b k 12:00:05 source=1
         c k 12:00:16 source=0
         idle source=1
         d k 12:00:08 source=1
         e k 12:00:21 source=1
         end source=0
         end",
    );
    narrates(
        &run,
        &[
            (
                1,
                "Neutral | a arrives (k, source 0, event time 12:00:00) and opens [12:00:00, 12:00:10). | Source 0 moves to 11:59:59.999 = 12:00:00 − 0 − 1 ms. There is no watermark yet: source 1 has told none.",
            ),
            (
                2,
                "Progress | b arrives (k, source 1, event time 12:00:05) and waits in [12:00:00, 12:00:10), now 2 events. | The watermark moves to 11:59:59.999 = 12:00:00 − 0 − 1 ms, held by source 0; [12:00:00, 12:00:10) waits for 12:00:09.999.",
            ),
            (
                3,
                "Progress | c arrives (k, source 0, event time 12:00:16) and opens [12:00:10, 12:00:20). | The watermark moves to 12:00:04.999 = 12:00:05 − 0 − 1 ms, held by source 1; [12:00:00, 12:00:10) waits for 12:00:09.999.",
            ),
            (
                4,
                "Result | [12:00:00, 12:00:10) fires: k 2. | Source 1 is declared idle: the watermark no longer waits for it. The watermark moves to 12:00:15.999 = 12:00:16 − 0 − 1 ms, held by source 0, and passes 12:00:09.999, the last millisecond of [12:00:00, 12:00:10).",
            ),
            (
                5,
                "Loss | d is late and dropped. | Its event time is 12:00:08; k's [12:00:00, 12:00:10) is over: 12:00:10 − 1 ms + 0 ≤ 12:00:15.999, the watermark (source 0: highest event time 12:00:16 − 0 − 1 ms). Source 1 moves to 12:00:07.999 = 12:00:08 − 0 − 1 ms. The watermark stays at 12:00:15.999: source 0 holds it.",
            ),
            (
                6,
                "Neutral | e arrives (k, source 1, event time 12:00:21) and opens [12:00:20, 12:00:30). | Source 1 moves to 12:00:20.999 = 12:00:21 − 0 − 1 ms. The watermark stays at 12:00:15.999: source 0 holds it.",
            ),
            (
                7,
                "Result | [12:00:10, 12:00:20) fires: k 1. | Source 0 has ended. The watermark moves to 12:00:20.999 = 12:00:21 − 0 − 1 ms, held by source 1, and passes 12:00:19.999, the last millisecond of [12:00:10, 12:00:20).",
            ),
            (
                8,
                "Result | [12:00:20, 12:00:30) fires: k 1. | The input has ended. The watermark goes to the end of time and passes 12:00:29.999, the last millisecond of [12:00:20, 12:00:30).",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        1,
        "Watermark: none yet
          There is no watermark yet: nothing has come from source 1, and every source counts from the start.
          rule: A source's watermark is the highest event time it has seen minus the delay minus 1 ms, and never falls: max(timestamp) − delay − 1 ms (Flink 2.3, BoundedOutOfOrdernessWatermarks). The operator takes the least watermark of the sources that count; an idle source does not count, and one that wakes up counts again once it has caught up (Flink 2.3, StatusWatermarkValve).
          watermark = none yet
          source 0 = 11:59:59.999 (highest event time 12:00:00 − 0 − 1 ms)
          source 1 = none yet: holds it
          events [], see None",
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        3,
        "Watermark: 12:00:04.999
          The watermark stands at 12:00:04.999 because source 1 holds it there: highest event time 12:00:05 − 0 − 1 ms.
          rule: A source's watermark is the highest event time it has seen minus the delay minus 1 ms, and never falls: max(timestamp) − delay − 1 ms (Flink 2.3, BoundedOutOfOrdernessWatermarks). The operator takes the least watermark of the sources that count; an idle source does not count, and one that wakes up counts again once it has caught up (Flink 2.3, StatusWatermarkValve).
          watermark = 12:00:04.999
          source 0 = 12:00:15.999 (highest event time 12:00:16 − 0 − 1 ms)
          source 1 = 12:00:04.999 (highest event time 12:00:05 − 0 − 1 ms): holds it
          2. b (k, source 1, event time 12:00:05) arrives.
          2. The watermark of source 1 rises to 12:00:04.999 = 12:00:05 − 0 − 1 ms.
          3. c (k, source 0, event time 12:00:16) arrives.
          3. The watermark of source 0 rises to 12:00:15.999 = 12:00:16 − 0 − 1 ms.
          3. The watermark rises from 11:59:59.999 to 12:00:04.999, where source 1 holds it.
          events [2, 1], see Some(3)",
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        4,
        "Watermark: 12:00:15.999
          The watermark stands at 12:00:15.999 because source 0 holds it there: highest event time 12:00:16 − 0 − 1 ms.
          rule: A source's watermark is the highest event time it has seen minus the delay minus 1 ms, and never falls: max(timestamp) − delay − 1 ms (Flink 2.3, BoundedOutOfOrdernessWatermarks). The operator takes the least watermark of the sources that count; an idle source does not count, and one that wakes up counts again once it has caught up (Flink 2.3, StatusWatermarkValve).
          watermark = 12:00:15.999
          source 0 = 12:00:15.999 (highest event time 12:00:16 − 0 − 1 ms): holds it
          source 1 = 12:00:04.999 (highest event time 12:00:05 − 0 − 1 ms): idle, not waited for
          3. c (k, source 0, event time 12:00:16) arrives.
          3. The watermark of source 0 rises to 12:00:15.999 = 12:00:16 − 0 − 1 ms.
          4. Source 1 is declared idle: the watermark no longer waits for it.
          4. The watermark rises from 12:00:04.999 to 12:00:15.999, where source 0 holds it.
          events [2], see Some(4)",
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        5,
        "Watermark: 12:00:15.999
          The watermark stands at 12:00:15.999 because source 0 holds it there: highest event time 12:00:16 − 0 − 1 ms.
          rule: A source's watermark is the highest event time it has seen minus the delay minus 1 ms, and never falls: max(timestamp) − delay − 1 ms (Flink 2.3, BoundedOutOfOrdernessWatermarks). The operator takes the least watermark of the sources that count; an idle source does not count, and one that wakes up counts again once it has caught up (Flink 2.3, StatusWatermarkValve).
          watermark = 12:00:15.999
          source 0 = 12:00:15.999 (highest event time 12:00:16 − 0 − 1 ms): holds it
          source 1 = 12:00:07.999 (highest event time 12:00:08 − 0 − 1 ms): active again, counts once it has reached 12:00:15.999
          3. c (k, source 0, event time 12:00:16) arrives.
          3. The watermark of source 0 rises to 12:00:15.999 = 12:00:16 − 0 − 1 ms.
          4. Source 1 is declared idle: the watermark no longer waits for it.
          4. The watermark rises from 12:00:04.999 to 12:00:15.999, where source 0 holds it.
          events [2], see Some(4)",
    );
    answers(
        &run,
        &Subject::Watermark { source: Some(1) },
        6,
        "Source 1: 12:00:20.999
          Source 1 is at 12:00:20.999: highest event time 12:00:21 − 0 − 1 ms.
          rule: A source's watermark is the highest event time it has seen minus the delay minus 1 ms, and never falls: max(timestamp) − delay − 1 ms (Flink 2.3, BoundedOutOfOrdernessWatermarks). The operator takes the least watermark of the sources that count; an idle source does not count, and one that wakes up counts again once it has caught up (Flink 2.3, StatusWatermarkValve).
          source 1 = 12:00:20.999 (highest event time 12:00:21 − 0 − 1 ms)
          events so far = 3
          combined = 12:00:15.999
          6. e (k, source 1, event time 12:00:21) arrives.
          6. The watermark of source 1 rises to 12:00:20.999 = 12:00:21 − 0 − 1 ms.
          events [4], see Some(6)",
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        8,
        "2 in k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) emits 2 because the watermark 12:00:15.999 ≥ 12:00:09.999, its last millisecond.
          rule: A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          waited for = 12:00:09.999
          watermark = 12:00:15.999 (source 0: highest event time 12:00:16 − 0 − 1 ms)
          made from = 2 events: a and b
          came out = step 4
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          3. c (k, source 0, event time 12:00:16) arrives.
          3. The watermark of source 0 rises to 12:00:15.999 = 12:00:16 − 0 − 1 ms.
          4. Source 1 is declared idle: the watermark no longer waits for it.
          4. The watermark rises from 12:00:04.999 to 12:00:15.999, where source 0 holds it.
          4. The timer of k's [12:00:00, 12:00:10) for watermark 12:00:09.999 is due.
          4. k's [12:00:00, 12:00:10) emits 2: the watermark 12:00:15.999 ≥ 12:00:09.999, its last millisecond.
          events [0, 1, 2], see Some(4)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        3,
        "k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) fires when the watermark reaches 12:00:09.999; it is at 12:00:04.999.
          rule: A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms (Flink 2.3, EventTimeTrigger).
          waits for = 12:00:10 − 1 ms = 12:00:09.999
          watermark = 12:00:04.999 (source 1: highest event time 12:00:05 − 0 − 1 ms)
          still to go = 5 s
          held by = source 1
          enough would be = an event of source 1 at 12:00:10 or later
          opened = step 1
          holds = 2 events: a and b
          results = none
          1. a (k, source 0, event time 12:00:00) arrives.
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          2. b (k, source 1, event time 12:00:05) arrives.
          2. The watermark of source 1 rises to 12:00:04.999 = 12:00:05 − 0 − 1 ms.
          3. c (k, source 0, event time 12:00:16) arrives.
          3. The watermark of source 0 rises to 12:00:15.999 = 12:00:16 − 0 − 1 ms.
          3. The watermark rises from 11:59:59.999 to 12:00:04.999, where source 1 holds it.
          events [0, 1, 2], see Some(1)",
    );
}

/// A watermark that is told with every third event.
#[test]
fn cadence() {
    let run = run(
        "flink",
        r#"{"window":{"kind":"tumbling","size":10000},"aggregate":"count","watermark":{"kind":"bounded","delay":0,"cadence":{"every":3}}}"#,
        "a k 12:00:00
         b k 12:00:05
         c k 12:00:16
         end",
    );
    narrates(
        &run,
        &[
            (
                1,
                "Neutral | a arrives (k, event time 12:00:00) and opens [12:00:00, 12:00:10).",
            ),
            (
                2,
                "Neutral | b arrives (k, event time 12:00:05) and waits in [12:00:00, 12:00:10), now 2 events.",
            ),
            (
                3,
                "Result | [12:00:00, 12:00:10) fires: k 2. | c arrives (k, event time 12:00:16) and opens [12:00:10, 12:00:20). The watermark moves to 12:00:15.999 = 12:00:16 − 0 − 1 ms and passes 12:00:09.999, the last millisecond of [12:00:00, 12:00:10).",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        2,
        "Watermark: none yet
          There is no watermark yet: none has been told: it is told with every 3rd event, and 2 events came.
          rule: A source's watermark is the highest event time it has seen minus the delay minus 1 ms, and never falls: max(timestamp) − delay − 1 ms (Flink 2.3, BoundedOutOfOrdernessWatermarks).
          watermark = none yet
          told by the source = none yet
          events [], see None",
    );
}
