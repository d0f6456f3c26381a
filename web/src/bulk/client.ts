/**
 * The page's side of the worker for large inputs. One worker is started when first needed, and kept.
 */
import * as Comlink from "comlink";
import { CoreTrouble, type Scenario } from "../core";
import type { Likeness } from "../../pkg/bulk/bulk.js";
import type { Bulk, Refused, ScaleProgress } from "./worker";

export type * from "../../pkg/bulk/bulk.js";
export type { ScaleProgress } from "./worker";

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

/** What the worker answered, or what it refused as an error. */
function taken<T extends object>(answer: T | Refused): T {
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

/** Runs a generated input; it stops when the signal says so, and resolves to what it had by then. */
export async function scale(
  scenario: Scenario,
  told: (progress: ScaleProgress) => void,
  signal: AbortSignal,
): Promise<ScaleOutcome> {
  const cancel = () => void bulk().cancel();
  signal.addEventListener("abort", cancel);
  try {
    const answer = await bulk().scale(scenario, Comlink.proxy(told));
    return taken(answer as ScaleOutcome | Refused);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
