import { describe, expect, it } from "vitest";
import {
  kindByKey,
  looks,
  markPath,
  nextOf,
  positionsOf,
  previousOf,
} from "./marks";

/** Steps 2 and 5 fire; 5 also loses. */
const timeline = Uint8Array.from([1, 3, 1, 16, 6]);

describe("going from one mark to the next", () => {
  it("finds the next and the previous, never the one where the playhead is", () => {
    expect(nextOf(timeline, 2, 0)).toBe(2);
    expect(nextOf(timeline, 2, 2)).toBe(5);
    expect(nextOf(timeline, 2, 5)).toBeUndefined();
    expect(previousOf(timeline, 2, 5)).toBe(2);
    expect(previousOf(timeline, 2, 2)).toBeUndefined();
    expect(previousOf(timeline, 2, 3)).toBe(2);
    expect(previousOf(timeline, 1, 1)).toBeUndefined();
    expect(previousOf(timeline, 1, 0)).toBeUndefined();
    expect(nextOf(timeline, 64, 0)).toBeUndefined();
    expect(nextOf(new Uint8Array(), 1, 0)).toBeUndefined();
  });

  it("is undone by going back, from every position", () => {
    for (let position = 0; position <= timeline.length; position++)
      for (const bit of [1, 2, 4, 16]) {
        const next = nextOf(timeline, bit, position);
        if (next === undefined) continue;
        expect(next).toBeGreaterThan(position);
        const back = previousOf(timeline, bit, next);
        expect(back ?? 0).toBeLessThanOrEqual(position);
      }
  });

  it("lists no more than may be seen", () => {
    expect(positionsOf(timeline, 2, 5)).toEqual([2, 5]);
    expect(positionsOf(timeline, 2, 4)).toEqual([2]);
    expect(positionsOf(timeline, 2, 99)).toEqual([2, 5]);
  });
});

describe("marks", () => {
  it("have a key and an outline of their own each", () => {
    const all = [...looks.values()];
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    // Colour never tells alone. A loss and a crash look alike: both are losses.
    const apart = all.filter(({ key }) => key !== "c");
    expect(new Set(apart.map((look) => markPath(look, 8, 16))).size).toBe(
      apart.length,
    );
  });

  it("are found by their key, also with Shift", () => {
    const kind = { bit: 2, name: "firing", plural: "firings", by: "emission" };
    expect(kindByKey([kind], "f")).toBe(kind);
    expect(kindByKey([kind], "F")).toBe(kind);
    expect(kindByKey([kind], "d")).toBeUndefined();
  });
});
