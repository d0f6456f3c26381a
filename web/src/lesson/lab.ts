/**
 * What a lesson is made of that depends on what it is about: who simulates it, which views there are, what the inspector lists.
 * Streams come with the page; models of a cluster with the core's second module, fetched when a lesson is about one.
 */
import type { Component } from "svelte";
import {
  Run,
  streams,
  Table,
  type Lesson,
  type Played,
  type Scenario,
  type Script,
  type View,
} from "../core";
import Inspector from "../inspector/Inspector.svelte";
import { built } from "../stage/views";
import type { Playback } from "../transport/playback.svelte";
import type { Session } from "./session.svelte";

/** A view of the stage. */
export interface BuiltView {
  /** On its tab. */
  name: string;
  /** Its component, or what fetches it. */
  component?: Component<{ session: Session }>;
  load?: () => Promise<{ default: Component<{ session: Session }> }>;
  /** Says something about every run, so that every lesson has it behind those it lists. */
  always?: true;
  /** Two runs can be looked at in it at once. */
  twice?: true;
}

/** What a comparison is given. */
export interface Comparison {
  session: Session;
  playback: Playback;
  /** After how many steps it was forked. */
  forked: number;
}

export type Views = Partial<Record<View, BuiltView>>;

export interface Lab {
  readonly table: Table;
  readonly views: Views;
  readonly inspector: Component<{ session: Session }>;
  /** What compares a run with a changed copy, fetched when somebody does. */
  comparison(): Promise<{ default: Component<Comparison> }>;
  play(script: Script): Played;
  /** Whether a run has anything to see in a view, where not every run has. */
  has?(view: View, played: Played): boolean;
}

/** Who simulates and shows a script; where none is given, the one that a session starts with. */
export type Labs = (script?: Script) => Lab;

/** What a stage has: the views that a lesson lists and those that every run has, always in the same order. */
export function viewsOf({ views }: Lab, listed: readonly View[]): View[] {
  const all = Object.keys(views) as View[];
  return all.filter((view) => views[view]?.always || listed.includes(view));
}

export const streamLab: Lab = {
  table: new Table(streams),
  views: built,
  inspector: Inspector,
  comparison: () => import("../compare/Compare.svelte"),
  play: (script) => new Run(script as Scenario),
};

/** Whether a lesson has a scenario of a cluster. */
const isAboutCluster = (lesson: Lesson): boolean =>
  Object.values(lesson.scenarios).some((source) => "cluster" in source);

/** The lab that a lesson needs. */
export async function labOf(lesson: Lesson): Promise<Lab> {
  if (!isAboutCluster(lesson)) return streamLab;
  const { clusterLab } = await import("../cluster/lab");
  return clusterLab;
}

/** What a stage has where no lesson chooses: every view in which there is something to see. */
export const allViews = (lab: Lab, played: Played): View[] =>
  (Object.keys(lab.views) as View[]).filter(
    (view) => lab.has?.(view, played) ?? true,
  );
