/**
 * Undo and redo over values that are never changed in place. Knows nothing of what they are.
 */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Changes under the same name in a row count as one, as while a slider is dragged. */
  readonly gesture: string | undefined;
}

export const begin = <T>(present: T): History<T> => ({
  past: [],
  present,
  future: [],
  gesture: undefined,
});

/** Goes on to a new value; what had been undone is gone. */
export function change<T>(
  history: History<T>,
  present: T,
  gesture?: string,
): History<T> {
  const same = gesture !== undefined && gesture === history.gesture;
  return {
    past: same ? history.past : [...history.past, history.present],
    present,
    future: [],
    gesture,
  };
}

/** The next change counts by itself, even under the same name. */
export const settle = <T>(history: History<T>): History<T> =>
  history.gesture === undefined ? history : { ...history, gesture: undefined };

/** One change back; the same history where there is none. */
export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (history.past.length === 0) return history;
  return {
    past: history.past.slice(0, -1),
    present: before as T,
    future: [history.present, ...history.future],
    gesture: undefined,
  };
}

/** One change forward again; the same history where there is none. */
export function redo<T>(history: History<T>): History<T> {
  if (history.future.length === 0) return history;
  const [next, ...future] = history.future;
  return {
    past: [...history.past, history.present],
    present: next as T,
    future,
    gesture: undefined,
  };
}
