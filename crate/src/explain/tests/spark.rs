//! Spark's batches.

use super::*;

/// Append: final rows, once, by the batch behind.
#[test]
fn spark_append() {
    let run = run(
        "spark",
        r#"{"window":{"kind":"tumbling","size":300000},"aggregate":"count","watermark":{"kind":"bounded","delay":60000},"output_mode":"append"}"#,
        "a k 12:00:10
         b k 12:06:15
         batch
         c k 12:00:08
         d k 12:14:40
         batch
         batch",
    );
    narrates(
        &run,
        &[
            (
                0,
                "Neutral | Nothing has happened yet: 4 events in 7 steps to come. | First comes a (k, event time 12:00:10). Spark counts events per key in windows of 5 min. The watermark is the highest event time so far − 1 min.",
            ),
            (
                1,
                "Neutral | a arrives (k, event time 12:00:10) and waits for the next batch.",
            ),
            (
                3,
                "Result | [12:00, 12:05) is final: k 1. | Batch 0 takes 2 events, with watermark 0. Its events go into 2 windows. The watermark moves to 12:05:15 = 12:06:15 − 1 min; [12:05, 12:10) waits for 12:10:00. Batch 1 runs without data, for what is over by watermark 12:05:15. It is over: 12:05:00 ≤ 12:05:15.",
            ),
            (
                6,
                "Loss | c is late and dropped. | Batch 2 takes 2 events, with watermark 12:05:15. Its events go into [12:10, 12:15). Its event time is 12:00:08; k's [12:00, 12:05) is over: 12:05:00 ≤ 12:05:15, the watermark (highest event time 12:06:15 − 1 min). The watermark moves to 12:13:40 = 12:14:40 − 1 min; [12:10, 12:15) waits for 12:15:00. Batch 3 runs without data, for what is over by watermark 12:13:40. [12:05, 12:10) is final: k 1. It is over: 12:10:00 ≤ 12:13:40.",
            ),
            (7, "Neutral | The batch finds nothing to do."),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 0 },
        1,
        "a (k, event time 12:00:10)
          a has arrived and waits for the next batch.
          rule: Rows are processed in micro-batches: between two of them nothing happens (Spark 4.3).
          event time = 12:00:10
          watermark = none yet
          1. a (k, event time 12:00:10) arrives.
          events [0], see Some(1)",
    );
    answers(
        &run,
        &Subject::Event { event: 2 },
        6,
        "c (k, event time 12:00:08)
          c is late and dropped: its window [12:00, 12:05) was over when it came, 12:05:00 ≤ 12:05:15.
          rule: A window is over once its end is at or below the watermark: end ≤ watermark (Spark 4.3, WatermarkSupport). A batch drops late rows by the watermark of the batch before it, and emits and removes windows by its own. Late rows are dropped and counted (numRowsDroppedByWatermark).
          event time = 12:00:08, 5 min 7 s behind the watermark
          its window = [12:00, 12:05)
          window end = 12:05:00
          watermark = 12:05:15 (highest event time 12:06:15 − 1 min)
          compared = 12:05:00 ≤ 12:05:15
          2. b (k, event time 12:06:15) arrives.
          3. Batch 0 takes 2 events, with watermark 0.
          3. The watermark rises from 0 to 12:05:15 = 12:06:15 − 1 min.
          4. c (k, event time 12:00:08) arrives, 5 min 7 s behind the watermark.
          6. Batch 2 takes 2 events, with watermark 12:05:15.
          6. c is late for [12:00, 12:05) and dropped: 12:05:00 ≤ 12:05:15.
          events [2, 1], see Some(6)",
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        6,
        "1 in k's [12:00, 12:05)
          k's [12:00, 12:05) emits 1 because 12:05:00 ≤ 12:05:15.
          rule: A window is over once its end is at or below the watermark: end ≤ watermark (Spark 4.3, WatermarkSupport). A batch drops late rows by the watermark of the batch before it, and emits and removes windows by its own.
          window end = 12:05:00
          watermark = 12:05:15 (highest event time 12:06:15 − 1 min)
          compared = 12:05:00 ≤ 12:05:15
          made from = 1 event: a
          came out = step 3
          2. b (k, event time 12:06:15) arrives.
          3. Batch 0 takes 2 events, with watermark 0.
          3. a is added to k's [12:00, 12:05), now 1 event.
          3. The watermark rises from 0 to 12:05:15 = 12:06:15 − 1 min.
          3. Batch 1 runs without data, for what is over by watermark 12:05:15.
          3. k's [12:00, 12:05) emits 1: 12:05:00 ≤ 12:05:15.
          events [0, 1], see Some(3)",
    );
    answers(
        &run,
        &missing("k", "12:10", "12:15"),
        6,
        "No result of k's [12:10, 12:15)?
          Not yet: k's [12:10, 12:15) comes out when the watermark reaches 12:15:00; it is at 12:13:40.
          rule: A window is over once its end is at or below the watermark: end ≤ watermark (Spark 4.3, WatermarkSupport). A batch drops late rows by the watermark of the batch before it, and emits and removes windows by its own.
          waits for = 12:15:00
          watermark = 12:13:40 (highest event time 12:14:40 − 1 min)
          still to go = 1 min 20 s
          enough would be = an event at 12:16:00 or later, and the batch after its own
          opened = step 6
          holds = 1 event: d
          results = none
          5. d (k, event time 12:14:40) arrives.
          6. Batch 2 takes 2 events, with watermark 12:05:15.
          6. d is added to k's [12:10, 12:15), now 1 event.
          6. The watermark rises from 12:05:15 to 12:13:40 = 12:14:40 − 1 min.
          events [3], see Some(6)",
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        6,
        "Watermark: 12:13:40
          The watermark stands at 12:13:40: highest event time 12:14:40 − 1 min.
          rule: The watermark is the highest event time of earlier batches minus the delay, and never falls: max(timestamp) − delay, at least 0 (Spark 4.3, EventTimeWatermarkExec). It moves once per batch.
          watermark = 12:13:40
          told by the source = 12:13:40 (highest event time 12:14:40 − 1 min)
          5. d (k, event time 12:14:40) arrives.
          6. Batch 2 takes 2 events, with watermark 12:05:15.
          6. The watermark rises from 12:05:15 to 12:13:40 = 12:14:40 − 1 min.
          events [3], see Some(6)",
    );
}

/// Update: the rows that changed.
#[test]
fn spark_update() {
    let run = run(
        "spark",
        r#"{"window":{"kind":"tumbling","size":300000},"aggregate":"count","watermark":{"kind":"bounded","delay":60000},"output_mode":"update"}"#,
        "a k 12:00:10
         b k 12:06:15
         batch
         c k 12:07
         d k 12:14:40
         batch",
    );
    narrates(
        &run,
        &[
            (
                3,
                "Result | 2 results: k 1 in [12:00, 12:05), k 1 in [12:05, 12:10). | Batch 0 takes 2 events, with watermark 0. Its events go into 2 windows. The watermark moves to 12:05:15 = 12:06:15 − 1 min. Batch 1 runs without data, for what is over by watermark 12:05:15. Update mode writes the rows that the batch changed.",
            ),
            (
                6,
                "Result | 2 results: k 2 in [12:05, 12:10), k 1 in [12:10, 12:15). | Batch 2 takes 2 events, with watermark 12:05:15. Its events go into 2 windows. The watermark moves to 12:13:40 = 12:14:40 − 1 min. Batch 3 runs without data, for what is over by watermark 12:13:40. Update mode writes the rows that the batch changed.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        3,
        "1 in k's [12:00, 12:05)
          k's [12:00, 12:05) emits 1 because batch 0 changed it (update mode).
          rule: Update mode writes the rows that a batch touched, each with its value so far (Spark 4.3, StateStoreSaveExec).
          batch = 0
          made from = 1 event: a
          came out = step 3
          3. Batch 0 takes 2 events, with watermark 0.
          3. a is added to k's [12:00, 12:05), now 1 event.
          3. k's [12:00, 12:05) emits 1: batch 0 changed it (update mode).
          events [0], see Some(3)",
    );
    answers(
        &run,
        &missing("k", "12:00", "12:05"),
        6,
        "No result of k's [12:00, 12:05)?
          There is one since step 3: 1. k's [12:00, 12:05) emits 1 because batch 0 changed it (update mode).
          rule: Update mode writes the rows that a batch touched, each with its value so far (Spark 4.3, StateStoreSaveExec).
          batch = 0
          made from = 1 event: a
          came out = step 3
          3. Batch 0 takes 2 events, with watermark 0.
          3. a is added to k's [12:00, 12:05), now 1 event.
          3. k's [12:00, 12:05) emits 1: batch 0 changed it (update mode).
          events [0], see Some(3)",
    );
}

/// Complete: every row.
#[test]
fn spark_complete() {
    let run = run(
        "spark",
        r#"{"window":{"kind":"tumbling","size":300000},"aggregate":"count","watermark":{"kind":"bounded","delay":60000},"output_mode":"complete"}"#,
        "a k 12:00:10
         b k 12:06:15
         batch
         c k 12:00:08
         batch",
    );
    narrates(
        &run,
        &[(
            5,
            "Result | 2 results: k 2 in [12:00, 12:05), k 1 in [12:05, 12:10). | Batch 1 takes 1 event, with watermark 12:05:15. Its events go into [12:00, 12:05). Complete mode writes every row after each batch.",
        )],
    );
    answers(
        &run,
        &Subject::Emission { emission: 2 },
        5,
        "2 in k's [12:00, 12:05)
          k's [12:00, 12:05) emits 2 because batch 1 writes every row (complete mode).
          rule: Complete mode writes every row after each batch with data, changed or not (Spark 4.3, StateStoreSaveExec).
          batch = 1
          made from = 2 events: a and c
          which result = the 2nd of 2 so far
          came out = step 5
          3. a is added to k's [12:00, 12:05), now 1 event.
          5. Batch 1 takes 1 event, with watermark 12:05:15.
          5. k's [12:00, 12:05) emits 2: batch 1 writes every row (complete mode).
          events [0, 2], see Some(5)",
    );
}

/// Ids that are remembered for a while.
#[test]
fn spark_dedup() {
    let run = run(
        "spark",
        r#"{"dedup":{"within_watermark":true},"watermark":{"kind":"bounded","delay":60000},"output_mode":"append"}"#,
        "a k 12:00:10
         a k 12:00:15
         b k 12:00:50
         batch
         c k 11:59:50
         d k 12:14:40
         batch
         a k 12:14:12
         batch",
    );
    narrates(
        &run,
        &[
            (
                4,
                "Loss | a was seen before at step 1 and is dropped as a duplicate. | Batch 0 takes 3 events, with watermark 0. Its event time is 12:00:15. The watermark moves to 11:59:50 = 12:00:50 − 1 min. Batch 1 runs without data, for what is over by watermark 11:59:50. 2 events pass: a and b have not been seen before.",
            ),
            (
                7,
                "Loss | c is late and dropped. | Batch 2 takes 2 events, with watermark 11:59:50. Its event time is 11:59:50: 11:59:50 ≤ 11:59:50, the watermark (highest event time 12:00:50 − 1 min). The watermark moves to 12:13:40 = 12:14:40 − 1 min. Batch 3 runs without data, for what is over by watermark 12:13:40. d passes: it has not been seen before. 2 ids are forgotten, the last of them: 12:00:50 + 1 min ≤ 12:13:40.",
            ),
            (
                9,
                "Result | a passes: it has not been seen before. | Batch 4 takes 1 event, with watermark 12:13:40.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 1 },
        9,
        "a (k, event time 12:00:15)
          a was seen before at step 1 and is dropped as a duplicate.
          rule: Only the first event with an id is passed on, as long as the id is remembered (Spark 4.3, dropDuplicates).
          event time = 12:00:15
          seen first = a (k, event time 12:00:10)
          2. a (k, event time 12:00:15) arrives.
          4. Batch 0 takes 3 events, with watermark 0.
          4. a was seen before at step 1 and is dropped as a duplicate.
          events [1], see Some(4)",
    );
    answers(
        &run,
        &Subject::Event { event: 0 },
        9,
        "a (k, event time 12:00:10)
          a passes: it has not been seen before.
          rule: The first event with an id is passed on (Spark 4.3, dropDuplicates).
          event time = 12:00:10
          1. a (k, event time 12:00:10) arrives.
          4. a passes: it has not been seen before.
          events [0], see Some(4)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        4,
        "The memory of a
          a is remembered until the watermark reaches 12:01:10.
          rule: An id is forgotten once the first row that had it is older than the delay: first timestamp + delay ≤ watermark (Spark 4.3, dropDuplicatesWithinWatermark). Duplicates do not extend it.
          remembered since = step 4
          forgotten at = 12:01:10
          watermark = 11:59:50 (highest event time 12:00:50 − 1 min)
          events [0], see Some(4)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        7,
        "The memory of a
          a was forgotten at step 7: another row like it would pass.
          rule: An id is forgotten once the first row that had it is older than the delay: first timestamp + delay ≤ watermark (Spark 4.3, dropDuplicatesWithinWatermark). Duplicates do not extend it.
          remembered since = step 4
          7. Batch 2 takes 2 events, with watermark 11:59:50.
          7. The watermark rises from 11:59:50 to 12:13:40 = 12:14:40 − 1 min.
          7. Batch 3 runs without data, for what is over by watermark 12:13:40.
          7. The id first seen at 12:00:10 is forgotten: 12:00:10 + 1 min ≤ 12:13:40.
          events [0], see Some(4)",
    );
}

/// A session's own bounds are judged before it merges.
#[test]
fn spark_session() {
    let run = run(
        "spark",
        r#"{"window":{"kind":"session","gap":10000},"aggregate":"count","watermark":{"kind":"bounded","delay":30000},"output_mode":"append"}"#,
        "a k 12:00:00
         b k 12:00:15
         c k 12:00:08
         batch
         d k 12:01:40
         batch
         e k 12:00:12
         batch",
    );
    narrates(
        &run,
        &[
            (
                4,
                "Progress | Batch 0 takes 3 events, with watermark 0. | Its events go into [12:00:00, 12:00:25). The watermark moves to 11:59:45 = 12:00:15 − 30 s; [12:00:00, 12:00:25) waits for 12:00:25. Batch 1 runs without data, for what is over by watermark 11:59:45.",
            ),
            (
                6,
                "Result | [12:00:00, 12:00:25) is final: k 3. | Batch 2 takes 1 event, with watermark 11:59:45. Its events go into [12:01:40, 12:01:50). The watermark moves to 12:01:10 = 12:01:40 − 30 s; [12:01:40, 12:01:50) waits for 12:01:50. Batch 3 runs without data, for what is over by watermark 12:01:10. It is over: 12:00:25 ≤ 12:01:10.",
            ),
            (
                8,
                "Loss | e is late and dropped. | Batch 4 takes 1 event, with watermark 12:01:10. Its event time is 12:00:12; k's [12:00:12, 12:00:22) is over: 12:00:22 ≤ 12:01:10, the watermark (highest event time 12:01:40 − 30 s).",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 2 },
        4,
        "c (k, event time 12:00:08)
          c waits for a result: k's [12:00:00, 12:00:25) comes out when the watermark reaches 12:00:25; it is at 11:59:45.
          rule: A window is over once its end is at or below the watermark: end ≤ watermark (Spark 4.3, WatermarkSupport). A batch drops late rows by the watermark of the batch before it, and emits and removes windows by its own.
          event time = 12:00:08
          [12:00:00, 12:00:25) = takes it: 12:00:18 > 0
          waits for = 12:00:25
          watermark = 11:59:45 (highest event time 12:00:15 − 30 s)
          still to go = 40 s
          enough would be = an event at 12:00:55 or later, and the batch after its own
          3. c (k, event time 12:00:08) arrives.
          4. c is added to k's [12:00:00, 12:00:25), now 3 events.
          events [2], see Some(3)",
    );
}
