/**
 * Which knobs stand elsewhere than where a scenario starts, as settings that lead from the one to the other. Knows knobs only as the core
 * lists them: turning one may bring others with it, so each is compared after those before it have been turned.
 */
import {
  CoreTrouble,
  type Knob,
  type Script,
  type Setting,
  type SettingValue,
} from "../core";

interface Table {
  knobsOf(scenario: Script): Knob[];
  setKnobs(scenario: Script, settings: readonly Setting[]): Script;
}

export const valueOf = ({ control }: Knob): SettingValue => control.value;

/** The settings that make `start` into `now`, in an order in which each can be set. */
export function changesFrom(
  table: Table,
  start: Script,
  now: Script,
): Setting[] {
  const changes: Setting[] = [];
  const values = (scenario: Script) =>
    new Map(table.knobsOf(scenario).map((knob) => [knob.id, valueOf(knob)]));
  const wanted = values(now);
  let scenario = start;
  let has = values(scenario);
  // Twice is enough where one knob waits for another; no chain of them is longer than the table.
  for (let round = 0; round < wanted.size; round++) {
    let [moved, refused] = [false, false];
    for (const [knob, value] of wanted) {
      if (value === has.get(knob)) continue;
      const setting = { knob, value };
      try {
        scenario = table.setKnobs(scenario, [setting]);
      } catch (error) {
        // Another knob has to be turned first: an engine may not have the kind of window that stands there yet.
        if (!(error instanceof CoreTrouble) || error.broken) throw error;
        refused = true;
        continue;
      }
      has = values(scenario);
      changes.push(setting);
      moved = true;
    }
    if (!refused || !moved) break;
  }
  return changes;
}
