/** Many events painted on pixels: by key and fate, each form drawn once. */
import type { Ink } from "../palette";
import { Status } from "../status";
import {
  markSize,
  paintMarks,
  placesOf,
  type Group,
  type Scene,
} from "./paint";
import { formOf, type Form, type Pixels } from "./pixels";

/** Paints all events on the plane; a CSS pixel is so many of its pixels wide. */
export function paintMany(pixels: Pixels, scene: Scene, scale: number): void {
  const { ink, columns, plane } = scene;
  const { left, top, right, bottom } = plane.box;
  const size = markSize(columns.eventTime.length);
  const part = [left - 8, top, right + 8, bottom].map((edge) =>
    Math.round(edge * scale),
  ) as [number, number, number, number];
  pixels.clear();
  // What is on top comes first: the rest goes under it.
  const groups = placesOf(scene).reverse();
  const put = ({ key, status, places }: Group, faint = false) =>
    pixels.put(
      formFor({ ink, key, status, size, scale }),
      places.map((place) => place * scale),
      part,
      faint,
    );
  const toCome = groups.filter(({ status }) => status === Status.future);
  for (const group of groups) if (!toCome.includes(group)) put(group);
  // Where these stand close the first one shows: the keys take turns, or one would hide the others.
  for (let turn = 0; turn < turns; turn++)
    for (const group of toCome) put(every(group, turn), true);
}

const turns = 8;

/** Every so manyth event of a group, from one on. */
const every = ({ key, status, places }: Group, from: number): Group => ({
  key,
  status,
  places: places.filter((_, i) => (i >> 1) % turns === from),
});

/** What a form looks like. */
interface Look {
  ink: Ink;
  key: number;
  status: number;
  size: number;
  scale: number;
}

/** Forms by ink, which is one theme's, and by the rest of their look. */
const kept = new WeakMap<Ink, Map<string, Form>>();

/** Room for the form around its middle. */
const room = 4;

function formFor(look: Look): Form {
  const { ink, ...rest } = look;
  const forms = kept.get(ink) ?? new Map<string, Form>();
  kept.set(ink, forms);
  const name = Object.values(rest).join(" ");
  let form = forms.get(name);
  if (!form) forms.set(name, (form = draw(look)));
  return form;
}

function draw({ ink, key, status, size, scale }: Look): Form {
  const side = 2 * Math.ceil((size * 1.4 + room) * scale) + 1;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return formOf(new Uint32Array(side * side));
  context.setTransform(scale, 0, 0, scale, side / 2, side / 2);
  paintMarks(context, ink, key, status, size, [[0, 0]]);
  const { data } = context.getImageData(0, 0, side, side);
  return formOf(new Uint32Array(data.buffer));
}
