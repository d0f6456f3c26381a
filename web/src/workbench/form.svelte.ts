/** A scenario edited field by field: what the core takes is on the stage at once, what it does not stays in its field with the reason. */
import { calling, CoreTrouble, type Problem, type Script } from "../core";
import { studio } from "../studio";
import type { Bench } from "./bench.svelte";
import { isWrong, parseText, withAt } from "./parse";
import { written, type Path } from "./text/tree";

const position = / at line \d+ column \d+$/;

export class Form {
  /** What was typed and not taken, by path. */
  typed = $state.raw<Record<string, string>>({});
  /** Why, by path. */
  wrong = $state.raw<Record<string, string>>({});

  constructor(readonly bench: Bench) {}

  /** Puts a value at a path of the scenario, or takes away what is there; says whether it was taken. */
  set(path: Path, value: unknown, typed?: string): boolean {
    const name = written(path);
    const problems = this.#take(withAt(this.bench.scenario, path, value), name);
    const { [name]: _, ...others } = this.typed;
    const { [name]: __, ...rest } = this.wrong;
    if (problems.length === 0) {
      [this.typed, this.wrong] = [others, rest];
      return true;
    }
    const reason = problems
      .map(({ path, message }) => {
        const plain = message.replace(position, "");
        return path.startsWith(name) ? plain : `${path}: ${plain}`;
      })
      .join("; ");
    this.typed = typed === undefined ? others : { ...others, [name]: typed };
    this.wrong = { ...rest, [name]: reason };
    return false;
  }

  #take(data: unknown, name: string): readonly Problem[] {
    const read = parseText(JSON.stringify(data));
    return isWrong(read) ? read : this.bench.keep(read, `${name} set`);
  }

  /** Puts a whole scenario on the stage; says what is wrong with it. */
  replace(data: unknown): readonly Problem[] {
    const read: Script | readonly Problem[] = parseText(JSON.stringify(data));
    return isWrong(read) ? read : this.bench.keep(read);
  }

  /** What was not taken is forgotten. */
  forget(path: Path): void {
    const name = written(path);
    const { [name]: _, ...others } = this.typed;
    const { [name]: __, ...rest } = this.wrong;
    [this.typed, this.wrong] = [others, rest];
  }
}

/** Puts the generator's events on the bench as rows; says whether that was possible. */
export function writeOut(bench: Bench): boolean {
  const { scenario } = bench;
  if (!("input" in scenario)) return false;
  try {
    bench.problems = bench.keep(calling(() => studio.writtenOut(scenario)));
  } catch (error) {
    if (!(error instanceof CoreTrouble) || error.broken) throw error;
    bench.problems = error.problems;
  }
  return bench.problems.length === 0;
}
