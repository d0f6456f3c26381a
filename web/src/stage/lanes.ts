/** Packs a key's windows into as few rows as it takes that none overlap. */
import type { WindowRow } from "../core";

export interface PackedWindow {
  row: WindowRow;
  /** Its row, from the top. */
  depth: number;
  from: number;
  to: number;
}

/** A window without bounds goes over all that is shown. */
export function pack(
  windows: readonly WindowRow[],
  [low, high]: readonly [number, number],
): { boxes: PackedWindow[]; rows: number } {
  const ends: number[] = [];
  const place = ({ window }: WindowRow) =>
    [
      Math.max(window.start ?? low, low),
      Math.min(window.end ?? high, high),
    ] as const;
  const boxes = [...windows]
    .sort(
      (a, b) =>
        place(a)[0] - place(b)[0] ||
        place(a)[1] - place(b)[1] ||
        a.lane - b.lane,
    )
    .map((row) => {
      const [from, to] = place(row);
      let depth = ends.findIndex((end) => end <= from);
      if (depth < 0) depth = ends.length;
      ends[depth] = Math.max(to, from);
      return { row, depth, from, to };
    });
  return { boxes, rows: ends.length };
}
