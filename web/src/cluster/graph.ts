/** Where a graph's boxes and arrows stand: columns from left to right or, where it is narrow, from top to bottom. Pixels only. */
import type { Edge, Graph, Node } from "../studio";

export const boxWidth = 152;
export const gap = 72;
const lineHeight = 15;
const head = 26;
const rowGap = 20;
const margin = 8;
/** Between two columns that stand one above the other. */
const downGap = 46;

export interface Box {
  node: Node;
  x: number;
  y: number;
  height: number;
}

type Point = readonly [number, number];

export interface Arrow {
  edge: Edge;
  path: string;
  /** Where the first token out stands, and where the last one fits. */
  from: Point;
  to: Point;
  /** What the curve bends to on its way. */
  bends: readonly [Point, Point];
}

export interface Layout {
  boxes: Box[];
  arrows: Arrow[];
  width: number;
  height: number;
  /** Whether columns stand one above the other. */
  down: boolean;
}

const heightOf = ({ lines, state }: Node): number =>
  head + lineHeight * (lines.length + (state ? 1 : 0)) + 10;

export function layOut({ nodes, edges }: Graph, down = false): Layout {
  const { boxes, width, height } = (down ? stacked : sideBySide)(nodes);
  const of = (id: string) => boxes.find(({ node }) => node.id === id);
  const arrows = edges.flatMap((edge): Arrow[] => {
    const [a, b] = [of(edge.from), of(edge.to)];
    return a && b ? [(down ? downward : arrow)(edge, a, b)] : [];
  });
  return { boxes, arrows, width, height, down };
}

type Places = Pick<Layout, "boxes" | "width" | "height">;

const columnsOf = (nodes: readonly Node[]): number =>
  Math.max(0, ...nodes.map(({ column }) => column)) + 1;

const rowsOf = (nodes: readonly Node[], column: number): number =>
  Math.max(0, ...nodes.filter((n) => n.column === column).map((n) => n.row)) +
  1;

/** Rows are as high as their highest box, and a column with fewer rows stands in the middle. */
function sideBySide(nodes: readonly Node[]): Places {
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
  const boxes = nodes.map((node): Box => {
    const last = rowsOf(nodes, node.column) - 1;
    const used = (tops[last] ?? 0) + (heights[last] ?? 0) - margin;
    const shift = (height - 2 * margin - used) / 2;
    return {
      node,
      x: margin + node.column * (boxWidth + gap),
      y: (tops[node.row] ?? margin) + shift,
      height: heightOf(node),
    };
  });
  const columns = columnsOf(nodes);
  const width = 2 * margin + columns * boxWidth + (columns - 1) * gap;
  return { boxes, width, height };
}

/** A column's boxes stand beside each other, in the middle; each column as high as its highest box. */
function stacked(nodes: readonly Node[]): Places {
  const columns = columnsOf(nodes);
  const counts = Array.from({ length: columns }, (_, column) =>
    rowsOf(nodes, column),
  );
  const across = (count: number) => count * boxWidth + (count - 1) * rowGap;
  const width = 2 * margin + across(Math.max(1, ...counts));
  const boxes: Box[] = [];
  let y = margin;
  for (let column = 0; column < columns; column++) {
    const left = (width - across(counts[column] ?? 1)) / 2;
    const here = nodes.filter((node) => node.column === column);
    for (const node of here)
      boxes.push({
        node,
        x: left + node.row * (boxWidth + rowGap),
        y,
        height: heightOf(node),
      });
    y += Math.max(0, ...here.map(heightOf)) + downGap;
  }
  return { boxes, width, height: Math.max(y - downGap + margin, 60) };
}

const round = ([x, y]: Point): string => `${x.toFixed(1)},${y.toFixed(1)}`;

function curve(edge: Edge, from: Point, to: Point, bends: [Point, Point]) {
  const path = `M${round(from)}C${round(bends[0])} ${round(bends[1])} ${round(to)}`;
  return { edge, from, to, bends, path };
}

function arrow(edge: Edge, a: Box, b: Box): Arrow {
  const middle = (box: Box) => box.y + box.height / 2;
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
      bends: [from, to],
      path: `M${round(from)}L${round(to)}`,
    };
  }
  const forward = a.x < b.x;
  const from = [forward ? a.x + boxWidth : a.x, middle(a)] as const;
  const to = [forward ? b.x : b.x + boxWidth, middle(b)] as const;
  const bend = (to[0] - from[0]) / 2;
  return curve(edge, from, to, [
    [from[0] + bend, from[1]],
    [to[0] - bend, to[1]],
  ]);
}

function downward(edge: Edge, a: Box, b: Box): Arrow {
  const middle = (box: Box) => box.x + boxWidth / 2;
  const from = [middle(a), a.y + a.height] as const;
  const to = [middle(b), b.y] as const;
  const bend = (to[1] - from[1]) / 2;
  return curve(edge, from, to, [
    [from[0], from[1] + bend],
    [to[0], to[1] - bend],
  ]);
}

/** A point of an arrow, from 0 where it begins to 1 where it ends. */
export function along({ from, to, bends }: Arrow, t: number): [number, number] {
  const u = 1 - t;
  const at = (i: 0 | 1) =>
    u ** 3 * from[i] +
    3 * u * u * t * bends[0][i] +
    3 * u * t * t * bends[1][i] +
    t ** 3 * to[i];
  return [at(0), at(1)];
}
