//! A made-up input written out, so that its events can be changed one by one.

use super::compiled::key_name;
use super::{EventSpec, GeneratorSpec, StepSpec};

/// More events than this are not written out: nobody changes them by hand, and every change would look at all of them.
const MOST_WRITTEN: u32 = 10_000;

impl GeneratorSpec {
    /// The steps that it makes up: the same events in the same order.
    ///
    /// # Errors
    /// If there are too many to be changed one by one.
    pub fn written(&self) -> Result<Vec<StepSpec>, String> {
        if self.events > MOST_WRITTEN {
            return Err(format!(
                "{} events are too many to change one by one; up to {MOST_WRITTEN} can be written out",
                self.events
            ));
        }
        let events = self.arrivals().into_iter().map(|(at, event)| StepSpec {
            at: Some(at),
            event: Some(EventSpec {
                // A record delivered twice has its id twice.
                id: format!("e{}", event.index + 1),
                key: key_name(self.keys, event.key.0),
                ts: event.ts,
                value: event.value,
                source: event.source,
                movable: false,
            }),
            ..StepSpec::default()
        });
        let end = self.end.then(|| StepSpec {
            end: Some(true),
            ..StepSpec::default()
        });
        Ok(events.chain(end).collect())
    }
}
