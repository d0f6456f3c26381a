//! Kafka Streams, in Java: the topology, and a test that drives it with the scenario's events.

use super::template::fill;
use super::{File, Job, Program, data, literal, words};
use crate::aggregate::Aggregate;
use crate::output::{EmissionRow, Output};
use crate::run::Run;
use crate::scenario::{Emit, Pipeline, Problem};
use crate::time::Span;
use crate::window::WindowSpec;
use serde::Serialize;

const KAFKA: &str = "org.apache.kafka";
const STREAMS: &str = "org.apache.kafka.streams";
const JACKSON: &str = "com.fasterxml.jackson.databind";

/// The program `Job.java`.
pub(super) fn program(job: &Job) -> Program {
    let pipeline = &job.scenario.pipeline;
    let mut notes = job.notes.clone();
    if pipeline.emit == Some(Emit::OnWindowClose) {
        notes.push("By default closed windows are looked for once a second of the wall clock; here with each record, so that each run gives the same".into());
    }
    if job.sources() > 1 {
        notes.push(format!(
            "The topic has {} partitions, and each is read by a task with a stream time and windows of its own; the test has a TopologyTestDriver for each",
            job.sources()
        ));
    }
    let types = Types::of(aggregate(pipeline));
    let topic = literal::java(&topic(&job.source_name(0)));
    let text = fill(
        include_str!("templates/Topology.java"),
        &[
            ("imports", &imports(pipeline)),
            ("summary", &job.summary()),
            ("notes", &literal::comment("//", &notes)),
            ("input", &topic),
            ("value_serde", &format!("Serdes.{}()", types.input)),
            ("default_serde", &format!("Serdes.{}Serde", types.input)),
            ("steps", &steps(pipeline)),
            ("result", types.result),
            (
                "json_value",
                match aggregate(pipeline) {
                    Aggregate::Avg => "value == null ? null : value.sum() / value.count()",
                    Aggregate::Count
                    | Aggregate::Sum
                    | Aggregate::Min
                    | Aggregate::Max
                    | Aggregate::Concat => "value",
                },
            ),
            (
                "accumulator",
                match aggregate(pipeline) {
                    Aggregate::Avg => include_str!("templates/mean.java"),
                    Aggregate::Count
                    | Aggregate::Sum
                    | Aggregate::Min
                    | Aggregate::Max
                    | Aggregate::Concat => "",
                },
            ),
            (
                "settings",
                match pipeline.emit {
                    Some(Emit::OnWindowClose) => {
                        "settings.put(\n        StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_WINDOWED_AGGREGATION, 0L);"
                    }
                    Some(Emit::OnUpdate | Emit::Suppress) | None => "",
                },
            ),
        ],
    );
    Program { text, notes }
}

/// A result as the test compares it.
#[derive(Serialize)]
struct Expected<'a> {
    key: &'a Option<String>,
    start: Option<i64>,
    end: Option<i64>,
    value: &'a Option<crate::output::Number>,
}

/// The program, its test, the data, what the lab expects, and `pom.xml`.
pub(super) fn files(job: &Job) -> Result<(Vec<File>, String), Vec<Problem>> {
    let run = Run::new(job.scenario.clone())?;
    let expected = |row: &EmissionRow| {
        data::json(&Expected {
            key: &row.key,
            start: row.start,
            end: row.end,
            value: &row.value,
        })
    };
    let types = Types::of(aggregate(&job.scenario.pipeline));
    let of_ids = types.input == "String";
    let several = job.sources() > 1;
    let serializer = format!("{}Serializer", types.input);
    let mut places = vec![
        ("serializer", serializer.as_str()),
        ("field", if of_ids { "id" } else { "value" }),
        ("getter", if of_ids { "asText" } else { "asDouble" }),
    ];
    let test = if several {
        fill(include_str!("templates/PartitionsTest.java"), &places)
    } else {
        places.push(("input_type", types.input));
        fill(include_str!("templates/JobTest.java"), &places)
    };
    // One import where both sides are texts.
    let test = test.replacen(
        "import org.apache.kafka.common.serialization.StringSerializer;\n",
        "",
        usize::from(of_ids),
    );
    let files = vec![
        File::new("src/test/java/JobTest.java", test),
        File::new("events.jsonl", data::all_events(job)),
        File::new(
            "expected.jsonl",
            Output::of(&run)
                .emissions
                .iter()
                .map(expected)
                .collect::<String>(),
        ),
        File::new("pom.xml", include_str!("templates/kafka-pom.xml")),
    ];
    Ok((files, "mvn --quiet test".into()))
}

fn aggregate(pipeline: &Pipeline) -> Aggregate {
    pipeline.aggregate.unwrap_or(Aggregate::Count)
}

/// A legal topic name that looks like a source's.
fn topic(name: &str) -> String {
    let topic: String = (name.chars())
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || c == '_' || c == '-' => c,
            _ => '-',
        })
        .take(200)
        .collect();
    if topic.is_empty() {
        "events".into()
    } else {
        topic
    }
}

/// The Java types of an aggregate.
struct Types {
    /// Of the records: also part of the names of serializers.
    input: &'static str,
    /// Of the results.
    result: &'static str,
}

impl Types {
    fn of(aggregate: Aggregate) -> Types {
        let (input, result) = match aggregate {
            Aggregate::Count => ("Double", "Long"),
            Aggregate::Sum | Aggregate::Min | Aggregate::Max => ("Double", "Double"),
            Aggregate::Avg => ("Double", "Mean"),
            Aggregate::Concat => ("String", "String"),
        };
        Types { input, result }
    }
}

fn is_session(pipeline: &Pipeline) -> bool {
    matches!(pipeline.window, Some(WindowSpec::Session { .. }))
}

fn steps(pipeline: &Pipeline) -> String {
    let duration = words::duration;
    let grace = duration(pipeline.grace.unwrap_or(Span(0)));
    let window = match pipeline.window {
        Some(WindowSpec::Sliding { size, slide, .. }) => format!(
            "TimeWindows.ofSizeAndGrace({}, {grace}).advanceBy({})",
            duration(size),
            duration(slide)
        ),
        Some(WindowSpec::Session { gap }) => {
            format!(
                "SessionWindows.ofInactivityGapAndGrace({}, {grace})",
                duration(gap)
            )
        }
        Some(WindowSpec::SlidingDiff { difference }) => format!(
            "SlidingWindows.ofTimeDifferenceAndGrace({}, {grace})",
            duration(difference)
        ),
        Some(WindowSpec::Tumbling { size, .. }) => {
            format!("TimeWindows.ofSizeAndGrace({}, {grace})", duration(size))
        }
        // Kafka Streams has neither; a scenario with them does not come so far.
        Some(WindowSpec::Global | WindowSpec::Count { .. }) | None => String::new(),
    };
    let mut steps = vec![format!(".windowedBy({window})")];
    if pipeline.emit == Some(Emit::OnWindowClose) {
        steps.push(".emitStrategy(EmitStrategy.onWindowClose())".into());
    }
    steps.push(aggregation(pipeline));
    if pipeline.emit == Some(Emit::Suppress) {
        steps.push(
            ".suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()))".into(),
        );
    }
    steps.join("\n")
}

fn aggregation(pipeline: &Pipeline) -> String {
    let types = Types::of(aggregate(pipeline));
    let store = if is_session(pipeline) {
        "SessionStore"
    } else {
        "WindowStore"
    };
    let serde = match aggregate(pipeline) {
        Aggregate::Avg => "Mean.SERDE".to_string(),
        Aggregate::Count | Aggregate::Sum | Aggregate::Min | Aggregate::Max | Aggregate::Concat => {
            format!("Serdes.{}()", types.result)
        }
    };
    let mut store = vec![
        format!(
            "Materialized.<String, {}, {store}<Bytes, byte[]>>as(\"results\")",
            types.result
        ),
        "        .withKeySerde(Serdes.String())".into(),
        format!("        .withValueSerde({serde})"),
    ];
    if let Some(retention) = pipeline.retention {
        store.push(format!(
            "        .withRetention({})",
            words::duration(retention)
        ));
    }
    match pipeline.caching {
        Some(false) => store.push("        .withCachingDisabled()".into()),
        Some(true) => store.push("        .withCachingEnabled()".into()),
        None => {}
    }
    let store = store.join("\n        ");
    let call = match aggregate(pipeline) {
        Aggregate::Count => ".count(".to_string(),
        Aggregate::Sum => ".reduce(\n        Double::sum,".into(),
        Aggregate::Min => ".reduce(\n        Math::min,".into(),
        Aggregate::Max => ".reduce(\n        Math::max,".into(),
        Aggregate::Concat => ".reduce(\n        (ids, id) -> ids + \"+\" + id,".into(),
        Aggregate::Avg => {
            let merger = if is_session(pipeline) {
                "\n        (key, a, b) -> a.merge(b),"
            } else {
                ""
            };
            format!(
                ".aggregate(\n        () -> new Mean(0.0, 0),\n        (key, value, mean) -> mean.add(value),{merger}"
            )
        }
    };
    format!("{call}\n        {store})")
}

/// The classes that the program uses, in order.
fn imports(pipeline: &Pipeline) -> String {
    let kstream = format!("{STREAMS}.kstream");
    let mut classes = vec![
        format!("{JACKSON}.ObjectMapper"),
        format!("{JACKSON}.node.ObjectNode"),
        "java.time.Duration".into(),
        "java.util.Properties".into(),
        format!("{KAFKA}.common.serialization.Serdes"),
        format!("{KAFKA}.common.utils.Bytes"),
        format!("{STREAMS}.KafkaStreams"),
        format!("{STREAMS}.KeyValue"),
        format!("{STREAMS}.StreamsBuilder"),
        format!("{STREAMS}.StreamsConfig"),
        format!("{STREAMS}.Topology"),
        format!("{kstream}.Consumed"),
        format!("{kstream}.Materialized"),
        format!("{kstream}.Produced"),
        format!("{kstream}.Windowed"),
        match pipeline.window {
            Some(WindowSpec::Session { .. }) => format!("{kstream}.SessionWindows"),
            Some(WindowSpec::SlidingDiff { .. }) => format!("{kstream}.SlidingWindows"),
            Some(
                WindowSpec::Tumbling { .. }
                | WindowSpec::Sliding { .. }
                | WindowSpec::Global
                | WindowSpec::Count { .. },
            )
            | None => format!("{kstream}.TimeWindows"),
        },
        format!(
            "{STREAMS}.state.{}",
            if is_session(pipeline) {
                "SessionStore"
            } else {
                "WindowStore"
            }
        ),
    ];
    match pipeline.emit {
        Some(Emit::OnWindowClose) => classes.push(format!("{kstream}.EmitStrategy")),
        Some(Emit::Suppress) => classes.push(format!("{kstream}.Suppressed")),
        Some(Emit::OnUpdate) | None => {}
    }
    if aggregate(pipeline) == Aggregate::Avg {
        classes.push("java.nio.ByteBuffer".into());
        classes.push(format!("{KAFKA}.common.serialization.Serde"));
    }
    classes.sort();
    format!("import {};", classes.join(";\nimport "))
}
