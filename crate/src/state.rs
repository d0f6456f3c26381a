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
    // Tables in no use are empty.
    tables: Vec<Table<T>>,
    free: Vec<usize>,
    by_window: Numbers<Window>,
    recent: [(Window, usize); RECENT],
    len: usize,
}

/// Where the cells of a window are, as long as it has any: for those who come back to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(usize);

impl Slot {
    /// Where no cells are.
    pub const NONE: Slot = Slot(usize::MAX);
}

/// The cells of one window.
///
/// Those with low key numbers lie in a table, the others in a sorted list. The table reaches as far as a quarter of it is
/// filled, so that a few keys with high numbers do not cost space for all that could be in between.
#[derive(Clone, Debug)]
struct Table<T> {
    dense: Vec<Option<T>>,
    // All of these keys are beyond the table.
    sparse: Vec<(KeyId, T)>,
    len: usize,
}

/// What is remembered where no window is.
const NOWHERE: Window = Window::new(EventTime(i64::MAX), EventTime(i64::MIN));

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Cells {
            tables: Vec::new(),
            free: Vec::new(),
            by_window: Numbers::default(),
            recent: [(NOWHERE, 0); RECENT],
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
        let slot = self.find_slot(window)?;
        self.tables[slot].get_mut(key)
    }

    /// Where the cells of a window are, if it has any.
    pub fn slot(&mut self, window: Window) -> Option<Slot> {
        self.find_slot(window).map(Slot)
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
        let slot = self.by_window.get(window)?;
        self.tables[slot as usize].get(key)
    }

    /// Puts a cell where there is none yet, and returns it.
    pub fn insert(&mut self, key: KeyId, window: Window, cell: T) -> &mut T {
        let slot = match self.find_slot(window) {
            Some(slot) => slot,
            None => self.add_window(window),
        };
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
        let slot = self.find_slot(window)?;
        let table = &mut self.tables[slot];
        let cell = table.remove(key)?;
        self.len -= 1;
        if table.len == 0 {
            self.tables[slot].clear();
            self.free.push(slot);
            self.by_window.remove(window);
            let recent = &mut self.recent[recent_place(window)];
            if recent.0 == window {
                *recent = (NOWHERE, 0);
            }
        }
        Some(cell)
    }

    /// Every cell, by window (in the order in which they close), then key.
    pub fn iter(&self) -> impl Iterator<Item = (KeyId, Window, &T)> {
        (self.by_window.iter()).flat_map(|(window, slot)| self.of_window(window, slot))
    }

    /// The cells of the windows from one to another, both included, by window, then key.
    pub fn within(&self, from: Window, to: Window) -> impl Iterator<Item = (KeyId, Window, &T)> {
        (self.by_window.within(from, to)).flat_map(|(window, slot)| self.of_window(window, slot))
    }

    /// The windows that have cells, in the order in which they close.
    pub fn windows(&self) -> impl Iterator<Item = Window> {
        self.by_window.iter().map(|(window, _)| window)
    }

    fn of_window(&self, window: Window, slot: u32) -> impl Iterator<Item = (KeyId, Window, &T)> {
        (self.tables[slot as usize].iter()).map(move |(key, cell)| (key, window, cell))
    }

    #[inline]
    fn find_slot(&mut self, window: Window) -> Option<usize> {
        let (recent, slot) = self.recent[recent_place(window)];
        if recent == window {
            return Some(slot);
        }
        self.look_slot_up(window)
    }

    #[inline(never)]
    fn look_slot_up(&mut self, window: Window) -> Option<usize> {
        let slot = self.by_window.get(window)? as usize;
        self.recent[recent_place(window)] = (window, slot);
        Some(slot)
    }

    fn add_window(&mut self, window: Window) -> usize {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.tables.push(Table::default());
            self.tables.len() - 1
        });
        self.by_window.insert(window, slot as u32);
        slot
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
            None => find(&self.sparse, key).ok().map(|i| &mut self.sparse[i].1),
        }
    }

    fn get(&self, key: KeyId) -> Option<&T> {
        match self.dense.get(key.0 as usize) {
            Some(cell) => cell.as_ref(),
            None => find(&self.sparse, key).ok().map(|i| &self.sparse[i].1),
        }
    }

    fn insert(&mut self, key: KeyId, cell: T) -> &mut T {
        if self.dense.len() <= key.0 as usize {
            self.extend_dense(key);
        }
        if let Some(place) = self.dense.get_mut(key.0 as usize) {
            self.len += usize::from(place.is_none());
            return place.insert(cell);
        }
        if self.sparse.is_empty() {
            // Many windows never have a second key.
            self.sparse.reserve_exact(1);
        }
        let i = match find(&self.sparse, key) {
            Ok(i) => {
                self.sparse[i].1 = cell;
                i
            }
            Err(i) => {
                self.len += 1;
                self.sparse.insert(i, (key, cell));
                i
            }
        };
        &mut self.sparse[i].1
    }

    fn remove(&mut self, key: KeyId) -> Option<T> {
        let cell = match self.dense.get_mut(key.0 as usize) {
            Some(cell) => cell.take(),
            None => find(&self.sparse, key)
                .ok()
                .map(|i| self.sparse.remove(i).1),
        };
        self.len -= usize::from(cell.is_some());
        cell
    }

    /// Makes the table of a window that has no cells any more one for another: the space stays, allocating costs more than it.
    fn clear(&mut self) {
        self.dense.clear();
        self.sparse.clear();
    }

    /// Lets the table reach as far as a quarter of it is filled, with a key that is about to come.
    fn extend_dense(&mut self, coming: KeyId) {
        let mut reach = 4 * (self.len + 1);
        let first = self
            .sparse
            .first()
            .map_or(coming, |(key, _)| coming.min(*key));
        if first.0 as usize >= reach {
            return;
        }
        let in_dense = self.len - self.sparse.len();
        let below =
            |reach: usize| (self.sparse).partition_point(|(key, _)| (key.0 as usize) < reach);
        let filled =
            |reach: usize| in_dense + below(reach) + usize::from((coming.0 as usize) < reach);
        while 4 * filled(reach) < reach {
            reach = 4 * filled(reach);
        }
        let moving = below(reach);
        let highest = self.sparse[..moving].last().map(|(key, _)| *key);
        let coming = Some(coming).filter(|coming| (coming.0 as usize) < reach);
        let Some(highest) = highest.max(coming) else {
            return;
        };
        self.dense.resize_with(highest.0 as usize + 1, || None);
        for (key, cell) in self.sparse.drain(..moving) {
            self.dense[key.0 as usize] = Some(cell);
        }
    }

    fn iter(&self) -> impl Iterator<Item = (KeyId, &T)> {
        let dense = (self.dense.iter().enumerate())
            .filter_map(|(key, cell)| Some((KeyId(key as u32), cell.as_ref()?)));
        dense.chain(self.sparse.iter().map(|(key, cell)| (*key, cell)))
    }
}

/// Where a key is in a sorted list, or would be.
#[inline(never)]
fn find<T>(cells: &[(KeyId, T)], key: KeyId) -> Result<usize, usize> {
    cells.binary_search_by_key(&key, |(k, _)| *k)
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
            let key = KeyId((state >> 8 & 63) * far);
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
