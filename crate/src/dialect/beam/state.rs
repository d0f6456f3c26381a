//! What a trigger remembers of one key and window: numbers and pending timers. Knows no trigger.

use crate::model::Window;
use crate::sorted::sort_by_key;
use crate::window::TimeDomain;

/// State of a trigger for one key and window. Merging: the trigger adds up the numbers, [`State::take_timers`] the rest.
/// Lifetime: the window's.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    numbers: Vec<u64>,
    timers: Vec<PendingTimer>,
    /// How many windows it was merged from. The engine keeps the state of each (`MergeableStateAdapter`): a timer is set in
    /// the first part and cancelled in all.
    parts: u32,
    has_news: bool,
}

/// A timer that a trigger has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PendingTimer {
    name: TimerName,
    part: u32,
    /// By which clock.
    pub(super) clock: TimeDomain,
    /// When, in ms of that clock.
    pub(super) at: i64,
    announced: bool,
}

/// What a timer is called: by the place of its trigger in the tree; the default trigger's by the window too. Setting a timer
/// of the same name moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimerName {
    /// The trigger.
    pub(super) node: u16,
    /// The window, where the trigger says so.
    pub(super) window: Option<Window>,
}

impl State {
    /// Of a window that nothing has happened to yet; it counts as one part.
    pub(super) fn new() -> State {
        State {
            parts: 1,
            ..State::default()
        }
    }

    /// Of a window that is only there to take others in.
    pub(super) fn merging() -> State {
        State::default()
    }

    /// The number in a slot, 0 at first.
    #[inline]
    pub(super) fn number(&self, slot: u16) -> u64 {
        self.numbers.get(slot as usize).copied().unwrap_or(0)
    }

    /// Changes the number in a slot.
    #[inline]
    pub(super) fn set_number(&mut self, slot: u16, number: u64) {
        let slot = slot as usize;
        if self.numbers.len() <= slot {
            self.numbers.resize(slot + 1, 0);
        }
        self.numbers[slot] = number;
    }

    /// Sets a timer, or moves the one of this name.
    #[inline]
    pub(super) fn set_timer(&mut self, name: TimerName, clock: TimeDomain, at: i64) {
        let timer = PendingTimer {
            name,
            part: 0,
            clock,
            at,
            announced: false,
        };
        match self
            .timers
            .iter_mut()
            .find(|known| known.part == 0 && known.name == name)
        {
            Some(known) if known.at == at => return,
            Some(known) => *known = timer,
            None => self.timers.push(timer),
        }
        self.has_news = true;
    }

    /// Cancels the timers of this name, in all parts.
    pub(super) fn clear_timer(&mut self, name: TimerName) {
        self.timers.retain(|timer| timer.name != name);
    }

    /// Takes another window's timers in, behind its own; they have to be waited for anew.
    pub(super) fn take_timers(&mut self, other: State) {
        for timer in other.timers {
            self.has_news = true;
            self.timers.push(PendingTimer {
                part: timer.part + self.parts,
                announced: false,
                ..timer
            });
        }
        self.parts += other.parts;
    }

    /// Whether there are timers that nobody waits for yet.
    #[inline]
    pub(super) fn has_news(&self) -> bool {
        self.has_news
    }

    /// The timers that nobody waits for yet; from then on somebody does.
    pub(super) fn news(&mut self) -> impl Iterator<Item = (TimeDomain, i64)> {
        self.has_news = false;
        self.timers.iter_mut().filter_map(|timer| {
            let known = std::mem::replace(&mut timer.announced, true);
            (!known).then_some((timer.clock, timer.at))
        })
    }

    /// Takes out the timers that are due, the earliest first.
    pub(super) fn take_due(&mut self, clock: TimeDomain, now: i64, due: &mut Vec<PendingTimer>) {
        due.clear();
        self.timers.retain(|timer| {
            let is_due = timer.clock == clock && timer.at <= now;
            if is_due {
                due.push(*timer);
            }
            !is_due
        });
        sort_by_key(due, |timer| timer.at);
    }

    /// The pending timers: by which clock, when.
    pub(super) fn timers(&self) -> impl Iterator<Item = (TimeDomain, i64)> {
        self.timers.iter().map(|timer| (timer.clock, timer.at))
    }

    /// What it takes to store its numbers, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        8 * self.numbers.len() as u64
    }
}
