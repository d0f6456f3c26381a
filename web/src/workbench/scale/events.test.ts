import { expect, test } from "vitest";
import { eventsAt, lastStop, readEvents, stopOf } from "./events";

test("the slider goes from ten thousand to ten million in equal factors", () => {
  expect(eventsAt(0)).toBe(10_000);
  expect(eventsAt(lastStop)).toBe(10_000_000);
  expect(eventsAt(10)).toBe(100_000);
  for (let stop = 1; stop <= lastStop; stop++) {
    const factor = eventsAt(stop) / eventsAt(stop - 1);
    expect(factor).toBeGreaterThan(1.2);
    expect(factor).toBeLessThan(1.32);
  }
});

test("a stop is found again by its number of events", () => {
  for (let stop = 0; stop <= lastStop; stop++)
    expect(stopOf(eventsAt(stop))).toBe(stop);
});

test("numbers are read as people write them", () => {
  for (const text of [
    "1000000",
    "1,000,000",
    "1 000 000",
    "1e6",
    "1M",
    "1000k",
  ])
    expect(readEvents(text), text).toBe(1_000_000);
  expect(readEvents("2.5m")).toBe(2_500_000);
});

test("what is no number of events, or out of bounds, is refused", () => {
  for (const text of [
    "",
    "-1",
    "many",
    "9999",
    "10000001",
    "1e99",
    "0.5",
    "1.00001k",
    "NaN",
    "Infinity",
    "1k2",
  ])
    expect(readEvents(text), text).toBeUndefined();
});
