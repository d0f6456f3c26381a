import { describe, expect, test } from "vitest";
import type { Bounds, Knob, Overview, WatermarkLine } from "../../core";
import { layOut } from "./geometry";
import { handlesOn } from "./handles";

const minute = 60_000;

const knob = (id: string, value: number, disabled?: string): Knob => ({
  id,
  label: id,
  control: {
    kind: "span",
    value,
    text: `${value} ms`,
    min: 0,
    max: 3 * value,
    step: 1_000,
  },
  disabled,
});

const bounds = (from: number, to: number): Bounds => ({
  start: from * minute,
  end: to * minute,
  text: `[${from}, ${to})`,
});

const plane = (bands: Bounds[]) => {
  const overview: Partial<Overview> = {
    timed: true,
    eventRange: [0, 10 * minute],
    processingRange: [0, 12 * minute],
    bands,
  };
  return layOut(overview as Overview, 800, 500);
};

const line = (...moves: number[]): WatermarkLine => ({
  source: undefined,
  judges: true,
  moves: new Float64Array(moves),
});

describe("what can be taken hold of", () => {
  const at = plane([bounds(0, 5), bounds(5, 10)]);
  const moves = line(
    0,
    minute,
    -Infinity,
    2,
    2 * minute,
    minute,
    5,
    5 * minute,
    4 * minute,
    9,
    12 * minute,
    Infinity,
  );

  test("is the watermark where it stands at the playhead", () => {
    const delay = [knob("watermark.delay", 10_000)];
    const [handle] = handlesOn(at, delay, [moves], 6, 7 * minute);
    expect(handle?.x).toBeCloseTo(at.x(4 * minute));
    expect(handle?.y).toBeCloseTo(at.y(7 * minute));
    expect(handle?.sign).toBe(-1);
    // Before its first move it is taken where that will be; at the end where it stood last.
    const [first] = handlesOn(at, delay, [moves], 1, minute);
    expect(first?.x).toBeCloseTo(at.x(minute));
    const [last] = handlesOn(at, delay, [moves], 10, 12 * minute);
    expect(last?.x).toBeCloseTo(at.x(4 * minute));
  });

  test("is the edge of a window that is all on the plane", () => {
    const [edge] = handlesOn(at, [knob("window.size", 5 * minute)], [], 0, 0);
    expect(edge?.name).toBe("Window edge");
    expect(edge?.x).toBeCloseTo(at.x(5 * minute));
  });

  test("is the slide where the second window begins", () => {
    const sliding = plane([bounds(0, 4), bounds(2, 6), bounds(4, 8)]);
    const knobs = [
      knob("window.size", 4 * minute),
      knob("window.slide", 2 * minute),
    ];
    const handles = handlesOn(sliding, knobs, [], 0, 0);
    expect(handles.map(({ name }) => name)).toEqual([
      "Window edge",
      "Slide edge",
    ]);
    expect(handles[1]?.x).toBeCloseTo(sliding.x(2 * minute));
  });

  test("is nothing that there is no knob for", () => {
    const off = [knob("watermark.delay", 0, "not here")];
    expect(handlesOn(at, off, [moves], 6, 7 * minute)).toEqual([]);
    expect(handlesOn(at, [knob("watermark.delay", 0)], [line()], 6, 0)).toEqual(
      [],
    );
  });
});
