//! One instant of a producer: answers come in, `send()` is called, what is ready is sent.

use super::{BACKOFF, Batch, OVERHEAD, Producer, Request, Sending, Told};
use crate::cluster::model::Tell;

/// How many of the latest batches are remembered for the tables.
const LATEST: usize = 20;

/// Goes to the next instant at which something happens; false if there is none.
pub(super) fn step(model: &Producer, state: &mut Sending, tell: &mut Tell<'_, Told>) -> bool {
    let Some(next) = next(model, state) else {
        return false;
    };
    state.now = next;
    answer(model, state, tell);
    accept(model, state, tell);
    send(model, state, tell);
    true
}

/// When the call of `send()` with this number is made, from 0: calls are spread evenly.
fn due(model: &Producer, call: u32) -> i64 {
    ((u64::from(call) + 1) * 1000).div_ceil(model.rate.into()) as i64
}

fn next(model: &Producer, state: &Sending) -> Option<i64> {
    let calls = state.accepted + state.failed;
    let call = (calls < model.total()).then(|| match state.blocked_since {
        Some(since) => since + i64::from(model.max_block),
        None => due(model, calls),
    });
    let waits = state
        .queues
        .iter()
        .filter_map(|queue| queue.front())
        .map(|batch| batch.not_before.max(batch.opened + i64::from(model.linger)));
    let answers = state.requests.iter().map(|request| request.answered);
    let later = waits.chain(answers).chain(call).map(|at| {
        // Calls that are overdue are made in the next millisecond.
        if state.blocked_since.is_none() && call == Some(at) {
            at.max(state.now + 1)
        } else {
            at
        }
    });
    later.filter(|at| *at > state.now).min()
}

/// What brokers do with the requests that are answered now.
fn answer(model: &Producer, state: &mut Sending, tell: &mut Tell<'_, Told>) {
    let now = state.now;
    let (answered, waiting) = std::mem::take(&mut state.requests)
        .into_iter()
        .partition(|request| request.answered <= now);
    state.requests = waiting;
    let requests: Vec<Request> = answered;
    for batch in requests.into_iter().flat_map(|request| request.batches) {
        append(model, state, batch, tell);
    }
}

fn append(model: &Producer, state: &mut Sending, batch: Batch, tell: &mut Tell<'_, Told>) {
    let log = &mut state.logs[batch.partition as usize];
    let expected = log.len() as u32 + 1;
    if batch.number == model.refuse && batch.partition == 0 && !state.refused {
        state.refused = true;
        tell.fact(Told::Refused { batch });
    } else if model.idempotent() && batch.number != expected {
        tell.fact(Told::OutOfSequence { batch, expected });
    } else {
        log.push(batch.number);
        state.memory -= model.allocated();
        tell.fact(Told::Appended { batch });
        return;
    }
    let again = Batch {
        not_before: state.now + BACKOFF,
        ..batch
    };
    let queue = &mut state.queues[batch.partition as usize];
    // In the order of their numbers if they have any, otherwise at the front (RecordAccumulator.reenqueue).
    let place = if model.idempotent() {
        queue
            .iter()
            .take_while(|other| other.number < batch.number)
            .count()
    } else {
        0
    };
    queue.insert(place, again);
}

/// The calls of `send()` that are due, until one has to wait for memory.
fn accept(model: &Producer, state: &mut Sending, tell: &mut Tell<'_, Told>) {
    let (mut records, mut opened) = (0, 0);
    loop {
        let call = state.accepted + state.failed;
        if call >= model.total() || due(model, call) > state.now {
            break;
        }
        let partition = call % model.partitions;
        if !fits(model, state, partition) {
            if state.memory + model.allocated() > u64::from(model.buffer_memory) {
                if !wait(model, state, tell) {
                    break;
                }
                continue;
            }
            open(model, state, partition, due(model, call));
            opened += 1;
        }
        if let Some(since) = state.blocked_since.take() {
            let after = state.now - since;
            state.blocked += after;
            tell.fact(Told::Unblocked { after });
        }
        if let Some(batch) = state.queues[partition as usize].back_mut() {
            batch.records += 1;
            batch.bytes += model.record;
            batch.closed = batch.bytes >= model.batch_size;
        }
        state.accepted += 1;
        records += 1;
    }
    if records > 0 {
        tell.fact(Told::Accepted { records, opened });
    }
}

/// Whether a partition's last batch takes another record; if not it is closed (`ProducerBatch.tryAppend`).
fn fits(model: &Producer, state: &mut Sending, partition: u32) -> bool {
    let Some(last) = state.queues[partition as usize].back_mut() else {
        return false;
    };
    if last.attempts > 0 {
        return false;
    }
    last.closed |= last.bytes + model.record > model.batch_size;
    !last.closed
}

fn open(model: &Producer, state: &mut Sending, partition: u32, first: i64) {
    let number = &mut state.numbers[partition as usize];
    state.queues[partition as usize].push_back(Batch {
        number: *number,
        partition,
        records: 0,
        bytes: OVERHEAD,
        opened: state.now,
        first,
        closed: false,
        attempts: 0,
        not_before: state.now,
    });
    *number += 1;
    state.memory += model.allocated();
    state.memory_peak = state.memory_peak.max(state.memory);
}

/// `send()` waits for memory; true if it has waited for long enough and fails (`BufferPool.allocate`).
fn wait(model: &Producer, state: &mut Sending, tell: &mut Tell<'_, Told>) -> bool {
    let since = *state.blocked_since.get_or_insert_with(|| {
        tell.fact(Told::Blocked {
            memory: state.memory,
            needed: model.allocated(),
        });
        state.now
    });
    if state.now - since < i64::from(model.max_block) {
        return false;
    }
    state.blocked += state.now - since;
    state.blocked_since = None;
    state.failed += 1;
    tell.fact(Told::Failed);
    true
}

/// Sends what is ready to every broker that takes another request.
fn send(model: &Producer, state: &mut Sending, tell: &mut Tell<'_, Told>) {
    for broker in 0..model.brokers {
        loop {
            let in_flight = state.requests.iter().filter(|r| r.broker == broker).count() as u32;
            if in_flight >= model.in_flight {
                break;
            }
            let batches = drain(model, state, broker);
            if batches.is_empty() {
                break;
            }
            state.sent.requests += 1;
            for batch in batches.iter().filter(|batch| batch.attempts == 1) {
                count(state, *batch);
            }
            tell.fact(Told::Sent {
                broker,
                batches: batches.clone(),
                in_flight: in_flight + 1,
            });
            state.requests.push(Request {
                broker,
                answered: state.now + i64::from(model.latency),
                batches,
            });
        }
    }
}

/// The first ready batch of each of a broker's partitions, as many as one request holds
/// (`RecordAccumulator.drainBatchesForOneNode`).
fn drain(model: &Producer, state: &mut Sending, broker: u32) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    let mut size = 0;
    for partition in (broker..model.partitions).step_by(model.brokers as usize) {
        let Some(head) = state.queues[partition as usize].front() else {
            continue;
        };
        if !ready(model, state, head) {
            continue;
        }
        if !batches.is_empty() && size + head.bytes > model.max_request {
            break;
        }
        size += head.bytes;
        if let Some(mut batch) = state.queues[partition as usize].pop_front() {
            batch.attempts += 1;
            batches.push(batch);
        }
    }
    batches
}

/// Whether a partition's first batch may leave: it is full, has waited for `linger.ms`, or `send()` waits for memory
/// (`RecordAccumulator.batchReady`). One that is sent again waits for `retry.backoff.ms`, and, with idempotence, until none
/// with a smaller number is on its way.
fn ready(model: &Producer, state: &Sending, head: &Batch) -> bool {
    if head.attempts > 0 {
        let earlier =
            |other: &Batch| other.partition == head.partition && other.number < head.number;
        let behind = state.requests.iter().flat_map(|r| &r.batches).any(earlier);
        return state.now >= head.not_before && !(model.idempotent() && behind);
    }
    let queue = &state.queues[head.partition as usize];
    head.closed
        || queue.len() > 1
        || state.now - head.opened >= i64::from(model.linger)
        || state.blocked_since.is_some()
}

fn count(state: &mut Sending, batch: Batch) {
    let now = state.now;
    let sent = &mut state.sent;
    sent.batches += 1;
    sent.records += u64::from(batch.records);
    sent.bytes += u64::from(batch.bytes);
    sent.longest_wait = sent.longest_wait.max(now - batch.first);
    if sent
        .largest
        .is_none_or(|largest| largest.bytes < batch.bytes)
    {
        sent.largest = Some(batch);
    }
    sent.latest.push_front((now, batch));
    sent.latest.truncate(LATEST);
}
