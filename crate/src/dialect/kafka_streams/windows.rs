//! Tumbling and hopping windows: `KStreamWindowAggregate` of Kafka Streams 3.9.

use super::{Cell, Taken, Task};
use crate::fact::{Fact, FactId, Recorder};
use crate::model::{Event, Window};
use crate::time::EventTime;

impl Task {
    /// Adds a record to those of its windows that are open: `end > stream time - grace`, each on its own.
    ///
    /// Windows are aligned to 0 and none starts before it (`TimeWindows.windowsFor`).
    #[inline]
    pub(super) fn add_to_windows<R: Recorder>(
        &mut self,
        event: &Event,
        (size, slide): (i64, i64),
        arrived: FactId,
        recorder: &mut R,
    ) {
        let ts = event.ts.ms();
        let close = self.stream_time - self.grace;
        let mut taken = Taken::default();
        let mut start = (ts - size + slide).max(0) / slide * slide;
        while start <= ts {
            let window = Window::new(EventTime(start), EventTime(start + size));
            if window.end.ms() > close {
                taken.by_some = true;
                self.add(event, window, arrived, recorder);
            } else {
                self.refuse(event, window, &mut taken, arrived, recorder);
            }
            start += slide;
        }
        self.tell_late(event, taken, arrived, recorder);
    }

    /// Adds a record to what a look-up finds of a window, or to nothing, and passes the update on.
    #[inline]
    fn add<R: Recorder>(
        &mut self,
        event: &Event,
        window: Window,
        arrived: FactId,
        recorder: &mut R,
    ) {
        let key = event.key;
        let (count, latest) = if let Some(cell) = self.store.look_up(key, window) {
            cell.add(event);
            let told = (cell.contents.count, cell.latest);
            self.store.wrote(window);
            told
        } else {
            let mut cell = Cell {
                contents: self.aggregate.empty(),
                latest: event.ts.ms(),
            };
            cell.add(event);
            self.store.put(key, window, cell, arrived, recorder);
            (1, event.ts.ms())
        };
        let added = recorder.note(arrived, || Fact::Added {
            event: event.index,
            key,
            window,
            count,
        });
        self.forward(key, window, latest, added, recorder);
    }
}
