//! Keyed state: one cell per key and window.
//!
//! Windows come first and keys second, because a watermark closes a window for all its keys at once; a window's keys lie in a
//! table by key number, so that reaching a cell is two look-ups without hashing. Knows nothing of what is in a cell.

use crate::model::{KeyId, Window};
use std::collections::BTreeMap;

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
    by_window: BTreeMap<Window, usize>,
    recent: [(Window, usize); RECENT],
    len: usize,
}

/// The keys of one window: a sorted list while they are few, a dense table by key number once that is not wasteful.
#[derive(Clone, Debug)]
enum Table<T> {
    Few(Vec<(KeyId, T)>),
    Dense { cells: Vec<Option<T>>, len: usize },
}

/// A list this short is never worth a dense table.
const FEW: usize = 8;

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Cells {
            tables: Vec::new(),
            free: Vec::new(),
            by_window: BTreeMap::new(),
            recent: [(Window::GLOBAL, usize::MAX); RECENT],
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
        let slot = self.slot(window)?;
        self.tables[slot].get_mut(key)
    }

    /// The cell of a key and window.
    pub fn get(&self, key: KeyId, window: Window) -> Option<&T> {
        let slot = *self.by_window.get(&window)?;
        self.tables[slot].get(key)
    }

    /// Puts a cell where there is none yet, and returns it.
    pub fn insert(&mut self, key: KeyId, window: Window, cell: T) -> &mut T {
        let slot = match self.slot(window) {
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
        let slot = self.slot(window)?;
        let table = &mut self.tables[slot];
        let cell = table.remove(key)?;
        self.len -= 1;
        if table.len() == 0 {
            self.tables[slot] = Table::default();
            self.free.push(slot);
            self.by_window.remove(&window);
            self.recent = self.recent.map(|entry| {
                if entry.0 == window {
                    (entry.0, usize::MAX)
                } else {
                    entry
                }
            });
        }
        Some(cell)
    }

    /// Every cell, by window (in the order in which they close), then key.
    pub fn iter(&self) -> impl Iterator<Item = (KeyId, Window, &T)> {
        (self.by_window.iter()).flat_map(|(window, slot)| self.of_window(*window, *slot))
    }

    /// The cells of the windows from one to another, both included, by window, then key.
    pub fn within(&self, from: Window, to: Window) -> impl Iterator<Item = (KeyId, Window, &T)> {
        // A range that ends before it begins is empty here, not a mistake.
        let range = (from <= to).then(|| self.by_window.range(from..=to));
        range
            .into_iter()
            .flatten()
            .flat_map(|(window, slot)| self.of_window(*window, *slot))
    }

    /// The windows that have cells, in the order in which they close.
    pub fn windows(&self) -> impl Iterator<Item = Window> {
        self.by_window.keys().copied()
    }

    fn of_window(&self, window: Window, slot: usize) -> impl Iterator<Item = (KeyId, Window, &T)> {
        (self.tables[slot].iter()).map(move |(key, cell)| (key, window, cell))
    }

    #[inline]
    fn slot(&mut self, window: Window) -> Option<usize> {
        let (recent, slot) = self.recent[recent_place(window)];
        if recent == window && slot != usize::MAX {
            return Some(slot);
        }
        self.find_slot(window)
    }

    #[inline(never)]
    fn find_slot(&mut self, window: Window) -> Option<usize> {
        let slot = *self.by_window.get(&window)?;
        self.recent[recent_place(window)] = (window, slot);
        Some(slot)
    }

    fn add_window(&mut self, window: Window) -> usize {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.tables.push(Table::default());
            self.tables.len() - 1
        });
        self.by_window.insert(window, slot);
        slot
    }
}

#[inline(never)]
fn find_mut<T>(cells: &mut [(KeyId, T)], key: KeyId) -> Option<&mut T> {
    let i = cells.binary_search_by_key(&key, |(k, _)| *k).ok()?;
    Some(&mut cells[i].1)
}

/// Where a window is remembered: neighbouring windows in different places.
#[inline]
fn recent_place(window: Window) -> usize {
    let mixed = (window.end.ms() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 62) as usize
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table::Few(Vec::new())
    }
}

impl<T> Table<T> {
    fn len(&self) -> usize {
        match self {
            Table::Few(cells) => cells.len(),
            Table::Dense { len, .. } => *len,
        }
    }

    #[inline]
    fn get_mut(&mut self, key: KeyId) -> Option<&mut T> {
        match self {
            Table::Dense { cells, .. } => cells.get_mut(key.0 as usize)?.as_mut(),
            Table::Few(cells) => find_mut(cells, key),
        }
    }

    fn get(&self, key: KeyId) -> Option<&T> {
        match self {
            Table::Dense { cells, .. } => cells.get(key.0 as usize)?.as_ref(),
            Table::Few(cells) => {
                let i = cells.binary_search_by_key(&key, |(k, _)| *k).ok()?;
                Some(&cells[i].1)
            }
        }
    }

    fn insert(&mut self, key: KeyId, cell: T) -> &mut T {
        self.make_dense_if_worth_it(key);
        match self {
            Table::Few(cells) => {
                let i = match cells.binary_search_by_key(&key, |(k, _)| *k) {
                    Ok(i) => {
                        cells[i].1 = cell;
                        i
                    }
                    Err(i) => {
                        cells.insert(i, (key, cell));
                        i
                    }
                };
                &mut cells[i].1
            }
            Table::Dense { cells, len } => {
                let i = key.0 as usize;
                if cells.len() <= i {
                    cells.resize_with(i + 1, || None);
                }
                *len += usize::from(cells[i].is_none());
                cells[i].insert(cell)
            }
        }
    }

    fn remove(&mut self, key: KeyId) -> Option<T> {
        match self {
            Table::Few(cells) => {
                let i = cells.binary_search_by_key(&key, |(k, _)| *k).ok()?;
                Some(cells.remove(i).1)
            }
            Table::Dense { cells, len } => {
                let cell = cells.get_mut(key.0 as usize)?.take()?;
                *len -= 1;
                Some(cell)
            }
        }
    }

    /// A dense table is worth it once a quarter of it would be filled.
    fn make_dense_if_worth_it(&mut self, coming: KeyId) {
        let Table::Few(cells) = self else { return };
        let highest = cells.last().map_or(coming, |(key, _)| (*key).max(coming)).0 as usize;
        if cells.len() < FEW || highest >= 4 * cells.len() {
            return;
        }
        let len = cells.len();
        let mut dense: Vec<Option<T>> = Vec::new();
        dense.resize_with(highest + 1, || None);
        for (key, cell) in cells.drain(..) {
            dense[key.0 as usize] = Some(cell);
        }
        *self = Table::Dense { cells: dense, len };
    }

    fn iter(&self) -> Box<dyn Iterator<Item = (KeyId, &T)> + '_> {
        match self {
            Table::Few(cells) => Box::new(cells.iter().map(|(key, cell)| (*key, cell))),
            Table::Dense { cells, .. } => Box::new(
                cells
                    .iter()
                    .enumerate()
                    .filter_map(|(key, cell)| Some((KeyId(key as u32), cell.as_ref()?))),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::EventTime;

    fn window(n: i64) -> Window {
        Window::new(EventTime(n * 10), EventTime(n * 10 + 10))
    }

    #[test]
    fn cells_behave_as_a_sorted_map_does() {
        // The same pseudo-random operations on both; the numbers only have to vary.
        let mut cells = Cells::default();
        let mut map: BTreeMap<(Window, KeyId), u32> = BTreeMap::new();
        let mut state = 7_u32;
        for n in 0..20_000_u32 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (key, w) = (KeyId(state >> 8 & 63), window(i64::from(state >> 20 & 7)));
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
