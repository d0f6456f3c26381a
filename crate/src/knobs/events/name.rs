//! How settings name events and what of them they set: `event.e6`, `event.e6.arrival`, `event.e6*2.key`.
//!
//! `*2` is the second event of that id in the order of the steps: a record that is delivered twice has its id twice.

use crate::source::StepSpec;

/// What of an event is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// All of it: put in, replaced, or gone.
    Whole,
    /// When it happened.
    Time,
    /// When it arrives.
    Arrival,
    /// What it is grouped by.
    Key,
    /// What the aggregate works on.
    Value,
    /// Which source it comes from.
    Source,
    /// What it is called.
    Id,
    /// Which step it is, where times leave that open.
    Order,
}

const FIELDS: [(&str, Field); 7] = [
    (".time", Field::Time),
    (".arrival", Field::Arrival),
    (".key", Field::Key),
    (".value", Field::Value),
    (".source", Field::Source),
    (".id", Field::Id),
    (".order", Field::Order),
];

/// An event by id and, where several have it, which of them: from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name<'a> {
    pub(super) id: &'a str,
    pub(super) copy: usize,
}

impl<'a> Name<'a> {
    /// The name of the event at a place.
    pub(super) fn at(steps: &'a [StepSpec], place: usize) -> Option<Name<'a>> {
        let id = id_of(steps.get(place)?)?;
        let copy = steps[..=place]
            .iter()
            .filter(|s| id_of(s) == Some(id))
            .count();
        Some(Name { id, copy })
    }

    /// Where the event of this name stands.
    pub(super) fn place(&self, steps: &[StepSpec]) -> Option<usize> {
        steps
            .iter()
            .enumerate()
            .filter(|(_, step)| id_of(step) == Some(self.id))
            .nth(self.copy - 1)
            .map(|(place, _)| place)
    }

    /// As settings write it.
    pub(super) fn text(&self) -> String {
        match self.copy {
            1 => self.id.to_string(),
            copy => format!("{}*{copy}", self.id),
        }
    }

    /// Reads what [`Name::text`] writes. An event that is really called so goes first.
    pub(super) fn read(text: &'a str, steps: &[StepSpec]) -> Name<'a> {
        let whole = Name { id: text, copy: 1 };
        if whole.place(steps).is_some() {
            return whole;
        }
        text.rsplit_once('*')
            .and_then(|(id, copy)| Some((id, copy.parse().ok().filter(|copy| *copy > 1)?)))
            .map_or(whole, |(id, copy)| Name { id, copy })
    }
}

/// What a knob's id names; nothing if it is of no event.
pub(super) fn target<'a>(knob: &'a str, steps: &[StepSpec]) -> Option<(Name<'a>, Field)> {
    let rest = knob
        .strip_prefix("event.")
        .filter(|rest| !rest.is_empty())?;
    let field = FIELDS.iter().find_map(|(suffix, field)| {
        let name = rest.strip_suffix(suffix).filter(|name| !name.is_empty())?;
        Some((Name::read(name, steps), *field))
    });
    let whole = (Name::read(rest, steps), Field::Whole);
    match field {
        // An event may be called `clicks.time`.
        Some(field) if field.0.place(steps).is_some() || whole.0.place(steps).is_none() => {
            Some(field)
        }
        _ => Some(whole),
    }
}

pub(super) fn id_of(step: &StepSpec) -> Option<&str> {
    step.event.as_ref().map(|event| event.id.as_str())
}

/// A name for a new event: the next in the row where they are numbered (`e7`), otherwise `new1`, `new2` and so on.
pub(super) fn fresh(steps: &[StepSpec]) -> String {
    let ids = || steps.iter().filter_map(id_of);
    let digits = |id: &str| id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let stem = ids()
        .next_back()
        .map(|id| &id[..digits(id)])
        .filter(|stem| !stem.is_empty() && ids().all(|id| digits(id) < id.len()))
        .unwrap_or("new");
    let greatest = ids()
        .filter_map(|id| id.strip_prefix(stem)?.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    format!("{stem}{}", greatest.saturating_add(1))
}
