import { describe, expect, test } from "vitest";
import { finished, nothing, opened, scored } from "../app/progress";
import { broughtInWords, inWords, read, write } from "./file";

const progress = [
  finished("x", "a"),
  finished("x", "b"),
  finished("y", "a"),
  opened("y", 5),
  scored("late", true, "d.0"),
].reduce((progress, act) => act(progress), nothing);

describe("a file of what is kept", () => {
  test.each([{}, { theme: "dark" as const }])(
    "says the same when read back, with settings %j",
    (settings) => {
      expect(read(write({ progress, settings }))).toEqual({
        problems: [],
        progress,
        settings,
      });
    },
  );

  test("may be what an older version had stored, which had no mark", () => {
    const text = `{"lessons":{"x":{"done":["a"],"finished":true}}}`;
    expect(read(text)).toMatchObject({
      problems: [],
      progress: { lessons: { x: { done: ["a"], resets: 0 } } },
    });
  });

  test.each([
    [`{"headwater":"scenario"}`, "headwater"],
    [`[]`, ""],
    [`null`, ""],
    [`7`, ""],
    [`{"lessons":{},"settings":{"theme":"blue"}}`, "settings.theme"],
    [`{"lessons":{},"settings":{"theme":{}}}`, "settings.theme"],
  ])("that does not fit is told with its place: %s", (text, place) => {
    const found = read(text);
    expect(found.problems.map(({ place }) => place)).toEqual([place]);
    expect("progress" in found).toBe(false);
  });

  test("of a newer version is known as such", () => {
    expect(read(`{"headwater":"progress","version":99}`)).toEqual({
      problems: [],
      newer: 99,
    });
  });
});

test("how much there is, in words", () => {
  expect(inWords(nothing)).toBe("");
  expect(inWords(progress)).toBe("3 beats in 2 lessons, scores of 1 concept");
  expect(inWords(finished("x", "a")(nothing))).toBe("1 beat in 1 lesson");
});

test("what a file has brought, in words", () => {
  const one = finished("x", "a")(nothing);
  expect(broughtInWords(nothing, one)).toBe("Loaded: 1 beat was new here.");
  expect(broughtInWords(one, progress)).toBe(
    "Loaded: 2 beats were new here, and so were scores.",
  );
  expect(broughtInWords(one, scored("c", true, "d.0")(one))).toContain(
    "scores were new",
  );
  expect(broughtInWords(progress, progress)).toContain("here already");
});
