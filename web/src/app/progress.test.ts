import { describe, expect, test } from "vitest";
import {
  allForgotten,
  finished,
  forgotten,
  including,
  merged,
  nothing,
  opened,
  scored,
  totals,
  under,
  type Act,
  type Progress,
} from "./progress";

const after = (...acts: readonly Act[]): Progress =>
  acts.reduce((progress, act) => act(progress), nothing);

/** What two tabs and an older copy may have. */
const copies = [
  nothing,
  after(opened("x", 5), finished("x", "a"), scored("late", true, "d.0")),
  after(finished("x", "b"), finished("y", "a"), scored("late", true, "d.1")),
  after(finished("x", "a"), forgotten("x"), opened("y", 7)),
  after(finished("x", "c"), allForgotten, scored("late", false, "e.0")),
];

describe("copies of progress", () => {
  test("come out the same in whatever order they are put together, and however often", () => {
    for (const a of copies)
      for (const b of copies) {
        expect(merged(a, b)).toEqual(merged(b, a));
        expect(merged(merged(a, b), b)).toEqual(merged(a, b));
        for (const c of copies)
          expect(merged(merged(a, b), c)).toEqual(merged(a, merged(b, c)));
      }
  });

  test("have together what either has", () => {
    const both = merged(
      after(finished("x", "a"), opened("x", 2)),
      after(finished("x", "b"), finished("y", "a"), opened("y", 1)),
    );
    expect(both.lessons).toEqual({
      x: { done: ["a", "b"], resets: 0 },
      y: { done: ["a"], resets: 0 },
    });
    expect(both.last).toEqual({ lesson: "x", at: 2 });
  });

  test("lose no count when two tabs count from the same one", () => {
    const start = after(scored("late", true, "d.0"));
    const one = scored("late", true, "d.0")(start);
    const two = scored("late", false, "d.1")(start);
    expect(totals(merged(one, two))).toEqual({ late: { right: 2, wrong: 1 } });
  });

  test("do not bring back what was forgotten", () => {
    const old = after(finished("x", "a"), finished("y", "a"));
    expect(under(merged(forgotten("x")(old), old).lessons, "x")?.done).toEqual(
      [],
    );
    expect(merged(old, allForgotten(old)).lessons).toEqual({});
    const again = finished("x", "b")(forgotten("x")(old));
    expect(under(merged(old, again).lessons, "x")?.done).toEqual(["b"]);
  });
});

describe("a file taken in", () => {
  const file = after(finished("x", "a"), scored("late", true, "old.0"));

  test("brings back what was forgotten since, and loses nothing that was done since", () => {
    const now = after(
      finished("x", "a"),
      forgotten("x"),
      finished("x", "b"),
      allForgotten,
      finished("y", "a"),
      scored("late", true, "new.0"),
    );
    const { lessons, ...rest } = including(now, file);
    expect(under(lessons, "x")?.done).toEqual(["a"]);
    expect(under(lessons, "y")?.done).toEqual(["a"]);
    expect(totals({ lessons, ...rest })).toEqual({
      late: { right: 2, wrong: 0 },
    });
    const later = after(finished("x", "a"), forgotten("x"), finished("x", "b"));
    expect(under(including(later, file).lessons, "x")?.done).toEqual([
      "a",
      "b",
    ]);
  });

  test("twice is as once", () => {
    const once = including(copies[2] as Progress, file);
    expect(including(once, file)).toEqual(once);
  });
});

test("names that are no names are not kept, and names of every object's own are", () => {
  for (const name of ["__proto__", "", "a b", "<b>", "x".repeat(81)])
    expect(
      after(
        finished(name, "a"),
        finished("x", name),
        opened(name, 1),
        scored(name, true, "d.0"),
      ),
    ).toEqual(nothing);
  expect(under(nothing.lessons, "constructor")).toBeUndefined();
  const kept = after(finished("constructor", "a"));
  expect(merged(kept, nothing).lessons["constructor"]?.done).toEqual(["a"]);
});
