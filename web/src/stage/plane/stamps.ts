/**
 * Marks where there are many: each form is drawn once and put down like a stamp, and where several would cover one another to the pixel
 * only one is. So ten thousand events cost no more than the pixels they take.
 */
import type { Ink } from "../palette";

type Draw = (context: CanvasRenderingContext2D, x: number, y: number) => void;

/** Stamps by ink and form; an ink is one theme's, so that a change of theme begins anew. */
const kept = new WeakMap<Ink, Map<string, HTMLCanvasElement>>();

/** Room for the form around its middle. */
const room = 4;

/** Puts a form down at every place; places are x and y in turn. */
export function stamp(
  context: CanvasRenderingContext2D,
  ink: Ink,
  name: string,
  size: number,
  places: readonly number[],
  draw: Draw,
): void {
  const scale = context.getTransform().a || 1;
  const side = 2 * Math.ceil(size * 1.4 + room);
  const form = stampOf(ink, `${name} ${size} ${scale}`, side, scale, draw);
  for (let i = 0; i < places.length; i += 2)
    context.drawImage(
      form,
      (places[i] ?? 0) - side / 2,
      (places[i + 1] ?? 0) - side / 2,
      side,
      side,
    );
}

function stampOf(
  ink: Ink,
  name: string,
  side: number,
  scale: number,
  draw: Draw,
): HTMLCanvasElement {
  const forms = kept.get(ink) ?? new Map<string, HTMLCanvasElement>();
  kept.set(ink, forms);
  const found = forms.get(name);
  if (found) return found;
  const form = document.createElement("canvas");
  form.width = form.height = Math.ceil(side * scale);
  const context = form.getContext("2d");
  context?.scale(scale, scale);
  if (context) draw(context, side / 2, side / 2);
  forms.set(name, form);
  return form;
}

/** Leaves out places in a pixel that has one already. Places are x and y in turn; so is what is given back. */
export function apart(places: readonly number[]): number[] {
  const taken = new Set<number>();
  const kept: number[] = [];
  for (let i = 0; i < places.length; i += 2) {
    const [x, y] = [places[i] ?? 0, places[i + 1] ?? 0];
    const pixel = Math.round(x) * 65_536 + Math.round(y);
    if (taken.has(pixel)) continue;
    taken.add(pixel);
    kept.push(x, y);
  }
  return kept;
}
