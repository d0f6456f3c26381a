/**
 * The way to the core's second module: answers, drafts of events, charts, the engines side by side, code for real engines. Loaded when first
 * asked for, or once the page stands still; see `whole`.
 *
 * It has its own memory, so a scenario that the first module simulated is simulated again; that takes a few milliseconds.
 */
import init, * as studio from "../pkg/studio/studio.js";
import type { Scenario } from "../pkg/headwater.js";
import { calling, panics } from "./core";
import { takeBytes } from "./studio-bytes";
import { whole } from "./whole.svelte";

export type * from "../pkg/studio/studio.js";

await init({ module_or_path: takeBytes() });
panics.push(() => studio.lastPanic());

/** The newest first. Two are looked at where runs are compared, and a third is on its way out. */
let kept: { scenario: Scenario; simulation: studio.Simulation }[] = [];

/** A scenario simulated by this module; the last few are kept. */
export function simulate(scenario: Scenario): studio.Simulation {
  const known = kept.find((each) => each.scenario === scenario);
  const simulation = known?.simulation ?? new studio.Simulation(scenario);
  const others = kept.filter((each) => each.scenario !== scenario);
  kept = [{ scenario, simulation }, ...others];
  kept.splice(3).forEach((old) => old.simulation.free());
  return simulation;
}

/** A run as a file. */
export const reportOf = (
  scenario: Scenario,
  kind: studio.ReportKind,
  form: studio.ReportForm,
): string => calling(() => studio.report(simulate(scenario), kind, form));

/** A JSON report, run again. */
export const readReport = (text: string): studio.ReportRead =>
  calling(() => studio.readReport(text));

/** A CSV report held against a run; nothing where the text is none. */
export const holdAgainst = (
  scenario: Scenario,
  text: string,
): studio.TableRead | undefined =>
  calling(() => studio.holdAgainst(simulate(scenario), text));
whole.there = { studio, simulate };

export { studio };
