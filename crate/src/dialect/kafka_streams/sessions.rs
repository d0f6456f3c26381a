//! Session windows: `KStreamSessionWindowAggregate` of Kafka Streams 3.9. Both ends of a session are inside it.

use super::{Cell, Taken, Task};
use crate::fact::{Fact, FactId, Recorder};
use crate::model::{Event, KeyId, Window};
use crate::time::{EventTime, Span};

impl Task {
    /// Adds a record to its session: that of all sessions no further than the gap away.
    ///
    /// The merged session is judged, so a record that is late by itself is saved by an open session that it joins. Sessions that
    /// the store hides are not found: the record starts one of its own.
    pub(super) fn add_to_session<R: Recorder>(
        &mut self,
        event: &Event,
        gap: i64,
        arrived: FactId,
        recorder: &mut R,
    ) {
        let point = Window::new(event.ts, event.ts);
        let mut found = std::mem::take(&mut self.found);
        self.find_sessions(event, Span(gap), &mut found, arrived, recorder);
        let merged = found.iter().fold(point, |all, other| all.cover(*other));
        if merged.end.ms() < self.stream_time - self.grace - gap {
            let mut taken = Taken::default();
            self.refuse(event, merged, &mut taken, arrived, recorder);
            self.tell_late(event, taken, arrived, recorder);
        } else {
            // A session of one instant that is hit again stays what it is: nothing is withdrawn.
            if merged != point {
                for &session in &found {
                    self.withdraw(event.key, session, arrived, recorder);
                }
            }
            let cause = self.merge(event.key, &found, merged, arrived, recorder);
            self.add_to_merged(event, merged, cause, recorder);
        }
        found.clear();
        self.found = found;
    }

    /// The sessions that a look-up finds within the gap, by their ends (`SessionStore.findSessions`).
    fn find_sessions<R: Recorder>(
        &self,
        event: &Event,
        gap: Span,
        found: &mut Vec<Window>,
        arrived: FactId,
        recorder: &mut R,
    ) {
        found.clear();
        for session in self
            .store
            .windows_from(event.key, event.ts - gap)
            .filter(|session| session.start <= event.ts + gap)
        {
            if self.store.sees(session) {
                found.push(session);
            } else {
                recorder.note(arrived, || Fact::WindowClosed {
                    event: event.index,
                    key: event.key,
                    window: session,
                    check: self.store.hidden_check(session),
                });
            }
        }
    }

    /// Makes one session of those found; their contents in the order of their ends.
    fn merge<R: Recorder>(
        &mut self,
        key: KeyId,
        found: &[Window],
        merged: Window,
        arrived: FactId,
        recorder: &mut R,
    ) -> FactId {
        if found.is_empty() || found == [merged] {
            return arrived;
        }
        let mut all = self.aggregate.empty();
        let mut cause = arrived;
        if !found.contains(&merged) {
            self.store.overwrite(key, merged, arrived, recorder);
        }
        for &from in found {
            if let Some(cell) = self.store.take(key, from) {
                all.merge(&cell.contents);
            }
            cause = recorder.note(arrived, || Fact::Merged {
                key,
                from,
                into: merged,
            });
        }
        let cell = Cell {
            contents: all,
            latest: merged.end.ms(),
        };
        self.store.put(key, merged, cell, cause, recorder);
        cause
    }

    fn add_to_merged<R: Recorder>(
        &mut self,
        event: &Event,
        merged: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        let key = event.key;
        let count = if let Some(cell) = self.store.look_up(key, merged) {
            cell.add(event);
            let count = cell.contents.count;
            self.store.wrote(merged);
            count
        } else {
            let mut cell = Cell {
                contents: self.aggregate.empty(),
                latest: EventTime::ms(event.ts),
            };
            cell.add(event);
            self.store.put(key, merged, cell, cause, recorder);
            1
        };
        let added = recorder.note(cause, || Fact::Added {
            event: event.index,
            key,
            window: merged,
            count,
        });
        self.forward(key, merged, merged.end.ms(), added, recorder);
    }
}
