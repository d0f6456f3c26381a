/** The chapter map: every lesson there is, in order. */
import {
  chapters,
  concepts,
  type Chapter,
  type Concept,
  type LessonEntry,
  type LessonFiles,
} from "virtual:headwater-lessons";

export { loadLesson } from "./loading";
export { chapters, concepts };
export type { Chapter, Concept, LessonEntry, LessonFiles };

export interface Placed extends LessonEntry {
  /** Counted over all chapters, from 1. */
  number: number;
  chapter: string;
}

export const lessons: readonly Placed[] = chapters
  .flatMap(({ title, lessons }) =>
    lessons.map((lesson) => ({ ...lesson, chapter: title })),
  )
  .map((lesson, index) => ({ ...lesson, number: index + 1 }));

export const lessonOf = (slug: string | undefined): Placed | undefined =>
  lessons.find((lesson) => lesson.slug === slug);

/**
 * Lessons that a search finds: first those whose title, question or chapter has every word, then those in whose text and cards they are
 * (`inside`, by the lesson's name in links).
 */
export function findLessons(
  search: string,
  inside: Readonly<Record<string, string>> = {},
): readonly Placed[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string) =>
    words.every((word) => text.toLowerCase().includes(word));
  const head = ({ title, question, chapter, slug }: Placed) =>
    `${title} ${question} ${chapter} ${slug}`;
  const byHead = lessons.filter((lesson) => has(head(lesson)));
  const byText = lessons.filter(
    (lesson) =>
      !byHead.includes(lesson) &&
      has(`${head(lesson)} ${inside[lesson.slug] ?? ""}`),
  );
  return [...byHead, ...byText];
}
