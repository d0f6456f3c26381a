import type { View } from "../core";

/** What the views are called on their tabs. */
export const viewNames: Record<View, string> = {
  "time-plane": "Time plane",
  windows: "Windows",
  state: "State",
  results: "Results",
  charts: "Charts",
  engines: "Engines",
  code: "Code",
};
