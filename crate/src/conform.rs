//! Conformance: cases recorded from the real engines, held against the simulation.
//!
//! Reads text, gives text; the files are read by the command. A case has one boundary: pipeline and steps in, emissions, late
//! events and watermarks out.

use crate::dialect::EngineKind;
use crate::output::{EmissionRow, LateRow, Output, WatermarkRow};
use crate::run::Run;
use crate::scenario::{Input, Pipeline, Scenario, from_json};
use crate::source::StepSpec;
use serde::Deserialize;
use std::fmt::Write as _;

/// A file of recorded cases.
#[derive(Debug, Deserialize)]
struct CaseFile {
    engine: EngineKind,
    #[serde(default)]
    cases: Option<Vec<serde_json::Value>>,
}

/// One recorded case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    #[serde(rename = "about")]
    _about: Option<String>,
    pipeline: Pipeline,
    steps: Vec<StepSpec>,
    expected: Output,
}

/// How one case went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The case.
    pub id: String,
    /// What differs; `None` where nothing does.
    pub difference: Option<String>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Its cases, each with how it went.
    Cases(Vec<Verdict>),
    /// It holds no cases but something else, which is not checked.
    Skipped(String),
}

/// Checks one file's cases, or the one case that it is.
pub fn check(name: &str, text: &str) -> Checked {
    let file: CaseFile = match from_json(text) {
        Ok(file) => file,
        Err(problem) => {
            return Checked::Cases(vec![Verdict {
                id: name.into(),
                difference: Some(problem.to_string()),
            }]);
        }
    };
    let Some(cases) = file.cases else {
        return Checked::Skipped(format!("{name}: a table without cases"));
    };
    Checked::Cases(
        cases
            .into_iter()
            .enumerate()
            .map(|(i, case)| {
                let id = case
                    .get("id")
                    .and_then(serde_json::Value::as_str)
                    .map_or_else(|| format!("{name}[{i}]"), String::from);
                let difference = check_case(file.engine, &case).err();
                Verdict { id, difference }
            })
            .collect(),
    )
}

fn check_case(engine: EngineKind, case: &serde_json::Value) -> Result<(), String> {
    let case: Case = from_json(&case.to_string()).map_err(|problem| problem.to_string())?;
    let scenario = Scenario {
        engine,
        pipeline: case.pipeline,
        input: Input::Steps(case.steps),
        sources: Vec::new(),
    };
    let run = Run::new(scenario).map_err(|problems| {
        problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    })?;
    match difference(&case.expected, &Output::of(&run)) {
        None => Ok(()),
        Some(text) => Err(format!("{text}\n  case {}", case.id)),
    }
}

/// The first difference between what was recorded and what was simulated; `None` if there is none. Within one step the order
/// of emissions and of late events does not count.
pub fn difference(expected: &Output, actual: &Output) -> Option<String> {
    let steps = expected
        .emissions
        .iter()
        .chain(&actual.emissions)
        .map(|row| row.step)
        .chain(expected.late.iter().chain(&actual.late).map(|row| row.step))
        .chain(
            expected
                .watermarks
                .iter()
                .chain(&actual.watermarks)
                .map(|row| row.step),
        )
        .max()?;
    let mut text = String::new();
    for step in 0..=steps {
        let of_step = |rows: &[EmissionRow]| {
            rows.iter()
                .filter(|row| row.step == step)
                .cloned()
                .collect::<Vec<_>>()
        };
        let (want, mut got) = (of_step(&expected.emissions), of_step(&actual.emissions));
        let mut missing = Vec::new();
        for row in want {
            match got.iter().position(|other| same_emission(&row, other)) {
                Some(i) => {
                    got.remove(i);
                }
                None => missing.push(row),
            }
        }
        if !missing.is_empty() || !got.is_empty() {
            let _ = write!(
                text,
                "  step {step}: emissions expected {} actual {}",
                json(&missing),
                json(&got)
            );
        }
        let late = |rows: &[LateRow]| {
            let mut rows: Vec<_> = rows
                .iter()
                .filter(|row| row.step == step)
                .cloned()
                .collect();
            rows.sort();
            rows
        };
        let watermarks = |rows: &[WatermarkRow]| {
            rows.iter()
                .filter(|row| row.step == step)
                .cloned()
                .collect::<Vec<_>>()
        };
        let (want, got) = (late(&expected.late), late(&actual.late));
        if want != got {
            let _ = write!(
                text,
                "  step {step}: late expected {} actual {}",
                json(&want),
                json(&got)
            );
        }
        let (want, got) = (
            watermarks(&expected.watermarks),
            watermarks(&actual.watermarks),
        );
        if want != got {
            let _ = write!(
                text,
                "  step {step}: watermarks expected {} actual {}",
                json(&want),
                json(&got)
            );
        }
        if !text.is_empty() {
            return Some(text);
        }
    }
    None
}

fn same_emission(a: &EmissionRow, b: &EmissionRow) -> bool {
    let same_value = match (&a.value, &b.value) {
        (Some(a), Some(b)) => a.same(b),
        (a, b) => a.is_none() && b.is_none(),
    };
    same_value
        && (&a.id, &a.key, a.start, a.end, a.pane, a.pane_index)
            == (&b.id, &b.key, b.start, b.end, b.pane, b.pane_index)
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}
