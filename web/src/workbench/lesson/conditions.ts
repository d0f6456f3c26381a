/** Conditions put together and taken apart. */
import type { Condition, Measure } from "../../core";
import type { Offers } from "../../studio";
import { made } from "./choosing";

/** What a new prediction or condition begins with: late events, where they are offered. */
export function firstMeasure({ measures }: Offers): Measure {
  const offer = measures.find(({ name }) => name === "late") ?? measures[0];
  return (offer ? made("of", offer) : { of: "late" }) as unknown as Measure;
}

export const first = (offers: Offers): Condition => ({
  measure: firstMeasure(offers),
  is: "=",
  value: 0,
});

/** Those that hold together, or of which one does; nothing for a single one. */
export function membersOf(
  condition: Condition,
): readonly Condition[] | undefined {
  if ("all" in condition) return condition.all;
  return "any" in condition ? condition.any : undefined;
}

export const joined = (
  all: boolean,
  members: readonly Condition[],
): Condition => (all ? { all: [...members] } : { any: [...members] });

/** Without one of them; the last one left stands alone. */
export function without(
  all: boolean,
  members: readonly Condition[],
  number: number,
): Condition {
  const left = members.toSpliced(number, 1);
  return left.length === 1 && left[0] ? left[0] : joined(all, left);
}
