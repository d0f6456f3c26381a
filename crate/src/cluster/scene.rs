//! Scenes: what there is to see of a cluster after so many steps, in building blocks that every model shares.
//!
//! A model says what is in them; the page draws them and knows no model. Every block has a name for people, every part of it an
//! id that "why?" takes and that links the same thing in several blocks.

use crate::knobs::Setting;
use crate::measure::{Measured, Unit};
use serde::Serialize;

/// What there is to see after so many steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ClusterScene {
    /// Where the clock stands, as it is read; empty where there is none.
    pub now: String,
    /// The view Pipeline: tasks and what is on its way between them.
    pub graph: Option<Graph>,
    /// The view Partitions: one block of bars for each way of spreading the load that is compared.
    pub loads: Vec<Loads>,
    /// The view Plan: one tree for each plan that is compared.
    pub plans: Vec<Plan>,
    /// Tables, for the views Results and State and for the inspector.
    pub tables: Vec<SceneTable>,
    /// What can be measured now, in the order in which it is shown.
    pub figures: Vec<Figure>,
    /// What a person can do here and now by turning knobs, such as crashing the job at this moment.
    pub actions: Vec<Action>,
}

/// A button: knobs that are turned at once.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Action {
    /// What it says.
    pub label: String,
    /// What it turns; offered where the lesson offers each of these knobs.
    pub set: Vec<Setting>,
}

/// Something measured, with its name. Lessons ask for it by its id, charts draw it over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Figure {
    /// Its name in lessons, as in `ledger.lost` or `load.US.max`.
    pub id: String,
    /// Its name for people, as in `events lost`.
    pub label: String,
    /// What it is now.
    pub measured: Measured,
    /// Whether it is listed among the figures and drawn over time; otherwise it can only be asked for.
    pub shown: bool,
}

impl Figure {
    /// A figure that is shown.
    pub fn new(id: impl Into<String>, label: impl Into<String>, measured: Measured) -> Figure {
        Figure {
            id: id.into(),
            label: label.into(),
            measured,
            shown: true,
        }
    }

    /// A count that is shown.
    pub fn count(id: impl Into<String>, label: impl Into<String>, count: u64) -> Figure {
        Figure::new(
            id,
            label,
            Measured {
                number: Some(count as f64),
                text: count.to_string(),
                unit: Unit::Count,
            },
        )
    }

    /// One that can be asked for and is not shown by itself, because a table or a block has it.
    #[must_use]
    pub fn aside(mut self) -> Figure {
        self.shown = false;
        self
    }
}

/// How something stands, for colour and a sign; never for colour alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Health {
    /// Nothing to say of it.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// Worth a look: nearly full, doubled, stale.
    Warning,
    /// Wrong: lost, failed.
    Bad,
    /// Not there yet, or not any more.
    Dim,
}

/// Tasks and what is on its way between them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Graph {
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The arrows.
    pub edges: Vec<Edge>,
}

/// One box: a source's partition, a task, a sink, a store.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Node {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// What it is.
    pub kind: NodeKind,
    /// Its place from left to right, from 0.
    pub column: u32,
    /// Its place from top to bottom in its column, from 0.
    pub row: u32,
    /// What is written into it, a line each.
    pub lines: Vec<String>,
    /// How busy it is, from 0 to 1; none where that says nothing.
    pub busy: Option<f64>,
    /// How it stands.
    pub health: Health,
    /// Its state in a word where it has one, such as `running`, `back-pressured`, `failed`.
    pub state: String,
    /// Whether the last step changed it.
    pub changed: bool,
}

/// What a box is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum NodeKind {
    /// Where records come from: a client, a producer.
    Source,
    /// A partition of a log.
    Log,
    /// A task of an operator.
    #[default]
    Task,
    /// A sink.
    Sink,
    /// Something durable: checkpoints, a table, a store.
    Store,
    /// Who coordinates: a job manager, a driver, a group coordinator.
    Coordinator,
    /// Where records go that nobody can use.
    DeadLetters,
    /// Who reads results: a dashboard.
    Reader,
}

/// One arrow, and what is on its way along it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Edge {
    /// Its id.
    pub id: String,
    /// The box it leaves.
    pub from: String,
    /// The box it reaches.
    pub to: String,
    /// What is written on it, such as a count or a rate.
    pub label: String,
    /// What is on its way, first out first.
    pub tokens: Vec<Token>,
    /// How many are on their way beyond those listed.
    pub more: u32,
    /// How many fit, where that is bounded.
    pub capacity: Option<u32>,
    /// How it stands.
    pub health: Health,
    /// Whether the last step changed it.
    pub changed: bool,
}

/// Something on its way.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: TokenKind,
    /// Its name, such as `o4`.
    pub label: String,
    /// The number of its key, for its colour and shape.
    pub class: u32,
}

/// What is on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum TokenKind {
    /// A record.
    #[default]
    Record,
    /// A checkpoint's barrier.
    Barrier,
    /// A watermark.
    Watermark,
    /// A record that was there before: replayed or sent again.
    Replayed,
}

/// How a load is spread, as bars side by side.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Loads {
    /// Its id.
    pub id: String,
    /// Its name for people, such as `Without salt`.
    pub title: String,
    /// What the bars count: `rows`, `bytes`, `ms`.
    pub unit: String,
    /// The bars.
    pub bars: Vec<Bar>,
    /// The mean of all bars.
    pub mean: f64,
    /// What follows from it, as a sentence: `max 96 is 7.6 times the mean of 12.6`.
    pub says: String,
    /// What the classes of its segments are called, by class; those that have none here are left out.
    pub classes: Vec<KeyClass>,
}

/// What segments of one colour are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct KeyClass {
    /// Its number, for colour and shape.
    pub class: u32,
    /// Its name for people: a key.
    pub label: String,
}

/// One bar: a partition or a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Bar {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// What it consists of, from the bottom.
    pub segments: Vec<Segment>,
    /// Its length.
    pub total: f64,
    /// A word on it, such as `straggler` or `split in 3`; empty where there is none.
    pub note: String,
    /// How it stands.
    pub health: Health,
}

/// A part of a bar.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Segment {
    /// What it is, such as a key or a salted key.
    pub label: String,
    /// The number of its key, for its colour and shape.
    pub class: u32,
    /// Its length.
    pub value: f64,
}

/// A plan: as the engine prints it, and as a tree.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// As the engine prints it.
    pub text: String,
    /// Its operators, parents before their inputs.
    pub nodes: Vec<PlanNode>,
    /// What follows from it, as a sentence.
    pub says: String,
}

/// An operator of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct PlanNode {
    /// Its id.
    pub id: String,
    /// The number of the operator that it feeds; none for the last.
    pub parent: Option<u32>,
    /// Its name, as the engine writes it: `SortMergeJoin`, `Exchange`.
    pub name: String,
    /// Its arguments, as the engine writes them.
    pub detail: String,
    /// Rows that come out of it, where they are known.
    pub rows: Option<u64>,
    /// Bytes that it sends over the network, where it does.
    pub bytes: Option<u64>,
    /// The stage it belongs to, from 0 with the first to run.
    pub stage: u32,
    /// Whether it moves rows between tasks.
    pub exchange: bool,
    /// How it stands.
    pub health: Health,
    /// Whether the last step ran it.
    pub changed: bool,
}

/// Where a table is shown first. The inspector lists all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Place {
    /// With the results: the sink, the ledger, what a reader sees.
    #[default]
    Results,
    /// With the state: keyed state, offsets, checkpoints.
    State,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct SceneTable {
    /// Its id.
    pub id: String,
    /// Its name for people: `Ledger`.
    pub title: String,
    /// Where it is shown.
    pub place: Place,
    /// Its columns.
    pub columns: Vec<TableColumn>,
    /// Its rows.
    pub rows: Vec<TableRow>,
    /// How many rows there are beyond those listed.
    pub more: u32,
    /// A sentence that sums it up, or says what it means that it is empty.
    pub says: String,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct TableColumn {
    /// Its name for people.
    pub label: String,
    /// Whether it holds numbers, which stand to the right.
    pub numeric: bool,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct TableRow {
    /// Its id, for "why?".
    pub id: String,
    /// Its cells, one for each column.
    pub cells: Vec<String>,
    /// How it stands.
    pub health: Health,
    /// Whether the last step changed it.
    pub changed: bool,
}

impl SceneTable {
    /// A table without rows. A column whose name ends in `#` holds numbers; the sign is left out.
    pub fn new(id: &str, title: &str, place: Place, columns: &[&str]) -> SceneTable {
        SceneTable {
            id: id.into(),
            title: title.into(),
            place,
            columns: columns
                .iter()
                .map(|label| TableColumn {
                    label: label.trim_end_matches('#').into(),
                    numeric: label.ends_with('#'),
                })
                .collect(),
            ..SceneTable::default()
        }
    }
}
