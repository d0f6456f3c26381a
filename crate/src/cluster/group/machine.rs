//! One second of a group: who comes and goes, the rebalance, what is appended and read, what is committed.

use super::assign::{Assignment, assign};
use super::{Change, Group, Member, Part, Round, Standing, Told, What, seconds};
use crate::cluster::model::Tell;

/// The group is there and has shared the partitions.
pub(super) fn start(model: &Group) -> Standing {
    let none: Assignment = (1..=model.members).map(|member| (member, vec![])).collect();
    let mut parts = vec![Part::default(); model.partitions as usize];
    for (member, mine) in assign(model.assignor, model.partitions, &none) {
        for p in mine {
            let part = &mut parts[p as usize];
            part.owner = Some(member);
            part.before = Some(member);
        }
    }
    Standing {
        now: 0,
        parts,
        members: (1..=model.members)
            .map(|number| Member { number, died: None })
            .collect(),
        round: None,
        rebalances: 0,
        revoked: 0,
        moved: 0,
        stopped: 0,
        processed: 0,
        repeated: 0,
        peak: 0,
    }
}

pub(super) fn step(model: &Group, state: &mut Standing, tell: &mut Tell<'_, Told>) -> bool {
    if state.now >= seconds(model.end) {
        return false;
    }
    let mut changed = false;
    for change in &model.changes {
        if seconds(change.at) == state.now {
            changed |= come_or_go(state, change, tell);
        }
    }
    changed |= expire(model, state, tell);
    if changed {
        state.rebalances += 1;
        begin(model, state, 1, tell);
    }
    // A round waits for every member that has not been found dead.
    let complete = state
        .round
        .as_ref()
        .is_some_and(|round| state.now >= round.until)
        && state.members.iter().all(|member| member.died.is_none());
    if complete {
        finish(model, state, tell);
    }
    let processed = second(model, state);
    let lag = state.lag();
    state.peak = state.peak.max(lag);
    tell.fact(Told::Passed { processed, lag });
    true
}

/// Whether the coordinator gets to know of it at once.
fn come_or_go(state: &mut Standing, change: &Change, tell: &mut Tell<'_, Told>) -> bool {
    let Change { what, member, .. } = *change;
    tell.fact(Told::Changed { member, what });
    match what {
        What::Join => {
            state.members.push(Member {
                number: member,
                died: None,
            });
            state.members.sort_by_key(|member| member.number);
            true
        }
        What::Leave => {
            for p in state.of(member) {
                revoke(state, p, tell);
            }
            state.members.retain(|other| other.number != member);
            true
        }
        What::Crash => {
            for other in &mut state.members {
                if other.number == member {
                    other.died = Some(state.now);
                }
            }
            false
        }
    }
}

/// Members that have been silent for the session timeout are out; what they read has no owner.
fn expire(model: &Group, state: &mut Standing, tell: &mut Tell<'_, Told>) -> bool {
    let (now, session) = (state.now, seconds(model.session));
    let dead: Vec<u32> = state
        .members
        .iter()
        .filter(|member| member.died.is_some_and(|died| now >= died + session))
        .map(|member| member.number)
        .collect();
    for member in &dead {
        tell.fact(Told::Expired { member: *member });
        for p in state.of(*member) {
            state.parts[p as usize].owner = None;
        }
        state.members.retain(|other| other.number != *member);
    }
    !dead.is_empty()
}

/// A round begins. Under the eager protocol every member first gives back all it has (`onJoinPrepare`).
fn begin(model: &Group, state: &mut Standing, number: u32, tell: &mut Tell<'_, Told>) {
    if !model.assignor.cooperative() {
        for member in state.members.clone() {
            if member.died.is_none() {
                for p in state.of(member.number) {
                    revoke(state, p, tell);
                }
            }
        }
    }
    state.round = Some(Round {
        until: state.now + seconds(model.rebalance),
        number,
    });
    let stopped = state.parts.iter().filter(|p| p.owner.is_none()).count();
    tell.fact(Told::Began {
        round: number,
        stopped,
    });
}

fn revoke(state: &mut Standing, p: u32, tell: &mut Tell<'_, Told>) {
    let part = &mut state.parts[p as usize];
    let Some(member) = part.owner.take() else {
        return;
    };
    part.committed = part.position;
    state.revoked += 1;
    tell.fact(Told::Revoked {
        partition: p,
        member,
        committed: part.committed,
    });
}

/// The round is over: every member gets to know its partitions. Under the cooperative protocol a partition that somebody else
/// still has is only taken away, and one more round gives it out (`CooperativeStickyAssignor.adjustAssignment`).
fn finish(model: &Group, state: &mut Standing, tell: &mut Tell<'_, Told>) {
    let Some(round) = state.round.take() else {
        return;
    };
    let owned: Assignment = state
        .members
        .iter()
        .map(|member| (member.number, state.of(member.number)))
        .collect();
    if owned.is_empty() {
        return;
    }
    let mut transferring = false;
    for (member, mine) in assign(model.assignor, model.partitions, &owned) {
        for p in mine {
            match state.parts[p as usize].owner {
                None => give(state, p, member, tell),
                Some(reader) if reader == member => {}
                Some(_) => {
                    revoke(state, p, tell);
                    transferring = true;
                }
            }
        }
    }
    if transferring {
        begin(model, state, round.number + 1, tell);
    }
}

fn give(state: &mut Standing, p: u32, member: u32, tell: &mut Tell<'_, Told>) {
    let part = &mut state.parts[p as usize];
    if part.before != Some(member) {
        state.moved += 1;
    }
    part.owner = Some(member);
    part.before = Some(member);
    // Whoever starts to read starts at what was committed.
    part.position = part.committed;
    tell.fact(Told::Assigned {
        partition: p,
        member,
        from: part.position,
        again: part.read - part.position,
    });
}

/// How many records a partition has got after so many seconds.
fn appended(model: &Group, p: u64, seconds: u64) -> u64 {
    let all = u64::from(model.rate) * seconds;
    let n = u64::from(model.partitions);
    let hot = all * u64::from(model.hot) / 100;
    match (model.hot, p) {
        (0, _) => (all + n - 1 - p) / n,
        (_, 0) => hot,
        (_, p) => (all - hot + n - 1 - p) / (n - 1),
    }
}

/// Records are appended and read for a second; then those who are due commit.
fn second(model: &Group, state: &mut Standing) -> u64 {
    state.now += 1;
    for (p, part) in (0..).zip(&mut state.parts) {
        part.end = appended(model, p, state.now);
        if state.round.is_some() && part.owner.is_none() {
            state.stopped += 1;
        }
    }
    let before = state.processed;
    let commits = state.now.is_multiple_of(seconds(model.commit));
    for member in state.members.clone() {
        if member.died.is_some() {
            continue;
        }
        let mut mine = state.of(member.number);
        // The capacity is shared; what one partition does not need is for the others.
        mine.sort_by_key(|p| state.parts[*p as usize].lag());
        let mut left = u64::from(model.capacity);
        for (i, p) in mine.iter().enumerate() {
            let part = &mut state.parts[*p as usize];
            let share = (left / (mine.len() - i) as u64).min(part.lag());
            left -= share;
            let again = part.read.saturating_sub(part.position).min(share);
            part.position += share;
            part.read = part.read.max(part.position);
            state.processed += share;
            state.repeated += again;
            if commits {
                part.committed = part.position;
            }
        }
    }
    state.processed - before
}
