/**
 * Addresses behind the `#`: where the page is, and for a lesson also the step, the beat, the view and the turned knobs, so that a link
 * lands exactly where it was copied. Knows the form of an address, not what a knob is.
 */

/** A knob set to a value: ms, a number, or a name. */
export interface LinkSetting {
  knob: string;
  value: number | string;
}

/** What a link to a lesson carries beside its name; what is left out is as the lesson starts. */
export interface LessonPlace {
  beat?: string;
  step?: number;
  view?: string;
  settings: LinkSetting[];
  /** After how many steps it is compared with a changed copy, and what is changed there. */
  fork?: number;
  changed?: readonly LinkSetting[];
  /** Tells whether the lesson's scenario is still the one that the link was made in. */
  mark?: string;
  /** Names in the link that mean nothing here, or whose values do not. */
  unread?: readonly string[];
}

/** What a link to the workbench carries. */
export interface BenchPlace extends Omit<
  LessonPlace,
  "beat" | "mark" | "settings"
> {
  /** The scenario, packed; see `workbench/packed.ts`. */
  packed?: string;
}

export type Route =
  | { page: "home" }
  | { page: "data" }
  | { page: "workbench"; place: BenchPlace }
  | { page: "lesson"; slug: string; place: LessonPlace }
  /** A lesson of a person's own: from a file, by its name, or one that is being built, by its draft's; without a name, where files are opened. */
  | {
      page: "own";
      from: "file" | "draft";
      id: string;
      place: LessonPlace;
      /** The whole of it, packed; see `workbench/packed.ts`. */
      packed?: string;
    }
  | { page: "unknown"; address: string };

const slugForm = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** `window.size`; events may be called anything: `event.e6.arrival`, `event.order 5*2.key`. */
const knobForm = /^([a-z]\w*(\.[\w-]+)*|event\..{1,120})$/;
const lessonForm = /^\/(lesson|lesson-file|lesson-draft)(?:\/([^/]+))?\/?$/;
/** What is shown of what is not understood. */
const shown = { names: 3, characters: 40 };
const markForm = /^[\w-]{1,12}$/;
/** A number that is written the same way again; a key such as 007 is none. */
const wholeNumber = /^(0|-?[1-9]\d{0,14})$/;

/** Links by hand may say anything; this much is looked at. */
const longest = 2_000;

/** Names in an address that are no knobs. */
const own = {
  beat: "beat",
  step: "at",
  view: "view",
  packed: "s",
  mark: "v",
  fork: "fork",
} as const;

/** Begins the name of a knob of the changed copy. */
const ofCopy = "vs.";

const owned = new Set<string>(Object.values(own));

/** Reads what stands behind the `#`. */
export function parseRoute(hash: string): Route {
  const address = hash.replace(/^#/, "");
  if (address === "" || address === "/") return { page: "home" };
  if (/^\/data\/?$/.test(address)) return { page: "data" };
  const bench = /^\/workbench\/?(?:\?|$)/.exec(address);
  if (bench)
    return {
      page: "workbench",
      place: parseBench(address.slice(bench[0].length)),
    };
  const [path = "", query = ""] = address.slice(0, longest).split("?", 2);
  // A lesson in a link is longer than any place in one; how long is for who unpacks it to say.
  const carried = /^\/lesson-file\?s=([^&]*)$/.exec(address)?.[1];
  if (carried !== undefined)
    return {
      page: "own",
      from: "file",
      id: "",
      place: { settings: [] },
      packed: carried,
    };
  const [, kind, slug] = lessonForm.exec(path) ?? [];
  if (kind !== undefined && (slug === undefined || slugForm.test(slug))) {
    const place = parsePlace(query);
    if (address.length > longest)
      place.unread = [
        ...(place.unread ?? []),
        `all after ${longest} characters`,
      ];
    if (kind !== "lesson")
      return {
        page: "own",
        from: kind === "lesson-file" ? "file" : "draft",
        id: slug ?? "",
        place,
      };
    if (slug !== undefined) return { page: "lesson", slug, place };
  }
  return { page: "unknown", address };
}

function parsePlace(query: string | URLSearchParams): LessonPlace {
  const place: LessonPlace = { settings: [] };
  const unread = new Set<string>();
  const changed: LinkSetting[] = [];
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === own.step && /^\d{1,9}$/.test(value))
      place.step = Number(value);
    else if (name === own.beat && slugForm.test(value)) place.beat = value;
    else if (name === own.view && slugForm.test(value)) place.view = value;
    else if (name === own.mark && markForm.test(value)) place.mark = value;
    else if (name === own.fork && /^\d{1,9}$/.test(value))
      place.fork = Number(value);
    else if (!owned.has(name) && knobForm.test(name)) {
      const read = wholeNumber.test(value) ? Number(value) : value;
      if (name.startsWith(ofCopy))
        changed.push({ knob: name.slice(ofCopy.length), value: read });
      else place.settings.push({ knob: name, value: read });
    } else unread.add(name);
  }
  if (changed.length > 0) place.changed = changed;
  if (unread.size > 0)
    place.unread = [...unread]
      .slice(0, shown.names)
      .map((name) => name.slice(0, shown.characters));
  return place;
}

/** How long what is packed may be is for who unpacks it to say. */
function parseBench(query: string): BenchPlace {
  const said = new URLSearchParams(query);
  const packed = said.get(own.packed);
  said.delete(own.packed);
  const { beat, mark, settings, ...place } = parsePlace(said);
  return packed === null ? place : { ...place, packed };
}

/** What is kept on this device. */
export const dataAddress = "#/data";

/** Writes an address, `#` included. */
export function formatRoute(
  route: Exclude<Route, { page: "unknown" }>,
): string {
  if (route.page === "home") return "#/";
  if (route.page === "data") return dataAddress;
  const query = new URLSearchParams();
  if (route.page === "own" && route.packed !== undefined)
    return `#/lesson-file?${own.packed}=${route.packed}`;
  const {
    beat,
    step,
    view,
    settings,
    fork,
    changed,
    mark,
    packed,
  }: LessonPlace & BenchPlace = { settings: [], ...route.place };
  const path =
    route.page === "workbench"
      ? route.page
      : route.page === "own"
        ? `lesson-${route.from}${route.id && `/${route.id}`}`
        : `lesson/${route.slug}`;
  if (beat !== undefined) query.set(own.beat, beat);
  if (step !== undefined) query.set(own.step, String(step));
  if (view !== undefined) query.set(own.view, view);
  for (const { knob, value } of settings) query.append(knob, String(value));
  if (fork !== undefined) {
    query.set(own.fork, String(fork));
    for (const { knob, value } of changed ?? [])
      query.append(ofCopy + knob, String(value));
  }
  if (packed !== undefined) query.set(own.packed, packed);
  // A lesson as it starts is that, whatever has become of it.
  if (mark !== undefined && query.size > 0) query.set(own.mark, mark);
  const text = query.toString();
  return `#/${path}${text && `?${text}`}`;
}

/** The address of a lesson as it starts. */
export const lessonAddress = (slug: string): string =>
  formatRoute({ page: "lesson", slug, place: { settings: [] } });
