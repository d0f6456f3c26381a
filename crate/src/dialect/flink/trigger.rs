//! Flink's triggers: what an event, the watermark and the clock make of a window.

use super::Flink;
use crate::fact::{Fact, FactId, Recorder, Why};
use crate::model::{KeyId, Window};
use crate::time::{EventTime, Watermark};
use crate::timers::Timer;
use crate::trigger::TriggerSpec;
use crate::window::{TimeDomain, WindowSpec};

/// One step may fire this often by interval before it is taken for one that never ends: a continuous trigger on the window
/// over all of time re-arms itself for ever once the input has ended.
const MOST_INTERVAL_FIRINGS_PER_STEP: u64 = 10_000;

/// A trigger with what it needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trigger {
    /// `EventTimeTrigger`.
    EventTime,
    /// `ProcessingTimeTrigger`.
    ProcessingTime,
    /// `NeverTrigger`: the default of global windows.
    Never,
    /// `CountTrigger`.
    Count(u64),
    /// `ContinuousEventTimeTrigger`.
    ContinuousEventTime(i64),
    /// `ContinuousProcessingTimeTrigger`.
    ContinuousProcessingTime(i64),
}

impl Trigger {
    pub(super) fn new(spec: Option<&TriggerSpec>, window: WindowSpec) -> (Trigger, bool) {
        match spec {
            Some(TriggerSpec::Count { n, purging }) => (Trigger::Count(u64::from(*n)), *purging),
            Some(TriggerSpec::ContinuousEventTime { interval, purging }) => {
                (Trigger::ContinuousEventTime(interval.ms()), *purging)
            }
            Some(TriggerSpec::ContinuousProcessingTime { interval, purging }) => {
                (Trigger::ContinuousProcessingTime(interval.ms()), *purging)
            }
            other => {
                let purging = matches!(other, Some(TriggerSpec::Default { purging: true }));
                match (window, window.clock()) {
                    (WindowSpec::Global, _) => (Trigger::Never, purging),
                    // `countWindow(n)` is a purging count trigger on the global window.
                    (WindowSpec::Count { size }, _) => (Trigger::Count(u64::from(size)), true),
                    (_, TimeDomain::Event) => (Trigger::EventTime, purging),
                    (_, TimeDomain::Processing) => (Trigger::ProcessingTime, purging),
                }
            }
        }
    }

    /// Whether there is anything to do about an event just added to a window: its first one or not, so many since it last
    /// fired. For nearly every event of a large run there is not.
    #[inline]
    pub(super) fn acts(
        self,
        window: Window,
        is_first: bool,
        since_fired: u64,
        watermark: Watermark,
    ) -> bool {
        match self {
            Trigger::EventTime => is_first || watermark.reached(window.max_timestamp()),
            Trigger::ProcessingTime => is_first,
            Trigger::Never => false,
            Trigger::Count(n) => since_fired >= n,
            Trigger::ContinuousEventTime(_) | Trigger::ContinuousProcessingTime(_) => true,
        }
    }

    /// Whether it fires at the window's end by the watermark, and at once for an event behind that.
    #[inline]
    fn waits_for_watermark(self) -> bool {
        match self {
            Trigger::EventTime | Trigger::ContinuousEventTime(_) => true,
            Trigger::ProcessingTime
            | Trigger::Never
            | Trigger::Count(_)
            | Trigger::ContinuousProcessingTime(_) => false,
        }
    }
}

/// The multiple of an interval that an instant is at or behind; toward zero, also for negative times, as Java's remainder.
fn whole(at: i64, interval: i64) -> i64 {
    at - at % interval
}

impl Flink {
    /// What the trigger makes of an event just added, where [`Trigger::acts`].
    #[inline(never)]
    pub(super) fn trigger_on_event<R: Recorder>(
        &mut self,
        key: KeyId,
        window: Window,
        instant: EventTime,
        cause: FactId,
        recorder: &mut R,
    ) {
        let watermark = self.combiner.watermark();
        let end = window.max_timestamp();
        if self.trigger.waits_for_watermark() && watermark.reached(end) {
            let why = Why::LateEvent {
                waited_for: end,
                watermark,
            };
            return self.fire(key, window, why, cause, recorder);
        }
        match self.trigger {
            Trigger::EventTime | Trigger::ProcessingTime => {
                // It stays until due, so only a window's first event finds it missing.
                let clock = self.clock_domain;
                self.set_timer(clock, key, window, end.ms(), cause, recorder);
            }
            Trigger::Never => {}
            Trigger::Count(n) => self.fire(key, window, Why::Count { n }, cause, recorder),
            Trigger::ContinuousEventTime(interval) => {
                let clock = TimeDomain::Event;
                self.set_timer(clock, key, window, end.ms(), cause, recorder);
                let from = whole(instant.ms(), interval);
                self.fire_next(clock, key, window, from, interval, cause, recorder);
            }
            Trigger::ContinuousProcessingTime(interval) => {
                let clock = TimeDomain::Processing;
                let from = whole(self.clock.ms(), interval);
                self.fire_next(clock, key, window, from, interval, cause, recorder);
            }
        }
    }

    /// Registers a continuous trigger's next firing unless one is pending: an interval after `from`, no later than the end.
    #[allow(clippy::too_many_arguments, reason = "a timer's coordinates")]
    fn fire_next<R: Recorder>(
        &mut self,
        clock: TimeDomain,
        key: KeyId,
        window: Window,
        from: i64,
        interval: i64,
        cause: FactId,
        recorder: &mut R,
    ) {
        let at = from
            .saturating_add(interval)
            .min(window.max_timestamp().ms());
        let Some(cell) = self.cells.get_mut(key, window) else {
            return;
        };
        if cell.next_firing.is_none() {
            cell.next_firing = Some(at);
            self.set_timer(clock, key, window, at, cause, recorder);
        }
    }

    pub(super) fn on_timer<R: Recorder>(
        &mut self,
        clock: TimeDomain,
        timer: Timer,
        cause: FactId,
        recorder: &mut R,
    ) {
        let Timer { at, window, key } = timer;
        let Some(cell) = self.cells.get_mut(key, window) else {
            return;
        };
        let cause = recorder.note(cause, || Fact::TimerDue {
            key,
            window,
            clock,
            at,
        });
        let end = window.max_timestamp();
        let pending = cell.next_firing == Some(at);
        match (self.trigger, clock) {
            (Trigger::EventTime | Trigger::ContinuousEventTime(_), TimeDomain::Event)
                if at == end.ms() =>
            {
                let watermark = self.combiner.watermark();
                self.fire(
                    key,
                    window,
                    Why::WatermarkReached {
                        waited_for: end,
                        watermark,
                    },
                    cause,
                    recorder,
                );
            }
            (Trigger::ProcessingTime, TimeDomain::Processing) if at == end.ms() => {
                self.fire(
                    key,
                    window,
                    Why::ClockReached { waited_for: end },
                    cause,
                    recorder,
                );
            }
            (Trigger::ContinuousEventTime(interval), TimeDomain::Event)
            | (Trigger::ContinuousProcessingTime(interval), TimeDomain::Processing)
                if pending =>
            {
                // At the window's last millisecond it stays marked as pending, so it never fires again.
                if at != end.ms() {
                    cell.next_firing = None;
                    self.fire_next(clock, key, window, at, interval, cause, recorder);
                }
                self.interval_firings += 1;
                self.fire(key, window, Why::Interval { clock, at }, cause, recorder);
            }
            _ => {}
        }
        if self.interval_firings > MOST_INTERVAL_FIRINGS_PER_STEP {
            self.halted = true;
            let emissions = self.interval_firings;
            recorder.note(cause, || Fact::Halted { emissions });
        }
        if clock == self.clock_domain && at == self.clean_up_time(window).ms() {
            let check = self.window_check(window);
            if let Some(cell) = self.cells.remove(key, window) {
                self.delete_timers(key, window, &cell);
            }
            if self.merges {
                self.sessions.remove(key, window);
            }
            recorder.note(cause, || Fact::Evicted { key, window, check });
        }
    }
}
