//! Sorted collections that all share one code.
//!
//! Each type of key and value brings a tree and a sort of its own into the WebAssembly module, ten thousand bytes and five; the core
//! has dozens of them. Here a key is a few whole numbers, compared in turn, so that there is one tree; and what is sorted
//! are places, so that there is one sort.

use crate::model::{KeyId, Window};
use crate::time::EventTime;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// A key as whole numbers: they sort as keys do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(pub i64, pub i64, pub i64, pub i64);

/// What can be a key.
pub trait Key: Copy {
    /// Its numbers.
    fn rank(self) -> Rank;
    /// The key of these numbers.
    fn of(rank: Rank) -> Self;
}

impl Key for EventTime {
    fn rank(self) -> Rank {
        Rank(self.ms(), 0, 0, 0)
    }
    fn of(rank: Rank) -> EventTime {
        EventTime(rank.0)
    }
}

impl Key for Window {
    fn rank(self) -> Rank {
        Rank(self.end.ms(), self.start.ms(), 0, 0)
    }
    fn of(rank: Rank) -> Window {
        Window::new(EventTime(rank.1), EventTime(rank.0))
    }
}

/// By key first, then window.
impl Key for (KeyId, Window) {
    fn rank(self) -> Rank {
        let (KeyId(key), window) = self;
        Rank(i64::from(key), window.end.ms(), window.start.ms(), 0)
    }
    fn of(rank: Rank) -> (KeyId, Window) {
        let window = Window::new(EventTime(rank.2), EventTime(rank.1));
        (KeyId(rank.0 as u32), window)
    }
}

/// By window first, then key.
impl Key for (Window, KeyId) {
    fn rank(self) -> Rank {
        let (window, KeyId(key)) = self;
        Rank(window.end.ms(), window.start.ms(), i64::from(key), 0)
    }
    fn of(rank: Rank) -> (Window, KeyId) {
        (Window::of(rank), KeyId(rank.2 as u32))
    }
}

/// By instant first, then window.
impl Key for (i64, Window) {
    fn rank(self) -> Rank {
        Rank(self.0, self.1.end.ms(), self.1.start.ms(), 0)
    }
    fn of(rank: Rank) -> (i64, Window) {
        let window = Window::new(EventTime(rank.2), EventTime(rank.1));
        (rank.0, window)
    }
}

/// A sorted map from keys to numbers.
#[derive(Clone, Debug)]
pub struct Numbers<K> {
    of: BTreeMap<Rank, u32>,
    keys: PhantomData<K>,
}

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Numbers {
            of: BTreeMap::new(),
            keys: PhantomData,
        }
    }
}

impl<K: Key> Numbers<K> {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// The number of a key.
    pub fn get(&self, key: K) -> Option<u32> {
        self.of.get(&key.rank()).copied()
    }

    /// Whether there is such a key.
    pub fn contains(&self, key: K) -> bool {
        self.get(key).is_some()
    }

    /// Gives a key a number; returns the one it had.
    pub fn insert(&mut self, key: K, number: u32) -> Option<u32> {
        self.of.insert(key.rank(), number)
    }

    /// Takes a key out, with its number.
    pub fn remove(&mut self, key: K) -> Option<u32> {
        self.of.remove(&key.rank())
    }

    /// The first key, with its number.
    pub fn first(&self) -> Option<(K, u32)> {
        let (rank, number) = self.of.first_key_value()?;
        Some((K::of(*rank), *number))
    }

    /// Every key with its number, in order.
    pub fn iter(&self) -> impl Iterator<Item = (K, u32)> {
        (self.of.iter()).map(|(rank, number)| (K::of(*rank), *number))
    }

    /// Those from one key to another, both included; none if the range ends before it begins.
    pub fn within(&self, from: K, to: K) -> impl Iterator<Item = (K, u32)> {
        let (from, to) = (from.rank(), to.rank());
        (from <= to)
            .then(|| self.of.range(from..=to))
            .into_iter()
            .flatten()
            .map(|(rank, number)| (K::of(*rank), *number))
    }
}

/// A sorted map from keys to anything: the map gives the place, and the values lie in a list.
#[derive(Clone, Debug)]
pub struct Sorted<K, V> {
    places: Numbers<K>,
    /// Those in no use hold what a new one would.
    values: Vec<V>,
    free: Vec<u32>,
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Sorted {
            places: Numbers::default(),
            values: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<K: Key, V: Default> Sorted<K, V> {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Every value, in the order of the keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The value of a key.
    pub fn get(&self, key: K) -> Option<&V> {
        self.values.get(self.places.get(key)? as usize)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.values.get_mut(self.places.get(key)? as usize)
    }

    /// The value of a key, a new one if there is none yet.
    pub fn entry(&mut self, key: K) -> &mut V {
        let place = self.places.get(key).unwrap_or_else(|| {
            let place = self.free.pop().unwrap_or_else(|| {
                self.values.push(V::default());
                self.values.len() as u32 - 1
            });
            self.places.insert(key, place);
            place
        });
        &mut self.values[place as usize]
    }

    /// Takes a key out, with its value.
    pub fn remove(&mut self, key: K) -> Option<V> {
        let place = self.places.remove(key)?;
        self.free.push(place);
        self.values.get_mut(place as usize).map(std::mem::take)
    }

    /// The first key.
    pub fn first(&self) -> Option<K> {
        self.places.first().map(|(key, _)| key)
    }

    /// Every key with its value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        (self.places.iter())
            .filter_map(|(key, place)| Some((key, self.values.get(place as usize)?)))
    }
}

/// Sorts as a comparison says; what is equal stays in its order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    if items.len() < 2 {
        return;
    }
    let mut places: Vec<u32> = (0..items.len() as u32).collect();
    sort_places(&mut places, &mut |a, b| {
        compare(&items[a as usize], &items[b as usize])
    });
    // Each cycle of places is gone around once.
    for start in 0..places.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut places[at], at as u32) as usize;
            if from == start {
                break;
            }
            items.swap(at, from);
            at = from;
        }
    }
}

fn sort_places(places: &mut [u32], compare: &mut dyn FnMut(u32, u32) -> Ordering) {
    places.sort_by(|a, b| compare(*a, *b));
}

/// Sorts by what is made of each; what is equal stays in its order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts, and leaves of what is equal one.
pub fn sort_and_dedup<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
    items.dedup();
}

/// Numbers for names, each name's own: in the order in which they come, or in alphabetical order.
#[derive(Clone, Debug, Default)]
pub struct Named<'n>(BTreeMap<&'n str, u32>);

impl<'n> Named<'n> {
    /// The number of a name, the next one if it has none yet.
    pub fn number(&mut self, name: &'n str) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(name).or_insert(next)
    }

    /// The number of a name.
    pub fn get(&self, name: &str) -> Option<u32> {
        self.0.get(name).copied()
    }

    /// Numbers the names anew, in alphabetical order; returns them in that order.
    pub fn in_order(&mut self) -> Vec<&'n str> {
        for (place, number) in self.0.values_mut().enumerate() {
            *number = place as u32;
        }
        self.0.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that only have to vary.
    fn varied(count: usize) -> Vec<u32> {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 24
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn sorting_places_sorts_as_the_standard_library_does() {
        for count in 0..200 {
            let mut ours: Vec<(u32, usize)> = varied(count).into_iter().zip(0..).collect();
            let mut theirs = ours.clone();
            sort_by_key(&mut ours, |(number, _)| *number);
            theirs.sort_by_key(|(number, _)| *number);
            assert_eq!(ours, theirs);
        }
    }

    #[track_caller]
    fn check<K: Key + Ord + std::fmt::Debug>(keys: &[K]) {
        for a in keys {
            assert_eq!(K::of(a.rank()), *a);
            for b in keys {
                assert_eq!(a.rank().cmp(&b.rank()), a.cmp(b), "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn keys_come_back_and_sort_as_they_do() {
        let window = |n: u32| {
            Window::new(
                EventTime(i64::from(n % 16) - 8),
                EventTime(i64::from(n / 16)),
            )
        };
        let numbers = varied(60);
        let pairs = || numbers.iter().zip(numbers.iter().rev());
        check(&numbers.iter().map(|n| window(*n)).collect::<Vec<_>>());
        check(
            &numbers
                .iter()
                .map(|n| EventTime(i64::from(*n) - 99))
                .collect::<Vec<_>>(),
        );
        check(
            &pairs()
                .map(|(a, b)| (window(*a), KeyId(*b)))
                .collect::<Vec<_>>(),
        );
        check(
            &pairs()
                .map(|(a, b)| (KeyId(*a), window(*b)))
                .collect::<Vec<_>>(),
        );
        check(
            &pairs()
                .map(|(a, b)| (i64::from(*a), window(*b)))
                .collect::<Vec<_>>(),
        );
    }

    #[test]
    fn values_stay_with_their_keys() {
        let mut ours: Sorted<EventTime, Vec<usize>> = Sorted::default();
        let mut theirs: BTreeMap<EventTime, Vec<usize>> = BTreeMap::new();
        for (turn, number) in varied(2_000).into_iter().enumerate() {
            let key = EventTime(i64::from(number % 32));
            if number < 128 {
                ours.entry(key).push(turn);
                theirs.entry(key).or_default().push(turn);
            } else {
                assert_eq!(ours.remove(key), theirs.remove(&key));
            }
            assert_eq!(ours.first(), theirs.keys().next().copied());
        }
        let ours: Vec<_> = ours.iter().collect();
        assert_eq!(
            ours,
            theirs.iter().map(|(k, v)| (*k, v)).collect::<Vec<_>>()
        );
    }
}
