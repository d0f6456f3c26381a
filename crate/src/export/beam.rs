//! Beam, in Python, on a `TestStream` that moves the watermark and the clock as the scenario does.

use super::template::fill;
use super::{File, Job, Program, data, literal, words};
use crate::aggregate::Aggregate;
use crate::model::Action;
use crate::scenario::{Accumulation, Input, Pipeline, Problems, Scenario};
use crate::source::StepSpec;
use crate::time::{ProcTime, Span, Watermark};
use crate::trigger::TriggerSpec;
use crate::watermark::{Generator, WatermarkRule, WatermarkSpec};
use crate::window::WindowSpec;
use serde::Serialize;

/// The program `job.py`.
pub(super) fn program(job: &Job) -> Program {
    let pipeline = &job.scenario.pipeline;
    let mut notes = job.notes.clone();
    match pipeline.watermark {
        WatermarkSpec::Bounded { .. } => notes.push(
            "The watermark is the source's own: steps.jsonl says it after each event, as the highest event time less the delay".into(),
        ),
        WatermarkSpec::Expression { .. } | WatermarkSpec::Explicit | WatermarkSpec::None => {}
    }
    if pipeline.accumulation == Some(Accumulation::Retracting) {
        notes.push("Beam's model knows retracting panes, its Python SDK does not: they accumulate, and nothing is withdrawn".into());
    }
    let (field, combine) = combine(pipeline);
    let several = job.sources() > 1;
    let window = window(pipeline);
    let text = fill(
        include_str!("templates/beam_job.py"),
        &[
            ("summary", &job.summary()),
            (
                "trigger_import",
                if window.contains("trigger.") {
                    "trigger, "
                } else {
                    ""
                },
            ),
            ("notes", &literal::comment("#", &notes)),
            ("window", &window),
            ("field", field),
            ("combine", combine),
            ("bounds", bounds(pipeline)),
            (
                "tag",
                if several {
                    "tag = str(step.get(\"source\", 0))"
                } else {
                    ""
                },
            ),
            ("only_tag", if several { "tag" } else { "" }),
            ("also_tag", if several { ", tag" } else { "" }),
            ("read", &read(job)),
            ("run", run(pipeline)),
        ],
    );
    Program { text, notes }
}

/// Lets the clock go on behind the end until no delay is pending: as long as one is, the local runner does not end.
pub(super) fn settle(scenario: &mut Scenario, notes: &mut Vec<String>) {
    let delays = scenario.pipeline.trigger.as_ref().map_or(vec![], delays);
    let Input::Steps(steps) = &mut scenario.input else {
        return;
    };
    let clocks = steps.iter().flat_map(|s| [s.at, s.processing_time]);
    let mut now = clocks.flatten().max().unwrap_or(ProcTime(0));
    let Some(longest) = delays.iter().max() else {
        return;
    };
    notes.push("The job's clock goes on after the last step, until no delay is pending: the local runner waits for it".into());
    // One delay may follow another.
    for _ in &delays {
        now = ProcTime(now.ms() + longest.ms());
        steps.push(StepSpec {
            processing_time: Some(now),
            ..StepSpec::default()
        });
    }
}

/// The processing-time delays in a trigger.
fn delays(spec: &TriggerSpec) -> Vec<Span> {
    let all = |triggers: &[TriggerSpec]| triggers.iter().flat_map(delays).collect();
    match spec {
        TriggerSpec::ProcessingTime { delay } => vec![*delay],
        TriggerSpec::AfterWatermark { early, late } => [early, late]
            .into_iter()
            .flatten()
            .flat_map(|spec| delays(spec))
            .collect(),
        TriggerSpec::Repeatedly { trigger } => delays(trigger),
        TriggerSpec::AfterAny { triggers }
        | TriggerSpec::AfterAll { triggers }
        | TriggerSpec::AfterEach { triggers } => all(triggers),
        TriggerSpec::Default { .. }
        | TriggerSpec::Count { .. }
        | TriggerSpec::ContinuousEventTime { .. }
        | TriggerSpec::ContinuousProcessingTime { .. } => vec![],
    }
}

/// What the SDK cannot run.
pub(super) fn obstacles(job: &Job, problems: &mut Problems) {
    if let Some(WindowSpec::Sliding { size, slide, .. }) = job.scenario.pipeline.window
        && slide > size
    {
        problems.push(
            "pipeline.window.slide",
            "Beam's local runner breaks off at an event that falls between windows: choose a slide up to the size",
        );
    }
    if job.scenario.pipeline.accumulation == Some(Accumulation::Retracting) {
        problems.push(
            "pipeline.accumulation",
            "no Beam runner carries out retracting panes: choose accumulating or discarding",
        );
    }
    let delays = job
        .scenario
        .pipeline
        .trigger
        .as_ref()
        .map_or(vec![], delays);
    if delays.iter().any(|delay| delay.ms() % 1_000 != 0) {
        problems.push(
            "pipeline.trigger.delay",
            "Beam's Python SDK takes a trigger's delay in whole seconds only",
        );
    }
    if !delays.is_empty() && matches!(job.scenario.input, Input::Generator(_)) {
        problems.push(
            "pipeline.trigger",
            "a delay that is pending when the made-up input ends keeps the local runner waiting for ever: write the steps out",
        );
    }
}

/// The program, its data and `requirements.txt`.
pub(super) fn files(job: &Job) -> (Vec<File>, String) {
    let files = vec![
        File::new("requirements.txt", "apache-beam==2.77.0\n"),
        File::new("steps.jsonl", steps(job)),
    ];
    (
        files,
        "pip install -r requirements.txt && python job.py".into(),
    )
}

fn window(pipeline: &Pipeline) -> String {
    let seconds = words::seconds;
    let offset = |offset: Span| {
        if offset == Span(0) {
            String::new()
        } else {
            format!(", offset={}", words::timestamp(offset))
        }
    };
    let mut arguments = vec![match pipeline.window {
        Some(WindowSpec::Tumbling {
            size, offset: by, ..
        }) => {
            format!("window.FixedWindows({}{}),", seconds(size), offset(by))
        }
        Some(WindowSpec::Sliding {
            size,
            slide,
            offset: by,
        }) => format!(
            "window.SlidingWindows({}, {}{}),",
            seconds(size),
            seconds(slide),
            offset(by)
        ),
        Some(WindowSpec::Session { gap }) => format!("window.Sessions({}),", seconds(gap)),
        Some(WindowSpec::Global | WindowSpec::Count { .. } | WindowSpec::SlidingDiff { .. })
        | None => "window.GlobalWindows(),".into(),
    }];
    if let Some(spec) = &pipeline.trigger {
        arguments.push(format!("trigger={},", trigger(spec)));
    }
    match pipeline.accumulation {
        Some(Accumulation::Accumulating | Accumulation::Retracting) => {
            arguments.push("accumulation_mode=trigger.AccumulationMode.ACCUMULATING,".into());
        }
        Some(Accumulation::Discarding) => {
            arguments.push("accumulation_mode=trigger.AccumulationMode.DISCARDING,".into());
        }
        None => {}
    }
    if let Some(lateness) = pipeline
        .allowed_lateness
        .filter(|lateness| *lateness > Span(0))
    {
        arguments.push(format!("allowed_lateness={},", seconds(lateness)));
    }
    arguments.join("\n")
}

fn trigger(spec: &TriggerSpec) -> String {
    let all = |triggers: &[TriggerSpec]| {
        let triggers: Vec<String> = triggers.iter().map(trigger).collect();
        triggers.join(", ")
    };
    match spec {
        // The last two are Flink's.
        TriggerSpec::Default { .. }
        | TriggerSpec::ContinuousEventTime { .. }
        | TriggerSpec::ContinuousProcessingTime { .. } => "trigger.DefaultTrigger()".into(),
        TriggerSpec::Count { n, .. } => format!("trigger.AfterCount({n})"),
        TriggerSpec::ProcessingTime { delay } => {
            format!("trigger.AfterProcessingTime({})", words::seconds(*delay))
        }
        TriggerSpec::AfterWatermark { early, late } => {
            let parts: Vec<String> = [("early", early), ("late", late)]
                .into_iter()
                .filter_map(|(name, spec)| Some(format!("{name}={}", trigger(spec.as_deref()?))))
                .collect();
            format!("trigger.AfterWatermark({})", parts.join(", "))
        }
        TriggerSpec::Repeatedly { trigger: spec } => {
            format!("trigger.Repeatedly({})", trigger(spec))
        }
        TriggerSpec::AfterAny { triggers } => format!("trigger.AfterAny({})", all(triggers)),
        TriggerSpec::AfterAll { triggers } => format!("trigger.AfterAll({})", all(triggers)),
        TriggerSpec::AfterEach { triggers } => format!("trigger.AfterEach({})", all(triggers)),
    }
}

/// The field that is combined, and how. A pane may be empty: least and greatest of nothing are none.
fn combine(pipeline: &Pipeline) -> (&'static str, &'static str) {
    match pipeline.aggregate.unwrap_or(Aggregate::Count) {
        Aggregate::Count => ("id", "| \"Count\" >> beam.combiners.Count.PerKey()"),
        Aggregate::Sum => ("value", "| \"Sum\" >> beam.CombinePerKey(sum)"),
        Aggregate::Min => (
            "value",
            "| \"Group\" >> beam.GroupByKey()\n| \"Least\" >> beam.MapTuple(lambda key, values: (key, min(values, default=None)))",
        ),
        Aggregate::Max => (
            "value",
            "| \"Group\" >> beam.GroupByKey()\n| \"Greatest\" >> beam.MapTuple(lambda key, values: (key, max(values, default=None)))",
        ),
        // The SDK's own mean fails on an empty pane, and only discarding makes one.
        Aggregate::Avg if pipeline.accumulation == Some(Accumulation::Discarding) => (
            "value",
            "| \"Group\" >> beam.GroupByKey()\n| \"List\" >> beam.MapTuple(lambda key, values: (key, list(values)))\n| \"Mean\" >> beam.MapTuple(lambda key, values: (key, sum(values) / len(values) if values else None))",
        ),
        Aggregate::Avg => ("value", "| \"Mean\" >> beam.combiners.Mean.PerKey()"),
        Aggregate::Concat => (
            "id",
            "| \"Group\" >> beam.GroupByKey()\n| \"Join\" >> beam.MapTuple(lambda key, ids: (key, \"+\".join(ids)))",
        ),
    }
}

fn bounds(pipeline: &Pipeline) -> &'static str {
    match pipeline.window {
        None
        | Some(WindowSpec::Global | WindowSpec::Count { .. } | WindowSpec::SlidingDiff { .. }) => {
            ""
        }
        Some(
            WindowSpec::Tumbling { .. } | WindowSpec::Sliding { .. } | WindowSpec::Session { .. },
        ) => {
            "row[\"start\"] = window.start.micros // 1000\nrow[\"end\"] = window.end.micros // 1000"
        }
    }
}

/// The end of the run. A trigger of one's own may leave events waiting, which the local runner takes for a failure.
fn run(pipeline: &Pipeline) -> &'static str {
    match &pipeline.trigger {
        None | Some(TriggerSpec::Default { .. }) => "p.run().wait_until_finish()",
        Some(_) => {
            "try:\n    p.run().wait_until_finish()\nexcept TypeError:\n    pass  # the local runner's stall: events wait for a trigger that fires no more"
        }
    }
}

fn read(job: &Job) -> String {
    if job.sources() == 1 {
        let name = literal::python(&job.source_name(0));
        return format!("events = p | {name} >> test_stream()");
    }
    "sources = p | test_stream()\nevents = tuple(sources.values()) | \"All sources\" >> beam.Flatten()".into()
}

/// One step that is no event.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    AdvanceClock(i64),
    #[serde(untagged)]
    Watermark {
        watermark: i64,
        source: u16,
    },
    #[serde(untagged)]
    End {
        end: bool,
        source: u16,
    },
}

/// The steps, a line each. A watermark that the engine would make from the events is written behind each.
fn steps(job: &Job) -> String {
    let watermark = &job.scenario.pipeline.watermark;
    let generator = Generator::new(watermark, WatermarkRule::HighestMinusDelay);
    let mut generators = vec![generator; usize::from(job.sources())];
    let mut told = vec![Watermark::NONE; usize::from(job.sources())];
    // A test stream's clock starts at 0, which is the scenario's first reading: only how far it moves is told. The local runner
    // takes a clock that is past a window's end for its watermark, and would call the window's early panes late. What comes before
    // the first reading comes at 0 in the lab too.
    let first = (job.compiled.steps.iter())
        .take_while(|step| step.clock.is_some() || !matches!(step.action, Action::Event(_)))
        .find_map(|step| step.clock);
    let mut now = first.map_or(0, ProcTime::ms);
    let mut out = String::new();
    for step in &job.compiled.steps {
        if let Some(clock) = step.clock.filter(|clock| clock.ms() > now) {
            out.push_str(&data::json(&Line::AdvanceClock(clock.ms() - now)));
            now = clock.ms();
        }
        let mut tell = |source: u16, to: Watermark, out: &mut String| {
            let told = &mut told[usize::from(source)];
            if to <= *told {
                return;
            }
            *told = to;
            out.push_str(&data::json(&if to == Watermark::END {
                Line::End { end: true, source }
            } else {
                Line::Watermark {
                    watermark: to.raw(),
                    source,
                }
            }));
        };
        match step.action {
            Action::Event(event) => {
                out.push_str(&data::event(job, &event));
                if let Some(to) = generators[usize::from(event.source)].on_event(&event) {
                    tell(event.source, to, &mut out);
                }
            }
            Action::Watermark { source, to } => tell(source, to, &mut out),
            Action::End {
                source: Some(source),
            } => tell(source, Watermark::END, &mut out),
            Action::End { source: None } => {
                for source in 0..job.sources() {
                    tell(source, Watermark::END, &mut out);
                }
            }
            Action::MarkIdle { .. } | Action::ClockMoves | Action::Batch { .. } => {}
        }
    }
    out
}
