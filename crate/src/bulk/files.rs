//! The boundary for files of events: see [`crate::import`].

use super::ScaleRun;
use crate::boundary::{error_of, read, write, write_all};
use crate::import::{self, Layout, Look, Mapping, ReadingStanding, TimeFormat};
use crate::scale;
use crate::scenario::Scenario;
use crate::source::StepSpec;
use serde::Serialize;
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// A format that instants are written in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct TimeFormatView {
    /// Its name in mappings.
    pub value: TimeFormat,
    /// Its name for people.
    pub label: String,
}

/// The formats that instants can be written in.
#[wasm_bindgen(js_name = timeFormats)]
pub fn time_formats() -> Result<Vec<Ts<TimeFormatView>>, JsValue> {
    write_all(&TimeFormat::ALL.map(|value| TimeFormatView {
        value,
        label: value.label().into(),
    }))
}

/// What a file seems to hold, from its beginning.
#[wasm_bindgen(js_name = lookAt)]
pub fn look_at(start: &[u8]) -> Result<Ts<Look>, JsValue> {
    write(&import::look(start, None).map_err(|problem| error_of(&[problem]))?)
}

/// What a file seems to hold if its rows are told apart like this.
#[wasm_bindgen(js_name = lookAtAs)]
pub fn look_at_as(start: &[u8], layout: Ts<Layout>) -> Result<Ts<Look>, JsValue> {
    let layout: Layout = read(&layout.js_value())?;
    let layout = Layout {
        // A delimiter is one byte.
        delimiter: if layout.delimiter.is_ascii() {
            layout.delimiter
        } else {
            ','
        },
        ..layout
    };
    write(&import::look(start, Some(layout)).map_err(|problem| error_of(&[problem]))?)
}

/// A file being read.
#[wasm_bindgen]
pub struct Reading(import::Reading);

#[wasm_bindgen]
impl Reading {
    /// Before the first row.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: Vec<u8>, mapping: Ts<Mapping>) -> Result<Reading, JsValue> {
        import::Reading::new(bytes, read(&mapping.js_value())?)
            .map(Reading)
            .map_err(|problems| error_of(&problems))
    }

    /// Reads so many rows on; whether there are more.
    pub fn advance(&mut self, rows: u32) -> bool {
        self.0.advance(u64::from(rows));
        !self.0.over()
    }

    /// How far it is.
    pub fn standing(&self) -> Result<Ts<ReadingStanding>, JsValue> {
        write(&self.0.standing())
    }

    /// Some of the events, as steps of a scenario in the order in which they are processed.
    pub fn steps(&self, from: u32, count: u32) -> Result<Vec<Ts<StepSpec>>, JsValue> {
        write_all(&self.0.steps(from as usize, count as usize))
    }

    /// A run of a pipeline on all of the events.
    pub fn run(&self, scenario: Ts<Scenario>) -> Result<ScaleRun, JsValue> {
        scale::ScaleRun::over(read(&scenario.js_value())?, self.0.events())
            .map(ScaleRun)
            .map_err(|problems| error_of(&problems))
    }

    /// What the sources are called, where a column names them.
    pub fn sources(&self) -> Vec<String> {
        self.0.source_names().to_vec()
    }
}
