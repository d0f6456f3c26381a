/** Changing events one by one, each act a change to undo and said in the narration's live region. What may be is up to the core. */
import type { Draft, Run } from "../../core";
import type { Session } from "../../lesson/session.svelte";
import { refusal, tell } from "./drag.svelte";
import { notFetched, whole } from "../../whole.svelte";
import { alongGrid, gridOf } from "./grid";
import type { Plane } from "./geometry";

/** Said where somebody tries to change an event that is made up. */
export const madeUp =
  "These events are made up from a seed. Write them out to change them one by one.";

export class Edits {
  constructor(private readonly session: Session) {}

  /** Resolves to whether events can be changed: that takes the whole of the core. Says so where it is waited for, or not to be had. */
  async ready(): Promise<boolean> {
    if (whole.there) return true;
    const { session } = this;
    session.notice = "Getting ready to change events …";
    try {
      await whole.fetch();
      session.notice = "";
      return true;
    } catch {
      session.notice = notFetched;
      return false;
    }
  }

  /** Makes a change of what the core makes of a run; says why where it does not. */
  #act(make: (run: Run) => Run, gesture?: string): boolean {
    const { session } = this;
    try {
      session.preview(make);
    } catch (error) {
      session.dropPreview();
      session.notice = refusal(error);
      return false;
    }
    session.adoptPreview(gesture);
    return true;
  }

  /** What settings call an event; says so where it is made up. */
  nameOf(index: number): string | undefined {
    const name = this.session.run.eventName(index);
    if (name === undefined) this.session.notice = madeUp;
    return name;
  }

  /** Moves an event so many steps of the grid; moves in a row are one change. Gives its new number. */
  nudge(
    index: number,
    plane: Plane,
    across: number,
    down: number,
  ): number | undefined {
    const { session } = this;
    const name = this.nameOf(index);
    if (name === undefined) return undefined;
    const { columns, overview } = session.run;
    const [time, arrival] = [
      columns.eventTime[index] ?? 0,
      columns.arrival[index] ?? 0,
    ];
    const draft: Draft = { name };
    if (across !== 0) draft.time = alongGrid(time, gridOf(plane.x), across);
    if (down !== 0)
      draft.arrival = overview.timed
        ? alongGrid(arrival, gridOf(plane.y), down)
        : Math.max(0, arrival + down);
    if (!this.#act((run) => run.drafted(draft), `move ${name}`))
      return undefined;
    const wanted = [draft.time ?? time, draft.arrival ?? arrival];
    const { run } = session;
    const moved = run.columns.eventTime.findIndex(
      (at, i) => at === wanted[0] && run.columns.arrival[i] === wanted[1],
    );
    const to =
      overview.timed && moved >= 0 ? moved : run.eventCalled(name)?.index;
    if (to !== undefined) session.notice = tell(session, to);
    return to;
  }

  /** Puts a new event in. Gives its number. */
  add(time: number, arrival: number): number | undefined {
    const { session } = this;
    const { timed } = session.run.overview;
    const name = session.run.freshName();
    const draft: Draft = { id: name, time };
    draft.arrival = timed ? arrival : Math.max(0, Math.round(arrival));
    if (!this.#act((run) => run.drafted(draft))) return undefined;
    const index = session.run.eventCalled(name)?.index;
    if (index === undefined) return undefined;
    session.notice = `New: ${tell(session, index)}`;
    return index;
  }

  /** Takes an event out. */
  remove(index: number): boolean {
    const { session } = this;
    const name = this.nameOf(index);
    const id = session.run.events.at(index)?.id;
    if (name === undefined || id === undefined) return false;
    const gone = [{ knob: `event.${name}`, value: "gone" }];
    if (!this.#act((run) => run.turned(gone))) return false;
    session.notice = `${id} is gone. Undo brings it back.`;
    return true;
  }

  /** Makes a list of made-up events. */
  writeOut(): void {
    const written = [{ knob: "input", value: "written" }];
    if (this.#act((run) => run.turned(written)))
      this.session.notice =
        "The events are written out: drag them, change them, take them out.";
  }
}
