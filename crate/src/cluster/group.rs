//! A consumer group: who reads which partition, what happens when a member comes, goes or dies, how far behind everybody is,
//! and what is read twice.
//!
//! ```text
//! partitions ─> owners ─> positions, committed offsets ─> lag
//!                 ^── rebalance: join, leave, session timeout
//! ```
//!
//! Kafka's classic rebalance protocol (4.x, `ConsumerCoordinator`, `GroupMetadataManager`), in steps of one second. A member
//! commits every `auto.commit.interval.ms`, and when a partition is revoked; one that dies commits nothing more.

mod assign;
mod knobs;
mod machine;
mod scene;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod words;

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::scenario::Problems;
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// A topic and the group that reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// `partition.assignment.strategy`.
    pub assignor: Assignor,
    /// How many partitions the topic has.
    pub partitions: u32,
    /// How many records are appended each second, to all partitions together.
    pub rate: u32,
    /// How many percent of them go to partition 0; 0 if all partitions get the same.
    #[serde(default)]
    pub hot: u32,
    /// How many members the group has at the start: c1, c2, …
    pub members: u32,
    /// How many records a member processes each second.
    pub capacity: u32,
    /// `session.timeout.ms`: a member that is silent for so long is dead.
    pub session: Span,
    /// `auto.commit.interval.ms`.
    pub commit: Span,
    /// How long one round of a rebalance takes, until every member has joined and knows its partitions.
    pub rebalance: Span,
    /// Who comes and goes.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// When to stop.
    pub end: Span,
}

/// Somebody comes or goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When.
    pub at: Span,
    /// What.
    pub what: What,
    /// The number of the member, 1 for c1.
    pub member: u32,
}

/// What a member does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It starts and joins.
    Join,
    /// It is closed: it commits and leaves.
    Leave,
    /// It dies and says nothing.
    Crash,
}

/// Kafka's assignors; with them comes the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignor {
    /// `RangeAssignor`, eager.
    Range,
    /// `RoundRobinAssignor`, eager.
    RoundRobin,
    /// `CooperativeStickyAssignor`, cooperative.
    CooperativeSticky,
}

/// A partition, and how far it has been read.
#[derive(Clone, Debug, Default, PartialEq)]
struct Part {
    owner: Option<u32>,
    /// Who read it last.
    before: Option<u32>,
    /// The offset of the next record to be appended.
    end: u64,
    /// The offset of the next record to be read.
    position: u64,
    committed: u64,
    /// The offset after the last record that anybody has read.
    read: u64,
}

/// A member as the coordinator knows it.
#[derive(Clone, Debug, PartialEq)]
struct Member {
    number: u32,
    /// When it died, in s; the coordinator does not know yet.
    died: Option<u64>,
}

/// A rebalance under way.
#[derive(Clone, Debug, PartialEq)]
struct Round {
    /// When it is over at the earliest, in s.
    until: u64,
    number: u32,
}

/// Where the group stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// In s.
    now: u64,
    parts: Vec<Part>,
    /// In the order of their names.
    members: Vec<Member>,
    round: Option<Round>,
    rebalances: u32,
    revoked: u64,
    moved: u64,
    /// Seconds of all partitions in which a rebalance kept them from being read.
    stopped: u64,
    processed: u64,
    repeated: u64,
    peak: u64,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A member came, left or died.
    Changed {
        /// Which.
        member: u32,
        /// How.
        what: What,
    },
    /// The coordinator has not heard of a member for the session timeout.
    Expired {
        /// Which.
        member: u32,
    },
    /// A round of a rebalance begins.
    Began {
        /// Its number, from 1; a second one only under the cooperative protocol.
        round: u32,
        /// How many partitions nobody reads while it lasts.
        stopped: usize,
    },
    /// A partition is taken from a member, which commits.
    Revoked {
        /// Which.
        partition: u32,
        /// From whom.
        member: u32,
        /// The offset committed.
        committed: u64,
    },
    /// A partition has an owner who did not read it just before.
    Assigned {
        /// Which.
        partition: u32,
        /// To whom.
        member: u32,
        /// From which offset it is read: the committed one.
        from: u64,
        /// How many records are read again.
        again: u64,
    },
    /// A second has passed.
    Passed {
        /// How many records were processed.
        processed: u64,
        /// How many wait.
        lag: u64,
    },
}

impl Assignor {
    fn cooperative(self) -> bool {
        match self {
            Assignor::Range | Assignor::RoundRobin => false,
            Assignor::CooperativeSticky => true,
        }
    }
}

impl Part {
    fn lag(&self) -> u64 {
        self.end - self.position
    }
}

impl Standing {
    fn lag(&self) -> u64 {
        self.parts.iter().map(Part::lag).sum()
    }

    fn of(&self, member: u32) -> Vec<u32> {
        (0..)
            .zip(&self.parts)
            .filter(|(_, part)| part.owner == Some(member))
            .map(|(p, _)| p)
            .collect()
    }
}

fn seconds(span: Span) -> u64 {
    span.ms().max(0) as u64 / 1_000
}

impl Group {
    /// Members that are there after the changes before one of them, if all goes as it is written.
    fn members_before(&self, change: usize) -> Vec<u32> {
        let mut there: Vec<u32> = (1..=self.members).collect();
        for Change { what, member, .. } in &self.changes[..change] {
            match what {
                What::Join => there.push(*member),
                What::Leave | What::Crash => there.retain(|other| other != member),
            }
        }
        there
    }

    fn check_changes(&self, problems: &mut Problems) {
        let mut last = 0;
        for (i, Change { at, what, member }) in self.changes.iter().enumerate() {
            let place = format!("changes[{i}]");
            if at.ms() % 1_000 != 0 || at.ms() < last {
                problems.push(
                    format!("{place}.at"),
                    "whole seconds, in order of time".to_string(),
                );
            }
            last = at.ms();
            let there = self.members_before(i);
            let fits = match what {
                What::Join => {
                    (1..=9).contains(member)
                        && *member > self.members
                        && !self.changes[..i].iter().any(|c| c.member == *member)
                }
                What::Leave | What::Crash => there.contains(member),
            };
            if !fits {
                let message = match what {
                    What::Join => "a number up to 9 that no member had before",
                    What::Leave | What::Crash => "no such member is there at this time",
                };
                problems.push(format!("{place}.member"), message);
            }
        }
        if self.changes.len() > 20 {
            problems.push("changes", "at most 20");
        }
    }
}

impl Model for Group {
    type State = Standing;
    type Fact = Told;

    fn title(&self) -> String {
        format!(
            "A consumer group: {} partitions, {} members",
            self.partitions, self.members
        )
    }

    fn check(&self, problems: &mut Problems) {
        let sizes = [
            ("partitions", self.partitions, 1, 24),
            ("rate", self.rate, 0, 100_000),
            ("hot", self.hot, 0, 100),
            ("members", self.members, 1, 9),
            ("capacity", self.capacity, 1, 100_000),
        ];
        for (place, size, min, max) in sizes {
            if !(min..=max).contains(&size) {
                problems.push(place, format!("from {min} to {max}, got {size}"));
            }
        }
        if self.hot > 0 && self.partitions == 1 {
            problems.push("hot", "one partition has all records anyway: 0");
        }
        let spans = [
            ("session", self.session),
            ("commit", self.commit),
            ("rebalance", self.rebalance),
            ("end", self.end),
        ];
        for (place, span) in spans {
            if span.ms() % 1_000 != 0 || !(1_000..=3_600_000).contains(&span.ms()) {
                problems.push(place, "whole seconds, from 1 s to 1 h");
            }
        }
        self.check_changes(problems);
    }

    fn table() -> &'static [Turn<Group>] {
        knobs::TURNS
    }

    fn start(&self) -> Standing {
        machine::start(self)
    }

    fn step(&self, state: &mut Standing, tell: &mut Tell<'_, Told>) -> bool {
        machine::step(self, state, tell)
    }

    fn clock(&self, state: &Standing) -> Option<i64> {
        Some(state.now as i64 * 1_000)
    }

    fn figures(&self, state: &Standing) -> Vec<Figure> {
        scene::figures(state)
    }

    fn scene(&self, state: &Standing, last: &[Entry<Told>]) -> ClusterScene {
        scene::scene(self, state, last)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &Told) -> Sentence {
        words::sentence(self, fact)
    }

    fn why(&self, run: &Played<Group>, thing: &str, position: usize) -> Option<Explanation> {
        words::why(self, run, thing, position)
    }
}
