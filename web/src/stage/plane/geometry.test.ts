import { describe, expect, test } from "vitest";
import type { Bounds, Overview, Scenario } from "../../core";
import { cutByArrival, layOut, nearest } from "./geometry";

const minute = 60_000;
const bounds = (from: number, to: number): Bounds => ({
  start: from * minute,
  end: to * minute,
  text: `[${from}, ${to})`,
});

const overview = (bands: Bounds[]): Overview => ({
  engine: "flink",
  engineTitle: "Flink",
  steps: 3,
  events: 3,
  emissions: 0,
  late: 0,
  timed: true,
  aggregate: "count",
  sources: ["source"],
  eventClock: "watermark",
  keySources: [],
  ownTimes: false,
  keys: ["a"],
  eventRange: [1 * minute, 9 * minute],
  processingRange: [2 * minute, 12 * minute],
  kinds: [],
  fates: [],
  bands,
});

describe("the time plane", () => {
  test("runs across with event time and down with processing time", () => {
    const { x, y, box } = layOut(
      overview([bounds(0, 5), bounds(5, 10)]),
      800,
      500,
    );
    expect(x(1 * minute)).toBeLessThan(x(9 * minute));
    expect(y(2 * minute)).toBeLessThan(y(12 * minute));
    for (const at of [0, 10]) {
      expect(x(at * minute)).toBeGreaterThanOrEqual(box.left);
      expect(x(at * minute)).toBeLessThanOrEqual(box.right);
    }
    for (const at of [2, 12]) {
      expect(y(at * minute)).toBeGreaterThan(box.top);
      expect(y(at * minute)).toBeLessThan(box.bottom);
    }
  });

  test("keeps windows that are asked for to itself, with a row for each key's picks and everything else where it is", () => {
    const as = overview([bounds(0, 5), bounds(5, 10)]);
    const open = layOut(as, 800, 500);
    const secret = layOut({ ...as, keys: ["a", "b"] }, 800, 500, false, true);
    expect(open.bands).toHaveLength(2);
    expect(secret.bands).toEqual([]);
    expect(secret.bandRows).toBe(2);
    expect(secret.x.domain()).toEqual(open.x.domain());
    expect(secret.acrossTicks).toEqual(open.acrossTicks);
  });

  test("draws two runs that are compared to one measure, whatever each shows", () => {
    const as = overview([bounds(0, 5), bounds(5, 10)]);
    const changed: Overview = {
      ...overview([bounds(-4, 6), bounds(1, 11), bounds(6, 16)]),
      eventRange: [0, 14 * minute],
      processingRange: [2 * minute, 40 * minute],
    };
    const [left, right] = [
      layOut(as, 800, 500, false, false, { overview: changed, layered: false }),
      layOut(changed, 800, 500, false, false, { overview: as, layered: false }),
    ];
    for (const side of ["x", "y"] as const) {
      expect(left[side].domain()).toEqual(right[side].domain());
      expect(left[side].range()).toEqual(right[side].range());
    }
    expect([left.acrossTicks, left.downTicks]).toEqual([
      right.acrossTicks,
      right.downTicks,
    ]);
    expect(left.bands).toHaveLength(2);
    // Alone it takes the room that it needs.
    expect(layOut(as, 800, 500).y.domain()).not.toEqual(left.y.domain());
  });

  test("lays windows of processing time across, one below the other, and cuts event time by none", () => {
    const plane = layOut(
      overview([bounds(2, 6), bounds(6, 14)]),
      800,
      500,
      true,
    );
    expect(plane.bands).toEqual([]);
    const [first, second] = plane.layers;
    expect(first).toMatchObject({
      top: plane.y(2 * minute),
      bottom: plane.y(6 * minute),
    });
    // Its end, behind the last step, is on the plane too.
    expect(second?.bottom).toBeCloseTo(plane.y(14 * minute));
    expect(second?.bottom).toBeLessThanOrEqual(plane.box.bottom);
    expect(plane.x(9 * minute)).toBeGreaterThan(plane.box.right - 30);
    const events = layOut(overview([bounds(0, 5)]), 800, 500);
    expect(events.layers).toEqual([]);
  });

  test("knows by which clock a pipeline cuts", () => {
    const scenario = (window: unknown) =>
      ({ pipeline: { window } }) as Scenario;
    expect(
      [
        { kind: "tumbling", size: 1, clock: "processing" },
        { kind: "tumbling", size: 1 },
        { kind: "session", gap: 1 },
        undefined,
      ].map((window) => cutByArrival(scenario(window))),
    ).toEqual([true, false, false, false]);
  });

  test("puts windows side by side in one row, overlapping ones below each other", () => {
    expect(
      layOut(overview([bounds(0, 5), bounds(5, 10)]), 800, 500).bands.map(
        ({ row }) => row,
      ),
    ).toEqual([0, 0]);
    const sliding = layOut(
      overview([bounds(0, 4), bounds(2, 6), bounds(4, 8)]),
      800,
      500,
    );
    expect(sliding.bands.map(({ row }) => row)).toEqual([0, 1, 0]);
    expect(sliding.box.top).toBeGreaterThan(
      layOut(overview([bounds(0, 5)]), 800, 500).box.top,
    );
  });

  test("does not squeeze the events for a window that is much longer", () => {
    const { x } = layOut(overview([bounds(-10_000, 10_000)]), 800, 500);
    expect(x(9 * minute) - x(1 * minute)).toBeGreaterThan(200);
  });

  test("finds the event under the pointer, and none where none is", () => {
    const plane = layOut(overview([]), 800, 500);
    const eventTime = Float64Array.of(1 * minute, 5 * minute, 9 * minute);
    const arrival = Float64Array.of(2 * minute, NaN, 12 * minute);
    const at = [plane.x(9 * minute) + 4, plane.y(12 * minute) - 3] as const;
    expect(nearest(plane, eventTime, arrival, ...at)).toBe(2);
    expect(
      nearest(
        plane,
        eventTime,
        arrival,
        plane.x(5 * minute),
        plane.y(6 * minute),
      ),
    ).toBeUndefined();
  });
});
