//! Scale runs: a pipeline on as many generated events as one likes, or on all of a file, without a trace.
//!
//! The same engine, source and pacing as a [`Run`](crate::run::Run)'s, stretch by stretch, so that whoever runs it can show how
//! far it is and stop it. Of generated events only those that are on their way are kept. How long it takes is measured by the page, which has a
//! clock, and told with [`ScaleRun::note`].

mod feed;
mod lateness;
mod like;
mod tally;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod tests;

pub use self::lateness::Histogram;
pub use self::like::{Likeness, like};

use self::feed::Feed;
use self::tally::Tally;
use crate::dialect::{AnyEngine, Engine};
use crate::import::ReadEvents;
use crate::model::{Action, Names, Step, Value};
use crate::scenario::{Input, Problem, Scenario};
use crate::source::GeneratorSpec;
use crate::source::pacing::Paced;
use crate::time::{Clock, Span};
use serde::{Deserialize, Serialize};

/// The fewest events a scale run is offered with.
pub const FEWEST: u32 = 10_000;

/// The most events a scale run is offered with.
pub const MOST: u32 = 10_000_000;

/// An engine is given at most so many steps at once: few enough to stay in the processor's cache.
const STRETCH: usize = 1_024;

/// Once there are so many samples, every second one goes.
const MOST_SAMPLES: usize = 240;

/// A large run on its way.
#[derive(Clone, Debug)]
pub struct ScaleRun {
    scenario: Scenario,
    feed: Feed,
    paced: Paced,
    engine: AnyEngine,
    tally: Tally,
    clock: Clock,
    total: u32,
    ends: bool,

    steps: Vec<Step>,
    done: u32,
    over: bool,
    peak_entries: u64,
    peak_bytes: u64,
    samples: Vec<Sample>,
    /// Of so many samples that are noted, one is kept.
    keep_every: u32,
    noted: u32,
}

/// How a large run stood at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Sample {
    /// How long it had taken so far, in ms of the machine it runs on.
    pub elapsed: f64,
    /// How many events it had taken.
    pub events: u32,
    /// The highest event time seen, in ms.
    pub event_time: i64,
    /// Entries in the engine's state.
    pub entries: u64,
    /// What they take, in bytes, as the engine counts them.
    pub bytes: u64,
}

/// What a large run is about.
struct Setting {
    feed: Feed,
    sources: u16,
    /// The first and the last event time, in ms.
    times: [i64; 2],
    total: u32,
    /// Whether the input ends.
    ends: bool,
}

/// A result as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ScaleResult {
    /// Whose.
    pub key: String,
    /// Of which window.
    pub window: String,
    /// What came out.
    pub value: String,
}

/// How a large run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ScaleStanding {
    /// How many events it has taken; those delivered twice count twice.
    pub events: u32,
    /// How many events happen in all; deliveries may be more.
    pub total: u32,
    /// Whether it is over.
    pub over: bool,
    /// Results that came out.
    pub results: u64,
    /// Results that were withdrawn.
    pub withdrawn: u64,
    /// Events that no window took because they were late.
    pub late: u64,
    /// Of these, those that went to a side output.
    pub side_output: u64,
    /// Events that some of their windows took and others refused.
    pub partly_late: u64,
    /// Events that went nowhere for another reason: between windows, seen before, behind a finished trigger.
    pub elsewhere: u64,
    /// Micro-batches that ran.
    pub batches: u64,
    /// Entries in the engine's state now.
    pub entries: u64,
    /// The most there were after any step.
    pub peak_entries: u64,
    /// What the entries take now, in bytes, as the engine counts them.
    pub bytes: u64,
    /// The most bytes in any sample.
    pub peak_bytes: u64,
    /// Events that are on their way.
    pub on_their_way: u64,
    /// The highest event time seen.
    pub event_time: String,
    /// The watermark, or Kafka Streams' stream time.
    pub watermark: String,
    /// The latest results, the newest first.
    pub newest: Vec<ScaleResult>,
}

/// What a large run measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct ScaleReport {
    /// How it stood, in the order in which it was noted.
    pub samples: Vec<Sample>,
    /// How far behind the highest event time of their source the events came.
    pub lateness: Histogram,
    /// What the watermark waits for, in ms, where there is one number for it; Kafka Streams' grace.
    pub delay: Option<i64>,
    /// What that is called.
    pub delay_label: String,
}

impl ScaleRun {
    /// A run of a scenario whose input is generated, see [`like()`].
    ///
    /// # Errors
    /// What is wrong with the scenario; that its input is written out.
    pub fn new(scenario: Scenario) -> Result<ScaleRun, Vec<Problem>> {
        scenario.check()?;
        let Input::Generator(spec) = &scenario.input else {
            return Err(vec![Problem {
                path: "input.generator".into(),
                message: "is missing: a large run makes its events up".into(),
            }]);
        };
        let times = [spec.start, last_instant(spec)];
        let setting = Setting {
            feed: Feed::made(spec),
            sources: spec.sources,
            times: times.map(crate::time::EventTime::ms),
            total: spec.events,
            ends: spec.end,
        };
        Ok(ScaleRun::of(scenario, setting))
    }

    /// A run of a scenario's pipeline on the events of a file, in place of its input.
    ///
    /// # Errors
    /// That there are no events; what the pipeline and the events do not agree on.
    pub fn over(mut scenario: Scenario, read: ReadEvents) -> Result<ScaleRun, Vec<Problem>> {
        if read.events.is_empty() {
            return Err(vec![Problem {
                path: "input".into(),
                message: "the file has no events".into(),
            }]);
        }
        // What a pipeline and its input must agree on shows in a few of them.
        scenario.input = Input::Steps(read.sample.clone());
        scenario.sources.clone_from(&read.source_names);
        scenario.check()?;
        let setting = Setting {
            sources: read.sources,
            times: read.range,
            total: read.events.len() as u32,
            ends: true,
            feed: Feed::read(read),
        };
        Ok(ScaleRun::of(scenario, setting))
    }

    fn of(scenario: Scenario, setting: Setting) -> ScaleRun {
        let Setting {
            feed,
            sources,
            times,
            total,
            ends,
        } = setting;
        let names = Names {
            sources,
            ..Names::default()
        };
        let pacing = scenario.engine.pacing();
        ScaleRun {
            feed: if pacing.tasks {
                feed.split_among(sources)
            } else {
                feed
            },
            paced: Paced::new(&scenario, pacing, false, sources),
            engine: scenario.engine.start(&scenario, &names),
            tally: Tally::new(&scenario, sources),
            clock: Clock::for_instants(times),
            total,
            ends,
            steps: Vec::with_capacity(STRETCH + 16),
            done: 0,
            over: false,
            peak_entries: 0,
            peak_bytes: 0,
            samples: Vec::new(),
            keep_every: 1,
            noted: 0,
            scenario,
        }
    }

    /// Takes about so many events on; whether there is more to come.
    pub fn advance(&mut self, events: u32) -> bool {
        let until = self.done.saturating_add(events.max(1));
        while !self.over && self.done < until {
            self.fill((until - self.done).min(STRETCH as u32));
            let most = self.engine.take(&self.steps, &mut self.tally);
            self.peak_entries = self.peak_entries.max(most as u64);
            self.steps.clear();
        }
        !self.over
    }

    /// Puts the next steps together, of at most so many events.
    fn fill(&mut self, events: u32) {
        let steps = &mut self.steps;
        let mut put = |step: Step, _: Option<u32>| steps.push(step);
        let mut left = events;
        while left > 0 {
            let taken = self.feed.next(left as usize, |clock, event| {
                let action = Action::Event(event);
                self.paced.take(Step { clock, action }, None, &mut put);
            });
            if taken == 0 {
                if self.ends {
                    let action = Action::End { source: None };
                    let clock = None;
                    self.paced.take(Step { clock, action }, None, &mut put);
                }
                self.paced.finish(&mut put);
                self.over = true;
                return;
            }
            self.done += taken as u32;
            left -= taken as u32;
        }
    }

    /// Notes how it stands after so many ms, for the charts.
    pub fn note(&mut self, elapsed: f64) {
        let bytes = self.engine.state_bytes();
        self.peak_bytes = self.peak_bytes.max(bytes);
        self.noted += 1;
        if !self.over && !self.noted.is_multiple_of(self.keep_every) {
            return;
        }
        if self.samples.len() == MOST_SAMPLES {
            self.keep_every *= 2;
            let mut number = 0;
            self.samples.retain(|_| {
                number += 1;
                number % 2 == 0
            });
        }
        self.samples.push(Sample {
            elapsed,
            events: self.done,
            event_time: self.tally.highest().unwrap_or_default(),
            entries: self.engine.entries() as u64,
            bytes,
        });
    }

    /// How it stands.
    pub fn standing(&self) -> ScaleStanding {
        let tally = &self.tally;
        let highest = tally.highest();
        let newest = tally.newest().map(|(key, window, value)| ScaleResult {
            key: self.feed.name(*key),
            window: if window.is_global() {
                "all of time".into()
            } else {
                let [start, end] = [window.start, window.end].map(|at| self.clock.event(at));
                format!("{start} – {end}")
            },
            value: match value {
                Value::Count(n) => n.to_string(),
                Value::Number(n) => ((n * 100.0).round() / 100.0).to_string(),
                Value::Events(events) => format!("{} events", events.len()),
            },
        });
        ScaleStanding {
            events: self.done,
            total: self.total,
            over: self.over,
            results: tally.results,
            withdrawn: tally.withdrawn,
            late: tally.late,
            side_output: tally.side_output,
            partly_late: tally.partly_late,
            elsewhere: tally.elsewhere,
            batches: tally.batches,
            entries: self.engine.entries() as u64,
            peak_entries: self.peak_entries,
            bytes: self.engine.state_bytes(),
            peak_bytes: self.peak_bytes,
            on_their_way: self.feed.on_their_way() as u64,
            event_time: highest.map_or_else(|| "none yet".into(), |at| self.clock.format(at)),
            watermark: if tally.own_times {
                "none: each partition has its own".into()
            } else {
                self.clock.watermark(tally.watermark)
            },
            newest: newest.collect(),
        }
    }

    /// What it measured so far.
    pub fn report(&self) -> ScaleReport {
        let pipeline = &self.scenario.pipeline;
        let (delay, label) = match pipeline.grace {
            Some(grace) => (Some(grace), "grace"),
            None => (pipeline.watermark.delay(), "watermark delay"),
        };
        ScaleReport {
            samples: self.samples.clone(),
            lateness: self.tally.lateness.clone(),
            delay: delay.map(Span::ms),
            delay_label: label.into(),
        }
    }
}

/// When the last event of a generator happens.
fn last_instant(spec: &GeneratorSpec) -> crate::time::EventTime {
    spec.start + Span(spec.every.ms() * i64::from(spec.events))
}
