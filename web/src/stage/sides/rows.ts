/** What a table of runs side by side says beyond the core's rows: which cells stand out, and the reasons in the order they are read. */
import type { Reason, Row, Table } from "../../studio";

/** A row's name, the same at every step. */
export const rowName = (row: Row): string =>
  `${row.key} ${row.window.start ?? ""}`;

/** Whether a cell says something else than the run the others are compared with. */
export const standsOut = (row: Row, column: number, base: number): boolean =>
  row.differs && row.cells[column]?.now !== row.cells[base]?.now;

/** What every run says of one event, or of the result. */
export type Said = Reason[];

/** Reasons come event by event, each column by column: these belong together. */
export function together(because: readonly Reason[]): Said[] {
  const groups: Said[] = [];
  let last: Reason | undefined;
  for (const reason of because) {
    const goesOn =
      last !== undefined &&
      last.column < reason.column &&
      (last.event === undefined) === (reason.event === undefined);
    if (goesOn) groups.at(-1)?.push(reason);
    else groups.push([reason]);
    last = reason;
  }
  return groups;
}

/** How much differs, in a sentence. */
export function summary(table: Table): string {
  const { length } = table.rows;
  if (length === 0) return "Nothing has arrived yet.";
  const differing = table.rows.filter(({ differs }) => differs).length;
  const windows = length === 1 ? "the one window" : `the ${length} windows`;
  if (differing === 0) return `All agree on ${windows}.`;
  if (differing === length && length > 1)
    return `They differ on all ${length} windows.`;
  return `They differ on ${differing} of ${windows}.`;
}
