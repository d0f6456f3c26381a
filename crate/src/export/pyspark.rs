//! Spark Structured Streaming, in Python.

use super::template::fill;
use super::{File, Job, Program, data, literal, words};
use crate::aggregate::Aggregate;
use crate::scenario::{Dedup, MicroBatch, OutputMode, Pipeline};
use crate::time::Span;
use crate::watermark::{Policy, WatermarkSpec};
use crate::window::WindowSpec;

/// A query keeps the progress of so many batches unless told otherwise, and each may be followed by one without data.
const PROGRESS_KEPT: usize = 100;

/// The program `job.py`.
pub(super) fn program(job: &Job) -> Program {
    let pipeline = &job.scenario.pipeline;
    let mut notes = job.notes.clone();
    if let Some(MicroBatch::Events(n)) = pipeline.micro_batch {
        let n = words::every(n, "event");
        notes.push(format!(
            "Spark has no trigger for a batch after {n}: the data comes in files of that many, a file a batch"
        ));
    }
    let mode = match pipeline.output_mode.unwrap_or(OutputMode::Append) {
        OutputMode::Append => "append",
        OutputMode::Update => "update",
        OutputMode::Complete => "complete",
    };
    let streams = streams(&pipeline.watermark);
    let text = fill(
        include_str!("templates/job.py"),
        &[
            ("summary", &job.summary()),
            ("notes", &literal::comment("#", &notes)),
            (
                "source_column",
                if job.sources() > 1 {
                    ", source INT"
                } else {
                    ""
                },
            ),
            (
                "reduce",
                if streams.is_empty() {
                    ""
                } else {
                    "from functools import reduce"
                },
            ),
            ("streams", &streams),
            ("steps", &steps(pipeline)),
            ("config", &config(job)),
            ("mode", mode),
            ("trigger", &trigger(pipeline)),
        ],
    );
    Program { text, notes }
}

/// The data and `requirements.txt`.
pub(super) fn files(job: &Job) -> (Vec<File>, String) {
    let mut files = vec![File::new("requirements.txt", "pyspark==4.3.0\n")];
    let releases = data::releases(job);
    let width = |count: usize| count.to_string().len().max(2);
    let folders = width(releases.len());
    for (i, release) in releases.iter().enumerate() {
        let names = width(release.len());
        for (j, batch) in release.iter().enumerate() {
            let path = format!("data/{:0folders$}/{:0names$}.jsonl", i + 1, j + 1);
            files.push(File::new(path, batch.clone()));
        }
    }
    (
        files,
        "pip install -r requirements.txt && python job.py".into(),
    )
}

/// A watermark for each source, where they have their own.
fn streams(watermark: &WatermarkSpec) -> String {
    let WatermarkSpec::Bounded {
        delays: Some(delays),
        ..
    } = watermark
    else {
        return String::new();
    };
    let delays: Vec<String> = (delays.iter())
        .map(|delay| literal::python(&words::interval(*delay)))
        .collect();
    let lines = [
        "# Each source has its own watermark; here they are told apart by a column.",
        &format!("delays = [{}]", delays.join(", ")),
        "sources = [",
        "    events.filter(F.col(\"source\") == number).withWatermark(\"ts\", delay)",
        "    for number, delay in enumerate(delays)",
        "]",
        "events = reduce(DataFrame.unionAll, sources)",
    ];
    lines.join("\n")
}

/// From the events to the columns that are printed, a call a line.
fn steps(pipeline: &Pipeline) -> String {
    let watermark = match &pipeline.watermark {
        WatermarkSpec::Bounded { delays: None, .. } => {
            let delay = pipeline.watermark.delay().unwrap_or(Span(0));
            format!(
                "events.withWatermark(\"ts\", \"{}\")",
                words::interval(delay)
            )
        }
        WatermarkSpec::Bounded { .. }
        | WatermarkSpec::Expression { .. }
        | WatermarkSpec::Explicit
        | WatermarkSpec::None => "events".into(),
    };
    let mut steps = vec![watermark];
    match (&pipeline.dedup, window(pipeline.window)) {
        (Some(dedup), _) => {
            steps.push(deduplicate(dedup));
            steps.push(".select(\"id\", \"key\", F.unix_millis(\"ts\").alias(\"ts\"))".into());
        }
        (None, Some(window)) => {
            steps.push(format!(".groupBy(\"key\", {window}.alias(\"window\"))"));
            steps.push(aggregate(pipeline));
            steps.push(
                [
                    ".select(",
                    "    \"key\",",
                    "    F.unix_millis(\"window.start\").alias(\"start\"),",
                    "    F.unix_millis(\"window.end\").alias(\"end\"),",
                    "    \"value\",",
                    ")",
                ]
                .join("\n"),
            );
        }
        (None, None) => {
            steps.push(".groupBy(\"key\")".into());
            steps.push(aggregate(pipeline));
        }
    }
    steps.join("\n")
}

fn deduplicate(dedup: &Dedup) -> String {
    let columns: Vec<String> = match &dedup.on {
        Some(on) => on.iter().map(|column| literal::python(column)).collect(),
        None => vec!["\"id\"".into()],
    };
    let within = if dedup.within_watermark {
        "WithinWatermark"
    } else {
        ""
    };
    format!(".dropDuplicates{within}([{}])", columns.join(", "))
}

fn window(window: Option<WindowSpec>) -> Option<String> {
    let interval = |span| format!("\"{}\"", words::interval(span));
    let start = |offset: Span| {
        if offset == Span(0) {
            String::new()
        } else {
            format!(", startTime={}", interval(offset))
        }
    };
    match window? {
        WindowSpec::Tumbling { size, offset, .. } => Some(format!(
            "F.window(\"ts\", {}{})",
            interval(size),
            start(offset)
        )),
        WindowSpec::Sliding {
            size,
            slide,
            offset,
        } => Some(format!(
            "F.window(\"ts\", {}, {}{})",
            interval(size),
            interval(slide),
            start(offset)
        )),
        WindowSpec::Session { gap } => Some(format!("F.session_window(\"ts\", {})", interval(gap))),
        WindowSpec::Global | WindowSpec::Count { .. } | WindowSpec::SlidingDiff { .. } => None,
    }
}

fn aggregate(pipeline: &Pipeline) -> String {
    let function = match pipeline.aggregate.unwrap_or(Aggregate::Count) {
        Aggregate::Count => "F.count(\"*\")",
        Aggregate::Sum => "F.sum(\"value\")",
        Aggregate::Min => "F.min(\"value\")",
        Aggregate::Max => "F.max(\"value\")",
        Aggregate::Avg => "F.avg(\"value\")",
        Aggregate::Concat => "F.array_join(F.collect_list(\"id\"), \"+\")",
    };
    format!(".agg({function}.alias(\"value\"))")
}

fn config(job: &Job) -> String {
    let pipeline = &job.scenario.pipeline;
    let mut lines = Vec::new();
    if let WatermarkSpec::Bounded {
        policy: Some(policy),
        ..
    } = &pipeline.watermark
    {
        let policy = match policy {
            Policy::Min => "min",
            Policy::Max => "max",
        };
        lines.push(format!(
            ".config(\"spark.sql.streaming.multipleWatermarkPolicy\", \"{policy}\")"
        ));
    }
    if pipeline.no_data_batches == Some(false) {
        lines.push(".config(\"spark.sql.streaming.noDataMicroBatches.enabled\", False)".into());
    }
    let batches: usize = data::releases(job).iter().map(Vec::len).sum();
    if batches * 2 > PROGRESS_KEPT {
        lines.push(format!(
            ".config(\"spark.sql.streaming.numRecentProgressUpdates\", {})",
            batches * 2
        ));
    }
    lines.join("\n")
}

fn trigger(pipeline: &Pipeline) -> String {
    match pipeline.micro_batch {
        Some(MicroBatch::Interval(interval)) => format!(
            "# In production: .trigger(processingTime=\"{}\"). Here each file is what waits at a tick.",
            words::interval(interval)
        ),
        Some(MicroBatch::Events(_)) | None => String::new(),
    }
}
