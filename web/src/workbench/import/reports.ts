/**
 * Files that the lab itself has written: a run's events, results or trace as JSON bring their scenario along, so that opening one gives the
 * same run again, and says whether this version still says the same. Tables in CSV do not: they are held against what is on the stage.
 */
import { CoreTrouble } from "../../core";
import { FileTrouble, textOf } from "../../ui/files";
import { isCluster, type Bench } from "../bench.svelte";

/** Longer files are no reports: a stage's run does not make so much. */
const longest = 100_000_000;

/** Tables of results and of traces begin with these columns; whether one is, the core says. */
const perhapsTable = /^\uFEFF?(step|number),/;

/** Holds a table that was saved against what is on the stage: it does not bring its pipeline along. */
async function openTable(
  bench: Bench,
  file: File,
  start: string,
): Promise<string | undefined> {
  const { scenario } = bench;
  if (isCluster(scenario)) return undefined;
  const { holdAgainst } = await import("../../studio");
  // Its header alone says whether it is one; a table of other columns is not read here, however long it is.
  const header = start.slice(0, start.indexOf("\n") + 1);
  if (!holdAgainst(bench.session.scenario, header)) return undefined;
  try {
    const held = holdAgainst(
      bench.session.scenario,
      await textOf(file, longest),
    );
    if (!held) return undefined;
    const { headwater, rows, differs } = held;
    const count = `${rows} ${rows === 1 ? "row" : "rows"}`;
    return differs === undefined
      ? `${file.name} holds the ${headwater} of what is on the stage: ${count}, all the same.`
      : `${file.name} holds ${headwater}, ${count}; what is on the stage gives others. ${differs}`;
  } catch (error) {
    if (error instanceof FileTrouble) return error.message;
    throw error;
  }
}

/** A run's events, results or trace as JSON, and the copy of one's data, which has a page of its own. */
const own =
  /^\uFEFF?\s*\{\s*"headwater"\s*:\s*"(events|results|trace|progress)"/;

/** Whether a file says of itself that it is one of these. */
export const isReport = async (file: File): Promise<boolean> =>
  own.test(await file.slice(0, 1_000).text());

/** Opens a file if it is one of ours; what to say of it, or nothing if it is not. */
export async function openReport(
  bench: Bench,
  file: File,
): Promise<string | undefined> {
  const start = await file.slice(0, 1_000).text();
  if (perhapsTable.test(start)) return openTable(bench, file, start);
  const kind = own.exec(start)?.[1];
  if (kind === undefined) return undefined;
  if (kind === "progress")
    return `${file.name} is a copy of somebody’s data; “Your data”, at the end of the home page, loads it.`;
  const { readReport } = await import("../../studio");
  try {
    const { scenario, headwater, version, differs } = readReport(
      await textOf(file, longest),
    );
    if (!(await bench.load(scenario)))
      return `${file.name}: ${bench.problems.map(({ path, message }) => `${path}: ${message}`).join(". ")}`;
    return differs === undefined
      ? `${file.name} is on the stage. It gives the same ${headwater} as when it was written.`
      : `${file.name} is on the stage, but its ${headwater}, written by version ${version}, are not what comes out here. ${differs}`;
  } catch (error) {
    if (error instanceof FileTrouble) return error.message;
    if (!(error instanceof CoreTrouble) || error.broken) throw error;
    return `${file.name}: ${error.message}`;
  }
}
