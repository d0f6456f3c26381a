//! What there is to see: the plan, the rows so far, where keys went, what each way of joining would cost.

use super::choose::{Side, Strategy};
use super::figures::cost;
use super::plan::{self, Operator};
use super::rows::{Pair, Part, keys};
use super::{BatchJoin, JoinProgress, adapt};
use crate::cluster::scene::{ClusterScene, Health, Place, Plan, PlanNode, SceneTable, TableRow};
use crate::explain::{Explanation, Line};
use crate::wording::counted;

/// The scene after so many steps.
pub(super) fn scene(join: &BatchJoin, state: &JoinProgress) -> ClusterScene {
    let mut scene = ClusterScene::default();
    if state.taken > 0 {
        scene.plans.push(shown(join, state));
    }
    if ran(state) {
        scene.plans.extend(shown_last(join, state));
    }
    scene.tables = vec![results(join, state), ways(join, state), places(join, state)];
    scene
}

/// What a result's row holds in a column.
fn cell(join: &BatchJoin, pair: Pair, column: &str) -> Option<String> {
    let value = |table: &super::JoinTable, row: Option<usize>| {
        let row = table.rows.get(row?)?;
        row.get(table.column(column)?).cloned()
    };
    value(&join.left, pair.0).or_else(|| value(&join.right, pair.1))
}

/// What a result's row holds.
pub(super) fn cells(join: &BatchJoin, pair: Pair) -> Vec<String> {
    let columns = join.select.iter();
    columns
        .map(|column| cell(join, pair, column).unwrap_or_else(|| "null".into()))
        .collect()
}

/// What a result's row holds in the last column that is asked for: what tells rows apart.
pub(super) fn last_cell(join: &BatchJoin, pair: Pair) -> Option<String> {
    cells(join, pair).pop()
}

fn shown(join: &BatchJoin, state: &JoinProgress) -> Plan {
    let work = &state.work;
    let mut nodes = Vec::new();
    flatten(join, state, &work.plan, None, &mut nodes);
    Plan {
        id: "plan".into(),
        title: "Physical plan".into(),
        text: plan::text(&work.plan),
        nodes,
        says: format!(
            "{}: {}.",
            work.choice.strategy.operator(),
            work.choice.reason
        ),
    }
}

/// Whether everything below the join has run, so that adaptive execution has nothing left to change.
fn ran(state: &JoinProgress) -> bool {
    let before = |part: &&Part| !matches!(part, Part::Sort | Part::Row(_) | Part::Done);
    state.taken >= state.work.parts.iter().filter(before).count()
}

/// The plan as it ran, beside the one that was planned.
fn shown_last(join: &BatchJoin, state: &JoinProgress) -> Option<Plan> {
    let work = &state.work;
    let root = work.last_plan.as_ref()?;
    let mut nodes = Vec::new();
    flatten(join, state, root, None, &mut nodes);
    let changes = adapt::says(join, &work.choice, &work.last);
    for node in &mut nodes {
        let read = node.name == "AQEShuffleRead";
        let other = work.last.choice.strategy != work.choice.strategy && node.name.contains("Join");
        if read || other || node.name.contains("skew=true") {
            node.health = Health::Warning;
        }
    }
    Some(Plan {
        id: "final".into(),
        title: "Final plan".into(),
        text: plan::final_text(root, &work.plan),
        nodes,
        says: if changes.is_empty() {
            "Adaptive execution changed nothing.".into()
        } else {
            format!("Changed while it ran: {}.", changes.join("; "))
        },
    })
}

fn flatten(
    join: &BatchJoin,
    state: &JoinProgress,
    operator: &Operator,
    parent: Option<u32>,
    nodes: &mut Vec<PlanNode>,
) {
    let number = nodes.len() as u32;
    let bytes = operator.side.filter(|_| operator.exchanges()).map(|side| {
        let copies = if operator.name == "Exchange" {
            1
        } else {
            join.executors
        };
        adapt::real(join, side) * u64::from(copies)
    });
    let last = state.parts().last();
    let changed = match (operator.name.as_str(), last) {
        ("AdaptiveSparkPlan", Some(Part::Plan | Part::Coalesce)) | ("Sort", Some(Part::Sort)) => {
            true
        }
        ("Exchange", Some(Part::Shuffle(of)))
        | ("BroadcastExchange", Some(Part::Broadcast(of))) => operator.side == Some(*of),
        (name, Some(Part::Row(_))) => name.ends_with("Join"),
        (_, _) => false,
    };
    nodes.push(PlanNode {
        id: format!("operator:{number}"),
        parent,
        name: operator.name.clone(),
        detail: operator.detail.clone(),
        rows: operator.side.map(|side| join.side(side).rows.len() as u64),
        bytes,
        stage: stage(operator),
        exchange: operator.exchanges(),
        health: Health::Plain,
        changed,
    });
    for input in &operator.inputs {
        flatten(join, state, input, Some(number), nodes);
    }
}

/// The stages of both inputs end with their exchange; the join is in the last one, with what reaches it without one.
fn stage(operator: &Operator) -> u32 {
    fn below(operator: &Operator) -> bool {
        operator.exchanges() || operator.inputs.iter().any(below)
    }
    match (operator.side, operator.name.as_str()) {
        (Some(Side::Left), name) if name != "Sort" => 0,
        (Some(Side::Right), name) if name != "Sort" => 1,
        (_, _) if below(operator) || operator.side.is_none() => 2,
        (_, _) => 0,
    }
}

fn row(id: String, cells: Vec<String>, changed: bool) -> TableRow {
    TableRow {
        id,
        cells,
        health: Health::Plain,
        changed,
    }
}

fn results(join: &BatchJoin, state: &JoinProgress) -> SceneTable {
    let mut columns = vec!["#".to_owned(), "Task#".into()];
    columns.extend(join.select.iter().cloned());
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = SceneTable::new("rows", "Result rows", Place::Results, &columns);
    table.columns[0].label = "Row".into();
    for part in state.parts() {
        if let Part::Row(number) = part {
            let (task, pair) = state.work.out[*number];
            let mut values = vec![(number + 1).to_string(), task.to_string()];
            values.extend(cells(join, pair));
            let changed = state.parts().last() == Some(part);
            table
                .rows
                .push(row(format!("row:{number}"), values, changed));
        }
    }
    table.says = if table.rows.is_empty() {
        "No row has come out yet.".into()
    } else {
        "In the order in which they come out. Without ORDER BY none is promised.".into()
    };
    table
}

/// The join that is planned, or that took its place.
pub(super) fn strategy_now(state: &JoinProgress) -> Strategy {
    if state.parts().contains(&Part::Replan) {
        state.work.last.choice.strategy
    } else {
        state.work.choice.strategy
    }
}

/// What each way of joining would cost.
fn ways(join: &BatchJoin, state: &JoinProgress) -> SceneTable {
    let mut table = SceneTable::new(
        "ways",
        "Ways to join",
        Place::State,
        &[
            "Join",
            "Bytes moved#",
            "Bytes held at once#",
            "Bytes sorted#",
            "Chosen",
        ],
    );
    let real = |side| adapt::real(join, side);
    let small = if real(Side::Left) < real(Side::Right) {
        Side::Left
    } else {
        Side::Right
    };
    for strategy in [
        Strategy::Broadcast(small),
        Strategy::ShuffleHash(small),
        Strategy::SortMerge,
    ] {
        let cost = cost(join, strategy);
        let chosen = state.taken > 0 && strategy_now(state).operator() == strategy.operator();
        table.rows.push(row(
            format!("way:{}", strategy.operator()),
            vec![
                strategy.operator().into(),
                cost.moved.to_string(),
                cost.held.to_string(),
                cost.sorted.to_string(),
                if chosen { "yes" } else { "" }.into(),
            ],
            false,
        ));
    }
    table.says = format!(
        "{} {} bytes, {} {} bytes, {}, {}; the smaller side is hashed.",
        join.left.name,
        real(Side::Left),
        join.right.name,
        real(Side::Right),
        counted(join.executors, "executor"),
        counted(plan::partitions(join), "partition")
    );
    table
}

/// Where each row went, of the sides that were shuffled so far.
fn places(join: &BatchJoin, state: &JoinProgress) -> SceneTable {
    let mut table = SceneTable::new(
        "places",
        "Where rows go",
        Place::State,
        &["Side", "Row#", &join.on, "hash#", "Partition#", "Task#"],
    );
    for side in [Side::Left, Side::Right] {
        if !state.parts().contains(&Part::Shuffle(side)) {
            continue;
        }
        let (name, placed) = match side {
            Side::Left => (&join.left.name, &state.work.placed[0]),
            Side::Right => (&join.right.name, &state.work.placed[1]),
        };
        let rows = keys(join, side).into_iter().zip(placed).enumerate();
        for (number, (key, (hash, partition))) in rows {
            let tasks = state.work.tasks_of(side, number);
            let tasks: Vec<String> = tasks.iter().map(usize::to_string).collect();
            table.rows.push(row(
                format!("place:{name}:{number}"),
                vec![
                    name.clone(),
                    (number + 1).to_string(),
                    key.into(),
                    hash.to_string(),
                    partition.to_string(),
                    tasks.join(", "),
                ],
                false,
            ));
        }
    }
    table.says = if table.rows.is_empty() {
        "No row is shuffled.".into()
    } else {
        "partition = pmod(Murmur3(key, seed 42), partitions) (Spark 4.3, HashPartitioning).".into()
    };
    table
}

fn line(label: impl Into<String>, value: impl Into<String>) -> Line {
    Line {
        label: label.into(),
        value: value.into(),
    }
}

/// Why a join was chosen, why rows are where they are, why they come out in this order.
/// What is sent by a way of joining, with the numbers.
fn moved(join: &BatchJoin, strategy: Strategy) -> String {
    let name = |side| &join.side(side).name;
    let sent = |side| format!("{} bytes of {}", adapt::real(join, side), name(side));
    let sides: Vec<String> = [Side::Left, Side::Right]
        .into_iter()
        .filter(|side| plan::exchanged(join, *side))
        .map(sent)
        .collect();
    match (strategy, &sides[..]) {
        (Strategy::Broadcast(side), _) => {
            format!("{} go to each of {} executors.", sent(side), join.executors)
        }
        (_, []) => format!(
            "{} and {} lie in their buckets already: nothing is shuffled.",
            name(Side::Left),
            name(Side::Right)
        ),
        (_, sides) => format!("The shuffle sends {}.", sides.join(" and ")),
    }
}

/// Why something is as it is.
pub(super) fn why(join: &BatchJoin, state: &JoinProgress, thing: &str) -> Option<Explanation> {
    let work = &state.work;
    let now = strategy_now(state);
    let choice = if now == work.choice.strategy {
        &work.choice
    } else {
        &work.last.choice
    };
    let sizes = || {
        let turned_out = [Side::Left, Side::Right].into_iter().filter_map(|side| {
            let table = join.side(side);
            let real = adapt::real(join, side);
            (real != u64::from(table.bytes)).then(|| {
                line(
                    format!("bytes of {}, shuffled", table.name),
                    real.to_string(),
                )
            })
        });
        let mut sizes = vec![
            line(
                format!("bytes of {}", join.left.name),
                join.left.bytes.to_string(),
            ),
            line(
                format!("bytes of {}", join.right.name),
                join.right.bytes.to_string(),
            ),
            line(
                "auto-broadcast threshold",
                join.broadcast_threshold.to_string(),
            ),
            line("shuffle partitions", plan::partitions(join).to_string()),
        ];
        sizes.extend(turned_out);
        sizes
    };
    match thing.split_once(':').map_or(thing, |(kind, _)| kind) {
        "choice" | "operator" | "way" => Some(Explanation {
            title: now.operator().into(),
            verdict: format!("Chosen because {}.", choice.reason),
            rule: "Hints first: BROADCAST, MERGE, SHUFFLE_HASH. Then the smaller side is broadcast if its size ≤ autoBroadcastJoinThreshold and the join's kind allows it; then hashed after a shuffle, if preferSortMergeJoin is off, it is < threshold × partitions and three times smaller; else sort-merge (Spark 4.3, JoinSelection). A full outer join is never broadcast: a copy of a side cannot say which of its rows matched nowhere. Adaptive execution asks again with the sizes of what was shuffled.".into(),
            numbers: sizes(),
            ..Explanation::default()
        }),
        "moved" => Some(Explanation {
            title: "Bytes over the network".into(),
            verdict: moved(join, now),
            rule: "A shuffle sends a side's rows once; a broadcast sends the whole side to every executor. A side whose buckets are the partitions of the join is not shuffled (Spark 4.3, EnsureRequirements).".into(),
            numbers: sizes(),
            ..Explanation::default()
        }),
        "place" | "places" => Some(Explanation {
            title: "Where rows go".into(),
            verdict: "Rows with the same key meet in the same task, whichever side they are of.".into(),
            rule: "partition = pmod(Murmur3(key, seed 42), partitions); adaptive execution then lets one task read several small partitions (Spark 4.3, HashPartitioning, CoalesceShufflePartitions).".into(),
            numbers: vec![
                line("partitions", plan::partitions(join).to_string()),
                line("tasks", work.tasks.len().to_string()),
            ],
            ..Explanation::default()
        }),
        "row" | "order" => Some(Explanation {
            title: "The order of the rows".into(),
            verdict: match work.last.choice.strategy {
                Strategy::Broadcast(_) if now != work.choice.strategy => "The side that is not broadcast was shuffled before: it is read partition after partition.",
                Strategy::Broadcast(_) => "The side that is not broadcast is read as it lies, so its order stays.",
                Strategy::ShuffleHash(_) => "Tasks come one after the other, and each reads its partitions in order.",
                Strategy::SortMerge => "Tasks come one after the other, and each merges its rows in the order of the key.",
            }
            .into(),
            rule: "No order is promised without ORDER BY: it follows from the join that was planned, from the hash, and from how many partitions a task reads.".into(),
            numbers: sizes(),
            ..Explanation::default()
        }),
        _ => None,
    }
}
