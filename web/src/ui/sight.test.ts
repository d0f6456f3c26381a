import { expect, test } from "vitest";
import { inSight } from "./sight";

test("what is in sight is drawn, wherever it is scrolled, and little more", () => {
  const [count, tall, height] = [10_000, 336, 28];
  for (let top = 0; top <= count * height - tall; top += 997) {
    const { first, shown } = inSight(count, top, tall, height);
    expect(first * height).toBeLessThanOrEqual(top);
    expect((first + shown) * height).toBeGreaterThanOrEqual(top + tall);
    expect(first + shown).toBeLessThanOrEqual(count);
    expect(shown).toBeLessThanOrEqual(24);
  }
});

test("scrolled beyond its end it draws its last rows", () => {
  const { first, shown } = inSight(100, 1e9, 280, 28);
  expect(first + shown).toBe(100);
  expect(first).toBeGreaterThan(0);
});

test("a short table has no more rows than there are", () => {
  expect(inSight(3, 0, 280, 28)).toEqual({ first: 0, shown: 3 });
});
