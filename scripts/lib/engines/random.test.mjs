import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { randomScenarios } from "./random.mjs";

async function made(seed) {
  const folder = await mkdtemp(join(tmpdir(), "headwater-"));
  try {
    const found = await randomScenarios(
      ["flink", "spark", "beam", "kafka-streams"],
      5,
      seed,
      folder,
    );
    return await Promise.all(
      found.map(async ({ name, engine, from }) => ({
        name,
        engine,
        scenario: JSON.parse(await readFile(from, "utf8")),
      })),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

it("makes the same scenarios from the same seed, and others from another", async () => {
  const [first, again, other] = [await made(1), await made(1), await made(2)];
  expect(again).toEqual(first);
  expect(other.map(({ scenario }) => scenario)).not.toEqual(
    first.map(({ scenario }) => scenario),
  );
});

it("makes them for each engine that runs here, in its own words, with events out of order", async () => {
  const all = await made(3);
  expect(all).toHaveLength(15);
  for (const { engine, scenario } of all) {
    expect(scenario.engine).toBe(engine);
    expect(
      scenario.input.steps.filter(({ event }) => event).length,
    ).toBeGreaterThan(7);
  }
  const disordered = all.filter(({ scenario }) => {
    const times = scenario.input.steps.flatMap(({ event }) => event?.ts ?? []);
    return times.some((ts, i) => i > 0 && ts < times[i - 1]);
  });
  expect(disordered.length).toBeGreaterThan(10);
});
