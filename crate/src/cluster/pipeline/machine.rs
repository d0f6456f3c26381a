//! One look at the pipeline: orders come, batches are planned and end, rows are read into the store, gauges are read.

use super::{Fault, Flowing, GAUGES, Pipeline, RELOAD, Row, Running, SLOW, TICK, Told, Upsert};
use crate::cluster::model::Tell;
use std::collections::BTreeSet;

/// After this long without orders it ends, whatever is left, in ms.
const PATIENCE: i64 = 3_600_000;

/// Goes to the next instant at which something happens; false if all is done.
pub(super) fn step(model: &Pipeline, state: &mut Flowing, tell: &mut Tell<'_, Told>) -> bool {
    let told = tell.told();
    loop {
        let waiting = state.topic.iter().any(|rows| !rows.is_empty());
        let rest = state.done < model.orders() || state.running.is_some() || waiting;
        if !rest || state.now > model.lasts.0 + PATIENCE {
            return tell.told() > told;
        }
        state.now += TICK;
        state.made = ((state.now / model.every.0) as u32).min(model.orders());
        start_again(model, state, tell);
        end(model, state, tell);
        plan(model, state, tell);
        read(model, state, tell);
        gauges(model, state, tell);
        if tell.told() > told {
            return true;
        }
    }
}

/// Stops the job and starts it again: what it was at is planned again, and what is set counts where the checkpoint says nothing.
fn start_again(model: &Pipeline, state: &mut Flowing, tell: &mut Tell<'_, Told>) {
    if model.fault != Fault::StartedAgain || state.now < model.from.0 || state.started_again {
        return;
    }
    state.started_again = true;
    state.running = None;
    state.partitions = None;
    tell.fact(Told::Started {
        version: state.version + 1,
        set: model.shuffle_again,
        kept: state.partitions_kept,
    });
}

/// What `spark.sql.shuffle.partitions` is when the job starts.
fn set_now(model: &Pipeline, state: &Flowing) -> u32 {
    if state.started_again || state.failed > 0 {
        model.shuffle_again
    } else {
        model.shuffle
    }
}

/// Plans a batch of all there is, at a multiple of the interval or at once where the one before took longer.
fn plan(model: &Pipeline, state: &mut Flowing, tell: &mut Tell<'_, Told>) {
    let overdue = state
        .durations
        .last()
        .is_some_and(|last| *last > model.trigger.0);
    let fires = state.now % model.trigger.0 == 0 || overdue;
    if state.running.is_some() || state.done == state.made || !fires {
        return;
    }
    let takes = if model.faulty(Fault::SlowBatches, state.now) {
        SLOW
    } else {
        model.batch.0
    };
    // The first batch ever writes what is set into the checkpoint, and every start reads it there (`OffsetSeqMetadata`).
    let set = set_now(model, state);
    let kept = *state.partitions_kept.get_or_insert(set);
    state.partitions.get_or_insert(kept);
    state.running = Some(Running {
        upto: state.made,
        planned: state.now,
        ends: state.now + takes,
    });
    tell.fact(Told::Planned {
        version: state.version + 1,
        orders: state.made - state.done,
        takes,
    });
}

/// What becomes of the batch under way.
fn end(model: &Pipeline, state: &mut Flowing, tell: &mut Tell<'_, Told>) {
    let Some(running) = &mut state.running else {
        return;
    };
    let version = state.version + 1;
    if model.fault == Fault::ExecutorLost && state.now >= model.from.0 && !state.lost_executor {
        state.lost_executor = true;
        state.retried += 1;
        running.ends = state.now + RELOAD + model.batch.0;
        tell.fact(Told::Lost { version });
        return;
    }
    if state.now < running.ends {
        return;
    }
    if !model.hop && model.faulty(Fault::StoreDown, state.now) {
        // The query fails and is started again from its checkpoint: the same offsets, the same batch.
        state.failed += 1;
        state.partitions = state.partitions_kept;
        running.ends = state.now + model.batch.0;
        tell.fact(Told::Failed { version });
        return;
    }
    let running = *running;
    state.running = None;
    state.version = version;
    if model.commits {
        state.group = Some(running.upto);
    }
    state.durations.push(state.now - running.planned);
    let rows = count(model, state, running.upto);
    tell.fact(Told::Done {
        version,
        rows: rows.len(),
    });
    for row in rows {
        if model.hop {
            let partition = model.partition(&row, state.now);
            state.topic[partition].push_back(row);
        } else {
            upsert(model, state, row, tell);
        }
    }
}

/// Adds a batch's orders to the state; the rows of the restaurants that it touched.
fn count(model: &Pipeline, state: &mut Flowing, upto: u32) -> Vec<Row> {
    let mut touched = BTreeSet::new();
    for order in state.done..upto {
        let key = model.restaurant(order);
        *state.counts.entry(key.into()).or_default() += 1;
        touched.insert(key);
    }
    state.done = upto;
    let row = |key: &str| Row {
        key: key.into(),
        count: state.counts[key],
        version: state.version,
        made: model.made_at(upto - 1),
        written: state.now,
    };
    touched.into_iter().map(row).collect()
}

/// What the serving store reads from the topic of aggregates, partition by partition.
fn read(model: &Pipeline, state: &mut Flowing, tell: &mut Tell<'_, Told>) {
    if model.faulty(Fault::StoreDown, state.now) {
        return;
    }
    for partition in 0..state.topic.len() {
        let behind = if partition == 0 {
            model.slow_reader.0
        } else {
            0
        };
        while state.topic[partition]
            .front()
            .is_some_and(|row| row.written + behind < state.now)
        {
            if let Some(row) = state.topic[partition].pop_front() {
                upsert(model, state, row, tell);
            }
        }
    }
}

fn upsert(model: &Pipeline, state: &mut Flowing, row: Row, tell: &mut Tell<'_, Told>) {
    let before = state.store.get(&row.key).map(|row| row.version);
    let older = before.is_some_and(|before| before > row.version);
    if older && model.upsert == Upsert::Version {
        tell.fact(Told::Older { row });
        return;
    }
    state.regressions += u32::from(older);
    tell.fact(Told::Shown {
        row: row.clone(),
        before,
    });
    state.store.insert(row.key.clone(), row);
}

fn gauges(model: &Pipeline, state: &mut Flowing, tell: &mut Tell<'_, Told>) {
    for (gauge, _, limit) in GAUGES {
        let shows = model.shows(state, gauge);
        if shows > limit && state.alarms.iter().all(|(known, _)| *known != gauge) {
            state.alarms.push((gauge, state.now));
            tell.fact(Told::Alarm { gauge, shows });
        }
    }
}
