/** Files from and to the person's device. */

/** Saves a text, or what a picture is made of, as a file. */
export function download(name: string, content: string | Blob): void {
  const address = URL.createObjectURL(new Blob([content]));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

/** Why a file was not read, for people. */
export class FileTrouble extends Error {
  override name = "FileTrouble";
}

const size = (bytes: number): string =>
  bytes < 1_000_000
    ? `${Math.ceil(bytes / 1_000)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** A file's text, if it is text and no longer than so many bytes; of a longer one nothing is read. */
export async function textOf(file: File, most: number): Promise<string> {
  if (file.size > most)
    throw new FileTrouble(
      `“${file.name}” is ${size(file.size)} long; no more than ${size(most)} are taken.`,
    );
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new FileTrouble(`“${file.name}” cannot be read.`);
  }
  if (
    (bytes[0] === 0xff && bytes[1] === 0xfe) ||
    (bytes[0] === 0xfe && bytes[1] === 0xff)
  )
    throw new FileTrouble(
      `“${file.name}” is written in UTF-16. Save it as UTF-8 and choose it again.`,
    );
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileTrouble(
      `“${file.name}” is not text in UTF-8. Save it as UTF-8 and choose it again.`,
    );
  }
}
