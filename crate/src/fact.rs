//! Facts: everything an engine can tell of what it did, and the recorder it tells it to.
//!
//! Plain data with the numbers that were compared, so that every one of them can be explained without asking the engine again.
//! With [`Unrecorded`] nothing is even put together: the same engine code is then the fast path.

use crate::model::{KeyId, Pane, Value, Window};
use crate::time::{EventTime, ProcTime, Span, Watermark};
use crate::watermark::WatermarkRule;
use crate::window::TimeDomain;

/// A fact's place in the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactId(pub u32);

impl FactId {
    /// No fact: what the steps themselves are caused by.
    pub const NONE: FactId = FactId(u32::MAX);
}

/// One thing that happened inside an engine.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// An event arrived.
    Arrived {
        /// Which.
        event: u32,
    },
    /// The processing clock moved.
    ClockMoved {
        /// To where.
        to: ProcTime,
    },
    /// A source told a higher watermark.
    SourceWatermark {
        /// Which source.
        source: u16,
        /// The arithmetic.
        rule: WatermarkRule,
        /// The highest event time it has seen.
        highest: Option<EventTime>,
        /// What is subtracted from it.
        delay: Span,
        /// What it told.
        watermark: Watermark,
    },
    /// A source was declared idle: it is not waited for any more.
    SourceIdle {
        /// Which source.
        source: u16,
    },
    /// A source has ended.
    SourceEnded {
        /// Which source.
        source: u16,
    },
    /// The watermark that windows are judged by rose.
    Watermark {
        /// From where.
        from: Watermark,
        /// To where.
        to: Watermark,
        /// The source that holds it there, where there are several.
        held_by: Option<u16>,
        /// The task whose it is, where each source is read by one with a time of its own (Kafka Streams).
        task: Option<u16>,
    },
    /// An event was added to a window.
    Added {
        /// Which event.
        event: u32,
        /// Of which key.
        key: KeyId,
        /// To which window.
        window: Window,
        /// How many events the window holds now.
        count: u64,
    },
    /// A window's contents went into another of the same key, which replaces it.
    Merged {
        /// Of which key.
        key: KeyId,
        /// The window that is no more.
        from: Window,
        /// The window that took its contents.
        into: Window,
    },
    /// A window began with a copy of another's contents (Kafka Streams' sliding windows).
    Copied {
        /// Of which key.
        key: KeyId,
        /// The window copied.
        from: Window,
        /// The new window.
        into: Window,
    },
    /// One of an event's windows takes nothing more.
    WindowClosed {
        /// Which event.
        event: u32,
        /// Of which key.
        key: KeyId,
        /// Which window.
        window: Window,
        /// The comparison.
        check: Check,
    },
    /// An event is late: no window takes it.
    Late {
        /// Which event.
        event: u32,
        /// Of which key.
        key: KeyId,
        /// Its window, or the last of them; none where the engine judges the event alone.
        window: Option<Window>,
        /// The comparison.
        check: Check,
        /// What becomes of it.
        fate: LateFate,
    },
    /// The engine's own count of rows it dropped as late in a batch (Spark `numRowsDroppedByWatermark`).
    LateRows {
        /// How many.
        count: u64,
    },
    /// An event falls between windows.
    NoWindow {
        /// Which event.
        event: u32,
    },
    /// An event reached a window whose trigger has finished for good (Beam).
    Swallowed {
        /// Which event.
        event: u32,
        /// Of which key.
        key: KeyId,
        /// Which window.
        window: Window,
    },
    /// An event's id was seen before.
    Duplicate {
        /// Which event.
        event: u32,
        /// The first event with that id.
        first: u32,
    },
    /// An event was passed on (deduplication).
    Passed {
        /// Which event.
        event: u32,
    },
    /// A row that was passed on is remembered, so that another like it is known (Spark 4.3 `dropDuplicates`).
    Remembered {
        /// Which event.
        event: u32,
        /// Of which key.
        key: KeyId,
        /// From its time to the instant at which it is forgotten; the global window where it never is.
        window: Window,
    },
    /// Something is to happen at an instant.
    TimerSet {
        /// Of which key.
        key: KeyId,
        /// For which window.
        window: Window,
        /// By which clock.
        clock: TimeDomain,
        /// When, in ms of that clock.
        at: i64,
    },
    /// A timer is due.
    TimerDue {
        /// Of which key.
        key: KeyId,
        /// For which window.
        window: Window,
        /// By which clock.
        clock: TimeDomain,
        /// When, in ms of that clock.
        at: i64,
    },
    /// A result was emitted, or withdrawn.
    Emitted {
        /// Of which key.
        key: KeyId,
        /// Of which window.
        window: Window,
        /// The result; `None` withdraws the last one.
        value: Option<Value>,
        /// Which of the window's results, where the engine says.
        pane: Option<Pane>,
        /// What made it come out.
        why: Why,
    },
    /// A window's contents were forgotten, not the window.
    Purged {
        /// Of which key.
        key: KeyId,
        /// Of which window.
        window: Window,
    },
    /// A window's state was removed for good.
    Evicted {
        /// Of which key.
        key: KeyId,
        /// Which window.
        window: Window,
        /// The comparison.
        check: Check,
    },
    /// A window closed, but its result never comes out: the store, which is asked for it only then, does not show it any more
    /// (Kafka Streams 3.9, `on_window_close` after a jump of stream time).
    ResultLost {
        /// Of which key.
        key: KeyId,
        /// Of which window.
        window: Window,
        /// The comparison by which the store does not show it.
        check: Check,
    },
    /// A micro-batch ran.
    Batch {
        /// Its number, from 0.
        number: u32,
        /// How many events it took.
        events: u32,
        /// The watermark that late rows were judged by.
        late_by: Watermark,
        /// The watermark that windows were emitted and evicted by.
        evict_by: Watermark,
    },
    /// The engine would never come to an end here; the simulation stops instead.
    Halted {
        /// How many results one step had emitted by then.
        emissions: u64,
    },
}

impl Fact {
    /// The event that it is about, if it is about one.
    pub fn event(&self) -> Option<u32> {
        match self {
            Fact::Arrived { event }
            | Fact::Added { event, .. }
            | Fact::WindowClosed { event, .. }
            | Fact::Late { event, .. }
            | Fact::NoWindow { event }
            | Fact::Swallowed { event, .. }
            | Fact::Duplicate { event, .. }
            | Fact::Passed { event }
            | Fact::Remembered { event, .. } => Some(*event),
            Fact::ClockMoved { .. }
            | Fact::SourceWatermark { .. }
            | Fact::SourceIdle { .. }
            | Fact::SourceEnded { .. }
            | Fact::Watermark { .. }
            | Fact::Merged { .. }
            | Fact::Copied { .. }
            | Fact::LateRows { .. }
            | Fact::TimerSet { .. }
            | Fact::TimerDue { .. }
            | Fact::Emitted { .. }
            | Fact::Purged { .. }
            | Fact::Evicted { .. }
            | Fact::ResultLost { .. }
            | Fact::Batch { .. }
            | Fact::Halted { .. } => None,
        }
    }

    /// The key whose window it is about, if it is about one.
    pub fn key(&self) -> Option<KeyId> {
        match self {
            Fact::Added { key, .. }
            | Fact::Merged { key, .. }
            | Fact::Copied { key, .. }
            | Fact::WindowClosed { key, .. }
            | Fact::Late { key, .. }
            | Fact::Swallowed { key, .. }
            | Fact::Remembered { key, .. }
            | Fact::TimerSet { key, .. }
            | Fact::TimerDue { key, .. }
            | Fact::Emitted { key, .. }
            | Fact::Purged { key, .. }
            | Fact::Evicted { key, .. }
            | Fact::ResultLost { key, .. } => Some(*key),
            Fact::Arrived { .. }
            | Fact::ClockMoved { .. }
            | Fact::SourceWatermark { .. }
            | Fact::SourceIdle { .. }
            | Fact::SourceEnded { .. }
            | Fact::Watermark { .. }
            | Fact::LateRows { .. }
            | Fact::NoWindow { .. }
            | Fact::Duplicate { .. }
            | Fact::Passed { .. }
            | Fact::Batch { .. }
            | Fact::Halted { .. } => None,
        }
    }
}

/// What becomes of a late event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateFate {
    /// Counted in a metric and gone.
    Dropped,
    /// Sent to the late side output.
    SideOutput,
    /// Counted in the same metric for a window that was closed, while others of its windows took it (Kafka Streams 3.9,
    /// hopping and sliding windows).
    Partly,
}

/// A comparison that decided something, with its numbers: `rule(time, slack) against watermark`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was compared, by which engine.
    pub rule: Rule,
    /// The window's end, or the event's own time.
    pub time: EventTime,
    /// What the rule adds or subtracts: allowed lateness, grace, gap.
    pub slack: Span,
    /// The watermark or stream time on the other side.
    pub against: Watermark,
}

/// The engines' rules for "too late" and "over". Each says in its doc comment what is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// `end - 1 + lateness <= watermark` (Flink 2.3 `WindowOperator.isWindowLate`, `cleanupTime`).
    FlinkWindowOver,
    /// `timestamp + lateness <= watermark` (Flink 2.3 `WindowOperator.isElementLate`).
    FlinkElementLate,
    /// `end - 1 <= clock`, by the processing clock (Flink 2.3 `TumblingProcessingTimeWindows`).
    FlinkProcessingTimeOver,
    /// `end <= watermark of earlier batches` (Spark 4.3).
    SparkWindowOver,
    /// `timestamp <= watermark of earlier batches` (Spark 4.3, deduplication).
    SparkRowLate,
    /// `first timestamp + delay <= watermark` (Spark 4.3, `dropDuplicatesWithinWatermark`).
    SparkIdForgotten,
    /// `end + lateness < watermark` (Beam 2.77).
    BeamWindowExpired,
    /// `end + lateness + gap < watermark` (Beam 2.77, sessions): no element that is still taken reaches it; slack is
    /// lateness + gap.
    BeamSessionExpired,
    /// `end <= stream time - grace` (Kafka Streams 3.9, tumbling and hopping).
    KafkaWindowClosed,
    /// `end < stream time - grace - gap` (Kafka Streams 3.9, sessions); slack is grace + gap.
    KafkaSessionClosed,
    /// `end < stream time - grace` (Kafka Streams 3.9, sliding by difference).
    KafkaSlidingClosed,
    /// `start <= store time - retention` (sessions: `end`): still stored, but look-ups do not see it any more (Kafka Streams
    /// 3.9 `AbstractRocksDBSegmentedBytesStore`). Store time is the highest start (end) written by any key.
    KafkaStoreExpired,
    /// `start < store time - retention`: the same for the store behind `on_window_close`, one millisecond later (Kafka Streams
    /// 3.9 `AbstractDualSchemaRocksDBSegmentedBytesStore`, tumbling, hopping and sliding windows).
    KafkaOrderedStoreExpired,
    /// `segment end <= store time - retention`: the store removes whole segments, the length of which is half the retention and
    /// at least a minute (Kafka Streams 3.9 `AbstractSegments`). The time compared is the end of the window's segment.
    KafkaSegmentExpired,
    /// `end <= stream time - grace` (sessions: `- gap`), by the highest timestamp that was passed on to `suppress` (Kafka
    /// Streams 3.9 `KTableSuppressProcessor`). Sessions and sliding windows may still change then, for one millisecond.
    KafkaSuppressOver,
}

/// What made a result come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The watermark reached the window's last millisecond (Flink) or end (Beam).
    WatermarkReached {
        /// The instant waited for.
        waited_for: EventTime,
        /// The watermark.
        watermark: Watermark,
    },
    /// An event came after the watermark had passed, and the window still takes it.
    LateEvent {
        /// The instant the watermark had passed.
        waited_for: EventTime,
        /// The watermark.
        watermark: Watermark,
    },
    /// So many events had come.
    Count {
        /// How many were asked for.
        n: u64,
    },
    /// An interval of a clock went by.
    Interval {
        /// Which clock.
        clock: TimeDomain,
        /// The instant it was due.
        at: i64,
    },
    /// The processing clock reached the window's end.
    ClockReached {
        /// The instant waited for.
        waited_for: EventTime,
    },
    /// The micro-batch changed it (update mode).
    ChangedInBatch {
        /// The batch's number.
        batch: u32,
    },
    /// Every row is written after each batch (complete mode).
    WholeTable {
        /// The batch's number.
        batch: u32,
    },
    /// The window is over (append mode; emit on window close; suppression).
    WindowOver {
        /// The comparison.
        check: Check,
    },
    /// Each update is passed on.
    Update,
    /// The result it replaces was of a window that is no more, or no more true.
    Withdrawal,
    /// Several triggers agreed.
    Composite,
}

/// Takes the facts an engine tells.
pub trait Recorder {
    /// Whether anything is recorded at all. Where not, facts are not even put together.
    const ON: bool;

    /// Takes a fact and what caused it.
    fn push(&mut self, cause: FactId, fact: Fact) -> FactId;

    /// Takes the fact that `fact` puts together, if anything is recorded.
    #[inline]
    fn note(&mut self, cause: FactId, fact: impl FnOnce() -> Fact) -> FactId {
        if Self::ON {
            self.push(cause, fact())
        } else {
            FactId::NONE
        }
    }
}

/// Records nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unrecorded;

impl Recorder for Unrecorded {
    const ON: bool = false;

    #[inline]
    fn push(&mut self, _: FactId, _: Fact) -> FactId {
        FactId::NONE
    }
}
