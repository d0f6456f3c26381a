/** What the text at a place is for: the type of what may stand there, and the sentence that documents it. */
import {
  fieldsOf,
  known,
  root,
  within,
  type Field,
  type Known,
  type Type,
  type Variant,
} from "./schema";
import {
  itemsOf,
  nameOf,
  outermost,
  parse,
  pathOf,
  propertiesOf,
  propertyOf,
  read,
  valueOf,
  written,
  type Node,
  type Path,
  type Tree,
} from "./tree";

/** What an object says of its own kind. */
const taggedIn = (object: Node | undefined, text: string) => (tag: string) => {
  const property =
    object?.name === "Object" ? propertyOf(object, tag, text) : undefined;
  const value = property && valueOf(property);
  return value?.name === "String" ? read(value, text) : undefined;
};

/** The type at a path, and the node there if there is one. */
export function typeAt(
  tree: Tree,
  path: Path,
  text: string,
): { type: Type; node: Node | undefined } | undefined {
  let node = outermost(tree);
  let type: Type = root;
  for (const step of path) {
    const next = within(type, step, taggedIn(node, text));
    if (!next) return undefined;
    type = next;
    if (typeof step === "number")
      node = node?.name === "Array" ? itemsOf(node)[step] : undefined;
    else {
      const property =
        node?.name === "Object" ? propertyOf(node, step, text) : undefined;
      node = property && valueOf(property);
    }
  }
  return { type, node };
}

/** The fields that the object at a path may have. */
export function fieldsAt(tree: Tree, path: Path, text: string): Field[] {
  const found = typeAt(tree, path, text);
  return found ? fieldsOf(found.type, taggedIn(found.node, text)) : [];
}

/** What a value may be chosen from. */
export interface Choice {
  name: string;
  doc: string;
  /** What to write for it; `#{…}` marks what to fill in. */
  text: string;
}

/** What is written for a value that must be there. */
function blank(type: Type, depth = 0): string {
  if ("list" in type) return "[]";
  if ("map" in type) return "{}";
  if ("is" in type)
    return {
      span: '"#{1 min}"',
      instant: '"#{2025-01-01T12:00:00Z}"',
      number: "#{1}",
      text: '"#{a}"',
      bool: "#{true}",
      any: "#{0}",
    }[type.is];
  const form = known(type);
  if (depth > 3 || !form) return "{}";
  if (form.fields) return filled(form.fields, depth + 1);
  const [first] = form.variants ?? [];
  return first ? chosen(form, first, depth + 1) : "{}";
}

/** A variant as it is written. */
const chosen = (
  { tag }: Known,
  { name, fields = [], type }: Variant,
  depth: number,
): string =>
  tag !== undefined
    ? filled(fields, depth, `"${tag}": "${name}"`)
    : type
      ? `{ "${name}": ${blank(type, depth)} }`
      : `"${name}"`;

const filled = (fields: readonly Field[], depth: number, lead = ""): string => {
  const parts = fields
    .filter(({ optional }) => !optional)
    .map(({ name, type }) => `"${name}": ${blank(type, depth)}`);
  const all = [...(lead ? [lead] : []), ...parts];
  return all.length === 0 ? "{}" : `{ ${all.join(", ")} }`;
};

/** The choices for a value of a type. */
export function choicesOf(type: Type): Choice[] {
  if ("is" in type)
    return type.is === "bool"
      ? ["true", "false"].map((name) => ({ name, doc: "", text: name }))
      : [];
  const form = known(type);
  return (form?.variants ?? []).map((variant) => ({
    name: variant.name,
    doc: variant.doc,
    text: form ? chosen(form, variant, 0) : "",
  }));
}

/** A choice as data, with what is to be filled in as it is proposed. */
export const valueOfChoice = ({ text }: Choice): unknown =>
  JSON.parse(text.replace(/#\{([^}]*)\}/g, "$1"));

/** A value to begin a field with, as data. */
export const beginning = (type: Type): unknown =>
  valueOfChoice({ name: "", doc: "", text: blank(type) });

/** A field as it is begun: its name, and what is to be filled in. */
export const begun = ({ name, type }: Field): string =>
  `"${name}": ${blank(type)}`;

/** A value in words, for who has yet to write it. */
export const said: Record<string, string> = {
  span: 'a length of time: "5 min", "10 s", or ms',
  instant: 'a time: "2025-01-01T12:00:00Z", or ms since 1970',
  number: "a number",
  text: "text in quotes",
  bool: "true or false",
  any: "",
};

/** What stands at an offset, in words. */
export function explain(
  text: string,
  offset: number,
): { path: string; doc: string } | undefined {
  const tree = parse(text);
  const node = tree.resolveInner(offset, -1);
  const path = pathOf(node, text);
  const name = path.at(-1);
  if (name === undefined) return undefined;
  const above = path.slice(0, -1);
  if (typeof name === "number") {
    const found = typeAt(tree, path, text);
    const doc = found && known(found.type)?.doc;
    return { path: written(path), doc: doc ?? "" };
  }
  const holder = typeAt(tree, above, text);
  const field = fieldsAt(tree, above, text).find((f) => f.name === name);
  if (!field) return { path: written(path), doc: "" };
  const { type } = field;
  const form = known(type);
  const tag = holder && known(holder.type)?.tag;
  const value =
    form?.variants && (form.tag === undefined || name === tag)
      ? chosenIn(tree, above, name, text)
      : undefined;
  const variant = form?.variants?.find((v) => v.name === value);
  const howTo = "is" in type ? said[type.is] : "";
  return {
    path: written(path),
    doc: [
      field.doc,
      variant?.doc && `Here: ${variant.doc}`,
      howTo && `Write ${howTo}.`,
    ]
      .filter(Boolean)
      .join(" "),
  };
}

function chosenIn(tree: Tree, above: Path, name: string, text: string) {
  const node = typeAt(tree, above, text)?.node;
  if (node?.name !== "Object") return undefined;
  const property = propertiesOf(node).find((p) => nameOf(p, text) === name);
  const value = property && valueOf(property);
  return value?.name === "String" ? read(value, text) : undefined;
}
