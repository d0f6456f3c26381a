/** By what the transport steps: every step, or from one event, emission, watermark, … to the next. */
import type { MarkKind, Played } from "../core";
import { nextOf, previousOf } from "./marks";

interface Steppable {
  readonly played: Played;
  readonly position: number;
  readonly limit: number;
}

export class Stepping {
  /** The bit of the kind that is wished for; 0 for every step. */
  wished = $state(0);

  constructor(private readonly target: Steppable) {}

  readonly kinds = $derived.by(
    (): readonly MarkKind[] => this.target.played.kinds,
  );

  /** The kind stepped by; none for every step, also where the run has no such thing. */
  readonly kind = $derived.by(() =>
    this.kinds.find(({ bit }) => bit === this.wished),
  );

  /** Where the next one of a kind is. What waits for a prediction is not given away: then it is the step that waits. */
  next(kind: MarkKind): number | undefined {
    const { played, position, limit } = this.target;
    const next = nextOf(played.timeline, kind.bit, position);
    if (next !== undefined && next <= limit) return next;
    return limit < played.steps ? limit + 1 : undefined;
  }

  previous(kind: MarkKind): number | undefined {
    const { played, position } = this.target;
    return previousOf(played.timeline, kind.bit, position);
  }

  /** The position so many steps away, each of the kind that is chosen; the end, or the start, where there are no more. */
  after(by: number): number {
    const { kind } = this;
    const { played, position } = this.target;
    if (!kind) return position + by;
    let at = position;
    for (let i = 0; i < Math.abs(by); i++) {
      const to =
        by > 0
          ? nextOf(played.timeline, kind.bit, at)
          : previousOf(played.timeline, kind.bit, at);
      if (to === undefined) return by > 0 ? played.steps : 0;
      at = to;
    }
    return at;
  }
}
