/**
 * What may stand where in a scenario, for completing and explaining text. Read from the core's types when the page is built; what is
 * right or wrong the core alone decides.
 */
import schema from "virtual:headwater-schema";

/** What may stand for a value. */
export type Type =
  | { is: "text" | "bool" | "number" | "span" | "instant" | "any" }
  | { list: Type }
  | { map: Type }
  | { ref: string };

export interface Field {
  name: string;
  doc: string;
  type: Type;
  optional: boolean;
}

export interface Variant {
  name: string;
  doc: string;
  /** Of one that is told by a tag. */
  fields?: Field[];
  /** Of one that is told by its name: what stands behind it. */
  type?: Type;
}

/** A struct has fields, an enum variants. */
export interface Known {
  doc: string;
  fields?: Field[];
  /** The field that says which variant it is. */
  tag?: string;
  variants?: Variant[];
}

export interface Schema {
  root: string;
  types: Record<string, Known>;
}

export const root: Type = { ref: schema.root };

export const known = (type: Type): Known | undefined =>
  "ref" in type ? schema.types[type.ref] : undefined;

/** The fields that an object of this type may have; `tagged` says what stands in a field of it that tells its variant. */
export function fieldsOf(
  type: Type,
  tagged: (tag: string) => string | undefined,
): Field[] {
  const form = known(type);
  if (!form) return [];
  if (form.fields) return form.fields;
  const variants = form.variants ?? [];
  const { tag } = form;
  if (tag === undefined)
    return variants.flatMap(({ name, doc, type }) =>
      type ? [{ name, doc, type, optional: true }] : [],
    );
  const variant = variants.find(({ name }) => name === tagged(tag));
  const own: Field = {
    name: tag,
    doc: `Which kind: ${variants.map(({ name }) => name).join(", ")}.`,
    type,
    optional: false,
  };
  return [own, ...(variant?.fields ?? [])];
}

/** The type of what stands one step further in: in a field by its name, in a list by its number. */
export function within(
  type: Type,
  step: string | number,
  tagged: (tag: string) => string | undefined,
): Type | undefined {
  if ("list" in type) return typeof step === "number" ? type.list : undefined;
  if ("map" in type) return typeof step === "string" ? type.map : undefined;
  return fieldsOf(type, tagged).find(({ name }) => name === step)?.type;
}
