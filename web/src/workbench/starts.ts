/** What one may begin with at the workbench. */
import { home } from "virtual:headwater-home";
import {
  streams,
  Table,
  type GeneratorSpec,
  type Scenario,
  type Script,
} from "../core";

/** The key under which panels find what puts another draft on the bench. */
export const draftsContext = Symbol("drafts");

export interface Start {
  name: string;
  about: string;
  script: Script;
}

/** For who writes the input; one event, because an empty stream shows nothing. */
const empty: Scenario = {
  engine: "flink",
  pipeline: {
    window: { kind: "tumbling", size: 300_000, offset: 0 },
    aggregate: "count",
    watermark: { kind: "bounded", delay: 60_000 },
    trigger: { kind: "default" },
  },
  input: {
    steps: [
      {
        at: Date.UTC(2025, 0, 1, 12),
        event: {
          id: "e1",
          key: "a",
          ts: Date.UTC(2025, 0, 1, 12),
          value: 1,
        },
      },
    ],
  },
};

/** A generator to begin with. */
export const generator: GeneratorSpec = {
  seed: 7,
  events: 300,
  start: Date.UTC(2025, 0, 1, 12),
  every: 5_000,
  keys: 5,
  skew: 1,
  delay: { kind: "exponential", mean: 20_000 },
  sources: 1,
  duplicates_per_mille: 0,
  value_max: 10,
  end: true,
};

const generated: Scenario = { ...empty, input: { generator } };

export const example: Start = {
  name: "Twelve orders",
  about: "Five-minute windows and a late order: the scene of the home page.",
  script: home.scenario,
};

/** The example as another engine would have it, by the core's own adapting. */
const by = (engine: string): Script =>
  new Table(streams).setKnobs(example.script, [
    { knob: "engine", value: engine },
  ]);

/** The example in each engine's own terms. */
export const engines: readonly { name: string; make: () => Script }[] = [
  { name: "Flink", make: () => by("flink") },
  { name: "Spark", make: () => by("spark") },
  { name: "Beam", make: () => by("beam") },
  { name: "Kafka Streams", make: () => by("kafka-streams") },
];

export const starts: readonly Start[] = [
  example,
  {
    name: "One event",
    about: "As good as empty: write the input yourself.",
    script: empty,
  },
  {
    name: "300 made-up events",
    about: "From a seed, with skewed keys and delays to set.",
    script: generated,
  },
];
