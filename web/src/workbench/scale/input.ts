import type { Scenario } from "../../core";

/** Whether a scenario's events are made up from a seed; otherwise they are written out. */
export const isGenerated = ({ input }: Scenario): boolean =>
  "generator" in input;
