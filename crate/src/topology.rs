//! The pipeline of a stream as a graph: its sources, what gathers and spreads the events, the operator with its state, what comes
//! out and what is left out, with what has gone along each arrow by now.
//!
//! A function of the trace and a position, in the blocks of [`crate::cluster::scene`]; for the operator's state it asks the engine
//! as it was then. Decides nothing.

mod boxes;
mod count;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod words;

use crate::cluster::scene::{Edge, Graph, Health, Node, Token, TokenKind};
use crate::fact::Fact;
use crate::run::Run;
use boxes::Plan;
use count::Counts;
use serde::Serialize;

/// An arrow shows at most so many things on their way.
const MOST_TOKENS: usize = 6;

/// More sources than this share one box.
const MOST_SOURCES: u16 = 6;

/// What has gone through a box or along an arrow.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Flow {
    /// The events, by number.
    pub events: Vec<u32>,
    /// The results, by number.
    pub emissions: Vec<u32>,
}

/// The pipeline after so many steps.
pub fn graph(run: &Run, position: usize) -> Graph {
    let position = position.min(run.len());
    let plan = Plan::of(run);
    let counts = Counts::of(run, position);
    Graph {
        nodes: plan.boxes(&counts),
        edges: plan.arrows(&counts),
    }
}

/// What has gone through a box or along an arrow by a position. A box that holds things back answers with what it holds.
pub fn flow(run: &Run, id: &str, position: usize) -> Flow {
    let position = position.min(run.len());
    let waiting = count::waiting(run, position);
    let events = (0..run.compiled.events.len() as u32)
        .filter(|event| passes(run, id, *event, position, &waiting))
        .collect();
    let results = id == "sink" || id.ends_with(">sink");
    let emissions = if results {
        run.trace
            .emissions
            .partition_point(|emission| (emission.step as usize) < position)
    } else {
        0
    };
    Flow {
        events,
        emissions: (0..emissions as u32).collect(),
    }
}

/// The boxes and arrows that some events have gone through by a position.
pub fn path(run: &Run, events: &[u32], position: usize) -> Vec<String> {
    let position = position.min(run.len());
    let waiting = count::waiting(run, position);
    let graph = Plan::of(run).outline();
    let on_it = |id: &str| {
        events
            .iter()
            .any(|event| passes(run, id, *event, position, &waiting))
    };
    let boxes = graph.nodes.iter().map(|node| &node.id);
    boxes
        .chain(graph.edges.iter().map(|edge| &edge.id))
        .filter(|id| on_it(id))
        .cloned()
        .collect()
}

/// Whether an event has gone through a box or along an arrow; `waiting` are the events that a micro-batch has not taken.
fn passes(run: &Run, id: &str, event: u32, position: usize, waiting: &[u32]) -> bool {
    let Some(fate) = run.trace.fates.get(event as usize) else {
        return false;
    };
    let by = |step: Option<u32>| step.is_some_and(|step| (step as usize) < position);
    if !by(fate.arrived.map(|(step, _)| step)) {
        return false;
    }
    let waits = || waiting.binary_search(&event).is_ok();
    // An arrow from a source is where its events are; every other one leads where its end says.
    let (from, to) = id.split_once('>').unwrap_or(("", id));
    if from.starts_with("source:") || to.starts_with("source:") {
        let source = run.compiled.events[event as usize].source;
        let name = if from.is_empty() { to } else { from };
        return name == boxes::source_id(run, source);
    }
    match (from, to) {
        ("", "batch") => waits(),
        (_, "shuffle" | "batch") => !waits(),
        (_, "operator") => by(fate.added) || (from == "shuffle" && !waits()),
        (_, "sink" | "suppress") => by(fate.counted) || (to == "suppress" && by(fate.added)),
        (_, to) => count::reason(run, event, position).is_some_and(|reason| reason.id() == to),
    }
}
