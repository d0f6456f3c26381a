import { expect, test } from "vitest";
import { apart } from "./stamps";

test("what would cover another to the pixel is left out, the first one stays", () => {
  expect(apart([10, 20, 10.3, 19.8, 11, 20, -4, 7, -4, 8])).toEqual([
    10, 20, 11, 20, -4, 7, -4, 8,
  ]);
  expect(apart([])).toEqual([]);
});
