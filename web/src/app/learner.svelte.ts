/** The learner's progress as the page shows it, kept on this device and in step with other tabs. */
import {
  allForgotten,
  finished,
  forgotten,
  including,
  merged,
  nothing,
  opened,
  scored,
  totals,
  under,
  type Act,
  type LessonProgress,
  type Progress,
} from "./progress";
import { isProgress, load, save, type Trouble } from "./storage";
import { Tab } from "./tabs";

export const storage = ((): Storage | undefined => {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
})();

const unbegun: LessonProgress = { done: [], resets: 0 };

class Learner {
  progress = $state.raw<Progress>(nothing);
  /** What went wrong with what is kept, to be told once. */
  trouble = $state.raw<Trouble>();
  /** How often predictions came out right and wrong, by concept or misconception. */
  readonly scores = $derived(totals(this.progress));
  readonly #tab = new Tab(storage);
  /** Told already; told again when it was well in between. */
  #told: Trouble | undefined;

  constructor() {
    const { progress, trouble } = load(storage);
    this.progress = progress;
    this.#tell(trouble);
    addEventListener("storage", ({ key }) => {
      if (key === null || isProgress(key)) this.#hear();
    });
  }

  lesson(slug: string): LessonProgress {
    return under(this.progress.lessons, slug) ?? unbegun;
  }

  opens(slug: string): void {
    this.#do(opened(slug, Date.now()));
  }

  finishes(slug: string, beat: string): void {
    if (this.lesson(slug).done.includes(beat)) return;
    this.#do(finished(slug, beat));
    // There is something now that would be missed.
    void askToKeep();
  }

  /** A prediction came out right or wrong, which says something about a concept. */
  scored(concept: string, right: boolean): void {
    this.#do(scored(concept, right, this.#tab.writer));
  }

  forgets(slug: string): void {
    this.#do(forgotten(slug));
  }

  forgetsAll(): void {
    this.#do(allForgotten);
    this.#tab.rename();
  }

  /** Takes in what a file has. */
  includes(file: Progress): void {
    this.#do((progress) => including(progress, file));
  }

  #do(act: Act): void {
    this.progress = act(merged(this.progress, load(storage).progress));
    this.#save();
    // Two tabs that act in the same moment may both have read before the other wrote: look again when nobody else does.
    this.#tab.alone(() => this.#save());
  }

  /** Another tab wrote: its work and what it may not have known of this one's. */
  #hear(): void {
    const { progress } = load(storage);
    this.progress = merged(this.progress, progress);
    this.#tab.alone(() => this.#save());
  }

  #save(): void {
    const { progress, trouble } = save(storage, this.progress);
    this.progress = progress;
    this.#tell(trouble);
  }

  #tell(trouble: Trouble | undefined): void {
    if (trouble && trouble !== this.#told) this.trouble = trouble;
    this.#told = trouble;
  }
}

/** Asks the browser not to clear what is kept when it is short of space. Some ask the person, so not before there is something. */
async function askToKeep(): Promise<void> {
  try {
    if (!(await navigator.storage.persisted()))
      await navigator.storage.persist();
  } catch {
    // It keeps it as long as it likes.
  }
}

export const learner = new Learner();
