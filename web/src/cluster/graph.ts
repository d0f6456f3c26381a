/** Where a graph's boxes and arrows stand: columns from left to right, rows from top to bottom. Pixels only. */
import type { Edge, Graph, Node } from "../studio";

export const boxWidth = 152;
export const gap = 72;
const lineHeight = 15;
const head = 26;
const rowGap = 20;
const margin = 8;

export interface Box {
  node: Node;
  x: number;
  y: number;
  height: number;
}

export interface Arrow {
  edge: Edge;
  path: string;
  /** Where the first token out stands, and where the last one fits. */
  from: readonly [number, number];
  to: readonly [number, number];
}

export interface Layout {
  boxes: Box[];
  arrows: Arrow[];
  width: number;
  height: number;
}

const heightOf = ({ lines, state }: Node): number =>
  head + lineHeight * (lines.length + (state ? 1 : 0)) + 10;

/** Rows are as high as their highest box, and a column with fewer rows stands in the middle. */
export function layOut({ nodes, edges }: Graph): Layout {
  const columns = Math.max(0, ...nodes.map(({ column }) => column)) + 1;
  const heights: number[] = [];
  for (const node of nodes)
    heights[node.row] = Math.max(heights[node.row] ?? 0, heightOf(node));
  const tops: number[] = [];
  let y = margin;
  for (let row = 0; row < heights.length; row++) {
    tops[row] = y;
    y += (heights[row] ?? 0) + rowGap;
  }
  const height = Math.max(y - rowGap + margin, 60);
  const rowsOf = (column: number) =>
    Math.max(0, ...nodes.filter((n) => n.column === column).map((n) => n.row)) +
    1;
  const boxes = nodes.map((node): Box => {
    const rows = rowsOf(node.column);
    const last = rows - 1;
    const used = (tops[last] ?? 0) + (heights[last] ?? 0) - margin;
    const shift = (height - 2 * margin - used) / 2;
    return {
      node,
      x: margin + node.column * (boxWidth + gap),
      y: (tops[node.row] ?? margin) + shift,
      height: heightOf(node),
    };
  });
  const of = (id: string) => boxes.find(({ node }) => node.id === id);
  const arrows = edges.flatMap((edge): Arrow[] => {
    const [a, b] = [of(edge.from), of(edge.to)];
    return a && b ? [arrow(edge, a, b)] : [];
  });
  const width = 2 * margin + columns * boxWidth + (columns - 1) * gap;
  return { boxes, arrows, width, height };
}

function arrow(edge: Edge, a: Box, b: Box): Arrow {
  const middle = (box: Box) => box.y + box.height / 2;
  const round = (n: number) => n.toFixed(1);
  if (a.x === b.x) {
    // In one column: from below to above, or the other way round.
    const down = a.y < b.y;
    const x = a.x + boxWidth / 2;
    const from = [x, down ? a.y + a.height : a.y] as const;
    const to = [x, down ? b.y : b.y + b.height] as const;
    return {
      edge,
      from,
      to,
      path: `M${round(from[0])},${round(from[1])}L${round(to[0])},${round(to[1])}`,
    };
  }
  const forward = a.x < b.x;
  const from = [forward ? a.x + boxWidth : a.x, middle(a)] as const;
  const to = [forward ? b.x : b.x + boxWidth, middle(b)] as const;
  const bend = (to[0] - from[0]) / 2;
  return {
    edge,
    from,
    to,
    path: `M${round(from[0])},${round(from[1])}C${round(from[0] + bend)},${round(from[1])} ${round(to[0] - bend)},${round(to[1])} ${round(to[0])},${round(to[1])}`,
  };
}

/** A point of an arrow, from 0 where it begins to 1 where it ends. */
export function along({ from, to }: Arrow, t: number): [number, number] {
  if (from[0] === to[0]) return [from[0], from[1] + (to[1] - from[1]) * t];
  const bend = (to[0] - from[0]) / 2;
  const u = 1 - t;
  const x =
    u ** 3 * from[0] +
    3 * u * u * t * (from[0] + bend) +
    3 * u * t * t * (to[0] - bend) +
    t ** 3 * to[0];
  const y =
    (u ** 3 + 3 * u * u * t) * from[1] + (3 * u * t * t + t ** 3) * to[1];
  return [x, y];
}
