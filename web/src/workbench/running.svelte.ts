/** What a bench has asked of the worker: on its way, over, or let go of. */
import { CoreTrouble } from "../core";
import type { Bench } from "./bench.svelte";

/** Something of every bench's own, made when it is first asked for; it outlives the panel that shows it. */
export function ofBench<T>(make: (bench: Bench) => T): (bench: Bench) => T {
  const all = new WeakMap<Bench, T>();
  return (bench) => {
    const known = all.get(bench);
    if (known !== undefined) return known;
    const made = make(bench);
    all.set(bench, made);
    return made;
  };
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

export class Running<Progress> {
  state = $state<"idle" | "running" | "over" | "cancelled">("idle");
  progress = $state.raw<Progress>();
  trouble = $state("");
  #stop: AbortController | undefined;

  constructor(protected readonly bench: Bench) {}

  /** Does some work in place of what is under way; what it came to is taken unless something else was begun meanwhile. */
  protected async begin<Outcome extends { readonly cancelled: boolean }>(
    work: (
      told: (progress: Progress) => void,
      signal: AbortSignal,
    ) => Promise<Outcome>,
    take: (outcome: Outcome) => void,
  ): Promise<void> {
    const stop = new AbortController();
    this.#stop?.abort();
    this.#stop = stop;
    this.trouble = "";
    this.state = "running";
    this.progress = undefined;
    const told = (progress: Progress) => {
      if (this.#stop === stop && !stop.signal.aborted) this.progress = progress;
    };
    try {
      const outcome = await work(told, stop.signal);
      if (this.#stop !== stop) return;
      take(outcome);
      this.state = outcome.cancelled ? "cancelled" : "over";
    } catch (error) {
      if (this.#stop !== stop) return;
      this.state = "idle";
      this.trouble = said(error);
    }
  }

  /** Stops at once: what it had is shown. */
  cancel(): void {
    this.#stop?.abort();
  }
}
