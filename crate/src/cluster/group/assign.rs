//! Who reads which partition of one topic: Kafka's assignors (clients 4.x), for members that all subscribe to it.

use super::Assignor;
use std::collections::BTreeMap;

/// Each member, in the order of its name, with the partitions it is to read.
pub(super) type Assignment = BTreeMap<u32, Vec<u32>>;

/// Gives every partition to one member. `owned` has all members of the group, with what each reads now; it is not empty.
pub(super) fn assign(assignor: Assignor, partitions: u32, owned: &Assignment) -> Assignment {
    match assignor {
        Assignor::Range => range(partitions, owned),
        Assignor::RoundRobin => round_robin(partitions, owned),
        Assignor::CooperativeSticky => sticky(partitions, owned),
    }
}

/// `RangeAssignor`: neighbours in a row; the first few members get one more if it does not divide.
fn range(partitions: u32, owned: &Assignment) -> Assignment {
    let n = owned.len() as u32;
    let (each, extra) = (partitions / n, partitions % n);
    let mut start = 0;
    (0..n)
        .zip(owned.keys())
        .map(|(i, member)| {
            let end = start + each + u32::from(i < extra);
            let mine = (start..end).collect();
            start = end;
            (*member, mine)
        })
        .collect()
}

/// `RoundRobinAssignor`: one for each member in turn.
fn round_robin(partitions: u32, owned: &Assignment) -> Assignment {
    let n = owned.len() as u32;
    (0..n)
        .zip(owned.keys())
        .map(|(i, member)| (*member, (i..partitions).step_by(n as usize).collect()))
        .collect()
}

/// `AbstractStickyAssignor.ConstrainedAssignmentBuilder`, without racks: everybody keeps what they have, up to their share; what
/// is left goes to those below it. Kafka goes through the members in the order of a hash map, this in the order of their names.
fn sticky(partitions: u32, owned: &Assignment) -> Assignment {
    let n = owned.len() as u32;
    let (least, over) = (partitions / n, (partitions % n) as usize);
    let most = partitions.div_ceil(n) as usize;
    let least = least as usize;
    let mut with_more = 0;
    let mut target = Assignment::new();
    for (member, mine) in owned {
        let quota = if mine.len() < least {
            mine.len()
        } else if mine.len() >= most && with_more < over {
            with_more += 1;
            most
        } else {
            least
        };
        target.insert(*member, mine.iter().copied().take(quota).collect());
    }
    let taken: Vec<u32> = target.values().flatten().copied().collect();
    let mut rest = (0..partitions).filter(|p| !taken.contains(p));
    // In turn to those below the least share, then one each to those at it, as far as that goes.
    loop {
        let below: Vec<u32> = members_with(&target, |count| count < least);
        if below.is_empty() {
            break;
        }
        for member in below {
            if let (Some(mine), Some(p)) = (target.get_mut(&member), rest.next()) {
                mine.push(p);
            }
        }
    }
    let at_least = members_with(&target, |count| count == least);
    for (member, p) in at_least.iter().zip(rest) {
        if let Some(mine) = target.get_mut(member) {
            mine.push(p);
        }
    }
    target
}

fn members_with(target: &Assignment, wanted: impl Fn(usize) -> bool) -> Vec<u32> {
    target
        .iter()
        .filter(|(_, mine)| wanted(mine.len()))
        .map(|(member, _)| *member)
        .collect()
}
