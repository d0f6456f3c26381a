//! What an author can choose from: what can be measured of a scenario, with the keys, windows and events there are, and in which
//! forms a prediction can be answered.

use crate::measure::{Comparator, Measure, Unit, WindowSet};
use crate::world::{Asked, Script, World};
use serde::Serialize;

mod lists;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use lists::Lists;

/// More than this nobody chooses from.
const MOST: usize = 500;

/// Everything to choose from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Offers {
    /// What can be measured.
    pub measures: Vec<Offer>,
    /// Sets of events to pick.
    pub events: Vec<Offer>,
    /// Sets of windows to pick; none where they can neither be listed before anything happens nor go by their first and last event.
    pub windows: Vec<Offer>,
    /// Whether windows are sessions, picked by their first and their last event.
    pub sessions: bool,
    /// How things are compared.
    pub comparators: Vec<Comparing>,
}

/// A way to compare.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Comparing {
    /// As it is written.
    pub is: Comparator,
    /// As it is read.
    pub label: String,
    /// Whether only numbers can be compared so.
    pub numbers: bool,
}

/// Something to choose, with what has to be said of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Offer {
    /// Its name in lessons: the value of the field `of`, `events` or `windows`.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// What it is measured in; of a set there is none.
    pub unit: Option<Unit>,
    /// The names it answers with, where it answers with names.
    pub answers: Vec<AnswerName>,
    /// What has to be said of it.
    pub parameters: Vec<OfferParameter>,
}

/// Something that has to be said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct OfferParameter {
    /// Its field.
    pub field: String,
    /// Its name for people.
    pub label: String,
    /// What it means to leave it out, where it may be.
    pub without: Option<String>,
    /// What there is to say.
    pub options: Vec<OfferValue>,
}

/// A value with its name for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct OfferValue {
    /// As it is written: a name, or a whole number.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | number"))]
    pub value: crate::knobs::SettingValue,
    /// As it is read.
    pub label: String,
    /// In which unit a knob is measured.
    pub unit: Option<Unit>,
}

/// A name as it is written, and as it is read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct AnswerName {
    /// As it is written.
    pub value: String,
    /// As it is read.
    pub label: String,
}

/// What there is to choose from in a scenario.
///
/// # Errors
/// What is wrong with the scenario.
pub fn offers(script: &Script) -> Result<Offers, Vec<crate::scenario::Problem>> {
    let world = script.run()?;
    let (measures, events, windows) = match &world {
        World::Stream(run) => {
            let lists = Lists::of(run);
            (lists.measures(run), lists.events(), lists.window_sets(run))
        }
        World::Cluster(run) => {
            let figures = figures(run);
            let measures = vec![
                offer("figure", "Figure", Unit::Count, vec![figures]),
                knob_offer(world.asked()),
            ];
            (measures, Vec::new(), Vec::new())
        }
    };
    Ok(Offers {
        measures,
        events,
        windows,
        sessions: (world.asked())
            .sessions(&WindowSet::Open { key: None }, 0)
            .is_some(),
        comparators: comparators(),
    })
}

fn comparators() -> Vec<Comparing> {
    [
        (Comparator::Equal, "is", false),
        (Comparator::NotEqual, "is not", false),
        (Comparator::Less, "is less than", true),
        (Comparator::AtMost, "is at most", true),
        (Comparator::More, "is more than", true),
        (Comparator::AtLeast, "is at least", true),
    ]
    .into_iter()
    .map(|(is, label, numbers)| Comparing {
        is,
        label: label.into(),
        numbers,
    })
    .collect()
}

fn offer(name: &str, label: &str, unit: Unit, parameters: Vec<OfferParameter>) -> Offer {
    Offer {
        name: name.into(),
        label: label.into(),
        unit: Some(unit),
        answers: Vec::new(),
        parameters,
    }
}

/// One that answers with names.
fn naming(measure: &Measure, name: &str, label: &str, parameters: Vec<OfferParameter>) -> Offer {
    let answers = measure.names().iter().map(|name| AnswerName {
        value: (*name).into(),
        label: name.replace('_', " "),
    });
    Offer {
        answers: answers.collect(),
        ..offer(name, label, Unit::Name, parameters)
    }
}

fn set(name: &str, label: &str, parameters: Vec<OfferParameter>) -> Offer {
    Offer {
        unit: None,
        ..offer(name, label, Unit::Count, parameters)
    }
}

fn text(value: &str, label: &str) -> OfferValue {
    OfferValue {
        value: crate::knobs::SettingValue::Text(value.into()),
        label: label.into(),
        unit: None,
    }
}

fn number(value: i64, label: String) -> OfferValue {
    OfferValue {
        value: crate::knobs::SettingValue::Number(value),
        label,
        unit: None,
    }
}

/// Where a knob stands.
fn knob_offer(asked: Asked<'_>) -> Offer {
    let script = asked.script();
    let knobs = script.knobs().into_iter();
    let options = knobs.filter(|knob| knob.disabled.is_none()).map(|knob| {
        let measure = Measure::Knob {
            knob: knob.id.clone(),
        };
        OfferValue {
            unit: Some(asked.ask(&measure, 0).unit),
            ..text(&knob.id, &knob.label)
        }
    });
    let parameter = OfferParameter {
        field: "knob".into(),
        label: "Setting".into(),
        without: None,
        options: options.take(MOST).collect(),
    };
    offer(
        "knob",
        "Setting of the pipeline",
        Unit::Name,
        vec![parameter],
    )
}

/// The figures that a model has at some step.
fn figures(run: &crate::cluster::Run) -> OfferParameter {
    let mut options: Vec<OfferValue> = Vec::new();
    for position in [run.len(), run.len() / 2, 0] {
        for figure in run.figures(position) {
            let value = OfferValue {
                unit: Some(figure.measured.unit),
                ..text(&figure.id, &figure.label)
            };
            if !options.iter().any(|known| known.value == value.value) {
                options.push(value);
            }
        }
    }
    OfferParameter {
        field: "figure".into(),
        label: "Which".into(),
        without: None,
        options,
    }
}
