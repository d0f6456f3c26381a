//! The boundary of the module for large inputs, which the page runs in a worker: converts, and decides nothing.
#![allow(
    clippy::needless_pass_by_value,
    reason = "wasm-bindgen hands values over"
)]

pub mod files;

use crate::aggregate::Aggregate;
use crate::bench;
use crate::boundary::{error_of, one_problem, read, write, write_all};
use crate::dialect::EngineKind;
use crate::fact::Unrecorded;
use crate::knobs::Knob;
use crate::scale::{self, Likeness, ScaleReport, ScaleStanding};
use crate::scenario::Scenario;
use crate::sweep::{self, Frontier, SweepSpec};
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

/// The knobs of a scenario that say how long is waited for late events.
#[wasm_bindgen]
pub fn sweepable(scenario: Ts<Scenario>) -> Result<Vec<Ts<Knob>>, JsValue> {
    let knobs = sweep::sweepable(&read(&scenario.js_value())?);
    write_all(&knobs.map_err(|why| one_problem(&why))?)
}

/// The same input run with one setting after the other.
#[wasm_bindgen]
pub struct Sweep(sweep::Sweep);

#[wasm_bindgen]
impl Sweep {
    /// Before the first setting.
    #[wasm_bindgen(constructor)]
    pub fn new(scenario: Ts<Scenario>, spec: Ts<SweepSpec>) -> Result<Sweep, JsValue> {
        let (scenario, spec) = (read(&scenario.js_value())?, read(&spec.js_value())?);
        sweep::Sweep::new(&scenario, &spec)
            .map(Sweep)
            .map_err(|problems| error_of(&problems))
    }

    /// Tries the next setting; whether there are more.
    pub fn advance(&mut self) -> bool {
        self.0.advance()
    }

    /// How many settings were tried.
    #[wasm_bindgen(getter)]
    pub fn done(&self) -> u32 {
        self.0.progress().0 as u32
    }

    /// How many settings there are.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> u32 {
        self.0.progress().1 as u32
    }

    /// What was found so far.
    pub fn frontier(&self) -> Result<Ts<Frontier>, JsValue> {
        write(&self.0.frontier())
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
