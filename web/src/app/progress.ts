/**
 * What a learner has done, as a value: its form, acts on it, and how two copies become one. Copies arise in other tabs, in files and in older
 * forms, so everything in it can be put together in any order and any number of times and comes out the same: sets grow, counts are kept apart by who
 * counted, and what is to be forgotten raises a number that older copies do not have.
 */

/** The version of this form; `reading.ts` brings older ones up to it. */
export const version = 2;

export interface LessonProgress {
  /** Ids of finished beats. */
  readonly done: readonly string[];
  /** How often it was begun afresh: what was done before the last time does not count. */
  readonly resets: number;
}

/** How often predictions about a concept, or under a misconception, came out right and wrong. */
export interface Score {
  readonly right: number;
  readonly wrong: number;
}

/** What lessons, beats, concepts and writers are called: no name needs more. Nothing is kept under anything else. */
export const isName = (name: unknown): name is string =>
  typeof name === "string" &&
  /^[\w.-]{1,80}$/.test(name) &&
  name !== "__proto__";

export type Named<T> = Readonly<Record<string, T>>;

export interface Progress {
  readonly lessons: Named<LessonProgress>;
  /** By concept, then by who counted: a tab counts only in its own place, so that two tabs lose nothing. */
  readonly scores: Named<Named<Score>>;
  /** The lesson opened last, and when, in ms. */
  readonly last?: { readonly lesson: string; readonly at: number };
  /** How often everything was forgotten. */
  readonly resets: number;
}

export const nothing: Progress = { lessons: {}, scores: {}, resets: 0 };

/** What is kept under a name; names such as `constructor` are names like any other. */
export const under = <T>(table: Named<T>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Two tables' entries, put together where both have one. In order of their names, so that what is the same is written the same. */
function joined<T>(
  a: Named<T>,
  b: Named<T>,
  both: (a: T, b: T) => T,
): Named<T> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...names].sort().map((name) => {
      const [left, right] = [under(a, name), under(b, name)];
      if (left === undefined) return [name, right as T];
      return [name, right === undefined ? left : both(left, right)];
    }),
  );
}

const union = (a: readonly string[], b: readonly string[]): string[] =>
  [...new Set([...a, ...b])].sort();

const joinedLesson = (a: LessonProgress, b: LessonProgress): LessonProgress => {
  if (a.resets !== b.resets) return a.resets > b.resets ? a : b;
  return { done: union(a.done, b.done), resets: a.resets };
};

const joinedScore = (a: Score, b: Score): Score => ({
  right: Math.max(a.right, b.right),
  wrong: Math.max(a.wrong, b.wrong),
});

/** Two copies as one. */
export function merged(a: Progress, b: Progress): Progress {
  if (a.resets !== b.resets) return a.resets > b.resets ? a : b;
  const last = (b.last?.at ?? -1) > (a.last?.at ?? -1) ? b.last : a.last;
  return {
    lessons: joined(a.lessons, b.lessons, joinedLesson),
    scores: joined(a.scores, b.scores, (a, b) => joined(a, b, joinedScore)),
    ...(last ? { last } : {}),
    resets: a.resets,
  };
}

/** Puts in what a file has: also what has been forgotten since it was written, because that is what importing it asks for. */
export function including(progress: Progress, file: Progress): Progress {
  const lessons = Object.entries(file.lessons).map(([slug, lesson]) => {
    const resets = under(progress.lessons, slug)?.resets ?? 0;
    return [slug, { ...lesson, resets }] as const;
  });
  const { resets } = progress;
  return merged(progress, {
    ...file,
    lessons: Object.fromEntries(lessons),
    resets,
  });
}

/** An act on what is kept. */
export type Act = (progress: Progress) => Progress;

export const opened =
  (lesson: string, at: number): Act =>
  (progress) =>
    isName(lesson) ? { ...progress, last: { lesson, at } } : progress;

/** A beat is finished. */
export const finished =
  (slug: string, beat: string): Act =>
  (progress) => {
    const before = under(progress.lessons, slug) ?? { done: [], resets: 0 };
    if (!isName(slug) || !isName(beat) || before.done.includes(beat))
      return progress;
    const lesson = { ...before, done: union(before.done, [beat]) };
    return { ...progress, lessons: { ...progress.lessons, [slug]: lesson } };
  };

/** A prediction about a concept came out; `writer` is who counts. */
export const scored =
  (concept: string, right: boolean, writer: string): Act =>
  (progress) => {
    if (!isName(concept)) return progress;
    const counts = under(progress.scores, concept) ?? {};
    const before = under(counts, writer) ?? { right: 0, wrong: 0 };
    const score = right
      ? { ...before, right: before.right + 1 }
      : { ...before, wrong: before.wrong + 1 };
    return {
      ...progress,
      scores: { ...progress.scores, [concept]: { ...counts, [writer]: score } },
    };
  };

/** A lesson starts afresh. */
export const forgotten =
  (slug: string): Act =>
  (progress) => {
    const lesson = under(progress.lessons, slug);
    if (!lesson) return progress;
    const afresh = { done: [], resets: lesson.resets + 1 };
    return { ...progress, lessons: { ...progress.lessons, [slug]: afresh } };
  };

/** Everything starts afresh. */
export const allForgotten: Act = ({ resets }) => ({
  ...nothing,
  resets: resets + 1,
});

/** Scores by concept, whoever counted. */
export const totals = (progress: Progress): Named<Score> =>
  Object.fromEntries(
    Object.entries(progress.scores).map(([concept, counts]) => {
      let [right, wrong] = [0, 0];
      for (const count of Object.values(counts)) {
        right += count.right;
        wrong += count.wrong;
      }
      return [concept, { right, wrong }];
    }),
  );
