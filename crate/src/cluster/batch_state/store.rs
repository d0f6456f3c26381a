//! One partition of the state: files in the checkpoint folder, and a copy on an executor.

use super::{Key, Provider, Row};
use std::collections::BTreeMap;

/// A file in the checkpoint folder, `state/0/<partition>/<name>`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct File {
    pub(super) version: u64,
    pub(super) holds: Holds,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Holds {
    /// What one batch changed; a row that was removed is none.
    Delta(BTreeMap<Key, Option<Row>>),
    /// Everything.
    Snapshot(BTreeMap<Key, Row>),
}

/// The copy on an executor: a map on its heap, or `RocksDB` on its disk.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Local {
    pub(super) version: u64,
    pub(super) rows: BTreeMap<Key, Row>,
}

/// One partition of the state.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Store {
    pub(super) files: Vec<File>,
    pub(super) local: Option<Local>,
}

impl File {
    /// Its name, as the provider writes it.
    pub(super) fn name(&self, provider: Provider) -> String {
        let end = match (&self.holds, provider) {
            (_, Provider::Rocksdb) => "zip",
            (Holds::Delta(_), Provider::Hdfs) => "delta",
            (Holds::Snapshot(_), Provider::Hdfs) => "snapshot",
        };
        format!("{}.{end}", self.version)
    }
}

impl Store {
    /// The files that a version is made of: the newest snapshot up to it, and the deltas after that one.
    pub(super) fn files_for(&self, version: u64) -> Vec<&File> {
        let upto = || self.files.iter().filter(|file| file.version <= version);
        let base = upto()
            .filter(|file| matches!(file.holds, Holds::Snapshot(_)))
            .max_by_key(|file| file.version);
        let after = base.map_or(0, |file| file.version);
        let mut deltas: Vec<&File> = upto()
            .filter(|file| matches!(file.holds, Holds::Delta(_)) && file.version > after)
            .collect();
        deltas.sort_by_key(|file| file.version);
        base.into_iter().chain(deltas).collect()
    }

    /// The rows of a version, from the checkpoint folder alone.
    pub(super) fn durable(&self, version: u64) -> BTreeMap<Key, Row> {
        let mut rows = BTreeMap::new();
        for file in self.files_for(version) {
            match &file.holds {
                Holds::Snapshot(all) => rows.clone_from(all),
                Holds::Delta(changes) => {
                    for (key, row) in changes {
                        match row {
                            Some(row) => rows.insert(key.clone(), *row),
                            None => rows.remove(key),
                        };
                    }
                }
            }
        }
        rows
    }

    /// The newest version in the folder.
    pub(super) fn newest(&self) -> u64 {
        self.files
            .iter()
            .map(|file| file.version)
            .max()
            .unwrap_or(0)
    }

    /// Writes a file, over one of the same version and kind if a batch is run again.
    pub(super) fn write(&mut self, file: File) {
        let same = |old: &File| {
            old.version == file.version
                && std::mem::discriminant(&old.holds) == std::mem::discriminant(&file.holds)
        };
        self.files.retain(|old| !same(old));
        self.files.push(file);
    }
}
