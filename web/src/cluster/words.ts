/** Words and signs for how things stand: colour never tells alone. */
import type { Health } from "../studio";

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
