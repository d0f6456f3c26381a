import { beforeEach, describe, expect, test } from "vitest";
import {
  damagedKey,
  finished,
  forgotten,
  loadProgress,
  opened,
  progressKey,
  saveProgress,
} from "./progress";

beforeEach(() => localStorage.clear());

describe("progress", () => {
  test("is there again after it was saved", () => {
    saveProgress(localStorage, opened("two-clocks"));
    saveProgress(localStorage, finished("two-clocks", "a", ["a", "b"]));
    expect(loadProgress(localStorage)).toEqual({
      progress: {
        last: "two-clocks",
        lessons: { "two-clocks": { done: ["a"], finished: false } },
      },
    });
  });

  test("of a lesson is complete with its last beat, whatever the order", () => {
    saveProgress(localStorage, finished("x", "b", ["a", "b"]));
    const { progress } = saveProgress(
      localStorage,
      finished("x", "a", ["a", "b"]),
    );
    expect(progress.lessons["x"]).toEqual({ done: ["b", "a"], finished: true });
    expect(finished("x", "a", ["a", "b"])(progress).lessons["x"]?.done).toEqual(
      ["b", "a"],
    );
  });

  test("of another tab is kept", () => {
    saveProgress(localStorage, finished("x", "a", ["a"]));
    const elsewhere = JSON.stringify({
      lessons: { y: { done: ["b"], finished: true } },
    });
    localStorage.setItem(progressKey, elsewhere);
    const { progress } = saveProgress(localStorage, finished("x", "a", ["a"]));
    expect(Object.keys(progress.lessons).sort()).toEqual(["x", "y"]);
  });

  test("can be forgotten lesson by lesson", () => {
    saveProgress(localStorage, finished("x", "a", ["a"]));
    saveProgress(localStorage, finished("y", "a", ["a"]));
    expect(
      Object.keys(saveProgress(localStorage, forgotten("x")).progress.lessons),
    ).toEqual(["y"]);
  });

  test.each([
    "{",
    "null",
    "[]",
    `{"lessons":[]}`,
    `{"lessons":{"x":{"done":[1]}}}`,
    `"text"`,
  ])("that is damaged is set aside and reported: %s", (text) => {
    localStorage.setItem(progressKey, text);
    const { progress, trouble } = loadProgress(localStorage);
    expect(progress).toEqual({ lessons: {} });
    expect(trouble).toContain("set aside");
    expect(localStorage.getItem(damagedKey)).toBe(text);
  });

  test("without storage works for the visit and says so", () => {
    expect(loadProgress(undefined).trouble).toBeDefined();
    expect(saveProgress(undefined, opened("x"))).toEqual({
      progress: { lessons: {}, last: "x" },
      kept: false,
    });
  });
});
