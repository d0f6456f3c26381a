/**
 * A lesson that is being built: its file, with an undo of its own, and what the core says of it. What is written is always of the right
 * form; whether it holds together is looked at after every change.
 */
import {
  begin,
  change,
  redo,
  settle,
  undo,
  type History,
} from "../../app/history";
import {
  calling,
  CoreTrouble,
  scenarioAt,
  type Beat,
  type Lesson,
  type Problem,
  type Script,
} from "../../core";
import { whole, type LessonFile } from "../../own/file";
import type { BeatInsight, Insight, Offers } from "../../studio";
import { withAt } from "../parse";
import { insightOf, offersOf } from "./checking";

/** A place in a lesson. */
export type Path = readonly (string | number)[];

/** Where what the core says of a lesson stands on the form. */
export type Place = string;

/** How long after a change it is looked through, in ms. */
const pause = 300;

/** Looking that takes longer than this is told, in ms. */
const long = 600;

export class Build {
  #history = $state.raw() as History<LessonFile>;
  /** What the core says of it, once it has looked. */
  insight = $state.raw<Insight>();
  /** Whether what the core said is of what is there now. */
  fresh = $state(false);
  /** The beat that is open. */
  open = $state<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The beats as they were then. */
  #looked: readonly string[] = [];
  #slow: ReturnType<typeof setTimeout> | undefined;
  /** Whether looking it through takes so long that it is told. */
  checking = $state(false);
  #offers:
    | { scenarios: Lesson["scenarios"]; name: string; offers: Offers }
    | undefined;

  constructor(file: LessonFile) {
    this.#history = begin(file);
    this.open = file.lesson.beats[0]?.id;
  }

  readonly file = $derived.by(() => this.#history.present);
  readonly lesson = $derived.by(() => this.file.lesson);
  readonly canUndo = $derived.by(() => this.#history.past.length > 0);
  readonly canRedo = $derived.by(() => this.#history.future.length > 0);
  readonly problems: readonly Problem[] = $derived.by(
    () => this.insight?.problems ?? [],
  );

  /** What is kept of it. */
  get text(): string {
    return JSON.stringify(this.file);
  }

  /** What is said of a place, and of what is in it. */
  at(place: Place): readonly Problem[] {
    return this.problems.filter(
      ({ path }) =>
        path === place ||
        path.startsWith(`${place}.`) ||
        path.startsWith(`${place}[`),
    );
  }

  /** What the simulation says of a beat, wherever that has been moved since. */
  insightOf({ id }: Beat): BeatInsight | undefined {
    return this.insight?.beats[this.#looked.indexOf(id)];
  }

  /** Another lesson in its place; changes with the same gesture in a row are one. */
  put(file: LessonFile, gesture?: string): void {
    this.#history = change(this.#history, file, gesture);
    this.#look();
  }

  /** A part of the lesson set, or taken away. */
  set(path: Path, value: unknown, gesture?: string): void {
    this.put(
      withAt(this.file, ["lesson", ...path], value) as LessonFile,
      gesture,
    );
  }

  /** Several parts at once. */
  change(changes: Partial<Lesson>, gesture?: string): void {
    this.put({ ...this.file, lesson: { ...this.lesson, ...changes } }, gesture);
  }

  /** The prose of a beat. */
  write(beat: string, text: string): void {
    const { [beat]: _, ...others } = this.file.prose;
    const prose = text.trim() === "" ? others : { ...others, [beat]: text };
    this.put({ ...this.file, prose }, `prose ${beat}`);
  }

  settle(): void {
    this.#history = settle(this.#history);
  }

  undo(): void {
    this.#history = undo(this.#history);
    this.#look();
  }

  redo(): void {
    this.#history = redo(this.#history);
    this.#look();
  }

  /** Adds a beat behind the others, before the cards. */
  add(beat: Beat): void {
    const beats = [...this.lesson.beats];
    const last = beats.at(-1)?.do.kind === "cards" ? beats.length - 1 : -1;
    beats.splice(last < 0 ? beats.length : last, 0, beat);
    this.change({ beats });
    this.open = beat.id;
  }

  move(beat: number, by: number): void {
    const beats = [...this.lesson.beats];
    const [moved] = beats.splice(beat, 1);
    if (!moved) return;
    beats.splice(beat + by, 0, moved);
    this.change({ beats });
  }

  /** Takes a beat out, with its prose. */
  remove(beat: number): void {
    const { beats } = this.lesson;
    const id = beats[beat]?.id ?? "";
    const { [id]: _, ...prose } = this.file.prose;
    this.put({
      ...this.file,
      prose,
      lesson: { ...this.lesson, beats: beats.toSpliced(beat, 1) },
    });
  }

  /** A name that none of these has: `predict-2`. */
  static fresh(kind: string, taken: readonly { id: string }[]): string {
    for (let n = 1; ; n++) {
      const id = `${kind}-${n}`;
      if (!taken.some((other) => other.id === id)) return id;
    }
  }

  /** The scenario that a beat begins with; nothing where it cannot be made. */
  async scriptOf(beat: number): Promise<Script | undefined> {
    return this.script(scenarioAt(this.lesson, beat));
  }

  async script(name: string): Promise<Script | undefined> {
    const { studio } = await import("../../studio");
    try {
      return calling(() =>
        studio.namedScenario(whole(this.file).lesson.scenarios, name),
      );
    } catch (error) {
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      return undefined;
    }
  }

  /** What there is to choose from in the scenario of a beat. */
  async offers(beat: number): Promise<Offers | undefined> {
    const { file } = this;
    const name = scenarioAt(this.lesson, beat);
    const { scenarios } = this.lesson;
    const known = this.#offers;
    if (known?.name === name && known.scenarios === scenarios)
      return known.offers;
    try {
      const offers = await offersOf(file, name);
      this.#offers = { scenarios, name, offers };
      return offers;
    } catch (error) {
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      return undefined;
    }
  }

  /** Calls a scenario otherwise, wherever it is named; says why not where it cannot. */
  async rename(from: string, to: string): Promise<string | undefined> {
    const { studio } = await import("../../studio");
    try {
      const text = calling(() =>
        studio.renameScenario(whole(this.file), from, to),
      );
      if (from !== to) this.put(JSON.parse(text) as LessonFile);
      return undefined;
    } catch (error) {
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      return error.problems[0]?.message ?? error.message;
    }
  }

  #look(): void {
    this.fresh = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(), pause);
  }

  /** Has the core look it through, away from the page. */
  async look(): Promise<void> {
    const { file } = this;
    this.#slow ??= setTimeout(() => (this.checking = true), long);
    let insight: Insight | undefined;
    try {
      insight = await insightOf(file);
    } catch (error) {
      // The form holds only what has a form; a number out of every range has none.
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      const { problems } = error;
      insight = {
        problems: [...problems],
        unplayable: [...problems],
        beats: [],
      };
    }
    // Who looked later tells.
    if (!insight) return;
    this.#looked = file.lesson.beats.map(({ id }) => id);
    this.insight = insight;
    this.fresh = file === this.file;
    if (!this.fresh) return;
    clearTimeout(this.#slow);
    this.#slow = undefined;
    this.checking = false;
  }
}
