//! Kafka Streams' stream time and grace.

use super::*;

/// Every update is passed on, until the window closes.
#[test]
fn kafka_on_update() {
    let run = run(
        "kafka-streams",
        r#"{"window":{"kind":"tumbling","size":10000},"aggregate":"count","watermark":{"kind":"none"},"grace":5000,"emit":"on_update"}"#,
        "a k 12:00:01
         b k 12:00:04
         c j 12:00:14
         d k 12:00:09
         e j 12:00:15
         f k 12:00:08",
    );
    narrates(
        &run,
        &[
            (
                0,
                "Neutral | Nothing has happened yet: 6 events in 6 steps to come. | First comes a (k, event time 12:00:01). Kafka Streams counts events per key in windows of 10 s. Stream time is the highest event time so far; a window is kept until stream time passes its end by the grace, 5 s.",
            ),
            (
                1,
                "Result | [12:00:00, 12:00:10) is updated: k 1. | a arrives (k, event time 12:00:01) and opens [12:00:00, 12:00:10). Stream time moves to 12:00:01.",
            ),
            (
                2,
                "Result | [12:00:00, 12:00:10) is updated: k 2. | b arrives (k, event time 12:00:04) and joins [12:00:00, 12:00:10), now 2 events. Stream time moves to 12:00:04.",
            ),
            (
                3,
                "Result | [12:00:10, 12:00:20) is updated: j 1. | c arrives (j, event time 12:00:14) and opens [12:00:10, 12:00:20). Stream time moves to 12:00:14.",
            ),
            (
                4,
                "Result | [12:00:00, 12:00:10) is updated: k 3. | d arrives (k, event time 12:00:09) and joins [12:00:00, 12:00:10), now 3 events. It is 5 s behind stream time, but its window is not over: 12:00:10 > 12:00:14 − 5 s. Stream time stays at 12:00:14.",
            ),
            (
                6,
                "Loss | f is late and dropped. | Its event time is 12:00:08; k's [12:00:00, 12:00:10) is over: 12:00:10 ≤ 12:00:15 − 5 s, stream time − grace.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 3 },
        4,
        "d (k, event time 12:00:09)
          d is 5 s behind stream time but counted, in the result 3 (k's [12:00:00, 12:00:10), step 4).
          rule: A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included. Every record that a window takes is passed on as its new value; a window has no last result (Kafka Streams 3.9, emit on update).
          event time = 12:00:09, 5 s behind stream time
          [12:00:00, 12:00:10) = takes it: 12:00:10 > 12:00:14 − 5 s
          4. d (k, event time 12:00:09) arrives, 5 s behind stream time.
          4. d is added to k's [12:00:00, 12:00:10), now 3 events.
          4. k's [12:00:00, 12:00:10) emits 3: every update is passed on.
          events [3], see Some(4)",
    );
    answers(
        &run,
        &Subject::Event { event: 5 },
        6,
        "f (k, event time 12:00:08)
          f is late and dropped: its window [12:00:00, 12:00:10) was over when it came, 12:00:10 ≤ 12:00:15 − 5 s.
          rule: A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included. Late records are dropped and counted (dropped-records-total).
          event time = 12:00:08, 7 s behind stream time
          its window = [12:00:00, 12:00:10)
          window end = 12:00:10
          stream time − grace = 12:00:15 − 5 s = 12:00:10
          compared = 12:00:10 ≤ 12:00:15 − 5 s
          5. e (j, event time 12:00:15) arrives.
          5. Stream time rises from 12:00:14 to 12:00:15.
          6. f (k, event time 12:00:08) arrives, 7 s behind stream time.
          6. f is late for [12:00:00, 12:00:10) and dropped: 12:00:10 ≤ 12:00:15 − 5 s.
          events [5, 4], see Some(6)",
    );
    answers(
        &run,
        &Subject::Emission { emission: 1 },
        2,
        "2 in k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) emits 2 because every update is passed on.
          rule: Every record that a window takes is passed on as its new value; a window has no last result (Kafka Streams 3.9, emit on update).
          made from = 2 events: a and b
          which result = the 2nd of 2 so far
          came out = step 2
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          2. b (k, event time 12:00:04) arrives.
          2. b is added to k's [12:00:00, 12:00:10), now 2 events.
          2. k's [12:00:00, 12:00:10) emits 2: every update is passed on.
          events [0, 1], see Some(2)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        4,
        "k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) gives its next result with the next record it takes.
          rule: Every record that a window takes is passed on as its new value; a window has no last result (Kafka Streams 3.9, emit on update).
          stream time = 12:00:14 (highest event time 12:00:14)
          opened = step 1
          holds = 3 events: a, b and d
          results = 3, the last at step 4: 3
          1. a (k, event time 12:00:01) arrives.
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          3. c (j, event time 12:00:14) arrives.
          3. Stream time rises from 12:00:04 to 12:00:14.
          4. d (k, event time 12:00:09) arrives, 5 s behind stream time.
          4. d is added to k's [12:00:00, 12:00:10), now 3 events.
          4. k's [12:00:00, 12:00:10) emits 3: every update is passed on.
          events [0, 1, 3, 2], see Some(4)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        6,
        "k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) is closed and takes no more, so its last result stands: 12:00:10 ≤ 12:00:15 − 5 s.
          rule: A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included.
          window end = 12:00:10
          stream time − grace = 12:00:15 − 5 s = 12:00:10
          compared = 12:00:10 ≤ 12:00:15 − 5 s
          opened = step 1
          holds = 3 events: a, b and d
          results = 3, the last at step 4: 3
          1. a (k, event time 12:00:01) arrives.
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          4. d (k, event time 12:00:09) arrives, 5 s behind stream time.
          4. d is added to k's [12:00:00, 12:00:10), now 3 events.
          4. k's [12:00:00, 12:00:10) emits 3: every update is passed on.
          5. e (j, event time 12:00:15) arrives.
          5. Stream time rises from 12:00:14 to 12:00:15.
          events [0, 1, 3, 4], see Some(4)",
    );
    answers(
        &run,
        &missing("k", "12:00:10", "12:00:20"),
        6,
        "No result of k's [12:00:10, 12:00:20)?
          No event of k that belongs to [12:00:10, 12:00:20) has arrived, and no step is left: a window without events does not exist.
          rule: A window exists per key, from the first event that it takes; without one there is no state, no timer and no result.
          stream time = 12:00:15 (highest event time 12:00:15)
          events of k so far = 4
          events [], see None",
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        6,
        "Stream time: 12:00:15
          Stream time stands at 12:00:15: highest event time 12:00:15.
          rule: Stream time is the highest timestamp seen, over all keys of the partition, and never falls: max(timestamp) (Kafka Streams 3.9). There is no delay: grace is applied where windows are judged.
          stream time = 12:00:15
          told by the source = 12:00:15 (highest event time 12:00:15)
          5. e (j, event time 12:00:15) arrives.
          5. Stream time rises from 12:00:14 to 12:00:15.
          events [4], see Some(5)",
    );
}

/// Once, when the window closes.
#[test]
fn kafka_on_window_close() {
    let run = run(
        "kafka-streams",
        r#"{"window":{"kind":"tumbling","size":10000},"aggregate":"count","watermark":{"kind":"none"},"grace":5000,"emit":"on_window_close"}"#,
        "a k 12:00:01
         b k 12:00:04
         c k 12:00:14
         d k 12:00:15",
    );
    narrates(
        &run,
        &[
            (
                1,
                "Progress | a arrives (k, event time 12:00:01) and opens [12:00:00, 12:00:10). | Stream time moves to 12:00:01; [12:00:00, 12:00:10) waits for 12:00:15.",
            ),
            (
                3,
                "Progress | c arrives (k, event time 12:00:14) and opens [12:00:10, 12:00:20). | Stream time moves to 12:00:14; [12:00:00, 12:00:10) waits for 12:00:15.",
            ),
            (
                4,
                "Result | [12:00:00, 12:00:10) is final: k 2. | d arrives (k, event time 12:00:15) and waits in [12:00:10, 12:00:20), now 2 events. Stream time moves to 12:00:15; [12:00:10, 12:00:20) waits for 12:00:25. It is over: 12:00:10 ≤ 12:00:15 − 5 s.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 0 },
        3,
        "a (k, event time 12:00:01)
          a waits for a result: k's [12:00:00, 12:00:10) comes out when stream time reaches 12:00:15; it is at 12:00:14.
          rule: A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included.
          event time = 12:00:01
          [12:00:00, 12:00:10) = takes it: 12:00:10 > 12:00:01 − 5 s
          waits for = 12:00:10 + 5 s = 12:00:15
          stream time = 12:00:14 (highest event time 12:00:14)
          still to go = 1 s
          enough would be = an event at 12:00:15 or later
          1. a (k, event time 12:00:01) arrives.
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          events [0], see Some(1)",
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        4,
        "2 in k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) emits 2 because 12:00:10 ≤ 12:00:15 − 5 s.
          rule: A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included.
          window end = 12:00:10
          stream time − grace = 12:00:15 − 5 s = 12:00:10
          compared = 12:00:10 ≤ 12:00:15 − 5 s
          made from = 2 events: a and b
          came out = step 4
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          4. d (k, event time 12:00:15) arrives.
          4. Stream time rises from 12:00:14 to 12:00:15.
          4. k's [12:00:00, 12:00:10) emits 2: 12:00:10 ≤ 12:00:15 − 5 s.
          events [0, 1, 3], see Some(4)",
    );
    answers(
        &run,
        &missing("k", "12:00:00", "12:00:10"),
        3,
        "No result of k's [12:00:00, 12:00:10)?
          Not yet: k's [12:00:00, 12:00:10) comes out when stream time reaches 12:00:15; it is at 12:00:14.
          rule: A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included.
          waits for = 12:00:10 + 5 s = 12:00:15
          stream time = 12:00:14 (highest event time 12:00:14)
          still to go = 1 s
          enough would be = an event at 12:00:15 or later
          opened = step 1
          holds = 2 events: a and b
          results = none
          1. a (k, event time 12:00:01) arrives.
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          3. c (k, event time 12:00:14) arrives.
          3. Stream time rises from 12:00:04 to 12:00:14.
          events [0, 1, 2], see Some(1)",
    );
}

/// Held back until the window closes.
#[test]
fn kafka_suppress() {
    let run = run(
        "kafka-streams",
        r#"{"window":{"kind":"tumbling","size":10000},"aggregate":"count","watermark":{"kind":"none"},"grace":5000,"emit":"suppress"}"#,
        "a k 12:00:01
         b k 12:00:14
         c k 12:00:15",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Progress | b arrives (k, event time 12:00:14) and opens [12:00:10, 12:00:20). | Stream time moves to 12:00:14; [12:00:00, 12:00:10) waits for 12:00:15.",
            ),
            (
                3,
                "Result | [12:00:00, 12:00:10) is final: k 1. | c arrives (k, event time 12:00:15) and waits in [12:00:10, 12:00:20), now 2 events. Stream time moves to 12:00:15; [12:00:10, 12:00:20) waits for 12:00:25. It is over: 12:00:10 ≤ 12:00:15 − 5 s.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Emission { emission: 0 },
        3,
        "1 in k's [12:00:00, 12:00:10)
          k's [12:00:00, 12:00:10) emits 1 because 12:00:10 ≤ 12:00:15 − 5 s.
          rule: suppress(untilWindowCloses) lets a window's last result go once its end is at or below stream time minus grace, for sessions also minus the gap: end ≤ stream time − grace (Kafka Streams 3.9, KTableSuppressProcessor). Its stream time is the highest timestamp that was passed on to it.
          window end = 12:00:10
          stream time − grace = 12:00:15 − 5 s = 12:00:10
          compared = 12:00:10 ≤ 12:00:15 − 5 s
          made from = 1 event: a
          came out = step 3
          1. a is added to k's [12:00:00, 12:00:10), now 1 event.
          3. c (k, event time 12:00:15) arrives.
          3. Stream time rises from 12:00:14 to 12:00:15.
          3. c is added to k's [12:00:10, 12:00:20), now 2 events.
          3. k's [12:00:00, 12:00:10) emits 1: 12:00:10 ≤ 12:00:15 − 5 s.
          events [0, 2], see Some(3)",
    );
}

/// A session that grows is a new key.
#[test]
fn kafka_session() {
    let run = run(
        "kafka-streams",
        r#"{"window":{"kind":"session","gap":5000},"aggregate":"count","watermark":{"kind":"none"},"grace":5000,"emit":"on_update"}"#,
        "a k 12:00:01
         b k 12:00:03
         c k 12:00:10
         d k 12:00:08
         e k 12:00:30
         f k 12:00:12",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Result | [12:00:01, 12:00:03] is updated: k 2. | b arrives (k, event time 12:00:03) and extends [12:00:01, 12:00:01] to [12:00:01, 12:00:03], now 2 events. Stream time moves to 12:00:03. The result of [12:00:01, 12:00:01] is withdrawn first.",
            ),
            (
                4,
                "Result | [12:00:01, 12:00:10] is updated: k 4. | d arrives (k, event time 12:00:08) and joins [12:00:01, 12:00:10], now 4 events. It is 2 s behind stream time, but its window is not over: 12:00:10 ≥ 12:00:10 − 10 s. k's [12:00:01, 12:00:03] and [12:00:10, 12:00:10] become [12:00:01, 12:00:10]. Stream time stays at 12:00:10. The results of [12:00:01, 12:00:03] and [12:00:10, 12:00:10] are withdrawn first.",
            ),
            (
                6,
                "Loss | f is late and dropped. | Its event time is 12:00:12; k's [12:00:12, 12:00:12] is over: 12:00:12 < 12:00:30 − 10 s, stream time − gap − grace.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Emission { emission: 1 },
        2,
        "Withdrawal in k's [12:00:01, 12:00:01]
          k's [12:00:01, 12:00:01] withdraws its last result because its session has new bounds or a new value.
          rule: A session that grows gets new bounds, which is a new key: the result under the old bounds is withdrawn with a null (Kafka Streams 3.9, KStreamSessionWindowAggregate).
          which result = the 2nd of 2 so far
          came out = step 2
          1. a is added to k's [12:00:01, 12:00:01], now 1 event.
          2. b (k, event time 12:00:03) arrives.
          2. k's [12:00:01, 12:00:01] withdraws its last result: its session has new bounds or a new value.
          events [0, 1], see Some(2)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        2,
        "k's [12:00:01, 12:00:01]
          k's [12:00:01, 12:00:01] went into [12:00:01, 12:00:03] at step 2: an event brought them together.
          rule: Records of a key no further apart than the gap are one session, from its first to its last timestamp (Kafka Streams 3.9, SessionWindows).
          went into = [12:00:01, 12:00:03]
          opened = step 1
          holds = nothing any more
          results = 2, the last at step 2: withdrawn
          1. a (k, event time 12:00:01) arrives.
          1. a is added to k's [12:00:01, 12:00:01], now 1 event.
          2. b (k, event time 12:00:03) arrives.
          2. k's [12:00:01, 12:00:01] merges into [12:00:01, 12:00:03].
          events [0, 1], see Some(2)",
    );
    answers(
        &run,
        &Subject::Event { event: 5 },
        6,
        "f (k, event time 12:00:12)
          f is late and dropped: its window [12:00:12, 12:00:12] was over when it came, 12:00:12 < 12:00:30 − 10 s.
          rule: A session is closed once its last timestamp is below stream time minus grace and gap: end < stream time − gap − grace (Kafka Streams 3.9, KStreamSessionWindowAggregate). Late records are dropped and counted (dropped-records-total).
          event time = 12:00:12, 18 s behind stream time
          its window = [12:00:12, 12:00:12]
          session end = 12:00:12
          stream time − gap − grace = 12:00:30 − 10 s = 12:00:20
          compared = 12:00:12 < 12:00:30 − 10 s
          [12:00:01, 12:00:10] = over: 12:00:10 ≤ 12:00:30 − 10 s
          5. e (k, event time 12:00:30) arrives.
          5. Stream time rises from 12:00:10 to 12:00:30.
          6. f (k, event time 12:00:12) arrives, 18 s behind stream time.
          6. f is late for [12:00:12, 12:00:12] and dropped: 12:00:12 < 12:00:30 − 10 s.
          events [5, 4], see Some(6)",
    );
}

/// A record that is too late for one of its windows.
#[test]
fn kafka_hopping() {
    let run = run(
        "kafka-streams",
        r#"{"window":{"kind":"sliding","size":10000,"slide":5000},"aggregate":"count","watermark":{"kind":"none"},"grace":3000,"emit":"on_update"}"#,
        "a k 12:00:12
         b k 12:00:21
         c k 12:00:14",
    );
    narrates(
        &run,
        &[
            (
                1,
                "Result | 2 results: k 1 in [12:00:05, 12:00:15), k 1 in [12:00:10, 12:00:20). | a arrives (k, event time 12:00:12) and joins [12:00:05, 12:00:15) and [12:00:10, 12:00:20). Stream time moves to 12:00:12.",
            ),
            (
                3,
                "Loss | c is too late for [12:00:05, 12:00:15). | Its event time is 12:00:14; k's [12:00:05, 12:00:15) is over: 12:00:15 ≤ 12:00:21 − 3 s, stream time − grace. c arrives (k, event time 12:00:14) and joins [12:00:10, 12:00:20), now 2 events. It is 7 s behind stream time, but its window is not over: 12:00:20 > 12:00:21 − 3 s. [12:00:10, 12:00:20) is updated: k 2.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Event { event: 2 },
        3,
        "c (k, event time 12:00:14)
          c is 7 s behind stream time but counted, in the result 2 (k's [12:00:10, 12:00:20), step 3).
          rule: A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included. Every record that a window takes is passed on as its new value; a window has no last result (Kafka Streams 3.9, emit on update).
          event time = 12:00:14, 7 s behind stream time
          [12:00:10, 12:00:20) = takes it: 12:00:20 > 12:00:21 − 3 s
          [12:00:05, 12:00:15) = over: 12:00:15 ≤ 12:00:21 − 3 s
          3. c (k, event time 12:00:14) arrives, 7 s behind stream time.
          3. k's [12:00:05, 12:00:15) does not take c: 12:00:15 ≤ 12:00:21 − 3 s.
          3. c is added to k's [12:00:10, 12:00:20), now 2 events.
          3. k's [12:00:10, 12:00:20) emits 2: every update is passed on.
          events [2], see Some(3)",
    );
}

/// Windows that records make.
#[test]
fn kafka_sliding() {
    let run = run(
        "kafka-streams",
        r#"{"window":{"kind":"sliding_diff","difference":10000},"aggregate":"count","watermark":{"kind":"none"},"grace":5000,"emit":"on_update"}"#,
        "a k 12:00:20
         b k 12:00:25
         c k 12:00:28
         d k 12:00:45",
    );
    narrates(
        &run,
        &[
            (
                2,
                "Result | 2 results: k 1 in [12:00:20.001, 12:00:30.001], k 2 in [12:00:15, 12:00:25]. | b arrives (k, event time 12:00:25) and joins [12:00:15, 12:00:25] and [12:00:20.001, 12:00:30.001]. Stream time moves to 12:00:25.",
            ),
            (
                3,
                "Result | 3 results: k 2 in [12:00:20.001, 12:00:30.001], k 1 in [12:00:25.001, 12:00:35.001], k 3 in [12:00:18, 12:00:28]. | c arrives (k, event time 12:00:28) and joins [12:00:18, 12:00:28], [12:00:20.001, 12:00:30.001] and [12:00:25.001, 12:00:35.001]. Stream time moves to 12:00:28.",
            ),
        ],
    );
    answers(
        &run,
        &Subject::Emission { emission: 1 },
        2,
        "1 in k's [12:00:20.001, 12:00:30.001]
          k's [12:00:20.001, 12:00:30.001] emits 1 because every update is passed on.
          rule: Every record that a window takes is passed on as its new value; a window has no last result (Kafka Streams 3.9, emit on update).
          made from = 1 event: b
          came out = step 2
          2. b (k, event time 12:00:25) arrives.
          2. b is added to k's [12:00:20.001, 12:00:30.001], now 1 event.
          2. k's [12:00:20.001, 12:00:30.001] emits 1: every update is passed on.
          events [1], see Some(2)",
    );
}

/// A jump of stream time loses a closed window's result.
#[test]
fn kafka_lost_result() {
    let run = run(
        "kafka-streams",
        r#"{"window":{"kind":"tumbling","size":10000},"aggregate":"count","watermark":{"kind":"none"},"grace":0,"emit":"on_window_close","caching":false}"#,
        "a a 12:00:01
         b b 12:00:02
         c a 12:00:25
         d a 12:00:31",
    );
    narrates(
        &run,
        &[(
            3,
            "Loss | The results of a's [12:00:00, 12:00:10) and b's [12:00:00, 12:00:10) are lost. | These windows closed, but the store does not show them any more, the last by 12:00:00 < 12:00:20 − 10 s, store time − retention. c arrives (a, event time 12:00:25) and opens [12:00:20, 12:00:30). Stream time moves to 12:00:25; [12:00:20, 12:00:30) waits for 12:00:30.",
        )],
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        3,
        "a's [12:00:00, 12:00:10)
          a's [12:00:00, 12:00:10) closes, but its result is lost: the store does not show it any more, 12:00:00 < 12:00:20 − 10 s.
          rule: The store behind emit on window close does not show windows older than the retention: start < store time − retention (Kafka Streams 3.9, AbstractDualSchemaRocksDBSegmentedBytesStore).
          window start = 12:00:00
          store time − retention = 12:00:20 − 10 s = 12:00:10
          compared = 12:00:00 < 12:00:20 − 10 s
          opened = step 1
          holds = 1 event: a
          results = none
          1. a (a, event time 12:00:01) arrives.
          1. a is added to a's [12:00:00, 12:00:10), now 1 event.
          3. c (a, event time 12:00:25) arrives.
          3. Stream time rises from 12:00:02 to 12:00:25.
          events [0, 2], see Some(3)",
    );
    answers(
        &run,
        &missing("a", "12:00:00", "12:00:10"),
        3,
        "No result of a's [12:00:00, 12:00:10)?
          a's [12:00:00, 12:00:10) closes, but its result is lost: the store does not show it any more, 12:00:00 < 12:00:20 − 10 s.
          rule: The store behind emit on window close does not show windows older than the retention: start < store time − retention (Kafka Streams 3.9, AbstractDualSchemaRocksDBSegmentedBytesStore).
          window start = 12:00:00
          store time − retention = 12:00:20 − 10 s = 12:00:10
          compared = 12:00:00 < 12:00:20 − 10 s
          opened = step 1
          holds = 1 event: a
          results = none
          1. a (a, event time 12:00:01) arrives.
          1. a is added to a's [12:00:00, 12:00:10), now 1 event.
          3. c (a, event time 12:00:25) arrives.
          3. Stream time rises from 12:00:02 to 12:00:25.
          events [0, 2], see Some(3)",
    );
}
