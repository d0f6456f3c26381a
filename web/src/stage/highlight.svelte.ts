/**
 * What is pointed at, by pointer, focus or a link in the prose, and what belongs to it: an event with its windows and results, a result
 * with the events it came from. The core says what belongs to what; every view lights up the same things.
 */
import type { Lineage, Subject } from "../core";
import type { Session } from "../lesson/session.svelte";

/** Something on the stage. */
export type Thing =
  | { kind: "event"; index: number }
  | { kind: "window"; lane?: number; key: string; text: string }
  | { kind: "emission"; index: number }
  /** A box or an arrow of the pipeline, with what has gone through it. */
  | {
      kind: "flow";
      id: string;
      label: string;
      events: readonly number[];
      emissions: readonly number[];
    };

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

/** What the core calls it. */
function subjectOf(thing: Thing): Subject | undefined {
  switch (thing.kind) {
    case "event":
      return { kind: "event", event: thing.index };
    case "emission":
      return { kind: "emission", emission: thing.index };
    case "window":
      return thing.lane === undefined
        ? undefined
        : { kind: "window", lane: thing.lane };
    case "flow":
      return undefined;
  }
}

/** Whether two are the same, so that pressing one again lets it go. */
const same = (a: Thing | undefined, b: Thing): boolean =>
  JSON.stringify(a && { ...a, events: [], emissions: [] }) ===
  JSON.stringify({ ...b, events: [], emissions: [] });

export class Highlight {
  pointed = $state.raw<Thing>();
  /** Stays until something else is picked, or it is let go. */
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

  isPicked(thing: Thing): boolean {
    return this.picked !== undefined && same(this.picked, thing);
  }

  /** The event, if it is one that is pointed at. */
  readonly event = $derived.by(() =>
    this.thing?.kind === "event" ? this.thing.index : undefined,
  );

  #around(thing: Thing): Lit {
    if (thing.kind === "flow")
      return {
        events: new Set(thing.events),
        windows: new Set(),
        emissions: new Set(thing.emissions),
      };
    const subject = subjectOf(thing);
    const { run, position } = this.session;
    const itself: Lineage = {
      events: thing.kind === "event" ? [thing.index] : [],
      windows: [],
      emissions: thing.kind === "emission" ? [thing.index] : [],
    };
    const { events, windows, emissions } =
      (subject && run.lineage(subject, position)) ?? itself;
    const names = windows.map(({ key, text }) => windowName(key, text));
    if (thing.kind === "window") names.push(windowName(thing.key, thing.text));
    return {
      events: new Set(events),
      windows: new Set(names),
      emissions: new Set(emissions),
    };
  }
}
