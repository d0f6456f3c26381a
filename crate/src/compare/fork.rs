//! A fork: a run as it is beside one in which something was changed, and what the change makes of the same events.

use super::{Agreement, Side, Table, table};
use crate::adapt::adapt;
use crate::explain::{Subject, why};
use crate::measure::{Measure, Measured, Unit, event_index};
use crate::run::Run;
use crate::scenario::{Input, Scenario};
use crate::time::{Span, format_span};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// At most this many events are told that only one side finds late.
const MOST_LATE: usize = 50;

/// What of two runs differs at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Difference {
    /// How much differs, in a sentence or two.
    pub says: String,
    /// Both sides, window by window.
    pub table: Table,
    /// Both sides in numbers.
    pub measures: Vec<Compared>,
    /// The events that only one of them finds late.
    pub late: Vec<LateInOne>,
    /// How many of those there are beyond the listed ones.
    pub more_late: u32,
}

/// One number on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Compared {
    /// What it is.
    pub label: String,
    /// Each side's, as it is read.
    pub texts: Vec<String>,
    /// By how much the right one is more, as it is read: `+2`, `−5 min`; empty where there is nothing to subtract.
    pub change: String,
    /// Whether they differ.
    pub differs: bool,
}

/// An event that only one side finds late.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct LateInOne {
    /// Its id.
    pub event: String,
    /// Whose.
    pub key: String,
    /// Which side finds it late, by column.
    pub column: u32,
    /// What each side says of it.
    pub told: Vec<Told>,
}

/// What a side says of an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Told {
    /// What became of it, in a sentence with the numbers.
    pub text: String,
    /// The rule, with where it is from; may be empty.
    pub rule: String,
}

/// The two sides of a fork: as it is, and changed.
pub fn fork(left: Scenario, right: Scenario) -> Vec<Side> {
    let notes = adapt(&left, right.engine).notes;
    let label = |name: &str, scenario: &Scenario| {
        if left.engine == right.engine {
            name.to_string()
        } else {
            format!("{name} ({})", scenario.engine.title())
        }
    };
    let labels = [label("As it is", &left), label("Changed", &right)];
    let sides = [(left, Vec::new()), (right, notes)].into_iter();
    sides
        .zip(labels)
        .map(|((scenario, notes), label)| Side {
            label,
            notes,
            run: Run::new(scenario),
        })
        .collect()
}

/// A copy in which every event that is written out can be moved.
pub fn freed(scenario: &Scenario) -> Scenario {
    let mut copy = scenario.clone();
    if let Input::Steps(steps) = &mut copy.input {
        for event in steps.iter_mut().filter_map(|step| step.event.as_mut()) {
            event.movable = true;
        }
    }
    copy
}

/// A copy in which only those events can be moved that can be in another scenario.
pub fn bound(scenario: &Scenario, like: &Scenario) -> Scenario {
    let movable: BTreeSet<&str> = match &like.input {
        Input::Steps(steps) => steps
            .iter()
            .filter_map(|step| step.event.as_ref())
            .filter(|event| event.movable)
            .map(|event| event.id.as_str())
            .collect(),
        Input::Generator(_) => BTreeSet::new(),
    };
    let mut copy = scenario.clone();
    if let Input::Steps(steps) = &mut copy.input {
        for event in steps.iter_mut().filter_map(|step| step.event.as_mut()) {
            event.movable = movable.contains(event.id.as_str());
        }
    }
    copy
}

/// What differs when the left of two sides has taken so many steps, having been forked after so many; nothing where the left
/// one does not run.
pub fn difference(sides: &[Side], position: usize, forked: usize) -> Option<Difference> {
    let left = sides.first()?.run.as_ref().ok()?;
    let table = table(left, position, sides);
    let before = super::table(left, forked.min(position), sides);
    let runs: Vec<(&Run, usize)> = sides
        .iter()
        .zip(&table.columns)
        .filter_map(|(side, column)| Some((side.run.as_ref().ok()?, column.position as usize)))
        .collect();
    let mut late = late_in_one(&runs);
    let more_late = late.len().saturating_sub(MOST_LATE) as u32;
    late.truncate(MOST_LATE);
    Some(Difference {
        says: says(&table, &before),
        measures: measures(&runs),
        table,
        late,
        more_late,
    })
}

/// How much differs, and whether it did so before the fork.
fn says(now: &Table, before: &Table) -> String {
    let count = |table: &Table, of: fn(&Agreement) -> bool| {
        (table.rows.iter()).filter(|row| of(&row.agreement)).count()
    };
    let windows = |n: usize| format!("{n} {}", if n == 1 { "window" } else { "windows" });
    let differs = |table: &Table| count(table, |it| *it != Agreement::Same);
    if now.rows.is_empty() {
        return "Nothing has arrived yet on either side.".into();
    }
    let late: Vec<u32> = now.columns.iter().map(|column| column.late).collect();
    let late = match late[..] {
        [left, right] if left != right => {
            format!(" Late events: {left} as it is, {right} with the change.")
        }
        _ => String::new(),
    };
    if differs(now) == 0 {
        return format!(
            "No result differs so far in {}.{late}",
            windows(now.rows.len())
        );
    }
    let kinds = [
        (
            count(now, |it| *it == Agreement::Different),
            "with another value",
        ),
        (
            count(now, |it| *it == Agreement::Only { column: 0 }),
            "with a result only as it is",
        ),
        (
            count(now, |it| *it == Agreement::Only { column: 1 }),
            "with a result only with the change",
        ),
    ];
    let parts: Vec<String> = kinds
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{n} {what}"))
        .collect();
    let already = match differs(before) {
        0 => String::new(),
        n => format!(" At the fork {n} differed already: a change holds from the first step on."),
    };
    format!(
        "{} of {} differ{}: {}.{late}{already}",
        differs(now),
        windows(now.rows.len()),
        if differs(now) == 1 { "s" } else { "" },
        parts.join(", ")
    )
}

fn measures(runs: &[(&Run, usize)]) -> Vec<Compared> {
    let timed = runs.iter().all(|(run, _)| run.compiled.timed);
    let asked = [
        (
            "first result after its window's end",
            Measure::Wait {
                key: None,
                start: None,
            },
        ),
        ("events in no result", Measure::Uncounted),
        ("most windows open at once", Measure::StatePeak),
        ("events in the state now", Measure::Held),
    ];
    asked
        .into_iter()
        .filter(|(_, measure)| timed || !matches!(measure, Measure::Wait { .. }))
        .map(|(label, measure)| {
            let measured: Vec<Measured> = runs
                .iter()
                .map(|(run, position)| measure.ask(*run, *position))
                .collect();
            Compared {
                label: label.into(),
                change: change(&measured),
                differs: measured.windows(2).any(|pair| pair[0].text != pair[1].text),
                texts: measured.into_iter().map(|it| it.text).collect(),
            }
        })
        .collect()
}

/// By how much the right one is more.
pub(crate) fn change(measured: &[Measured]) -> String {
    let [left, right] = measured else {
        return String::new();
    };
    let (Some(was), Some(is)) = (left.number, right.number) else {
        return String::new();
    };
    let more = is - was;
    let size = match right.unit {
        Unit::Span => format_span(Span(more.abs() as i64)),
        Unit::Count | Unit::Value | Unit::Instant | Unit::Name => more.abs().to_string(),
    };
    match more {
        more if more > 0.0 => format!("+{size}"),
        more if more < 0.0 => format!("−{size}"),
        _ => String::new(),
    }
}

/// The events that only one of two runs finds late, in the order of the left one.
fn late_in_one(runs: &[(&Run, usize)]) -> Vec<LateInOne> {
    let [left, right] = runs else {
        return Vec::new();
    };
    let late: Vec<BTreeMap<&str, u32>> = [left, right]
        .iter()
        .map(|(run, position)| {
            (run.trace.late.iter())
                .filter(|late| (late.step as usize) < *position)
                .map(|late| (run.names().event(late.event), late.event))
                .collect()
        })
        .collect();
    let in_one = |column: usize| {
        let other = &late[1 - column];
        let mut found: Vec<(u32, &str)> = late[column]
            .iter()
            .filter(|(id, _)| !other.contains_key(*id))
            .map(|(id, event)| (*event, *id))
            .collect();
        found.sort_unstable();
        found
    };
    (0..2)
        .flat_map(|column| in_one(column).into_iter().map(move |it| (column, it)))
        .map(|(column, (event, id))| {
            let run = runs[column].0;
            LateInOne {
                event: id.into(),
                key: (run.names())
                    .key(run.compiled.events[event as usize].key)
                    .into(),
                column: column as u32,
                told: runs
                    .iter()
                    .map(|(run, position)| told(run, *position, id))
                    .collect(),
            }
        })
        .collect()
}

fn told(run: &Run, position: usize, id: &str) -> Told {
    match event_index(run, id) {
        None => Told {
            text: format!("{id} is not in this run."),
            rule: String::new(),
        },
        Some(event) => {
            let answer = why(run, &Subject::Event { event }, position);
            Told {
                text: answer.verdict,
                rule: answer.rule,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::EngineKind;

    /// Six clicks with their arrivals; e3 comes behind the watermark and its window has fired.
    const SCENARIO: &str = r#"{"engine":"flink","pipeline":{"window":{"kind":"tumbling","size":"5 min"},"aggregate":"count",
        "watermark":{"kind":"bounded","delay":0}},
        "input":{"steps":[
            {"at":"2025-06-02T10:01:00Z","event":{"id":"e1","key":"a","ts":"2025-06-02T10:01:00Z"}},
            {"at":"2025-06-02T10:06:00Z","event":{"id":"e2","key":"a","ts":"2025-06-02T10:06:00Z","movable":true}},
            {"at":"2025-06-02T10:07:00Z","event":{"id":"e3","key":"a","ts":"2025-06-02T10:02:00Z"}},
            {"at":"2025-06-02T10:12:00Z","event":{"id":"e4","key":"a","ts":"2025-06-02T10:12:00Z"}},
            {"end":true}]}}"#;

    fn scenario() -> Scenario {
        Scenario::parse(SCENARIO).expect("a sound scenario")
    }

    fn patient() -> Scenario {
        let mut patient = scenario();
        patient.pipeline.allowed_lateness = Some(Span(300_000));
        patient
    }

    fn shown(right: Scenario, position: usize, forked: usize) -> Difference {
        difference(&fork(scenario(), right), position, forked).expect("two runs")
    }

    #[test]
    fn a_copy_differs_in_nothing() {
        for position in 0..=5 {
            let shown = shown(scenario(), position, 2);
            assert!(shown.table.rows.iter().all(|row| !row.differs), "{shown:?}");
            assert!(shown.late.is_empty() && shown.measures.iter().all(|it| !it.differs));
        }
    }

    #[test]
    fn a_change_is_told_in_rows_numbers_and_late_events() {
        let shown = shown(patient(), 5, 2);
        assert_eq!(
            shown.says,
            "1 of 3 windows differs: 1 with another value. Late events: 1 as it is, 0 with the change."
        );
        let uncounted = &shown.measures[1];
        assert_eq!(
            (uncounted.texts.join(" "), uncounted.change.as_str()),
            ("1 0".into(), "−1")
        );
        let [late] = &shown.late[..] else {
            panic!("{:?}", shown.late)
        };
        assert_eq!((late.event.as_str(), late.column), ("e3", 0));
        assert_eq!(late.told.len(), 2);
        assert!(late.told.iter().all(|told| !told.text.is_empty()));
        assert_eq!(shown.table.columns[0].late, 1);
        assert_eq!(shown.table.columns[1].late, 0);
    }

    #[test]
    fn a_result_may_be_there_on_one_side_only() {
        let mut delayed = scenario();
        delayed.pipeline.watermark =
            serde_json::from_str(r#"{"kind":"bounded","delay":"10 min"}"#).expect("a watermark");
        let shown = shown(delayed, 2, 1);
        assert_eq!(shown.table.rows[0].agreement, Agreement::Only { column: 0 });
        assert!(
            shown.says.contains("1 with a result only as it is"),
            "{}",
            shown.says
        );
    }

    #[test]
    fn what_differed_before_the_fork_is_said() {
        let mut sum = scenario();
        sum.pipeline.aggregate = Some(crate::aggregate::Aggregate::Concat);
        assert!(
            shown(sum.clone(), 5, 3)
                .says
                .contains("At the fork 1 differed already")
        );
        assert!(!shown(sum, 5, 1).says.contains("At the fork"));
    }

    #[test]
    fn another_engine_says_what_it_leaves_out() {
        let sides = fork(patient(), adapt(&patient(), EngineKind::Spark).scenario);
        assert_eq!(sides[0].label, "As it is (Flink)");
        assert_eq!(sides[1].label, "Changed (Spark)");
        assert!(sides[1].notes[0].contains("no allowed lateness"));
    }

    #[test]
    fn an_event_that_arrives_later_is_there_later() {
        let mut moved = scenario();
        let setting = crate::knobs::Setting {
            knob: "event.e2.arrival".into(),
            value: crate::knobs::SettingValue::Text("10:11".into()),
        };
        moved = crate::knobs::set(&moved, &setting).expect("moved");
        // e2 is here on the left, and not yet on the right; at 10:07 e3 is on both.
        let arrived = |position: usize| {
            let shown = shown(moved.clone(), position, 0);
            let right = Run::new(moved.clone()).expect("a run");
            right
                .frame(shown.table.columns[1].position as usize)
                .counts
                .arrived
        };
        assert_eq!(
            (arrived(1), arrived(2), arrived(3), arrived(4)),
            (1, 1, 2, 4)
        );
    }

    #[test]
    fn every_event_can_be_moved_in_a_copy_and_only_the_lessons_afterwards() {
        let free = freed(&scenario());
        assert!(crate::knobs::events::exists(&free, "event.e1.time"));
        assert_eq!(bound(&free, &scenario()), scenario());
    }
}
