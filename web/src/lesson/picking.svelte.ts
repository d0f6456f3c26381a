/** What is picked for a prediction that asks for events or windows: in its form, or on the stage, which marks the same ones. */
import type { Answer } from "../core";
import type { Thing } from "../stage/highlight.svelte";
import type { Ends } from "./ends.svelte";
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
  /** In its place where windows are sessions, while there is a form that asks for them. */
  ends = $state.raw<Ends>();

  constructor(private readonly session: Session) {}

  /** Whether windows are sessions: which there are is known only from the run. */
  readonly ofSessions = $derived.by(() => {
    const { script } = this.session;
    return "pipeline" in script && script.pipeline.window?.kind === "session";
  });

  /** What the beat asks for. */
  readonly form = $derived.by(() => {
    const task = this.session.beat.do;
    const kind = task.kind === "predict" ? task.answer.kind : undefined;
    return kind === "windows" && this.ofSessions
      ? "sessions"
      : kind === "events" || kind === "windows"
        ? kind
        : undefined;
  });

  /** What can be picked now; nothing once it is answered. */
  readonly kind = $derived.by(() =>
    this.session.open ? this.form : undefined,
  );

  /** Whether events are picked on the stage: for themselves, or as the ends of sessions. */
  readonly ofEvents = $derived.by(
    () => this.kind !== undefined && this.kind !== "windows",
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

  /** The events that are marked on the stage. */
  readonly events: ReadonlySet<number> = $derived.by(
    () =>
      this.ends?.events ?? (this.form === "events" ? this.chosen : new Set()),
  );

  toggle(index: number): void {
    if (this.kind === undefined) return;
    if (this.kind === "sessions") {
      this.ends?.toggle(index);
      return;
    }
    const chosen = new Set(this.chosen);
    if (!chosen.delete(index)) chosen.add(index);
    this.chosen = chosen;
  }

  /** As an answer. */
  get answer(): Answer {
    const chosen = [...this.chosen].sort((a, b) => a - b);
    return (
      this.ends?.answer ??
      (this.form === "events" ? { events: chosen } : { windows: chosen })
    );
  }

  clear(): void {
    this.chosen = new Set();
    this.ends?.clear();
  }
}
