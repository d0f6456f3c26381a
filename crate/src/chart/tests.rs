//! Charts of small scenarios: as sentences, and as pictures compared with the ones looked at.

use super::{ChartKind, svg};
#[cfg(all(feature = "studio", not(target_arch = "wasm32")))]
use super::{ScaleChart, scale_svg};
use crate::run::Run;
#[cfg(all(feature = "studio", not(target_arch = "wasm32")))]
use crate::scale::{ScaleReport, ScaleRun};
use crate::scenario::Scenario;

/// A Flink count per minute of events at these seconds, in this order, with a watermark delay.
fn run(seconds: &[i64], delay: &str) -> Run {
    let events: Vec<String> = (seconds.iter().enumerate())
        .map(|(i, at)| {
            let ts = at * 1_000;
            format!(r#"{{"event": {{"id": "e{i}", "key": "a", "ts": {ts}}}}}"#)
        })
        .collect();
    let json = format!(
        r#"{{"engine": "flink", "pipeline": {{"window": {{"kind": "tumbling", "size": "1 min"}}, "aggregate": "count",
        "watermark": {{"kind": "bounded", "delay": "{delay}"}}}}, "input": {{"steps": [{}]}}}}"#,
        events.join(", ")
    );
    Run::new(Scenario::parse(&json).expect("a sound scenario")).expect("it runs")
}

#[test]
fn what_is_beyond_the_delay_is_counted_to_the_millisecond() {
    // Highest seen: 10, 30, 30, 30, 31; behind by 0, 0, 10, 11, 0.
    let says = |delay| ChartKind::Lateness.says(&run(&[10, 30, 20, 19, 31], delay));
    assert_eq!(
        says("10 s"),
        "1 of 5 events (20 %) came further behind than the watermark delay of 10 s."
    );
    assert_eq!(
        says("10999"),
        "1 of 5 events (20 %) came further behind than the watermark delay of 10.999 s."
    );
    assert_eq!(
        says("11 s"),
        "None of 5 events came further behind than the watermark delay of 11 s."
    );
}

#[test]
fn what_waits_is_what_arrived_and_is_in_no_result() {
    let says = |seconds: &[i64]| ChartKind::Backlog.says(&run(seconds, "0"));
    assert_eq!(
        says(&[10, 20, 30, 61, 62]),
        "At most 3 events wait, at step 3; 2 at the end."
    );
    assert_eq!(says(&[]), "No event has to wait.");
}

#[test]
fn nothing_and_next_to_nothing_can_be_drawn() {
    for seconds in [&[][..], &[5], &[5, 5], &[5, 4]] {
        for delay in ["0", "1", "7 d"] {
            for kind in ChartKind::ALL {
                for (width, height) in [(1, 1), (40, 20), (640, 360)] {
                    let svg = svg(&run(seconds, delay), kind, width, height, false);
                    assert!(svg.trim_end().ends_with("</svg>"), "{svg}");
                    assert!(!svg.contains("NaN"), "{svg}");
                }
            }
        }
    }
}

// insta is not built for the browser.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn pictures_are_those_that_were_looked_at() {
    let run = run(&[10, 30, 28, 20, 18, 45, 44, 61, 50, 75, 90, 91], "10 s");
    for kind in ChartKind::ALL {
        for (theme, dark) in [("light", false), ("dark", true)] {
            let name = format!("{}_{theme}", kind.name());
            insta::assert_snapshot!(name, rounded(&svg(&run, kind, 640, 360, dark)));
        }
    }
}

/// A large run with a second between its samples, so that no machine's speed matters.
#[cfg(all(feature = "studio", not(target_arch = "wasm32")))]
fn scaled(events: u32) -> ScaleReport {
    let json = format!(
        r#"{{"engine": "flink", "pipeline": {{"window": {{"kind": "tumbling", "size": "1 min"}}, "aggregate": "count",
        "watermark": {{"kind": "bounded", "delay": "20 s"}}}}, "input": {{"generator": {{"seed": 1, "events": {events}, "every": 100,
        "keys": 50, "skew": 1.0, "delay": {{"kind": "exponential", "mean": "5 s"}}}}}}}}"#
    );
    let mut run =
        ScaleRun::new(Scenario::parse(&json).expect("a sound scenario")).expect("it runs");
    let mut elapsed = 0.0;
    while run.advance(1_000) {
        elapsed += 1_000.0;
        run.note(elapsed);
    }
    run.note(elapsed + 500.0);
    run.report()
}

#[cfg(all(feature = "studio", not(target_arch = "wasm32")))]
#[test]
fn large_runs_look_as_they_were_looked_at() {
    let report = scaled(20_000);
    for chart in ScaleChart::ALL {
        for (theme, dark) in [("light", false), ("dark", true)] {
            let name = format!("scale_{chart:?}_{theme}").to_lowercase();
            insta::assert_snapshot!(name, rounded(&scale_svg(&report, chart, (640, 360), dark)));
        }
    }
    let nothing = scaled(1);
    for chart in ScaleChart::ALL {
        for size in [(1, 1), (40, 20), (640, 360)] {
            for report in [
                &report,
                &nothing,
                &ScaleReport {
                    samples: Vec::new(),
                    ..nothing.clone()
                },
            ] {
                let svg = scale_svg(report, chart, size, false);
                assert!(
                    svg.trim_end().ends_with("</svg>") && !svg.contains("NaN"),
                    "{svg}"
                );
            }
        }
    }
}

/// The picture with at most two digits behind the point, so that no platform's last digit matters.
#[cfg(not(target_arch = "wasm32"))]
fn rounded(svg: &str) -> String {
    let mut text = String::new();
    for (i, part) in svg.split('.').enumerate() {
        if i == 0 {
            text.push_str(part);
            continue;
        }
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (kept, rest) = (&part[..digits.min(2)], &part[digits..]);
        let kept = kept.trim_end_matches('0');
        if !kept.is_empty() {
            text.push('.');
            text.push_str(kept);
        } else if digits == 0 {
            text.push('.');
        }
        text.push_str(rest);
    }
    text
}
