/**
 * What a learner has done, kept on this device. Reads and writes any `Storage`; damaged data is set aside, never thrown away and never fatal.
 */

export interface LessonProgress {
  /** Ids of finished beats. */
  done: string[];
  /** Whether every beat is. */
  finished: boolean;
}

export interface Progress {
  lessons: Record<string, LessonProgress>;
  /** The lesson opened last. */
  last?: string;
}

/** The number is the version of the form. */
export const progressKey = "headwater.progress.1";
export const damagedKey = "headwater.progress.damaged";

export interface Loaded {
  progress: Progress;
  /** What to tell the learner, where something was wrong. */
  trouble?: string;
}

const empty = (): Progress => ({ lessons: {} });

/** What is kept; empty where nothing is, or where it cannot be read. */
export function loadProgress(storage: Storage | undefined): Loaded {
  if (!storage)
    return {
      progress: empty(),
      trouble:
        "This browser keeps no data for this page, so what you finish is forgotten when you close it.",
    };
  const text = storage.getItem(progressKey);
  if (text === null) return { progress: empty() };
  const progress = readProgress(text);
  if (progress) return { progress };
  try {
    storage.setItem(damagedKey, text);
    storage.removeItem(progressKey);
  } catch {
    // Full or forbidden: the next save reports it.
  }
  return {
    progress: empty(),
    trouble: `What this browser had stored about your progress could not be read. It was set aside under “${damagedKey}”, and you start afresh.`,
  };
}

/** Puts an act into what is stored now, so that two open tabs do not undo each other; says whether it was kept. */
export function saveProgress(
  storage: Storage | undefined,
  act: (progress: Progress) => Progress,
): { progress: Progress; kept: boolean } {
  const progress = act(loadProgress(storage).progress);
  try {
    storage?.setItem(progressKey, JSON.stringify(progress));
    return { progress, kept: storage !== undefined };
  } catch {
    return { progress, kept: false };
  }
}

export const opened =
  (slug: string) =>
  (progress: Progress): Progress => ({ ...progress, last: slug });

/** A beat is finished; `all` are the lesson's beats. */
export const finished =
  (slug: string, beat: string, all: readonly string[]) =>
  (progress: Progress): Progress => {
    const before = progress.lessons[slug]?.done ?? [];
    const done = before.includes(beat) ? before : [...before, beat];
    return {
      ...progress,
      lessons: {
        ...progress.lessons,
        [slug]: { done, finished: all.every((id) => done.includes(id)) },
      },
    };
  };

/** A lesson starts afresh. */
export const forgotten =
  (slug: string) =>
  (progress: Progress): Progress => ({
    ...progress,
    lessons: Object.fromEntries(
      Object.entries(progress.lessons).filter(([name]) => name !== slug),
    ),
  });

function readProgress(text: string): Progress | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(data) || !isRecord(data["lessons"])) return undefined;
  const lessons: Progress["lessons"] = {};
  for (const [slug, entry] of Object.entries(data["lessons"])) {
    if (!isRecord(entry) || !isTexts(entry["done"])) return undefined;
    lessons[slug] = {
      done: entry["done"],
      finished: entry["finished"] === true,
    };
  }
  const last = data["last"];
  return typeof last === "string" ? { lessons, last } : { lessons };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
