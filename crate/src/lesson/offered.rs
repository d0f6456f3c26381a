//! What a learner has changed that a lesson does not offer. It may be tried, but what is reached with it does not count: a goal is
//! about the lesson's own events.

use crate::knobs::Setting;
use crate::scenario::Problem;
use crate::world::Script;

/// Those of the changes from a beat's start that the lesson does not offer. The engine may always be chosen, and with it what only
/// another engine has.
pub fn beyond(offered: &[String], start: &Script, now: &Script) -> Vec<Setting> {
    let foreign: Vec<String> = (start.knobs().into_iter())
        .filter(|knob| knob.disabled.is_some())
        .map(|knob| knob.id)
        .collect();
    let free = |knob: &String| knob == "engine" || offered.contains(knob) || foreign.contains(knob);
    start
        .changes(now)
        .into_iter()
        .filter(|setting| !free(&setting.knob))
        .collect()
}

/// The same with what the lesson does not offer put back, and every other change kept that is possible without it.
///
/// # Errors
/// None that a sound start can give.
pub fn put_back(offered: &[String], start: &Script, now: &Script) -> Result<Script, Vec<Problem>> {
    let beyond = beyond(offered, start, now);
    let kept = start.changes(now).into_iter();
    let mut script = start.set_all(&[])?;
    for setting in kept.filter(|setting| !beyond.contains(setting)) {
        if let Ok(changed) = script.set_all(&[setting]) {
            script = changed;
        }
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knobs::SettingValue;

    const START: &str = r#"{"engine":"flink",
        "pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"count","watermark":{"kind":"bounded","delay":"10 s"}},
        "input":{"steps":[
            {"at":60000,"event":{"id":"e1","key":"a","ts":0}},
            {"at":70000,"event":{"id":"e2","key":"a","ts":1000,"movable":true}},
            {"end":true}]}}"#;

    fn setting(knob: &str, value: &str) -> Setting {
        Setting {
            knob: knob.into(),
            value: SettingValue::Text(value.into()),
        }
    }

    #[test]
    fn what_the_lesson_does_not_offer_does_not_count_and_can_be_put_back() {
        let start = Script::parse(START).expect("sound");
        let offered = ["event.e2.arrival".to_string(), "window.size".to_string()];
        let fair = [
            setting("engine", "kafka-streams"),
            setting("grace", "1 s"),
            setting("window.size", "2 min"),
            setting("event.e2.arrival", "1970-01-01T00:02:00Z"),
        ];
        let fair = start.set_all(&fair).expect("offered");
        assert_eq!(beyond(&offered, &start, &fair), []);
        let unfair = [
            setting("event.e1", "gone"),
            setting("event.e2.key", "b"),
            setting("event.n1", "0 5s a"),
        ];
        let now = fair.set_all(&unfair).expect("possible");
        let knobs: Vec<String> = beyond(&offered, &start, &now)
            .into_iter()
            .map(|setting| setting.knob)
            .collect();
        assert_eq!(knobs, ["event.e2.key", "event.e1", "event.n1"]);
        assert_eq!(put_back(&offered, &start, &now), Ok(fair));
    }
}
