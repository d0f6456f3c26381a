/** A model of a cluster, played by the core's second module. */
import {
  calling,
  plain,
  type Answer,
  type Claim,
  type ClaimState,
  type Explanation,
  type Goal,
  type GoalState,
  type Grade,
  type MarkKind,
  type Narration,
  type Played,
  type Prediction,
  type Subject,
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

  why(subject: Subject, position: number): Explanation {
    return calling(() => this.simulation.why(subject, position));
  }

  grade(prediction: Prediction, answer: Answer): Grade {
    return calling(() => this.simulation.grade(plain(prediction), answer));
  }

  goal(goal: Goal): GoalState {
    const standing = calling(() => this.simulation.standing(goal.when));
    return { reached: standing.holds, standing };
  }

  claim(claim: Claim): ClaimState {
    const standing = calling(() => this.simulation.standing(claim.holds));
    return { holds: standing.holds, standing };
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
