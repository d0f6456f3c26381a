/**
 * The way to the core's second module: charts, the engines side by side, code for real engines. Loaded when first asked for.
 *
 * It has its own memory, so it simulates a scenario again; that takes a few milliseconds.
 */
import init, * as studio from "../pkg/studio/studio.js";
import wasmUrl from "../pkg/studio/studio_bg.wasm?url";
import type { Scenario } from "../pkg/headwater.js";
import { panics } from "./core";

export type * from "../pkg/studio/studio.js";

await init({ module_or_path: wasmUrl });
panics.push(() => studio.lastPanic());

let last: { scenario: Scenario; simulation: studio.Simulation } | undefined;

/** A scenario simulated by this module; the last one is kept. */
export function simulate(scenario: Scenario): studio.Simulation {
  if (last?.scenario !== scenario) {
    const simulation = new studio.Simulation(scenario);
    last?.simulation.free();
    last = { scenario, simulation };
  }
  return last.simulation;
}

export { studio };
