/**
 * What a picture was made from, carried inside it: the scenario, the step and the view. In SVG it is the text of `metadata`, in PNG an
 * `iTXt` chunk (PNG, third edition, 11.3.3.4); programs that draw pictures pass over both.
 */
import type { Script } from "../../core";

export interface Origin {
  script: Script;
  step: number;
  view: string;
}

/** The name under which it is carried. */
const keyword = "headwater";

/** The text that is carried. */
const written = ({ script, step, view }: Origin): string =>
  JSON.stringify({ [keyword]: "picture", step, view, script });

/** What the text says, where it is one of ours; the script is whatever was written there, to be checked by the core. */
function read(text: string | null | undefined): Carried | undefined {
  if (!text) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const {
    [keyword]: kind,
    script,
    step,
    view,
  } = value as Record<string, unknown>;
  if (kind !== "picture" || script === undefined) return undefined;
  return {
    script: JSON.stringify(script),
    step: typeof step === "number" && step >= 0 ? Math.floor(step) : 0,
    view: typeof view === "string" ? view : "",
  };
}

/** What was found in a picture: the script as text that nobody has checked. */
export interface Carried {
  script: string;
  step: number;
  view: string;
}

/** Puts it into a picture in SVG. */
export function intoSvg(svg: Element, origin: Origin): void {
  const metadata = svg.ownerDocument.createElementNS(
    "http://www.w3.org/2000/svg",
    "metadata",
  );
  metadata.id = keyword;
  metadata.textContent = written(origin);
  svg.prepend(metadata);
}

const signature = [137, 80, 78, 71, 13, 10, 26, 10];

const isPng = (bytes: Uint8Array): boolean =>
  signature.every((byte, i) => bytes[i] === byte);

/** The checksum of PNG's chunks (CRC-32, the polynomial of ISO 3309). */
export function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Puts it into a picture in PNG. */
export async function intoPng(png: Blob, origin: Origin): Promise<Blob> {
  const bytes = new Uint8Array(await png.arrayBuffer());
  // Keyword, and after its end: not compressed, no language, no other keyword.
  const body = new TextEncoder().encode(
    `iTXt${keyword}\0\0\0\0\0${written(origin)}`,
  );
  const chunk = new Uint8Array(body.length + 8);
  const numbers = new DataView(chunk.buffer);
  numbers.setUint32(0, body.length - 4);
  chunk.set(body, 4);
  numbers.setUint32(body.length + 4, checksum(body));
  // Behind the header, which is always first and 25 bytes long.
  const header = signature.length + 25;
  return new Blob([bytes.slice(0, header), chunk, bytes.slice(header)], {
    type: "image/png",
  });
}

function ofPng(bytes: Uint8Array): Carried | undefined {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const latin = new TextDecoder("latin1");
  let at = signature.length;
  while (at + 12 <= bytes.length) {
    const length = numbers.getUint32(at);
    const [from, to] = [at + 8, at + 8 + length];
    if (to > bytes.length) return undefined;
    const start = `iTXt${keyword}\0\0\0\0\0`;
    const head = latin.decode(bytes.subarray(at + 4, at + 4 + start.length));
    if (head === start)
      return read(
        new TextDecoder().decode(bytes.subarray(from + start.length - 4, to)),
      );
    at = to + 4;
  }
  return undefined;
}

/** What a picture of ours was made from; nothing if it is no picture, or carries nothing. */
export async function originOf(file: Blob): Promise<Carried | undefined> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isPng(bytes)) return ofPng(bytes);
  // Parsed as data: a document that is never shown runs nothing and fetches nothing.
  const parsed = new DOMParser().parseFromString(
    new TextDecoder().decode(bytes),
    "image/svg+xml",
  );
  const carrier = [...parsed.getElementsByTagName("metadata")].find(
    ({ id }) => id === keyword,
  );
  return read(carrier?.textContent);
}
