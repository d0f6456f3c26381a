/** Lessons as files: read and written by the core, which says what is wrong with one. */
import { calling, CoreTrouble, type Lesson } from "../core";
import { download, FileTrouble, textOf } from "../ui/files";
import type { LessonFile as Whole } from "../studio";

/** A lesson's file. The core's modules know scenarios of different kinds; here they are what the page takes for a lesson. */
export interface LessonFile extends Omit<Whole, "lesson"> {
  lesson: Lesson;
}

/** The same, for the module that knows scenarios of every kind. */
export const whole = (file: LessonFile): Whole => file as Whole;

/** So large a lesson's file may be. */
export const largest = 5_000_000;

/** Reads a lesson that came from outside. What is wrong with it is thrown. */
export async function readLesson(text: string): Promise<LessonFile> {
  const { studio } = await import("../studio");
  const written = calling(() => studio.readLesson(text));
  return JSON.parse(written) as LessonFile;
}

/** Reads one that is to be shown: what could not be is thrown as well. */
export async function playable(file: LessonFile): Promise<void> {
  const { studio } = await import("../studio");
  calling(() => studio.mustPlay(whole(file)));
}

/** Whether a text is meant to be a lesson, and not a scenario. */
export async function isLesson(text: string): Promise<boolean> {
  const { studio } = await import("../studio");
  return calling(() => studio.isLessonFile(text));
}

/** Reads a file that somebody chose; gives what is wrong with it, a line each, where it is no lesson. */
export async function openLesson(
  file: File,
): Promise<LessonFile | readonly string[]> {
  try {
    return await readLesson(await textOf(file, largest));
  } catch (error) {
    if (error instanceof FileTrouble) return [error.message];
    if (error instanceof CoreTrouble && !error.broken)
      return error.problems.map(({ path, message }) =>
        path ? `${path}: ${message}` : message,
      );
    throw error;
  }
}

export const isWrong = (
  read: LessonFile | readonly string[],
): read is readonly string[] => Array.isArray(read);

/** A file's name, from the lesson's. */
export function nameOf({ lesson }: LessonFile): string {
  const words = lesson.title
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${words || "lesson"}.headwater-lesson.json`;
}

export async function saveLesson(file: LessonFile): Promise<string> {
  const { studio } = await import("../studio");
  const name = nameOf(file);
  download(
    name,
    calling(() => studio.writeLesson(whole(file))),
  );
  return name;
}
