/** A large run of what is on the bench: asked for, on its way, over. It outlives its panel, one for each bench. */
import type { Scenario } from "../../core";
import { CoreTrouble } from "../../core";
import * as bulk from "../../bulk/client";
import type { Bench } from "../bench.svelte";
import { importingOf } from "../import/importing.svelte";

export class Scaling {
  events = $state(1_000_000);
  /** How the run stands, or stood at its end. */
  progress = $state.raw<bulk.ScaleProgress>();
  state = $state<"idle" | "running" | "over" | "cancelled">("idle");
  /** Whether the events of the file that was read are run, not made-up ones. */
  ofFile = $state(false);
  /** What was run, in words: its input, and what is to be said about it. */
  about = $state.raw<Pick<bulk.Likeness, "says" | "notes">>();
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
      this.about = undefined;
      const told = (progress: bulk.ScaleProgress) => {
        if (!stop.signal.aborted) this.progress = progress;
      };
      const run = this.ofFile
        ? this.#runFile(scenario, told, stop.signal)
        : this.#runMadeUp(scenario, told, stop.signal);
      this.ran = scenario;
      const { progress, cancelled } = await run;
      if (this.#stop !== stop) return;
      this.progress = progress;
      this.state = cancelled ? "cancelled" : "over";
    } catch (error) {
      if (this.#stop !== stop) return;
      this.state = "idle";
      this.trouble = said(error);
    }
  }

  async #runMadeUp(
    scenario: Scenario,
    told: (progress: bulk.ScaleProgress) => void,
    signal: AbortSignal,
  ): Promise<bulk.ScaleOutcome> {
    const likeness = await bulk.scaled(scenario, this.events);
    this.about = likeness;
    return bulk.scale(likeness.scenario, told, signal);
  }

  #runFile(
    scenario: Scenario,
    told: (progress: bulk.ScaleProgress) => void,
    signal: AbortSignal,
  ): Promise<bulk.ScaleOutcome> {
    const { file, standing } = importingOf(this.bench);
    const events = standing?.events.toLocaleString("en") ?? "no";
    this.about = {
      says: `The ${events} events of ${file?.name ?? "the file"}, in the order in which they are processed.`,
      notes: [],
    };
    return bulk.scale(scenario, told, signal, "file");
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
