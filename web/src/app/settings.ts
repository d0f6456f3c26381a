/**
 * Which knobs stand elsewhere than where a scenario starts, as settings that lead from the one to the other. Knows knobs only as the core
 * lists them: turning one may bring others with it, so each is compared after those before it have been turned.
 */
import type { Knob, Script, Setting, SettingValue } from "../core";

interface Table {
  knobsOf(scenario: Script): Knob[];
  setKnobs(scenario: Script, settings: readonly Setting[]): Script;
}

export const valueOf = ({ control }: Knob): SettingValue => control.value;

/** The settings that make `start` into `now`. */
export function changesFrom(
  table: Table,
  start: Script,
  now: Script,
): Setting[] {
  const changes: Setting[] = [];
  let scenario = start;
  for (const { id } of table.knobsOf(now)) {
    const wanted = find(table, now, id);
    const has = find(table, scenario, id);
    if (wanted === undefined || wanted === has) continue;
    const setting = { knob: id, value: wanted };
    scenario = table.setKnobs(scenario, [setting]);
    changes.push(setting);
  }
  return changes;
}

function find(
  table: Table,
  scenario: Script,
  id: string,
): SettingValue | undefined {
  const knob = table.knobsOf(scenario).find((knob) => knob.id === id);
  return knob && valueOf(knob);
}
