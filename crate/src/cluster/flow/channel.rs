//! Bounded buffers with credits: what lies between two tasks.
//!
//! The receiver of a channel has buffers, its own and some that the channels of its gate share. A sender may send an event only if
//! there is a buffer for it: a credit. Barriers need none (Flink 2.3 `CreditBasedSequenceNumberingViewReader.isAvailable`: an event
//! that is no data is available without credit). Simplified: a buffer holds one event, and a sender keeps at most one event that
//! it cannot send.

use super::spec::Buffers;
use std::collections::VecDeque;

/// An event on its way through the job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Item {
    /// Its number in the feed.
    pub(super) record: u32,
    /// Whether it was read before and is read again.
    pub(super) again: bool,
    /// Its key's count and sum once it was counted; nothing before.
    pub(super) counted: Option<(u64, i64)>,
}

/// What travels along a channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Element {
    /// An event.
    Record(Item),
    /// The barrier of a checkpoint.
    Barrier(u32),
}

/// One channel, at its receiver.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Channel {
    /// What waits in buffers, first come first.
    pub(super) queue: VecDeque<Element>,
    /// Events in flight that a checkpoint brought back: they come before the queue and take none of its buffers.
    pub(super) restored: VecDeque<Item>,
    /// Whether it is not read for now: its barrier has come, others' have not.
    pub(super) blocked: bool,
}

impl Channel {
    /// How many buffers it uses.
    pub(super) fn used(&self) -> u32 {
        let records = self
            .queue
            .iter()
            .filter(|element| matches!(element, Element::Record(_)));
        records.count() as u32
    }

    /// Whether there is something to read.
    pub(super) fn readable(&self) -> bool {
        !self.blocked && (!self.queue.is_empty() || !self.restored.is_empty())
    }

    /// The events that wait, first come first.
    pub(super) fn items(&self) -> impl Iterator<Item = Item> + '_ {
        let queued = self.queue.iter().filter_map(|element| match element {
            Element::Record(item) => Some(*item),
            Element::Barrier(_) => None,
        });
        self.restored.iter().copied().chain(queued)
    }
}

/// How many of a gate's shared buffers are in use.
pub(super) fn floating_used(gate: &[Channel], buffers: Buffers) -> u32 {
    gate.iter()
        .map(|channel| channel.used().saturating_sub(buffers.exclusive))
        .sum()
}

/// How many events a channel takes now: its own free buffers and the shared ones that are free.
pub(super) fn credits(gate: &[Channel], channel: usize, buffers: Buffers) -> u32 {
    let own = buffers.exclusive.saturating_sub(gate[channel].used());
    own + buffers
        .floating
        .saturating_sub(floating_used(gate, buffers))
}
