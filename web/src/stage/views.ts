import type { Views } from "../lesson/lab";
import TimePlane from "./plane/TimePlane.svelte";

const both = { always: true, twice: true } as const;

/** The views of a stream there are, by the names that lessons use, in the order of their tabs. To add one: its component, and a line
 * here. The first one comes with the page, the others when they are shown. */
export const built: Views = {
  "time-plane": { name: "Time plane", component: TimePlane, ...both },
  windows: {
    name: "Windows",
    load: () => import("./WindowsView.svelte"),
    ...both,
  },
  pipeline: {
    name: "Pipeline",
    load: () => import("./PipelineView.svelte"),
    ...both,
  },
  state: { name: "State", load: () => import("./StateView.svelte"), ...both },
  results: {
    name: "Results",
    load: () => import("./ResultsView.svelte"),
    ...both,
  },
  engines: {
    name: "Engines",
    load: () => import("./EnginesView.svelte"),
    always: true,
  },
  charts: {
    name: "Charts",
    load: () => import("./ChartsView.svelte"),
    always: true,
  },
  code: { name: "Code", load: () => import("./CodeView.svelte"), ...both },
};
