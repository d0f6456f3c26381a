/** Models of a cluster: simulated by the core's second module, shown by views that know no model. */
import { Table, type Scripts } from "../core";
import type { Lab } from "../lesson/lab";
import { studio } from "../studio";
import ClusterInspector from "./ClusterInspector.svelte";
import FiguresView from "./FiguresView.svelte";
import LoadsView from "./LoadsView.svelte";
import PipelineView from "./PipelineView.svelte";
import PlanView from "./PlanView.svelte";
import ResultTables from "./ResultTables.svelte";
import { ClusterRun } from "./run";
import StateTables from "./StateTables.svelte";

export const clusterLab: Lab = {
  table: new Table(studio as unknown as Scripts),
  views: {
    pipeline: { name: "Pipeline", component: PipelineView },
    state: { name: "State", component: StateTables },
    results: { name: "Results", component: ResultTables },
    partitions: { name: "Partitions", component: LoadsView },
    plan: { name: "Plan", component: PlanView },
    charts: { name: "Charts", component: FiguresView, always: true },
  },
  inspector: ClusterInspector,
  comparison: () => import("./ClusterCompare.svelte"),
  play(script) {
    if (!("cluster" in script))
      throw new Error("this is no model of a cluster");
    return new ClusterRun(script.cluster);
  },
  has(view, played) {
    if (!(played instanceof ClusterRun)) return false;
    const { graph, loads, plans, tables } = played.scene(played.steps);
    if (view === "pipeline") return graph !== undefined;
    if (view === "partitions") return loads.length > 0;
    if (view === "plan") return plans.length > 0;
    return view === "charts" || tables.some(({ place }) => place === view);
  },
};
