//! Knobs of deduplication: how long a row is remembered, and which columns say that it is the same.

use super::table::{select, text};
use super::{Control, SettingValue};
use crate::scenario::{Dedup, Scenario};

/// How long, by its name in lessons.
const MEMORIES: &[(&str, &str)] = &[
    ("always", "For ever"),
    ("within_watermark", "Until the watermark passes"),
];

/// The columns, as lessons write them.
const COMPARED: &[(&str, &str)] = &[
    ("id", "id"),
    ("id+ts", "id and time"),
    ("key", "key"),
    ("key+ts", "key and time"),
    ("key+value", "key and value"),
];

const NONE: &str = "this pipeline does not deduplicate";

pub(super) fn read_memory(scenario: &Scenario) -> Option<Control> {
    let dedup = scenario.pipeline.dedup.as_ref()?;
    let value = if dedup.within_watermark {
        "within_watermark"
    } else {
        "always"
    };
    Some(select(value, MEMORIES))
}

pub(super) fn write_memory(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
    let dedup = scenario.pipeline.dedup.as_mut().ok_or(NONE)?;
    dedup.within_watermark = match text(value) {
        "always" => false,
        "within_watermark" => true,
        _ => return Err("one of always, within_watermark".into()),
    };
    Ok(())
}

fn compared(dedup: &Dedup) -> String {
    dedup
        .on
        .as_ref()
        .map_or_else(|| "id".into(), |columns| columns.join("+"))
}

pub(super) fn read_compared(scenario: &Scenario) -> Option<Control> {
    let value = compared(scenario.pipeline.dedup.as_ref()?);
    let mut options = COMPARED.to_vec();
    if !options.iter().any(|(known, _)| *known == value) {
        options.push((&value, "As written"));
    }
    Some(select(&value, &options))
}

pub(super) fn write_compared(scenario: &mut Scenario, value: &SettingValue) -> Result<(), String> {
    let dedup = scenario.pipeline.dedup.as_mut().ok_or(NONE)?;
    let (columns, _) = COMPARED
        .iter()
        .find(|(columns, _)| *columns == text(value))
        .ok_or_else(|| {
            let known: Vec<&str> = COMPARED.iter().map(|(columns, _)| *columns).collect();
            format!("one of {}", known.join(", "))
        })?;
    dedup.on = Some(columns.split('+').map(String::from).collect());
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::knobs::{Setting, SettingValue, set_all};
    use crate::measure::Measure;
    use crate::run::Run;
    use crate::scenario::Scenario;

    const SCENARIO: &str = r#"{"engine":"spark","pipeline":{"watermark":{"kind":"bounded","delay":"5 min"},
        "dedup":{"within_watermark":true},"output_mode":"append","micro_batch":{"events":1}},
        "input":{"steps":[
            {"event":{"id":"a","key":"x","ts":1000000}},
            {"event":{"id":"a","key":"x","ts":1060000}},
            {"event":{"id":"b","key":"x","ts":1060000}},
            {"event":{"id":"c","key":"y","ts":1600000}},
            {"event":{"id":"a","key":"x","ts":1600000}}]}}"#;

    fn passed(settings: &[(&str, &str)]) -> String {
        asked(&Measure::Passed, settings)
    }

    fn asked(measure: &Measure, settings: &[(&str, &str)]) -> String {
        let scenario = Scenario::parse(SCENARIO).expect("a sound scenario");
        let run = Run::new(set_all(&scenario, &written(settings)).expect("set")).expect("a run");
        measure.ask(&run, run.len()).text
    }

    fn written(settings: &[(&str, &str)]) -> Vec<Setting> {
        let setting = |(knob, value): &(&str, &str)| Setting {
            knob: (*knob).into(),
            value: SettingValue::Text((*value).into()),
        };
        settings.iter().map(setting).collect()
    }

    #[test]
    fn memory_and_columns_decide_what_is_passed_on() {
        assert_eq!(passed(&[]), "4", "the last a comes when a is forgotten");
        assert_eq!(passed(&[("dedup", "always")]), "3");
        assert_eq!(passed(&[("dedup", "always"), ("dedup.on", "key")]), "2");
        assert_eq!(passed(&[("dedup", "always"), ("dedup.on", "id+ts")]), "5");
        assert_eq!(passed(&[("watermark.delay", "10 min")]), "3");
    }

    #[test]
    fn what_is_remembered_is_held() {
        assert_eq!(asked(&Measure::Held, &[("dedup", "always")]), "3");
        // c and the last a; the others are forgotten.
        assert_eq!(asked(&Measure::Held, &[("watermark.delay", "2 min")]), "2");
    }

    #[test]
    fn what_an_engine_refuses_is_not_allowed() {
        let run = Run::new(Scenario::parse(SCENARIO).expect("a sound scenario")).expect("a run");
        let allowed = |settings: &[(&str, &str)]| {
            let set = written(settings);
            Measure::Allowed { set }.ask(&run, 0).text
        };
        assert_eq!(allowed(&[("output_mode", "update")]), "yes");
        assert_eq!(allowed(&[("output_mode", "complete")]), "no");
    }
}
