/**
 * What can be done at the workbench, a panel each. To add one: its component, which takes the bench, and a line here. A panel is
 * fetched when it is opened, and gone when another one is: what must outlive that belongs to the bench.
 */
import type { Component } from "svelte";
import type { Bench } from "./bench.svelte";

export interface Panel {
  id: string;
  /** On its tab. */
  name: string;
  load: () => Promise<{ default: Component<{ bench: Bench }> }>;
  /** Needs more room than a form. */
  roomy?: true;
  /** Makes no sense for a model of a cluster. */
  streams?: true;
}

export const panels: readonly Panel[] = [
  { id: "start", name: "Start", load: () => import("./StartPanel.svelte") },
  {
    id: "pipeline",
    name: "Pipeline",
    load: () => import("./PipelinePanel.svelte"),
  },
  {
    id: "input",
    name: "Input",
    load: () => import("./InputPanel.svelte"),
    roomy: true,
    streams: true,
  },
  {
    id: "generator",
    name: "Generator",
    load: () => import("./GeneratorPanel.svelte"),
    streams: true,
  },
  {
    id: "text",
    name: "Text",
    load: () => import("./TextPanel.svelte"),
    roomy: true,
  },
  {
    id: "lesson",
    name: "Lesson",
    load: () => import("./LessonPanel.svelte"),
    roomy: true,
  },
  {
    id: "import",
    name: "Import",
    load: () => import("./ImportPanel.svelte"),
  },
  {
    id: "export",
    name: "Export",
    load: () => import("./ExportPanel.svelte"),
    streams: true,
  },
  {
    id: "scale",
    name: "Scale run",
    load: () => import("./ScalePanel.svelte"),
    streams: true,
  },
  {
    id: "frontier",
    name: "Frontier",
    load: () => import("./FrontierPanel.svelte"),
    streams: true,
  },
];
