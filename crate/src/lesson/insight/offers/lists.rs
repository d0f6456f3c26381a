//! The keys, windows and events of a run, and what can be asked about them.

use super::{
    MOST, Offer, OfferParameter, OfferValue, knob_offer, naming, number, offer, set, text,
};
use crate::frame::Bounds;
use crate::measure::{Measure, Unit};
use crate::run::Run;
use crate::scenario::LateData;
use crate::window::WindowSpec;
use crate::world::Asked;

/// The keys, windows and events of a run, to choose from.
pub(super) struct Lists {
    keys: Vec<OfferValue>,
    events: Vec<OfferValue>,
    windows: Vec<OfferValue>,
}

impl Lists {
    pub(super) fn of(run: &Run) -> Lists {
        let names = run.names();
        let keys = names.keys.iter().map(|key| text(key, key));
        let mut events: Vec<OfferValue> = Vec::new();
        for id in names.events.iter().take(MOST) {
            let value = text(id, id);
            if !events.contains(&value) {
                events.push(value);
            }
        }
        let mut windows: Vec<OfferValue> = Vec::new();
        for band in run.bands() {
            let Bounds {
                start: Some(start),
                text,
                ..
            } = run.bounds(band)
            else {
                continue;
            };
            // A window is called by its start; of sessions several may have the same.
            let value = number(start, text);
            if !windows.iter().any(|known| known.value == value.value) {
                windows.push(value);
            }
        }
        Lists {
            keys: keys.take(MOST).collect(),
            events,
            windows,
        }
    }

    fn key(&self, without: Option<&str>) -> OfferParameter {
        OfferParameter {
            field: "key".into(),
            label: "Key".into(),
            without: without.map(String::from),
            options: self.keys.clone(),
        }
    }

    fn window(&self, without: Option<&str>) -> OfferParameter {
        OfferParameter {
            field: "start".into(),
            label: "Window".into(),
            without: without.map(String::from),
            options: self.windows.clone(),
        }
    }

    fn event(&self) -> OfferParameter {
        OfferParameter {
            field: "event".into(),
            label: "Event".into(),
            without: None,
            options: self.events.clone(),
        }
    }

    pub(super) fn measures(&self, run: &Run) -> Vec<Offer> {
        let mut offers = Vec::new();
        if !self.keys.is_empty() && run.scenario.pipeline.window.is_some() {
            offers.extend(self.of_results(run));
        }
        offers.extend([
            offer("late", "Late events", Unit::Count, vec![]),
            offer("uncounted", "Events in no result", Unit::Count, vec![]),
        ]);
        let pipeline = &run.scenario.pipeline;
        if pipeline.late_data == Some(LateData::SideOutput) {
            let label = "Events in the side output";
            offers.push(offer("side_output", label, Unit::Count, vec![]));
        }
        if pipeline.dedup.is_some() {
            let label = "Events that deduplication passes on";
            offers.push(offer("passed", label, Unit::Count, vec![]));
        }
        if !self.events.is_empty() {
            offers.extend(self.of_events(run));
        }
        offers.push(watermark(run));
        if pipeline.window.is_some() {
            offers.extend(self.of_windows());
        }
        offers.push(offer("held", "Events in the state", Unit::Count, vec![]));
        offers.push(knob_offer(Asked::Stream(run)));
        offers
    }

    fn of_results(&self, run: &Run) -> Vec<Offer> {
        let nth = || OfferParameter {
            field: "nth".into(),
            label: "Which of its results".into(),
            without: Some("the latest".into()),
            options: (0..5)
                .map(|nth| number(nth, format!("result {}", nth + 1)))
                .collect(),
        };
        // The global window has no start.
        let start = || match run.scenario.pipeline.window {
            Some(WindowSpec::Global | WindowSpec::Count { .. }) | None => None,
            Some(_) => Some(self.window(None)),
        };
        let any_key = || self.key(Some("all keys"));
        let any_window = || self.window(Some("all windows"));
        let of_result = [Some(self.key(None)), start(), Some(nth())];
        let mut offers = vec![
            offer(
                "result",
                "Result of a key",
                Unit::Value,
                of_result.into_iter().flatten().collect(),
            ),
            offer(
                "results",
                "How many results",
                Unit::Count,
                vec![any_key(), any_window()],
            ),
            offer(
                "total",
                "All results together",
                Unit::Value,
                vec![any_window()],
            ),
            offer(
                "added_up",
                "All results of a key, added up",
                Unit::Value,
                vec![self.key(None), any_window()],
            ),
        ];
        if let Some(start) = start() {
            let label = "Place of a result among all";
            let of = vec![self.key(None), start.clone()];
            offers.push(offer("place", label, Unit::Count, of));
            if run.trace.emissions.iter().any(|e| e.pane.is_some()) {
                let names = Measure::Pane {
                    key: String::new(),
                    start: crate::time::EventTime(0),
                    nth: None,
                };
                let of = vec![self.key(None), start, nth()];
                offers.push(naming(&names, "pane", "Kind of pane", of));
            }
            let label = "Wait for the first result after the window's end";
            offers.push(offer(
                "wait",
                label,
                Unit::Span,
                vec![any_key(), any_window()],
            ));
        }
        offers
    }

    fn of_events(&self, run: &Run) -> Vec<Offer> {
        let event = String::new;
        let fate = Measure::Fate { event: event() };
        let order = Measure::Order { event: event() };
        let mut offers = vec![
            naming(&fate, "fate", "What became of an event", vec![self.event()]),
            naming(
                &order,
                "order",
                "Whether an event is in order",
                vec![self.event()],
            ),
        ];
        if run.compiled.timed {
            let label = "Time that an event was on its way";
            offers.push(offer("lag", label, Unit::Span, vec![self.event()]));
        }
        if run.scenario.pipeline.window.is_some() {
            let label = "Windows that take an event";
            offers.push(offer("windows_of", label, Unit::Count, vec![self.event()]));
        }
        offers
    }

    fn of_windows(&self) -> Vec<Offer> {
        vec![
            offer(
                "windows",
                "How many windows",
                Unit::Count,
                vec![self.key(Some("all keys"))],
            ),
            offer("open_windows", "Open windows", Unit::Count, vec![]),
            offer(
                "state_peak",
                "Most windows open at once",
                Unit::Count,
                vec![],
            ),
        ]
    }

    pub(super) fn events(&self) -> Vec<Offer> {
        if self.events.is_empty() {
            return Vec::new();
        }
        let mut offers = vec![
            set("late", "The late ones", vec![]),
            set("behind", "Those behind the watermark, taken or not", vec![]),
            set("out_of_order", "Those out of order", vec![]),
        ];
        if !self.windows.is_empty() {
            let of = || vec![self.key(None), self.window(None)];
            offers.push(set("in_result", "Those in the result of a window", of()));
            offers.push(set("in_window", "Those that a window takes", of()));
        }
        offers
    }

    pub(super) fn window_sets(&self, run: &Run) -> Vec<Offer> {
        let enough = match run.scenario.pipeline.window {
            Some(WindowSpec::Tumbling { .. } | WindowSpec::Sliding { .. }) => {
                self.windows.len() >= 2
            }
            // Sessions go by their first and last event.
            Some(WindowSpec::Session { .. }) => self.events.len() >= 2,
            Some(
                WindowSpec::Global | WindowSpec::Count { .. } | WindowSpec::SlidingDiff { .. },
            )
            | None => false,
        };
        if !enough {
            return Vec::new();
        }
        let key = || vec![self.key(Some("all keys"))];
        vec![
            set("taking", "Those that take an event", vec![self.event()]),
            set("with_result", "Those with a result", key()),
            set("without_result", "Those without a result", key()),
            set("corrected", "Those with more than one result", key()),
            set("open", "Those that are open", key()),
        ]
    }
}

/// The watermark; where each partition has a time of its own, of one of them.
fn watermark(run: &Run) -> Offer {
    let source = |number_of: u16| number(i64::from(number_of), run.names().source(number_of));
    let parameter = OfferParameter {
        field: "source".into(),
        label: "Of which".into(),
        without: Some("all together".into()),
        options: (0..run.names().sources).map(source).collect(),
    };
    let of = if run.has_tasks() {
        vec![parameter]
    } else {
        Vec::new()
    };
    offer("watermark", "Watermark", Unit::Instant, of)
}
