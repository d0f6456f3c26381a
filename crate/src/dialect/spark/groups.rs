//! Aggregation by key and fixed window, or by key alone, and what every aggregation writes in each output mode.

use super::{Batch, LateGroups};
use crate::aggregate::{Accumulator, Aggregate};
use crate::dialect::{CellView, cell_bytes};
use crate::fact::{Fact, FactId, Recorder, Why};
use crate::model::{Event, KeyId, Window};
use crate::scenario::OutputMode;
use crate::sorted::sort_by;
use crate::state::Cells;
use crate::window::{Assigner, WindowSpec};

/// `groupBy(window(ts, …), key)` or `groupBy(key)` (Spark 4.3 `StateStoreSaveExec`).
#[derive(Clone, Debug)]
pub(super) struct Aggregation {
    /// Whether rows of windows that are over are dropped: not in complete mode, and not without event time in the grouping.
    drops_late: bool,
    assigner: Assigner,
    groups: Groups,

    // Of one batch only.
    windows: Vec<Window>,
    late: LateGroups,
}

/// The groups of an aggregation.
///
/// State: one cell per key and window. Merging: sessions take and put. Lifetime: until the watermark of a batch has reached the
/// window's end, in append and update mode; otherwise the run.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    aggregate: Aggregate,
    mode: OutputMode,
    evicts: bool,
    cells: Cells<Group>,
    /// The groups that the batch has changed so far; only update mode asks.
    changed: Vec<(Window, KeyId)>,
}

/// One group's contents.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) contents: Accumulator,
    /// The last batch that changed it.
    changed_in: u32,
}

impl Aggregation {
    pub(super) fn new(
        window: WindowSpec,
        aggregate: Option<Aggregate>,
        mode: OutputMode,
        watermarked: bool,
    ) -> Aggregation {
        let timed = watermarked && !matches!(window, WindowSpec::Global);
        Aggregation {
            drops_late: timed && mode != OutputMode::Complete,
            assigner: Assigner::new(window),
            groups: Groups::new(aggregate, mode, timed),
            windows: Vec::new(),
            late: LateGroups::default(),
        }
    }

    pub(super) fn run<R: Recorder>(&mut self, batch: &Batch, events: &[Event], recorder: &mut R) {
        for event in events {
            self.add(batch, event, recorder);
        }
        let late = self.late.take_count();
        batch.tell_late_rows(late, recorder);
        self.groups.finish(batch, recorder);
    }

    #[inline]
    fn add<R: Recorder>(&mut self, batch: &Batch, event: &Event, recorder: &mut R) {
        self.assigner.assign(event.ts, &mut self.windows);
        let mut taken = false;
        for &window in &self.windows {
            if self.drops_late && batch.is_late(window) {
                self.late.add::<R>(window, event.key, 0);
                batch.tell_window_closed(event, window, recorder);
                continue;
            }
            taken = true;
            self.groups.add(batch, event, window, recorder);
        }
        // Windows come latest first: where that one is over, they all are.
        if let (false, Some(&window)) = (taken, self.windows.first()) {
            batch.tell_late(event, Some(window), batch.late_check(window), recorder);
        }
    }

    pub(super) fn cells(&self) -> Vec<CellView> {
        self.groups.cells()
    }

    pub(super) fn groups(&self) -> &Groups {
        &self.groups
    }
}

impl Groups {
    /// `timed`: there is a watermark and event time in the grouping.
    pub(super) fn new(aggregate: Option<Aggregate>, mode: OutputMode, timed: bool) -> Groups {
        Groups {
            aggregate: aggregate.unwrap_or(Aggregate::Count),
            mode,
            evicts: timed && mode != OutputMode::Complete,
            cells: Cells::default(),
            changed: Vec::new(),
        }
    }

    /// Adds an event to its group.
    #[inline]
    pub(super) fn add<R: Recorder>(
        &mut self,
        batch: &Batch,
        event: &Event,
        window: Window,
        recorder: &mut R,
    ) {
        let key = event.key;
        let updates = self.mode == OutputMode::Update;
        let group = if let Some(group) = self.cells.get_mut(key, window) {
            group
        } else {
            let contents = self.aggregate.empty();
            self.put(batch, key, window, contents)
        };
        group.contents.add(event);
        let count = group.contents.count;
        if updates && group.changed_in != batch.number {
            group.changed_in = batch.number;
            self.changed.push((window, key));
        }
        recorder.note(batch.fact, || Fact::Added {
            event: event.index,
            key,
            window,
            count,
        });
    }

    /// An empty accumulator of the aggregate.
    pub(super) fn empty(&self) -> Accumulator {
        self.aggregate.empty()
    }

    /// Whether there is such a group.
    pub(super) fn has(&self, key: KeyId, window: Window) -> bool {
        self.cells.get(key, window).is_some()
    }

    /// Takes a group out, to merge it into another.
    pub(super) fn take(&mut self, key: KeyId, window: Window) -> Option<Group> {
        self.cells.remove(key, window)
    }

    /// Puts a group where there is none.
    pub(super) fn put(
        &mut self,
        batch: &Batch,
        key: KeyId,
        window: Window,
        contents: Accumulator,
    ) -> &mut Group {
        // Not changed in this batch until an event comes.
        let changed_in = batch.number.wrapping_sub(1);
        let group = Group {
            contents,
            changed_in,
        };
        self.cells.insert(key, window, group)
    }

    /// Writes what the output mode says, and evicts what is over; returns what was evicted.
    pub(super) fn finish<R: Recorder>(
        &mut self,
        batch: &Batch,
        recorder: &mut R,
    ) -> Vec<(KeyId, Window)> {
        let batch_number = batch.number;
        match self.mode {
            OutputMode::Append => {}
            OutputMode::Complete if !R::ON => {}
            OutputMode::Update => {
                sort_by(&mut self.changed, Ord::cmp);
                let why = Why::ChangedInBatch {
                    batch: batch_number,
                };
                for &(window, key) in &self.changed {
                    self.emit(key, window, why, batch.fact, recorder);
                }
                self.changed.clear();
            }
            OutputMode::Complete => {
                for (key, window, group) in self.cells.iter() {
                    recorder.note(batch.fact, || Fact::Emitted {
                        key,
                        window,
                        value: Some(self.aggregate.value(&group.contents)),
                        pane: None,
                        why: Why::WholeTable {
                            batch: batch_number,
                        },
                    });
                }
            }
        }
        self.evict(batch, recorder)
    }

    /// Forgets every window that ends at or before the watermark of the batch; append mode writes it first, update mode is
    /// silent.
    fn evict<R: Recorder>(&mut self, batch: &Batch, recorder: &mut R) -> Vec<(KeyId, Window)> {
        if !self.evicts {
            return Vec::new();
        }
        let over: Vec<(KeyId, Window)> = self
            .cells
            .iter()
            .take_while(|(_, window, _)| batch.evict_by.reached(window.end))
            .map(|(key, window, _)| (key, window))
            .collect();
        for &(key, window) in &over {
            let check = batch.over_check(window);
            let mut cause = batch.fact;
            if self.mode == OutputMode::Append {
                cause = self.emit(key, window, Why::WindowOver { check }, cause, recorder);
            }
            self.cells.remove(key, window);
            recorder.note(cause, || Fact::Evicted { key, window, check });
        }
        over
    }

    fn emit<R: Recorder>(
        &self,
        key: KeyId,
        window: Window,
        why: Why,
        cause: FactId,
        recorder: &mut R,
    ) -> FactId {
        recorder.note(cause, || Fact::Emitted {
            key,
            window,
            value: self
                .cells
                .get(key, window)
                .map(|group| self.aggregate.value(&group.contents)),
            pane: None,
            why,
        })
    }

    pub(super) fn cells(&self) -> Vec<CellView> {
        self.cells
            .iter()
            .map(|(key, window, group)| CellView {
                key,
                window,
                accumulator: group.contents.clone(),
                extra_bytes: 0,
                timers: Vec::new(),
            })
            .collect()
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn bytes(&self) -> u64 {
        (self.cells.iter())
            .map(|(.., group)| cell_bytes(group.contents.bytes(self.aggregate), 0, 0))
            .sum()
    }
}
