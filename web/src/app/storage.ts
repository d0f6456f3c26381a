/**
 * Keeps progress in a browser's `Storage`. Each version of the form has its own key: an older version of the lab, still open in another tab or cached,
 * goes on under its own, and what it keeps is put together with the rest here. What cannot be read is set aside, never thrown away.
 */
import { merged, nothing, version, type Progress } from "./progress";
import { readText } from "./reading";

const prefix = "headwater.progress.";
export const progressKey = `${prefix}${version}`;
const damagedPrefix = `${prefix}damaged`;

/** Something about what is kept that a learner should know. */
export interface Trouble {
  text: string;
  /** Whether there is something set aside to look after. */
  setAside?: true;
}

export interface Loaded {
  progress: Progress;
  trouble?: Trouble;
  /** Whether nothing may be written, lest something be lost. */
  shut?: true;
}

const unkept = (why: string): Trouble => ({
  text: `${why}, so what you do now is forgotten when you close the page. You can save it as a file.`,
});

/** What goes wrong with a storage, for people. */
const troubles = {
  none: unkept("This browser keeps no data for this page"),
  full: unkept("The space that this browser gives the page is full"),
  damaged: {
    text: "Some of what this browser had stored about your progress could not be read. It was set aside, and the rest is there.",
    setAside: true,
  },
  newer: {
    text: "A newer version of the lab has kept progress on this device that this one cannot read. It is left as it is; load the page again for the newer version.",
  },
} satisfies Record<string, Trouble>;

const isFull = (error: unknown): boolean =>
  error instanceof DOMException &&
  /^(QuotaExceededError|NS_ERROR_DOM_QUOTA_REACHED)$/.test(error.name);

/** Whether a key holds progress, of whatever version. */
export const isProgress = (key: string): boolean =>
  /^\d{1,6}$/.test(key.slice(prefix.length)) && key.startsWith(prefix);

const keysOf = (storage: Storage): string[] =>
  Array.from({ length: storage.length }, (_, i) => storage.key(i)).filter(
    (key) => key !== null,
  );

/** What is kept, under whatever version; nothing where there is none, or where it cannot be read. */
export function load(storage: Storage | undefined): Loaded {
  if (!storage) return { progress: nothing, trouble: troubles.none };
  try {
    return loadFrom(storage);
  } catch {
    return { progress: nothing, trouble: troubles.none };
  }
}

function loadFrom(storage: Storage): Loaded {
  let progress = nothing;
  let trouble: Trouble | undefined;
  for (const key of keysOf(storage).filter(isProgress)) {
    const of = Number(key.slice(prefix.length));
    const text = storage.getItem(key);
    if (text === null) continue;
    if (of > version) {
      trouble ??= troubles.newer;
      continue;
    }
    const read = readText(text, of);
    if (read.problems.length > 0 || read.newer !== undefined) {
      if (!setAside(storage, key, text))
        return { progress, trouble: troubles.full, shut: true };
      trouble = troubles.damaged;
    }
    progress = merged(progress, read.progress);
  }
  return trouble ? { progress, trouble } : { progress };
}

/** Moves a text out of the way; says whether it could. */
function setAside(storage: Storage, key: string, text: string): boolean {
  let name = damagedPrefix;
  for (let n = 2; storage.getItem(name) !== null; n++)
    name = `${damagedPrefix}.${n}`;
  storage.removeItem(key);
  try {
    storage.setItem(name, text);
    return true;
  } catch {
    // The place it had is free, and yet a few bytes are missing: back it goes.
    storage.setItem(key, text);
    return false;
  }
}

/** What was set aside, by its key. */
export function damaged(storage: Storage | undefined): [string, string][] {
  try {
    if (!storage) return [];
    return keysOf(storage)
      .filter((key) => key.startsWith(damagedPrefix))
      .sort()
      .map((key) => [key, storage.getItem(key) ?? ""]);
  } catch {
    return [];
  }
}

/** Throws away what was set aside under a key. */
export function discard(storage: Storage | undefined, key: string): void {
  if (key.startsWith(damagedPrefix)) storage?.removeItem(key);
}

/** Writes what is here and what other tabs have written meanwhile, as one. */
export function save(storage: Storage | undefined, mine: Progress): Loaded {
  const { progress: stored, trouble, shut } = load(storage);
  const progress = merged(mine, stored);
  if (!storage) return { progress, trouble: troubles.none };
  if (shut) return { progress, trouble: troubles.full };
  const text = JSON.stringify({ version, ...progress });
  try {
    if (storage.getItem(progressKey) !== text)
      storage.setItem(progressKey, text);
  } catch (error) {
    return { progress, trouble: isFull(error) ? troubles.full : troubles.none };
  }
  // That a newer version has something of its own was said when the page was opened.
  return trouble?.setAside ? { progress, trouble } : { progress };
}
