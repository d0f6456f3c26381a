/**
 * Scenarios that mean no good: every value of every lesson's scenarios replaced by what nobody expects there. The core may take it or name what is wrong;
 * it may not break.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { lessons, loadLesson } from "./app/catalogue";
import { calling, CoreTrouble, startCore, type Script } from "./core";
import { labOf, type Lab } from "./lesson/lab";
import { serveCore } from "./testing";

const deep = JSON.parse(
  `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
) as unknown;

const script = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;

/** What may stand anywhere in a file, or be made of a file by a script. */
const values: readonly unknown[] = [
  script,
  "",
  "x".repeat(100_000),
  "\u0000\uffff\ud800",
  NaN,
  Infinity,
  -Infinity,
  -0,
  -1,
  0.5,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 31,
  2 ** 32,
  2 ** 63,
  -(2 ** 63),
  null,
  true,
  [],
  {},
  deep,
  JSON.parse(`{"__proto__": {"polluted": true}, "constructor": 1}`),
];

type Place = readonly (string | number)[];

/** Every place in a value, itself left out; of a list's elements only the first two and the last. */
function* places(value: unknown, above: Place = []): Generator<Place> {
  if (typeof value !== "object" || value === null) return;
  const last = Array.isArray(value) ? value.length - 1 : Infinity;
  for (const [name, inner] of Object.entries(value)) {
    const key = Array.isArray(value) ? Number(name) : name;
    if (typeof key === "number" && key > 1 && key < last) continue;
    yield [...above, key];
    yield* places(inner, [...above, key]);
  }
}

function replaced(value: unknown, [key, ...rest]: Place, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const nameOf = (value: unknown): string =>
  value === deep
    ? "5,000 levels"
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value).slice(0, 60);

/** Takes it as the page does: its knobs, the whole run, its last words. Resolves to whether it was refused. */
function taken(lab: Lab, scenario: Script): boolean {
  try {
    calling(() => {
      lab.table.knobsOf(scenario);
      const played = lab.play(scenario);
      played.narration(played.steps);
      played.free();
    });
    return true;
  } catch (error) {
    if (error instanceof CoreTrouble && !error.broken) {
      expect(error.message.length).toBeGreaterThan(0);
      return false;
    }
    throw error;
  }
}

beforeAll(async () => {
  serveCore();
  await startCore();
});

/** Numbers that a repeatable throw of dice picks. */
function* dice(seed: number): Generator<number> {
  for (let x = seed; ;) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    yield x / 2 ** 32;
  }
}

/** So many of all replacements of a lesson are tried. */
const tries = Number(import.meta.env["VITE_HOSTILE"] ?? 60);

describe("a hostile link", { timeout: 300_000 }, () => {
  test.each(lessons.map(({ slug }) => ({ slug })))(
    "to $slug turns its knobs or is refused, and breaks nothing",
    async ({ slug }) => {
      const files = await loadLesson(slug);
      if (!files) throw new Error(`no lesson ${slug}`);
      const lab = await labOf(files.lesson);
      const start = lab.table.scenario(files.lesson, "start");
      const said = values.filter((value) => typeof value !== "object");
      let refused = 0;
      for (const { id: knob } of lab.table.knobsOf(start))
        for (const value of said) {
          const setting = { knob, value: value as string | number };
          try {
            if (!taken(lab, lab.table.setKnobs(start, [setting]))) refused++;
          } catch (error) {
            if (!(error instanceof CoreTrouble) || error.broken)
              throw new Error(`${knob} = ${nameOf(value)}`, { cause: error });
            refused++;
          }
        }
      expect(refused).toBeGreaterThan(0);
    },
  );
});

describe("a hostile scenario", { timeout: 300_000 }, () => {
  test.each(lessons.map(({ slug }, number) => ({ slug, number })))(
    "made of $slug is taken or refused, and breaks nothing",
    async ({ slug, number }) => {
      const files = await loadLesson(slug);
      if (!files) throw new Error(`no lesson ${slug}`);
      const lab = await labOf(files.lesson);
      const start = lab.table.scenario(files.lesson, "start");
      const all = [...places(start)];
      const chance = dice(number + 1);
      const pick = <T>(list: readonly T[]): T =>
        list[Math.floor((chance.next().value as number) * list.length)] as T;
      let refused = 0;
      for (let i = 0; i < tries; i++) {
        const [place, value] = [pick(all), pick(values)];
        const what = `${place.join(".")} = ${nameOf(value)}`;
        const began = performance.now();
        try {
          if (!taken(lab, replaced(start, place, value) as Script)) refused++;
        } catch (error) {
          throw new Error(what, { cause: error });
        }
        expect(performance.now() - began, what).toBeLessThan(20_000);
      }
      // Not a test of nothing: most of it cannot be a scenario.
      expect(refused).toBeGreaterThan(tries / 3);
      expect(taken(lab, start)).toBe(true);
      expect("polluted" in {}).toBe(false);
    },
  );
});
