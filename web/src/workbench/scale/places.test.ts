import { expect, test } from "vitest";
import { moved, nearest } from "./places";

const places = Float64Array.from([
  ...[20, 20, 20, 200],
  ...[120, 40, 120, 220],
  ...[NaN, NaN, NaN, NaN],
]);

test("the nearest mark is meant, by its completeness or by its state", () => {
  expect(nearest(places, 12, 8, 2)).toBe(0);
  expect(nearest(places, 58, 108, 2)).toBe(1);
});

test("a pointer far from every mark means none", () => {
  expect(nearest(places, 300, 300, 2)).toBeUndefined();
  expect(nearest(new Float64Array(), 0, 0, 1)).toBeUndefined();
});

test("keys lead from point to point and stop at the ends", () => {
  expect(moved("ArrowRight", 0, 5)).toBe(1);
  expect(moved("ArrowRight", 4, 5)).toBe(4);
  expect(moved("ArrowDown", 0, 5)).toBe(0);
  expect(moved("PageUp", 1, 50)).toBe(11);
  expect(moved("End", 1, 50)).toBe(49);
  expect(moved("a", 1, 50)).toBeUndefined();
  expect(moved("Home", 0, 0)).toBeUndefined();
});
