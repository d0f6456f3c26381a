/** What is picked for a prediction that asks for events or windows: in its form, or on the stage, which marks the same ones. */
import type { Thing } from "../stage/highlight.svelte";
import type { Session } from "./session.svelte";

export interface Pickable {
  /** Its number among the events, or among the windows. */
  index: number;
  label: string;
  /** What lights up for it; windows do in all views by their bounds. */
  thing: Thing;
}

export class Picking {
  chosen = $state.raw<ReadonlySet<number>>(new Set());

  constructor(private readonly session: Session) {}

  /** What the beat asks for. */
  readonly form = $derived.by(() => {
    const task = this.session.beat.do;
    const kind = task.kind === "predict" ? task.answer.kind : undefined;
    return kind === "events" || kind === "windows" ? kind : undefined;
  });

  /** What can be picked now; nothing once it is answered. */
  readonly kind = $derived.by(() =>
    this.session.open ? this.form : undefined,
  );

  readonly things = $derived.by((): readonly Pickable[] => {
    if (this.form === undefined) return [];
    const { run } = this.session;
    if (this.form === "events")
      return run.events.upTo(run.overview.events).map(({ index, id }) => ({
        index,
        label: id,
        thing: { kind: "event", index },
      }));
    return run.overview.bands.map(({ text }, index) => ({
      index,
      label: text,
      thing: { kind: "window", key: "", text },
    }));
  });

  /** The events, and the windows by their bounds, that are marked on the stage. */
  readonly events: ReadonlySet<number> = $derived.by(() =>
    this.form === "events" ? this.chosen : new Set(),
  );
  readonly bands: ReadonlySet<string> = $derived.by(
    () =>
      new Set(
        this.form === "windows"
          ? this.things
              .filter(({ index }) => this.chosen.has(index))
              .map(({ label }) => label)
          : [],
      ),
  );

  toggle(index: number): void {
    if (this.kind === undefined) return;
    const chosen = new Set(this.chosen);
    if (!chosen.delete(index)) chosen.add(index);
    this.chosen = chosen;
  }

  /** In order, as an answer. */
  get picked(): number[] {
    return [...this.chosen].sort((a, b) => a - b);
  }

  clear(): void {
    this.chosen = new Set();
  }
}
