/**
 * Texts on the time plane, placed so that none covers another: those that matter most first, those that find no room left out.
 */
import type { EmissionView, EventRow, LateView, SourceRow } from "../../core";
import type { Firing } from "./firings";
import type { Plane } from "./geometry";
import { many } from "./paint";

export interface Label {
  id: string;
  kind: "firing" | "event" | "late" | "clock";
  text: string;
  /** Where the text begins, and its middle. */
  x: number;
  y: number;
  width: number;
  /** Whether it is of the last step. */
  fresh: boolean;
  /** Whether the thing is still to come. */
  ahead: boolean;
}

/** What texts are made from; only what may be named is asked for. */
export interface Contents {
  plane: Plane;
  position: number;
  firings: readonly Firing[];
  /** How many events there are, and how many have been late. */
  count: number;
  late: number;
  /** What events are late by. */
  eventClock: string;
  /** The sources, where each goes by a time of its own: those times are named where they stand. */
  clocks: readonly SourceRow[];
  /** Where the processing clock stands. */
  now: number;
  rows: {
    events: { at(index: number): EventRow | undefined };
    emissions: { at(index: number): EmissionView | undefined };
    late: { at(index: number): LateView | undefined };
  };
  /** Events that are named whatever happens. */
  named: ReadonlySet<number>;
}

/** With more events than this only those that are pointed at are named. */
const mostNames = 80;
const mostFirings = 24;
/** Where events stand close, texts would cover them. */
const mostFiringsAmongMany = 3;
const mostLate = 8;

/** Places as many texts as find room. */
export function placeLabels(contents: Contents): Label[] {
  const board = new Board(contents.plane);
  placeFirings(board, contents);
  placeLate(board, contents);
  placeClocks(board, contents);
  placeEvents(board, contents);
  return board.labels;
}

interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Where texts have been put already. */
class Board {
  static readonly character = 6.4;
  static readonly line = 18;
  readonly labels: Label[] = [];
  #taken: Rectangle[] = [];

  constructor(private readonly plane: Plane) {}

  /** Puts a text if it finds room, or if it must stand. */
  put(label: Omit<Label, "width">, padding: number, must: boolean): void {
    const { box } = this.plane;
    const width = label.text.length * Board.character + 2 * padding;
    const left = Math.max(box.left + 2, Math.min(label.x, box.right - width));
    const [top, bottom] = [label.y - Board.line / 2, label.y + Board.line / 2];
    const place = { left, top, right: left + width, bottom };
    if (bottom > box.bottom + 10 || top < box.top) return;
    if (!must && this.#taken.some((other) => overlap(place, other))) return;
    this.#taken.push(place);
    this.labels.push({ ...label, x: left, width });
  }
}

function placeFirings(board: Board, contents: Contents): void {
  const { plane, position, rows } = contents;
  const come = contents.firings.filter((firing) => firing.position <= position);
  const most = contents.count > many ? mostFiringsAmongMany : mostFirings;
  for (const firing of come.slice(-most).reverse()) {
    const fresh = firing.position === position;
    const label = {
      id: `firing ${firing.emissions[0]}`,
      kind: "firing" as const,
      text: firingText(firing, (index) => rows.emissions.at(index)),
      x: Math.max(plane.x(firing.start), plane.box.left) + 6,
      y: plane.y(firing.at) + 13,
    };
    board.put({ ...label, fresh, ahead: false }, 8, fresh);
  }
}

function firingText(
  { emissions }: Firing,
  at: (index: number) => EmissionView | undefined,
): string {
  const named = emissions
    .slice(0, 3)
    .map(at)
    .filter((row) => row !== undefined);
  const results = named.map(
    ({ key, value }) => `${key} ${value ?? "withdrawn"}`,
  );
  const more = emissions.length - named.length;
  const again = named.every(({ revision }) => revision > 0);
  return `${again ? "again" : "fires"} ${results.join(" · ")}${more > 0 ? ` · ${more} more` : ""}`;
}

function placeLate(board: Board, contents: Contents): void {
  const { plane, position, rows } = contents;
  const first = Math.max(0, contents.late - mostLate);
  for (let i = contents.late - 1; i >= first; i--) {
    const row = rows.late.at(i);
    const event = row && rows.events.at(row.event);
    const [ts, at] = [event?.eventTime.ms, event?.arrival.ms];
    if (!row?.behind || ts === undefined || at === undefined) continue;
    const fresh = row.position === position;
    const label = {
      id: `late ${row.event}`,
      kind: "late" as const,
      text: `${row.behind} behind ${contents.eventClock === "watermark" ? "the watermark" : contents.eventClock}`,
      x: plane.x(ts) - 24,
      y: plane.y(at) + 17,
    };
    board.put({ ...label, fresh, ahead: false }, 2, fresh);
  }
}

function placeClocks(board: Board, contents: Contents): void {
  const { plane, clocks, now } = contents;
  for (const { name, watermark, changed } of clocks) {
    if (watermark.ms === undefined) continue;
    const label = {
      id: `clock ${name}`,
      kind: "clock" as const,
      text: name,
      x: plane.x(watermark.ms) + 5,
      y: plane.y(now) - 11,
    };
    board.put({ ...label, fresh: changed, ahead: false }, 1, true);
  }
}

function placeEvents(board: Board, contents: Contents): void {
  const { plane, position, named, count, rows } = contents;
  const numbers = count <= mostNames ? [...Array(count).keys()] : [...named];
  const events = numbers
    .map((index) => rows.events.at(index))
    .filter((event) => event !== undefined)
    .sort((a, b) => rank(b, position) - rank(a, position));
  for (const event of events) {
    const [ts, at] = [event.eventTime.ms, event.arrival.ms];
    if (ts === undefined || at === undefined) continue;
    const fresh = event.position === position;
    const above = plane.y(at) - 9;
    const label = {
      id: `event ${event.index}`,
      kind: "event" as const,
      text: event.id,
      x: plane.x(ts) + 11,
      // The first one stands close under the plane's edge.
      y: above - Board.line / 2 < plane.box.top ? plane.y(at) + 10 : above,
    };
    const must = fresh || named.has(event.index);
    board.put({ ...label, fresh, ahead: event.position > position }, 1, must);
  }
}

/** The last step's event first, then backwards, then what is to come. */
const rank = (event: EventRow, position: number): number =>
  event.position <= position ? event.position : -event.position;
