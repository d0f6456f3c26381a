//! What a person opens after a while: charts, the engines side by side, code for real engines. Left out of the module that a
//! first visit loads (`--no-default-features`), so that the lesson is there sooner.

use super::{Simulation, error_of, one_problem, read, write, write_all};
use crate::chart::{Chart, ChartKind, ScaleChart};
use crate::cluster::scene::Graph;
use crate::compare::fork::{self, Difference};
use crate::compare::{Side, Table};
use crate::export::{Listing, Target, TargetView};
use crate::scale::ScaleReport;
use crate::scenario::{Problems, Scenario};
use crate::source::GeneratorSpec;
use crate::source::preview::Preview;
use crate::sweep::Frontier;
use crate::topology::{self, Flow};
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// The charts that there are of a simulation.
#[wasm_bindgen]
pub fn charts(simulation: &Simulation) -> Result<Vec<Ts<Chart>>, JsValue> {
    write_all(&crate::chart::charts(&simulation.0))
}

/// Draws a chart on all of a canvas; `scale` is the number of its pixels to one of the page's.
#[wasm_bindgen(js_name = drawChart)]
pub fn draw_chart(
    canvas: web_sys::HtmlCanvasElement,
    simulation: &Simulation,
    kind: Ts<ChartKind>,
    dark: bool,
    scale: f64,
) -> Result<(), JsValue> {
    let kind = read(&kind.js_value())?;
    crate::chart::canvas(canvas, &simulation.0, kind, dark, scale)
        .map_err(|message| one_problem(&message))
}

/// What a chart shows, in a sentence: it is also read out in its place.
#[wasm_bindgen(js_name = chartSays)]
pub fn chart_says(simulation: &Simulation, kind: Ts<ChartKind>) -> Result<String, JsValue> {
    let kind: ChartKind = read(&kind.js_value())?;
    Ok(kind.says(&simulation.0))
}

/// A chart as the text of an SVG file.
#[wasm_bindgen(js_name = chartSvg)]
pub fn chart_svg(
    simulation: &Simulation,
    kind: Ts<ChartKind>,
    width: u32,
    height: u32,
    dark: bool,
) -> Result<String, JsValue> {
    let kind = read(&kind.js_value())?;
    Ok(crate::chart::svg(&simulation.0, kind, width, height, dark))
}

/// The pipeline of a simulation as a graph, after so many steps.
#[wasm_bindgen(js_name = pipelineGraph)]
pub fn pipeline_graph(simulation: &Simulation, position: u32) -> Result<Ts<Graph>, JsValue> {
    write(&topology::graph(&simulation.0, position as usize))
}

/// What has gone through one of its boxes or along one of its arrows.
#[wasm_bindgen(js_name = pipelineFlow)]
pub fn pipeline_flow(
    simulation: &Simulation,
    id: &str,
    position: u32,
) -> Result<Ts<Flow>, JsValue> {
    write(&topology::flow(&simulation.0, id, position as usize))
}

/// The boxes and arrows that some events have gone through.
#[wasm_bindgen(js_name = pipelinePath)]
pub fn pipeline_path(simulation: &Simulation, events: &[u32], position: u32) -> Vec<String> {
    topology::path(&simulation.0, events, position as usize)
}

/// Draws a frontier on all of a canvas; `scale` is the number of its pixels to one of the page's. Returns where its marks are: for
/// each point x and y of its completeness, then of its state, in pixels of the canvas.
#[wasm_bindgen(js_name = drawFrontier)]
pub fn draw_frontier(
    canvas: web_sys::HtmlCanvasElement,
    frontier: Ts<Frontier>,
    dark: bool,
    scale: f64,
) -> Result<Vec<f64>, JsValue> {
    let frontier = read(&frontier.js_value())?;
    crate::chart::frontier_canvas(canvas, &frontier, dark, scale)
        .map_err(|message| one_problem(&message))
}

/// What a frontier shows, in a sentence.
#[wasm_bindgen(js_name = frontierSays)]
pub fn frontier_says(frontier: Ts<Frontier>) -> Result<String, JsValue> {
    Ok(read::<Frontier>(&frontier.js_value())?.says())
}

/// The charts of a large run, by name and title.
#[wasm_bindgen(js_name = scaleCharts)]
pub fn scale_charts() -> Result<Vec<Ts<ScaleFigure>>, JsValue> {
    write_all(&ScaleChart::ALL.map(|kind| ScaleFigure {
        kind,
        title: kind.title().into(),
    }))
}

/// A chart of a large run as the page offers it.
#[derive(serde::Serialize, tsify::Tsify)]
pub struct ScaleFigure {
    /// Which.
    pub kind: ScaleChart,
    /// Its name for people.
    pub title: String,
}

/// Draws a chart of a large run on all of a canvas; `scale` is the number of its pixels to one of the page's.
#[wasm_bindgen(js_name = drawScale)]
pub fn draw_scale(
    canvas: web_sys::HtmlCanvasElement,
    report: Ts<ScaleReport>,
    kind: Ts<ScaleChart>,
    dark: bool,
    scale: f64,
) -> Result<(), JsValue> {
    let (report, kind) = (read(&report.js_value())?, read(&kind.js_value())?);
    crate::chart::scale_canvas(canvas, &report, kind, dark, scale)
        .map_err(|message| one_problem(&message))
}

/// What a chart of a large run shows, in a sentence: it is also read out in its place.
#[wasm_bindgen(js_name = scaleSays)]
pub fn scale_says(report: Ts<ScaleReport>, kind: Ts<ScaleChart>) -> Result<String, JsValue> {
    let (report, kind): (ScaleReport, ScaleChart) =
        (read(&report.js_value())?, read(&kind.js_value())?);
    Ok(kind.says(&report))
}

/// What scenarios can be exported to.
#[wasm_bindgen(js_name = exportTargets)]
pub fn export_targets() -> Result<Vec<Ts<TargetView>>, JsValue> {
    write_all(&Target::ALL.map(Target::view))
}

/// A scenario as a job for a real engine, to be read; `target` is the name of one of [`export_targets`].
#[wasm_bindgen(js_name = exportListing)]
pub fn export_listing(scenario: Ts<Scenario>, target: &str) -> Result<Ts<Listing>, JsValue> {
    let target = Target::named(target)
        .ok_or_else(|| one_problem(&format!("there is no export to {target}")))?;
    let listing = crate::export::listing(&read(&scenario.js_value())?, target);
    write(&listing.map_err(|problems| error_of(&problems))?)
}

/// A copy of a scenario in which every event that is written out can be moved.
#[wasm_bindgen]
pub fn freed(scenario: Ts<Scenario>) -> Result<Ts<Scenario>, JsValue> {
    write(&fork::freed(&read(&scenario.js_value())?))
}

/// A copy of a scenario in which only those events can be moved that can be in another one.
#[wasm_bindgen]
pub fn bound(scenario: Ts<Scenario>, like: Ts<Scenario>) -> Result<Ts<Scenario>, JsValue> {
    write(&fork::bound(
        &read(&scenario.js_value())?,
        &read(&like.js_value())?,
    ))
}

/// Several runs of the same events, side by side.
#[wasm_bindgen(js_name = SideBySide)]
pub struct SideBySide(Vec<Side>);

#[wasm_bindgen(js_class = SideBySide)]
impl SideBySide {
    /// A scenario run by every engine.
    pub fn engines(scenario: Ts<Scenario>) -> Result<SideBySide, JsValue> {
        Ok(SideBySide(crate::compare::engines(&read(
            &scenario.js_value(),
        )?)))
    }

    /// A scenario as it is, and changed.
    pub fn fork(left: Ts<Scenario>, right: Ts<Scenario>) -> Result<SideBySide, JsValue> {
        Ok(SideBySide(fork::fork(
            read(&left.js_value())?,
            read(&right.js_value())?,
        )))
    }

    /// What differs when the left side of a fork has taken so many steps; it was forked after so many.
    pub fn difference(&self, position: u32, forked: u32) -> Result<Ts<Difference>, JsValue> {
        let difference = fork::difference(&self.0, position as usize, forked as usize);
        write(&difference.ok_or_else(|| one_problem(&"there is nothing to compare with"))?)
    }

    /// The sides as they stand when a simulation has taken so many steps.
    pub fn table(&self, base: &Simulation, position: u32) -> Result<Ts<Table>, JsValue> {
        write(&crate::compare::table(&base.0, position as usize, &self.0))
    }
}

/// What a generator makes, in a few numbers.
#[wasm_bindgen(js_name = previewOf)]
pub fn preview_of(generator: Ts<GeneratorSpec>) -> Result<Ts<Preview>, JsValue> {
    let spec: GeneratorSpec = read(&generator.js_value())?;
    let mut problems = Problems::default();
    spec.check("input.generator", &mut problems);
    problems
        .into_result()
        .map_err(|problems| error_of(&problems))?;
    write(&spec.preview())
}

/// A scenario with the events of its generator written out.
#[wasm_bindgen(js_name = writtenOut)]
pub fn written_out(scenario: Ts<Scenario>) -> Result<Ts<Scenario>, JsValue> {
    let scenario: Scenario = read(&scenario.js_value())?;
    let written = scenario.written_out();
    write(&written.map_err(|message| one_problem(&message))?)
}
