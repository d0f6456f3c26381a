/**
 * Marks where there are many, put down pixel by pixel: each form is drawn once, and copied to each of its places. Ten thousand events cost a
 * few milliseconds, where as many calls of a canvas would cost a frame.
 */

/** A form, by its pixels that show anything: how far each is from the middle, and its colour without premultiplied alpha. */
export interface Form {
  readonly across: readonly number[];
  readonly down: readonly number[];
  readonly colours: readonly number[];
  /** How far its pixels reach. */
  readonly reach: number;
}

/** A form of the pixels of a square that has a middle. */
export function formOf(square: Uint32Array): Form {
  const side = Math.sqrt(square.length);
  const half = side >> 1;
  const form = {
    across: [] as number[],
    down: [] as number[],
    colours: [] as number[],
    reach: 0,
  };
  square.forEach((colour, i) => {
    if (colour < visible) return;
    const [x, y] = [(i % side) - half, Math.floor(i / side) - half];
    form.across.push(x);
    form.down.push(y);
    form.colours.push(colour);
    form.reach = Math.max(form.reach, Math.abs(x), Math.abs(y));
  });
  return form;
}

/** The least of an alpha that is not 0, and the least of a full one. */
const [visible, full] = [0x0100_0000, 0xff00_0000];

/** What is painted on: one number a pixel, alpha in the highest byte. */
export class Pixels {
  readonly image: ImageData;
  readonly #at: Uint32Array;
  /** Which form was last put down with its middle in a pixel. */
  readonly #last: Uint16Array;
  #forms = 0;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.image = new ImageData(width, height);
    this.#at = new Uint32Array(this.image.data.buffer);
    this.#last = new Uint16Array(width * height);
  }

  clear(): void {
    this.#at.fill(0);
    this.#last.fill(0);
    this.#forms = 0;
  }

  /**
   * Puts a form at every place, under what is there already, so that what is hidden costs nothing; where several places are in one pixel,
   * once. It is cut off at left, top, right and bottom. Places are x and y in turn, in pixels; the last is on top. What is faint stays so
   * where much of it stands together: it goes only where nothing is.
   */
  put(
    { across, down, colours, reach }: Form,
    places: ArrayLike<number>,
    [left, top, right, bottom]: readonly [number, number, number, number],
    faint = false,
  ): void {
    const [at, last, { width, height }] = [this.#at, this.#last, this];
    const form = ++this.#forms;
    const offsets = across.map((x, i) => x + (down[i] as number) * width);
    for (let i = places.length - 2; i >= 0; i -= 2) {
      const x = Math.round(places[i] as number);
      const y = Math.round(places[i + 1] as number);
      const middle = y * width + x;
      if (x >= 0 && x < width && y >= 0 && y < height) {
        if (last[middle] === form) continue;
        last[middle] = form;
      }
      const whole =
        x - reach >= left &&
        x + reach < right &&
        y - reach >= top &&
        y + reach < bottom;
      for (let k = 0; k < offsets.length; k++) {
        if (!whole) {
          const [px, py] = [x + (across[k] as number), y + (down[k] as number)];
          if (px < left || px >= right || py < top || py >= bottom) continue;
        }
        const to = middle + (offsets[k] as number);
        const over = at[to] as number;
        if (over >= full || (faint && over >= visible)) continue;
        const under = colours[k] as number;
        at[to] = over < visible ? under : blend(over, under);
      }
    }
  }
}

/** One pixel over another. */
export function blend(over: number, under: number): number {
  const alpha = over >>> 24;
  // Shares of 255 times 255.
  const upper = alpha * 255;
  const lower = (under >>> 24) * (255 - alpha);
  const sum = upper + lower;
  const [up, low] = [upper / sum, lower / sum];
  const red = (over & 255) * up + (under & 255) * low + 0.5;
  const green = ((over >>> 8) & 255) * up + ((under >>> 8) & 255) * low + 0.5;
  const blue = ((over >>> 16) & 255) * up + ((under >>> 16) & 255) * low + 0.5;
  return (
    (((sum / 255 + 0.5) << 24) | (blue << 16) | ((green & 255) << 8) | red) >>>
    0
  );
}
