//! The boundary of the module for large inputs, which the page runs in a worker: converts, and decides nothing.
#![allow(
    clippy::needless_pass_by_value,
    reason = "wasm-bindgen hands values over"
)]

use crate::aggregate::Aggregate;
use crate::bench;
use crate::boundary::{error_of, one_problem, read, write};
use crate::dialect::EngineKind;
use crate::fact::Unrecorded;
use crate::scale::{self, Likeness, ScaleReport, ScaleStanding};
use crate::scenario::Scenario;
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// The same pipeline on so many generated events.
#[wasm_bindgen(js_name = scaled)]
pub fn scaled(scenario: Ts<Scenario>, events: u32) -> Result<Ts<Likeness>, JsValue> {
    let likeness = scale::like(&read(&scenario.js_value())?, events);
    write(&likeness.map_err(|problems| error_of(&problems))?)
}

/// A run of a generated input without a trace.
#[wasm_bindgen]
pub struct ScaleRun(scale::ScaleRun);

#[wasm_bindgen]
impl ScaleRun {
    /// At the first event.
    #[wasm_bindgen(constructor)]
    pub fn new(scenario: Ts<Scenario>) -> Result<ScaleRun, JsValue> {
        scale::ScaleRun::new(read(&scenario.js_value())?)
            .map(ScaleRun)
            .map_err(|problems| error_of(&problems))
    }

    /// Takes about so many events on; whether there is more to come.
    pub fn advance(&mut self, events: u32) -> bool {
        self.0.advance(events)
    }

    /// Notes how it stands after so many ms.
    pub fn note(&mut self, elapsed: f64) {
        self.0.note(elapsed);
    }

    /// How it stands.
    pub fn standing(&self) -> Result<Ts<ScaleStanding>, JsValue> {
        write(&self.0.standing())
    }

    /// What it measured.
    pub fn report(&self) -> Result<Ts<ScaleReport>, JsValue> {
        write(&self.0.report())
    }
}

/// The standard workload of `headwater bench`, to hold this module against the native command.
#[wasm_bindgen]
pub struct Workload(bench::Workload);

#[wasm_bindgen]
impl Workload {
    /// Makes so many events.
    #[wasm_bindgen(constructor)]
    pub fn new(events: u32) -> Workload {
        Workload(bench::Workload::new(events))
    }

    /// Runs an engine over them on its fast path.
    pub fn run(&self, engine: &str) -> Result<(), JsValue> {
        let started = EngineKind::named(engine)
            .ok_or_else(|| one_problem(&format!("there is no engine {engine}")))
            .and_then(|kind| {
                let engine = self.0.engine(kind, Aggregate::Sum);
                engine.map_err(|problems| error_of(&problems))
            });
        let mut engine = started?;
        self.0.feed(&mut engine, &mut Unrecorded);
        std::hint::black_box(engine);
        Ok(())
    }
}
