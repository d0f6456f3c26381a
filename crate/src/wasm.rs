//! The boundary to the page: converts, and decides nothing.
//!
//! Objects people look at cross by serde-wasm-bindgen, marks as typed arrays; what goes wrong crosses as `boundary` says.
//!
//! What it takes to read a lesson and step through it is here; what a person asks of it (`answers`) and opens later (`studio`) is in the
//! second module, which has all of this too.
#![allow(
    clippy::needless_pass_by_value,
    reason = "wasm-bindgen hands values over"
)]

use crate::boundary::{error_of, read, write, write_all};
use crate::explain::Narration;
use crate::frame::{EmissionView, EventRow, Frame, LateView, Overview, StateRow, WindowRow};
use crate::knobs::{self, Knob, Setting, events};
use crate::lesson::Sources;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::world::Script;
use js_sys::{Float64Array, Uint8Array, Uint16Array, Uint32Array};
use tsify::Ts;
use wasm_bindgen::prelude::*;

#[cfg(feature = "studio")]
use crate::boundary::one_problem;

#[cfg(feature = "studio")]
pub mod answers;

#[cfg(feature = "studio")]
pub mod studio;

#[cfg(feature = "studio")]
pub mod files;

#[cfg(feature = "studio")]
pub mod cluster;

#[cfg(feature = "studio")]
pub mod lesson;

/// Reads and checks a scenario written as JSON.
#[cfg(feature = "studio")]
#[wasm_bindgen(js_name = parseScenario)]
pub fn parse_scenario(json: &str) -> Result<Ts<Script>, JsValue> {
    write(&Script::parse(json).map_err(|problems| error_of(&problems))?)
}

/// The knobs of a scenario.
#[wasm_bindgen]
pub fn knobs(scenario: Ts<Script>) -> Result<Vec<Ts<Knob>>, JsValue> {
    write_all(&read::<Script>(&scenario.js_value())?.knobs())
}

/// A scenario with some knobs set, one after the other.
#[wasm_bindgen(js_name = setKnobs)]
pub fn set_knobs(scenario: Ts<Script>, settings: Vec<Ts<Setting>>) -> Result<Ts<Script>, JsValue> {
    let scenario: Script = read(&scenario.js_value())?;
    let settings: Vec<Setting> = settings
        .into_iter()
        .map(|setting| read(&setting.js_value()))
        .collect::<Result<_, _>>()?;
    write(
        &scenario
            .set_all(&settings)
            .map_err(|problems| error_of(&problems))?,
    )
}

/// One of a lesson's scenarios, by name.
#[wasm_bindgen(js_name = namedScenario)]
pub fn named_scenario(
    #[wasm_bindgen(unchecked_param_type = "Record<string, ScenarioSource>")] scenarios: JsValue,
    name: &str,
) -> Result<Ts<Script>, JsValue> {
    let scenarios: Sources = read(&scenarios)?;
    let named = crate::lesson::named(&scenarios.list(), name);
    write(&named.map_err(|problems| error_of(&problems))?)
}

/// A scenario simulated from end to end.
#[wasm_bindgen]
pub struct Simulation(Run);

#[wasm_bindgen]
impl Simulation {
    /// Simulates a scenario.
    #[wasm_bindgen(constructor)]
    pub fn new(scenario: Ts<Scenario>) -> Result<Simulation, JsValue> {
        Run::new(read(&scenario.js_value())?)
            .map(Simulation)
            .map_err(|problems| error_of(&problems))
    }

    /// The same with some knobs set, simulated: what is seen while something is dragged. Nothing crosses the boundary but the
    /// settings.
    pub fn turned(&self, settings: Vec<Ts<Setting>>) -> Result<Simulation, JsValue> {
        let settings: Vec<Setting> = settings
            .into_iter()
            .map(|setting| read(&setting.js_value()))
            .collect::<Result<_, _>>()?;
        knobs::set_all(&self.0.scenario, &settings)
            .and_then(Run::new)
            .map(Simulation)
            .map_err(|problems| error_of(&problems))
    }

    /// What is simulated.
    pub fn scenario(&self) -> Result<Ts<Scenario>, JsValue> {
        write(&self.0.scenario)
    }

    /// Its knobs.
    pub fn knobs(&self) -> Result<Vec<Ts<Knob>>, JsValue> {
        write_all(&knobs::knobs(&self.0.scenario))
    }

    /// What settings call an event; nothing where it is not written out.
    #[wasm_bindgen(js_name = eventName)]
    pub fn event_name(&self, event: u32) -> Option<String> {
        events::event_name(&self.0, event)
    }

    /// The event that settings call so.
    #[wasm_bindgen(js_name = eventCalled)]
    pub fn event_called(&self, name: &str) -> Option<u32> {
        events::event_called(&self.0, name)
    }

    /// What does not change while it is looked at.
    pub fn overview(&self) -> Result<Ts<Overview>, JsValue> {
        write(&self.0.overview())
    }

    /// What there is to see after so many steps.
    pub fn frame(&self, position: u32) -> Result<Ts<Frame>, JsValue> {
        write(&self.0.frame(position as usize))
    }

    /// What kinds of things each step did: bits 1 arrival, 2 firing, 4 loss, 8 merge, 16 watermark, 32 other.
    pub fn timeline(&self) -> Uint8Array {
        Uint8Array::from(self.0.timeline().as_slice())
    }

    /// When each step is processed, in ms.
    pub fn times(&self) -> Float64Array {
        let times: Vec<f64> = (self.0.trace.times.iter())
            .map(|time| time.ms() as f64)
            .collect();
        Float64Array::from(times.as_slice())
    }

    /// The events' coordinates, one entry per event in each array.
    pub fn marks(&self) -> Marks {
        Marks::of(&self.0)
    }

    /// What became of each event after so many steps: 0 not arrived, 1 waiting, 2 counted, 3 behind the watermark but taken,
    /// 4 lost as late, 5 gone no further for another reason.
    pub fn statuses(&self, position: u32) -> Uint8Array {
        Uint8Array::from(self.0.statuses(position as usize).as_slice())
    }

    /// Where a source's watermark moved (the combined one for -1): step, processing ms, watermark ms; three numbers a move.
    #[wasm_bindgen(js_name = watermarkLine)]
    pub fn watermark_line(&self, source: i32) -> Float64Array {
        Float64Array::from(self.0.watermark_line(u16::try_from(source).ok()).as_slice())
    }

    /// Where results stand: position, processing ms, window's start and end; four numbers a result.
    #[wasm_bindgen(js_name = firingMarks)]
    pub fn firing_marks(&self) -> Float64Array {
        Float64Array::from(self.0.firing_marks().as_slice())
    }

    /// Some of the events.
    pub fn events(&self, from: u32, to: u32) -> Result<Vec<Ts<EventRow>>, JsValue> {
        write_all(&self.0.event_rows(from as usize, to as usize))
    }

    /// Some of the results.
    pub fn emissions(&self, from: u32, to: u32) -> Result<Vec<Ts<EmissionView>>, JsValue> {
        write_all(&self.0.emission_rows(from as usize, to as usize))
    }

    /// Some of the windows opened after so many steps, in the order of tables.
    #[wasm_bindgen(js_name = windowRows)]
    pub fn window_rows(
        &self,
        position: u32,
        from: u32,
        to: u32,
    ) -> Result<Vec<Ts<WindowRow>>, JsValue> {
        let (from, to) = (from as usize, to as usize);
        write_all(&self.0.window_rows(position as usize, from, to))
    }

    /// The windows that overlap a stretch of event time, in ms, and not more than so many.
    #[wasm_bindgen(js_name = windowsBetween)]
    pub fn windows_between(
        &self,
        position: u32,
        from: f64,
        to: f64,
        most: u32,
    ) -> Result<Vec<Ts<WindowRow>>, JsValue> {
        let stretch = (from as i64, to as i64);
        write_all(
            &self
                .0
                .windows_between(position as usize, stretch, most as usize),
        )
    }

    /// Some of the entries of the engine's state after so many steps.
    #[wasm_bindgen(js_name = stateRows)]
    pub fn state_rows(
        &self,
        position: u32,
        from: u32,
        to: u32,
    ) -> Result<Vec<Ts<StateRow>>, JsValue> {
        let (from, to) = (from as usize, to as usize);
        write_all(&self.0.state_rows(position as usize, from, to))
    }

    /// What a reader of the results sees: the newest result's number and how many came before it; two numbers a row.
    pub fn sink(&self, position: u32) -> Uint32Array {
        Uint32Array::from(self.0.sink(position as usize).as_slice())
    }

    /// Some of the late events.
    pub fn late(&self, from: u32, to: u32) -> Result<Vec<Ts<LateView>>, JsValue> {
        write_all(&self.0.late_rows(from as usize, to as usize))
    }

    /// What the last of so many steps did, in words.
    pub fn narration(&self, position: u32) -> Result<Ts<Narration>, JsValue> {
        write(&crate::explain::narration(&self.0, position as usize))
    }
}

/// Coordinates of marks as columns, ready to be drawn.
#[wasm_bindgen(getter_with_clone)]
pub struct Marks {
    /// When each event happened, in ms.
    #[wasm_bindgen(js_name = eventTime)]
    pub event_time: Float64Array,
    /// When each is processed, in ms.
    pub arrival: Float64Array,
    /// Each one's key, by number.
    pub key: Uint32Array,
    /// Each one's source.
    pub source: Uint16Array,
    /// The position right after each one's arrival.
    pub position: Uint32Array,
}

impl Marks {
    fn of(run: &Run) -> Marks {
        let (events, fates) = (&run.compiled.events, &run.trace.fates);
        let arrival: Vec<f64> = fates
            .iter()
            .map(|fate| fate.arrived.map_or(f64::NAN, |(_, at)| at.ms() as f64))
            .collect();
        let position: Vec<u32> = fates
            .iter()
            .map(|fate| fate.arrived.map_or(u32::MAX, |(step, _)| step + 1))
            .collect();
        Marks {
            event_time: Float64Array::from(
                events
                    .iter()
                    .map(|e| e.ts.ms() as f64)
                    .collect::<Vec<_>>()
                    .as_slice(),
            ),
            arrival: Float64Array::from(arrival.as_slice()),
            key: Uint32Array::from(
                events
                    .iter()
                    .map(|e| e.key.0)
                    .collect::<Vec<_>>()
                    .as_slice(),
            ),
            source: Uint16Array::from(
                events
                    .iter()
                    .map(|e| e.source)
                    .collect::<Vec<_>>()
                    .as_slice(),
            ),
            position: Uint32Array::from(position.as_slice()),
        }
    }
}
