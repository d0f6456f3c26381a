/**
 * Scenarios in links: compressed, in letters that an address may hold, with the number of the form in front. Whatever is wrong with one
 * is said precisely; what it would unpack to is limited before it is unpacked.
 */

/** The form that is written: JSON by the browser's "deflate", which ends in a checksum, in base64url. */
const form = "1";

/** A link has room for so many characters. */
export const roomiest = 4_000;

/** More than this is not unpacked, whatever it claims to be. */
const mostPacked = 100_000;
const mostUnpacked = 2_000_000;

/** Why a link does not open. */
export class BadLink extends Error {
  override name = "BadLink";
}

const chunksOf = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]).stream();

/** A scenario's text as part of a link. */
export async function pack(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const packed = await new Response(
    chunksOf(bytes).pipeThrough(new CompressionStream("deflate")),
  ).arrayBuffer();
  let letters = "";
  for (const byte of new Uint8Array(packed))
    letters += String.fromCharCode(byte);
  const base64 = btoa(letters).replace(/=+$/, "");
  return `${form}.${base64.replaceAll("+", "-").replaceAll("/", "_")}`;
}

function bytesOf(letters: string): Uint8Array<ArrayBuffer> {
  const stranger = /[^\w-]/.exec(letters);
  if (stranger)
    throw new BadLink(
      `The link is damaged: “${stranger[0]}” at character ${stranger.index + 1} of what it carries does not belong in one.`,
    );
  try {
    const base64 = letters.replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    throw new BadLink("The link is damaged or cut off: a piece is missing.");
  }
}

/** What a link carries, as text. */
export async function unpack(packed: string): Promise<string> {
  const [version = "", letters] = packed.split(".", 2);
  if (letters === undefined || !/^\d{1,3}$/.test(version))
    throw new BadLink("The link does not carry a scenario.");
  if (version !== form)
    throw new BadLink(
      `The link is of form ${version}, and this page reads form ${form}: a newer Headwater made it.`,
    );
  if (letters.length > mostPacked)
    throw new BadLink(
      `The link carries ${letters.length} characters; links have at most ${roomiest}.`,
    );
  const stream = chunksOf(bytesOf(letters)).pipeThrough(
    new DecompressionStream("deflate"),
  );
  return read(stream.getReader());
}

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let [text, size] = ["", 0];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      size += value.length;
      if (size > mostUnpacked) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    throw new BadLink(
      "The link is damaged or cut off: what it carries does not unpack.",
    );
  }
  await reader.cancel();
  throw new BadLink(
    `The link would unpack to more than ${mostUnpacked / 1_000_000} MB, which no link of Headwater's does.`,
  );
}
