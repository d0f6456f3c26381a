/** Results as marks: those of one window at one step stand together. */

/** All results of one window at one step. */
export interface Firing {
  position: number;
  at: number;
  start: number;
  end: number;
  /** The results' numbers. */
  emissions: number[];
}

/** The same as lines all the way across: where windows are cut by another clock. */
export const allAcross = (
  firings: readonly Firing[],
  [start, end]: readonly [number, number],
): Firing[] => firings.map((firing) => ({ ...firing, start, end }));

/** Reads the core's marks, four numbers a result; a window without bounds goes over all event time. */
export function firingsOf(
  marks: Float64Array,
  [from, to]: readonly [number, number],
): Firing[] {
  const firings: Firing[] = [];
  // Results come in the order of their steps: one of the same step is not far back.
  let first = 0;
  for (let i = 0; i * 4 < marks.length; i++) {
    const position = marks[4 * i] ?? 0;
    const [start, end] = [marks[4 * i + 2] ?? NaN, marks[4 * i + 3] ?? NaN];
    const firing: Firing = {
      position,
      at: marks[4 * i + 1] ?? 0,
      start: Number.isFinite(start) ? start : from,
      end: Number.isFinite(end) ? end : to,
      emissions: [i],
    };
    if (firings[first]?.position !== position) first = firings.length;
    let at = first;
    while (at < firings.length && !ofOneWindow(firings[at], firing)) at++;
    const same = firings[at];
    if (same) same.emissions.push(i);
    else firings.push(firing);
  }
  return firings;
}

const ofOneWindow = (a: Firing | undefined, b: Firing): boolean =>
  a?.start === b.start && a.end === b.end;
