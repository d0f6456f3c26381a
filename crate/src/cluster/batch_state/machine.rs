//! The query at work: one box of the plan a step.

use super::store::{File, Holds, Local, Store};
use super::{BatchState, Gone, Key, Mode, Out, Phase, Provider, Query, Row, Told};
use crate::cluster::model::Tell;
use std::collections::BTreeMap;

pub(super) fn start(model: &BatchState) -> Query {
    let version = u64::from(model.first_batch);
    let stores = (0..model.partitions)
        .map(|partition| {
            let rows: BTreeMap<Key, Row> = model
                .preloaded()
                .filter(|(key, _)| model.partition(key) == partition)
                .collect();
            Store {
                files: vec![File {
                    version,
                    holds: Holds::Snapshot(rows.clone()),
                }],
                local: Some(Local { version, rows }),
            }
        })
        .collect();
    let watermark = model.newest.ms() - model.delay.ms();
    Query {
        taken: 0,
        batch: 0,
        phase: Phase::Offsets,
        finished: false,
        killed: false,
        executor: 1,
        stores,
        partial: Vec::new(),
        moving: BTreeMap::new(),
        restored: BTreeMap::new(),
        emitted: Vec::new(),
        sink: Vec::new(),
        newest: model.newest.ms(),
        watermark,
        late_watermark: watermark,
        commits: 0,
        reloads: 0,
        files_read: 0,
        reruns: 0,
        late: 0,
        late_now: 0,
        gone: BTreeMap::new(),
    }
}

pub(super) fn step(model: &BatchState, state: &mut Query, tell: &mut Tell<'_, Told>) -> bool {
    if state.finished {
        return false;
    }
    if model.kill == state.taken + 1 && !state.killed {
        kill(state, tell);
    } else {
        match state.phase {
            Phase::Offsets => {
                let orders = model.orders(state.batch).len();
                tell.fact(Told::Planned(model.id(state.batch), orders));
                state.phase = Phase::Partial;
            }
            Phase::Partial => partial(model, state, tell),
            Phase::Exchange => {
                let rows = state.partial.iter().flat_map(BTreeMap::keys);
                let moved = rows
                    .map(|key| (key.clone(), model.partition(key)))
                    .collect();
                tell.fact(Told::Moved(moved));
                state.phase = Phase::Merge;
            }
            Phase::Merge => {
                state.moving.clear();
                for (key, row) in state.partial.iter().flatten() {
                    state.moving.entry(key.clone()).or_default().add(*row);
                }
                tell.fact(Told::Merged(listed(&state.moving)));
                state.phase = Phase::Restore;
            }
            Phase::Restore => restore(model, state, tell),
            Phase::MergeState => {
                for (key, row) in &mut state.moving {
                    if let Some(old) = state.restored.get(key) {
                        row.add(*old);
                    }
                }
                tell.fact(Told::Summed(listed(&state.moving)));
                state.phase = Phase::Save;
            }
            Phase::Save => save(model, state, tell),
            Phase::Final => {
                let batch = model.id(state.batch);
                let rows = std::mem::take(&mut state.emitted);
                tell.fact(Told::Emitted(rows.clone()));
                let out = rows.into_iter().map(|(key, row)| Out { batch, key, row });
                state.sink.extend(out);
                state.phase = Phase::Commit;
            }
            Phase::Commit => commit(model, state, tell),
        }
    }
    state.taken += 1;
    true
}

fn listed(rows: &BTreeMap<Key, Row>) -> Vec<(Key, Row)> {
    rows.iter().map(|(key, row)| (key.clone(), *row)).collect()
}

/// Everything on the executor is gone: heap, local disk, and the map tasks' output. Tasks that were running are run again
/// elsewhere, from the start of the batch, on the version that the batch started from.
fn kill(state: &mut Query, tell: &mut Tell<'_, Told>) {
    state.killed = true;
    let again = state.phase > Phase::Partial && state.phase < Phase::Commit;
    tell.fact(Told::Killed(state.executor, again));
    state.executor += 1;
    for store in &mut state.stores {
        store.local = None;
    }
    if again {
        state.reruns += 1;
        state.phase = Phase::Partial;
        state.partial.clear();
        state.moving.clear();
        state.restored.clear();
        state.emitted.clear();
    }
}

fn partial(model: &BatchState, state: &mut Query, tell: &mut Tell<'_, Told>) {
    state.partial = vec![BTreeMap::new(); model.inputs as usize];
    state.moving.clear();
    state.restored.clear();
    let orders = model.orders(state.batch);
    for (i, order) in orders.iter().enumerate() {
        let task = &mut state.partial[i % model.inputs as usize];
        task.entry(model.key_of(order)).or_default().add(Row {
            count: 1,
            sum: order.amount.into(),
        });
    }
    let rows = state.partial.iter().flat_map(listed).collect();
    tell.fact(Told::Added(orders.len(), rows));
    state.phase = Phase::Exchange;
}

/// `StateStoreRestoreExec`: every partition opens the batch's version; for each row, the row of the state comes along.
fn restore(model: &BatchState, state: &mut Query, tell: &mut Tell<'_, Told>) {
    let version = u64::from(model.id(state.batch));
    for (partition, store) in state.stores.iter_mut().enumerate() {
        if store
            .local
            .as_ref()
            .is_some_and(|local| local.version == version)
        {
            continue;
        }
        let names: Vec<String> = store
            .files_for(version)
            .iter()
            .map(|file| file.name(model.provider))
            .collect();
        state.reloads += 1;
        state.files_read = state.files_read.max(names.len());
        tell.fact(Told::Loaded(partition as u32, version, names));
        store.local = Some(Local {
            version,
            rows: store.durable(version),
        });
    }
    let mut found = Vec::new();
    for key in state.moving.keys() {
        let store = &state.stores[model.partition(key) as usize];
        let row = store.local.as_ref().and_then(|local| local.rows.get(key));
        if let Some(row) = row {
            state.restored.insert(key.clone(), *row);
        }
        found.push((key.clone(), row.copied()));
    }
    tell.fact(Told::Restored(found));
    state.phase = Phase::MergeState;
}

/// `StateStoreSaveExec`: late rows are left out, the others put; rows whose window the watermark has reached the end of are
/// removed; then the version is committed, in every partition. Append emits what is removed, update what was put.
fn save(model: &BatchState, state: &mut Query, tell: &mut Tell<'_, Told>) {
    let version = u64::from(model.id(state.batch)) + 1;
    let mut changes = vec![BTreeMap::new(); model.partitions as usize];
    state.emitted.clear();
    state.late_now = 0;
    for (key, row) in &state.moving {
        if model.end(key) <= state.late_watermark {
            state.late_now += 1;
            tell.fact(Told::Late(key.clone(), state.late_watermark));
            continue;
        }
        changes[model.partition(key) as usize].insert(key.clone(), Some(*row));
        match model.mode {
            Mode::Append => {}
            Mode::Update => state.emitted.push((key.clone(), *row)),
        }
    }
    let mut name = String::new();
    for (store, mut changes) in state.stores.iter_mut().zip(changes) {
        let Some(local) = store.local.as_mut() else {
            continue;
        };
        for (key, row) in &changes {
            local.rows.extend(row.map(|row| (key.clone(), row)));
        }
        let over = |key: &Key| model.end(key) <= state.watermark;
        for (key, row) in local.rows.extract_if(.., |key, _| over(key)) {
            let gone = Gone {
                watermark: state.watermark,
                newest: state.newest,
            };
            state.gone.insert(key.clone(), gone);
            tell.fact(Told::Removed(key.clone(), row, state.watermark));
            match model.mode {
                Mode::Append => state.emitted.push((key.clone(), row)),
                Mode::Update => {}
            }
            changes.insert(key, None);
        }
        local.version = version;
        let holds = match model.provider {
            Provider::Hdfs => Holds::Delta(changes),
            Provider::Rocksdb => Holds::Snapshot(local.rows.clone()),
        };
        let file = File { version, holds };
        name = file.name(model.provider);
        store.write(file);
    }
    state.emitted.sort();
    tell.fact(Told::Saved(version, name));
    state.phase = Phase::Final;
}

/// The driver writes `commits/N`; the watermark for the next batch follows from the orders of this one. Then maintenance.
fn commit(model: &BatchState, state: &mut Query, tell: &mut Tell<'_, Told>) {
    let times = model.orders(state.batch).iter().map(|order| order.t.ms());
    state.newest = times.fold(state.newest, i64::max);
    let before = state.watermark;
    state.late_watermark = before;
    state.watermark = before.max(state.newest - model.delay.ms());
    state.commits += 1;
    state.late += std::mem::take(&mut state.late_now);
    tell.fact(Told::Committed(model.id(state.batch), state.watermark));
    snapshots(model, state, tell);
    state.partial.clear();
    state.moving.clear();
    state.restored.clear();
    state.batch += 1;
    state.phase = Phase::Offsets;
    // `shouldRunAnotherBatch`: without orders, only if the watermark has risen.
    state.finished = state.batch >= model.batches.len() && state.watermark <= before;
}

/// `HDFSBackedStateStoreProvider.doSnapshot`: only where the newest version is loaded.
fn snapshots(model: &BatchState, state: &mut Query, tell: &mut Tell<'_, Told>) {
    let mut written = None;
    for store in &mut state.stores {
        let version = store.newest();
        let deltas = store
            .files_for(version)
            .iter()
            .filter(|file| matches!(file.holds, Holds::Delta(_)))
            .count();
        let local = store
            .local
            .as_ref()
            .filter(|local| local.version == version);
        if let Some(local) = local.filter(|_| deltas > model.min_deltas as usize) {
            let file = File {
                version,
                holds: Holds::Snapshot(local.rows.clone()),
            };
            written = Some(file.name(model.provider));
            store.write(file);
        }
    }
    if let Some(name) = written {
        tell.fact(Told::Snapshot(name));
    }
}
