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
  const firings = new Map<string, Firing>();
  for (let i = 0; i * 4 < marks.length; i++) {
    const [position, at, start, end] = marks.subarray(i * 4, i * 4 + 4);
    const name = `${position} ${start} ${end}`;
    const firing = firings.get(name);
    if (firing) firing.emissions.push(i);
    else
      firings.set(name, {
        position: position ?? 0,
        at: at ?? 0,
        start: Number.isFinite(start) ? (start ?? from) : from,
        end: Number.isFinite(end) ? (end ?? to) : to,
        emissions: [i],
      });
  }
  return [...firings.values()];
}
