/** Runs of the same events side by side. One comparison is kept at a time; a new one gives the memory of the one before back. */
import { calling, type Scenario } from "../../core";
import {
  simulate,
  studio,
  type Difference,
  type SideBySide,
  type Table,
} from "../../studio";

export class Sides {
  #of: readonly Scenario[] = [];
  #sides: SideBySide | undefined;

  /** The scenario by every engine, when it has taken so many steps. */
  engines(scenario: Scenario, position: number): Table {
    return calling(() =>
      this.#sidesOf([scenario], () =>
        studio.SideBySide.engines(scenario),
      ).table(simulate(scenario), position),
    );
  }

  /** What a change makes of a scenario forked after so many steps, when it has taken so many. */
  fork(
    left: Scenario,
    right: Scenario,
    position: number,
    forked: number,
  ): Difference {
    return calling(() =>
      this.#sidesOf([left, right], () =>
        studio.SideBySide.fork(left, right),
      ).difference(position, forked),
    );
  }

  /** Simulates only what is not the last comparison. */
  #sidesOf(of: readonly Scenario[], make: () => SideBySide): SideBySide {
    let sides = this.#sides;
    const same =
      of.length === this.#of.length &&
      of.every((scenario, i) => scenario === this.#of[i]);
    if (!sides || !same) {
      sides = make();
      this.free();
      [this.#sides, this.#of] = [sides, of];
    }
    return sides;
  }

  free(): void {
    this.#sides?.free();
    this.#sides = undefined;
    this.#of = [];
  }
}
