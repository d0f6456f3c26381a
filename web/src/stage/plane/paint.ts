/**
 * Paints the time plane's marks: the diagonal, the watermarks' steps, the firings, the events. Draws what the core says; the one thing it
 * decides is what is still to come, by comparing positions with the playhead.
 */
import type { Columns, WatermarkLine } from "../../core";
import { colourOf, shapeOf, traceShape, type Ink } from "../palette";
import { Status } from "../status";
import type { Firing } from "./firings";
import { straight, type Plane } from "./geometry";

export interface Scene {
  plane: Plane;
  ink: Ink;
  timed: boolean;
  columns: Columns;
  statuses: Uint8Array;
  lines: readonly WatermarkLine[];
  firings: readonly Firing[];
  position: number;
  /** Where the processing clock stands. */
  now: number;
  /** While a prediction is open, what is to come stays hidden but for the events themselves. */
  secret: boolean;
  /** The event of the last step, if it was one, and its source. */
  fresh: number | undefined;
  freshSource: string | undefined;
  litEvents: ReadonlySet<number>;
  litEmissions: ReadonlySet<number>;
}

/** How large marks are drawn: smaller, the more there are. */
export const markSize = (count: number): number =>
  count <= 60 ? 6 : count <= 400 ? 4 : 2.6;

export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { left, top, right, bottom } = scene.plane.box;
  context.save();
  context.beginPath();
  context.rect(left - 8, top, right - left + 16, bottom - top);
  context.clip();
  if (scene.timed) paintDiagonal(context, scene);
  for (const line of scene.lines) paintWatermark(context, scene, line);
  paintFirings(context, scene);
  paintEvents(context, scene);
  paintFresh(context, scene);
  context.restore();
}

/**
 * Where the watermark that an event of a source is judged by stood before a position's step; nothing where it stood nowhere on
 * the plane.
 */
export function standing(
  lines: readonly WatermarkLine[],
  position: number,
  source?: string,
): number | undefined {
  const judging = lines.filter(({ judges }) => judges);
  const { moves } =
    judging.length > 1
      ? (judging.find((line) => line.source === source) ?? {})
      : (judging[0] ?? {});
  let at: number | undefined;
  for (let i = 0; moves && i < moves.length; i += 3)
    if ((moves[i] ?? 0) < position - 1) at = moves[i + 2];
  return at !== undefined && Number.isFinite(at) ? at : undefined;
}

/** Rings the last step's event, and spans how far it was behind the watermark. */
function paintFresh(context: CanvasRenderingContext2D, scene: Scene): void {
  const { plane, ink, fresh, columns, statuses, position } = scene;
  if (fresh === undefined) return;
  const [x, y] = [
    plane.x(columns.eventTime[fresh] ?? NaN),
    plane.y(columns.arrival[fresh] ?? NaN),
  ];
  const size = markSize(columns.eventTime.length);
  const status = statuses[fresh];
  const before = standing(scene.lines, position, scene.freshSource);
  if (
    before !== undefined &&
    (status === Status.lost || status === Status.behind)
  ) {
    context.strokeStyle = ink.loss;
    context.lineWidth = 1.4;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(x + size + 5, y);
    context.lineTo(plane.x(before), y);
    context.stroke();
    context.setLineDash([]);
  }
  context.strokeStyle = ink.accent;
  context.lineWidth = 1.4;
  context.beginPath();
  context.arc(x, y, size + 5.5, 0, 2 * Math.PI);
  context.stroke();
}

/** Where events would stand if they arrived the moment they happen. */
function paintDiagonal(
  context: CanvasRenderingContext2D,
  { plane, ink }: Scene,
): void {
  const { x, y } = plane;
  const [from, to] = x.domain() as [number, number];
  context.strokeStyle = ink.soft;
  context.globalAlpha = 0.8;
  context.lineWidth = 1.2;
  context.setLineDash([1.5, 4]);
  context.beginPath();
  context.moveTo(x(from), y(from));
  context.lineTo(x(to), y(to));
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function paintWatermark(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { judges, moves }: WatermarkLine,
): void {
  const { plane, ink, position, now } = scene;
  const { box, x, y } = plane;
  const past = new Path2D();
  const future = new Path2D();
  if (moves.length === 0) return;
  // Before its first move it stands nowhere: the line comes in from the left.
  let at = { x: box.left, y: y(moves[1] ?? 0) };
  let passed = (moves[0] ?? 0) < position;
  (passed ? past : future).moveTo(at.x, at.y);
  for (let i = 0; i < moves.length; i += 3) {
    const [step, time, to] = [
      moves[i] ?? 0,
      moves[i + 1] ?? 0,
      moves[i + 2] ?? 0,
    ];
    const next = {
      x: Math.min(
        Math.max(
          to === -Infinity ? box.left : to === Infinity ? box.right : x(to),
          box.left,
        ),
        box.right,
      ),
      y: y(time),
    };
    // Less than half a pixel shows nothing.
    const stays = (passed ? step < position : true) && i + 3 < moves.length;
    if (stays && Math.abs(next.x - at.x) < 0.5 && Math.abs(next.y - at.y) < 0.5)
      continue;
    if (passed && step >= position) {
      past.lineTo(at.x, y(now));
      future.moveTo(at.x, y(now));
      passed = false;
    }
    const path = passed ? past : future;
    path.lineTo(at.x, next.y);
    path.lineTo(next.x, next.y);
    at = next;
  }
  (passed ? past : future).lineTo(at.x, passed ? y(now) : box.bottom);
  context.strokeStyle = ink.watermark;
  context.lineJoin = "round";
  context.lineWidth = judges ? 2.4 : 1.1;
  if (!judges) context.globalAlpha = 0.75;
  context.stroke(past);
  if (!scene.secret) {
    context.globalAlpha = 0.35;
    context.lineWidth = 1.2;
    context.setLineDash([4, 4]);
    context.stroke(future);
    context.setLineDash([]);
  }
  context.globalAlpha = 1;
}

function paintFirings(context: CanvasRenderingContext2D, scene: Scene): void {
  const { plane, ink, position, litEmissions } = scene;
  const { box, x, y } = plane;
  const [ahead, come, lit] = [new Path2D(), new Path2D(), new Path2D()];
  const last = new Map<Path2D, string>();
  for (const firing of scene.firings) {
    const there = firing.position <= position;
    if (!there && scene.secret) continue;
    const shines =
      litEmissions.size > 0 &&
      firing.emissions.some((index) => litEmissions.has(index));
    const path = shines ? lit : there ? come : ahead;
    const from = Math.max(x(firing.start), box.left);
    const to = Math.min(x(firing.end), box.right);
    if (from > box.right || to < box.left) continue;
    // Many updates of one window in one pixel are one line.
    const place = `${Math.round(from)} ${Math.round(to)} ${Math.round(2 * y(firing.at))}`;
    if (last.get(path) === place) continue;
    last.set(path, place);
    path.moveTo(from, y(firing.at));
    path.lineTo(to, y(firing.at));
  }
  for (const [path, alpha, colour, width] of [
    [ahead, 0.3, ink.result, 1.4],
    [come, 1, ink.result, 2.6],
    [lit, 1, ink.lit, 5],
  ] as const) {
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
  context.globalAlpha = 1;
}

/** With more events than this their marks are painted by `ManyMarks`, under what is painted here. */
export const many = 400;

function paintEvents(context: CanvasRenderingContext2D, scene: Scene): void {
  const { plane, columns, statuses, litEvents, ink } = scene;
  const size = markSize(columns.eventTime.length);
  for (const index of litEvents) {
    context.beginPath();
    context.arc(
      plane.x(columns.eventTime[index] ?? NaN),
      plane.y(columns.arrival[index] ?? NaN),
      size + 6,
      0,
      2 * Math.PI,
    );
    context.fillStyle = ink.lit;
    context.globalAlpha = 0.55;
    context.fill();
    context.globalAlpha = 1;
  }
  if (statuses.length > many) return;
  for (const { key, status, places } of placesOf(scene))
    paintMarks(context, ink, key, status, size, pairs(places));
}

/** Where the events of one key and fate stand. */
export interface Group {
  key: number;
  status: number;
  /** X and y in turn. */
  places: number[];
}

/** The events on the plane, by key and fate: lost ones last, on top of what they stand among. */
export function placesOf({ plane, columns, statuses }: Scene): Group[] {
  const { box } = plane;
  const [x0, kx] = straight(plane.x);
  const [y0, ky] = straight(plane.y);
  const groups = new Map<number, Group>();
  for (let i = 0; i < statuses.length; i++) {
    const x = x0 + kx * (columns.eventTime[i] ?? NaN);
    const y = y0 + ky * (columns.arrival[i] ?? NaN);
    if (!(x > box.left - 20 && x < box.right + 20)) continue;
    if (!(y > box.top - 20 && y < box.bottom + 20)) continue;
    const [key, status] = [columns.key[i] ?? 0, statuses[i] ?? 0];
    const group = groups.get(key * 8 + status);
    if (group) group.places.push(x, y);
    else groups.set(key * 8 + status, { key, status, places: [x, y] });
  }
  return [...groups.values()].sort((a, b) => a.status - b.status);
}

const pairs = (places: readonly number[]): [number, number][] =>
  Array.from({ length: places.length / 2 }, (_, i) => [
    places[2 * i] ?? 0,
    places[2 * i + 1] ?? 0,
  ]);

/** Draws events of one key and fate. Fate shows in the form, not in the colour alone. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  ink: Ink,
  key: number,
  status: number,
  size: number,
  places: readonly (readonly [number, number])[],
): void {
  const colour = colourOf(ink, key);
  const outline = new Path2D();
  for (const [x, y] of places) traceShape(outline, shapeOf(key), x, y, size);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = size > 4 ? 1.8 : 1.2;
  switch (status) {
    case Status.future:
      context.globalAlpha = 0.55;
      context.setLineDash([1.8, 2.2]);
      context.stroke(outline);
      context.setLineDash([]);
      context.globalAlpha = 1;
      return;
    case Status.waiting:
      // Hollow, with a core: taken in, not yet counted.
      context.fillStyle = ink.ground;
      context.fill(outline);
      context.stroke(outline);
      context.fillStyle = colour;
      context.fill(disks(places, size * 0.4));
      return;
    case Status.behind:
      context.fill(outline);
      context.stroke(disks(places, size + 3.2));
      return;
    case Status.lost:
    case Status.elsewhere:
      context.fillStyle = ink.ground;
      context.fill(outline);
      context.stroke(outline);
      context.strokeStyle = status === Status.lost ? ink.loss : ink.soft;
      context.lineWidth = size > 4 ? 2.2 : 1.5;
      context.stroke(crosses(places, size * 1.35, status === Status.lost));
      return;
    default:
      context.fill(outline);
      context.stroke(outline);
  }
}

function disks(
  places: readonly (readonly [number, number])[],
  r: number,
): Path2D {
  const path = new Path2D();
  for (const [x, y] of places) {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  }
  return path;
}

/** A cross through each place, or only one stroke of it. */
function crosses(
  places: readonly (readonly [number, number])[],
  r: number,
  both: boolean,
): Path2D {
  const path = new Path2D();
  for (const [x, y] of places) {
    path.moveTo(x - r, y - r);
    path.lineTo(x + r, y + r);
    if (!both) continue;
    path.moveTo(x + r, y - r);
    path.lineTo(x - r, y + r);
  }
  return path;
}
