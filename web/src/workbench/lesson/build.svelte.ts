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

/** A place in a lesson. */
export type Path = readonly (string | number)[];

/** Where what the core says of a lesson stands on the form. */
export type Place = string;

/** How long after a change it is looked through, in ms; longer where looking takes long. */
const pause = 300;

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
  /** How long the last look took, in ms. */
  #took = 0;
  #offers: { of: string; offers: Offers } | undefined;

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
    const script = await this.scriptOf(beat);
    if (!script) return undefined;
    const of = JSON.stringify(script);
    if (this.#offers?.of === of) return this.#offers.offers;
    const { studio } = await import("../../studio");
    try {
      const offers = calling(() => studio.lessonOffers(script));
      this.#offers = { of, offers };
      return offers;
    } catch (error) {
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      return undefined;
    }
  }

  #look(): void {
    this.fresh = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.look(),
      Math.max(pause, 3 * this.#took),
    );
  }

  /** Has the core look it through. */
  async look(): Promise<void> {
    const { studio } = await import("../../studio");
    const { file } = this;
    const began = performance.now();
    this.#looked = file.lesson.beats.map(({ id }) => id);
    try {
      this.insight = calling(() => studio.lessonInsight(whole(file)));
    } catch (error) {
      // The form holds only what has a form; a number out of every range has none.
      if (!(error instanceof CoreTrouble) || error.broken) throw error;
      const { problems } = error;
      this.insight = {
        problems: [...problems],
        unplayable: [...problems],
        beats: [],
      };
    }
    this.#took = performance.now() - began;
    this.fresh = file === this.file;
  }
}
