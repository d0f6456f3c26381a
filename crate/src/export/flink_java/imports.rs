//! The classes that a Flink program in Java uses.

use super::super::Job;
use super::{is_global, strategy, window};
use crate::scenario::LateData;
use crate::watermark::WatermarkSpec;

const API: &str = "org.apache.flink.api.common";
const STREAMING: &str = "org.apache.flink.streaming.api";
const JACKSON: &str = "org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind";

/// The classes that the program uses, in order.
pub(super) fn imports(job: &Job) -> String {
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
    classes.extend(windowing_classes(&calls));
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

/// Those of the assigners and triggers that the calls name.
fn windowing_classes(calls: &str) -> Vec<String> {
    let windowing = format!("{STREAMING}.windowing");
    let mut classes = Vec::new();
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
    classes
}
