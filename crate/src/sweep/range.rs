//! Which settings are tried.

use super::{Action, EngineKind, EventTime, Span, Step};
use std::collections::BTreeMap;

/// Steps between settings are one of these times a power of ten, so that settings are round.
const ROUND: [i64; 10] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];

/// Settings from 0 to at least `to`, equally far apart, at most so many, and the current one.
pub(super) fn settings(to: Span, count: u32, current: i64) -> Vec<i64> {
    let gaps = i64::from(count) - 1;
    let step = round_step(to.ms().max(1), gaps);
    let last = (to.ms() + step - 1) / step;
    let mut settings: Vec<i64> = (0..=last.max(1)).map(|n| n * step).collect();
    if let Err(place) = settings.binary_search(&current) {
        settings.insert(place, current);
    }
    settings
}

/// The least round number of which `extent` has at most so many.
fn round_step(extent: i64, most: i64) -> i64 {
    let exact = (extent + most - 1) / most;
    (0..18)
        .map(|power| 10_i64.pow(power))
        .flat_map(|power| ROUND.map(|digits| digits * power))
        // In tenths: 1.2 and 1.5 are whole numbers only from the next power on.
        .filter(|tenths| tenths % 10 == 0)
        .map(|tenths| tenths / 10)
        .find(|step| *step >= exact)
        .unwrap_or(exact)
}

/// How far behind the highest event time of its source (Kafka Streams: of all) the furthest event comes.
pub(super) fn furthest_behind(steps: &[Step], engine: EngineKind) -> Span {
    let together = engine == EngineKind::KafkaStreams;
    let mut highest: BTreeMap<u16, EventTime> = BTreeMap::new();
    let mut furthest = Span(0);
    for step in steps {
        let Action::Event(event) = step.action else {
            continue;
        };
        let source = if together { 0 } else { event.source };
        let highest = highest.entry(source).or_insert(event.ts);
        *highest = event.ts.max(*highest);
        furthest = furthest.max(*highest - event.ts);
    }
    furthest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_round_equally_far_apart_and_hold_the_current_one() {
        assert_eq!(settings(Span(10), 11, 3), (0..=10).collect::<Vec<_>>());
        assert_eq!(settings(Span(100), 5, 30), [0, 25, 30, 50, 75, 100]);
        let many = settings(Span(9_876), 200, 5_000);
        assert_eq!((many.len(), many[1], many.last()), (199, 50, Some(&9_900)));
        for to in [0, 1, 7, 199, 200, 12_345, 86_400_000, 8_000_000_000_000_000] {
            let settings = settings(Span(to), 200, 0);
            assert!(
                (2..=200).contains(&settings.len()),
                "{to}: {}",
                settings.len()
            );
            assert!(settings.last().is_some_and(|last| *last >= to));
            assert!(settings.len() > 100 || to < 200, "{to}: {}", settings.len());
        }
    }
}
