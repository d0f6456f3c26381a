/** The learner's progress as the page shows it, kept on this device and in step with other tabs. */
import {
  finished,
  forgotten,
  loadProgress,
  opened,
  progressKey,
  saveProgress,
  type Progress,
} from "./progress";

const storage = ((): Storage | undefined => {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
})();

class Learner {
  progress = $state.raw<Progress>({ lessons: {} });
  /** What went wrong with what is kept, to be told once. */
  trouble = $state<string>();

  constructor() {
    const { progress, trouble } = loadProgress(storage);
    this.progress = progress;
    this.trouble = trouble;
    addEventListener("storage", ({ key }) => {
      if (key === progressKey || key === null)
        this.progress = loadProgress(storage).progress;
    });
  }

  opens(slug: string): void {
    this.#save(opened(slug));
  }

  finishes(slug: string, beat: string, all: readonly string[]): void {
    if (!this.progress.lessons[slug]?.done.includes(beat))
      this.#save(finished(slug, beat, all));
  }

  forgets(slug: string): void {
    this.#save(forgotten(slug));
  }

  #save(act: (progress: Progress) => Progress): void {
    this.progress = saveProgress(storage, act).progress;
  }
}

export const learner = new Learner();
