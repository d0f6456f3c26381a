// The headwater command: exports a scenario, and tells what a job should print.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run, top } from "../run.mjs";
import { Told } from "../say.mjs";

const built = join(
  process.env.CARGO_TARGET_DIR ?? join(top, "target"),
  "debug",
  "headwater",
);

const headwater = (args) => run(built, args, { minutes: 2, show: "none" });

/** Writes a scenario as a job; resolves to why it could not be, if it could not. */
export async function exportJob({ from, id }, target, folder) {
  const which = id === undefined ? [from] : [from, "--case", id];
  const result = await headwater([
    "export",
    ...which,
    "--to",
    target,
    "--out",
    folder,
  ]);
  if (result.ok) return undefined;
  if (result.code !== 2)
    throw new Told(`headwater export ended badly:\n${result.output}`);
  return result.output
    .split("\n")
    .filter((line) => line.startsWith("error: "))
    .map((line) => line.replace(/^error: \S+?: /, ""))
    .join("; ");
}

/** What the lab says of an exported scenario, in the engine's own words. */
export async function expected(folder) {
  const scenario = join(folder, "scenario.json");
  const result = await headwater(["run", scenario, "--format", "json"]);
  if (!result.ok)
    throw new Told(`headwater run ${scenario}:\n${result.output}`);
  const { pipeline } = JSON.parse(await readFile(scenario, "utf8"));
  const tellsLate = pipeline.late_data === "side_output";
  return { ...JSON.parse(result.stdout), tellsLate };
}
