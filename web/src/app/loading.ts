/** Lessons by name: all that a lesson's page needs to know of the others. */
import type { LessonFiles } from "virtual:headwater-lessons";
import { loaders } from "virtual:headwater-loaders";

/** Fetches a lesson; nothing where there is none of that name. */
export const loadLesson = (slug: string): Promise<LessonFiles> | undefined =>
  Object.hasOwn(loaders, slug) ? loaders[slug]?.() : undefined;
