/**
 * Which knobs stand elsewhere than where a scenario starts, as settings that lead from the one to the other. Knows knobs only as the core
 * lists them: turning one may bring others with it, so each is compared after those before it have been turned.
 */
import type { Knob, Scenario, Setting, SettingValue } from "../core";

interface Table {
  knobsOf(scenario: Scenario): Knob[];
  setKnobs(scenario: Scenario, settings: readonly Setting[]): Scenario;
}

export const valueOf = ({ control }: Knob): SettingValue => control.value;

/** The settings that make `start` into `now`. */
export function changesFrom(
  table: Table,
  start: Scenario,
  now: Scenario,
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
  scenario: Scenario,
  id: string,
): SettingValue | undefined {
  const knob = table.knobsOf(scenario).find((knob) => knob.id === id);
  return knob && valueOf(knob);
}
