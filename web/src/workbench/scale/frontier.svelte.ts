/** The frontier of what is on the bench: asked for, on its way, found. It outlives its panel, one for each bench. */
import type { Knob, Scenario } from "../../core";
import * as bulk from "../../bulk/client";
import type { Bench } from "../bench.svelte";
import { said } from "./scale.svelte";

/** On so many events a sweep is as sure as it needs to be, and still quick. */
export const many = 100_000;

export class Sweeping {
  /** Which setting is swept; the first that there is unless chosen. */
  knob = $state<string>();
  /** Whether events are made up like the input's; otherwise the input itself is run. */
  larger = $state(false);
  state = $state<"idle" | "running" | "over" | "cancelled">("idle");
  progress = $state.raw<bulk.SweepProgress>();
  frontier = $state.raw<bulk.Frontier>();
  /** What the frontier is of. */
  ran = $state.raw<Scenario>();
  took = $state(0);
  trouble = $state("");
  #stop: AbortController | undefined;

  constructor(private readonly bench: Bench) {}

  /** What can be swept of a scenario, or why nothing can. */
  static async knobs(scenario: Scenario): Promise<Knob[] | string> {
    try {
      return await bulk.sweepable(scenario);
    } catch (error) {
      return said(error);
    }
  }

  async run(knob: string): Promise<void> {
    const stop = new AbortController();
    this.#stop?.abort();
    this.#stop = stop;
    const scenario = this.bench.session.scenario;
    this.trouble = "";
    this.state = "running";
    this.progress = undefined;
    const start = performance.now();
    try {
      const { frontier, cancelled } = await bulk.sweep(
        scenario,
        { knob, ...(this.larger ? { events: many } : {}) },
        (progress) => {
          if (this.#stop === stop) this.progress = progress;
        },
        stop.signal,
      );
      if (this.#stop !== stop) return;
      this.took = performance.now() - start;
      this.frontier = frontier;
      this.ran = scenario;
      this.state = cancelled ? "cancelled" : "over";
    } catch (error) {
      if (this.#stop !== stop) return;
      this.state = "idle";
      this.trouble = said(error);
    }
  }

  /** Stops at once: what was found is shown. */
  cancel(): void {
    this.#stop?.abort();
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

const sweepings = new WeakMap<Bench, Sweeping>();

/** The frontier of a bench. */
export function sweepingOf(bench: Bench): Sweeping {
  let sweeping = sweepings.get(bench);
  if (!sweeping) sweepings.set(bench, (sweeping = new Sweeping(bench)));
  return sweeping;
}
