/** Where a graph's boxes and arrows stand: columns from left to right or, where it is narrow, from top to bottom. Pixels only. */
import type { Edge, Graph, Node } from "../studio";

const widest = 152;
const gap = 72;
/** Where there is less room boxes and gaps become narrower, down to these. */
const narrowest = 92;
const leastGap = 44;
/** Nothing is drawn smaller than this, so that text can be read; in columns one above the other, which is where it is narrow, not even so. */
export const leastScale = 0.8;
export const leastDown = 0.86;
/** About how wide a letter of a line is, and of a label. */
const letter = 6.1;
const boldLetter = 7;
const padding = 18;
const lineHeight = 15;
const head = 26;
const rowGap = 20;
const margin = 8;
/** Between two columns that stand one above the other. */
const downGap = 46;

export interface Box {
  node: Node;
  /** What is written into it, broken into lines that fit. */
  label: string[];
  state: string[];
  lines: string[];
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
  boxWidth: number;
  /** Whether columns stand one above the other. */
  down: boolean;
}

/** Breaks a text between words, where it would be wider than a box. A word that is too long stays whole. */
export function broken(text: string, width: number, letter: number): string[] {
  const most = Math.max(1, Math.floor((width - padding) / letter));
  const lines: string[] = [];
  for (const word of text.split(" ").filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** What a box holds, in lines, and how high it is with them. */
function written(node: Node, width: number, sign: string) {
  const label = broken(sign + node.label, width, boldLetter);
  const state = node.state ? broken(node.state, width, letter) : [];
  const lines = node.lines.flatMap((line) => broken(line, width, letter));
  const count = label.length - 1 + state.length + lines.length;
  return { node, label, state, lines, height: head + lineHeight * count + 10 };
}

type Written = ReturnType<typeof written>;

/** How wide boxes and gaps are, side by side, where there is so much room; none is given before it is known. */
export function sizes(
  columns: number,
  room: number | undefined,
): { boxWidth: number; gap: number } {
  const across = (box: number, gap: number) =>
    2 * margin + columns * box + (columns - 1) * gap;
  const there = (room ?? 0) / leastScale;
  if (!room || across(widest, gap) <= there) return { boxWidth: widest, gap };
  const left = there - 2 * margin - (columns - 1) * leastGap;
  const boxWidth = Math.max(narrowest, Math.min(widest, left / columns));
  return { boxWidth, gap: leastGap };
}

/** Whether columns have room side by side. */
export const fits = (nodes: readonly Node[], room: number): boolean => {
  const columns = columnsOf(nodes);
  const least = 2 * margin + columns * narrowest + (columns - 1) * leastGap;
  return least * leastScale <= room;
};

interface Options {
  /** Columns one above the other. */
  down?: boolean;
  /** How wide the place for it is, in pixels. */
  room?: number | undefined;
  /** What stands before a node's label. */
  sign?: (node: Node) => string;
}

export function layOut({ nodes, edges }: Graph, options: Options = {}): Layout {
  const { down = false, room, sign = () => "" } = options;
  const { boxWidth, gap } = down
    ? { boxWidth: stackedWidth(nodes, room), gap: 0 }
    : sizes(columnsOf(nodes), room);
  const all = nodes.map((node) => written(node, boxWidth, sign(node)));
  const { boxes, width, height } = down
    ? stacked(all, boxWidth, room)
    : sideBySide(all, boxWidth, gap);
  const of = (id: string) => boxes.find(({ node }) => node.id === id);
  const arrows = edges.flatMap((edge): Arrow[] => {
    const [a, b] = [of(edge.from), of(edge.to)];
    return a && b ? [(down ? downward : arrow)(edge, a, b, boxWidth)] : [];
  });
  return { boxes, arrows, width, height, boxWidth, down };
}

type Places = Pick<Layout, "boxes" | "width" | "height">;

const columnsOf = (nodes: readonly Node[]): number =>
  Math.max(0, ...nodes.map(({ column }) => column)) + 1;

const rowsOf = (nodes: readonly Node[], column: number): number =>
  Math.max(0, ...nodes.filter((n) => n.column === column).map((n) => n.row)) +
  1;

/** Rows are as high as their highest box, and a column with fewer rows stands in the middle. */
function sideBySide(
  all: readonly Written[],
  boxWidth: number,
  gap: number,
): Places {
  const nodes = all.map(({ node }) => node);
  const heights: number[] = [];
  for (const { node, height } of all)
    heights[node.row] = Math.max(heights[node.row] ?? 0, height);
  const tops: number[] = [];
  let y = margin;
  for (let row = 0; row < heights.length; row++) {
    tops[row] = y;
    y += (heights[row] ?? 0) + rowGap;
  }
  const height = Math.max(y - rowGap + margin, 60);
  const boxes = all.map((box): Box => {
    const { node } = box;
    const last = rowsOf(nodes, node.column) - 1;
    const used = (tops[last] ?? 0) + (heights[last] ?? 0) - margin;
    const shift = (height - 2 * margin - used) / 2;
    return {
      ...box,
      x: margin + node.column * (boxWidth + gap),
      y: (tops[node.row] ?? margin) + shift,
    };
  });
  const columns = columnsOf(nodes);
  const width = 2 * margin + columns * boxWidth + (columns - 1) * gap;
  return { boxes, width, height };
}

/** So many boxes stand beside each other where columns stand one above the other and there is so much room. */
const perLine = (room: number | undefined, boxWidth: number): number =>
  room === undefined
    ? Infinity
    : Math.max(
        1,
        Math.floor(
          (room / leastDown - 2 * margin + rowGap) / (boxWidth + rowGap),
        ),
      );

/** How wide boxes are in columns one above the other: narrower, where that lets a column's boxes stand in one line. */
function stackedWidth(nodes: readonly Node[], room?: number): number {
  const columns = Array.from({ length: columnsOf(nodes) }, (_, i) => i);
  const most = Math.max(1, ...columns.map((column) => rowsOf(nodes, column)));
  const beside = Math.min(most, perLine(room, narrowest));
  if (room === undefined || beside <= perLine(room, widest)) return widest;
  const left = room / leastDown - 2 * margin - (beside - 1) * rowGap;
  return left / beside;
}

/** A column's boxes stand beside each other, in the middle, in as many lines as it takes; each line as high as its highest box. */
function stacked(
  all: readonly Written[],
  boxWidth: number,
  room: number | undefined,
): Places {
  const nodes = all.map(({ node }) => node);
  const most = perLine(room, boxWidth);
  const lines: { boxes: Written[]; gap: number }[] = [];
  for (let column = 0; column < columnsOf(nodes); column++) {
    const here = all
      .filter(({ node }) => node.column === column)
      .sort((a, b) => a.node.row - b.node.row);
    for (let i = 0; i < here.length; i += most) {
      const last = i + most >= here.length;
      const boxes = here.slice(i, i + most);
      lines.push({ boxes, gap: last ? downGap : rowGap });
    }
  }
  const across = (count: number) => count * boxWidth + (count - 1) * rowGap;
  const counts = lines.map(({ boxes }) => boxes.length);
  const width = 2 * margin + across(Math.max(1, ...counts));
  const boxes: Box[] = [];
  let y = margin;
  for (const line of lines) {
    const left = (width - across(line.boxes.length)) / 2;
    line.boxes.forEach((box, i) =>
      boxes.push({ ...box, x: left + i * (boxWidth + rowGap), y }),
    );
    y += Math.max(0, ...line.boxes.map(({ height }) => height)) + line.gap;
  }
  return { boxes, width, height: Math.max(y - downGap + margin, 60) };
}

const round = ([x, y]: Point): string => `${x.toFixed(1)},${y.toFixed(1)}`;

function curve(edge: Edge, from: Point, to: Point, bends: [Point, Point]) {
  const path = `M${round(from)}C${round(bends[0])} ${round(bends[1])} ${round(to)}`;
  return { edge, from, to, bends, path };
}

function arrow(edge: Edge, a: Box, b: Box, boxWidth: number): Arrow {
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

function downward(edge: Edge, a: Box, b: Box, boxWidth: number): Arrow {
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
