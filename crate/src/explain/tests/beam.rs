//! Beam's panes.

use super::*;

/// Early, on time, late and expired.
#[test]
fn beam_panes() {
    let run = run(
        "beam",
        r#"{"window":{"kind":"tumbling","size":300000},"aggregate":"count","watermark":{"kind":"explicit"},"allowed_lateness":60000,"accumulation":"accumulating","trigger":{"kind":"after_watermark","early":{"kind":"count","n":2},"late":{"kind":"count","n":1}}}"#,
        "a k 12:00:10
         b k 12:00:15
         watermark 12:03
         c k 12:02
         watermark 12:05
         d k 12:01
         watermark 12:06:00
         watermark 12:06:01
         e k 12:00
         end",
    );
    narrates(
        &run,
        &[
            (
                0,
                "Neutral | Nothing has happened yet: 5 events in 10 steps to come. | First comes a (k, event time 12:00:10). Beam counts events per key in windows of 5 min. Trigger: before the end again and again 2 events; the watermark at the window's end; after it again and again 1 event. The source says the watermark.",
            ),
            (
                2,
                "Result | [12:00, 12:05) fires early: k 2. | b arrives (k, event time 12:00:15) and joins [12:00, 12:05), now 2 events. The trigger asks for 2 events.",
            ),
            (
                3,
                "Progress | The watermark moves to 12:03:00; [12:00, 12:05) waits for 12:05:00.",
            ),
            (
                4,
                "Neutral | c arrives (k, event time 12:02:00) and waits in [12:00, 12:05), now 3 events. | It is 1 min behind the watermark, but its window is not over: 12:05:00 + 1 min ≥ 12:03:00.",
            ),
            (
                5,
                "Result | [12:00, 12:05) fires on time: k 3. | The watermark moves to 12:05:00, the end of [12:00, 12:05).",
            ),
            (
                6,
                "Result | [12:00, 12:05) fires late: k 4. | d arrives (k, event time 12:01:00) and joins [12:00, 12:05), now 4 events. It is 4 min behind the watermark, but its window is not over: 12:05:00 + 1 min ≥ 12:05:00. The trigger asks for 1 event.",
            ),
            (
                8,
                "Progress | The watermark moves to 12:06:01. | [12:00, 12:05) is removed from state: 12:05:00 + 1 min < 12:06:01.",
            ),
            (
                9,
                "Loss | e is late and dropped. | Its event time is 12:00:00; k's [12:00, 12:05) is over: 12:05:00 + 1 min < 12:06:01, the watermark (said by the source).",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        3,
        "2 in k's [12:00, 12:05)
          k's [12:00, 12:05) emits 2 because the trigger's 2 events came.
          rule: The window fires once so many elements have come since its last pane (Beam 2.77, AfterCount).
          asked for = 2 events
          made from = 2 events: a and b
          pane = pane 0, early
          came out = step 2
          1. a is added to k's [12:00, 12:05), now 1 event.
          2. b (k, event time 12:00:15) arrives.
          2. b is added to k's [12:00, 12:05), now 2 events.
          2. k's [12:00, 12:05) emits 2 (pane 0, early): the trigger's 2 events came.
          events [0, 1], see Some(2)",
    );
    answers(
        &run,
        &Subject::Emission { emission: 1 },
        6,
        "3 in k's [12:00, 12:05)
          k's [12:00, 12:05) emits 3 because the watermark 12:05:00 ≥ 12:05:00, its end.
          rule: A window fires on time when the watermark reaches its end: watermark ≥ end (Beam 2.77, AfterWatermark).
          waited for = 12:05:00
          watermark = 12:05:00 (said by the source)
          made from = 3 events: a, b and c
          which result = the 2nd of 3 so far
          pane = pane 1, on time
          came out = step 5
          1. a is added to k's [12:00, 12:05), now 1 event.
          4. c (k, event time 12:02:00) arrives, 1 min behind the watermark.
          5. The watermark rises from 12:03:00 to 12:05:00.
          5. The timer of k's [12:00, 12:05) for watermark 12:05:00 is due.
          5. k's [12:00, 12:05) emits 3 (pane 1, on time): the watermark 12:05:00 ≥ 12:05:00, its end.
          events [0, 1, 2], see Some(5)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        3,
        "k's [12:00, 12:05)
          k's [12:00, 12:05) fires when the watermark reaches 12:05:00; it is at 12:03:00.
          rule: A window fires on time when the watermark reaches its end: watermark ≥ end (Beam 2.77, AfterWatermark).
          waits for = 12:05:00
          watermark = 12:03:00 (said by the source)
          still to go = 2 min
          opened = step 1
          holds = 2 events: a and b
          results = 1, the last at step 2: 2
          1. a (k, event time 12:00:10) arrives.
          1. a is added to k's [12:00, 12:05), now 1 event.
          2. b (k, event time 12:00:15) arrives.
          2. b is added to k's [12:00, 12:05), now 2 events.
          2. k's [12:00, 12:05) emits 2 (pane 0, early): the trigger's 2 events came.
          3. The watermark rises to 12:03:00.
          events [0, 1], see Some(2)",
    );
    answers(
        &run,
        &Subject::Event { event: 4 },
        9,
        "e (k, event time 12:00:00)
          e is late and dropped: its window [12:00, 12:05) was over when it came, 12:05:00 + 1 min < 12:06:01.
          rule: A window expires once its end plus the allowed lateness is below the watermark: end + lateness < watermark (Beam 2.77, recorded with the Python SDK's local runner; Java's runners compare the window's last millisecond, so there it expires a millisecond sooner: LateDataUtils). Late elements are dropped.
          event time = 12:00:00, 6 min 1 s behind the watermark
          its window = [12:00, 12:05)
          end + lateness = 12:05:00 + 1 min = 12:06:00
          watermark = 12:06:01 (said by the source)
          compared = 12:05:00 + 1 min < 12:06:01
          4. c (k, event time 12:02:00) arrives, 1 min behind the watermark.
          8. The watermark rises from 12:06:00 to 12:06:01.
          9. e (k, event time 12:00:00) arrives, 6 min 1 s behind the watermark.
          9. e is late for [12:00, 12:05) and dropped: 12:05:00 + 1 min < 12:06:01.
          events [4, 2], see Some(9)",
    );
}

/// A trigger that has finished takes events without a trace.
#[test]
fn beam_swallowed() {
    let run = run(
        "beam",
        r#"{"window":{"kind":"tumbling","size":300000},"aggregate":"count","watermark":{"kind":"explicit"},"allowed_lateness":60000,"accumulation":"discarding","trigger":{"kind":"count","n":2}}"#,
        "a k 12:00:10
         b k 12:00:15
         c k 12:01
         watermark 12:06:01
         end",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Result | [12:00, 12:05) fires early: k 2. | b arrives (k, event time 12:00:15) and joins [12:00, 12:05), now 2 events. The trigger asks for 2 events. The window starts empty again.",
            ),
            (
                3,
                "Loss | c reaches k's [12:00, 12:05), whose trigger has finished: it vanishes, and nothing counts it as late. | Its event time is 12:01:00.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 2 },
        3,
        "c (k, event time 12:01:00)
          c reaches k's [12:00, 12:05), whose trigger has finished: it vanishes, and nothing counts it as late.
          rule: A trigger that is not repeated finishes for good; what comes after is not emitted and not counted as late (Beam 2.77).
          event time = 12:01:00
          its window = [12:00, 12:05)
          3. c (k, event time 12:01:00) arrives.
          3. c reaches k's [12:00, 12:05), whose trigger has finished: it vanishes, and nothing counts it as late.
          events [2], see Some(3)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        3,
        "k's [12:00, 12:05)
          k's [12:00, 12:05) has fired for the last time: its trigger has finished, and what still comes vanishes.
          rule: A trigger that is not repeated finishes for good (Beam 2.77).
          watermark = none yet
          opened = step 1
          holds = no events
          results = 1, the last at step 2: 2
          1. a (k, event time 12:00:10) arrives.
          1. a is added to k's [12:00, 12:05), now 1 event.
          2. b (k, event time 12:00:15) arrives.
          2. b is added to k's [12:00, 12:05), now 2 events.
          2. k's [12:00, 12:05) emits 2 (pane 0, early): the trigger's 2 events came.
          events [0, 1], see Some(2)",
    );
}

/// A session that grows withdraws its result.
#[test]
fn beam_retracting() {
    let run = run(
        "beam",
        r#"{"window":{"kind":"session","gap":10000},"aggregate":"count","watermark":{"kind":"explicit"},"allowed_lateness":60000,"accumulation":"retracting"}"#,
        "a k 12:00:10
         b k 12:00:25
         c k 12:00:18
         watermark 12:01
         d k 12:00:30
         watermark 12:05
         end",
    );
    narrates(
        &run,
        &[
            (
                3,
                "Progress | k's [12:00:10, 12:00:20) and [12:00:25, 12:00:35) become [12:00:10, 12:00:35). | c arrives (k, event time 12:00:18) and waits in [12:00:10, 12:00:35), now 3 events.",
            ),
            (
                4,
                "Result | [12:00:10, 12:00:35) fires on time: k 3. | The watermark moves to 12:01:00 and passes 12:00:35, the end of [12:00:10, 12:00:35).",
            ),
            (
                5,
                "Result | [12:00:10, 12:00:40) fires late: k 4. | d arrives (k, event time 12:00:30) and extends [12:00:10, 12:00:35) to [12:00:10, 12:00:40), now 4 events. It is 30 s behind the watermark, but its window is not over: 12:00:40 + 1 min ≥ 12:01:00. The result of [12:00:10, 12:00:35) is withdrawn first.",
            ),
            (
                6,
                "Progress | The watermark moves to 12:05:00. | [12:00:10, 12:00:40) is removed from state: 12:00:40 + 1 min 10 s < 12:05:00.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Emission { emission: 1 },
        5,
        "Withdrawal in k's [12:00:10, 12:00:35)
          k's [12:00:10, 12:00:35) withdraws its last result because a new result replaces it.
          rule: A new result withdraws the one before it, so that a reader that adds results up stays right (retracting panes).
          pane = pane 0, on time
          came out = step 5
          5. d (k, event time 12:00:30) arrives, 30 s behind the watermark.
          5. k's [12:00:10, 12:00:35) merges into [12:00:10, 12:00:40).
          5. d is added to k's [12:00:10, 12:00:40), now 4 events.
          5. k's [12:00:10, 12:00:35) withdraws its last result (pane 0, on time): a new result replaces it.
          events [3], see Some(5)",
    );
}
