import type { Views } from "../lesson/lab";
import ChartsView from "./ChartsView.svelte";
import EnginesView from "./EnginesView.svelte";
import TimePlane from "./plane/TimePlane.svelte";
import ResultsView from "./ResultsView.svelte";
import StateView from "./StateView.svelte";
import WindowsView from "./WindowsView.svelte";

/** The views of a stream there are, by the names that lessons use. To add one: its component, and a line here. */
export const built: Views = {
  "time-plane": { name: "Time plane", component: TimePlane },
  windows: { name: "Windows", component: WindowsView },
  state: { name: "State", component: StateView },
  results: { name: "Results", component: ResultsView },
  charts: { name: "Charts", component: ChartsView },
  engines: { name: "Engines", component: EnginesView },
};
