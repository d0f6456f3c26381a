//! Models of a cluster: the same way in and out as a stream's [`Simulation`](super::Simulation), with scenes in place of frames.

use super::{error_of, read, write, write_all};
use crate::chart;
use crate::cluster::beside::{Beside, beside};
use crate::cluster::scene::{ClusterScene, Figure};
use crate::cluster::{Run, Spec};
use crate::explain::{Explanation, Narration, Subject};
use crate::frame::MarkKind;
use crate::lesson::{Answer, Grade, Prediction};
use crate::measure::{Condition, Standing};
use crate::world::Asked;
use js_sys::Uint8Array;
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// A model of a cluster played from end to end.
#[wasm_bindgen]
pub struct ClusterSimulation(Run);

#[wasm_bindgen]
impl ClusterSimulation {
    /// Plays a model.
    #[wasm_bindgen(constructor)]
    pub fn new(spec: Ts<Spec>) -> Result<ClusterSimulation, JsValue> {
        let spec: Spec = read(&spec.js_value())?;
        spec.run()
            .map(ClusterSimulation)
            .map_err(|problems| error_of(&problems))
    }

    /// What it is called, for people.
    pub fn title(&self) -> String {
        self.0.title()
    }

    /// How many steps there are.
    pub fn steps(&self) -> u32 {
        self.0.len() as u32
    }

    /// What there is to see after so many steps.
    pub fn scene(&self, position: u32) -> Result<Ts<ClusterScene>, JsValue> {
        write(&self.0.scene(position as usize))
    }

    /// What kinds of things each step did: as bits of the kinds.
    pub fn timeline(&self) -> Uint8Array {
        Uint8Array::from(self.0.timeline().as_slice())
    }

    /// What the timeline may mark.
    pub fn kinds(&self) -> Result<Vec<Ts<MarkKind>>, JsValue> {
        write_all(self.0.kinds())
    }

    /// How an answer to a prediction fares.
    pub fn grade(
        &self,
        prediction: Ts<Prediction>,
        answer: Ts<Answer>,
    ) -> Result<Ts<Grade>, JsValue> {
        let (prediction, answer): (Prediction, Answer) =
            (read(&prediction.js_value())?, read(&answer.js_value())?);
        write(&prediction.grade(Asked::Cluster(&self.0), &answer))
    }

    /// How a condition stands: a goal's, or a published claim's.
    pub fn standing(&self, condition: Ts<Condition>) -> Result<Ts<Standing>, JsValue> {
        let condition: Condition = read(&condition.js_value())?;
        write(&condition.standing(Asked::Cluster(&self.0)))
    }

    /// What the last of so many steps did, in words.
    pub fn narration(&self, position: u32) -> Result<Ts<Narration>, JsValue> {
        write(&self.0.narration(position as usize))
    }

    /// Why something is as it is, as seen after so many steps.
    pub fn why(&self, subject: Ts<Subject>, position: u32) -> Result<Ts<Explanation>, JsValue> {
        let subject: Subject = read(&subject.js_value())?;
        write(&self.0.why(&subject, position as usize))
    }

    /// What of another play differs when this one has taken so many steps, having been forked after so many.
    pub fn beside(
        &self,
        right: &ClusterSimulation,
        position: u32,
        forked: u32,
    ) -> Result<Ts<Beside>, JsValue> {
        let (position, forked) = (position as usize, forked as usize);
        write(&beside(&self.0, &right.0, position, forked))
    }

    /// The figures that can be drawn over time.
    pub fn figures(&self) -> Result<Vec<Ts<Figure>>, JsValue> {
        write_all(&chart::drawable(&self.0))
    }

    /// Draws a figure over time on all of a canvas, with a mark where the playhead stands; `scale` is the number of its pixels to
    /// one of the page's.
    #[wasm_bindgen(js_name = drawFigure)]
    pub fn draw_figure(
        &self,
        canvas: web_sys::HtmlCanvasElement,
        figure: &str,
        position: u32,
        dark: bool,
        scale: f64,
    ) -> Result<(), JsValue> {
        let series = chart::series(&self.0, figure, position as usize);
        chart::series_canvas(canvas, &series, dark, scale)
            .map_err(|message| super::one_problem(&message))
    }

    /// What that chart shows, in a sentence: it is also read out in its place.
    #[wasm_bindgen(js_name = figureSays)]
    pub fn figure_says(&self, figure: &str, position: u32) -> String {
        chart::series(&self.0, figure, position as usize).says()
    }
}
