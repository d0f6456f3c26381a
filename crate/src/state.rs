//! Keyed state: one cell per key and window.
//!
//! Windows come first and keys second, because a watermark closes a window for all its keys at once; a window's keys lie in a
//! table by key number, so that reaching a cell is two look-ups without hashing. Knows nothing of what is in a cell.

use crate::model::{KeyId, Window};
use crate::sorted::Numbers;
use crate::time::EventTime;

/// Windows remembered as recently used.
const RECENT: usize = 4;

/// Cells by window and key.
///
/// State: one cell per key and window. Merging: the dialect takes and inserts. Lifetime: until removed.
#[derive(Clone, Debug)]
pub struct Cells<T> {
    // Those in no use keep their space: the next window's cells lie in it.
    tables: Vec<Table<T>>,
    slots: Slots,
    len: usize,
}

/// Where the cells of a window are, as long as it has any: for those who come back to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(usize);

impl Slot {
    /// Where no cells are.
    pub const NONE: Slot = Slot(usize::MAX);
}

/// Which table each window has; the same code whatever is in the cells.
#[derive(Clone, Debug)]
struct Slots {
    by_window: Numbers<Window>,
    recent: [(Window, usize); RECENT],
    free: Vec<usize>,
}

/// The cells of one window.
///
/// Those with low key numbers lie in a table, the others in a sorted list. The table reaches as far as a quarter of it is
/// filled, so that a few keys with high numbers do not cost space for all that could be in between.
#[derive(Clone, Debug)]
struct Table<T> {
    dense: Vec<Option<T>>,
    // Sorted, all of them beyond the table; their cells in the same order.
    sparse_keys: Vec<KeyId>,
    sparse: Vec<T>,
    len: usize,
}

/// What is remembered where no window is.
const NOWHERE: Window = Window::new(EventTime(i64::MAX), EventTime(i64::MIN));

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Cells {
            tables: Vec::new(),
            slots: Slots {
                by_window: Numbers::default(),
                recent: [(NOWHERE, 0); RECENT],
                free: Vec::new(),
            },
            len: 0,
        }
    }
}

impl<T> Cells<T> {
    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The cell of a key and window.
    #[inline]
    pub fn get_mut(&mut self, key: KeyId, window: Window) -> Option<&mut T> {
        let slot = self.slots.find(window)?;
        self.tables[slot].get_mut(key)
    }

    /// Where the cells of a window are, if it has any.
    pub fn slot(&mut self, window: Window) -> Option<Slot> {
        self.slots.find(window).map(Slot)
    }

    /// The cells of a window by key number, unless it has lost all since its slot was asked for. Those of high key numbers may not be
    /// among them.
    #[inline]
    pub fn table(&mut self, slot: Slot) -> Option<&mut [Option<T>]> {
        let table = self.tables.get_mut(slot.0)?;
        Some(&mut table.dense)
    }

    /// The cell of a key and window.
    pub fn get(&self, key: KeyId, window: Window) -> Option<&T> {
        let slot = self.slots.by_window.get(window)?;
        self.tables[slot as usize].get(key)
    }

    /// Puts a cell where there is none yet, and returns it.
    pub fn insert(&mut self, key: KeyId, window: Window, cell: T) -> &mut T {
        let slot = self.slots.find_or_add(window);
        if slot == self.tables.len() {
            self.tables.push(Table::default());
        }
        let table = &mut self.tables[slot];
        debug_assert!(
            table.get(key).is_none(),
            "a cell is put where there is none"
        );
        self.len += 1;
        table.insert(key, cell)
    }

    /// Takes a cell out.
    pub fn remove(&mut self, key: KeyId, window: Window) -> Option<T> {
        let slot = self.slots.find(window)?;
        let table = &mut self.tables[slot];
        let cell = table.remove(key)?;
        self.len -= 1;
        if table.len == 0 {
            self.slots.remove(window, slot);
        }
        Some(cell)
    }

    /// Every cell, by window (in the order in which they close), then key.
    pub fn iter(&self) -> impl Iterator<Item = (KeyId, Window, &T)> {
        (self.slots.by_window.iter()).flat_map(|(window, slot)| self.of_window(window, slot))
    }

    /// The cells of the windows from one to another, both included, by window, then key.
    pub fn within(&self, from: Window, to: Window) -> impl Iterator<Item = (KeyId, Window, &T)> {
        (self.slots.by_window.within(from, to))
            .flat_map(|(window, slot)| self.of_window(window, slot))
    }

    /// The windows that have cells, in the order in which they close.
    pub fn windows(&self) -> impl Iterator<Item = Window> {
        self.slots.by_window.iter().map(|(window, _)| window)
    }

    fn of_window(&self, window: Window, slot: u32) -> impl Iterator<Item = (KeyId, Window, &T)> {
        (self.tables[slot as usize].iter()).map(move |(key, cell)| (key, window, cell))
    }
}

impl Slots {
    #[inline]
    fn find(&mut self, window: Window) -> Option<usize> {
        let (recent, slot) = self.recent[recent_place(window)];
        if recent == window {
            return Some(slot);
        }
        self.look_up(window)
    }

    #[inline(never)]
    fn look_up(&mut self, window: Window) -> Option<usize> {
        let slot = self.by_window.get(window)? as usize;
        self.recent[recent_place(window)] = (window, slot);
        Some(slot)
    }

    #[inline(never)]
    fn find_or_add(&mut self, window: Window) -> usize {
        if let Some(slot) = self.find(window) {
            return slot;
        }
        // Slots are numbered in turn: those that are not free are those of the windows there are.
        let slot = (self.free.pop()).unwrap_or_else(|| self.by_window.len());
        self.by_window.insert(window, slot as u32);
        slot
    }

    #[inline(never)]
    fn remove(&mut self, window: Window, slot: usize) {
        self.free.push(slot);
        self.by_window.remove(window);
        let recent = &mut self.recent[recent_place(window)];
        if recent.0 == window {
            *recent = (NOWHERE, 0);
        }
    }
}

/// Where a window is remembered: neighbouring windows in different places.
#[inline]
fn recent_place(window: Window) -> usize {
    let mixed = (window.end.ms() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 62) as usize
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table {
            dense: Vec::new(),
            sparse_keys: Vec::new(),
            sparse: Vec::new(),
            len: 0,
        }
    }
}

impl<T> Table<T> {
    #[inline]
    fn get_mut(&mut self, key: KeyId) -> Option<&mut T> {
        match self.dense.get_mut(key.0 as usize) {
            Some(cell) => cell.as_mut(),
            None => self.sparse.get_mut(find(&self.sparse_keys, key).ok()?),
        }
    }

    fn get(&self, key: KeyId) -> Option<&T> {
        match self.dense.get(key.0 as usize) {
            Some(cell) => cell.as_ref(),
            None => self.sparse.get(find(&self.sparse_keys, key).ok()?),
        }
    }

    /// Puts a cell where there is none.
    fn insert(&mut self, key: KeyId, cell: T) -> &mut T {
        if self.dense.len() <= key.0 as usize {
            self.extend_dense(key);
        }
        self.len += 1;
        if let Some(place) = self.dense.get_mut(key.0 as usize) {
            return place.insert(cell);
        }
        if self.sparse.is_empty() {
            // Many windows never have a second key.
            self.sparse.reserve_exact(1);
            self.sparse_keys.reserve_exact(1);
        }
        let (Ok(i) | Err(i)) = find(&self.sparse_keys, key);
        self.sparse_keys.insert(i, key);
        self.sparse.insert(i, cell);
        &mut self.sparse[i]
    }

    fn remove(&mut self, key: KeyId) -> Option<T> {
        let cell = if let Some(cell) = self.dense.get_mut(key.0 as usize) {
            cell.take()?
        } else {
            let i = find(&self.sparse_keys, key).ok()?;
            self.sparse_keys.remove(i);
            self.sparse.remove(i)
        };
        self.len -= 1;
        Some(cell)
    }

    /// Lets the table reach as far as a quarter of it is filled, with a key that is about to come.
    fn extend_dense(&mut self, coming: KeyId) {
        let (reach, moving) = reach(&self.sparse_keys, self.len, coming);
        if reach == 0 {
            return;
        }
        self.dense.resize_with(reach, || None);
        let keys = self.sparse_keys.drain(..moving);
        for (key, cell) in keys.zip(self.sparse.drain(..moving)) {
            self.dense[key.0 as usize] = Some(cell);
        }
    }

    fn iter(&self) -> impl Iterator<Item = (KeyId, &T)> {
        let dense = (self.dense.iter().enumerate())
            .filter_map(|(key, cell)| Some((KeyId(key as u32), cell.as_ref()?)));
        let sparse = (self.sparse.iter().enumerate()).map(|(i, cell)| (self.sparse_keys[i], cell));
        dense.chain(sparse)
    }
}

/// How far a table is to reach that has so many cells and is about to have another, and how many of the keys beyond it move into it;
/// nothing where it stays as it is.
fn reach(sparse: &[KeyId], len: usize, coming: KeyId) -> (usize, usize) {
    let below = |reach: usize| sparse.partition_point(|key| (key.0 as usize) < reach);
    let takes = |reach: usize| usize::from((coming.0 as usize) < reach);
    let mut reach = 4 * (len + 1);
    loop {
        let (moving, comes) = (below(reach), takes(reach));
        if moving + comes == 0 {
            return (0, 0);
        }
        let filled = len - sparse.len() + moving + comes;
        if 4 * filled >= reach {
            let last = sparse[..moving].last();
            let highest = last.copied().max((comes == 1).then_some(coming));
            return (highest.map_or(0, |key| key.0 as usize + 1), moving);
        }
        reach = 4 * filled;
    }
}

/// Where a key is in a sorted list, or would be.
#[inline(never)]
fn find(keys: &[KeyId], key: KeyId) -> Result<usize, usize> {
    keys.binary_search(&key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn window(n: i64) -> Window {
        Window::new(EventTime(n * 10), EventTime(n * 10 + 10))
    }

    #[test]
    fn a_key_far_away_does_not_cost_the_space_in_between() {
        let mut table = Table::default();
        for key in (0..1_000).chain([50_000_000, 4_000_000_000]) {
            table.insert(KeyId(key), ());
        }
        assert!(table.dense.len() > 900 && table.dense.len() <= 4_000);
        assert_eq!(table.len, 1_002);
    }

    #[test]
    fn cells_behave_as_a_sorted_map_does() {
        // With two keys windows lose their last cell again and again, and others take their place.
        for keys in [64, 2] {
            behave_as_a_sorted_map(keys);
        }
    }

    fn behave_as_a_sorted_map(keys: u32) {
        // The same pseudo-random operations on both; the numbers only have to vary.
        let mut cells = Cells::default();
        let mut map: BTreeMap<(Window, KeyId), u32> = BTreeMap::new();
        let mut state = 7_u32;
        for n in 0..20_000_u32 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Some keys close together, some far away.
            let far = if (state >> 16).is_multiple_of(4) {
                1_000
            } else {
                1
            };
            let key = KeyId((state >> 8) % keys * far);
            let w = window(i64::from(state >> 20 & 7));
            if state >> 28 < 6 {
                assert_eq!(cells.remove(key, w), map.remove(&(w, key)));
            } else if let Some(cell) = cells.get_mut(key, w) {
                *cell = n;
                assert!(map.insert((w, key), n).is_some());
            } else {
                cells.insert(key, w, n);
                assert_eq!(map.insert((w, key), n), None);
            }
            assert_eq!(cells.len(), map.len());
            if let Some(slot) = cells.slot(w) {
                let table = cells.table(slot).expect("its cells").iter().zip(0..);
                for (cell, key) in table {
                    assert_eq!(*cell, map.get(&(w, KeyId(key))).copied());
                }
            } else {
                assert!(map.keys().all(|(window, _)| *window != w));
            }
        }
        let got: Vec<_> = cells
            .iter()
            .map(|(key, window, cell)| ((window, key), *cell))
            .collect();
        for (from, to) in [(0, 7), (2, 4), (3, 3), (5, 1)] {
            let keys = |of: Vec<(Window, KeyId)>| {
                of.into_iter()
                    .filter(|(w, _)| (window(from)..=window(to)).contains(w))
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                cells
                    .within(window(from), window(to))
                    .map(|(key, window, _)| (window, key))
                    .collect::<Vec<_>>(),
                keys(map.keys().copied().collect())
            );
        }
        assert_eq!(got, map.into_iter().collect::<Vec<_>>());
    }
}
