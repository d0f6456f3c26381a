/**
 * A program's text in pieces to be coloured. highlight.js knows the languages; lowlight hands over a tree instead of markup, so what a
 * scenario's names put into a program is text all the way to the page.
 */
import type { ElementContent, RootContent } from "hast";
import java from "highlight.js/lib/languages/java";
import python from "highlight.js/lib/languages/python";
import sql from "highlight.js/lib/languages/sql";
import xml from "highlight.js/lib/languages/xml";
import { createLowlight } from "lowlight";

const lowlight = createLowlight({ java, python, sql, xml });

/** Languages by the end of a file's name. */
const languages: Record<string, string> = {
  java: "java",
  py: "python",
  sql: "sql",
  xml: "xml",
};

/** What pieces are drawn as; whatever a grammar tells apart beyond that reads as plain text. */
const kinds = {
  comment: "comment",
  doctag: "comment",
  keyword: "keyword",
  literal: "keyword",
  built_in: "name",
  title: "name",
  type: "name",
  name: "name",
  string: "string",
  number: "string",
  meta: "keyword",
} as const;

export type Kind = (typeof kinds)[keyof typeof kinds];

export interface Piece {
  text: string;
  kind?: Kind;
}

/** A file's lines, each in pieces; in one piece where the language is not known. */
export function linesOf(path: string, text: string): Piece[][] {
  const language = languages[path.slice(path.lastIndexOf(".") + 1)];
  const lines: Piece[][] = [[]];
  const put = (text: string, kind: Kind | undefined) => {
    const [first = "", ...rest] = text.split("\n");
    const add = (text: string) => {
      if (text) lines.at(-1)?.push(kind ? { text, kind } : { text });
    };
    add(first);
    for (const line of rest) {
      lines.push([]);
      add(line);
    }
  };
  if (language) walk(lowlight.highlight(language, text).children, put);
  else put(text, undefined);
  // A text ends with the end of its last line.
  if (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

function walk(
  nodes: readonly (RootContent | ElementContent)[],
  put: (text: string, kind: Kind | undefined) => void,
  around?: Kind,
): void {
  for (const node of nodes) {
    if (node.type === "text") put(node.value, around);
    else if (node.type === "element") {
      const names = node.properties["className"];
      const kind = Array.isArray(names) ? kindOf(names.map(String)) : undefined;
      walk(node.children, put, kind ?? around);
    }
  }
}

/** `hljs-title function_` and the like. */
function kindOf(names: readonly string[]): Kind | undefined {
  for (const name of names) {
    const scope = name.replace(/^hljs-/, "");
    if (scope in kinds) return kinds[scope as keyof typeof kinds];
  }
  return undefined;
}
