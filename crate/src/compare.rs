//! Comparing: several runs of the same events side by side on one playhead, row by row, each difference with its reasons.
//!
//! The runs may be four engines or one pipeline before and after a change. Rows are keys and windows; a difference is explained
//! by the events that some took and others did not, in each run's own words. Knows no engine.

use crate::adapt::adapt;
use crate::dialect::EngineKind;
use crate::frame::Bounds;
use crate::model::{KeyId, Window};
use crate::run::Run;
use crate::scenario::{Problem, Scenario};
use crate::time::EventTime;
use playhead::Playhead;
use reasons::reasons;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

pub mod fork;
mod playhead;
mod reasons;

#[cfg(test)]
mod tests;

/// At most this many rows are compared at a time.
const MOST_ROWS: usize = 200;

/// One of the runs compared.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is called.
    pub label: String,
    /// What could not be said in its words.
    pub notes: Vec<String>,
    /// The run, or why there is none.
    pub run: Result<Run, Vec<Problem>>,
}

/// The runs at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Table {
    /// The runs, a column each.
    pub columns: Vec<Column>,
    /// The keys and windows that any of them has, in the order in which they close.
    pub rows: Vec<Row>,
    /// How many rows there are beyond those listed.
    pub more: u32,
}

/// One run at that moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Column {
    /// What it is called.
    pub label: String,
    /// What could not be said in its words.
    pub notes: Vec<String>,
    /// Why there is no run, if there is none.
    pub problems: Vec<Problem>,
    /// How many of its steps have been taken.
    pub position: u32,
    /// Its watermark, as it is read.
    pub watermark: String,
    /// How many results it has emitted.
    pub emitted: u32,
    /// How many events it has found late.
    pub late: u32,
}

/// One key and window in all runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Row {
    /// Whose.
    pub key: String,
    /// Which window, as the first run that has it writes it.
    pub window: Bounds,
    /// What each run makes of it.
    pub cells: Vec<Cell>,
    /// Whether they differ in what they say now.
    pub differs: bool,
    /// In which way.
    pub agreement: Agreement,
    /// Why, a sentence for each run and event that matters.
    pub because: Vec<Reason>,
}

/// In which way runs say the same of a key and window, or do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Agreement {
    /// All say the same now, which may be nothing.
    Same,
    /// One says something, the others nothing.
    Only {
        /// Which, by column.
        column: u32,
    },
    /// They say different things.
    Different,
}

impl Agreement {
    /// Of what the runs say now.
    fn of(running: &[(usize, &Cell)]) -> Agreement {
        if running
            .windows(2)
            .all(|pair| pair[0].1.now == pair[1].1.now)
        {
            return Agreement::Same;
        }
        let mut saying = running.iter().filter(|(_, cell)| cell.now.is_some());
        match (saying.next(), saying.next()) {
            (Some((column, _)), None) => Agreement::Only {
                column: *column as u32,
            },
            _ => Agreement::Different,
        }
    }
}

/// What one run makes of a key and window.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Cell {
    /// Its results so far, in order; `null` where one was withdrawn.
    pub results: Vec<Option<String>>,
    /// What a reader sees now; none where there is nothing yet or it was withdrawn.
    pub now: Option<String>,
    /// The number of its last result in the run's order.
    pub emission: Option<u32>,
    /// How many events it holds that are in no result yet.
    pub waiting: u32,
}

/// Why a run says what it says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Reason {
    /// Which run, by column.
    pub column: u32,
    /// About which event, by its number in that run; none for the window as a whole.
    pub event: Option<u32>,
    /// What it did or does, with the numbers compared; after an event's, the run is the subject.
    pub text: String,
    /// The rule by which it does so, with where it is from; may be empty.
    pub rule: String,
}

/// A scenario run by every engine.
pub fn engines(scenario: &Scenario) -> Vec<Side> {
    EngineKind::ALL
        .iter()
        .map(|engine| {
            let adapted = adapt(scenario, *engine);
            Side {
                label: engine.title().into(),
                notes: adapted.notes,
                run: Run::new(adapted.scenario),
            }
        })
        .collect()
}

/// The sides as they stand when `base` has taken so many steps.
pub fn table(base: &Run, position: usize, sides: &[Side]) -> Table {
    let playhead = Playhead::new(base, position);
    let positions: Vec<usize> = sides
        .iter()
        .map(|side| side.run.as_ref().map_or(0, |run| playhead.position_in(run)))
        .collect();
    let columns = sides
        .iter()
        .zip(&positions)
        .map(|(side, position)| column(side, *position))
        .collect();
    let seen: Vec<Seen> = sides
        .iter()
        .zip(&positions)
        .map(|(side, position)| {
            side.run
                .as_ref()
                .map_or_else(|_| Seen::default(), |run| Seen::of(run, *position))
        })
        .collect();
    let mut places: BTreeMap<(EventTime, String), Window> = BTreeMap::new();
    for seen in &seen {
        for (place, held) in &seen.0 {
            places.entry(place.clone()).or_insert(held.window);
        }
    }
    let more = places.len().saturating_sub(MOST_ROWS) as u32;
    let rows = places
        .into_iter()
        .take(MOST_ROWS)
        .map(|(place, window)| row(&playhead, sides, &positions, &seen, &place, window))
        .collect();
    Table {
        columns,
        rows,
        more,
    }
}

fn column(side: &Side, position: usize) -> Column {
    let mut column = Column {
        label: side.label.clone(),
        notes: side.notes.clone(),
        problems: Vec::new(),
        position: position as u32,
        watermark: String::new(),
        emitted: 0,
        late: 0,
    };
    match &side.run {
        Err(problems) => column.problems.clone_from(problems),
        Ok(run) => {
            let frame = run.frame(position);
            column.watermark = frame.watermark.text;
            column.emitted = frame.emitted;
            column.late = frame.late;
        }
    }
    column
}

/// What a run has made of each key and window by a position. Windows go by their start: engines differ in how they write ends.
#[derive(Default)]
struct Seen(BTreeMap<(EventTime, String), Held>);

/// What a run has made of one.
struct Held {
    key: String,
    window: Window,
    cell: Cell,
    /// The events in it, by id.
    events: BTreeSet<String>,
    /// Where each partition is read by a task of its own: what each of them says now.
    by_task: BTreeMap<u16, String>,
}

impl Held {
    /// What each task says, where there are several: `2 on partition 0`.
    fn each_task(&self, run: &Run) -> Vec<String> {
        (self.by_task.iter())
            .map(|(task, text)| format!("{text} on {}", run.names().source(*task)))
            .collect()
    }
}

impl Seen {
    fn of(run: &Run, position: usize) -> Seen {
        let mut seen: BTreeMap<(EventTime, String), Held> = BTreeMap::new();
        let Some(last) = position.checked_sub(1) else {
            return Seen(seen);
        };
        let last = last as u32;
        let by = |step: Option<u32>| step.is_some_and(|step| step <= last);
        // Other engines know nothing of tasks: what is written alike is one row.
        let place =
            |key: KeyId, window: Window| (window.start, run.names().written(key).to_string());
        let fresh = |key: KeyId, window: Window| Held {
            key: run.names().key(key).into(),
            window,
            cell: Cell::default(),
            events: BTreeSet::new(),
            by_task: BTreeMap::new(),
        };
        for lane in run
            .trace
            .lanes
            .iter()
            .take_while(|lane| lane.opened <= last)
        {
            let merged = matches!(lane.closed, Some((step, crate::trace::Closing::Merged(_))) if step <= last);
            if merged && lane.emissions.is_empty() {
                continue;
            }
            let held = seen
                .entry(place(lane.key, lane.window))
                .or_insert_with(|| fresh(lane.key, lane.window));
            held.window = lane.window;
            let (from, to) = lane.extent(last);
            for event in &lane.events[from as usize..to as usize] {
                held.events.insert(run.names().event(*event).to_string());
                held.cell.waiting += u32::from(!by(run.trace.fates[*event as usize].counted));
            }
        }
        for (number, emission) in run
            .trace
            .emissions
            .iter()
            .enumerate()
            .take_while(|(_, e)| e.step <= last)
        {
            let held = seen
                .entry(place(emission.key, emission.window))
                .or_insert_with(|| fresh(emission.key, emission.window));
            let text = emission.value.as_ref().map(|value| run.value_text(value));
            held.cell.results.push(text.clone());
            if let Some(task) = run.names().task(emission.key) {
                held.by_task.remove(&task);
                held.by_task.extend(text.clone().map(|text| (task, text)));
            }
            held.cell.now = match held.by_task.len() {
                0 | 1 => text.or_else(|| held.by_task.values().next().cloned()),
                _ => Some(held.each_task(run).join(", ")),
            };
            held.cell.emission = Some(number as u32);
        }
        Seen(seen)
    }
}

fn row(
    playhead: &Playhead,
    sides: &[Side],
    positions: &[usize],
    seen: &[Seen],
    place: &(EventTime, String),
    window: Window,
) -> Row {
    let held: Vec<Option<&Held>> = seen.iter().map(|seen| seen.0.get(place)).collect();
    let cells: Vec<Cell> = held
        .iter()
        .map(|held| held.map_or_else(Cell::default, |held| held.cell.clone()))
        .collect();
    let running: Vec<(usize, &Cell)> = cells
        .iter()
        .enumerate()
        .filter(|(column, _)| sides[*column].run.is_ok())
        .collect();
    let agreement = Agreement::of(&running);
    let differs = agreement != Agreement::Same;
    let bounds = sides
        .iter()
        .find_map(|side| side.run.as_ref().ok())
        .map(|run| run.bounds(window));
    Row {
        key: place.1.clone(),
        window: bounds.unwrap_or(Bounds {
            start: None,
            end: None,
            text: String::new(),
        }),
        because: if differs {
            reasons(playhead, sides, positions, &held, place.0)
        } else {
            Vec::new()
        },
        cells,
        differs,
        agreement,
    }
}
