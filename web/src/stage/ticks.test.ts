import { describe, expect, test } from "vitest";
import { stepTicks, timeTicks } from "./ticks";

const noon = Date.UTC(2026, 0, 1, 12);
const texts = (ticks: { text: string }[]) => ticks.map(({ text }) => text);

describe("time ticks", () => {
  test("are round and as exact as needed", () => {
    expect(texts(timeTicks(noon, noon + 20 * 60_000, 5))).toEqual([
      "12:00",
      "12:05",
      "12:10",
      "12:15",
      "12:20",
    ]);
    expect(texts(timeTicks(noon, noon + 3_000, 3))).toEqual([
      "12:00:00",
      "12:00:01",
      "12:00:02",
      "12:00:03",
    ]);
    expect(texts(timeTicks(noon, noon + 3, 3))[1]).toBe("12:00:00.001");
  });

  test("stand between the ends, also before 1970", () => {
    for (const [from, to] of [
      [-90_000, 90_000],
      [noon + 1, noon + 400 * 86_400_000],
      [5, 5],
    ] as const) {
      const ticks = timeTicks(from, to, 6);
      expect(ticks.length).toBeLessThanOrEqual(8);
      for (const { at } of ticks) expect(at >= from && at <= to).toBe(true);
    }
  });
});

test("step ticks count from 1 and stand at the step's own place", () => {
  expect(stepTicks(0, 11, 4)).toEqual([
    { at: 4, text: "step 5" },
    { at: 9, text: "step 10" },
  ]);
  expect(texts(stepTicks(0, 2, 8))).toEqual(["step 1", "step 2", "step 3"]);
});
