//! Where a large run's events come from: made up on their way, or read from a file and kept.

use crate::import::ReadEvents;
use crate::model::{Event, KeyId};
use crate::source::GeneratorSpec;
use crate::source::arrivals::Arrivals;
use crate::time::ProcTime;

/// Events in the order in which they are processed.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    from: From,
    place: usize,
    keys: Keys,
    /// How many sources have keys of their own, because a task of its own reads each; 1 where they share them.
    homes: u32,
}

#[derive(Clone, Debug)]
enum From {
    Generator {
        arrivals: Arrivals,
        block: Vec<(ProcTime, Event)>,
    },
    File(Vec<(Option<ProcTime>, Event)>),
}

/// What keys are called.
#[derive(Clone, Debug)]
enum Keys {
    /// `k` and their number, in so many digits.
    Numbered(usize),
    Named(Vec<String>),
}

impl Feed {
    /// Of a generator.
    pub(super) fn made(spec: &GeneratorSpec) -> Feed {
        Feed {
            from: From::Generator {
                arrivals: Arrivals::new(spec),
                block: Vec::new(),
            },
            place: 0,
            keys: Keys::Numbered((spec.keys - 1).max(1).to_string().len()),
            homes: 1,
        }
    }

    /// Of a file.
    pub(super) fn read(events: ReadEvents) -> Feed {
        Feed {
            from: From::File(events.events),
            place: 0,
            keys: Keys::Named(events.keys),
            homes: 1,
        }
    }

    /// Makes each source's keys its own, as a task per partition has them: in the order of the keys, then of the sources.
    pub(super) fn split_among(mut self, sources: u16) -> Feed {
        self.homes = u32::from(sources.max(1));
        self
    }

    /// Hands out the next events, at most so many; how many there were. None means that there are no more.
    pub(super) fn next(
        &mut self,
        most: usize,
        mut put: impl FnMut(Option<ProcTime>, Event),
    ) -> usize {
        let homes = self.homes;
        let mut put = |at, mut event: Event| {
            if homes > 1 {
                event.key = KeyId(event.key.0 * homes + u32::from(event.source));
            }
            put(at, event);
        };
        match &mut self.from {
            From::Generator { arrivals, block } => {
                if self.place == block.len() {
                    block.clear();
                    self.place = 0;
                    arrivals.take_block(block);
                }
                let until = (self.place + most).min(block.len());
                let events = &block[self.place..until];
                for (at, event) in events {
                    put(Some(*at), *event);
                }
                self.place = until;
                events.len()
            }
            From::File(all) => {
                let until = (self.place + most).min(all.len());
                let events = &all[self.place..until];
                for (at, event) in events {
                    put(*at, *event);
                }
                self.place = until;
                events.len()
            }
        }
    }

    /// How many events are made and have not arrived.
    pub(super) fn on_their_way(&self) -> usize {
        match &self.from {
            From::Generator { arrivals, .. } => arrivals.on_their_way(),
            From::File(_) => 0,
        }
    }

    /// What a key is called; where each source has keys of its own, with the partition.
    pub(super) fn name(&self, KeyId(key): KeyId) -> String {
        let written = key / self.homes;
        let name = match &self.keys {
            Keys::Numbered(width) => format!("k{written:0width$}"),
            Keys::Named(names) => names.get(written as usize).cloned().unwrap_or_default(),
        };
        match self.homes {
            1 => name,
            homes => format!("{name} (partition {})", key % homes),
        }
    }
}
