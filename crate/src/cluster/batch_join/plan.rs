//! The physical plan: a tree of operators, and the text that `explain()` prints of it (Spark 4.3).

use super::choose::{Side, Strategy};
use super::{BatchJoin, JoinTable};
use crate::cluster::shuffle::JoinKind;

/// An operator with its inputs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operator {
    pub(super) name: String,
    /// Its arguments, as Spark writes them after the name.
    pub(super) detail: String,
    /// The number of the generated program it runs in, without adaptive execution.
    pub(super) codegen: Option<u32>,
    /// Which side of the join it belongs to; none for the join and what is above it.
    pub(super) side: Option<Side>,
    pub(super) inputs: Vec<Operator>,
}

impl Operator {
    pub(super) fn new(name: &str, detail: String, inputs: Vec<Operator>) -> Operator {
        Operator {
            name: name.into(),
            detail,
            codegen: None,
            side: None,
            inputs,
        }
    }

    /// One line of the plan.
    fn line(&self) -> String {
        let star = self
            .codegen
            .map_or_else(String::new, |n| format!("*({n}) "));
        format!("{star}{} {}", self.name, self.detail)
            .trim_end()
            .into()
    }

    /// Whether it is, or reads, a stage of its own, whose programs are numbered.
    fn runs_alone(&self) -> bool {
        self.name.ends_with("QueryStage") || self.name == "AQEShuffleRead"
    }

    /// Whether it moves rows between tasks.
    pub(super) fn exchanges(&self) -> bool {
        matches!(self.name.as_str(), "Exchange" | "BroadcastExchange")
    }
}

/// The text of a plan, as `TreeNode.treeString` draws it.
pub(super) fn text(root: &Operator) -> String {
    let mut lines = vec!["== Physical Plan ==".to_owned(), root.line()];
    draw(root, "", &mut lines);
    lines.join("\n")
}

/// The text of a plan that has run: what became of it, and what it was.
pub(super) fn final_text(last: &Operator, first: &Operator) -> String {
    let mut lines = vec![
        "== Physical Plan ==".to_owned(),
        "AdaptiveSparkPlan isFinalPlan=true".into(),
    ];
    for (title, root) in [
        ("+- == Final Plan ==", Some(last)),
        ("+- == Initial Plan ==", first.inputs.first()),
    ] {
        lines.push(title.into());
        if let Some(root) = root {
            lines.push(format!("   {}", root.line()));
            draw(root, "   ", &mut lines);
        }
    }
    lines.join("\n")
}

fn draw(operator: &Operator, indent: &str, lines: &mut Vec<String>) {
    let last = operator.inputs.len().saturating_sub(1);
    for (i, input) in operator.inputs.iter().enumerate() {
        let (branch, below) = if i == last {
            ("+- ", "   ")
        } else {
            (":- ", ":  ")
        };
        lines.push(format!("{indent}{branch}{}", input.line()));
        draw(input, &format!("{indent}{below}"), lines);
    }
}

/// Writes a plan.
pub(super) struct Planner<'a> {
    join: &'a BatchJoin,
    strategy: Strategy,
}

impl<'a> Planner<'a> {
    pub(super) fn new(join: &'a BatchJoin, strategy: Strategy) -> Planner<'a> {
        Planner { join, strategy }
    }

    /// The plan before anything has run.
    pub(super) fn plan(&self) -> Operator {
        let inputs = vec![self.input(Side::Left), self.input(Side::Right)];
        let mut root = self.joined(self.strategy, false, inputs);
        if self.join.adaptive {
            Operator::new("AdaptiveSparkPlan", "isFinalPlan=false".into(), vec![root])
        } else {
            number(&mut root, &mut 0);
            root
        }
    }

    /// The join over its inputs, and the columns that are asked for.
    pub(super) fn joined(
        &self,
        strategy: Strategy,
        skewed: bool,
        inputs: Vec<Operator>,
    ) -> Operator {
        let keys = |side| format!("[{}]", self.attribute(side, &self.join.on));
        let mut detail = format!(
            "{}, {}, {}",
            keys(Side::Left),
            keys(Side::Right),
            kind_name(self.join.kind)
        );
        match strategy {
            Strategy::Broadcast(side) => {
                detail.push_str(&[", ", side.build(), ", false, false"].concat());
            }
            Strategy::ShuffleHash(side) => detail.push_str(&[", ", side.build()].concat()),
            Strategy::SortMerge => {}
        }
        let skew = if skewed { "(skew=true)" } else { "" };
        let name = format!("{}{skew}", strategy.operator());
        let join = Operator::new(&name, detail, inputs);
        if self.as_they_come() {
            return join;
        }
        Operator::new("Project", self.output(), vec![join])
    }

    /// Whether the columns that are asked for are those of the join, which needs no projection.
    fn as_they_come(&self) -> bool {
        let semi = matches!(self.join.kind, JoinKind::LeftSemi | JoinKind::LeftAnti);
        semi && self.join.select.iter().eq(self.needed(Side::Left))
    }

    pub(super) fn join(&self) -> &BatchJoin {
        self.join
    }

    pub(super) fn strategy(&self) -> Strategy {
        self.strategy
    }

    fn table(&self, side: Side) -> &'a JoinTable {
        match side {
            Side::Left => &self.join.left,
            Side::Right => &self.join.right,
        }
    }

    /// A column with the number that tells it from others of its name.
    fn attribute(&self, side: Side, column: &str) -> String {
        format!("{column}#{}", self.number(side, column))
    }

    fn number(&self, side: Side, column: &str) -> usize {
        let table = self.table(side);
        let before = match side {
            Side::Left => 0,
            Side::Right => self.join.left.columns.len() + self.join.left.doubles.len(),
        };
        before + table.column(column).unwrap_or_default()
    }

    /// A column as the join sees it: cast, where the query casts it.
    fn cast(&self, side: Side, column: &str) -> String {
        let table = self.table(side);
        let found = table.doubles.iter().position(|double| double == column);
        match found {
            Some(i) if table.buckets == 0 => {
                let number = self.number(side, &table.columns[0]) + table.columns.len() + i;
                format!("{column}#{number}")
            }
            _ => self.attribute(side, column),
        }
    }

    /// The columns of a side that are needed, in the table's order.
    fn needed(&self, side: Side) -> Vec<&'a str> {
        let join = self.join;
        let semi = matches!(join.kind, JoinKind::LeftSemi | JoinKind::LeftAnti);
        let wanted = |column: &&String| {
            **column == join.on || (join.select.contains(column) && !(semi && side == Side::Right))
        };
        let columns = self.table(side).columns.iter();
        columns.filter(wanted).map(String::as_str).collect()
    }

    /// Whether rows without a key are left out before the join: where they could not come out anyway.
    fn filters(&self, side: Side) -> bool {
        match (self.join.kind, side) {
            (JoinKind::Inner | JoinKind::LeftSemi, _)
            | (JoinKind::LeftOuter | JoinKind::LeftAnti, Side::Right)
            | (JoinKind::RightOuter, Side::Left) => true,
            (JoinKind::LeftOuter | JoinKind::LeftAnti, Side::Left)
            | (JoinKind::RightOuter, Side::Right)
            | (JoinKind::FullOuter, _) => false,
        }
    }

    fn output(&self) -> String {
        let join = self.join;
        let columns = join.select.iter().filter_map(|column| {
            let of_left = self.needed(Side::Left).contains(&column.as_str());
            let of_right = self.needed(Side::Right).contains(&column.as_str());
            match (of_left, of_right) {
                (true, true) => Some(self.key_of_both(column)),
                (true, false) => Some(self.cast(Side::Left, column)),
                (false, true) => Some(self.cast(Side::Right, column)),
                (false, false) => None,
            }
        });
        format!("[{}]", columns.collect::<Vec<_>>().join(", "))
    }

    /// The joined column in the result: that of the side whose rows all come out, or of whichever has one (`USING`).
    fn key_of_both(&self, column: &str) -> String {
        match self.join.kind {
            JoinKind::RightOuter => self.cast(Side::Right, column),
            JoinKind::FullOuter => {
                let (left, right) = (&self.join.left, &self.join.right);
                let next = [left, right].map(|t| t.columns.len() + t.doubles.len());
                format!(
                    "coalesce({}, {}) AS {column}#{}",
                    self.cast(Side::Left, column),
                    self.cast(Side::Right, column),
                    next[0] + next[1]
                )
            }
            JoinKind::Inner | JoinKind::LeftOuter | JoinKind::LeftSemi | JoinKind::LeftAnti => {
                self.cast(Side::Left, column)
            }
        }
    }

    /// What is done to a side before it moves: its scan, filter and casts. Once it runs, rows are read from columns.
    pub(super) fn below(&self, side: Side, runs: bool) -> Operator {
        let key = self.attribute(side, &self.join.on);
        let mut input = self.scan(side);
        if self.table(side).buckets > 0 && runs {
            input = Operator::new("ColumnarToRow", String::new(), vec![input]);
        }
        if self.filters(side) {
            input = Operator::new("Filter", format!("isnotnull({key})"), vec![input]);
        }
        if self.casts(side) {
            input = Operator::new("Project", self.casting(side), vec![input]);
        }
        input
    }

    /// A side: its scan and what is done to it before the join.
    fn input(&self, side: Side) -> Operator {
        let below = self.below(side, !self.join.adaptive);
        let mut input = match self.strategy {
            Strategy::Broadcast(build) if build == side => {
                self.broadcast(side, plan_id(side), below)
            }
            Strategy::Broadcast(_) => below,
            Strategy::ShuffleHash(_) => self.shuffle(side, plan_id(side), below),
            Strategy::SortMerge => self.sort(side, self.shuffle(side, plan_id(side), below)),
        };
        of_side(&mut input, side);
        input
    }

    /// The sort of a side.
    pub(super) fn sort(&self, side: Side, input: Operator) -> Operator {
        let key = self.attribute(side, &self.join.on);
        let order = format!("[{key} ASC NULLS FIRST], false, 0");
        Operator::new("Sort", order, vec![input])
    }

    /// The broadcast of a side.
    pub(super) fn broadcast(&self, side: Side, id: u32, input: Operator) -> Operator {
        Operator::new("BroadcastExchange", self.mode(side, id), vec![input])
    }

    /// The exchange of a side, unless its buckets make it needless.
    pub(super) fn shuffle(&self, side: Side, id: u32, input: Operator) -> Operator {
        if !exchanged(self.join, side) {
            return input;
        }
        let key = self.attribute(side, &self.join.on);
        let partitions = partitions(self.join);
        let detail =
            format!("hashpartitioning({key}, {partitions}), ENSURE_REQUIREMENTS, [plan_id={id}]");
        Operator::new("Exchange", detail, vec![input])
    }

    fn casts(&self, side: Side) -> bool {
        let table = self.table(side);
        let needed = self.needed(side);
        let casts = |double: &String| needed.contains(&double.as_str());
        table.buckets == 0 && table.doubles.iter().any(casts)
    }

    fn casting(&self, side: Side) -> String {
        let table = self.table(side);
        let column = |column: &&str| {
            let read = self.attribute(side, column);
            if table.doubles.iter().any(|double| double == column) {
                format!("cast({read} as double) AS {}", self.cast(side, column))
            } else {
                read
            }
        };
        let columns: Vec<String> = self.needed(side).iter().map(column).collect();
        format!("[{}]", columns.join(", "))
    }

    /// How the build side is broadcast: hashed by its key, which is the n-th of its columns.
    fn mode(&self, side: Side, id: u32) -> String {
        let needed = self.needed(side);
        let at = needed.iter().position(|column| *column == self.join.on);
        let nullable = self.casts(side) || !self.filters(side);
        format!(
            "HashedRelationBroadcastMode(List(input[{}, string, {nullable}]),false), [plan_id={id}]",
            at.unwrap_or_default()
        )
    }

    fn scan(&self, side: Side) -> Operator {
        let table = self.table(side);
        let needed = self.needed(side);
        let columns: Vec<String> = needed.iter().map(|c| self.attribute(side, c)).collect();
        let columns = columns.join(",");
        let key = self.attribute(side, &self.join.on);
        let (filters, pushed) = if self.filters(side) {
            (
                format!("isnotnull({key})"),
                format!("IsNotNull({})", self.join.on),
            )
        } else {
            (String::new(), String::new())
        };
        let bucketed = table.buckets > 0;
        let schema = |column: &&str| {
            let double = bucketed && table.doubles.iter().any(|double| double == column);
            format!("{column}:{}", if double { "double" } else { "string" })
        };
        let schema: Vec<String> = needed.iter().map(schema).collect();
        let schema = format!("ReadSchema: struct<{}>", schema.join(","));
        let name = &table.name;
        let (source, batched, format, file, behind) = if bucketed {
            let (used, count) = if exchanged(self.join, side) {
                ("false (disabled by query planner)", String::new())
            } else {
                let n = table.buckets;
                ("true", format!(", SelectedBucketsCount: {n} out of {n}"))
            };
            (
                format!("parquet spark_catalog.default.{name}[{columns}]"),
                format!("true, Bucketed: {used}"),
                "Parquet",
                name.clone(),
                count,
            )
        } else {
            let source = format!("csv [{columns}]");
            (
                source,
                "false".into(),
                "CSV",
                format!("{name}.csv"),
                String::new(),
            )
        };
        let detail = format!(
            "{source} Batched: {batched}, DataFilters: [{filters}], Format: {format}, Location: InMemoryFileIndex(1 paths)[file:/data/{file}], PartitionFilters: [], PushedFilters: [{pushed}], {schema}{behind}"
        );
        Operator::new("FileScan", detail, Vec::new())
    }
}

pub(super) fn plan_id(side: Side) -> u32 {
    match side {
        Side::Left => 1,
        Side::Right => 2,
    }
}

pub(super) fn of_side(operator: &mut Operator, side: Side) {
    operator.side = Some(side);
    for input in &mut operator.inputs {
        of_side(input, side);
    }
}

/// Whether a side is shuffled where both would be: buckets by the joined column take its place. Of two different numbers of
/// buckets the greater one is kept (`EnsureRequirements`).
pub(super) fn exchanged(join: &BatchJoin, side: Side) -> bool {
    let buckets = match side {
        Side::Left => join.left.buckets,
        Side::Right => join.right.buckets,
    };
    buckets == 0 || buckets != partitions(join)
}

/// How many partitions both sides have where they are shuffled.
pub(super) fn partitions(join: &BatchJoin) -> u32 {
    match join.left.buckets.max(join.right.buckets) {
        0 => join.partitions,
        buckets => buckets,
    }
}

/// Numbers the generated programs, inputs first: an exchange ends one, and so does a sort-merge join's input
/// (`CollapseCodegenStages`).
pub(super) fn number(operator: &mut Operator, next: &mut u32) {
    let ends = |operator: &Operator| {
        let name = operator.name.as_str();
        operator.exchanges() || operator.runs_alone() || matches!(name, "FileScan" | "Sort")
    };
    if operator.name == "FileScan" {
        return;
    }
    let mut found = Vec::new();
    below(operator, &mut found, &ends);
    for end in found {
        if end.name == "Sort" {
            number(end, next);
        } else if !end.runs_alone() {
            for input in &mut end.inputs {
                number(input, next);
            }
        }
    }
    *next += 1;
    mark(operator, *next, &ends);
}

/// The operators at which the program of this one ends.
fn below<'a>(
    operator: &'a mut Operator,
    found: &mut Vec<&'a mut Operator>,
    ends: &dyn Fn(&Operator) -> bool,
) {
    for input in &mut operator.inputs {
        if ends(input) {
            found.push(input);
        } else {
            below(input, found, ends);
        }
    }
}

/// Gives the operators of a program its number.
fn mark(operator: &mut Operator, program: u32, ends: &dyn Fn(&Operator) -> bool) {
    operator.codegen = Some(program);
    for input in &mut operator.inputs {
        if !ends(input) {
            mark(input, program, ends);
        }
    }
}

fn kind_name(kind: JoinKind) -> &'static str {
    match kind {
        JoinKind::Inner => "Inner",
        JoinKind::LeftOuter => "LeftOuter",
        JoinKind::RightOuter => "RightOuter",
        JoinKind::FullOuter => "FullOuter",
        JoinKind::LeftSemi => "LeftSemi",
        JoinKind::LeftAnti => "LeftAnti",
    }
}
