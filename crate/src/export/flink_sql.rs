//! Flink SQL: windows as table functions, with a small program that runs the statements.

use super::template::fill;
use super::{File, Job, Program, data, literal, words};
use crate::aggregate::Aggregate;
use crate::scenario::{LateData, Pipeline, Problems, Scenario};
use crate::time::{Span, format_span};
use crate::trigger::TriggerSpec;
use crate::watermark::{Cadence, WatermarkSpec};
use crate::window::{TimeDomain, WindowSpec};

/// Says a Flink scenario as far as SQL can say it, and what is lost.
pub(super) fn restate(scenario: &mut Scenario, notes: &mut Vec<String>) {
    let pipeline = &mut scenario.pipeline;
    if let WatermarkSpec::Bounded {
        delay,
        cadence,
        idle_timeout,
        ..
    } = &pipeline.watermark
    {
        notes.push("SQL's watermark is the highest event time less the delay; the DataStream API's is another millisecond less".into());
        if let Some(Cadence::Every(n)) = cadence {
            notes.push(format!(
                "SQL cannot tell the watermark after {}: it is told whenever it rises",
                words::every(*n, "event")
            ));
        }
        pipeline.watermark = WatermarkSpec::Expression {
            delay: delay.unwrap_or(Span(0)),
            interval: Span(0),
            idle_timeout: *idle_timeout,
        };
    }
    if let Some(lateness) = pipeline
        .allowed_lateness
        .take()
        .filter(|span| *span > Span(0))
    {
        notes.push(format!(
            "SQL's window functions have no allowed lateness: {} are left out",
            format_span(lateness)
        ));
    }
    if pipeline.late_data == Some(LateData::SideOutput) {
        pipeline.late_data = Some(LateData::Drop);
        notes.push("SQL has no side output: late rows are dropped".into());
    }
    match pipeline.trigger.take() {
        None | Some(TriggerSpec::Default { purging: false }) => {}
        Some(trigger) => notes.push(format!(
            "SQL has no triggers ({}): a window's result comes once, when the watermark reaches its end",
            trigger.name()
        )),
    }
}

/// The statements, `job.sql`.
pub(super) fn program(job: &Job) -> Program {
    let pipeline = &job.scenario.pipeline;
    let mut notes = job.notes.clone();
    let window = window(pipeline).unwrap_or_else(|reason| {
        notes.push(reason);
        "events".into()
    });
    if job.sources() > 1 {
        notes.push(
            "Several sources would be several tables, united: SELECT … UNION ALL SELECT …".into(),
        );
    }
    if pipeline.aggregate == Some(Aggregate::Concat) {
        notes.push(
            "LISTAGG promises no order: in overlapping windows it goes by their parts".into(),
        );
    }
    let processing = by_clock(pipeline);
    let watermark = match &pipeline.watermark {
        WatermarkSpec::Expression { delay, .. } if !processing => format!(
            ",\n  WATERMARK FOR event_time AS event_time - {}",
            words::sql_interval(*delay)
        ),
        WatermarkSpec::Expression { .. }
        | WatermarkSpec::Bounded { .. }
        | WatermarkSpec::Explicit
        | WatermarkSpec::None => String::new(),
    };
    let text = fill(
        include_str!("templates/job.sql"),
        &[
            ("summary", &job.summary()),
            ("notes", &literal::comment("--", &notes)),
            ("settings", &settings(&pipeline.watermark)),
            (
                "event_time",
                if processing {
                    "PROCTIME()"
                } else {
                    "TO_TIMESTAMP_LTZ(ts, 3)"
                },
            ),
            ("watermark", &watermark),
            ("aggregate", aggregate(pipeline)),
            ("window", &window),
        ],
    );
    Program { text, notes }
}

/// What SQL has no words for, or no run would give again.
pub(super) fn obstacles(job: &Job, problems: &mut Problems) {
    let pipeline = &job.scenario.pipeline;
    if let Err(reason) = window(pipeline) {
        problems.push("pipeline.window", reason);
    }
    if by_clock(pipeline) {
        problems.push(
            "pipeline.window.clock",
            "goes by the wall clock of the run, not by the scenario's: no run would give the same",
        );
    }
    if pipeline.watermark == WatermarkSpec::None {
        problems.push(
            "pipeline.watermark",
            "a window over an event-time column needs a watermark on it: choose bounded",
        );
    }
    if job.sources() > 1 {
        problems.push(
            "input",
            format!(
                "{} sources: Flink reads them side by side, so that no run need give the same; export a scenario with one source",
                job.sources()
            ),
        );
    }
}

/// The statements, what runs them, the data and `pom.xml`.
pub(super) fn files(job: &Job) -> (Vec<File>, String) {
    let files = vec![
        File::new(
            "src/main/java/RunSql.java",
            include_str!("templates/RunSql.java"),
        ),
        File::new("events.jsonl", data::events(job, 0)),
        File::new("pom.xml", include_str!("templates/flink-sql-pom.xml")),
    ];
    (files, "mvn --quiet compile exec:exec".into())
}

fn by_clock(pipeline: &Pipeline) -> bool {
    pipeline
        .window
        .is_some_and(|window| window.clock() == TimeDomain::Processing)
}

fn settings(watermark: &WatermarkSpec) -> String {
    let mut lines = Vec::new();
    if let WatermarkSpec::Expression { interval, .. } = watermark {
        let interval = interval.ms();
        if interval == 0 {
            lines.push("-- A rising watermark is told at once, instead of every 200 ms, so that each run gives the same.".into());
        }
        lines.push(format!(
            "SET 'pipeline.auto-watermark-interval' = '{interval} ms';"
        ));
    }
    if let Some(timeout) = watermark.idle_timeout() {
        lines.push(format!(
            "SET 'table.exec.source.idle-timeout' = '{} ms';",
            timeout.ms()
        ));
    }
    lines.join("\n")
}

/// The window as a table function, or why there is none.
fn window(pipeline: &Pipeline) -> Result<String, String> {
    let interval = words::sql_interval;
    let offset = |offset: Span| {
        if offset == Span(0) {
            String::new()
        } else {
            format!(", {}", interval(offset))
        }
    };
    match pipeline.window {
        Some(WindowSpec::Tumbling { size, offset: by, .. }) => Ok(format!(
            "TUMBLE(TABLE events, DESCRIPTOR(event_time), {}{})",
            interval(size),
            offset(by)
        )),
        Some(WindowSpec::Sliding { size, slide, .. }) if size.ms() % slide.ms() != 0 => Err(format!(
            "Flink SQL's HOP wants a size that is a multiple of the slide, and {} is none of {}",
            format_span(size),
            format_span(slide)
        )),
        Some(WindowSpec::Sliding { size, slide, offset: by }) => Ok(format!(
            "HOP(TABLE events, DESCRIPTOR(event_time), {}, {}{})",
            interval(slide),
            interval(size),
            offset(by)
        )),
        Some(WindowSpec::Session { gap }) => Ok(format!(
            "SESSION(TABLE events PARTITION BY `key`, DESCRIPTOR(event_time), {})",
            interval(gap)
        )),
        Some(WindowSpec::Global) => Err("Flink SQL has no window over all of time: GROUP BY alone withdraws and repeats its result with each event".into()),
        Some(WindowSpec::Count { .. }) => Err("Flink SQL has no windows by count".into()),
        Some(WindowSpec::SlidingDiff { .. }) | None => {
            Err("Flink SQL has no windows by difference".into())
        }
    }
}

fn aggregate(pipeline: &Pipeline) -> &'static str {
    match pipeline.aggregate.unwrap_or(Aggregate::Count) {
        Aggregate::Count => "COUNT(*)",
        Aggregate::Sum => "SUM(`value`)",
        Aggregate::Min => "MIN(`value`)",
        Aggregate::Max => "MAX(`value`)",
        Aggregate::Avg => "AVG(`value`)",
        Aggregate::Concat => "LISTAGG(id, '+')",
    }
}
