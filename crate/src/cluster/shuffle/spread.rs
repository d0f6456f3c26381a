//! Spreads rows over tasks by their keys, salted or not, and sends the small table after them. The cures are in `cures`.

use super::input::Rows;
use super::place::SaltForm;
use super::way::{Salted, Task, Way, Ways, numbered};
use super::{Cure, Shuffle, Work};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

/// Puts rows into tasks.
pub(super) struct Spreader<'a> {
    pub(super) model: &'a Shuffle,
    pub(super) rows: &'a Rows,
    hot: Vec<bool>,
}

impl<'a> Spreader<'a> {
    /// For the rows of a model.
    pub(super) fn new(model: &'a Shuffle, rows: &'a Rows) -> Spreader<'a> {
        let even = rows.keys.len() as f64 / f64::from(model.partitions.max(1));
        let hot = rows.counts().iter().map(|n| f64::from(*n) > even).collect();
        Spreader { model, rows, hot }
    }

    /// All ways, in the order in which they are shown.
    pub(super) fn ways(&self) -> Ways {
        let partitions = self.model.partitions;
        let mut plain = self.hashed(partitions, false);
        plain.id = "plain";
        plain.title = "By key".into();
        plain.by_key = true;
        let mut decision = None;
        let cured = match self.model.cure {
            Cure::None => {
                plain.last = true;
                Vec::new()
            }
            Cure::Salt => {
                let mut salted = self.hashed(partitions, true);
                salted.title = format!("With {} salts", self.model.salt.count);
                vec![salted]
            }
            Cure::TwoPhase => self.two_phases(),
            Cure::Broadcast => vec![self.broadcast()],
            Cure::MorePartitions => {
                let mut more = self.hashed(self.model.more, false);
                more.title = format!("{} partitions", self.model.more);
                vec![more]
            }
            Cure::RoundRobin => self.round_robin(),
            Cure::Range => vec![self.ranges()],
            Cure::ByHand => vec![self.by_hand()],
            Cure::Adaptive => {
                let (way, decided) = self.adaptive(&plain);
                decision = Some(decided);
                vec![way]
            }
        };
        let mut all = vec![plain];
        let count = cured.len();
        for (i, mut way) in cured.into_iter().enumerate() {
            way.last = i + 1 == count;
            way.id = match (way.last, self.model.cure) {
                (true, Cure::TwoPhase) => "final",
                (false, Cure::TwoPhase) | (true, _) => "cured",
                (false, _) => "before",
            };
            all.push(way);
        }
        Ways { all, decision }
    }

    /// The salt of a row.
    fn salt(&self, row: usize) -> u32 {
        let salt = &self.model.salt;
        let key = self.rows.keys[row] as usize;
        if salt.only_hot && !self.hot[key] {
            return 0;
        }
        let number = if salt.within_key {
            self.rows.nth[row]
        } else {
            row as u32 + 1
        };
        number % salt.count.max(1)
    }

    fn form(&self) -> SaltForm {
        self.model.salt.form
    }

    pub(super) fn hashed(&self, partitions: u32, with_salt: bool) -> Way {
        let partitioner = self.model.partitioner;
        let count = NonZeroU32::new(partitions).unwrap_or(NonZeroU32::MIN);
        let place = |name: &str, salt: Option<u32>| {
            partitioner.place(name, salt.map(|s| (s, self.form())), count)
        };
        let mut places = BTreeMap::new();
        let mut way = self.spread(partitions, with_salt, |salted| {
            let (key, salt) = salted;
            let goes_to = *places
                .entry(salted)
                .or_insert_with(|| place(&self.rows.names[key as usize], salt));
            goes_to.partition
        });
        way.places = places;
        self.send_table(&mut way, with_salt, |name, salt| {
            place(name, salt).partition
        });
        way
    }

    /// Spreads the rows by a rule over keys and salts.
    pub(super) fn spread(
        &self,
        partitions: u32,
        with_salt: bool,
        mut rule: impl FnMut(Salted) -> u32,
    ) -> Way {
        let mut tasks = numbered(partitions);
        for (row, key) in self.rows.keys.iter().enumerate() {
            let salt = with_salt.then(|| self.salt(row));
            let task = &mut tasks[rule((*key, salt)) as usize];
            self.give(task, row, salt);
        }
        let mut way = Way {
            tasks,
            by_key: true,
            ..Way::default()
        };
        self.combine(&mut way);
        way.count_moved();
        way
    }

    /// Gives a row to a task.
    pub(super) fn give(&self, task: &mut Task, row: usize, salt: Option<u32>) {
        let key = self.rows.keys[row];
        task.rows.push(row as u32);
        task.salts.push(salt);
        *task.pieces.entry((key, salt)).or_default() += 1;
        task.bytes += self.rows.bytes[key as usize];
    }

    /// With partial aggregation before the shuffle, what arrives is one partial result for each map task, key and salt.
    pub(super) fn combine(&self, way: &mut Way) {
        if !self.combines() {
            return;
        }
        for task in &mut way.tasks {
            let mut partials: BTreeMap<Salted, BTreeSet<u32>> = BTreeMap::new();
            for (row, salt) in task.rows.iter().zip(&task.salts) {
                let key = self.rows.keys[*row as usize];
                let map = row % self.model.sources.max(1);
                partials.entry((key, *salt)).or_default().insert(map);
            }
            let count = |(salted, maps): (Salted, BTreeSet<u32>)| (salted, maps.len() as u32);
            task.pieces = partials.into_iter().map(count).collect();
            task.bytes = (task.pieces.iter())
                .map(|((key, _), n)| u64::from(*n) * self.rows.bytes[*key as usize])
                .sum();
        }
    }

    /// Sends the small table where the rows went, once for each salt that a key has.
    pub(super) fn send_table(
        &self,
        way: &mut Way,
        with_salt: bool,
        place: impl Fn(&str, Option<u32>) -> u32,
    ) {
        if self.model.work != Work::Join {
            return;
        }
        for (number, row) in self.model.table.iter().enumerate() {
            let copies = if with_salt {
                self.copies(&row.key).into_iter().map(Some).collect()
            } else {
                vec![None]
            };
            for salt in copies {
                let partition = place(&row.key, salt) as usize;
                way.tasks[partition].table.push((number as u32, salt));
                way.table_rows += 1;
            }
        }
        let bytes = way.table_rows * u64::from(self.model.table_row_bytes);
        way.moved += way.table_rows;
        way.moved_bytes += bytes;
    }

    /// The salts that a key of the small table is copied for.
    fn copies(&self, key: &str) -> Vec<u32> {
        let salt = &self.model.salt;
        let number = self.rows.names.iter().position(|name| name == key);
        let hot = number.is_some_and(|key| self.hot[key]);
        if salt.only_hot && !hot {
            vec![0]
        } else {
            (0..salt.count.max(1)).collect()
        }
    }

    /// Whether map tasks aggregate before they write.
    pub(super) fn combines(&self) -> bool {
        self.model.combine && self.model.work == Work::Sum
    }
}
