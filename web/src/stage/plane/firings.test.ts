import { expect, test } from "vitest";
import { firingsOf } from "./firings";

test("results of one window at one step stand together, others apart", () => {
  // Position, processing time, the window's start and end.
  const marks = new Float64Array(
    [
      [3, 30, 0, 10],
      [3, 30, 10, 20],
      [3, 30, 0, 10],
      [4, 40, 0, 10],
      [5, 50, NaN, NaN],
    ].flat(),
  );
  expect(firingsOf(marks, [-5, 25])).toEqual([
    { position: 3, at: 30, start: 0, end: 10, emissions: [0, 2] },
    { position: 3, at: 30, start: 10, end: 20, emissions: [1] },
    { position: 4, at: 40, start: 0, end: 10, emissions: [3] },
    { position: 5, at: 50, start: -5, end: 25, emissions: [4] },
  ]);
  expect(firingsOf(new Float64Array(), [0, 1])).toEqual([]);
});
