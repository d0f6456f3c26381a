/** What scripts/vite-lessons.mjs makes of the folder lessons/. */
declare module "virtual:headwater-lessons" {
  export interface LessonEntry {
    slug: string;
    title: string;
    question: string;
    minutes: number;
    beats: string[];
  }

  export interface Chapter {
    number: number;
    title: string;
    lessons: LessonEntry[];
  }

  /** A lesson, and its prose by beat: HTML rendered from our own files at build time. */
  export interface LessonFiles {
    lesson: import("../pkg/headwater.js").Lesson;
    prose: Record<string, string>;
    /** By scenario, what is another one once the scenario or one that it changes is another one. */
    marks: Record<string, string>;
    placed: {
      /** Counted over all chapters, from 1; and how many there are. */
      number: number;
      of: number;
      chapter: string;
      next?: { slug: string; title: string };
      /** What its answers are scored by. */
      concept?: string;
    };
  }

  /** Something to have understood; answers are scored by it. */
  export interface Concept {
    id: string;
    title: string;
    lessons: string[];
  }

  export const chapters: Chapter[];
  export const concepts: Concept[];
}

declare module "virtual:headwater-loaders" {
  export const loaders: Record<
    string,
    () => Promise<import("virtual:headwater-lessons").LessonFiles>
  >;
}

declare module "virtual:headwater-words" {
  /** The words in each lesson's text and cards, by its slug. */
  export const words: Record<string, string>;
}

declare module "virtual:headwater-home" {
  /** The scene that the home page opens on; its lesson need not exist yet. */
  export const home: import("../pkg/headwater.js").Scene;
}
