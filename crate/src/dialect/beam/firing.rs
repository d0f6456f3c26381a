//! Timers and panes: `process_timer` and `_output` of Beam 2.77's `GeneralTriggerDriver`.

use super::Beam;
use super::state::PendingTimer;
use super::trigger::{Context, Moment, Reason};
use crate::fact::{Fact, FactId, Recorder, Why};
use crate::model::{KeyId, Pane, Timing, Window};
use crate::scenario::Accumulation;
use crate::timers::Timer;
use crate::window::TimeDomain;

/// What an output needs to know beside its window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Firing {
    /// Whether it counts as before the window's end.
    pub(super) early: bool,
    /// Whether the watermark itself brought it about.
    pub(super) by_watermark: bool,
    /// Whether the trigger has finished with it.
    pub(super) finished: bool,
    pub(super) why: Why,
}

impl Beam {
    #[inline]
    pub(super) fn event_timers_due<R: Recorder>(&mut self, cause: FactId, recorder: &mut R) {
        let now = self.combiner.watermark().raw();
        while let Some(timer) = self.event_timers.take_due(now) {
            self.on_timers(TimeDomain::Event, timer, now, cause, recorder);
        }
    }

    #[inline]
    pub(super) fn clock_timers_due<R: Recorder>(&mut self, cause: FactId, recorder: &mut R) {
        let Some(clock) = self.clock else { return };
        let mut any = false;
        while let Some(timer) = self.clock_timers.take_due(clock.ms()) {
            self.on_timers(TimeDomain::Processing, timer, clock.ms(), cause, recorder);
            any = true;
        }
        if any {
            self.forget_expired(cause, recorder);
        }
    }

    /// Waits for the timers that a trigger has set. Rare, so kept out of the way of the events.
    #[inline(never)]
    pub(super) fn announce_timers<R: Recorder>(
        &mut self,
        key: KeyId,
        window: Window,
        cause: FactId,
        recorder: &mut R,
    ) {
        let Some(cell) = self.cells.get_mut(key, window) else {
            return;
        };
        for (clock, at) in cell.trigger.news() {
            let queue = match clock {
                TimeDomain::Event => &mut self.event_timers,
                TimeDomain::Processing => &mut self.clock_timers,
            };
            // A cancelled timer stays in the queue and finds nothing to do; the end of time is not worth telling of.
            if queue.set(Timer { at, window, key }) && at < i64::MAX {
                recorder.note(cause, || Fact::TimerSet {
                    key,
                    window,
                    clock,
                    at,
                });
            }
        }
    }

    /// Everything due of one key and window (`GeneralTriggerDriver.process_timer`): all of it was due before any of it runs.
    pub(super) fn on_timers<R: Recorder>(
        &mut self,
        clock: TimeDomain,
        timer: Timer,
        now: i64,
        cause: FactId,
        recorder: &mut R,
    ) {
        let Timer { window, key, .. } = timer;
        let Some(cell) = self.cells.get_mut(key, window) else {
            return;
        };
        let mut due = std::mem::take(&mut self.due);
        cell.trigger.take_due(clock, now, &mut due);
        for PendingTimer { at, .. } in due.drain(..) {
            let woken = if at < i64::MAX {
                recorder.note(cause, || Fact::TimerDue {
                    key,
                    window,
                    clock,
                    at,
                })
            } else {
                cause
            };
            let watermark = self.combiner.watermark();
            let Some(cell) = self.cells.get_mut(key, window) else {
                continue;
            };
            if cell.finished {
                continue;
            }
            let moment = Moment {
                clock,
                time: match clock {
                    TimeDomain::Event => at,
                    TimeDomain::Processing => at.min(watermark.raw()),
                },
            };
            let mut context = Context {
                state: &mut cell.trigger,
                window,
                now: self.clock.unwrap_or_default(),
            };
            let Some(reason) = self.trigger.should_fire(moment, &mut context) else {
                continue;
            };
            let finished = self.trigger.on_fire(moment.time, &mut context);
            let firing = Firing {
                early: moment.time < window.end.ms(),
                by_watermark: clock == TimeDomain::Event,
                finished,
                why: match reason {
                    Reason::EndReached => Why::WatermarkReached {
                        waited_for: window.end,
                        watermark,
                    },
                    other => why(other, at),
                },
            };
            self.output(key, window, firing, woken, recorder);
        }
        self.due = due;
    }

    /// Emits a pane, empty or not, and clears up behind it (`GeneralTriggerDriver._output`).
    pub(super) fn output<R: Recorder>(
        &mut self,
        key: KeyId,
        window: Window,
        firing: Firing,
        cause: FactId,
        recorder: &mut R,
    ) {
        let aggregate = self.aggregate;
        let Some(cell) = self.cells.get_mut(key, window) else {
            return;
        };
        let timing = match (
            firing.early,
            firing.by_watermark && cell.panes_since_end == 0,
        ) {
            (true, _) => Timing::Early,
            (false, true) => Timing::OnTime,
            (false, false) => Timing::Late,
        };
        let pane = Pane {
            timing,
            index: cell.panes,
        };
        cell.panes += 1;
        if !firing.early || cell.panes_since_end > 0 {
            cell.panes_since_end += 1;
        }
        for (withdrawn, pane) in cell.standing.drain(..) {
            recorder.note(cause, || Fact::Emitted {
                key,
                window: withdrawn,
                value: None,
                pane: Some(pane),
                why: Why::Withdrawal,
            });
        }
        let emitted = recorder.note(cause, || Fact::Emitted {
            key,
            window,
            value: Some(aggregate.value(&cell.contents)),
            pane: Some(pane),
            why: firing.why,
        });
        if self.accumulation == Accumulation::Retracting {
            cell.standing.push((window, pane));
        }
        cell.finished = firing.finished;
        if (firing.finished || self.accumulation == Accumulation::Discarding)
            && !cell.contents.is_empty()
        {
            cell.contents.clear();
            recorder.note(emitted, || Fact::Purged { key, window });
        }
        // The hold stays for an on-time pane that is still to come.
        if !(firing.early && self.has_on_time_pane)
            && let Some(end) = cell.hold.take()
        {
            self.holds.release(end);
        }
    }
}

/// Why a pane came out that the window's end did not bring; a delay was over at `at`.
pub(super) fn why(reason: Reason, at: i64) -> Why {
    match reason {
        Reason::Count(n) => Why::Count { n },
        Reason::Delay => Why::Interval {
            clock: TimeDomain::Processing,
            at,
        },
        Reason::EndReached | Reason::Several => Why::Composite,
    }
}
