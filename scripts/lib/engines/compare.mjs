// Whether a job printed what the lab says: the same results as often, in whatever order, and what is late where the engine tells.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { top } from "../run.mjs";

/** Numbers to twelve digits; ids sorted where an engine promises no order of them. */
function plainValue(value, target) {
  if (typeof value === "number") return Number(value.toPrecision(12));
  if (typeof value === "string" && target !== "flink-java")
    return value.split("+").sort().join("+");
  return value ?? null;
}

/** A result as one text: an event that is passed on by its id, any other by key, window, value and pane. */
function result(row, target) {
  if (row.id !== undefined) return JSON.stringify([row.id]);
  const { key, start = null, end = null, value, pane, pane_index } = row;
  return JSON.stringify([
    key,
    start,
    end,
    plainValue(value, target),
    ...(pane === undefined ? [] : [pane, pane_index]),
  ]);
}

function count(texts) {
  const counts = new Map();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** What one list has more often than the other. */
function surplus(of, over) {
  const others = count(over);
  for (const [text, times] of count(of)) {
    const other = others.get(text) ?? 0;
    if (times > other) return `${text} ${times} times, not ${other}`;
  }
  return undefined;
}

function difference(what, lab, engine) {
  const missing = surplus(lab, engine);
  if (missing) return `${what}: the lab has ${missing}`;
  const extra = surplus(engine, lab);
  return extra && `${what}: the engine has ${extra}`;
}

/** What differs first between what the lab says and the lines that a job printed; nothing where they agree. */
export function firstDifference(lab, rows, target) {
  const isLate = (row) => row.late !== undefined || row.late_rows !== undefined;
  const results = difference(
    "results",
    lab.emissions.map((row) => result(row, target)),
    rows.filter((row) => !isLate(row)).map((row) => result(row, target)),
  );
  if (results) return results;
  const counted = rows.find((row) => row.late_rows !== undefined);
  if (counted) {
    const ofLab = lab.late.reduce((sum, row) => sum + row.count, 0);
    return ofLab === counted.late_rows
      ? undefined
      : `late rows: the lab has ${ofLab}, the engine ${counted.late_rows}`;
  }
  const late = rows.filter(isLate).map((row) => row.late);
  // A job without a side output does not tell.
  if (late.length === 0 && !lab.tellsLate) return undefined;
  return difference(
    "late",
    lab.late.map((row) => row.id),
    late,
  );
}

/** Differences with a reason: `target scenario` to reason. */
export async function knownDifferences() {
  const file = join(top, "tests", "engines", "known-differences.json");
  const list = JSON.parse(await readFile(file, "utf8"));
  return new Map(
    list.map(({ target, scenario, reason }) => [
      `${target} ${scenario}`,
      reason,
    ]),
  );
}
