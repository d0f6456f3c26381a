//! Sinks: the rows that were written, the transactions they were written in, and what a reader sees of them.
//!
//! It outlives the job, as the log does.

use super::spec::{Isolation, Sink, SinkKind};

/// A row as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    /// The event it is for.
    pub(super) record: u32,
    /// Its key's count and sum, as the row says.
    pub(super) counted: (u64, i64),
    /// When it was written.
    pub(super) at: i64,
    /// In which transaction.
    pub(super) transaction: Option<u32>,
    /// Whether a later row of the same event has replaced it (upsert).
    pub(super) replaced: bool,
}

/// What has become of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Rows are written into it.
    Open,
    /// Closed at a barrier and flushed: it can be committed or aborted, by whoever knows its id, also after a crash.
    PreCommitted,
    /// Its rows are there.
    Committed,
    /// Its rows are not.
    Aborted,
}

/// A transaction of a sink task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Transaction {
    /// The sink task's number.
    pub(super) subtask: u32,
    /// What has become of it.
    pub(super) standing: Standing,
    /// When its first row was written.
    pub(super) began: i64,
    /// How many rows were written into it.
    pub(super) rows: u32,
}

/// What a sink holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Store {
    /// All that was ever written, in order.
    pub(super) rows: Vec<Row>,
    /// All transactions, by number.
    pub(super) transactions: Vec<Transaction>,
    /// For each event when it could first be seen by the reader.
    pub(super) visible: Vec<Option<i64>>,
    /// For each event when it was first written.
    pub(super) written: Vec<Option<i64>>,
}

impl Store {
    /// An empty one, for so many events.
    pub(super) fn new(events: usize) -> Store {
        Store {
            visible: vec![None; events],
            written: vec![None; events],
            ..Store::default()
        }
    }

    /// Begins a transaction.
    pub(super) fn begin(&mut self, subtask: u32, now: i64) -> u32 {
        self.transactions.push(Transaction {
            subtask,
            standing: Standing::Open,
            began: now,
            rows: 0,
        });
        self.transactions.len() as u32 - 1
    }

    /// Writes a row. Returns whether it replaces one.
    pub(super) fn write(&mut self, sink: &Sink, row: Row) -> bool {
        let mut replaces = false;
        if sink.kind == SinkKind::Upsert {
            for old in &mut self.rows {
                if old.record == row.record && !old.replaced {
                    old.replaced = true;
                    replaces = true;
                }
            }
        }
        if let Some(transaction) = row.transaction {
            self.transactions[transaction as usize].rows += 1;
        }
        self.rows.push(row);
        let record = row.record as usize;
        self.written[record].get_or_insert(row.at);
        if self.sees(sink, &row) {
            self.visible[record].get_or_insert(row.at);
        }
        replaces
    }

    /// Closes a transaction, now that its rows are flushed.
    pub(super) fn pre_commit(&mut self, transaction: u32) {
        self.transactions[transaction as usize].standing = Standing::PreCommitted;
    }

    /// Aborts a transaction.
    pub(super) fn abort(&mut self, transaction: u32) {
        self.transactions[transaction as usize].standing = Standing::Aborted;
    }

    /// Commits a transaction, unless the broker has aborted it because it was open for too long. Returns whether it did.
    /// (Kafka 4 `TransactionCoordinator.abortTimedOutTransactions`; the sink then logs a possible loss of data and goes on, Flink
    /// `KafkaCommitter`.)
    pub(super) fn commit(&mut self, sink: &Sink, transaction: u32, now: i64) -> bool {
        let held = &mut self.transactions[transaction as usize];
        if now - held.began > sink.transaction_timeout.ms() {
            held.standing = Standing::Aborted;
            return false;
        }
        held.standing = Standing::Committed;
        for row in &self.rows {
            if row.transaction == Some(transaction) {
                self.visible[row.record as usize].get_or_insert(now);
            }
        }
        true
    }

    /// Whether the reader sees a row.
    pub(super) fn sees(&self, sink: &Sink, row: &Row) -> bool {
        match (sink.kind, sink.isolation) {
            (SinkKind::Append, _) | (SinkKind::Transactional, Isolation::ReadUncommitted) => true,
            (SinkKind::Upsert, _) => !row.replaced,
            (SinkKind::Transactional, Isolation::ReadCommitted) => {
                row.transaction.is_none_or(|transaction| {
                    self.transactions[transaction as usize].standing == Standing::Committed
                })
            }
        }
    }

    /// The rows that the reader sees, in the order in which they were written.
    pub(super) fn seen<'a>(&'a self, sink: &'a Sink) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(|row| self.sees(sink, row))
    }

    /// Whether a row may still become visible.
    pub(super) fn awaits(&self, row: &Row) -> bool {
        row.transaction.is_some_and(|transaction| {
            matches!(
                self.transactions[transaction as usize].standing,
                Standing::Open | Standing::PreCommitted
            )
        })
    }

    /// How many rows the sink holds: replaced ones do not count, those of aborted transactions stay in the log.
    pub(super) fn held(&self) -> usize {
        self.rows.iter().filter(|row| !row.replaced).count()
    }
}

impl Store {
    /// The transactions of a sink task that are pre-committed and not committed yet.
    pub(super) fn closed(&self, subtask: u32) -> Vec<u32> {
        let all = self.transactions.iter().enumerate();
        all.filter(|(_, t)| t.subtask == subtask && t.standing == Standing::PreCommitted)
            .map(|(number, _)| number as u32)
            .collect()
    }

    /// The transactions that are neither committed nor aborted.
    pub(super) fn unfinished(&self) -> Vec<u32> {
        let all = self.transactions.iter().enumerate();
        all.filter(|(_, t)| matches!(t.standing, Standing::Open | Standing::PreCommitted))
            .map(|(number, _)| number as u32)
            .collect()
    }
}
