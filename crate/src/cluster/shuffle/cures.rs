//! The cures for skew, each a way of its own: two phases, broadcast, rows dealt out in turn, ranges, by hand, adaptive execution.

use super::Work;
use super::adaptive::{Decision, Read, Side, reported};
use super::place::{range_bounds, range_of};
use super::spread::Spreader;
use super::way::{Task, Way, numbered};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

impl Spreader<'_> {
    /// Partial results by salted key, and then by key.
    pub(super) fn two_phases(&self) -> Vec<Way> {
        let mut first = self.hashed(self.model.partitions, true);
        first.title = format!("First by key and {} salts", self.model.salt.count);
        let count = NonZeroU32::new(self.model.partitions).unwrap_or(NonZeroU32::MIN);
        let mut tasks = numbered(self.model.partitions);
        let mut places = BTreeMap::new();
        for task in &first.tasks {
            for (key, salt) in task.pieces.keys() {
                let name = &self.rows.names[*key as usize];
                let place = self.model.partitioner.place(name, None, count);
                places.insert((*key, None), place);
                let to = &mut tasks[place.partition as usize];
                *to.pieces.entry((*key, *salt)).or_default() += 1;
                to.bytes += self.rows.bytes[*key as usize];
            }
            for (row, salt) in task.rows.iter().zip(&task.salts) {
                let name = &self.rows.names[self.rows.keys[*row as usize] as usize];
                let place = self.model.partitioner.place(name, None, count);
                let to = &mut tasks[place.partition as usize];
                to.rows.push(*row);
                to.salts.push(*salt);
            }
        }
        let mut last = Way {
            title: "Then the partial results by key".into(),
            tasks,
            places,
            ..Way::default()
        };
        last.count_moved();
        vec![first, last]
    }

    /// Every task of the first stage keeps its rows and gets the whole table.
    pub(super) fn broadcast(&self) -> Way {
        let mut way = self.at_sources();
        way.title = "Broadcast: rows stay where they are".into();
        for task in &mut way.tasks {
            task.table = (0..self.model.table.len() as u32)
                .map(|n| (n, None))
                .collect();
        }
        // One copy for each worker, which its tasks share.
        way.table_rows = self.model.table.len() as u64 * u64::from(self.model.workers);
        way.moved = way.table_rows;
        way.moved_bytes = way.table_rows * u64::from(self.model.table_row_bytes);
        way
    }

    fn at_sources(&self) -> Way {
        let mut tasks = numbered(self.model.sources);
        for row in 0..self.rows.keys.len() {
            let source = row % tasks.len();
            self.give(&mut tasks[source], row, None);
        }
        Way {
            tasks,
            by_key: true,
            ..Way::default()
        }
    }

    /// Spread evenly, and then by key after all: a keyed step needs its keys together.
    pub(super) fn round_robin(&self) -> Vec<Way> {
        let mut even = self.spread_by_number();
        even.title = "Dealt out in turn".into();
        even.count_moved();
        let mut keyed = self.hashed(self.model.partitions, false);
        keyed.title = "And then by key".into();
        keyed.by_key = false;
        vec![even, keyed]
    }

    fn spread_by_number(&self) -> Way {
        let mut tasks = numbered(self.model.partitions);
        for row in 0..self.rows.keys.len() {
            let to = row % tasks.len();
            self.give(&mut tasks[to], row, None);
        }
        Way {
            tasks,
            by_key: true,
            ..Way::default()
        }
    }

    pub(super) fn ranges(&self) -> Way {
        let counts = self.rows.counts();
        let mut keys: Vec<(&str, u32)> = (self.rows.names.iter().map(String::as_str))
            .zip(counts)
            .collect();
        keys.sort_unstable();
        let bounds = range_bounds(&keys, self.model.partitions);
        let place = |name: &str| range_of(name, &bounds);
        let names = &self.rows.names;
        let mut way = self.spread(self.model.partitions, false, |(key, _)| {
            place(&names[key as usize])
        });
        way.title = "By ranges of keys".into();
        self.send_table(&mut way, false, |name, _| place(name));
        way
    }

    pub(super) fn by_hand(&self) -> Way {
        let count = NonZeroU32::new(self.model.partitions).unwrap_or(NonZeroU32::MIN);
        let place = |name: &str| {
            let assigned = self.model.assign.iter().find(|a| a.key == name);
            assigned.map_or_else(
                || self.model.partitioner.place(name, None, count).partition,
                |a| a.partition,
            )
        };
        let names = &self.rows.names;
        let mut way = self.spread(self.model.partitions, false, |(key, _)| {
            place(&names[key as usize])
        });
        way.title = "By hand".into();
        self.send_table(&mut way, false, |name, _| place(name));
        way
    }

    /// What Spark's adaptive execution makes of the plain way.
    pub(super) fn adaptive(&self, plain: &Way) -> (Way, Decision) {
        let sources = self.model.sources.max(1);
        let mut left = Side {
            maps: vec![vec![0; plain.tasks.len()]; sources as usize],
            splits: self.model.join.splits_left(),
        };
        for (partition, task) in plain.tasks.iter().enumerate() {
            for (map, bytes) in self.written(task) {
                left.maps[map as usize][partition] += bytes;
            }
        }
        let small = |task: &Task| task.table.len() as u64 * u64::from(self.model.table_row_bytes);
        let mut right = Side {
            maps: vec![plain.tasks.iter().map(small).collect()],
            splits: self.model.join.splits_right(),
        };
        for map in left.maps.iter_mut().chain(&mut right.maps) {
            for bytes in map {
                *bytes = reported(*bytes);
            }
        }
        let join = self.model.work == Work::Join;
        let decision =
            (self.model.adaptive).decide(&left, join.then_some(&right), self.model.workers);
        let reads = decision.left.iter().zip(&decision.right);
        let tasks: Vec<Task> = reads
            .map(|(left, right)| self.reads(plain, left, right))
            .collect();
        let mut way = Way {
            title: "With adaptive execution".into(),
            tasks,
            ..Way::default()
        };
        self.combine(&mut way);
        way.count_moved();
        way.table_rows = way.tasks.iter().map(|task| task.table.len() as u64).sum();
        way.moved += way.table_rows;
        way.moved_bytes += way.table_rows * u64::from(self.model.table_row_bytes);
        (way, decision)
    }

    /// What each map task wrote for a task: its bytes, row by row or partial result by partial result.
    fn written(&self, task: &Task) -> Vec<(u32, u64)> {
        let sources = self.model.sources.max(1);
        let from = |row: &u32| (row % sources, self.rows.keys[*row as usize]);
        let bytes = |(map, key): (u32, u32)| (map, self.rows.bytes[key as usize]);
        if self.combines() {
            let partials: BTreeSet<(u32, u32)> = task.rows.iter().map(from).collect();
            partials.into_iter().map(bytes).collect()
        } else {
            task.rows.iter().map(|row| bytes(from(row))).collect()
        }
    }

    /// The task that reads so much of the plain way's output.
    fn reads(&self, plain: &Way, left: &Read, right: &Read) -> Task {
        let sources = self.model.sources.max(1);
        let (first, end, maps, label, note) = match *left {
            Read::Coalesced { start, end, .. } if end - start > 1 => (
                start,
                end,
                0..sources,
                format!("{start}–{}", end - 1),
                "put together".to_owned(),
            ),
            Read::Coalesced { start, end, .. } => {
                (start, end, 0..sources, start.to_string(), String::new())
            }
            Read::Partial {
                partition,
                start,
                end,
                ..
            } => (
                partition,
                partition + 1,
                start..end,
                format!("{partition} ({})", maps_text(start, end)),
                "a piece".to_owned(),
            ),
        };
        let mut task = Task {
            label,
            note,
            ..Task::default()
        };
        for from in &plain.tasks[first as usize..end as usize] {
            for (row, salt) in from.rows.iter().zip(&from.salts) {
                if maps.contains(&(row % sources)) {
                    self.give(&mut task, *row as usize, *salt);
                }
            }
        }
        if let Read::Coalesced { start, end, .. } = right {
            let tables = plain.tasks[*start as usize..*end as usize].iter();
            task.table = tables.flat_map(|from| from.table.clone()).collect();
        }
        task
    }
}

fn maps_text(start: u32, end: u32) -> String {
    if end - start == 1 {
        format!("map {start}")
    } else {
        format!("maps {start}–{}", end - 1)
    }
}
