/** Words and signs for how things stand: colour never tells alone. */
import type { Edge, Health, Token } from "../studio";

export const signs: Record<Health, string> = {
  plain: "",
  good: "✓",
  warning: "!",
  bad: "✗",
  dim: "",
};

export const spoken: Record<Health, string> = {
  plain: "",
  good: "as it should be",
  warning: "worth a look",
  bad: "wrong",
  dim: "not there",
};

/** A number as it is read: at most two places. */
export const read = (value: number): string =>
  (Math.round(value * 100) / 100).toLocaleString("en");

export const kinds: Record<Token["kind"], string> = {
  record: "record",
  barrier: "barrier",
  watermark: "watermark",
  replayed: "replayed record",
};

/** How much is on its way along an arrow, and of how much that fits. */
export const fill = ({ tokens, more, capacity }: Edge): string => {
  const count = tokens.length + more;
  return capacity === undefined || capacity === null
    ? `${count}`
    : `${count}/${capacity}`;
};
