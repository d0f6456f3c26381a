/**
 * Finding the next and the previous of a kind on a timeline, and how each kind is drawn. A position is a number of steps taken, so that
 * what step `i` did is seen at position `i + 1`.
 */
import type { MarkKind } from "../core";

/** The first position behind `position` whose step did this; none if there is none. */
export function nextOf(
  timeline: Uint8Array,
  bit: number,
  position: number,
): number | undefined {
  for (let step = Math.max(0, position); step < timeline.length; step++)
    if ((timeline[step] ?? 0) & bit) return step + 1;
  return undefined;
}

/** The last position before `position` whose step did this; none if there is none. */
export function previousOf(
  timeline: Uint8Array,
  bit: number,
  position: number,
): number | undefined {
  for (
    let step = Math.min(position, timeline.length + 1) - 2;
    step >= 0;
    step--
  )
    if ((timeline[step] ?? 0) & bit) return step + 1;
  return undefined;
}

/** All positions up to `limit` whose steps did this. */
export function positionsOf(
  timeline: Uint8Array,
  bit: number,
  limit: number,
): number[] {
  const found: number[] = [];
  const end = Math.min(limit, timeline.length);
  for (let step = 0; step < end; step++)
    if ((timeline[step] ?? 0) & bit) found.push(step + 1);
  return found;
}

export type MarkShape = "tick" | "flag" | "cross" | "diamond" | "step" | "bar";

/** How a kind is drawn: apart by shape and height, not only by colour. */
export interface MarkLook {
  shape: MarkShape;
  /** Height of its tick, of 16. */
  tall: number;
  ink: "soft" | "result" | "loss" | "accent";
  /** The key that jumps to the next one, with Shift to the one before. */
  key: string;
}

/** By the core's bits; later ones are drawn over earlier ones. */
export const looks: ReadonlyMap<number, MarkLook> = new Map([
  [1, { shape: "tick", tall: 4, ink: "soft", key: "a" }],
  [16, { shape: "step", tall: 6, ink: "accent", key: "w" }],
  [128, { shape: "bar", tall: 8, ink: "accent", key: "b" }],
  [8, { shape: "diamond", tall: 12, ink: "accent", key: "m" }],
  [2, { shape: "flag", tall: 12, ink: "result", key: "f" }],
  [4, { shape: "cross", tall: 16, ink: "loss", key: "d" }],
  [64, { shape: "cross", tall: 16, ink: "loss", key: "c" }],
]);

/** The kind that a key jumps to. */
export const kindByKey = (
  kinds: readonly MarkKind[],
  key: string,
): MarkKind | undefined =>
  kinds.find(({ bit }) => looks.get(bit)?.key === key.toLowerCase());

/** The outline of a mark with its foot at `x`, `foot`; strokes only. */
export function markPath(
  { shape, tall }: MarkLook,
  x: number,
  foot: number,
): string {
  const top = foot - tall;
  switch (shape) {
    case "tick":
    case "bar":
      return `M${x},${foot}V${top}`;
    case "step":
      return `M${x - 2},${foot}V${top}H${x + 2}`;
    case "flag":
      return `M${x},${foot}V${top}L${x + 4},${top + 2.5}L${x},${top + 5}`;
    case "diamond":
      return `M${x},${foot}V${top + 5}L${x + 2.5},${top + 2.5}L${x},${top}L${x - 2.5},${top + 2.5}L${x},${top + 5}`;
    case "cross":
      return `M${x},${foot}V${top + 5}M${x - 2.5},${top}L${x + 2.5},${top + 5}M${x + 2.5},${top}L${x - 2.5},${top + 5}`;
  }
}
