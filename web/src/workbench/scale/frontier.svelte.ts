/** The frontier of what is on the bench: asked for, on its way, found. It outlives its panel, one for each bench. */
import type { Knob, Scenario } from "../../core";
import * as bulk from "../../bulk/client";
import { ofBench, Running, said } from "../running.svelte";

/** On so many events a sweep is as sure as it needs to be, and still quick. */
export const many = 100_000;

export class Sweeping extends Running<bulk.SweepProgress> {
  /** Which setting is swept; the first that there is unless chosen. */
  knob = $state<string>();
  /** Whether events are made up like the input's; otherwise the input itself is run. */
  larger = $state(false);
  frontier = $state.raw<bulk.Frontier>();
  /** What the frontier is of. */
  ran = $state.raw<Scenario>();
  took = $state(0);

  /** What can be swept of a scenario, or why nothing can. */
  static async knobs(scenario: Scenario): Promise<Knob[] | string> {
    try {
      return await bulk.sweepable(scenario);
    } catch (error) {
      return said(error);
    }
  }

  run(knob: string): Promise<void> {
    const scenario = this.bench.session.scenario;
    const start = performance.now();
    const spec = { knob, ...(this.larger ? { events: many } : {}) };
    return this.begin(
      (told, signal) => bulk.sweep(scenario, spec, told, signal),
      ({ frontier }) => {
        this.took = performance.now() - start;
        this.frontier = frontier;
        this.ran = scenario;
      },
    );
  }

  /** Turns the knob to a point's setting: one change, which can be undone. */
  adopt(point: bulk.FrontierPoint): void {
    const { frontier, bench } = this;
    if (!frontier) return;
    bench.session.turn(frontier.knob, point.setting);
    bench.session.settle();
    // What the frontier shows has not changed, only where in it the bench stands.
    const current = frontier.points.indexOf(point);
    this.frontier = { ...frontier, current };
    this.ran = bench.session.scenario;
  }
}

/** The frontier of a bench. */
export const sweepingOf = ofBench((bench) => new Sweeping(bench));
