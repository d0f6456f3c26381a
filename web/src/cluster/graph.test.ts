import { describe, expect, test } from "vitest";
import type { Graph, Node } from "../studio";
import { broken, fits, layOut, leastDown, leastScale } from "./graph";

const node = (column: number, row: number, lines: string[] = []): Node => ({
  id: `${column}:${row}`,
  label: `Box ${column} ${row}`,
  kind: "task",
  column,
  row,
  lines,
  busy: undefined,
  health: "plain",
  state: "",
  changed: false,
});

const graph = (columns: number): Graph => ({
  nodes: Array.from({ length: columns }, (_, column) =>
    node(column, 0, ["transaction 0: 3 rows"]),
  ),
  edges: [],
});

describe("a graph", () => {
  test("of five columns fits beside prose and figures on a screen of 1280 px", () => {
    const room = 545;
    const layout = layOut(graph(5), { room });
    expect(layout.width * leastScale).toBeLessThanOrEqual(room);
    const wide = layOut(graph(5), { room: 1100 });
    expect(wide.boxWidth).toBeGreaterThan(layout.boxWidth);
    expect(layOut(graph(5))).toEqual(wide);
  });

  test("stands one column above the other where not even narrow boxes fit", () => {
    expect(fits(graph(5).nodes, 545)).toBe(true);
    expect(fits(graph(5).nodes, 320)).toBe(false);
    const down = layOut(graph(5), { down: true, room: 320 });
    expect(down.width).toBeLessThanOrEqual(320 / leastScale);
  });

  test("on end never needs more room than there is, however many boxes a column has", () => {
    for (const rows of [1, 2, 3, 4, 8])
      for (const room of [292, 330, 400]) {
        const wide: Graph = {
          nodes: [
            ...Array.from({ length: rows }, (_, row) => node(0, row)),
            node(1, 0),
          ],
          edges: [],
        };
        const layout = layOut(wide, { down: true, room });
        expect(layout.width * leastDown).toBeLessThanOrEqual(room + 0.01);
        const places = layout.boxes.map(({ x, y }) => `${x} ${y}`);
        expect(new Set(places).size).toBe(rows + 1);
        const [below] = layout.boxes.slice(-1);
        for (const { y, height } of layout.boxes.slice(0, -1))
          expect(y + height).toBeLessThan(below?.y ?? 0);
      }
  });

  test("breaks lines between words, and makes boxes as high as that takes", () => {
    expect(broken("transaction 0: 3 rows", 100, 6.1)).toEqual([
      "transaction",
      "0: 3 rows",
    ]);
    expect(broken("checkpointing", 60, 6.1)).toEqual(["checkpointing"]);
    const [narrow] = layOut(graph(5), { room: 545 }).boxes;
    const [wide] = layOut(graph(5)).boxes;
    expect(narrow?.height).toBeGreaterThan(wide?.height ?? 0);
  });
});
