/**
 * What is pointed at, by pointer, focus or a link in the prose, and what belongs to it: an event with its windows and results, a result
 * with the events it came from. Every view lights up the same things.
 */
import type { EmissionView, StateRow, WindowRow } from "../core";
import type { Session } from "../lesson/session.svelte";

/** Something on the stage. */
export type Thing =
  | { kind: "event"; index: number }
  | { kind: "window"; key: string; text: string }
  | { kind: "emission"; index: number };

interface Lit {
  events: ReadonlySet<number>;
  /** By key and window. */
  windows: ReadonlySet<string>;
  emissions: ReadonlySet<number>;
}

const nothing: Lit = {
  events: new Set(),
  windows: new Set(),
  emissions: new Set(),
};

/** A window's name across views. */
export const windowName = (key: string, text: string): string =>
  `${key} ${text}`;

export class Highlight {
  pointed = $state.raw<Thing>();
  /** Stays until something else is picked. */
  picked = $state.raw<Thing>();
  /** A knob that the prose points at. */
  knob = $state<string>();

  constructor(private readonly session: Session) {}

  readonly thing = $derived.by(() => this.pointed ?? this.picked);
  readonly lit: Lit = $derived.by(() =>
    this.thing ? this.#around(this.thing) : nothing,
  );

  point(thing: Thing | undefined): void {
    this.pointed = thing;
  }

  pick(thing: Thing | undefined): void {
    this.picked = thing;
  }

  clear(): void {
    this.pointed = undefined;
    this.picked = undefined;
    this.knob = undefined;
  }

  /** The event, if it is one that is pointed at. */
  readonly event = $derived.by(() =>
    this.thing?.kind === "event" ? this.thing.index : undefined,
  );

  #around(thing: Thing): Lit {
    const { run, frame } = this.session;
    const emissions = run.emissions.upTo(frame.emitted);
    const of = (row: StateRow | EmissionView | WindowRow) =>
      windowName(row.key, row.window.text);
    switch (thing.kind) {
      case "event": {
        const has = (row: { events: number[] }) =>
          row.events.includes(thing.index);
        const results = emissions.filter(has);
        return {
          events: new Set([thing.index]),
          windows: new Set([...results, ...frame.state.filter(has)].map(of)),
          emissions: new Set(results.map(({ index }) => index)),
        };
      }
      case "window": {
        const name = windowName(thing.key, thing.text);
        const results = emissions.filter((row) => of(row) === name);
        const kept = frame.state.filter((row) => of(row) === name);
        return {
          events: new Set(
            [...kept, ...results].flatMap(({ events }) => events),
          ),
          windows: new Set([name]),
          emissions: new Set(results.map(({ index }) => index)),
        };
      }
      case "emission": {
        const row = run.emissions.at(thing.index);
        if (!row) return nothing;
        return {
          events: new Set(row.events),
          windows: new Set([of(row)]),
          emissions: new Set([thing.index]),
        };
      }
    }
  }
}
