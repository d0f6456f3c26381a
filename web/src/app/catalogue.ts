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

/** Lessons that a search finds: those whose title, question or chapter has every word. */
export function findLessons(search: string): readonly Placed[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return lessons.filter(({ title, question, chapter, slug }) => {
    const text = `${title} ${question} ${chapter} ${slug}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
