/** Times that a hand means: whole steps that are wide enough on the screen to be told apart. */
import type { ScaleLinear } from "d3-scale";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const steps = [
  1,
  10,
  100,
  500,
  second,
  5 * second,
  10 * second,
  30 * second,
  minute,
  5 * minute,
  10 * minute,
  30 * minute,
  hour,
  6 * hour,
  24 * hour,
];

/** The least step of time that is at least so many pixels wide. */
export function gridOf(scale: ScaleLinear<number, number>, pixels = 4): number {
  const wide = Math.abs(scale.invert(pixels) - scale.invert(0));
  return steps.find((step) => step >= wide) ?? Math.ceil(wide / hour) * hour;
}

export const toGrid = (ms: number, step: number): number =>
  Math.round(ms / step) * step;

/** The next time on the grid in a direction; what stands beside it goes to it first. */
export function alongGrid(ms: number, step: number, by: number): number {
  const at = by > 0 ? Math.floor(ms / step) : Math.ceil(ms / step);
  return (at + by) * step;
}
