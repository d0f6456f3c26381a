import { expect, test } from "vitest";
import { scaleLinear } from "d3-scale";
import type { EmissionView, EventRow } from "../../core";
import { firingsOf } from "./firings";
import type { Plane } from "./geometry";
import { placeLabels } from "./labels";

const plane: Plane = {
  width: 1000,
  height: 600,
  box: { left: 0, top: 0, right: 1000, bottom: 600 },
  x: scaleLinear([0, 1000], [0, 1000]),
  y: scaleLinear([0, 600], [0, 600]),
  bands: [],
  bandRows: 1,
  layers: [],
  acrossTicks: [],
  downTicks: [],
};

const event = (index: number, ts: number, at: number): EventRow => ({
  index,
  id: `e${index}`,
  key: "a",
  value: 1,
  source: "source",
  eventTime: { ms: ts, text: "" },
  arrival: { ms: at, text: "" },
  position: index + 1,
  step: index,
});

const emission = (
  index: number,
  key: string,
  position: number,
  revision = 0,
): EmissionView => ({
  index,
  position,
  at: { ms: 100, text: "" },
  key,
  keyIndex: 0,
  window: { start: 0, end: 500, text: "[0, 500)" },
  value: "2",
  revision,
  pane: undefined,
  paneIndex: undefined,
  events: [],
});

const contents = {
  plane,
  position: 3,
  firings: [],
  count: 0,
  late: 0,
  eventClock: "watermark",
  clocks: [],
  now: 0,
  named: new Set<number>(),
};
const rows = (events: EventRow[], emissions: EmissionView[] = []) => ({
  events,
  emissions,
  late: [],
});

test("of two events on top of each other the later one keeps its name", () => {
  const events = [event(0, 100, 100), event(1, 102, 101), event(2, 500, 300)];
  const given = { ...contents, count: 3, rows: rows(events) };
  expect(
    placeLabels(given)
      .map(({ text }) => text)
      .sort(),
  ).toEqual(["e1", "e2"]);
  const named = placeLabels({ ...given, named: new Set([0]) });
  expect(named.map(({ text }) => text)).toContain("e0");
});

test("a window's results of one step are told together, and what is to come not at all", () => {
  const emissions = [
    emission(0, "a", 3),
    emission(1, "b", 3),
    emission(2, "a", 4, 1),
  ];
  const marks = emissions.flatMap(({ position }) => [position, 100, 0, 500]);
  const firings = firingsOf(Float64Array.from(marks), [0, 1000]);
  expect(firings).toHaveLength(2);
  const given = { ...contents, firings, rows: rows([], emissions) };
  expect(placeLabels(given).map(({ text }) => text)).toEqual([
    "fires a 2 · b 2",
  ]);
  expect(
    placeLabels({ ...given, position: 4 }).map(({ text }) => text),
  ).toEqual(["again a 2"]);
});

test("a result of a window without bounds goes over all event time", () => {
  const [firing] = firingsOf(Float64Array.of(1, 100, NaN, NaN), [20, 900]);
  expect(firing).toMatchObject({ start: 20, end: 900, emissions: [0] });
});

test("an event close under the plane's edge is named below its mark", () => {
  const labels = placeLabels({
    ...contents,
    count: 2,
    rows: rows([event(0, 100, 12), event(1, 300, 100)]),
  });
  expect(labels.map(({ text, y }) => [text, y])).toEqual(
    expect.arrayContaining([
      ["e0", 22],
      ["e1", 91],
    ]),
  );
});

test("texts stay inside the plane", () => {
  const [label] = placeLabels({
    ...contents,
    count: 1,
    rows: rows([event(0, 998, 100)]),
  });
  expect(label!.x + label!.width).toBeLessThanOrEqual(1000);
});
