//! A generated input like a written one: the same pace, keys and disorder, measured from its events, for as many events as one
//! likes.

use super::last_instant;
use crate::model::{Action, Event};
use crate::scenario::{Input, MicroBatch, Problem, Problems, Scenario};
use crate::source::{Compiled, Delay, GeneratorSpec, StepSpec, compile};
use crate::time::{EventTime, LIMIT_MS, ProcTime, Span, format_span};
use crate::watermark::WatermarkSpec;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A scenario with a generated input, and how that came about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Likeness {
    /// The scenario that is run.
    pub scenario: Scenario,
    /// Its input, in a sentence.
    pub says: String,
    /// What of the written input was measured, and what could not be kept; a sentence each. None for a generated one.
    pub notes: Vec<String>,
}

/// The same pipeline on so many events: of its own generator, or of one like its written input.
///
/// # Errors
/// That there is no event to go by; what is wrong with so many events.
pub fn like(scenario: &Scenario, events: u32) -> Result<Likeness, Vec<Problem>> {
    scenario.check()?;
    let mut scenario = scenario.clone();
    let mut notes = Vec::new();
    let spec = match &scenario.input {
        Input::Generator(spec) => GeneratorSpec {
            events,
            ..spec.clone()
        },
        Input::Steps(steps) => {
            let steps = steps.clone();
            generator_like(&mut scenario, &steps, events, &mut notes)?
        }
    };
    if last_instant(&spec).ms() > LIMIT_MS {
        let mut problems = Problems::default();
        problems.push(
            "input.generator.events",
            format!(
                "{events} events, one every {}, go beyond the calendar: take fewer",
                format_span(spec.every)
            ),
        );
        problems.into_result()?;
    }
    let says = says(&spec);
    scenario.input = Input::Generator(spec);
    scenario.check()?;
    Ok(Likeness {
        scenario,
        says,
        notes,
    })
}

fn generator_like(
    scenario: &mut Scenario,
    steps: &[StepSpec],
    events: u32,
    notes: &mut Vec<String>,
) -> Result<GeneratorSpec, Vec<Problem>> {
    let compiled = compile(scenario, scenario.engine.pacing());
    let times = compiled.events.iter().map(|event| event.ts);
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else {
        let mut problems = Problems::default();
        problems.push("input.steps", "has no events to make more of");
        problems.into_result()?;
        unreachable!("there is a problem");
    };
    let count = compiled.events.len();
    let every = (last - first).ms() / (count as i64 - 1).max(1);
    let keys = key_counts(&compiled.events);
    let spec = GeneratorSpec {
        seed: 1,
        events,
        start: first,
        every: Span(every.max(1)),
        keys: keys.len() as u32,
        skew: skew_of(&keys),
        delay: delay_of(&ways(&compiled)),
        sources: compiled.names.sources,
        stall: None,
        duplicates_per_mille: duplicates(&compiled),
        value_max: compiled
            .events
            .iter()
            .fold(1.0, |most, event| event.value.max(most)) as u32,
        end: true,
    };
    let of = if count == 1 {
        "1 event"
    } else {
        &format!("{count} events")
    };
    notes.push(format!(
        "This input is written out: the events of a large run are made up like its {of}, with pace, keys and disorder measured from them."
    ));
    pace_like(scenario, steps, &compiled, notes);
    Ok(spec)
}

/// What of the written steps paces the engine, as settings of the pipeline.
fn pace_like(
    scenario: &mut Scenario,
    steps: &[StepSpec],
    compiled: &Compiled,
    notes: &mut Vec<String>,
) {
    let pacing = scenario.engine.pacing();
    let pipeline = &mut scenario.pipeline;
    let batches = steps.iter().filter(|step| step.batch.is_some()).count();
    if pacing.batches && batches > 0 {
        let events = (compiled.events.len() / batches).max(1) as u32;
        pipeline.micro_batch = Some(MicroBatch::Events(events));
        notes.push(format!("Its micro-batches are written out too: here one runs after every {events} events, as many as there are to a batch."));
    }
    if pacing.watermark_steps && pipeline.watermark == WatermarkSpec::Explicit {
        let delay = watermark_behind(compiled);
        pipeline.watermark = WatermarkSpec::Bounded {
            delay: Some(delay),
            delays: None,
            policy: None,
            cadence: None,
            idle: None,
            idle_timeout: None,
        };
        notes.push(format!(
            "Its source says its watermarks itself: here they stay {} behind the highest event time, as those do in the middle.",
            format_span(delay)
        ));
    }
    if steps.iter().any(|step| step.mark_idle.is_some()) {
        notes.push("Sources are not declared idle in a large run.".into());
    }
}

/// How far the written watermarks stay behind the highest event time by then: the middle one.
fn watermark_behind(compiled: &Compiled) -> Span {
    let mut highest: Option<EventTime> = None;
    let mut behind: Vec<i64> = Vec::new();
    for step in &compiled.steps {
        match step.action {
            Action::Event(event) => highest = highest.max(Some(event.ts)),
            Action::Watermark { to, .. } => {
                if let (Some(highest), Some(to)) = (highest, to.time()) {
                    behind.push((highest - to).ms().max(0));
                }
            }
            _ => {}
        }
    }
    behind.sort_unstable();
    Span(behind.get(behind.len() / 2).copied().unwrap_or(0))
}

/// How many events each key has, the most first.
fn key_counts(events: &[Event]) -> Vec<u32> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for event in events {
        *counts.entry(event.key.0).or_default() += 1;
    }
    let mut counts: Vec<u32> = counts.into_values().collect();
    counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
    counts
}

/// The exponent, in tenths up to 3, whose Zipf distribution comes nearest to how often the keys come.
fn skew_of(counts: &[u32]) -> f64 {
    let total = f64::from(counts.iter().sum::<u32>());
    let off = |skew: f64| -> f64 {
        let weights = (1..=counts.len()).map(|rank| (rank as f64).powf(-skew));
        let sum: f64 = weights.clone().sum();
        (counts.iter().zip(weights))
            .map(|(count, weight)| (f64::from(*count) / total - weight / sum).powi(2))
            .sum()
    };
    let tenths =
        (0..=30).min_by(|a, b| off(f64::from(*a) / 10.0).total_cmp(&off(f64::from(*b) / 10.0)));
    f64::from(tenths.unwrap_or(0)) / 10.0
}

/// How long each event was on its way; where nobody says, how far behind the highest event time of its source it came.
fn ways(compiled: &Compiled) -> Vec<i64> {
    let mut highest: BTreeMap<u16, EventTime> = BTreeMap::new();
    let mut now: Option<ProcTime> = None;
    let mut ways = Vec::new();
    for step in &compiled.steps {
        now = step.clock.or(now);
        let Action::Event(event) = step.action else {
            continue;
        };
        let highest = highest.entry(event.source).or_insert(event.ts);
        *highest = event.ts.max(*highest);
        let way = match now.filter(|_| compiled.timed) {
            Some(at) => at.ms() - event.ts.ms(),
            None => (*highest - event.ts).ms(),
        };
        ways.push(way.max(0));
    }
    ways.sort_unstable();
    ways
}

/// A distribution like these delays, which are in order: evenly up to the longest where that is not far out, otherwise a usual
/// delay and a few stragglers.
fn delay_of(ways: &[i64]) -> Delay {
    let Some(longest) = ways.last().copied().filter(|longest| *longest > 0) else {
        return Delay::None;
    };
    let usual = ways[(ways.len() - 1) * 9 / 10];
    // The median of even delays is half the longest.
    if longest <= usual.saturating_mul(2) {
        return Delay::Uniform { max: Span(longest) };
    }
    let stragglers: Vec<i64> = ways.iter().copied().filter(|way| *way > usual).collect();
    let late = stragglers.iter().sum::<i64>() / stragglers.len() as i64;
    Delay::Bursty {
        usual: Span(usual),
        late: Span(late),
        late_per_mille: (1_000 * stragglers.len() / ways.len()).max(1) as u32,
    }
}

/// How many of a thousand events share their id with another.
fn duplicates(compiled: &Compiled) -> u32 {
    let ids: BTreeSet<&String> = compiled.names.events.iter().collect();
    let all = compiled.events.len();
    (1_000 * (all - ids.len()) / all.max(1)) as u32
}

/// A generator, in a sentence.
fn says(spec: &GeneratorSpec) -> String {
    let long = Span(spec.every.ms() * i64::from(spec.events));
    let keys = match (spec.keys, spec.skew) {
        (1, _) => "1 key".into(),
        (keys, skew) if skew > 0.0 => format!("{keys} keys (Zipf {skew})"),
        (keys, _) => format!("{keys} keys, evenly"),
    };
    let sources = match spec.sources {
        1 => String::new(),
        n => format!(" from {n} sources"),
    };
    let way = match spec.delay {
        Delay::None => "arriving in order".into(),
        Delay::Uniform { max } => format!("on their way for up to {}", format_span(max)),
        Delay::Exponential { mean } => {
            format!("on their way for {} on average", format_span(mean))
        }
        Delay::Bursty {
            usual,
            late,
            late_per_mille,
        } => format!(
            "on their way for up to {}, and {late_per_mille} of 1000 for {}",
            format_span(usual),
            format_span(late)
        ),
    };
    let twice = match spec.duplicates_per_mille {
        0 => String::new(),
        n => format!(", {n} of 1000 delivered twice"),
    };
    let stall = spec.stall.map_or(String::new(), |stall| {
        format!(
            ", source {} silent for {}",
            stall.source,
            format_span(stall.until - stall.from)
        )
    });
    format!(
        "One event every {}{sources} ({} of event time), {keys}, {way}{twice}{stall}.",
        format_span(spec.every),
        format_span(long)
    )
}
