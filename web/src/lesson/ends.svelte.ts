/** Sessions that are picked by their first and their last event: which there are is what is asked. Comes with the form that asks for them. */
import type { Answer, SessionPick } from "../core";
import type { Session } from "./session.svelte";

export class Ends {
  sessions = $state.raw<readonly SessionPick[]>([]);
  /** An event with which a session begins or ends, until the other one is picked. */
  begun = $state<number>();

  constructor(private readonly session: Session) {}

  /** The events that are marked on the stage. */
  readonly events: ReadonlySet<number> = $derived.by(
    () =>
      new Set([
        ...this.sessions.flatMap(({ first, last }) => [first, last]),
        ...(this.begun === undefined ? [] : [this.begun]),
      ]),
  );

  /** One end of a session: with the other one it is picked, or not any more where it was. */
  toggle(index: number): void {
    const { key, eventTime } = this.session.run.columns;
    const other = this.begun;
    if (other === undefined || key[other] !== key[index]) {
      this.begun = index;
      return;
    }
    const inOrder = (eventTime[other] ?? 0) <= (eventTime[index] ?? 0);
    const [first, last] = inOrder ? [other, index] : [index, other];
    this.begun = undefined;
    if (!this.takeOut({ first, last }))
      this.sessions = [...this.sessions, { first, last }];
  }

  /** Takes a session out; says whether it was there. */
  takeOut({ first, last }: SessionPick): boolean {
    const others = this.sessions.filter(
      (session) => session.first !== first || session.last !== last,
    );
    const there = others.length < this.sessions.length;
    this.sessions = others;
    return there;
  }

  nameOf({ first, last }: SessionPick): string {
    const id = (index: number) => this.session.run.events.at(index)?.id ?? "";
    return first === last
      ? `${id(first)} alone`
      : `${id(first)} to ${id(last)}`;
  }

  get answer(): Answer {
    return { sessions: [...this.sessions] };
  }

  clear(): void {
    this.sessions = [];
    this.begun = undefined;
  }
}
