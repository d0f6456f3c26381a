//! A run as files, and back: see [`crate::report`].

use super::{Simulation, error_of, read, write};
use crate::report::{ReportForm, ReportKind, ReportRead, TableRead};
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// A run's events, results or trace, as the text of a file.
#[wasm_bindgen]
pub fn report(
    simulation: &Simulation,
    kind: Ts<ReportKind>,
    form: Ts<ReportForm>,
) -> Result<String, JsValue> {
    let (kind, form) = (read(&kind.js_value())?, read(&form.js_value())?);
    Ok(crate::report::report(&simulation.0, kind, form))
}

/// A JSON report read back: its scenario, and whether the same comes out of it here.
#[wasm_bindgen(js_name = readReport)]
pub fn read_report(text: &str) -> Result<Ts<ReportRead>, JsValue> {
    write(&crate::report::read(text).map_err(|problems| error_of(&problems))?)
}

/// A CSV report held against a simulation; nothing where the text is none of results or of a trace.
#[wasm_bindgen(js_name = holdAgainst)]
pub fn hold_against(simulation: &Simulation, text: &str) -> Result<Option<Ts<TableRead>>, JsValue> {
    (crate::report::hold_against(&simulation.0, text).map(|read| write(&read))).transpose()
}
