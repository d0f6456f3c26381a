import { describe, expect, test } from "vitest";
import { finished, nothing, opened, scored } from "../app/progress";
import { findDraft, includeDrafts, type Draft } from "../workbench/drafts";
import { broughtInWords, inWords, read, write } from "./file";

const progress = [
  finished("x", "a"),
  finished("x", "b"),
  finished("y", "a"),
  opened("y", 5),
  scored("late", true, "d.0"),
].reduce((progress, act) => act(progress), nothing);

const draft: Draft = {
  id: "1a2b3c4d",
  saved: 5,
  title: "Lesson: Late orders",
  script: {
    engine: "flink",
    pipeline: { watermark: { kind: "none" } },
    input: { steps: [] },
  },
  lesson: `{"headwater":"lesson"}`,
  step: 3,
  view: "windows",
};

test("drafts of a file are put in where they are new or newer, and none of a tab's is touched", () => {
  localStorage.clear();
  const put = (saved: number, busy: string[] = []) =>
    includeDrafts(localStorage, [{ ...draft, saved }], new Set(busy));
  expect(put(5)).toBe(1);
  expect(put(4)).toBe(0);
  expect(put(6, [draft.id])).toBe(0);
  expect(findDraft(localStorage, draft.id)?.saved).toBe(5);
  expect(put(6)).toBe(1);
  expect(broughtInWords(nothing, nothing, 1)).toBe(
    "Loaded: 1 draft of the workbench was new here.",
  );
});

test.each([
  [`{"drafts":1}`, "drafts"],
  [`{"drafts":[{"id":"../x"}]}`, "drafts[0]"],
  [`{"drafts":[{"id":"a","saved":1,"title":"t"}]}`, "drafts[0]"],
])("in %s the place is named", (more, place) => {
  const file = JSON.parse(
    write({ progress, settings: {}, drafts: [] }),
  ) as object;
  const text = JSON.stringify({ ...file, ...(JSON.parse(more) as object) });
  expect(read(text).problems).toMatchObject([{ place }]);
});

describe("a file of what is kept", () => {
  test.each([{}, { theme: "dark" as const }])(
    "says the same when read back, with settings %j",
    (settings) => {
      const drafts = [draft];
      expect(read(write({ progress, settings, drafts }))).toEqual({
        problems: [],
        progress,
        settings,
        drafts,
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
