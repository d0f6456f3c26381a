import { expect, it } from "vitest";
import { ranges } from "./ranges";

it("writes stretches as people do", () => {
  expect(ranges([])).toBe("");
  expect(ranges([4])).toBe("4");
  expect(ranges([1, 2, 3, 7, 9, 10])).toBe("1–3, 7, 9–10");
});

it("says how many it leaves out", () => {
  expect(ranges([1, 3, 5, 6, 9], 2)).toBe("1, 3 and 3 more");
  expect(ranges([1, 2, 4], 1)).toBe("1–2 and 1 more");
});
