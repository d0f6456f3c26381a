/**
 * Where things stand on the time plane: event time across, processing time down. Maps times to pixels and nothing else.
 */
import { scaleLinear, type ScaleLinear } from "d3-scale";
import type { Bounds, Overview, Scenario } from "../../core";
import { stepTicks, timeTicks, type Tick } from "../ticks";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A window's place in the head of the plane. */
export interface Band {
  bounds: Bounds;
  left: number;
  right: number;
  /** Windows that overlap stand in different rows. */
  row: number;
  /** Whether its text has room. */
  labelled: boolean;
}

/** A window of processing time: it lies across the plane. */
export interface Layer {
  bounds: Bounds;
  top: number;
  bottom: number;
  labelled: boolean;
}

export interface Plane {
  width: number;
  height: number;
  /** The part that is plotted on. */
  box: Box;
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
  bands: Band[];
  bandRows: number;
  /** The windows, where they are cut by processing time; then there are no bands. */
  layers: Layer[];
  acrossTicks: Tick[];
  downTicks: Tick[];
}

const rowHeight = 18;
const mostRows = 4;
const narrowest = 3;
const nearlyCharacter = 6.2;

/** Whether windows are cut by processing time. */
export const cutByArrival = ({ pipeline: { window } }: Scenario): boolean =>
  window?.kind === "tumbling" && window.clock === "processing";

/** A run as far as it says how much there is to show; its windows are of event time, or layers of processing time. */
export interface Extent {
  overview: Overview;
  layered: boolean;
}

const bandsOf = ({ overview, layered }: Extent): readonly Bounds[] =>
  layered ? [] : overview.bands;
const layersOf = ({ overview, layered }: Extent): readonly Bounds[] =>
  layered ? overview.bands : [];

/** From the least to the greatest of several ranges. */
const around = (ranges: readonly [number, number][]): [number, number] => [
  Math.min(...ranges.map(([from]) => from)),
  Math.max(...ranges.map(([, to]) => to)),
];

/**
 * Lays the plane out for a run, in so many pixels; its windows may be `secret`. Two runs that are compared are drawn to one measure, so that they differ where they do.
 */
export function layOut(
  overview: Overview,
  width: number,
  height: number,
  layered = false,
  secret = false,
  beside?: Extent,
): Plane {
  const narrow = width < 480;
  const shown = [{ overview, layered }, ...(beside ? [beside] : [])];
  const above = bandsOf({ overview, layered });
  const [from, to] = across({
    eventRange: around(shown.map(({ overview }) => overview.eventRange)),
    bands: shown.flatMap(bandsOf),
  });
  const left = narrow ? 52 : 66;
  const right = width - (narrow ? 10 : 18);
  const x = scaleLinear([from, to], [left, right]);
  const { bands, rows: own } = secret
    ? { bands: [], rows: Math.min(mostRows, overview.keys.length) }
    : placeBands(above, x);
  const rows = Math.max(own, beside ? placeBands(bandsOf(beside), x).rows : 0);
  const box = {
    left,
    top: rows * rowHeight + 30,
    right,
    bottom: Math.max(height - 26, 120),
  };
  const [first, last] = down(
    around(shown.map(({ overview }) => overview.processingRange)),
    shown.flatMap(layersOf),
  );
  const room = Math.max((last - first) * 0.05, overview.timed ? 500 : 0.6);
  const y = scaleLinear([first - room, last + room], [box.top, box.bottom]);
  const acrossTicks = timeTicks(from, to, Math.floor((right - left) / 76));
  const most = Math.floor((box.bottom - box.top) / 56);
  const downTicks = overview.timed
    ? timeTicks(first - room, last + room, most)
    : stepTicks(first, last, most);
  return {
    width,
    height,
    box,
    x,
    y,
    bands,
    bandRows: rows,
    layers: placeLayers(layersOf({ overview, layered }), y),
    acrossTicks,
    downTicks,
  };
}

/** Event time shown: all events, and the windows around them as far as that does not squeeze the events. */
export function across({
  eventRange,
  bands,
}: Pick<Overview, "eventRange" | "bands">): [number, number] {
  const [first, last] = eventRange;
  let [from, to] = [first, last];
  for (const { start, end } of bands) {
    from = Math.min(from, start ?? first);
    to = Math.max(to, end ?? last);
  }
  // The events keep at least a third of the width.
  const [before, after] = [first - from, to - last];
  const room = 2 * Math.max(last - first, 1_000);
  const share = Math.min(1, room / Math.max(before + after, 1));
  [from, to] = [first - before * share, last + after * share];
  const margin = (to - from) * 0.03 + (to === from ? 500 : 0);
  return [from - margin, to + margin];
}

/** Processing time shown: all steps, and the windows that are cut by it. */
function down(
  [first, last]: [number, number],
  layers: readonly Bounds[],
): [number, number] {
  const span = Math.max(last - first, 1_000);
  const starts = layers.map(({ start }) => start ?? first);
  const ends = layers.map(({ end }) => end ?? last);
  return [
    Math.max(Math.min(first, ...starts), first - span),
    Math.min(Math.max(last, ...ends), last + span),
  ];
}

/** Windows of processing time as far as they are on the plane. */
function placeLayers(
  windows: readonly Bounds[],
  y: ScaleLinear<number, number>,
): Layer[] {
  const [low, high] = y.range() as [number, number];
  return windows.flatMap((bounds) => {
    if (bounds.start === undefined || bounds.end === undefined) return [];
    const top = Math.max(y(bounds.start), low);
    const bottom = Math.min(y(bounds.end), high);
    const labelled = bottom - top > rowHeight;
    return top < bottom ? [{ bounds, top, bottom, labelled }] : [];
  });
}

/** Packs windows into as few rows as it takes that none overlap; what does not fit in the last row is not placed. */
function placeBands(
  windows: readonly Bounds[],
  x: ScaleLinear<number, number>,
): { bands: Band[]; rows: number } {
  const [low, high] = x.range() as [number, number];
  const ends: number[] = [];
  const bands: Band[] = [];
  const sorted = [...windows].sort(
    (a, b) => (a.start ?? 0) - (b.start ?? 0) || (a.end ?? 0) - (b.end ?? 0),
  );
  for (const bounds of sorted) {
    if (bounds.start === undefined || bounds.end === undefined) continue;
    const left = Math.max(x(bounds.start), low);
    const right = Math.min(x(bounds.end), high);
    // Windows too narrow to be told apart would be a grey haze.
    if (right - left < narrowest) continue;
    let row = ends.findIndex((end) => end <= left + 0.5);
    if (row < 0) row = ends.length;
    if (row >= mostRows) continue;
    ends[row] = right;
    const labelled = right - left > bounds.text.length * nearlyCharacter + 6;
    bands.push({ bounds, left, right, row, labelled });
  }
  return { bands, rows: Math.max(1, ends.length) };
}

/** The middle of a band's row. */
export const bandY = (row: number): number =>
  row * rowHeight + rowHeight / 2 + 2;

/** The event nearest to a point, if one is near enough. */
export function nearest(
  plane: Plane,
  eventTime: Float64Array,
  arrival: Float64Array,
  x: number,
  y: number,
  reach = 16,
): number | undefined {
  // The scales are straight: two multiplications an event, however often a hand moves.
  const [x0, kx] = straight(plane.x);
  const [y0, ky] = straight(plane.y);
  let best: number | undefined;
  let distance = reach * reach;
  for (let i = 0; i < eventTime.length; i++) {
    const dx = x0 + kx * (eventTime[i] ?? NaN) - x;
    const dy = y0 + ky * (arrival[i] ?? NaN) - y;
    const d = dx * dx + dy * dy;
    if (d < distance) [best, distance] = [i, d];
  }
  return best;
}

/** A scale as what it is: where 0 would be, and its slope. */
export function straight(scale: ScaleLinear<number, number>): [number, number] {
  const [a, b] = scale.domain() as [number, number];
  const slope = a === b ? 0 : (scale(b) - scale(a)) / (b - a);
  return [scale(a) - slope * a, slope];
}
