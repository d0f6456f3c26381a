//! Conformance: cases recorded from the real engines, held against the simulation.
//!
//! Reads text, gives text; the files are read by the command. A case has one boundary: pipeline and steps in, emissions, late
//! events and watermarks out.

mod plain;
mod tables;

pub use tables::TableVerdict;

use crate::dialect::EngineKind;
use crate::json::from_json;
use crate::output::{EmissionRow, Output, WatermarkRow};
use crate::run::Run;
use crate::scenario::{Input, Pipeline, Problem, Scenario};
use crate::source::StepSpec;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A file of recorded cases.
#[derive(Debug, Deserialize)]
struct CaseFile {
    engine: EngineKind,
    #[serde(default)]
    cases: Vec<serde_json::Value>,
    /// Whatever else it holds: tables, and what it says of itself.
    #[serde(flatten)]
    sections: BTreeMap<String, serde_json::Value>,
}

/// One recorded case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "about")]
    _about: Option<String>,
    /// Which engine, where the case stands alone; otherwise its file says.
    #[serde(default)]
    engine: Option<EngineKind>,
    pipeline: Pipeline,
    steps: Vec<StepSpec>,
    expected: Output,
}

/// How one case went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The case.
    pub id: String,
    /// What differs, with what was expected and what came; `None` where nothing does.
    pub difference: Option<String>,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Its cases, each with how it went.
    pub verdicts: Vec<Verdict>,
    /// The tables it holds beside cases and that are known, each with how it went.
    pub tables: Vec<TableVerdict>,
    /// What else it holds, which is not checked.
    pub skipped: Vec<String>,
}

/// Checks one file's cases, or the one case that it is. What cannot be read as either is a case that failed.
pub fn check(name: &str, text: &str) -> Checked {
    match read(text) {
        Ok(file) => {
            let (tables, skipped) = tables::check(file.engine, &file.sections);
            Checked {
                verdicts: (file.cases.iter().enumerate())
                    .map(|(i, case)| Verdict {
                        id: id(case).map_or_else(|| format!("{name}[{i}]"), String::from),
                        difference: check_case(file.engine, case).err(),
                    })
                    .collect(),
                tables,
                skipped,
            }
        }
        Err(problem) => Checked {
            verdicts: vec![Verdict {
                id: name.into(),
                difference: Some(problem.to_string()),
            }],
            ..Checked::default()
        },
    }
}

/// The scenario of a case: of the one with this id, or of the only one there is.
///
/// # Errors
/// That the text holds no such case, with the ids of those that it holds.
pub fn scenario(text: &str, case_id: Option<&str>) -> Result<Scenario, Problem> {
    let file = read(text)?;
    let known = || {
        (file.cases.iter())
            .filter_map(id)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let case = match (case_id, file.cases.as_slice()) {
        (Some(wanted), cases) => cases
            .iter()
            .find(|case| id(case) == Some(wanted))
            .ok_or_else(|| problem(format!("there is no case {wanted}; there are: {}", known())))?,
        (None, [only]) => only,
        (None, []) => return Err(problem("there are no cases in it".into())),
        (None, _) => {
            return Err(problem(format!(
                "there are several cases; choose one of: {}",
                known()
            )));
        }
    };
    let case: Case = from_json(&case.to_string())?;
    Ok(case.into_scenario(file.engine).0)
}

fn problem(message: String) -> Problem {
    Problem {
        path: String::new(),
        message,
    }
}

fn id(case: &serde_json::Value) -> Option<&str> {
    case.get("id").and_then(serde_json::Value::as_str)
}

/// Reads a file of cases. A case that stands alone becomes a file of one; its engine is the first part of its id unless it
/// says so itself.
fn read(text: &str) -> Result<CaseFile, Problem> {
    let value: serde_json::Value = from_json(text)?;
    if value.get("expected").is_none() {
        return from_json(text);
    }
    let engine = (value.get("engine").and_then(serde_json::Value::as_str))
        .or_else(|| id(&value)?.split('/').next())
        .and_then(EngineKind::named)
        .ok_or_else(|| Problem {
            path: "engine".into(),
            message: "is missing: a case that stands alone names its engine".into(),
        })?;
    Ok(CaseFile {
        engine,
        cases: vec![value],
        sections: BTreeMap::new(),
    })
}

impl Case {
    fn into_scenario(mut self, engine: EngineKind) -> (Scenario, Output) {
        let engine = self.engine.unwrap_or(engine);
        plain::leave_out(engine, &mut self.pipeline);
        let scenario = Scenario {
            engine,
            pipeline: self.pipeline,
            input: Input::Steps(self.steps),
            sources: Vec::new(),
        };
        (scenario, self.expected)
    }
}

fn check_case(engine: EngineKind, case: &serde_json::Value) -> Result<(), String> {
    let case: Case = from_json(&case.to_string()).map_err(|problem| problem.to_string())?;
    let (scenario, expected) = case.into_scenario(engine);
    let run = Run::new(scenario).map_err(|problems| {
        let all: Vec<_> = problems.iter().map(ToString::to_string).collect();
        all.join("; ")
    })?;
    difference(&expected, &Output::of(&run)).map_or(Ok(()), Err)
}

/// Everything that differs in the first step where something does; `None` if nothing does. Within one step the order of
/// emissions and of late events does not count.
pub fn difference(expected: &Output, actual: &Output) -> Option<String> {
    (expected.steps().chain(actual.steps()).max()).and_then(|last| {
        (0..=last).find_map(|step| {
            difference_in_step(&expected.of_step(step), &actual.of_step(step), step)
        })
    })
}

fn difference_in_step(expected: &Output, actual: &Output, step: u32) -> Option<String> {
    let mut text = String::new();
    let mut missing = Vec::new();
    let mut extra = actual.emissions.clone();
    for row in &expected.emissions {
        match extra.iter().position(|other| same_emission(row, other)) {
            Some(i) => {
                extra.remove(i);
            }
            None => missing.push(row),
        }
    }
    if !missing.is_empty() || !extra.is_empty() {
        note(&mut text, "emissions", &missing, &extra);
    }
    if expected.late != actual.late {
        note(&mut text, "late", &expected.late, &actual.late);
    }
    let moves = (expected.watermarks.iter()).zip(&actual.watermarks);
    if expected.watermarks.len() != actual.watermarks.len()
        || !moves.into_iter().all(|(a, b)| same_move(a, b))
    {
        note(
            &mut text,
            "watermarks",
            &expected.watermarks,
            &actual.watermarks,
        );
    }
    (!text.is_empty()).then(|| format!("step {step}:{text}"))
}

fn note<A: Serialize, B: Serialize>(text: &mut String, what: &str, expected: &A, actual: &B) {
    let _ = write!(
        text,
        " {what} expected {} actual {}",
        json(expected),
        json(actual)
    );
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

/// Whether a watermark moved alike. Whose it is follows from the step, so a recording need not say.
fn same_move(expected: &WatermarkRow, actual: &WatermarkRow) -> bool {
    (expected.step, expected.value) == (actual.step, actual.value)
        && (expected.source.is_none() || expected.source == actual.source)
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

impl Output {
    fn steps(&self) -> impl Iterator<Item = u32> {
        (self.emissions.iter().map(|row| row.step))
            .chain(self.late.iter().map(|row| row.step))
            .chain(self.watermarks.iter().map(|row| row.step))
    }

    /// Only what belongs to one step; late events in order, since their own does not count.
    fn of_step(&self, step: u32) -> Output {
        fn of<T: Clone>(rows: &[T], is_of_step: impl Fn(&T) -> bool) -> Vec<T> {
            rows.iter().filter(|row| is_of_step(row)).cloned().collect()
        }
        let mut late = of(&self.late, |row| row.step == step);
        late.sort();
        Output {
            emissions: of(&self.emissions, |row| row.step == step),
            late,
            watermarks: of(&self.watermarks, |row| row.step == step),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(value: &str) -> String {
        format!(
            r#"{{"id": "flink/one", "pipeline": {{"window": {{"kind": "tumbling", "size": 10}}, "aggregate": "sum",
                "watermark": {{"kind": "bounded", "delay": 0}}}},
                "steps": [{{"event": {{"id": "e1", "key": "a", "ts": 3, "value": 2.5}}}}, {{"end": true}}],
                "expected": {{"emissions": [{{"step": 1, "key": "a", "start": 0, "end": 10, "value": {value}}}], "late": [],
                "watermarks": [{{"step": 0, "value": 2}}, {{"step": 1, "value": 9223372036854775807}}]}}}}"#
        )
    }

    #[test]
    fn a_case_passes_alone_and_in_a_file_and_fails_by_what_differs() {
        let alone = check("alone.json", &case("2.5"));
        assert_eq!(alone.verdicts[0].difference, None);
        let file = format!(
            r#"{{"engine": "flink", "version": "2.3.0", "cases": [{}], "table": [1]}}"#,
            case("3")
        );
        let checked = check("file.json", &file);
        assert_eq!(checked.skipped, ["table"]);
        assert_eq!(
            checked.verdicts[0].difference.as_deref(),
            Some(concat!(
                r#"step 1: emissions expected [{"step":1,"key":"a","start":0,"end":10,"value":3}] "#,
                r#"actual [{"step":1,"key":"a","start":0,"end":10,"value":2.5}]"#
            ))
        );
    }

    #[test]
    fn what_is_no_case_fails_with_its_place() {
        for (text, expected) in [
            ("{", "EOF while parsing an object at line 1 column 1"),
            (
                r#"{"engine": "abacus"}"#,
                "engine: unknown variant `abacus`",
            ),
        ] {
            let checked = check("x.json", text);
            let difference = checked.verdicts[0].difference.as_deref();
            assert!(
                difference.is_some_and(|text| text.starts_with(expected)),
                "{difference:?}"
            );
        }
    }

    #[test]
    fn a_case_is_chosen_by_its_id() {
        let text = case("2.5");
        assert!(scenario(&text, None).is_ok());
        assert!(scenario(&text, Some("flink/one")).is_ok());
        assert_eq!(
            scenario(&text, Some("flink/two"))
                .expect_err("there is none")
                .to_string(),
            "there is no case flink/two; there are: flink/one"
        );
    }
}
