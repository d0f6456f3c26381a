/**
 * Lessons that were opened from files, kept on this device by their names: a newer file of the same lesson takes the older one's place.
 * Reads and writes any `Storage`; what cannot be read is left where it is.
 */

export interface Kept {
  slug: string;
  title: string;
  /** When it was opened, in ms. */
  opened: number;
  /** The file's text; the core reads it again before it is used. */
  text: string;
}

/** The number is the version of the form. */
const prefix = "headwater.lesson.1.";

export function findLesson(storage: Storage, slug: string): Kept | undefined {
  let data: unknown;
  try {
    data = JSON.parse(storage.getItem(prefix + slug) ?? "");
  } catch {
    return undefined;
  }
  const { title, opened, text } = Object(data) as Record<string, unknown>;
  return typeof title === "string" &&
    typeof opened === "number" &&
    typeof text === "string"
    ? { slug, title, opened, text }
    : undefined;
}

/** The one opened last first. */
export function listLessons(storage: Storage): Kept[] {
  const kept: Kept[] = [];
  for (let i = 0; i < storage.length; i++) {
    const key = storage.key(i);
    if (!key?.startsWith(prefix)) continue;
    const lesson = findLesson(storage, key.slice(prefix.length));
    if (lesson) kept.push(lesson);
  }
  return kept.sort((a, b) => b.opened - a.opened);
}

/** Keeps a lesson; says whether there was room. */
export function keepLesson(storage: Storage, { slug, ...rest }: Kept): boolean {
  try {
    storage.setItem(prefix + slug, JSON.stringify(rest));
    return true;
  } catch {
    return false;
  }
}

export const forgetLesson = (storage: Storage, slug: string): void =>
  storage.removeItem(prefix + slug);
