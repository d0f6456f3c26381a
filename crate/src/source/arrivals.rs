//! Generated events as a stream, in the order in which they arrive: however many there are, only those on their way are kept.

use super::{Delay, GeneratorSpec};
use crate::model::{Event, KeyId};
use crate::sorted::sort_by_key;
use crate::time::{ProcTime, Span};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp, Zipf};
use rand_pcg::Pcg64Mcg;

/// At least so many events are made at once.
const BLOCK: usize = 8_192;

/// The events of a generator, block by block.
///
/// State: the events that are on their way. Lifetime: until they have arrived.
#[derive(Clone, Debug)]
pub struct Arrivals {
    spec: GeneratorSpec,
    random: Pcg64Mcg,
    zipf: Option<Zipf<f64>>,
    made: u32,
    on_their_way: Vec<(ProcTime, Event)>,
}

impl Arrivals {
    /// At the first event.
    pub fn new(spec: &GeneratorSpec) -> Arrivals {
        Arrivals {
            random: Pcg64Mcg::seed_from_u64(spec.seed),
            zipf: (spec.skew > 0.0)
                .then(|| Zipf::new(f64::from(spec.keys), spec.skew).ok())
                .flatten(),
            made: 0,
            on_their_way: Vec::new(),
            spec: spec.clone(),
        }
    }

    /// How many events are on their way.
    pub fn on_their_way(&self) -> usize {
        self.on_their_way.len()
    }

    /// Puts the next events behind those of `out`, which are in order too; whether there were any.
    pub fn take_block(&mut self, out: &mut Vec<(ProcTime, Event)>) -> bool {
        let before = out.len();
        while out.len() == before && (self.made < self.spec.events || self.on_their_way() > 0) {
            // As many as are on their way already, so that sorting them again and again costs no more than sorting once.
            let until = self.on_their_way.len() + self.on_their_way.len().max(BLOCK);
            while self.made < self.spec.events && self.on_their_way.len() < until {
                self.make();
            }
            // The sort is stable: of those that arrive at once, the one that happened first comes first.
            sort_by_key(&mut self.on_their_way, |(at, _)| *at);
            // No event arrives before it happens: everything up to the next one's time is settled.
            let settled = if self.made < self.spec.events {
                let next = ProcTime(self.happens(self.made).ms());
                self.on_their_way.partition_point(|(at, _)| *at <= next)
            } else {
                self.on_their_way.len()
            };
            out.extend(self.on_their_way.drain(..settled));
        }
        out.len() > before
    }

    fn happens(&self, i: u32) -> crate::time::EventTime {
        self.spec.start + Span(self.spec.every.ms() * i64::from(i))
    }

    /// Makes the next event, and sends it off; twice where it is delivered twice.
    fn make(&mut self) {
        let i = self.made;
        self.made += 1;
        let (ts, spec, random) = (self.happens(i), &self.spec, &mut self.random);
        let key = match &self.zipf {
            Some(zipf) => zipf.sample(random) as u32 - 1,
            None => random.random_range(0..spec.keys),
        };
        let source = (i % u32::from(spec.sources)) as u16;
        let value = f64::from(random.random_range(1..=spec.value_max));
        let copies = 1 + u32::from(random.random_range(0..1_000) < spec.duplicates_per_mille);
        for _ in 0..copies {
            let mut at = ProcTime(ts.ms()) + spec.delay.sample(random);
            if let Some(stall) = spec
                .stall
                .filter(|stall| stall.source == source && stall.from <= at)
            {
                at = at.max(stall.until);
            }
            let event = Event {
                index: i,
                key: KeyId(key),
                ts,
                value,
                source,
            };
            self.on_their_way.push((at, event));
        }
    }
}

impl GeneratorSpec {
    /// Makes the events, in the order in which they arrive.
    pub fn arrivals(&self) -> Vec<(ProcTime, Event)> {
        let mut arrivals = Vec::with_capacity(self.events as usize);
        let mut stream = Arrivals::new(self);
        while stream.take_block(&mut arrivals) {}
        arrivals
    }
}

impl Delay {
    fn sample(self, random: &mut Pcg64Mcg) -> Span {
        match self {
            Delay::None => Span(0),
            Delay::Uniform { max } => Span(random.random_range(0..=max.ms())),
            Delay::Exponential { mean } => Exp::new(1.0 / mean.ms() as f64)
                .map_or(Span(0), |exp| Span(exp.sample(random) as i64)),
            Delay::Bursty {
                usual,
                late,
                late_per_mille,
            } => {
                if random.random_range(0..1_000) < late_per_mille {
                    late
                } else {
                    Span(random.random_range(0..=usual.ms()))
                }
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::super::Stall;
    use super::*;
    use crate::time::EventTime;
    use proptest::prelude::*;

    fn spec() -> impl Strategy<Value = GeneratorSpec> {
        let delay = prop_oneof![
            Just(Delay::None),
            (0..40_000_i64).prop_map(|max| Delay::Uniform { max: Span(max) }),
            (1..9_000_i64).prop_map(|mean| Delay::Exponential { mean: Span(mean) }),
            (0..500_i64, 0..200_000_i64, 0..1_000_u32).prop_map(|(usual, late, late_per_mille)| {
                Delay::Bursty {
                    usual: Span(usual),
                    late: Span(late),
                    late_per_mille,
                }
            }),
        ];
        let stall = prop::option::of((0..3_u16, 0..90_000_i64, 0..90_000_i64));
        (
            1..40_000_u32,
            1..20_i64,
            delay,
            stall,
            0..300_u32,
            any::<u64>(),
        )
            .prop_map(
                |(events, every, delay, stall, duplicates_per_mille, seed)| GeneratorSpec {
                    seed,
                    events,
                    start: EventTime(-5_000),
                    every: Span(every),
                    keys: 20,
                    skew: 1.0,
                    delay,
                    sources: 3,
                    stall: stall.map(|(source, from, long)| Stall {
                        source,
                        from: ProcTime(from),
                        until: ProcTime(from + long),
                    }),
                    duplicates_per_mille,
                    value_max: 9,
                    end: true,
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_stream_gives_what_sorting_everything_gives(spec in spec()) {
            let mut all = Arrivals::new(&spec);
            while all.made < spec.events {
                all.make();
            }
            all.on_their_way.sort_by_key(|(at, _)| *at);
            prop_assert_eq!(spec.arrivals(), all.on_their_way);
        }
    }

    #[test]
    fn only_events_on_their_way_are_kept() {
        let spec = GeneratorSpec {
            seed: 1,
            events: 300_000,
            start: EventTime(0),
            every: Span(1),
            keys: 10,
            skew: 0.0,
            delay: Delay::Uniform { max: Span(5_000) },
            sources: 1,
            stall: None,
            duplicates_per_mille: 0,
            value_max: 1,
            end: true,
        };
        let (mut stream, mut block, mut events) = (Arrivals::new(&spec), Vec::new(), 0);
        while stream.take_block(&mut block) {
            assert!(stream.on_their_way() <= 5_000, "{}", stream.on_their_way());
            assert!(block.len() <= 3 * BLOCK, "{}", block.len());
            events += block.len();
            block.clear();
        }
        assert_eq!(events, 300_000);
    }
}
