//! A keyed process function: one cell of state for each key, a rule that compares an event with it, event-time timers and a time
//! to live. Flink 2.3: `KeyedProcessFunction`, `ValueState`, `StateTtlConfig`.
//!
//! ```text
//! events in order of arrival ─> (sorted by event time, once the watermark is there) ─> rule ─> alerts
//!                                                                                  └─> cell of the key
//! ```

mod rules;
mod scene;
mod table;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod words;

use super::model::{Model, Sentence, Tell, Turn};
use super::played::{Entry, Played};
use super::scene::{ClusterScene, Figure};
use crate::explain::Explanation;
use crate::scenario::Problems;
use crate::time::{EventTime, Span, Watermark, format_span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A process function and its events.
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// What it looks for.
    pub rule: Rule,
    /// [`Rule::Ratio`]: only if the event before is less than this older; ms.
    pub within: Span,
    /// [`Rule::Ratio`]: more than so many times the amount before.
    pub ratio: u32,
    /// [`Rule::HighValue`], [`Rule::Counting`]: more than this amount.
    pub amount: u32,
    /// [`Rule::Counting`]: more than so many events.
    pub count: u32,
    /// Whether the rule asks that the event before really was before.
    pub ordered: bool,
    /// Whether the rule asks that the amount before was more than 0.
    pub positive: bool,
    /// Whether a key's second alert is held back.
    pub flag: bool,
    /// In which order events are processed.
    pub order: Order,
    /// How far the watermark is behind the newest event; ms.
    pub delay: Span,
    /// Time to live of a cell since it was last written, on the machine's clock (`StateTtlConfig`, on create and write, never
    /// returned once expired).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Span>,
    /// How long after a key's newest event an event-time timer clears its cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<Span>,
    /// [`Rule::Lifecycle`]: whether an order's cell is cleared once the order is done.
    #[serde(default)]
    pub clear_done: bool,
    /// In which order the events arrive.
    pub arrival: Arrival,
    /// Whether the input ends: then the watermark goes to the end of time, and what waits is processed.
    pub ends: bool,
    /// The events.
    pub events: Vec<Event>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its name.
    pub id: String,
    /// Its key: a user, an order.
    pub key: String,
    /// The amount, of a payment.
    #[serde(default)]
    pub amount: u32,
    /// What happened, to an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// When it happened, from the start.
    pub t: Span,
    /// When it arrives, from the start; as soon as it happens where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Span>,
}

/// What a process function looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A large amount shortly after a small one.
    Ratio,
    /// A large amount; no state.
    HighValue,
    /// Many events that add up to a large amount.
    Counting,
    /// How far each order is.
    Lifecycle,
}

/// In which order events are processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// As they arrive.
    Arrival,
    /// By their time: kept until the watermark gets there, released by an event-time timer.
    EventTime,
}

/// In which order events arrive. The moments at which something arrives stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// As written.
    Written,
    /// Oldest first.
    Sorted,
    /// Last first.
    Reversed,
}

/// How far an order is. Later ones are further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// `OrderRequested`.
    Requested,
    /// `OrderAccepted`.
    Accepted,
    /// `OrderDispatched`.
    Dispatched,
    /// `OrderDelivered`: done.
    Delivered,
    /// `OrderCancelled`: done.
    Cancelled,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::Requested => "requested",
            Status::Accepted => "accepted",
            Status::Dispatched => "dispatched",
            Status::Delivered => "delivered",
            Status::Cancelled => "cancelled",
        }
    }

    fn done(self) -> bool {
        self >= Status::Delivered
    }
}

/// The state of one key: one `ValueState`.
#[derive(Clone, Debug, Default, PartialEq)]
struct Cell {
    /// The event last processed.
    last: Option<usize>,
    count: u32,
    total: u64,
    alerted: bool,
    status: Option<Status>,
    /// When it was last written, on the machine's clock.
    written: i64,
    /// The event-time timer that clears it.
    timer: Option<i64>,
}

/// What the operator holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    taken: usize,
    ended: bool,
    now: i64,
    newest: Option<i64>,
    watermark: Watermark,
    cells: BTreeMap<String, Cell>,
    /// Events that wait for the watermark.
    waiting: Vec<usize>,
    alerts: Vec<Alert>,
    suppressed: u32,
    late: Vec<usize>,
    /// Requested less done, as a plain counter has it.
    counter: i64,
    peak: usize,
}

/// An alert.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Alert {
    event: usize,
    /// The event it was compared with.
    before: Option<usize>,
    /// Whether the comparison makes no sense: the event before happened later, or had no amount.
    wrong: bool,
}

/// What happened, with the numbers compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A key's first event, as far as the cell knows.
    First(usize),
    /// An event was compared with the one in the cell.
    Compared {
        /// The event.
        event: usize,
        /// The one in the cell.
        before: usize,
        /// Whether the rule holds.
        hit: bool,
    },
    /// A key's events were counted.
    Counted {
        /// The event.
        event: usize,
        /// How many.
        count: u32,
        /// What they add up to.
        total: u64,
        /// Whether the rule holds.
        hit: bool,
    },
    /// An event was looked at by itself.
    Filtered {
        /// The event.
        event: usize,
        /// Whether the rule holds.
        hit: bool,
    },
    /// An order moved on, or did not.
    Moved {
        /// The event.
        event: usize,
        /// Where the order stood.
        from: Option<Status>,
        /// Where it stands.
        to: Status,
    },
    /// An alert went out.
    Alerted(usize),
    /// An alert was held back: the key has had one.
    HeldBack(usize),
    /// An event waits until the watermark reaches its time.
    Waits(usize),
    /// An event is behind the watermark; what came before it in time has been processed.
    Late(usize, Watermark),
    /// An event-time timer cleared a cell.
    Cleared(String, Watermark),
    /// A cell's time to live was over when somebody looked.
    Expired(String),
    /// An order is done, and its cell is cleared.
    Done(String),
    /// The input ended.
    Ended,
}

fn text(ms: i64) -> String {
    format_span(Span(ms))
}

impl Process {
    /// The events in the order in which they arrive, each with its moment.
    fn arrivals(&self) -> Vec<(usize, i64)> {
        let mut order: Vec<usize> = (0..self.events.len()).collect();
        match self.arrival {
            Arrival::Written => {}
            Arrival::Sorted => order.sort_by_key(|event| self.events[*event].t.ms()),
            Arrival::Reversed => order.reverse(),
        }
        // The clock does not run backwards.
        let mut now = 0;
        let moments = self.events.iter().map(|event| {
            now = now.max(event.at.unwrap_or(event.t).ms());
            now
        });
        order.into_iter().zip(moments).collect()
    }

    fn is_expired(&self, cell: &Cell, now: i64) -> bool {
        self.ttl.is_some_and(|ttl| cell.written + ttl.ms() <= now)
    }

    fn label(&self, event: usize) -> String {
        let event = &self.events[event];
        match event.status {
            Some(status) => format!("{} ({} {})", event.id, event.key, status.name()),
            None => format!(
                "{} ({} pays {} at {})",
                event.id,
                event.key,
                event.amount,
                text(event.t.ms())
            ),
        }
    }

    /// Processes what waits and is due, oldest first, and lets timers clear cells.
    fn on_watermark(&self, state: &mut Held, tell: &mut Tell<'_, Told>) {
        let watermark = state.watermark;
        let due = |event: &usize| watermark.reached(EventTime(self.events[*event].t.ms()));
        let (mut ready, rest): (Vec<usize>, Vec<usize>) =
            state.waiting.iter().partition(|e| due(e));
        state.waiting = rest;
        ready.sort_by_key(|event| self.events[*event].t.ms());
        for event in ready {
            rules::process(self, state, event, tell);
        }
        let over: Vec<String> = state
            .cells
            .iter()
            .filter(|(_, cell)| {
                cell.timer
                    .is_some_and(|at| watermark.reached(EventTime(at)))
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in over {
            state.cells.remove(&key);
            tell.fact(Told::Cleared(key, watermark));
        }
    }
}

impl Model for Process {
    type State = Held;
    type Fact = Told;

    fn title(&self) -> String {
        "Flink, a keyed process function".into()
    }

    fn check(&self, problems: &mut Problems) {
        if self.events.is_empty() || self.events.len() > 2_000 {
            problems.push(
                "events",
                format!("from 1 to 2000 events, got {}", self.events.len()),
            );
        }
        for (i, event) in self.events.iter().enumerate() {
            problems.not_negative(&format!("events[{i}].t"), event.t);
            if let Some(at) = event.at {
                problems.not_negative(&format!("events[{i}].at"), at);
            }
            if self.rule == Rule::Lifecycle && event.status.is_none() {
                problems.push(format!("events[{i}].status"), "is missing");
            }
            if self.events[..i].iter().any(|before| before.id == event.id) {
                problems.push(
                    format!("events[{i}].id"),
                    format!("{} stands there twice", event.id),
                );
            }
        }
        problems.not_negative("delay", self.delay);
        problems.not_negative("within", self.within);
        for (place, span) in [("ttl", self.ttl), ("timer", self.timer)] {
            if let Some(span) = span {
                problems.positive(place, span);
            }
        }
    }

    fn table() -> &'static [Turn<Process>] {
        table::TABLE
    }

    fn start(&self) -> Held {
        Held {
            taken: 0,
            ended: false,
            now: 0,
            newest: None,
            watermark: Watermark::NONE,
            cells: BTreeMap::new(),
            waiting: Vec::new(),
            alerts: Vec::new(),
            suppressed: 0,
            late: Vec::new(),
            counter: 0,
            peak: 0,
        }
    }

    fn step(&self, state: &mut Held, tell: &mut Tell<'_, Told>) -> bool {
        let Some((event, now)) = self.arrivals().get(state.taken).copied() else {
            if state.ended || !self.ends {
                return false;
            }
            state.ended = true;
            state.watermark = Watermark::END;
            tell.fact(Told::Ended);
            self.on_watermark(state, tell);
            return true;
        };
        state.taken += 1;
        state.now = now;
        let t = self.events[event].t.ms();
        match self.order {
            Order::Arrival => rules::process(self, state, event, tell),
            Order::EventTime if state.watermark.reached(EventTime(t)) => {
                state.late.push(event);
                tell.fact(Told::Late(event, state.watermark));
            }
            Order::EventTime => {
                state.waiting.push(event);
                tell.fact(Told::Waits(event));
            }
        }
        state.newest = state.newest.max(Some(t));
        // `BoundedOutOfOrdernessWatermarks`: one millisecond less.
        let watermark = state.newest.map_or(t, |newest| newest) - self.delay.ms() - 1;
        state.watermark = state.watermark.max(Watermark::from_raw(watermark));
        self.on_watermark(state, tell);
        let live = scene::live(self, state).count() + state.waiting.len();
        state.peak = state.peak.max(live);
        true
    }

    fn clock(&self, state: &Held) -> Option<i64> {
        Some(state.now)
    }

    fn figures(&self, state: &Held) -> Vec<Figure> {
        scene::figures(self, state)
    }

    fn scene(&self, state: &Held, last: &[Entry<Told>]) -> ClusterScene {
        scene::scene(self, state, last)
    }

    fn marks() -> &'static [crate::frame::MarkKind] {
        words::MARKS
    }

    fn sentence(&self, fact: &Told) -> Sentence {
        words::sentence(self, fact)
    }

    fn why(&self, run: &Played<Process>, thing: &str, position: usize) -> Option<Explanation> {
        scene::why(self, run, thing, position)
    }

    fn about(&self, _: &Self::State, figure: &str) -> Option<String> {
        Some(format!("event:{}", figure.strip_prefix("fate.")?))
    }
}
