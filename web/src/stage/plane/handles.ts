/** What of the pipeline can be taken hold of on the plane: the watermark's delay on its line, and windows by their edges. */
import type { Knob, WatermarkLine } from "../../core";
import { bandY, type Plane } from "./geometry";

export interface Handle {
  /** Its name for people. */
  name: string;
  knob: Knob;
  x: number;
  y: number;
  along: "x" | "y";
  /** Whether the knob's value grows to the right or down, or the other way. */
  sign: 1 | -1;
}

/** The handles that find a place on the plane when so many steps have been taken. */
export function handlesOn(
  plane: Plane,
  knobs: readonly Knob[],
  lines: readonly WatermarkLine[],
  position: number,
  now: number,
): Handle[] {
  const knob = (id: string) =>
    knobs.find((knob) => knob.id === id && !knob.disabled);
  const [delay, size, gap, slide] = [
    "watermark.delay",
    "window.size",
    "window.gap",
    "window.slide",
  ].map(knob);
  const handles: Handle[] = [];
  const line = delay && onLine(plane, lines.at(-1), position, now);
  if (delay && line)
    handles.push({
      name: "Watermark",
      knob: delay,
      ...line,
      along: "x",
      sign: -1,
    });
  const edge = size ?? gap;
  if (edge) {
    const name = size ? "Window edge" : "Session edge";
    const { box } = plane;
    const band = plane.bands.find(
      ({ left, right }) => left >= box.left && right <= box.right - 1,
    );
    const layer = plane.layers.find(({ bottom }) => bottom < box.bottom - 1);
    const at = { name, knob: edge, sign: 1 as const };
    if (band)
      handles.push({ ...at, x: band.right, y: bandY(band.row), along: "x" });
    else if (layer)
      handles.push({ ...at, x: box.right - 8, y: layer.bottom, along: "y" });
  }
  const second = plane.bands.find(
    ({ bounds }) => (bounds.start ?? 0) > (plane.bands[0]?.bounds.start ?? 0),
  );
  if (slide && second && second.left > plane.box.left)
    handles.push({
      name: "Slide edge",
      knob: slide,
      x: second.left,
      y: bandY(second.row),
      along: "x",
      sign: 1,
    });
  return handles;
}

/** A place on the watermark's line: where it stands now, or at its first move where it stands nowhere yet. */
function onLine(
  { box, x, y }: Plane,
  line: WatermarkLine | undefined,
  position: number,
  now: number,
): { x: number; y: number } | undefined {
  const moves = line?.moves ?? new Float64Array();
  let found: { x: number; y: number } | undefined;
  for (let i = 0; i < moves.length; i += 3) {
    const [step, time, to] = [moves[i] ?? 0, moves[i + 1] ?? 0, moves[i + 2]];
    if (found && step >= position) break;
    if (to === undefined || !Number.isFinite(to)) continue;
    const place = { x: x(to), y: y(time) };
    if (place.x < box.left || place.x > box.right) continue;
    const next = moves[i + 3];
    const stands = next === undefined || next >= position;
    found =
      stands && step < position
        ? { x: place.x, y: Math.max(place.y, y(now)) }
        : place;
  }
  return found && { x: found.x, y: Math.min(found.y, box.bottom - 12) };
}
