//! The plan that a join has once it has run: its query stages, what tasks read of them, and what adaptive execution changed
//! (Spark 4.3 `AdaptiveSparkPlanExec`).

use super::adapt::{self, Last};
use super::choose::{Side, Strategy};
use super::plan::{Operator, Planner, exchanged, number, of_side, plan_id};
use crate::cluster::shuffle::adaptive::said_of;

/// Numbers that count up: of the query stages, and of the generated programs.
#[derive(Default)]
struct Counters {
    stages: u32,
    programs: u32,
}

impl Counters {
    /// Makes a query stage of an exchange.
    fn stage(&mut self, kind: &str, exchange: Operator) -> Operator {
        let number = self.stages;
        self.stages += 1;
        Operator::new(
            &format!("{kind}QueryStage"),
            number.to_string(),
            vec![exchange],
        )
    }
}

impl Planner<'_> {
    /// The plan as it ran.
    pub(super) fn last(&self, last: &Last) -> Operator {
        let mut counters = Counters::default();
        let sides = [Side::Left, Side::Right];
        let mut inputs = sides.map(|side| self.ran(side, &mut counters));
        // A side that is broadcast after all is a third stage, over its shuffle.
        if let Strategy::Broadcast(build) = last.choice.strategy {
            let side = &mut inputs[build.index()];
            if side.name == "ShuffleQueryStage" {
                let read = local(side.clone());
                *side = counters.stage("Broadcast", self.broadcast(build, 5, read));
                of_side(side, build);
            }
        }
        let inputs = sides
            .into_iter()
            .zip(inputs)
            .map(|(side, input)| {
                let mut input = read(side, input, last);
                if last.choice.strategy == Strategy::SortMerge {
                    input = self.sort(side, input);
                }
                of_side(&mut input, side);
                input
            })
            .collect();
        let mut root = self.joined(last.choice.strategy, last.split, inputs);
        number(&mut root, &mut counters.programs);
        let result = format!("{}", counters.stages);
        Operator::new("ResultQueryStage", result, vec![root])
    }

    /// What has run of a side before the join: its stage, or what is left to run with the join.
    fn ran(&self, side: Side, counters: &mut Counters) -> Operator {
        let mut below = self.below(side, true);
        let broadcast = match self.strategy() {
            Strategy::Broadcast(build) => Some(build == side),
            Strategy::ShuffleHash(_) | Strategy::SortMerge => None,
        };
        let stays = match broadcast {
            Some(broadcast) => !broadcast,
            None => !exchanged(self.join(), side),
        };
        if stays {
            return below;
        }
        // An exchange over generated code is another node than the one that was planned.
        let scanned = below.name == "FileScan";
        let id = plan_id(side) + if scanned { 0 } else { 2 };
        number(&mut below, &mut counters.programs);
        if broadcast.is_some() {
            counters.stage("Broadcast", self.broadcast(side, id, below))
        } else {
            counters.stage("Shuffle", self.shuffle(side, id, below))
        }
    }
}

/// What the tasks of the join read of a side.
fn read(side: Side, input: Operator, last: &Last) -> Operator {
    if input.name != "ShuffleQueryStage" {
        return input;
    }
    match &last.reads {
        None => local(input),
        Some(reads) if adapt::changed(&reads[side.index()]) => {
            let how = said_of(&reads[side.index()]).trim().to_owned();
            Operator::new("AQEShuffleRead", how, vec![input])
        }
        Some(_) => input,
    }
}

/// A shuffle that is read where it was written.
fn local(stage: Operator) -> Operator {
    Operator::new("AQEShuffleRead", "local".into(), vec![stage])
}
