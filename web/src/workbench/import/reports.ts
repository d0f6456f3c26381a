/**
 * Files that the lab itself has written: a run's events, results or trace as JSON bring their scenario along, so that opening one gives the
 * same run again, and says whether this version still says the same.
 */
import { CoreTrouble } from "../../core";
import { FileTrouble, textOf } from "../../ui/files";
import type { Bench } from "../bench.svelte";

/** Longer files are no reports: a stage's run does not make so much. */
const longest = 100_000_000;

/** Opens a file if it is one of ours; what to say of it, or nothing if it is not. */
export async function openReport(
  bench: Bench,
  file: File,
): Promise<string | undefined> {
  const start = await file.slice(0, 200).text();
  if (!/^\s*\{\s*"headwater"\s*:/.test(start)) return undefined;
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
