/** Where lessons of a person's own come from: a file that was opened, or a draft that is being built. */
import { storage } from "../app/learner.svelte";
import { formatRoute, type LessonPlace } from "../app/routes";
import { findDraft } from "../workbench/drafts";
import { pack, roomiest } from "../workbench/packed";
import { playable, readLesson, whole, type LessonFile } from "./file";
import { findLesson, keepLesson } from "./kept";

/** What there was no room for, or is newer than what is kept. */
const held = new Map<string, LessonFile>();

const start: LessonPlace = { settings: [] };

/** Keeps a lesson that came as a file; gives its address. */
export async function take(
  file: LessonFile,
): Promise<{ address: string; kept: boolean }> {
  const { studio } = await import("../studio");
  const { slug, title } = file.lesson;
  held.set(`file ${slug}`, file);
  const text = studio.writeLesson(whole(file));
  const kept = storage
    ? keepLesson(storage, { slug, title, opened: Date.now(), text })
    : false;
  const address = formatRoute({
    page: "own",
    from: "file",
    id: slug,
    place: start,
  });
  return { address, kept };
}

/** A link that carries a whole lesson, with its length; `fits` is whether programs leave so long a link whole. */
export async function linkOf(
  file: LessonFile,
): Promise<{ link: string; fits: boolean }> {
  const packed = await pack(JSON.stringify(file));
  const hash = formatRoute({
    page: "own",
    from: "file",
    id: "",
    place: start,
    packed,
  });
  const link = new URL(hash, location.href).href;
  return { link, fits: link.length <= roomiest };
}

/** Holds a lesson that is being built, for a look at it; gives its address. */
export function tryOut(draft: string, file: LessonFile): string {
  held.set(`draft ${draft}`, file);
  return formatRoute({ page: "own", from: "draft", id: draft, place: start });
}

/** A lesson, ready to be played; nothing where it is not on this device. What is wrong with it is thrown. */
export async function findOwn(
  from: "file" | "draft",
  id: string,
): Promise<LessonFile | undefined> {
  const file = held.get(`${from} ${id}`) ?? (await stored(from, id));
  if (file) await playable(file);
  return file;
}

async function stored(
  from: "file" | "draft",
  id: string,
): Promise<LessonFile | undefined> {
  if (!storage) return undefined;
  const text =
    from === "file"
      ? findLesson(storage, id)?.text
      : findDraft(storage, id)?.lesson;
  return text === undefined ? undefined : readLesson(text);
}
