/**
 * Reads what is kept from data that may be anything: written by an older version, by hand, or damaged. Every problem names its place; what can be
 * read is read.
 */
import {
  isName,
  nothing,
  version,
  type LessonProgress,
  type Named,
  type Progress,
  type Score,
} from "./progress";

export interface Misfit {
  /** Such as `lessons.two-clocks.done[3]`. */
  place: string;
  message: string;
}

export interface Read {
  progress: Progress;
  problems: readonly Misfit[];
  /** The version that wrote it, where it is one that this one cannot know. */
  newer?: number;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What each older form needs to become the next one. A form that stops being written stays here for good: somebody's browser has it.
 * Forms are rebuilt, not checked: what is wrong in them is found when the last one is read.
 */
const migrations: Readonly<Record<number, (old: Fields) => Fields>> = {
  // 1 said of each lesson whether it was finished, which its beats say, and of the last one not when.
  1: ({ lessons, last }) => ({
    lessons: isFields(lessons)
      ? Object.fromEntries(
          Object.entries(lessons).map(([slug, lesson]) => [
            slug,
            isFields(lesson) ? { done: lesson["done"], resets: 0 } : lesson,
          ]),
        )
      : lessons,
    scores: {},
    ...(last === undefined ? {} : { last: { lesson: last, at: 0 } }),
    resets: 0,
  }),
};

/** Reads text; `from` is the version of its form where it does not say so itself. */
export function readText(text: string, from: number): Read {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failed("", `is not JSON (${message})`);
  }
  return readData(data, from);
}

/** Reads data; the first form, which does not name its version, is what has none. */
export function readData(data: unknown, from = 1): Read {
  if (!isFields(data)) return failed("", `must be an object, is ${kind(data)}`);
  const said = data["version"] ?? from;
  if (typeof said !== "number" || !Number.isInteger(said) || said < 1)
    return failed("version", `must be a whole number from 1, is ${kind(said)}`);
  if (said > version) return { progress: nothing, problems: [], newer: said };
  let fields = data;
  for (let old = said; old < version; old++)
    fields = migrations[old]?.(fields) ?? fields;
  return new Reader().progress(fields);
}

const failed = (place: string, message: string): Read => ({
  progress: nothing,
  problems: [{ place, message }],
});

const mustBeName = "must be a name of letters, digits, dots and dashes";

class Reader {
  readonly #problems: Misfit[] = [];

  progress(fields: Fields): Read {
    const last = fields["last"];
    const progress: Progress = {
      lessons: this.#table(fields["lessons"], "lessons", this.#lesson),
      scores: this.#table(fields["scores"], "scores", (counts, place) =>
        this.#table(counts, place, this.#score),
      ),
      ...(last === undefined ? {} : this.#last(last)),
      resets: this.#count(fields["resets"], "resets"),
    };
    return { progress, problems: this.#problems };
  }

  #wrong(place: string, must: string, value: unknown): undefined {
    this.#problems.push({ place, message: `${must}, is ${kind(value)}` });
  }

  /** Entries by name; those that cannot be read are left out. */
  #table<T>(
    value: unknown,
    place: string,
    entry: (value: unknown, place: string) => T | undefined,
  ): Named<T> {
    if (!isFields(value)) {
      this.#wrong(place, "must be an object", value);
      return {};
    }
    const entries: [string, T][] = [];
    for (const [name, inner] of Object.entries(value)) {
      if (!isName(name)) {
        this.#wrong(place, "has something under what is no name", name);
        continue;
      }
      const read = entry(inner, `${place}.${name}`);
      if (read !== undefined) entries.push([name, read]);
    }
    return Object.fromEntries(entries);
  }

  #lesson = (value: unknown, place: string): LessonProgress | undefined => {
    if (!isFields(value)) return this.#wrong(place, "must be an object", value);
    const done = value["done"];
    if (!Array.isArray(done))
      return this.#wrong(`${place}.done`, "must be a list", done);
    const names = done.filter((id: unknown, index): id is string => {
      const fits = isName(id);
      if (!fits) this.#wrong(`${place}.done[${index}]`, mustBeName, id);
      return fits;
    });
    const resets = this.#count(value["resets"], `${place}.resets`);
    return { done: [...new Set(names)].sort(), resets };
  };

  #score = (value: unknown, place: string): Score | undefined => {
    if (!isFields(value)) return this.#wrong(place, "must be an object", value);
    return {
      right: this.#count(value["right"], `${place}.right`),
      wrong: this.#count(value["wrong"], `${place}.wrong`),
    };
  };

  #last(value: unknown): Pick<Progress, "last"> {
    const lesson = isFields(value) ? value["lesson"] : value;
    if (!isFields(value) || !isName(lesson))
      return this.#wrong("last.lesson", mustBeName, lesson) ?? {};
    return { last: { lesson, at: this.#count(value["at"], "last.at") } };
  }

  #count(value: unknown, place: string): number {
    if (Number.isSafeInteger(value) && (value as number) >= 0)
      return value as number;
    this.#wrong(place, "must be a whole number from 0", value);
    return 0;
  }
}

/** What a value is, in a few words. */
function kind(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : `${value}`;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
