//! Records over time where the rate changes at a few instants only. Exact: amounts are thousandths of records, which is records
//! per second times milliseconds.

/// How much has come by when.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Flow {
    /// From when which rate, in records per second, and how much had come by then, in thousandths of records.
    pieces: Vec<(i64, u64, u64)>,
}

impl Flow {
    /// One with these rates, in records per second, each from an instant in ms on; the first from 0.
    pub(super) fn new(rates: &[(i64, u64)]) -> Flow {
        let mut pieces: Vec<(i64, u64, u64)> = Vec::with_capacity(rates.len());
        for &(from, rate) in rates {
            let had = pieces
                .last()
                .map_or(0, |&(start, rate, had)| had + (from - start) as u64 * rate);
            pieces.push((from, rate, had));
        }
        Flow { pieces }
    }

    fn piece(&self, at: i64) -> (i64, u64, u64) {
        let found = self.pieces.iter().rev().find(|piece| piece.0 <= at);
        found.copied().unwrap_or((0, 0, 0))
    }

    /// How much has come by then.
    pub(super) fn at(&self, at: i64) -> u64 {
        let (from, rate, had) = self.piece(at);
        had + (at - from) as u64 * rate
    }

    /// The rate from then on.
    pub(super) fn rate(&self, at: i64) -> u64 {
        self.piece(at).1
    }

    /// The first millisecond by whose end so much has come.
    pub(super) fn when(&self, amount: u64) -> i64 {
        let found = self
            .pieces
            .iter()
            .rev()
            .find(|(_, rate, had)| *had < amount && *rate > 0);
        match found {
            Some((from, rate, had)) => from + (amount - had).div_ceil(*rate) as i64 - 1,
            None => 0,
        }
    }

    /// When the rate changes.
    pub(super) fn changes(&self) -> impl Iterator<Item = i64> {
        self.pieces.iter().map(|piece| piece.0)
    }

    /// What comes through behind a quota of so many records a second: the rest waits and follows at that rate. 0 is no quota.
    pub(super) fn behind_quota(&self, quota: u64) -> Flow {
        if quota == 0 {
            return self.clone();
        }
        let mut rates = Vec::new();
        let mut held: u64 = 0;
        for (number, &(from, rate, _)) in self.pieces.iter().enumerate() {
            let until = self.pieces.get(number + 1).map(|next| next.0);
            if held == 0 && rate <= quota {
                rates.push((from, rate));
                continue;
            }
            rates.push((from, quota));
            if rate > quota {
                let length = until.map_or(0, |until| (until - from) as u64);
                held += length * (rate - quota);
                continue;
            }
            let empties = from + held.div_ceil((quota - rate).max(1)) as i64;
            if until.is_none_or(|until| empties < until) {
                // The last millisecond carries what is left of it.
                let left = held - (empties - 1 - from) as u64 * (quota - rate);
                rates.push((empties - 1, rate + left));
                rates.push((empties, rate));
                held = 0;
            } else if let Some(until) = until {
                held -= (until - from) as u64 * (quota - rate);
            }
        }
        Flow::new(&rates)
    }
}
