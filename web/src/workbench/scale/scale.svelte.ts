/** A large run of what is on the bench: asked for, on its way, over. It outlives its panel, one for each bench. */
import type { Scenario } from "../../core";
import { CoreTrouble } from "../../core";
import * as bulk from "../../bulk/client";
import type { Bench } from "../bench.svelte";

export class Scaling {
  events = $state(1_000_000);
  /** How the run stands, or stood at its end. */
  progress = $state.raw<bulk.ScaleProgress>();
  state = $state<"idle" | "running" | "over" | "cancelled">("idle");
  /** What was run. */
  likeness = $state.raw<bulk.Likeness>();
  /** What the run was made of. */
  ran = $state.raw<Scenario>();
  trouble = $state("");
  #stop: AbortController | undefined;

  constructor(private readonly bench: Bench) {}

  /** Runs what is on the bench. */
  async run(): Promise<void> {
    const stop = new AbortController();
    this.#stop?.abort();
    this.#stop = stop;
    const scenario = this.bench.session.scenario;
    this.trouble = "";
    this.state = "running";
    this.progress = undefined;
    try {
      const likeness = await bulk.scaled(scenario, this.events);
      this.likeness = likeness;
      this.ran = scenario;
      const { progress, cancelled } = await bulk.scale(
        likeness.scenario,
        (progress) => {
          if (!stop.signal.aborted) this.progress = progress;
        },
        stop.signal,
      );
      if (this.#stop !== stop) return;
      this.progress = progress;
      this.state = cancelled ? "cancelled" : "over";
    } catch (error) {
      if (this.#stop !== stop) return;
      this.state = "idle";
      this.trouble = said(error);
    }
  }

  /** Stops at once: what it had is shown. */
  cancel(): void {
    this.#stop?.abort();
    this.state = "cancelled";
  }
}

/** What went wrong, with its place. */
export function said(error: unknown): string {
  if (!(error instanceof CoreTrouble))
    return "The worker for large runs did not start. Is the network there?";
  if (error.problems.length === 0) return error.message;
  return error.problems
    .map(({ path, message }) => (path ? `${path}: ${message}` : message))
    .join("; ");
}

const scalings = new WeakMap<Bench, Scaling>();

/** The large run of a bench. */
export function scalingOf(bench: Bench): Scaling {
  let scaling = scalings.get(bench);
  if (!scaling) scalings.set(bench, (scaling = new Scaling(bench)));
  return scaling;
}
