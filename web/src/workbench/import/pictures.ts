/** Pictures that the lab has saved: they bring along what they show, so that opening one puts it on the stage again. */
import { CoreTrouble } from "../../core";
import type { Bench } from "../bench.svelte";
import { readScript } from "../opening";

/** Larger pictures are none of ours. */
const largest = 50_000_000;

const isPicture = (file: File): boolean =>
  /\.(svg|png)$/i.test(file.name) || /^image\//.test(file.type);

/** Opens a file if it is a picture; what to say of it, or nothing if it is not. */
export async function openPicture(
  bench: Bench,
  file: File,
): Promise<string | undefined> {
  if (!isPicture(file)) return undefined;
  const nothing = `${file.name} is a picture that brings no scenario along: one that was saved from a stage here does.`;
  if (file.size > largest) return nothing;
  const { originOf } = await import("../../stage/picture/origin");
  const carried = await originOf(file);
  if (!carried) return nothing;
  try {
    if (!(await bench.load(await readScript(carried.script))))
      return `${file.name}: ${bench.problems.map(({ path, message }) => `${path}: ${message}`).join(". ")}`;
  } catch (error) {
    if (!(error instanceof CoreTrouble) || error.broken) throw error;
    return `${file.name}: ${error.message}`;
  }
  const { session } = bench;
  if (carried.view in session.lab.views)
    session.view = carried.view as typeof session.view;
  session.seek(carried.step);
  return `${file.name} is on the stage, as it was when the picture was saved.`;
}
