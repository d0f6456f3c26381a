/** Completion of scenarios: names of fields and values to choose from, each with its sentence. */
import {
  snippetCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { begun, choicesOf, fieldsAt, typeAt } from "./meaning";
import {
  nameOf,
  parse,
  pathOf,
  propertiesOf,
  type Node,
  type Path,
} from "./tree";

/** What is being written at an offset. */
interface Spot {
  /** A field of an object, or a value. */
  what: "name" | "value";
  path: Path;
  from: number;
  to: number;
  /** The object, for a field. */
  object?: Node;
  /** Whether the field has its value already. */
  colon?: boolean;
}

/** The innermost node around an offset that says where it is. */
function around(text: string, offset: number): Node {
  let node = parse(text).resolveInner(offset, -1);
  // Behind a whole value or a closing bracket one is in what holds it.
  while (
    node.parent &&
    (node.type.isError ||
      ["{", "}", "[", "]", ",", ":"].includes(node.name) ||
      (node.to <= offset &&
        ["Object", "Array", "Number", "True", "False", "Null"].includes(
          node.name,
        ) &&
        node.to - node.from > 1 &&
        /[\]}]$/.test(text.slice(node.from, node.to))))
  )
    node = node.parent;
  return node;
}

function spotAt(text: string, offset: number): Spot | undefined {
  const node = around(text, offset);
  const word = /[\w-]*$/.exec(text.slice(0, offset))?.[0] ?? "";
  const here = { from: offset - word.length, to: offset };
  if (node.name === "PropertyName") {
    const object = node.parent?.parent;
    if (!object) return undefined;
    const colon = /^\s*:/.test(text.slice(node.to));
    const path = pathOf(object, text);
    return { what: "name", path, object, colon, from: node.from, to: node.to };
  }
  if (node.name === "String")
    return {
      what: "value",
      path: pathOf(node, text),
      from: node.from,
      to: node.to,
    };
  if (node.name === "Property")
    return { what: "value", path: pathOf(node, text), ...here };
  if (node.name === "Array") {
    const path = pathOf(node, text);
    return { what: "value", path: [...path, 0], ...here };
  }
  if (node.name !== "Object") return undefined;
  const before = text.slice(node.from, here.from).trimEnd();
  const last = propertiesOf(node).findLast(({ from }) => from < offset);
  if (before.endsWith(":") && last)
    return { what: "value", path: pathOf(last, text), ...here };
  const path = pathOf(node, text);
  return { what: "name", path, object: node, ...here };
}

/** The choices at an offset. */
export function completionsAt(
  text: string,
  offset: number,
): { from: number; to: number; options: Completion[] } | undefined {
  const spot = spotAt(text, offset);
  if (!spot) return undefined;
  const { from, to, path } = spot;
  const tree = parse(text);
  if (spot.what === "value") {
    const found = typeAt(tree, path, text);
    const options = found
      ? choicesOf(found.type).map(({ name, doc, text }) =>
          snippetCompletion(text, { label: name, info: doc, type: "enum" }),
        )
      : [];
    return { from, to, options };
  }
  const present = new Set(
    spot.object
      ? propertiesOf(spot.object)
          .filter((property) => property.from !== from)
          .map((property) => nameOf(property, text))
      : [],
  );
  const options = fieldsAt(tree, path, text)
    .filter(({ name }) => !present.has(name))
    .map((field) => {
      const { name, doc, optional } = field;
      const completion = {
        label: name,
        info: doc,
        detail: optional ? "" : "needed",
        type: "property",
        boost: optional ? 0 : 1,
      };
      return spot.colon
        ? { ...completion, apply: JSON.stringify(name) }
        : snippetCompletion(begun(field), completion);
    });
  return { from, to, options };
}

export function complete(context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString();
  const found = completionsAt(text, context.pos);
  if (!found || found.options.length === 0) return null;
  const typed = text.slice(found.from, context.pos);
  if (!context.explicit && typed === "") return null;
  // What is typed begins with a quote where a name is being written; labels do not.
  return {
    ...found,
    filter: false,
    options: found.options.filter(({ label }) =>
      label.startsWith(typed.replaceAll('"', "")),
    ),
  };
}
