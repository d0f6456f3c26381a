/** What the workbench opens with: what was handed over, what a link carries, what this tab had, or an example. */
import type { BenchPlace } from "../app/routes";
import { calling, CoreTrouble, type Script } from "../core";
import { readLesson } from "../own/file";
import { Bench, type Opening } from "./bench.svelte";
import {
  claim,
  currentOf,
  findDraft,
  newId,
  setCurrent,
  type Draft,
} from "./drafts";
import { takeOver } from "./handover";
import { BadLink, unpack } from "./packed";
import { example } from "./starts";

/** The storages, where the browser has them for this page. */
export const storages = ((): { local: Storage; tab: Storage } | undefined => {
  try {
    return { local: window.localStorage, tab: window.sessionStorage };
  } catch {
    return undefined;
  }
})();

/** Reads a scenario that came from outside: from a link or a file. */
export async function readScript(text: string): Promise<Script> {
  const { studio } = await import("../studio");
  return calling(() => studio.parseScenario(text)) as Script;
}

export interface Opened {
  bench: Bench;
  /** Why it is not what was asked for. */
  trouble?: string;
}

const words = (error: unknown): string => {
  if (error instanceof BadLink) return error.message;
  if (error instanceof CoreTrouble && !error.broken)
    return `It carries a scenario that this version does not take: ${error.message}.`;
  throw error;
};

/** A bench for work that is new. */
async function anew(opening: Opening): Promise<Bench> {
  const bench = await Bench.open({ ...opening, id: newId() });
  await claim(bench.id);
  if (storages) setCurrent(storages.tab, bench.id);
  return bench;
}

/** A bench with a draft on it; a copy where another tab has it. */
export async function resume(draft: Draft): Promise<Bench> {
  const { id, saved, title, lesson: built, ...at } = draft;
  // What is wrong with it is found before the draft is this tab's, to be written over.
  const lesson = built === undefined ? undefined : await readLesson(built);
  const mine = await claim(id);
  const opening = { ...at, lesson, kept: true };
  if (!mine) return anew(opening);
  const bench = await Bench.open({ ...opening, id });
  if (storages) setCurrent(storages.tab, id);
  return bench;
}

async function usual(): Promise<Opened> {
  const id = storages && currentOf(storages.tab);
  const draft = id && storages ? findDraft(storages.local, id) : undefined;
  if (draft) {
    try {
      return { bench: await resume(draft) };
    } catch (error) {
      const trouble = `What you had here cannot be opened any more. ${words(error)}`;
      return { bench: await anew({ script: example.script }), trouble };
    }
  }
  return { bench: await anew({ script: example.script }) };
}

/** Opens the workbench. A link that does not open leaves what was there. */
export async function open(place: BenchPlace): Promise<Opened> {
  const handed = takeOver();
  if (handed) return { bench: await anew({ ...handed, kept: true }) };
  const { packed, ...at } = place;
  if (packed === undefined) return usual();
  try {
    const script = await readScript(await unpack(packed));
    return { bench: await anew({ ...at, script, kept: true }) };
  } catch (error) {
    const trouble = words(error);
    const { bench } = await usual();
    return { bench, trouble };
  }
}
