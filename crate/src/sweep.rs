//! The frontier: the same input run again and again, each time with another setting of the knob that says how long is waited for
//! late events. What more waiting buys is completeness; what it costs is latency and state.
//!
//! Measured of each run, with [`Counter`]:
//!
//! * *completeness*: the share of the events that are not lost. Lost is an event that no result holds and no open window keeps:
//!   late, or in a window that was dropped before it said anything.
//! * *latency*: how long after a window's end its last result came, in ms, on average over the windows that had one. By the
//!   processing clock where the input has one, otherwise by the highest event time seen. Results that only came because the input
//!   ended say nothing about waiting, and are left out.
//! * *state*: the most entries, one for each key and window, that the engine had after any step.
//!
//! The steps are made once; a run is the engine's fast path over them, without a trace.

mod counter;
mod pareto;
mod range;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use self::counter::Counter;

use crate::dialect::EngineKind;
use crate::knobs::{self, Knob, Setting, SettingValue};
use crate::model::{Action, Names, Step};
use crate::scale::like;
use crate::scenario::{Input, MicroBatch, Problem, Scenario};
use crate::source::{StepSpec, compile};
use crate::time::{EventTime, ProcTime, Span, format_span};
use crate::window::{TimeDomain, WindowSpec};
use serde::{Deserialize, Serialize};

/// The knobs that say how long is waited for late events, in the order in which they are offered.
pub const KNOBS: [&str; 3] = ["watermark.delay", "grace", "allowed_lateness"];

/// At most so many settings are tried, beside the current one.
pub const MOST_SETTINGS: u32 = 200;

/// What is swept, and how finely.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct SweepSpec {
    /// One of [`KNOBS`]; the first that there is unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub knob: Option<String>,
    /// The greatest setting; by the input's own disorder unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub to: Option<Span>,
    /// How many settings are tried, at most; 200 unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub settings: Option<u32>,
    /// On so many events made up like the input's; on the input itself unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(optional))]
    pub events: Option<u32>,
}

/// What one setting gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct FrontierPoint {
    /// The setting, in ms.
    pub setting: i64,
    /// As it is read.
    pub text: String,
    /// The share of the events that are not lost, from 0 to 1.
    pub complete: f64,
    /// How many events are lost.
    pub lost: u32,
    /// How long after a window's end its last result came, in ms, on average; none where no result came before the end.
    pub latency: Option<f64>,
    /// The same as it is read.
    pub latency_text: String,
    /// The most entries that the state had.
    pub entries: u64,
    /// How many results came out.
    pub results: u64,
    /// Whether no other setting is at least as good in all three and better in one.
    pub best: bool,
}

/// What more and less waiting gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Frontier {
    /// The knob that was turned.
    pub knob: String,
    /// Its name for people.
    pub label: String,
    /// How many events there were.
    pub events: u32,
    /// Whether latency is by the processing clock; otherwise by the highest event time seen.
    pub timed: bool,
    /// What each setting gives, from the least to the greatest.
    pub points: Vec<FrontierPoint>,
    /// Which of the points is the current setting.
    pub current: u32,
    /// What was measured to make up the events, a sentence each.
    pub notes: Vec<String>,
}

/// A sweep on its way.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Without its input: settings are tried on it.
    scenario: Scenario,
    knob: Knob,
    steps: Vec<Step>,
    names: Names,
    events: u32,
    timed: bool,
    settings: Vec<i64>,
    current: i64,
    next: usize,
    points: Vec<FrontierPoint>,
    notes: Vec<String>,
}

/// The knobs of a scenario that can be swept.
///
/// # Errors
/// Why there is none.
pub fn sweepable(scenario: &Scenario) -> Result<Vec<Knob>, String> {
    match scenario.pipeline.window {
        None => return Err("Deduplication has no windows to be complete or late.".into()),
        Some(WindowSpec::Global | WindowSpec::Count { .. }) => {
            return Err("These windows have no end to wait for.".into());
        }
        Some(WindowSpec::Tumbling {
            clock: TimeDomain::Processing,
            ..
        }) => return Err("No event is late for windows cut by the processing clock.".into()),
        Some(
            WindowSpec::Tumbling { .. }
            | WindowSpec::Sliding { .. }
            | WindowSpec::Session { .. }
            | WindowSpec::SlidingDiff { .. },
        ) => {}
    }
    let all = knobs::knobs(scenario);
    let found: Vec<Knob> = (KNOBS.iter())
        .filter_map(|id| {
            all.iter()
                .find(|knob| knob.id == *id && knob.disabled.is_none())
        })
        .cloned()
        .collect();
    if found.is_empty() {
        return Err("This pipeline has no one setting for how long it waits.".into());
    }
    Ok(found)
}

impl Sweep {
    /// A sweep of a scenario.
    ///
    /// # Errors
    /// What is wrong with it, or that nothing can be swept.
    pub fn new(scenario: &Scenario, spec: &SweepSpec) -> Result<Sweep, Vec<Problem>> {
        let (scenario, notes) = match spec.events {
            Some(events) => {
                let likeness = like(scenario, events)?;
                (likeness.scenario, likeness.notes)
            }
            None => (scenario.clone(), Vec::new()),
        };
        scenario.check()?;
        let knob = knob_of(&scenario, spec).map_err(|message| {
            vec![Problem {
                path: "pipeline".into(),
                message,
            }]
        })?;
        let compiled = compile(&scenario, scenario.engine.pacing());
        let current = setting_of(&knob);
        let to = spec.to.unwrap_or_else(|| {
            let behind = range::furthest_behind(&compiled.steps, scenario.engine);
            let waited = match knob.id.as_str() {
                "allowed_lateness" => scenario.pipeline.watermark.delay().unwrap_or(Span(0)),
                _ => Span(0),
            };
            Span((behind.ms() - waited.ms()).max(current))
        });
        let count = spec
            .settings
            .unwrap_or(MOST_SETTINGS)
            .clamp(2, MOST_SETTINGS);
        Ok(Sweep {
            settings: range::settings(to, count, current),
            events: compiled.events.len() as u32,
            timed: compiled.timed,
            steps: compiled.steps,
            names: compiled.names,
            scenario: Scenario {
                input: stand_in(&scenario),
                ..scenario
            },
            knob,
            current,
            next: 0,
            points: Vec::new(),
            notes,
        })
    }

    /// Tries the next setting; whether there are more.
    pub fn advance(&mut self) -> bool {
        if let Some(setting) = self.settings.get(self.next) {
            self.points.extend(self.point(*setting));
            self.next += 1;
        }
        self.next < self.settings.len()
    }

    /// How many settings were tried, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.settings.len())
    }

    /// Runs the input with a setting; nothing where the engine does not take it.
    fn point(&self, setting: i64) -> Option<FrontierPoint> {
        let turned = Setting {
            knob: self.knob.id.clone(),
            value: SettingValue::Number(setting),
        };
        let scenario = knobs::set(&self.scenario, &turned).ok()?;
        let counted = run(&scenario, &self.steps, &self.names, self.events, self.timed);
        let lost = counted.lost;
        Some(FrontierPoint {
            setting,
            text: format_span(Span(setting)),
            complete: 1.0 - f64::from(lost) / f64::from(self.events.max(1)),
            lost,
            latency: counted.latency,
            latency_text: (counted.latency).map_or_else(
                || "none before the end".into(),
                |ms| format_span(Span(ms.round() as i64)),
            ),
            entries: counted.entries,
            results: counted.results,
            best: false,
        })
    }

    /// What was found so far.
    pub fn frontier(&self) -> Frontier {
        let mut points = self.points.clone();
        pareto::mark(&mut points);
        let current = points
            .iter()
            .position(|point| point.setting == self.current);
        Frontier {
            knob: self.knob.id.clone(),
            label: self.knob.label.clone(),
            events: self.events,
            timed: self.timed,
            current: current.unwrap_or(0) as u32,
            points,
            notes: self.notes.clone(),
        }
    }
}

impl Frontier {
    /// The frontier of a scenario's own input, with as many settings as so many steps of the engine allow: at least 20.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of(scenario: &Scenario, steps: usize) -> Result<Frontier, String> {
        sweepable(scenario)?;
        let says = |problems: Vec<Problem>| {
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            said.join("; ")
        };
        let mut sweep = Sweep::new(scenario, &SweepSpec::default()).map_err(says)?;
        let affordable =
            (steps / sweep.steps.len().max(1)).clamp(20, MOST_SETTINGS as usize) as u32;
        if sweep.settings.len() > affordable as usize {
            let to = Span(sweep.settings.last().copied().unwrap_or(0));
            sweep.settings = range::settings(to, affordable, sweep.current);
        }
        while sweep.advance() {}
        Ok(sweep.frontier())
    }

    /// The current setting's point.
    pub fn here(&self) -> Option<&FrontierPoint> {
        self.points.get(self.current as usize)
    }

    /// What it shows, in a sentence.
    pub fn says(&self) -> String {
        let Some(here) = self.here() else {
            return "The engine takes none of these settings.".into();
        };
        let lost = match here.lost {
            0 => "no event lost".into(),
            1 => "1 event lost".into(),
            n => format!("{n} of {} events lost", self.events),
        };
        let waits = here.latency.map_or_else(String::new, |_| {
            format!(", last results {} after a window's end", here.latency_text)
        });
        let least = self
            .points
            .iter()
            .map(|point| point.lost)
            .min()
            .unwrap_or(0);
        let enough = self.points.iter().find(|point| point.lost == least);
        let better = match enough {
            Some(point) if point.setting != here.setting && point.lost < here.lost => {
                format!(
                    " From {} on {} are lost.",
                    point.text,
                    if least == 0 {
                        "none".into()
                    } else {
                        least.to_string()
                    }
                )
            }
            Some(point) if point.setting < here.setting && point.lost == here.lost => {
                format!(" {} would lose no more.", point.text)
            }
            _ => String::new(),
        };
        format!("At {}: {lost}{waits}.{better}", here.text)
    }
}

/// A small input on which an engine takes the same settings: where the pipeline counts on a clock, one that has a clock.
fn stand_in(scenario: &Scenario) -> Input {
    match (scenario.pipeline.micro_batch, &scenario.input) {
        (_, Input::Generator(spec)) => Input::Generator(spec.clone()),
        (Some(MicroBatch::Interval(_)), Input::Steps(_)) => Input::Steps(vec![StepSpec {
            processing_time: Some(ProcTime(0)),
            ..StepSpec::default()
        }]),
        (Some(MicroBatch::Events(_)) | None, Input::Steps(_)) => Input::Steps(Vec::new()),
    }
}

/// The knob that is swept.
fn knob_of(scenario: &Scenario, spec: &SweepSpec) -> Result<Knob, String> {
    let found = sweepable(scenario)?;
    match &spec.knob {
        None => found.into_iter().next().ok_or_else(String::new),
        Some(id) => (found.into_iter().find(|knob| knob.id == *id))
            .ok_or_else(|| format!("{id} cannot be swept here")),
    }
}

/// Where a knob for a length of time stands, in ms.
fn setting_of(knob: &Knob) -> i64 {
    match &knob.control {
        knobs::Control::Span { value, .. }
        | knobs::Control::Instant { value, .. }
        | knobs::Control::Number { value, .. } => *value,
        knobs::Control::Select { .. } => 0,
    }
}

/// Runs steps with an engine, and counts.
fn run(scenario: &Scenario, steps: &[Step], names: &Names, events: u32, timed: bool) -> Counted {
    let mut engine = scenario.engine.start(scenario, names);
    let several = match scenario.pipeline.window {
        Some(WindowSpec::Sliding { .. } | WindowSpec::SlidingDiff { .. }) => true,
        Some(
            WindowSpec::Tumbling { .. }
            | WindowSpec::Session { .. }
            | WindowSpec::Global
            | WindowSpec::Count { .. },
        )
        | None => false,
    };
    if several {
        let mut counter = Counter::<true>::new(events, timed);
        let entries = engine.take(steps, &mut counter);
        counter.finish(entries as u64)
    } else {
        let mut counter = Counter::<false>::new(events, timed);
        let entries = engine.take(steps, &mut counter);
        counter.finish(entries as u64)
    }
}

/// What was counted in one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// How many events are lost.
    pub lost: u32,
    /// How long after a window's end its last result came, in ms, on average.
    pub latency: Option<f64>,
    /// The most entries that the state had.
    pub entries: u64,
    /// How many results came out.
    pub results: u64,
}
