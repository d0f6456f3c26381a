/**
 * The worker that runs large inputs: the core's third module, built for speed, away from the page so that it never waits.
 *
 * Work is done in stretches of some milliseconds. In between, progress is told and a cancellation is heard.
 */
import * as Comlink from "comlink";
import init, * as bulk from "../../pkg/bulk/bulk.js";
import wasmUrl from "../../pkg/bulk/bulk_bg.wasm?url";
import { filesOf } from "./files";
import { tellingOf, type Refused } from "./telling";
import type {
  Frontier,
  Knob,
  Likeness,
  Scenario,
  ScaleReport,
  ScaleStanding,
  SweepSpec,
} from "../../pkg/bulk/bulk.js";

/** After about so many ms somebody is told, and may say stop. */
const stretch = 40;

/** What a scale run tells on its way. */
export interface ScaleProgress {
  readonly standing: ScaleStanding;
  readonly report: ScaleReport;
  /** Since it began, in ms; the pauses for telling count too. */
  readonly elapsed: number;
  /** What the module's memory takes, in bytes. */
  readonly memory: number;
}

/** How far a sweep is. */
export interface SweepProgress {
  readonly done: number;
  readonly total: number;
}

/** Started at once, awaited by every call: what is said to a worker before it listens is lost. */
const ready = init({ module_or_path: wasmUrl });

let cancelled = false;

/** Lets messages in: a timer would wait longer the more often it is asked. */
const breath = new MessageChannel();
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    breath.port1.onmessage = () => resolve();
    breath.port2.postMessage(null);
  });
}

const telling = tellingOf(() => bulk.lastPanic());

/** Does work in stretches until there is no more of it; whether it got to its end. */
async function inStretches(
  more: (events: number) => boolean,
  told: () => Promise<void> | void,
): Promise<boolean> {
  cancelled = false;
  let events = 2_000;
  for (;;) {
    const start = performance.now();
    const goesOn = more(events);
    const took = performance.now() - start;
    await told();
    if (!goesOn) return true;
    await breathe();
    if (cancelled) return false;
    const faster = Math.min(4, stretch / Math.max(took, 0.1));
    events = Math.min(2_000_000, Math.max(500, Math.round(events * faster)));
  }
}

const { reading, ...files } = filesOf({
  ready,
  core: bulk,
  telling,
  inStretches,
});

/** Takes a run from end to end; resolves to how it stood when it ended, or was cancelled. */
async function runOn(
  run: bulk.ScaleRun,
  memory: WebAssembly.Memory,
  told: (progress: ScaleProgress) => void,
): Promise<{ progress: ScaleProgress; cancelled: boolean }> {
  const start = performance.now();
  const now = (): ScaleProgress => ({
    standing: run.standing(),
    report: run.report(),
    elapsed: performance.now() - start,
    memory: memory.buffer.byteLength,
  });
  let last = 0;
  try {
    const ended = await inStretches(
      (events) => run.advance(events),
      () => {
        const elapsed = performance.now() - start;
        run.note(elapsed);
        if (elapsed - last < 100) return;
        last = elapsed;
        told(now());
      },
    );
    return { progress: now(), cancelled: !ended };
  } finally {
    run.free();
  }
}

const api = {
  ...files,

  /** The same pipeline on so many generated events. */
  async scaled(
    scenario: Scenario,
    events: number,
  ): Promise<Likeness | Refused> {
    await ready;
    return telling(() => bulk.scaled(scenario, events));
  },

  /** Runs a generated input. */
  async scale(
    scenario: Scenario,
    told: (progress: ScaleProgress) => void,
  ): Promise<{ progress: ScaleProgress; cancelled: boolean } | Refused> {
    const { memory } = await ready;
    const run = telling(() => new bulk.ScaleRun(scenario));
    return "refused" in run ? run : runOn(run, memory, told);
  },

  /** Runs a pipeline on all events of the file read last. */
  async scaleFile(
    scenario: Scenario,
    told: (progress: ScaleProgress) => void,
  ): Promise<{ progress: ScaleProgress; cancelled: boolean } | Refused> {
    const { memory } = await ready;
    const file = reading();
    if (!file)
      return {
        refused: "No file has been read.",
        problems: [{ path: "", message: "no file" }],
      };
    const run = telling(() => file.run(scenario));
    return "refused" in run ? run : runOn(run, memory, told);
  },

  /** The knobs that say how long is waited for late events. */
  async sweepable(scenario: Scenario): Promise<{ knobs: Knob[] } | Refused> {
    await ready;
    return telling(() => ({ knobs: bulk.sweepable(scenario) }));
  },

  /** Runs the same input with one setting after the other; resolves to what was found by the end, or the cancellation. */
  async sweep(
    scenario: Scenario,
    spec: SweepSpec,
    told: (progress: SweepProgress) => void,
  ): Promise<{ frontier: Frontier; cancelled: boolean } | Refused> {
    await ready;
    const sweep = telling(() => new bulk.Sweep(scenario, spec));
    if ("refused" in sweep) return sweep;
    cancelled = false;
    let last = performance.now();
    try {
      for (;;) {
        const goesOn = sweep.advance();
        if (!goesOn) break;
        const now = performance.now();
        if (now - last < stretch) continue;
        last = now;
        told({ done: sweep.done, total: sweep.total });
        await breathe();
        if (cancelled) break;
      }
      return { frontier: sweep.frontier(), cancelled };
    } finally {
      sweep.free();
    }
  },

  /** Stops what runs, at the end of its stretch. */
  cancel(): void {
    cancelled = true;
  },

  /** Times an engine on the standard workload: events a second, one number for each round. */
  async rate(
    engine: string,
    events: number,
    rounds: number,
  ): Promise<number[]> {
    await ready;
    const workload = new bulk.Workload(events);
    const rates: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      workload.run(engine);
      rates.push(events / ((performance.now() - start) / 1000));
    }
    workload.free();
    return rates;
  },
};

export type Bulk = typeof api;

Comlink.expose(api);
