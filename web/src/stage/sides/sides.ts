/** Runs of the same events side by side. One comparison is kept at a time; a new one gives the memory of the one before back. */
import { calling, type Scenario } from "../../core";
import { simulate, studio, type SideBySide, type Table } from "../../studio";

export class Sides {
  #of: readonly Scenario[] = [];
  #sides: SideBySide | undefined;

  /** The scenario by every engine, when it has taken so many steps. */
  engines(scenario: Scenario, position: number): Table {
    return this.#table([scenario], position, () =>
      studio.SideBySide.engines(scenario),
    );
  }

  /** Scenarios under their labels, when the first has taken so many steps. */
  scenarios(
    labels: readonly string[],
    scenarios: readonly [Scenario, ...Scenario[]],
    position: number,
  ): Table {
    return this.#table(scenarios, position, () =>
      studio.SideBySide.scenarios([...labels], [...scenarios]),
    );
  }

  /** Simulates only what is not the last comparison. */
  #table(
    of: readonly Scenario[],
    position: number,
    make: () => SideBySide,
  ): Table {
    return calling(() => {
      let sides = this.#sides;
      const same =
        of.length === this.#of.length &&
        of.every((scenario, i) => scenario === this.#of[i]);
      if (!sides || !same) {
        sides = make();
        this.free();
        [this.#sides, this.#of] = [sides, of];
      }
      const [base] = of as [Scenario];
      return sides.table(simulate(base), position);
    });
  }

  free(): void {
    this.#sides?.free();
    this.#sides = undefined;
    this.#of = [];
  }
}
