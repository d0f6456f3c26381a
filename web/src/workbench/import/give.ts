/** Whatever file somebody gives to the workbench is opened as what it is, wherever it was dropped or chosen. */
import { isWork, openFile } from "../file";
import type { Bench } from "../bench.svelte";
import { importingOf } from "./importing.svelte";
import { isReport } from "./reports";

/** Tables and pictures are no scenarios, whatever is in them. */
const never = /\.(csv|tsv|txt|jsonl|ndjson|svg|png)$/i;

/** Longer files are no scenario and no lesson; their text is not looked into for that. */
const longest = 20_000_000;

/** What a file is, if that can be told: work to go on with, or something to import. */
async function kindOf(file: File): Promise<"work" | "import" | undefined> {
  if (never.test(file.name) || (await isReport(file))) return "import";
  if (file.size > longest) return undefined;
  const text = await file.text();
  return (await isWork(text)) ? "work" : undefined;
}

/** Opens a file; `otherwise` is what it is taken for where that cannot be told. */
export async function give(
  bench: Bench,
  file: File,
  otherwise: "work" | "import",
): Promise<void> {
  const kind = (await kindOf(file)) ?? otherwise;
  if (kind === "work") {
    await openFile(bench, file);
    return;
  }
  bench.panel = "import";
  await importingOf(bench).take(file);
}
