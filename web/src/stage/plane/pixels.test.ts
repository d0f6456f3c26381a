import { beforeAll, expect, test } from "vitest";
import { blend, formOf, Pixels } from "./pixels";

beforeAll(() => {
  // What browsers have, as far as it goes here.
  globalThis.ImageData ??= class {
    data: Uint8ClampedArray;
    constructor(
      readonly width: number,
      readonly height: number,
    ) {
      this.data = new Uint8ClampedArray(4 * width * height);
    }
  } as unknown as typeof ImageData;
});

const [red, blue, pale] = [0xff00_00ff, 0xffff_0000, 0x8000_ff00];
const square = (colour: number) => formOf(new Uint32Array(9).fill(colour));
const shown = ({ image }: Pixels) =>
  Array.from({ length: image.height }, (_, y) =>
    [...new Uint32Array(image.data.buffer)]
      .slice(y * image.width, (y + 1) * image.width)
      .map((pixel) => (pixel === red ? "r" : pixel === blue ? "b" : "."))
      .join(""),
  );
const all = [0, 0, 6, 4] as const;

test("a form stands around each of its places, under what is there", () => {
  const pixels = new Pixels(6, 4);
  pixels.put(square(blue), [3, 3], all);
  pixels.put(square(red), [1, 1, 4.3, 1.8], all);
  expect(shown(pixels)).toEqual(["rrr...", "rrrrrr", "rrbbbr", "..bbbr"]);
});

test("what lies outside is cut off, and begins anew after clearing", () => {
  const pixels = new Pixels(6, 4);
  pixels.put(square(red), [0, 0, 5, 3, -9, -9, 40, 2], all);
  expect(shown(pixels)).toEqual(["rr....", "rr....", "....rr", "....rr"]);
  pixels.clear();
  pixels.put(square(blue), [2, 2], [2, 2, 6, 4]);
  expect(shown(pixels)).toEqual(["......", "......", "..bb..", "..bb.."]);
});

test("half a colour lets through half of what is under it", () => {
  expect(blend(pale, red) >>> 24).toBe(255);
  expect(blend(pale, red) & 255).toBe(127);
  expect((blend(pale, red) >>> 8) & 255).toBe(128);
  // Over nothing it is what it is, and twice as much of it is less see-through.
  expect(blend(pale, pale) >>> 24).toBe(192);
});

test("what is faint does not add up where it stands close", () => {
  const pixels = new Pixels(6, 4);
  const put = (faint: boolean) => {
    pixels.clear();
    pixels.put(square(pale), [1, 1, 2, 1], all, faint);
    return (new Uint32Array(pixels.image.data.buffer)[8] ?? 0) >>> 24;
  };
  expect(put(true)).toBe(128);
  expect(put(false)).toBe(192);
});
