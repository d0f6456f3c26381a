/**
 * What is on the bench, kept on this device between visits: a draft for each piece of work, under its own name, so that two open tabs
 * never write over each other's. Reads and writes any `Storage`; what cannot be read is left where it is.
 */
import type { LinkSetting } from "../app/routes";
import type { Script } from "../core";
import type { Origin } from "./handover";

export interface Draft {
  id: string;
  /** When, in ms. */
  saved: number;
  title: string;
  /** What was on the stage. */
  script: Script;
  /** What was written and made no sense yet. */
  text?: string;
  /** The lesson that is being built, as the text of its file. */
  lesson?: string;
  step: number;
  view: string;
  /** After how many steps it is compared with a changed copy, and what is changed there. */
  fork?: number;
  changed?: readonly LinkSetting[];
  from?: Origin;
}

/** The number is the version of the form. */
const prefix = "headwater.draft.1.";
/** Which draft a tab works on; kept with the tab. */
const currentKey = "headwater.draft.current";

/** So many are kept; then the oldest makes room. */
export const most = 8;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Those of a list that have the form of a knob set to a value; whether they can be set is for the core to say. */
const settingsOf = (list: unknown): LinkSetting[] =>
  (Array.isArray(list) ? list : []).flatMap((setting: unknown) => {
    if (!isRecord(setting) || typeof setting["knob"] !== "string") return [];
    const { knob, value } = setting;
    return typeof value === "number" || typeof value === "string"
      ? [{ knob, value }]
      : [];
  });

function readDraft(id: string, stored: string | null): Draft | undefined {
  try {
    return draftOf(id, JSON.parse(stored ?? ""));
  } catch {
    return undefined;
  }
}

/** What a draft's data means, which may be anything; nothing where it is none. */
export function draftOf(id: string, data: unknown): Draft | undefined {
  if (!isRecord(data) || !isRecord(data["script"])) return undefined;
  const { saved, title, script, text, lesson, step, view, fork, from } = data;
  if (typeof saved !== "number" || typeof title !== "string") return undefined;
  return {
    id,
    saved,
    title,
    // The core reads it again before it is used.
    script: script as unknown as Script,
    ...(typeof text === "string" ? { text } : {}),
    ...(typeof lesson === "string" ? { lesson } : {}),
    step: typeof step === "number" ? step : 0,
    view: typeof view === "string" ? view : "",
    ...(typeof fork === "number"
      ? { fork, changed: settingsOf(data["changed"]) }
      : {}),
    ...(isRecord(from) &&
    typeof from["title"] === "string" &&
    typeof from["address"] === "string" &&
    from["address"].startsWith("#/")
      ? { from: { title: from["title"], address: from["address"] } }
      : {}),
  };
}

export const findDraft = (storage: Storage, id: string): Draft | undefined =>
  readDraft(id, storage.getItem(prefix + id));

/** The newest first. */
export function listDrafts(storage: Storage): Draft[] {
  const drafts: Draft[] = [];
  for (let i = 0; i < storage.length; i++) {
    const key = storage.key(i);
    if (!key?.startsWith(prefix)) continue;
    const draft = findDraft(storage, key.slice(prefix.length));
    if (draft) drafts.push(draft);
  }
  return drafts.sort((a, b) => b.saved - a.saved);
}

/** Puts in drafts from elsewhere; what is here and newer stays. Says how many were new here. */
export function includeDrafts(
  storage: Storage,
  drafts: readonly Draft[],
  inUse: ReadonlySet<string>,
): number {
  const wanted = drafts.filter(({ id, saved }) => {
    const here = findDraft(storage, id);
    return !inUse.has(id) && (here === undefined || here.saved < saved);
  });
  // The oldest first, so that it is the oldest that there is no room for.
  const sorted = wanted.toSorted((a, b) => a.saved - b.saved);
  return sorted.filter((draft) => saveDraft(storage, draft, inUse)).length;
}

/** Keeps a draft; says whether there was room. */
export function saveDraft(
  storage: Storage,
  { id, ...rest }: Draft,
  inUse: ReadonlySet<string> = new Set(),
): boolean {
  const text = JSON.stringify(rest);
  const spare = listDrafts(storage)
    .slice(most - 1)
    .filter((draft) => draft.id !== id && !inUse.has(draft.id));
  for (const old of spare) forgetDraft(storage, old.id);
  try {
    storage.setItem(prefix + id, text);
    return true;
  } catch {
    return false;
  }
}

export const forgetDraft = (storage: Storage, id: string): void =>
  storage.removeItem(prefix + id);

export const newId = (): string => crypto.randomUUID().slice(0, 8);

const lockName = (id: string): string => prefix + id;
const own = new Set<string>();

/** Makes a draft this tab's until it closes; says no where another tab has it. */
export async function claim(id: string): Promise<boolean> {
  if (own.has(id)) return true;
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return false;
  return new Promise((resolve) => {
    void locks.request(lockName(id), { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      if (lock === null) return undefined;
      own.add(id);
      return new Promise<void>(() => undefined);
    });
  });
}

/** The drafts that other tabs, or this one, work on now. */
export async function inUse(): Promise<Set<string>> {
  const locks = navigator.locks as LockManager | undefined;
  const held = (await locks?.query())?.held ?? [];
  return new Set(
    held.flatMap(({ name }) =>
      name?.startsWith(prefix) ? [name.slice(prefix.length)] : [],
    ),
  );
}

/** What this tab worked on before it was loaded again. */
export const currentOf = (session: Storage): string | undefined =>
  session.getItem(currentKey) ?? undefined;

export function setCurrent(session: Storage, id: string): void {
  try {
    session.setItem(currentKey, id);
  } catch {
    // Then a reload begins afresh; the draft itself is offered.
  }
}
