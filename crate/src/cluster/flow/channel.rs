//! Bounded buffers with credits: what lies between two tasks.
//!
//! The receiver of a channel has buffers, its own and some that the channels of its gate share. A sender may send an event only if
//! there is a buffer for it: a credit. Barriers need none (Flink 2.3 `CreditBasedSequenceNumberingViewReader.isAvailable`: an event
//! that is no data is available without credit). An event joins the last buffer as long as that has room and no barrier has come
//! behind it; it can be read at once, as the network takes no time, and a buffer is free again when all in it is read (Flink 2.3
//! `BufferBuilder`, `LocalInputChannel`). Simplified: a sender keeps at most one event that it cannot send.

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

/// A buffer that holds events of the queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Buffer {
    /// How many of its events are still to be read.
    pub(super) unread: u32,
    /// How many more fit in.
    pub(super) room: u32,
}

/// One channel, at its receiver.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Channel {
    /// What waits, first come first.
    pub(super) queue: VecDeque<Element>,
    /// The buffers in which the events of the queue are, in order.
    pub(super) buffers: VecDeque<Buffer>,
    /// Events in flight that a checkpoint brought back: they come before the queue and take none of its buffers.
    pub(super) restored: VecDeque<Item>,
    /// Whether it is not read for now: its barrier has come, others' have not.
    pub(super) blocked: bool,
}

impl Channel {
    /// How many buffers it uses.
    pub(super) fn used(&self) -> u32 {
        self.buffers.len() as u32
    }

    /// How many events are in its buffers.
    pub(super) fn events(&self) -> u32 {
        self.buffers.iter().map(|buffer| buffer.unread).sum()
    }

    /// How many events fit into its last buffer.
    pub(super) fn room(&self) -> u32 {
        self.buffers.back().map_or(0, |buffer| buffer.room)
    }

    /// Puts something behind what is there. An event needs a buffer with room, or a free one; a barrier closes the last buffer.
    pub(super) fn push(&mut self, element: Element, buffers: Buffers) {
        match (element, self.buffers.back_mut()) {
            (Element::Barrier(_), Some(last)) => last.room = 0,
            (Element::Barrier(_), None) => {}
            (Element::Record(_), Some(last)) if last.room > 0 => {
                last.unread += 1;
                last.room -= 1;
            }
            (Element::Record(_), _) => self.buffers.push_back(Buffer {
                unread: 1,
                room: buffers.events.saturating_sub(1),
            }),
        }
        self.queue.push_back(element);
    }

    /// Takes out what comes first.
    pub(super) fn pop(&mut self) -> Option<Element> {
        if let Some(item) = self.restored.pop_front() {
            return Some(Element::Record(item));
        }
        let element = self.queue.pop_front()?;
        if let (Element::Record(_), Some(first)) = (element, self.buffers.front_mut()) {
            first.unread -= 1;
            if first.unread == 0 {
                self.buffers.pop_front();
            }
        }
        Some(element)
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

/// How many buffers a channel may fill besides those it has begun: its own free ones and the shared ones that are free.
pub(super) fn credits(gate: &[Channel], channel: usize, buffers: Buffers) -> u32 {
    let own = buffers.exclusive.saturating_sub(gate[channel].used());
    own + buffers
        .floating
        .saturating_sub(floating_used(gate, buffers))
}

/// How many events a channel takes now: into its last buffer, and into those that it has credit for.
pub(super) fn takes(gate: &[Channel], channel: usize, buffers: Buffers) -> u32 {
    gate[channel].room() + credits(gate, channel, buffers) * buffers.events
}
