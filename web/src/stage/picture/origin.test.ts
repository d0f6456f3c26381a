import { expect, test } from "vitest";
import type { Script } from "../../core";
import { checksum, intoPng, intoSvg, originOf } from "./origin";

const origin = {
  // Written by a person: whatever a text can be.
  script: {
    engine: "flink",
    note: "ä </metadata> ]]> & \0",
  } as unknown as Script,
  step: 7,
  view: "windows",
};
const carried = {
  script: JSON.stringify(origin.script),
  step: 7,
  view: "windows",
};

/** One pixel. */
const pixel = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  ),
  (byte) => byte.charCodeAt(0),
);

test("a picture in PNG carries what it was made from, with a checksum that others accept", async () => {
  const png = await intoPng(new Blob([pixel]), origin);
  expect(await originOf(png)).toEqual(carried);
  // What every file in PNG ends with.
  const end = Uint8Array.from("IEND", (letter) => letter.charCodeAt(0));
  expect(checksum(end)).toBe(0xae426082);
});

test("a picture in SVG carries what it was made from", async () => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const sound = { ...origin, script: { engine: "flink" } as unknown as Script };
  intoSvg(svg, sound);
  const text = new XMLSerializer().serializeToString(svg);
  expect(await originOf(new Blob([text]))).toEqual({
    ...carried,
    script: '{"engine":"flink"}',
  });
});

test("other pictures carry nothing", async () => {
  expect(await originOf(new Blob([pixel]))).toBeUndefined();
  expect(await originOf(new Blob(["<svg"]))).toBeUndefined();
  expect(await originOf(new Blob([pixel.slice(0, 20)]))).toBeUndefined();
  const endless = pixel.slice();
  endless.fill(255, 33, 37);
  expect(await originOf(new Blob([endless]))).toBeUndefined();
});
