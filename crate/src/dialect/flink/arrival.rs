//! What becomes of an event: from its source through its windows to the trigger.

use super::trigger::Trigger;
use super::{Cell, Flink};
use crate::fact::{Check, Fact, FactId, Recorder, Rule};
use crate::model::{Event, Window};
use crate::state::Slot;
use crate::time::EventTime;
use crate::window::TimeDomain;

/// Windows in which nothing has to be decided about another event of a key that is there already, as long as the watermark has
/// not reached their end: the only ones for the instants inside, of a trigger that waits for their end. Nearly every event of a large
/// run finds its cell in one of two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quiet {
    /// The earlier one first.
    windows: [(Window, Slot); 2],
}

impl Quiet {
    const NOWHERE: (Window, Slot) = (
        Window::new(EventTime(i64::MAX), EventTime(i64::MIN)),
        Slot::NONE,
    );

    /// None yet.
    pub(super) const NONE: Quiet = Quiet {
        windows: [Self::NOWHERE; 2],
    };

    /// The only window that an instant could be in, and where its cells are.
    #[inline]
    fn near(&self, time: EventTime) -> (Window, Slot) {
        // Not a jump: where one window follows another, events go to and fro between them.
        self.windows[usize::from(time >= self.windows[1].0.start)]
    }

    /// Remembers a window, and of those before it the latest.
    fn remember(&mut self, window: Window, slot: Slot) {
        let [_, later] = self.windows;
        self.windows = if later == Self::NOWHERE {
            [Self::NOWHERE, (window, slot)]
        } else if window.start >= later.0.start {
            [later, (window, slot)]
        } else {
            [(window, slot), later]
        };
    }
}

impl Flink {
    /// One event, from source to trigger.
    #[inline]
    pub(super) fn on_event<R: Recorder>(&mut self, event: &Event, recorder: &mut R) {
        let arrived = recorder.note(FactId::NONE, || Fact::Arrived { event: event.index });
        self.add_event(event, arrived, recorder);
        self.tell_source(event, arrived, recorder);
    }

    /// The watermark of an event's source, once the event is where it belongs.
    #[inline]
    fn tell_source<R: Recorder>(&mut self, event: &Event, arrived: FactId, recorder: &mut R) {
        let generator = self.generators.get_mut(event.source as usize);
        let told = generator.and_then(|generator| generator.on_event(event));
        if let Some(watermark) = told {
            self.source_watermark(event.source, watermark, arrived, recorder);
        }
    }

    /// Does what [`Flink::on_event`] does with the first of some events, as long as they have cells in one quiet window, see
    /// [`Quiet`], and the watermark stays; how many they were.
    #[inline]
    pub(super) fn add_quietly<R: Recorder>(&mut self, events: &[Event], recorder: &mut R) -> usize {
        let Some(&Event { ts, source, .. }) = events.first() else {
            return 0;
        };
        let (window, slot) = self.quiet.near(ts);
        let (Some(cells), Some(generator)) = (
            self.cells.table(slot),
            self.generators.get_mut(source as usize),
        ) else {
            return 0;
        };
        if self.combiner.watermark().reached(window.max_timestamp()) {
            return 0;
        }
        let settled = generator.settled();
        let mut left = events.iter();
        let mut risen = None;
        let added = loop {
            let before = left.len();
            let Some(event) = left.next() else {
                break events.len();
            };
            if !window.contains(event.ts) || event.source != source {
                break events.len() - before;
            }
            let Some(Some(cell)) = cells.get_mut(event.key.0 as usize) else {
                break events.len() - before;
            };
            let arrived = recorder.note(FactId::NONE, || Fact::Arrived { event: event.index });
            cell.add(event, window, arrived, recorder);
            if event.ts > settled {
                risen = Some((event, arrived));
                break events.len() - left.len();
            }
        };
        generator.count(added as u32 - u32::from(risen.is_some()));
        if let Some((event, arrived)) = risen {
            self.tell_source(event, arrived, recorder);
        }
        added
    }

    /// Whether windows cut like this, with this trigger, are ever quiet.
    fn has_quiet_windows(&self) -> bool {
        let waits = match self.trigger {
            Trigger::EventTime | Trigger::Never => true,
            Trigger::ProcessingTime
            | Trigger::Count(_)
            | Trigger::ContinuousEventTime(_)
            | Trigger::ContinuousProcessingTime(_) => false,
        };
        waits && self.clock_domain == TimeDomain::Event && self.assigner.is_partition()
    }

    /// [`Flink::on_event`], and remembers the event's window if that is a quiet one.
    #[inline(never)]
    pub(super) fn add_and_remember<R: Recorder>(&mut self, event: &Event, recorder: &mut R) {
        self.on_event(event, recorder);
        if !self.has_quiet_windows() || self.quiet.near(event.ts).0.contains(event.ts) {
            return;
        }
        let window = self.assigner.windows(event.ts).next();
        if let Some(window) = window
            && let Some(slot) = self.cells.slot(window)
        {
            self.quiet.remember(window, slot);
        }
    }

    #[inline]
    fn add_event<R: Recorder>(&mut self, event: &Event, arrived: FactId, recorder: &mut R) {
        let instant = match self.clock_domain {
            TimeDomain::Event => event.ts,
            TimeDomain::Processing => EventTime(self.clock.ms()),
        };
        let mut taken = false;
        self.refused = None;
        for window in self.assigner.windows(instant) {
            taken |= self.offer(event, window, arrived, recorder);
        }
        if !taken {
            self.not_taken(event, arrived, recorder);
        }
    }

    /// Puts an event into one of its windows, unless that takes nothing more.
    #[inline]
    fn offer<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        arrived: FactId,
        recorder: &mut R,
    ) -> bool {
        let (window, cause) = if self.merges {
            self.merge_in(event, window, arrived, recorder)
        } else {
            (window, arrived)
        };
        if self.is_over(window) {
            self.refuse(event, window, cause, recorder);
            return false;
        }
        self.add_to_window(event, window, cause, recorder);
        true
    }

    /// One of an event's windows takes nothing more.
    #[inline(never)]
    fn refuse<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        if self.merges {
            self.sessions.remove(event.key, window);
        }
        self.refused = Some(window);
        recorder.note(cause, || Fact::WindowClosed {
            event: event.index,
            key: event.key,
            window,
            check: self.window_check(window),
        });
    }

    /// An event that no window took: late if it is behind the watermark, otherwise it fell between windows.
    #[inline(never)]
    fn not_taken<R: Recorder>(&mut self, event: &Event, arrived: FactId, recorder: &mut R) {
        let window = self.refused;
        let watermark = self.combiner.watermark();
        if self.clock_domain == TimeDomain::Event && watermark.reached(event.ts + self.lateness) {
            let check = window.map_or(
                Check {
                    rule: Rule::FlinkElementLate,
                    time: event.ts,
                    slack: self.lateness,
                    against: watermark,
                },
                |window| self.window_check(window),
            );
            let fate = self.late_fate;
            recorder.note(arrived, || Fact::Late {
                event: event.index,
                key: event.key,
                window,
                check,
                fate,
            });
        } else {
            recorder.note(arrived, || Fact::NoWindow { event: event.index });
        }
    }

    #[inline]
    fn add_to_window<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        let key = event.key;
        let (added, since_fired, is_first) = match self.cells.get_mut(key, window) {
            Some(cell) => (
                cell.add(event, window, cause, recorder),
                cell.since_fired,
                false,
            ),
            None => (self.open(event, window, cause, recorder), 1, true),
        };
        let watermark = self.combiner.watermark();
        if self.trigger.acts(window, is_first, since_fired, watermark) {
            self.trigger_on_event(key, window, event.ts, added, recorder);
        }
        if is_first {
            self.set_clean_up(key, window, added, recorder);
        }
    }

    /// The first event of a key and window. Rare, so kept out of the way of the others.
    #[inline(never)]
    fn open<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) -> FactId {
        let cell = Cell::new(self.aggregate);
        let cell = self.cells.insert(event.key, window, cell);
        cell.add(event, window, cause, recorder)
    }
}
