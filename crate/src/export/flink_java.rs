//! Flink's `DataStream` API, in Java, with a Maven project around it.

use super::template::fill;
use super::{File, Job, Program, data, literal, words};
use crate::aggregate::Aggregate;
use crate::scenario::{LateData, Pipeline, Problems};
use crate::time::Span;
use crate::trigger::TriggerSpec;
use crate::watermark::{Cadence, WatermarkSpec};
use crate::window::{TimeDomain, WindowSpec};

const API: &str = "org.apache.flink.api.common";
const STREAMING: &str = "org.apache.flink.streaming.api";
const JACKSON: &str = "org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind";

/// The program `Job.java`.
pub(super) fn program(job: &Job) -> Program {
    let pipeline = &job.scenario.pipeline;
    let mut notes = job.notes.clone();
    if !job.ends() {
        notes.push("The scenario's stream goes on behind its last event, a file ends: what only the end brings out is left out".into());
    }
    if job.sources() > 1 {
        notes.push("Flink reads several sources side by side: the order in which their events meet may differ from run to run".into());
    }
    let side_output = pipeline.late_data == Some(LateData::SideOutput);
    let aggregate = pipeline.aggregate.unwrap_or(Aggregate::Count);
    let parts = AggregateParts::of(aggregate);
    let global = is_global(pipeline);
    let text = fill(
        include_str!("templates/Job.java"),
        &[
            ("imports", &imports(job)),
            ("summary", &job.summary()),
            ("notes", &literal::comment("//", &notes)),
            (
                "file",
                if job.sources() > 1 {
                    "a file of events"
                } else {
                    "events.jsonl"
                },
            ),
            (
                "late_tag",
                if side_output {
                    "private static final OutputTag<Event> LATE = new OutputTag<>(\"late\") {};"
                } else {
                    ""
                },
            ),
            ("events", &events(job)),
            ("window", &window(pipeline)),
            ("aggregate", parts.name),
            (
                "late_print",
                if side_output {
                    "results.getSideOutput(LATE)\n        .map(event -> JSON.createObjectNode().put(\"late\", event.id()).toString())\n        .print();"
                } else {
                    ""
                },
            ),
            ("strategy", &strategy(&pipeline.watermark)),
            ("generator", &generator(&pipeline.watermark)),
            ("aggregator", &parts.class()),
            ("value", parts.result_type),
            (
                "window_type",
                if global { "GlobalWindow" } else { "TimeWindow" },
            ),
            (
                "only_end",
                if job.ends() {
                    ""
                } else {
                    "if (context.currentWatermark() == Long.MAX_VALUE) {\n    return; // only the end of the file brings this out\n}"
                },
            ),
            (
                "bounds",
                if global {
                    ""
                } else {
                    "json.put(\"start\", context.window().getStart()).put(\"end\", context.window().getEnd());"
                },
            ),
        ],
    );
    Program { text, notes }
}

/// What keeps a run from giving the lab's results, or any results twice.
pub(super) fn obstacles(job: &Job, problems: &mut Problems) {
    let pipeline = &job.scenario.pipeline;
    if job.sources() > 1 {
        problems.push(
            "input",
            format!(
                "{} sources: Flink reads them side by side, and what is late depends on whose events happen to come first, so that no run need give the same; export a scenario with one source",
                job.sources()
            ),
        );
    }
    let by_clock =
        "goes by the wall clock of the run, not by the scenario's: no run would give the same";
    if pipeline
        .window
        .is_some_and(|window| window.clock() == TimeDomain::Processing)
    {
        problems.push("pipeline.window.clock", by_clock);
    }
    match (&pipeline.trigger, pipeline.window) {
        (Some(TriggerSpec::ContinuousProcessingTime { .. }), _) => {
            problems.push("pipeline.trigger.kind", by_clock);
        }
        (Some(TriggerSpec::ContinuousEventTime { .. }), Some(WindowSpec::Global)) => problems.push(
            "pipeline.trigger.kind",
            "on a window over all of time it goes on firing up to the end of time: the job would never end",
        ),
        (None | Some(_), _) => {}
    }
}

/// The program, its data and `pom.xml`.
pub(super) fn files(job: &Job, program: String) -> (Vec<File>, String) {
    let mut files = vec![File::new("src/main/java/Job.java", program)];
    for source in 0..job.sources() {
        files.push(File::new(data_file(job, source), data::events(job, source)));
    }
    files.push(File::new(
        "pom.xml",
        include_str!("templates/flink-pom.xml").to_string(),
    ));
    (files, "mvn --quiet compile exec:exec".into())
}

fn data_file(job: &Job, source: u16) -> String {
    if job.sources() == 1 {
        "events.jsonl".into()
    } else {
        format!("events-{source}.jsonl")
    }
}

fn is_global(pipeline: &Pipeline) -> bool {
    matches!(
        pipeline.window,
        None | Some(WindowSpec::Global | WindowSpec::Count { .. })
    )
}

fn events(job: &Job) -> String {
    let read = |source| {
        format!(
            "read(env, {}, {})",
            literal::java(&job.source_name(source)),
            literal::java(&data_file(job, source))
        )
    };
    let mut events = format!("DataStream<Event> events = {}", read(0));
    for source in 1..job.sources() {
        events.push_str("\n                .union(");
        events.push_str(&read(source));
        events.push(')');
    }
    events.push(';');
    events
}

fn window(pipeline: &Pipeline) -> String {
    let duration = words::duration;
    let with_offset = |spans: String, offset: Span| {
        if offset == Span(0) {
            spans
        } else {
            format!("{spans}, {}", duration(offset))
        }
    };
    let mut calls = vec![match pipeline.window {
        Some(WindowSpec::Tumbling {
            size,
            offset,
            clock,
        }) => {
            let time = match clock {
                TimeDomain::Event => "Event",
                TimeDomain::Processing => "Processing",
            };
            let of = with_offset(duration(size), offset);
            format!(".window(Tumbling{time}TimeWindows.of({of}))")
        }
        Some(WindowSpec::Sliding {
            size,
            slide,
            offset,
        }) => {
            let of = with_offset(format!("{}, {}", duration(size), duration(slide)), offset);
            format!(".window(SlidingEventTimeWindows.of({of}))")
        }
        Some(WindowSpec::Session { gap }) => {
            format!(
                ".window(EventTimeSessionWindows.withGap({}))",
                duration(gap)
            )
        }
        Some(WindowSpec::Count { size }) => format!(".countWindow({size})"),
        Some(WindowSpec::Global | WindowSpec::SlidingDiff { .. }) | None => {
            ".window(GlobalWindows.create())".into()
        }
    }];
    if let Some(trigger) = trigger(pipeline) {
        calls.push(format!(".trigger({trigger})"));
    }
    if let Some(lateness) = pipeline
        .allowed_lateness
        .filter(|lateness| *lateness > Span(0))
    {
        calls.push(format!(".allowedLateness({})", duration(lateness)));
    }
    if pipeline.late_data == Some(LateData::SideOutput) {
        calls.push(".sideOutputLateData(LATE)".into());
    }
    calls.join("\n")
}

/// A trigger that replaces the window's own.
fn trigger(pipeline: &Pipeline) -> Option<String> {
    let (trigger, purging) = match pipeline.trigger.as_ref()? {
        // The last of these are Beam's.
        TriggerSpec::Default { purging: false }
        | TriggerSpec::ProcessingTime { .. }
        | TriggerSpec::AfterWatermark { .. }
        | TriggerSpec::Repeatedly { .. }
        | TriggerSpec::AfterAny { .. }
        | TriggerSpec::AfterAll { .. }
        | TriggerSpec::AfterEach { .. } => return None,
        TriggerSpec::Default { purging } => {
            let own = match pipeline.window {
                Some(WindowSpec::Tumbling {
                    clock: TimeDomain::Processing,
                    ..
                }) => "ProcessingTimeTrigger.create()",
                // A count window purges anyway, a global one never fires.
                Some(WindowSpec::Count { .. } | WindowSpec::Global) | None => return None,
                Some(
                    WindowSpec::Tumbling { .. }
                    | WindowSpec::Sliding { .. }
                    | WindowSpec::Session { .. }
                    | WindowSpec::SlidingDiff { .. },
                ) => "EventTimeTrigger.create()",
            };
            (own.into(), *purging)
        }
        TriggerSpec::Count { n, purging } => (format!("CountTrigger.of({n})"), *purging),
        TriggerSpec::ContinuousEventTime { interval, purging } => (
            format!(
                "ContinuousEventTimeTrigger.of({})",
                words::duration(*interval)
            ),
            *purging,
        ),
        TriggerSpec::ContinuousProcessingTime { interval, purging } => (
            format!(
                "ContinuousProcessingTimeTrigger.of({})",
                words::duration(*interval)
            ),
            *purging,
        ),
    };
    Some(if purging {
        format!("PurgingTrigger.of({trigger})")
    } else {
        trigger
    })
}

fn strategy(watermark: &WatermarkSpec) -> String {
    let generator = match watermark {
        WatermarkSpec::Bounded { cadence, .. } => {
            let every = match cadence {
                Some(Cadence::Every(n)) => *n,
                Some(Cadence::PerEvent | Cadence::PerBatch) | None => 1,
            };
            let delay = words::duration(watermark.delay().unwrap_or(Span(0)));
            format!("new PerEvent({delay}, {every})")
        }
        WatermarkSpec::Expression {
            delay, interval, ..
        } => format!(
            "new PerEvent({}, {})",
            words::duration(*delay),
            words::duration(*interval)
        ),
        WatermarkSpec::Explicit | WatermarkSpec::None => {
            return "WatermarkStrategy.<Event>noWatermarks()".into();
        }
    };
    let idleness = watermark
        .idle_timeout()
        .map_or_else(String::new, |timeout| {
            format!("\n        .withIdleness({})", words::duration(timeout))
        });
    format!("WatermarkStrategy.<Event>forGenerator(context -> {generator}){idleness}")
}

fn generator(watermark: &WatermarkSpec) -> String {
    match watermark {
        WatermarkSpec::Bounded { cadence, .. } => {
            let every = match cadence {
                Some(Cadence::Every(n)) => words::counted(*n, "event"),
                Some(Cadence::PerEvent | Cadence::PerBatch) | None => "every event".into(),
            };
            fill(include_str!("templates/bounded.java"), &[("every", &every)])
        }
        WatermarkSpec::Expression { .. } => include_str!("templates/expression.java").to_string(),
        WatermarkSpec::Explicit | WatermarkSpec::None => String::new(),
    }
}

/// What an `AggregateFunction` is put together from.
struct AggregateParts {
    name: &'static str,
    accumulator_type: &'static str,
    result_type: &'static str,
    empty: &'static str,
    add: &'static str,
    result: &'static str,
    merge: &'static str,
}

impl AggregateParts {
    fn of(aggregate: Aggregate) -> AggregateParts {
        let over_doubles = |name, empty, add, merge| AggregateParts {
            name,
            accumulator_type: "Double",
            result_type: "Double",
            empty,
            add,
            result: "so_far",
            merge,
        };
        match aggregate {
            Aggregate::Count => AggregateParts {
                name: "Count",
                accumulator_type: "Long",
                result_type: "Long",
                empty: "0L",
                add: "so_far + 1",
                result: "so_far",
                merge: "a + b",
            },
            Aggregate::Sum => over_doubles("Sum", "0.0", "so_far + event.value()", "a + b"),
            Aggregate::Min => over_doubles(
                "Min",
                "Double.POSITIVE_INFINITY",
                "Math.min(so_far, event.value())",
                "Math.min(a, b)",
            ),
            Aggregate::Max => over_doubles(
                "Max",
                "Double.NEGATIVE_INFINITY",
                "Math.max(so_far, event.value())",
                "Math.max(a, b)",
            ),
            Aggregate::Avg => AggregateParts {
                name: "Average",
                accumulator_type: "Mean",
                result_type: "Double",
                empty: "new Mean(0.0, 0)",
                add: "new Mean(so_far.sum() + event.value(), so_far.count() + 1)",
                result: "so_far.sum() / so_far.count()",
                merge: "new Mean(a.sum() + b.sum(), a.count() + b.count())",
            },
            Aggregate::Concat => AggregateParts {
                name: "Ids",
                accumulator_type: "String",
                result_type: "String",
                empty: "\"\"",
                add: "so_far.isEmpty() ? event.id() : so_far + \"+\" + event.id()",
                result: "so_far",
                merge: "a.isEmpty() ? b : b.isEmpty() ? a : a + \"+\" + b",
            },
        }
    }

    fn class(&self) -> String {
        let mean = if self.accumulator_type == "Mean" {
            "/** What an average is made of. */\npublic record Mean(double sum, long count) {}\n\n"
        } else {
            ""
        };
        let variable = |code: &str| code.replace("so_far", "soFar");
        let class = fill(
            include_str!("templates/aggregate.java"),
            &[
                ("name", self.name),
                ("accumulator", self.accumulator_type),
                ("result", self.result_type),
                ("empty", self.empty),
                ("add", &variable(self.add)),
                ("get", &variable(self.result)),
                ("merge", self.merge),
            ],
        );
        format!("{mean}{class}")
    }
}

/// The classes that the program uses, in order.
fn imports(job: &Job) -> String {
    let pipeline = &job.scenario.pipeline;
    let windowing = format!("{STREAMING}.windowing");
    let mut classes = vec![
        "java.time.Duration".to_string(),
        format!("{API}.eventtime.WatermarkStrategy"),
        format!("{API}.functions.AggregateFunction"),
        "org.apache.flink.connector.file.src.FileSource".into(),
        "org.apache.flink.connector.file.src.reader.TextLineInputFormat".into(),
        "org.apache.flink.core.fs.Path".into(),
        format!("{JACKSON}.JsonNode"),
        format!("{JACKSON}.ObjectMapper"),
        format!("{JACKSON}.node.ObjectNode"),
        format!("{STREAMING}.datastream.DataStream"),
        format!("{STREAMING}.datastream.SingleOutputStreamOperator"),
        format!("{STREAMING}.environment.StreamExecutionEnvironment"),
        format!("{STREAMING}.functions.windowing.ProcessWindowFunction"),
        "org.apache.flink.util.Collector".into(),
    ];
    match &pipeline.watermark {
        WatermarkSpec::Bounded { .. } => {
            classes.push(format!("{API}.eventtime.BoundedOutOfOrdernessWatermarks"));
        }
        WatermarkSpec::Expression { .. } => classes.push(format!("{API}.eventtime.Watermark")),
        WatermarkSpec::Explicit | WatermarkSpec::None => {}
    }
    if matches!(
        pipeline.watermark,
        WatermarkSpec::Bounded { .. } | WatermarkSpec::Expression { .. }
    ) {
        classes.push(format!("{API}.eventtime.WatermarkGenerator"));
        classes.push(format!("{API}.eventtime.WatermarkOutput"));
    }
    let calls = window(pipeline);
    for class in [
        "TumblingEventTimeWindows",
        "TumblingProcessingTimeWindows",
        "SlidingEventTimeWindows",
        "EventTimeSessionWindows",
        "GlobalWindows",
    ] {
        if calls.contains(&format!("({class}.")) {
            classes.push(format!("{windowing}.assigners.{class}"));
        }
    }
    for class in [
        "CountTrigger",
        "ContinuousEventTimeTrigger",
        "ContinuousProcessingTimeTrigger",
        "EventTimeTrigger",
        "ProcessingTimeTrigger",
        "PurgingTrigger",
    ] {
        if calls.contains(&format!("({class}.")) {
            classes.push(format!("{windowing}.triggers.{class}"));
        }
    }
    classes.push(format!(
        "{windowing}.windows.{}",
        if is_global(pipeline) {
            "GlobalWindow"
        } else {
            "TimeWindow"
        }
    ));
    if pipeline.late_data == Some(LateData::SideOutput) {
        classes.push("org.apache.flink.util.OutputTag".into());
    }
    let durations = [&calls, &strategy(&pipeline.watermark)];
    if !durations.iter().any(|code| code.contains("Duration.")) {
        classes.retain(|class| class != "java.time.Duration");
    }
    classes.sort();
    format!("import {};", classes.join(";\nimport "))
}
