/** A large run of what is on the bench: asked for, on its way, over. It outlives its panel, one for each bench. */
import type { Scenario } from "../../core";
import * as bulk from "../../bulk/client";
import { importingOf } from "../import/importing.svelte";
import { ofBench, Running } from "../running.svelte";

export class Scaling extends Running<bulk.ScaleProgress> {
  events = $state(1_000_000);
  /** Whether the events of the file that was read are run, not made-up ones. */
  ofFile = $state(false);
  /** What was run, in words: its input, and what is to be said about it. */
  about = $state.raw<Pick<bulk.Likeness, "says" | "notes">>();
  /** What the run was made of. */
  ran = $state.raw<Scenario>();

  /** Runs what is on the bench. */
  run(): Promise<void> {
    const scenario = this.bench.session.scenario;
    return this.begin(
      (told, signal) => {
        this.about = undefined;
        this.ran = scenario;
        return this.ofFile
          ? this.#runFile(scenario, told, signal)
          : this.#runMadeUp(scenario, told, signal);
      },
      ({ progress }) => (this.progress = progress),
    );
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
  override cancel(): void {
    super.cancel();
    this.state = "cancelled";
  }
}

/** The large run of a bench. */
export const scalingOf = ofBench((bench) => new Scaling(bench));
