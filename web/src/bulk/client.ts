/**
 * The page's side of the worker for large inputs. One worker is started when first needed, and kept.
 */
import * as Comlink from "comlink";
import { CoreTrouble, type Scenario } from "../core";
import type {
  Frontier,
  Knob,
  Layout,
  Likeness,
  Mapping,
  ReadingStanding,
  StepSpec,
  SweepSpec,
} from "../../pkg/bulk/bulk.js";
import type { FileLook } from "./files";
import type { Refused } from "./telling";
import type { Bulk, ScaleProgress, SweepProgress } from "./worker";

export type * from "../../pkg/bulk/bulk.js";
export type { FileLook } from "./files";
export type { ScaleProgress, SweepProgress } from "./worker";

let worker: Comlink.Remote<Bulk> | undefined;

/** The worker, started. */
export function bulk(): Comlink.Remote<Bulk> {
  return (worker ??= Comlink.wrap<Bulk>(
    new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name: "bulk",
    }),
  ));
}

/** What a worker answered, or what it refused as an error. */
export function taken<T extends object>(answer: T | Refused): T {
  if ("refused" in answer)
    throw new CoreTrouble(
      answer.refused,
      [...answer.problems],
      answer.problems.length === 0,
    );
  return answer as T;
}

/** The same pipeline on so many generated events, and how its input came about. */
export async function scaled(
  scenario: Scenario,
  events: number,
): Promise<Likeness> {
  return taken((await bulk().scaled(scenario, events)) as Likeness | Refused);
}

/** What a scale run came to. */
export interface ScaleOutcome {
  readonly progress: ScaleProgress;
  readonly cancelled: boolean;
}

/** Runs a generated input, or with `of` all events of the file read last; it stops when the signal says so, and resolves to what it had by then. */
export async function scale(
  scenario: Scenario,
  told: (progress: ScaleProgress) => void,
  signal: AbortSignal,
  of: "generator" | "file" = "generator",
): Promise<ScaleOutcome> {
  const cancel = () => void bulk().cancel();
  signal.addEventListener("abort", cancel);
  try {
    const telling = Comlink.proxy(told);
    const answer =
      of === "file"
        ? await bulk().scaleFile(scenario, telling)
        : await bulk().scale(scenario, telling);
    return taken(answer as ScaleOutcome | Refused);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** The knobs of a scenario that say how long is waited for late events. */
export async function sweepable(scenario: Scenario): Promise<Knob[]> {
  const answer = await bulk().sweepable(scenario);
  return taken(answer as { knobs: Knob[] } | Refused).knobs;
}

/** Runs the same input with one setting after the other; it stops when the signal says so. */
export async function sweep(
  scenario: Scenario,
  spec: SweepSpec,
  told: (progress: SweepProgress) => void,
  signal: AbortSignal,
): Promise<SweepOutcome> {
  const cancel = () => void bulk().cancel();
  signal.addEventListener("abort", cancel);
  try {
    const answer = await bulk().sweep(scenario, spec, Comlink.proxy(told));
    return taken(answer as SweepOutcome | Refused);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** What a sweep came to. */
export interface SweepOutcome {
  readonly frontier: Frontier;
  readonly cancelled: boolean;
}

/** What a file seems to hold. */
export async function look(file: Blob, layout?: Layout): Promise<FileLook> {
  return taken((await bulk().look(file, layout)) as FileLook | Refused);
}

/** What reading a file came to. */
export interface ReadingOutcome {
  readonly standing: ReadingStanding;
  readonly cancelled: boolean;
}

/** Reads a file of events, which the worker keeps; it stops when the signal says so. */
export async function read(
  file: Blob,
  mapping: Mapping,
  told: (standing: ReadingStanding) => void,
  signal: AbortSignal,
): Promise<ReadingOutcome> {
  const cancel = () => void bulk().cancel();
  signal.addEventListener("abort", cancel);
  try {
    const answer = await bulk().read(file, mapping, Comlink.proxy(told));
    return taken(answer as ReadingOutcome | Refused);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** Some of the events of the file read last, as steps of a scenario. */
export async function stepsOf(
  from: number,
  count: number,
): Promise<{ steps: StepSpec[]; sources: string[] }> {
  const answer = await bulk().steps(from, count);
  return taken(answer as { steps: StepSpec[]; sources: string[] } | Refused);
}
