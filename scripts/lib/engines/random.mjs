// Scenarios made up from a seed, to hold the lab against the engines where nobody has looked yet.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A generator of numbers in [0, 1) that gives the same for the same seed everywhere (mulberry32). */
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What is drawn from a generator. */
function dice(seed) {
  const next = numbers(seed);
  const int = (low, high) => low + Math.floor(next() * (high - low + 1));
  const pick = (...options) => options[int(0, options.length - 1)];
  const often = (chance) => next() < chance;
  return { int, pick, often };
}

const AGGREGATES = ["count", "sum", "min", "max", "avg", "concat"];

/** Times that go forward with stragglers between them, many exactly on a boundary or one millisecond beside it. */
function times({ int, pick, often }, count, step) {
  let now = 0;
  return Array.from({ length: count }, () => {
    now += int(0, 2 * step);
    const ts = often(0.3) ? Math.max(0, now - int(0, 8 * step)) : now;
    if (!often(0.4)) return ts;
    const beside = pick(0, 0, -1, 1);
    return Math.max(0, Math.round(ts / 1000) * 1000 + beside);
  });
}

function events(die, count, sources) {
  const { int, pick, often } = die;
  return times(die, count, pick(1000, 2000, 4000)).map((ts, i) => ({
    event: {
      id: `e${i + 1}`,
      key: pick("a", "a", "b"),
      ts,
      value: often(0.2) ? int(-20, 20) / 4 : int(1, 9),
      ...(sources > 1 ? { source: int(0, sources - 1) } : {}),
    },
  }));
}

function window({ int, pick, often }, kinds) {
  const size = pick(5000, 10_000, 7000);
  switch (pick(...kinds)) {
    case "tumbling":
      return {
        kind: "tumbling",
        size,
        ...(often(0.3) ? { offset: int(-4000, 4000) } : {}),
      };
    case "sliding":
      return { kind: "sliding", size, slide: pick(1000, 2500, 3000, size) };
    case "gaps":
      return { kind: "sliding", size, slide: size + pick(1000, 3000) };
    case "session":
      return { kind: "session", gap: pick(1000, 3000, 5000) };
    case "count":
      return { kind: "count", size: int(1, 4) };
    default:
      return { kind: "global" };
  }
}

function flinkTrigger({ int, pick, often }, kind) {
  const purging = often(0.4) ? { purging: true } : {};
  switch (kind) {
    case "count":
      return { kind: "count", n: int(1, 3), ...purging };
    case "continuous":
      return {
        kind: "continuous_event_time",
        interval: pick(1000, 2000, 3000),
        ...purging,
      };
    default:
      return { kind: "default", ...purging };
  }
}

function flink(die) {
  const { int, pick, often } = die;
  const cut = window(die, [
    "tumbling",
    "tumbling",
    "sliding",
    "gaps",
    "session",
    "session",
    "count",
    "global",
  ]);
  const delay = pick(0, 1000, 3000, 5000);
  const steps = events(die, int(8, 24), 1);
  if (often(0.7)) steps.push({ end: true });
  const kinds = ["default", "default", "count", "continuous"];
  const trigger =
    cut.kind === "count"
      ? undefined
      : flinkTrigger(die, cut.kind === "global" ? "count" : pick(...kinds));
  return {
    engine: "flink",
    pipeline: {
      window: cut,
      aggregate: pick(...AGGREGATES),
      watermark: {
        kind: "bounded",
        delay,
        cadence: pick("per_event", "per_event", { every: int(2, 4) }),
      },
      allowed_lateness: pick(0, 0, 2000, 10_000),
      ...(trigger ? { trigger } : {}),
      ...(often(0.4) ? { late_data: "side_output" } : {}),
    },
    input: { steps },
  };
}

/** Cuts events into micro-batches; sometimes the next one's data already waits. */
function batches({ int, often }, all) {
  const steps = [];
  let left = int(1, 5);
  for (const event of all) {
    steps.push(event);
    left -= 1;
    if (left > 0) continue;
    steps.push({ batch: true, ...(often(0.2) ? { queued: true } : {}) });
    left = int(1, 5);
  }
  steps.push({ batch: true });
  return steps;
}

function sparkWatermark({ pick }, sources) {
  const delay = () => pick(0, 1000, 3000, 10_000);
  return sources > 1
    ? {
        kind: "bounded",
        delays: Array.from({ length: sources }, delay),
        policy: pick("min", "max"),
      }
    : { kind: "bounded", delay: delay() };
}

function spark(die) {
  const { int, pick, often } = die;
  const sources = often(0.2) ? 2 : 1;
  const common = {
    watermark: sparkWatermark(die, sources),
    ...(often(0.2) ? { no_data_batches: false } : {}),
  };
  const input = { steps: batches(die, events(die, int(8, 18), sources)) };
  if (sources === 1 && often(0.2)) {
    const again = input.steps.filter(({ event }) => event && often(0.4));
    for (const { event } of again)
      event.id = `e${Math.max(1, Number(event.id.slice(1)) - int(1, 3))}`;
    const on = pick(["id"], ["id"], ["id", "key"]);
    const dedup = { within_watermark: often(0.5), on };
    return {
      engine: "spark",
      pipeline: { ...common, output_mode: "append", dedup },
      input,
    };
  }
  const cut = window(die, ["tumbling", "tumbling", "sliding", "session"]);
  const modes =
    cut.kind === "session"
      ? ["append", "append", "complete"]
      : ["append", "update", "complete"];
  return {
    engine: "spark",
    pipeline: {
      window: cut,
      aggregate: pick(...AGGREGATES),
      ...common,
      output_mode: pick(...modes),
    },
    input,
  };
}

/** A trigger of Beam's own composition, not deeper than the SDK's own examples. */
function beamTrigger(die, depth = 0) {
  const { int, pick } = die;
  const some = () => ({ kind: "count", n: int(1, 3) });
  const timer = () => ({ kind: "processing_time", delay: pick(1000, 2500) });
  const simple = () => (pick(true, true, false) ? some() : timer());
  const kinds = ["watermark", "watermark", "repeated", "any", "all", "each"];
  switch (depth === 0 ? pick("default", "count", ...kinds) : "count") {
    case "default":
      return { kind: "default" };
    case "watermark":
      return {
        kind: "after_watermark",
        ...(pick(true, false) ? { early: simple() } : {}),
        ...(pick(true, true, false) ? { late: some() } : {}),
      };
    case "repeated":
      return { kind: "repeatedly", trigger: simple() };
    case "any":
    case "all":
      return {
        kind: "repeatedly",
        trigger: {
          kind: pick("after_any", "after_all"),
          triggers: [some(), simple()],
        },
      };
    case "each":
      return {
        kind: "after_each",
        triggers: [some(), { kind: "repeatedly", trigger: some() }],
      };
    default:
      return some();
  }
}

function beam(die) {
  const { int, pick, often } = die;
  const steps = [];
  let clock = 1;
  let watermark = -1;
  let highest = 0;
  for (const step of events(die, int(8, 20), 1)) {
    if (often(0.5)) {
      clock += int(1, 1800);
      steps.push({ processing_time: clock });
    }
    steps.push(step);
    highest = Math.max(highest, step.event.ts);
    if (!often(0.5)) continue;
    const to = highest - int(0, 4000);
    if (to <= watermark) continue;
    watermark = to;
    steps.push({ watermark });
  }
  steps.push({ end: true });
  const kinds = ["tumbling", "tumbling", "sliding", "session", "global"];
  return {
    engine: "beam",
    pipeline: {
      window: window(die, kinds),
      aggregate: pick(...AGGREGATES),
      watermark: { kind: "explicit" },
      allowed_lateness: pick(0, 0, 5000, 20_000),
      trigger: beamTrigger(die),
      accumulation: pick("accumulating", "discarding"),
    },
    input: { steps },
  };
}

const KINDS = { flink, spark, beam };

/** Writes so many scenarios of each of the engines into a folder, and says which they are. */
export async function randomScenarios(engines, count, seed, folder) {
  await mkdir(folder, { recursive: true });
  const found = [];
  for (const engine of engines) {
    const make = KINDS[engine];
    if (!make) continue;
    for (let i = 0; i < count; i += 1) {
      const name = `random-${engine}-${seed}-${i}`;
      const from = join(folder, `${name}.json`);
      const scenario = make(dice(seed * 1_000_003 + i));
      await writeFile(from, JSON.stringify(scenario, null, 1));
      found.push({ name, from, engine, everywhere: false });
    }
  }
  return found;
}
