import type { Views } from "../lesson/lab";
import ChartsView from "./ChartsView.svelte";
import CodeView from "./CodeView.svelte";
import EnginesView from "./EnginesView.svelte";
import TimePlane from "./plane/TimePlane.svelte";
import PipelineView from "./PipelineView.svelte";
import ResultsView from "./ResultsView.svelte";
import StateView from "./StateView.svelte";
import WindowsView from "./WindowsView.svelte";

const both = { always: true, twice: true } as const;

/** The views of a stream there are, by the names that lessons use, in the order of their tabs. To add one: its component, and a line here. */
export const built: Views = {
  "time-plane": { name: "Time plane", component: TimePlane, ...both },
  windows: { name: "Windows", component: WindowsView, ...both },
  pipeline: { name: "Pipeline", component: PipelineView, ...both },
  state: { name: "State", component: StateView, ...both },
  results: { name: "Results", component: ResultsView, ...both },
  engines: { name: "Engines", component: EnginesView, always: true },
  charts: { name: "Charts", component: ChartsView, always: true },
  code: { name: "Code", component: CodeView, ...both },
};
