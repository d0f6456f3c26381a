/**
 * Moving events on the plane: across changes when one happened, down when it arrives, as far as the lesson has knobs for that. The plane
 * keeps its scales while a drag lasts, so that the ground does not move under the hand.
 */
import { CoreTrouble, type Knob, type Setting } from "../../core";
import type { Session } from "../../lesson/session.svelte";
import type { Plane } from "./geometry";

interface Handles {
  time?: Knob;
  arrival?: Knob;
}

const form = /^event\.(.+)\.(time|arrival)$/;

/** The events that can be moved, by id, each with the knobs that move it. */
export function handlesOf(knobs: readonly Knob[]): Map<string, Handles> {
  const handles = new Map<string, Handles>();
  for (const knob of knobs) {
    const [, id, which] = form.exec(knob.id) ?? [];
    if (id === undefined || knob.disabled) continue;
    handles.set(id, { ...handles.get(id), [which as keyof Handles]: knob });
  }
  return handles;
}

/** The nearest value that a knob takes by dragging. */
export function snapped({ control }: Knob, ms: number): number {
  if (control.kind !== "instant") return ms;
  const { step, min, max } = control;
  return Math.min(Math.max(Math.round(ms / step) * step, min), max);
}

export class Drag {
  /** The plane as it was when the drag began. */
  plane = $state.raw<Plane>();
  #id = "";

  constructor(private readonly session: Session) {}

  /** Takes hold of an event, if it can be moved. */
  begin(id: string, plane: Plane): boolean {
    if (!handlesOf(this.session.knobs).has(id)) return false;
    this.#id = id;
    this.plane = plane;
    return true;
  }

  move(x: number, y: number): void {
    const handles = handlesOf(this.session.knobs).get(this.#id);
    if (!this.plane || !handles) return;
    const { time, arrival } = handles;
    const settings: Setting[] = [];
    if (time)
      settings.push({
        knob: time.id,
        value: snapped(time, this.plane.x.invert(x)),
      });
    if (arrival)
      settings.push({
        knob: arrival.id,
        value: snapped(arrival, this.plane.y.invert(y)),
      });
    for (const setting of settings) {
      try {
        this.session.turn(setting.knob, setting.value, `drag ${this.#id}`);
      } catch (error) {
        if (!(error instanceof CoreTrouble) || error.broken) throw error;
        this.session.notice = error.message;
      }
    }
  }

  end(): void {
    if (!this.plane) return;
    this.plane = undefined;
    this.session.settle();
  }
}
