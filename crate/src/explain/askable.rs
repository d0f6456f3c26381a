//! Which windows a missing result can be asked about: also those that never existed.

use crate::frame::Bounds;
use crate::model::Window;
use crate::run::Run;
use crate::time::{EventTime, Span};
use crate::window::{TimeDomain, WindowSpec, aligned_start};

/// More are not listed.
const MOST: usize = 400;

/// Every window between the first and the last event that its kind may have, opened or not; where windows follow the events, those
/// that were there and the gaps between them.
pub fn askable(run: &Run) -> Vec<Bounds> {
    let windows = match run.scenario.pipeline.window {
        Some(WindowSpec::Tumbling {
            size,
            offset,
            clock: TimeDomain::Event,
        }) => aligned(run, size, size, offset),
        Some(WindowSpec::Sliding {
            size,
            slide,
            offset,
        }) => aligned(run, size, slide, offset),
        Some(WindowSpec::Global) => vec![Window::GLOBAL],
        Some(
            WindowSpec::Tumbling {
                clock: TimeDomain::Processing,
                ..
            }
            | WindowSpec::Session { .. }
            | WindowSpec::SlidingDiff { .. },
        ) => with_gaps(run.bands()),
        // A count's windows have no bounds to name them by.
        Some(WindowSpec::Count { .. }) | None => Vec::new(),
    };
    windows
        .into_iter()
        .map(|window| run.bounds(window))
        .collect()
}

fn aligned(run: &Run, size: Span, step: Span, offset: Span) -> Vec<Window> {
    let times = || run.compiled.events.iter().map(|event| event.ts);
    let (Some(first), Some(last)) = (times().min(), times().max()) else {
        return Vec::new();
    };
    // The first window that has the first event begins within a size before it.
    let before = EventTime(first.ms() - size.ms() + 1);
    let mut start = aligned_start(before, step, offset);
    let mut windows = Vec::new();
    while start <= last && windows.len() < MOST {
        let window = Window::new(start, start + size);
        if window.end > first {
            windows.push(window);
        }
        start = start + step;
    }
    windows
}

fn with_gaps(bands: Vec<Window>) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    let mut ended: Option<EventTime> = None;
    for band in bands {
        if let Some(ended) = ended.filter(|ended| *ended < band.start) {
            windows.push(Window::new(ended, band.start));
        }
        ended = ended.max(Some(band.end));
        windows.push(band);
    }
    windows.truncate(MOST);
    windows
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn texts(window: &str, times: &[u32]) -> Vec<String> {
        let events: Vec<String> = times
            .iter()
            .enumerate()
            .map(|(i, ts)| format!(r#"{{"event":{{"id":"e{i}","key":"a","ts":{ts}}}}}"#))
            .collect();
        let scenario = Scenario::parse(&format!(
            r#"{{"engine":"flink","pipeline":{{"window":{window},"aggregate":"count","watermark":{{"kind":"bounded","delay":0}}}},
                "input":{{"steps":[{},{{"end":true}}]}}}}"#,
            events.join(",")
        ))
        .expect("a sound scenario");
        let run = Run::new(scenario).expect("a run");
        askable(&run)
            .into_iter()
            .map(|bounds| bounds.text)
            .collect()
    }

    #[test]
    fn windows_that_no_event_opened_can_be_asked_about() {
        assert_eq!(
            texts(r#"{"kind":"tumbling","size":"1 min"}"#, &[61_000, 190_000]),
            ["[00:01, 00:02)", "[00:02, 00:03)", "[00:03, 00:04)"]
        );
        assert_eq!(
            texts(
                r#"{"kind":"sliding","size":"2 min","slide":"1 min"}"#,
                &[61_000]
            ),
            ["[00:00, 00:02)", "[00:01, 00:03)"]
        );
        // A hop longer than the window leaves time that no window has.
        assert_eq!(
            texts(
                r#"{"kind":"sliding","size":"1 min","slide":"3 min"}"#,
                &[10_000, 400_000]
            ),
            ["[00:00, 00:01)", "[00:03, 00:04)", "[00:06, 00:07)"]
        );
    }

    #[test]
    fn between_sessions_the_gap_can_be_asked_about() {
        assert_eq!(
            texts(r#"{"kind":"session","gap":"1 min"}"#, &[0, 30_000, 300_000]),
            [
                "[00:00:00, 00:01:30)",
                "[00:01:30, 00:05:00)",
                "[00:05:00, 00:06:00)"
            ]
        );
    }

    #[test]
    fn all_of_time_is_one_window_and_a_count_none_with_bounds() {
        assert_eq!(texts(r#"{"kind":"global"}"#, &[1]), ["all of time"]);
        assert_eq!(texts(r#"{"kind":"count","size":2}"#, &[1]), [""; 0]);
    }
}
