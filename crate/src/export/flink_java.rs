//! Flink's `DataStream` API, in Java, with a Maven project around it.

use super::template::fill;
use super::{File, Job, Program, data, literal, words};
use crate::aggregate::Aggregate;
use crate::scenario::{LateData, Pipeline, Problems};
use crate::time::Span;
use crate::trigger::TriggerSpec;
use crate::watermark::{Cadence, WatermarkSpec};
use crate::window::{TimeDomain, WindowSpec};
use aggregate::AggregateParts;

mod aggregate;
mod imports;

const LATE_TAG: &str = "private static final OutputTag<Event> LATE = new OutputTag<>(\"late\") {};";

const LATE_PRINT: &str = "results.getSideOutput(LATE)
        .map(event -> JSON.createObjectNode().put(\"late\", event.id()).toString())
        .print();";

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
    let parts = AggregateParts::of(pipeline.aggregate.unwrap_or(Aggregate::Count));
    let global = is_global(pipeline);
    let (late_tag, late_print) = match pipeline.late_data {
        Some(LateData::SideOutput) => (LATE_TAG, LATE_PRINT),
        Some(LateData::Drop) | None => ("", ""),
    };
    let text = fill(
        include_str!("templates/Job.java"),
        &[
            ("imports", &imports::imports(job)),
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
            ("late_tag", late_tag),
            ("events", &events(job)),
            ("window", &window(pipeline)),
            ("aggregate", parts.name),
            ("late_print", late_print),
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
pub(super) fn files(job: &Job) -> (Vec<File>, String) {
    let mut files: Vec<File> = (0..job.sources())
        .map(|source| File::new(data_file(job, source), data::events(job, source)))
        .collect();
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
                Some(Cadence::Every(n)) => words::every(*n, "event"),
                Some(Cadence::PerEvent | Cadence::PerBatch) | None => "every event".into(),
            };
            fill(include_str!("templates/bounded.java"), &[("every", &every)])
        }
        WatermarkSpec::Expression { .. } => include_str!("templates/expression.java").to_string(),
        WatermarkSpec::Explicit | WatermarkSpec::None => String::new(),
    }
}
