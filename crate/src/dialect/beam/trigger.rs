//! Beam's triggers as state machines, composites included: `transforms/trigger.py` of Beam 2.77.
//!
//! A [`Trigger`] is the tree as it is written; it holds no state. What it has to remember per key and window is in a [`State`],
//! numbered by the tree, so that a plain trigger costs nothing. Knows nothing of contents, panes or recorders.
//!
//! ```text
//! element -> on_element -> should_fire? -> on_fire -> finished?
//! timer   ----------------^
//! merge   -> merge -> on_merge
//! ```
//!
//! The engine's own order of evaluation is kept, as asking a trigger may also cancel its timer.

use super::state::{State, TimerName};
use crate::model::Window;
use crate::time::ProcTime;
use crate::trigger::TriggerSpec;
use crate::window::TimeDomain;

/// A trigger: one node of the tree, with its children.
#[derive(Clone, Debug)]
pub(super) struct Trigger {
    kind: Kind,
    /// What its timers are called by: its place in the tree.
    node: u16,
    /// Where its number is in [`State`], if it has one.
    slot: u16,
}

#[derive(Clone, Debug)]
enum Kind {
    /// `DefaultTrigger`: at the window's end, and for every element after it.
    Default,
    /// `AfterProcessingTime`: so long after the first element. Its number: whether its timer was set.
    Delay(i64),
    /// `AfterCount`. Its number: the count.
    Count(u64),
    /// `AfterWatermark`. Its number: whether it has fired at the window's end.
    AfterWatermark {
        early: Option<Box<Trigger>>,
        late: Option<Box<Trigger>>,
    },
    /// `Repeatedly`.
    Repeatedly(Box<Trigger>),
    /// `AfterAny`.
    Any(Vec<Trigger>),
    /// `AfterAll`.
    All(Vec<Trigger>),
    /// `AfterEach`. Its number: which one's turn it is.
    Each(Vec<Trigger>),
}

/// The moment a trigger is asked about: a clock and its reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// Which clock woke it; elements count as event time.
    pub(super) clock: TimeDomain,
    /// The watermark, or what stands in for it, in ms.
    pub(super) time: i64,
}

/// Why a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The watermark has reached the window's end.
    EndReached,
    /// So many elements had come.
    Count(u64),
    /// The delay is over.
    Delay,
    /// Several triggers agreed.
    Several,
}

/// What a trigger may look at and change: the state of one key and window.
#[derive(Debug)]
pub(super) struct Context<'a> {
    /// What it remembers.
    pub(super) state: &'a mut State,
    /// The window.
    pub(super) window: Window,
    /// The processing clock.
    pub(super) now: ProcTime,
}

/// Numbers the nodes of a tree.
#[derive(Default)]
struct Numbering {
    nodes: u16,
    slots: u16,
}

impl Trigger {
    /// The trigger that a spec says; the default one where it says nothing.
    pub(super) fn new(spec: Option<&TriggerSpec>) -> Trigger {
        let default = TriggerSpec::Default { purging: false };
        Trigger::build(spec.unwrap_or(&default), &mut Numbering::default())
    }

    fn build(spec: &TriggerSpec, numbering: &mut Numbering) -> Trigger {
        let node = numbering.nodes;
        numbering.nodes += 1;
        let slot = numbering.slots;
        let mut all = |specs: &[TriggerSpec], slots: u16| -> Vec<Trigger> {
            numbering.slots += slots;
            specs
                .iter()
                .map(|spec| Trigger::build(spec, numbering))
                .collect()
        };
        let kind = match spec {
            TriggerSpec::Count { n, .. } => {
                numbering.slots += 1;
                Kind::Count(u64::from(*n))
            }
            TriggerSpec::ProcessingTime { delay } => {
                numbering.slots += 1;
                Kind::Delay(delay.ms())
            }
            TriggerSpec::AfterWatermark { early, late } => {
                numbering.slots += 1;
                let mut repeated = |spec: &Option<Box<TriggerSpec>>| {
                    spec.as_ref()
                        .map(|spec| Box::new(Trigger::build_repeated(spec, numbering)))
                };
                Kind::AfterWatermark {
                    early: repeated(early),
                    late: repeated(late),
                }
            }
            TriggerSpec::Repeatedly { trigger } => {
                Kind::Repeatedly(Box::new(Trigger::build(trigger, numbering)))
            }
            TriggerSpec::AfterAny { triggers } => Kind::Any(all(triggers, 0)),
            TriggerSpec::AfterAll { triggers } => Kind::All(all(triggers, 0)),
            TriggerSpec::AfterEach { triggers } => Kind::Each(all(triggers, 1)),
            // The continuous triggers are Flink's; the check refuses them.
            TriggerSpec::Default { .. }
            | TriggerSpec::ContinuousEventTime { .. }
            | TriggerSpec::ContinuousProcessingTime { .. } => Kind::Default,
        };
        Trigger { kind, node, slot }
    }

    /// `early` and `late` are repeated, whether or not they say so (`AfterWatermark._wrap_if_not_repeatedly`).
    fn build_repeated(spec: &TriggerSpec, numbering: &mut Numbering) -> Trigger {
        let inner = Trigger::build(spec, numbering);
        if matches!(inner.kind, Kind::Repeatedly(_)) {
            return inner;
        }
        let node = numbering.nodes;
        numbering.nodes += 1;
        Trigger {
            kind: Kind::Repeatedly(Box::new(inner)),
            node,
            slot: 0,
        }
    }

    /// Whether there is an on-time pane even without elements (`has_ontime_pane`).
    pub(super) fn has_on_time_pane(&self) -> bool {
        match &self.kind {
            Kind::Default | Kind::AfterWatermark { .. } => true,
            Kind::Delay(_) | Kind::Count(_) => false,
            Kind::Repeatedly(inner) => inner.has_on_time_pane(),
            Kind::Any(triggers) | Kind::All(triggers) | Kind::Each(triggers) => {
                triggers.iter().any(Trigger::has_on_time_pane)
            }
        }
    }

    /// Takes note of an element.
    #[inline]
    pub(super) fn on_element(&self, context: &mut Context<'_>) {
        match &self.kind {
            Kind::Default => {
                let end = context.window.end.ms();
                let name = self.name(Some(context.window));
                context.state.set_timer(name, TimeDomain::Event, end);
            }
            Kind::Delay(delay) => {
                if self.number(context) == 0 {
                    let at = context.now.ms().saturating_add(*delay);
                    context
                        .state
                        .set_timer(self.name(None), TimeDomain::Processing, at);
                    self.set_number(context, 1);
                }
            }
            Kind::Count(_) => {
                let count = self.number(context);
                self.set_number(context, count + 1);
            }
            Kind::AfterWatermark { early, .. } => {
                if let Some(late) = self.if_late(context) {
                    late.on_element(context);
                } else {
                    let end = context.window.end.ms();
                    context
                        .state
                        .set_timer(self.name(None), TimeDomain::Event, end);
                    if let Some(early) = early {
                        early.on_element(context);
                    }
                }
            }
            Kind::Repeatedly(inner) => inner.on_element(context),
            Kind::Any(triggers) | Kind::All(triggers) => {
                for trigger in triggers {
                    trigger.on_element(context);
                }
            }
            Kind::Each(triggers) => {
                if let Some(current) = self.current(triggers, context) {
                    current.on_element(context);
                }
            }
        }
    }

    /// Takes note of windows having become one, after their states have.
    pub(super) fn on_merge(&self, merged: &[Window], context: &mut Context<'_>) {
        match &self.kind {
            Kind::Default => {
                for window in merged {
                    context.state.clear_timer(self.name(Some(*window)));
                }
            }
            // A delay goes on, a count was added up.
            Kind::Delay(_) | Kind::Count(_) => {}
            Kind::AfterWatermark { early, .. } => {
                if let Some(late) = self.if_late(context) {
                    late.on_merge(merged, context);
                } else {
                    if merged.iter().any(|window| window.end != context.window.end) {
                        context.state.clear_timer(self.name(None));
                    }
                    if let Some(early) = early {
                        early.on_merge(merged, context);
                    }
                }
            }
            Kind::Repeatedly(inner) => inner.on_merge(merged, context),
            Kind::Any(triggers) | Kind::All(triggers) => {
                for trigger in triggers {
                    trigger.on_merge(merged, context);
                }
            }
            Kind::Each(triggers) => {
                if let Some(current) = self.current(triggers, context) {
                    current.on_merge(merged, context);
                }
            }
        }
    }

    /// Whether the window is to fire now, and why.
    #[inline]
    pub(super) fn should_fire(&self, moment: Moment, context: &mut Context<'_>) -> Option<Reason> {
        let end_reached = moment.time >= context.window.end.ms();
        match &self.kind {
            Kind::Default => end_reached.then(|| {
                context.state.clear_timer(self.name(Some(context.window)));
                Reason::EndReached
            }),
            // Whichever timer woke it: `AfterProcessingTime.should_fire` looks at the clock's kind alone.
            Kind::Delay(_) => (moment.clock == TimeDomain::Processing).then_some(Reason::Delay),
            Kind::Count(n) => (self.number(context) >= *n).then_some(Reason::Count(*n)),
            Kind::AfterWatermark { early, .. } => {
                if let Some(late) = self.if_late(context) {
                    late.should_fire(moment, context)
                } else if end_reached {
                    context.state.clear_timer(self.name(None));
                    Some(Reason::EndReached)
                } else {
                    early.as_ref()?.should_fire(moment, context)
                }
            }
            Kind::Repeatedly(inner) => inner.should_fire(moment, context),
            Kind::Any(triggers) => triggers
                .iter()
                .find_map(|trigger| trigger.should_fire(moment, context)),
            Kind::All(triggers) => {
                let mut reason = Reason::Several;
                for trigger in triggers {
                    let one = trigger.should_fire(moment, context)?;
                    if triggers.len() == 1 {
                        reason = one;
                    }
                }
                Some(reason)
            }
            Kind::Each(triggers) => self
                .current(triggers, context)?
                .should_fire(moment, context),
        }
    }

    /// Takes note of the window having fired; returns whether the trigger has finished for good.
    pub(super) fn on_fire(&self, time: i64, context: &mut Context<'_>) -> bool {
        match &self.kind {
            Kind::Default => false,
            Kind::Delay(_) | Kind::Count(_) => true,
            Kind::AfterWatermark { early, late } => {
                if let Some(late) = self.if_late(context) {
                    late.on_fire(time, context)
                } else if time >= context.window.end.ms() {
                    self.set_number(context, 1);
                    late.is_none()
                } else {
                    if let Some(early) = early {
                        early.on_fire(time, context);
                    }
                    false
                }
            }
            Kind::Repeatedly(inner) => {
                if inner.on_fire(time, context) {
                    inner.reset(context);
                }
                false
            }
            // Both ask again by the watermark alone, so that a delay never counts as finished here: with nothing but delays,
            // `any` of none is false and `all` of none is true (`_ParallelTriggerFn.on_fire`).
            Kind::Any(triggers) => Trigger::fire_parallel(triggers, time, context).0,
            Kind::All(triggers) => Trigger::fire_parallel(triggers, time, context).1,
            Kind::Each(triggers) => {
                let Some(current) = self.current(triggers, context) else {
                    return false;
                };
                let mut turn = self.number(context);
                if current.on_fire(time, context) {
                    turn += 1;
                    self.set_number(context, turn);
                }
                turn as usize == triggers.len()
            }
        }
    }

    /// Fires those that want to; returns whether any of them has finished, and whether all of them have.
    fn fire_parallel(triggers: &[Trigger], time: i64, context: &mut Context<'_>) -> (bool, bool) {
        let moment = Moment {
            clock: TimeDomain::Event,
            time,
        };
        let (mut any, mut all) = (false, true);
        for trigger in triggers {
            if trigger.should_fire(moment, context).is_some() {
                let finished = trigger.on_fire(time, context);
                any |= finished;
                all &= finished;
            }
        }
        (any, all)
    }

    /// Back to the start. Pending delays are not cancelled (`AfterProcessingTime.reset`).
    fn reset(&self, context: &mut Context<'_>) {
        match &self.kind {
            Kind::Default => context.state.clear_timer(self.name(Some(context.window))),
            Kind::Delay(_) | Kind::Count(_) => self.set_number(context, 0),
            Kind::AfterWatermark { early, late } => {
                self.set_number(context, 0);
                for trigger in [early, late].into_iter().flatten() {
                    trigger.reset(context);
                }
            }
            Kind::Repeatedly(inner) => inner.reset(context),
            Kind::Any(triggers) | Kind::All(triggers) => {
                for trigger in triggers {
                    trigger.reset(context);
                }
            }
            Kind::Each(triggers) => {
                self.set_number(context, 0);
                for trigger in triggers {
                    trigger.reset(context);
                }
            }
        }
    }

    /// The late trigger, once the window's end has been reached; nothing where there is none.
    fn if_late(&self, context: &Context<'_>) -> Option<&Trigger> {
        match &self.kind {
            Kind::AfterWatermark { late, .. } if self.number(context) > 0 => late.as_deref(),
            _ => None,
        }
    }

    fn current<'t>(&self, triggers: &'t [Trigger], context: &Context<'_>) -> Option<&'t Trigger> {
        triggers.get(self.number(context) as usize)
    }

    fn number(&self, context: &Context<'_>) -> u64 {
        context.state.number(self.slot)
    }

    fn set_number(&self, context: &mut Context<'_>, number: u64) {
        context.state.set_number(self.slot, number);
    }

    fn name(&self, window: Option<Window>) -> TimerName {
        TimerName {
            node: self.node,
            window,
        }
    }

    /// Adds another window's state of this trigger up: counts are added, of the rest the furthest stands.
    pub(super) fn merge(&self, into: &mut State, from: State) {
        self.merge_numbers(into, &from);
        into.take_timers(from);
    }

    fn merge_numbers(&self, into: &mut State, from: &State) {
        let (mine, other) = (into.number(self.slot), from.number(self.slot));
        match &self.kind {
            Kind::Default => {}
            Kind::Count(_) => into.set_number(self.slot, mine + other),
            Kind::Delay(_) => into.set_number(self.slot, mine.max(other)),
            Kind::AfterWatermark { early, late } => {
                into.set_number(self.slot, mine.max(other));
                for trigger in [early, late].into_iter().flatten() {
                    trigger.merge_numbers(into, from);
                }
            }
            Kind::Repeatedly(inner) => inner.merge_numbers(into, from),
            Kind::Any(triggers) | Kind::All(triggers) => {
                for trigger in triggers {
                    trigger.merge_numbers(into, from);
                }
            }
            Kind::Each(triggers) => {
                into.set_number(self.slot, mine.max(other));
                for trigger in triggers {
                    trigger.merge_numbers(into, from);
                }
            }
        }
    }
}
