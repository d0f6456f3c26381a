/** All that is kept on a device as one file: written, and read with a problem for every place that does not fit. */
import { version, type Progress } from "../app/progress";
import { readData, type Misfit } from "../app/reading";
import { draftOf, type Draft } from "../workbench/drafts";

export interface Settings {
  theme?: "light" | "dark";
}

export interface Kept {
  progress: Progress;
  settings: Settings;
  /** What was being worked on at the workbench. */
  drafts: readonly Draft[];
}

export type FileRead =
  | ({ problems: readonly []; newer?: undefined } & Kept)
  | { problems: readonly Misfit[]; newer?: number };

/** What the file says it is. */
const mark = "progress";

/** So long a file can get: thousands of lessons and scores, and what a browser has room for in drafts. */
export const longest = 20_000_000;

export const write = ({ progress, settings, drafts }: Kept): string => {
  const kept = { headwater: mark, version, ...progress, settings };
  const all = drafts.length > 0 ? { ...kept, drafts } : kept;
  return `${JSON.stringify(all, null, 2)}\n`;
};

/** The drafts of a file, and the places of those that are none. Older files have none at all. */
function readDrafts(data: unknown): { drafts: Draft[]; wrong: Misfit[] } {
  if (data === undefined) return { drafts: [], wrong: [] };
  if (!Array.isArray(data))
    return {
      drafts: [],
      wrong: [{ place: "drafts", message: "must be a list" }],
    };
  const drafts: Draft[] = [];
  const wrong: Misfit[] = [];
  data.forEach((entry: unknown, i) => {
    const { id, ...rest } = Object(entry) as Record<string, unknown>;
    const named = typeof id === "string" && /^[\w-]{1,40}$/.test(id);
    const draft = named ? draftOf(id, rest) : undefined;
    if (draft) drafts.push(draft);
    else wrong.push({ place: `drafts[${i}]`, message: "is no draft" });
  });
  return { drafts, wrong };
}

/** Reads a file; nothing of one with a problem is taken. */
export function read(text: string): FileRead {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problems: [{ place: "", message: `is not JSON (${message})` }] };
  }
  const fields = Object(data) as Record<string, unknown>;
  // What a browser had stored, and set aside as damaged, has no mark; put right by hand it is as good.
  if ("headwater" in fields && fields["headwater"] !== mark)
    return {
      problems: [
        {
          place: "headwater",
          message: `must be "${mark}": this file is another one`,
        },
      ],
    };
  const { progress, problems, newer } = readData(data);
  if (newer !== undefined) return { problems: [], newer };
  const settings = Object(fields["settings"]) as Record<string, unknown>;
  const theme = settings["theme"];
  const wrong: Misfit[] =
    theme === undefined || theme === "light" || theme === "dark"
      ? []
      : [{ place: "settings.theme", message: `must be "light" or "dark"` }];
  const { drafts, wrong: misfits } = readDrafts(fields["drafts"]);
  const all = [...problems, ...wrong, ...misfits];
  if (all.length > 0) return { problems: all };
  return {
    problems: [],
    progress,
    drafts,
    settings: theme ? { theme: theme as "light" | "dark" } : {},
  };
}

const counted = (n: number, one: string, many = `${one}s`): string =>
  `${n} ${n === 1 ? one : many}`;

const beatsOf = ({ lessons }: Progress): number[] =>
  Object.values(lessons)
    .map(({ done }) => done.length)
    .filter((beats) => beats > 0);

/** How much there is: "12 beats in 3 lessons, scores of 2 concepts"; empty where there is nothing. */
export function inWords(progress: Progress): string {
  const beats = beatsOf(progress);
  const all = beats.reduce((sum, beats) => sum + beats, 0);
  const concepts = Object.keys(progress.scores).length;
  const parts = [];
  if (all > 0)
    parts.push(`${counted(all, "beat")} in ${counted(beats.length, "lesson")}`);
  if (concepts > 0) parts.push(`scores of ${counted(concepts, "concept")}`);
  return parts.join(", ");
}

/** What a file that was taken in has brought; so many drafts were new. */
export function broughtInWords(
  before: Progress,
  after: Progress,
  drafts = 0,
): string {
  const told = ofProgress(before, after);
  if (drafts === 0) return told;
  const more = `${counted(drafts, "draft")} of the workbench ${drafts === 1 ? "was" : "were"} new here.`;
  return told === nothingNew ? `Loaded: ${more}` : `${told} ${more}`;
}

const nothingNew = "Loaded: everything in the file was here already.";

function ofProgress(before: Progress, after: Progress): string {
  const all = (progress: Progress) =>
    beatsOf(progress).reduce((sum, beats) => sum + beats, 0);
  const beats = all(after) - all(before);
  const scores = JSON.stringify(after.scores) !== JSON.stringify(before.scores);
  if (beats > 0)
    return `Loaded: ${counted(beats, "beat")} ${beats === 1 ? "was" : "were"} new here${scores ? ", and so were scores" : ""}.`;
  return scores ? "Loaded: scores were new here." : nothingNew;
}
