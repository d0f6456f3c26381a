//! Windows that merge: `MergeableStateAdapter` and `Sessions.merge` of Beam 2.77.

use super::state::State;
use super::trigger::{Context, Trigger};
use super::{Beam, Cell};
use crate::fact::{Fact, FactId, Recorder};
use crate::model::{KeyId, Window};
use crate::sorted::sort_by_key;

impl Beam {
    /// Puts an element's own window among the key's sessions, and merges all that share an instant with it.
    pub(super) fn merge_in<R: Recorder>(
        &mut self,
        key: KeyId,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) -> (Window, FactId) {
        let (merged, mut old) = self.sessions.add(key, window);
        if old.is_empty() || old == [window] {
            return (merged, cause);
        }
        sort_by_key(&mut old, |window| window.start);
        // A window whose bounds stay keeps its panes and comes first; the others follow by their starts.
        let mut cell = self
            .cells
            .remove(key, merged)
            .unwrap_or_else(|| Cell::new(self.aggregate, State::merging()));
        let mut last = cause;
        for &from in old.iter().filter(|from| **from != merged) {
            let Some(other) = self.cells.remove(key, from) else {
                continue;
            };
            if let Some(end) = other.hold {
                self.holds.release(end);
                self.holds.hold(&mut cell.hold, end);
            }
            cell.absorb(&self.trigger, other);
            last = recorder.note(cause, || Fact::Merged {
                key,
                from,
                into: merged,
            });
        }
        old.push(window);
        let mut context = Context {
            state: &mut cell.trigger,
            window: merged,
            now: self.clock.unwrap_or_default(),
        };
        self.trigger.on_merge(&old, &mut context);
        self.cells.insert(key, merged, cell);
        (merged, last)
    }
}

impl Cell {
    /// Takes the state of a window that is no more in; its panes no longer count, and its hold has been taken over.
    fn absorb(&mut self, trigger: &Trigger, other: Cell) {
        self.contents.merge(&other.contents);
        trigger.merge(&mut self.trigger, other.trigger);
        self.finished |= other.finished;
        self.standing.extend(other.standing);
    }
}
