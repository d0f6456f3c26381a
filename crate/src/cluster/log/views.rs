//! What a reader computes from a log by reading it from the start. Nothing else is asked.

use super::{Count, FIRST, LAST, Log, ORDER, TYPE, Topic};
use std::collections::BTreeMap;

/// An order as a mutable row would have it: only how it is now.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    pub status: String,
    pub requested: Option<i64>,
    pub delivered: Option<i64>,
    pub value: f64,
}

/// What has been folded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Views {
    /// How many orders a reader counts.
    pub counted: u32,
    /// The same by minute and city, `unknown` where no event says.
    pub minutes: BTreeMap<(i64, String), u32>,
    /// The sum of values over what was counted.
    pub value: f64,
    /// Orders by id.
    pub orders: BTreeMap<String, Row>,
}

/// The city of orders whose events name none.
pub(super) const UNKNOWN: &str = "unknown";

impl Views {
    /// Reads a log, in the order in which its records were appended.
    pub(super) fn of(model: &Log, state: &Topic) -> Views {
        let mut records: Vec<usize> = state
            .partitions
            .iter()
            .flat_map(|partition| partition.kept.iter().map(|kept| kept.record))
            .collect();
        records.sort_unstable();
        let mut views = Views::default();
        for record in records {
            views.take(model, record);
        }
        views
    }

    fn take(&mut self, model: &Log, record: usize) {
        let at = model.records[record].at.0;
        let Some(kind) = model.field(record, TYPE) else {
            return;
        };
        let value = model.field(record, "order_value");
        let value: f64 = value.and_then(|value| value.parse().ok()).unwrap_or(0.0);
        let counts = match model.count {
            Count::Everything => true,
            Count::Requested => kind == FIRST,
        };
        if counts {
            let city = model.field(record, "city_id").unwrap_or(UNKNOWN);
            *self.minutes.entry((at / 60_000, city.into())).or_default() += 1;
            self.counted += 1;
            self.value += value;
        }
        if let Some(order) = model.field(record, ORDER) {
            let row = self.orders.entry(order.into()).or_default();
            row.status = kind.into();
            row.value = value;
            if kind == FIRST {
                row.requested = Some(at);
            }
            if kind == LAST {
                row.delivered = Some(at);
            }
        }
    }

    /// Orders that have been requested and not delivered.
    pub(super) fn in_progress(&self) -> u32 {
        let open = |row: &&Row| row.requested.is_some() && row.delivered.is_none();
        self.orders.values().filter(open).count() as u32
    }

    /// How long orders took that were delivered in the five minutes up to now, on average, in ms.
    pub(super) fn delivery(&self, now: i64) -> Option<i64> {
        let took: Vec<i64> = self
            .orders
            .values()
            .filter_map(|row| Some((row.requested?, row.delivered?)))
            .filter(|(_, delivered)| *delivered > now - 300_000)
            .map(|(requested, delivered)| delivered - requested)
            .collect();
        (!took.is_empty()).then(|| took.iter().sum::<i64>() / took.len() as i64)
    }
}
