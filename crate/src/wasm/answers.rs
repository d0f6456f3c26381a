//! What is asked of a simulation and what is changed in it by hand: answers to "why?", grades, goals, drafts of events. A lesson can be
//! read and stepped without, so it is left out of the module that a first visit loads (`--no-default-features`).

use super::{Simulation, error_of, read, write, write_all};
use crate::explain::{Explanation, Subject};
use crate::frame::{Bounds, Lineage};
use crate::knobs::Setting;
use crate::knobs::events::{self, Draft};
use crate::lesson::{Answer, Grade, Prediction, offered};
use crate::measure::{Condition, Measure, Measured, Standing};
use crate::run::Run;
use crate::world::Script;
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// The settings that make one scenario into another: what a link carries.
#[wasm_bindgen]
pub fn changes(start: Ts<Script>, now: Ts<Script>) -> Result<Vec<Ts<Setting>>, JsValue> {
    let (start, now): (Script, Script) = (read(&start.js_value())?, read(&now.js_value())?);
    write_all(&start.changes(&now))
}

/// Those changes from a beat's start that its lesson does not offer; what is reached with them does not count.
#[wasm_bindgen(js_name = beyondOffer)]
pub fn beyond_offer(
    offered: Vec<String>,
    start: Ts<Script>,
    now: Ts<Script>,
) -> Result<Vec<Ts<Setting>>, JsValue> {
    let (start, now): (Script, Script) = (read(&start.js_value())?, read(&now.js_value())?);
    write_all(&offered::beyond(&offered, &start, &now))
}

/// A scenario with those changes put back.
#[wasm_bindgen(js_name = putBack)]
pub fn put_back(
    offered: Vec<String>,
    start: Ts<Script>,
    now: Ts<Script>,
) -> Result<Ts<Script>, JsValue> {
    let (start, now): (Script, Script) = (read(&start.js_value())?, read(&now.js_value())?);
    let back = offered::put_back(&offered, &start, &now);
    write(&back.map_err(|problems| error_of(&problems))?)
}

/// What setting a knob leaves out of a scenario: what another engine has no equivalent for.
#[wasm_bindgen(js_name = lostBy)]
pub fn lost_by(scenario: Ts<Script>, setting: Ts<Setting>) -> Result<Vec<String>, JsValue> {
    let scenario: Script = read(&scenario.js_value())?;
    Ok(scenario.lost(&read(&setting.js_value())?))
}

#[wasm_bindgen]
impl Simulation {
    /// The same with an event put, moved or filled in, simulated.
    pub fn drafted(&self, draft: Ts<Draft>) -> Result<Simulation, JsValue> {
        events::drafted(&self.0, &read(&draft.js_value())?)
            .and_then(Run::new)
            .map(Simulation)
            .map_err(|problems| error_of(&problems))
    }

    /// What a new event would be called.
    #[wasm_bindgen(js_name = freshName)]
    pub fn fresh_name(&self) -> String {
        events::fresh_name(&self.0.scenario)
    }

    /// What a measure gives after so many steps.
    pub fn measure(&self, measure: Ts<Measure>, position: u32) -> Result<Ts<Measured>, JsValue> {
        let measure: Measure = read(&measure.js_value())?;
        write(&measure.ask(&self.0, position as usize))
    }

    /// How an answer to a prediction fares.
    pub fn grade(
        &self,
        prediction: Ts<Prediction>,
        answer: Ts<Answer>,
    ) -> Result<Ts<Grade>, JsValue> {
        let (prediction, answer): (Prediction, Answer) =
            (read(&prediction.js_value())?, read(&answer.js_value())?);
        write(&prediction.grade(&self.0, &answer))
    }

    /// How a condition stands: a goal's, or a published claim's.
    pub fn standing(&self, condition: Ts<Condition>) -> Result<Ts<Standing>, JsValue> {
        write(&read::<Condition>(&condition.js_value())?.standing(&self.0))
    }

    /// Why something is as it is, as seen after so many steps.
    pub fn why(&self, subject: Ts<Subject>, position: u32) -> Result<Ts<Explanation>, JsValue> {
        let subject: Subject = read(&subject.js_value())?;
        write(&crate::explain::why(&self.0, &subject, position as usize))
    }

    /// The windows that a missing result can be asked about, also those that never existed.
    pub fn askable(&self) -> Result<Vec<Ts<Bounds>>, JsValue> {
        write_all(&crate::explain::askable(&self.0))
    }

    /// What belongs to an event, a window or a result, as seen after so many steps.
    pub fn lineage(&self, subject: Ts<Subject>, position: u32) -> Result<Ts<Lineage>, JsValue> {
        let subject: Subject = read(&subject.js_value())?;
        write(&self.0.lineage(&subject, position as usize))
    }
}
