import { expect, test } from "vitest";
import type { StepSpec } from "../core";
import {
  added,
  baseOf,
  blank,
  byArrival,
  cellsOf,
  instantMeant,
  pasted,
  timeText,
} from "./rows";

const noon = Date.UTC(2025, 0, 1, 12);
const event = (id: string, ts: number, at?: number): StepSpec => ({
  ...(at === undefined ? {} : { at }),
  event: { id, key: "a", ts, value: 1 },
});
const steps: StepSpec[] = [
  event("e1", noon, noon + 1_000),
  event("e2", noon + 2_500, noon + 3_000),
  { batch: true },
  { end: true },
];

test("an instant reads back as it is written", () => {
  const base = baseOf(steps);
  for (const ms of [noon, noon + 1, noon + 59_999, noon + 86_400_000, -5, 0]) {
    const read = instantMeant(timeText(ms, base), base);
    const meant = typeof read === "string" ? Date.parse(read) : read;
    expect(meant, timeText(ms, base)).toBe(ms);
  }
  expect(timeText(noon + 2_500, base)).toBe("12:00:02.500");
  expect(instantMeant("9:05", noon)).toBe(Date.UTC(2025, 0, 1, 9, 5));
  expect(instantMeant("25:00", noon)).toBe("25:00");
  expect(instantMeant(" ", noon)).toBeUndefined();
});

test("rows are put in order of arrival, and what says no time stays behind what it followed", () => {
  const [first, second, batch, end] = steps as [
    StepSpec,
    StepSpec,
    StepSpec,
    StepSpec,
  ];
  const mixed = [second, batch, first, end];
  // The end says no time: it stays behind the row before it.
  expect(byArrival(mixed)).toEqual([first, end, second, batch]);
  expect(byArrival(steps)).toEqual(steps);
});

test("a new row goes before the end, under an id of its own", () => {
  const more = added(steps, blank("event", steps));
  expect(more.map(({ end }) => end)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    true,
  ]);
  const ids = more.map(({ event }) => event?.id).filter(Boolean);
  expect(new Set(ids).size).toBe(3);
});

test("rows of a spreadsheet are written over events and added behind them", () => {
  const text =
    "Id\tKey\tEvent time\tArrival\tValue\r\nx\tb\t12:00\t12:01\t2.5\r\ny\tc\t12:00:01\t12:00:30\t\r\n";
  const cells = cellsOf(text);
  expect(cells).toEqual([
    ["x", "b", "12:00", "12:01", "2.5"],
    ["y", "c", "12:00:01", "12:00:30", ""],
  ]);
  const made = pasted(steps.slice(1), cells ?? [], 0, 0) as StepSpec[];
  expect(made.flatMap(({ event }) => (event ? [event.id] : []))).toEqual([
    "y",
    "x",
  ]);
  const y = made.find(({ event }) => event?.id === "y");
  expect(y).toEqual({
    at: noon + 30_000,
    event: { id: "y", key: "c", ts: noon + 1_000 },
  });
  expect(cellsOf("only one cell")).toBeUndefined();
  expect(pasted(steps, [["q", "k", "soon"]], 0, 0)[0]).toMatchObject({
    event: { ts: "soon" },
  });
});
