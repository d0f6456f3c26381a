import { describe, expect, test } from "vitest";
import { nothing, version } from "./progress";
import { readData, readText } from "./reading";

/** What each version of the lab has written; a form once written is read for good. */
const written: Record<number, { text: string; progress: unknown }> = {
  1: {
    text: `{"lessons":{"two-clocks":{"done":["arrival","out-of-order"],"finished":false},"x":{"done":["a"],"finished":true}},"last":"two-clocks"}`,
    progress: {
      lessons: {
        "two-clocks": { done: ["arrival", "out-of-order"], resets: 0 },
        x: { done: ["a"], resets: 0 },
      },
      scores: {},
      last: { lesson: "two-clocks", at: 0 },
      resets: 0,
    },
  },
  2: {
    text: `{"version":2,"lessons":{"x":{"done":["a"],"resets":1}},"scores":{"late":{"k2f.0":{"right":3,"wrong":1}}},"last":{"lesson":"x","at":1700000000000},"resets":2}`,
    progress: {
      lessons: { x: { done: ["a"], resets: 1 } },
      scores: { late: { "k2f.0": { right: 3, wrong: 1 } } },
      last: { lesson: "x", at: 1_700_000_000_000 },
      resets: 2,
    },
  },
};

describe("stored progress", () => {
  test("is read from every version there has been", () => {
    for (let v = 1; v <= version; v++) {
      const { text, progress } = written[v] ?? {};
      expect(text, `what version ${v} writes belongs in this test`).toBeTypeOf(
        "string",
      );
      expect(readText(text as string, v)).toEqual({ progress, problems: [] });
    }
  });

  test("of a version to come is known as such", () => {
    const text = JSON.stringify({ version: version + 1, all: "different" });
    expect(readText(text, 1)).toEqual({
      progress: nothing,
      problems: [],
      newer: version + 1,
    });
  });

  test.each([
    ["{", "", "not JSON"],
    ["null", "", "must be an object, is null"],
    ["[]", "", "must be an object, is a list"],
    [`{"version":"2"}`, "version", `must be a whole number from 1, is "2"`],
    [`{"version":1e999}`, "version", "is Infinity"],
    [`{"lessons":[]}`, "lessons", "must be an object, is a list"],
    [`{"lessons":{"x":7}}`, "lessons.x", "must be an object, is 7"],
    [`{"lessons":{"x":{"done":1}}}`, "lessons.x.done", "must be a list, is 1"],
    [
      `{"lessons":{"x":{"done":["a",{}]}}}`,
      "lessons.x.done[1]",
      "must be a name of letters, digits, dots and dashes, is an object",
    ],
    [
      `{"lessons":{"<img src=x onerror=alert(1)>":{"done":[]}}}`,
      "lessons",
      "no name",
    ],
    [`{"lessons":{},"last":7}`, "last.lesson", "dashes, is 7"],
    [
      `{"version":2,"lessons":{},"resets":0,"scores":{"c":{"w":{"right":-1,"wrong":0}}}}`,
      "scores.c.w.right",
      "must be a whole number from 0, is -1",
    ],
    [
      `{"version":2,"lessons":{},"resets":0,"scores":{"c":{"w":{"right":1e300,"wrong":0}}}}`,
      "scores.c.w.right",
      "is 1e+300",
    ],
    [`{"version":2,"lessons":{},"scores":{}}`, "resets", "is missing"],
  ])("that does not fit is told with its place: %s", (text, place, message) => {
    const [problem, ...others] = readText(text, 1).problems;
    expect(problem?.place).toBe(place);
    expect(problem?.message).toContain(message);
    expect(others).toEqual([]);
  });

  test("that is damaged in one place is read in the others", () => {
    const text = `{"lessons":{"x":{"done":["a",7]},"y":{"done":["b"]},"z":null},"last":"y"}`;
    const { progress, problems } = readText(text, 1);
    expect(progress.lessons).toEqual({
      x: { done: ["a"], resets: 0 },
      y: { done: ["b"], resets: 0 },
    });
    expect(problems.map(({ place }) => place)).toEqual([
      "lessons.x.done[1]",
      "lessons.z",
    ]);
  });

  test("cannot reach what all objects share", () => {
    const text = `{"__proto__":{"polluted":1},"version":2,"resets":0,"lessons":{"__proto__":{"done":["a"],"resets":0,"polluted":1},"constructor":{"done":["a"],"resets":0}},"scores":{"x":{"__proto__":{"right":1,"wrong":1}}}}`;
    const { progress, problems } = readText(text, 1);
    expect("polluted" in {}).toBe(false);
    expect(Object.getPrototypeOf(progress.lessons)).toBe(Object.prototype);
    expect(Object.keys(progress.lessons)).toEqual(["constructor"]);
    expect(problems.map(({ place }) => place)).toEqual(["lessons", "scores.x"]);
  });

  test("nested as deep as can be is a problem, not a crash", () => {
    const deep = `{"lessons":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(readText(deep, 1).problems).toHaveLength(1);
    let data: unknown = 7;
    for (let i = 0; i < 100_000; i++) data = { lessons: data };
    expect(readData(data).problems.length).toBeGreaterThan(0);
  });
});
