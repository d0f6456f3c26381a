/** What the core says is wrong with a text, as places in it. */
import type { Problem } from "../../core";
import { parse, rangeOf, type Range } from "./tree";

export interface Marked extends Range {
  /** Where, in the core's words; empty for the whole. */
  path: string;
  message: string;
  /** Counted from 1. */
  line: number;
}

const position = / at line (\d+) column (\d+)$/;

/** An offset from a line and a column that counts bytes, as the core's reader does. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  const bytes = new TextEncoder().encode(
    text.slice(start, end < 0 ? text.length : end),
  );
  const before = new TextDecoder().decode(bytes.slice(0, Math.max(0, column)));
  return Math.min(text.length, start + before.length);
}

export function marksOf(text: string, problems: readonly Problem[]): Marked[] {
  const tree = parse(text);
  return problems.map(({ path, message }) => {
    const at = position.exec(message);
    const plain = message.replace(position, "");
    let range = rangeOf(tree, path, text);
    if (path === "" && at) {
      // The reader is one past what it stumbled over.
      const to = offsetOf(text, Number(at[1]), Number(at[2]));
      range = { from: Math.max(0, to - 1), to };
    }
    const line = text.slice(0, range.from).split("\n").length;
    return { path, message: plain, line, from: range.from, to: range.to };
  });
}
