//! Why something is as it is: the rule with its source, the numbers, and what led to it.

use super::channel::credits;
use super::coordinator::{Ended, Outcome};
use super::fact::{Fact, OfCheckpoint, OfEvent, OfTransaction, What};
use super::figures::shares;
use super::ledger;
use super::machine::Machine;
use super::sink::Standing;
use super::spec::{Flow, Keeping, Mode, Offsets, SinkKind};
use super::task::{Stage, Status, Task};
use super::words::{bytes, offsets, sentence, some, time};
use crate::cluster::played::{Entry, Played};
use crate::explain::{CauseStep, Explanation, Line};

fn line(label: &str, value: impl Into<String>) -> Line {
    Line {
        label: label.into(),
        value: value.into(),
    }
}

/// What led to something: the facts that are about it, as seen after so many steps.
fn steps(run: &Played<Flow>, position: usize, about: impl Fn(&Fact) -> bool) -> Vec<CauseStep> {
    let before = |entry: &&Entry<Fact>| (entry.step as usize) < position;
    run.entries
        .iter()
        .filter(before)
        .filter(|entry| about(&entry.fact))
        .map(|entry| CauseStep {
            position: entry.step + 1,
            text: format!(
                "{}: {}",
                time(entry.fact.at),
                sentence(&run.model, &entry.fact).text
            ),
        })
        .collect()
}

/// Why the thing of this id is as it is.
pub(super) fn why(
    flow: &Flow,
    run: &Played<Flow>,
    thing: &str,
    position: usize,
) -> Option<Explanation> {
    let m = run.state(position);
    let (kind, rest) = thing.split_once(':').unwrap_or((thing, ""));
    let mut answer = match kind {
        "event" => event(flow, run, &m, rest, position),
        "checkpoint" => checkpoint(run, &m, rest.parse().ok()?, position),
        "transaction" => transaction(flow, run, &m, rest.parse().ok()?, position),
        "task" => {
            let id: String = thing.split(':').take(3).collect::<Vec<_>>().join(":");
            let task = m.tasks.iter().find(|task| task.name.id() == id)?;
            Some(of_task(flow, &m, task))
        }
        "log" => log(flow, &m, rest.parse().ok()?),
        "stages" => Some(stages(&m)),
        "job" | "coordinator" | "checkpoints" => Some(job(flow, run, &m, position)),
        "sink" | "reader" => Some(sink(flow, &m)),
        "key" => key(&m, rest),
        _ => None,
    }?;
    if answer.position.is_none() {
        answer.position = answer.steps.last().map(|step| step.position);
    }
    Some(answer)
}

/// The thing that explains a figure.
pub(super) fn about(figure: &str) -> Option<String> {
    let of_stages = figure == "bottleneck"
        || [".busy", ".backpressured", ".idle"]
            .iter()
            .any(|end| figure.ends_with(end));
    of_stages.then(|| "stages".into())
}

/// What the tasks of all stages spent their time with.
fn stages(m: &Machine) -> Explanation {
    let told: Vec<(&str, [u64; 3])> = [
        ("sources", Stage::Source),
        ("counting", Stage::Operator),
        ("sink", Stage::Sink),
    ]
    .into_iter()
    .map(|(name, stage)| (name, shares(m.stage(stage), m.now)))
    .collect();
    let said: Vec<String> = told
        .iter()
        .map(|(name, [_, busy, waits])| format!("{name} busy {busy} %, back-pressured {waits} %"))
        .collect();
    Explanation {
        title: "Where the time goes".into(),
        verdict: format!("Of their time: {}.", said.join("; ")),
        rule: "A task is busy while it works, back-pressured while it has an event and no credit to send it, idle otherwise (Flink \
               2.3). The slow stage is the busy one behind the last that is back-pressured."
            .into(),
        numbers: told
            .iter()
            .map(|(name, [idle, ..])| line(&format!("{name}, idle"), format!("{idle} %")))
            .collect(),
        ..Explanation::default()
    }
}

fn is_about(record: u32, fact: &Fact) -> bool {
    let What::Event(event) = &fact.what else {
        return false;
    };
    let (OfEvent::Produced { record: of, .. }
    | OfEvent::Read { record: of, .. }
    | OfEvent::Stuck { record: of, .. }
    | OfEvent::Sent { record: of, .. }
    | OfEvent::Shed { record: of, .. }
    | OfEvent::Counted { record: of, .. }
    | OfEvent::Wrote { record: of, .. }) = event;
    *of == record
}

fn event(
    flow: &Flow,
    run: &Played<Flow>,
    m: &Machine,
    name: &str,
    position: usize,
) -> Option<Explanation> {
    let number = m.feed.records.iter().position(|r| r.name == name)?;
    let held = ledger::lines(flow, m)[number];
    let transactions: Vec<u32> = m
        .store
        .rows
        .iter()
        .filter(|row| row.record == number as u32)
        .filter_map(|row| row.transaction)
        .collect();
    let about = |fact: &Fact| {
        is_about(number as u32, fact)
            || matches!(&fact.what, What::Transaction(
                OfTransaction::Committed { transaction, .. }
                | OfTransaction::Aborted { transaction, .. }
                | OfTransaction::TimedOut { transaction, .. }) if transactions.contains(transaction))
    };
    Some(Explanation {
        title: format!("Event {name}"),
        verdict: format!("It is {}.", held.fate.word()),
        rule: guarantee(flow),
        numbers: vec![
            line("times in the count", held.counted.to_string()),
            line("rows that the reader sees", held.seen.to_string()),
            line(
                "visible after",
                held.after.map_or_else(|| "not yet".into(), time),
            ),
        ],
        steps: steps(run, position, about),
        ..Explanation::default()
    })
}

/// What the settings guarantee, and why.
fn guarantee(flow: &Flow) -> String {
    let delivered = match (flow.source.offsets, flow.operator.state) {
        (Offsets::OnRead, _) => {
            "Offsets are committed when an event is read. After a crash what was read and not processed is never read again: at most once"
        }
        (Offsets::Checkpoint, Keeping::Outside) => {
            "Offsets are taken back to the checkpoint and counts are not: events since the checkpoint count again, at least once"
        }
        (Offsets::Checkpoint, Keeping::Checkpoint) => match flow.checkpoint.mode {
            Mode::Aligned | Mode::Unaligned => {
                "Offsets and state are taken back to the same checkpoint: each event counts once in the state"
            }
            Mode::AtLeastOnce => {
                "Tasks read on while they wait for barriers: their state is ahead of the offsets, at least once"
            }
        },
    };
    let sink = match flow.sink.kind {
        SinkKind::Append => {
            "An append sink keeps what was written before the crash, and gets it again"
        }
        SinkKind::Upsert => {
            "An upsert sink replaces the row of the same event: a second write changes nothing"
        }
        SinkKind::Transactional => {
            "A transactional sink shows rows once their checkpoint is complete; transactions outside it are aborted"
        }
    };
    format!("{delivered} (Flink 2.3, CheckpointingMode). {sink} (Flink 2.3, SupportsCommitter).")
}

fn checkpoint(run: &Played<Flow>, m: &Machine, id: u32, position: usize) -> Option<Explanation> {
    let about = |fact: &Fact| match &fact.what {
        What::Checkpoint(
            OfCheckpoint::Triggered { id: of, .. }
            | OfCheckpoint::Aligning { id: of, .. }
            | OfCheckpoint::Overtook { id: of, .. }
            | OfCheckpoint::Snapshot { id: of, .. }
            | OfCheckpoint::Acked { id: of, .. }
            | OfCheckpoint::Completed { id: of, .. }
            | OfCheckpoint::Expired { id: of, .. },
        )
        | What::Transaction(OfTransaction::PreCommitted { id: of, .. }) => *of == id,
        What::Event(_) | What::Transaction(_) | What::Job(_) => false,
    };
    let ended = m.coordinator.ended.iter().find(|ended| ended.id == id);
    let pending = m.coordinator.pending.as_ref().filter(|p| p.id == id);
    let contents = match (ended, pending) {
        (Some(ended), _) => &*ended.contents,
        (None, Some(pending)) => &pending.contents,
        (None, None) => return None,
    };
    Some(Explanation {
        title: format!("Checkpoint {id}"),
        verdict: verdict(ended),
        rule: "A checkpoint is complete when every task has acknowledged its part; until then the last complete one counts \
               (Flink 2.3, CheckpointCoordinator.receiveAcknowledgeMessage). A task takes its part when the barriers of all its \
               inputs have come; unaligned, when the first has come, and events before the others' barriers go in as well \
               (SingleCheckpointBarrierHandler)."
            .into(),
        numbers: vec![
            line("offsets", offsets(&contents.offsets)),
            line("keys", contents.cells.len().to_string()),
            line("events in flight", contents.in_flight.len().to_string()),
            line("transactions", contents.transactions.len().to_string()),
            line("bytes", bytes(contents.bytes)),
        ],
        steps: steps(run, position, about),
        ..Explanation::default()
    })
}

fn verdict(ended: Option<&Ended>) -> String {
    let Some(ended) = ended else {
        return "It is under way.".into();
    };
    let took = time(ended.at - ended.began);
    match ended.outcome {
        Outcome::Completed => format!("It is complete, after {took}."),
        Outcome::Expired => format!("It was given up after {took}: the timeout."),
        Outcome::Died => format!("It died with the job, after {took}."),
    }
}

fn transaction(
    flow: &Flow,
    run: &Played<Flow>,
    m: &Machine,
    number: u32,
    position: usize,
) -> Option<Explanation> {
    let held = m.store.transactions.get(number as usize)?;
    let about = |fact: &Fact| match &fact.what {
        What::Event(OfEvent::Wrote { transaction, .. }) => *transaction == Some(number),
        What::Transaction(
            OfTransaction::PreCommitted { transaction, .. }
            | OfTransaction::Committed { transaction, .. }
            | OfTransaction::Aborted { transaction, .. }
            | OfTransaction::TimedOut { transaction, .. },
        ) => *transaction == number,
        What::Event(_) | What::Checkpoint(_) | What::Job(_) => false,
    };
    Some(Explanation {
        title: format!("Transaction {number}"),
        verdict: match held.standing {
            Standing::Open => "It is open: rows are written into it.",
            Standing::PreCommitted => "It is pre-committed: its fate is that of the checkpoint.",
            Standing::Committed => "It is committed: its rows are visible.",
            Standing::Aborted => "It is aborted: its rows are never visible with read_committed.",
        }
        .into(),
        rule: "Phase one: at the barrier the sink flushes and closes its transaction, and its id goes into the checkpoint. Phase \
               two: once the checkpoint is complete it commits, after a crash too (Flink 2.3, SupportsCommitter; KafkaSink). The \
               broker aborts what stays open for longer than transaction.timeout.ms (Kafka 4)."
            .into(),
        numbers: vec![
            line("rows", held.rows.to_string()),
            line("begun at", time(held.began)),
            line("timeout", time(flow.sink.transaction_timeout.ms())),
        ],
        steps: steps(run, position, about),
        ..Explanation::default()
    })
}

/// Events, and the buffers that they are in where that is another number.
fn held(events: u32, buffers: u32) -> String {
    if events == buffers {
        some(events, "event")
    } else {
        format!("{} in {}", some(events, "event"), some(buffers, "buffer"))
    }
}

fn of_task(flow: &Flow, m: &Machine, task: &Task) -> Explanation {
    let spent = task.spent_by(m.now);
    let mut numbers = vec![
        line("idle", time(spent[0])),
        line("busy", time(spent[1])),
        line("back-pressured", time(spent[2])),
    ];
    for (i, channel) in task.inputs.iter().enumerate() {
        let left = credits(&task.inputs, i, flow.buffers);
        numbers.push(line(
            &format!("input {i}"),
            format!(
                "{}, {} left",
                held(channel.events(), channel.used()),
                some(left, "credit")
            ),
        ));
    }
    let waits = task.inputs.iter().any(|input| input.blocked);
    Explanation {
        title: task.name.text(),
        verdict: match task.status {
            _ if waits => "It waits for barriers, and does not read the inputs whose barrier has come.",
            Status::Idle => "It has nothing to do: it waits for what is before it.",
            Status::Busy => "It is busy: what is before it waits for it as soon as its buffers are full.",
            Status::Blocked => "It is back-pressured: it has an event and no credit to send it. The slow task is further down.",
        }
        .into(),
        rule: format!(
            "An event may be sent if the receiver has a buffer for it: {} of the channel, {} shared by the gate, with room for {} \
             each (Flink 2.3, credit-based flow control, buffers-per-channel and floating-buffers-per-gate). Barriers need no \
             credit.",
            flow.buffers.exclusive,
            flow.buffers.floating,
            some(flow.buffers.events, "event")
        ),
        numbers,
        ..Explanation::default()
    }
}

fn log(flow: &Flow, m: &Machine, partition: usize) -> Option<Explanation> {
    let end = *m.log.ends.get(partition)?;
    let position = m.tasks.get(partition)?.position;
    let last = m.coordinator.last();
    let saved = last.map_or(0, |last| last.contents.offsets[partition]);
    let back = match flow.source.offsets {
        Offsets::Checkpoint => saved,
        Offsets::OnRead => m.log.committed[partition],
    };
    Some(Explanation {
        title: format!("Partition {partition}"),
        verdict: format!(
            "A crash now would take reading back from offset {position} to {back}: {} once more.",
            some(position.saturating_sub(back), "event")
        ),
        rule: "A log keeps what was read: reading again takes an offset and nothing else (Kafka 4). Which offset, the checkpoint \
               says, or the commit."
            .into(),
        numbers: vec![
            line("end", end.to_string()),
            line("read", position.to_string()),
            line("in the last complete checkpoint", saved.to_string()),
        ],
        ..Explanation::default()
    })
}

fn job(flow: &Flow, run: &Played<Flow>, m: &Machine, position: usize) -> Explanation {
    let last = m.coordinator.last();
    Explanation {
        title: "The job".into(),
        verdict: last.map_or_else(
            || "If it died now, it would begin with nothing: no checkpoint is complete.".into(),
            |last| {
                format!(
                    "If it died now, it would begin with checkpoint {}: {}.",
                    last.id,
                    offsets(&last.contents.offsets)
                )
            },
        ),
        rule: guarantee(flow),
        numbers: vec![
            line("checkpoint interval", time(flow.checkpoint.interval.ms())),
            line("checkpoint timeout", time(flow.checkpoint.timeout.ms())),
            line("time to restart", time(flow.restart.delay.ms())),
        ],
        steps: steps(run, position, |fact| matches!(fact.what, What::Job(_))),
        ..Explanation::default()
    }
}

fn sink(flow: &Flow, m: &Machine) -> Explanation {
    let sums = ledger::sums(&ledger::lines(flow, m));
    Explanation {
        title: "What the reader sees".into(),
        verdict: format!(
            "{} of {}: {} correct, {} late, {} duplicated, {} lost, {} not visible yet.",
            some(m.store.seen(&flow.sink).count() as u32, "row"),
            some(sums.produced, "event"),
            sums.correct,
            sums.late,
            sums.duplicated,
            sums.lost,
            sums.waiting
        ),
        rule: guarantee(flow),
        numbers: vec![
            line("rows written", m.store.rows.len().to_string()),
            line("rows in the sink", m.store.held().to_string()),
        ],
        ..Explanation::default()
    }
}

fn key(m: &Machine, name: &str) -> Option<Explanation> {
    let number = m.feed.keys.iter().position(|key| key == name)?;
    let group = m.feed.groups[number];
    let cell = |task: &&Task| task.cells.contains_key(&(number as u32));
    let task = m.stage(Stage::Operator).find(cell);
    Some(Explanation {
        title: format!("Key {name}"),
        verdict: match task {
            Some(task) => format!("{} has it, as it has key group {group}.", task.name.text()),
            None => "No task has it now.".into(),
        },
        rule: "Key group = murmur(hashCode) mod max parallelism; task = key group * parallelism / max parallelism (Flink 2.3, \
               KeyGroupRangeAssignment). The group of a key never changes; with other parallelism its task may."
            .into(),
        numbers: vec![line("key group", group.to_string()), line("tasks", m.parallelism.to_string())],
        ..Explanation::default()
    })
}
