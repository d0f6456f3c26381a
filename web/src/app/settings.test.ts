import { expect, test } from "vitest";
import { CoreTrouble, type Knob, type Script, type Setting } from "../core";
import { changesFrom } from "./settings";

/** A scenario with an engine that does not have every window, as the core would refuse it. */
const scenario = (engine: string, window: string, size: number): Script =>
  ({ engine, window, size }) as unknown as Script;

const knobsOf = (scenario: Script): Knob[] =>
  Object.entries(scenario).map(([id, value]) => ({
    id,
    label: id,
    control: { kind: "select", value: String(value), options: [] },
    disabled: undefined,
  }));

function setKnobs(start: Script, settings: readonly Setting[]): Script {
  const changed = Object.fromEntries(settings.map((s) => [s.knob, s.value]));
  const now = { ...start, ...changed } as unknown as Record<string, string>;
  if (now["engine"] === "spark" && now["window"] === "count")
    throw new CoreTrouble("no windows by count", [], false);
  return now as unknown as Script;
}

test("knobs are told in an order in which each can be set", () => {
  const changes = changesFrom(
    { knobsOf, setKnobs },
    scenario("flink", "count", 3),
    scenario("spark", "tumbling", 3),
  );
  expect(changes).toEqual([
    { knob: "window", value: "tumbling" },
    { knob: "engine", value: "spark" },
  ]);
});

test("where nothing is turned there is nothing to tell", () => {
  const start = scenario("flink", "count", 3);
  expect(changesFrom({ knobsOf, setKnobs }, start, start)).toEqual([]);
});
