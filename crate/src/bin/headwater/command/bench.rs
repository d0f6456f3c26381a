//! `headwater bench`: how many events per second, on the standard workload.
//!
//! Contestants take turns in every round, so that whatever else the machine does hits all of them alike; the median counts.

mod dense;

use super::failure::{Failure, Outcome};
use dense::{Emitted, Totals};
use headwater::aggregate::Aggregate;
use headwater::bench::{DISORDER, EVENTS, KEYS, Results, WINDOW, Workload};
use headwater::dialect::EngineKind;
use headwater::fact::Unrecorded;
use headwater::model::Value;
use headwater::time::format_span;
use serde::Serialize;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// How fast the engine has to be, as a part of the hand-written loop's speed.
const BUDGET: f64 = 0.5;

/// Measure events per second on the standard workload.
///
/// Tumbling windows of a minute, count and sum per key, 1,000 keys (Zipf 1.0), event i at i ms with up to 5 s of disorder and
/// a watermark delay of 5 s. The engines run beside a loop over a dense array, written by hand for just this, whose results
/// are compared with Flink's.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  headwater bench
  headwater bench --events 500000 --json")]
pub(crate) struct Arguments {
    /// How many events
    #[arg(long, default_value_t = EVENTS, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    events: u32,

    /// How many rounds; medians are reported
    #[arg(long, default_value_t = 7, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: u32,

    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct Report {
    events: u32,
    rounds: u32,
    /// Flink's fast path against the loop, by speed.
    ratio: f64,
    budget: f64,
    contestants: Vec<Measured>,
}

#[derive(Debug, Serialize)]
struct Measured {
    name: String,
    events_per_second: f64,
    ns_per_event: f64,
    /// Its speed as a part of the loop's.
    of_loop: f64,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let workload = Workload::new(arguments.events);
    compare(&workload)?;
    let report = measure(&workload, arguments.rounds);
    if arguments.json {
        serde_json::to_writer_pretty(&mut *out, &report).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        write_report(&report, out)?;
    }
    Ok(Outcome::Fine)
}

/// A comparison of speeds means something only between programs that do the same.
fn compare(workload: &Workload) -> Result<(), Failure> {
    let (counts, sums) = (
        results(workload, Aggregate::Count)?,
        results(workload, Aggregate::Sum)?,
    );
    let mut engine = Emitted {
        results: (counts.emitted.into_iter().zip(sums.emitted))
            .filter_map(|pair| match pair {
                ((key, window, Some(Value::Count(count))), (_, _, Some(Value::Number(sum)))) => {
                    Some((key.0, window.start.ms(), Totals { count, sum }))
                }
                _ => None,
            })
            .collect(),
        late: sums.late,
    };
    let mut by_hand = dense::run(&workload.events);
    let place = |result: &(u32, i64, Totals)| (result.1, result.0);
    engine.results.sort_by_key(place);
    by_hand.results.sort_by_key(place);
    if engine == by_hand {
        Ok(())
    } else {
        Err(Failure::new(
            "bench: the engine and the hand-written loop have different results",
        )
        .help("this is a bug in one of them; `headwater conform` tells whether it is the engine"))
    }
}

fn results(workload: &Workload, aggregate: Aggregate) -> Result<Results, Failure> {
    let mut results = Results::default();
    let mut engine = workload
        .engine(EngineKind::Flink, aggregate)
        .map_err(|problems| Failure::problems("bench", &problems))?;
    workload.feed(&mut engine, &mut results);
    Ok(results)
}

type Contestant<'a> = (String, Box<dyn Fn() -> Duration + 'a>);

fn measure(workload: &Workload, rounds: u32) -> Report {
    let contestants = contestants(workload);
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); contestants.len()];
    for _ in 0..rounds {
        for ((_, contestant), times) in contestants.iter().zip(&mut times) {
            times.push(contestant());
        }
    }
    let seconds: Vec<f64> = (times.iter_mut())
        .map(|times| {
            times.sort();
            times[times.len() / 2].as_secs_f64()
        })
        .collect();
    let events = workload.events.len() as f64;
    let contestants: Vec<Measured> = (contestants.into_iter().zip(&seconds))
        .map(|((name, _), own)| Measured {
            name,
            events_per_second: (events / own).round(),
            ns_per_event: (own * 1e12 / events).round() / 1e3,
            of_loop: (seconds[0] / own * 1e3).round() / 1e3,
        })
        .collect();
    Report {
        events: workload.events.len() as u32,
        rounds,
        ratio: contestants[1].of_loop,
        budget: BUDGET,
        contestants,
    }
}

/// The loop first, Flink's fast path second.
fn contestants(workload: &Workload) -> Vec<Contestant<'_>> {
    let mut contestants: Vec<Contestant<'_>> = vec![(
        "hand-written loop".into(),
        Box::new(|| time(|| dense::run(&workload.events))),
    )];
    for kind in EngineKind::ALL {
        contestants.push((
            format!("{}, fast path", kind.title()),
            Box::new(|| time_engine(workload, *kind, || Unrecorded)),
        ));
        contestants.push((
            format!("{}, results kept", kind.title()),
            Box::new(|| time_engine(workload, *kind, Results::default)),
        ));
    }
    contestants
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = black_box(work());
    let elapsed = start.elapsed();
    drop(result);
    elapsed
}

fn time_engine<R: headwater::fact::Recorder>(
    workload: &Workload,
    kind: EngineKind,
    recorder: impl Fn() -> R,
) -> Duration {
    let Ok(mut engine) = workload.engine(kind, Aggregate::Sum) else {
        unreachable!("every engine in the list is simulated, and takes the standard workload");
    };
    time(move || {
        let mut recorder = recorder();
        workload.feed(&mut engine, &mut recorder);
        (engine, recorder)
    })
}

fn write_report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{} events, {} keys (Zipf 1.0), up to {} of disorder, delay {}, tumbling {}, count and sum per key",
        grouped(f64::from(report.events)),
        grouped(f64::from(KEYS)),
        format_span(DISORDER),
        format_span(DISORDER),
        format_span(WINDOW),
    )?;
    writeln!(out, "median of {} rounds, taking turns\n", report.rounds)?;
    writeln!(
        out,
        "{:<30}{:>14}{:>10}{:>14}",
        "", "events/s", "ns/event", "of the loop"
    )?;
    for measured in &report.contestants {
        writeln!(
            out,
            "{:<30}{:>14}{:>10.1}{:>14.2}",
            measured.name,
            grouped(measured.events_per_second),
            measured.ns_per_event,
            measured.of_loop
        )?;
    }
    writeln!(
        out,
        "\nFlink's fast path runs at {:.2} of the hand-written loop's speed; the budget is {:.2}",
        report.ratio, report.budget
    )
}

/// A whole number with its thousands apart.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
