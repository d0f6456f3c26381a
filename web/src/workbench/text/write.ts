/**
 * Scenarios as text: whole, as a person would write them, or as changes to a text that is there already, which keeps how it was written.
 */
import type { Script } from "../../core";
import { root, within, type Type } from "./schema";
import {
  find,
  itemsOf,
  outermost,
  parse,
  propertiesOf,
  propertyOf,
  valueOf,
  type Node,
} from "./tree";

/** Deep enough for a value to stay on one line if it fits. */
const inline = "    ";

type Json =
  null | boolean | number | string | Json[] | { [name: string]: Json };

/** One event a line; the editor wraps. */
const width = 130;
const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** Instants from 1973 on read better as dates; before, they count from a start. */
const earliestDate = 100_000_000_000;
/** The last instant that has a date of four digits. */
const latestDate = 253_402_300_799_999;

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function plain(value: Json, type: Type | undefined): string {
  if (typeof value !== "number" || !type || !("is" in type))
    return JSON.stringify(value);
  if (type.is === "span" && value > 0) {
    const unit = units.find(([, ms]) => value % ms === 0);
    if (unit) return JSON.stringify(`${value / unit[1]} ${unit[0]}`);
  }
  if (type.is === "instant" && value >= earliestDate && value <= latestDate)
    return JSON.stringify(new Date(value).toISOString().replace(".000Z", "Z"));
  return JSON.stringify(value);
}

/** A plain value as it is typed into a field: without quotes. */
export function typedOf(value: unknown, type: Type): string {
  if (value === undefined || value === null) return "";
  const text = plain(value as Json, type);
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}

/** A value as text, its further lines indented. */
function write(value: Json, type: Type | undefined, indent: string): string {
  if (typeof value !== "object" || value === null) return plain(value, type);
  const tagged = (tag: string) =>
    isObject(value) && typeof value[tag] === "string" ? value[tag] : undefined;
  const of = (step: string | number) => type && within(type, step, tagged);
  const deeper = `${indent}  `;
  const parts = (indent: string) =>
    Array.isArray(value)
      ? value.map((item, i) => write(item, of(i), indent))
      : Object.entries(value).map(
          ([name, item]) =>
            `${JSON.stringify(name)}: ${write(item, of(name), indent)}`,
        );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const lines = parts(deeper);
  if (lines.length === 0) return open + close;
  const pad = open === "{" ? " " : "";
  const line = `${open}${pad}${lines.join(", ")}${pad}${close}`;
  // The outermost two levels are laid out line by line, unless there is nothing inside.
  const flat = Object.values(value).every(
    (item) => typeof item !== "object" || item === null,
  );
  if (
    (flat || indent.length > 2) &&
    line.length + indent.length <= width &&
    !line.includes("\n")
  )
    return line;
  return `${open}\n${deeper}${lines.join(`,\n${deeper}`)}\n${indent}${close}`;
}

/** A scenario as a person would write it. */
export const textOf = (script: Script): string =>
  `${write(script as unknown as Json, root, "")}\n`;

/** A change to a text. */
export interface Edit {
  from: number;
  to: number;
  insert: string;
}

/** Makes edits of what differs between two scenarios, of which a text means the first. */
class Differ {
  readonly edits: Edit[] = [];
  #depth = 0;

  constructor(private readonly text: string) {}

  #indent(): string {
    return "  ".repeat(this.#depth);
  }

  value(node: Node, before: Json, after: Json, type: Type | undefined): void {
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    if (isObject(before) && isObject(after) && node.name === "Object")
      this.#object(node, before, after, type);
    else if (
      Array.isArray(before) &&
      Array.isArray(after) &&
      node.name === "Array" &&
      before.length === after.length &&
      itemsOf(node).length === before.length
    ) {
      this.#depth++;
      const items = itemsOf(node);
      for (const [i, item] of items.entries())
        this.value(
          item,
          before[i] as Json,
          after[i] as Json,
          type && within(type, i, () => undefined),
        );
      this.#depth--;
    } else
      this.edits.push({
        from: node.from,
        to: node.to,
        insert: write(after, type, this.#indent() || inline),
      });
  }

  #object(
    node: Node,
    before: Record<string, Json>,
    after: Record<string, Json>,
    type: Type | undefined,
  ): void {
    const tagged = (tag: string) =>
      typeof after[tag] === "string" ? after[tag] : undefined;
    const kept = propertiesOf(node).filter(
      (property) => !this.#gone(property, after),
    );
    // Of another kind nothing need be alike.
    if (kept.length === 0) {
      const insert = write(after, type, this.#indent() || inline);
      this.edits.push({ from: node.from, to: node.to, insert });
      return;
    }
    this.#depth++;
    for (const property of propertiesOf(node))
      if (this.#gone(property, after)) this.#remove(property, kept);
    for (const [name, value] of Object.entries(after)) {
      const property = propertyOf(node, name, this.text);
      const place = property && valueOf(property);
      const of = type && within(type, name, tagged);
      if (place) this.value(place, before[name] ?? null, value, of);
      // What the text leaves out, and means all the same, stays left out.
      else if (JSON.stringify(before[name]) !== JSON.stringify(value))
        this.#add(kept.at(-1) as Node, name, value, of);
    }
    this.#depth--;
  }

  #gone(property: Node, after: Record<string, Json>): boolean {
    const found = property.getChild("PropertyName");
    if (!found) return false;
    return !(JSON.parse(this.text.slice(found.from, found.to)) in after);
  }

  /** With the comma behind it, or for the last ones the one before. */
  #remove(property: Node, kept: readonly Node[]): void {
    const last = kept.at(-1) as Node;
    const behind = /^\s*,\s*/.exec(this.text.slice(property.to));
    if (property.from < last.from && behind)
      this.edits.push({
        from: property.from,
        to: property.to + behind[0].length,
        insert: "",
      });
    else {
      const ahead = /,\s*$/.exec(this.text.slice(0, property.from));
      const from = property.from - (ahead?.[0].length ?? 0);
      this.edits.push({ from, to: property.to, insert: "" });
    }
  }

  #add(behind: Node, name: string, value: Json, type: Type | undefined): void {
    const { from, to } = behind;
    const broken = /\n([ \t]*)$/.exec(this.text.slice(0, from));
    const lead = broken ? `,\n${broken[1]}` : ", ";
    const insert = `${lead}${JSON.stringify(name)}: ${write(value, type, broken?.[1] ?? inline)}`;
    this.edits.push({ from: to, to, insert });
  }
}

/** What to change in a text that means one scenario so that it means another; nothing where they mean the same. */
export function editsFor(text: string, before: Script, after: Script): Edit[] {
  const tree = parse(text);
  const node = outermost(tree);
  if (!node || !find(tree, [], text)) return [];
  const differ = new Differ(text);
  differ.value(node, before as unknown as Json, after as unknown as Json, root);
  return differ.edits.toSorted((a, b) => a.from - b.from || a.to - b.to);
}

export function apply(text: string, edits: readonly Edit[]): string {
  let made = "";
  let at = 0;
  for (const { from, to, insert } of edits) {
    made += text.slice(at, from) + insert;
    at = to;
  }
  return made + text.slice(at);
}
