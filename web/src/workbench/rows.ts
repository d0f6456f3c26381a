/** The steps of an input as rows of a table: their cells, their order, and rows pasted from a spreadsheet. What is right the core says. */
import type { StepSpec } from "../core";

/** The columns, in order. */
export const columns = [
  { id: "id", title: "Id" },
  { id: "key", title: "Key" },
  { id: "time", title: "Event time" },
  { id: "arrival", title: "Arrival" },
  { id: "value", title: "Value" },
  { id: "source", title: "Source" },
] as const;

export type Column = (typeof columns)[number]["id"];

type Path = readonly string[];
type Kind =
  "event" | "watermark" | "processing_time" | "batch" | "mark_idle" | "end";

/** Where in a step of each kind the columns are; a kind has no more than these. */
const places: Record<Kind, Partial<Record<Column, Path>>> = {
  event: {
    id: ["event", "id"],
    key: ["event", "key"],
    time: ["event", "ts"],
    arrival: ["at"],
    value: ["event", "value"],
    source: ["event", "source"],
  },
  watermark: { time: ["watermark"], arrival: ["at"], source: ["source"] },
  processing_time: { arrival: ["processing_time"] },
  batch: { arrival: ["at"] },
  mark_idle: { arrival: ["at"], source: ["mark_idle"] },
  end: { arrival: ["at"], source: ["source"] },
};

export const kinds: Record<Kind, string> = {
  event: "Event",
  watermark: "Watermark",
  processing_time: "Clock moves",
  batch: "Micro-batch",
  mark_idle: "Source idle",
  end: "End of input",
};

export const kindOf = (step: StepSpec): Kind =>
  (Object.keys(kinds) as Kind[]).find((kind) => step[kind] !== undefined) ??
  "event";

/** Where a step has a column; nothing where its kind has none. */
export const placeOf = (step: StepSpec, column: Column): Path | undefined =>
  places[kindOf(step)][column];

export function valueAt(step: StepSpec, path: Path): unknown {
  return path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    step,
  );
}

const day = 86_400_000;
const dayOf = (ms: number): number => Math.floor(ms / day) * day;
const lastYear = 253_402_300_799_999;

/** The day that times are told without: that of the first time there is. */
export function baseOf(steps: readonly StepSpec[]): number {
  for (const { at, event, processing_time } of steps) {
    const ms = at ?? event?.ts ?? processing_time;
    if (ms !== undefined) return dayOf(ms);
  }
  return 0;
}

/** An instant as it is read: the time of the day, of another day with its date. */
export function timeText(ms: number, base: number): string {
  if (Math.abs(ms) > lastYear) return String(ms);
  const [date = "", time = ""] = new Date(ms).toISOString().split("T");
  const short = time.replace(/(\.000)?Z$/, "");
  return dayOf(ms) === base ? short : `${date}T${short}Z`;
}

/** What was typed for an instant: a time of day is of the day of what stood there. Anything else is for the core to read. */
export function instantMeant(
  typed: string,
  before: number,
): number | string | undefined {
  const text = typed.trim();
  if (text === "") return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  const time = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/.exec(text);
  if (!time) return text;
  const [, hours = "", minutes = "", seconds = "0", part = ""] = time;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  if (h > 23 || m > 59 || s > 59) return text;
  const ms = Number(part.padEnd(3, "0"));
  return dayOf(before) + ((h * 60 + m) * 60 + s) * 1_000 + ms;
}

/** What was typed into a column, as the data it is meant to be; nothing where it is left out. */
export function meant(
  column: Column,
  typed: string,
  before: number,
): number | string | undefined {
  if (column === "time" || column === "arrival")
    return instantMeant(typed, before);
  if (column === "id" || column === "key") return typed;
  const text = typed.trim();
  if (text === "") return undefined;
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

/** The steps by their arrival. Those that do not say when they are processed stay behind the one before them. */
export function byArrival(steps: readonly StepSpec[]): StepSpec[] {
  let clock = -Infinity;
  return steps
    .map((step, place) => {
      clock = step.at ?? step.processing_time ?? clock;
      return { step, place, clock };
    })
    .sort((a, b) => a.clock - b.clock || a.place - b.place)
    .map(({ step }) => step);
}

/** An id that no event has yet. */
export function freshId(steps: readonly StepSpec[]): string {
  const taken = new Set(steps.map(({ event }) => event?.id));
  let number = steps.length + 1;
  while (taken.has(`e${number}`)) number++;
  return `e${number}`;
}

/** A step of a kind, as a start: it follows what is last. */
export function blank(kind: Kind, steps: readonly StepSpec[]): StepSpec {
  const last = steps.findLast(({ event }) => event)?.event;
  const at = steps.findLast((step) => step.at !== undefined)?.at;
  const when = at === undefined ? {} : { at };
  switch (kind) {
    case "event":
      return {
        ...when,
        event: {
          id: freshId(steps),
          key: last?.key ?? "a",
          ts: last?.ts ?? 0,
          value: 1,
        },
      };
    case "watermark":
      return { ...when, watermark: last?.ts ?? 0 };
    case "processing_time":
      return { processing_time: at ?? last?.ts ?? 0 };
    case "batch":
      return { ...when, batch: true };
    case "mark_idle":
      return { ...when, mark_idle: 0 };
    case "end":
      return { end: true };
  }
}

/** With a step more: before the end of the input, if it ends. */
export function added(steps: readonly StepSpec[], step: StepSpec): StepSpec[] {
  const ends = steps.at(-1)?.end !== undefined && step.end === undefined;
  return ends
    ? [...steps.slice(0, -1), step, ...steps.slice(-1)]
    : [...steps, step];
}

/** Cells of a spreadsheet as it puts them on the clipboard; nothing where it is no more than one. */
export function cellsOf(text: string): string[][] | undefined {
  if (!/[\t\n]/.test(text.trimEnd())) return undefined;
  const rows = text
    .replace(/\r\n?/g, "\n")
    .replace(/\n+$/, "")
    .split("\n")
    .map((row) => row.split("\t").map((cell) => cell.trim()));
  const titles = columns.map(({ title }) => title.toLowerCase());
  const [head = []] = rows;
  const isHead =
    head.length > 1 &&
    head.every((cell) => titles.includes(cell.toLowerCase() as never));
  return isHead ? rows.slice(1) : rows;
}

/** The steps with cells written over them from a row and column on; rows beyond the last event are new events. */
export function pasted(
  steps: readonly StepSpec[],
  cells: readonly (readonly string[])[],
  row: number,
  column: number,
): unknown[] {
  const made: StepSpec[] = [...steps];
  const base = baseOf(steps);
  for (const [i, texts] of cells.entries()) {
    let at = row + i;
    if (at >= made.length || kindOf(made[at] as StepSpec) !== "event") {
      const ends = made.at(-1)?.end !== undefined;
      at = made.length - (ends ? 1 : 0);
      made.splice(at, 0, blank("event", made));
    }
    const step = structuredClone(made[at]) as StepSpec;
    for (const [j, typed] of texts.entries()) {
      const { id } = columns[column + j] ?? {};
      const path = id && placeOf(step, id);
      if (!id || !path) continue;
      let holder = step as unknown as Record<string, unknown>;
      for (const name of path.slice(0, -1))
        holder = holder[name] as Record<string, unknown>;
      const name = path.at(-1) ?? "";
      const value = meant(id, typed, base);
      if (value === undefined) delete holder[name];
      else holder[name] = value;
    }
    made[at] = step;
  }
  // What is no time yet cannot be put in order; the core says so.
  const ordered = made.every(({ at }) => typeof (at ?? 0) === "number");
  return ordered ? byArrival(made) : made;
}
