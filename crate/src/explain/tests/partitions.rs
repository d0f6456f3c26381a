//! Kafka Streams with several partitions: a task each, with a stream time of its own.

use super::*;

/// A fast partition, and a key that comes from both.
fn two_partitions(emit: &str) -> Run {
    run(
        "kafka-streams",
        &format!(
            r#"{{"window":{{"kind":"tumbling","size":"5 min"}},"aggregate":"count","watermark":{{"kind":"none"}},"grace":0,"emit":"{emit}"}}"#
        ),
        "a k 12:01 source=0
         b j 12:09 source=1
         c k 12:02 source=0
         d j 12:03 source=1
         e k 12:10 source=1
         f k 12:11 source=0",
    )
}

#[test]
fn each_partition_is_told_of_by_name() {
    narrates(
        &two_partitions("on_update"),
        &[
            (
                0,
                "Neutral | Nothing has happened yet: 6 events in 6 steps to come. | First comes a (k, partition 0, event time 12:01). Kafka Streams counts events per key in windows of 5 min. Stream time is the highest event time so far, in each partition by itself; a window is kept until stream time passes its end by the grace, 0.",
            ),
            (
                2,
                "Result | [12:05, 12:10) is updated: j 1. | b arrives (j, partition 1, event time 12:09) and opens [12:05, 12:10). Stream time of partition 1 moves to 12:09.",
            ),
            (
                3,
                "Result | [12:00, 12:05) is updated: k (partition 0) 2. | c arrives (k, partition 0, event time 12:02) and joins [12:00, 12:05), now 2 events. Stream time of partition 0 moves to 12:02.",
            ),
            (
                4,
                "Loss | d is late and dropped. | Its event time is 12:03; j's [12:00, 12:05) is over: 12:05 ≤ 12:09 − 0, stream time − grace.",
            ),
            (
                5,
                "Result | [12:10, 12:15) is updated: k (partition 1) 1. | e arrives (k, partition 1, event time 12:10) and opens [12:10, 12:15). Stream time of partition 1 moves to 12:10.",
            ),
        ],
    );
}

#[test]
fn there_is_no_combined_stream_time() {
    let run = two_partitions("on_update");
    assert_eq!(
        run.frame(4).watermark.text,
        "none: each partition has its own"
    );
    answers(
        &run,
        &Subject::Watermark { source: None },
        4,
        "There is no combined stream time
         Each of the 2 partitions is read by a task of its own, and each task goes by the highest event time that it has seen itself: none waits for another, and none makes another's records late.
         rule: Stream time is the highest timestamp seen, over all keys of the partition, and never falls: max(timestamp) (Kafka Streams 3.9). There is no delay: grace is applied where windows are judged. Each partition is read by a task with a stream time and a store of its own, so partitions have no common time, and a key that is written to two of them is aggregated twice (Kafka Streams 3.9, StreamTask, PartitionGroup).
         stream time of partition 0 = 12:02
         stream time of partition 1 = 12:09
         events [], see None",
    );
}

#[test]
fn a_partition_goes_by_its_own_records() {
    let run = two_partitions("suppress");
    answers(
        &run,
        &Subject::Watermark { source: Some(0) },
        4,
        "partition 0: 12:02
         Stream time of partition 0 stands at 12:02: highest event time 12:02. No other partition moves it or holds it back.
         rule: Stream time is the highest timestamp seen, over all keys of the partition, and never falls: max(timestamp) (Kafka Streams 3.9). There is no delay: grace is applied where windows are judged. Each partition is read by a task with a stream time and a store of its own, so partitions have no common time, and a key that is written to two of them is aggregated twice (Kafka Streams 3.9, StreamTask, PartitionGroup).
         partition 0 = 12:02 (highest event time 12:02)
         events so far = 2
         3. c (k, partition 0, event time 12:02) arrives.
         3. Stream time of partition 0 rises to 12:02, the highest event time there so far.
         events [2], see Some(3)",
    );
    answers(
        &run,
        &Subject::Event { event: 3 },
        4,
        "d (j, partition 1, event time 12:03)
         d is late and dropped: its window [12:00, 12:05) was over when it came, 12:05 ≤ 12:09 − 0.
         rule: A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included. Late records are dropped and counted (dropped-records-total).
         event time = 12:03, 6 min behind stream time of partition 1
         its window = [12:00, 12:05)
         window end = 12:05
         stream time − grace = 12:09 − 0 = 12:09
         compared = 12:05 ≤ 12:09 − 0
         2. b (j, partition 1, event time 12:09) arrives.
         2. Stream time of partition 1 rises to 12:09.
         4. d (j, partition 1, event time 12:03) arrives, 6 min behind stream time of partition 1.
         4. d is late for [12:00, 12:05) and dropped: 12:05 ≤ 12:09 − 0.
         events [3, 1], see Some(4)",
    );
    answers(
        &run,
        &Subject::Window { lane: 0 },
        4,
        "k (partition 0)'s [12:00, 12:05)
         k (partition 0)'s [12:00, 12:05) comes out when stream time of partition 0 reaches 12:05; it is at 12:02.
         rule: A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included.
         waits for = 12:05 + 0 = 12:05
         stream time = 12:02 (highest event time 12:02)
         still to go = 3 min
         enough would be = an event of partition 0 at 12:05 or later
         opened = step 1
         holds = 2 events: a and c
         results = none
         1. a (k, partition 0, event time 12:01) arrives.
         1. a is added to k (partition 0)'s [12:00, 12:05), now 1 event.
         3. c (k, partition 0, event time 12:02) arrives.
         3. Stream time of partition 0 rises from 12:01 to 12:02.
         events [0, 2], see Some(1)",
    );
}
