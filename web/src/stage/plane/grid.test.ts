import { scaleLinear } from "d3-scale";
import { expect, test } from "vitest";
import { alongGrid, gridOf, toGrid } from "./grid";

const minute = 60_000;

test("a grid's steps can be told apart, and are times that people say", () => {
  const eight = scaleLinear([0, 8 * minute], [0, 600]);
  expect(gridOf(eight)).toBe(5_000);
  expect(gridOf(scaleLinear([0, 30], [0, 600]))).toBe(1);
  // Over more than a year: whole hours.
  const year = scaleLinear([0, 400 * 24 * 60 * minute], [0, 600]);
  expect(gridOf(year)).toBe(64 * 60 * minute);
});

test("a time goes to the nearest step, before the epoch too", () => {
  expect(toGrid(62_400, 5_000)).toBe(60_000);
  expect(toGrid(-62_600, 5_000)).toBe(-65_000);
});

test("what stands beside the grid goes to it first", () => {
  expect(alongGrid(62_000, 5_000, 1)).toBe(65_000);
  expect(alongGrid(62_000, 5_000, -1)).toBe(60_000);
  expect(alongGrid(60_000, 5_000, -10)).toBe(10_000);
});
