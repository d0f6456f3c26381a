//! A streaming job on a cluster: backpressure, checkpoints, crashes and what a sink makes of them.
//!
//! ```text
//! log (partitions) ─> source tasks ── by key, bounded channels ──> counting tasks ──> sink tasks ─> sink ─> reader
//!                          ^ barriers from the coordinator; snapshots go to the checkpoints; a crash takes all but log, sink, checkpoints
//! ```
//!
//! The parts are files of their own: the log, channels with credits, tasks and their work, barriers at tasks, the coordinator,
//! recovery, sinks, the ledger. The rules are Flink's, except where micro-batches are asked for. Simplified: the network takes no
//! time, all tasks die together, and clocks agree.

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{Action, ClusterScene, Figure};
use crate::explain::Explanation;
use crate::knobs::{Setting, SettingValue};
use crate::scenario::Problems;
use fact::Fact;
use machine::{Machine, Worker};
pub use spec::Flow;

mod barrier;
mod batch;
mod channel;
mod check;
mod coordinator;
mod fact;
mod figures;
mod graph;
mod knobs;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod laws;
mod ledger;
mod log;
mod machine;
mod recovery;
mod sink;
pub mod spec;
mod tables;
mod task;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod why;
mod words;
mod work;

impl Flow {
    /// The buttons that make the job crash at this moment, where it can crash at all: a first time, or once more.
    fn crash_now(&self, state: &Machine) -> Vec<Action> {
        if self.crash.is_none() {
            return Vec::new();
        }
        let button = |label: &str, knob: &str| Action {
            label: label.into(),
            set: vec![
                Setting {
                    knob: format!("{knob}.moment"),
                    value: SettingValue::Text("any".into()),
                },
                Setting {
                    knob: format!("{knob}.at"),
                    value: SettingValue::Number(state.now),
                },
            ],
        };
        if state.crashes == 0 {
            vec![button("Crash now", "crash")]
        } else {
            vec![
                button("Crash here instead", "crash"),
                button("Crash again now", "crash.again"),
            ]
        }
    }
}

impl Model for Flow {
    type State = Machine;
    type Fact = Fact;

    fn title(&self) -> String {
        "A streaming job".into()
    }

    fn check(&self, problems: &mut Problems) {
        check::check(self, problems);
    }

    fn table() -> &'static [Turn<Flow>] {
        knobs::table()
    }

    fn start(&self) -> Machine {
        Machine::new(self)
    }

    fn step(&self, state: &mut Machine, tell: &mut Tell<'_, Fact>) -> bool {
        Worker {
            flow: self,
            m: state,
            tell,
            told: false,
        }
        .step()
    }

    fn clock(&self, state: &Machine) -> Option<i64> {
        Some(state.now)
    }

    fn figures(&self, state: &Machine) -> Vec<Figure> {
        figures::figures(self, state)
    }

    fn scene(&self, state: &Machine, last: &[Entry<Fact>]) -> ClusterScene {
        let changed: Vec<String> = last
            .iter()
            .flat_map(|entry| words::things(self, &entry.fact))
            .collect();
        ClusterScene {
            graph: Some(graph::graph(self, state, last)),
            loads: vec![tables::key_groups(self, state)],
            tables: tables::tables(self, state, &changed),
            actions: self.crash_now(state),
            ..ClusterScene::default()
        }
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &Fact) -> Sentence {
        words::sentence(self, fact)
    }

    fn why(&self, run: &Played<Flow>, thing: &str, position: usize) -> Option<Explanation> {
        why::why(self, run, thing, position)
    }

    fn about(&self, _: &Self::State, figure: &str) -> Option<String> {
        why::about(figure)
    }
}
