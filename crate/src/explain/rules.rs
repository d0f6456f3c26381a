//! The engines' rules: in words, as a formula, and where they are from.

use super::words::Words;
use crate::dialect::EngineKind;
use crate::fact::{Check, LateFate, Rule, Why};
use crate::model::Window;
use crate::scenario::OutputMode;
use crate::time::{Span, Watermark};
use crate::trigger::TriggerSpec;
use crate::watermark::{Policy, WatermarkRule};
use crate::window::{TimeDomain, WindowSpec};

/// When something is over or late.
pub(super) fn of_check(rule: Rule) -> &'static str {
    match rule {
        Rule::FlinkWindowOver => {
            "A window takes no more events once its last millisecond plus the allowed lateness is at or below the watermark: \
             end − 1 ms + lateness ≤ watermark (Flink 2.3, WindowOperator.isWindowLate and cleanupTime). \
             An event is judged by the watermark before its own."
        }
        Rule::FlinkElementLate => {
            "An event that no window takes is late once its own time plus the allowed lateness is at or below the watermark: \
             timestamp + lateness ≤ watermark (Flink 2.3, WindowOperator.isElementLate)."
        }
        Rule::FlinkProcessingTimeOver => {
            "A processing-time window is over once the clock reaches its last millisecond: end − 1 ms ≤ clock \
             (Flink 2.3, TumblingProcessingTimeWindows and ProcessingTimeTrigger)."
        }
        Rule::SparkWindowOver => {
            "A window is over once its end is at or below the watermark: end ≤ watermark (Spark 4.3, WatermarkSupport). \
             A batch drops late rows by the watermark of the batch before it, and emits and removes windows by its own."
        }
        Rule::SparkRowLate => {
            "Without a window a row is late once its own time is at or below the watermark: timestamp ≤ watermark \
             (Spark 4.3, WatermarkSupport, deduplication)."
        }
        Rule::SparkIdForgotten => {
            "An id is forgotten once the first row that had it is older than the delay: first timestamp + delay ≤ watermark \
             (Spark 4.3, dropDuplicatesWithinWatermark). Duplicates do not extend it."
        }
        Rule::BeamWindowExpired => {
            "A window expires once its end plus the allowed lateness is below the watermark: end + lateness < watermark \
             (Beam 2.77, recorded with the Python SDK's local runner; Java's runners compare the window's last millisecond, \
             so there it expires a millisecond sooner: LateDataUtils)."
        }
        Rule::KafkaOrderedStoreExpired => {
            "The store behind emit on window close does not show windows older than the retention: \
             start < store time − retention (Kafka Streams 3.9, AbstractDualSchemaRocksDBSegmentedBytesStore)."
        }
        Rule::KafkaSegmentExpired => {
            "The store removes whole segments, half the retention and at least a minute long: \
             segment end ≤ store time − retention (Kafka Streams 3.9, AbstractSegments)."
        }
        Rule::KafkaSuppressOver => {
            "suppress(untilWindowCloses) lets a window's last result go once its end is at or below stream time minus grace, \
             for sessions also minus the gap: end ≤ stream time − grace (Kafka Streams 3.9, KTableSuppressProcessor). \
             Its stream time is the highest timestamp that was passed on to it."
        }
        Rule::BeamSessionExpired => {
            "A session is removed once no element that is still taken could reach it: end + lateness + gap < watermark \
             (Beam 2.77, recorded with its local runner)."
        }
        Rule::KafkaWindowClosed => {
            "A window is closed once its end is at or below stream time minus grace: end ≤ stream time − grace \
             (Kafka Streams 3.9, KStreamWindowAggregate). Stream time is the highest timestamp of any key, the record's own included."
        }
        Rule::KafkaSessionClosed => {
            "A session is closed once its last timestamp is below stream time minus grace and gap: \
             end < stream time − gap − grace (Kafka Streams 3.9, KStreamSessionWindowAggregate)."
        }
        Rule::KafkaSlidingClosed => {
            "A sliding window is closed once its end, which it includes, is below stream time minus grace: \
             end < stream time − grace (Kafka Streams 3.9, KStreamSlidingWindowAggregate)."
        }
        Rule::KafkaStoreExpired => {
            "A look-up does not see windows older than the retention: start ≤ store time − retention, for sessions the end \
             (Kafka Streams 3.9, AbstractRocksDBSegmentedBytesStore). Store time is the highest start written so far by any key."
        }
    }
}

/// When a result comes out.
pub(super) fn of_why(engine: EngineKind, why: &Why) -> &'static str {
    match why {
        Why::WatermarkReached { .. } => match engine {
            EngineKind::Beam => {
                "A window fires on time when the watermark reaches its end: watermark ≥ end (Beam 2.77, AfterWatermark)."
            }
            EngineKind::Flink | EngineKind::Spark | EngineKind::KafkaStreams => {
                "A window fires when the watermark reaches its last millisecond: watermark ≥ end − 1 ms \
                 (Flink 2.3, EventTimeTrigger)."
            }
        },
        Why::LateEvent { .. } => match engine {
            EngineKind::Beam => {
                "A window that has ended but not expired fires for late elements as its trigger says, by default one pane each \
                 (Beam 2.77, AfterWatermark)."
            }
            EngineKind::Flink | EngineKind::Spark | EngineKind::KafkaStreams => {
                "A window that has ended but is still kept for the allowed lateness fires at once for each event added \
                 (Flink 2.3, EventTimeTrigger.onElement)."
            }
        },
        Why::Count { .. } => match engine {
            EngineKind::Beam => {
                "The window fires once so many elements have come since its last pane (Beam 2.77, AfterCount)."
            }
            EngineKind::Flink | EngineKind::Spark | EngineKind::KafkaStreams => {
                "The window fires whenever so many events of its key have come since the last firing: count ≥ n \
                 (Flink 2.3, CountTrigger)."
            }
        },
        Why::Interval { clock, .. } => match (engine, clock) {
            (EngineKind::Beam, _) => {
                "The window fires a delay after its first element since the last pane, by the processing clock \
                 (Beam 2.77, AfterProcessingTime)."
            }
            (_, TimeDomain::Event) => {
                "The window fires at every multiple of the interval that the watermark reaches, and at its last millisecond \
                 (Flink 2.3, ContinuousEventTimeTrigger)."
            }
            (_, TimeDomain::Processing) => {
                "The window fires at every multiple of the interval that the processing clock reaches, and not at the watermark \
                 (Flink 2.3, ContinuousProcessingTimeTrigger)."
            }
        },
        Why::ClockReached { .. } => {
            "A processing-time window fires when the clock reaches its last millisecond: clock ≥ end − 1 ms \
             (Flink 2.3, ProcessingTimeTrigger)."
        }
        Why::ChangedInBatch { .. } => {
            "Update mode writes the rows that a batch touched, each with its value so far (Spark 4.3, StateStoreSaveExec)."
        }
        Why::WholeTable { .. } => {
            "Complete mode writes every row after each batch with data, changed or not (Spark 4.3, StateStoreSaveExec)."
        }
        Why::WindowOver { check } => of_check(check.rule),
        Why::Update => {
            "Every record that a window takes is passed on as its new value; a window has no last result \
             (Kafka Streams 3.9, emit on update)."
        }
        Why::Withdrawal => match engine {
            EngineKind::KafkaStreams => {
                "A session that grows gets new bounds, which is a new key: the result under the old bounds is withdrawn with a null \
                 (Kafka Streams 3.9, KStreamSessionWindowAggregate)."
            }
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam => {
                "A new result withdraws the one before it, so that a reader that adds results up stays right (retracting panes)."
            }
        },
        Why::Composite => {
            "The window fires when its triggers together say so: any, all, or each in turn (Beam 2.77, AfterAny, AfterAll, AfterEach)."
        }
    }
}

/// How a source's watermark is made.
pub(super) fn of_watermark(engine: EngineKind, rule: WatermarkRule) -> &'static str {
    match rule {
        WatermarkRule::BoundedOutOfOrderness => {
            "A source's watermark is the highest event time it has seen minus the delay minus 1 ms, and never falls: \
             max(timestamp) − delay − 1 ms (Flink 2.3, BoundedOutOfOrdernessWatermarks)."
        }
        WatermarkRule::HighestMinusDelay => match engine {
            EngineKind::Spark => {
                "The watermark is the highest event time of earlier batches minus the delay, and never falls: \
                 max(timestamp) − delay, at least 0 (Spark 4.3, EventTimeWatermarkExec). It moves once per batch."
            }
            EngineKind::Flink | EngineKind::Beam | EngineKind::KafkaStreams => {
                "A source's watermark is the highest event time it has seen minus the delay, and never falls: \
                 max(timestamp) − delay (Flink 2.3 SQL, WATERMARK FOR … AS ts − delay)."
            }
        },
        WatermarkRule::StreamTime => {
            "Stream time is the highest timestamp seen, over all keys of the partition, and never falls: max(timestamp) \
             (Kafka Streams 3.9). There is no delay: grace is applied where windows are judged."
        }
        WatermarkRule::Explicit => {
            "The source says its watermark; events do not move it (Beam 2.77)."
        }
        WatermarkRule::Ended => {
            "A source that has ended sends the greatest watermark there is, so that every window it holds back can fire."
        }
    }
}

/// How several sources' watermarks become one; nothing where there is one source.
pub(super) fn of_combining(words: Words) -> &'static str {
    if !words.several_sources() {
        return "";
    }
    match words.engine() {
        EngineKind::Flink => {
            "The operator takes the least watermark of the sources that count; an idle source does not count, and one that wakes \
             up counts again once it has caught up (Flink 2.3, StatusWatermarkValve)."
        }
        EngineKind::Spark => match spark_policy(words) {
            Policy::Min => {
                "Several streams: the least of their watermarks; a stream not yet seen counts as 0 \
                 (Spark 4.3, spark.sql.streaming.multipleWatermarkPolicy = min)."
            }
            Policy::Max => {
                "Several streams: the greatest of their watermarks \
                 (Spark 4.3, spark.sql.streaming.multipleWatermarkPolicy = max)."
            }
        },
        EngineKind::Beam => "Several sources: the least of their watermarks (Beam 2.77).",
        EngineKind::KafkaStreams => {
            "Each partition is read by a task with a stream time and a store of its own, so partitions have no common time, and a \
             key that is written to two of them is aggregated twice (Kafka Streams 3.9, StreamTask, PartitionGroup)."
        }
    }
}

fn spark_policy(words: Words) -> Policy {
    use crate::watermark::WatermarkSpec::{Bounded, Explicit, Expression, None};
    match &words.run.scenario.pipeline.watermark {
        Bounded { policy, .. } => policy.unwrap_or(Policy::Min),
        Expression { .. } | Explicit | None => Policy::Min,
    }
}

/// Where lost events of each kind go.
pub(super) fn of_fate(engine: EngineKind, fate: LateFate) -> &'static str {
    match (engine, fate) {
        (_, LateFate::Partly) => {
            "The record counts in its other windows, and in the metric of dropped records all the same (dropped-records-total)."
        }
        (_, LateFate::SideOutput) => "Late events go to the side output (sideOutputLateData).",
        (EngineKind::Flink, LateFate::Dropped) => {
            "Late events are dropped and counted (numLateRecordsDropped)."
        }
        (EngineKind::Spark, LateFate::Dropped) => {
            "Late rows are dropped and counted (numRowsDroppedByWatermark)."
        }
        (EngineKind::Beam, LateFate::Dropped) => "Late elements are dropped.",
        (EngineKind::KafkaStreams, LateFate::Dropped) => {
            "Late records are dropped and counted (dropped-records-total)."
        }
    }
}

/// The check by which this pipeline would judge an event's window against a watermark; none where nothing is ever too late.
pub(super) fn acceptance(words: Words, window: Window, against: Watermark) -> Option<Check> {
    let pipeline = &words.run.scenario.pipeline;
    let spec = pipeline.window?;
    if window.is_global() || spec.clock() == TimeDomain::Processing {
        return None;
    }
    let lateness = pipeline.allowed_lateness.unwrap_or(Span(0));
    let grace = pipeline.grace.unwrap_or(Span(0));
    let (rule, slack) = match words.engine() {
        EngineKind::Flink => (Rule::FlinkWindowOver, lateness),
        EngineKind::Spark => {
            let keeps_all = pipeline.output_mode == Some(OutputMode::Complete) && !spec.merges();
            if keeps_all || pipeline.watermark == crate::watermark::WatermarkSpec::None {
                return None;
            }
            (Rule::SparkWindowOver, Span(0))
        }
        EngineKind::Beam => (Rule::BeamWindowExpired, lateness),
        EngineKind::KafkaStreams => match spec {
            WindowSpec::Tumbling { .. } | WindowSpec::Sliding { .. } => {
                (Rule::KafkaWindowClosed, grace)
            }
            WindowSpec::Session { gap } => (Rule::KafkaSessionClosed, Span(grace.ms() + gap.ms())),
            WindowSpec::SlidingDiff { .. } => (Rule::KafkaSlidingClosed, grace),
            WindowSpec::Global | WindowSpec::Count { .. } => return None,
        },
    };
    Some(Check {
        rule,
        time: window.end,
        slack,
        against,
    })
}

/// The window by which an event is judged: some engines look at its own session before it is merged.
pub(super) fn judged_window(words: Words, event: u32, taken_by: Window) -> Window {
    let own = |gap: Span| {
        let event = words.run.compiled.events.get(event as usize)?;
        Some(Window::new(event.ts, event.ts + gap))
    };
    match (words.engine(), words.run.scenario.pipeline.window) {
        (EngineKind::Spark | EngineKind::Beam, Some(WindowSpec::Session { gap })) => {
            own(gap).unwrap_or(taken_by)
        }
        (
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam | EngineKind::KafkaStreams,
            _,
        ) => taken_by,
    }
}

/// A trigger in words, as what it waits for.
pub(super) fn trigger(words: Words, spec: &TriggerSpec) -> String {
    use super::words::{counted, span};
    match spec {
        TriggerSpec::Default { .. } => match words.engine() {
            EngineKind::Beam => "the watermark at the window's end, then every late element".into(),
            EngineKind::Flink | EngineKind::Spark | EngineKind::KafkaStreams => {
                "the watermark at the window's last millisecond, then every late event".into()
            }
        },
        TriggerSpec::Count { n, .. } => counted(*n as usize, "event"),
        TriggerSpec::ContinuousEventTime { interval, .. } => {
            format!("every {} of event time", span(*interval))
        }
        TriggerSpec::ContinuousProcessingTime { interval, .. } => {
            format!("every {} of processing time", span(*interval))
        }
        TriggerSpec::ProcessingTime { delay } => {
            format!(
                "{} of processing time after the first element",
                span(*delay)
            )
        }
        TriggerSpec::AfterWatermark { early, late } => {
            let mut parts = Vec::new();
            if let Some(early) = early {
                parts.push(format!(
                    "before the end again and again {}",
                    trigger(words, early)
                ));
            }
            parts.push("the watermark at the window's end".into());
            if let Some(late) = late {
                parts.push(format!("after it again and again {}", trigger(words, late)));
            }
            parts.join("; ")
        }
        TriggerSpec::Repeatedly { trigger: inner } => {
            format!("again and again {}", trigger(words, inner))
        }
        TriggerSpec::AfterAny { triggers } => joined(words, "the first of", triggers),
        TriggerSpec::AfterAll { triggers } => joined(words, "all of", triggers),
        TriggerSpec::AfterEach { triggers } => joined(words, "one after the other:", triggers),
    }
}

fn joined(words: Words, how: &str, triggers: &[TriggerSpec]) -> String {
    let parts: Vec<String> = triggers.iter().map(|spec| trigger(words, spec)).collect();
    format!("{how} ({})", parts.join("; "))
}
