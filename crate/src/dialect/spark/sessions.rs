//! Aggregation by key and session window: rows and stored sessions that touch become one, a whole batch at a time.
//!
//! ```text
//! stored   |-----|            |------|            sorted by start, swept once per key
//! rows         |---|  |---|
//! after    |-------|  |---|   |------|
//! ```

use super::groups::Groups;
use super::{Batch, LateGroups};
use crate::aggregate::Aggregate;
use crate::dialect::CellView;
use crate::fact::{Fact, Recorder};
use crate::model::{Event, KeyId, Window};
use crate::scenario::OutputMode;
use crate::sorted::sort_by;
use crate::time::Span;
use crate::window::Touching;

/// `groupBy(session_window(ts, gap), key)` (Spark 4.3 `SessionWindowStateStoreRestoreExec`, `MergingSessionsExec`,
/// `SessionWindowStateStoreSaveExec`).
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    gap: Span,
    /// Late rows are dropped in every mode, complete too: before they are merged, each by its own `[ts, ts + gap)`.
    drops_late: bool,
    groups: Groups,
    /// The stored sessions of each key, by start; no two of a key touch.
    stored: Vec<Vec<Window>>,

    // Of one batch only.
    rows: Vec<(KeyId, Window, usize)>,
    late: LateGroups,
}

impl Sessions {
    pub(super) fn new(
        gap: Span,
        aggregate: Option<Aggregate>,
        mode: OutputMode,
        watermarked: bool,
    ) -> Sessions {
        Sessions {
            gap,
            drops_late: watermarked,
            groups: Groups::new(aggregate, mode, watermarked),
            stored: Vec::new(),
            rows: Vec::new(),
            late: LateGroups::default(),
        }
    }

    pub(super) fn run<R: Recorder>(&mut self, batch: &Batch, events: &[Event], recorder: &mut R) {
        let mut rows = std::mem::take(&mut self.rows);
        for (place, event) in events.iter().enumerate() {
            let window = Window::new(event.ts, event.ts + self.gap);
            if self.drops_late && batch.is_late(window) {
                // Rows of one key and time are added up before they are judged, but only within their own source's partition
                // (Spark 4.3 `AggUtils.planStreamingAggregationForSession`: no merge between the shuffle and the filter).
                self.late.add::<R>(window, event.key, event.source);
                batch.tell_window_closed(event, window, recorder);
                batch.tell_late(event, Some(window), batch.late_check(window), recorder);
            } else {
                rows.push((event.key, window, place));
            }
        }
        let late = self.late.take_count();
        batch.tell_late_rows(late, recorder);

        // All rows of a session have one length, so that by start is by end as well.
        sort_by(&mut rows, Ord::cmp);
        for of_key in rows.chunk_by(|a, b| a.0 == b.0) {
            self.merge_key(batch, of_key, events, recorder);
        }
        rows.clear();
        self.rows = rows;

        for (key, window) in self.groups.finish(batch, recorder) {
            if let Some(stored) = self.stored.get_mut(key.0 as usize) {
                stored.retain(|other| *other != window);
            }
        }
    }

    /// Sweeps one key's rows and stored sessions from the earliest start on, and settles each session they make.
    fn merge_key<R: Recorder>(
        &mut self,
        batch: &Batch,
        rows: &[(KeyId, Window, usize)],
        events: &[Event],
        recorder: &mut R,
    ) {
        let Some(&(key, ..)) = rows.first() else {
            return;
        };
        let number = key.0 as usize;
        if self.stored.len() <= number {
            self.stored.resize(number + 1, Vec::new());
        }
        let stored = std::mem::take(&mut self.stored[number]);
        let mut after = Vec::with_capacity(stored.len() + 1);
        let (mut old, mut new) = (0, 0);
        while old < stored.len() || new < rows.len() {
            let (first_old, first_new) = (old, new);
            let mut session: Option<Window> = None;
            loop {
                let next_old = stored.get(old).copied();
                let next_new = rows.get(new).map(|row| row.1);
                let takes_old = match (next_old, next_new) {
                    (Some(a), Some(b)) => a.start <= b.start,
                    (a, _) => a.is_some(),
                };
                let Some(next) = (if takes_old { next_old } else { next_new }) else {
                    break;
                };
                session = match session {
                    None => Some(next),
                    Some(session) if Touching::Merges.merges(session, next) => {
                        Some(session.cover(next))
                    }
                    Some(_) => break,
                };
                old += usize::from(takes_old);
                new += usize::from(!takes_old);
            }
            let Some(session) = session else { break };
            after.push(session);
            if first_new < new {
                self.merge_into(batch, key, session, &stored[first_old..old], recorder);
                let mut places: Vec<usize> = rows[first_new..new].iter().map(|row| row.2).collect();
                sort_by(&mut places, Ord::cmp);
                for place in places {
                    self.groups.add(batch, &events[place], session, recorder);
                }
            }
        }
        self.stored[number] = after;
    }

    /// Puts the contents of stored sessions into the one that covers them.
    fn merge_into<R: Recorder>(
        &mut self,
        batch: &Batch,
        key: KeyId,
        session: Window,
        old: &[Window],
        recorder: &mut R,
    ) {
        if old.is_empty() || self.groups.has(key, session) {
            return;
        }
        let mut contents = self.groups.empty();
        for &from in old {
            if let Some(group) = self.groups.take(key, from) {
                contents.merge(&group.contents);
            }
            recorder.note(batch.fact, || Fact::Merged {
                key,
                from,
                into: session,
            });
        }
        self.groups.put(batch, key, session, contents);
    }

    pub(super) fn cells(&self) -> Vec<CellView> {
        self.groups.cells()
    }

    pub(super) fn groups(&self) -> &Groups {
        &self.groups
    }
}
