/**
 * Places in JSON text, by its syntax tree: from a path such as `pipeline.window.size` to where that stands, and back. Works on text
 * that is not whole yet.
 */
import { jsonLanguage } from "@codemirror/lang-json";

export type Tree = ReturnType<typeof jsonLanguage.parser.parse>;
export type Node = Tree["topNode"];
export type Path = readonly (string | number)[];

export interface Range {
  from: number;
  to: number;
}

export const parse = (text: string): Tree => jsonLanguage.parser.parse(text);

const valueNames = new Set([
  "Object",
  "Array",
  "String",
  "Number",
  "True",
  "False",
  "Null",
]);

const isValue = ({ name }: Node): boolean => valueNames.has(name);

/** The outermost value. */
export const outermost = (tree: Tree): Node | undefined =>
  childrenOf(tree.topNode).find(isValue);

export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    children.push(child);
  return children;
}

/** An object's properties. */
export const propertiesOf = (object: Node): Node[] =>
  childrenOf(object).filter(({ name }) => name === "Property");

/** A list's items. */
export const itemsOf = (list: Node): Node[] => childrenOf(list).filter(isValue);

export const valueOf = (property: Node): Node | undefined =>
  childrenOf(property).find(isValue);

/** What a string stands for; the text itself where it is none. */
export function read({ from, to }: Range, text: string): string {
  const written = text.slice(from, to);
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "string" ? value : written;
  } catch {
    return written.replace(/^"|"$/g, "");
  }
}

export function nameOf(property: Node, text: string): string {
  const name = property.getChild("PropertyName");
  return name ? read(name, text) : "";
}

export const propertyOf = (
  object: Node,
  name: string,
  text: string,
): Node | undefined =>
  propertiesOf(object).find((property) => nameOf(property, text) === name);

/** `input.steps[3].event` as steps from the outside in. */
export const stepsOf = (path: string): Path =>
  [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );

/** As the core writes it. */
export const written = (path: Path): string =>
  path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");

export interface Found {
  node: Node;
  /** The property whose value it is. */
  property: Node | undefined;
  /** Whether all of the path is there; otherwise it is the innermost part that is. */
  whole: boolean;
}

/** What stands at a path. */
export function find(tree: Tree, path: Path, text: string): Found | undefined {
  let node = outermost(tree);
  let property: Node | undefined;
  if (!node) return undefined;
  for (const step of path) {
    let next: Node | undefined;
    if (typeof step === "number" && node.name === "Array")
      next = itemsOf(node)[step];
    else if (typeof step === "string" && node.name === "Object") {
      const within = propertyOf(node, step, text);
      next = within && valueOf(within);
      if (within && !next) return { node: within, property, whole: false };
      if (next) property = within;
    }
    if (!next) return { node, property, whole: false };
    if (typeof step === "number") property = undefined;
    node = next;
  }
  return { node, property, whole: true };
}

/** What to underline for a problem at a path: the value; of a container, its name or its first character. */
export function rangeOf(tree: Tree, path: string, text: string): Range {
  const found = find(tree, stepsOf(path), text);
  if (!found) return { from: 0, to: Math.min(1, text.length) };
  const { node, property } = found;
  if (!["Object", "Array"].includes(node.name)) return node;
  const name = property?.getChild("PropertyName");
  return name ?? { from: node.from, to: node.from + 1 };
}

/** The path of the value or property that a node is, or is in. */
export function pathOf(node: Node, text: string): Path {
  const path: (string | number)[] = [];
  for (let at: Node | null = node; at?.parent; at = at.parent) {
    const { parent } = at;
    if (at.name === "Property") path.unshift(nameOf(at, text));
    else if (parent.name === "Array" && isValue(at))
      path.unshift(
        itemsOf(parent).findIndex(
          (item) => item.from === at?.from && item.to === at.to,
        ),
      );
  }
  return path;
}
