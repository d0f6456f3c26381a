import { expect, test } from "vitest";
import { scaleLinear } from "d3-scale";
import type { EmissionView, EventRow } from "../../core";
import type { Plane } from "./geometry";
import { placeLabels } from "./labels";
import { firingsOf } from "./paint";

const plane: Plane = {
  width: 1000,
  height: 600,
  box: { left: 0, top: 0, right: 1000, bottom: 600 },
  x: scaleLinear([0, 1000], [0, 1000]),
  y: scaleLinear([0, 600], [0, 600]),
  bands: [],
  bandRows: 1,
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
  events: [],
  late: [],
  named: new Set<number>(),
};

test("of two events on top of each other the later one keeps its name", () => {
  const events = [event(0, 100, 100), event(1, 102, 101), event(2, 500, 300)];
  const texts = placeLabels({ ...contents, events }).map(({ text }) => text);
  expect(texts.sort()).toEqual(["e1", "e2"]);
  const named = placeLabels({ ...contents, events, named: new Set([0]) }).map(
    ({ text }) => text,
  );
  expect(named).toContain("e0");
});

test("a window's results of one step are told together, and what is to come not at all", () => {
  const emissions = [
    emission(0, "a", 3),
    emission(1, "b", 3),
    emission(2, "a", 4, 1),
  ];
  const firings = firingsOf(emissions, [0, 1000]);
  expect(firings).toHaveLength(2);
  expect(placeLabels({ ...contents, firings }).map(({ text }) => text)).toEqual(
    ["fires a 2 · b 2"],
  );
  expect(
    placeLabels({ ...contents, firings, position: 4 }).map(({ text }) => text),
  ).toEqual(["again a 2"]);
});

test("texts stay inside the plane", () => {
  const [label] = placeLabels({ ...contents, events: [event(0, 998, 100)] });
  expect(label!.x + label!.width).toBeLessThanOrEqual(1000);
});
