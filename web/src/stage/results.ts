/** What somebody who reads the results sees: the newest one of each key and window, and how often it was put right. */
import type { EmissionView } from "../core";
import { windowName } from "./highlight.svelte";

export interface Read {
  newest: EmissionView;
  /** How many results came before it. */
  corrections: number;
}

/** Newest per key and window, in the order in which they first came; a withdrawn one is gone. */
export function readNow(emissions: readonly EmissionView[]): Read[] {
  const seen = new Map<string, Read>();
  for (const newest of emissions) {
    const name = windowName(newest.key, newest.window.text);
    if (newest.value === undefined) seen.delete(name);
    else
      seen.set(name, {
        newest,
        corrections: (seen.get(name)?.corrections ?? -1) + 1,
      });
  }
  return [...seen.values()];
}
