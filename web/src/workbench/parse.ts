/** Reading scenarios by the core's second module, which knows streams and models of a cluster. */
import { calling, CoreTrouble, type Problem, type Script } from "../core";
import { studio } from "../studio";

/** What a text means, or what is wrong with it. */
export function parseText(text: string): Script | readonly Problem[] {
  try {
    return calling(() => studio.parseScenario(text)) as Script;
  } catch (error) {
    if (!(error instanceof CoreTrouble) || error.broken) throw error;
    return error.problems;
  }
}

export const isWrong = (
  read: Script | readonly Problem[],
): read is readonly Problem[] => Array.isArray(read);

type Step = string | number;

/** A copy of data with something else at a path; nothing there where the value is undefined. */
export function withAt(
  data: unknown,
  [step, ...rest]: readonly Step[],
  value: unknown,
): unknown {
  if (step === undefined) return value;
  const inner = (data as Record<Step, unknown> | undefined)?.[step];
  const made = withAt(inner, rest, value);
  if (Array.isArray(data)) return data.with(Number(step), made);
  const { [step]: _, ...others } = (data ?? {}) as Record<Step, unknown>;
  if (made === undefined) return others;
  // In its place, if it has one.
  return data && step in (data as object)
    ? { ...(data as object), [step]: made }
    : { ...others, [step]: made };
}
