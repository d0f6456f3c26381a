//! What a generator makes, in a few numbers, and its events written out.
//!
//! Both look at the very arrivals that a run would have: the same seed gives the same.

use super::GeneratorSpec;
use super::compiled::key_name;
use crate::scenario::{Input, Scenario};
use crate::time::{EventTime, Span, format_span};
use serde::Serialize;

/// No more events than this are looked at: a preview is there at once.
const MOST: u32 = 20_000;

/// More bars than this are not told apart.
const MOST_BARS: i64 = 12;

/// More keys than this are not named one by one.
const MOST_KEYS: usize = 12;

/// How out of order, and how uneven, what a generator makes is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Preview {
    /// How many arrivals were looked at.
    pub arrivals: u32,
    /// How many of them come behind one of their source that happened later.
    pub behind: u32,
    /// The longest that one is behind, as it is read.
    pub longest: String,
    /// How many arrivals are how far behind, from not at all.
    pub disorder: Vec<PreviewBar>,
    /// The keys with the most arrivals, the fullest first.
    pub keys: Vec<PreviewBar>,
    /// How many further keys there are.
    pub further_keys: u32,
    /// How many arrivals those have together.
    pub further: u32,
}

/// A bar of a preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct PreviewBar {
    /// What it is for.
    pub label: String,
    /// How many arrivals.
    pub count: u32,
}

impl GeneratorSpec {
    /// What it makes, in a few numbers.
    pub fn preview(&self) -> Preview {
        let spec = GeneratorSpec {
            events: self.events.min(MOST),
            ..self.clone()
        };
        let arrivals = spec.arrivals();
        let mut highest: Vec<Option<EventTime>> = vec![None; usize::from(spec.sources.max(1))];
        let mut keys = vec![0_u32; spec.keys as usize];
        let behind: Vec<i64> = arrivals
            .iter()
            .map(|(_, event)| {
                let source = &mut highest[usize::from(event.source)];
                let before = source.unwrap_or(event.ts).max(event.ts);
                *source = Some(before);
                keys[event.key.0 as usize] += 1;
                (before - event.ts).ms()
            })
            .collect();
        let mut keys: Vec<(usize, u32)> = keys
            .into_iter()
            .enumerate()
            .filter(|(_, count)| *count > 0)
            .collect();
        keys.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let further = keys.split_off(keys.len().min(MOST_KEYS));
        let longest = behind.iter().copied().max().unwrap_or(0);
        Preview {
            arrivals: arrivals.len() as u32,
            behind: behind.iter().filter(|ms| **ms > 0).count() as u32,
            longest: format_span(Span(longest)),
            disorder: bars(&behind, longest),
            keys: keys
                .into_iter()
                .map(|(key, count)| PreviewBar {
                    label: key_name(spec.keys, key as u32),
                    count,
                })
                .collect(),
            further_keys: further.len() as u32,
            further: further.iter().map(|(_, count)| count).sum(),
        }
    }
}

/// How many are how far behind: those that are not at all, then steps of one width.
fn bars(behind: &[i64], longest: i64) -> Vec<PreviewBar> {
    let width = width_for(longest);
    let steps = (longest + width - 1) / width;
    let mut counts = vec![0_u32; steps as usize + 1];
    for ms in behind {
        counts[((ms + width - 1) / width) as usize] += 1;
    }
    counts
        .into_iter()
        .enumerate()
        .map(|(step, count)| PreviewBar {
            label: match step as i64 {
                0 => "in order".into(),
                step => format!("up to {}", format_span(Span(step * width))),
            },
            count,
        })
        .collect()
}

/// A width that people would choose, so that there are few enough bars.
fn width_for(longest: i64) -> i64 {
    let sensible = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000,
        120_000, 300_000, 600_000, 1_800_000, 3_600_000,
    ];
    (sensible.into_iter())
        .find(|width| longest <= width * MOST_BARS)
        .unwrap_or(longest / MOST_BARS + 1)
}

impl Scenario {
    /// The same with the events of its generator written out, so that each can be changed; itself where they are already.
    ///
    /// # Errors
    /// If there are too many to be changed one by one.
    pub fn written_out(&self) -> Result<Scenario, String> {
        let input = match &self.input {
            Input::Generator(spec) => Input::Steps(spec.written()?),
            Input::Steps(_) => self.input.clone(),
        };
        Ok(Scenario {
            input,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Run;

    fn scenario(engine: &str, generator: &str) -> Scenario {
        let window = r#"{"kind":"tumbling","size":"1 min"}"#;
        let text = format!(
            r#"{{"engine":"{engine}","pipeline":{{"window":{window},"aggregate":"sum","watermark":{{"kind":"bounded","delay":"10 s"}}}},
            "input":{{"generator":{{"seed":7,"events":400,"every":"1 s","keys":9,{generator}}}}}}}"#
        );
        Scenario::parse(&text).expect("a sound scenario")
    }

    fn generator(scenario: &Scenario) -> &GeneratorSpec {
        match &scenario.input {
            Input::Generator(spec) => spec,
            Input::Steps(_) => panic!("written out"),
        }
    }

    const DELAYED: &str = r#""skew":1.1,"sources":2,"duplicates_per_mille":20,"value_max":9,"delay":{"kind":"exponential","mean":"8 s"}"#;

    #[test]
    fn what_is_written_out_runs_as_what_is_made_up() {
        let made_up = scenario("flink", DELAYED);
        let written = made_up.written_out().expect("few enough");
        written.check().expect("still sound");
        let text = |scenario: &Scenario| {
            let run = Run::new(scenario.clone()).expect("it runs");
            let rows = run.emission_rows(0, usize::MAX);
            serde_json::to_string(&(rows, run.late_rows(0, usize::MAX), run.len())).expect("rows")
        };
        assert_eq!(text(&made_up), text(&written));
        assert_eq!(written.written_out().as_ref(), Ok(&written));
    }

    #[test]
    fn a_preview_counts_every_arrival_once() {
        let made_up = scenario("flink", DELAYED);
        let preview = generator(&made_up).preview();
        let sum = |bars: &[PreviewBar]| bars.iter().map(|bar| bar.count).sum::<u32>();
        assert!(preview.arrivals > 400, "some are delivered twice");
        assert_eq!(sum(&preview.disorder), preview.arrivals);
        assert_eq!(sum(&preview.keys) + preview.further, preview.arrivals);
        assert_eq!(preview.disorder[0].count + preview.behind, preview.arrivals);
        assert!(preview.disorder.len() as i64 <= MOST_BARS + 1);
        assert!(
            preview
                .keys
                .is_sorted_by_key(|bar| std::cmp::Reverse(bar.count))
        );
    }

    #[test]
    fn without_delays_everything_is_in_order() {
        let preview = generator(&scenario("flink", r#""skew":0"#)).preview();
        assert_eq!((preview.behind, preview.longest.as_str()), (0, "0"));
        assert_eq!(preview.disorder.len(), 1);
    }
}
