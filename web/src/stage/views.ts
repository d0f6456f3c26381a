import type { Component } from "svelte";
import type { View } from "../core";
import type { Session } from "../lesson/session.svelte";
import ChartsView from "./ChartsView.svelte";
import EnginesView from "./EnginesView.svelte";
import TimePlane from "./plane/TimePlane.svelte";
import ResultsView from "./ResultsView.svelte";
import StateView from "./StateView.svelte";
import WindowsView from "./WindowsView.svelte";

interface BuiltView {
  /** On its tab. */
  name: string;
  component: Component<{ session: Session }>;
}

/** The views there are, by the names that lessons use. To add one: its component, and a line here. */
export const built: Partial<Record<View, BuiltView>> = {
  "time-plane": { name: "Time plane", component: TimePlane },
  windows: { name: "Windows", component: WindowsView },
  state: { name: "State", component: StateView },
  results: { name: "Results", component: ResultsView },
  charts: { name: "Charts", component: ChartsView },
  engines: { name: "Engines", component: EnginesView },
};
