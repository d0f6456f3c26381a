//! The boxes and arrows themselves: which a pipeline has, where they stand, what is written on them.

use super::count::{Counts, Reason, aside, last_batch};
use super::words::{counted, cut, size, window_title};
use super::{Edge, Graph, Health, MOST_SOURCES, MOST_TOKENS, Node, Run, Token, TokenKind};
use crate::aggregate::Aggregate;
use crate::cluster::scene::NodeKind;
use crate::dialect::{Engine, EngineKind};
use crate::frame::SourceState;
use crate::scenario::Emit;
use crate::time::Watermark;
use crate::window::{TimeDomain, WindowSpec};

/// So many keys are named in the shuffle's box.
const MOST_KEYS: usize = 3;

/// Which boxes a pipeline has.
pub(super) struct Plan<'r> {
    run: &'r Run,
    /// How many sources have a box of their own.
    sources: u16,
    batches: bool,
    suppresses: bool,
    reasons: Vec<Reason>,
}

/// The box of a source: its own, or the one that the last of many share.
pub(super) fn source_id(run: &Run, source: u16) -> String {
    let (all, own) = (run.names().sources.max(1), own_boxes(run));
    if source >= own && all > own {
        "source:rest".into()
    } else {
        format!("source:{source}")
    }
}

fn own_boxes(run: &Run) -> u16 {
    match run.names().sources.max(1) {
        few if few <= MOST_SOURCES => few,
        _ => MOST_SOURCES - 1,
    }
}

impl<'r> Plan<'r> {
    pub(super) fn of(run: &'r Run) -> Plan<'r> {
        let pipeline = &run.scenario.pipeline;
        let by_event_time = pipeline.window.is_some_and(|window| match window {
            WindowSpec::Tumbling { .. } => window.clock() == TimeDomain::Event,
            WindowSpec::Sliding { .. }
            | WindowSpec::Session { .. }
            | WindowSpec::SlidingDiff { .. } => true,
            WindowSpec::Global | WindowSpec::Count { .. } => false,
        });
        let gaps = matches!(pipeline.window,
            Some(WindowSpec::Sliding { size, slide, .. }) if slide > size);
        let reasons = Reason::ALL.into_iter().filter(|reason| match reason {
            Reason::Late => by_event_time || pipeline.dedup.is_some(),
            Reason::Duplicate => pipeline.dedup.is_some(),
            Reason::NoWindow => gaps,
            // Only Beam's triggers finish, and which do is seen when it happens.
            Reason::Finished => run.scenario.engine == EngineKind::Beam,
        });
        Plan {
            run,
            sources: own_boxes(run),
            batches: run.scenario.engine.pacing().batches,
            suppresses: pipeline.emit == Some(Emit::Suppress),
            reasons: reasons.collect(),
        }
    }

    /// The same boxes and arrows with nothing written on them.
    pub(super) fn outline(&self) -> Graph {
        let node = |id: &str, column: usize| Node {
            id: id.into(),
            column: column as u32,
            ..Node::default()
        };
        let edge = |from: &str, to: &str| Edge {
            id: format!("{from}>{to}"),
            from: from.into(),
            to: to.into(),
            ..Edge::default()
        };
        let sources: Vec<String> = (0..self.sources)
            .map(|source| format!("source:{source}"))
            .chain(self.rest().map(|_| "source:rest".to_string()))
            .collect();
        let chain: Vec<&str> = [
            (self.batches, "batch"),
            (true, "shuffle"),
            (true, "operator"),
            (self.suppresses, "suppress"),
            (true, "sink"),
        ]
        .into_iter()
        .filter_map(|(there, id)| there.then_some(id))
        .collect();
        let mut graph = Graph::default();
        for (row, source) in sources.iter().enumerate() {
            graph.nodes.push(Node {
                row: row as u32,
                ..node(source, 0)
            });
            graph.edges.push(edge(source, chain[0]));
        }
        for (at, id) in chain.iter().enumerate() {
            graph.nodes.push(node(id, at + 1));
            if let Some(next) = chain.get(at + 1) {
                graph.edges.push(edge(id, next));
            }
        }
        for (at, reason) in self.reasons.iter().enumerate() {
            graph.nodes.push(Node {
                row: at as u32 + 1,
                ..node(reason.id(), chain.len())
            });
            graph.edges.push(edge("operator", reason.id()));
        }
        graph
    }

    /// How many sources share a box, if any do.
    fn rest(&self) -> Option<u16> {
        let all = self.run.names().sources.max(1);
        (all > self.sources).then(|| all - self.sources)
    }

    pub(super) fn boxes(&self, counts: &Counts) -> Vec<Node> {
        let mut nodes = self.outline().nodes;
        for node in &mut nodes {
            match node.id.as_str() {
                "batch" => self.batch(node, counts),
                "shuffle" => self.shuffle(node, counts),
                "operator" => self.operator(node, counts),
                "suppress" => self.suppress(node, counts),
                "sink" => self.sink(node, counts),
                _ => self.end(node, counts),
            }
        }
        self.sources(&mut nodes, counts);
        nodes
    }

    fn sources(&self, nodes: &mut [Node], counts: &Counts) {
        let rows = self.run.source_rows(counts.position);
        let several = rows.len() > 1;
        let own = rows.iter().take(self.sources as usize);
        for ((node, row), arrived) in nodes.iter_mut().zip(own).zip(&counts.arrived) {
            node.label.clone_from(&row.name);
            node.kind = NodeKind::Log;
            node.state = match row.state {
                SourceState::Active if several && row.holds => "holds the watermark".into(),
                SourceState::Active => String::new(),
                SourceState::Idle => "idle, not waited for".into(),
                SourceState::Ended => "ended".into(),
            };
            node.lines = vec![
                counted(*arrived, "event"),
                format!("highest {}", row.highest.text),
            ];
            if several && self.clock_name() == "watermark" {
                node.lines.push(format!("watermark {}", row.watermark.text));
            }
            node.changed = row.changed;
            node.health = match row.state {
                SourceState::Active if several && row.holds => Health::Warning,
                SourceState::Active => Health::Plain,
                SourceState::Idle | SourceState::Ended => Health::Dim,
            };
        }
        if let Some(rest) = self.rest()
            && let Some(node) = nodes.iter_mut().find(|node| node.id == "source:rest")
        {
            let behind = self.sources as usize;
            node.label = format!("{rest} more sources");
            node.kind = NodeKind::Log;
            node.lines = vec![counted(counts.arrived[behind..].iter().sum(), "event")];
            let holder = rows[behind..].iter().find(|row| row.holds);
            node.state = holder.map_or_else(String::new, |row| format!("{} holds", row.name));
            node.changed = rows[behind..].iter().any(|row| row.changed);
        }
    }

    fn batch(&self, node: &mut Node, counts: &Counts) {
        node.label = "Micro-batch".into();
        node.kind = NodeKind::Store;
        node.state = match counts.waiting.len() as u32 {
            0 => "nothing waits".into(),
            1 => "1 event waits".into(),
            n => format!("{n} events wait"),
        };
        if let Some((number, events, late_by, evict_by)) = last_batch(self.run, counts.position) {
            node.lines = vec![
                format!("batch {number}: {}", counted(events, "event")),
                format!("late by {}", self.watermark(late_by)),
                format!("closes by {}", self.watermark(evict_by)),
            ];
        }
        node.changed = counts.last.batch.is_some() || !counts.last.arrived.is_empty();
    }

    fn shuffle(&self, node: &mut Node, counts: &Counts) {
        node.label = match self.run.scenario.engine {
            EngineKind::Flink => "keyBy",
            EngineKind::Spark => "Shuffle by key",
            EngineKind::Beam => "GroupByKey",
            EngineKind::KafkaStreams => "groupByKey",
        }
        .into();
        let mut keys: Vec<(u32, usize)> = counts
            .keys
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(key, count)| (*count, key))
            .collect();
        keys.sort_by_key(|(count, key)| (std::cmp::Reverse(*count), *key));
        let named = if keys.len() == MOST_KEYS + 1 {
            MOST_KEYS + 1
        } else {
            MOST_KEYS
        };
        node.lines = keys
            .iter()
            .take(named)
            .map(|(count, key)| format!("{} {count}", cut(&self.run.names().keys[*key])))
            .collect();
        if keys.len() > named {
            node.lines.push(format!("{} more keys", keys.len() - named));
        }
        node.changed = !counts.last.taken.is_empty();
    }

    fn operator(&self, node: &mut Node, counts: &Counts) {
        let (run, pipeline) = (self.run, &self.run.scenario.pipeline);
        node.label = match (&pipeline.window, &pipeline.dedup) {
            (Some(window), _) => window_title(*window),
            (None, Some(dedup)) if dedup.within_watermark => "Dedup within watermark".into(),
            (None, _) => "Dedup".into(),
        };
        let aggregate = pipeline.aggregate.unwrap_or(Aggregate::Count);
        let cells = run.engine_after(counts.position).cells();
        let bytes: u64 = cells.iter().map(|cell| cell.bytes(aggregate)).sum();
        let watermark = |task| match counts.position.checked_sub(1) {
            Some(last) => run.trace.watermark_after(last as u32, task),
            None => Watermark::NONE,
        };
        // Each task has a time of its own.
        let sources = run.names().sources;
        let time = match (run.has_tasks(), sources) {
            (false, _) => self.watermark(watermark(None)),
            (true, 2) => [0, 1]
                .map(|task| self.watermark(watermark(Some(task))))
                .join(" · "),
            (true, _) => format!("of each of {sources}"),
        };
        node.state = pipeline
            .window
            .map_or_else(String::new, |_| aggregate.name().into());
        node.lines = vec![
            format!("{} {time}", self.clock_name()),
            match pipeline.window {
                Some(_) => counted(cells.len() as u32, "window"),
                None => format!(
                    "remembers {}",
                    cells.iter().map(|cell| cell.accumulator.count).sum::<u64>()
                ),
            },
            format!("{} of state", size(bytes)),
        ];
        node.changed = counts.last.windows || counts.last.watermark.is_some();
    }

    fn suppress(&self, node: &mut Node, counts: &Counts) {
        let held = self.held(counts.position);
        node.label = "suppress".into();
        node.kind = NodeKind::Store;
        node.state = "until windows close".into();
        node.lines = vec![format!("holds {}", counted(held, "result"))];
        node.changed =
            counts.position > 0 && held != self.held(counts.position - 1) || self.released(counts);
    }

    fn released(&self, counts: &Counts) -> bool {
        self.suppresses && !counts.last.emissions.is_empty()
    }

    /// How many windows' last results `suppress` holds: those that the engine has set a time for.
    fn held(&self, position: usize) -> u32 {
        let cells = self.run.engine_after(position).cells();
        cells.iter().filter(|cell| !cell.timers.is_empty()).count() as u32
    }

    #[allow(clippy::unused_self, reason = "one form for all boxes")]
    fn sink(&self, node: &mut Node, counts: &Counts) {
        node.label = "Results".into();
        node.kind = NodeKind::Sink;
        node.lines = vec![counted(counts.results, "result")];
        if counts.corrections > 0 {
            node.lines.push(counted(counts.corrections, "correction"));
        }
        if counts.withdrawn > 0 {
            node.lines.push(format!("{} withdrawn", counts.withdrawn));
        }
        node.changed = !counts.last.emissions.is_empty() || !counts.last.passed.is_empty();
    }

    /// A box in which events end that go no further.
    fn end(&self, node: &mut Node, counts: &Counts) {
        let Some(reason) = Reason::ALL.into_iter().find(|r| r.id() == node.id) else {
            return;
        };
        let count = counts.lost[reason as usize];
        let kept = reason == Reason::Late && aside(self.run);
        node.label = reason.title(self.run).into();
        node.kind = if kept {
            NodeKind::Sink
        } else {
            NodeKind::DeadLetters
        };
        node.lines = vec![counted(count, "event")];
        node.health = match (count, reason) {
            (0, _) => Health::Dim,
            (_, Reason::Late) if !kept => Health::Bad,
            (_, Reason::Duplicate) => Health::Plain,
            _ => Health::Warning,
        };
        node.changed = self.lost_now(counts, reason).next().is_some();
    }

    fn lost_now<'c>(
        &'c self,
        counts: &'c Counts,
        reason: Reason,
    ) -> impl Iterator<Item = u32> + 'c {
        counts.last.lost.iter().copied().filter(move |event| {
            super::count::reason(self.run, *event, counts.position) == Some(reason)
        })
    }

    pub(super) fn arrows(&self, counts: &Counts) -> Vec<Edge> {
        let mut edges = self.outline().edges;
        for edge in &mut edges {
            let (count, noun, tokens) = self.along(edge, counts);
            edge.label = match count {
                Some(0) | None => String::new(),
                Some(n) => counted(n, noun),
            };
            edge.changed = !tokens.is_empty();
            edge.more = tokens.len().saturating_sub(MOST_TOKENS) as u32;
            edge.tokens = tokens.into_iter().take(MOST_TOKENS).collect();
            if let Some(reason) = Reason::ALL.into_iter().find(|r| r.id() == edge.to) {
                let (lost, kept) = (counts.lost[reason as usize], aside(self.run));
                edge.health = match (lost, reason) {
                    (0, _) => Health::Dim,
                    (_, Reason::Late) if !kept => Health::Bad,
                    _ => Health::Plain,
                };
            }
        }
        edges
    }

    /// How much has gone along an arrow, of what, and what the last step moved along it.
    fn along(&self, edge: &Edge, counts: &Counts) -> (Option<u32>, &'static str, Vec<Token>) {
        let last = &counts.last;
        if edge.from.starts_with("source:") {
            return self.out_of_source(edge, counts);
        }
        match (edge.from.as_str(), edge.to.as_str()) {
            ("batch" | "shuffle", _) => (
                Some(counts.taken()),
                "event",
                self.events(last.taken.iter().copied()),
            ),
            (_, "suppress") => {
                let changed = if last.windows {
                    self.events(last.taken.iter().copied())
                } else {
                    Vec::new()
                };
                (None, "update", changed)
            }
            (_, "sink") => {
                let mut tokens = self.results(&last.emissions);
                tokens.extend(self.events(last.passed.iter().copied()));
                (Some(counts.results + counts.withdrawn), "result", tokens)
            }
            (_, to) => match Reason::ALL.into_iter().find(|reason| reason.id() == to) {
                Some(reason) => (
                    Some(counts.lost[reason as usize]),
                    "event",
                    self.events(self.lost_now(counts, reason)),
                ),
                None => (None, "", Vec::new()),
            },
        }
    }

    fn out_of_source(
        &self,
        edge: &Edge,
        counts: &Counts,
    ) -> (Option<u32>, &'static str, Vec<Token>) {
        let own = |source: u16| source_id(self.run, source) == edge.from;
        let count = (0..)
            .zip(&counts.arrived)
            .filter(|(source, _)| own(*source))
            .map(|(_, count)| count)
            .sum();
        let last = &counts.last;
        let events = &self.run.compiled.events;
        let mut tokens = self.events(
            last.arrived
                .iter()
                .copied()
                .filter(|event| own(events[*event as usize].source)),
        );
        let told = last.watermarks.iter().filter(|(source, _)| own(*source));
        tokens.extend(told.map(|(source, watermark)| Token {
            id: format!("watermark:{source}"),
            kind: TokenKind::Watermark,
            label: self.watermark(*watermark),
            class: 0,
        }));
        (Some(count), "event", tokens)
    }

    fn events(&self, events: impl Iterator<Item = u32>) -> Vec<Token> {
        events
            .map(|event| Token {
                id: format!("event:{event}"),
                kind: TokenKind::Record,
                label: self.run.names().event(event).into(),
                class: self.run.compiled.events[event as usize].key.0,
            })
            .collect()
    }

    fn results(&self, emissions: &[u32]) -> Vec<Token> {
        emissions
            .iter()
            .map(|number| {
                let emission = &self.run.trace.emissions[*number as usize];
                let value = match &emission.value {
                    Some(value) => self.run.value_text(value),
                    None => "withdrawn".into(),
                };
                Token {
                    id: format!("result:{number}"),
                    kind: TokenKind::Record,
                    label: format!("{} {value}", self.run.names().key(emission.key))
                        .trim()
                        .into(),
                    class: emission.key.0,
                }
            })
            .collect()
    }

    fn watermark(&self, watermark: Watermark) -> String {
        self.run.watermark_moment(watermark).text
    }

    /// What this engine calls the clock that windows are judged by.
    fn clock_name(&self) -> &'static str {
        match self.run.scenario.engine {
            EngineKind::Flink | EngineKind::Spark | EngineKind::Beam => "watermark",
            EngineKind::KafkaStreams => "stream time",
        }
    }
}
