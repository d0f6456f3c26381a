import { beforeEach, describe, expect, test, vi } from "vitest";
import { calling, CoreTrouble, panics, Run } from "./core";
import type { Scenario } from "./core";

/** A core that breaks where it is told to. */
const broken = vi.hoisted(() => ({
  with: undefined as unknown,
  says: undefined as string | undefined,
}));

vi.mock("../pkg/headwater.js", () => ({
  default: () => Promise.resolve(),
  lastPanic: () => broken.says,
  Simulation: class {
    constructor() {
      throw broken.with;
    }
  },
}));

const trouble = (work: () => unknown): CoreTrouble => {
  try {
    work();
  } catch (error) {
    if (error instanceof CoreTrouble) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

const run = () => new Run({} as Scenario);

describe("what goes wrong in the core", () => {
  beforeEach(() => {
    broken.with = new WebAssembly.RuntimeError("unreachable");
    broken.says = undefined;
  });

  test("a panic is told with its message, and that the core is broken", () => {
    broken.says = "panicked at crate/src/window.rs:7: index out of bounds";
    const { message, problems, broken: isBroken } = trouble(run);
    expect(message).toContain("window.rs:7");
    expect(problems).toEqual([]);
    expect(isBroken).toBe(true);
  });

  test("a panic of the second module is told with that module's message", () => {
    panics.push(() => "panicked at crate/src/chart.rs:1");
    expect(trouble(run).message).toContain("chart.rs");
    panics.pop();
  });

  test("a trap without a word is told all the same, even when nothing can be asked any more", () => {
    expect(trouble(run).message).toBe("unreachable");
    panics.push(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
    expect(trouble(run)).toMatchObject({
      message: "unreachable",
      broken: true,
    });
    panics.pop();
  });

  test("a stack that overflows inside is as bad as a panic", () => {
    broken.with = new RangeError("Maximum call stack size exceeded");
    expect(trouble(run).broken).toBe(true);
  });

  test("a problem with the input is told with its places, and nothing is broken", () => {
    const problems = [{ path: "window.size", message: "must be positive" }];
    broken.with = Object.assign(new Error("window.size"), { problems });
    expect(trouble(run)).toMatchObject({ problems, broken: false });
  });

  test("anything else stays what it is, and trouble stays the trouble it was", () => {
    const other = new TypeError("not the core's");
    broken.with = other;
    expect(run).toThrow(other);
    const known = new CoreTrouble("known", [], false);
    expect(
      trouble(() =>
        calling(() =>
          calling(() => {
            throw known;
          }),
        ),
      ),
    ).toBe(known);
  });
});
