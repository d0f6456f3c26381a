//! Knobs that choose one of a list of names: what one engine calls its modes.

use super::table::{select, text};
use super::{Control, SettingValue};
use crate::dialect::EngineKind;
use crate::scenario::{Accumulation, Emit, LateData, OutputMode};

/// Each mode with its name in scenarios and its name for people.
type Names<T> = &'static [(T, &'static str, &'static str)];

/// Spark's.
pub(super) const OUTPUT_MODES: Names<OutputMode> = &[
    (OutputMode::Append, "append", "Append"),
    (OutputMode::Update, "update", "Update"),
    (OutputMode::Complete, "complete", "Complete"),
];

/// Beam's.
pub(super) const ACCUMULATIONS: Names<Accumulation> = &[
    (Accumulation::Accumulating, "accumulating", "Accumulating"),
    (Accumulation::Discarding, "discarding", "Discarding"),
    (Accumulation::Retracting, "retracting", "Retracting"),
];

/// Kafka Streams'.
pub(super) const EMITS: Names<Emit> = &[
    (Emit::OnUpdate, "on_update", "On update"),
    (Emit::OnWindowClose, "on_window_close", "On window close"),
    (Emit::Suppress, "suppress", "Suppressed until it closes"),
];

/// Flink's.
pub(super) const LATE_DATA: Names<LateData> = &[
    (LateData::Drop, "drop", "Drop"),
    (LateData::SideOutput, "side_output", "Side output"),
];

/// The control of a mode; none where the scenario does not say it.
pub(super) fn read_named<T: Copy + PartialEq>(
    value: Option<T>,
    names: Names<T>,
) -> Option<Control> {
    let (_, name, _) = names.iter().find(|(mode, _, _)| Some(*mode) == value)?;
    let options: Vec<(&str, &str)> = names
        .iter()
        .map(|(_, name, label)| (*name, *label))
        .collect();
    Some(select(name, &options))
}

/// Sets a mode by its name.
pub(super) fn write_named<T: Copy>(
    mode: &mut Option<T>,
    names: Names<T>,
    value: &SettingValue,
) -> Result<(), String> {
    let found = names.iter().find(|(_, name, _)| *name == text(value));
    let (chosen, _, _) = found.ok_or_else(|| {
        let known: Vec<&str> = names.iter().map(|(_, name, _)| *name).collect();
        format!("one of {}", known.join(", "))
    })?;
    *mode = Some(*chosen);
    Ok(())
}

/// The reason why an engine does not have what only another one has.
pub(super) fn only(
    engine: EngineKind,
    owner: EngineKind,
    reason: &'static str,
) -> Option<&'static str> {
    (engine != owner).then_some(reason)
}

#[cfg(test)]
mod tests {
    use crate::knobs::{Setting, SettingValue, set};
    use crate::measure::Measure;
    use crate::run::Run;
    use crate::scenario::Scenario;

    #[test]
    fn what_is_sent_aside_is_counted() {
        let scenario = Scenario::parse(
            r#"{"engine":"flink","pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"count",
            "watermark":{"kind":"bounded","delay":"10 s"},"late_data":"drop"},
            "input":{"steps":[{"event":{"id":"e1","key":"a","ts":400000}},{"event":{"id":"e2","key":"a","ts":0}}]}}"#,
        )
        .expect("a sound scenario");
        for (value, aside) in [("drop", "0"), ("side_output", "1")] {
            let setting = Setting {
                knob: "late_data".into(),
                value: SettingValue::Text(value.into()),
            };
            let run = Run::new(set(&scenario, &setting).expect("set")).expect("a run");
            let counted = |position| Measure::SideOutput.ask(&run, position).text;
            assert_eq!((counted(1), counted(2)), ("0".into(), aside.to_string()));
        }
    }
}
