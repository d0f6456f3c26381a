//! Flink's triggers: what an event, the watermark and the clock make of a window.

use super::Flink;
use crate::fact::{Fact, FactId, Recorder, Why};
use crate::model::{KeyId, Window};
use crate::time::EventTime;
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
}

impl Flink {
    /// What the trigger makes of an event just added.
    #[inline]
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
        match self.trigger {
            Trigger::EventTime => {
                if watermark.reached(end) {
                    self.fire(
                        key,
                        window,
                        Why::LateEvent {
                            waited_for: end,
                            watermark,
                        },
                        cause,
                        recorder,
                    );
                } else {
                    self.wait_for_end(TimeDomain::Event, key, window, cause, recorder);
                }
            }
            Trigger::ProcessingTime => {
                self.wait_for_end(TimeDomain::Processing, key, window, cause, recorder);
            }
            Trigger::Never => {}
            Trigger::Count(n) => {
                let Some(cell) = self.cells.get_mut(key, window) else {
                    return;
                };
                cell.since_fired += 1;
                if cell.since_fired >= n {
                    cell.since_fired = 0;
                    self.fire(key, window, Why::Count { n }, cause, recorder);
                }
            }
            Trigger::ContinuousEventTime(interval) => {
                if watermark.reached(end) {
                    self.fire(
                        key,
                        window,
                        Why::LateEvent {
                            waited_for: end,
                            watermark,
                        },
                        cause,
                        recorder,
                    );
                } else {
                    self.set_timer(TimeDomain::Event, key, window, end.ms(), cause, recorder);
                    // Java's remainder: toward zero, also for negative times.
                    let from = instant.ms() - instant.ms() % interval;
                    self.fire_next(
                        TimeDomain::Event,
                        key,
                        window,
                        from,
                        interval,
                        cause,
                        recorder,
                    );
                }
            }
            Trigger::ContinuousProcessingTime(interval) => {
                let from = self.clock.ms() - self.clock.ms() % interval;
                self.fire_next(
                    TimeDomain::Processing,
                    key,
                    window,
                    from,
                    interval,
                    cause,
                    recorder,
                );
            }
        }
    }

    /// Registers the timer of a window's last millisecond. It stays until due, so only a window's first event finds it missing.
    #[inline]
    fn wait_for_end<R: Recorder>(
        &mut self,
        clock: TimeDomain,
        key: KeyId,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        let first = self.cells.get_mut(key, window).is_some_and(|cell| {
            let first = cell.next_firing.is_none();
            cell.next_firing = Some(window.max_timestamp().ms());
            first
        });
        if first {
            self.set_timer(
                clock,
                key,
                window,
                window.max_timestamp().ms(),
                cause,
                recorder,
            );
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
