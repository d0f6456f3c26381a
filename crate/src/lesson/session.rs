//! Sessions as they are picked. Where a session begins and ends is what a run is asked for, so none is listed to be picked from: it goes by the
//! first and the last of its events.

use super::{Because, reason};
use crate::explain::Subject;
use crate::explain::measured as explain;
use crate::measure::{WindowSet, ends_of, event_index};
use crate::run::Run;
use crate::world::Asked;
use serde::{Deserialize, Serialize};

/// A session as it is picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct SessionPick {
    /// The number of its first event in the order of event time.
    pub first: u32,
    /// The number of its last event; of a session of one event the same.
    pub last: u32,
}

impl SessionPick {
    /// Those of a set after so many steps; nothing where windows are no sessions.
    pub(super) fn all(run: Asked<'_>, set: &WindowSet, at: usize) -> Option<Vec<SessionPick>> {
        let ends = run.sessions(set, at)?.into_iter();
        Some(
            ends.map(|[first, last]| SessionPick { first, last })
                .collect(),
        )
    }

    /// What it is called: `e1 to e4`, `e7 alone`.
    pub(super) fn name(self, run: Asked<'_>) -> String {
        let first = run.event_name(self.first);
        if self.first == self.last {
            return format!("{first} alone");
        }
        format!("{first} to {}", run.event_name(self.last))
    }

    /// The one that is called so, whether the run has it or not: its events are there, of one key and in order.
    pub(super) fn named(run: &Run, text: &str) -> Option<SessionPick> {
        let event = |id: &str| event_index(run, id);
        if let Some(only) = text.strip_suffix(" alone").and_then(event) {
            return Some(SessionPick {
                first: only,
                last: only,
            });
        }
        // An event may be called anything.
        let found = text
            .match_indices(" to ")
            .find_map(|(at, to)| Some((event(&text[..at])?, event(&text[at + to.len()..])?)));
        let (first, last) = found?;
        let of = |event: u32| &run.compiled.events[event as usize];
        (first != last && of(first).key == of(last).key && of(first).ts <= of(last).ts)
            .then_some(SessionPick { first, last })
    }

    /// The lane that it is after so many steps, if it is one.
    pub(super) fn lane(self, run: &Run, at: usize) -> Option<usize> {
        let lanes = run.trace.lanes.iter().enumerate();
        // What went into another session has its events, too, and came before it.
        lanes
            .take_while(|(_, lane)| (lane.opened as usize) < at)
            .filter(|(_, lane)| ends_of(run, lane, at) == Some([self.first, self.last]))
            .map(|(number, _)| number)
            .last()
    }

    /// Why it is among those that were asked for, or not: what became of it, and where there is no such session, which one the event at its
    /// wrong end is in.
    pub(super) fn reason(self, run: &Run, at: usize) -> Because {
        if let Some(lane) = self.lane(run, at) {
            return reason::of_subject(run, Subject::Window { lane: lane as u32 }, at);
        }
        let ends = |event: u32| {
            let mut lanes = (run.trace.lanes.iter()).filter_map(|lane| ends_of(run, lane, at));
            lanes.any(|[_, last]| last == event)
        };
        let event = if ends(self.last) {
            self.first
        } else {
            self.last
        };
        let whole = reason::of_subject(run, Subject::Event { event }, at);
        match explain::windows_with(run, event, at) {
            Some((verdict, events)) => Because {
                verdict,
                events,
                ..whole
            },
            None => whole,
        }
    }

    /// As it is read once it is known: with its bounds.
    pub(super) fn told(self, run: Asked<'_>, at: usize) -> String {
        let name = self.name(run);
        let bounds = match run {
            Asked::Stream(run) => self
                .lane(run, at)
                .map(|lane| run.bounds(run.trace.lanes[lane].window).text),
            #[cfg(feature = "studio")]
            Asked::Cluster(_) => None,
        };
        bounds.map_or(name.clone(), |bounds| format!("{name} {bounds}"))
    }
}

#[cfg(test)]
mod tests {
    use crate::json::from_json;
    use crate::lesson::{Answer, Grade, Prediction, SessionPick};
    use crate::run::Run;
    use crate::scenario::Scenario;

    /// Two keys. b's only event is dropped by a's watermark; a3 joins the sessions of a1 and a2 when both are still open.
    fn run() -> Run {
        let scenario = Scenario::parse(
            r#"{"engine":"flink",
            "pipeline":{"window":{"kind":"session","gap":"1 min"},"aggregate":"count","watermark":{"kind":"bounded","delay":"2 min"}},
            "input":{"steps":[
                {"event":{"id":"a1","key":"a","ts":0}},
                {"event":{"id":"a2","key":"a","ts":100000}},
                {"event":{"id":"a3","key":"a","ts":50000}},
                {"event":{"id":"a4","key":"a","ts":900000}},
                {"event":{"id":"b1","key":"b","ts":0}},
                {"end":true}]}}"#,
        )
        .expect("a sound scenario");
        Run::new(scenario).expect("a run")
    }

    fn grade(set: &str, at: Option<u32>, given: &[[u32; 2]]) -> Grade {
        let at = at.map_or(String::new(), |at| format!(r#""at":{at},"#));
        let prediction: Prediction = from_json(&format!(
            r#"{{"ask":"?",{at}"answer":{{"kind":"windows","windows":{set},"picks":[
                {{"pick":"a3 alone","misconception":"late-opens-its-own","say":"It joins."}},
                {{"pick":"a1 to a3","misconception":"joins-one","say":"It joins both."}}]}}}}"#
        ))
        .expect("a prediction");
        let given = given.iter().map(|[first, last]| SessionPick {
            first: *first,
            last: *last,
        });
        prediction.grade(&run(), &Answer::Sessions(given.collect()))
    }

    const OPEN: &str = r#"{"windows":"open"}"#;
    const FIRED: &str = r#"{"windows":"with_result"}"#;

    #[test]
    fn a_session_is_picked_by_its_first_and_last_event_in_event_time() {
        // a2 is the last of it, though a3 came last.
        let right = grade(FIRED, None, &[[3, 3], [0, 1], [0, 1]]);
        assert!(right.right, "{right:?}");
        assert_eq!(
            right.parts[0].truth,
            "a1 to a2 [00:00:00, 00:02:40), a4 alone [00:15:00, 00:16:00)"
        );
        for wrong in [
            &[] as &[[u32; 2]],
            &[[0, 1]],
            &[[0, 2], [3, 3]],
            &[[1, 0], [3, 3]],
        ] {
            assert!(!grade(FIRED, None, wrong).right, "{wrong:?}");
        }
    }

    #[test]
    fn what_is_picked_wrongly_gives_its_misconception_away() {
        let wrong = grade(FIRED, None, &[[0, 2], [2, 2], [3, 3]]);
        assert_eq!(
            wrong.misconceptions,
            ["late-opens-its-own", "joins-one"],
            "{wrong:?}"
        );
        assert_eq!(wrong.parts[0].given, "a1 to a3, a3 alone, a4 alone");
        let why = wrong.parts[0].why.as_ref().expect("a reason");
        assert!(why.verdict.contains("[00:00:00, 00:02:40)"), "{why:?}");
    }

    #[test]
    fn sessions_are_those_of_the_moment_that_is_asked_about() {
        assert!(grade(OPEN, Some(2), &[[0, 0], [1, 1]]).right);
        assert!(grade(OPEN, Some(3), &[[0, 1]]).right);
        // b1 was dropped: it is in no session.
        assert!(grade(OPEN, Some(5), &[[3, 3]]).right);
        assert!(grade(r#"{"windows":"taking","event":"b1"}"#, None, &[]).right);
    }

    #[test]
    fn names_lead_to_sessions_of_one_key_in_order() {
        let run = run();
        let named = |text| SessionPick::named(&run, text).map(|found| (found.first, found.last));
        assert_eq!(named("a1 to a2"), Some((0, 1)));
        assert_eq!(named("a4 alone"), Some((3, 3)));
        for none in [
            "a2 to a1", "a1 to b1", "a1 to a1", "a1 to", "a9 alone", "a1",
        ] {
            assert_eq!(named(none), None, "{none}");
        }
    }
}
