/**
 * Texts on the time plane, placed so that none covers another: those that matter most first, those that find no room left out.
 */
import type { EventRow, LateView } from "../../core";
import type { Plane } from "./geometry";
import type { Firing } from "./paint";

export interface Label {
  id: string;
  kind: "firing" | "event" | "late";
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

interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const character = 6.4;
const line = 18;

export interface Contents {
  plane: Plane;
  position: number;
  firings: readonly Firing[];
  events: readonly EventRow[];
  late: readonly LateView[];
  /** Events that are named whatever happens. */
  named: ReadonlySet<number>;
}

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const firingText = (firing: Firing): string => {
  const results = firing.emissions.map(
    ({ key, value }) => `${key} ${value ?? "withdrawn"}`,
  );
  const more = results.length - 3;
  const list =
    results.slice(0, 3).join(" · ") + (more > 0 ? ` · ${more} more` : "");
  return `${firing.emissions.every(({ revision }) => revision > 0) ? "again" : "fires"} ${list}`;
};

/** Places as many texts as find room. */
export function placeLabels(contents: Contents): Label[] {
  const { plane, position, named } = contents;
  const { box, x, y } = plane;
  const taken: Rectangle[] = [];
  const labels: Label[] = [];
  const put = (
    label: Omit<Label, "width">,
    padding: number,
    must: boolean,
  ): void => {
    const width = label.text.length * character + 2 * padding;
    const left = Math.max(box.left + 2, Math.min(label.x, box.right - width));
    const place = {
      left,
      top: label.y - line / 2,
      right: left + width,
      bottom: label.y + line / 2,
    };
    if (place.bottom > box.bottom + 10 || place.top < box.top) return;
    if (!must && taken.some((other) => overlap(place, other))) return;
    taken.push(place);
    labels.push({ ...label, x: left, width });
  };

  const come = contents.firings.filter((firing) => firing.position <= position);
  for (const firing of come.slice(-40).reverse()) {
    const fresh = firing.position === position;
    const id = `firing ${firing.emissions[0]?.index}`;
    const place = {
      x: Math.max(x(firing.start), box.left) + 6,
      y: y(firing.at) + 13,
    };
    put(
      {
        id,
        kind: "firing",
        text: firingText(firing),
        ...place,
        fresh,
        ahead: false,
      },
      8,
      fresh,
    );
  }
  const late = contents.late.filter((row) => row.position <= position);
  for (const row of late.slice(-12).reverse()) {
    const event = contents.events[row.event];
    const [ts, at] = [event?.eventTime.ms, event?.arrival.ms];
    if (!row.behind || ts === undefined || at === undefined) continue;
    const fresh = row.position === position;
    const text = `${row.behind} behind the watermark`;
    put(
      {
        id: `late ${row.event}`,
        kind: "late",
        text,
        x: x(ts) - 24,
        y: y(at) + 17,
        fresh,
        ahead: false,
      },
      2,
      fresh,
    );
  }
  const most = 80;
  const events = contents.events.length <= most ? [...contents.events] : [];
  for (const index of named) {
    const event = contents.events[index];
    if (event && events.length === 0) events.push(event);
  }
  for (const event of events.sort(
    (a, b) => rank(b, position) - rank(a, position),
  )) {
    const [ts, at] = [event.eventTime.ms, event.arrival.ms];
    if (ts === undefined || at === undefined) continue;
    const fresh = event.position === position;
    const label = {
      id: `event ${event.index}`,
      kind: "event" as const,
      text: event.id,
    };
    const place = { x: x(ts) + 11, y: y(at) - 9 };
    put(
      { ...label, ...place, fresh, ahead: event.position > position },
      1,
      fresh || named.has(event.index),
    );
  }
  return labels;
}

/** The last step's event first, then backwards, then what is to come. */
const rank = (event: EventRow, position: number): number =>
  event.position <= position ? event.position : -event.position;
