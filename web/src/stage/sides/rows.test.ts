import { expect, test } from "vitest";
import type { Cell, Reason, Row, Table } from "../../studio";
import { rowName, standsOut, summary, together } from "./rows";

const cell = (now: string | undefined): Cell => ({
  results: [],
  now,
  emission: undefined,
  waiting: 0,
});

const row = (...now: (string | undefined)[]): Row => ({
  key: "a",
  window: { start: 0, end: 1000, text: "[0, 1000)" },
  cells: now.map(cell),
  differs: new Set(now).size > 1,
  agreement: { kind: new Set(now).size > 1 ? "different" : "same" },
  because: [],
});

const reason = (column: number, event: number | undefined): Reason => ({
  column,
  event,
  text: `${column} ${event}`,
  rule: "",
});

const table = (...rows: Row[]): Table => ({ columns: [], rows, more: 0 });

test("a row is called the same whatever its cells say", () => {
  expect(rowName(row("1", "2"))).toBe(rowName(row("3")));
});

test("cells stand out that say something else than the run compared with", () => {
  const differing = row("1", "2", undefined);
  expect([0, 1, 2].map((column) => standsOut(differing, column, 0))).toEqual([
    false,
    true,
    true,
  ]);
  expect([0, 1].map((column) => standsOut(row("1", "1"), column, 1))).toEqual([
    false,
    false,
  ]);
});

test("what the runs say of one event stands together, and apart from the next and from the result", () => {
  const because = [
    reason(0, 2),
    reason(1, 2),
    reason(0, 4),
    reason(1, 4),
    reason(2, undefined),
  ];
  expect(together(because).map((said) => said.map(({ text }) => text))).toEqual(
    [["0 2", "1 2"], ["0 4", "1 4"], ["2 undefined"]],
  );
  expect(together([])).toEqual([]);
});

test("how much differs is said in words", () => {
  expect(summary(table())).toBe("Nothing has arrived yet.");
  expect(summary(table(row("1", "1")))).toBe("All agree on the one window.");
  expect(summary(table(row("1", "2"), row("1", "1")))).toBe(
    "They differ on 1 of the 2 windows.",
  );
  expect(summary(table(row("1", "2"), row("1", "3")))).toBe(
    "They differ on all 2 windows.",
  );
});
