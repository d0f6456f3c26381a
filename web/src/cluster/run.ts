/** A model of a cluster, played by the core's second module. */
import {
  Answers,
  calling,
  type MarkKind,
  type Narration,
  type Played,
} from "../core";
import type { Session } from "../lesson/session.svelte";
import { studio, type Figure, type ClusterScene, type Spec } from "../studio";

/** A model played from end to end. What does not depend on the position is asked for once. */
export class ClusterRun implements Played {
  readonly steps: number;
  readonly timeline: Uint8Array;
  readonly kinds: readonly MarkKind[];
  /** What can be drawn over time. */
  readonly figures: Figure[];
  readonly simulation: studio.ClusterSimulation;
  readonly answers = new Answers(() => this.simulation);
  #scenes = new Map<number, ClusterScene>();

  constructor(spec: Spec) {
    const simulation = calling(() => new studio.ClusterSimulation(spec));
    this.simulation = simulation;
    this.steps = calling(() => simulation.steps());
    this.timeline = calling(() => simulation.timeline());
    this.kinds = calling(() => simulation.kinds());
    this.figures = calling(() => simulation.figures());
  }

  /** What there is to see after so many steps; several views ask for the same. */
  scene(position: number): ClusterScene {
    let scene = this.#scenes.get(position);
    if (!scene) {
      scene = calling(() => this.simulation.scene(position));
      // Only the newest few are kept: this one and the one before it are what is looked at.
      if (this.#scenes.size > 7) this.#scenes.clear();
      this.#scenes.set(position, scene);
    }
    return scene;
  }

  narration(position: number): Narration {
    return calling(() => this.simulation.narration(position));
  }

  free(): void {
    this.simulation.free();
  }
}

/** What there is to see of a session's model now. */
export function sceneOf(session: Session): ClusterScene {
  return runOf(session).scene(session.position);
}

export function runOf(session: Session): ClusterRun {
  if (!(session.played instanceof ClusterRun))
    throw new Error("this is no model of a cluster");
  return session.played;
}
