/**
 * What makes an element stand for something on the stage: pointing at it or focusing anything in it lights the thing up in every view,
 * pressing it pins it. Elements may stand inside each other; the innermost one counts.
 */
import type { Session } from "../lesson/session.svelte";
import type { Thing } from "./highlight.svelte";

export function linked({ highlight }: Session, thing: Thing) {
  const innermost = ({ target, currentTarget }: Event) =>
    target instanceof Element &&
    target.closest("[data-linked]") === currentTarget;
  const point = (event: Event) => {
    if (innermost(event)) highlight.point(thing);
  };
  const leave = () => highlight.point(undefined);
  return {
    "data-linked": "",
    "aria-current": highlight.isPicked(thing) ? ("true" as const) : undefined,
    onpointerover: point,
    onpointerleave: leave,
    onfocusin: point,
    onfocusout: leave,
    onclick(event: Event) {
      if (!innermost(event)) return;
      // A button in it has a task of its own, and pins; a press beside it also lets go again.
      const button =
        event.target instanceof Element && event.target.closest("button");
      if (!button && highlight.isPicked(thing)) highlight.pick(undefined);
      else highlight.pick(thing);
    },
  };
}
