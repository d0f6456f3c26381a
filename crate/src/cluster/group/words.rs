//! A group in words.

use super::{Assignor, Group, Told, What};
use crate::cluster::model::{Model, Sentence};
use crate::cluster::played::{Entry, Played};
use crate::explain::{CauseStep, Explanation, Line, Tone};
use crate::frame::{MarkKind, marker};
use crate::time::format_span;
use crate::wording::{counted, verb};

/// What the timeline marks.
pub(super) const MARKS: &[MarkKind] = &[
    MarkKind::new(marker::ARRIVAL, "second of reading", "seconds of reading"),
    MarkKind::new(marker::MERGE, "assignment", "assignments"),
    MarkKind::new(marker::CRASH, "crash", "crashes"),
];

pub(super) fn sentence(model: &Group, fact: &Told) -> Sentence {
    let (tone, marker, weight) = match fact {
        Told::Changed { what, .. } => match what {
            What::Join | What::Leave => (Tone::Progress, marker::OTHER, 6),
            What::Crash => (Tone::Loss, marker::CRASH, 6),
        },
        Told::Expired { .. } => (Tone::Loss, marker::OTHER, 5),
        Told::Began { .. } => (Tone::Progress, marker::OTHER, 4),
        Told::Revoked { .. } => (Tone::Neutral, marker::OTHER, 1),
        Told::Assigned { again: 0, .. } => (Tone::Result, marker::MERGE, 2),
        Told::Assigned { .. } => (Tone::Loss, marker::MERGE, 3),
        Told::Passed { .. } => (Tone::Progress, marker::ARRIVAL, 0),
    };
    let thing = match fact {
        Told::Changed { member, .. } | Told::Expired { member } => Some(format!("member:{member}")),
        Told::Revoked { partition, .. } | Told::Assigned { partition, .. } => {
            Some(format!("partition:{partition}"))
        }
        Told::Began { .. } | Told::Passed { .. } => None,
    };
    Sentence {
        text: said(model, fact),
        tone,
        marker,
        weight,
        thing,
    }
}

fn said(model: &Group, fact: &Told) -> String {
    let (session, round_time) = (format_span(model.session), format_span(model.rebalance));
    match fact {
        Told::Changed { member, what } => match what {
            What::Join => format!("c{member} joins the group."),
            What::Leave => format!("c{member} commits and leaves the group."),
            What::Crash => format!(
                "c{member} dies. The coordinator will notice after {session} without a heartbeat."
            ),
        },
        Told::Expired { member } => {
            format!("No heartbeat of c{member} for {session}: it is out of the group.")
        }
        Told::Began { round, stopped } => format!(
            "Round {round} of a rebalance begins and takes {round_time}. Nobody reads {stopped} of {} partitions meanwhile.",
            model.partitions
        ),
        Told::Revoked {
            partition,
            member,
            committed,
        } => format!(
            "c{member} commits offset {committed} of partition {partition} and gives it back."
        ),
        Told::Assigned {
            partition,
            member,
            from,
            again: 0,
        } => format!("c{member} gets partition {partition} and goes on at offset {from}."),
        Told::Assigned {
            partition,
            member,
            from,
            again,
        } => format!(
            "c{member} gets partition {partition} and starts at the committed offset {from}: {} {} read again.",
            counted(*again, "record"),
            verb(*again, "is", "are")
        ),
        Told::Passed { processed, lag } => {
            format!(
                "{} {} processed in this second, {lag} {}.",
                counted(*processed, "record"),
                verb(*processed, "is", "are"),
                verb(*lag, "waits", "wait")
            )
        }
    }
}

fn rule(model: &Group) -> String {
    let way = match model.assignor {
        Assignor::Range => {
            "RangeAssignor: neighbouring partitions, the first (partitions mod members) members get one more. Eager: all partitions are revoked first"
        }
        Assignor::RoundRobin => {
            "RoundRobinAssignor: partition p goes to member p mod members. Eager: all partitions are revoked first"
        }
        Assignor::CooperativeSticky => {
            "CooperativeStickyAssignor: everybody keeps what they have up to partitions / members, rounded up for the first few. Cooperative: only what moves is revoked, and given out in one more round"
        }
    };
    format!("{way} (Kafka clients 4.x). A partition has one reader in a group.")
}

fn about(fact: &Told, thing: &str) -> bool {
    let is = |kind: &str, number: &u32| format!("{kind}:{number}") == thing;
    match fact {
        Told::Changed { member, .. } | Told::Expired { member } => is("member", member),
        Told::Revoked {
            partition, member, ..
        }
        | Told::Assigned {
            partition, member, ..
        } => is("partition", partition) || is("member", member),
        Told::Began { .. } | Told::Passed { .. } => false,
    }
}

fn line(label: &str, value: u64) -> Line {
    Line {
        label: label.into(),
        value: value.to_string(),
    }
}

pub(super) fn why(
    model: &Group,
    run: &Played<Group>,
    thing: &str,
    position: usize,
) -> Option<Explanation> {
    let state = run.state(position);
    let (kind, number) = thing.split_once(':')?;
    let number: u32 = number.parse().ok()?;
    let (title, verdict, numbers) = match kind {
        "partition" => {
            let part = state.parts.get(number as usize)?;
            let verdict = part.owner.map_or_else(
                || "Nobody reads it now.".to_string(),
                |owner| format!("c{owner} reads it."),
            );
            let numbers = vec![
                line("end of the log", part.end),
                line("position", part.position),
                line("committed", part.committed),
                line("lag = end − position", part.lag()),
            ];
            (format!("Partition {number}"), verdict, numbers)
        }
        "member" => {
            let mine = state.of(number);
            let verdict = match mine.len() {
                0 => "It reads nothing.".to_string(),
                n => format!("It reads {}.", counted(n, "partition")),
            };
            let numbers = vec![
                line("partitions", model.partitions.into()),
                line("members", state.members.len() as u64),
            ];
            (format!("c{number}"), verdict, numbers)
        }
        _ => return None,
    };
    let told = |entry: &&Entry<Told>| {
        (entry.step as usize) < position.min(run.len()) && about(&entry.fact, thing)
    };
    Some(Explanation {
        title,
        verdict,
        rule: rule(model),
        numbers,
        steps: run
            .entries
            .iter()
            .filter(told)
            .map(|entry| CauseStep {
                position: entry.step + 1,
                text: model.sentence(&entry.fact).text,
            })
            .collect(),
        ..Explanation::default()
    })
}
