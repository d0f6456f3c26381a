/**
 * What a hand moves on the plane: events, the watermark's delay, a window's edge, the playhead. While a gesture lasts the plane keeps its
 * scales, so that the ground does not move under the hand, and everything shown is a preview; letting go makes one change of it. Decides
 * nothing of what may be: the core refuses, and says why.
 */
import { CoreTrouble, type Draft, type Knob, type Run } from "../../core";
import type { Session } from "../../lesson/session.svelte";
import { notFetched, whole } from "../../whole.svelte";
import { statusWords } from "../status";
import type { Plane } from "./geometry";
import type { Handle } from "./handles";
import { gridOf, toGrid } from "./grid";

interface Offered {
  time?: Knob;
  arrival?: Knob;
}

const form = /^event\.(.+)\.(time|arrival)$/;

/** The events that a lesson offers to move, by name, each with the knobs that move it. */
export function handlesOf(knobs: readonly Knob[]): Map<string, Offered> {
  const handles = new Map<string, Offered>();
  for (const knob of knobs) {
    const [, name, which] = form.exec(knob.id) ?? [];
    if (name === undefined || knob.disabled) continue;
    handles.set(name, {
      ...handles.get(name),
      [which as keyof Offered]: knob,
    });
  }
  return handles;
}

/** The nearest value that a knob takes by dragging. */
export function snapped({ control }: Knob, ms: number): number {
  if (control.kind !== "instant" && control.kind !== "span") return ms;
  const { step, min, max } = control;
  const most = control.kind === "span" ? Infinity : max;
  return Math.min(Math.max(Math.round(ms / step) * step, min), most);
}

/** A pointer that moved less than this was pressing, not dragging. */
const still = 4;

/** Said while what moves events is on its way. */
const fetching = "Getting ready to move events …";

type Hold =
  | { kind: "event"; name: string; time: number; arrival: number }
  | { kind: "handle"; handle: Handle }
  | { kind: "playhead"; position: number };

export class Drag {
  /** The plane as it was when the drag began; there while one lasts. */
  plane = $state.raw<Plane>();
  /** What is held, for how it is drawn. */
  hold = $state.raw<Hold>();
  /** Why the last move was refused. */
  refused = $state("");
  /** Whether the pointer has left the place where it was pressed. */
  moved = $state(false);
  #from = { x: 0, y: 0 };
  #to = { x: 0, y: 0 };
  #frame = 0;

  constructor(private readonly session: Session) {}

  /** Takes hold of an event; not of a made-up one. */
  takeEvent(index: number, plane: Plane, x: number, y: number): boolean {
    const { run } = this.session;
    const name = run.eventName(index);
    if (name === undefined) return false;
    const { eventTime, arrival } = run.columns;
    const [time, at] = [eventTime[index] ?? 0, arrival[index] ?? 0];
    this.#take({ kind: "event", name, time, arrival: at }, plane, x, y);
    return true;
  }

  takeHandle(handle: Handle, plane: Plane, x: number, y: number): void {
    this.#take({ kind: "handle", handle }, plane, x, y);
  }

  takePlayhead(plane: Plane, x: number, y: number): void {
    const { position } = this.session;
    this.#take({ kind: "playhead", position }, plane, x, y);
  }

  #take(hold: Hold, plane: Plane, x: number, y: number): void {
    this.hold = hold;
    this.plane = plane;
    this.refused = "";
    this.moved = false;
    this.#from = this.#to = { x, y };
  }

  /** Follows the pointer, as often as the screen is drawn. */
  move(x: number, y: number): void {
    if (!this.hold) return;
    this.#to = { x, y };
    const far = Math.hypot(x - this.#from.x, y - this.#from.y) >= still;
    if (!this.moved && !far) return;
    this.moved = true;
    this.#frame ||= requestAnimationFrame(() => this.#follow());
  }

  /** Lets go: what is shown becomes a change. Resolves to whether anything was dragged. */
  end(): boolean {
    const { hold, moved } = this;
    if (!hold) return false;
    if (this.#frame) {
      cancelAnimationFrame(this.#frame);
      this.#follow();
    }
    const { refused } = this;
    this.#release();
    if (!moved) return false;
    if (hold.kind !== "playhead") {
      this.session.adoptPreview();
      this.session.notice = refused || this.#outcome(hold);
    }
    return true;
  }

  /** Lets go, and everything is as it was. */
  cancel(): void {
    const { hold } = this;
    if (!hold) return;
    cancelAnimationFrame(this.#frame);
    this.#release();
    if (hold.kind === "playhead") this.session.seek(hold.position);
    else this.session.dropPreview();
  }

  #release(): void {
    this.hold = undefined;
    this.plane = undefined;
    this.refused = "";
    this.#frame = 0;
  }

  #follow(): void {
    this.#frame = 0;
    const { hold, plane } = this;
    if (!hold || !plane) return;
    if (hold.kind === "playhead") this.#seek(plane);
    else if (hold.kind === "handle") this.#turn(plane, hold.handle);
    else if (whole.there) this.#shift(plane, hold);
    else this.#await();
  }

  /** Where events cannot be moved yet, the hand waits for it. */
  #await(): void {
    this.refused = fetching;
    whole.fetch().then(
      () => this.#follow(),
      () => (this.refused = notFetched),
    );
  }

  /** Shows a change, or why it cannot be. */
  #show(make: (held: Run) => Run): void {
    try {
      this.session.preview(make);
      this.refused = "";
    } catch (error) {
      this.refused = refusal(error);
    }
  }

  #shift(plane: Plane, hold: Hold & { kind: "event" }): void {
    const [dx, dy] = [this.#to.x - this.#from.x, this.#to.y - this.#from.y];
    const offered = handlesOf(this.session.knobs).get(hold.name);
    const draft: Draft = { name: hold.name };
    const time = plane.x.invert(plane.x(hold.time) + dx);
    const arrival = plane.y.invert(plane.y(hold.arrival) + dy);
    // What a lesson offers to move is moved along what it offers; by keyboard it goes anywhere.
    if (offered) {
      if (offered.time) draft.time = snapped(offered.time, time);
      if (offered.arrival) draft.arrival = snapped(offered.arrival, arrival);
    } else {
      const { timed } = this.session.run.overview;
      // A hand is not steady: what hardly moved along an axis did not move along it.
      if (Math.abs(dx) >= still) draft.time = toGrid(time, gridOf(plane.x));
      if (Math.abs(dy) >= still)
        draft.arrival = timed
          ? toGrid(arrival, gridOf(plane.y))
          : Math.max(0, Math.round(arrival));
    }
    this.#show((held) => held.drafted(draft));
    const { index } = this.#moved(draft, hold);
    const { highlight } = this.session;
    highlight.point({ kind: "event", index });
    // What was picked stays picked, by whatever number it has now.
    if (highlight.picked?.kind === "event")
      highlight.pick({ kind: "event", index });
  }

  /** Where the event that is held is now; another copy of its id may have its name by now. */
  #moved(draft: Draft, hold: Hold & { kind: "event" }): { index: number } {
    const { run } = this.session;
    const time = Number(draft.time ?? hold.time);
    const arrival = Number(draft.arrival ?? hold.arrival);
    const { columns } = run;
    const index = columns.eventTime.findIndex(
      (at, i) => at === time && columns.arrival[i] === arrival,
    );
    if (index >= 0 && run.overview.timed) return { index };
    return { index: run.eventCalled(hold.name)?.index ?? 0 };
  }

  #turn(plane: Plane, { knob, along, sign }: Handle): void {
    const { control } = knob;
    if (control.kind !== "span") return;
    const scale = plane[along];
    const by = this.#to[along] - this.#from[along];
    const ms = scale.invert(by) - scale.invert(0);
    const value = snapped(knob, control.value + sign * ms);
    this.#show((held) => held.turned([{ knob: knob.id, value }]));
  }

  #seek(plane: Plane): void {
    const { times } = this.session.run;
    const at = plane.y.invert(this.#to.y);
    let position = 0;
    while (position < times.length && (times[position] ?? 0) <= at) position++;
    this.session.seek(position);
  }

  #outcome(hold: Hold): string {
    const { session } = this;
    if (hold.kind === "handle") {
      const { knob } = hold.handle;
      const now = session.run.knobs.find(({ id }) => id === knob.id)?.control;
      return `${knob.label}: ${now && "text" in now ? now.text : ""}.`;
    }
    return tell(session, session.highlight.event ?? 0);
  }
}

/** Where an event stands and what becomes of it, for who cannot see it move. */
export function tell(session: Session, index: number): string {
  const event = session.run.events.at(index);
  if (!event) return "";
  const stands = `${event.id} happened ${event.eventTime.text} and arrives ${event.arrival.text}`;
  // What waits for a prediction is not given away.
  if (session.limit < session.steps) return `${stands}.`;
  const status = session.run.statuses(session.steps)[index] ?? 0;
  return `${stands}; in the end it ${statusWords(status).said}.`;
}

/** Why the core would not; what is broken is thrown on. */
export function refusal(error: unknown): string {
  if (!(error instanceof CoreTrouble) || error.broken) throw error;
  return error.problems[0]?.message ?? error.message;
}
