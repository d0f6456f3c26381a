/** Choosing from the core's lists: what a choice is as data, and which choice data is. Knows no measure by itself. */
import type { Offer, OfferParameter } from "../../studio";

export type Fields = Readonly<Record<string, unknown>>;

/** What an offer means: its first options, where those that it had before do not fit. */
export function made(tag: string, offer: Offer, before: Fields = {}): Fields {
  const fields: Record<string, unknown> = { [tag]: offer.name };
  for (const { field, options, without } of offer.parameters) {
    const had = options.find(({ value }) => value === before[field]);
    const value = had ?? (without === undefined ? options[0] : undefined);
    if (value !== undefined) fields[field] = value.value;
  }
  return fields;
}

/** The offer that something is, where it has no field beyond those of the offer. */
export function chosenOf(
  offers: readonly Offer[],
  tag: string,
  fields: Fields,
): Offer | undefined {
  const offer = offers.find(({ name }) => name === fields[tag]);
  const known = new Set([
    tag,
    ...(offer?.parameters ?? []).map((p) => p.field),
  ]);
  return Object.keys(fields).every((field) => known.has(field))
    ? offer
    : undefined;
}

/** The number of the option that is said, `""` where nothing is, `other` where it is none of them. */
export function said(
  { field, options }: OfferParameter,
  fields: Fields,
): string {
  if (fields[field] === undefined) return "";
  const at = options.findIndex(({ value }) => value === fields[field]);
  return at < 0 ? "other" : String(at);
}

/** A number as one, where it is written as one; anything else as text. */
export const expected = (text: string): string | number =>
  /^-?\d{1,15}(\.\d{1,9})?$/.test(text.trim()) ? Number(text) : text.trim();
